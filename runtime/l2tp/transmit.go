package l2tp

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	wire "ioslab/runtime/wire/l2tp"
)

// flush transmits what the windows allow, and keeps the retransmission timer
// running as long as something is unacknowledged.
func (e *Engine) flush(now clock.Instant, t *tunnel) {
	for {
		m, ns := t.ch.ready()
		if m == nil {
			break
		}
		e.transmit(now, t, m, ns)
	}
	key := timerKey{timerRetransmit, t.id, 0}
	if t.ch.sent == 0 {
		e.timers.Remove(key)
	} else if !t.timing {
		e.timers.Set(key, now.Add(t.ch.delay))
	}
	t.timing = t.ch.sent > 0
}

// transmit puts one message of the queue into the outbox.
func (e *Engine) transmit(now clock.Instant, t *tunnel, m *outgoing, ns uint16) {
	e.transmitRaw(now, t, m.kind, m.session, m.local, ns, m.body, m.sends > 1)
}

// sendZLB acknowledges without a message (RFC 2661 5.8).
func (e *Engine) sendZLB(now clock.Instant, t *tunnel) {
	t.ch.zlbs++
	e.transmitRaw(now, t, 0, 0, 0, t.ch.una+uint16(t.ch.sent), nil, false)
}

func (e *Engine) transmitRaw(now clock.Instant, t *tunnel, kind wire.MessageType, session, local, ns uint16, body []byte, resend bool) {
	buf := controlPacket(t.remoteID, session, ns, t.ch.nr, body)
	t.ackOwed = false
	e.timers.Remove(timerKey{timerAck, t.id, 0})
	t.packetsOut++
	t.bytesOut += uint64(buf.Len())
	if e.sink.Wants(event.L2XPackets) {
		h, _, _ := wire.ParseHeader(buf.Bytes())
		label := t.label()
		if s := t.sessions[local]; s != nil {
			label = s.label()
		}
		e.emit(ControlTransmitted{Label: label, Header: h, Type: kind, Resend: resend, Raw: append([]byte(nil), buf.Bytes()...)})
	}
	e.tell(Packet{t.path, buf})
}

// controlPacket returns a buffer with a control message.
func controlPacket(tunnel, session, ns, nr uint16, body []byte) *packet.Buffer {
	n := wire.ControlHeaderLen + len(body)
	buf := packet.Get(n)
	h := wire.Header{Control: true, HasLength: true, HasSequence: true, Length: uint16(n), Tunnel: tunnel, Session: session, Ns: ns, Nr: nr}
	p := buf.Extend(n)
	h.Put(p)
	copy(p[wire.ControlHeaderLen:], body)
	return buf
}

// post writes a message, tells of it and gives it to the channel. s is nil for
// messages of the tunnel.
func (e *Engine) post(now clock.Instant, t *tunnel, s *session, m wire.Message, order []wire.Attr) {
	label, remote, local := t.label(), uint16(0), uint16(0)
	if s != nil {
		label, remote, local = s.label(), s.remoteID, s.id
	}
	e.postTo(now, t, label, remote, local, m, order)
}

// postTo is post with the ids spelled out, for a call that has no session.
func (e *Engine) postTo(now clock.Instant, t *tunnel, label Label, remote, local uint16, m wire.Message, order []wire.Attr) {
	body, err := wire.AppendBody(nil, m, e.encoding(t, order))
	if err != nil {
		// Only a configured name of more than a kilobyte, which no configuration can hold, leads here.
		e.timers.Set(timerKey{timerSetup, t.id, 0}, now)
		return
	}
	e.emit(MessageSent{label, m.Type(), t.remoteName, t.remoteID, remote})
	if !t.ch.push(outgoing{body: body, kind: m.Type(), session: remote, local: local}) {
		e.timers.Set(timerKey{timerSetup, t.id, 0}, now)
		return
	}
	e.flush(now, t)
}

// encoding hides AVPs where the tunnel says so.
func (e *Engine) encoding(t *tunnel, order []wire.Attr) wire.Encoding {
	enc := wire.Encoding{Order: order}
	if t.cfg.Hidden && len(t.secret) > 0 {
		if v, ok := e.random(16); ok {
			enc.Secret, enc.Vector = t.secret, v
		}
	}
	return enc
}
