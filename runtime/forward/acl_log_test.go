package forward

import (
	"testing"
	"time"

	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

// accessLogs returns what the node's lists logged.
func accessLogs(n *node) (out []AccessLogged) {
	for _, e := range n.Events {
		if l, ok := e.(AccessLogged); ok {
			out = append(out, l)
		}
	}
	return out
}

// A packet that a list refuses is answered by type 3 code 13, counted, and logged: at once, then every five
// minutes with the count, until a flow falls silent.
func TestAccessGroupDeniesAndLogs(t *testing.T) {
	w := newWorld(t)
	pc, r1, _, srv := chain(w, 0)
	cfg := r1.cfg
	in := ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24")
	in.AccessIn = "101"
	cfg.Interfaces = []Interface{in, ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24")}
	cfg.Lists = []AccessList{{Name: "101", Extended: true, Entries: []AccessEntry{
		{Sequence: 10, Protocol: ip.ProtoUDP, DestinationPort: PortMatch{Op: PortEq, N: 1, Ports: [10]uint16{2000}}, LogInput: true},
		{Sequence: 20, Permit: true}}}}
	r1.Configure(w.now, cfg)
	r1.Events = nil
	p := udp("12.1.1.1", "30.0.0.2", 30)
	_ = w.send(pc, p)
	if len(pc.got) != 1 || len(srv.got) != 0 {
		t.Fatalf("the PC got %d, the server %d", len(pc.got), len(srv.got))
	}
	checkError(t, pc.got[0], "12.1.1.2", "12.1.1.1", ip.ICMPUnreachable, ip.CodeProhibited, p)
	for range 4 {
		_ = w.send(pc, p)
	}
	want := AccessLogged{List: "101", Extended: true, Packets: 1, Input: true, Interface: "FastEthernet0/0", MAC: mac(1),
		Flow: Flow{Source: adr("12.1.1.1"), Destination: adr("30.0.0.2"), Protocol: ip.ProtoUDP, SourcePort: 1000, DestinationPort: 2000}}
	if l := accessLogs(r1); len(l) != 1 || l[0] != want {
		t.Fatalf("%+v", l)
	}
	w.advance(5*time.Minute + time.Second)
	want.Packets = 4
	if l := accessLogs(r1); len(l) != 2 || l[1] != want {
		t.Fatalf("%+v", l)
	}
	w.advance(11 * time.Minute)
	if l := accessLogs(r1); len(l) != 2 || len(r1.logs.flows) != 0 {
		t.Fatalf("%d messages, %d flows kept", len(l), len(r1.logs.flows))
	}
	if c := r1.Counters(); c.Drop(DropAccessIn) != 5 {
		t.Fatalf("%d drops", c.Drop(DropAccessIn))
	}
	if s := r1.Lists(); len(s) != 1 || s[0].Hits[0] != 5 || s[0].Hits[1] != 0 {
		t.Fatalf("%+v", s)
	}
}

// An outbound list does not filter what the router itself sends; a standard list logs the source alone.
func TestOutboundListSparesOwnPackets(t *testing.T) {
	w := newWorld(t)
	pc, r1, r2, srv := chain(w, 0)
	cfg := r1.cfg
	out := ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24")
	out.AccessOut = "1"
	cfg.Interfaces = []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), out}
	cfg.Lists = []AccessList{{Name: "1", Entries: []AccessEntry{{Sequence: 10, Log: true}}}}
	r1.Configure(w.now, cfg)
	_ = w.send(r1, udp("20.0.0.1", "20.0.0.2", 4))
	if len(r2.got) != 1 {
		t.Fatal("the router's own packet was filtered")
	}
	_ = w.send(pc, udp("12.1.1.1", "30.0.0.2", 4))
	if c := r1.Counters(); len(srv.got) != 0 || c.Drop(DropAccessOut) != 1 {
		t.Fatal("transit passed")
	}
	want := AccessLogged{List: "1", Packets: 1, Flow: Flow{Source: adr("12.1.1.1")}}
	if l := accessLogs(r1); len(l) != 1 || l[0] != want {
		t.Fatalf("%+v", l)
	}
}

// The log remembers a bounded number of flows.
func TestAccessLogIsBounded(t *testing.T) {
	w := newWorld(t)
	in := ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/16")
	in.AccessIn, in.NoUnreachables = "1", true
	r := w.node(Config{Routing: true, Interfaces: []Interface{in}, Lists: []AccessList{{Name: "1", Entries: []AccessEntry{{Log: true}}}}})
	r.SetCarrier(w.now, 0, true)
	for k := range 1000 {
		src := ip.Addr(ip.Number(adr("12.1.2.0")) + uint32(k)).String()
		r.Receive(w.now, 0, frameTo(mac(2), ether.Addr{2}, udp(src, "12.1.1.2", 4)))
	}
	if n := len(accessLogs(r)); len(r.logs.flows) != maxLogged || n != 1000 {
		t.Fatalf("%d flows kept, %d told", len(r.logs.flows), n)
	}
}
