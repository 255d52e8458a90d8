package reconcile

import (
	"net/netip"
	"slices"
	"strconv"
	"strings"
	"time"

	"ioslab/parser/config"
	"ioslab/runtime/ipsec"
)

// IPsec returns the IPsec engine's part of c.
func IPsec(c *config.Config) ipsec.Config {
	out := ipsec.Config{
		Lifetime:     lifetime(c.IPsec.LifetimeSeconds, c.IPsec.LifetimeKilobytes),
		ReplayWindow: c.IPsec.ReplayWindow.Or(0),
		NoReplay:     c.IPsec.ReplayDisable,
		IdleTime:     seconds(c.IPsec.IdleTime),
		DF:           dfRule(c.IPsec.DFBit.Value),
		NoNATT:       !c.IPsec.NATTransparency.Or(true),
	}
	for t := range c.IPsec.TransformSets.All() {
		if s, ok := Suite(t.Transforms); ok {
			out.TransformSets = append(out.TransformSets, ipsec.TransformSet{
				Name: t.Name, Suite: s, Transport: t.Transport(), Required: t.Mode.Value.Require,
			})
		}
	}
	for m := range c.CryptoMaps.All() {
		out.Maps = append(out.Maps, cryptoMap(c, m))
	}
	for m := range c.DynamicMaps.All() {
		out.DynamicMaps = append(out.DynamicMaps, cryptoMap(c, m))
	}
	for i := range c.Interfaces.All() {
		if name, ok := i.CryptoMap.Get(); ok && !i.AdminDown() {
			out.Interfaces = append(out.Interfaces, ipsec.Interface{
				Name: string(i.Name), Map: name, Addr: AddressOf(c, i.Name), MTU: i.IPMTU.Or(i.MTU.Or(0)),
			})
		}
	}
	return out
}

func cryptoMap(c *config.Config, m *config.CryptoMap) ipsec.Map {
	out := ipsec.Map{Name: m.Name}
	if l, ok := m.LocalAddress.Get(); ok {
		out.LocalInterface, out.LocalAddress = string(l), AddressOf(c, l)
	}
	for e := range m.Entries.All() {
		if e.Kind == "" || e.Kind == "ipsec-isakmp" {
			out.Entries = append(out.Entries, mapEntry(c, e))
		}
	}
	return out
}

func mapEntry(c *config.Config, e *config.CryptoMapEntry) ipsec.Entry {
	out := ipsec.Entry{
		Seq: e.Seq, Profile: e.Profile, Dynamic: e.Dynamic, Description: e.Description.Value,
		TransformSets: slices.Clone(e.TransformSets),
		PFS:           pfsGroup(e.PFS),
		Lifetime:      lifetime(e.LifetimeSeconds, e.LifetimeKilobytes),
		IdleTime:      time.Duration(e.IdleTime.Value.Seconds) * time.Second,
		PerHost:       e.LevelPerHost,
		NATDemux:      e.NATDemux,
		ReverseRoute:  e.ReverseRoute.Set,
	}
	switch {
	case e.Profile != "":
		out.Kind = ipsec.Profile
	case e.Dynamic != "":
		out.Kind = ipsec.Dynamic
	}
	for p := range e.Peers.All() {
		if a, ok := resolve(c, p.Peer); ok {
			out.Peers = append(out.Peers, a)
		}
	}
	if name, ok := e.MatchAddress.Get(); ok {
		out.ACL = cryptoACL(c, name)
	}
	return out
}

// resolve turns an address or an `ip host` name into an address.
func resolve(c *config.Config, name string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(name); err == nil {
		return a, true
	}
	if h := c.IP.Hosts.Get(name); h != nil && len(h.Addrs) > 0 {
		return h.Addrs[0], true
	}
	return netip.Addr{}, false
}

