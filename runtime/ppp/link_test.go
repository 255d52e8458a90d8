package ppp

import (
	"bytes"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ppp"
)

type deaf struct{}

func (deaf) Wants(event.Class) bool { return false }
func (deaf) Emit(event.Event)       {}

// up brings a call up over a good wire.
func up(t *testing.T, lns, pc *Config) *world {
	t.Helper()
	w := newWorld(t, 5, lns, pc)
	w.open()
	w.run(time.Second)
	w.mustBeUp()
	return w
}

// send gives the LNS a hand-made packet and returns what it sends back, parsed.
func (w *world) send(proto ppp.Protocol, p ppp.Packet) (replies []ppp.Packet) {
	b := packet.Get(1600)
	ppp.PutHeader(b.Extend(4), proto, false, false)
	p.Append(b.Extend(p.Len())[:0])
	w.lns.Receive(w.now, b)
	for _, o := range append([]Output(nil), w.lns.Drain()...) {
		if f, ok := o.(Frame); ok {
			var p ppp.Packet
			if err := p.Parse(f.Buf.Bytes()[4:]); err != nil {
				w.t.Fatal(err)
			}
			p.Data = bytes.Clone(p.Data)
			replies = append(replies, p)
			f.Buf.Release()
			continue
		}
		w.output(w.lns, o)
	}
	return replies
}

func TestPeerRenegotiatesLCP(t *testing.T) {
	for _, a := range allAuth {
		w := up(t, lnsConfig(protocols(a)...), clientOf(a, "test"))
		before, _ := w.lns.ip()
		w.pc.lcp.fire(w.now, RTA) // RFC 1661, 4.3: out of the blue, it means that the peer lost its state
		w.collect()
		w.run(30 * time.Second)
		w.mustBeUp()
		after, _ := w.lns.ip()
		if count[IPUp](w.lns) != 2 || count[IPDown](w.lns) != 1 || before.Peer != after.Peer {
			t.Errorf("%v: %d up, %d down, %v then %v", a, count[IPUp](w.lns), count[IPDown](w.lns), before.Peer, after.Peer)
		}
		if w.interfaces != 1 || w.pool.next != 1 {
			t.Errorf("%v: %d interfaces, %d addresses", a, w.interfaces, w.pool.next)
		}
		w.hangUp()
	}
}

func TestEchoAndItsLimits(t *testing.T) {
	w := up(t, lnsConfig(), clientOf(ppp.NoAuth, ""))
	got := w.send(ppp.LCP, ppp.Packet{Code: ppp.EchoReq, ID: 77, Data: ppp.AppendMagic(nil, 0xabc, []byte("hello"))})
	want := ppp.AppendMagic(nil, w.lns.lcp.magic, []byte("hello"))
	if len(got) != 1 || got[0].Code != ppp.EchoRep || got[0].ID != 77 || !bytes.Equal(got[0].Data, want) {
		t.Errorf("%+v", got)
	}
	for _, code := range []ppp.Code{ppp.DiscReq, ppp.Identify, ppp.TimeRemaining} {
		if got := w.send(ppp.LCP, ppp.Packet{Code: code, Data: ppp.AppendMagic(nil, 0xabc, nil)}); got != nil {
			t.Errorf("%v answered by %v", code, got)
		}
	}
	if w.lns.counters.Drops[DropDiscard] != 1 {
		t.Error("discard not counted")
	}
	w.hangUp()
}

func TestKeepaliveEndsADeadLine(t *testing.T) {
	w := up(t, lnsConfig(), clientOf(ppp.NoAuth, ""))
	w.run(5 * time.Minute)
	if _, down := w.lns.down(); down {
		t.Fatal("the peer answers, and yet the link went down")
	}
	w.loss = 1
	w.run(2 * time.Minute)
	if d, _ := w.lns.down(); d.Reason != KeepaliveLost {
		t.Error(d)
	}
	w.hangUp()
}

