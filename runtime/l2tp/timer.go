package l2tp

import (
	"ioslab/runtime/clock"
	wire "ioslab/runtime/wire/l2tp"
)

// tunnelTimer does what a tunnel's timer is for.
func (e *Engine) tunnelTimer(now clock.Instant, t *tunnel, kind timerKind) {
	switch kind {
	case timerRetransmit:
		e.retransmit(now, t)
	case timerAck:
		if t.ackOwed {
			e.sendZLB(now, t)
		}
	case timerHello:
		e.hello(now, t)
	case timerIdle:
		if t.connected() && len(t.sessions) == 0 {
			e.closeTunnel(now, t, tunnelClose, CauseNoSession, wire.ResultCode{Result: wire.StopClear, HasError: true})
		}
	case timerSetup:
		e.closeTunnel(now, t, tunnelClose, CauseSetupTimeout, wire.ResultCode{Result: wire.StopGeneralError, HasError: true})
	case timerLinger:
		e.tunnelDo(now, t, tunnelDead)
	case timerSession:
		// Keyed by handle: Tick sees to it.
	}
}

// sessionLate gives a call up that was not established in time.
func (e *Engine) sessionLate(now clock.Instant, s *session) {
	e.closeSession(now, s, sessionHangup, CauseSetupTimeout, Hangup{Result: wire.CDNTimeout})
}

// retransmit goes back to the oldest message that has no acknowledgement, or
// gives the peer up (RFC 2661 5.8).
func (e *Engine) retransmit(now clock.Instant, t *tunnel) {
	limit := t.cfg.Retries
	if t.state == TunnelWaitReply {
		limit = t.cfg.InitialRetries
	}
	if t.ch.timeouts >= limit {
		e.emit(PeerDead{t.label()})
		e.killTunnel(now, t, CauseUnreachable)
		return
	}
	t.timing = false
	t.ch.timeout(t.cfg.RetransmitMax)
	e.flush(now, t)
	e.emit(RetransmitDelaySet{t.label(), t.ch.delay})
}

// hello asks a peer that was silent for a sign of life; a message under way
// asks already. The timer is set from the last sign, not at each packet.
func (e *Engine) hello(now clock.Instant, t *tunnel) {
	if !t.connected() {
		return
	}
	if due := t.heard.Add(t.cfg.Hello); now.Before(due) {
		e.timers.Set(timerKey{timerHello, t.id, 0}, due)
		return
	}
	if len(t.ch.queue) == 0 {
		e.sendHello(now, t)
	}
	e.timers.Set(timerKey{timerHello, t.id, 0}, now.Add(t.cfg.Hello))
}
