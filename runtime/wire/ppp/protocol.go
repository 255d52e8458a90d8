package ppp

import (
	"errors"
	"fmt"
)

// Protocol is a PPP protocol number (RFC 1661, 2; IANA "PPP DLL Protocol Numbers").
type Protocol uint16

// The protocols that this program names. Everything else is answered with a
// Protocol-Reject.
const (
	IPv4      Protocol = 0x0021 // datagrams
	VJComp    Protocol = 0x002d // Van Jacobson compressed TCP/IP
	VJUncomp  Protocol = 0x002f // Van Jacobson uncompressed TCP/IP
	IPv6      Protocol = 0x0057 // datagrams
	Multilink Protocol = 0x003d // RFC 1990 fragments
	CompData  Protocol = 0x00fd // CCP compressed datagrams
	IPCP      Protocol = 0x8021 // RFC 1332
	IPV6CP    Protocol = 0x8057 // RFC 5072
	CCP       Protocol = 0x80fd // RFC 1962
	CDPCP     Protocol = 0x8207 // Cisco Discovery Protocol control
	MPLSCP    Protocol = 0x8281 // RFC 3032
	LCP       Protocol = 0xc021 // RFC 1661
	PAP       Protocol = 0xc023 // RFC 1334
	LQR       Protocol = 0xc025 // RFC 1333
	CHAP      Protocol = 0xc223 // RFC 1994, and both MS-CHAPs
	EAP       Protocol = 0xc227 // RFC 3748
)

var protocolNames = map[Protocol]string{
	IPv4: "IP", VJComp: "VJ", VJUncomp: "VJU", IPv6: "IPV6", Multilink: "MLP", CompData: "COMP",
	IPCP: "IPCP", IPV6CP: "IPV6CP", CCP: "CCP", CDPCP: "CDPCP", MPLSCP: "MPLSCP",
	LCP: "LCP", PAP: "PAP", LQR: "LQR", CHAP: "CHAP", EAP: "EAP",
}

// String names the protocol, or writes its number as 0x0000.
func (p Protocol) String() string {
	if s, ok := protocolNames[p]; ok {
		return s
	}
	return fmt.Sprintf("0x%04X", uint16(p))
}

// Valid reports whether p obeys RFC 1661, 2: the low octet odd, the high octet even.
func (p Protocol) Valid() bool { return p&1 == 1 && p&0x100 == 0 }

// Address and Control are the constant HDLC octets in front of the protocol field.
const (
	Address = 0xff
	Control = 0x03
)

// MaxHeader is the longest framing: address, control and a two-byte protocol.
const MaxHeader = 4

// ErrHeader reports a frame whose framing is cut off or whose protocol number
// breaks the parity rule of RFC 1661, 2.
var ErrHeader = errors.New("ppp: bad frame header")

// ParseHeader reads the framing at the front of frame, compressed (PFC, ACFC)
// or not, and returns the protocol and the number of bytes that the framing takes.
func ParseHeader(frame []byte) (proto Protocol, n int, err error) {
	if len(frame) >= 2 && frame[0] == Address && frame[1] == Control {
		n = 2
	}
	if len(frame) <= n {
		return 0, 0, ErrHeader
	}
	if frame[n] == 0xff { // RFC 1661, 6.6: 00ff is never assigned, because of this
		return 0, 0, ErrHeader
	}
	if frame[n]&1 == 1 { // PFC: the first octet is already odd
		return Protocol(frame[n]), n + 1, nil
	}
	if len(frame) < n+2 {
		return 0, 0, ErrHeader
	}
	proto = Protocol(frame[n])<<8 | Protocol(frame[n+1])
	if !proto.Valid() {
		return 0, 0, ErrHeader
	}
	return proto, n + 2, nil
}

// HeaderLen returns how many bytes PutHeader writes.
func HeaderLen(proto Protocol, pfc, acfc bool) int {
	n := 4
	if acfc {
		n -= 2
	}
	if pfc && proto < 0x100 {
		n--
	}
	return n
}

// PutHeader writes the framing into b, which has HeaderLen bytes. The caller
// passes false for both compressions when proto is LCP (RFC 1661, 6.5 and 6.6).
func PutHeader(b []byte, proto Protocol, pfc, acfc bool) {
	if !acfc {
		b[0], b[1] = Address, Control
		b = b[2:]
	}
	if !(pfc && proto < 0x100) {
		b[0] = byte(proto >> 8)
		b = b[1:]
	}
	b[0] = byte(proto)
}
