package host

import (
	"errors"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
)

// Plane is what the host needs of the forwarding plane (forward.Plane is one).
type Plane interface {
	// Output sends an IP packet with a complete header but for the checksum; it takes buf, also on error.
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
)

// UDPHandler takes a datagram: buf is trimmed to the payload, ownership passes.
// buf.Protected, Security and NATT tell how it came.
type UDPHandler func(now clock.Instant, local, remote netip.AddrPort, buf *packet.Buffer)

// ProtocolHandler takes a whole IP packet, buf at the IP header; ownership passes.
type ProtocolHandler func(now clock.Instant, buf *packet.Buffer)

// Config is the host's desired state.
type Config struct {
	TTL uint8 // of packets made here; 0 means 255
	// NoEcho does not answer echo requests (a PC behind its firewall).
	NoEcho bool
	// NoUnreachables sends no port and protocol unreachables.
	NoUnreachables bool
}

// Host answers and sends what the node itself does, over a Plane.
type Host struct {
	plane Plane
}

// New returns a Host. random gives echo identifiers, sequence starts and trace ports; nil starts them at fixed values.
func New(plane Plane, sink event.Sink, random Reader, cfg Config) *Host { return &Host{plane: plane} }

// Reader is io.Reader.
type Reader interface{ Read([]byte) (int, error) }

// Configure replaces the desired state.
func (h *Host) Configure(now clock.Instant, cfg Config) {}

// Deliver takes a whole IP datagram for this node from the plane; ownership passes.
func (h *Host) Deliver(now clock.Instant, buf *packet.Buffer) { buf.Release() }

// HandleUDP registers a handler for datagrams to local (its zero address: every own
// address). A more specific local wins.
func (h *Host) HandleUDP(local netip.AddrPort, f UDPHandler) error { return nil }

// UnhandleUDP removes a handler.
func (h *Host) UnhandleUDP(local netip.AddrPort) {}

// HandleProtocol registers a handler for an IP protocol other than ICMP and UDP; nil removes it.
func (h *Host) HandleProtocol(proto uint8, f ProtocolHandler) {}

// Send tells how a datagram is sent.
type Send struct {
	TTL uint8 // 0 means the host's
	TOS uint8
	DF  bool
	// NoChecksum sends UDP checksum 0.
	NoChecksum bool
}

// SendUDP sends a datagram, buf at the payload; ownership passes, also on error.
// An invalid local address is chosen by the route to remote. The packet
// carries buf's Protected mark on to no one: it is a new packet.
func (h *Host) SendUDP(now clock.Instant, local, remote netip.AddrPort, buf *packet.Buffer, s Send) error {
	buf.Release()
	return nil
}

// SendIP prepends an IP header to buf (at the IP payload) and sends it; ownership passes, also on error.
func (h *Host) SendIP(now clock.Instant, src, dst netip.Addr, proto uint8, buf *packet.Buffer, s Send) error {
	buf.Release()
	return nil
}

// Tick does what time has brought: probes that are due or lost.
func (h *Host) Tick(now clock.Instant) {}

// Deadline returns when Tick is wanted next.
func (h *Host) Deadline() clock.Instant { return clock.Never }
