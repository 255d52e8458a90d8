package ip

import (
	"encoding/binary"
	"errors"
)

// Option types (RFC 791, 3.1), the copied flag included.
const (
	OptEnd         uint8 = 0
	OptNop         uint8 = 1
	OptRecordRoute uint8 = 7
	OptTimestamp   uint8 = 68
	OptLSRR        uint8 = 131
	OptSSRR        uint8 = 137
	OptRouterAlert uint8 = 148
	// optCopied marks options that stand in every fragment.
	optCopied uint8 = 0x80
)

// ErrOption reports a malformed option.
var ErrOption = errors.New("malformed option")

// Option is one option: type, length, data. A one-byte option (end, nop) has length 1.
type Option []byte

// Type returns the option's type.
func (o Option) Type() uint8 { return o[0] }

// Copied reports whether the option stands in every fragment.
func (o Option) Copied() bool { return o[0]&optCopied != 0 }

// Pointer returns the pointer of a route or timestamp option, counted from 1. The
// option must be at least 3 long.
func (o Option) Pointer() int { return int(o[2]) }

// NextOption splits the first option off opts, which is h.Options() or the rest of it. It
// returns nil when none is left. On error, the option's first byte is at fault.
func NextOption(opts []byte) (o Option, rest []byte, err error) {
	if len(opts) == 0 || opts[0] == OptEnd {
		return nil, nil, nil
	}
	if opts[0] == OptNop {
		return Option(opts[:1]), opts[1:], nil
	}
	if len(opts) < 2 || opts[1] < 2 || int(opts[1]) > len(opts) {
		return nil, nil, ErrOption
	}
	return Option(opts[:opts[1]]), opts[opts[1]:], nil
}

// CopiedOptions appends to dst the options of opts that stand in every
// fragment, padded to 32 bits (RFC 791, 3.2). Malformed options end the list.
func CopiedOptions(dst, opts []byte) []byte {
	start := len(dst)
	for {
		o, rest, err := NextOption(opts)
		if err != nil || o == nil {
			break
		}
		if o.Copied() {
			dst = append(dst, o...)
		}
		opts = rest
	}
	for (len(dst)-start)%4 != 0 {
		dst = append(dst, OptEnd)
	}
	return dst
}

// RouteOption returns a record route or source route option of n addresses; the given addresses fill
// the first slots, and the pointer stands at the first slot.
func RouteOption(typ uint8, n int, addrs ...[4]byte) []byte {
	o := make([]byte, 3+4*n)
	o[0], o[1], o[2] = typ, byte(len(o)), 4
	for i, a := range addrs {
		copy(o[3+4*i:], a[:])
	}
	return o
}

// TimestampOption returns a timestamp option that records n instants (flag 0).
func TimestampOption(n int) []byte {
	o := make([]byte, 4+4*n)
	o[0], o[1], o[2] = OptTimestamp, byte(len(o)), 5
	return o
}

// Addresses returns the route slots of a route option, up to the pointer.
func (o Option) Addresses() [][4]byte {
	var as [][4]byte
	if len(o) < 3 {
		return nil
	}
	for i := 3; i+4 <= len(o) && i+1 < o.Pointer(); i += 4 {
		as = append(as, [4]byte(o[i:i+4]))
	}
	return as
}

// putTime writes a timestamp of ms milliseconds since midnight UT.
func putTime(p []byte, ms uint32) { binary.BigEndian.PutUint32(p, ms) }

// Record writes addr into the slot at the pointer of a route option and moves the pointer. It
// reports false when the option is full or has no pointer.
func (o Option) Record(addr [4]byte) bool {
	if len(o) < 3 {
		return false
	}
	p := o.Pointer()
	if p < 4 || p+3 > len(o) {
		return false
	}
	copy(o[p-1:p+3], addr[:])
	o[2] += 4
	return true
}

// Stamp does what a timestamp option asks of a hop with address addr at ms milliseconds since midnight UT
// (RFC 791, 3.1): it writes the stamp, or counts an overflow. It reports false when
// the option is malformed or the overflow counter is full.
func (o Option) Stamp(addr [4]byte, ms uint32) bool {
	if len(o) < 4 || o.Pointer() < 5 {
		return false
	}
	p, flag := o.Pointer(), o[3]&15
	size := 4
	if flag == 1 || flag == 3 {
		size = 8
	}
	if p > len(o) {
		if o[3]>>4 == 15 {
			return false
		}
		o[3] += 0x10
		return true
	}
	if p+size-1 > len(o) {
		return false
	}
	switch flag {
	case 0:
		putTime(o[p-1:], ms)
	case 1:
		copy(o[p-1:], addr[:])
		putTime(o[p+3:], ms)
	case 3:
		if [4]byte(o[p-1:p+3]) != addr {
			return true
		}
		putTime(o[p+3:], ms)
	default:
		return false
	}
	o[2] += byte(size)
	return true
}
