package ip

import (
	"bytes"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
)

// RFC 1071, 3: the bytes 00 01 f2 03 f4 f5 f6 f7 sum to ddf2.
func TestSumOfRFC1071(t *testing.T) {
	b := []byte{0x00, 0x01, 0xf2, 0x03, 0xf4, 0xf5, 0xf6, 0xf7}
	if got := ^Checksum(b); got != 0xddf2 {
		t.Fatalf("sum %04x", got)
	}
	// In two pieces, as RFC 1071's break in the second group.
	if got := ^Fold(Sum(b[4:], Sum(b[:4], 0))); got != 0xddf2 {
		t.Fatalf("sum in pieces %04x", got)
	}
}

func naiveSum(p []byte) uint16 {
	var s uint32
	for i := 0; i < len(p); i += 2 {
		w := uint32(p[i]) << 8
		if i+1 < len(p) {
			w |= uint32(p[i+1])
		}
		s += w
		s = s&0xffff + s>>16
	}
	return ^uint16(s)
}

func TestSumAgreesWithTheDefinition(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 1))
	for n := range 300 {
		b := make([]byte, n)
		for i := range b {
			b[i] = byte(rng.Uint32())
			if n%3 == 0 {
				b[i] = 0xff
			}
		}
		if Checksum(b) != naiveSum(b) {
			t.Fatalf("%x: %04x, want %04x", b, Checksum(b), naiveSum(b))
		}
	}
}

// RFC 1624, 4: HC=DD2F, m=5555, m'=3285 gives 0000 (equation 3), where equation 2 went wrong.
func TestUpdateOfRFC1624(t *testing.T) {
	if got := Update(0xdd2f, 0x5555, 0x3285); got != 0x0000 {
		t.Fatalf("%04x", got)
	}
}

// A captured header often printed as an example: checksum b861.
var capturedHeader, _ = hex.DecodeString("45000073000040004011b861c0a80001c0a800c7")

func TestCapturedHeader(t *testing.T) {
	p := append(bytes.Clone(capturedHeader), make([]byte, 0x73-20)...)
	h, err := Parse(p)
	if err != nil {
		t.Fatal(err)
	}
	if h.Checksum() != 0xb861 || h.TTL() != 64 || h.Protocol() != ProtoUDP || !h.DF() || h.MF() || h.Offset() != 0 ||
		h.Source() != netip.MustParseAddr("192.168.0.1") || h.Destination() != netip.MustParseAddr("192.168.0.199") || h.TotalLen() != 0x73 {
		t.Fatalf("%x", h[:20])
	}
	h.FillChecksum()
	if h.Checksum() != 0xb861 {
		t.Fatalf("computed %04x", h.Checksum())
	}
}

func randomHeader(rng *rand.Rand, payload int) []byte {
	p := make([]byte, HeaderLen+payload)
	Put(p, Fields{TOS: uint8(rng.Uint32()), TotalLen: len(p), ID: uint16(rng.Uint32()), Fragment: uint16(rng.Uint32()) &^ 0x8000,
		TTL: uint8(1 + rng.IntN(255)), Protocol: uint8(rng.Uint32()), Source: Addr(rng.Uint32()), Destination: Addr(rng.Uint32())})
	return p
}

func TestIncrementalUpdatesKeepTheChecksum(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 20000 {
		h := Header(randomHeader(rng, 0))
		if rng.IntN(2) == 0 {
			h.DecrementTTL()
		} else {
			h.SetTOS(uint8(rng.Uint32()))
		}
		if _, err := Parse(h); err != nil {
			t.Fatalf("%x: %v", []byte(h), err)
		}
		h.FillChecksum()
	}
}

func TestHeaderRoundTrip(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 3))
	for range 500 {
		p := randomHeader(rng, rng.IntN(60))
		h, err := Parse(p)
		if err != nil {
			t.Fatal(err)
		}
		q := make([]byte, len(p))
		Put(q, Fields{h.TOS(), h.TotalLen(), h.ID(), h.FragmentWord(), h.TTL(), h.Protocol(), h.Source(), h.Destination()})
		if !bytes.Equal(p, q) {
			t.Fatalf("%x became %x", p, q)
		}
		for n := range len(p) {
			if _, err := Parse(p[:n]); err == nil {
				t.Fatalf("prefix of %d of %d parsed", n, len(p))
			}
		}
	}
}

