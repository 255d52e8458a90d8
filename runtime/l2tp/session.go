package l2tp

import (
	"time"

	"ioslab/runtime/clock"
	wire "ioslab/runtime/wire/l2tp"
)

// sessionSetup bounds the time from ICRQ to ICCN: longer than a peer takes to
// retransmit its ICRQ to the end, so that only a silent peer meets it.
const sessionSetup = 80 * time.Second

// session is one call.
type session struct {
	handle       Handle
	id, remoteID uint16
	t            *tunnel
	state        SessionState
	changed      clock.Instant
	unique       uint32
	dialled      bool
	group        string // the vpdn-group
	counted      bool   // against the group's limit
	name, user   string
	line         string // the interface of our own call, its name once it is made
	call         CallInfo
	face         Personality
	reason       Reason
	hangup       Hangup

	// Data channel (RFC 2661 5.4). number has packets numbered, need wants
	// numbers on what comes.
	number, need                             bool
	ns, nr                                   uint16
	packetsIn, packetsOut, bytesIn, bytesOut uint64
	late, lost                               uint64
}

// connected tells whether frames flow.
func (s *session) connected() bool {
	return s.state == SessionEstablished || s.state == SessionWaitService
}

func (s *session) label() Label {
	return Label{Tunnel: s.t.id, Session: s.id, Interface: s.name, Unique: s.unique}
}

// unit labels VPDN lines before the interface has a name.
func (s *session) unit() Label { return Label{Tunnel: s.t.id, Session: s.id, Unique: s.unique} }

// newSession makes a session in t and puts it into the tables; nil when no id could be drawn.
func (e *Engine) newSession(now clock.Instant, t *tunnel, dialled bool, face Personality) *session {
	id, ok := e.drawID(face.SequentialIDs, &t.nextID, func(id uint16) bool { return t.sessions[id] != nil })
	if !ok {
		return nil
	}
	e.lastHandle++
	e.lastUnique++
	s := &session{handle: e.lastHandle, id: id, t: t, changed: now, unique: e.lastUnique, dialled: dialled, face: face}
	t.sessions[id] = s
	e.sessions[s.handle] = s
	e.counters.Sessions++
	e.timers.Set(timerKey{timerSession, 0, s.handle}, now.Add(sessionSetup))
	e.emit(SessionEnabled{s.label()})
	return s
}

// table returns the RFC's table of the session's role.
func (s *session) table() *sessionTable {
	if s.dialled {
		return &lacTable
	}
	return &lnsTable
}

// sessionDo runs the cell of the session's state and event.
func (e *Engine) sessionDo(now clock.Instant, s *session, ev sessionEvent) {
	cell := s.table()[s.state][ev]
	for _, a := range cell.do {
		switch a {
		case openTunnel:
			e.openTunnel(now, s.t)
		case sendICRQ:
			e.sendICRQ(now, s)
		case sendICRP:
			e.sendICRP(now, s)
		case sendICCN:
			e.sendICCN(now, s)
		case sendCDN:
			e.sendCDN(now, s)
		case enterSession:
			e.enterSession(now, s, cell.next)
		case acceptCall:
			e.acceptCall(s)
		case connectData:
			e.connectData(s)
		case establish:
			e.emit(SessionReady{s.label()})
			e.emit(CallUp{s.unit()})
		case destroySession:
			e.emit(SessionDestroyed{s.label()})
		case removeSession:
			e.removeSession(now, s)
		}
	}
}

// closeSession ends a session from this side, with the codes of the CDN.
func (e *Engine) closeSession(now clock.Instant, s *session, ev sessionEvent, cause Cause, how Hangup) {
	if how.Result == 0 {
		how.Result, how.Error, how.Message = wire.CDNGeneralError, wire.ErrorVendor, locallyGenerated
	}
	s.hangup = how
	s.reason = Reason{Cause: cause, Result: how.Result, Error: how.Error, Message: how.Message, PPP: how.PPP}
	e.sessionDo(now, s, ev)
}

