package pc

import (
	"bytes"
	"embed"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"sort"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"ioslab/runtime/ike"
	"ioslab/runtime/ipsec"
	"ioslab/runtime/l2tp"
	"ioslab/runtime/ppp"
	"ioslab/runtime/wire/isakmp"
	wirel2tp "ioslab/runtime/wire/l2tp"
	wireppp "ioslab/runtime/wire/ppp"
)

//go:embed personalities/*.yml
var personalityFiles embed.FS

// Personality is how one release of a client behaves on the wire: the contents
// of a file under personalities/.
type Personality struct {
	Name      string `yaml:"name"`
	Version   string `yaml:"version"`   // what `ver` prints
	Copyright string `yaml:"copyright"` // the second line of a new prompt
	TTL       uint8  `yaml:"ttl"`
	VPNMTU    int    `yaml:"vpn-mtu"`

	IKE       IKEHabits       `yaml:"ike"`
	QuickMode QuickModeHabits `yaml:"quick-mode"`
	L2TP      L2TPHabits      `yaml:"l2tp"`
	PPP       PPPHabits       `yaml:"ppp"`
}

// IKEHabits is phase 1.
type IKEHabits struct {
	Attributes     []string        `yaml:"attributes"`
	Lifetime       time.Duration   `yaml:"lifetime"`
	Transforms     []IKETransform  `yaml:"transforms"`
	VendorIDs      []string        `yaml:"vendor-ids"` // hexadecimal
	IDProtocol     uint8           `yaml:"id-protocol"`
	IDPort         uint16          `yaml:"id-port"`
	NonceBytes     int             `yaml:"nonce-bytes"`
	PadAlways      bool            `yaml:"pad-always"`
	InitialContact bool            `yaml:"initial-contact"`
	Retransmit     []time.Duration `yaml:"retransmit"`
	// HeedClearNotify gives a negotiation up when the server refuses it in the clear.
	HeedClearNotify bool `yaml:"heed-clear-notify"`
}

// IKETransform is one transform of the phase 1 offer.
type IKETransform struct {
	Encryption string       `yaml:"encryption"` // des, 3des, aes
	KeyLength  int          `yaml:"key-length"` // of aes
	Hash       string       `yaml:"hash"`       // md5, sha, sha256, sha384, sha512
	Group      isakmp.Group `yaml:"group"`
}

// QuickModeHabits is phase 2: proposals by data encryption setting, as
// "esp-aes128-sha" or "ah-sha".
type QuickModeHabits struct {
	Seconds   uint32              `yaml:"lifetime-seconds"`
	Kilobytes uint32              `yaml:"lifetime-kilobytes"`
	Settings  map[string][]string `yaml:"settings"`
}

// L2TPHabits is the control connection; the lists are AVPs in order.
type L2TPHabits struct {
	VendorName    string        `yaml:"vendor-name"`
	Firmware      uint16        `yaml:"firmware"`
	Framing       uint32        `yaml:"framing-capabilities"`
	Bearer        uint32        `yaml:"bearer-capabilities"`
	Window        int           `yaml:"receive-window"`
	HostNameNUL   bool          `yaml:"host-name-nul"`
	SequentialIDs bool          `yaml:"sequential-ids"`
	SCCRQ         []string      `yaml:"sccrq"`
	ICRQ          []string      `yaml:"icrq"`
	ICCN          []string      `yaml:"iccn"`
	BearerType    uint32        `yaml:"bearer-type"`
	FramingType   uint32        `yaml:"framing-type"`
	TxSpeed       uint32        `yaml:"tx-speed"`
	ProxyAuthType uint16        `yaml:"proxy-auth-type"`
	Hello         time.Duration `yaml:"hello"`
	RetransmitMin time.Duration `yaml:"retransmit-min"`
	RetransmitMax time.Duration `yaml:"retransmit-max"`
	Retries       int           `yaml:"retries"`
}