func TestIdleAndSessionTimes(t *testing.T) {
	cfg := lnsConfig()
	cfg.Idle = time.Minute
	w := up(t, cfg, clientOf(ppp.NoAuth, ""))
	w.run(50 * time.Second)
	b := packet.From([]byte("E"))
	w.pc.SendIP(w.now, b)
	w.lns.Receive(w.now, b)
	w.run(50 * time.Second)
	if _, down := w.lns.down(); down {
		t.Fatal("down although a datagram came")
	}
	w.run(20 * time.Second)
	if d, _ := w.lns.down(); d.Reason != IdleTimeout {
		t.Error(d)
	}
	w.hangUp()

	cfg = lnsConfig()
	cfg.SessionTimeout = time.Hour
	w = up(t, cfg, clientOf(ppp.NoAuth, ""))
	w.run(2 * time.Hour)
	if d, _ := w.lns.down(); d.Reason != SessionTimeout {
		t.Error(d)
	}
	w.hangUp()
}

func TestUnknownCodesAndProtocols(t *testing.T) {
	w := up(t, lnsConfig(), clientOf(ppp.NoAuth, ""))
	bad := ppp.Packet{Code: 99, ID: 5, Data: []byte{1, 2, 3}}
	for _, proto := range []ppp.Protocol{ppp.LCP, ppp.IPCP} {
		got := w.send(proto, bad)
		if len(got) != 1 || got[0].Code != ppp.CodeRej || !bytes.Equal(got[0].Data, bad.Append(nil)) {
			t.Errorf("%v: %+v", proto, got)
		}
	}
	long := ppp.Packet{Code: 1, ID: 1, Data: make([]byte, 1490)}
	got := w.send(0x80ff&^0x100, long)
	if len(got) != 1 || got[0].Code != ppp.ProtRej || got[0].Len() > 1500 {
		t.Errorf("%+v", got)
	}
	// A Code-Reject of something harmless changes nothing, one of a Configure-Request ends the link.
	w.send(ppp.LCP, ppp.Packet{Code: ppp.CodeRej, Data: []byte{byte(ppp.Identify), 1, 0, 4}})
	if w.lns.lcp.state != Opened {
		t.Error("harmless Code-Reject:", w.lns.lcp.state)
	}
	w.send(ppp.LCP, ppp.Packet{Code: ppp.CodeRej, Data: []byte{byte(ppp.ConfReq), 1, 0, 4}})
	if w.lns.lcp.state != Stopping {
		t.Error("catastrophic Code-Reject:", w.lns.lcp.state)
	}
	w.hangUp()
	if d, _ := w.lns.down(); d.Reason != ProtocolError {
		t.Error(d)
	}
}

