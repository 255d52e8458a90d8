package forward

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

// naiveFIB is the definition: the longest of all prefixes that contain the address.
type naiveFIB map[netip.Prefix]*route

func (n naiveFIB) lookup(a netip.Addr) (best *route) {
	bits := -1
	for p, r := range n {
		if p.Contains(a) && p.Bits() > bits {
			best, bits = r, p.Bits()
		}
	}
	return best
}

func TestFIBAgreesWithTheDefinition(t *testing.T) {
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 3))
		var f fib
		model := naiveFIB{}
		var known []netip.Prefix
		recv := map[uint32]bool{}
		// Few address bits, so that prefixes nest and collide.
		space := func() uint32 { return rng.Uint32() & 0xf00f00ff }
		for range 600 {
			switch k := rng.IntN(10); {
			case k < 5 || len(known) == 0:
				p := netip.PrefixFrom(ip.Addr(space()), rng.IntN(33)).Masked()
				r := &route{prefix: p}
				f.setRoute(ip.Number(p.Addr()), uint8(p.Bits()), r)
				model[p] = r
				known = append(known, p)
			case k < 8:
				p := known[rng.IntN(len(known))]
				f.setRoute(ip.Number(p.Addr()), uint8(p.Bits()), nil)
				delete(model, p)
			default:
				a := space()
				f.setReceive(a, receiveLocal, nil)
				recv[a] = true
			}
			for range 10 {
				a := space()
				if len(known) > 0 && rng.IntN(2) == 0 {
					a = ip.Number(known[rng.IntN(len(known))].Addr())
				}
				got, n := f.lookup(a)
				if want := model.lookup(ip.Addr(a)); got != want {
					t.Fatalf("seed %d: %v: %v, want %v", seed, ip.Addr(a), got, want)
				}
				if (n != nil) != recv[a] {
					t.Fatalf("seed %d: %v: receive %v", seed, ip.Addr(a), n != nil)
				}
			}
		}
	}
}

func TestFIBShrinksToNothing(t *testing.T) {
	rng := rand.New(rand.NewPCG(5, 5))
	var f fib
	var ps []netip.Prefix
	for range 500 {
		p := netip.PrefixFrom(ip.Addr(rng.Uint32()), rng.IntN(33)).Masked()
		f.setRoute(ip.Number(p.Addr()), uint8(p.Bits()), &route{})
		ps = append(ps, p)
	}
	for _, p := range ps {
		f.setRoute(ip.Number(p.Addr()), uint8(p.Bits()), nil)
	}
	if f.root != nil {
		t.Fatalf("left over: %+v", f.root)
	}
}

// routerWith returns a routing node with two ports that are up.
func routerWith(w *world, routes ...StaticRoute) *node {
	r := w.node(Config{Routing: true, Routes: routes, Interfaces: []Interface{
		ethernet("FastEthernet0/0", 0, 1, "12.1.1.2/24"), ethernet("FastEthernet0/1", 1, 2, "20.0.0.1/24"),
		{Name: "Loopback0", Kind: Loopback, Address: pfx("2.2.2.2/32")}, {Name: "Null0", Kind: Null}}})
	r.SetCarrier(w.now, 0, true)
	r.SetCarrier(w.now, 1, true)
	w.run()
	return r
}

