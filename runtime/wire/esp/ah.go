package esp

import (
	"encoding/binary"
	"fmt"
)

// AHFixedLen is an authentication header without its ICV.
const AHFixedLen = 12

// AH is an authentication header with what follows it.
type AH []byte

// ParseAH checks that b holds a whole authentication header, and returns it as
// an AH that shares b's bytes. A reserved field that is not zero is passed, as
// RFC 4302, 2.3 says.
func ParseAH(b []byte) (AH, error) {
	if len(b) < AHFixedLen {
		return nil, fmt.Errorf("AH of %d bytes: %w", len(b), ErrShort)
	}
	h := AH(b)
	if n := h.Len(); n < AHFixedLen || n > len(b) {
		return nil, fmt.Errorf("AH says %d of %d bytes: %w", n, len(b), ErrShort)
	}
	return h, nil
}

// AHLen returns the length of a header with an ICV of icv bytes; over IPv4 it
// is a multiple of four (RFC 4302, 3.3.3.2.1).
func AHLen(icv int) int { return (AHFixedLen + icv + 3) &^ 3 }

// PutAH writes a header with an ICV of zeros into dst, whose length is
// AHLen of the ICV's.
func PutAH(dst []byte, next uint8, spi, seq uint32) {
	dst[0] = next
	dst[1] = byte(len(dst)/4 - 2)
	dst[2], dst[3] = 0, 0
	binary.BigEndian.PutUint32(dst[4:], spi)
	binary.BigEndian.PutUint32(dst[8:], seq)
	clear(dst[AHFixedLen:])
}

// Len returns the header's length with its ICV, as the header says.
func (h AH) Len() int { return (int(h[1]) + 2) * 4 }

// Next returns the next header's protocol.
func (h AH) Next() uint8 { return h[0] }

// SPI returns the security parameters index.
func (h AH) SPI() uint32 { return binary.BigEndian.Uint32(h[4:]) }

// Seq returns the sequence number.
func (h AH) Seq() uint32 { return binary.BigEndian.Uint32(h[8:]) }

// ICV returns the bytes behind the fixed part.
func (h AH) ICV() []byte { return h[AHFixedLen:h.Len()] }

// IPv4 option types that do not change on the way (RFC 4302, appendix A1).
const (
	optEnd         = 0
	optNop         = 1
	optSecurity    = 130
	optLooseRoute  = 131
	optExtSecurity = 133
	optCommercial  = 134
	optStrictRoute = 137
	optRouterAlert = 148
	optDirected    = 149
)

// Immutable copies the IPv4 header hdr into dst (at least as long) with every
// mutable field as zero (RFC 4302, 3.3.3.1.1): TOS, flags, fragment offset,
// TTL, checksum and the options that routers change. With a source route that
// is not used up, the destination becomes its last address, which the receiver
// will see. It returns the header's bytes in dst, and an error for options
// that cannot be read.
func Immutable(dst, hdr []byte) ([]byte, error) {
	if len(hdr) < 20 || len(hdr) > 60 || int(hdr[0]&15)*4 != len(hdr) {
		return nil, fmt.Errorf("IPv4 header of %d bytes: %w", len(hdr), ErrShort)
	}
	dst = dst[:len(hdr)]
	copy(dst, hdr)
	dst[1] = 0
	dst[6], dst[7] = 0, 0
	dst[8] = 0
	dst[10], dst[11] = 0, 0
	if err := immutableOptions(dst); err != nil {
		return nil, err
	}
	return dst, nil
}

// immutableOptions zeroes the mutable options of hdr.
func immutableOptions(hdr []byte) error {
	for opts := hdr[20:]; len(opts) > 0; {
		switch opts[0] {
		case optEnd:
			return nil
		case optNop:
			opts = opts[1:]
			continue
		}
		if len(opts) < 2 || opts[1] < 2 || int(opts[1]) > len(opts) {
			return fmt.Errorf("IPv4 option %d: %w", opts[0], ErrShort)
		}
		n := int(opts[1])
		switch opts[0] {
		case optSecurity, optExtSecurity, optCommercial, optRouterAlert, optDirected:
		case optLooseRoute, optStrictRoute:
			finalHop(hdr, opts[:n])
			clear(opts[:n])
		default:
			clear(opts[:n])
		}
		opts = opts[n:]
	}
	return nil
}

// finalHop sets the destination to the last address of an unfinished route.
func finalHop(hdr, route []byte) {
	if len(route) < 7 || int(route[2]) > len(route) {
		return
	}
	copy(hdr[16:20], route[len(route)-4:])
}
