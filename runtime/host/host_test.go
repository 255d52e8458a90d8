package host

import (
	"bytes"
	"fmt"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

func TestMain(m *testing.M) {
	packet.Scribble = true
	os.Exit(m.Run())
}

var (
	here  = netip.MustParseAddr("12.1.1.1")
	there = netip.MustParseAddr("12.1.1.2")
)

// onePlane is a plane with one address whose packets the test looks at.
type onePlane struct {
	addr  netip.Addr
	id    uint16
	sent  [][]byte
	route bool
}

func (p *onePlane) Output(_ clock.Instant, buf *packet.Buffer) error {
	p.sent = append(p.sent, bytes.Clone(buf.Bytes()))
	buf.Release()
	return nil
}
func (p *onePlane) NextID() uint16 { p.id++; return p.id }
func (p *onePlane) SourceFor(netip.Addr) (netip.Addr, bool) {
	return p.addr, p.route
}
func (p *onePlane) IsLocal(a netip.Addr) bool { return a == p.addr }
func (p *onePlane) IsBroadcast(a netip.Addr) bool {
	return a == netip.MustParseAddr("12.1.1.255") || a == netip.MustParseAddr("255.255.255.255")
}

// one takes the packets sent; it fails unless there is exactly one.
func (p *onePlane) one(t *testing.T) ip.Header {
	t.Helper()
	if len(p.sent) != 1 {
		t.Fatalf("%d packets were sent", len(p.sent))
	}
	h, err := ip.Parse(p.sent[0])
	if err != nil {
		t.Fatal(err)
	}
	p.sent = nil
	return h
}

func newHost(t *testing.T, addr netip.Addr, cfg Config) (*Host, *onePlane) {
	live := packet.Live()
	p := &onePlane{addr: addr, route: true}
	t.Cleanup(func() {
		if n := packet.Live() - live; n != 0 {
			t.Errorf("%d buffers leaked", n)
		}
	})
	return New(p, &event.Recorder{}, nil, cfg), p
}

func datagram(src, dst netip.Addr, proto uint8, payload []byte) []byte {
	p := make([]byte, ip.HeaderLen+len(payload))
	copy(p[ip.HeaderLen:], payload)
	ip.Put(p, ip.Fields{TotalLen: len(p), ID: 9, TTL: 64, Protocol: proto, Source: src, Destination: dst})
	return p
}

func icmp(typ, code uint8, rest uint32, data string) []byte {
	b := append(make([]byte, ip.ICMPLen), data...)
	ip.PutICMP(b, typ, code, rest)
	return b
}

func udp(src, dst netip.AddrPort, data string) []byte {
	b := append(make([]byte, ip.UDPLen), data...)
	ip.PutUDP(b, src, dst)
	return b
}

func TestEchoIsAnswered(t *testing.T) {
	h, p := newHost(t, here, Config{})
	h.Deliver(0, packet.From(datagram(there, here, ip.ProtoICMP, icmp(ip.ICMPEcho, 0, 7<<16|3, "hello"))))
	r := p.one(t)
	m, err := ip.ParseICMP(r.Payload())
	if err != nil || r.Source() != here || r.Destination() != there || m.Type() != ip.ICMPEchoReply || m.ID() != 7 || m.Sequence() != 3 || string(m.Data()) != "hello" {
		t.Fatalf("%v %x", err, []byte(r))
	}
	bad := icmp(ip.ICMPEcho, 0, 1, "hello")
	bad[9] ^= 1 // checksum
	h.Deliver(0, packet.From(datagram(there, here, ip.ProtoICMP, bad)))
	h.Configure(0, Config{NoEcho: true})
	h.Deliver(0, packet.From(datagram(there, here, ip.ProtoICMP, icmp(ip.ICMPEcho, 0, 1, "x"))))
	if c := h.Counters(); len(p.sent) != 0 || c.Drops[DropMalformedICMP] != 1 || c.Drops[DropEchoRefused] != 1 {
		t.Fatalf("%+v", c)
	}
}

// Port and protocol unreachables quote header and eight bytes, are limited, and never answer a packet to all.
func TestUnreachables(t *testing.T) {
	h, p := newHost(t, here, Config{})
	from, to := netip.AddrPortFrom(there, 1000), netip.AddrPortFrom(here, 4000)
	in := datagram(there, here, ip.ProtoUDP, udp(from, to, "some data"))
	for _, c := range []struct {
		p    []byte
		code uint8
	}{{datagram(there, here, 99, []byte("0123456789")), ip.CodeProtocol}, {in, ip.CodePort}} {
		now := clock.Instant(0).Add(time.Duration(c.code) * time.Hour)
		for range 5 {
			h.Deliver(now, packet.From(c.p))
		}
		r := p.one(t)
		m, err := ip.ParseICMP(r.Payload())
		if err != nil || m.Type() != ip.ICMPUnreachable || m.Code() != c.code || !bytes.Equal(m.Data(), c.p[:28]) || r.Destination() != there || r.Source() != here {
			t.Fatalf("%v %x", err, []byte(r))
		}
	}
	all := netip.MustParseAddr("12.1.1.255")
	h.Deliver(clock.Instant(0).Add(100*time.Hour), packet.From(datagram(there, all, ip.ProtoUDP, udp(from, netip.AddrPortFrom(all, 4000), "x"))))
	if c := h.Counters(); len(p.sent) != 0 || c.UnreachablesLimited != 8 {
		t.Fatalf("%d sent, %+v", len(p.sent), c)
	}
}

func TestUDPHandlers(t *testing.T) {
	h, p := newHost(t, here, Config{})
	var got []string
	take := func(name string) UDPHandler {
		return func(_ clock.Instant, l, r netip.AddrPort, b *packet.Buffer) {
			got = append(got, fmt.Sprint(name, " ", l, " ", r, " ", string(b.Bytes())))
			b.Release()
		}
	}
	every, own := netip.MustParseAddrPort("0.0.0.0:500"), netip.AddrPortFrom(here, 500)
	if err := h.HandleUDP(every, take("every")); err != nil {
		t.Fatal(err)
	}
	from := netip.AddrPortFrom(there, 500)
	in := datagram(there, here, ip.ProtoUDP, udp(from, own, "a"))
	h.Deliver(0, packet.From(in))
	if err := h.HandleUDP(own, take("own")); err != nil {
		t.Fatal(err)
	}
	if h.HandleUDP(own, take("twice")) == nil {
		t.Fatal("a port was taken twice")
	}
	h.Deliver(0, packet.From(in))
	h.UnhandleUDP(own)
	h.UnhandleUDP(every)
	bad := bytes.Clone(in)
	bad[len(bad)-1] ^= 1
	h.Deliver(0, packet.From(bad))
	if want := "every 12.1.1.1:500 12.1.1.2:500 a,own 12.1.1.1:500 12.1.1.2:500 a"; strings.Join(got, ",") != want {
		t.Fatal(got)
	}
	if h.Counters().Drops[DropMalformedUDP] != 1 {
		t.Fatal("a wrong checksum passed")
	}
	if err := h.SendUDP(0, own, from, packet.From([]byte("back")), Send{DF: true, TTL: 9}); err != nil {
		t.Fatal(err)
	}
	r := p.one(t)
	u, err := ip.ParseUDP(r.Payload(), r.Source(), r.Destination())
	if err != nil || !r.DF() || r.TTL() != 9 || string(u.Payload()) != "back" {
		t.Fatalf("%v %x", err, []byte(r))
	}
	if h.SendUDP(0, own, from, packet.Get(65530), Send{}) != nil {
		t.Fatal("an empty datagram is refused")
	}
	p.sent = nil
	big := packet.Get(65530)
	big.Extend(65530)
	if h.SendUDP(0, own, from, big, Send{}) == nil {
		t.Fatal("65,530 bytes do not fit")
	}
	p.route = false
	if h.SendUDP(0, netip.AddrPort{}, from, packet.From([]byte("x")), Send{}) == nil {
		t.Fatal("sent without a route")
	}
}

// answer hands the last echo of the plane back as its reply.
func answer(t *testing.T, h *Host, p *onePlane, now clock.Instant) {
	t.Helper()
	r := p.one(t)
	m, _ := ip.ParseICMP(r.Payload())
	h.Deliver(now, packet.From(datagram(r.Destination(), r.Source(), ip.ProtoICMP, icmp(ip.ICMPEchoReply, 0, m.Rest(), string(m.Data())))))
}

// A ping of IOS: five probes of 100 bytes one after another, 2 s for each; `.!!U!`.
func TestPing(t *testing.T) {
	h, p := newHost(t, here, Config{})
	var marks strings.Builder
	var result PingResult
	done := 0
	_, err := h.Ping(0, Ping{Target: there}, PingWatcher{
		Probe: func(_ clock.Instant, p Probe) { marks.WriteByte(byte(p.Mark)) },
		Done:  func(_ clock.Instant, r PingResult) { result = r; done++ },
	})
	if err != nil || len(p.sent) != 0 || h.Deadline() != 0 {
		t.Fatal("the first probe leaves at the next Tick", err)
	}
	now := clock.Instant(0)
	for n := range 5 {
		h.Tick(now)
		if len(p.sent) != 1 || len(p.sent[0]) != 100 {
			t.Fatalf("probe %d: %d sent", n, len(p.sent))
		}
		switch n {
		case 0:
			p.sent = nil
			if d := h.Deadline(); d != now.Add(2*time.Second) {
				t.Fatalf("deadline %v", d)
			}
			now = h.Deadline()
			continue // its Tick sends the next
		case 3:
			quote := p.one(t)
			now = now.Add(4 * time.Millisecond)
			h.Deliver(now, packet.From(datagram(there, here, ip.ProtoICMP, icmp(ip.ICMPUnreachable, ip.CodeHost, 0, string(quote[:28])))))
		default:
			now = now.Add(4 * time.Millisecond)
			answer(t, h, p, now)
		}
		now = max(now, h.Deadline())
	}
	h.Tick(now)
	if marks.String() != ".!!U!" || done != 1 || result.Sent != 5 || result.Replies != 3 || result.Min != 4*time.Millisecond || result.Max != 4*time.Millisecond || result.Interrupted {
		t.Fatalf("%q %+v done %d", marks.String(), result, done)
	}
	if h.Deadline() != clock.Never {
		t.Fatal("a finished ping wants time")
	}
}

// IOS counts a probe that was cut short as not sent.
func TestPingIsCancelled(t *testing.T) {
	h, p := newHost(t, here, Config{})
	var result PingResult
	o, err := h.Ping(0, Ping{Target: there, Count: -1}, PingWatcher{Done: func(_ clock.Instant, r PingResult) { result = r }})
	if err != nil {
		t.Fatal(err)
	}
	h.Tick(0)
	o.Cancel(0)
	o.Cancel(0)
	if !o.Done() || !result.Interrupted || result.Sent != 0 || h.Deadline() != clock.Never {
		t.Fatalf("%+v", result)
	}
	answer(t, h, p, 1) // too late: nobody waits for it
	if h.Counters().Drops[DropStrayReply] != 1 {
		t.Fatal("not stray")
	}
}

// A trace: three probes a hop, ports counting up, until the target's port unreachable.
func TestTraceroute(t *testing.T) {
	h, p := newHost(t, here, Config{})
	far, router := netip.MustParseAddr("30.0.0.2"), netip.MustParseAddr("12.1.1.254")
	var hops []string
	reached := false
	_, err := h.Traceroute(0, Trace{Target: far}, TraceWatcher{
		Hop: func(_ clock.Instant, x Hop) {
			hops = append(hops, fmt.Sprintf("%d %v %c", x.TTL, x.From, byte(x.Mark)))
		},
		Done: func(_ clock.Instant, r TraceResult) { reached = r.Reached },
	})
	if err != nil {
		t.Fatal(err)
	}
	now := clock.Instant(0)
	for n := 0; h.Deadline() != clock.Never && n < 20; n++ {
		now = max(now, h.Deadline())
		h.Tick(now)
		if len(p.sent) == 0 {
			continue
		}
		q := p.one(t)
		u := q.Payload()
		if port := int(u[2])<<8 | int(u[3]); port != 33434+n || int(q.TTL()) != 1+n/3 {
			t.Fatalf("probe %d: port %d TTL %d", n, port, q.TTL())
		}
		from, typ, code := router, uint8(ip.ICMPTimeExceeded), uint8(ip.CodeTTL)
		if q.TTL() == 2 {
			from, typ, code = far, ip.ICMPUnreachable, ip.CodePort
		}
		now = now.Add(time.Millisecond)
		h.Deliver(now, packet.From(datagram(from, here, ip.ProtoICMP, icmp(typ, code, 0, string(q[:28])))))
	}
	if len(hops) != 6 || !reached || !strings.HasPrefix(hops[0], "1 12.1.1.254") || !strings.HasPrefix(hops[5], "2 30.0.0.2") {
		t.Fatalf("%q reached %v", hops, reached)
	}
}

func TestOperationsAreBounded(t *testing.T) {
	h, p := newHost(t, here, Config{})
	ids := map[uint16]bool{}
	for n := range maxOperations {
		o, err := h.Ping(0, Ping{Target: there}, PingWatcher{})
		if err != nil || ids[o.id] {
			t.Fatalf("ping %d: %v", n, err)
		}
		ids[o.id] = true
	}
	if _, err := h.Ping(0, Ping{Target: there}, PingWatcher{}); err == nil {
		t.Fatal("no bound")
	}
	h.Tick(0)
	if len(p.sent) != maxOperations {
		t.Fatalf("%d sent", len(p.sent))
	}
}

// FuzzDeliver gives a host that pings, traces and listens whatever may come.
func FuzzDeliver(f *testing.F) {
	quote := datagram(here, there, ip.ProtoICMP, icmp(ip.ICMPEcho, 0, 1<<16, "abcdefgh"))
	probe := datagram(here, there, ip.ProtoUDP, udp(netip.AddrPortFrom(here, 49152), netip.AddrPortFrom(there, 33434), ""))
	for _, p := range [][]byte{
		datagram(there, here, ip.ProtoICMP, icmp(ip.ICMPEcho, 0, 1<<16, "hello")),
		datagram(there, here, ip.ProtoICMP, icmp(ip.ICMPEchoReply, 0, 1<<16, "hello")),
		datagram(there, here, ip.ProtoICMP, icmp(ip.ICMPUnreachable, ip.CodeFragNeeded, 1400, string(quote[:28]))),
		datagram(there, here, ip.ProtoICMP, icmp(ip.ICMPTimeExceeded, ip.CodeTTL, 0, string(probe[:28]))),
		datagram(there, here, ip.ProtoICMP, icmp(ip.ICMPRedirect, ip.CodeRedirect, 0x0c010103, string(quote[:28]))),
		datagram(there, here, ip.ProtoUDP, udp(netip.AddrPortFrom(there, 9), netip.AddrPortFrom(here, 500), "ike")),
		datagram(there, here, ip.ProtoUDP, udp(netip.AddrPortFrom(there, 9), netip.AddrPortFrom(here, 501), "nobody")),
		datagram(there, here, ip.ProtoESP, []byte("0123456789")),
	} {
		f.Add(p, false)
		f.Add(p, true)
	}
	f.Fuzz(func(t *testing.T, in []byte, fix bool) {
		live := packet.Live()
		p := &onePlane{addr: here, route: true}
		h := New(p, &event.Recorder{}, nil, Config{UnreachableInterval: -1})
		_ = h.HandleUDP(netip.MustParseAddrPort("0.0.0.0:500"), func(_ clock.Instant, _, _ netip.AddrPort, b *packet.Buffer) { b.Release() })
		h.HandleErrors(func(clock.Instant, Report) {})
		if _, err := h.Ping(0, Ping{Target: there, RecordRoute: 9}, PingWatcher{}); err != nil {
			t.Fatal(err)
		}
		if _, err := h.Traceroute(0, Trace{Target: there}, TraceWatcher{}); err != nil {
			t.Fatal(err)
		}
		h.Tick(0)
		raw := bytes.Clone(in)
		if fix && len(raw) >= ip.HeaderLen && len(raw) <= ip.MaxLen {
			x := ip.Header(raw)
			x[0] = 0x40 | max(x[0]&15, 5)
			x.SetTotalLen(len(raw))
			if x.IHL()+ip.ICMPLen <= len(raw) && x.Protocol() == ip.ProtoICMP {
				m := ip.ICMP(x.Payload())
				ip.PutICMP(x.Payload(), m.Type(), m.Code(), m.Rest())
			}
		}
		if len(raw) <= ip.MaxLen {
			h.Deliver(1, packet.From(raw))
		}
		for n := 0; h.Deadline() != clock.Never; n++ {
			h.Tick(h.Deadline())
			if n > 1000 {
				t.Fatal("the host does not come to rest")
			}
		}
		if n := packet.Live() - live; n != 0 {
			t.Fatalf("%d buffers leaked", n)
		}
	})
}
