package host

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

// Plane is what the host needs of the forwarding plane (forward.Plane is one).
type Plane interface {
	// Output sends an IP packet with a complete header; it takes buf, also on error.
	Output(now clock.Instant, buf *packet.Buffer) error
	NextID() uint16
	SourceFor(dst netip.Addr) (netip.Addr, bool)
	IsLocal(addr netip.Addr) bool
	IsBroadcast(addr netip.Addr) bool
}

// Errors that callers branch on.
var (
	ErrPortInUse = errors.New("UDP port is in use")
	ErrNoSource  = errors.New("no route to the destination")
	ErrTooLarge  = errors.New("datagram is too large")
	ErrTooMany   = errors.New("too many operations at once")
	ErrBadSize   = errors.New("size is out of range")
)

const (
	// maxOperations bounds the pings and traces of a node that run at once: one a terminal line and to spare.
	maxOperations = 64
	// maxPorts bounds the UDP handlers.
	maxPorts = 1024
	// unreachableInterval is IOS's `ip icmp rate-limit unreachable`.
	unreachableInterval = 500 * time.Millisecond
	// errorTOS is the precedence of ICMP errors (RFC 1812, 4.3.2.5).
	errorTOS = 0xc0
)

// UDPHandler takes a datagram: buf is trimmed to the payload, ownership passes.
// buf.Ingress, Protected, Security and SA tell how it came.
type UDPHandler func(now clock.Instant, local, remote netip.AddrPort, buf *packet.Buffer)

// ProtocolHandler takes a whole IP packet, buf at the IP header; ownership passes.
type ProtocolHandler func(now clock.Instant, buf *packet.Buffer)

// Report tells of an ICMP error about a packet that this node sent. Its
// Quoted bytes are valid during the call only.
type Report struct {
	Type, Code uint8
	From       netip.Addr
	MTU        int // fragmentation needed: next-hop MTU, 0 when not told
	Quoted     ip.Header
}

// Config is the host's desired state.
type Config struct {
	TTL uint8 // of packets made here; 0 means 255
	// NoEcho does not answer echo requests (a PC behind its firewall).
	NoEcho bool
	// NoUnreachables sends no port and protocol unreachables.
	NoUnreachables bool
	// UnreachableInterval is the least time between two unreachables;
	// 0 means IOS's 500 ms, negative no limit.
	UnreachableInterval time.Duration
}

// Host answers and sends what the node itself does, over a Plane. It is used by one goroutine.
type Host struct {
	plane  Plane
	sink   event.Sink
	random io.Reader
	cfg    Config

	udp       map[netip.AddrPort]UDPHandler
	protocols map[uint8]ProtocolHandler
	report    func(now clock.Instant, r Report)
	ops       []*Operation
	nextError clock.Instant
	lastID    uint16
	count     Counters
}

// New returns a Host. random gives echo identifiers and trace ports; nil counts them up. A nil
// sink discards events.
func New(plane Plane, sink event.Sink, random io.Reader, cfg Config) *Host {
	if sink == nil {
		sink = event.Discard{}
	}
	return &Host{plane: plane, sink: sink, random: random, cfg: cfg, udp: map[netip.AddrPort]UDPHandler{}, protocols: map[uint8]ProtocolHandler{}}
}

// Configure replaces the desired state.
func (h *Host) Configure(now clock.Instant, cfg Config) { h.cfg = cfg }

// Counters returns the host's totals.
func (h *Host) Counters() Counters { return h.count }

// HandleUDP registers a handler for datagrams to local; with an unspecified or
// zero address, to every own address. A more specific local wins.
func (h *Host) HandleUDP(local netip.AddrPort, f UDPHandler) error {
	k := portKey(local)
	if h.udp[k] != nil {
		return fmt.Errorf("handle %v: %w", local, ErrPortInUse)
	}
	if len(h.udp) >= maxPorts {
		return fmt.Errorf("handle %v: %w", local, ErrTooMany)
	}
	h.udp[k] = f
	return nil
}

// UnhandleUDP removes a handler.
func (h *Host) UnhandleUDP(local netip.AddrPort) { delete(h.udp, portKey(local)) }

func portKey(a netip.AddrPort) netip.AddrPort {
	if a.Addr().IsUnspecified() {
		return netip.AddrPortFrom(netip.Addr{}, a.Port())
	}
	return a
}

// UDPPorts returns the handled local addresses and ports, in order.
func (h *Host) UDPPorts() []netip.AddrPort {
	ps := make([]netip.AddrPort, 0, len(h.udp))
	for k := range h.udp {
		ps = append(ps, k)
	}
	slices.SortFunc(ps, netip.AddrPort.Compare)
	return ps
}

// HandleProtocol registers a handler for an IP protocol other than ICMP and UDP; nil removes it.
func (h *Host) HandleProtocol(proto uint8, f ProtocolHandler) {
	if f == nil {
		delete(h.protocols, proto)
		return
	}
	h.protocols[proto] = f
}

// HandleErrors sets who is told of ICMP errors about this node's packets that are not of a ping
// or trace (path MTU of tunnels); nil for nobody.
func (h *Host) HandleErrors(f func(now clock.Instant, r Report)) { h.report = f }

// Deliver takes a whole IP datagram for this node from the plane; ownership passes.
func (h *Host) Deliver(now clock.Instant, buf *packet.Buffer) {
	hdr, err := ip.ParseUnverified(buf.Bytes())
	if err != nil {
		buf.Release()
		return
	}
	switch proto := hdr.Protocol(); proto {
	case ip.ProtoICMP:
		h.receiveICMP(now, buf, hdr)
	case ip.ProtoUDP:
		h.receiveUDP(now, buf, hdr)
	default:
		if f := h.protocols[proto]; f != nil {
			f(now, buf)
			return
		}
		h.unreachable(now, hdr, ip.CodeProtocol)
		h.drop(DropNoProtocol, buf)
	}
}

func (h *Host) drop(r DropReason, buf *packet.Buffer) {
	h.count.Drops[r]++
	buf.Release()
}

func (h *Host) ttl() uint8 {
	if h.cfg.TTL != 0 {
		return h.cfg.TTL
	}
	return 255
}

// draw returns a random number, or the next when there is no random.
func (h *Host) draw() uint16 {
	var b [2]byte
	if h.random != nil {
		if _, err := io.ReadFull(h.random, b[:]); err == nil {
			return uint16(b[0])<<8 | uint16(b[1])
		}
	}
	h.lastID++
	return h.lastID
}