func TestParseRefuses(t *testing.T) {
	ok := append(bytes.Clone(capturedHeader), make([]byte, 0x73-20)...)
	for _, c := range []struct {
		name string
		at   int
		to   byte
		want error
	}{
		{"version 6", 0, 0x65, ErrVersion},
		{"header of 16 bytes", 0, 0x44, ErrHeaderLength},
		{"total length below the header", 3, 19, ErrTotalLength},
		{"total length beyond the frame", 3, 0x74, ErrTotalLength},
		{"changed TTL", 8, 63, ErrChecksum},
	} {
		p := bytes.Clone(ok)
		p[c.at] = c.to
		if _, err := Parse(p); !errors.Is(err, c.want) {
			t.Errorf("%s: %v, want %v", c.name, err, c.want)
		}
	}
	if h, err := Parse(append(bytes.Clone(ok), 1, 2, 3)); err != nil || len(h) != 0x73 {
		t.Errorf("padding not cut: %d, %v", len(h), err)
	}
}

func TestOptions(t *testing.T) {
	opts := append([]byte{OptNop}, RouteOption(OptRecordRoute, 2)...)
	opts = append(opts, RouteOption(OptLSRR, 1, [4]byte{9, 9, 9, 9})...)
	opts = append(opts, OptEnd, 0xff, 0xff)
	var types []uint8
	for rest := opts; ; {
		o, next, err := NextOption(rest)
		if err != nil {
			t.Fatal(err)
		}
		if o == nil {
			break
		}
		types = append(types, o.Type())
		rest = next
	}
	if !bytes.Equal(types, []byte{OptNop, OptRecordRoute, OptLSRR}) {
		t.Fatal(types)
	}
	// RFC 791, 3.2: only copied options stand in later fragments.
	got := CopiedOptions(nil, opts)
	if want := append(RouteOption(OptLSRR, 1, [4]byte{9, 9, 9, 9}), OptEnd); !bytes.Equal(got, want) {
		t.Fatalf("%x, want %x", got, want)
	}
	for _, bad := range [][]byte{{7}, {7, 1}, {7, 5, 4}} {
		if _, _, err := NextOption(bad); err == nil {
			t.Fatalf("%x parsed", bad)
		}
	}
}

func TestRecordRouteFills(t *testing.T) {
	o := Option(RouteOption(OptRecordRoute, 2))
	a, b := [4]byte{1, 1, 1, 1}, [4]byte{2, 2, 2, 2}
	if !o.Record(a) || !o.Record(b) || o.Record(a) {
		t.Fatal("two slots")
	}
	if got := o.Addresses(); len(got) != 2 || got[0] != a || got[1] != b {
		t.Fatal(got)
	}
}

// Options that end before their pointer take nothing.
func TestShortOptionsTakeNothing(t *testing.T) {
	for _, b := range [][]byte{{OptRecordRoute, 2}, {OptLSRR, 2}, {OptTimestamp, 2}, {OptTimestamp, 3, 5}} {
		o, _, err := NextOption(b)
		if err != nil {
			t.Fatal(err)
		}
		if o.Record([4]byte{1, 2, 3, 4}) || o.Stamp([4]byte{1, 2, 3, 4}, 5) || len(o.Addresses()) != 0 {
			t.Fatalf("%x took something", b)
		}
	}
}

func TestTimestampOverflows(t *testing.T) {
	o := Option(TimestampOption(1))
	a := [4]byte{1, 1, 1, 1}
	if !o.Stamp(a, 7) || binary.BigEndian.Uint32(o[4:]) != 7 {
		t.Fatal("stamp")
	}
	for k := range 15 {
		if !o.Stamp(a, 8) || int(o[3]>>4) != k+1 {
			t.Fatalf("overflow %d: %d", k, o[3]>>4)
		}
	}
	if o.Stamp(a, 9) {
		t.Fatal("sixteenth overflow accepted")
	}
}

func TestICMPRoundTrip(t *testing.T) {
	p := append(make([]byte, ICMPLen), "abcdefghi"...)
	PutICMP(p, ICMPEcho, 0, 0x0001_0005)
	m, err := ParseICMP(p)
	if err != nil || m.Type() != ICMPEcho || m.ID() != 1 || m.Sequence() != 5 || string(m.Data()) != "abcdefghi" {
		t.Fatalf("%x: %v", p, err)
	}
	p[9] ^= 1
	if _, err := ParseICMP(p); !errors.Is(err, ErrChecksum) {
		t.Fatal(err)
	}
	for n := range ICMPLen {
		if _, err := ParseICMP(p[:n]); err == nil {
			t.Fatal(n)
		}
	}
}

