package ipsec

import (
	"encoding/binary"
	"math"

	"ioslab/runtime/packet"
	"ioslab/runtime/wire/esp"
)

// outerTTL is the TTL of a tunnel's header, as IOS sets it.
const outerTTL = 255

// protect applies the pair's outbound SAs to buf, which starts at its IP
// header and is exactly one packet. The caller has checked lengths, sequence
// numbers and life time; protect cannot fail.
func (e *Engine) protect(p *pair, buf *packet.Buffer) {
	if p.demux.on() {
		p.demux.outbound(buf.Bytes())
	}
	tunnel := p.encap.Tunnel()
	for i := len(p.out) - 1; i >= 0; i-- {
		s := p.out[i]
		s.seq++
		n := buf.Len()
		if s.part.Proto == ESP {
			e.espOut(s, p, buf, tunnel)
		} else {
			e.ahOut(s, p, buf, tunnel)
		}
		tunnel = false // one outer header for the whole bundle
		s.packets++
		s.bytes += uint64(n)
	}
}

// exhausted reports whether a sequence number would wrap (RFC 4303, 3.3.3).
func (p *pair) exhausted() bool {
	for _, s := range p.out {
		if s.seq == math.MaxUint32 {
			return true
		}
	}
	return false
}

// room makes n bytes of room between the IP header and the payload, which is
// everything behind a new outer header in tunnel mode. It returns the IP
// header's length and the protocol of the payload.
func (e *Engine) room(p *pair, buf *packet.Buffer, n int, tunnel bool) (hl int, next uint8) {
	if tunnel {
		in := ipv4(buf.Bytes())
		tos, df := in[1], e.outerDF(in)
		out := buf.Prepend(20 + n)
		e.outerHeader(out[:20], p, tos, df)
		return 20, protoIPIP
	}
	old := ipv4(buf.Bytes())
	hl, next = old.headerLen(), old.proto()
	buf.Prepend(n)
	b := buf.Bytes()
	copy(b[:hl], b[n:n+hl])
	return hl, next
}

// outerHeader writes a tunnel's IP header (RFC 4301, 5.1.2.1) without length,
// protocol and checksum.
func (e *Engine) outerHeader(h []byte, p *pair, tos uint8, df bool) {
	e.ipID++
	h[0], h[1] = 0x45, tos
	binary.BigEndian.PutUint16(h[4:], e.ipID)
	h[6], h[7] = 0, 0
	if df {
		h[6] = 0x40
	}
	h[8] = outerTTL
	src, dst := p.local.As4(), p.remote.As4()
	copy(h[12:], src[:])
	copy(h[16:], dst[:])
}

// outerDF says whether the packet that goes out has DF.
func (e *Engine) outerDF(in ipv4) bool {
	switch e.cfg.DF {
	case DFSet:
		return true
	case DFClear:
		return false
	case DFCopy:
	}
	return in.df()
}

// espOut wraps buf in ESP:
//
//	IP payload                       (transport)
//	IP [UDP] ESP IV payload pad ICV
//
// RFC 4303, 3.3: pad, encrypt in place, then the ICV over the result.
func (e *Engine) espOut(s *sa, p *pair, buf *packet.Buffer, tunnel bool) {
	udp := 0
	if p.encap.UDP() {
		udp = udpLen
	}
	pre := udp + esp.HeaderLen + s.ivN
	hl, next := e.room(p, buf, pre, tunnel)
	pad := esp.PadLen(buf.Len()-hl-pre, s.ivN)
	tail := buf.Extend(pad + esp.TrailerLen + s.icvN)
	esp.PutTrailer(tail[:pad+esp.TrailerLen], next)

	b := buf.Bytes()
	body := b[hl+udp : len(b)-s.icvN]
	esp.PutHeader(body, s.spi, s.seq)
	if s.mode != nil {
		iv := body[esp.HeaderLen : esp.HeaderLen+s.ivN]
		s.iv.put(iv)
		s.mode.SetIV(iv)
		clear := body[esp.HeaderLen+s.ivN:]
		s.mode.CryptBlocks(clear, clear)
	}
	if s.mac != nil {
		copy(b[len(b)-s.icvN:], s.icv(body))
	}
	proto := uint8(ESP)
	if udp > 0 {
		putUDP(b[hl:], p.lport, p.rport)
		proto = protoUDP
	}
	finish(b, proto)
}

// putUDP writes the header of RFC 3948, 2.1; b starts with it and ends with
// the packet. The checksum stays zero.
func putUDP(b []byte, src, dst uint16) {
	binary.BigEndian.PutUint16(b, src)
	binary.BigEndian.PutUint16(b[2:], dst)
	binary.BigEndian.PutUint16(b[4:], uint16(len(b)))
	b[6], b[7] = 0, 0
}

// ahOut puts an authentication header behind the IP header (RFC 4302, 3.3).
func (e *Engine) ahOut(s *sa, p *pair, buf *packet.Buffer, tunnel bool) {
	n := esp.AHLen(s.icvN)
	hl, next := e.room(p, buf, n, tunnel)
	b := buf.Bytes()
	finish(b, uint8(AH))
	esp.PutAH(b[hl:hl+n], next, s.spi, s.seq)
	view, err := esp.Immutable(e.header[:], b[:hl])
	if err != nil { // options are checked before (outboundReady)
		view = b[:hl]
	}
	copy(b[hl+esp.AHFixedLen:], s.icv(view, b[hl:]))
}

// overhead returns the length of a packet of n bytes with a header of hl once
// the pair has protected it.
func (p *pair) overhead(n, hl int) int {
	tunnel := p.encap.Tunnel()
	for i := len(p.out) - 1; i >= 0; i-- {
		s := p.out[i]
		if tunnel {
			n, hl = n+20, 20
		}
		tunnel = false
		if s.part.Proto == AH {
			n += esp.AHLen(s.icvN)
			continue
		}
		payload := n - hl
		n += esp.HeaderLen + s.ivN + esp.PadLen(payload, s.ivN) + esp.TrailerLen + s.icvN
		if p.encap.UDP() {
			n += udpLen
		}
	}
	return n
}

// plainMTU returns the largest packet that still fits mtu when protected.
func (p *pair) plainMTU(mtu int) int {
	n := mtu
	for n > 0 && p.overhead(n, 20) > mtu {
		n--
	}
	return n
}
