package link

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
)

func TestMain(m *testing.M) {
	packet.Scribble = true
	os.Exit(m.Run())
}

// schedule is simulated time.
type schedule struct {
	now  clock.Instant
	todo []job
	seq  int
}

type job struct {
	at  clock.Instant
	seq int
	f   func()
}

func (s *schedule) Now() clock.Instant { return s.now }

func (s *schedule) At(when clock.Instant, f func()) {
	s.seq++
	s.todo = append(s.todo, job{max(when, s.now), s.seq, f})
}

// run does all that is due up to until.
func (s *schedule) run(until clock.Instant) {
	for {
		best := -1
		for i, j := range s.todo {
			if j.at <= until && (best < 0 || j.at < s.todo[best].at || j.at == s.todo[best].at && j.seq < s.todo[best].seq) {
				best = i
			}
		}
		if best < 0 {
			s.now = max(s.now, until)
			return
		}
		j := s.todo[best]
		s.todo = slices.Delete(s.todo, best, best+1)
		s.now = j.at
		j.f()
	}
}

// arrival is a frame that came out of a wire.
type arrival struct {
	at clock.Instant
	n  uint32
}

// rig is a wire between two recorders.
type rig struct {
	*schedule
	wire    *Wire
	got     [2][]arrival // by the side that received
	carrier [2][]bool
}

func newRig(t *testing.T, seed uint64) *rig {
	live := packet.Live()
	r := &rig{schedule: &schedule{}}
	end := func(s Side) End {
		return End{Deliver: func(f *packet.Buffer) {
			r.got[s] = append(r.got[s], arrival{r.now, binary.BigEndian.Uint32(f.Bytes())})
			f.Release()
		}, Carrier: func(up bool) { r.carrier[s] = append(r.carrier[s], up) }}
	}
	r.wire = New("w1", r.schedule, rand.New(rand.NewPCG(seed, 1)), end(A), end(B))
	t.Cleanup(func() {
		r.run(r.now.Add(time.Hour))
		if n := packet.Live() - live; n != 0 || r.wire.InFlight() != 0 {
			t.Errorf("%d buffers leaked, %d frames under way", n, r.wire.InFlight())
		}
	})
	return r
}

// frame returns a frame of size bytes with a number.
func frame(n uint32, size int) *packet.Buffer {
	b := packet.Get(size)
	p := b.Extend(size)
	clear(p)
	binary.BigEndian.PutUint32(p, n)
	return b
}

// send sends count frames from a side, one every gap.
func (r *rig) send(from Side, count, size int, gap time.Duration) {
	for n := range count {
		r.wire.Send(from, frame(uint32(n), size))
		r.run(r.now.Add(gap))
	}
}

func numbers(as []arrival) (ns []uint32) {
	for _, a := range as {
		ns = append(ns, a.n)
	}
	return ns
}

func TestPerfectWireHandsOverAtOnce(t *testing.T) {
	r := newRig(t, 1)
	r.wire.Plug()
	for n := range uint32(5) {
		r.wire.Send(A, frame(n, 60))
		r.wire.Send(B, frame(n+100, 60))
	}
	if fmt.Sprint(numbers(r.got[B]), numbers(r.got[A])) != "[0 1 2 3 4] [100 101 102 103 104]" {
		t.Fatal(r.got)
	}
	if s := r.wire.Stats(A); s != (Stats{Frames: 5, Bytes: 300, Delivered: 5}) {
		t.Fatalf("%+v", s)
	}
}

// The same seed draws the same faults, another seed others; and the rates are those asked for.
func TestFaultsRepeatUnderASeed(t *testing.T) {
	faults := Faults{Delay: 20 * time.Millisecond, Jitter: 10 * time.Millisecond, Loss: 0.1, Duplicate: 0.05, Reorder: 0.05}
	run := func(seed uint64) *rig {
		r := newRig(t, seed)
		r.wire.SetFaults(A, faults)
		r.wire.Plug()
		r.send(A, 4000, 100, time.Millisecond)
		r.run(r.now.Add(time.Second))
		return r
	}
	a, b, c := run(1), run(1), run(2)
	if !slices.Equal(a.got[B], b.got[B]) {
		t.Fatal("one seed gave two runs")
	}
	if slices.Equal(a.got[B], c.got[B]) {
		t.Fatal("two seeds gave one run")
	}
	s := a.wire.Stats(A)
	// 4000 draws: five standard deviations are ±95, ±69 and ±69.
	if s.Frames != 4000 || s.Lost < 305 || s.Lost > 495 || s.Duplicated < 110 || s.Duplicated > 250 || s.Reordered < 130 || s.Reordered > 270 {
		t.Fatalf("%+v", s)
	}
	if s.Delivered != s.Frames-s.Lost+s.Duplicated || int(s.Delivered) != len(a.got[B]) {
		t.Fatalf("%+v, %d arrived", s, len(a.got[B]))
	}
	if len(a.got[A]) != 0 {
		t.Fatal("frames came back")
	}
}

