package config

import (
	"encoding/hex"
	"fmt"
	"net/netip"
	"strconv"
	"strings"
)

// Secret is a password as the configuration holds it.
type Secret struct {
	// Type is IOS's number: 0 clear, 5 MD5 hash, 6 AES, 7 the reversible scramble.
	Type uint8
	// Text is the password in that form.
	Text string
}

// Empty reports whether nothing is configured.
func (s Secret) Empty() bool { return s == Secret{} }

// Plain returns the clear password. It fails for hashes (type 5), AES (type 6)
// and broken type 7 strings.
func (s Secret) Plain() (string, error) {
	switch s.Type {
	case 0:
		return s.Text, nil
	case 7:
		return decode7(s.Text)
	default:
		return "", fmt.Errorf("password type %d cannot be read back", s.Type)
	}
}

// key7 is the well-known key of the type 7 scramble.
const key7 = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"

// Encode7 scrambles a clear password as `service password-encryption` does, salt
// being 0 to 15.
func Encode7(plain string, salt int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%02d", salt)
	for i := 0; i < len(plain); i++ {
		fmt.Fprintf(&b, "%02X", plain[i]^key7[(salt+i)%len(key7)])
	}
	return b.String()
}

func decode7(s string) (string, error) {
	if len(s) < 4 || len(s)%2 != 0 {
		return "", fmt.Errorf("type 7 password of %d characters", len(s))
	}
	salt, err := strconv.Atoi(s[:2])
	if err != nil || salt < 0 || salt > 52 {
		return "", fmt.Errorf("type 7 password with salt %q", s[:2])
	}
	raw, err := hex.DecodeString(s[2:])
	if err != nil {
		return "", fmt.Errorf("type 7 password: %w", err)
	}
	for i := range raw {
		raw[i] ^= key7[(salt+i)%len(key7)]
	}
	return string(raw), nil
}

// Mask is an IPv4 mask in dotted form, of either kind (network or wildcard). As
// a network mask it need not be contiguous where IOS allows so.
type Mask uint32

// MaskOf returns the network mask of a prefix length.
func MaskOf(bits int) Mask {
	if bits <= 0 {
		return 0
	}
	return Mask(^uint32(0) << (32 - bits))
}

// Bits returns the prefix length of a contiguous network mask.
func (m Mask) Bits() (int, bool) {
	n := 0
	for v := uint32(m); v&(1<<31) != 0; v <<= 1 {
		n++
	}
	return n, MaskOf(n) == m
}

// Invert turns a network mask into a wildcard and back.
func (m Mask) Invert() Mask { return ^m }

// String is the dotted form.
func (m Mask) String() string {
	return netip.AddrFrom4([4]byte{byte(m >> 24), byte(m >> 16), byte(m >> 8), byte(m)}).String()
}

// MarshalText implements encoding.TextMarshaler.
func (m Mask) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *Mask) UnmarshalText(text []byte) error {
	a, err := netip.ParseAddr(string(text))
	if err != nil || !a.Is4() {
		return fmt.Errorf("mask %q", text)
	}
	b := a.As4()
	*m = Mask(uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3]))
	return nil
}

// Prefix joins an address with a contiguous network mask.
func (m Mask) Prefix(a netip.Addr) (netip.Prefix, bool) {
	bits, ok := m.Bits()
	if !ok || !a.Is4() {
		return netip.Prefix{}, false
	}
	return netip.PrefixFrom(a, bits), true
}

// MAC is a hardware address, printed as IOS does: 0200.4c4f.4f50.
type MAC [6]byte

// String is the dotted-triple form.
func (m MAC) String() string {
	return fmt.Sprintf("%02x%02x.%02x%02x.%02x%02x", m[0], m[1], m[2], m[3], m[4], m[5])
}

// MarshalText implements encoding.TextMarshaler.
func (m MAC) MarshalText() ([]byte, error) { return []byte(m.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (m *MAC) UnmarshalText(text []byte) error {
	parts := strings.Split(string(text), ".")
	if len(parts) != 3 {
		return fmt.Errorf("hardware address %q", text)
	}
	for i, p := range parts {
		v, err := strconv.ParseUint(p, 16, 16)
		if err != nil || len(p) > 4 {
			return fmt.Errorf("hardware address %q", text)
		}
		m[2*i], m[2*i+1] = byte(v>>8), byte(v)
	}
	return nil
}

// Extra holds the lines of one mode that have no typed field: stored lines (kept
// and shown, nothing to do here) and unsupported ones (kept apart, reported).
type Extra struct {
	// Stored are in the order of the running-config.
	Stored Table[StoredLine]
	// Unsupported are in the order of arrival, with the lines of their sub-mode.
	Unsupported []UnsupportedLine
}

// StoredLine is one line kept verbatim.
type StoredLine struct {
	// Rank is the place in the running-config: the declaration's number.
	Rank int
	// ID tells lines of one declaration apart: a second line with the same
	// ID replaces the first.
	ID string
	// Text is the line as show running-config prints it, without indentation.
	Text string
}

// Key implements Keyed.
func (s *StoredLine) Key() string { return s.ID }

// Before orders by place in the running-config, then by arrival.
func (s *StoredLine) Before(o *StoredLine) bool { return s.Rank < o.Rank }

// UnsupportedLine is a line of a startup-config that ioslab does not know or
// does not support; it is never dropped in silence.
type UnsupportedLine struct {
	// Text is the line as it stood, without its end.
	Text string
	// Reason says what the missing support means to the user.
	Reason string
}
