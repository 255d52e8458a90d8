package ipsec

import (
	"encoding/binary"
	"net/netip"
)

// The IP protocols that the engine looks into.
const (
	protoIPIP = 4
	protoTCP  = 6
	protoUDP  = 17
	protoNone = 59 // RFC 4303, 2.6: a dummy packet

	udpLen  = 8
	portIKE = 500
	portNAT = 4500
)

// ipv4 is a packet at its IPv4 header, checked by parseIPv4.
type ipv4 []byte

// parseIPv4 checks version and lengths; the result is cut to the total length
// (a short Ethernet frame has padding behind).
func parseIPv4(b []byte) (ipv4, bool) {
	if len(b) < 20 || b[0]>>4 != 4 {
		return nil, false
	}
	hl, total := int(b[0]&15)*4, int(binary.BigEndian.Uint16(b[2:]))
	if hl < 20 || total < hl || total > len(b) {
		return nil, false
	}
	return ipv4(b[:total]), true
}

func (p ipv4) headerLen() int  { return int(p[0]&15) * 4 }
func (p ipv4) proto() uint8    { return p[9] }
func (p ipv4) src() netip.Addr { return netip.AddrFrom4([4]byte(p[12:16])) }
func (p ipv4) dst() netip.Addr { return netip.AddrFrom4([4]byte(p[16:20])) }
func (p ipv4) df() bool        { return p[6]&0x40 != 0 }

// fragment reports whether the packet is a fragment, offset whether it is not
// the first one.
func (p ipv4) fragment() bool { return binary.BigEndian.Uint16(p[6:])&0x3fff != 0 }
func (p ipv4) offset() bool   { return binary.BigEndian.Uint16(p[6:])&0x1fff != 0 }

// ports returns the ports of a TCP or UDP packet, zeros when there are none.
func (p ipv4) ports() (src, dst uint16) {
	hl := p.headerLen()
	if p.proto() != protoTCP && p.proto() != protoUDP || p.offset() || len(p) < hl+4 {
		return 0, 0
	}
	return binary.BigEndian.Uint16(p[hl:]), binary.BigEndian.Uint16(p[hl+2:])
}

// finish sets the length, the protocol and the checksum of the header at the
// front of b.
func finish(b []byte, proto uint8) {
	binary.BigEndian.PutUint16(b[2:], uint16(len(b)))
	b[9] = proto
	setChecksum(b)
}

// setChecksum computes the header checksum.
func setChecksum(b []byte) {
	b[10], b[11] = 0, 0
	binary.BigEndian.PutUint16(b[10:], ^sum16(0, b[:int(b[0]&15)*4]))
}

// sum16 adds b, as 16-bit words, to a one's complement sum.
func sum16(start uint32, b []byte) uint16 {
	s := start
	for ; len(b) >= 2; b = b[2:] {
		s += uint32(b[0])<<8 | uint32(b[1])
	}
	if len(b) == 1 {
		s += uint32(b[0]) << 8
	}
	return fold(s)
}

func fold(s uint32) uint16 {
	for s > 0xffff {
		s = s>>16 + s&0xffff
	}
	return uint16(s)
}

// addr4 returns an IPv4 address as a number, 0 for any other.
func addr4(a netip.Addr) uint32 {
	if !a.Is4() {
		return 0
	}
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

// flow is a packet's identity seen from this node: which end is local does
// not depend on the packet's direction.
type flow struct {
	local, remote uint32
	lport, rport  uint16
	proto         uint8
	late          bool // a fragment behind the first: ports are not known
}

// outFlow is the flow of a packet that leaves, inFlow of one that came.
func (p ipv4) outFlow() flow {
	sp, dp := p.ports()
	return flow{binary.BigEndian.Uint32(p[12:]), binary.BigEndian.Uint32(p[16:]), sp, dp, p.proto(), p.offset()}
}

func (p ipv4) inFlow() flow {
	sp, dp := p.ports()
	return flow{binary.BigEndian.Uint32(p[16:]), binary.BigEndian.Uint32(p[12:]), dp, sp, p.proto(), p.offset()}
}

// addrOf is addr4's inverse.
func addrOf(n uint32) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n)
	return netip.AddrFrom4(b)
}
