package config

import "net/netip"

// Interface is one `interface` block.
type Interface struct {
	Name InterfaceName
	// Mode is "type tunnel", "point-to-point", "multipoint" or "".
	Mode        string
	Description Opt[string]
	// Shutdown is unset for the kind's default (see AdminDown).
	Shutdown Opt[bool]
	// Address is the primary `ip address`, Secondary the further ones.
	Address    Opt[InterfaceAddress]
	Secondary  Table[SecondaryAddress]
	Unnumbered Opt[InterfaceName]
	// MTU is the interface's (1500 when unset), IPMTU that of IP, both in bytes.
	MTU, IPMTU Opt[int]
	// AdjustMSS is `ip tcp adjust-mss`, bytes.
	AdjustMSS Opt[int]
	// Bandwidth is in kbit/s; Delay in tens of microseconds.
	Bandwidth, Delay Opt[int]
	// Duplex is auto, half or full; Speed auto, 10, 100, 1000.
	Duplex, Speed Opt[string]
	MediaType     Opt[string]
	MACAddress    Opt[MAC]
	// Keepalive is on with 10 seconds when unset.
	Keepalive Opt[Keepalive]
	// NoKeepalive is `no keepalive`.
	NoKeepalive bool
	// LoadInterval is in seconds, 300 when unset.
	LoadInterval Opt[int]
	// Encapsulation is "ppp", "hdlc", "dot1Q", ...; unset is the kind's default.
	Encapsulation Opt[Encapsulation]
	// AccessGroupIn and AccessGroupOut name access lists.
	AccessGroupIn, AccessGroupOut Opt[string]
	// CryptoMap is `crypto map NAME`.
	CryptoMap Opt[string]
	// DFBit is `crypto ipsec df-bit` here: clear, copy, set.
	DFBit Opt[string]
	// Fragmentation is `crypto ipsec fragmentation`: before-encryption, after-encryption.
	Fragmentation Opt[string]
	IP            InterfaceIP
	// PeerDefault is `peer default ip address ...`.
	PeerDefault Opt[PeerDefault]
	// PeerNeighborRoute is on when unset.
	PeerNeighborRoute Opt[bool]
	PPP               PPP
	Dialer            DialerOptions
	Tunnel            Tunnel
	// Pseudowire is `pseudowire PEER VCID ...`.
	Pseudowire Opt[Pseudowire]
	// ARPTimeout is in seconds, 14400 when unset.
	ARPTimeout Opt[int]
	// HoldQueueIn and HoldQueueOut are queue lengths.
	HoldQueueIn, HoldQueueOut Opt[int]
	Extra
}

// Key implements Keyed.
func (i *Interface) Key() string { return string(i.Name) }

// Before is the order of show running-config.
func (i *Interface) Before(o *Interface) bool { return i.Name.Before(o.Name) }

// AdminDown reports whether the interface is shut: by default it is not, once it
// stands in a configuration file.
func (i *Interface) AdminDown() bool { return i.Shutdown.Or(false) }

// InterfaceAddress is the primary address.
type InterfaceAddress struct {
	// Mode is "" for a static address, "negotiated" or "dhcp".
	Mode string
	Addr netip.Addr
	Mask Mask
}

// SecondaryAddress is an `ip address A M secondary`.
type SecondaryAddress struct {
	Addr netip.Addr
	Mask Mask
}

// Key implements Keyed.
func (s *SecondaryAddress) Key() string { return s.Addr.String() }

// Keepalive is `keepalive [SECONDS [RETRIES]]`.
type Keepalive struct{ Seconds, Retries Opt[int] }

// Encapsulation is `encapsulation KIND [TAG [native]]`.
type Encapsulation struct {
	Kind   string
	VLAN   Opt[int]
	Native bool
}

// InterfaceIP holds the on/off switches of IP on an interface. Unset is the
// default, which each line's comment gives.
type InterfaceIP struct {
	// Redirects, Unreachables, ProxyARP and RouteCache are on; DirectedBroadcast, MaskReply
	// and VirtualReassembly off.
	Redirects, Unreachables, ProxyARP, RouteCache Opt[bool]
	DirectedBroadcast, MaskReply                  Opt[bool]
	VirtualReassembly                             Opt[bool]
	// NATInside and NATOutside mark the interface for NAT.
	NATInside, NATOutside Opt[bool]
	// PolicyRouteMap is `ip policy route-map NAME`.
	PolicyRouteMap Opt[string]
}

// PeerDefault is `peer default ip address ADDR|pool [NAME...]|dhcp`.
type PeerDefault struct {
	Addr netip.Addr
	// UsePool is the pool form; Pools may then be empty (the pool "default").
	UsePool bool
	Pools   []string
	DHCP    bool
}

