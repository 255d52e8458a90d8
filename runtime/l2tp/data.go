package l2tp

import (
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	wire "ioslab/runtime/wire/l2tp"
)

// receiveData takes a data message: to its session, and on to the sink.
func (e *Engine) receiveData(now clock.Instant, remote netip.AddrPort, h wire.Header, n int, buf *packet.Buffer) {
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
	s := t.sessions[h.Session]
	if s == nil {
		e.drop(DropNoSession, buf)
		return
	}
	if !s.connected() {
		e.drop(DropNotConnected, buf)
		return
	}
	if r, ok := s.inOrder(h); !ok {
		e.drop(r, buf)
		return
	}
	t.heard = now
	t.packetsIn++
	t.bytesIn += uint64(h.Length)
	buf.SetLen(int(h.Length))
	buf.TrimFront(n)
	s.packetsIn++
	s.bytesIn += uint64(buf.Len())
	if e.sink.Wants(event.L2XData | event.VPDNPacket) {
		e.emit(DataReceived{s.label(), h})
	}
	e.data.Data(now, s.handle, buf)
}

// inOrder checks the sequence number of a data message (RFC 2661 5.4): late
// ones are dropped, gaps are counted. The LAC follows the LNS in whether it numbers.
func (s *session) inOrder(h wire.Header) (DropReason, bool) {
	if s.dialled && !s.need {
		s.number = h.HasSequence
	}
	if !h.HasSequence {
		return DropNoSequence, !s.need
	}
	ahead := int16(h.Ns - s.nr)
	if ahead < 0 {
		s.late++
		return DropOrder, false
	}
	s.lost += uint64(ahead)
	s.nr = h.Ns + 1
	return 0, true
}

// Send makes a data packet of the PPP frame in buf by prepending the L2TP
// header, and returns where it goes. It borrows buf when ok; otherwise it has
// released it.
func (e *Engine) Send(now clock.Instant, session Handle, buf *packet.Buffer) (path Path, ok bool) {
	s := e.sessions[session]
	if s == nil || !s.connected() || buf.Len() > 0xffff-wire.MaxDataHeaderLen {
		e.drop(DropSend, buf)
		return Path{}, false
	}
	t := s.t
	h := wire.Header{HasLength: !s.face.NoLength, HasSequence: s.number, Tunnel: t.remoteID, Session: s.remoteID}
	if s.number {
		h.Ns = s.ns
		s.ns++
	}
	s.packetsOut++
	s.bytesOut += uint64(buf.Len())
	n := h.Len()
	h.Length = uint16(buf.Len() + n)
	h.Put(buf.Prepend(n))
	t.packetsOut++
	t.bytesOut += uint64(buf.Len())
	if e.sink.Wants(event.L2XData | event.VPDNPacket) {
		e.emit(DataSent{s.label(), h})
	}
	return t.path, true
}