func TestUDPAgreesWithGopacket(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 4))
	for range 200 {
		src, dst := netip.AddrPortFrom(Addr(rng.Uint32()), uint16(rng.Uint32())), netip.AddrPortFrom(Addr(rng.Uint32()), uint16(rng.Uint32()))
		data := make([]byte, rng.IntN(40))
		for i := range data {
			data[i] = byte(rng.Uint32())
		}
		p := append(make([]byte, UDPLen), data...)
		PutUDP(p, src, dst)

		i4 := &layers.IPv4{SrcIP: src.Addr().AsSlice(), DstIP: dst.Addr().AsSlice(), Protocol: layers.IPProtocolUDP, Version: 4, TTL: 1}
		u := &layers.UDP{SrcPort: layers.UDPPort(src.Port()), DstPort: layers.UDPPort(dst.Port())}
		if err := u.SetNetworkLayerForChecksum(i4); err != nil {
			t.Fatal(err)
		}
		buf := gopacket.NewSerializeBuffer()
		if err := gopacket.SerializeLayers(buf, gopacket.SerializeOptions{FixLengths: true, ComputeChecksums: true}, u, gopacket.Payload(data)); err != nil {
			t.Fatal(err)
		}
		want := buf.Bytes()
		if binary.BigEndian.Uint16(want[6:]) == 0 {
			binary.BigEndian.PutUint16(want[6:], 0xffff)
		}
		if !bytes.Equal(p, want) {
			t.Fatalf("%x, gopacket %x", p, want)
		}
		got, err := ParseUDP(append(bytes.Clone(p), 0, 0), src.Addr(), dst.Addr())
		if err != nil || !bytes.Equal(got.Payload(), data) || got.SourcePort() != src.Port() || got.DestinationPort() != dst.Port() {
			t.Fatal(err)
		}
		for n := range p {
			if _, err := ParseUDP(p[:n], src.Addr(), dst.Addr()); err == nil {
				t.Fatalf("prefix of %d parsed", n)
			}
		}
	}
}

// tcpSYN has an MSS option after k NOPs, so that it falls on even and odd bytes.
func tcpSYN(k int, mss uint16) []byte {
	opts := bytes.Repeat([]byte{1}, k)
	opts = append(opts, 2, 4, byte(mss>>8), byte(mss))
	for len(opts)%4 != 0 {
		opts = append(opts, 0)
	}
	p := append(make([]byte, TCPLen), opts...)
	p[12] = byte(len(p)/4) << 4
	p[13] = TCPSyn
	binary.BigEndian.PutUint16(p[16:], Checksum(p))
	return p
}

func TestClampMSSKeepsTheChecksum(t *testing.T) {
	for k := range 4 {
		s, err := ParseTCP(tcpSYN(k, 1460))
		if err != nil {
			t.Fatal(err)
		}
		if !s.ClampMSS(1360) || binary.BigEndian.Uint16(s[TCPLen+k+2:]) != 1360 {
			t.Fatalf("%d: %x", k, []byte(s))
		}
		if Fold(Sum(s, 0)) != 0 {
			t.Fatalf("%d NOPs: checksum broken", k)
		}
		if s.ClampMSS(1400) {
			t.Fatal("raised")
		}
	}
}

func FuzzIPv4(f *testing.F) {
	f.Add(append(bytes.Clone(capturedHeader), make([]byte, 0x73-20)...))
	rr := append([]byte{0x48, 0, 0, 32, 0, 1, 0, 0, 1, 17, 0, 0, 1, 1, 1, 1, 2, 2, 2, 2}, append(RouteOption(OptRecordRoute, 2), 0)...)
	Header(rr).FillChecksum()
	f.Add(rr)
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := ParseUnverified(b)
		if err != nil {
			return
		}
		for rest := h.Options(); ; {
			o, next, err := NextOption(rest)
			if err != nil || o == nil {
				break
			}
			o.Addresses()
			if len(o) >= 3 {
				o.Record([4]byte{})
			}
			o.Stamp([4]byte{}, 0)
			rest = next
		}
		CopiedOptions(nil, h.Options())
		_, _ = ParseICMP(h.Payload())
		_, _ = ParseUDP(h.Payload(), h.Source(), h.Destination())
		if s, err := ParseTCP(h.Payload()); err == nil {
			s.ClampMSS(536)
		}
		_, _ = ParseQuoted(h.Payload())
		h.FillChecksum()
		if _, err := Parse(h); err != nil {
			t.Fatal(err)
		}
	})
}
