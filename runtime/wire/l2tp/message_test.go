package l2tp

import (
	"bytes"
	"encoding/hex"
	"errors"
	"math/rand/v2"
	"reflect"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var allTypes = []MessageType{TypeSCCRQ, TypeSCCRP, TypeSCCCN, TypeStopCCN, TypeHello, TypeOCRQ, TypeOCRP, TypeOCCN,
	TypeICRQ, TypeICRP, TypeICCN, TypeCDN, TypeWEN, TypeSLI}

// randomize fills v with random values that the wire can carry.
func randomize(rng *rand.Rand, v reflect.Value) {
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(rng.IntN(2) == 0)
	case reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		v.SetUint(rng.Uint64() >> (64 - v.Type().Bits()))
	case reflect.String:
		v.SetString(strings.Repeat("x", rng.IntN(40)))
	case reflect.Slice:
		if v.Type().Elem().Kind() != reflect.Uint8 {
			return // AVPs: their own test
		}
		v.SetBytes(make([]byte, rng.IntN(50)))
		for i := range v.Len() {
			v.Index(i).SetUint(uint64(rng.IntN(256)))
		}
	case reflect.Array:
		for i := range v.Len() {
			randomize(rng, v.Index(i))
		}
	case reflect.Struct:
		if ok := v.FieldByName("OK"); ok.IsValid() {
			ok.SetBool(rng.IntN(2) == 0)
			if ok.Bool() {
				randomize(rng, v.FieldByName("V"))
			}
			return
		}
		for i := range v.NumField() {
			randomize(rng, v.Field(i))
		}
		if r, ok := v.Addr().Interface().(*ResultCode); ok {
			if !r.HasError {
				r.Error, r.Message = 0, ""
			}
		}
	}
}

func randomMessage(rng *rand.Rand, t MessageType) Message {
	m := newMessage(t)
	randomize(rng, reflect.ValueOf(m).Elem())
	return m
}

func TestRoundTripOfEveryMessage(t *testing.T) {
	rng := rand.New(rand.NewPCG(2661, 2))
	for _, typ := range allTypes {
		for i := range 200 {
			want := randomMessage(rng, typ)
			enc := Encoding{}
			if i%2 == 1 {
				enc.Secret, enc.Vector = []byte("cisco"), []byte{1, 2, 3, byte(i)}
			}
			body, err := AppendBody(nil, want, enc)
			if err != nil {
				t.Fatal(err)
			}
			got, err := Parse(body, enc.Secret)
			if err != nil {
				t.Fatalf("%v: %v\n%x", typ, err, body)
			}
			if d := cmp.Diff(want, got.Message); d != "" {
				t.Fatalf("%v: %s", typ, d)
			}
		}
	}
}

// A control message always has its length, so that no prefix is a message.
func TestPrefixesFail(t *testing.T) {
	rng := rand.New(rand.NewPCG(2661, 3))
	for _, typ := range allTypes {
		body, err := AppendBody(nil, randomMessage(rng, typ), Encoding{})
		if err != nil {
			t.Fatal(err)
		}
		p := AppendControl(nil, 1, 2, 3, 4, body)
		for i := range p {
			if _, _, err := ParseHeader(p[:i]); err == nil {
				t.Fatalf("%v: prefix of %d bytes parsed", typ, i)
			}
		}
		if _, err := ParseAVPs(body[:len(body)-1]); err == nil {
			t.Fatalf("%v: cut AVP parsed", typ)
		}
	}
}

// windows8 is the SCCRQ of a Windows 8 named frank: AVP order, M bits and values from
// shared/reference/traces/peer-view-l2tp-control.txt (1) and l2tp-vpdn-debug.md 4.
var windows8 = []Attr{AttrProtocolVersion, AttrFramingCaps, AttrBearerCaps, AttrFirmwareRevision, AttrHostName,
	AttrVendorName, AttrAssignedTunnelID, AttrReceiveWindow}

