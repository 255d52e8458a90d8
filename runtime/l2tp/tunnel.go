package l2tp

import (
	"crypto/sha256"
	"net/netip"
	"slices"

	"ioslab/runtime/clock"
	wire "ioslab/runtime/wire/l2tp"
)

// tunnel is one control connection.
type tunnel struct {
	id, remoteID uint16
	state        TunnelState
	changed      clock.Instant
	created      clock.Instant
	heard        clock.Instant // the last packet of the peer
	dialled      bool
	gone         bool // removed from the tables
	closing      bool // sessions ending must not look for the last of them

	path                  Path
	localName, remoteName string
	cfg                   TunnelConfig
	group                 *Group // for calls of the peer; nil refuses them
	groupName             string
	face                  Personality
	secret                []byte
	challenge             []byte // what we sent, awaiting its response
	answer                [16]byte
	answering             bool // answer is to be sent

	request [sha256.Size]byte // of the SCCRQ, to tell a retransmission from a new start
	tie     wire.Opt[uint64]

	sessions map[uint16]*session // by local id
	byRemote map[uint16]*session
	nextID   uint16 // for sequential session ids

	ch      channel
	ackOwed bool
	timing  bool   // the retransmission timer runs
	reason  Reason // why it ends
	goodbye wire.ResultCode

	packetsIn, packetsOut, bytesIn, bytesOut uint64
	authFailures                             uint64
}

// peerKey finds the tunnel of a retransmitted SCCRQ.
type peerKey struct {
	addr netip.AddrPort
	id   uint16
}

func (t *tunnel) key() peerKey { return peerKey{t.path.Remote, t.remoteID} }

func (t *tunnel) label() Label { return Label{Tunnel: t.id} }

// connected tells whether calls can be made and taken.
func (t *tunnel) connected() bool {
	return t.state == TunnelEstablished || t.state == TunnelNoSessions
}

// alive tells whether messages of the peer are acted upon.
func (t *tunnel) alive() bool {
	return !t.gone && t.state != TunnelShutting && t.state != TunnelLingering
}

// sorted returns the tunnel's sessions by local id.
func (t *tunnel) sorted() []*session {
	all := make([]*session, 0, len(t.sessions))
	for _, s := range t.sessions {
		all = append(all, s)
	}
	slices.SortFunc(all, func(a, b *session) int { return int(a.id) - int(b.id) })
	return all
}

// newTunnel makes a tunnel with a fresh id and puts it into the tables; nil
// when the tables are full or no random bytes come.
func (e *Engine) newTunnel(now clock.Instant, path Path, cfg TunnelConfig, face Personality) *tunnel {
	id, ok := e.drawID(face.SequentialIDs, &e.nextTunnel, func(id uint16) bool { return e.tunnels[id] != nil })
	if !ok {
		return nil
	}
	t := &tunnel{
		id: id, changed: now, created: now, heard: now, path: path, cfg: cfg, face: face,
		sessions: make(map[uint16]*session), byRemote: make(map[uint16]*session),
		ch: newChannel(cfg.RetransmitMin),
	}
	e.tunnels[id] = t
	e.counters.Tunnels++
	if cfg.Setup > 0 {
		e.timers.Set(timerKey{timerSetup, id, 0}, now.Add(cfg.Setup))
	}
	return t
}

// drawID draws an id that is not 0 and not taken: from the reader, or counting
// up. Tables are at most half full, so that a few draws do; 64 failures in a row are a
// broken reader.
func (e *Engine) drawID(sequential bool, next *uint16, taken func(uint16) bool) (uint16, bool) {
	for try := 0; try < 64 || sequential && try <= 0xffff; try++ {
		var id uint16
		if sequential {
			*next++
			id = *next
		} else {
			b, ok := e.random(2)
			if !ok {
				return 0, false
			}
			id = uint16(b[0])<<8 | uint16(b[1])
		}
		if id != 0 && !taken(id) {
			return id, true
		}
	}
	return 0, false
}

// tunnelDo runs the cell of the tunnel's state and event.
func (e *Engine) tunnelDo(now clock.Instant, t *tunnel, ev tunnelEvent) {
	cell := tunnelTable[t.state][ev]
	for _, a := range cell.do {
		switch a {
		case sendSCCRQ:
			e.sendSCCRQ(now, t)
		case sendSCCRP:
			e.sendSCCRP(now, t)
		case sendSCCCN:
			e.sendSCCCN(now, t)
		case sendStopCCN:
			e.sendStopCCN(now, t)
		case ackStop:
			e.sendZLB(now, t)
		case enterState:
			e.enterTunnel(now, t, cell.next)
		case openSessions:
			e.openSessions(now, t)
		case cleanUp:
			e.cleanUpTunnel(now, t)
		case startIdle:
			e.startIdle(now, t)
		case stopIdle:
			e.timers.Remove(timerKey{timerIdle, t.id, 0})
		case tellUp:
			e.tunnelUp(now, t)
		case tellDown:
			e.tunnelDown(t)
		case lingering:
			e.linger(now, t)
		case remove:
			e.removeTunnel(t)
		}
	}
	if !t.gone {
		e.flush(now, t)
	}
}

