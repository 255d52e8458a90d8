package forward

import (
	"bytes"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

func TestPacketsCrossRouters(t *testing.T) {
	w := newWorld(t)
	pc, r1, _, srv := chain(w, 0)
	p := udp("12.1.1.1", "30.0.0.2", 100)
	if err := w.send(pc, p); err != nil {
		t.Fatal(err)
	}
	if len(srv.got) != 1 {
		t.Fatalf("server got %d packets", len(srv.got))
	}
	h, err := ip.Parse(srv.got[0])
	if err != nil || h.TTL() != 62 || !bytes.Equal(h.Payload(), p[20:]) {
		t.Fatalf("TTL %d, %v", h.TTL(), err)
	}
	if c := r1.Counters(); c.Forwarded == 0 || c.Received == 0 {
		t.Fatalf("%+v", c)
	}
}

// IOS loses the packet that triggers ARP: `.!!!!`.
func TestFirstPacketIsLost(t *testing.T) {
	w := newWorld(t)
	a := w.node(Config{Routing: true, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 1, "12.1.1.1/24")}})
	b := w.node(Config{Routing: true, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24")}})
	w.join(a, 0, b, 0)
	for range 5 {
		_ = w.send(a, udp("12.1.1.1", "12.1.1.2", 10))
	}
	if len(b.got) != 4 || a.Counters().Drop(DropARPUnresolved) != 1 {
		t.Fatalf("got %d, dropped %d", len(b.got), a.Counters().Drop(DropARPUnresolved))
	}
	// A PC holds it.
	c := w.node(Config{ARPHold: 1, Interfaces: []Interface{ethernet("eth0", 0, 3, "13.0.0.1/24")}})
	d := w.node(Config{Routing: true, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 4, "13.0.0.2/24")}})
	w.join(c, 0, d, 0)
	_ = w.send(c, udp("13.0.0.1", "13.0.0.2", 10))
	if len(d.got) != 1 {
		t.Fatal("the PC's first packet was lost")
	}
}

// checkError checks an ICMP error: addresses, type, code, and that exactly the
// header and eight bytes are quoted (RFC 792).
func checkError(t *testing.T, p []byte, from, to string, typ, code uint8, quoted []byte) ip.ICMP {
	t.Helper()
	h, err := ip.Parse(p)
	if err != nil {
		t.Fatal(err)
	}
	m, err := ip.ParseICMP(h.Payload())
	if err != nil {
		t.Fatal(err)
	}
	if h.Source() != adr(from) || h.Destination() != adr(to) || m.Type() != typ || m.Code() != code {
		t.Fatalf("%v to %v type %d code %d", h.Source(), h.Destination(), m.Type(), m.Code())
	}
	if len(p) != 56 || len(m.Data()) != 28 {
		t.Fatalf("length %d, IOS sends 56", len(p))
	}
	// Of the quoted header, TTL and checksum may have changed on the way.
	q := m.Data()
	if !bytes.Equal(q[:8], quoted[:8]) || !bytes.Equal(q[12:28], quoted[12:28]) {
		t.Fatalf("quoted %x of %x", q, quoted[:28])
	}
	if _, err := ip.ParseQuoted(q); err != nil {
		t.Fatal(err)
	}
	return m
}

func TestICMPErrors(t *testing.T) {
	w := newWorld(t)
	pc, r1, r2, srv := chain(w, 600)
	expect := func(name string, p []byte, from string, typ, code uint8) ip.ICMP {
		t.Helper()
		w.advance(time.Second)
		pc.got = nil
		_ = w.send(pc, p)
		if len(pc.got) != 1 {
			t.Fatalf("%s: PC got %d packets", name, len(pc.got))
		}
		return checkError(t, pc.got[0], from, "12.1.1.1", typ, code, p)
	}
	expect("TTL at first hop", udp("12.1.1.1", "30.0.0.2", 9, withTTL(1)), "12.1.1.2", ip.ICMPTimeExceeded, ip.CodeTTL)
	expect("TTL at second hop", udp("12.1.1.1", "30.0.0.2", 9, withTTL(2)), "20.0.0.2", ip.ICMPTimeExceeded, ip.CodeTTL)
	expect("no route", udp("12.1.1.1", "99.0.0.1", 9), "12.1.1.2", ip.ICMPUnreachable, ip.CodeHost)
	m := expect("too large", udp("12.1.1.1", "30.0.0.2", 900, withDF), "20.0.0.2", ip.ICMPUnreachable, ip.CodeFragNeeded)
	if m.MTU() != 600 {
		t.Fatalf("next-hop MTU %d", m.MTU())
	}
	if len(srv.got) != 0 {
		t.Fatal("server got something")
	}
	if r1.Counters().TimeExceeded != 1 || r2.Counters().Unreachables != 1 || r2.Counters().Drop(DropFragmentationNeeded) != 1 {
		t.Fatal("counters")
	}
}

