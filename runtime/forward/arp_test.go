package forward

import (
	"testing"
	"time"

	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

// arpFrame returns a frame with an ARP packet.
func arpFrame(to, from ether.Addr, op uint16, sm ether.Addr, s string, tm ether.Addr, t string) *packet.Buffer {
	b := packet.Get(64)
	ether.PutARP(b.Extend(ether.ARPLen), op, sm, adr(s), tm, adr(t))
	ether.Put(b.Prepend(ether.HeaderLen), to, from, ether.TypeARP)
	return b
}

// sent returns the ARP packets among the sniffed frames.
func (w *world) arps() (as []ether.ARP) {
	for _, f := range w.sniffed {
		if e, err := ether.ParseFrame(f); err == nil && e.Type() == ether.TypeARP {
			a, err := ether.ParseARP(e.Payload())
			if err != nil {
				w.t.Fatal(err)
			}
			as = append(as, a)
		}
	}
	return as
}

func TestGratuitousARPWhenUp(t *testing.T) {
	w := newWorld(t)
	r := target(w)
	as := w.arps()
	if len(as) != 1 || as[0].Op() != ether.OpReply || as[0].Sender() != as[0].Target() || as[0].Sender() != adr("12.1.1.2") || as[0].SenderMAC() != mac(2) {
		t.Fatalf("%x", as)
	}
	// A new address is announced too, an unchanged configuration is not.
	w.sniffed = nil
	cfg := Config{Routing: true, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.7/24")}}
	r.Configure(w.now, cfg)
	r.Configure(w.now, cfg)
	if as = w.arps(); len(as) != 1 || as[0].Sender() != adr("12.1.1.7") {
		t.Fatalf("%x", as)
	}
}

func TestARPAnswers(t *testing.T) {
	routes := []StaticRoute{{Prefix: pfx("44.0.0.0/8"), NextHop: adr("20.0.0.9")}, {Prefix: pfx("45.0.0.0/8"), NextHop: adr("12.1.1.9")}, {Prefix: pfx("46.0.0.0/8"), Interface: "Null0"}}
	for _, c := range []struct {
		name           string
		sender, target string
		answered       bool
	}{
		{"our address", "12.1.1.1", "12.1.1.2", true},
		{"somebody else's", "12.1.1.1", "12.1.1.77", false},
		{"proxy: another subnet", "12.1.1.1", "20.0.0.5", true},
		{"proxy: our address there", "12.1.1.1", "20.0.0.1", true},
		{"proxy: routed elsewhere", "12.1.1.1", "44.1.1.1", true},
		{"routed back to the same link", "12.1.1.1", "45.1.1.1", false},
		{"routed to Null0", "12.1.1.1", "46.1.1.1", false},
		{"no route", "12.1.1.1", "99.1.1.1", false},
		{"wrong cable", "13.1.1.1", "12.1.1.2", false},
		{"gratuitous of another", "12.1.1.1", "12.1.1.1", false},
		{"probe for our address", "0.0.0.0", "12.1.1.2", true},
		{"probe for another", "0.0.0.0", "20.0.0.5", false},
		{"broadcast address", "12.1.1.1", "20.0.0.255", false},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t)
			r := routerWith(w, routes...)
			w.sniffed = nil
			r.Receive(w.now, 0, arpFrame(ether.Broadcast, mac(9), ether.OpRequest, mac(9), c.sender, ether.Addr{}, c.target))
			as := w.arps()
			if (len(as) == 1) != c.answered {
				t.Fatalf("%d answers", len(as))
			}
			if c.answered && (as[0].Op() != ether.OpReply || as[0].Sender() != adr(c.target) || as[0].SenderMAC() != mac(1) || as[0].TargetMAC() != mac(9) || as[0].Target() != adr(c.sender)) {
				t.Fatalf("%x", as[0])
			}
			// Only a neighbour that asked us is learned.
			_, learned := r.byName["FastEthernet0/0"].arp[ip.Number(adr(c.sender))]
			if want := c.name == "our address"; learned != want {
				t.Fatalf("learned %v", learned)
			}
		})
	}
}

