package config

import (
	"net/netip"
	"strconv"
	"strings"
)

// ISAKMP is the `crypto isakmp` lines, keyrings and profiles.
type ISAKMP struct {
	// Enable is `crypto isakmp enable`; on when unset.
	Enable Opt[bool]
	// Policies are in order of priority, 1 first.
	Policies Table[ISAKMPPolicy]
	// DefaultPolicy is `crypto isakmp default policy`; on when unset.
	DefaultPolicy Opt[bool]
	Keys          Table[ISAKMPKey]
	Keepalive     Opt[DPD]
	// NATKeepalive is in seconds, 0 or unset: none.
	NATKeepalive Opt[int]
	// Identity is address, hostname or dn; address when unset.
	Identity            Opt[string]
	InvalidSPIRecovery  bool
	AggressiveDisable   bool
	XauthTimeout        Opt[int]
	FragmentationEnable bool
	// PeerDisconnect etc. stay in Extra.
	Keyrings Table[Keyring]
	Profiles Table[ISAKMPProfile]
	// CallAdmissionLimit is `crypto call admission limit ike sa N`.
	CallAdmissionLimit Opt[int]
	// ClientGroups are `crypto isakmp client configuration group`s, kept.
	LoggingSession Opt[bool]
}

// ISAKMPPolicy is `crypto isakmp policy N`. Unset fields have IOS's defaults: des, sha,
// rsa-sig, group 1, 86400 s.
type ISAKMPPolicy struct {
	Priority int
	// Encryption is des, 3des, aes; KeyBits is 128 (unset), 192, 256 with aes.
	Encryption Opt[Encryption]
	// Hash is md5, sha, sha256, sha384, sha512.
	Hash Opt[string]
	// Authentication is pre-share, rsa-sig, rsa-encr.
	Authentication Opt[string]
	Group          Opt[int]
	// Lifetime is in seconds.
	Lifetime Opt[int]
	Extra
}

// Encryption is a cipher's IOS name and AES's key size.
type Encryption struct {
	Cipher string
	// Bits is unset for aes 128.
	Bits Opt[int]
}

// Normalize drops the key size that is AES's default.
func (e *Encryption) Normalize() {
	if e.Bits.Value == 128 {
		e.Bits = Opt[int]{}
	}
}

// Key implements Keyed.
func (p *ISAKMPPolicy) Key() string { return strconv.Itoa(p.Priority) }

// Before orders by priority.
func (p *ISAKMPPolicy) Before(o *ISAKMPPolicy) bool { return p.Priority < o.Priority }

// ISAKMPKey is a pre-shared key for an address, a network or a host name.
type ISAKMPKey struct {
	Secret Secret
	Addr   netip.Addr
	// Mask is unset for a host.
	Mask     Opt[Mask]
	Hostname string
	NoXauth  bool
}

// Key implements Keyed.
func (k *ISAKMPKey) Key() string {
	if k.Hostname != "" {
		return "hostname " + k.Hostname
	}
	return k.Addr.String() + " " + k.Mask.Or(^Mask(0)).String()
}

// Normalize gives address and mask the form in which IOS keeps them.
func (k *ISAKMPKey) Normalize() {
	if k.Mask.Set && k.Mask.Value == ^Mask(0) {
		k.Mask = Opt[Mask]{}
	}
	if k.Addr.IsValid() && k.Addr.IsUnspecified() && !k.Mask.Set {
		k.Mask = Some(Mask(0))
	}
}

// Prefix is the address range that the key is for; false for host name keys.
func (k *ISAKMPKey) Prefix() (netip.Prefix, bool) {
	if k.Hostname != "" {
		return netip.Prefix{}, false
	}
	p, ok := k.Mask.Or(^Mask(0)).Prefix(k.Addr)
	return p.Masked(), ok
}