func TestUnreachablesAreLimited(t *testing.T) {
	w := newWorld(t)
	pc, r1, _, _ := chain(w, 0)
	for range 10 {
		_ = w.send(pc, udp("12.1.1.1", "99.0.0.1", 9))
	}
	if len(pc.got) != 1 || r1.Counters().UnreachablesLimited != 9 {
		t.Fatalf("%d errors, %d held back", len(pc.got), r1.Counters().UnreachablesLimited)
	}
	w.advance(500 * time.Millisecond)
	_ = w.send(pc, udp("12.1.1.1", "99.0.0.1", 9))
	if len(pc.got) != 2 {
		t.Fatal("no error after 500 ms")
	}
}

// RFC 1812, 4.3.2.7: packets that no error answers.
func TestNoErrorAboutThese(t *testing.T) {
	w := newWorld(t)
	pc, r1, _, _ := chain(w, 0)
	inner := udp("99.0.0.1", "12.1.1.1", 4)
	icmpErr := make([]byte, 20+8+28)
	copy(icmpErr[28:], inner)
	ip.PutICMP(icmpErr[20:], ip.ICMPUnreachable, ip.CodePort, 0)
	ip.Put(icmpErr, ip.Fields{TotalLen: len(icmpErr), TTL: 64, Protocol: ip.ProtoICMP, Source: adr("12.1.1.1"), Destination: adr("99.0.0.1")})
	cases := map[string][]byte{
		"ICMP error":     icmpErr,
		"later fragment": udp("12.1.1.1", "99.0.0.1", 16, func(f *ip.Fields) { f.Fragment = 3 }),
	}
	for name, p := range cases {
		w.advance(time.Second)
		before := r1.Counters()
		pc.got = nil
		_ = w.send(pc, p)
		after := r1.Counters()
		if len(pc.got) != 0 || after.Drop(DropNoRoute) != before.Drop(DropNoRoute)+1 {
			t.Errorf("%s was answered", name)
		}
	}
}

func TestRedirect(t *testing.T) {
	w := newWorld(t)
	pc := w.node(Config{DefaultGateway: adr("12.1.1.2"), Interfaces: []Interface{ethernet("eth0", 0, 1, "12.1.1.1/24")}})
	r := w.node(Config{Routing: true, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24")},
		Routes: []StaticRoute{{Prefix: pfx("50.0.0.0/8"), NextHop: adr("12.1.1.3")}}})
	w.join(pc, 0, r, 0)
	p := udp("12.1.1.1", "50.0.0.1", 9)
	for range 3 {
		_ = w.send(pc, p)
	}
	if len(pc.got) == 0 {
		t.Fatal("no redirect")
	}
	m := checkError(t, pc.got[0], "12.1.1.2", "12.1.1.1", ip.ICMPRedirect, ip.CodeRedirect, p)
	if ip.Addr(m.Rest()) != adr("12.1.1.3") {
		t.Fatalf("gateway %v", ip.Addr(m.Rest()))
	}
}

// frameTo returns a frame for a port, with an IP packet.
func frameTo(dst, src ether.Addr, p []byte) *packet.Buffer {
	b := packet.From(p)
	ether.Put(b.Prepend(ether.HeaderLen), dst, src, ether.TypeIPv4)
	return b
}