func TestWindowsSCCRQ(t *testing.T) {
	m := &SCCRQ{ProtocolVersion: Version{1, 0}, Framing: 1, Bearer: Some(uint32(0)), Firmware: Some(uint16(0x0602)), HostName: "frank",
		VendorName: Some("Microsoft"), AssignedTunnelID: 9, ReceiveWindow: Some(uint16(8))}
	body, err := AppendBody(nil, m, Encoding{Order: windows8})
	if err != nil {
		t.Fatal(err)
	}
	got := AppendControl(nil, 0, 0, 0, 0, body)
	want, _ := hex.DecodeString("c8020062000000000000000080080000" + "00000001" +
		"8008000000020100" + "800a00000003" + "00000001" + "800a00000004" + "00000000" +
		"0008000000060602" + "800b00000007" + "6672616e6b" + "000f00000008" + "4d6963726f736f6674" +
		"8008000000090009" + "80080000000a0008")
	if !bytes.Equal(got, want) || len(got) != 98 {
		t.Fatalf("%d bytes\n got %x\nwant %x", len(got), got, want)
	}
	// 93 bytes and the name: a name of 15 letters makes 108 (clients.md 4.3).
	m.HostName = "DESKTOP-1234567"
	body, _ = AppendBody(nil, m, Encoding{Order: windows8})
	if n := len(AppendControl(nil, 0, 0, 0, 0, body)); n != 108 {
		t.Fatalf("15 letters make %d bytes", n)
	}
}

// The vector was computed from RFC 2661 4.3 with Python's hashlib, apart from this code.
func TestHiddenVector(t *testing.T) {
	secret, vector := []byte("cisco"), []byte("0123456789abcdef")
	got := hide(AttrCalledNumber, []byte("5550945-and-some-more"), secret, vector)
	if want := hiddenVector; hex.EncodeToString(got) != want {
		t.Fatalf("got  %x\nwant %s", got, want)
	}
	plain, err := reveal(AttrCalledNumber, got, secret, vector)
	if err != nil || string(plain) != "5550945-and-some-more" {
		t.Fatalf("%q %v", plain, err)
	}
}

func TestChallengeResponseVector(t *testing.T) {
	got := ChallengeResponse(TypeSCCRP, []byte("cisco"), []byte("0123456789abcdef"))
	if hex.EncodeToString(got[:]) != responseVector {
		t.Fatalf("got %x, want %s", got, responseVector)
	}
}

