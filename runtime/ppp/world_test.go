package ppp

import (
	"encoding/binary"
	"fmt"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"slices"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ppp"
)

func TestMain(m *testing.M) {
	packet.Scribble = true
	os.Exit(m.Run())
}

func seededReader(seed uint64) io.Reader {
	var b [32]byte
	binary.BigEndian.PutUint64(b[:], seed)
	return rand.NewChaCha8(b)
}

// users verifies against a table of clear passwords.
type users struct {
	passwords map[string]string
	pending   bool
	silent    bool
	asked     int
}

func (u *users) Authenticate(_ clock.Instant, r *AuthRequest) AuthReply {
	u.asked++
	switch {
	case u.silent:
		return AuthReply{Verdict: NoServer}
	case u.pending:
		return AuthReply{Verdict: Pending}
	}
	if pw, known := u.passwords[r.User]; known {
		if proof, ok := r.Verify(pw); ok {
			return AuthReply{Verdict: Pass, Proof: proof}
		}
	}
	return AuthReply{Verdict: Fail}
}

func (u *users) Secret(name string) (string, bool) { pw, ok := u.passwords[name]; return pw, ok }

// lender lends one address after the other and checks that each comes back once.
type lender struct {
	t    *testing.T
	next byte
	out  map[netip.Addr]bool
	dry  bool
}

func (p *lender) Take(_, _, _ string, want netip.Addr) (netip.Addr, bool) {
	if p.dry {
		return netip.Addr{}, false
	}
	p.next++
	a := netip.AddrFrom4([4]byte{33, 33, 33, p.next})
	if p.out == nil {
		p.out = map[netip.Addr]bool{}
	}
	p.out[a] = true
	return a, true
}

func (p *lender) Give(_ string, a netip.Addr) {
	if !p.out[a] {
		p.t.Errorf("%v given back and not lent", a)
	}
	delete(p.out, a)
}

// end is one end of a call in a test world.
type end struct {
	*Link
	events  event.Recorder
	notices []Output
	got     []string // datagrams delivered
}

func (e *end) down() (Down, bool) {
	for _, o := range e.notices {
		if d, ok := o.(Down); ok {
			return d, true
		}
	}
	return Down{}, false
}

func (e *end) ip() (IPUp, bool) {
	for i := len(e.notices) - 1; i >= 0; i-- {
		if u, ok := e.notices[i].(IPUp); ok {
			return u, true
		}
	}
	return IPUp{}, false
}

// flight is a frame on its way.
type flight struct {
	at  clock.Instant
	seq int
	dst *end
	buf *packet.Buffer
}

// world joins two ends by a wire that may lose, repeat, delay and reorder.
type world struct {
	t          *testing.T
	now        clock.Instant
	rng        *rand.Rand
	loss, dup  float64
	jitter     time.Duration
	lns, pc    *end
	users      *users
	pool       *lender
	queue      []flight
	seq        int
	unbound    bool // do not answer AuthPassed
	live       int64
	onSend     func(from *end, frame []byte)
	dropToLNS  func(proto ppp.Protocol) bool
	interfaces int
}

func newWorld(t *testing.T, seed uint64, lns, pc *Config) *world {
	w := &world{t: t, rng: rand.New(rand.NewPCG(seed, 9)), users: &users{passwords: map[string]string{"test": "test"}},
		pool: &lender{t: t}, lns: &end{}, pc: &end{}, live: packet.Live()}
	w.lns.Link = New(Session{Name: "ppp6", ID: 6, Handle: 0x6d000006}, lns,
		Deps{Rand: seededReader(2*seed + 1), Events: &w.lns.events, Auth: w.users, Pool: w.pool, Deliver: w.lns.deliver})
	w.pc.Link = New(Session{Name: "ras", Direction: Callout, Bound: true}, pc,
		Deps{Rand: seededReader(2*seed + 2), Events: &w.pc.events, Deliver: w.pc.deliver})
	return w
}

func (e *end) deliver(_ clock.Instant, b *packet.Buffer) {
	e.got = append(e.got, string(b.Bytes()))
	b.Release()
}

func lnsConfig(protos ...ppp.AuthProto) *Config {
	c := RouterConfig()
	c.Auth.Protocols, c.Auth.Name = protos, "R2LNS"
	c.IPCP.Local = netip.MustParseAddr("2.2.2.2")
	c.IPCP.Pools = []string{"l2tp"}
	return &c
}

func pcConfig(password string) *Config {
	c := WindowsClientConfig("FRANK", "test", password)
	return &c
}

func (w *world) open() {
	for _, e := range []*end{w.lns, w.pc} {
		e.LowerUp(w.now)
		e.Open(w.now)
	}
	w.collect()
}

