package ip

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
)

const (
	// HeaderLen is the length of a header without options, in bytes.
	HeaderLen = 20
	// MaxHeaderLen is the length of the longest header.
	MaxHeaderLen = 60
	// MaxLen is the length of the longest packet.
	MaxLen = 65535
	// MinMTU is the smallest MTU of a link that carries IPv4 (RFC 791, 3.2).
	MinMTU = 68
)

// Protocol numbers.
const (
	ProtoICMP uint8 = 1
	ProtoIGMP uint8 = 2
	ProtoTCP  uint8 = 6
	ProtoUDP  uint8 = 17
	ProtoGRE  uint8 = 47
	ProtoESP  uint8 = 50
	ProtoAH   uint8 = 51
)

// Flags of the fragment word.
const (
	FlagDF uint16 = 0x4000
	FlagMF uint16 = 0x2000
	// OffsetMask holds the fragment offset, in units of eight bytes.
	OffsetMask uint16 = 0x1fff
)

// Errors of Parse, each a check of RFC 1812, 5.2.2.
var (
	ErrShort        = errors.New("too short")
	ErrVersion      = errors.New("version is not 4")
	ErrHeaderLength = errors.New("bad header length")
	ErrTotalLength  = errors.New("bad total length")
	ErrChecksum     = errors.New("bad header checksum")
)

// Header is an IPv4 packet whose header is whole. Methods beyond the header read only as far as
// the packet goes.
type Header []byte

// Parse checks p as RFC 1812, 5.2.2 says, the checksum included, and returns the packet
// without what follows its total length. The Header aliases p.
func Parse(p []byte) (Header, error) {
	h, err := ParseUnverified(p)
	if err != nil {
		return nil, err
	}
	if Fold(Sum(h[:h.IHL()], 0)) != 0 {
		return nil, ErrChecksum
	}
	return h, nil
}

// ParseUnverified is Parse without the checksum.
func ParseUnverified(p []byte) (Header, error) {
	if len(p) < HeaderLen {
		return nil, ErrShort
	}
	if p[0]>>4 != 4 {
		return nil, ErrVersion
	}
	ihl := int(p[0]&15) * 4
	if ihl < HeaderLen || ihl > len(p) {
		return nil, ErrHeaderLength
	}
	total := int(binary.BigEndian.Uint16(p[2:4]))
	if total < ihl || total > len(p) {
		return nil, ErrTotalLength
	}
	return Header(p[:total]), nil
}

// ParseQuoted reads a packet quoted in an ICMP error, which may be cut after its header (RFC 792).
func ParseQuoted(p []byte) (Header, error) {
	if len(p) < HeaderLen {
		return nil, fmt.Errorf("parse quoted packet: %w", ErrShort)
	}
	if p[0]>>4 != 4 {
		return nil, fmt.Errorf("parse quoted packet: %w", ErrVersion)
	}
	if ihl := int(p[0]&15) * 4; ihl < HeaderLen || ihl > len(p) {
		return nil, fmt.Errorf("parse quoted packet: %w", ErrHeaderLength)
	}
	return Header(p), nil
}

// Fields are the values of a header without options.
type Fields struct {
	TOS                 uint8
	TotalLen            int
	ID                  uint16
	Fragment            uint16 // flags and offset
	TTL, Protocol       uint8
	Source, Destination netip.Addr // IPv4
}

// Put writes a header with its checksum into the first HeaderLen bytes of p.
func Put(p []byte, f Fields) {
	p[0], p[1] = 0x45, f.TOS
	binary.BigEndian.PutUint16(p[2:4], uint16(f.TotalLen))
	binary.BigEndian.PutUint16(p[4:6], f.ID)
	binary.BigEndian.PutUint16(p[6:8], f.Fragment)
	p[8], p[9] = f.TTL, f.Protocol
	p[10], p[11] = 0, 0
	s, d := f.Source.As4(), f.Destination.As4()
	copy(p[12:16], s[:])
	copy(p[16:20], d[:])
	binary.BigEndian.PutUint16(p[10:12], Checksum(p[:HeaderLen]))
}

// IHL returns the header length in bytes, options included.
func (h Header) IHL() int { return int(h[0]&15) * 4 }

