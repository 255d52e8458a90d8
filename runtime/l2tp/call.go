package l2tp

import (
	"ioslab/runtime/clock"
	wire "ioslab/runtime/wire/l2tp"
)

// fsmHangup is the CDN for a message that does not fit the call's state; RFC
// 2661 has no code of its own for it in CDNs.
var fsmHangup = Hangup{Result: wire.CDNGeneralError, Error: wire.ErrorVendor, Message: "unexpected message"}

func (e *Engine) receiveICRQ(now clock.Instant, t *tunnel, m *wire.ICRQ) {
	if !t.connected() {
		e.tunnelMessage(now, t, tunnelClose, m.Type())
		return
	}
	e.emit(MessageReceived{t.label(), m.Type(), t.remoteName, t.remoteID, m.AssignedSessionID})
	if s := t.byRemote[m.AssignedSessionID]; s != nil {
		e.closeSession(now, s, sessionICRQ, CauseFSM, fsmHangup)
		return
	}
	switch {
	case m.AssignedSessionID == 0:
		e.closeTunnel(now, t, tunnelClose, CauseMessage, wire.ResultCode{Result: wire.StopGeneralError, HasError: true, Error: wire.ErrorValue})
		return
	case t.group == nil:
		// A tunnel that we dialled is for our calls, unless both wanted it.
		e.refuseCall(now, t, m.AssignedSessionID, wire.CDNPermanent, 0, "")
		return
	case e.full(t.group):
		if e.cfg.Logging {
			e.emit(SessionLimitHit{t.localName})
		}
		e.refuseCall(now, t, m.AssignedSessionID, wire.CDNGeneralError, wire.ErrorResources, "")
		return
	}
	s := e.newSession(now, t, false, t.face)
	if s == nil {
		e.refuseCall(now, t, m.AssignedSessionID, wire.CDNGeneralError, wire.ErrorResources, "")
		return
	}
	s.remoteID = m.AssignedSessionID
	t.byRemote[s.remoteID] = s
	s.group, s.counted = t.group.Name, true
	e.inGroup[s.group]++
	s.call = CallInfo{Serial: m.CallSerial, Bearer: m.BearerType.V, PhysicalChannel: m.PhysicalChannel.V,
		Called: m.CalledNumber.V, Calling: m.CallingNumber.V, SubAddress: m.SubAddress.V}
	e.tunnelDo(now, t, tunnelFirstCall)
	e.sessionDo(now, s, sessionICRQ)
}

// full tells whether a limit of sessions is reached.
func (e *Engine) full(g *Group) bool {
	limit := MaxSessions
	if e.cfg.SessionLimit > 0 {
		limit = min(limit, e.cfg.SessionLimit)
	}
	return len(e.sessions) >= limit || g.SessionLimit > 0 && e.inGroup[g.Name] >= g.SessionLimit
}

// sessionMessage takes a message that is addressed to a session.
func (e *Engine) sessionMessage(now clock.Instant, s *session, m wire.Message) {
	switch m := m.(type) {
	case *wire.ICRP:
		e.receiveICRP(now, s, m)
	case *wire.ICCN:
		e.receiveICCN(now, s, m)
	case *wire.WEN, *wire.SLI:
		// WEN reports line errors, SLI an ACCM that matters to asynchronous
		// lines only: nothing to do, and no answer is due.
		e.received(s, m.Type())
	default:
		e.received(s, m.Type())
		e.closeSession(now, s, sessionHangup, CauseFSM, fsmHangup)
	}
}

func (e *Engine) received(s *session, kind wire.MessageType) {
	e.emit(MessageReceived{s.label(), kind, s.t.remoteName, s.t.remoteID, s.remoteID})
}

func (e *Engine) receiveICRP(now clock.Instant, s *session, m *wire.ICRP) {
	if s.state != SessionWaitReply {
		e.received(s, m.Type())
		e.closeSession(now, s, sessionICRP, CauseFSM, fsmHangup)
		return
	}
	s.remoteID = m.AssignedSessionID
	e.received(s, m.Type())
	if s.remoteID == 0 || s.t.byRemote[s.remoteID] != nil {
		e.closeSession(now, s, sessionICRPBad, CauseMessage, Hangup{Result: wire.CDNGeneralError, Error: wire.ErrorInvalidSession})
		return
	}
	s.t.byRemote[s.remoteID] = s
	e.sessionDo(now, s, sessionICRP)
}

func (e *Engine) receiveICCN(now clock.Instant, s *session, m *wire.ICCN) {
	e.received(s, m.Type())
	if s.dialled || s.state != SessionWaitConnect {
		e.closeSession(now, s, sessionICCN, CauseFSM, fsmHangup)
		return
	}
	c := &s.call
	c.TxSpeed, c.RxSpeed, c.Framing = m.TxConnectSpeed, m.RxConnectSpeed.V, m.FramingType
	c.PrivateGroup, c.SequencingRequired = m.PrivateGroupID.V, m.SequencingRequired.OK
	c.Proxy = Proxy{
		InitialReceived: m.InitialReceivedLCP.V, LastSent: m.LastSentLCP.V, LastReceived: m.LastReceivedLCP.V,
		AuthType: m.ProxyAuthType.V, AuthName: m.ProxyAuthName.V, AuthChallenge: m.ProxyAuthChallenge.V,
		AuthResponse: m.ProxyAuthResponse.V, AuthID: m.ProxyAuthID.V,
	}
	s.need = c.SequencingRequired
	s.number = s.need || s.t.cfg.Sequencing
	e.sessionDo(now, s, sessionICCN)
}

func (e *Engine) receiveCDN(now clock.Instant, t *tunnel, h wire.Header, m *wire.CDN) {
	s := t.sessions[h.Session]
	if h.Session == 0 {
		// The peer may not know our id yet (RFC 2661 4.4.4).
		s = t.byRemote[m.AssignedSessionID]
	}
	if s == nil {
		e.counters.Dropped[DropNoSession]++
		return
	}
	if s.remoteID == 0 {
		s.remoteID = m.AssignedSessionID
	}
	e.received(s, m.Type())
	s.reason = Reason{Cause: CausePeer, Result: m.Result.Result, Error: m.Result.Error, Message: m.Result.Message}
	if m.PPPDisconnect.OK {
		cause := m.PPPDisconnect.V
		s.reason.PPP = &cause
	}
	e.sessionDo(now, s, sessionCDN)
}