// PPPHabits is PPP; the lists are options and protocols in order.
type PPPHabits struct {
	Request         []string      `yaml:"request"`
	MRU             uint16        `yaml:"mru"`
	Callback        uint8         `yaml:"callback"`
	FirstID         uint8         `yaml:"first-id"`
	Identifications []string      `yaml:"identifications"`
	NCPs            []string      `yaml:"ncps"`
	IPCP            []string      `yaml:"ipcp"`
	Restart         time.Duration `yaml:"restart"`
	MaxConfigure    int           `yaml:"max-configure"`
	MaxTerminate    int           `yaml:"max-terminate"`
	MaxFailure      int           `yaml:"max-failure"`
	TerminateTag    string        `yaml:"terminate-tag"` // hexadecimal
}

// Personalities returns the names of the built-in personalities.
func Personalities() []string {
	entries, err := personalityFiles.ReadDir("personalities")
	if err != nil {
		panic("pc: embedded personalities: " + err.Error())
	}
	var names []string
	for _, e := range entries {
		names = append(names, strings.TrimSuffix(e.Name(), ".yml"))
	}
	sort.Strings(names)
	return names
}

// LoadPersonality returns a built-in personality.
func LoadPersonality(name string) (*Personality, error) {
	data, err := personalityFiles.ReadFile("personalities/" + name + ".yml")
	if err != nil {
		return nil, fmt.Errorf("no personality is called %q; there are %s", name, strings.Join(Personalities(), ", "))
	}
	return ParsePersonality(data)
}

// ParsePersonality reads a personality file and checks every name in it.
func ParsePersonality(data []byte) (*Personality, error) {
	p := &Personality{}
	dec := yaml.NewDecoder(bytes.NewReader(data))
	dec.KnownFields(true)
	if err := dec.Decode(p); err != nil {
		return nil, fmt.Errorf("personality: %w", err)
	}
	if err := p.check(); err != nil {
		return nil, fmt.Errorf("personality %s: %w", p.Name, err)
	}
	return p, nil
}

// check translates everything once, so that a dial cannot meet a bad name.
func (p *Personality) check() error {
	_, err1 := p.ikePersonality()
	_, err2 := p.ikePolicies()
	var errs []error
	for setting := range p.QuickMode.Settings {
		_, err := p.suites(setting)
		errs = append(errs, err)
	}
	_, err3 := p.l2tpPersonality("x")
	_, err4 := p.pppConfig("x", Entry{Auth: []string{"mschapv2"}}, zeros{})
	return errors.Join(append(errs, err1, err2, err3, err4)...)
}

// zeros is the randomness of check.
type zeros struct{}

func (zeros) Read(p []byte) (int, error) { clear(p); return len(p), nil }

// lookup translates a word; the error names the words that there are.
func lookup[V any](what, word string, table map[string]V) (V, error) {
	v, ok := table[word]
	if !ok {
		known := make([]string, 0, len(table))
		for k := range table {
			known = append(known, k)
		}
		sort.Strings(known)
		return v, fmt.Errorf("%s %q: expected one of %s", what, word, strings.Join(known, ", "))
	}
	return v, nil
}

func lookupAll[V any](what string, words []string, table map[string]V) ([]V, error) {
	var out []V
	for _, w := range words {
		v, err := lookup(what, w, table)
		if err != nil {
			return nil, err
		}
		out = append(out, v)
	}
	return out, nil
}

var ikeCiphers = map[string]isakmp.Cipher{"des": isakmp.CipherDES, "3des": isakmp.Cipher3DES, "aes": isakmp.CipherAES}

var ikeHashes = map[string]isakmp.Hash{
	"md5": isakmp.HashMD5, "sha": isakmp.HashSHA, "sha256": isakmp.HashSHA256,
	"sha384": isakmp.HashSHA384, "sha512": isakmp.HashSHA512,
}

// ikePersonality translates phase 1.
func (p *Personality) ikePersonality() (ike.Personality, error) {
	h := &p.IKE
	out := ike.Personality{
		Life: ike.LifeVPI, IDProtocol: h.IDProtocol, IDPort: h.IDPort, PadAlways: h.PadAlways,
		InitialContact: h.InitialContact, NonceBytes: h.NonceBytes, Retransmit: h.Retransmit, DeleteOnClear: true,
		HeedClearNotify: h.HeedClearNotify,
	}
	for i, t := range h.Transforms {
		wt, err := h.transform(t)
		if err != nil {
			return out, fmt.Errorf("ike transform %d: %w", i+1, err)
		}
		wt.Number = uint8(i + 1)
		out.Transforms = append(out.Transforms, wt)
	}
	for _, s := range h.VendorIDs {
		id, err := hex.DecodeString(s)
		if err != nil {
			return out, fmt.Errorf("vendor id %q: %w", s, err)
		}
		out.VendorIDs = append(out.VendorIDs, id)
	}
	return out, nil
}