// closeTunnel ends a tunnel from this side, with the codes of the StopCCN.
func (e *Engine) closeTunnel(now clock.Instant, t *tunnel, ev tunnelEvent, cause Cause, code wire.ResultCode) {
	if t.alive() {
		t.reason = Reason{Cause: cause, Result: code.Result, Error: code.Error, Message: code.Message}
		t.goodbye = code
	}
	e.tunnelDo(now, t, ev)
}

// killTunnel gives a tunnel up without a word to the peer.
func (e *Engine) killTunnel(now clock.Instant, t *tunnel, cause Cause) {
	if t.alive() {
		t.reason = Reason{Cause: cause}
	}
	e.tunnelDo(now, t, tunnelDead)
}

func (e *Engine) enterTunnel(now clock.Instant, t *tunnel, to TunnelState) {
	from := t.state
	if from == to {
		return
	}
	e.halfOpen += halfOpen(to) - halfOpen(from)
	t.state, t.changed = to, now
	e.emit(TunnelChanged{t.label(), from, to})
}

// halfOpen is 1 for the state that a peer's SCCRQ alone leads to.
func halfOpen(s TunnelState) int {
	if s == TunnelWaitConn {
		return 1
	}
	return 0
}

func (e *Engine) tunnelUp(now clock.Instant, t *tunnel) {
	e.timers.Remove(timerKey{timerSetup, t.id, 0})
	if t.cfg.Hello > 0 {
		e.timers.Set(timerKey{timerHello, t.id, 0}, now.Add(t.cfg.Hello))
	}
	if len(t.sessions) == 0 && t.cfg.NoSession >= 0 {
		// No call may ever come; the first one stops the clock. A tunnel that is
		// closed at once after its last call still waits a while for its first.
		wait := t.cfg.NoSession
		if wait == 0 {
			wait = cycle
		}
		e.timers.Set(timerKey{timerIdle, t.id, 0}, now.Add(wait))
	}
	e.emit(TunnelMachine{t.label(), t.state})
	e.tell(TunnelUp{Tunnel: t.id, RemoteTunnel: t.remoteID, LocalName: t.localName, RemoteName: t.remoteName, Path: t.path, Group: t.groupName})
}

func (e *Engine) startIdle(now clock.Instant, t *tunnel) {
	if t.cfg.NoSession < 0 {
		return
	}
	e.emit(NoSessionsLeft{t.label(), t.cfg.NoSession})
	e.timers.Set(timerKey{timerIdle, t.id, 0}, now.Add(t.cfg.NoSession))
}

// cleanUpTunnel ends the tunnel's sessions without a CDN: the peer knows, or
// learns it from the StopCCN (RFC 2661 6.4).
func (e *Engine) cleanUpTunnel(now clock.Instant, t *tunnel) {
	t.closing = true
	e.unshare(t)
	for _, s := range t.sorted() {
		s.reason = t.reason
		if s.reason.Cause != CausePeer && s.reason.Cause != CauseAdmin && s.reason.Cause != CauseUnreachable &&
			s.reason.Cause != CauseAuthentication {
			s.reason.Cause = CauseTunnel
		}
		e.endSession(now, s)
	}
	for _, k := range []timerKind{timerSetup, timerHello, timerIdle} {
		e.timers.Remove(timerKey{k, t.id, 0})
	}
	t.ch.dropUnsent()
	t.ch.early = nil
}

func (e *Engine) tunnelDown(t *tunnel) {
	e.emit(TunnelShutdown{t.label()})
	down := TunnelDown{Tunnel: t.id, RemoteTunnel: t.remoteID, RemoteName: t.remoteName, Path: t.path, Group: t.groupName, Reason: t.reason}
	if t.group != nil {
		down.KeepSA = t.group.KeepSA
	}
	e.tell(down)
}

// linger keeps only what answers a retransmitted StopCCN.
func (e *Engine) linger(now clock.Instant, t *tunnel) {
	t.ch.queue, t.ch.sent, t.ch.next = nil, 0, 0
	e.timers.Remove(timerKey{timerRetransmit, t.id, 0})
	e.timers.Set(timerKey{timerLinger, t.id, 0}, now.Add(cycle))
	if e.byPeer[t.key()] == t {
		delete(e.byPeer, t.key()) // the peer may begin anew under the same id
	}
}

func (e *Engine) removeTunnel(t *tunnel) {
	e.halfOpen -= halfOpen(t.state)
	for k := range numTimers {
		e.timers.Remove(timerKey{k, t.id, 0})
	}
	if e.byPeer[t.key()] == t {
		delete(e.byPeer, t.key())
	}
	e.unshare(t)
	delete(e.tunnels, t.id)
	t.gone = true
	t.ch = channel{}
}

// openSessions tells the sessions that waited that the tunnel is open.
func (e *Engine) openSessions(now clock.Instant, t *tunnel) {
	for _, s := range t.sorted() {
		if s.state == SessionWaitTunnel {
			e.sessionDo(now, s, sessionTunnelOpen)
		}
	}
}
