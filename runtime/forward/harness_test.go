package forward

import (
	"net/netip"
	"os"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

func TestMain(m *testing.M) {
	packet.Scribble = true
	os.Exit(m.Run())
}

func pfx(s string) netip.Prefix { return netip.MustParsePrefix(s) }
func adr(s string) netip.Addr   { return netip.MustParseAddr(s) }

// world joins planes by ports and keeps the time.
type world struct {
	t     testing.TB
	now   clock.Instant
	nodes []*node
	queue []func()
	wires map[portID]portID
	// sniffed are the frames that went over wires.
	sniffed [][]byte
	live    int64
}

type portID struct {
	n    *node
	port int
}

// node is a plane that records what it delivers and tells.
type node struct {
	*Plane
	event.Recorder
	got [][]byte
	sec []bool // Protected of each delivered packet
}

func newWorld(t testing.TB) *world {
	w := &world{t: t, wires: map[portID]portID{}, live: packet.Live()}
	t.Cleanup(func() {
		w.run()
		for _, n := range w.nodes {
			n.Close()
		}
		if live := packet.Live(); live != w.live {
			t.Errorf("%d buffers leaked", live-w.live)
		}
	})
	return w
}

func (w *world) node(cfg Config) *node {
	n := &node{}
	n.Plane = New(Deps{Sink: &n.Recorder, Transmit: func(port int, f *packet.Buffer) {
		w.sniffed = append(w.sniffed, append([]byte(nil), f.Bytes()...))
		to, ok := w.wires[portID{n, port}]
		if !ok {
			f.Release()
			return
		}
		w.queue = append(w.queue, func() { to.n.Receive(w.now, to.port, f) })
	}, Deliver: func(now clock.Instant, b *packet.Buffer) {
		n.got = append(n.got, append([]byte(nil), b.Bytes()...))
		n.sec = append(n.sec, b.Protected)
		b.Release()
	}})
	n.Configure(w.now, cfg)
	w.nodes = append(w.nodes, n)
	return n
}

func (w *world) join(a *node, ap int, b *node, bp int) {
	w.wires[portID{a, ap}], w.wires[portID{b, bp}] = portID{b, bp}, portID{a, ap}
	a.SetCarrier(w.now, ap, true)
	b.SetCarrier(w.now, bp, true)
	w.run()
}

// run lets everything happen that is due now.
func (w *world) run() {
	for {
		for len(w.queue) > 0 {
			f := w.queue[0]
			w.queue = w.queue[1:]
			f()
		}
		idle := true
		for _, n := range w.nodes {
			if n.Deadline().Reached(w.now) {
				n.Tick(w.now)
				idle = false
			}
		}
		if idle && len(w.queue) == 0 {
			return
		}
	}
}

// advance lets d pass, stopping at each deadline.
func (w *world) advance(d time.Duration) {
	end := w.now.Add(d)
	for {
		next := end
		for _, n := range w.nodes {
			next = min(next, n.Deadline())
		}
		w.now = max(w.now, next)
		w.run()
		if w.now >= end {
			return
		}
	}
}

// ping sends an echo of n bytes from a node; it goes through ARP first, so call it twice.
func (w *world) send(n *node, p []byte) error {
	err := n.Output(w.now, packet.From(p))
	w.run()
	return err
}

func mac(n byte) ether.Addr { return ether.Addr{0xca, n, 0, 0, 0, 0} }

func ethernet(name string, port int, m byte, addr string) Interface {
	i := Interface{Name: name, Port: port, MAC: mac(m)}
	if addr != "" {
		i.Address = pfx(addr)
	}
	return i
}

// udp returns an IP packet with a UDP datagram of n data bytes counting up.
func udp(src, dst string, n int, mod ...func(*ip.Fields)) []byte {
	p := make([]byte, ip.HeaderLen+ip.UDPLen+n)
	for i := range n {
		p[ip.HeaderLen+ip.UDPLen+i] = byte(i * 7)
	}
	ip.PutUDP(p[ip.HeaderLen:], netip.AddrPortFrom(adr(src), 1000), netip.AddrPortFrom(adr(dst), 2000))
	f := ip.Fields{TotalLen: len(p), ID: 77, TTL: 64, Protocol: ip.ProtoUDP, Source: adr(src), Destination: adr(dst)}
	for _, m := range mod {
		m(&f)
	}
	ip.Put(p, f)
	return p
}

func withDF(f *ip.Fields)              { f.Fragment |= ip.FlagDF }
func withTTL(n uint8) func(*ip.Fields) { return func(f *ip.Fields) { f.TTL = n } }

// chain is host - r1 - r2 - host: PC 12.1.1.1, r1 12.1.1.2 / 20.0.0.1, r2 20.0.0.2 / 30.0.0.1, server 30.0.0.2.
func chain(w *world, mtu int) (pc, r1, r2, srv *node) {
	pc = w.node(Config{DefaultGateway: adr("12.1.1.2"), Interfaces: []Interface{ethernet("eth0", 0, 1, "12.1.1.1/24")}})
	r1 = w.node(Config{Routing: true, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24")},
		Routes: []StaticRoute{{Prefix: pfx("30.0.0.0/24"), NextHop: adr("20.0.0.2")}}})
	mid := ethernet("FastEthernet0/0", 0, 4, "20.0.0.2/24")
	out := ethernet("FastEthernet0/1", 1, 5, "30.0.0.1/24")
	out.IPMTU = mtu
	r2 = w.node(Config{Routing: true, Interfaces: []Interface{mid, out}, Routes: []StaticRoute{{Prefix: pfx("0.0.0.0/0"), NextHop: adr("20.0.0.1")}}})
	srv = w.node(Config{DefaultGateway: adr("30.0.0.1"), Interfaces: []Interface{ethernet("eth0", 0, 6, "30.0.0.2/24")}})
	w.join(pc, 0, r1, 0)
	w.join(r1, 1, r2, 0)
	w.join(r2, 1, srv, 0)
	// Fill the ARP caches: each hop's first packet is lost.
	for range 4 {
		_ = w.send(pc, udp("12.1.1.1", "30.0.0.2", 4))
		_ = w.send(srv, udp("30.0.0.2", "12.1.1.1", 4))
		w.advance(2 * time.Second)
	}
	for _, n := range w.nodes {
		n.got, n.sec, n.Events = nil, nil, nil
	}
	w.sniffed = nil
	return pc, r1, r2, srv
}
