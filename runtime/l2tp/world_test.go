package l2tp

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	wire "ioslab/runtime/wire/l2tp"
)

func TestMain(m *testing.M) {
	packet.Scribble = true
	os.Exit(m.Run())
}

var (
	pcAddr  = netip.MustParseAddrPort("12.1.1.1:1701")
	lnsAddr = netip.MustParseAddrPort("2.2.2.2:1701")
)

// seeded is a repeatable source of random bytes.
type seeded struct{ *rand.ChaCha8 }

func newSeeded(n uint64) seeded {
	var key [32]byte
	key[0], key[1] = byte(n), byte(n>>8)
	return seeded{rand.NewChaCha8(key)}
}

// node is an engine, and all that it said.
type node struct {
	t       *testing.T
	addr    netip.AddrPort
	e       *Engine
	rec     event.Recorder
	frames  map[Handle][]string
	outs    []Output // without packets
	sent    [][]byte // control packets
	profile string   // protects what this node sends
}

func (n *node) Data(_ clock.Instant, s Handle, buf *packet.Buffer) {
	n.frames[s] = append(n.frames[s], string(buf.Bytes()))
	buf.Release()
}

// flight is a packet on its way.
type flight struct {
	at   clock.Instant
	seq  int
	to   *node
	from netip.AddrPort
	p    []byte
	prof string
}

// world joins two nodes by a pipe with faults, in simulated time.
type world struct {
	t         *testing.T
	now       clock.Instant
	rng       *rand.Rand
	pc, lns   *node
	air       []flight
	seq       int
	loss, dup float64
	jitter    time.Duration
	live      int64
	tap       func(now clock.Instant, from, to netip.AddrPort, p []byte)
}

func newWorld(t *testing.T, seed uint64) *world {
	w := &world{t: t, rng: rand.New(rand.NewPCG(seed, 77)), live: packet.Live()}
	w.pc, w.lns = newNode(t, pcAddr, seed), newNode(t, lnsAddr, seed+1000)
	return w
}

func newNode(t *testing.T, addr netip.AddrPort, seed uint64) *node {
	n := &node{t: t, addr: addr, frames: make(map[Handle][]string)}
	n.e = New(&n.rec, newSeeded(seed), n)
	return n
}

// article is the vpdn-group of the article, with or without its profile.
func article(profile string) Config {
	tun := DefaultTunnel(false)
	tun.Authentication = false
	return Config{Enabled: true, HostName: "R2LNS", Personality: IOS("R2LNS"), Logging: true, Groups: []Group{{
		Name: "1", Template: 1, TerminateFrom: "frank", LocalName: "R2LNS", Tunnel: tun, Security: profile,
		LCPRenegotiation: RenegotiateOnMismatch,
	}}}
}

// frank is the article's PC calling.
func frank() DialRequest {
	return DialRequest{Path: Path{Local: pcAddr, Remote: lnsAddr}, Personality: Windows("frank", 0x0602), Tunnel: WindowsTunnel(), Call: WindowsCall()}
}

func (w *world) dial(req DialRequest) Handle {
	w.t.Helper()
	h, err := w.pc.e.Dial(w.now, req)
	if err != nil {
		w.t.Fatal(err)
	}
	return h
}

func (w *world) peer(n *node) *node {
	if n == w.pc {
		return w.lns
	}
	return w.pc
}

// collect takes what the nodes want sent.
func (w *world) collect() {
	for _, n := range []*node{w.pc, w.lns} {
		for _, o := range n.e.Drain() {
			p, ok := o.(Packet)
			if !ok {
				n.outs = append(n.outs, o)
				continue
			}
			n.sent = append(n.sent, slices.Clone(p.Buf.Bytes()))
			w.send(n, p.Path, p.Buf)
		}
	}
}

// send puts a packet on the pipe and releases it.
func (w *world) send(from *node, path Path, buf *packet.Buffer) {
	p := slices.Clone(buf.Bytes())
	buf.Release()
	if w.tap != nil {
		w.tap(w.now, path.Local, path.Remote, p)
	}
	copies := 1
	if w.rng.Float64() < w.loss {
		copies = 0
	} else if w.rng.Float64() < w.dup {
		copies = 2
	}
	for range copies {
		at := w.now.Add(5 * time.Millisecond)
		if w.jitter > 0 {
			at = at.Add(time.Duration(w.rng.Int64N(int64(w.jitter))))
		}
		w.seq++
		w.air = append(w.air, flight{at, w.seq, w.peer(from), path.Local, p, from.profile})
	}
}

