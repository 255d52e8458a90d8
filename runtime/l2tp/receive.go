package l2tp

import (
	"bytes"
	"errors"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	wire "ioslab/runtime/wire/l2tp"
)

// Receive takes a UDP payload that came to local port 1701 (or the dialled
// path's). It owns buf; buf.Protected and buf.Security tell what protected it.
func (e *Engine) Receive(now clock.Instant, local, remote netip.AddrPort, buf *packet.Buffer) {
	h, n, err := wire.ParseHeader(buf.Bytes())
	switch {
	case err != nil:
		e.drop(DropHeader, buf)
	case !h.Control:
		e.receiveData(now, remote, h, n, buf)
	case h.Tunnel == 0:
		e.receiveFirst(now, local, remote, h, buf)
	default:
		e.receiveControl(now, remote, h, buf)
	}
}

// protects tells whether buf came as the profile demands.
func protects(profile string, buf *packet.Buffer) bool {
	return profile == "" || buf.Protected && buf.Security == profile
}

// receiveControl takes a control message of a tunnel.
func (e *Engine) receiveControl(now clock.Instant, remote netip.AddrPort, h wire.Header, buf *packet.Buffer) {
	t := e.tunnels[h.Tunnel]
	switch {
	case t == nil:
		e.drop(DropNoTunnel, buf)
		return
	case remote.Addr() != t.path.Remote.Addr():
		e.drop(DropPeer, buf)
		return
	case !protects(t.path.Security, buf):
		e.drop(DropUnprotected, buf)
		return
	}
	t.heard = now
	t.packetsIn++
	t.bytesIn += uint64(h.Length)
	if t.state == TunnelWaitReply {
		// RFC 2661 8.1: the peer may answer from another port.
		t.path.Remote = remote
	}
	e.sequence(now, t, h, buf.Bytes()[:h.Length])
	buf.Release()
}

// sequence takes the sequence numbers of a control message, and acts upon it,
// and on those that waited for it, when its turn has come (RFC 2661 5.8).
func (e *Engine) sequence(now clock.Instant, t *tunnel, h wire.Header, raw []byte) {
	e.acknowledged(now, t, h.Nr)
	if t.gone {
		return
	}
	if len(raw) == wire.ControlHeaderLen {
		e.tellParsed(t.label(), h, wire.Parsed{}, nil, raw)
		e.flush(now, t)
		return
	}
	switch t.ch.place(h.Ns, t.cfg.ReceiveWindow) {
	case orderOld:
		e.counters.Dropped[DropDuplicate]++
		e.sendZLB(now, t)
		return
	case orderBeyond:
		e.counters.Dropped[DropWindow]++
		t.ch.dropped++
		return
	case orderEarly:
		if !t.ch.keepEarly(h.Ns, raw) {
			e.counters.Dropped[DropDuplicate]++
		}
		return
	case orderNext:
		e.deliver(now, t, h, raw)
	}
	for !t.gone {
		p := t.ch.takeEarly()
		if p == nil {
			break
		}
		// It was parsed before it was kept.
		if h, _, err := wire.ParseHeader(p); err == nil {
			e.deliver(now, t, h, p)
		}
	}
	e.owe(now, t)
}

// acknowledged takes the peer's Nr.
func (e *Engine) acknowledged(now clock.Instant, t *tunnel, nr uint16) {
	if t.ch.acknowledge(nr) == 0 {
		return
	}
	t.timing = false
	e.flush(now, t)
	if len(t.ch.queue) == 0 {
		e.tunnelDo(now, t, tunnelDelivered)
	}
}

// owe sees to it that what was received is acknowledged soon: by the next
// message, or by a ZLB.
func (e *Engine) owe(now clock.Instant, t *tunnel) {
	if t.gone || !t.ackOwed {
		return
	}
	if !t.alive() {
		e.sendZLB(now, t)
		return
	}
	e.timers.Set(timerKey{timerAck, t.id, 0}, now.Add(ackDelay))
}

// deliver acts upon the message whose turn it is.
func (e *Engine) deliver(now clock.Instant, t *tunnel, h wire.Header, raw []byte) {
	t.ch.nr++
	t.ackOwed = true
	p, err := wire.Parse(raw[wire.ControlHeaderLen:], t.secret)
	label := t.label()
	if s := t.sessions[h.Session]; s != nil {
		label = s.label()
	}
	e.tellParsed(label, h, p, err, raw)
	if !t.alive() && p.Type != wire.TypeStopCCN {
		e.counters.Dropped[DropClosing]++
		return
	}
	if err != nil {
		e.refuseMessage(now, t, h, p, err)
		return
	}
	e.act(now, t, h, p.Message)
}

