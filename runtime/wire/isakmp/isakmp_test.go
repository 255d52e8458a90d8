package isakmp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"net/netip"
	"reflect"
	"strings"
	"testing"
)

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.Join(strings.Fields(s), ""))
	if err != nil {
		panic(err)
	}
	return b
}

// A Windows 10 client's first message, laid out by hand from the transforms
// and vendor ids of shared/reference/windows-client-wire.md and clients.md
// 4.1: 28 + 212 + 168 = 408 bytes.
const windowsFirst = `
	1122334455667788 0000000000000000 01 10 02 00 00000000 00000198
	0d0000d4 00000001 00000001
	000000c8 01 01 00 05
	03000028 01 01 0000 80010007 800e0100 80020002 80040014 80030001 800b0001 000c0004 00007080
	03000028 02 01 0000 80010007 800e0080 80020002 80040013 80030001 800b0001 000c0004 00007080
	03000028 03 01 0000 80010007 800e0100 80020002 8004000e 80030001 800b0001 000c0004 00007080
	03000024 04 01 0000 80010005 80020002 8004000e 80030001 800b0001 000c0004 00007080
	00000024 05 01 0000 80010005 80020002 80040002 80030001 800b0001 000c0004 00007080
	0d000018 01528bbbc00696121849ab9a1c5b2a51 00000001
	0d000018 1e2b516905991c7d7c96fcbfb587e461 00000009
	0d000014 4a131c81070358455c5728f20e95452f
	0d000014 90cb80913ebb696e086381b5ec427b1f
	0d000014 4048b7d56ebce88525e7de7f00d6c2d3
	0d000014 fb1de3cdf341b7ea16b7e5be0855f120
	0d000014 26244d38eddb61b3172a36e3d0cfb819
	00000014 e3a5966a76379fe707228231e5ce8652`

func parse(t testing.TB, b []byte) (Header, []Part) {
	t.Helper()
	h, err := ParseHeader(b)
	if err != nil {
		t.Fatal(err)
	}
	parts, n, err := ParseChain(h.NextPayload, b[HeaderLen:])
	if err != nil || n != len(b)-HeaderLen {
		t.Fatalf("%d of %d bytes: %v", n, len(b)-HeaderLen, err)
	}
	return h, parts
}

func payloads(parts []Part) []Payload {
	var list []Payload
	for _, p := range parts {
		list = append(list, p.Payload)
	}
	return list
}

func TestWindowsFirstMessage(t *testing.T) {
	b := unhex(windowsFirst)
	if len(b) != 408 {
		t.Fatalf("%d bytes", len(b))
	}
	h, parts := parse(t, b)
	sa := parts[0].Payload.(*SA)
	if len(parts) != 9 || len(sa.Proposals) != 1 || len(sa.Proposals[0].Transforms) != 5 || len(parts[0].Body()) != 208 {
		t.Fatalf("%d payloads, %+v", len(parts), sa)
	}
	a, _ := sa.Proposals[0].Transforms[4].Attribute(AttrLifeDuration)
	if v, ok := a.Uint(); !ok || v != 28800 || a.Basic {
		t.Fatalf("life %+v", a)
	}
	if again := AppendMessage(nil, h, payloads(parts)...); !bytes.Equal(again, b) {
		t.Fatalf("written again:\n%x\n%x", again, b)
	}
}

// Every strict prefix fails, with the header's length as it was and with it set right.
func TestPrefixesFail(t *testing.T) {
	b := unhex(windowsFirst)
	for n := range len(b) {
		if _, err := ParseHeader(b[:n]); err == nil {
			t.Fatalf("header of %d bytes taken", n)
		}
	}
	for n := range len(b) - HeaderLen {
		if _, _, err := ParseChain(PayloadSA, b[HeaderLen:HeaderLen+n]); err == nil {
			t.Fatalf("chain of %d bytes taken", n)
		}
	}
}

func randomBytes(r *rand.Rand, n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(r.Uint32())
	}
	return b
}