// A peer's options one by one, against the table of what an LNS answers.
func TestLCPOptionRulings(t *testing.T) {
	opt := func(typ uint8, b ...byte) ppp.Option { return ppp.Option{Type: typ, Data: b} }
	magic := ppp.Uint32Option(ppp.LCPMagic, 77)
	for _, c := range []struct {
		name string
		in   []ppp.Option
		code ppp.Code
		out  []ppp.Option
	}{
		{"nothing", nil, ppp.ConfAck, nil},
		{"MRU below the MTU, variant N", []ppp.Option{ppp.Uint16Option(1, 1400)}, ppp.ConfNak, []ppp.Option{ppp.Uint16Option(1, 1500)}},
		{"MRU of the wrong length", []ppp.Option{opt(1, 5)}, ppp.ConfNak, []ppp.Option{ppp.Uint16Option(1, 1500)}},
		{"large MRU", []ppp.Option{ppp.Uint16Option(1, 4091)}, ppp.ConfAck, []ppp.Option{ppp.Uint16Option(1, 4091)}},
		{"ACCM, PFC, ACFC", []ppp.Option{ppp.Uint32Option(2, 0), magic, opt(7), opt(8)}, ppp.ConfAck, []ppp.Option{ppp.Uint32Option(2, 0), magic, opt(7), opt(8)}},
		{"callback, multilink", []ppp.Option{magic, opt(13, 6), ppp.Uint16Option(17, 1614), opt(19, 1, 2, 3)}, ppp.ConfRej,
			[]ppp.Option{opt(13, 6), ppp.Uint16Option(17, 1614), opt(19, 1, 2, 3)}},
		{"reject goes before nak", []ppp.Option{ppp.Uint16Option(1, 1400), opt(13, 6)}, ppp.ConfRej, []ppp.Option{opt(13, 6)}},
		{"unknown", []ppp.Option{opt(200, 1)}, ppp.ConfRej, []ppp.Option{opt(200, 1)}},
		{"twice", []ppp.Option{magic, ppp.Uint32Option(ppp.LCPMagic, 78)}, ppp.ConfRej, []ppp.Option{ppp.Uint32Option(ppp.LCPMagic, 78)}},
		{"PFC with data", []ppp.Option{opt(7, 1)}, ppp.ConfRej, []ppp.Option{opt(7, 1)}},
		{"authenticate yourself", []ppp.Option{ppp.AuthPAP.Option()}, ppp.ConfRej, []ppp.Option{ppp.AuthPAP.Option()}},
		{"quality", []ppp.Option{opt(4, 0xc0, 0x25, 0, 0, 0, 1)}, ppp.ConfRej, []ppp.Option{opt(4, 0xc0, 0x25, 0, 0, 0, 1)}},
	} {
		l := New(Session{}, lnsConfig(ppp.AuthCHAP), Deps{Rand: seededReader(1)})
		l.lcp.reset(0)
		code, out := l.lcp.judge(0, c.in)
		if code != c.code || !bytes.Equal(ppp.AppendOptions(nil, out), ppp.AppendOptions(nil, c.out)) {
			t.Errorf("%s: %v %v", c.name, code, out)
		}
	}
	cfg := *lnsConfig()
	cfg.LCP.NakSmallMRU = false // variant A
	cfg.LCP.PFC, cfg.LCP.RejectACCM = Reject, true
	cfg.Self.Protocols = []ppp.AuthProto{ppp.AuthCHAP}
	l := New(Session{}, &cfg, Deps{Rand: seededReader(1)})
	if code, _ := l.lcp.judge(0, []ppp.Option{ppp.Uint16Option(1, 1400)}); code != ppp.ConfAck {
		t.Error("variant A:", code)
	}
	if code, out := l.lcp.judge(0, []ppp.Option{ppp.Uint32Option(2, 0), opt(7), opt(8)}); code != ppp.ConfRej || len(out) != 2 {
		t.Error("rejecting ACCM and PFC:", code, out)
	}
	if code, out := l.lcp.judge(0, []ppp.Option{ppp.AuthPAP.Option()}); code != ppp.ConfNak || !out[0].Equal(ppp.AuthCHAP.Option()) {
		t.Error("another protocol:", code, out)
	}
	l.lcp.state, l.lcp.magic = ReqSent, 77
	if code, out := l.lcp.judge(0, []ppp.Option{magic, opt(8)}); code != ppp.ConfNak || len(out) != 1 || out[0].Equal(magic) {
		t.Error("our own magic number:", code, out)
	}
}

