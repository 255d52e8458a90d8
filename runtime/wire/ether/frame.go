package ether

import (
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	// HeaderLen is the length of an Ethernet II header in bytes.
	HeaderLen = 14
	// MinLen is the length of the shortest frame on a real wire, without the frame
	// check sequence. In-memory wires carry shorter ones.
	MinLen = 60
)

// EtherTypes that ioslab knows.
const (
	TypeIPv4 uint16 = 0x0800
	TypeARP  uint16 = 0x0806
	// TypeMin is the smallest EtherType; less is an IEEE 802.3 length.
	TypeMin uint16 = 0x0600
)

// ErrShort reports bytes too few for the format.
var ErrShort = errors.New("too short")

// Addr is a 48-bit MAC address.
type Addr [6]byte

// Broadcast is ffff.ffff.ffff.
var Broadcast = Addr{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}

// String returns the address as IOS writes it: ca01.0c2c.0000.
func (a Addr) String() string {
	return fmt.Sprintf("%02x%02x.%02x%02x.%02x%02x", a[0], a[1], a[2], a[3], a[4], a[5])
}

// IsGroup reports whether a is a multicast or the broadcast address.
func (a Addr) IsGroup() bool { return a[0]&1 != 0 }

// Multicast returns the address to which a datagram to the IPv4 group g (four
// bytes) is sent (RFC 1112, 6.4).
func Multicast(g [4]byte) Addr { return Addr{0x01, 0x00, 0x5e, g[1] & 0x7f, g[2], g[3]} }

// Frame is an Ethernet II frame without its check sequence, at least HeaderLen long.
type Frame []byte

// ParseFrame checks that p can be read as a Frame. The Frame aliases p.
func ParseFrame(p []byte) (Frame, error) {
	if len(p) < HeaderLen {
		return nil, fmt.Errorf("parse Ethernet frame of %d bytes: %w", len(p), ErrShort)
	}
	return Frame(p), nil
}

// Put writes a header into the first HeaderLen bytes of p.
func Put(p []byte, dst, src Addr, typ uint16) {
	copy(p[0:6], dst[:])
	copy(p[6:12], src[:])
	binary.BigEndian.PutUint16(p[12:14], typ)
}

// Dst returns the destination address.
func (f Frame) Dst() Addr { return Addr(f[0:6]) }

// Src returns the source address.
func (f Frame) Src() Addr { return Addr(f[6:12]) }

// Type returns the EtherType, or an 802.3 length when less than TypeMin.
func (f Frame) Type() uint16 { return binary.BigEndian.Uint16(f[12:14]) }

// Payload returns what follows the header, padding included.
func (f Frame) Payload() []byte { return f[HeaderLen:] }
