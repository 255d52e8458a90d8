package forward

import (
	"net/netip"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ether"
)

// InterfaceState is a copy of an interface's state for the show commands.
type InterfaceState struct {
	Index int
	Interface
	// Borrowed is the address in use: Address, or that of the Unnumbered interface.
	Borrowed netip.Prefix
	// Link tells that the line is up, Protocol that the line protocol is.
	Link, Protocol bool
	EffectiveMTU   int
	EffectiveIPMTU int
	Traffic        Traffic
}

// Traffic is what an interface counted since the last clear.
type Traffic struct {
	InPackets, InBytes, OutPackets, OutBytes uint64
	InBroadcasts                             uint64 // broadcast and multicast frames received
	InErrors, Runts, Giants, Frame           uint64
	InDrops, OutDrops                        uint64
	UnknownProtocol                          uint64
	Resets, CarrierLost                      uint64
	// LastIn and LastOut are the instants of the last packet, LastClear of the last clearing;
	// Never means never.
	LastIn, LastOut, LastClear clock.Instant
	// Rates over LoadInterval, exponentially weighted, as IOS shows them.
	LoadInterval                                       time.Duration
	InBitRate, InPacketRate, OutBitRate, OutPacketRate uint64
}

// RouteTable is the routing table in the order in which IOS 12.4 prints it.
type RouteTable struct {
	// Gateway is the gateway of last resort; invalid means "not set" unless
	// GatewayInterface names the interface of a default route without next hop.
	Gateway          netip.Addr
	GatewayInterface string
	HasDefault       bool
	Majors           []Major
}

// Major is one classful network with its routes.
type Major struct {
	// Network is the classful network (a supernet or the default: itself).
	Network netip.Prefix
	// Subnetted tells that a heading is printed: `is subnetted` when Masks is 1,
	// `is variably subnetted` otherwise. When false there is one route, the network itself.
	Subnetted      bool
	Subnets, Masks int
	Routes         []Route
}

// Route is one prefix of the routing table.
type Route struct {
	Code      byte // 'C', 'S', 'U'
	Candidate bool // the `*` of a candidate default
	Prefix    netip.Prefix
	Distance  int
	Metric    int
	Paths     []Path
}

// Path is one way to a Route's destinations.
type Path struct {
	Via       netip.Addr // invalid: directly connected
	Interface string     // "" for a recursive next hop
}

// ARPEntry is one line of show arp.
type ARPEntry struct {
	Address netip.Addr
	// Own marks this node's own address (age `-`), Static a configured entry.
	Own, Static bool
	Age         time.Duration
	Incomplete  bool
	MAC         ether.Addr
	Interface   string
}

// ListState is one access list with its hits.
type ListState struct {
	AccessList
	Hits []uint64 // one an entry
}
