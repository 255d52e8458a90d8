package ipsec

import "encoding/binary"

// demux keeps apart L2TP clients behind one address (`set nat demux`): the
// inner source port of one of them becomes another one on this side of the SA.
//
//	client ─ UDP 1701 in ESP ─► real ──rewritten──► seen ─► L2TP
type demux struct{ real, seen uint16 }

func (d *demux) on() bool { return d.seen != 0 }

// inbound rewrites the source port of a decapsulated UDP packet. A port that
// the identities left open is learnt from the first packet.
func (d *demux) inbound(b []byte) {
	p, ok := parseIPv4(b)
	if !ok || p.proto() != protoUDP || p.fragment() || len(p) < p.headerLen()+udpLen {
		return
	}
	hl := p.headerLen()
	if d.real == 0 {
		d.real = binary.BigEndian.Uint16(p[hl:])
	}
	if binary.BigEndian.Uint16(p[hl:]) == d.real {
		rewritePort(p[hl:], 0, d.seen)
	}
}

// outbound undoes it for the destination port of an answer.
func (d *demux) outbound(b []byte) {
	p, ok := parseIPv4(b)
	if !ok || p.proto() != protoUDP || p.fragment() || len(p) < p.headerLen()+udpLen || d.real == 0 {
		return
	}
	hl := p.headerLen()
	if binary.BigEndian.Uint16(p[hl+2:]) == d.seen {
		rewritePort(p[hl:], 2, d.real)
	}
}

// rewritePort changes the port at off of a UDP header and mends its checksum.
func rewritePort(udp []byte, off int, port uint16) {
	old := binary.BigEndian.Uint16(udp[off:])
	binary.BigEndian.PutUint16(udp[off:], port)
	if sum := binary.BigEndian.Uint16(udp[6:]); sum != 0 {
		putUDPSum(udp, ^fold(uint32(^sum)+uint32(^old)+uint32(port)))
	}
}

// putUDPSum writes a UDP checksum; a computed zero is sent as ones (RFC 768).
func putUDPSum(udp []byte, sum uint16) {
	if sum == 0 {
		sum = 0xffff
	}
	binary.BigEndian.PutUint16(udp[6:], sum)
}

// mendChecksum repairs the TCP or UDP checksum of a packet that came through a
// NAT in transport mode: the sender computed it over addresses that the NAT
// changed outside (RFC 3948, 3.1.2). With the peer's NAT-OA it is mended
// by difference; else UDP's is switched off and TCP's computed anew.
func (p *pair) mendChecksum(b []byte) {
	ip, ok := parseIPv4(b)
	if !ok || ip.fragment() {
		return
	}
	seg := ip[ip.headerLen():]
	off := 16
	switch {
	case ip.proto() == protoUDP && len(seg) >= udpLen:
		off = 6
	case ip.proto() == protoTCP && len(seg) >= 20:
	default:
		return
	}
	old := binary.BigEndian.Uint16(seg[off:])
	if off == 6 && old == 0 {
		return
	}
	oldSrc, oldDst := p.origRemote, p.origLocal
	if !oldSrc.Is4() && !oldDst.Is4() {
		p.recompute(ip, seg, off)
		return
	}
	s := uint32(^old)
	s += replaceAddr(addr4(oldSrc), addr4(ip.src()))
	s += replaceAddr(addr4(oldDst), addr4(ip.dst()))
	if off == 6 {
		putUDPSum(seg, ^fold(s))
	} else {
		binary.BigEndian.PutUint16(seg[off:], ^fold(s))
	}
}

// replaceAddr returns what the sum of a checksum grows by when an address
// changes (RFC 1624, equation 3); an unknown old address (0) did not change.
func replaceAddr(old, now uint32) uint32 {
	if old == 0 {
		return 0
	}
	return uint32(^uint16(old>>16)) + uint32(^uint16(old)) + now>>16 + now&0xffff
}

func (p *pair) recompute(ip ipv4, seg []byte, off int) {
	binary.BigEndian.PutUint16(seg[off:], 0)
	if off == 6 {
		return
	}
	pseudo := uint32(sum16(0, ip[12:20])) + uint32(ip.proto()) + uint32(len(seg))
	binary.BigEndian.PutUint16(seg[off:], ^sum16(pseudo, seg))
}
