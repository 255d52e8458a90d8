package stack

import (
	"io"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/forward"
	"ioslab/runtime/host"
	"ioslab/runtime/ike"
	"ioslab/runtime/ipsec"
	"ioslab/runtime/l2tp"
	"ioslab/runtime/lab"
	"ioslab/runtime/packet"
	"ioslab/runtime/ppp"
)

// Owner decides what the engines cannot. Its methods run within a step of the
// Stack and must not call the Stack's Receive, Tick or Settle; everything else
// of the Stack and its engines may be called.
type Owner interface {
	// Answer prepares PPP for a session that L2TP has brought up; false refuses the call.
	Answer(now clock.Instant, up l2tp.SessionUp) (Answer, bool)
	// Bind gives an authenticated peer its interface; false ends the call.
	Bind(now clock.Instant, c *Call, user string) (Binding, bool)
	// IPUp tells that datagrams flow; the host route to the peer is set.
	IPUp(now clock.Instant, c *Call, n ppp.IPUp)
	// CallDown tells that a call is over; its interface is still there.
	CallDown(now clock.Instant, c *Call)
	// Notice tells the rest: l2tp.TunnelUp, TunnelDown, IncomingCall and
	// SessionDown, ike.PhaseOneUp, PhaseOneDown, QuickModeUp and QuickModeFailed, ipsec.SocketUp,
	// SocketDown, RouteWanted, InvalidSPI and PeerMoved.
	Notice(now clock.Instant, n any)
}

// Answer is how a call is taken.
type Answer struct {
	Config  *ppp.Config
	Session ppp.Session
	Deps    ppp.Deps // Deliver is filled in by the Stack
}

// Binding is the interface that a call gets.
type Binding struct {
	// Interface is the plane's new point-to-point interface.
	Interface forward.Interface
	// Short is its name in debug lines, as "Vi2.1".
	Short string
}

// Config is what a Stack is made from.
type Config struct {
	Owner    Owner
	Sink     event.Sink
	Rand     io.Reader
	Transmit func(port int, frame *packet.Buffer)
	IKE      ike.Config
	Host     host.Config
	// Keys takes session keys for the tables beside a capture; nil for none.
	Keys lab.KeyLog
	// Offer is the order of attributes in quick mode proposals that we make.
	Offer OfferStyle
}

// Stack is the engines of one node. The fields are the engines themselves, for
// Configure, snapshots and commands; after calling one that may leave
// something in an outbox, call Settle.
type Stack struct {
	Plane *forward.Plane
	Host  *host.Host
	IPsec *ipsec.Engine
	IKE   *ike.Engine
	L2TP  *l2tp.Engine

	owner Owner
	sink  event.Sink
	rand  io.Reader
	offer OfferStyle
	keys  lab.KeyLog

	now   clock.Instant
	pairs map[uint64]uint64 // ike's Install.Child -> ipsec's pair
	calls map[l2tp.Handle]*Call
	timer clock.Queue[l2tp.Handle] // deadlines of the calls' links
	dirty []*Call                  // calls whose outbox may hold something
}

// New returns a Stack without interfaces. It fails only when a port handler
// cannot be registered, which a fresh host never refuses.
func New(cfg Config) (*Stack, error) {
	if cfg.Keys == nil {
		cfg.Keys = lab.NoKeys{}
	}
	s := &Stack{
		owner: cfg.Owner, sink: cfg.Sink, rand: cfg.Rand, offer: cfg.Offer, keys: cfg.Keys,
		pairs: map[uint64]uint64{}, calls: map[l2tp.Handle]*Call{},
	}
	s.Plane = forward.New(forward.Deps{Sink: cfg.Sink, Transmit: cfg.Transmit, Deliver: s.deliver, Crypto: cryptoHook{s}})
	s.Host = host.New(s.Plane, cfg.Sink, cfg.Rand, cfg.Host)
	s.IPsec = ipsec.New(cfg.Rand, cfg.Sink)
	s.IKE = ike.New(cfg.IKE, keyEngine{s}, cfg.Sink, cfg.Rand)
	s.L2TP = l2tp.New(cfg.Sink, cfg.Rand, s)
	return s, s.register()
}

func (s *Stack) register() error {
	any4 := netip.IPv4Unspecified()
	for _, h := range []struct {
		port uint16
		f    host.UDPHandler
	}{{500, s.receiveIKE}, {4500, s.receiveNATT}, {1701, s.receiveL2TP}} {
		if err := s.Host.HandleUDP(netip.AddrPortFrom(any4, h.port), h.f); err != nil {
			return err
		}
	}
	s.Host.HandleProtocol(uint8(ipsec.ESP), s.receiveIPsec)
	s.Host.HandleProtocol(uint8(ipsec.AH), s.receiveIPsec)
	return nil
}

func (s *Stack) deliver(now clock.Instant, buf *packet.Buffer) { s.Host.Deliver(now, buf) }

// Receive takes a frame from a port; ownership passes.
func (s *Stack) Receive(now clock.Instant, port int, frame *packet.Buffer) {
	s.now = now
	s.Plane.Receive(now, port, frame)
	s.Settle(now)
}

// Tick does what is due at now.
func (s *Stack) Tick(now clock.Instant) {
	s.now = now
	if s.Plane.Deadline().Reached(now) {
		s.Plane.Tick(now)
	}
	if s.Host.Deadline().Reached(now) {
		s.Host.Tick(now)
	}
	if s.IPsec.Deadline().Reached(now) {
		s.IPsec.Tick(now)
	}
	if s.IKE.Deadline().Reached(now) {
		s.IKE.Tick(now)
	}
	if s.L2TP.Deadline().Reached(now) {
		s.L2TP.Tick(now)
	}
	for {
		h, ok := s.timer.PopDue(now)
		if !ok {
			break
		}
		if c := s.calls[h]; c != nil {
			c.Link.Tick(now)
			s.touch(c)
		}
	}
	s.Settle(now)
}

// Deadline returns when Tick is wanted next.
func (s *Stack) Deadline() clock.Instant {
	return clock.Earliest(s.Plane.Deadline(), s.Host.Deadline(), s.IPsec.Deadline(),
		s.IKE.Deadline(), s.L2TP.Deadline(), s.timer.Deadline())
}

// maxRounds bounds Settle: each round carries every outbox across once, and no
// exchange between engines of one node takes more than a few rounds.
const maxRounds = 1000

// Settle carries outputs between the engines until every outbox is empty.
func (s *Stack) Settle(now clock.Instant) {
	s.now = now
	for range maxRounds {
		n := s.settleIPsec(now)
		n += s.settleIKE(now)
		n += s.settleL2TP(now)
		n += s.settleCalls(now)
		if n == 0 {
			return
		}
	}
	panic("stack: the engines of a node do not come to rest")
}

// Close ends the stack: every buffer that an engine holds is given back,
// nothing is sent, and nothing may be called any more.
func (s *Stack) Close(now clock.Instant) {
	for _, c := range s.calls {
		c.Link.LowerDown(now)
		for _, o := range c.Link.Drain() {
			if f, ok := o.(ppp.Frame); ok {
				f.Buf.Release()
			}
		}
	}
	s.IPsec.Configure(now, ipsec.Config{}) // drops what was held for SAs
	for _, o := range s.IPsec.Drain() {
		if r, ok := o.(ipsec.Released); ok {
			r.Buf.Release()
		}
	}
	s.L2TP.Close()
	s.Plane.Close()
}