// TOS returns the type of service byte.
func (h Header) TOS() uint8 { return h[1] }

// TotalLen returns the length of header and payload in bytes.
func (h Header) TotalLen() int { return int(binary.BigEndian.Uint16(h[2:4])) }

// ID returns the identification.
func (h Header) ID() uint16 { return binary.BigEndian.Uint16(h[4:6]) }

// FragmentWord returns flags and offset as they stand in the header.
func (h Header) FragmentWord() uint16 { return binary.BigEndian.Uint16(h[6:8]) }

// DF reports whether the packet must not be fragmented.
func (h Header) DF() bool { return h[6]&0x40 != 0 }

// MF reports whether more fragments follow.
func (h Header) MF() bool { return h[6]&0x20 != 0 }

// Offset returns the fragment offset in bytes.
func (h Header) Offset() int { return int(h.FragmentWord()&OffsetMask) * 8 }

// IsFragment reports whether the packet is a part of a datagram.
func (h Header) IsFragment() bool { return h.FragmentWord()&(FlagMF|OffsetMask) != 0 }

// TTL returns the time to live.
func (h Header) TTL() uint8 { return h[8] }

// Protocol returns the protocol number.
func (h Header) Protocol() uint8 { return h[9] }

// Checksum returns the header checksum.
func (h Header) Checksum() uint16 { return binary.BigEndian.Uint16(h[10:12]) }

// Source returns the source address.
func (h Header) Source() netip.Addr { return netip.AddrFrom4([4]byte(h[12:16])) }

// Destination returns the destination address.
func (h Header) Destination() netip.Addr { return netip.AddrFrom4([4]byte(h[16:20])) }

// Source4 returns the source address as a number in network order.
func (h Header) Source4() uint32 { return binary.BigEndian.Uint32(h[12:16]) }

// Destination4 returns the destination address as a number in network order.
func (h Header) Destination4() uint32 { return binary.BigEndian.Uint32(h[16:20]) }

// Options returns the options with their padding.
func (h Header) Options() []byte { return h[HeaderLen:h.IHL()] }

// Payload returns what follows the header.
func (h Header) Payload() []byte { return h[h.IHL():] }

// SetTotalLen sets the total length; the checksum is stale afterwards.
func (h Header) SetTotalLen(n int) { binary.BigEndian.PutUint16(h[2:4], uint16(n)) }

// SetID sets the identification; the checksum is stale afterwards.
func (h Header) SetID(id uint16) { binary.BigEndian.PutUint16(h[4:6], id) }

// SetFragmentWord sets flags and offset; the checksum is stale afterwards.
func (h Header) SetFragmentWord(w uint16) { binary.BigEndian.PutUint16(h[6:8], w) }

// SetDestination sets the destination; the checksum is stale afterwards. a must be IPv4.
func (h Header) SetDestination(a netip.Addr) {
	d := a.As4()
	copy(h[16:20], d[:])
}

// SetTOS sets the type of service byte and keeps the checksum right.
func (h Header) SetTOS(t uint8) {
	old := binary.BigEndian.Uint16(h[0:2])
	h[1] = t
	h.updateChecksum(old, binary.BigEndian.Uint16(h[0:2]))
}

// DecrementTTL lowers the time to live by one and keeps the checksum right. The
// TTL must not be 0.
func (h Header) DecrementTTL() {
	old := binary.BigEndian.Uint16(h[8:10])
	h[8]--
	h.updateChecksum(old, binary.BigEndian.Uint16(h[8:10]))
}

// FillChecksum computes the header checksum.
func (h Header) FillChecksum() {
	h[10], h[11] = 0, 0
	binary.BigEndian.PutUint16(h[10:12], Checksum(h[:h.IHL()]))
}

func (h Header) updateChecksum(old, new uint16) {
	binary.BigEndian.PutUint16(h[10:12], Update(h.Checksum(), old, new))
}

// Number returns an IPv4 address as a number in network order, 0 for an invalid one.
func Number(a netip.Addr) uint32 {
	if !a.Is4() && !a.Is4In6() {
		return 0
	}
	b := a.As4()
	return binary.BigEndian.Uint32(b[:])
}

// Addr returns the address of a number.
func Addr(n uint32) netip.Addr {
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}
