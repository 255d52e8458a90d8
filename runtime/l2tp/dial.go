package l2tp

import (
	"encoding/binary"
	"net/netip"

	"ioslab/runtime/clock"
	wire "ioslab/runtime/wire/l2tp"
)

// dialKey finds a tunnel that a further call of a LAC may join.
type dialKey struct {
	remote netip.AddrPort
	name   string
}

// Dial opens a session, and a tunnel for it if need be. The answer comes as
// SessionUp or SessionDown. The errors are ErrFull, ErrRandom and ErrPath.
func (e *Engine) Dial(now clock.Instant, req DialRequest) (Handle, error) {
	if !req.Path.Local.IsValid() || !req.Path.Remote.IsValid() {
		return 0, ErrPath
	}
	if len(e.sessions) >= MaxSessions {
		return 0, ErrFull
	}
	key := dialKey{req.Path.Remote, req.Personality.HostName}
	t := e.byDial[key]
	if t == nil || !req.Reuse {
		var err error
		if t, err = e.dialTunnel(now, req); err != nil {
			return 0, err
		}
		if req.Reuse {
			e.byDial[key] = t
		}
	}
	s := e.newSession(now, t, true, req.Personality)
	if s == nil {
		if len(t.sessions) == 0 && t.state == TunnelIdle {
			e.removeTunnel(t)
		}
		return 0, ErrRandom
	}
	s.line, s.user, s.call, s.group = req.Interface, req.User, req.Call, req.Group
	if s.call.Serial == 0 {
		s.call.Serial = e.nextSerial
		e.nextSerial++
	}
	s.call.SequencingRequired = s.call.SequencingRequired || t.cfg.Sequencing
	s.need, s.number = s.call.SequencingRequired, s.call.SequencingRequired
	e.sessionDo(now, s, sessionCall)
	return s.handle, nil
}

// dialTunnel makes a tunnel of our own, still idle.
func (e *Engine) dialTunnel(now clock.Instant, req DialRequest) (*tunnel, error) {
	if len(e.tunnels) >= MaxTunnels {
		return nil, ErrFull
	}
	var tie wire.Opt[uint64]
	if req.Personality.TieBreaker {
		b, ok := e.random(8)
		if !ok {
			return nil, ErrRandom
		}
		tie = wire.Some(binary.BigEndian.Uint64(b))
	}
	t := e.newTunnel(now, req.Path, req.Tunnel, req.Personality)
	if t == nil {
		return nil, ErrRandom
	}
	t.dialled, t.tie, t.groupName = true, tie, req.Group
	t.localName = req.Personality.HostName
	t.secret = []byte(req.Tunnel.Password)
	return t, nil
}

// openTunnel opens the tunnel of a call, or tells the call that it is open.
func (e *Engine) openTunnel(now clock.Instant, t *tunnel) {
	if t.state != TunnelIdle {
		e.tunnelDo(now, t, tunnelFirstCall)
		e.tunnelDo(now, t, tunnelOpen)
		return
	}
	e.emit(TunnelMachine{t.label(), t.state})
	e.tunnelDo(now, t, tunnelOpen)
	e.emit(TunnelMachine{t.label(), t.state})
}

// unshare lets no further call join the tunnel.
func (e *Engine) unshare(t *tunnel) {
	key := dialKey{t.path.Remote, t.localName}
	if e.byDial[key] == t {
		delete(e.byDial, key)
	}
}

// Hangup closes a session. A session that is gone already is no error.
func (e *Engine) Hangup(now clock.Instant, session Handle, how Hangup) {
	s := e.sessions[session]
	if s == nil {
		return
	}
	cause := CauseLocal
	if how.Admin {
		cause = CauseAdmin
	}
	e.closeSession(now, s, sessionHangup, cause, how)
}

// SetInterface tells the name of the Virtual-Access that PPP got for the
// session after authentication: an LNS session is established by that.
func (e *Engine) SetInterface(now clock.Instant, session Handle, name string) {
	if s := e.sessions[session]; s != nil {
		s.name = name
		e.sessionDo(now, s, sessionService)
	}
}

// SetUser tells the authenticated name, for show and syslog.
func (e *Engine) SetUser(session Handle, user string) {
	if s := e.sessions[session]; s != nil {
		s.user = user
	}
}

// ClearSelector says which tunnels `clear vpdn tunnel l2tp …` means. Empty
// fields match everything; the zero selector means all tunnels.
type ClearSelector struct {
	// Remote and Local are host names of a tunnel.
	Remote, Local string
	// Addr is the peer's address.
	Addr netip.Addr
	// ID is the local tunnel id.
	ID uint16
}

func (c ClearSelector) matches(t *tunnel) bool {
	return (c.Remote == "" || c.Remote == t.remoteName) && (c.Local == "" || c.Local == t.localName) &&
		(!c.Addr.IsValid() || c.Addr == t.path.Remote.Addr()) && (c.ID == 0 || c.ID == t.id)
}

// ClearTunnels closes the tunnels that the selector means and returns how many.
func (e *Engine) ClearTunnels(now clock.Instant, which ClearSelector) int {
	n := 0
	for _, t := range e.sortedTunnels() {
		if t.alive() && which.matches(t) {
			e.closeTunnel(now, t, tunnelClose, CauseAdmin, wire.ResultCode{Result: wire.StopClear, HasError: true})
			n++
		}
	}
	return n
}
