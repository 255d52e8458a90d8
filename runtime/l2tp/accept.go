package l2tp

import (
	"crypto/sha256"
	"net/netip"
	"slices"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	wire "ioslab/runtime/wire/l2tp"
)

// receiveFirst takes a control message without a tunnel id: an SCCRQ, or the
// StopCCN of a peer that does not know our id yet (RFC 2661 4.4.3).
func (e *Engine) receiveFirst(now clock.Instant, local, remote netip.AddrPort, h wire.Header, buf *packet.Buffer) {
	raw := buf.Bytes()[:h.Length]
	body := raw[wire.ControlHeaderLen:]
	p, err := wire.Parse(body, nil)
	switch m := p.Message.(type) {
	case *wire.SCCRQ:
		e.receiveSCCRQ(now, local, remote, h, raw, p, err, buf)
		return
	case *wire.StopCCN:
		t := e.byPeer[peerKey{remote, m.AssignedTunnelID}]
		if t != nil && protects(t.path.Security, buf) {
			e.sequence(now, t, h, raw)
			buf.Release()
			return
		}
	default:
	}
	if len(body) > 0 && p.Message == nil {
		e.drop(DropMessage, buf)
		return
	}
	e.drop(DropNoTunnel, buf)
}

// receiveSCCRQ decides about a tunnel: its steps are those that
// shared/reference/l2tp-vpdn-debug.md 2 and 3 narrate.
func (e *Engine) receiveSCCRQ(now clock.Instant, local, remote netip.AddrPort, h wire.Header, raw []byte, p wire.Parsed, err error, buf *packet.Buffer) {
	if !e.cfg.Enabled {
		e.drop(DropDisabled, buf)
		return
	}
	m := p.Message.(*wire.SCCRQ)
	name := wire.HostName(m.HostName)
	g := e.groupFor(name)
	var secret []byte
	if g != nil {
		secret = e.secretFor(g.Tunnel, e.localName(g), name)
		if slices.ContainsFunc(p.AVPs, func(a wire.AVP) bool { return a.Hidden }) {
			p, err = wire.Parse(raw[wire.ControlHeaderLen:], secret)
			m = p.Message.(*wire.SCCRQ)
		}
	}
	allowed := g != nil && protects(g.Security, buf)
	if allowed && e.seenBefore(now, remote, h, raw, m) {
		e.drop(DropDuplicate, buf)
		return
	}
	e.tellParsed(Label{}, h, p, err, raw)
	if name == "" {
		e.drop(DropMessage, buf)
		return
	}
	e.emit(MessageReceived{Label{}, wire.TypeSCCRQ, name, m.AssignedTunnelID, 0})
	switch {
	case g == nil:
		e.emit(GroupMissing{name})
		e.drop(DropNoGroup, buf)
		return
	case !allowed:
		e.emit(SecurityRefused{name})
		e.drop(DropUnprotected, buf)
		return
	}
	path := Path{Local: local, Remote: remote, Security: g.Security, Checksum: g.Tunnel.UDPChecksum}
	if code, reason, bad := e.unacceptable(m, err); bad {
		e.refuseTunnel(path, m.AssignedTunnelID, code)
		e.drop(reason, buf)
		return
	}
	orphans, won := e.breakTie(now, remote.Addr(), m.TieBreaker)
	if !won {
		e.drop(DropTie, buf)
		return
	}
	t := e.newTunnel(now, path, g.Tunnel, e.cfg.Personality)
	if t == nil {
		e.abandon(now, orphans)
		e.drop(DropEntropy, buf)
		return
	}
	t.group, t.groupName = g, g.Name
	t.localName, t.remoteName, t.remoteID, t.secret = e.localName(g), name, m.AssignedTunnelID, secret
	t.request = sha256.Sum256(raw[wire.ControlHeaderLen:])
	t.ch.nr = h.Ns + 1
	t.packetsIn, t.bytesIn = 1, uint64(h.Length)
	if m.ReceiveWindow.OK {
		t.ch.setWindow(m.ReceiveWindow.V)
	}
	e.byPeer[t.key()] = t
	buf.Release()
	e.adopt(t, orphans)
	e.answerSCCRQ(now, t, m)
}

// answerSCCRQ is what an acceptable SCCRQ leads to: authentication, SCCRP.
func (e *Engine) answerSCCRQ(now clock.Instant, t *tunnel, m *wire.SCCRQ) {
	e.emit(TunnelCreated{t.label(), t.remoteName, t.path.Remote.Addr()})
	t.ackOwed = true
	if t.cfg.Authentication && !m.Challenge.OK {
		e.emit(ChallengeMissing{t.label()})
		e.closeTunnel(now, t, tunnelSCCRQBad, CauseAuthentication, authCode)
		return
	}
	e.challenged(t, wire.TypeSCCRQ, m.Challenge)
	e.tunnelDo(now, t, tunnelSCCRQ)
}