func randomPayload(r *rand.Rand) Payload {
	some := func(min int) []byte { return randomBytes(r, min+r.IntN(40)) }
	switch r.IntN(8) {
	case 0:
		return randomSA(r)
	case 1:
		types := []PayloadType{PayloadKE, PayloadHASH, PayloadSIG, PayloadNONCE, PayloadVID, PayloadNATD, PayloadNATDDraft, PayloadFragment}
		return &Opaque{types[r.IntN(len(types))], some(8)}
	case 2:
		return IDPrefix(netip.PrefixFrom(netip.AddrFrom4([4]byte(randomBytes(r, 4))), r.IntN(33)).Masked(), byte(r.Uint32()), uint16(r.Uint32()))
	case 3:
		return &Cert{[]PayloadType{PayloadCERT, PayloadCR}[r.IntN(2)], byte(r.Uint32()), some(1)}
	case 4:
		return &Notify{DOI: r.Uint32N(2), Protocol: ProtocolID(1 + r.IntN(3)), Type: NotifyType(r.Uint32()), SPI: some(0), Data: some(0)}
	case 5:
		d := &Delete{DOI: 1, Protocol: ProtocolESP, SPISize: 4}
		for range 1 + r.IntN(5) {
			d.SPIs = append(d.SPIs, randomBytes(r, 4))
		}
		return d
	case 6:
		return &NATOA{[]PayloadType{PayloadNATOA, PayloadNATOADraft}[r.IntN(2)], netip.AddrFrom4([4]byte(randomBytes(r, 4)))}
	default:
		return &Unknown{PayloadType(140 + r.IntN(100)), some(0)}
	}
}

func randomSA(r *rand.Rand) *SA {
	s := &SA{DOI: DOIIPsec, Situation: SituationIdentityOnly}
	for i := range 1 + r.IntN(4) {
		p := Proposal{Number: uint8(i), Protocol: ProtocolID(1 + r.IntN(4)), SPI: randomBytes(r, 4*r.IntN(2))}
		for j := range 1 + r.IntN(4) {
			t := Transform{Number: uint8(j), ID: byte(r.Uint32())}
			for range r.IntN(6) {
				a := TV(uint16(r.Uint32N(0x8000)), uint16(r.Uint32()))
				if r.IntN(2) == 0 {
					a = TLV(uint16(r.Uint32N(0x8000)), randomBytes(r, r.IntN(9)))
				}
				t.Attributes = append(t.Attributes, a)
			}
			p.Transforms = append(p.Transforms, t)
		}
		s.Proposals = append(s.Proposals, p)
	}
	return s
}

func TestRandomMessagesComeBack(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	for range 2000 {
		var list []Payload
		for range 1 + r.IntN(8) {
			list = append(list, randomPayload(r))
		}
		h := Header{InitiatorCookie: Cookie{1}, Exchange: ExchangeMain, MessageID: r.Uint32()}
		b := AppendMessage(nil, h, list...)
		_, parts := parse(t, b)
		if len(parts) != len(list) {
			t.Fatalf("%d payloads of %d", len(parts), len(list))
		}
		for i := range list {
			if !reflect.DeepEqual(normal(list[i]), normal(parts[i].Payload)) {
				t.Fatalf("payload %d:\n%#v\n%#v", i, list[i], parts[i].Payload)
			}
		}
		for range 3 {
			n := r.IntN(len(b) - HeaderLen)
			if _, got, err := ParseChain(list[0].Kind(), b[HeaderLen:HeaderLen+n]); err == nil {
				t.Fatalf("prefix of %d bytes taken as %d", n, got)
			}
		}
	}
}

// normal is a payload's type and bytes: empty and nil slices are the same.
func normal(p Payload) any {
	return [2]any{p.Kind(), hex.EncodeToString(p.AppendBody(nil))}
}

