package host_test

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/forward"
	"ioslab/runtime/host"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ether"
)

// The host over the real plane: what a person at a router sees of ping and traceroute.

// machine is a node of a plane and a host.
type machine struct {
	plane *forward.Plane
	host  *host.Host
}

// lan joins machines port 0 to port 0 (of a router: port 1 onwards), each frame taking delay.
type lan struct {
	t     *testing.T
	now   clock.Instant
	nodes []*machine
	queue []frameAt
	delay time.Duration
	wires map[*machine]map[int]end
}

type end struct {
	m    *machine
	port int
}

type frameAt struct {
	at  clock.Instant
	to  end
	buf *packet.Buffer
}

func newLAN(t *testing.T) *lan {
	l := &lan{t: t, delay: time.Millisecond, wires: map[*machine]map[int]end{}}
	live := packet.Live()
	t.Cleanup(func() {
		for _, f := range l.queue {
			f.buf.Release()
		}
		for _, m := range l.nodes {
			m.plane.Close()
		}
		if n := packet.Live(); n != live {
			t.Errorf("%d buffers leaked", n-live)
		}
	})
	return l
}

func (l *lan) add(cfg forward.Config, h host.Config) *machine {
	m := &machine{}
	l.wires[m] = map[int]end{}
	m.plane = forward.New(forward.Deps{Transmit: func(port int, b *packet.Buffer) {
		if to, ok := l.wires[m][port]; ok {
			l.queue = append(l.queue, frameAt{l.now.Add(l.delay), to, b})
			return
		}
		b.Release()
	}})
	m.host = host.New(m.plane, event.Discard{}, nil, h)
	m.plane.SetDeliver(m.host.Deliver)
	m.plane.Configure(l.now, cfg)
	l.nodes = append(l.nodes, m)
	return m
}

func (l *lan) join(a *machine, ap int, b *machine, bp int) {
	l.wires[a][ap], l.wires[b][bp] = end{b, bp}, end{a, ap}
	a.plane.SetCarrier(l.now, ap, true)
	b.plane.SetCarrier(l.now, bp, true)
	l.run(100 * time.Millisecond)
}

// run lets d pass.
func (l *lan) run(d time.Duration) {
	stop := l.now.Add(d)
	for steps := 0; steps < 1e6; steps++ {
		next := stop
		for _, m := range l.nodes {
			next = min(next, m.plane.Deadline(), m.host.Deadline())
		}
		if len(l.queue) > 0 {
			next = min(next, l.queue[0].at)
		}
		l.now = max(l.now, next)
		progress := false
		for len(l.queue) > 0 && l.queue[0].at.Reached(l.now) {
			f := l.queue[0]
			l.queue = l.queue[1:]
			f.to.m.plane.Receive(l.now, f.to.port, f.buf)
			progress = true
		}
		for _, m := range l.nodes {
			if m.plane.Deadline().Reached(l.now) || m.host.Deadline().Reached(l.now) {
				m.plane.Tick(l.now)
				m.host.Tick(l.now)
				progress = true
			}
		}
		if !progress && l.now >= stop {
			return
		}
	}
	l.t.Fatal("the machines do not come to rest")
}

func port(n int, name string, m byte, addr string) forward.Interface {
	return forward.Interface{Name: name, Port: n, MAC: ether.Addr{0xca, m}, Address: netip.MustParsePrefix(addr)}
}

func router(routes []forward.StaticRoute, ifs ...forward.Interface) forward.Config {
	return forward.Config{Routing: true, Interfaces: ifs, Routes: routes}
}

// marks runs a ping and returns its line, as `.!!!!`, and the sum.
func (l *lan) marks(m *machine, p host.Ping) (string, host.PingResult) {
	var b strings.Builder
	var sum host.PingResult
	done := false
	_, err := m.host.Ping(l.now, p, host.PingWatcher{
		Probe: func(_ clock.Instant, p host.Probe) { b.WriteByte(byte(p.Mark)) },
		Done:  func(_ clock.Instant, r host.PingResult) { sum, done = r, true }})
	if err != nil {
		l.t.Fatal(err)
	}
	if b.Len() != 0 {
		l.t.Fatal("told on Ping's own stack")
	}
	l.run(30 * time.Second)
	if !done {
		l.t.Fatal("not done")
	}
	return b.String(), sum
}