func TestNoProxyARP(t *testing.T) {
	w := newWorld(t)
	r := routerWith(w)
	r.byName["FastEthernet0/0"].cfg.NoProxyARP = true
	w.sniffed = nil
	r.Receive(w.now, 0, arpFrame(ether.Broadcast, mac(9), ether.OpRequest, mac(9), "12.1.1.1", ether.Addr{}, "20.0.0.5"))
	if len(w.arps()) != 0 {
		t.Fatal("answered")
	}
}

// A dial-in peer whose address is of the LAN's subnet is answered for.
func TestProxyARPForAPeer(t *testing.T) {
	w := newWorld(t)
	r := routerWith(w)
	k, _ := r.AddVirtual(w.now, Interface{Name: "Virtual-Access2", Unnumbered: "FastEthernet0/0"}, nil)
	_ = r.SetVirtual(w.now, k, true, true, adr("12.1.1.200"))
	w.sniffed = nil
	r.Receive(w.now, 0, arpFrame(ether.Broadcast, mac(9), ether.OpRequest, mac(9), "12.1.1.1", ether.Addr{}, "12.1.1.200"))
	if as := w.arps(); len(as) != 1 || as[0].Sender() != adr("12.1.1.200") {
		t.Fatalf("%x", as)
	}
}

func TestDuplicateAddress(t *testing.T) {
	w := newWorld(t)
	r := target(w)
	r.Events, w.sniffed = nil, nil
	say := func(m ether.Addr) {
		r.Receive(w.now, 0, arpFrame(ether.Broadcast, m, ether.OpReply, m, "12.1.1.2", ether.Broadcast, "12.1.1.2"))
	}
	say(mac(2)) // our own words
	say(mac(9))
	say(mac(9))
	var dups []DuplicateAddress
	for _, e := range r.Events {
		if d, ok := e.(DuplicateAddress); ok {
			dups = append(dups, d)
		}
	}
	if len(dups) != 1 || dups[0] != (DuplicateAddress{Address: adr("12.1.1.2"), Interface: "FastEthernet0/0", MAC: mac(9)}) {
		t.Fatalf("%+v", dups)
	}
	if as := w.arps(); len(as) != 1 || as[0].Sender() != adr("12.1.1.2") {
		t.Fatalf("not defended: %x", as)
	}
}