// DPD is `crypto isakmp keepalive SECONDS [RETRY] [periodic|on-demand]`.
type DPD struct {
	Seconds int
	// Retry is 2 seconds when unset.
	Retry Opt[int]
	// Periodic; on-demand is IOS's default.
	Periodic bool
}

// Keyring is `crypto keyring NAME [vrf NAME]`.
type Keyring struct {
	Name         string
	VRF          string
	Description  Opt[string]
	LocalAddress Opt[string]
	Keys         Table[ISAKMPKey]
	Extra
}

// Key implements Keyed.
func (k *Keyring) Key() string { return k.Name }

// ISAKMPProfile is `crypto isakmp profile NAME`.
type ISAKMPProfile struct {
	Name         string
	Description  Opt[string]
	Keyring      Opt[string]
	VRF          Opt[string]
	Matches      Table[IdentityMatch]
	SelfIdentity Opt[string]
	LocalAddress Opt[string]
	Keepalive    Opt[DPD]
	// VirtualTemplate is for dynamic VTI.
	VirtualTemplate Opt[int]
	// InitiateMode is "aggressive" or unset.
	InitiateMode Opt[string]
	Extra
}

// Key implements Keyed.
func (p *ISAKMPProfile) Key() string { return p.Name }

// IdentityMatch is `match identity address|host|user|group ...`.
type IdentityMatch struct {
	Addr      netip.Addr
	Mask      Opt[Mask]
	VRF       string
	Host      string
	HostFQDN  string
	User      string
	GroupName string
}

// Key implements Keyed.
func (m *IdentityMatch) Key() string {
	if m.Addr.IsValid() {
		return "address " + m.Addr.String() + " " + m.Mask.Or(^Mask(0)).String() + " " + m.VRF
	}
	return "host " + m.Host + "|" + m.HostFQDN + "|" + m.User + "|" + m.GroupName
}

// IPsec is the `crypto ipsec` lines.
type IPsec struct {
	TransformSets Table[TransformSet]
	Profiles      Table[IPsecProfile]
	// LifetimeSeconds is 3600, LifetimeKilobytes 4608000 when unset.
	LifetimeSeconds, LifetimeKilobytes Opt[int]
	IdleTime                           Opt[int]
	// ReplayWindow is 64 packets when unset; ReplayDisable is `... replay disable`.
	ReplayWindow  Opt[int]
	ReplayDisable bool
	// DFBit is copy when unset; Fragmentation before-encryption.
	DFBit         Opt[string]
	Fragmentation Opt[string]
	// NATTransparency is `crypto ipsec nat-transparency udp-encapsulation`; on when unset.
	NATTransparency Opt[bool]
	// OptionalNAT is `spi-matching`.
	SPIMatching bool
	Optional    bool
}

// TransformSet is `crypto ipsec transform-set NAME TRANSFORM...`.
type TransformSet struct {
	Name string
	// Transforms are one to three, as IOS shows them: "esp-aes 256", "esp-sha-hmac", "ah-md5-hmac".
	Transforms []string
	// Mode is transport or tunnel; tunnel when unset. TransportRequire is `mode transport require`.
	Mode Opt[TransformMode]
	Extra
}

// TransformMode is `mode transport [require]`.
type TransformMode struct {
	Name    string
	Require bool
}

// Key implements Keyed.
func (t *TransformSet) Key() string { return t.Name }

// Normalize drops the key size that is AES's default.
func (t *TransformSet) Normalize() {
	out := make([]string, len(t.Transforms))
	for i, x := range t.Transforms {
		out[i] = strings.TrimSuffix(x, " 128")
	}
	t.Transforms = out
}

// Transport reports whether the set asks for transport mode.
func (t *TransformSet) Transport() bool { return t.Mode.Value.Name == "transport" }

// IPsecProfile is `crypto ipsec profile NAME`.
type IPsecProfile struct {
	Name        string
	Description Opt[string]
	CryptoSettings
	Extra
}

