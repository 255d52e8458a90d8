package ppp

import (
	"bytes"
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
)

// MaxOptions is how many options one packet may carry: no more than 30 kinds
// are assigned to LCP, and an option takes two bytes at least, so that a longer list is noise.
const MaxOptions = 64

// ErrOption reports an option list that does not add up.
var ErrOption = errors.New("ppp: bad option list")

// Option is one configuration option, kept raw so that what was read can be
// written back in a Configure-Ack, -Nak or -Reject.
type Option struct {
	Type uint8
	// Data is the option without type and length.
	Data []byte
}

// Len is the value of the option's length field.
func (o Option) Len() int { return 2 + len(o.Data) }

// Equal reports whether both options have the same bytes.
func (o Option) Equal(p Option) bool { return o.Type == p.Type && bytes.Equal(o.Data, p.Data) }

// Append appends type, length and data to dst.
func (o Option) Append(dst []byte) []byte {
	return append(append(dst, o.Type, byte(o.Len())), o.Data...)
}

// Uint16 reads a two-byte value.
func (o Option) Uint16() (uint16, bool) {
	if len(o.Data) != 2 {
		return 0, false
	}
	return binary.BigEndian.Uint16(o.Data), true
}

// Uint32 reads a four-byte value.
func (o Option) Uint32() (uint32, bool) {
	if len(o.Data) != 4 {
		return 0, false
	}
	return binary.BigEndian.Uint32(o.Data), true
}

// Addr reads an IPv4 address.
func (o Option) Addr() (netip.Addr, bool) {
	if len(o.Data) != 4 {
		return netip.Addr{}, false
	}
	return netip.AddrFrom4([4]byte(o.Data)), true
}

// Uint16Option, Uint32Option and AddrOption make options of one value.
func Uint16Option(typ uint8, v uint16) Option {
	return Option{typ, binary.BigEndian.AppendUint16(nil, v)}
}

// Uint32Option makes an option with a four-byte value.
func Uint32Option(typ uint8, v uint32) Option {
	return Option{typ, binary.BigEndian.AppendUint32(nil, v)}
}

// AddrOption makes an option with an IPv4 address; an invalid a counts as 0.0.0.0.
func AddrOption(typ uint8, a netip.Addr) Option {
	if !a.Is4() {
		a = netip.IPv4Unspecified()
	}
	b := a.As4()
	return Option{typ, b[:]}
}

// AppendOptions appends a list of options to dst.
func AppendOptions(dst []byte, opts []Option) []byte {
	for _, o := range opts {
		dst = o.Append(dst)
	}
	return dst
}

// ParseOptions reads a whole option list. The options' data alias b. A
// length below two, one that runs past the end, or more than MaxOptions is an error
// (RFC 1661, 6: the packet is then discarded).
func ParseOptions(b []byte) ([]Option, error) {
	var opts []Option
	for len(b) > 0 {
		if len(b) < 2 || b[1] < 2 || int(b[1]) > len(b) {
			return nil, fmt.Errorf("%w: option %d", ErrOption, len(opts)+1)
		}
		if len(opts) == MaxOptions {
			return nil, fmt.Errorf("%w: more than %d", ErrOption, MaxOptions)
		}
		n := b[1]
		opts = append(opts, Option{b[0], b[2:n:n]})
		b = b[n:]
	}
	return opts, nil
}

// CloneOptions copies a list and its data.
func CloneOptions(opts []Option) []Option {
	out := make([]Option, len(opts))
	for i, o := range opts {
		out[i] = Option{o.Type, bytes.Clone(o.Data)}
	}
	return out
}