func TestARPAgeing(t *testing.T) {
	w := newWorld(t)
	a := w.node(Config{Routing: true, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 1, "12.1.1.1/24")}})
	b := w.node(Config{Routing: true, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24")}})
	w.join(a, 0, b, 0)
	_ = w.send(a, udp("12.1.1.1", "12.1.1.2", 1))
	age := func() (time.Duration, bool) {
		for _, e := range a.ARPTable(w.now) {
			if e.Address == adr("12.1.1.2") {
				return e.Age, !e.Incomplete
			}
		}
		return 0, false
	}
	w.advance(3 * time.Hour)
	if d, ok := age(); !ok || d < 3*time.Hour-time.Second || d > 3*time.Hour {
		t.Fatal(d, ok)
	}
	// A minute before the end the neighbour is asked again, by unicast, and answers.
	w.sniffed = nil
	w.advance(time.Hour)
	if as := w.arps(); len(as) == 0 || as[0].Op() != ether.OpRequest || as[0].TargetMAC() != mac(2) || ether.Frame(w.sniffed[0]).Dst() != mac(2) {
		t.Fatalf("%x", as)
	}
	if d, ok := age(); !ok || d > 61*time.Second {
		t.Fatal(d, ok)
	}
	// A neighbour that is gone is forgotten after four hours.
	w.wires = nil
	w.advance(4*time.Hour + time.Second)
	if _, ok := age(); ok {
		t.Fatal("kept")
	}
	if a.neighbours.Len() != 0 {
		t.Fatal("a timer is left")
	}
}

func TestARPIsThrottledAndForgotten(t *testing.T) {
	w := newWorld(t)
	r := target(w)
	w.sniffed, r.Events = nil, nil
	for range 5 {
		_ = w.send(r, udp("12.1.1.2", "12.1.1.9", 1))
	}
	if n := len(w.arps()); n != 1 {
		t.Fatalf("%d requests within a second", n)
	}
	tab := r.ARPTable(w.now)
	if len(tab) != 2 || !tab[1].Incomplete || !tab[0].Own {
		t.Fatalf("%+v", tab)
	}
	w.advance(time.Second)
	_ = w.send(r, udp("12.1.1.2", "12.1.1.9", 1))
	if n := len(w.arps()); n != 2 {
		t.Fatalf("%d requests", n)
	}
	w.advance(2 * time.Minute)
	if len(r.ARPTable(w.now)) != 1 || r.byName["FastEthernet0/0"].incomplete != 0 {
		t.Fatal("an unanswered entry stays")
	}
}

func TestARPScanIsBounded(t *testing.T) {
	w := newWorld(t)
	r := w.node(Config{Routing: true, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 2, "12.0.0.1/8")}})
	r.SetCarrier(w.now, 0, true)
	for i := range uint32(3000) {
		_ = w.send(r, udp("12.0.0.1", ip.Addr(0x0c010000+i).String(), 1))
	}
	i := r.byName["FastEthernet0/0"]
	if i.incomplete != maxIncomplete || len(i.arp) != maxIncomplete || r.Counters().Drop(DropARPTableFull) == 0 {
		t.Fatalf("%d incomplete", i.incomplete)
	}
	// A neighbour that speaks first still finds room.
	r.Receive(w.now, 0, arpFrame(ether.Broadcast, mac(9), ether.OpRequest, mac(9), "12.9.9.9", ether.Addr{}, "12.0.0.1"))
	if i.arp[ip.Number(adr("12.9.9.9"))] == nil {
		t.Fatal("pushed out by the scan")
	}
}

func TestStaticARPAndClear(t *testing.T) {
	w := newWorld(t)
	a := w.node(Config{Routing: true, ARP: []StaticARP{{adr("12.1.1.5"), mac(5)}}, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 1, "12.1.1.1/24")}})
	b := w.node(Config{Routing: true, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24")}})
	w.join(a, 0, b, 0)
	_ = w.send(a, udp("12.1.1.1", "12.1.1.2", 1))
	w.sniffed = nil
	_ = w.send(a, udp("12.1.1.1", "12.1.1.5", 1))
	if len(w.sniffed) != 1 || ether.Frame(w.sniffed[0]).Dst() != mac(5) {
		t.Fatal("static entry not used")
	}
	w.advance(time.Hour)
	a.ClearARP(w.now)
	w.run()
	tab := a.ARPTable(w.now)
	if len(tab) != 3 || tab[1].Age != 0 || !tab[2].Static {
		t.Fatalf("%+v", tab)
	}
	a.SetCarrier(w.now, 0, false)
	if tab = a.ARPTable(w.now); len(tab) != 1 || !tab[0].Static {
		t.Fatalf("%+v", tab)
	}
}

func TestMalformedARP(t *testing.T) {
	w := newWorld(t)
	r := target(w)
	for _, mod := range []func([]byte){func(b []byte) { b[14+7] = 9 }, func(b []byte) { b[14+4] = 8 }, func(b []byte) { b[14+8] |= 1 }} {
		f := arpFrame(ether.Broadcast, mac(9), ether.OpRequest, mac(9), "12.1.1.1", ether.Addr{}, "12.1.1.2")
		mod(f.Bytes())
		r.Receive(w.now, 0, f)
	}
	if r.Counters().Drop(DropARPMalformed) != 3 {
		t.Fatal(r.Counters().Drops)
	}
}