func TestIPCPOptionRulings(t *testing.T) {
	a := func(typ uint8, s string) ppp.Option { return ppp.AddrOption(typ, netip.MustParseAddr(s)) }
	vj := ppp.Option{Type: ppp.IPCPCompression, Data: []byte{0, 0x2d, 15, 1}}
	dns := [2]netip.Addr{netip.MustParseAddr("10.0.0.10")}
	for _, c := range []struct {
		name string
		in   []ppp.Option
		code ppp.Code
		out  []ppp.Option
	}{
		{"VJ is rejected first", []ppp.Option{a(3, "0.0.0.0"), vj}, ppp.ConfRej, []ppp.Option{vj}},
		{"old IP-Addresses", []ppp.Option{{Type: 1, Data: make([]byte, 8)}, a(3, "33.33.33.1")}, ppp.ConfRej, []ppp.Option{{Type: 1, Data: make([]byte, 8)}}},
		{"address", []ppp.Option{a(3, "0.0.0.0")}, ppp.ConfNak, []ppp.Option{a(3, "33.33.33.1")}},
		{"another address", []ppp.Option{a(3, "1.2.3.4")}, ppp.ConfNak, []ppp.Option{a(3, "33.33.33.1")}},
		{"right", []ppp.Option{a(3, "33.33.33.1"), a(129, "10.0.0.10")}, ppp.ConfAck, []ppp.Option{a(3, "33.33.33.1"), a(129, "10.0.0.10")}},
		{"no address asked", nil, ppp.ConfNak, []ppp.Option{a(3, "33.33.33.1")}},
		{"name servers", []ppp.Option{a(3, "33.33.33.1"), a(129, "0.0.0.0")}, ppp.ConfNak, []ppp.Option{a(129, "10.0.0.10")}},
		{"only those without a value are rejected", []ppp.Option{a(3, "0.0.0.0"), a(129, "0.0.0.0"), a(131, "0.0.0.0")}, ppp.ConfRej, []ppp.Option{a(131, "0.0.0.0")}},
		{"address of the wrong length", []ppp.Option{{Type: 3, Data: []byte{1}}}, ppp.ConfNak, []ppp.Option{a(3, "33.33.33.1")}},
	} {
		cfg := lnsConfig()
		cfg.IPCP.DNS = dns
		l := New(Session{}, cfg, Deps{Rand: seededReader(1), Pool: &lender{t: t}})
		l.ipcp.reset(0)
		code, out := l.ipcp.judge(0, c.in)
		if code != c.code || !bytes.Equal(ppp.AppendOptions(nil, out), ppp.AppendOptions(nil, c.out)) {
			t.Errorf("%s: %v %v", c.name, code, out)
		}
	}
	cfg := lnsConfig()
	cfg.IPCP.Pools = nil
	l := New(Session{}, cfg, Deps{Rand: seededReader(1)})
	l.ipcp.reset(0)
	for addr, want := range map[string]ppp.Code{"1.2.3.4": ppp.ConfAck, "0.0.0.0": ppp.ConfRej, "2.2.2.2": ppp.ConfRej} {
		if code, _ := l.ipcp.judge(0, []ppp.Option{a(3, addr)}); code != want {
			t.Errorf("without a pool, %s: %v", addr, code)
		}
	}
}

func TestEmptyPool(t *testing.T) {
	w := newWorld(t, 1, lnsConfig(), clientOf(ppp.NoAuth, ""))
	w.pool.dry = true
	w.open()
	w.run(30 * time.Second)
	if d, _ := w.pc.down(); d.Reason != NCPFailed {
		t.Error(d)
	}
	w.hangUp()
}

// RFC 1661, 4.6: after Max-Failure Naks what would be Nak'ed is rejected.
func TestMaxFailureTurnsNaksIntoRejects(t *testing.T) {
	w := newWorld(t, 1, lnsConfig(), clientOf(ppp.NoAuth, ""))
	w.lns.LowerUp(0)
	w.lns.Open(0)
	codes := []ppp.Code{}
	for i := range 7 {
		for _, p := range w.send(ppp.LCP, ppp.Packet{Code: ppp.ConfReq, ID: byte(i), Data: ppp.Uint16Option(1, 1400).Append(nil)}) {
			if p.Code != ppp.ConfReq {
				codes = append(codes, p.Code)
			}
		}
	}
	want := []ppp.Code{3, 3, 3, 3, 3, 4, 4}
	for i, c := range want {
		if codes[i] != c {
			t.Fatalf("%v, want %v", codes, want)
		}
	}
	w.lns.LowerDown(0)
	w.pc.LowerDown(0)
	w.collect()
	w.clean()
}