func TestInputChecks(t *testing.T) {
	good := udp("12.1.1.1", "30.0.0.2", 40)
	change := func(at int, to byte, fix bool) []byte {
		p := bytes.Clone(good)
		p[at] = to
		if fix {
			ip.Header(p).FillChecksum()
		}
		return p
	}
	from := func(src, dst string) []byte { return udp(src, dst, 40) }
	cases := []struct {
		name  string
		p     []byte
		group bool
		want  DropReason
	}{
		{"version", change(0, 0x65, false), false, DropBadVersion},
		{"IHL", change(0, 0x44, true), false, DropBadHeaderLength},
		{"IHL beyond", change(0, 0x4f, false)[:50], false, DropBadHeaderLength},
		{"checksum", change(10, 0x12, false), false, DropBadChecksum},
		{"total length long", change(2, 0xff, false), false, DropBadLength},
		{"total length short", change(3, 10, false), false, DropBadLength},
		{"cut", good[:12], false, DropBadLength},
		{"source loopback", from("127.0.0.1", "30.0.0.2"), false, DropMartianSource},
		{"source multicast", from("224.0.0.5", "30.0.0.2"), false, DropMartianSource},
		{"source broadcast", from("255.255.255.255", "30.0.0.2"), false, DropMartianSource},
		{"source this network", from("0.0.0.5", "30.0.0.2"), false, DropMartianSource},
		{"destination loopback", from("12.1.1.1", "127.0.0.1"), false, DropMartianDestination},
		{"destination class E", from("12.1.1.1", "240.0.0.1"), false, DropMartianDestination},
		{"destination zero", from("12.1.1.1", "0.0.0.0"), false, DropMartianDestination},
		{"unicast in a broadcast frame", good, true, DropLinkBroadcast},
		{"group nobody joined", from("12.1.1.1", "224.9.9.9"), true, DropMulticast},
		{"directed broadcast", from("12.1.1.1", "20.0.0.255"), false, DropDirectedBroadcast},
		{"fragment beyond 65535", udp("12.1.1.1", "12.1.1.2", 40, func(f *ip.Fields) { f.Fragment = 0x1fff }), false, DropFragmentMalformed},
		{"odd fragment", udp("12.1.1.1", "12.1.1.2", 41, func(f *ip.Fields) { f.Fragment = ip.FlagMF }), false, DropFragmentMalformed},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			_, r1, _, _ := chain(w, 0)
			before := r1.Counters()
			dst := mac(2)
			if c.group {
				dst = ether.Broadcast
			}
			r1.Receive(w.now, 0, frameTo(dst, mac(1), c.p))
			w.run()
			after := r1.Counters()
			for r := range after.Drops {
				want := before.Drops[r]
				if DropReason(r) == c.want {
					want++
				}
				if after.Drops[r] != want {
					t.Errorf("%v: %d, want %d", DropReason(r), after.Drops[r], want)
				}
			}
		})
	}
}

func TestFramesNotForUs(t *testing.T) {
	w := newWorld(t)
	_, r1, _, _ := chain(w, 0)
	p := udp("12.1.1.1", "30.0.0.2", 4)
	r1.Receive(w.now, 0, frameTo(mac(99), mac(1), p))
	r1.Receive(w.now, 0, packet.From(p[:9]))
	f := frameTo(mac(2), mac(1), p)
	f.Bytes()[12], f.Bytes()[13] = 0x86, 0xdd
	r1.Receive(w.now, 0, f)
	r1.Receive(w.now, 7, frameTo(mac(2), mac(1), p))
	c := r1.Counters()
	if c.Drop(DropNotForUs) != 1 || c.Drop(DropRunt) != 1 || c.Drop(DropUnknownProtocol) != 1 || c.Drop(DropInterfaceDown) != 1 {
		t.Fatalf("%v", c.Drops)
	}
	s, _ := r1.InterfaceState(w.now, "FastEthernet0/0")
	if s.Traffic.UnknownProtocol != 1 || s.Traffic.Runts != 1 || s.Traffic.InErrors != 1 {
		t.Fatalf("%+v", s.Traffic)
	}
}

func TestPaddingIsCut(t *testing.T) {
	w := newWorld(t)
	_, r1, _, _ := chain(w, 0)
	p := udp("12.1.1.1", "12.1.1.2", 1)
	r1.Receive(w.now, 0, frameTo(mac(2), mac(1), append(bytes.Clone(p), make([]byte, 17)...)))
	if len(r1.got) != 1 || !bytes.Equal(r1.got[0], p) {
		t.Fatalf("%x", r1.got)
	}
}