func body(t *testing.T, m Message, more ...AVP) []byte {
	t.Helper()
	*m.Extra() = more
	b, err := AppendBody(nil, m, Encoding{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestUnknownAVPs(t *testing.T) {
	for _, c := range []struct {
		name string
		avp  AVP
		bad  bool
	}{
		{"unknown, M", AVP{Mandatory: true, Attr: 999, Value: []byte{1}}, true},
		{"unknown", AVP{Attr: 999, Value: []byte{1}}, false},
		{"vendor, M", AVP{Mandatory: true, Vendor: 9, Attr: AttrHostName, Value: []byte{1}}, true},
		{"vendor", AVP{Vendor: 9, Attr: AttrHostName, Value: []byte{1}}, false},
		{"reserved bits, M", AVP{Mandatory: true, Reserved: 1, Attr: AttrSubAddress}, true},
		{"reserved bits", AVP{Reserved: 8, Attr: AttrSubAddress}, false},
		{"hidden without secret, M", AVP{Mandatory: true, Hidden: true, Attr: AttrSubAddress, Value: make([]byte, 16)}, true},
		{"hidden without secret", AVP{Hidden: true, Attr: AttrSubAddress, Value: make([]byte, 16)}, false},
		{"known, of another message, M", AVP{Mandatory: true, Attr: AttrSubAddress, Value: []byte{1}}, false},
	} {
		p, err := Parse(body(t, &Hello{}, c.avp), nil)
		var unknown *UnknownAVPError
		if errors.As(err, &unknown) != c.bad {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if !c.bad && (err != nil || !cmp.Equal(*p.Message.Extra(), []AVP{c.avp}, cmp.Comparer(func(a, b []byte) bool { return bytes.Equal(a, b) }))) {
			t.Errorf("%s: %v, kept %+v", c.name, err, *p.Message.Extra())
		}
	}
}

func TestRefusedMessages(t *testing.T) {
	kind := func(v uint16, m bool) []byte {
		return AVP{Mandatory: m, Attr: AttrMessageType, Value: []byte{byte(v >> 8), byte(v)}}.Append(nil)
	}
	for name, c := range map[string]struct {
		body []byte
		want any
	}{
		"unknown type, M":    {kind(99, true), &UnknownMessageError{99, true}},
		"unknown type":       {kind(99, false), &UnknownMessageError{99, false}},
		"missing":            {kind(2, true), &MissingError{TypeSCCRP, []Attr{AttrProtocolVersion, AttrFramingCaps, AttrHostName, AttrAssignedTunnelID}}},
		"first is no type":   {AVP{Attr: AttrHostName, Value: []byte("x")}.Append(nil), ErrAVP},
		"hidden type":        {AVP{Hidden: true, Attr: AttrMessageType, Value: []byte{0, 1}}.Append(nil), ErrAVP},
		"empty":              {nil, ErrTruncated},
		"length of five":     {append(kind(6, true), 0x80, 5, 0, 0, 0, 1), ErrAVP},
		"short value":        {AVP{Mandatory: true, Attr: AttrAssignedSessionID, Value: []byte{1}}.Append(kind(11, true)), &ValueError{Attr: AttrAssignedSessionID}},
		"hidden of one byte": {AVP{Mandatory: true, Hidden: true, Attr: AttrAssignedSessionID, Value: []byte{1}}.Append(kind(11, true)), &UnknownAVPError{}},
	} {
		_, err := Parse(c.body, []byte("secret"))
		switch want := c.want.(type) {
		case *ValueError:
			var got *ValueError
			if !errors.As(err, &got) || got.Attr != want.Attr {
				t.Errorf("%s: %v", name, err)
			}
		case *UnknownAVPError:
			var got *UnknownAVPError
			if !errors.As(err, &got) {
				t.Errorf("%s: %v", name, err)
			}
		case error:
			if !errors.Is(err, want) && !cmp.Equal(err, want) {
				t.Errorf("%s: %v, want %v", name, err, want)
			}
		}
	}
}

// clients.md 4.6: Apple's clients end their name with a NUL, which stays in
// the raw value and is no part of the name.
func TestHostNameWithNUL(t *testing.T) {
	p, err := Parse(body(t, &SCCRQ{ProtocolVersion: Version{1, 0}, HostName: "mac\x00"}), nil)
	if err != nil {
		t.Fatal(err)
	}
	if raw := p.Message.(*SCCRQ).HostName; raw != "mac\x00" || HostName(raw) != "mac" {
		t.Fatalf("%q", raw)
	}
}

func TestOversizedValueIsRefused(t *testing.T) {
	if _, err := AppendBody(nil, &SCCRQ{HostName: strings.Repeat("x", MaxValue+1)}, Encoding{}); !errors.Is(err, ErrAVP) {
		t.Fatal(err)
	}
	if _, err := AppendBody(nil, &SCCRQ{HostName: strings.Repeat("x", MaxValue)}, Encoding{}); err != nil {
		t.Fatal(err)
	}
}

func FuzzParse(f *testing.F) {
	rng := rand.New(rand.NewPCG(2661, 4))
	for _, typ := range allTypes {
		for _, enc := range []Encoding{{}, {Secret: []byte("s"), Vector: []byte("v")}} {
			b, err := AppendBody(nil, randomMessage(rng, typ), enc)
			if err != nil {
				f.Fatal(err)
			}
			f.Add(AppendControl(nil, 1, 2, 3, 4, b))
		}
	}
	f.Add([]byte{0x02, 2, 0, 1, 0, 1, 0xff, 0xff})
	f.Fuzz(func(t *testing.T, p []byte) {
		h, n, err := ParseHeader(p)
		if err != nil || !h.Control {
			return
		}
		got, err := Parse(p[n:h.Length], []byte("s"))
		if err != nil {
			return
		}
		// What was read can be written and read again.
		again, err := AppendBody(nil, got.Message, Encoding{})
		if err != nil {
			t.Fatal(err)
		}
		twice, err := Parse(again, []byte("s"))
		if err != nil {
			// A hidden AVP kept among the others has lost its vector; only
			// that may stop a second reading.
			for _, a := range *got.Message.Extra() {
				if a.Hidden {
					return
				}
			}
			t.Fatalf("%v\n%x\n%x", err, p, again)
		}
		if d := cmp.Diff(got.Message, twice.Message); d != "" {
			t.Fatal(d)
		}
	})
}
