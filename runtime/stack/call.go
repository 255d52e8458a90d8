package stack

import (
	"net/netip"
	"slices"

	"ioslab/runtime/clock"
	"ioslab/runtime/host"
	"ioslab/runtime/l2tp"
	"ioslab/runtime/packet"
	"ioslab/runtime/ppp"
)

// Call is one L2TP session with the PPP link inside it.
type Call struct {
	Session l2tp.SessionUp
	Link    *ppp.Link
	// Index is the plane's interface of the call, 0 before it is bound.
	Index int
	// Binding is what Owner.Bind gave.
	Binding Binding
	// Since is when the session came up; User the authenticated name.
	Since clock.Instant
	User  string
	// Down is how PPP ended; LineDown how the session under it ended, when that came first.
	Down     ppp.Down
	LineDown *l2tp.Reason
	// IP is what IPCP agreed, while Up.
	IP ppp.IPUp
	Up bool

	dirty, over bool
}

// Calls returns how many calls there are, Call one of them.
func (s *Stack) Calls() int { return len(s.calls) }

// Call returns the call of a session, nil for none.
func (s *Stack) Call(h l2tp.Handle) *Call { return s.calls[h] }

// EachCall calls f for every call, in no particular order.
func (s *Stack) EachCall(f func(*Call)) {
	for _, c := range s.calls {
		f(c)
	}
}

// Hangup ends a call in an orderly way: PPP first, then the session.
func (s *Stack) Hangup(now clock.Instant, c *Call, why ppp.DownReason) {
	c.Link.Close(now, why)
	s.touch(c)
}

func (s *Stack) receiveL2TP(now clock.Instant, local, remote netip.AddrPort, buf *packet.Buffer) {
	s.L2TP.Receive(now, local, remote, buf)
}

// Data implements l2tp.DataSink: a PPP frame came for a session.
func (s *Stack) Data(now clock.Instant, h l2tp.Handle, buf *packet.Buffer) {
	c := s.calls[h]
	if c == nil {
		// The session is up in the outbox already: bring the call up first.
		s.settleL2TP(now)
		if c = s.calls[h]; c == nil {
			buf.Release()
			return
		}
	}
	c.Link.Receive(now, buf)
	s.touch(c)
}

func (s *Stack) touch(c *Call) {
	if !c.dirty {
		c.dirty = true
		s.dirty = append(s.dirty, c)
	}
}

func (s *Stack) settleL2TP(now clock.Instant) int {
	outs := slices.Clone(s.L2TP.Drain())
	for _, o := range outs {
		switch o := o.(type) {
		case l2tp.Packet:
			s.sendUDP(now, o.Local, o.Remote, o.Buf, host.Send{NoChecksum: false})
		case l2tp.SessionUp:
			s.sessionUp(now, o)
		case l2tp.SessionDown:
			s.owner.Notice(now, o)
			if c := s.calls[o.Session]; c != nil {
				c.LineDown = &o.Reason
				c.Link.LowerDown(now)
				s.touch(c)
			}
		default:
			s.owner.Notice(now, o)
		}
	}
	return len(outs)
}

func (s *Stack) sessionUp(now clock.Instant, up l2tp.SessionUp) {
	a, ok := s.owner.Answer(now, up)
	if !ok {
		s.L2TP.Hangup(now, up.Session, l2tp.Hangup{})
		return
	}
	c := &Call{Session: up, Since: now}
	a.Deps.Deliver = func(now clock.Instant, b *packet.Buffer) {
		if c.Index == 0 {
			b.Release()
			return
		}
		s.Plane.ReceiveIP(now, c.Index, b)
	}
	c.Link = ppp.New(a.Session, a.Config, a.Deps)
	s.calls[up.Session] = c
	c.Link.Open(now)
	c.Link.LowerUp(now)
	s.touch(c)
}