// Key implements Keyed.
func (p *IPsecProfile) Key() string { return p.Name }

// CryptoSettings are the `set` lines of map entries and IPsec profiles.
type CryptoSettings struct {
	// TransformSets are names in order of preference, up to six.
	TransformSets []string
	// PFS is "group1" ... ; unset is none, the bare `set pfs` is "group1".
	PFS                                Opt[string]
	LifetimeSeconds, LifetimeKilobytes Opt[int]
	IdleTime                           Opt[IdleTime]
	ISAKMPProfile                      Opt[string]
	// LevelPerHost is `set security-association level per-host`.
	LevelPerHost  bool
	ReplayWindow  Opt[int]
	ReplayDisable bool
}

// IdleTime is `set security-association idle-time N [default]`.
type IdleTime struct {
	Seconds int
	Default bool
}

// CryptoMap is a crypto map (or dynamic map): the lines on its name and the entries.
type CryptoMap struct {
	Name string
	// LocalAddress is `crypto map NAME local-address IFACE`.
	LocalAddress Opt[InterfaceName]
	// ClientAuthentication, AuthorizationList: XAUTH's AAA lists.
	ClientAuthentication, AuthorizationList, ClientAccounting Opt[string]
	// AddressInitiate and AddressRespond: `client configuration address ...`.
	AddressInitiate, AddressRespond bool
	// ISAKMPProfile is `crypto map NAME isakmp-profile NAME`.
	ISAKMPProfile  Opt[string]
	RedundancyName Opt[string]
	// Entries are in order of sequence number.
	Entries Table[CryptoMapEntry]
}

// Key implements Keyed.
func (m *CryptoMap) Key() string { return m.Name }

// Empty reports whether no line is left about the map.
func (m *CryptoMap) Empty() bool {
	c := *m
	c.Name, c.Entries = "", Table[CryptoMapEntry]{}
	return m.Entries.Len() == 0 && c == CryptoMap{}
}

// CryptoMapEntry is one numbered entry.
type CryptoMapEntry struct {
	Seq int
	// Kind is "ipsec-isakmp", "ipsec-manual", "gdoi", or "" in a dynamic map.
	Kind string
	// Profile is `profile NAME`: an entry for crypto sockets (L2TP).
	Profile string
	// Dynamic is `dynamic NAME`; Discover is `discover`.
	Dynamic     string
	Discover    bool
	Description Opt[string]
	Peers       Table[CryptoPeer]
	// MatchAddress names an access list.
	MatchAddress Opt[string]
	CryptoSettings
	// NATDemux is `set nat demux`.
	NATDemux     bool
	ReverseRoute Opt[ReverseRoute]
	// IPAccessGroupIn and Out: `set ip access-group NAME in|out`.
	AccessGroupIn, AccessGroupOut Opt[string]
	Extra
}

// Key implements Keyed.
func (e *CryptoMapEntry) Key() string { return strconv.Itoa(e.Seq) }

// Before orders by sequence number.
func (e *CryptoMapEntry) Before(o *CryptoMapEntry) bool { return e.Seq < o.Seq }

// Complete reports whether the entry can be used: a static one needs a peer and an
// access list, a profile or dynamic reference needs neither.
func (e *CryptoMapEntry) Complete() bool {
	if e.Profile != "" || e.Dynamic != "" || e.Kind == "" {
		return true
	}
	return e.Peers.Len() > 0 && e.MatchAddress.Set
}

// CryptoPeer is `set peer ADDR|NAME [default]`.
type CryptoPeer struct {
	// Peer is an address or a host name.
	Peer string
	// Dynamic is `set peer NAME dynamic`.
	Dynamic, Default bool
}

// Key implements Keyed.
func (p *CryptoPeer) Key() string { return p.Peer }

// ReverseRoute is `reverse-route [static] [remote-peer A.B.C.D]`.
type ReverseRoute struct {
	Static     bool
	RemotePeer netip.Addr
}