func TestCountersAndRates(t *testing.T) {
	w := newWorld(t)
	pc, r1, _, _ := chain(w, 0)
	r1.ClearCounters(w.now, "")
	cleared := w.now
	p := udp("12.1.1.1", "30.0.0.2", 958) // frame of 1000 bytes
	for range 300 {
		_ = w.send(pc, p)
		w.advance(time.Second)
	}
	s, _ := r1.InterfaceState(w.now, "FastEthernet0/0")
	if s.Traffic.InPackets != 300 || s.Traffic.InBytes != 300_000 || s.Traffic.LastClear != cleared {
		t.Fatalf("%+v", s.Traffic)
	}
	// After one time constant an exponential average shows 63 % of 8000 bit/s.
	if r := s.Traffic.InBitRate; r < 4900 || r > 5200 || s.Traffic.InPacketRate != 1 {
		t.Fatalf("rate %d bit/s, %d packets/s", r, s.Traffic.InPacketRate)
	}
	w.advance(5 * time.Minute)
	s, _ = r1.InterfaceState(w.now, "FastEthernet0/0")
	if r := s.Traffic.InBitRate; r < 1750 || r > 2000 {
		t.Fatalf("after five silent minutes %d bit/s", r)
	}
	if s.Traffic.LastIn == clock.Never {
		t.Fatal("last input never")
	}
}

func TestMSSIsClamped(t *testing.T) {
	w := newWorld(t)
	pc, r1, _, srv := chain(w, 0)
	cfg := r1.cfg
	cfg.Interfaces = []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24")}
	cfg.Interfaces[0].AdjustMSS = 1360
	r1.Configure(w.now, cfg)
	p := make([]byte, 44)
	copy(p[20:], []byte{0, 80, 0, 81, 0, 0, 0, 1, 0, 0, 0, 0, 0x60, ip.TCPSyn, 0x10, 0, 0, 0, 0, 0, 2, 4, 0x05, 0xb4})
	ip.Put(p, ip.Fields{TotalLen: 44, TTL: 9, Protocol: ip.ProtoTCP, Source: adr("12.1.1.1"), Destination: adr("30.0.0.2")})
	_ = w.send(pc, p)
	if len(srv.got) != 1 || srv.got[0][42] != 0x05 || srv.got[0][43] != 0x50 {
		t.Fatalf("%x", srv.got)
	}
}

func TestOwnAddressAnswersNextTick(t *testing.T) {
	w := newWorld(t)
	r := w.node(Config{Routing: true, Interfaces: []Interface{{Name: "Loopback0", Kind: Loopback, Address: pfx("2.2.2.2/32")}}})
	if err := r.Output(w.now, packet.From(udp("2.2.2.2", "2.2.2.2", 4))); err != nil {
		t.Fatal(err)
	}
	if len(r.got) != 0 || r.Deadline() != w.now {
		t.Fatal("delivered on the sender's stack")
	}
	w.run()
	if len(r.got) != 1 {
		t.Fatal("not delivered")
	}
}

func TestNullRoute(t *testing.T) {
	w := newWorld(t)
	pc, r1, _, _ := chain(w, 0)
	cfg := r1.cfg
	cfg.Interfaces = []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24"), {Name: "Null0", Kind: Null}}
	cfg.Routes = append(cfg.Routes, StaticRoute{Prefix: pfx("66.0.0.0/8"), Interface: "Null0"})
	r1.Configure(w.now, cfg)
	p := udp("12.1.1.1", "66.0.0.1", 4)
	_ = w.send(pc, p)
	if len(pc.got) != 1 || r1.Counters().Drop(DropNullRoute) != 1 {
		t.Fatal("no unreachable")
	}
	checkError(t, pc.got[0], "12.1.1.2", "12.1.1.1", ip.ICMPUnreachable, ip.CodeHost, p)
}

func TestNotRoutingDropsTransit(t *testing.T) {
	w := newWorld(t)
	pc, r1, _, srv := chain(w, 0)
	cfg := r1.cfg
	cfg.Routing = false
	cfg.Interfaces = []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24")}
	r1.Configure(w.now, cfg)
	_ = w.send(pc, udp("12.1.1.1", "30.0.0.2", 4))
	if len(srv.got) != 0 || r1.Counters().Drop(DropNotRouting) != 1 {
		t.Fatal("forwarded")
	}
}

func TestDirectedBroadcastExplodes(t *testing.T) {
	w := newWorld(t)
	pc, r1, r2, _ := chain(w, 0)
	cfg := r1.cfg
	cfg.Interfaces = []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24")}
	cfg.Interfaces[1].DirectedBroadcast = true
	r1.Configure(w.now, cfg)
	_ = w.send(pc, udp("12.1.1.1", "20.0.0.255", 4))
	if len(r2.got) != 1 || len(r1.got) != 1 {
		t.Fatalf("%d, %d", len(r2.got), len(r1.got))
	}
}