func TestWhatRFC2408Forbids(t *testing.T) {
	good := unhex(windowsFirst)
	for name, c := range map[string]struct {
		at     int
		value  byte
		notify NotifyType
	}{
		"generic reserved":    {29, 1, NotifyPayloadMalformed},
		"length past the end": {30, 2, NotifyPayloadMalformed},
		"DOI":                 {35, 7, NotifyDOINotSupported},
		"situation":           {39, 3, NotifySituationNotSupported},
		"proposal reserved":   {41, 9, NotifyPayloadMalformed},
		"SPI past the end":    {46, 250, NotifyPayloadMalformed},
		"no transforms":       {47, 0, NotifyBadProposalSyntax},
		"too few transforms":  {47, 4, NotifyBadProposalSyntax},
		"too many transforms": {47, 6, NotifyBadProposalSyntax},
		"transform reserved2": {54, 1, NotifyPayloadMalformed},
		"transform next":      {48, 2, NotifyBadProposalSyntax},
		"proposal next":       {40, 3, NotifyBadProposalSyntax},
		"chain into proposal": {28, 2, NotifyInvalidPayloadType},
	} {
		b := append([]byte(nil), good...)
		b[c.at] = c.value
		_, _, err := ParseChain(PayloadSA, b[HeaderLen:])
		var e *Error
		if !errors.As(err, &e) || e.Notify != c.notify {
			t.Errorf("%s: %v", name, err)
		}
	}
	for name, c := range map[string]struct {
		at     int
		value  byte
		notify NotifyType
	}{
		"major": {17, 0x20, NotifyInvalidMajorVersion}, "minor": {17, 0x11, NotifyInvalidMinorVersion}, "flags": {19, 0x10, NotifyInvalidFlags},
		"length": {27, 0x99, NotifyUnequalPayloadLengths},
	} {
		b := append([]byte(nil), good...)
		b[c.at] = c.value
		_, err := ParseHeader(b)
		var e *Error
		if !errors.As(err, &e) || e.Notify != c.notify {
			t.Errorf("%s: %v", name, err)
		}
	}
	zero := append(make([]byte, 8), good[8:]...)
	if _, err := ParseHeader(zero); err == nil {
		t.Error("initiator cookie of zeros taken")
	}
}

func TestIdentificationsAsPrefixes(t *testing.T) {
	for _, c := range []struct {
		id   ID
		want string
	}{
		{ID{Type: IDIPv4Addr, Data: []byte{12, 1, 1, 1}}, "12.1.1.1/32"},
		{ID{Type: IDIPv4Subnet, Data: []byte{10, 1, 2, 3, 255, 255, 0, 0}}, "10.1.0.0/16"},
		{ID{Type: IDIPv4Subnet, Data: []byte{0, 0, 0, 0, 0, 0, 0, 0}}, "0.0.0.0/0"},
		{ID{Type: IDIPv4Range, Data: []byte{10, 0, 0, 0, 10, 0, 0, 255}}, "10.0.0.0/24"},
		{ID{Type: IDIPv4Range, Data: []byte{10, 0, 0, 1, 10, 0, 0, 254}}, ""},
		{ID{Type: IDIPv4Subnet, Data: []byte{10, 0, 0, 0, 255, 0, 255, 0}}, ""},
		{ID{Type: IDFQDN, Data: []byte("frank")}, ""},
	} {
		p, ok := c.id.Prefix()
		if ok != (c.want != "") || ok && p.String() != c.want {
			t.Errorf("%v %v: %v %v", c.id.Type, c.id.Data, p, ok)
		}
	}
	var id ID
	if id.ParseBody([]byte{1, 0, 0, 0, 1, 2, 3}) == nil || id.ParseBody([]byte{1, 0, 0}) == nil {
		t.Error("short identification taken")
	}
}

func TestEnumsHaveNames(t *testing.T) {
	for _, s := range []interface{ String() string }{PayloadNATD, ExchangeQuick, ProtocolESP, IDIPv4Addr, NotifyInitialContact, CipherAES,
		HashSHA256, AuthPSK, GroupECP384, AuthHMACSHA, EncapTransportUDPDraft} {
		if s.String() == "" {
			t.Errorf("%T without a name", s)
		}
	}
}

// FuzzParseChain: whatever is taken is written again to the same bytes.
func FuzzParseChain(f *testing.F) {
	f.Add(uint8(1), unhex(windowsFirst)[HeaderLen:])
	r := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		p := randomPayload(r)
		f.Add(uint8(p.Kind()), AppendChain(nil, p, randomPayload(r)))
	}
	f.Fuzz(func(t *testing.T, first uint8, b []byte) {
		parts, n, err := ParseChain(PayloadType(first), b)
		if err != nil || len(parts) == 0 {
			return
		}
		if again := AppendChain(nil, payloads(parts)...); !bytes.Equal(again, b[:n]) {
			t.Fatalf("%x written as %x", b[:n], again)
		}
	})
}

// FuzzParseHeader: a header that is taken is written to the same bytes.
func FuzzParseHeader(f *testing.F) {
	f.Add(unhex(windowsFirst))
	f.Fuzz(func(t *testing.T, b []byte) {
		h, err := ParseHeader(b)
		if err == nil && !bytes.Equal(h.Append(nil), b[:HeaderLen]) {
			t.Fatalf("%x", b)
		}
	})
}