// PPP holds the `ppp` lines of an interface.
type PPP struct {
	Authentication Opt[PPPAuthentication]
	// Authorization and Accounting name an AAA list.
	Authorization, Accounting Opt[string]
	CHAP                      CHAP
	// PAPSentUsername is `ppp pap sent-username`.
	PAPSentUsername Opt[PAPSentUsername]
	PAPRefuse       Opt[Refuse]
	MSCHAPRefuse    Opt[Refuse]
	MSCHAPv2Refuse  Opt[Refuse]
	EAPRefuse       Opt[Refuse]
	IPCP            IPCP
	// Timeouts in seconds: retry 2, authentication 10, ncp 10, idle none when unset.
	TimeoutRetry, TimeoutAuthentication, TimeoutNCP, TimeoutIdle Opt[int]
	TimeoutAAA                                                   Opt[int]
	// MaxConfigure 10, MaxFailure 5, MaxTerminate 2, MaxBadAuth 0 when unset.
	MaxConfigure, MaxFailure, MaxTerminate, MaxBadAuth Opt[int]
	// MPPE is `ppp encrypt mppe`.
	MPPE Opt[MPPE]
	// MTUAdaptive is `ppp mtu adaptive`.
	MTUAdaptive bool
	// Direction is callin, callout or dedicated.
	Direction Opt[string]
	// LCPDelay is in seconds.
	LCPDelay     Opt[int]
	LCPFastStart Opt[bool]
	// ACFCLocal, PFCLocal: request, forbid; ACFCRemote, PFCRemote: apply, ignore, reject.
	ACFCLocal, ACFCRemote, PFCLocal, PFCRemote Opt[string]
	// LinkReorders and Multilink are switches.
	Multilink, LinkReorders Opt[bool]
	// Callback is accept, request or permit.
	Callback Opt[string]
	// Quality is a percentage.
	Quality Opt[int]
}

// PPPAuthentication is `ppp authentication PROTO... [LIST] [callin ...]`.
type PPPAuthentication struct {
	// Protocols in the order tried: pap, chap, ms-chap, ms-chap-v2, eap.
	Protocols []string
	// IfNeeded, Optional, Callin, Callout, Callback and OneTime are the flags.
	IfNeeded bool
	// List is an AAA list, "" is default.
	List                               string
	Callin, Callout, Callback, OneTime bool
	Optional                           bool
}

// CHAP is `ppp chap ...`.
type CHAP struct {
	Hostname Opt[string]
	Password Opt[Secret]
	Refuse   Opt[Refuse]
	// Wait is on when unset.
	Wait       Opt[bool]
	IgnoreUs   Opt[bool]
	SplitNames Opt[bool]
}

// Refuse is `ppp chap refuse [callin]` and its like.
type Refuse struct{ Callin bool }

// PAPSentUsername is `ppp pap sent-username NAME password ...`.
type PAPSentUsername struct {
	Username string
	Password Secret
}

// IPCP is `ppp ipcp ...`.
type IPCP struct {
	DNS, WINS Opt[IPCPServers]
	// DNSRequest, DNSAccept, DNSReject and the WINS twins.
	DNSRequest, DNSAccept, DNSReject    bool
	WINSRequest, WINSAccept, WINSReject bool
	// RouteDefault is `ppp ipcp route default`.
	RouteDefault bool
	// AddressAccept, AddressRequired, AddressUnique: `ppp ipcp address ...`.
	AddressAccept, AddressRequired, AddressUnique bool
	// Mask is a mask to offer.
	Mask             Opt[Mask]
	MaskRequest      bool
	IgnoreMap        bool
	UsernameUnique   bool
	PredictiveOption bool
}

// IPCPServers is a primary and perhaps a secondary server.
type IPCPServers struct {
	Primary netip.Addr
	// Secondary is invalid when not given.
	Secondary netip.Addr
	// Accept and Reject follow the addresses: what to do with a peer's.
	Accept, Reject bool
}

// MPPE is `ppp encrypt mppe auto|40|128 [passive|required] [stateful]`.
type MPPE struct {
	KeyLength         string
	Passive, Required bool
	Stateful          bool
}

// DialerOptions holds the `dialer` lines.
type DialerOptions struct {
	Pool       Opt[int]
	Group      Opt[int]
	IdleTime   Opt[int]
	Persistent Opt[bool]
	// PPPoEClientPool is `pppoe-client dial-pool-number`.
	PPPoEClientPool Opt[int]
	// PPPoEGroup is `pppoe enable group NAME`.
	PPPoEGroup Opt[string]
}

// Tunnel holds the `tunnel` lines.
type Tunnel struct {
	// Source is an address or an interface name.
	Source, Destination Opt[string]
	// Mode is "gre ip" when unset.
	Mode Opt[string]
	Key  Opt[uint32]
	// ProtectionProfile is `tunnel protection ipsec profile`.
	Protection Opt[TunnelProtection]
	PathMTU    Opt[bool]
	VRF        Opt[string]
}

// TunnelProtection is `tunnel protection ipsec profile NAME [shared]`.
type TunnelProtection struct {
	Profile string
	Shared  bool
}

// Pseudowire is `pseudowire PEER VCID [encapsulation l2tpv2] pw-class NAME`.
type Pseudowire struct {
	Peer          netip.Addr
	VCID          uint32
	Encapsulation string
	Class         string
}
