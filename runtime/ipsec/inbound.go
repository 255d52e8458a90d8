package ipsec

import (
	"encoding/binary"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/esp"
)

// maxNesting is how many headers of one packet are opened: AH and ESP.
const maxNesting = 2

// Inbound takes an IPv4 packet to this node of protocol 50 or 51, or 17 with
// ESP inside UDP port 4500 (RFC 3948), from its IP header on and reassembled.
// It takes buf; with Done, Result.Buf is the inner packet at its IPv4 header,
// and Protected, Security, SA and NATT are set on it.
func (e *Engine) Inbound(now clock.Instant, buf *packet.Buffer) Result {
	p, ok := parseIPv4(buf.Bytes())
	if !ok {
		return e.refuse(buf, DropMalformed)
	}
	buf.SetLen(len(p))
	if p.fragment() {
		return e.refuse(buf, DropFragment)
	}
	hl := p.headerLen()
	var from netip.AddrPort
	off := hl
	if p.proto() == protoUDP {
		if len(p) < hl+udpLen {
			return e.refuse(buf, DropMalformed)
		}
		udp := p[hl:]
		n := int(binary.BigEndian.Uint16(udp[4:]))
		if n < udpLen || n > len(udp) {
			return e.refuse(buf, DropMalformed)
		}
		buf.SetLen(hl + n)
		from = netip.AddrPortFrom(p.src(), binary.BigEndian.Uint16(udp))
		off += udpLen
	}
	return e.inbound(now, buf, hl, off, from)
}

// InboundUDP takes the payload of a UDP datagram to port 4500 that is no IKE
// message: ESP, or a keepalive. It makes the IP header that Inbound wants.
// It takes buf.
func (e *Engine) InboundUDP(now clock.Instant, local, remote netip.AddrPort, buf *packet.Buffer) Result {
	if !local.Addr().Is4() || !remote.Addr().Is4() || buf.Len() > 65000 {
		return e.refuse(buf, DropMalformed)
	}
	src, dst := remote.Addr().As4(), local.Addr().As4()
	h := buf.Prepend(20)
	clear(h)
	h[0], h[8] = 0x45, outerTTL
	copy(h[12:], src[:])
	copy(h[16:], dst[:])
	finish(buf.Bytes(), uint8(ESP))
	return e.inbound(now, buf, 20, 20, remote)
}

// inbound opens the headers from offset off on. from is the UDP source of an
// encapsulated packet, else invalid.
func (e *Engine) inbound(now clock.Instant, buf *packet.Buffer, hl, off int, from netip.AddrPort) Result {
	natt := from.IsValid()
	if n := buf.Len() - off; natt && n == 1 && buf.Bytes()[off] == 0xff {
		return e.refuse(buf, DropKeepalive)
	}
	var used [maxNesting]*sa
	wire := buf.Len()
	for i := range maxNesting {
		s, why := e.findInbound(now, buf, off, natt && i == 0)
		if why == NotDropped {
			why = e.open(s, buf, hl, off)
		}
		if why != NotDropped {
			return e.refuseInbound(now, s, buf, off, why)
		}
		used[i] = s
		if !e.nested(s, buf) {
			return e.accept(now, used[:i+1], buf, from, wire)
		}
		hl = ipv4(buf.Bytes()).headerLen()
		off = hl
	}
	return e.refuseInbound(now, used[0], buf, off, DropBundle)
}

// nested reports whether the pair of s has another header inside: the packet
// now starts with one for us.
func (e *Engine) nested(s *sa, buf *packet.Buffer) bool {
	if len(s.pair.in) < 2 || s != s.pair.in[0] {
		return false
	}
	b := ipv4(buf.Bytes())
	return b.proto() == uint8(ESP) && b.dst() == s.dst && b.src() == s.src
}

// findInbound finds the SA of the header at off.
func (e *Engine) findInbound(now clock.Instant, buf *packet.Buffer, off int, natt bool) (*sa, DropReason) {
	p := ipv4(buf.Bytes())
	proto, rest := Proto(p.proto()), p[off:]
	if natt {
		proto = ESP
	}
	key := saKey{dst: addr4(p.dst()), proto: proto}
	switch proto {
	case ESP:
		h, err := esp.Parse(rest)
		if err != nil {
			return nil, DropMalformed
		}
		key.spi = h.SPI()
	case AH:
		h, err := esp.ParseAH(rest)
		if err != nil {
			return nil, DropMalformed
		}
		key.spi = h.SPI()
	default:
		return nil, DropWrongProto
	}
	s := e.in[key]
	if s == nil {
		e.unknownSPI(now, p, key)
		return nil, DropInvalidSPI
	}
	if s.pair.encap.UDP() != natt {
		return s, DropWrongProto
	}
	if s.pair.hardBytes > 0 && s.pair.bytesIn >= s.pair.hardBytes {
		return s, DropExpired
	}
	return s, NotDropped
}

// open checks and removes one header.
func (e *Engine) open(s *sa, buf *packet.Buffer, hl, off int) DropReason {
	if s.part.Proto == AH {
		return e.ahIn(s, buf, hl)
	}
	return e.espIn(s, buf, hl, off)
}