// transform writes one transform, attributes in the personality's order.
func (h *IKEHabits) transform(t IKETransform) (isakmp.Transform, error) {
	cipher, err := lookup("encryption", t.Encryption, ikeCiphers)
	if err != nil {
		return isakmp.Transform{}, err
	}
	hash, err := lookup("hash", t.Hash, ikeHashes)
	if err != nil {
		return isakmp.Transform{}, err
	}
	one := map[string]isakmp.Attribute{
		"encryption":     isakmp.TV(isakmp.AttrEncryption, uint16(cipher)),
		"key-length":     isakmp.TV(isakmp.AttrKeyLength, uint16(t.KeyLength)),
		"hash":           isakmp.TV(isakmp.AttrHash, uint16(hash)),
		"group":          isakmp.TV(isakmp.AttrGroup, uint16(t.Group)),
		"authentication": isakmp.TV(isakmp.AttrAuth, uint16(isakmp.AuthPSK)),
		"life-type":      isakmp.TV(isakmp.AttrLifeType, isakmp.LifeSeconds),
		"life-duration":  isakmp.TLV32(isakmp.AttrLifeDuration, uint32(h.Lifetime/time.Second)),
	}
	out := isakmp.Transform{ID: isakmp.TransformKeyIKE}
	for _, name := range h.Attributes {
		a, err := lookup("attribute", name, one)
		if err != nil {
			return out, err
		}
		if name == "key-length" && t.KeyLength == 0 {
			continue
		}
		out.Attributes = append(out.Attributes, a)
	}
	return out, nil
}

// ikePolicies are the transforms as policies, for a peer that calls us.
func (p *Personality) ikePolicies() ([]ike.Policy, error) {
	var out []ike.Policy
	for i, t := range p.IKE.Transforms {
		cipher, err := lookup("encryption", t.Encryption, ikeCiphers)
		if err != nil {
			return nil, err
		}
		hash, err := lookup("hash", t.Hash, ikeHashes)
		if err != nil {
			return nil, err
		}
		out = append(out, ike.Policy{Priority: i + 1, Encryption: cipher, KeyBits: t.KeyLength, Hash: hash,
			Auth: isakmp.AuthPSK, Group: t.Group, Lifetime: p.IKE.Lifetime})
	}
	return out, nil
}

var suiteNames = map[string]ipsec.Suite{
	"esp-aes256-sha": {Cipher: ipsec.AES, KeyBits: 256, Auth: ipsec.SHA1},
	"esp-aes192-sha": {Cipher: ipsec.AES, KeyBits: 192, Auth: ipsec.SHA1},
	"esp-aes128-sha": {Cipher: ipsec.AES, KeyBits: 128, Auth: ipsec.SHA1},
	"esp-3des-sha":   {Cipher: ipsec.TripleDES, Auth: ipsec.SHA1},
	"esp-des-sha":    {Cipher: ipsec.DES, Auth: ipsec.SHA1},
	"esp-null-sha":   {Cipher: ipsec.NullCipher, Auth: ipsec.SHA1},
	"esp-aes256-md5": {Cipher: ipsec.AES, KeyBits: 256, Auth: ipsec.MD5},
	"esp-aes128-md5": {Cipher: ipsec.AES, KeyBits: 128, Auth: ipsec.MD5},
	"esp-3des-md5":   {Cipher: ipsec.TripleDES, Auth: ipsec.MD5},
	"esp-des-md5":    {Cipher: ipsec.DES, Auth: ipsec.MD5},
	"esp-null-md5":   {Cipher: ipsec.NullCipher, Auth: ipsec.MD5},
	"ah-sha":         {AH: ipsec.SHA1},
	"ah-md5":         {AH: ipsec.MD5},
}

