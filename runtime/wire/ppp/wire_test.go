package ppp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func randomBytes(rng *rand.Rand, max int) []byte {
	b := make([]byte, rng.IntN(max+1))
	for i := range b {
		b[i] = byte(rng.Uint32())
	}
	return b
}

func randomOptions(rng *rand.Rand) []Option {
	var opts []Option
	for range rng.IntN(8) {
		opts = append(opts, Option{byte(rng.Uint32()), randomBytes(rng, 40)})
	}
	return opts
}

func TestPacketRoundTripAndPrefixes(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 1))
	for range 500 {
		in := Packet{Code(rng.Uint32()), byte(rng.Uint32()), AppendOptions(nil, randomOptions(rng))}
		b := in.Append(nil)
		var out Packet
		if err := out.Parse(append(b, randomBytes(rng, 4)...)); err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(in, out, cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
		for n := range b {
			if out.Parse(b[:n]) == nil {
				t.Fatalf("prefix of %d of %d accepted", n, len(b))
			}
		}
	}
}

func TestOptionsRoundTripAndPrefixes(t *testing.T) {
	rng := rand.New(rand.NewPCG(2, 2))
	for range 500 {
		in := randomOptions(rng)
		b := AppendOptions(nil, in)
		out, err := ParseOptions(b)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(in, out, cmpopts.EquateEmpty()); d != "" {
			t.Fatal(d)
		}
		ends := map[int]bool{0: true}
		for n, i := 0, 0; i < len(in); i++ {
			n += in[i].Len()
			ends[n] = true
		}
		for n := range b {
			if _, err := ParseOptions(b[:n]); (err == nil) != ends[n] {
				t.Fatalf("prefix of %d of %d: %v", n, len(b), err)
			}
		}
	}
	if _, err := ParseOptions(bytes.Repeat([]byte{1, 2}, MaxOptions+1)); !errors.Is(err, ErrOption) {
		t.Fatal("no limit on options")
	}
}

func TestHeaderRoundTrip(t *testing.T) {
	for _, proto := range []Protocol{IPv4, IPCP, LCP, CHAP, CCP, 0x00cf} {
		for _, c := range [][2]bool{{false, false}, {true, false}, {false, true}, {true, true}} {
			b := make([]byte, HeaderLen(proto, c[0], c[1]))
			PutHeader(b, proto, c[0], c[1])
			got, n, err := ParseHeader(b)
			if err != nil || got != proto || n != len(b) {
				t.Errorf("%v %v: % x -> %v %d %v", proto, c, b, got, n, err)
			}
			for n := range b {
				if _, _, err := ParseHeader(b[:n]); err == nil {
					t.Errorf("%v %v: prefix of %d accepted", proto, c, n)
				}
			}
		}
	}
	for _, bad := range []string{"ff03c020", "ff03ff", "0000", "8022"} {
		b, _ := hex.DecodeString(bad)
		if p, _, err := ParseHeader(b); err == nil {
			t.Errorf("%s accepted as %v", bad, p)
		}
	}
}

// What Windows 10 sends (shared/reference/traces/windows10-ppp-seen-by-pppd.txt).
func TestWindowsPacket(t *testing.T) {
	b, _ := hex.DecodeString("ff03c021" + "01000015" + "01040578" + "050612b86bf0" + "0702" + "0802" + "0d0306")
	proto, n, err := ParseHeader(b)
	if err != nil || proto != LCP {
		t.Fatal(proto, err)
	}
	var p Packet
	if err := p.Parse(b[n:]); err != nil || p.Code != ConfReq || p.ID != 0 || p.Len() != 21 {
		t.Fatalf("%+v %v", p, err)
	}
	opts, err := ParseOptions(p.Data)
	if err != nil || len(opts) != 5 {
		t.Fatal(opts, err)
	}
	if mru, _ := opts[0].Uint16(); mru != 1400 {
		t.Error("MRU", mru)
	}
	if magic, _ := opts[1].Uint32(); magic != 0x12b86bf0 {
		t.Errorf("magic %x", magic)
	}
}

func TestAuthOptions(t *testing.T) {
	for a, want := range map[AuthProto]string{AuthPAP: "0304c023", AuthCHAP: "0305c22305", AuthMSCHAP: "0305c22380", AuthMSCHAPV2: "0305c22381"} {
		if got := hex.EncodeToString(a.Option().Append(nil)); got != want {
			t.Errorf("%v: %s", a, got)
		}
		if b, ok := AuthProtoOf(a.Option()); !ok || b != a {
			t.Errorf("%v read as %v", a, b)
		}
	}
	if _, ok := AuthProtoOf(Option{LCPAuth, []byte{0xc2, 0x27}}); ok {
		t.Error("EAP is not spoken")
	}
}

