package l2tp

import (
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func randomHeader(rng *rand.Rand) Header {
	h := Header{HasLength: rng.IntN(2) == 0, HasSequence: rng.IntN(2) == 0, HasOffset: rng.IntN(2) == 0, Priority: rng.IntN(2) == 0,
		Tunnel: uint16(rng.Uint32()), Session: uint16(rng.Uint32())}
	if rng.IntN(3) == 0 {
		h.Control, h.HasLength, h.HasSequence, h.HasOffset = true, true, true, false
	}
	if h.HasSequence {
		h.Ns, h.Nr = uint16(rng.Uint32()), uint16(rng.Uint32())
	}
	if h.HasOffset {
		h.Offset = uint16(rng.IntN(20))
	}
	return h
}

func TestHeaderRoundTripAndPrefixes(t *testing.T) {
	rng := rand.New(rand.NewPCG(2661, 1))
	for range 3000 {
		want := randomHeader(rng)
		payload := rng.IntN(30)
		p := make([]byte, want.Len()+payload)
		want.Length = uint16(len(p))
		want.Put(p)
		got, n, err := ParseHeader(p)
		if err != nil || n != want.Len() {
			t.Fatalf("%+v: n %d, %v", want, n, err)
		}
		if d := cmp.Diff(want, got); d != "" {
			t.Fatal(d)
		}
		for i := range p {
			// Without a length only the header itself can be missed.
			if !want.HasLength && i >= n {
				break
			}
			if _, _, err := ParseHeader(p[:i]); err == nil {
				t.Fatalf("prefix of %d of %d bytes parsed: %+v", i, len(p), want)
			}
		}
	}
}

func TestHeaderRefusals(t *testing.T) {
	for name, c := range map[string]struct {
		p    []byte
		want error
	}{
		"L2F":                     {[]byte{0xc0, 1, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0}, ErrVersion},
		"L2TPv3":                  {[]byte{0xc8, 3, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0}, ErrVersion},
		"control without length":  {[]byte{0x88, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, ErrHeader},
		"control unnumbered":      {[]byte{0xc0, 2, 0, 12, 0, 0, 0, 0, 0, 0, 0, 0}, ErrHeader},
		"control with offset":     {[]byte{0xca, 2, 0, 14, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, ErrHeader},
		"length within header":    {[]byte{0xc8, 2, 0, 11, 0, 0, 0, 0, 0, 0, 0, 0}, ErrHeader},
		"length behind packet":    {[]byte{0xc8, 2, 0, 13, 0, 0, 0, 0, 0, 0, 0, 0}, ErrTruncated},
		"offset behind packet":    {[]byte{0x02, 2, 0, 1, 0, 1, 0xff, 0xff}, ErrHeader},
		"nothing":                 {nil, ErrTruncated},
		"two bytes":               {[]byte{0xc8, 2}, ErrTruncated},
		"header cut in the ids":   {[]byte{0xc8, 2, 0, 12, 0, 0, 0, 0}, ErrTruncated},
		"data cut in the numbers": {[]byte{0x08, 2, 0, 1, 0, 1, 0}, ErrTruncated},
	} {
		if _, _, err := ParseHeader(c.p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", name, err, c.want)
		}
	}
}

// RFC 2661 3.1: x bits are reserved; all are ignored on incoming messages.
func TestHeaderReservedBitsAreIgnored(t *testing.T) {
	h, n, err := ParseHeader([]byte{0xf8 | 0x04, 0xf2, 0, 12, 0, 7, 0, 0, 0, 1, 0, 2, 99})
	if err != nil || n != 12 || h.Tunnel != 7 || h.Ns != 1 || h.Nr != 2 {
		t.Fatalf("%+v %d %v", h, n, err)
	}
}

func TestParseHeaderAllocatesNothing(t *testing.T) {
	p := []byte{0x48, 2, 0, 14, 0, 7, 0, 1, 0, 1, 0, 2, 99, 99}
	if n := testing.AllocsPerRun(100, func() {
		if _, _, err := ParseHeader(p); err != nil {
			t.Fatal(err)
		}
	}); n != 0 {
		t.Fatalf("%v allocations", n)
	}
}
