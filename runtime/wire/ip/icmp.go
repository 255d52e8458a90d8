package ip

import (
	"encoding/binary"
	"fmt"
)

// ICMPLen is the length of an ICMP header in bytes.
const ICMPLen = 8

// ICMP types (RFC 792).
const (
	ICMPEchoReply        uint8 = 0
	ICMPUnreachable      uint8 = 3
	ICMPSourceQuench     uint8 = 4
	ICMPRedirect         uint8 = 5
	ICMPEcho             uint8 = 8
	ICMPTimeExceeded     uint8 = 11
	ICMPParameterProblem uint8 = 12
	ICMPTimestamp        uint8 = 13
	ICMPTimestampReply   uint8 = 14
	ICMPInfoRequest      uint8 = 15
	ICMPMaskRequest      uint8 = 17
)

// Codes of ICMPUnreachable (RFC 792, RFC 1122, RFC 1812).
const (
	CodeNet           uint8 = 0
	CodeHost          uint8 = 1
	CodeProtocol      uint8 = 2
	CodePort          uint8 = 3
	CodeFragNeeded    uint8 = 4
	CodeSourceRoute   uint8 = 5
	CodeNetProhibited uint8 = 9
	CodeHostProhib    uint8 = 10
	CodeProhibited    uint8 = 13
)

// Codes of other types.
const (
	CodeTTL         uint8 = 0 // ICMPTimeExceeded: in transit
	CodeReassembly  uint8 = 1 // ICMPTimeExceeded: fragments
	CodeRedirectNet uint8 = 0
	CodeRedirect    uint8 = 1 // ICMPRedirect: for the host
)

// ICMP is an ICMP message, at least ICMPLen long.
type ICMP []byte

// ParseICMP checks length and checksum. The ICMP aliases p.
func ParseICMP(p []byte) (ICMP, error) {
	if len(p) < ICMPLen {
		return nil, fmt.Errorf("parse ICMP of %d bytes: %w", len(p), ErrShort)
	}
	if Fold(Sum(p, 0)) != 0 {
		return nil, fmt.Errorf("parse ICMP: %w", ErrChecksum)
	}
	return ICMP(p), nil
}

// PutICMP writes a header with the given 32-bit rest into the first ICMPLen bytes of p; the checksum
// is filled in over the whole of p.
func PutICMP(p []byte, typ, code uint8, rest uint32) {
	p[0], p[1], p[2], p[3] = typ, code, 0, 0
	binary.BigEndian.PutUint32(p[4:8], rest)
	binary.BigEndian.PutUint16(p[2:4], Checksum(p))
}

// Type returns the type.
func (m ICMP) Type() uint8 { return m[0] }

// Code returns the code.
func (m ICMP) Code() uint8 { return m[1] }

// Rest returns bytes 4 to 7: identifier and sequence, gateway, pointer or MTU.
func (m ICMP) Rest() uint32 { return binary.BigEndian.Uint32(m[4:8]) }

// ID returns the identifier of an echo.
func (m ICMP) ID() uint16 { return binary.BigEndian.Uint16(m[4:6]) }

// Sequence returns the sequence number of an echo.
func (m ICMP) Sequence() uint16 { return binary.BigEndian.Uint16(m[6:8]) }

// MTU returns the next-hop MTU of a fragmentation needed (RFC 1191, 4), 0 when not told.
func (m ICMP) MTU() int { return int(binary.BigEndian.Uint16(m[6:8])) }

// Data returns what follows the header: echo data or the quoted packet.
func (m ICMP) Data() []byte { return m[ICMPLen:] }

// IsICMPError reports whether messages of a type tell of an error (RFC 1122, 3.2.2).
func IsICMPError(typ uint8) bool {
	switch typ {
	case ICMPUnreachable, ICMPSourceQuench, ICMPRedirect, ICMPTimeExceeded, ICMPParameterProblem:
		return true
	}
	return false
}
