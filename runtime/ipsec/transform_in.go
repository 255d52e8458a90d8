package ipsec

import (
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/esp"
)

// espIn checks and opens the ESP packet at offset off of buf's IP packet,
// whose IP header has hl bytes (between them may stand a UDP header), and
// removes everything of ESP from buf. RFC 4303, 3.4: window, ICV, window
// update, decrypt, padding.
func (e *Engine) espIn(s *sa, buf *packet.Buffer, hl, off int) DropReason {
	b := buf.Bytes()
	body := b[off : len(b)-min(s.icvN, len(b)-off)]
	pre := esp.HeaderLen + s.ivN
	crypted := len(body) - pre
	if crypted < esp.TrailerLen || crypted%max(s.ivN, 4) != 0 {
		return DropLength
	}
	seq := esp.Packet(body).Seq()
	if s.mac != nil {
		if !s.window.check(seq) {
			return DropReplay
		}
		if !s.verify(b[len(b)-s.icvN:], body) {
			return DropICV
		}
		s.window.take(seq)
	} else {
		s.window.top = max(s.window.top, seq)
	}
	plain := body[pre:]
	if s.mode != nil {
		s.mode.SetIV(body[esp.HeaderLen:pre])
		s.mode.CryptBlocks(plain, plain)
	}
	n, next, err := esp.Trailer(plain)
	if err != nil {
		return DropPadding
	}
	if next == protoNone {
		return DropDummy
	}
	buf.SetLen(off + pre + n)
	return e.unwrap(s, buf, hl, off+pre, next)
}

// ahIn checks the authentication header at offset hl and removes it (RFC 4302, 3.4).
func (e *Engine) ahIn(s *sa, buf *packet.Buffer, hl int) DropReason {
	b := buf.Bytes()
	h, err := esp.ParseAH(b[hl:])
	if err != nil || h.Len() != esp.AHLen(s.icvN) {
		return DropLength
	}
	if !s.window.check(h.Seq()) {
		return DropReplay
	}
	view, err := esp.Immutable(e.header[:], b[:hl])
	if err != nil {
		return DropMalformed
	}
	n := h.Len()
	var got [64]byte
	copy(got[:s.icvN], h.ICV())
	clear(h.ICV())
	if !s.verify(got[:s.icvN], view, b[hl:]) {
		return DropICV
	}
	s.window.take(h.Seq())
	return e.unwrap(s, buf, hl, hl+n, h.Next())
}

// unwrap removes the bytes from hl to payload: the innermost header of a
// tunnel goes with the outer IP header and must leave an IP packet; else the IP
// header moves up to the payload.
func (e *Engine) unwrap(s *sa, buf *packet.Buffer, hl, payload int, next uint8) DropReason {
	if s.pair.encap.Tunnel() && s == s.pair.in[len(s.pair.in)-1] {
		if next != protoIPIP {
			return DropInnerHeader
		}
		tos := buf.Bytes()[1]
		buf.TrimFront(payload)
		return innerHeader(buf, tos)
	}
	b := buf.Bytes()
	copy(b[payload-hl:payload], b[:hl])
	buf.TrimFront(payload - hl)
	finish(buf.Bytes(), next)
	return NotDropped
}

// innerHeader checks the packet that came out of a tunnel, cuts what is behind
// it (RFC 4303, 2.7: TFC padding), and carries the congestion mark inside
// (RFC 4301, 5.1.2.1).
func innerHeader(buf *packet.Buffer, outerTOS uint8) DropReason {
	in, ok := parseIPv4(buf.Bytes())
	if !ok {
		return DropInnerHeader
	}
	buf.SetLen(len(in))
	if outerTOS&3 == 3 && in[1]&3 != 0 && in[1]&3 != 3 {
		in[1] |= 3
		setChecksum(in)
	}
	return NotDropped
}
