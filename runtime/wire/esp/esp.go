package esp

import (
	"encoding/binary"
	"errors"
	"fmt"
)

const (
	// HeaderLen is SPI and sequence number.
	HeaderLen = 8
	// TrailerLen is pad length and next header.
	TrailerLen = 2
	// MinSPI is the first SPI that may be handed out; 1 to 255 are reserved
	// and 0 stays off the wire (RFC 4303, 2.1).
	MinSPI = 256
)

// Errors of the parsers; callers count them apart.
var (
	ErrShort   = errors.New("truncated")
	ErrPadding = errors.New("padding is not 1, 2, 3 …")
)

// Packet is an ESP packet, from the SPI to the end of the ICV.
type Packet []byte

// Parse checks that b can hold an ESP header and returns it as a Packet. The
// Packet shares b's bytes.
func Parse(b []byte) (Packet, error) {
	if len(b) < HeaderLen {
		return nil, fmt.Errorf("ESP header of %d bytes: %w", len(b), ErrShort)
	}
	return Packet(b), nil
}

// SPI returns the security parameters index.
func (p Packet) SPI() uint32 { return binary.BigEndian.Uint32(p) }

// Seq returns the sequence number.
func (p Packet) Seq() uint32 { return binary.BigEndian.Uint32(p[4:]) }

// PutHeader writes the SPI and sequence number into dst (HeaderLen bytes).
func PutHeader(dst []byte, spi, seq uint32) {
	_ = dst[7]
	binary.BigEndian.PutUint32(dst, spi)
	binary.BigEndian.PutUint32(dst[4:], seq)
}

// PadLen returns how many padding bytes make payload + trailer a multiple of
// block, and of four (RFC 4303, 2.4). block is a power of two.
func PadLen(payload, block int) int {
	if block < 4 {
		block = 4
	}
	return -(payload + TrailerLen) & (block - 1)
}

// PutTrailer fills dst with padding 1, 2, 3 …, the pad length and the next
// header. len(dst) is pad length + TrailerLen, the pad length at most 255.
func PutTrailer(dst []byte, next uint8) {
	pad := len(dst) - TrailerLen
	for i := range pad {
		dst[i] = byte(i + 1)
	}
	dst[pad], dst[pad+1] = byte(pad), next
}

// Trailer reads the trailer of a decrypted payload: payload is the number of
// bytes before the padding. Padding other than 1, 2, 3 … is refused
// (RFC 4303, 3.4.4.1: the receiver SHOULD inspect it).
func Trailer(plain []byte) (payload int, next uint8, err error) {
	n := len(plain)
	if n < TrailerLen {
		return 0, 0, fmt.Errorf("ESP trailer: %w", ErrShort)
	}
	pad := int(plain[n-2])
	payload = n - TrailerLen - pad
	if payload < 0 {
		return 0, 0, ErrPadding
	}
	var diff byte
	for i, b := range plain[payload : n-TrailerLen] {
		diff |= b ^ byte(i+1)
	}
	if diff != 0 {
		return 0, 0, ErrPadding
	}
	return payload, plain[n-1], nil
}