func TestStaticRoutes(t *testing.T) {
	w := newWorld(t)
	r := routerWith(w,
		StaticRoute{Prefix: pfx("0.0.0.0/0"), NextHop: adr("12.1.1.1")},
		StaticRoute{Prefix: pfx("40.0.0.0/8"), NextHop: adr("20.0.0.2")},
		StaticRoute{Prefix: pfx("40.0.0.0/8"), NextHop: adr("12.1.1.9"), Distance: 200}, // floating
		StaticRoute{Prefix: pfx("50.0.0.0/8"), NextHop: adr("40.1.1.1")},                // recursive
		StaticRoute{Prefix: pfx("60.0.0.0/8"), Interface: "FastEthernet0/1"},            // directly connected
		StaticRoute{Prefix: pfx("61.0.0.0/8"), Interface: "FastEthernet0/1", NextHop: adr("20.0.0.7")},
		StaticRoute{Prefix: pfx("62.0.0.0/8"), Interface: "Null0"},
		StaticRoute{Prefix: pfx("63.0.0.0/8"), NextHop: adr("20.0.0.3"), Distance: 255}, // never used
		StaticRoute{Prefix: pfx("64.0.0.0/8"), NextHop: adr("2.2.2.2")},                 // ourselves: none
		StaticRoute{Prefix: pfx("65.0.0.0/8"), Interface: "FastEthernet0/7"},            // no such interface
	)
	check := func(dst, hop, iface string) {
		t.Helper()
		h, i, ok := r.Lookup(adr(dst))
		if !ok && iface == "" {
			return
		}
		if !ok || h.String() != hop || i != iface {
			t.Errorf("%s: via %v, %s (%v), want %s, %s", dst, h, i, ok, hop, iface)
		}
	}
	check("8.8.8.8", "12.1.1.1", "FastEthernet0/0")
	check("40.2.3.4", "20.0.0.2", "FastEthernet0/1")
	check("50.1.1.1", "20.0.0.2", "FastEthernet0/1")
	check("60.1.2.3", "60.1.2.3", "FastEthernet0/1")
	check("61.1.2.3", "20.0.0.7", "FastEthernet0/1")
	check("62.1.2.3", "62.1.2.3", "Null0")
	check("63.1.2.3", "12.1.1.1", "FastEthernet0/0")
	check("64.1.2.3", "12.1.1.1", "FastEthernet0/0")
	check("65.1.2.3", "12.1.1.1", "FastEthernet0/0")
	check("20.0.0.99", "20.0.0.99", "FastEthernet0/1")

	r.SetCarrier(w.now, 1, false)
	// As Cisco's note on next hops in static routes warns: while there is a default route, the
	// next hop resolves through it, and the floating route stays out.
	check("40.2.3.4", "12.1.1.1", "FastEthernet0/0")
	check("60.1.2.3", "12.1.1.1", "FastEthernet0/0")
	r.SetCarrier(w.now, 0, false)
	check("8.8.8.8", "", "")
	check("62.1.2.3", "62.1.2.3", "Null0")
	if r.IsLocal(adr("12.1.1.2")) || !r.IsLocal(adr("2.2.2.2")) {
		t.Error("own addresses follow their interfaces")
	}
	r.SetCarrier(w.now, 0, true)
	r.SetCarrier(w.now, 1, true)
	check("50.1.1.1", "20.0.0.2", "FastEthernet0/1")
}

func TestFloatingStatic(t *testing.T) {
	w := newWorld(t)
	r := routerWith(w, StaticRoute{Prefix: pfx("40.0.0.0/8"), NextHop: adr("20.0.0.2")},
		StaticRoute{Prefix: pfx("40.0.0.0/8"), NextHop: adr("12.1.1.9"), Distance: 200},
		StaticRoute{Prefix: pfx("50.0.0.0/8"), NextHop: adr("40.1.1.1")})
	for _, up := range []bool{true, false, true} {
		r.SetCarrier(w.now, 1, up)
		want := adr("12.1.1.9")
		if up {
			want = adr("20.0.0.2")
		}
		for _, dst := range []string{"40.1.2.3", "50.1.2.3"} {
			if h, _, _ := r.Lookup(adr(dst)); h != want {
				t.Fatalf("up %v: %s via %v", up, dst, h)
			}
		}
	}
	r.SetCarrier(w.now, 0, false)
	r.SetCarrier(w.now, 1, false)
	if _, _, ok := r.Lookup(adr("50.1.2.3")); ok {
		t.Fatal("resolved by nothing")
	}
}

func TestNextHopWithinItsOwnPrefix(t *testing.T) {
	w := newWorld(t)
	r := routerWith(w, StaticRoute{Prefix: pfx("70.0.0.0/8"), NextHop: adr("70.1.1.1")})
	if _, _, ok := r.Lookup(adr("70.2.2.2")); ok {
		t.Fatal("a route resolved by itself")
	}
	// With a default route, its next hop resolves through that.
	r = routerWith(w, StaticRoute{Prefix: pfx("70.0.0.0/8"), NextHop: adr("70.1.1.1")}, StaticRoute{Prefix: pfx("0.0.0.0/0"), NextHop: adr("12.1.1.1")})
	if h, _, _ := r.Lookup(adr("70.2.2.2")); h != adr("12.1.1.1") {
		t.Fatal(h)
	}
}

func TestEqualPathsKeepFlows(t *testing.T) {
	w := newWorld(t)
	r := routerWith(w, StaticRoute{Prefix: pfx("80.0.0.0/8"), NextHop: adr("12.1.1.1")}, StaticRoute{Prefix: pfx("80.0.0.0/8"), NextHop: adr("20.0.0.2")})
	used := map[netip.Addr]int{}
	for i := range 200 {
		dst := ip.Addr(0x50000000 + uint32(i)*77)
		h, _, _ := r.Lookup(dst)
		again, _, _ := r.Lookup(dst)
		if h != again {
			t.Fatal("a flow changed its path")
		}
		used[h]++
	}
	if len(used) != 2 || used[adr("12.1.1.1")] < 50 || used[adr("20.0.0.2")] < 50 {
		t.Fatal(used)
	}
}

