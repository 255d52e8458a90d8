package forward

import (
	"errors"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

const (
	// maxLocalQueue bounds the packets of a node to itself that wait for a Tick.
	maxLocalQueue = 64
	// maxDepth bounds how often a packet may be wrapped and sent again on one stack: a
	// route to a tunnel's end through the tunnel itself would otherwise never end.
	maxDepth = 8
	// maxInterfaces bounds the interfaces of a node: 10,000 sessions and room for as many again.
	maxInterfaces = 32768
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
	ErrTooMany     = errors.New("too many interfaces")
	ErrMalformed   = errors.New("malformed IP packet")
)

// Plane is one node's IPv4 forwarding plane. It is used by one goroutine.
type Plane struct {
	deps Deps
	cfg  Config

	ifaces  []*iface // by index; [0] stays nil, gaps are nil
	free    []int    // gaps, to use again
	byName  map[string]*iface
	ports   []*iface
	carrier map[int]bool

	rib   rib
	fib   fib
	lists map[string]*ACL

	neighbours clock.Queue[neighbourKey]
	announce   clock.Queue[int] // interface index -> line protocol message
	asm        reassembler
	localQueue []*packet.Buffer
	localAt    clock.Instant
	logs       aclLogs
	limit      unreachableLimit
	depth      int
	id         uint16
	debug      packetDebug
	count      Counters
}

// New returns a Plane without interfaces.
func New(deps Deps) *Plane {
	if deps.Sink == nil {
		deps.Sink = event.Discard{}
	}
	return &Plane{deps: deps, ifaces: make([]*iface, 1), byName: map[string]*iface{}}
}

// SetDeliver sets what takes the packets for this node; New could not be given it yet.
func (p *Plane) SetDeliver(f func(now clock.Instant, buf *packet.Buffer)) { p.deps.Deliver = f }

// SetCrypto sets the crypto hook; nil for none.
func (p *Plane) SetCrypto(c Crypto) { p.deps.Crypto = c }

// NextID returns the next IP identification of this node.
func (p *Plane) NextID() uint16 {
	p.id++
	return p.id
}

// ttl returns the time to live of packets made here.
func (p *Plane) ttl() uint8 {
	if p.cfg.TTL != 0 {
		return p.cfg.TTL
	}
	return 255
}

// SourceFor returns the address that a packet from here to dst gets: that of the interface it
// leaves by, dst itself when it is our own.
func (p *Plane) SourceFor(dst netip.Addr) (netip.Addr, bool) {
	d := ip.Number(dst)
	r, recv := p.fib.lookup(d)
	switch {
	case recv != nil && recv.receive == receiveLocal:
		return dst, true
	case recv != nil:
		return ip.Addr(recv.owner.src), recv.owner.src != 0
	case r == nil:
		return p.anySource(d)
	}
	src := r.pick(0, d).out.src
	return ip.Addr(src), src != 0
}

// anySource returns an address for packets to all: that of the first interface that is up.
func (p *Plane) anySource(dst uint32) (netip.Addr, bool) {
	if !isGroup(dst) {
		return netip.Addr{}, false
	}
	for _, i := range p.ifaces {
		if i != nil && i.proto && i.cfg.Kind == Ethernet && i.src != 0 {
			return ip.Addr(i.src), true
		}
	}
	return netip.Addr{}, false
}

// IsLocal reports whether addr is an address of an interface of this node that is up.
func (p *Plane) IsLocal(addr netip.Addr) bool {
	_, recv := p.fib.lookup(ip.Number(addr))
	return recv != nil && recv.receive == receiveLocal
}

// IsBroadcast reports whether addr is the limited broadcast, a broadcast address of a connected subnet, or a group.
func (p *Plane) IsBroadcast(addr netip.Addr) bool {
	d := ip.Number(addr)
	_, recv := p.fib.lookup(d)
	return isGroup(d) || recv != nil && recv.receive == receiveBroadcast
}

// isGroup reports whether a is a multicast group or the limited broadcast.
func isGroup(a uint32) bool { return a>>28 == 14 || a == 0xffffffff }

// Lookup returns the way to dst: next hop (dst itself when directly connected) and interface.
func (p *Plane) Lookup(dst netip.Addr) (hop netip.Addr, iface string, ok bool) {
	d := ip.Number(dst)
	r, _ := p.fib.lookup(d)
	if r == nil {
		return netip.Addr{}, "", false
	}
	w := r.pick(0, d)
	if w.hop == 0 {
		return dst, w.out.cfg.Name, true
	}
	return ip.Addr(w.hop), w.out.cfg.Name, true
}

// List returns the compiled access list of that name, nil when there is none.
// It is valid until the next Configure.
func (p *Plane) List(name string) *ACL { return p.lists[name] }

// Tick does what time has brought: announcements, ARP, reassembly, packets to itself.
func (p *Plane) Tick(now clock.Instant) {
	for {
		k, ok := p.announce.PopDue(now)
		if !ok {
			break
		}
		p.announceProtocol(p.at(k))
	}
	p.tickNeighbours(now)
	p.asm.tick(now, p)
	p.tickLogs(now)
	p.tickLocal(now)
}

// Deadline returns when Tick is wanted next.
func (p *Plane) Deadline() clock.Instant {
	d := clock.Earliest(p.announce.Deadline(), p.neighbours.Deadline(), p.asm.deadline(), p.logs.deadline())
	if len(p.localQueue) > 0 {
		d = min(d, p.localAt)
	}
	return d
}

// toSelf queues a packet of this node to itself until the next Tick, so that an
// answer never comes on the asker's stack.
func (p *Plane) toSelf(now clock.Instant, buf *packet.Buffer) {
	if len(p.localQueue) >= maxLocalQueue {
		p.drop(nil, DropLocalQueueFull, buf)
		return
	}
	if len(p.localQueue) == 0 {
		p.localAt = now
	}
	p.localQueue = append(p.localQueue, buf)
}

func (p *Plane) tickLocal(now clock.Instant) {
	for n := len(p.localQueue); n > 0; n-- {
		buf := p.localQueue[0]
		p.localQueue = append(p.localQueue[:0], p.localQueue[1:]...)
		p.localAt = now
		p.deliver(now, nil, buf)
	}
}

// drop counts and releases a packet; i is the interface to blame, nil for none.
func (p *Plane) drop(i *iface, r DropReason, buf *packet.Buffer) {
	p.count.Drops[r]++
	buf.Release()
}

// Close releases every buffer that the plane holds. Only when the node ends.
func (p *Plane) Close() {
	for _, b := range p.localQueue {
		b.Release()
	}
	p.localQueue = nil
	p.asm.close()
	for _, i := range p.ifaces {
		if i != nil {
			p.flushNeighbours(i)
		}
	}
}