// collect empties both outboxes on to the wire.
func (w *world) collect() {
	for again := true; again; {
		again = false
		for _, e := range []*end{w.lns, w.pc} {
			for _, o := range slices.Clone(e.Drain()) {
				again = true
				w.output(e, o)
			}
		}
	}
}

func (w *world) output(e *end, o Output) {
	dst := w.lns
	if e == w.lns {
		dst = w.pc
	}
	switch o := o.(type) {
	case Frame:
		w.fly(e, dst, o.Buf)
	case AuthPassed:
		e.notices = append(e.notices, o)
		if !w.unbound {
			w.interfaces++
			e.SetInterface(w.now, "Vi2.1")
		}
	default:
		e.notices = append(e.notices, o)
	}
}

func (w *world) fly(src, dst *end, b *packet.Buffer) {
	if w.onSend != nil {
		w.onSend(src, b.Bytes())
	}
	proto, _, _ := ppp.ParseHeader(b.Bytes())
	if w.rng.Float64() < w.loss || dst == w.lns && w.dropToLNS != nil && w.dropToLNS(proto) {
		b.Release()
		return
	}
	if w.rng.Float64() < w.dup {
		w.push(dst, b.Clone())
	}
	w.push(dst, b)
}

func (w *world) push(dst *end, b *packet.Buffer) {
	at := w.now.Add(time.Millisecond)
	if w.jitter > 0 {
		at = at.Add(time.Duration(w.rng.Int64N(int64(w.jitter))))
	}
	w.seq++
	w.queue = append(w.queue, flight{at: at, seq: w.seq, dst: dst, buf: b})
	slices.SortStableFunc(w.queue, func(a, b flight) int {
		if a.at != b.at {
			return int(min(max(a.at-b.at, -1), 1))
		}
		return a.seq - b.seq
	})
}

// run lets time pass.
func (w *world) run(d time.Duration) {
	until := w.now.Add(d)
	for range 100000 {
		next := min(w.lns.Deadline(), w.pc.Deadline())
		if len(w.queue) > 0 {
			next = min(next, w.queue[0].at)
		}
		if next > until {
			w.now = until
			return
		}
		w.now = max(w.now, next)
		if len(w.queue) > 0 && w.queue[0].at <= w.now {
			f := w.queue[0]
			w.queue = w.queue[1:]
			f.dst.Receive(w.now, f.buf)
		} else {
			w.lns.Tick(w.now)
			w.pc.Tick(w.now)
		}
		w.collect()
	}
	w.t.Fatal("the world does not come to rest")
}

// hangUp ends everything and checks that nothing is left.
func (w *world) hangUp() {
	w.t.Helper()
	w.pc.Close(w.now, AdminClosed)
	w.collect()
	w.run(time.Minute)
	w.lns.LowerDown(w.now)
	w.pc.LowerDown(w.now)
	w.collect()
	w.run(time.Minute)
	w.clean()
}

func (w *world) clean() {
	w.t.Helper()
	for _, f := range w.queue {
		f.buf.Release()
	}
	w.queue = nil
	if n := packet.Live(); n != w.live {
		w.t.Errorf("%d buffers left", n-w.live)
	}
	if len(w.pool.out) != 0 {
		w.t.Errorf("addresses left: %v", w.pool.out)
	}
	for _, e := range []*end{w.lns, w.pc} {
		if d := e.Deadline(); d != clock.Never {
			w.t.Errorf("%s still wants to be called at %v", e.Name(), d)
		}
		n := 0
		for _, o := range e.notices {
			if _, ok := o.(Down); ok {
				n++
			}
		}
		if n != 1 {
			w.t.Errorf("%s told Down %d times", e.Name(), n)
		}
		if up, down := count[IPUp](e), count[IPDown](e); up != down {
			w.t.Errorf("%s: %d IPUp, %d IPDown", e.Name(), up, down)
		}
	}
}

func count[T Output](e *end) (n int) {
	for _, o := range e.notices {
		if _, ok := o.(T); ok {
			n++
		}
	}
	return n
}

func (w *world) mustBeUp() {
	w.t.Helper()
	a, ok := w.lns.ip()
	b, ok2 := w.pc.ip()
	if !ok || !ok2 {
		dl, _ := w.lns.down()
		dp, _ := w.pc.down()
		w.t.Fatalf("not up: lns %v %v, pc %v %v\n%s", w.lns.phase, dl, w.pc.phase, dp, w.log())
	}
	if a.Peer != b.Local || a.Local != b.Peer {
		w.t.Errorf("the ends disagree: %+v, %+v", a, b)
	}
}

func (w *world) log() (s string) {
	for _, e := range w.lns.events.Events {
		s += fmt.Sprintf("%T%+v\n", e, e)
	}
	return s
}
