package forward

import (
	"testing"
	"time"

	"ioslab/runtime/wire/ip"
)

func host(a string) Wildcard          { return Wildcard{Addr: adr(a)} }
func net(a string, w uint32) Wildcard { return Wildcard{Addr: adr(a), Wild: w} }

func port(op PortOp, ps ...uint16) PortMatch {
	m := PortMatch{Op: op, N: uint8(len(ps))}
	copy(m.Ports[:], ps)
	return m
}

func TestAccessListSemantics(t *testing.T) {
	tcp := Flow{Source: adr("10.1.2.3"), Destination: adr("20.0.0.1"), Protocol: ip.ProtoTCP, SourcePort: 1024, DestinationPort: 80, TCPFlags: ip.TCPSyn}
	udp := tcp
	udp.Protocol, udp.TCPFlags, udp.DestinationPort = ip.ProtoUDP, 0, 1701
	echo := Flow{Source: adr("10.1.2.3"), Destination: adr("20.0.0.1"), Protocol: ip.ProtoICMP, ICMPType: 8}
	esp := Flow{Source: adr("10.1.2.3"), Destination: adr("20.0.0.1"), Protocol: ip.ProtoESP, TOS: 0xb8} // EF
	with := func(f Flow, mod func(*Flow)) Flow { mod(&f); return f }
	established := with(tcp, func(f *Flow) { f.TCPFlags = ip.TCPAck })
	later := with(tcp, func(f *Flow) { f.Fragment, f.SourcePort, f.DestinationPort, f.TCPFlags = true, 0, 0, 0 })

	cases := []struct {
		name    string
		e       AccessEntry
		matches []Flow
		not     []Flow
	}{
		{"ip any any", AccessEntry{}, []Flow{tcp, udp, echo, esp, later}, nil},
		{"protocol", AccessEntry{Protocol: ip.ProtoTCP}, []Flow{tcp, later}, []Flow{udp, echo, esp}},
		{"host source", AccessEntry{Source: host("10.1.2.3")}, []Flow{tcp}, []Flow{with(tcp, func(f *Flow) { f.Source = adr("10.1.2.4") })}},
		{"wildcard", AccessEntry{Source: net("10.1.0.0", 0xffff)}, []Flow{tcp}, []Flow{with(tcp, func(f *Flow) { f.Source = adr("10.2.2.3") })}},
		{"odd hosts only", AccessEntry{Source: net("10.0.0.1", 0x00fffffe)}, []Flow{tcp}, []Flow{with(tcp, func(f *Flow) { f.Source = adr("10.1.2.4") })}},
		{"bits under the wildcard do not matter", AccessEntry{Source: net("10.1.99.99", 0xffff)}, []Flow{tcp}, nil},
		{"destination", AccessEntry{Destination: host("20.0.0.1")}, []Flow{tcp}, []Flow{with(tcp, func(f *Flow) { f.Destination = adr("20.0.0.2") })}},
		{"eq", AccessEntry{Protocol: ip.ProtoTCP, DestinationPort: port(PortEq, 80)}, []Flow{tcp}, []Flow{udp, with(tcp, func(f *Flow) { f.DestinationPort = 81 })}},
		{"eq several", AccessEntry{Protocol: ip.ProtoTCP, DestinationPort: port(PortEq, 23, 80, 443)}, []Flow{tcp}, []Flow{with(tcp, func(f *Flow) { f.DestinationPort = 22 })}},
		{"eq 0 is a port", AccessEntry{Protocol: ip.ProtoTCP, DestinationPort: port(PortEq, 0)}, nil, []Flow{tcp}},
		{"neq", AccessEntry{Protocol: ip.ProtoTCP, DestinationPort: port(PortNeq, 23)}, []Flow{tcp}, []Flow{with(tcp, func(f *Flow) { f.DestinationPort = 23 })}},
		{"lt", AccessEntry{Protocol: ip.ProtoTCP, DestinationPort: port(PortLt, 81)}, []Flow{tcp}, []Flow{with(tcp, func(f *Flow) { f.DestinationPort = 81 })}},
		{"gt", AccessEntry{Protocol: ip.ProtoTCP, SourcePort: port(PortGt, 1023)}, []Flow{tcp}, []Flow{with(tcp, func(f *Flow) { f.SourcePort = 1023 })}},
		{"range", AccessEntry{Protocol: ip.ProtoUDP, DestinationPort: port(PortRange, 1700, 1701)}, []Flow{udp}, []Flow{with(udp, func(f *Flow) { f.DestinationPort = 1702 })}},
		{"range backwards", AccessEntry{Protocol: ip.ProtoUDP, DestinationPort: port(PortRange, 1701, 1700)}, []Flow{udp}, nil},
		{"icmp type", AccessEntry{Protocol: ip.ProtoICMP, ICMP: ICMPMatch{HasType: true, Type: 8}}, []Flow{echo}, []Flow{with(echo, func(f *Flow) { f.ICMPType = 0 })}},
		{"icmp type and code", AccessEntry{Protocol: ip.ProtoICMP, ICMP: ICMPMatch{HasType: true, Type: 3, HasCode: true, Code: 4}}, nil, []Flow{echo, with(echo, func(f *Flow) { f.ICMPType, f.ICMPCode = 3, 1 })}},
		{"established", AccessEntry{Protocol: ip.ProtoTCP, Established: true}, []Flow{established, with(tcp, func(f *Flow) { f.TCPFlags = ip.TCPRst })}, []Flow{tcp}},
		{"match-any +syn", AccessEntry{Protocol: ip.ProtoTCP, TCPFlags: FlagMatch{Set: ip.TCPSyn}}, []Flow{tcp}, []Flow{established}},
		{"match-all +syn -ack", AccessEntry{Protocol: ip.ProtoTCP, TCPFlags: FlagMatch{Set: ip.TCPSyn, Clear: ip.TCPAck, All: true}}, []Flow{tcp}, []Flow{with(tcp, func(f *Flow) { f.TCPFlags |= ip.TCPAck })}},
		{"fragments", AccessEntry{Fragments: true}, []Flow{later}, []Flow{tcp}},
		{"dscp", AccessEntry{DSCP: ValueMatch{true, 46}}, []Flow{esp}, []Flow{tcp}},
		{"precedence", AccessEntry{Precedence: ValueMatch{true, 5}}, []Flow{esp}, []Flow{tcp}},
		{"tos", AccessEntry{TOS: ValueMatch{true, 12}}, []Flow{esp}, []Flow{tcp}},
		{"tos normal", AccessEntry{TOS: ValueMatch{true, 0}}, []Flow{tcp}, []Flow{esp}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			e := c.e
			e.Permit = true
			a := Compile(AccessList{Name: "101", Extended: true, Entries: []AccessEntry{e}})
			for _, f := range c.matches {
				if !a.Permits(&f) {
					t.Errorf("%+v not matched", f)
				}
			}
			for _, f := range c.not {
				if a.Permits(&f) {
					t.Errorf("%+v matched", f)
				}
			}
		})
	}
}