// A line looped back to its sender: our own requests and Naks come in.
func TestLoopedLine(t *testing.T) {
	cfg := lnsConfig()
	cfg.LCP.Passive, cfg.LCP.MaxLoops = false, 5
	w := newWorld(t, 1, cfg, pcConfig("test"))
	w.lns.LowerUp(0)
	w.lns.Open(0)
	for range 1000 {
		out := append([]Output(nil), w.lns.Drain()...)
		if len(out) == 0 {
			break
		}
		for _, o := range out {
			if f, ok := o.(Frame); ok {
				w.lns.Receive(w.now, f.Buf)
			} else {
				w.output(w.lns, o)
			}
		}
	}
	for w.lns.Deadline() != clock.Never {
		w.now = w.lns.Deadline()
		w.lns.Tick(w.now)
		w.dropAll()
	}
	if d, _ := w.lns.down(); d.Reason != LoopedLine {
		t.Error(d)
	}
	w.pc.LowerDown(0)
	w.collect()
	w.clean()
}

func (w *world) dropAll() {
	for _, o := range append([]Output(nil), w.lns.Drain()...) {
		if f, ok := o.(Frame); ok {
			f.Buf.Release()
		} else {
			w.output(w.lns, o)
		}
	}
}

// A concentrator has negotiated LCP and collected the answer; the LNS takes both.
func TestProxyLCPAndAuthentication(t *testing.T) {
	challenge := []byte("0123456789abcdef")
	proxy := func(mode Renegotiation, a ppp.AuthProto) *Proxy {
		return &Proxy{Mode: mode,
			LastSent:     ppp.AppendOptions(nil, []ppp.Option{a.Option(), ppp.Uint32Option(ppp.LCPMagic, 5)}),
			LastReceived: ppp.AppendOptions(nil, []ppp.Option{ppp.Uint32Option(ppp.LCPMagic, 6)}),
			AuthType:     a, AuthName: "test", AuthID: 3, AuthChallenge: challenge,
			AuthResponse: ppp.MD5Response(3, "test", challenge)}
	}
	for _, c := range []struct {
		name string
		p    *Proxy
		want string
	}{
		{"taken", proxy(NeverRenegotiate, ppp.AuthCHAP), "success"},
		{"taken, since it fits", proxy(OnMismatch, ppp.AuthCHAP), "success"},
		{"another protocol: renegotiated", proxy(OnMismatch, ppp.AuthPAP), "request"},
		{"another protocol: refused", proxy(NeverRenegotiate, ppp.AuthPAP), "down"},
		{"always renegotiated", proxy(AlwaysRenegotiate, ppp.AuthCHAP), "request"},
		{"nothing negotiated", &Proxy{Mode: OnMismatch}, "listen"},
	} {
		w := newWorld(t, 1, lnsConfig(ppp.AuthCHAP), clientOf(ppp.AuthCHAP, "test"))
		w.lns.id.Proxy = c.p
		w.lns.LowerUp(0)
		w.lns.Open(0)
		got := "listen"
		for _, o := range append([]Output(nil), w.lns.Drain()...) {
			switch o := o.(type) {
			case Frame:
				proto, n, _ := ppp.ParseHeader(o.Buf.Bytes())
				if proto == ppp.LCP && o.Buf.Bytes()[n] == 1 {
					got = "request"
				}
				o.Buf.Release()
			case AuthPassed:
				w.lns.notices = append(w.lns.notices, o)
				w.lns.SetInterface(0, "Vi2.1")
				got = "success"
			default:
				w.output(w.lns, o)
			}
		}
		if _, down := w.lns.down(); down {
			got = "down"
		}
		if got != c.want {
			t.Errorf("%s: %s, want %s", c.name, got, c.want)
		}
		w.dropAll()
		w.lns.LowerDown(0)
		w.pc.LowerDown(0)
		w.dropAll()
		w.collect()
		w.clean()
	}
}