// groupFor returns a copy of the group that terminates the host: the first that names it,
// else the first that names none (the default group); nil for none.
func (e *Engine) groupFor(name string) *Group {
	at := slices.IndexFunc(e.cfg.Groups, func(g Group) bool { return g.TerminateFrom == name })
	if at < 0 || name == "" {
		at = slices.IndexFunc(e.cfg.Groups, func(g Group) bool { return g.TerminateFrom == "" })
	}
	if at < 0 {
		return nil
	}
	g := e.cfg.Groups[at]
	return &g
}

func (e *Engine) localName(g *Group) string {
	if g.LocalName != "" {
		return g.LocalName
	}
	return e.cfg.HostName
}

// seenBefore takes an SCCRQ that made a tunnel already: a retransmission is
// acknowledged again. One with other contents, or later than any
// retransmission can be, is a peer that began anew, whose old tunnel goes.
func (e *Engine) seenBefore(now clock.Instant, remote netip.AddrPort, h wire.Header, raw []byte, m *wire.SCCRQ) bool {
	t := e.byPeer[peerKey{remote, m.AssignedTunnelID}]
	if t == nil {
		return false
	}
	same := t.request == sha256.Sum256(raw[wire.ControlHeaderLen:])
	if same && now.Sub(t.created) <= cycle {
		e.acknowledged(now, t, h.Nr)
		if !t.gone {
			e.sendZLB(now, t)
		}
		return true
	}
	delete(e.byPeer, t.key())
	e.killTunnel(now, t, CauseRestart)
	return false
}

// unacceptable tells how an SCCRQ is refused, if it is.
func (e *Engine) unacceptable(m *wire.SCCRQ, err error) (wire.ResultCode, DropReason, bool) {
	general := func(code uint16) wire.ResultCode {
		return wire.ResultCode{Result: wire.StopGeneralError, HasError: true, Error: code}
	}
	switch {
	case err != nil:
		_, code := verdict(err)
		return general(code), DropMessage, true
	case m.AssignedTunnelID == 0:
		return general(wire.ErrorValue), DropMessage, true
	case m.ProtocolVersion.Version != protocolVersion.Version:
		return versionCode, DropMessage, true
	case len(e.tunnels) >= MaxTunnels || e.halfOpen >= MaxHalfOpen:
		return general(wire.ErrorResources), DropTunnelLimit, true
	}
	return wire.ResultCode{}, 0, false
}

// breakTie compares an SCCRQ's tie breaker with those of our own SCCRQs to the
// same peer (RFC 2661 4.4.3): the lower value wins, one that has a value wins
// against none, equal values lose both. Tunnels of ours that lose are
// discarded; their calls are returned. won is false when the peer's SCCRQ is to be ignored.
func (e *Engine) breakTie(now clock.Instant, peer netip.Addr, theirs wire.Opt[uint64]) (orphans []*session, won bool) {
	var losers []*tunnel
	won = true
	for _, t := range e.sortedTunnels() {
		if t.state != TunnelWaitReply || t.path.Remote.Addr() != peer || !t.tie.OK && !theirs.OK {
			continue
		}
		if t.tie.OK && (!theirs.OK || t.tie.V <= theirs.V) {
			won = false
		}
		if theirs.OK && (!t.tie.OK || theirs.V <= t.tie.V) {
			losers = append(losers, t)
		}
	}
	for _, t := range losers {
		if won {
			orphans = append(orphans, e.orphan(t)...)
		}
		t.reason = Reason{Cause: CauseTieLost}
		e.tunnelDo(now, t, tunnelTieLost)
	}
	return orphans, won
}

// orphan takes the waiting calls out of a tunnel.
func (e *Engine) orphan(t *tunnel) []*session {
	all := t.sorted()
	clear(t.sessions)
	return all
}

// adopt puts calls that lost their tunnel into the one that won.
func (e *Engine) adopt(t *tunnel, orphans []*session) {
	for _, s := range orphans {
		for t.sessions[s.id] != nil || s.id == 0 {
			s.id++ // two tunnels lost at once: their ids may collide
		}
		s.t = t
		t.sessions[s.id] = s
	}
}

// abandon ends calls that lost their tunnel and get no other.
func (e *Engine) abandon(now clock.Instant, orphans []*session) {
	for _, s := range orphans {
		s.t.closing = true
		s.reason = Reason{Cause: CauseTieLost}
		e.endSession(now, s)
	}
}

// sortedTunnels returns all tunnels by local id.
func (e *Engine) sortedTunnels() []*tunnel {
	all := make([]*tunnel, 0, len(e.tunnels))
	for _, t := range e.tunnels {
		all = append(all, t)
	}
	slices.SortFunc(all, func(a, b *tunnel) int { return int(a.id) - int(b.id) })
	return all
}
