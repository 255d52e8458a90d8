package l2tp

import (
	"crypto/subtle"

	"ioslab/runtime/clock"
	wire "ioslab/runtime/wire/l2tp"
)

// tunnelMessage runs the machine for a message of the tunnel. Where the table
// refuses it, the reason is the state.
func (e *Engine) tunnelMessage(now clock.Instant, t *tunnel, ev tunnelEvent, kind wire.MessageType) {
	e.emit(MessageReceived{t.label(), kind, t.remoteName, t.remoteID, 0})
	e.closeTunnel(now, t, ev, CauseFSM, wire.ResultCode{Result: wire.StopFiniteStateFail})
}

func (e *Engine) receiveSCCRP(now clock.Instant, t *tunnel, m *wire.SCCRP) {
	if t.state != TunnelWaitReply {
		e.tunnelMessage(now, t, tunnelSCCRP, m.Type())
		return
	}
	t.remoteID, t.remoteName = m.AssignedTunnelID, wire.HostName(m.HostName)
	if m.ReceiveWindow.OK {
		t.ch.setWindow(m.ReceiveWindow.V)
	}
	if len(t.secret) == 0 {
		t.secret = e.secretFor(t.cfg, t.localName, t.remoteName)
	}
	e.emit(MessageReceived{t.label(), m.Type(), t.remoteName, t.remoteID, 0})
	ok := m.AssignedTunnelID != 0 && m.ProtocolVersion.Version == protocolVersion.Version
	code := wire.ResultCode{Result: wire.StopGeneralError, HasError: true, Error: wire.ErrorValue}
	if m.ProtocolVersion.Version != protocolVersion.Version {
		code = versionCode
	}
	if !ok {
		e.closeTunnel(now, t, tunnelSCCRPBad, CauseMessage, code)
		return
	}
	if !e.challenged(t, m.Type(), m.Challenge) || !e.answered(t, m.Type(), m.ChallengeResponse) {
		e.closeTunnel(now, t, tunnelSCCRPBad, CauseAuthentication, authCode)
		return
	}
	if t.tie.OK && e.cfg.Enabled {
		// A tie breaker asks for one tunnel between the two (RFC 2661 4.4.3):
		// the peer's calls, whose own tunnel may have lost, come through it.
		if g := e.groupFor(t.remoteName); g != nil && g.Security == t.path.Security {
			t.group = g
		}
	}
	e.tunnelDo(now, t, tunnelSCCRP)
}

func (e *Engine) receiveSCCCN(now clock.Instant, t *tunnel, m *wire.SCCCN) {
	if t.state != TunnelWaitConn {
		e.tunnelMessage(now, t, tunnelSCCCN, m.Type())
		return
	}
	e.emit(MessageReceived{t.label(), m.Type(), t.remoteName, t.remoteID, 0})
	if !e.answered(t, m.Type(), m.ChallengeResponse) {
		e.closeTunnel(now, t, tunnelSCCCNBad, CauseAuthentication, authCode)
		return
	}
	e.tunnelDo(now, t, tunnelSCCCN)
}

var (
	authCode = wire.ResultCode{Result: wire.StopNotAuthorized, HasError: true}
	// versionCode says in its error code which version is spoken here (RFC 2661 4.4.2).
	versionCode = wire.ResultCode{Result: wire.StopVersion, HasError: true, Error: 0x0100}
)

// challenged takes the peer's challenge, and reports false when it has to be
// answered and there is no secret.
func (e *Engine) challenged(t *tunnel, kind wire.MessageType, c wire.Opt[[]byte]) bool {
	if !c.OK {
		return true
	}
	e.emit(ChallengeGot{t.label(), kind, t.remoteName})
	if len(t.secret) == 0 {
		if t.dialled {
			e.refuseAuth(t, AuthFailed{Label: t.label(), Remote: t.remoteName})
		}
		return !t.dialled // an LNS leaves it to the peer what to make of silence
	}
	answer := wire.TypeSCCRP
	if t.dialled {
		answer = wire.TypeSCCCN
	}
	t.answer, t.answering = wire.ChallengeResponse(answer, t.secret, c.V), true
	return true
}

// answered checks the response to our challenge, and reports whether the peer may go on.
func (e *Engine) answered(t *tunnel, kind wire.MessageType, r wire.Opt[[16]byte]) bool {
	if !t.cfg.Authentication {
		return true
	}
	if r.OK {
		e.emit(ResponseGot{t.label(), kind, t.remoteName})
	}
	failed := AuthFailed{Label: t.label(), Remote: t.remoteName, Got: r.V, HasGot: r.OK}
	if len(t.secret) > 0 {
		failed.Expected, failed.HasExpected = wire.ChallengeResponse(kind, t.secret, t.challenge), true
	}
	if !r.OK || !failed.HasExpected || subtle.ConstantTimeCompare(failed.Expected[:], r.V[:]) != 1 {
		e.refuseAuth(t, failed)
		return false
	}
	e.emit(AuthSucceeded{t.label()})
	return true
}

func (e *Engine) refuseAuth(t *tunnel, ev AuthFailed) {
	t.authFailures++
	e.emit(ev)
	if e.cfg.Logging {
		e.emit(TunnelRefused{Dialled: t.dialled, LocalName: t.localName, Remote: t.remoteName})
	}
}

func (e *Engine) receiveStopCCN(now clock.Instant, t *tunnel, m *wire.StopCCN) {
	if t.state == TunnelLingering {
		return
	}
	if t.remoteID == 0 {
		t.remoteID = m.AssignedTunnelID
	}
	e.emit(MessageReceived{t.label(), m.Type(), t.remoteName, t.remoteID, 0})
	if t.alive() {
		t.reason = Reason{Cause: CausePeer, Result: m.Result.Result, Error: m.Result.Error, Message: m.Result.Message}
	}
	e.tunnelDo(now, t, tunnelStopCCN)
}

// secretFor returns the tunnel secret: the configured one, or that of the user
// who has the peer's or our name (IOS).
func (e *Engine) secretFor(cfg TunnelConfig, local, remote string) []byte {
	if cfg.Password != "" {
		return []byte(cfg.Password)
	}
	if s, ok := e.cfg.Secrets[remote]; ok {
		return []byte(s)
	}
	return []byte(e.cfg.Secrets[local])
}