func TestUnnumberedAndPeers(t *testing.T) {
	w := newWorld(t)
	r := routerWith(w)
	var sent [][]byte
	out := func(_ clock.Instant, b *packet.Buffer) bool {
		sent = append(sent, append([]byte(nil), b.Bytes()...))
		b.Release()
		return true
	}
	k, err := r.AddVirtual(w.now, Interface{Name: "Virtual-Access2", Unnumbered: "Loopback0"}, out)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := r.AddVirtual(w.now, Interface{Name: "Virtual-Access2"}, out); err != ErrExists {
		t.Fatal(err)
	}
	if _, _, ok := r.Lookup(adr("33.33.33.1")); ok {
		t.Fatal("a route before the peer")
	}
	if err := r.SetVirtual(w.now, k, true, true, adr("33.33.33.1")); err != nil {
		t.Fatal(err)
	}
	if src, _ := r.SourceFor(adr("33.33.33.1")); src != adr("2.2.2.2") {
		t.Fatalf("source %v", src)
	}
	_ = w.send(r, udp("2.2.2.2", "33.33.33.1", 4))
	if len(sent) != 1 {
		t.Fatal("not sent over the session")
	}
	p := udp("33.33.33.1", "2.2.2.2", 4)
	b := packet.From(p)
	b.Protected, b.SA = true, 9
	r.ReceiveIP(w.now, k, b)
	if len(r.got) != 1 || r.sec[0] {
		t.Fatal("not received, or the tunnel's protection taken for the inner packet's")
	}
	s, _ := r.InterfaceState(w.now, "Virtual-Access2")
	if s.Borrowed != pfx("2.2.2.2/32") || s.Peer != adr("33.33.33.1") || s.Traffic.OutPackets != 1 || s.Traffic.InPackets != 1 {
		t.Fatalf("%+v", s)
	}
	if err := r.UpdateVirtual(w.now, k, Interface{Name: "Virtual-Access2.1", Unnumbered: "Loopback0", Quiet: true}); err != nil {
		t.Fatal(err)
	}
	if _, i, _ := r.Lookup(adr("33.33.33.1")); i != "Virtual-Access2.1" || r.Index("Virtual-Access2.1") != k || r.Index("Virtual-Access2") != 0 {
		t.Fatal(i)
	}
	r.Configure(w.now, Config{Routing: true, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 1, "12.1.1.2/24")}})
	if _, _, ok := r.Lookup(adr("33.33.33.1")); !ok {
		t.Fatal("Configure removed a session")
	}
	r.RemoveVirtual(w.now, k)
	if _, _, ok := r.Lookup(adr("33.33.33.1")); ok || r.Name(k) != "" {
		t.Fatal("a route after the session")
	}
	r.RemoveVirtual(w.now, k) // twice is nothing
	if r.SetVirtual(w.now, k, true, true, adr("1.1.1.1")) != ErrNoInterface {
		t.Fatal("a removed interface was set")
	}
}

// The incremental path of sessions ends in the state that a rebuild reaches.
func TestPeerRoutesEqualARebuild(t *testing.T) {
	rng := rand.New(rand.NewPCG(9, 9))
	w := newWorld(t)
	r := routerWith(w, StaticRoute{Prefix: pfx("90.0.0.0/8"), NextHop: adr("33.0.0.5")}, StaticRoute{Prefix: pfx("91.0.0.0/8"), Interface: "Virtual-Access7"})
	names, index := []string{}, map[string]int{}
	for i := range 12 {
		names = append(names, "Virtual-Access"+itoa(i))
	}
	for range 2000 {
		n := names[rng.IntN(len(names))]
		k, ok := index[n]
		switch {
		case !ok:
			k, err := r.AddVirtual(w.now, Interface{Name: n, Unnumbered: "Loopback0"}, nil)
			if err != nil {
				t.Fatal(err)
			}
			index[n] = k
		case rng.IntN(4) == 0:
			r.RemoveVirtual(w.now, k)
			delete(index, n)
		default:
			peer := netip.Addr{}
			if rng.IntN(4) > 0 {
				peer = ip.Addr(0x21000000 + uint32(rng.IntN(8)))
			}
			_ = r.SetVirtual(w.now, k, rng.IntN(5) > 0, rng.IntN(3) > 0, peer)
		}
		got := map[netip.Addr]string{}
		probe := func(m map[netip.Addr]string) {
			for a := range uint32(8) {
				d := ip.Addr(0x21000000 + a)
				if rt, _ := r.fib.lookup(ip.Number(d)); rt != nil {
					for _, p := range rt.paths {
						m[d] = max(m[d], p.out.cfg.Name) + "+"
					}
				}
			}
			for _, d := range []netip.Addr{adr("90.1.1.1"), adr("91.1.1.1")} {
				if rt, _ := r.fib.lookup(ip.Number(d)); rt != nil {
					m[d] = "there"
				}
			}
		}
		probe(got)
		r.rebuild()
		want := map[netip.Addr]string{}
		probe(want)
		if len(got) != len(want) {
			t.Fatalf("incremental %v, rebuilt %v", got, want)
		}
		for a := range want {
			if (got[a] == "") != (want[a] == "") {
				t.Fatalf("%v: incremental %v, rebuilt %v", a, got[a], want[a])
			}
		}
	}
}

