package forward

import (
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

// fakeCrypto answers as told.
type fakeCrypto struct {
	decision Decision
	clear    bool
	asked    int
	held     []*packet.Buffer
	wrap     func(b *packet.Buffer)
}

func (c *fakeCrypto) Outbound(_ clock.Instant, _ string, _ int, b *packet.Buffer) Decision {
	c.asked++
	switch c.decision.Verdict {
	case Held:
		c.held = append(c.held, b)
	case Drop:
		b.Release()
	case Replaced:
		c.wrap(b)
	}
	return c.decision
}

func (c *fakeCrypto) Clear(_ clock.Instant, _ string, _ *packet.Buffer) bool { return c.clear }

// encapsulate puts an ESP-like header around b.
func encapsulate(src, dst string, df bool) func(*packet.Buffer) {
	return func(b *packet.Buffer) {
		b.Extend(30)
		copy(b.Prepend(8), "\x00\x00\x00\x01\x00\x00\x00\x01")
		h := b.Prepend(ip.HeaderLen)
		f := ip.Fields{TotalLen: b.Len(), ID: 9, TTL: 255, Protocol: ip.ProtoESP, Source: adr(src), Destination: adr(dst)}
		if df {
			f.Fragment = ip.FlagDF
		}
		ip.Put(h, f)
	}
}

func cryptoChain(t *testing.T) (w *world, pc, r1, r2, srv *node, c *fakeCrypto) {
	w = newWorld(t)
	pc, r1, r2, srv = chain(w, 0)
	cfg := r1.cfg
	cfg.Interfaces = []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24")}
	cfg.Interfaces[1].Crypto = true
	r1.Configure(w.now, cfg)
	c = &fakeCrypto{clear: true}
	r1.SetCrypto(c)
	return w, pc, r1, r2, srv, c
}

func TestCryptoVerdicts(t *testing.T) {
	p := udp("12.1.1.1", "30.0.0.2", 100)
	t.Run("pass", func(t *testing.T) {
		w, pc, _, _, srv, c := cryptoChain(t)
		_ = w.send(pc, p)
		if len(srv.got) != 1 || c.asked != 1 {
			t.Fatal("not passed")
		}
	})
	t.Run("drop", func(t *testing.T) {
		w, pc, r1, _, srv, c := cryptoChain(t)
		c.decision.Verdict = Drop
		_ = w.send(pc, p)
		if len(srv.got) != 0 || r1.Counters().Drop(DropCrypto) != 1 {
			t.Fatal("not dropped")
		}
	})
	t.Run("held, then protected", func(t *testing.T) {
		w, pc, r1, r2, _, c := cryptoChain(t)
		c.decision.Verdict = Held
		_ = w.send(pc, p)
		if len(c.held) != 1 {
			t.Fatal("not held")
		}
		b := c.held[0]
		encapsulate("20.0.0.1", "20.0.0.2", false)(b)
		if err := r1.OutputProtected(w.now, b); err != nil {
			t.Fatal(err)
		}
		w.run()
		if len(r2.got) != 1 || c.asked != 1 {
			t.Fatal("not sent, or asked again")
		}
	})
	t.Run("replaced", func(t *testing.T) {
		w, pc, _, r2, _, c := cryptoChain(t)
		c.decision.Verdict = Replaced
		c.wrap = encapsulate("20.0.0.1", "20.0.0.2", false)
		_ = w.send(pc, p)
		if len(r2.got) != 1 || ip.Header(r2.got[0]).Protocol() != ip.ProtoESP || c.asked != 1 {
			t.Fatal("not sent, or asked again")
		}
	})
	t.Run("replaced grows beyond the MTU and comes together", func(t *testing.T) {
		w, pc, r1, r2, _, c := cryptoChain(t)
		c.decision.Verdict = Replaced
		c.wrap = encapsulate("20.0.0.1", "20.0.0.2", false)
		_ = w.send(pc, udp("12.1.1.1", "30.0.0.2", 1472))
		if len(r2.got) != 1 || len(r2.got[0]) != 1500+58 || r1.Counters().Fragmented != 1 {
			t.Fatal("not fragmented")
		}
	})
	t.Run("too big", func(t *testing.T) {
		w, pc, _, _, _, c := cryptoChain(t)
		c.decision = Decision{TooBig, 1442}
		q := udp("12.1.1.1", "30.0.0.2", 1472, withDF)
		_ = w.send(pc, q)
		if len(pc.got) != 1 {
			t.Fatal("the sender was not told")
		}
		if m := checkError(t, pc.got[0], "12.1.1.2", "12.1.1.1", ip.ICMPUnreachable, ip.CodeFragNeeded, q); m.MTU() != 1442 {
			t.Fatal(m.MTU())
		}
	})
	t.Run("own packets too", func(t *testing.T) {
		w, _, r1, r2, _, c := cryptoChain(t)
		c.decision.Verdict = Replaced
		c.wrap = encapsulate("20.0.0.1", "20.0.0.2", false)
		_ = w.send(r1, udp("20.0.0.1", "30.0.0.2", 4))
		if len(r2.got) != 1 {
			t.Fatal("in the clear")
		}
	})
}

func TestClearTextIsRefused(t *testing.T) {
	w, pc, r1, _, srv, c := cryptoChain(t)
	c.clear = false
	_ = w.send(srv, udp("30.0.0.2", "20.0.0.1", 4))
	_ = w.send(srv, udp("30.0.0.2", "12.1.1.1", 4))
	if len(r1.got)+len(pc.got) != 0 || r1.Counters().Drop(DropClearText) != 2 {
		t.Fatalf("%d", r1.Counters().Drop(DropClearText))
	}
	// ESP itself, and what came through an SA, is not clear text.
	esp := udp("30.0.0.2", "20.0.0.1", 30, func(f *ip.Fields) { f.Protocol = ip.ProtoESP })
	_ = w.send(srv, esp)
	b := packet.From(udp("30.0.0.2", "20.0.0.1", 4))
	b.Ingress, b.Protected = r1.Index("FastEthernet0/1"), true
	r1.Reinject(w.now, b)
	if len(r1.got) != 2 || r1.sec[0] || !r1.sec[1] {
		t.Fatalf("%d delivered", len(r1.got))
	}
	// Nor is anything on an interface without a crypto map.
	_ = w.send(pc, udp("12.1.1.1", "12.1.1.2", 4))
	if len(r1.got) != 3 {
		t.Fatal("refused on another interface")
	}
}

// Marks of a node's inside must not cross a wire.
func TestMarksStayInside(t *testing.T) {
	w := newWorld(t)
	pc, _, _, srv := chain(w, 0)
	b := packet.From(udp("12.1.1.1", "30.0.0.2", 4))
	b.Protected, b.Security, b.SA, b.NATT = true, "CCIE", 5, true
	_ = pc.Output(w.now, b)
	w.run()
	if len(srv.got) != 1 || srv.sec[0] {
		t.Fatal("a forged mark")
	}
}

func TestTunnelThroughItselfEnds(t *testing.T) {
	w := newWorld(t)
	r := routerWith(w, StaticRoute{Prefix: pfx("99.0.0.0/8"), Interface: "Virtual-Access1"})
	var k int
	out := func(now clock.Instant, b *packet.Buffer) bool {
		h := b.Prepend(ip.HeaderLen)
		ip.Put(h, ip.Fields{TotalLen: b.Len(), TTL: 9, Protocol: 4, Source: adr("2.2.2.2"), Destination: adr("99.0.0.1")})
		return r.Output(now, b) == nil
	}
	k, _ = r.AddVirtual(w.now, Interface{Name: "Virtual-Access1", Unnumbered: "Loopback0"}, out)
	_ = r.SetVirtual(w.now, k, true, true, adr("98.0.0.1"))
	_ = w.send(r, udp("2.2.2.2", "99.0.0.1", 4))
	if r.Counters().Drop(DropLoop) == 0 {
		t.Fatal("no loop found")
	}
}

func sourceRouted4(typ uint8, to string, hops ...string) []byte {
	var as [][4]byte
	for _, h := range hops {
		as = append(as, adr(h).As4())
	}
	opts := append(ip.RouteOption(typ, len(as), as...), 0)
	p := make([]byte, 20+len(opts)+8)
	ip.Put(p, ip.Fields{TotalLen: len(p), TTL: 64, Protocol: 99, Source: adr("12.1.1.1"), Destination: adr(to)})
	p[0] = 0x40 | byte((20+len(opts))/4)
	copy(p[20:], opts)
	ip.Header(p).FillChecksum()
	return p
}

// RFC 791, 3.1: a source route takes the packet to its hops in turn, recording the way.
func TestSourceRoute(t *testing.T) {
	setup := func(allow bool) (w *world, pc, r1, srv *node) {
		w = newWorld(t)
		var r2 *node
		pc, r1, r2, srv = chain(w, 0)
		for _, n := range []*node{r1, r2, srv} {
			n.cfg.SourceRoute = allow
		}
		return w, pc, r1, srv
	}
	w, pc, _, srv := setup(true)
	_ = w.send(pc, sourceRouted4(ip.OptLSRR, "12.1.1.2", "20.0.0.2", "30.0.0.2"))
	if len(srv.got) != 1 {
		t.Fatal("not delivered")
	}
	o, _, _ := ip.NextOption(ip.Header(srv.got[0]).Options())
	if as := o.Addresses(); len(as) != 2 || as[0] != adr("20.0.0.1").As4() || as[1] != adr("30.0.0.1").As4() {
		t.Fatalf("recorded %v", as)
	}
	// A strict route to what is no neighbour fails (RFC 1812, 5.2.7.1 code 5).
	_ = w.send(pc, sourceRouted4(ip.OptSSRR, "12.1.1.2", "30.0.0.2"))
	if len(pc.got) != 1 || pc.got[0][20] != ip.ICMPUnreachable || pc.got[0][21] != ip.CodeSourceRoute {
		t.Fatalf("%x", pc.got)
	}
	w, pc, r1, srv := setup(false)
	_ = w.send(pc, sourceRouted4(ip.OptLSRR, "12.1.1.2", "20.0.0.2", "30.0.0.2"))
	if len(srv.got) != 0 || r1.Counters().Drop(DropSourceRoute) != 1 {
		t.Fatal("`no ip source-route` followed it")
	}
}

// RFC 1812, 4.3.3.5: the pointer of a parameter problem names the octet at fault.
func TestParameterProblem(t *testing.T) {
	w := newWorld(t)
	pc, r1, _, _ := chain(w, 0)
	p := sourceRouted4(ip.OptRecordRoute, "30.0.0.2", "0.0.0.0")
	p[21] = 99 // option length
	ip.Header(p).FillChecksum()
	r1.Receive(w.now, 0, frameTo(mac(2), mac(1), p))
	w.run()
	if len(pc.got) != 1 || pc.got[0][20] != ip.ICMPParameterProblem || pc.got[0][24] != 20 {
		t.Fatalf("%x", pc.got)
	}
}

func TestDebugPacketFilter(t *testing.T) {
	w := newWorld(t)
	pc, r1, _, _ := chain(w, 0)
	cfg := r1.cfg
	cfg.Interfaces = []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24")}
	cfg.Lists = []AccessList{{Name: "101", Extended: true, Entries: []AccessEntry{{Permit: true, Destination: host("12.1.1.2")}}}}
	r1.Configure(w.now, cfg)
	steps := func() (out []PacketStep) {
		for _, e := range r1.Events {
			if s, ok := e.(PacketStep); ok {
				out = append(out, s)
			}
		}
		r1.Events = nil
		return out
	}
	_ = w.send(pc, udp("12.1.1.1", "30.0.0.2", 4))
	if s := steps(); len(s) != 0 {
		t.Fatal("told without debug")
	}
	r1.DebugPackets(true, "", false)
	_ = w.send(pc, udp("12.1.1.1", "30.0.0.2", 4))
	if s := steps(); len(s) != 1 || s[0].Step != StepForward || s[0].Gateway != adr("20.0.0.2") || s[0].Out != "FastEthernet0/1" || s[0].In != "FastEthernet0/0" || s[0].Length != 32 {
		t.Fatalf("%+v", s)
	}
	r1.DebugPackets(true, "101", true)
	_ = w.send(pc, udp("12.1.1.1", "30.0.0.2", 4))
	_ = w.send(pc, udp("12.1.1.1", "12.1.1.2", 4))
	if s := steps(); len(s) != 1 || s[0].Step != StepReceived || s[0].Code != 3 || !s[0].Detail {
		t.Fatalf("%+v", s)
	}
	w.advance(time.Second)
}