// suites returns the transform sets of a data encryption setting, in order.
func (p *Personality) suites(setting string) ([]ipsec.TransformSet, error) {
	names, err := lookup("setting", setting, p.QuickMode.Settings)
	if err != nil {
		return nil, err
	}
	var out []ipsec.TransformSet
	for _, n := range names {
		s, err := lookup("proposal", n, suiteNames)
		if err != nil {
			return nil, err
		}
		out = append(out, ipsec.TransformSet{Name: n, Suite: s, Transport: true, Required: true})
	}
	return out, nil
}

var avpNames = map[string]wirel2tp.Attr{
	"message-type": wirel2tp.AttrMessageType, "protocol-version": wirel2tp.AttrProtocolVersion,
	"framing-capabilities": wirel2tp.AttrFramingCaps, "bearer-capabilities": wirel2tp.AttrBearerCaps,
	"tie-breaker": wirel2tp.AttrTieBreaker, "firmware-revision": wirel2tp.AttrFirmwareRevision,
	"host-name": wirel2tp.AttrHostName, "vendor-name": wirel2tp.AttrVendorName,
	"assigned-tunnel-id": wirel2tp.AttrAssignedTunnelID, "receive-window-size": wirel2tp.AttrReceiveWindow,
	"challenge": wirel2tp.AttrChallenge, "assigned-session-id": wirel2tp.AttrAssignedSessionID,
	"call-serial-number": wirel2tp.AttrCallSerialNumber, "bearer-type": wirel2tp.AttrBearerType,
	"physical-channel-id": wirel2tp.AttrPhysicalChannelID, "called-number": wirel2tp.AttrCalledNumber,
	"calling-number": wirel2tp.AttrCallingNumber, "tx-connect-speed": wirel2tp.AttrTxConnectSpeed,
	"rx-connect-speed": wirel2tp.AttrRxConnectSpeed, "framing-type": wirel2tp.AttrFramingType,
	"proxy-authen-type": wirel2tp.AttrProxyAuthType, "sequencing-required": wirel2tp.AttrSequencingRequired,
}

// l2tpPersonality translates the control connection of a PC with this name.
func (p *Personality) l2tpPersonality(computer string) (l2tp.Personality, error) {
	h := &p.L2TP
	out := l2tp.Personality{
		HostName: computer, HostNameNUL: h.HostNameNUL, VendorName: h.VendorName, Firmware: h.Firmware,
		Framing: h.Framing, Bearer: h.Bearer, SequentialIDs: h.SequentialIDs,
	}
	for _, l := range []struct {
		words []string
		dst   *[]wirel2tp.Attr
	}{{h.SCCRQ, &out.SCCRQ}, {h.ICRQ, &out.ICRQ}, {h.ICCN, &out.ICCN}} {
		attrs, err := lookupAll("AVP", l.words, avpNames)
		if err != nil {
			return out, err
		}
		*l.dst = attrs
	}
	return out, nil
}

// call returns what ICRQ and ICCN say.
func (h *L2TPHabits) call() l2tp.CallInfo {
	return l2tp.CallInfo{
		Bearer: h.BearerType, Framing: h.FramingType, TxSpeed: h.TxSpeed,
		Proxy: l2tp.Proxy{AuthType: wirel2tp.ProxyAuth(h.ProxyAuthType)},
	}
}

// tunnel returns the parameters of the control connection. The tunnel goes with
// its only session, at once.
func (h *L2TPHabits) tunnel() l2tp.TunnelConfig {
	t := l2tp.DefaultTunnel(true)
	t.Authentication = false
	t.ReceiveWindow, t.Hello, t.NoSession = h.Window, h.Hello, 0
	t.Retries, t.InitialRetries = h.Retries, h.Retries
	t.RetransmitMin, t.RetransmitMax = h.RetransmitMin, h.RetransmitMax
	return t
}