// cryptoACL compiles `match address`. An entry that quick mode's identities cannot express (a
// wildcard with holes, two ranges at once) protects nothing, as in IOS.
func cryptoACL(c *config.Config, name string) *ipsec.ACL {
	out := &ipsec.ACL{Name: name}
	l := c.ACLs.Get(name)
	if l == nil {
		return out
	}
	for e := range l.Entries.All() {
		if e.Remark.Set {
			continue
		}
		src, ok1 := selectorPrefix(e.Src)
		dst, ok2 := selectorPrefix(e.Dst)
		if !l.Extended {
			dst, ok2 = netip.PrefixFrom(netip.IPv4Unspecified(), 0), true
		}
		if !ok1 || !ok2 {
			continue
		}
		out.Rules = append(out.Rules, ipsec.Rule{
			Permit: e.Action == config.Permit, Proto: e.Protocol.Or(0), Src: src, Dst: dst,
			SrcPort: portRange(e.SrcPort), DstPort: portRange(e.DstPort),
		})
	}
	return out
}

func selectorPrefix(a config.ACLAddress) (netip.Prefix, bool) {
	switch {
	case a.Host.IsValid():
		return netip.PrefixFrom(a.Host, 32), true
	case a.Net.IsValid():
		return a.Wildcard.Invert().Prefix(a.Net)
	}
	return netip.PrefixFrom(netip.IPv4Unspecified(), 0), true
}

func portRange(o config.Opt[config.PortMatch]) ipsec.PortRange {
	if !o.Set || len(o.Value.Ports) == 0 {
		return ipsec.PortRange{}
	}
	p := o.Value.Ports
	none := ipsec.PortRange{Lo: 65535, Hi: 1} // a range that holds no port
	switch o.Value.Op {
	case "eq":
		return ipsec.PortRange{Lo: p[0], Hi: p[0]}
	case "range":
		return ipsec.PortRange{Lo: p[0], Hi: p[len(p)-1]}
	case "gt":
		if p[0] == 65535 {
			return none
		}
		return ipsec.PortRange{Lo: p[0] + 1, Hi: 65535}
	case "lt":
		if p[0] <= 1 { // port 0 is no port that a packet has
			return none
		}
		return ipsec.PortRange{Lo: 0, Hi: p[0] - 1}
	}
	return ipsec.PortRange{}
}

var ciphers = map[string]ipsec.Cipher{"esp-des": ipsec.DES, "esp-3des": ipsec.TripleDES, "esp-aes": ipsec.AES, "esp-null": ipsec.NullCipher}

var auths = map[string]ipsec.Auth{
	"md5-hmac": ipsec.MD5, "sha-hmac": ipsec.SHA1, "sha256-hmac": ipsec.SHA256, "sha384-hmac": ipsec.SHA384, "sha512-hmac": ipsec.SHA512,
}

// Suite returns what a transform-set's words stand for; false for
// combinations that the engine cannot do.
func Suite(transforms []string) (ipsec.Suite, bool) {
	var s ipsec.Suite
	for _, t := range transforms {
		word, bits, _ := strings.Cut(t, " ")
		proto, alg, _ := strings.Cut(word, "-")
		switch {
		case proto == "ah":
			s.AH = auths[alg]
		case ciphers[word] != 0:
			s.Cipher = ciphers[word]
			if s.Cipher == ipsec.AES {
				s.KeyBits = 128
				if n, err := strconv.ParseUint(strings.TrimSpace(bits), 10, 16); err == nil {
					s.KeyBits = uint16(n)
				}
			}
		case proto == "esp" && auths[alg] != 0:
			s.Auth = auths[alg]
		default:
			return ipsec.Suite{}, false
		}
	}
	// IOS lets esp-sha-hmac stand alone: it is ESP without encryption.
	if s.Auth != ipsec.NoAuth && s.Cipher == ipsec.NoCipher {
		s.Cipher = ipsec.NullCipher
	}
	return s, s != ipsec.Suite{}
}

// pfsGroup returns the group's number, 0 for no PFS.
func pfsGroup(o config.Opt[string]) int {
	if !o.Set {
		return 0
	}
	n, err := strconv.Atoi(strings.TrimPrefix(o.Value, "group"))
	if err != nil {
		return 1
	}
	return n
}

func lifetime(sec, kb config.Opt[int]) ipsec.Lifetime {
	return ipsec.Lifetime{Seconds: uint32(sec.Or(0)), Kilobytes: uint32(kb.Or(0))}
}

func seconds(o config.Opt[int]) time.Duration { return time.Duration(o.Value) * time.Second }

func dfRule(word string) ipsec.DFRule {
	switch word {
	case "set":
		return ipsec.DFSet
	case "clear":
		return ipsec.DFClear
	}
	return ipsec.DFCopy
}