func TestAuthPacketsRoundTripAndPrefixes(t *testing.T) {
	rng := rand.New(rand.NewPCG(3, 3))
	for range 300 {
		in := PAPLogin{string(randomBytes(rng, 60)), string(randomBytes(rng, 60))}
		b := in.Append(nil)
		var out PAPLogin
		if err := out.Parse(b); err != nil || out != in {
			t.Fatal(out, err)
		}
		for n := range b {
			if out.Parse(b[:n]) == nil {
				t.Fatal("PAP prefix accepted")
			}
		}
		cv := CHAPValue{append([]byte{1}, randomBytes(rng, 60)...), string(randomBytes(rng, 30))}
		b = cv.Append(nil)
		var cout CHAPValue
		if err := cout.Parse(b); err != nil || cout.Name != cv.Name || !bytes.Equal(cout.Value, cv.Value) {
			t.Fatal(cout, err)
		}
		for n := range 1 + len(cv.Value) {
			if cout.Parse(b[:n]) == nil {
				t.Fatal("CHAP prefix accepted")
			}
		}
		r := MSResponse{UseNT: rng.IntN(2) == 0}
		copy(r.NT[:], randomBytes(rng, 24))
		copy(r.LM[:], randomBytes(rng, 24))
		var rout MSResponse
		if err := rout.Parse(r.Append(nil)); err != nil || rout != r {
			t.Fatal(rout, err)
		}
		v := MSV2Response{Flags: byte(rng.Uint32())}
		copy(v.NT[:], randomBytes(rng, 24))
		copy(v.PeerChallenge[:], randomBytes(rng, 16))
		var vout MSV2Response
		b = v.Append(nil)
		if err := vout.Parse(b); err != nil || vout != v {
			t.Fatal(vout, err)
		}
		for n := range b {
			if vout.Parse(b[:n]) == nil || rout.Parse(b[:n]) == nil {
				t.Fatal("response prefix accepted")
			}
		}
	}
	if s, err := ParsePAPMessage(nil); s != "" || err != nil {
		t.Error("empty PAP message refused")
	}
	if s, err := ParsePAPMessage(AppendPAPMessage(nil, "Login ok")); s != "Login ok" || err != nil {
		t.Error(s, err)
	}
}

func TestSmallFields(t *testing.T) {
	m, data, err := SplitMagic(AppendMagic(nil, 0xdeadbeef, []byte("MSRASV5.20")))
	if err != nil || m != 0xdeadbeef || string(data) != "MSRASV5.20" {
		t.Error(m, data, err)
	}
	p, info, err := SplitProtocolReject(AppendProtocolReject(nil, CCP, []byte{1, 2}))
	if err != nil || p != CCP || len(info) != 2 {
		t.Error(p, info, err)
	}
	for n := range 4 {
		if _, _, err := SplitMagic(make([]byte, n)); err == nil {
			t.Error("short magic accepted")
		}
	}
	if _, _, err := SplitProtocolReject([]byte{1}); err == nil {
		t.Error("short Protocol-Reject accepted")
	}
	if o := AddrOption(IPCPAddress, netip.Addr{}); !bytes.Equal(o.Append(nil), []byte{3, 6, 0, 0, 0, 0}) {
		t.Error(o)
	}
}

func FuzzFrame(f *testing.F) {
	for _, s := range []string{
		"ff03c0210100001501040578050612b86bf0070208020d0306",
		"c021090000083cc21a57", "ff0380570105000e010a30665a7e8623e95b", "21450000",
		"ff03c22301450015" + "10ea9723a0fa76c77de846615274cb2c23" + "70707470",
		"ff03c02301010017" + "0c6d6175692d736f686f2d3031" + "05636973636f",
		"ff0380210107002203060000000081060000000082060000000083060000000084060000000000",
	} {
		b, _ := hex.DecodeString(s)
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		proto, n, err := ParseHeader(b)
		if err != nil {
			return
		}
		if !proto.Valid() {
			t.Fatalf("invalid protocol %v", proto)
		}
		var p Packet
		if p.Parse(b[n:]) != nil {
			return
		}
		if got := p.Append(nil); !bytes.Equal(got, b[n:n+len(got)]) {
			t.Fatalf("%x written as %x", b[n:], got)
		}
		if opts, err := ParseOptions(p.Data); err == nil && !bytes.Equal(AppendOptions(nil, opts), p.Data) {
			t.Fatal("options changed")
		}
		var login PAPLogin
		_ = login.Parse(p.Data)
		var v CHAPValue
		if v.Parse(p.Data) == nil && !bytes.Equal(v.Append(nil), p.Data) {
			t.Fatal("CHAP value changed")
		}
		_, _ = ParseFailure(string(p.Data))
		c := Credentials{Proto: AuthMSCHAPV2, Challenge: v.Value, Response: p.Data}
		c.Verify("x")
	})
}
