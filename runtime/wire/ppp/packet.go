package ppp

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Code is the code field of a control packet. The first seven mean the same
// in every control protocol; the rest belong to LCP.
type Code uint8

// The codes of RFC 1661, 5 and RFC 1570, 2.
const (
	ConfReq       Code = 1
	ConfAck       Code = 2
	ConfNak       Code = 3
	ConfRej       Code = 4
	TermReq       Code = 5
	TermAck       Code = 6
	CodeRej       Code = 7
	ProtRej       Code = 8
	EchoReq       Code = 9
	EchoRep       Code = 10
	DiscReq       Code = 11
	Identify      Code = 12
	TimeRemaining Code = 13
)

var codeNames = [...]string{
	ConfReq: "CONFREQ", ConfAck: "CONFACK", ConfNak: "CONFNAK", ConfRej: "CONFREJ",
	TermReq: "TERMREQ", TermAck: "TERMACK", CodeRej: "CODEREJ", ProtRej: "PROTREJ",
	EchoReq: "ECHOREQ", EchoRep: "ECHOREP", DiscReq: "DISCREQ", Identify: "IDENTIFY",
	TimeRemaining: "TIMEREM",
}

// String gives the short spelling that PPP logs use.
func (c Code) String() string {
	if c >= ConfReq && int(c) < len(codeNames) {
		return codeNames[c]
	}
	return fmt.Sprintf("code(%d)", uint8(c))
}

// PacketHeader is the size of code, identifier and length.
const PacketHeader = 4

// ErrPacket reports a control packet that is shorter than its own length field says,
// or whose length field is below four.
var ErrPacket = errors.New("ppp: bad control packet")

// Packet is one control packet: LCP, an NCP's, PAP or CHAP; they share the layout.
type Packet struct {
	Code Code
	ID   uint8
	// Data follows the length field. After Parse it aliases the bytes parsed.
	Data []byte
}

// Len is the value of the length field.
func (p *Packet) Len() int { return PacketHeader + len(p.Data) }

// Append appends the packet to dst.
func (p *Packet) Append(dst []byte) []byte {
	dst = append(dst, byte(p.Code), p.ID)
	dst = binary.BigEndian.AppendUint16(dst, uint16(p.Len()))
	return append(dst, p.Data...)
}

// Parse reads a packet. Bytes behind the packet's own length are padding (RFC 1661, 5).
func (p *Packet) Parse(b []byte) error {
	if len(b) < PacketHeader {
		return fmt.Errorf("%w: %d bytes", ErrPacket, len(b))
	}
	n := int(binary.BigEndian.Uint16(b[2:]))
	if n < PacketHeader || n > len(b) {
		return fmt.Errorf("%w: length field %d of %d bytes", ErrPacket, n, len(b))
	}
	p.Code, p.ID, p.Data = Code(b[0]), b[1], b[PacketHeader:n:n]
	return nil
}
