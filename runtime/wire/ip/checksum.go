package ip

import "encoding/binary"

// Sum adds the bytes of p, as 16-bit words, to a running ones' complement sum (RFC 1071, 4.1). An odd last byte is padded with zero,
// so only the last piece of a message may have an odd length.
func Sum(p []byte, sum uint32) uint32 {
	// Eight bytes at a time: the ones' complement sum of 64-bit words folds to that of 16-bit words (RFC 1071, 2 (C)).
	var s uint64
	for len(p) >= 8 {
		v := binary.BigEndian.Uint64(p)
		s += v>>32 + v&0xffffffff
		p = p[8:]
	}
	for len(p) >= 2 {
		s += uint64(binary.BigEndian.Uint16(p))
		p = p[2:]
	}
	if len(p) == 1 {
		s += uint64(p[0]) << 8
	}
	s = s>>32 + s&0xffffffff
	s = s>>32 + s&0xffffffff
	s = s>>16 + s&0xffff
	s = s>>16 + s&0xffff + uint64(sum)
	s = s>>16 + s&0xffff
	return uint32(s>>16 + s&0xffff)
}

// Fold returns the checksum that belongs to a sum: its 16-bit complement.
func Fold(sum uint32) uint16 {
	sum = sum>>16 + sum&0xffff
	sum = sum>>16 + sum&0xffff
	return ^uint16(sum)
}

// Checksum returns the Internet checksum of p.
func Checksum(p []byte) uint16 { return Fold(Sum(p, 0)) }

// Update returns the checksum after a 16-bit word changed from old to new (RFC 1624, equation 3).
func Update(sum, old, new uint16) uint16 {
	return Fold(uint32(^sum) + uint32(^old) + uint32(new))
}

// PseudoSum returns the sum of the pseudo header of UDP and TCP.
func PseudoSum(src, dst [4]byte, proto uint8, length int) uint32 {
	return Sum(src[:], Sum(dst[:], uint32(proto)+uint32(length)))
}
