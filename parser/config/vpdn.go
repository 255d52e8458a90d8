package config

import "net/netip"

// VPDN is the `vpdn` lines and the groups.
type VPDN struct {
	Enable bool
	// SearchOrder is domain, dnis, multihop-hostname in order; empty is IOS's dnis, domain.
	SearchOrder  Opt[Words]
	SourceIP     Opt[netip.Addr]
	SessionLimit Opt[int]
	// Logging, LoggingLocal, LoggingRemote, LoggingUser, LoggingTunnelDrop, LoggingCause.
	Logging, LoggingLocal, LoggingRemote, LoggingUser, LoggingCause, LoggingTunnelDrop Opt[bool]
	Multihop                                                                           Opt[bool]
	AuthenBeforeForward                                                                Opt[bool]
	// History is `vpdn history failure`; on when unset.
	History           Opt[bool]
	IgnoreUDPChecksum Opt[bool]
	IPUDPSourceNAS    Opt[string]
	// DomainDelimiter is `vpdn domain-delimiter`.
	DomainDelimiter Opt[string]
	Groups          Table[VPDNGroup]
	// Templates are `vpdn-template`s.
	Templates Table[VPDNGroup]
	// L2TPClasses are `l2tp-class NAME`, PseudowireClasses `pseudowire-class NAME`.
	L2TPClasses       Table[L2TPClass]
	PseudowireClasses Table[PseudowireClass]
}

// VPDNGroup is one `vpdn-group`.
type VPDNGroup struct {
	Name        string
	Description Opt[string]
	// AcceptDialin makes the router an LNS, RequestDialin a LAC (or client).
	AcceptDialin  Opt[AcceptDialin]
	RequestDialin Opt[RequestDialin]
	// AcceptDialout and RequestDialout are kept for show.
	AcceptDialout  Opt[AcceptDialin]
	RequestDialout Opt[RequestDialin]
	// TerminateFrom is the peer's host name to match; unset with accept-dialin is the default
	// group for its protocol.
	TerminateFrom Opt[string]
	InitiateTo    Table[InitiateTo]
	// LocalName is the tunnel name; the host name when unset.
	LocalName Opt[string]
	SourceIP  Opt[netip.Addr]
	// LCPRenegotiation is "always" or "on-mismatch"; never when unset.
	LCPRenegotiation Opt[string]
	ForceLocalCHAP   bool
	L2TP             L2TPOptions
	SessionLimit     Opt[int]
	// IPPMTU, IPMTUAdjust: `ip pmtu`, `ip mtu adjust`.
	IPPMTU, IPMTUAdjust bool
	// IPTOSReflect and IPPrecedence act on the outer header.
	IPTOSReflect bool
	IPPrecedence Opt[string]
	// AuthenBeforeForward, Multihop, RelayLimit: kept.
	AuthenBeforeForward bool
	VPNVRF              Opt[string]
	SourceTemplate      Opt[string]
	// LoadSharing, Backup... stay in Extra.
	Extra
}

// Key implements Keyed.
func (g *VPDNGroup) Key() string { return g.Name }

// AcceptDialin is the `accept-dialin` block.
type AcceptDialin struct {
	// Protocol is l2tp, pptp, pppoe, l2f, any; "" until given.
	Protocol        Opt[string]
	VirtualTemplate Opt[int]
	Extra
}

// RequestDialin is the `request-dialin` block.
type RequestDialin struct {
	Protocol Opt[string]
	Domains  Table[DialinKey]
	DNIS     Table[DialinKey]
	PoolMember,
	RotaryGroup Opt[int]
	MultihopHostname Opt[string]
	Extra
}

// DialinKey is one `domain NAME` or `dnis NUMBER`.
type DialinKey struct{ Name string }

// Key implements Keyed.
func (k *DialinKey) Key() string { return k.Name }

// InitiateTo is `initiate-to ip A.B.C.D [limit N] [priority N]`.
type InitiateTo struct {
	Addr            netip.Addr
	Limit, Priority Opt[int]
}

// Key implements Keyed.
func (i *InitiateTo) Key() string { return i.Addr.String() }

// L2TPOptions are the `l2tp ...` lines of a vpdn-group.
type L2TPOptions struct {
	// Authentication is `l2tp tunnel authentication`; on when unset.
	Authentication Opt[bool]
	// Password is `l2tp tunnel password`; else the usernames' passwords are used.
	Password Opt[Secret]
	// Hidden is `l2tp hidden`: hide AVPs.
	Hidden bool
	// Hello is in seconds, 60 when unset, 0 never.
	Hello Opt[int]
	// ReceiveWindow is in packets; 4 in 12.2, 10 to 1024 by platform when unset.
	ReceiveWindow Opt[int]
	// RetransmitRetries 10, RetransmitMin 1, RetransmitMax 8 (seconds) when unset.
	RetransmitRetries, RetransmitMin, RetransmitMax Opt[int]
	InitialRetries, InitialMin, InitialMax          Opt[int]
	// TimeoutNoSession is in seconds or Never; 15 (LNS 10) when unset. TimeoutSetup 10.
	TimeoutNoSession Opt[string]
	TimeoutSetup     Opt[int]
	// BusyTimeout is in seconds.
	BusyTimeout Opt[int]
	// Framing, Bearer: `l2tp tunnel framing|bearer capabilities ...`.
	Framing, Bearer Opt[string]
	// IgnoreDataSequence: `l2tp ignore receive-data sequencing`; DropOutOfOrder, Sequencing.
	Sequencing     bool
	DropOutOfOrder bool
	// IPUDPChecksum is `l2tp ip udp checksum`.
	UDPChecksum bool
	// Security is `l2tp security crypto-profile NAME [keep-sa]`.
	Security Opt[L2TPSecurity]
	// AttributeCLID and the like stay in Extra.
	RxSpeed, TxSpeed Opt[string]
}

// L2TPSecurity is `l2tp security crypto-profile NAME [keep-sa]`.
type L2TPSecurity struct {
	// Profile is a crypto map profile's name.
	Profile string
	KeepSA  bool
}

// L2TPClass is `l2tp-class NAME`.
type L2TPClass struct {
	Name           string
	Authentication Opt[bool]
	Hostname       Opt[string]
	Password       Opt[Secret]
	Hello          Opt[int]
	ReceiveWindow  Opt[int]
	Retries        Opt[int]
	Hidden         Opt[bool]
	TimeoutSetup   Opt[int]
	Extra
}

// Key implements Keyed.
func (c *L2TPClass) Key() string { return c.Name }

// PseudowireClass is `pseudowire-class NAME`.
type PseudowireClass struct {
	Name           string
	Encapsulation  Opt[string]
	Protocol       Opt[PseudowireProtocol]
	LocalInterface Opt[InterfaceName]
	IPPMTU         bool
	Extra
}

// PseudowireProtocol is `protocol l2tpv2 [CLASS]`.
type PseudowireProtocol struct{ Name, Class string }

// Key implements Keyed.
func (c *PseudowireClass) Key() string { return c.Name }
