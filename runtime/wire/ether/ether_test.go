package ether

import (
	"bytes"
	"math/rand/v2"
	"net/netip"
	"testing"
)

func randomAddr(rng *rand.Rand) (a Addr) {
	for i := range a {
		a[i] = byte(rng.Uint32())
	}
	return a
}

func randomIP(rng *rand.Rand) netip.Addr {
	n := rng.Uint32()
	return netip.AddrFrom4([4]byte{byte(n >> 24), byte(n >> 16), byte(n >> 8), byte(n)})
}

func TestFrameRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 200 {
		b := make([]byte, HeaderLen+rng.IntN(50))
		dst, src, typ := randomAddr(rng), randomAddr(rng), uint16(rng.Uint32())
		Put(b, dst, src, typ)
		f, err := ParseFrame(b)
		if err != nil || f.Dst() != dst || f.Src() != src || f.Type() != typ || len(f.Payload()) != len(b)-HeaderLen {
			t.Fatalf("%x: %v", b, err)
		}
	}
	for n := range HeaderLen {
		if _, err := ParseFrame(make([]byte, n)); err == nil {
			t.Fatalf("frame of %d bytes parsed", n)
		}
	}
}

func TestARPRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	for range 200 {
		b := make([]byte, ARPLen+18)
		op, sm, tm, s, d := uint16(1+rng.IntN(2)), randomAddr(rng), randomAddr(rng), randomIP(rng), randomIP(rng)
		PutARP(b, op, sm, s, tm, d)
		a, err := ParseARP(b)
		if err != nil || a.Op() != op || a.SenderMAC() != sm || a.TargetMAC() != tm || a.Sender() != s || a.Target() != d {
			t.Fatalf("%x: %v", b, err)
		}
		for n := range ARPLen {
			if _, err := ParseARP(b[:n]); err == nil {
				t.Fatalf("prefix of %d bytes parsed", n)
			}
		}
	}
}

// The layout of RFC 826: hardware 1, protocol 0x0800, lengths 6 and 4, request 1.
func TestARPLayout(t *testing.T) {
	b := make([]byte, ARPLen)
	PutARP(b, OpRequest, Addr{0xca, 1, 0x0c, 0x2c, 0, 0}, netip.MustParseAddr("12.1.1.2"), Addr{}, netip.MustParseAddr("12.1.1.1"))
	want := []byte{0, 1, 8, 0, 6, 4, 0, 1, 0xca, 1, 0x0c, 0x2c, 0, 0, 12, 1, 1, 2, 0, 0, 0, 0, 0, 0, 12, 1, 1, 1}
	if !bytes.Equal(b, want) {
		t.Fatalf("got  %x\nwant %x", b, want)
	}
	b[1] = 6
	if _, err := ParseARP(b); err == nil {
		t.Fatal("ARP for another hardware parsed")
	}
}

func TestAddrWords(t *testing.T) {
	a := Addr{0xca, 0x01, 0x0c, 0x2c, 0, 0}
	if a.String() != "ca01.0c2c.0000" || a.IsGroup() || !Broadcast.IsGroup() {
		t.Fatal(a)
	}
	// RFC 1112, 6.4: the low 23 bits.
	if got := Multicast([4]byte{224, 129, 2, 3}); got != (Addr{1, 0, 0x5e, 1, 2, 3}) {
		t.Fatal(got)
	}
}

func FuzzARP(f *testing.F) {
	f.Add([]byte{0, 1, 8, 0, 6, 4, 0, 1, 0xca, 1, 0x0c, 0x2c, 0, 0, 12, 1, 1, 2, 0, 0, 0, 0, 0, 0, 12, 1, 1, 1})
	f.Fuzz(func(t *testing.T, b []byte) {
		a, err := ParseARP(b)
		if err != nil {
			return
		}
		out := make([]byte, ARPLen)
		PutARP(out, a.Op(), a.SenderMAC(), a.Sender(), a.TargetMAC(), a.Target())
		if !bytes.Equal(out, a) {
			t.Fatalf("%x became %x", []byte(a), out)
		}
	})
}