func ipAddr(s string) netip.Addr { return netip.MustParseAddr(s) }

func route(p, hop string) forward.StaticRoute {
	return forward.StaticRoute{Prefix: netip.MustParsePrefix(p), NextHop: ipAddr(hop)}
}

// three routers in a row: r1 12.1.1.1 - .2 r2 20.0.0.2 - .3 r3 (3.3.3.3 on a loopback).
func row(t *testing.T) (l *lan, r1, r2, r3 *machine) {
	l = newLAN(t)
	r1 = l.add(router([]forward.StaticRoute{route("0.0.0.0/0", "12.1.1.2")}, port(0, "FastEthernet0/0", 1, "12.1.1.1/24"),
		forward.Interface{Name: "Loopback0", Kind: forward.Loopback, Address: netip.MustParsePrefix("1.1.1.1/32")}), host.Config{})
	r2 = l.add(router([]forward.StaticRoute{route("3.3.3.3/32", "20.0.0.3"), route("1.1.1.1/32", "12.1.1.1")}, port(0, "FastEthernet0/0", 2, "12.1.1.2/24"), port(1, "FastEthernet0/1", 3, "20.0.0.2/24")), host.Config{})
	r3 = l.add(router([]forward.StaticRoute{route("0.0.0.0/0", "20.0.0.2")}, port(0, "FastEthernet0/0", 4, "20.0.0.3/24"),
		forward.Interface{Name: "Loopback0", Kind: forward.Loopback, Address: netip.MustParsePrefix("3.3.3.3/32")}), host.Config{})
	l.join(r1, 0, r2, 0)
	l.join(r2, 1, r3, 0)
	return l, r1, r2, r3
}

func TestPingMarks(t *testing.T) {
	l, r1, r2, _ := row(t)
	// shared/reference/cli-behaviour.md, "ping": the first is lost to ARP.
	if m, r := l.marks(r1, host.Ping{Target: ipAddr("12.1.1.2")}); m != ".!!!!" || r.Sent != 5 || r.Replies != 4 || r.Min != 2*time.Millisecond || r.Avg != r.Max {
		t.Errorf("%s %+v", m, r)
	}
	if m, _ := l.marks(r1, host.Ping{Target: ipAddr("12.1.1.1")}); m != "!!!!!" {
		t.Errorf("own address: %s", m)
	}
	l.marks(r1, host.Ping{Target: ipAddr("3.3.3.3")})
	if m, r := l.marks(r1, host.Ping{Target: ipAddr("3.3.3.3"), Source: ipAddr("1.1.1.1")}); m != "!!!!!" || r.Source != ipAddr("1.1.1.1") {
		t.Errorf("from the loopback: %s", m)
	}
	if m, _ := l.marks(r1, host.Ping{Target: ipAddr("3.3.3.3"), Size: 18024}); m != "!!!!!" {
		t.Errorf("18024 bytes: %s", m)
	}
	if m, r := l.marks(r1, host.Ping{Target: ipAddr("3.3.3.3"), Sweep: true, SweepMin: 1490, SweepMax: 1510, SweepStep: 5, Count: 2, Validate: true}); m != "!!!!!!!!!!" || r.Sent != 10 {
		t.Errorf("sweep: %s", m)
	}
	// r2 has no way to 99.0.0.1: unreachables, of which the rate limit lets one in 500 ms through.
	if m, r := l.marks(r1, host.Ping{Target: ipAddr("99.0.0.1")}); m != "U.U.U" || r.Replies != 0 {
		t.Errorf("no route: %s", m)
	}
	if m, _ := l.marks(r1, host.Ping{Target: ipAddr("3.3.3.3"), Size: 1600, DF: true}); m != "M.M.M" {
		t.Errorf("DF: %s", m)
	}
	if m, _ := l.marks(r1, host.Ping{Target: ipAddr("3.3.3.3"), TTL: 1}); m != "&&&&&" {
		t.Errorf("TTL 1: %s", m)
	}
	if m, _ := l.marks(r2, host.Ping{Target: ipAddr("99.0.0.1")}); m != "....." {
		t.Errorf("no route of our own: %s", m)
	}
}