var lcpOptions = map[string]uint8{
	"mru": wireppp.LCPMRU, "accm": wireppp.LCPACCM, "auth": wireppp.LCPAuth, "magic": wireppp.LCPMagic,
	"pfc": wireppp.LCPPFC, "acfc": wireppp.LCPACFC, "callback": wireppp.LCPCallback, "mrru": wireppp.LCPMRRU,
	"endpoint": wireppp.LCPEndpoint,
}

var ipcpOptions = map[string]uint8{
	"address": wireppp.IPCPAddress, "primary-dns": wireppp.IPCPPrimaryDNS, "primary-wins": wireppp.IPCPPrimaryWINS,
	"secondary-dns": wireppp.IPCPSecondaryDNS, "secondary-wins": wireppp.IPCPSecondaryWINS,
}

var ncpNames = map[string]wireppp.Protocol{"ipcp": wireppp.IPCP, "ipv6cp": wireppp.IPV6CP, "ccp": wireppp.CCP}

var authNames = map[string]wireppp.AuthProto{
	"pap": wireppp.AuthPAP, "chap": wireppp.AuthCHAP, "mschap": wireppp.AuthMSCHAP, "mschapv2": wireppp.AuthMSCHAPV2,
}

// pppConfig translates PPP for one call of a phone-book entry.
func (p *Personality) pppConfig(computer string, e Entry, random io.Reader) (ppp.Config, error) {
	h := &p.PPP
	request, err1 := lookupAll("LCP option", h.Request, lcpOptions)
	ipcp, err2 := lookupAll("IPCP option", h.IPCP, ipcpOptions)
	ncps, err3 := lookupAll("NCP", h.NCPs, ncpNames)
	auth, err4 := lookupAll("authentication method", e.Auth, authNames)
	tag, err5 := hex.DecodeString(h.TerminateTag)
	if err := errors.Join(err1, err2, err3, err4, err5); err != nil {
		return ppp.Config{}, err
	}
	cfg := ppp.Config{
		LCP: ppp.LCPConfig{
			Request: request, MRU: h.MRU, MTU: uint16(p.VPNMTU), Callback: h.Callback,
			PFC: ppp.Apply, ACFC: ppp.Apply, Restart: h.Restart,
			MaxConfigure: h.MaxConfigure, MaxTerminate: h.MaxTerminate, MaxFailure: h.MaxFailure, MaxLoops: 5,
		},
		Self: ppp.SelfConfig{
			Protocols: auth, Name: e.User, Password: e.Password, UsePassword: true, Resend: h.Restart,
		},
		IPCP: ppp.IPCPConfig{Negotiated: true, Request: ipcp, NoNeighborRoute: true},
		Personality: ppp.Personality{
			SharedIDs: true, FirstID: h.FirstID, NCPs: ncps, TerminateTag: tag,
			Probes: map[wireppp.Protocol][]wireppp.Option{},
		},
	}
	// A client asks for nothing of its server, but gives up when nothing answers.
	cfg.Auth.Timeout, cfg.Auth.MaxTimeouts = h.Restart, h.MaxConfigure
	cfg.NCPTimeout = time.Duration(h.MaxConfigure) * h.Restart
	return cfg, p.randomParts(&cfg, computer, random)
}

// randomParts fills in what differs from call to call.
func (p *Personality) randomParts(cfg *ppp.Config, computer string, random io.Reader) error {
	for _, text := range p.PPP.Identifications {
		text = strings.ReplaceAll(text, "%COMPUTERNAME%", strings.ToUpper(computer))
		if strings.Contains(text, "%RANDOM16%") {
			var raw [16]byte
			if _, err := io.ReadFull(random, raw[:]); err != nil {
				return fmt.Errorf("random bytes: %w", err)
			}
			text = strings.ReplaceAll(text, "%RANDOM16%", string(raw[:]))
		}
		cfg.Personality.Identifications = append(cfg.Personality.Identifications, []byte(text))
	}
	// RFC 5072, 4.1: option 1 of IPV6CP is an interface identifier of eight bytes.
	id := make([]byte, 8)
	if _, err := io.ReadFull(random, id); err != nil {
		return fmt.Errorf("random bytes: %w", err)
	}
	cfg.Personality.Probes[wireppp.IPV6CP] = []wireppp.Option{{Type: 1, Data: id}}
	return nil
}