// locallyGenerated is the error text that goes over the wire when the caller gives no codes
// (shared/reference/traces/peer-view-l2tp-control.txt, 3).
const locallyGenerated = "Locally generated disconnect"

// endSession ends a session whose tunnel ends.
func (e *Engine) endSession(now clock.Instant, s *session) {
	for _, a := range cleanCell.do {
		switch a {
		case destroySession:
			e.emit(SessionDestroyed{s.label()})
		case enterSession:
			e.enterSession(now, s, cleanCell.next)
		default:
			e.removeSession(now, s)
		}
	}
}

func (e *Engine) enterSession(now clock.Instant, s *session, to SessionState) {
	from := s.state
	if from == to {
		return
	}
	s.state, s.changed = to, now
	if s.connected() || to == SessionIdle {
		e.timers.Remove(timerKey{timerSession, 0, s.handle})
	}
	e.emit(SessionChanged{s.label(), from, to})
}

// acceptCall tells of a call that goes on.
func (e *Engine) acceptCall(s *session) {
	if s.dialled {
		s.name = s.line
		e.emit(CallCreated{s.label()})
		return
	}
	g := s.t.group
	e.emit(CallAccepted{s.label()})
	e.emit(SocketMessage{SocketIncoming})
	e.emit(AcceptRequested{s.unit()})
	e.emit(DataplaneSet{s.unit()})
	e.tell(IncomingCall{Session: s.handle, Tunnel: s.t.id, Group: g.Name, Template: g.Template, Unique: s.unique, Call: s.call})
}

// connectData lets frames flow and tells so.
func (e *Engine) connectData(s *session) {
	up := SessionUp{Session: s.handle, Tunnel: s.t.id, LocalID: s.id, RemoteID: s.remoteID, Dialled: s.dialled,
		Group: s.group, Unique: s.unique, RemoteName: s.t.remoteName, Path: s.t.path, Call: s.call}
	if g := s.t.group; g != nil && !s.dialled {
		up.Template, up.Renegotiation, up.ForceLocalCHAP = g.Template, g.LCPRenegotiation, g.ForceLocalCHAP
	}
	if !s.dialled {
		e.emit(SocketMessage{SocketConnected})
	}
	e.tell(up)
}

// removeSession takes the session out of all tables and tells why.
func (e *Engine) removeSession(now clock.Instant, s *session) {
	t := s.t
	e.timers.Remove(timerKey{timerSession, 0, s.handle})
	delete(t.sessions, s.id)
	if t.byRemote[s.remoteID] == s {
		delete(t.byRemote, s.remoteID)
	}
	delete(e.sessions, s.handle)
	if s.counted {
		e.inGroup[s.group]--
		if e.inGroup[s.group] == 0 {
			delete(e.inGroup, s.group)
		}
	}
	e.tellEnd(s)
	if len(t.sessions) == 0 && !t.closing {
		e.tunnelDo(now, t, tunnelLastCall)
	}
}

// tellEnd narrates the end of a session as the VPDN process does.
func (e *Engine) tellEnd(s *session) {
	e.emit(InterfaceReleased{s.label(), s.t.remoteID, s.state})
	if !s.dialled {
		if s.reason.Cause == CausePeer {
			e.emit(SocketMessage{SocketDisconnected})
		}
		e.emit(CallDisconnected{s.label(), s.hangup.AAA, s.hangup.IETF, s.hangup.Ascend})
		e.emit(CallShutdown{s.label(), s.reason.Result, s.reason.Error})
		e.emit(AccountingStopped{s.label()})
		e.emit(CallUnbound{s.label()})
	}
	if e.cfg.Logging && s.name != "" {
		e.emit(SessionClosed{Dialled: s.dialled, LocalName: s.t.localName, Interface: s.name, User: s.user,
			Result: s.reason.Result, Error: s.reason.Error, Message: s.reason.Message})
	}
	e.tell(SessionDown{Session: s.handle, Reason: s.reason})
}