func (s *Stack) settleCalls(now clock.Instant) int {
	n := 0
	for len(s.dirty) > 0 {
		work := s.dirty
		s.dirty = nil
		for _, c := range work {
			c.dirty = false
			n += s.settleCall(now, c)
		}
	}
	return n
}

func (s *Stack) settleCall(now clock.Instant, c *Call) int {
	n := 0
	for {
		outs := slices.Clone(c.Link.Drain())
		for _, o := range outs {
			s.linkOutput(now, c, o)
		}
		n += len(outs)
		if len(outs) == 0 {
			break
		}
	}
	if !c.over {
		s.timer.Set(c.Session.Session, c.Link.Deadline())
	}
	return n
}

func (s *Stack) linkOutput(now clock.Instant, c *Call, o ppp.Output) {
	switch o := o.(type) {
	case ppp.Frame:
		s.sendFrame(now, c, o.Buf)
	case ppp.AuthPassed:
		s.bind(now, c, o.User)
	case ppp.IPUp:
		c.IP, c.Up = o, true
		peer := netip.Addr{}
		if o.Route {
			peer = o.Peer
		}
		_ = s.Plane.SetVirtual(now, c.Index, true, true, peer) // the interface is there: bind made it
		s.owner.IPUp(now, c, o)
	case ppp.IPDown:
		c.Up = false
		if c.Index != 0 {
			_ = s.Plane.SetVirtual(now, c.Index, true, false, netip.Addr{})
		}
	case ppp.Down:
		s.callDown(now, c, o)
	case ppp.PhaseNotice:
	}
}

// sendFrame sends a PPP frame of a call; a frame without a way is lost as on a wire, and counted.
func (s *Stack) sendFrame(now clock.Instant, c *Call, buf *packet.Buffer) bool {
	path, ok := s.L2TP.Send(now, c.Session.Session, buf)
	if !ok {
		return false
	}
	return s.Host.SendUDP(now, path.Local, path.Remote, buf, host.Send{NoChecksum: !path.Checksum}) == nil
}

func (s *Stack) bind(now clock.Instant, c *Call, user string) {
	b, ok := s.owner.Bind(now, c, user)
	if ok {
		index, err := s.Plane.AddVirtual(now, b.Interface, func(now clock.Instant, buf *packet.Buffer) bool {
			return c.Link.SendIP(now, buf) && s.sendFrame(now, c, buf)
		})
		ok = err == nil
		c.Index = index
	}
	if !ok {
		c.Link.Close(now, ppp.NoInterface)
		return
	}
	c.Binding, c.User = b, user
	s.L2TP.SetUser(c.Session.Session, user)
	s.L2TP.SetInterface(now, c.Session.Session, b.Short)
	c.Link.SetInterface(now, b.Short)
}

func (s *Stack) callDown(now clock.Instant, c *Call, d ppp.Down) {
	c.Down, c.Up, c.over = d, false, true
	s.timer.Remove(c.Session.Session)
	delete(s.calls, c.Session.Session)
	s.L2TP.Hangup(now, c.Session.Session, hangup(c, d))
	s.owner.CallDown(now, c)
	if c.Index != 0 {
		s.Plane.RemoveVirtual(now, c.Index)
		c.Index = 0
	}
}

// hangup words a link's end for the CDN. The numbers are the RADIUS
// Acct-Terminate-Cause (RFC 2866, 5.10) and the Ascend disconnect cause.
func hangup(c *Call, d ppp.Down) l2tp.Hangup {
	if c.Session.Dialled {
		// A client's CDN says that its carrier is gone (RFC 2661, 4.4.2, result 1).
		return l2tp.Hangup{Result: 1}
	}
	switch d.Reason {
	case ppp.AuthFailed:
		return l2tp.Hangup{AAA: true, IETF: 17, Ascend: 26}
	case ppp.AdminClosed:
		return l2tp.Hangup{Admin: true}
	case ppp.IdleTimeout:
		return l2tp.Hangup{AAA: true, IETF: 4, Ascend: 21}
	}
	return l2tp.Hangup{AAA: true}
}