// accept checks that the whole bundle was applied and that the inner packet
// belongs to it (RFC 4301, 5.2), then counts and marks it.
func (e *Engine) accept(now clock.Instant, used []*sa, buf *packet.Buffer, from netip.AddrPort, wire int) Result {
	s := used[0]
	p, id := s.pair, s.pair.ident
	if len(used) != len(p.in) || len(used) == 2 && used[1] != p.in[1] {
		return e.refuseInbound(now, s, buf, 0, DropBundle)
	}
	inner, ok := parseIPv4(buf.Bytes())
	if !ok {
		return e.refuseInbound(now, s, buf, 0, DropInnerHeader)
	}
	f := inner.inFlow()
	if !p.fromRemote.covers(f.remote, f.proto, f.rport, f.late) || !p.fromLocal.covers(f.local, f.proto, f.lport, f.late) {
		return e.refuseInbound(now, s, buf, 0, DropSelector)
	}
	if p.encap == UDPTransport {
		p.mendChecksum(buf.Bytes())
	}
	if p.demux.on() {
		p.demux.inbound(buf.Bytes())
	}
	for _, u := range used {
		u.packets++
		u.bytes += uint64(wire)
	}
	id.n.received(p)
	p.used = now
	p.bytesIn += uint64(len(inner))
	if from.IsValid() {
		e.follow(p, s, from)
	}
	buf.Protected, buf.Security, buf.SA, buf.NATT = true, id.entry.profile, s.handle, from.IsValid()
	if !p.enabled { // the peer uses the keys, so its third message was lost or is late
		e.enable(now, p)
	}
	e.checkVolume(now, p, p.bytesIn)
	return Result{Verdict: Done, Buf: buf}
}

func (n *identCounters) received(p *pair) {
	n.decaps++
	if p.suite.Cipher != NoCipher {
		n.decrypt++
	}
	if p.suite.Auth != NoAuth || p.suite.AH != NoAuth {
		n.verify++
	}
}

// follow notes that the NAT between gave the peer another port, or (tunnel
// mode) address: RFC 3947, 4. Only the newest packet can tell.
func (e *Engine) follow(p *pair, s *sa, from netip.AddrPort) {
	was := netip.AddrPortFrom(p.remote, p.rport)
	if from == was || s.mac == nil || s.window.size == 0 || p.ident.newest() != p {
		return
	}
	if from.Addr() != p.remote && !p.encap.Tunnel() {
		return
	}
	p.rport = from.Port()
	p.ident.port = from.Port()
	if from.Addr() != p.remote {
		e.reindexPeer(p, from.Addr())
	}
	e.put(PeerMoved{Local: p.local, From: was, To: from})
}

// reindexPeer moves a tunnel's pair to another peer address.
func (e *Engine) reindexPeer(p *pair, to netip.Addr) {
	for _, s := range p.out {
		delete(e.out, s.key())
		s.dst = to
		e.out[s.key()] = s
	}
	for _, s := range p.in {
		s.src = to
	}
	p.remote, p.ident.peer = to, to
}

// refuseInbound counts a refused packet on its identity, logs what IOS logs,
// and drops it.
func (e *Engine) refuseInbound(now clock.Instant, s *sa, buf *packet.Buffer, off int, why DropReason) Result {
	if s != nil {
		n := &s.pair.ident.n
		if why != DropDummy {
			n.recvErrors++
		}
		n.refused(why)
		switch why {
		case DropICV:
			if e.mayLog(now, limitICV) {
				e.tell(ICVFailed{ConnID: s.conn})
			}
		case DropReplay:
			if e.mayLog(now, limitReplay) {
				seq := binary.BigEndian.Uint32(buf.Bytes()[off+seqOffset(s.part.Proto):])
				e.tell(ReplayDetected{ConnID: s.conn, Seq: seq})
			}
		default:
		}
	}
	return e.refuse(buf, why)
}

// seqOffset is where a header has its sequence number.
func seqOffset(p Proto) int {
	if p == AH {
		return 8
	}
	return 4
}

// refused sorts a drop into the counters of `show crypto ipsec sa detail`.
func (n *identCounters) refused(why DropReason) {
	switch why {
	case DropICV:
		n.verifyFailed++
	case DropReplay:
		n.replayFailed++
	case DropSelector:
		n.invalidIdent++
	case DropLength:
		n.invalidLen++
	case DropWrongProto, DropBundle:
		n.invalidProt++
	case DropExpired:
		n.invalidSA++
	case DropPadding, DropInnerHeader, DropMalformed:
		n.decapsFailed++
	default:
	}
}

// unknownSPI tells of a packet under no SA.
func (e *Engine) unknownSPI(now clock.Instant, p ipv4, k saKey) {
	if !e.mayLog(now, limitSPI) {
		return
	}
	e.tell(InvalidSPIReceived{Src: p.src(), Dst: p.dst(), Proto: k.proto, SPI: k.spi})
	e.put(InvalidSPI{Src: p.src(), Dst: p.dst(), Proto: k.proto, SPI: k.spi})
}
