package forward

import (
	"errors"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
)

// Deps are what a Plane needs of its node. Nil functions do nothing.
type Deps struct {
	Sink event.Sink // nil discards
	// Transmit takes a frame for a port; ownership passes. It must not call back
	// into the Plane on the same stack.
	Transmit func(port int, frame *packet.Buffer)
	// Deliver takes a whole IP datagram for this node, buf at the IP header; ownership passes.
	Deliver func(now clock.Instant, buf *packet.Buffer)
	Crypto  Crypto
	// StateChanged is told when an interface's line protocol went up or down. It must not call Configure.
	StateChanged func(now clock.Instant, iface string, up bool)
}

// Errors that callers branch on.
var (
	ErrNoRoute     = errors.New("no route to the destination")
	ErrNoInterface = errors.New("no such interface")
	ErrExists      = errors.New("interface exists")
)

// Plane is one node's IPv4 forwarding plane.
type Plane struct {
	deps Deps
}

// New returns a Plane without interfaces.
func New(deps Deps) *Plane { return &Plane{deps: deps} }

// SetDeliver, SetCrypto set what New could not be given yet.
func (p *Plane) SetDeliver(f func(now clock.Instant, buf *packet.Buffer)) { p.deps.Deliver = f }

// SetCrypto sets the crypto hook; nil for none.
func (p *Plane) SetCrypto(c Crypto) { p.deps.Crypto = c }

// Configure brings the plane to cfg. Interfaces made with AddVirtual stay.
// The same value twice changes nothing.
func (p *Plane) Configure(now clock.Instant, cfg Config) {}

// SetCarrier tells that the wire of a port is there or gone.
func (p *Plane) SetCarrier(now clock.Instant, port int, up bool) {}

// Receive takes a frame from a port; ownership passes.
func (p *Plane) Receive(now clock.Instant, port int, frame *packet.Buffer) { frame.Release() }

// ReceiveIP takes an IP packet that came in over the interface with this index
// (PPP over Virtual-Access); buf at the IP header; ownership passes.
func (p *Plane) ReceiveIP(now clock.Instant, index int, buf *packet.Buffer) { buf.Release() }

// Reinject takes an IP packet that an SA unwrapped (buf.Protected set, buf.Ingress as it came in); it skips
// the inbound access list and the clear-text check. Ownership passes.
func (p *Plane) Reinject(now clock.Instant, buf *packet.Buffer) { buf.Release() }

// Output sends an IP packet made by this node. The header must be complete
// but for the checksum, which the plane fills in. Ownership passes, also on error.
// Packets to this node itself arrive at the next Tick.
func (p *Plane) Output(now clock.Instant, buf *packet.Buffer) error { buf.Release(); return ErrNoRoute }

// OutputProtected sends a packet that the crypto hook held and has since protected: as Output, without
// asking the hook.
func (p *Plane) OutputProtected(now clock.Instant, buf *packet.Buffer) error {
	buf.Release()
	return ErrNoRoute
}

// OutputOn sends an IP packet made by this node out of one interface to the link broadcast (or multicast) address.
func (p *Plane) OutputOn(now clock.Instant, iface string, buf *packet.Buffer) error {
	buf.Release()
	return ErrNoInterface
}

// NextID returns the next IP identification of this node.
func (p *Plane) NextID() uint16 { return 0 }

// SourceFor returns the address that a packet from here to dst gets.
func (p *Plane) SourceFor(dst netip.Addr) (netip.Addr, bool) { return netip.Addr{}, false }

// IsLocal reports whether addr is an address of an interface of this node that is up.
func (p *Plane) IsLocal(addr netip.Addr) bool { return false }

// IsBroadcast reports whether addr is the limited broadcast, a broadcast address of a connected subnet, or a group.
func (p *Plane) IsBroadcast(addr netip.Addr) bool { return false }

// Tick does what time has brought: announcements, ARP, reassembly, packets to itself.
func (p *Plane) Tick(now clock.Instant) {}

// Deadline returns when Tick is wanted next.
func (p *Plane) Deadline() clock.Instant { return clock.Never }

// AddVirtual makes a PointToPoint interface at run time, line up and line protocol down; output
// takes IP packets for it (ownership passes) and reports whether it sent them. It returns the interface's index.
func (p *Plane) AddVirtual(now clock.Instant, iface Interface, output func(now clock.Instant, buf *packet.Buffer) bool) (int, error) {
	return 0, nil
}

// UpdateVirtual replaces the desired state of a virtual interface; Name may change too (cloning).
func (p *Plane) UpdateVirtual(now clock.Instant, index int, iface Interface) error { return nil }

// SetVirtual sets line and line protocol of a virtual interface and, with peer valid, the host route to it.
func (p *Plane) SetVirtual(now clock.Instant, index int, link, protocol bool, peer netip.Addr) error {
	return nil
}

// RemoveVirtual removes a virtual interface with its routes.
func (p *Plane) RemoveVirtual(now clock.Instant, index int) {}

// Index returns the index of the named interface, 0 for none.
func (p *Plane) Index(name string) int { return 0 }

// Name returns the name of the interface with this index (as in Buffer.Ingress).
func (p *Plane) Name(index int) string { return "" }

// Lookup returns the way to dst: next hop (dst itself when directly connected) and interface.
func (p *Plane) Lookup(dst netip.Addr) (hop netip.Addr, iface string, ok bool) {
	return netip.Addr{}, "", false
}

// List returns the compiled access list of that name, nil when there is none.
func (p *Plane) List(name string) *ACL { return nil }

// DebugPackets turns the events of debug ip packet on or off, filtered by an
// access list ("" for all packets), with the transport line when detail is set.
func (p *Plane) DebugPackets(on bool, list string, detail bool) {}

// Interfaces returns all interfaces: ports, loopbacks, virtual ones, in IOS's order.
func (p *Plane) Interfaces(now clock.Instant) []InterfaceState { return nil }

// InterfaceState returns one interface.
func (p *Plane) InterfaceState(now clock.Instant, name string) (InterfaceState, bool) {
	return InterfaceState{}, false
}

// Routes returns the routing table.
func (p *Plane) Routes() RouteTable { return RouteTable{} }

// ARPTable returns the ARP cache, by address.
func (p *Plane) ARPTable(now clock.Instant) []ARPEntry { return nil }

// Lists returns the access lists with their hits.
func (p *Plane) Lists() []ListState { return nil }

// Counters returns the plane's totals.
func (p *Plane) Counters() Counters { return Counters{} }

// ClearCounters zeroes the counters of one interface, of all for "".
func (p *Plane) ClearCounters(now clock.Instant, name string) {}

// ClearARP asks the neighbours in the ARP cache anew (`clear arp-cache`).
func (p *Plane) ClearARP(now clock.Instant) {}

// ClearListHits zeroes the hits of one access list, of all for "".
func (p *Plane) ClearListHits(name string) {}