// A fragment without ports satisfies a permit that asks for ports, never a deny (Cisco's "Access Control Lists and
// IP Fragments").
func TestFragmentsAgainstLayer4(t *testing.T) {
	later := Flow{Source: adr("1.1.1.1"), Destination: adr("2.2.2.2"), Protocol: ip.ProtoTCP, Fragment: true}
	p80 := AccessEntry{Permit: true, Protocol: ip.ProtoTCP, DestinationPort: port(PortEq, 80)}
	d80 := p80
	d80.Permit = false
	if !Compile(AccessList{Entries: []AccessEntry{p80}}).Permits(&later) {
		t.Error("permit eq 80")
	}
	if !Compile(AccessList{Entries: []AccessEntry{d80, {Permit: true}}}).Permits(&later) {
		t.Error("deny eq 80, permit ip any any")
	}
	if Compile(AccessList{Entries: []AccessEntry{d80}}).Permits(&later) {
		t.Error("implicit deny")
	}
}

func TestFirstMatchHitsAndImplicitDeny(t *testing.T) {
	a := Compile(AccessList{Name: "1", Entries: []AccessEntry{{Source: host("1.1.1.1")}, {Permit: true, Source: net("1.0.0.0", 0xffffff)}}})
	deny, permit, other := Flow{Source: adr("1.1.1.1")}, Flow{Source: adr("1.1.1.2")}, Flow{Source: adr("9.9.9.9")}
	if a.Permits(&deny) || !a.Permits(&permit) || !a.Permits(&permit) || a.Permits(&other) {
		t.Fatal("order")
	}
	if a.hits[0] != 1 || a.hits[1] != 2 {
		t.Fatal(a.hits)
	}
	var none *ACL
	if !none.Permits(&other) || !Compile(AccessList{Name: "2"}).Permits(&other) {
		t.Fatal("a list that does not exist, or is empty, permits all")
	}
}