// tellParsed tells everything about a control packet to those who debug packets.
func (e *Engine) tellParsed(label Label, h wire.Header, p wire.Parsed, err error, raw []byte) {
	if !e.sink.Wants(event.L2XPackets) {
		return
	}
	ev := ControlParsed{Label: label, Header: h, Type: p.Type, Raw: bytes.Clone(raw)}
	for _, a := range p.AVPs {
		a.Value = bytes.Clone(a.Value)
		ev.AVPs = append(ev.AVPs, a)
	}
	var missing *wire.MissingError
	if errors.As(err, &missing) {
		ev.Missing = missing.Attrs
	}
	e.emit(ev)
}

// act hands a message to the machine that it is for.
func (e *Engine) act(now clock.Instant, t *tunnel, h wire.Header, m wire.Message) {
	switch m := m.(type) {
	case *wire.SCCRQ:
		e.tunnelMessage(now, t, tunnelSCCRQ, m.Type())
	case *wire.SCCRP:
		e.receiveSCCRP(now, t, m)
	case *wire.SCCCN:
		e.receiveSCCCN(now, t, m)
	case *wire.StopCCN:
		e.receiveStopCCN(now, t, m)
	case *wire.Hello:
		e.emit(MessageReceived{t.label(), m.Type(), t.remoteName, t.remoteID, 0})
	case *wire.ICRQ:
		e.receiveICRQ(now, t, m)
	case *wire.CDN:
		e.receiveCDN(now, t, h, m)
	case *wire.OCRQ:
		// No calls are placed here: an LNS that asks is told that they never will be.
		e.emit(MessageReceived{t.label(), m.Type(), t.remoteName, t.remoteID, m.AssignedSessionID})
		e.refuseCall(now, t, m.AssignedSessionID, wire.CDNPermanent, 0, "")
	default:
		s := t.sessions[h.Session]
		if s == nil {
			e.counters.Dropped[DropNoSession]++
			return
		}
		e.sessionMessage(now, s, m)
	}
}

// refuseMessage answers a message that cannot be acted upon: for a call by the
// end of the call, otherwise by that of the tunnel (RFC 2661 4.2, 7.1).
func (e *Engine) refuseMessage(now clock.Instant, t *tunnel, h wire.Header, p wire.Parsed, err error) {
	var unknown *wire.UnknownMessageError
	if errors.As(err, &unknown) && !unknown.Mandatory {
		return
	}
	cause, code := verdict(err)
	switch m := p.Message.(type) {
	case *wire.StopCCN:
		e.receiveStopCCN(now, t, m) // it wants to go: what else it says does not matter
		return
	case *wire.ICRQ:
		if m.AssignedSessionID != 0 && t.connected() {
			e.refuseCall(now, t, m.AssignedSessionID, wire.CDNGeneralError, code, "")
			return
		}
	case *wire.ICRP, *wire.ICCN, *wire.CDN, *wire.OCRP, *wire.OCCN, *wire.WEN, *wire.SLI:
		if s := t.sessions[h.Session]; s != nil {
			e.closeSession(now, s, sessionHangup, cause, Hangup{Result: wire.CDNGeneralError, Error: code})
		} else {
			e.counters.Dropped[DropNoSession]++
		}
		return
	case *wire.OCRQ:
		if m.AssignedSessionID != 0 {
			e.refuseCall(now, t, m.AssignedSessionID, wire.CDNGeneralError, code, "")
			return
		}
	}
	e.closeTunnel(now, t, tunnelClose, cause, wire.ResultCode{Result: wire.StopGeneralError, HasError: true, Error: code})
}

// verdict returns the general error code for a parse error (RFC 2661 4.4.2).
func verdict(err error) (Cause, uint16) {
	var avp *wire.UnknownAVPError
	var value *wire.ValueError
	var missing *wire.MissingError
	var kind *wire.UnknownMessageError
	switch {
	case errors.As(err, &avp):
		return CauseUnknownAVP, wire.ErrorUnknownAVP
	case errors.As(err, &value), errors.As(err, &kind):
		return CauseMessage, wire.ErrorValue
	case errors.As(err, &missing):
		return CauseMessage, wire.ErrorVendor
	}
	return CauseMessage, wire.ErrorLength
}
