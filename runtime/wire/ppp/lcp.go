package ppp

import (
	"encoding/binary"
	"fmt"
)

// The LCP options (RFC 1661, 6; RFC 1570; RFC 1990).
const (
	LCPMRU          = 1
	LCPACCM         = 2
	LCPAuth         = 3
	LCPQuality      = 4
	LCPMagic        = 5
	LCPPFC          = 7
	LCPACFC         = 8
	LCPCallback     = 13
	LCPMRRU         = 17
	LCPShortSeq     = 18
	LCPEndpoint     = 19
	DefaultMRU      = 1500 // RFC 1661, 6.1
	MinMRU          = 128  // below it no control packet of ours fits; such a value is Nak'ed
	CallbackCBCP    = 6    // callback operation "by CBCP", what Windows asks for
	EndpointMaxData = 20   // RFC 1990, 5.1.3
)

// Algorithm is the algorithm octet of the CHAP authentication option.
type Algorithm uint8

// The algorithms of RFC 1994, RFC 2433 and RFC 2759.
const (
	AlgorithmMD5      Algorithm = 5
	AlgorithmMSCHAP   Algorithm = 0x80
	AlgorithmMSCHAPV2 Algorithm = 0x81
)

// AuthProto is an authentication protocol as LCP negotiates it.
type AuthProto uint8

// The authentication protocols this program speaks, NoAuth for none.
const (
	NoAuth AuthProto = iota
	AuthPAP
	AuthCHAP
	AuthMSCHAP
	AuthMSCHAPV2
)

// String spells the protocol as PPP logs do.
func (a AuthProto) String() string {
	switch a {
	case NoAuth:
		return "none"
	case AuthPAP:
		return "PAP"
	case AuthCHAP:
		return "CHAP"
	case AuthMSCHAP:
		return "MS-CHAP"
	case AuthMSCHAPV2:
		return "MS-CHAP-V2"
	}
	return fmt.Sprintf("auth(%d)", uint8(a))
}

// Protocol is the PPP protocol that carries the exchange, 0 for NoAuth.
func (a AuthProto) Protocol() Protocol {
	switch a {
	case AuthPAP:
		return PAP
	case AuthCHAP, AuthMSCHAP, AuthMSCHAPV2:
		return CHAP
	case NoAuth:
	}
	return 0
}

// Option makes the LCP option that asks for a. NoAuth gives an option without data.
func (a AuthProto) Option() Option {
	o := Option{Type: LCPAuth}
	switch a {
	case AuthPAP:
		o.Data = []byte{0xc0, 0x23}
	case AuthCHAP:
		o.Data = []byte{0xc2, 0x23, byte(AlgorithmMD5)}
	case AuthMSCHAP:
		o.Data = []byte{0xc2, 0x23, byte(AlgorithmMSCHAP)}
	case AuthMSCHAPV2:
		o.Data = []byte{0xc2, 0x23, byte(AlgorithmMSCHAPV2)}
	case NoAuth:
	}
	return o
}

// AuthProtoOf reads an authentication option; ok is false for a protocol or
// algorithm not spoken here and for a wrong length.
func AuthProtoOf(o Option) (a AuthProto, ok bool) {
	for a := AuthPAP; a <= AuthMSCHAPV2; a++ {
		if o.Equal(a.Option()) {
			return a, true
		}
	}
	return NoAuth, false
}

// AppendMagic appends the four octets that begin the data of LCP echoes,
// Discard-Requests, Identifications and Time-Remainings, followed by data.
func AppendMagic(dst []byte, magic uint32, data []byte) []byte {
	return append(binary.BigEndian.AppendUint32(dst, magic), data...)
}

// SplitMagic reads what AppendMagic wrote.
func SplitMagic(b []byte) (magic uint32, data []byte, err error) {
	if len(b) < 4 {
		return 0, nil, fmt.Errorf("%w: %d bytes where a magic number stands", ErrPacket, len(b))
	}
	return binary.BigEndian.Uint32(b), b[4:], nil
}

// AppendProtocolReject appends the data of a Protocol-Reject: the number of
// the rejected protocol and what it carried.
func AppendProtocolReject(dst []byte, proto Protocol, info []byte) []byte {
	return append(binary.BigEndian.AppendUint16(dst, uint16(proto)), info...)
}

// SplitProtocolReject reads the data of a Protocol-Reject.
func SplitProtocolReject(b []byte) (proto Protocol, info []byte, err error) {
	if len(b) < 2 {
		return 0, nil, fmt.Errorf("%w: Protocol-Reject of %d bytes", ErrPacket, len(b))
	}
	return Protocol(binary.BigEndian.Uint16(b)), b[2:], nil
}