func TestSameSeedSameCall(t *testing.T) {
	frames := func() (all []byte) {
		w := newWorld(t, 11, lnsConfig(ppp.AuthMSCHAPV2), pcConfig("test"))
		w.loss, w.dup, w.jitter = 0.1, 0.1, time.Second
		w.onSend = func(_ *end, b []byte) { all = append(all, b...) }
		w.open()
		w.run(time.Minute)
		w.hangUp()
		return all
	}
	if !bytes.Equal(frames(), frames()) {
		t.Error("two runs of one seed differ")
	}
}

func TestCloseAtEveryMoment(t *testing.T) {
	for ms := range 60 {
		for _, how := range []string{"close", "lower", "both"} {
			w := newWorld(t, 4, lnsConfig(ppp.AuthMSCHAPV2), pcConfig("test"))
			w.unbound = ms%3 == 0
			w.open()
			w.run(time.Duration(ms) * time.Millisecond / 2)
			if how != "lower" {
				w.lns.Close(w.now, AdminClosed)
			}
			if how != "close" {
				w.lns.LowerDown(w.now)
			}
			w.collect()
			w.run(time.Second)
			w.hangUp()
			if t.Failed() {
				t.Fatalf("%s after %d/2 ms", how, ms)
			}
		}
	}
}

func TestConfigureTwiceChangesNothing(t *testing.T) {
	w := up(t, lnsConfig(), clientOf(ppp.NoAuth, ""))
	before := w.lns.Deadline()
	w.lns.Configure(w.now, w.lns.cfg)
	if w.lns.Deadline() != before {
		t.Error("deadline moved")
	}
	cfg := *w.lns.cfg
	cfg.Keepalive = 0
	w.lns.Configure(w.now, &cfg)
	if w.lns.Deadline() != clock.Never {
		t.Error("keepalive still on:", w.lns.Deadline())
	}
	w.hangUp()
}

func TestSnapshotOfACall(t *testing.T) {
	w := up(t, lnsConfig(ppp.AuthMSCHAPV2), pcConfig("test"))
	s := w.lns.Snapshot()
	if s.Name != "Vi2.1" || s.User != "test" || s.Stage != StageLocal || s.Peer != netip.MustParseAddr("33.33.33.1") ||
		s.Pool != "l2tp" || s.PeerMRU != 1500 || len(s.Protocols) != 3 || !s.Protocols[1].Open || !s.Protocols[2].Open {
		t.Errorf("%+v", s)
	}
	w.hangUp()
}

// FuzzReceive feeds frames to a link in whatever state a script left it.
func FuzzReceive(f *testing.F) {
	f.Add(uint8(0), []byte("\xff\x03\xc0\x21\x01\x00\x00\x15\x01\x04\x05\x78\x05\x06\x12\xb8\x6b\xf0\x07\x02\x08\x02\x0d\x03\x06"))
	f.Add(uint8(30), []byte("\xff\x03\xc2\x23\x02\x01\x00\x05\x00"))
	f.Add(uint8(60), []byte("\xff\x03\x80\x21\x01\x01\x00\x0a\x03\x06\x00\x00\x00\x00"))
	f.Add(uint8(60), []byte("\xff\x03\xc0\x21\x05\x01\x00\x04"))
	f.Add(uint8(60), []byte("\xff\x03\xc0\x21\x08\x01\x00\x06\x80\x21"))
	f.Fuzz(func(t *testing.T, ms uint8, frame []byte) {
		if len(frame) > 1600 {
			return
		}
		protos := []ppp.AuthProto{ppp.AuthMSCHAPV2, ppp.AuthCHAP, ppp.AuthPAP}
		w := newWorld(t, uint64(ms), lnsConfig(protos...), clientOf(protos[ms%3], "test"))
		w.open()
		w.run(time.Duration(ms) * time.Millisecond / 2)
		rng := rand.New(rand.NewPCG(uint64(ms), 3))
		for _, e := range []*end{w.lns, w.pc} {
			b := bytes.Clone(frame)
			for range 4 {
				e.Receive(w.now, packet.From(b))
				w.collect()
				if len(b) > 6 {
					b[5+rng.IntN(len(b)-5)]++
				}
			}
		}
		w.run(time.Minute)
		w.hangUp()
	})
}