func TestRecordRouteOfPing(t *testing.T) {
	l, r1, _, _ := row(t)
	for range 2 {
		l.marks(r1, host.Ping{Target: ipAddr("3.3.3.3")})
	}
	var got []netip.Addr
	if _, err := r1.host.Ping(l.now, host.Ping{Target: ipAddr("3.3.3.3"), Count: 1, RecordRoute: 9}, host.PingWatcher{
		Probe: func(_ clock.Instant, p host.Probe) { got = p.Route }}); err != nil {
		t.Fatal(err)
	}
	l.run(time.Second)
	want := []netip.Addr{ipAddr("12.1.1.1"), ipAddr("20.0.0.2"), ipAddr("20.0.0.3"), ipAddr("12.1.1.2")}
	if len(got) != len(want) {
		t.Fatal(got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Fatalf("%v, want %v", got, want)
		}
	}
}

// The second probe at the target gets no answer: `4 msec * 4 msec`, as everybody has seen, since
// port unreachables are limited.
func TestTracerouteShowsTheLimit(t *testing.T) {
	l, r1, _, _ := row(t)
	for range 2 {
		l.marks(r1, host.Ping{Target: ipAddr("3.3.3.3")})
	}
	var b strings.Builder
	var end host.TraceResult
	if _, err := r1.host.Traceroute(l.now, host.Trace{Target: ipAddr("3.3.3.3")}, host.TraceWatcher{
		Hop:  func(_ clock.Instant, h host.Hop) { b.WriteString(h.From.String() + string(rune(h.Mark)) + " ") },
		Done: func(_ clock.Instant, r host.TraceResult) { end = r }}); err != nil {
		t.Fatal(err)
	}
	l.run(time.Minute)
	// Port unreachables come from the address that was asked for.
	if want := "12.1.1.2! 12.1.1.2! 12.1.1.2! 3.3.3.3! invalid IP. 3.3.3.3! "; b.String() != want || !end.Reached {
		t.Fatalf("%s%+v, want %s", b.String(), end, want)
	}
}

// A PC loses no packet to ARP, and its echoes are Windows's.
func TestWindowsPing(t *testing.T) {
	l := newLAN(t)
	pc := l.add(forward.Config{ARPHold: 1, TTL: 128, DefaultGateway: ipAddr("12.1.1.2"), Interfaces: []forward.Interface{port(0, "eth0", 1, "12.1.1.1/24")}}, host.Config{TTL: 128})
	r := l.add(router(nil, port(0, "FastEthernet0/0", 2, "12.1.1.2/24")), host.Config{})
	l.join(pc, 0, r, 0)
	start := l.now
	var at []time.Duration
	p := host.Ping{Target: ipAddr("12.1.1.2"), Count: 4, Size: 60, Timeout: 4 * time.Second, Interval: time.Second, Alphabet: true, HasID: true, ID: 1, Sequence: 17, FailFast: true, Validate: true}
	if _, err := pc.host.Ping(l.now, p, host.PingWatcher{Probe: func(now clock.Instant, p host.Probe) {
		if p.Mark != host.MarkReply || p.DataLen != 32 || p.TTL != 255 || p.Sequence != uint16(17+p.Index) {
			t.Errorf("%+v", p)
		}
		at = append(at, now.Sub(start).Round(time.Second))
	}}); err != nil {
		t.Fatal(err)
	}
	l.run(10 * time.Second)
	if len(at) != 4 || at[3] != 3*time.Second {
		t.Fatal(at)
	}
	// Without a way there is no source: told at once.
	pc.plane.SetCarrier(l.now, 0, false)
	if _, err := pc.host.Ping(l.now, p, host.PingWatcher{}); err == nil {
		t.Fatal("pinged without a route")
	}
}
