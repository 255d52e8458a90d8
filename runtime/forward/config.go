package forward

import (
	"net/netip"
	"time"

	"ioslab/runtime/wire/ether"
)

// Config is the whole desired state of a Plane, as plain values. The Plane
// keeps no slice of it that the caller may change afterwards.
type Config struct {
	// Routing forwards packets that are not for this node (`ip routing`). A PC has false.
	Routing bool
	// FastSwitching tells (`ip cef`) that transit packets do not show under debug ip packet,
	// as they do not on a router that switches them in the fast path.
	FastSwitching bool
	// StrongHost sends what was made here from the address of a point-to-point interface
	// out of that interface, whatever the routes say (RFC 1122, 3.3.4.2; Windows since
	// Vista): the answer to a ping through a tunnel goes back through the tunnel.
	StrongHost bool
	// SourceRoute honours the source route options (`ip source-route`, IOS's default);
	// without it such packets are dropped.
	SourceRoute bool
	// DefaultGateway is the gateway of last resort of a node that does not route.
	DefaultGateway netip.Addr
	// UnreachableInterval is the least time between two ICMP unreachables;
	// 0 means IOS's 500 ms, negative no limit.
	UnreachableInterval time.Duration
	// ARPHold is how many packets wait per unresolved neighbour: IOS 0 (the packet
	// that triggers the request is lost), Windows 1. At most MaxARPHold.
	ARPHold int
	// TTL is the time to live of packets made here; 0 means 255.
	TTL uint8

	Interfaces []Interface
	Routes     []StaticRoute
	Lists      []AccessList
	ARP        []StaticARP
}

// MaxARPHold bounds Config.ARPHold.
const MaxARPHold = 8

// Kind says what an interface is.
type Kind uint8

const (
	// Ethernet is a port of the node, joined to a link.
	Ethernet Kind = iota
	// Loopback is always up.
	Loopback
	// Null drops what is routed to it.
	Null
	// PointToPoint hands IP packets to a function: Virtual-Access over PPP.
	PointToPoint
	// Template never comes up: Virtual-Template.
	Template
	// Serial is a port without a wire: down until there is one.
	Serial
)

// String returns the kind's name.
func (k Kind) String() string {
	switch k {
	case Ethernet:
		return "Ethernet"
	case Loopback:
		return "Loopback"
	case Null:
		return "Null"
	case PointToPoint:
		return "PointToPoint"
	case Template:
		return "Template"
	case Serial:
		return "Serial"
	}
	return "Kind?"
}

// Interface is the desired state of one interface. Name identifies it: a
// Configure with the same Name keeps counters, ARP cache and index. It is comparable but for Secondary.
type Interface struct {
	Name string // full IOS name, "FastEthernet0/0"
	Kind Kind
	Port int        // Ethernet: the node's port number, as in Receive and Transmit
	MAC  ether.Addr // Ethernet
	MTU  int        // bytes; 0 means 1500 (Loopback 1514)
	// IPMTU is the largest IP packet; 0 means MTU (Loopback 1514). At least 68.
	IPMTU      int
	Address    netip.Prefix   // address with its mask; the zero Prefix for none
	Secondary  []netip.Prefix // `ip address … secondary`
	Unnumbered string         // name of the interface whose address is borrowed
	// Peer is the far end of a PointToPoint interface; valid means a host route to it.
	Peer     netip.Addr
	Shutdown bool
	// AccessIn and AccessOut name access lists (`ip access-group`); a list that
	// does not exist permits all, as in IOS.
	AccessIn, AccessOut string
	NoProxyARP          bool
	NoRedirects         bool
	NoUnreachables      bool
	// DirectedBroadcast forwards packets to this subnet's broadcast address.
	DirectedBroadcast bool
	// Crypto asks the crypto hook about packets out of, and clear-text packets into, this interface.
	Crypto bool
	// AdjustMSS lowers the MSS option of passing TCP SYNs (`ip tcp adjust-mss`), 0 for none.
	AdjustMSS int
	// ARPTimeout is how long an ARP entry lives; 0 means IOS's four hours.
	ARPTimeout time.Duration
	// LoadInterval is the time constant of the rates; 0 means five minutes.
	LoadInterval time.Duration
	// Quiet emits no link messages: sub-interfaces of Virtual-Access.
	Quiet bool
}

// StaticRoute is one `ip route` line: via NextHop, via Interface, or both.
type StaticRoute struct {
	Prefix    netip.Prefix
	NextHop   netip.Addr
	Interface string
	// Distance is the administrative distance; 0 means 1. 255 is never used.
	Distance int
	// Permanent keeps the route when its interface is down.
	Permanent bool
	// Code marks where it came from: 0 for 'S', 'U' for per-user routes of AAA.
	Code byte
}

// StaticARP is one `arp A.B.C.D H.H.H arpa` line.
type StaticARP struct {
	Address netip.Addr
	MAC     ether.Addr
}

// AccessList is one numbered or named list; Entries stand in order of evaluation.
type AccessList struct {
	Name     string
	Extended bool
	Entries  []AccessEntry
}

// AccessEntry is one permit or deny line. The zero value of each condition
// matches everything. It is comparable: an unchanged entry keeps its hits.
type AccessEntry struct {
	Sequence                    int
	Permit                      bool
	Protocol                    uint8 // 0 means ip: every protocol
	Source, Destination         Wildcard
	SourcePort, DestinationPort PortMatch
	ICMP                        ICMPMatch
	// Established matches TCP segments with ACK or RST.
	Established bool
	// TCPFlags matches TCP segments in which one of the Set bits is on, or one of the
	// Clear bits is off (IOS: match-any; old form `syn`, `ack` …).
	TCPFlags FlagMatch
	// Fragments matches fragments other than the first.
	Fragments             bool
	TOS, Precedence, DSCP ValueMatch // TOS: the four bits, 0-15
	Log, LogInput         bool
}

// Wildcard is an address with don't-care bits; an invalid Addr means any.
type Wildcard struct {
	Addr netip.Addr
	// Wild holds ones where the bit does not matter, in network order as a number.
	Wild uint32
}

// PortOp is an operator on ports.
type PortOp uint8

const (
	// PortAny matches everything.
	PortAny PortOp = iota
	// PortEq matches one of the ports.
	PortEq
	// PortNeq matches none of the ports.
	PortNeq
	// PortLt matches ports below the first.
	PortLt
	// PortGt matches ports above the first.
	PortGt
	// PortRange matches from the first to the second, both inclusive.
	PortRange
)

// String returns the operator as IOS writes it.
func (o PortOp) String() string {
	switch o {
	case PortAny:
		return "any"
	case PortEq:
		return "eq"
	case PortNeq:
		return "neq"
	case PortLt:
		return "lt"
	case PortGt:
		return "gt"
	case PortRange:
		return "range"
	}
	return "PortOp?"
}

// PortMatch is a condition on a TCP or UDP port.
type PortMatch struct {
	Op    PortOp
	N     uint8 // how many of Ports are used (eq and neq take up to ten)
	Ports [10]uint16
}

// ICMPMatch is a condition on ICMP type and code.
type ICMPMatch struct {
	HasType, HasCode bool
	Type, Code       uint8
}

// FlagMatch is a condition on TCP flags.
type FlagMatch struct {
	Set, Clear uint8
	// All asks for every bit (match-all) rather than for one.
	All bool
}

// ValueMatch is a condition on a small field.
type ValueMatch struct {
	On    bool
	Value uint8
}
