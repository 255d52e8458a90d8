package ip

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
)

const (
	// UDPLen is the length of a UDP header in bytes.
	UDPLen = 8
	// TCPLen is the length of a TCP header without options, in bytes.
	TCPLen = 20
)

// ErrUDPLength reports a UDP length that disagrees with the packet.
var ErrUDPLength = errors.New("bad UDP length")

// UDP is a UDP datagram, cut to its length field.
type UDP []byte

// ParseUDP checks length and, unless it is zero, the checksum of the payload p
// of a packet from src to dst. The UDP aliases p.
func ParseUDP(p []byte, src, dst netip.Addr) (UDP, error) {
	if len(p) < UDPLen {
		return nil, fmt.Errorf("parse UDP of %d bytes: %w", len(p), ErrShort)
	}
	n := int(binary.BigEndian.Uint16(p[4:6]))
	if n < UDPLen || n > len(p) {
		return nil, fmt.Errorf("parse UDP: length %d of %d: %w", n, len(p), ErrUDPLength)
	}
	u := UDP(p[:n])
	if binary.BigEndian.Uint16(p[6:8]) != 0 && Fold(Sum(u, PseudoSum(src.As4(), dst.As4(), ProtoUDP, n))) != 0 {
		return nil, fmt.Errorf("parse UDP: %w", ErrChecksum)
	}
	return u, nil
}

// PutUDP writes a header into the first UDPLen bytes of p, which holds the whole datagram; the checksum is
// filled in (RFC 768: zero is sent as all ones).
func PutUDP(p []byte, src, dst netip.AddrPort) {
	PutUDPNoChecksum(p, src.Port(), dst.Port())
	c := Fold(Sum(p, PseudoSum(src.Addr().As4(), dst.Addr().As4(), ProtoUDP, len(p))))
	if c == 0 {
		c = 0xffff
	}
	binary.BigEndian.PutUint16(p[6:8], c)
}

// PutUDPNoChecksum writes a header with checksum 0 (none).
func PutUDPNoChecksum(p []byte, src, dst uint16) {
	binary.BigEndian.PutUint16(p[0:2], src)
	binary.BigEndian.PutUint16(p[2:4], dst)
	binary.BigEndian.PutUint16(p[4:6], uint16(len(p)))
	p[6], p[7] = 0, 0
}

// SourcePort returns the source port.
func (u UDP) SourcePort() uint16 { return binary.BigEndian.Uint16(u[0:2]) }

// DestinationPort returns the destination port.
func (u UDP) DestinationPort() uint16 { return binary.BigEndian.Uint16(u[2:4]) }

// Payload returns the data.
func (u UDP) Payload() []byte { return u[UDPLen:] }

// TCP flags.
const (
	TCPFin uint8 = 1 << iota
	TCPSyn
	TCPRst
	TCPPsh
	TCPAck
	TCPUrg
)

// TCP is a TCP segment whose header, options included, is whole. Its checksum is not verified: a router
// only looks on.
type TCP []byte

// ParseTCP checks the lengths. The TCP aliases p.
func ParseTCP(p []byte) (TCP, error) {
	if len(p) < TCPLen {
		return nil, fmt.Errorf("parse TCP of %d bytes: %w", len(p), ErrShort)
	}
	if n := int(p[12]>>4) * 4; n < TCPLen || n > len(p) {
		return nil, fmt.Errorf("parse TCP: %w", ErrHeaderLength)
	}
	return TCP(p), nil
}

// SourcePort returns the source port.
func (t TCP) SourcePort() uint16 { return binary.BigEndian.Uint16(t[0:2]) }

// DestinationPort returns the destination port.
func (t TCP) DestinationPort() uint16 { return binary.BigEndian.Uint16(t[2:4]) }

// Seq returns the sequence number.
func (t TCP) Seq() uint32 { return binary.BigEndian.Uint32(t[4:8]) }

// Ack returns the acknowledgement number.
func (t TCP) Ack() uint32 { return binary.BigEndian.Uint32(t[8:12]) }

// HeaderLen returns the length of the header with its options.
func (t TCP) HeaderLen() int { return int(t[12]>>4) * 4 }

// Flags returns the flags.
func (t TCP) Flags() uint8 { return t[13] & 0x3f }

// Window returns the window.
func (t TCP) Window() uint16 { return binary.BigEndian.Uint16(t[14:16]) }

// ClampMSS lowers the MSS option of the segment to at most mss, keeping the checksum right, and
// reports whether it changed. A segment without the option stays.
func (t TCP) ClampMSS(mss uint16) bool {
	for i, n := TCPLen, t.HeaderLen(); i < n; {
		switch kind := t[i]; {
		case kind == 0:
			return false
		case kind == 1:
			i++
		case i+1 >= n || t[i+1] < 2 || i+int(t[i+1]) > n:
			return false
		case kind == 2 && t[i+1] == 4:
			return t.lowerMSS(i+2, mss)
		default:
			i += int(t[i+1])
		}
	}
	return false
}

// lowerMSS lowers the 16 bits at i to at most mss. At an odd i the bytes lie in two checksum words,
// where each counts by the other half (RFC 1071, 2 (B)).
func (t TCP) lowerMSS(i int, mss uint16) bool {
	old := binary.BigEndian.Uint16(t[i:])
	if old <= mss {
		return false
	}
	binary.BigEndian.PutUint16(t[i:], mss)
	if i%2 == 1 {
		old, mss = old<<8|old>>8, mss<<8|mss>>8
	}
	binary.BigEndian.PutUint16(t[16:18], Update(binary.BigEndian.Uint16(t[16:18]), old, mss))
	return true
}
