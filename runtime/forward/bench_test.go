package forward

import (
	"fmt"
	"testing"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

// transitRouter is a router with n routes whose next hop is known; it gives back the frames
// that it sends to the caller's hand.
func transitRouter(n int, list int) (*Plane, **packet.Buffer) {
	var out *packet.Buffer
	p := New(Deps{Sink: event.Discard{}, Transmit: func(_ int, b *packet.Buffer) { out = b }})
	in := ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24")
	cfg := Config{Routing: true, FastSwitching: true, ARP: []StaticARP{{adr("20.0.0.2"), mac(9)}},
		Routes: []StaticRoute{{Prefix: pfx("0.0.0.0/0"), NextHop: adr("20.0.0.2")}}}
	for i := range n {
		cfg.Routes = append(cfg.Routes, StaticRoute{Prefix: pfx(fmt.Sprintf("%d.%d.%d.0/24", 30+i>>16, i>>8&255, i&255)), NextHop: adr("20.0.0.2")})
	}
	if list > 0 {
		in.AccessIn = "101"
		l := AccessList{Name: "101", Extended: true}
		for i := range list - 1 {
			l.Entries = append(l.Entries, AccessEntry{Protocol: ip.ProtoTCP, DestinationPort: port(PortEq, uint16(i+1)), Source: net("12.0.0.0", 0xffffff)})
		}
		l.Entries = append(l.Entries, AccessEntry{Permit: true})
		cfg.Lists = []AccessList{l}
	}
	cfg.Interfaces = []Interface{in, ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24")}
	p.Configure(0, cfg)
	p.SetCarrier(0, 0, true)
	p.SetCarrier(0, 1, true)
	if out != nil {
		out = nil // gratuitous ARP
	}
	return p, &out
}

// forwardOne sends one frame through and returns the buffer that came out.
func forwardOne(p *Plane, now clock.Instant, frame []byte, b *packet.Buffer, out **packet.Buffer) *packet.Buffer {
	b.SetLen(b.Len())
	copy(b.Bytes(), frame)
	*out = nil
	p.Receive(now, 0, b)
	return *out
}

func transitFrame() []byte {
	b := frameTo(mac(2), mac(1), udp("12.1.1.1", "30.0.5.9", 22)) // 64 bytes
	defer b.Release()
	return append([]byte(nil), b.Bytes()...)
}

func TestForwardingAllocatesNothing(t *testing.T) {
	p, out := transitRouter(100, 10)
	frame := transitFrame()
	b := packet.From(frame)
	n := testing.AllocsPerRun(1000, func() {
		if b = forwardOne(p, 5, frame, b, out); b == nil {
			t.Fatal("not forwarded")
		}
	})
	if n != 0 {
		t.Errorf("%v allocations a packet", n)
	}
	if h := ether.Frame(b.Bytes()); h.Dst() != mac(9) || h.Src() != mac(3) {
		t.Errorf("%x", h[:14])
	}
	b.Release()
}

func BenchmarkForward(b *testing.B) {
	packet.Scribble = false
	defer func() { packet.Scribble = true }()
	for _, c := range []struct {
		name         string
		routes, list int
	}{{"connected", 0, 0}, {"routes=10000", 10000, 0}, {"list=10", 0, 10}, {"list=100", 0, 100}} {
		b.Run(c.name, func(b *testing.B) {
			p, out := transitRouter(c.routes, c.list)
			frame := transitFrame()
			buf := packet.From(frame)
			b.ReportAllocs()
			for b.Loop() {
				buf = forwardOne(p, 5, frame, buf, out)
			}
			buf.Release()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "packets/s")
		})
	}
}

func BenchmarkAccessList(b *testing.B) {
	a := Compile(AccessList{Extended: true, Entries: []AccessEntry{{Permit: true, Protocol: ip.ProtoUDP, Source: host("12.1.1.1"), SourcePort: port(PortEq, 1701), Destination: host("2.2.2.2")}}})
	f := Flow{Source: adr("12.1.1.1"), Destination: adr("2.2.2.2"), Protocol: ip.ProtoUDP, SourcePort: 1701}
	for b.Loop() {
		a.Permits(&f)
	}
}

// BenchmarkIdlePlane tells the memory of a router's plane with nothing to do.
func BenchmarkIdlePlane(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		p := New(Deps{})
		p.Configure(0, Config{Routing: true, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), {Name: "Loopback0", Kind: Loopback, Address: pfx("2.2.2.2/32")}},
			Routes: []StaticRoute{{Prefix: pfx("0.0.0.0/0"), NextHop: adr("12.1.1.1")}}})
	}
}