// step goes on to the next thing that happens, not beyond until.
func (w *world) step(until clock.Instant) bool {
	w.collect()
	next := clock.Earliest(w.pc.e.Deadline(), w.lns.e.Deadline())
	first := -1
	for i, f := range w.air {
		if f.at < next || f.at == next && first < 0 || first >= 0 && f.at == next && f.seq < w.air[first].seq {
			next, first = f.at, i
		}
	}
	if next > until {
		w.now = max(w.now, until)
		return false
	}
	w.now = max(w.now, next)
	if first >= 0 {
		f := w.air[first]
		w.air = slices.Delete(w.air, first, first+1)
		buf := packet.From(f.p)
		buf.Protected, buf.Security = f.prof != "", f.prof
		f.to.e.Receive(w.now, f.to.addr, f.from, buf)
		return true
	}
	w.pc.e.Tick(w.now)
	w.lns.e.Tick(w.now)
	return true
}

// run lets d pass.
func (w *world) run(d time.Duration) {
	until := w.now.Add(d)
	for n := 0; w.step(until); n++ {
		if n > 200000 {
			w.t.Fatal("the world does not come to rest")
		}
	}
}

// ups returns the sessions that came up at n.
func (n *node) ups() (up []SessionUp) {
	for _, o := range n.outs {
		if s, ok := o.(SessionUp); ok {
			up = append(up, s)
		}
	}
	return up
}

// downs returns the ends of sessions at n.
func (n *node) downs() (down []SessionDown) {
	for _, o := range n.outs {
		if s, ok := o.(SessionDown); ok {
			down = append(down, s)
		}
	}
	return down
}

func (n *node) tunnelDowns() (down []TunnelDown) {
	for _, o := range n.outs {
		if s, ok := o.(TunnelDown); ok {
			down = append(down, s)
		}
	}
	return down
}

// has tells whether an event of type E was told for which ok is true.
func has[E Event](n *node, ok func(E) bool) bool {
	return slices.ContainsFunc(n.rec.Events, func(ev event.Event) bool {
		e, is := ev.(E)
		return is && (ok == nil || ok(e))
	})
}

// frame sends a PPP frame over a session of n.
func (w *world) frame(n *node, s Handle, text string) bool {
	path, ok := n.e.Send(w.now, s, w.buffer(text))
	_ = path
	return ok
}

func (w *world) buffer(text string) *packet.Buffer { return packet.From([]byte(text)) }

// say sends a PPP frame over a session of n, onto the pipe.
func (w *world) say(n *node, s Handle, text string) {
	w.t.Helper()
	buf := w.buffer(text)
	path, ok := n.e.Send(w.now, s, buf)
	if !ok {
		w.t.Fatalf("send of %q refused", text)
	}
	w.send(n, path, buf)
}

// inject delivers a message made by hand to n, as from its peer.
func (w *world) inject(n *node, tunnel, session, ns, nr uint16, m wire.Message, extra ...wire.AVP) {
	w.t.Helper()
	*m.Extra() = append(*m.Extra(), extra...)
	body, err := wire.AppendBody(nil, m, wire.Encoding{})
	if err != nil {
		w.t.Fatal(err)
	}
	w.raw(n, wire.AppendControl(nil, tunnel, session, ns, nr, body))
}

func (w *world) raw(n *node, p []byte) {
	buf := packet.From(p)
	prof := w.peer(n).profile
	buf.Protected, buf.Security = prof != "", prof
	n.e.Receive(w.now, n.addr, w.peer(n).addr, buf)
}

// last returns the last control message that n sent.
func (n *node) last() (wire.Header, wire.Message) {
	n.t.Helper()
	for i := len(n.sent) - 1; i >= 0; i-- {
		h, at, err := wire.ParseHeader(n.sent[i])
		if err != nil {
			n.t.Fatal(err)
		}
		if at == len(n.sent[i]) {
			continue
		}
		p, _ := wire.Parse(n.sent[i][at:], nil)
		return h, p.Message
	}
	return wire.Header{}, nil
}

// empty fails unless everything is given back.
func (w *world) empty() {
	w.t.Helper()
	w.collect()
	for i, n := range []*node{w.pc, w.lns} {
		e := n.e
		if s := fmt.Sprint(len(e.tunnels), len(e.sessions), len(e.byPeer), len(e.byDial), len(e.inGroup), e.halfOpen, e.timers.Len()); s != "0 0 0 0 0 0 0" {
			w.t.Fatalf("node %d keeps tunnels, sessions, byPeer, byDial, inGroup, halfOpen, timers: %s", i, s)
		}
	}
	if live := packet.Live() - w.live; live != 0 {
		w.t.Fatalf("%d buffers are out", live)
	}
}