// The table of shared/reference/show-system.md, "show ip route": its networks, their headings and their order.
func TestRouteTableOfTheReference(t *testing.T) {
	w := newWorld(t)
	r := w.node(Config{Routing: true, Routes: []StaticRoute{{Prefix: pfx("0.0.0.0/0"), NextHop: adr("12.1.1.1")}}, Interfaces: []Interface{
		ethernet("FastEthernet0/0", 0, 1, "12.1.1.2/24"), {Name: "Loopback0", Kind: Loopback, Address: pfx("2.2.2.2/32")}}})
	r.SetCarrier(w.now, 0, true)
	k, _ := r.AddVirtual(w.now, Interface{Name: "Virtual-Access2.1", Unnumbered: "Loopback0", Quiet: true}, nil)
	_ = r.SetVirtual(w.now, k, true, true, adr("33.33.33.1"))
	tab := r.Routes()
	if !tab.HasDefault || tab.Gateway != adr("12.1.1.1") || len(tab.Majors) != 4 {
		t.Fatalf("%+v", tab)
	}
	for i, want := range []struct {
		net       string
		subnetted bool
		route     string
		code      byte
		iface     string
	}{
		{"2.0.0.0/8", true, "2.2.2.2/32", 'C', "Loopback0"}, {"33.0.0.0/8", true, "33.33.33.1/32", 'C', "Virtual-Access2.1"},
		{"12.0.0.0/8", true, "12.1.1.0/24", 'C', "FastEthernet0/0"}, {"0.0.0.0/0", false, "0.0.0.0/0", 'S', ""},
	} {
		m := tab.Majors[i]
		if m.Network != pfx(want.net) || m.Subnetted != want.subnetted || m.Routes[0].Prefix != pfx(want.route) || m.Routes[0].Code != want.code || m.Routes[0].Paths[0].Interface != want.iface {
			t.Errorf("row %d: %+v, want %+v", i, m, want)
		}
	}
	if d := tab.Majors[3].Routes[0]; !d.Candidate || d.Distance != 1 || d.Paths[0].Via != adr("12.1.1.1") {
		t.Errorf("%+v", d)
	}
}

func TestClassfulHeadings(t *testing.T) {
	w := newWorld(t)
	r := w.node(Config{Routing: true, Interfaces: []Interface{
		{Name: "Loopback0", Kind: Loopback, Address: pfx("10.1.0.1/16"), Secondary: []netip.Prefix{pfx("10.2.3.1/24"), pfx("192.168.1.1/24"), pfx("172.16.5.1/25")}}}})
	byNet := map[string]Major{}
	for _, m := range r.Routes().Majors {
		byNet[m.Network.String()] = m
	}
	if m := byNet["10.0.0.0/8"]; m.Subnets != 2 || m.Masks != 2 || !m.Subnetted {
		t.Errorf("%+v", m)
	}
	if m := byNet["192.168.1.0/24"]; m.Subnetted {
		t.Errorf("%+v", m)
	}
	if m := byNet["172.16.0.0/16"]; m.Subnets != 1 || m.Masks != 1 || !m.Subnetted {
		t.Errorf("%+v", m)
	}
}

func BenchmarkSessionUpDown(b *testing.B) {
	w := newWorld(b)
	r := routerWith(w)
	const sessions = 10_000
	for i := range sessions {
		k, err := r.AddVirtual(w.now, Interface{Name: "Virtual-Access2." + itoa(i), Unnumbered: "Loopback0", Quiet: true}, nil)
		if err != nil {
			b.Fatal(err)
		}
		_ = r.SetVirtual(w.now, k, true, true, ip.Addr(0x21000001+uint32(i)))
	}
	for b.Loop() {
		k, _ := r.AddVirtual(w.now, Interface{Name: "Virtual-Access2.x", Unnumbered: "Loopback0", Quiet: true}, nil)
		_ = r.SetVirtual(w.now, k, true, true, adr("34.0.0.1"))
		r.RemoveVirtual(w.now, k)
	}
}

func itoa(n int) string {
	if n < 10 {
		return string(rune('0' + n))
	}
	return itoa(n/10) + string(rune('0'+n%10))
}