// Jitter delays, within its bounds, and does not change the order.
func TestDelayAndJitterKeepOrder(t *testing.T) {
	r := newRig(t, 3)
	r.wire.SetFaults(A, Faults{Delay: 20 * time.Millisecond, Jitter: 10 * time.Millisecond})
	r.wire.Plug()
	r.send(A, 500, 60, time.Millisecond)
	r.run(r.now.Add(time.Second))
	if len(r.got[B]) != 500 || !slices.IsSorted(numbers(r.got[B])) {
		t.Fatal("out of order")
	}
	for _, a := range r.got[B] {
		sent := clock.Instant(0).Add(time.Duration(a.n) * time.Millisecond)
		if d := a.at.Sub(sent); d < 20*time.Millisecond || d > 30*time.Millisecond {
			t.Fatalf("frame %d took %v", a.n, d)
		}
	}
}

func TestReorderLetsLaterFramesOvertake(t *testing.T) {
	r := newRig(t, 4)
	r.wire.SetFaults(A, Faults{Delay: time.Millisecond, Reorder: 0.2, ReorderBy: 50 * time.Millisecond})
	r.wire.Plug()
	r.send(A, 200, 60, time.Millisecond)
	r.run(r.now.Add(time.Second))
	if slices.IsSorted(numbers(r.got[B])) || len(r.got[B]) != 200 {
		t.Fatal("in order")
	}
}

// A wire with a bandwidth takes its time for each frame, and drops what its queue does not hold.
func TestBandwidthAndQueue(t *testing.T) {
	r := newRig(t, 5)
	r.wire.SetFaults(A, Faults{Bandwidth: 8000, Queue: 3}) // 1 byte a millisecond
	r.wire.Plug()
	for n := range uint32(10) {
		r.wire.Send(A, frame(n, 100))
	}
	r.run(r.now.Add(10 * time.Second))
	want := []arrival{}
	for n := range uint32(4) { // one on the wire and three waiting
		want = append(want, arrival{clock.Instant(0).Add(time.Duration(n+1) * 100 * time.Millisecond), n})
	}
	if !slices.Equal(r.got[B], want) {
		t.Fatalf("%+v", r.got[B])
	}
	if s := r.wire.Stats(A); s.QueueDrop != 6 {
		t.Fatalf("%+v", s)
	}
	r.wire.Send(A, frame(77, 100)) // the queue is empty again
	r.run(r.now.Add(time.Second))
	if n := len(r.got[B]); n != 5 {
		t.Fatalf("%d arrived", n)
	}
}

// A cut loses what is under way and tells both ends; what was cut off does not come when the wire is back.
func TestCutAndPlug(t *testing.T) {
	r := newRig(t, 6)
	r.wire.Send(A, frame(1, 60)) // not plugged yet
	r.wire.SetFaults(A, Faults{Delay: 10 * time.Millisecond})
	r.wire.Plug()
	r.wire.Plug()
	r.wire.Send(A, frame(2, 60))
	r.run(r.now.Add(5 * time.Millisecond))
	if r.wire.InFlight() != 1 {
		t.Fatalf("%d under way", r.wire.InFlight())
	}
	r.wire.Cut()
	r.wire.Cut()
	r.wire.Send(A, frame(3, 60))
	if r.wire.Plugged() {
		t.Fatal("plugged")
	}
	r.wire.Plug()
	r.wire.Send(A, frame(4, 60))
	r.run(r.now.Add(time.Second))
	if fmt.Sprint(numbers(r.got[B])) != "[4]" {
		t.Fatal(r.got[B])
	}
	if s := r.wire.Stats(A); s.CutDrop != 3 || s.Delivered != 1 || s.Frames != 2 {
		t.Fatalf("%+v", s)
	}
	if fmt.Sprint(r.carrier) != "[[true false true] [true false true]]" {
		t.Fatal(r.carrier)
	}
}

// Frames under way when the delay goes away are not overtaken.
func TestPerfectAgainKeepsOrder(t *testing.T) {
	r := newRig(t, 7)
	r.wire.SetFaults(A, Faults{Delay: 10 * time.Millisecond})
	r.wire.Plug()
	r.wire.Send(A, frame(1, 60))
	r.wire.SetFaults(A, Faults{})
	r.wire.Send(A, frame(2, 60))
	r.run(r.now.Add(time.Second))
	if len(r.got[B]) != 2 {
		t.Fatal(r.got[B])
	}
	if !slices.IsSorted(numbers(r.got[B])) {
		t.Fatalf("order %v", numbers(r.got[B]))
	}
}

// counter is a Tap.
type counter struct{ from []Side }

func (c *counter) Frame(_ clock.Instant, from Side, _ []byte) { c.from = append(c.from, from) }

// Taps see what is put on the wire, before its faults.
func TestTapsSeeLostFrames(t *testing.T) {
	r := newRig(t, 8)
	r.wire.SetFaults(A, Faults{Loss: 1})
	r.wire.Plug()
	c := &counter{}
	r.wire.AddTap(c)
	r.wire.Send(A, frame(1, 60))
	r.wire.Send(B, frame(2, 60))
	r.wire.RemoveTap(c)
	r.wire.Send(B, frame(3, 60))
	if fmt.Sprint(c.from) != "[A B]" || len(r.got[B]) != 0 || len(r.got[A]) != 2 {
		t.Fatal(c.from, r.got)
	}
}
