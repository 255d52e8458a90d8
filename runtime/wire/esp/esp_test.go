package esp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"testing"
)

func TestPaddingCountsUpAndComesBack(t *testing.T) {
	for _, block := range []int{1, 4, 8, 16} {
		for n := range 100 {
			pad := PadLen(n, block)
			plain := make([]byte, n+pad+TrailerLen)
			PutTrailer(plain[n:], 17)
			if len(plain)%max(block, 4) != 0 || pad >= max(block, 4) {
				t.Fatalf("block %d payload %d: pad %d", block, n, pad)
			}
			got, next, err := Trailer(plain)
			if err != nil || got != n || next != 17 {
				t.Fatalf("block %d payload %d: %d %d %v", block, n, got, next, err)
			}
		}
	}
}

// RFC 4303, 3.4.4.1: padding that is not what 2.4 demands is refused.
func TestWrongPaddingIsRefused(t *testing.T) {
	good := make([]byte, 16)
	PutTrailer(good, 4)
	for i := range 14 {
		bad := bytes.Clone(good)
		bad[i] ^= 0x40
		if _, _, err := Trailer(bad); !errors.Is(err, ErrPadding) {
			t.Fatalf("byte %d: %v", i, err)
		}
	}
	if _, _, err := Trailer([]byte{200, 4}); !errors.Is(err, ErrPadding) {
		t.Fatal("pad length beyond the payload accepted")
	}
	for n := range TrailerLen {
		if _, _, err := Trailer(make([]byte, n)); !errors.Is(err, ErrShort) {
			t.Fatalf("%d bytes: %v", n, err)
		}
	}
}

func TestAllPadLengthsUpTo255AreRead(t *testing.T) {
	for pad := range 256 {
		b := make([]byte, pad+TrailerLen)
		PutTrailer(b, 50)
		if n, next, err := Trailer(b); n != 0 || next != 50 || err != nil {
			t.Fatalf("pad %d: %d %d %v", pad, n, next, err)
		}
	}
}

func TestHeadersRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 4))
	for range 1000 {
		spi, seq, next := rng.Uint32(), rng.Uint32(), uint8(rng.Uint32())
		b := make([]byte, HeaderLen)
		PutHeader(b, spi, seq)
		p, err := Parse(b)
		if err != nil || p.SPI() != spi || p.Seq() != seq {
			t.Fatalf("ESP %x: %v", b, err)
		}
		icv := []int{12, 16, 24, 32}[rng.IntN(4)]
		a := make([]byte, AHLen(icv))
		PutAH(a, next, spi, seq)
		h, err := ParseAH(append(a, 1, 2, 3))
		if err != nil || h.SPI() != spi || h.Seq() != seq || h.Next() != next || len(h.ICV()) != icv || h.Len() != len(a) {
			t.Fatalf("AH %x: %v", a, err)
		}
	}
}

func TestStrictPrefixesFail(t *testing.T) {
	for n := range HeaderLen {
		if _, err := Parse(make([]byte, n)); !errors.Is(err, ErrShort) {
			t.Fatalf("ESP of %d bytes: %v", n, err)
		}
	}
	a := make([]byte, AHLen(12))
	PutAH(a, 6, 300, 1)
	for n := range a {
		if _, err := ParseAH(a[:n]); !errors.Is(err, ErrShort) {
			t.Fatalf("AH of %d bytes: %v", n, err)
		}
	}
}

// RFC 4302, 2.2: with a 96-bit ICV the payload length field is 4.
func TestPayloadLenOfRFC4302(t *testing.T) {
	a := make([]byte, AHLen(12))
	PutAH(a, 6, 300, 1)
	if a[1] != 4 || len(a) != 24 {
		t.Fatalf("length %d, field %d", len(a), a[1])
	}
}

func TestMutableFieldsBecomeZero(t *testing.T) {
	// version 4, IHL 5, TOS b8, DF, offset 0x1fff, TTL 40, checksum set
	hdr, _ := hex.DecodeString("45b80054123440ff40331c2d0c01010102020202")
	want, _ := hex.DecodeString("4500005412340000003300000c01010102020202")
	got, err := Immutable(make([]byte, 60), hdr)
	if err != nil || !bytes.Equal(got, want) {
		t.Fatalf("%x %v", got, err)
	}
}

func TestOptionsOfAppendixA(t *testing.T) {
	base := "4a000054123440004033000" + "00c01010102020202"
	cases := []struct{ name, in, want string }{
		{"router alert kept, record route zeroed", "94040000" + "070f080a0000010a0000020a00000300" + "", "94040000" + "00000000000000000000000000000000"},
		{"end stops", "00aabbccddeeff001122334455667788990a0b0c"[:40], "00aabbccddeeff001122334455667788990a0b0c"},
		{"nop and security kept, timestamp zeroed", "01820b000000000000000000" + "4408050011223344", "01820b000000000000000000" + "0000000000000000"},
	}
	for _, c := range cases {
		in, err := hex.DecodeString(base + c.in)
		if err != nil {
			t.Fatal(err)
		}
		in[0] = 0x40 | byte(len(in)/4)
		got, err := Immutable(make([]byte, 60), in)
		if err != nil {
			t.Fatalf("%s: %v", c.name, err)
		}
		if hex.EncodeToString(got[20:]) != c.want {
			t.Errorf("%s:\n got %x\nwant %s", c.name, got[20:], c.want)
		}
	}
}

// The destination of an unfinished source route is predicted.
func TestSourceRouteDestinationIsPredicted(t *testing.T) {
	hdr, _ := hex.DecodeString("48000054123400004033" + "0000" + "0c010101" + "0a000001" + "830b04" + "0a000002" + "0a000009" + "00")
	got, err := Immutable(make([]byte, 60), hdr)
	if err != nil || hex.EncodeToString(got[16:20]) != "0a000009" || !bytes.Equal(got[20:], make([]byte, 12)) {
		t.Fatalf("%x %v", got, err)
	}
}

func TestBrokenOptionsFail(t *testing.T) {
	for _, o := range []string{"07000000", "07ff0000", "07010000", "01010107"} {
		hdr, _ := hex.DecodeString("46000054123400004033" + "0000" + "0c010101" + "0a000001" + o)
		if _, err := Immutable(make([]byte, 60), hdr); err == nil {
			t.Errorf("options %s accepted", o)
		}
	}
}

func FuzzAH(f *testing.F) {
	a := make([]byte, AHLen(12))
	PutAH(a, 50, 0x1234567, 9)
	f.Add(a)
	f.Fuzz(func(t *testing.T, b []byte) {
		if h, err := ParseAH(b); err == nil && len(h.ICV()) != h.Len()-AHFixedLen {
			t.Fatal("ICV of a wrong length")
		}
		if len(b) >= 20 {
			n := min(int(b[0]&15)*4, len(b))
			_, _ = Immutable(make([]byte, 60), b[:n])
		}
	})
}

func FuzzTrailer(f *testing.F) {
	b := make([]byte, 16)
	PutTrailer(b[4:], 17)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		n, next, err := Trailer(b)
		if err != nil {
			return
		}
		again := bytes.Clone(b)
		PutTrailer(again[n:], next)
		if !bytes.Equal(again, b) {
			t.Fatalf("%x read, %x written", b, again)
		}
	})
}