func TestHitsSurviveConfigure(t *testing.T) {
	w := newWorld(t)
	_, r1, _, _ := chain(w, 0)
	cfg := r1.cfg
	cfg.Interfaces = []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24")}
	kept := AccessEntry{Sequence: 10, Permit: true, Source: host("12.1.1.1")}
	cfg.Lists = []AccessList{{Name: "7", Entries: []AccessEntry{kept}}}
	r1.Configure(w.now, cfg)
	f := Flow{Source: adr("12.1.1.1")}
	r1.List("7").Permits(&f)
	cfg.Lists = []AccessList{{Name: "7", Entries: []AccessEntry{kept, {Sequence: 20, Permit: true}}}}
	r1.Configure(w.now, cfg)
	if l := r1.Lists(); len(l) != 1 || l[0].Hits[0] != 1 || l[0].Hits[1] != 0 {
		t.Fatalf("%+v", l)
	}
	r1.ClearListHits("7")
	if r1.Lists()[0].Hits[0] != 0 {
		t.Fatal("not cleared")
	}
}

func TestInterfaceFilters(t *testing.T) {
	for _, dir := range []string{"in", "out"} {
		t.Run(dir, func(t *testing.T) {
			w := newWorld(t)
			pc, r1, _, srv := chain(w, 0)
			cfg := r1.cfg
			cfg.Interfaces = []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24")}
			cfg.Lists = []AccessList{{Name: "101", Extended: true, Entries: []AccessEntry{
				{Protocol: ip.ProtoUDP, DestinationPort: port(PortEq, 2000), LogInput: true}, {Permit: true}}}}
			if dir == "in" {
				cfg.Interfaces[0].AccessIn = "101"
			} else {
				cfg.Interfaces[1].AccessOut = "101"
			}
			r1.Configure(w.now, cfg)
			p := udp("12.1.1.1", "30.0.0.2", 4)
			r1.Events = nil
			for range 3 {
				_ = w.send(pc, p)
			}
			if len(srv.got) != 0 || len(pc.got) != 1 {
				t.Fatalf("server %d, PC %d", len(srv.got), len(pc.got))
			}
			checkError(t, pc.got[0], "12.1.1.2", "12.1.1.1", ip.ICMPUnreachable, ip.CodeProhibited, p)
			// What the router itself sends is no business of the outbound list.
			if err := w.send(r1, udp("20.0.0.1", "30.0.0.2", 4)); err != nil || len(srv.got) != 1 {
				t.Fatal("own packets filtered")
			}
			var logs []AccessLogged
			collect := func() {
				logs = nil
				for _, e := range r1.Events {
					if l, ok := e.(AccessLogged); ok {
						logs = append(logs, l)
					}
				}
			}
			if collect(); len(logs) != 1 || logs[0].Packets != 1 || logs[0].Permit || logs[0].Interface != "FastEthernet0/0" || logs[0].MAC != mac(1) {
				t.Fatalf("%+v", logs)
			}
			w.advance(5 * time.Minute)
			if collect(); len(logs) != 2 || logs[1].Packets != 2 {
				t.Fatalf("%+v", logs)
			}
			w.advance(6 * time.Minute)
			if collect(); len(logs) != 2 || len(r1.logs.flows) != 0 {
				t.Fatal("a silent flow is told or kept")
			}
		})
	}
}

func TestParseFlow(t *testing.T) {
	if _, ok := ParseFlow([]byte{0x45, 0}); ok {
		t.Fatal("cut header")
	}
	f, ok := ParseFlow(udp("1.1.1.1", "2.2.2.2", 3))
	if !ok || f.SourcePort != 1000 || f.DestinationPort != 2000 || f.Protocol != ip.ProtoUDP || f.Source != adr("1.1.1.1") {
		t.Fatalf("%+v", f)
	}
	// A first fragment too short for its ports leaves them zero and does not crash.
	p := piece(udp("1.1.1.1", "2.2.2.2", 3), 0, []byte{1, 2}, false)
	if f, ok := ParseFlow(p); !ok || f.SourcePort != 0 {
		t.Fatalf("%+v", f)
	}
}
