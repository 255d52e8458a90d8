package link

import (
	"math/rand/v2"
	"slices"
	"sync"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
)

// Scheduler is the lab's time: simulated or live.
type Scheduler interface {
	Now() clock.Instant
	// At calls f at the instant, or soon when it has passed, never on the caller's
	// stack. Equal instants come in the order of the calls.
	At(when clock.Instant, f func())
}

// Side names one end of a wire.
type Side uint8

// The two ends.
const (
	A Side = iota
	B
)

// String returns "A" or "B".
func (s Side) String() string {
	if s == A {
		return "A"
	}
	return "B"
}

// Other returns the other end.
func (s Side) Other() Side { return s ^ 1 }

// End is how a wire talks to the node at one of its ends. Neither function may call the wire back on the
// same stack; a lab puts what it gets into the node's mailbox or event heap.
type End struct {
	// Deliver takes a frame that came over the wire; ownership passes.
	Deliver func(frame *packet.Buffer)
	// Carrier is told when the wire comes or goes.
	Carrier func(up bool)
}

// Tap sees each frame that a node puts on the wire, before faults. frame is borrowed. Calls come one at
// a time, in the order of the frames.
type Tap interface {
	Frame(at clock.Instant, from Side, frame []byte)
}

// Wire joins two ports. It is safe for use by both nodes' goroutines.
type Wire struct {
	name  string
	sched Scheduler
	ends  [2]End

	mu      sync.Mutex
	rng     *rand.Rand
	dirs    [2]direction // by the side that sends
	plugged bool
	epoch   uint64 // counts cuts: what was under way then is lost
	taps    []Tap
}

// New returns a wire that is not plugged in yet: call Plug when both nodes are
// ready. rng draws the faults; it may be nil as long as there are none, and belongs to the wire.
func New(name string, sched Scheduler, rng *rand.Rand, a, b End) *Wire {
	return &Wire{name: name, sched: sched, rng: rng, ends: [2]End{a, b}}
}

// Name returns the wire's name.
func (w *Wire) Name() string { return w.name }

// Send puts a frame on the wire at one end; ownership passes.
func (w *Wire) Send(from Side, frame *packet.Buffer) {
	w.mu.Lock()
	d := &w.dirs[from]
	if !w.plugged {
		d.stats.CutDrop++
		w.mu.Unlock()
		frame.Release()
		return
	}
	d.stats.Frames++
	d.stats.Bytes += uint64(frame.Len())
	if len(w.taps) > 0 {
		now := w.sched.Now()
		for _, t := range w.taps {
			t.Frame(now, from, frame.Bytes())
		}
	}
	if d.perfect() && d.inFlight == 0 {
		d.stats.Delivered++
		w.mu.Unlock()
		w.ends[from.Other()].Deliver(frame)
		return
	}
	w.disturb(from, d, frame)
	w.mu.Unlock()
}

// disturb applies the faults to a frame, which it owns, under the lock.
func (w *Wire) disturb(from Side, d *direction, frame *packet.Buffer) {
	if d.faults.Loss > 0 && w.rng.Float64() < d.faults.Loss {
		d.stats.Lost++
		frame.Release()
		return
	}
	if d.faults.Duplicate > 0 && w.rng.Float64() < d.faults.Duplicate {
		d.stats.Duplicated++
		w.carry(from, d, frame.Clone())
	}
	w.carry(from, d, frame)
}

// carry lets one copy arrive at its time.
func (w *Wire) carry(from Side, d *direction, frame *packet.Buffer) {
	due, ok := d.schedule(w.sched.Now(), w.rng, frame.Len())
	if !ok {
		frame.Release()
		return
	}
	d.inFlight++
	epoch := w.epoch
	w.sched.At(due, func() { w.arrive(from, epoch, frame) })
}

// arrive hands a frame over, unless the wire was cut meanwhile.
func (w *Wire) arrive(from Side, epoch uint64, frame *packet.Buffer) {
	w.mu.Lock()
	d := &w.dirs[from]
	d.inFlight--
	if epoch != w.epoch {
		d.stats.CutDrop++
		w.mu.Unlock()
		frame.Release()
		return
	}
	d.stats.Delivered++
	w.mu.Unlock()
	w.ends[from.Other()].Deliver(frame)
}

// SetFaults disturbs the direction that starts at from. Frames under way keep
// their fate, and those sent from now on do not overtake them.
func (w *Wire) SetFaults(from Side, f Faults) {
	w.mu.Lock()
	defer w.mu.Unlock()
	d := &w.dirs[from]
	d.faults = f
	d.departures = nil
}

// Faults returns what disturbs the direction that starts at from.
func (w *Wire) Faults(from Side) Faults {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dirs[from].faults
}

// Plug joins the wire (again) and tells both ends. A plugged wire stays as it is.
func (w *Wire) Plug() { w.setPlugged(true) }

// Cut pulls the wire: both ends lose their carrier, frames under way are lost.
func (w *Wire) Cut() { w.setPlugged(false) }

func (w *Wire) setPlugged(on bool) {
	w.mu.Lock()
	if w.plugged == on {
		w.mu.Unlock()
		return
	}
	w.plugged = on
	w.epoch++
	for s := range w.dirs {
		// Nothing is under way any more that later frames could overtake.
		w.dirs[s].departures, w.dirs[s].lastDue = nil, 0
	}
	w.mu.Unlock()
	for _, e := range w.ends {
		if e.Carrier != nil {
			e.Carrier(on)
		}
	}
}

// Plugged reports whether the wire is plugged in.
func (w *Wire) Plugged() bool {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.plugged
}

// AddTap adds a tap.
func (w *Wire) AddTap(t Tap) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.taps = append(w.taps, t)
}

// RemoveTap removes it.
func (w *Wire) RemoveTap(t Tap) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.taps = slices.DeleteFunc(w.taps, func(x Tap) bool { return x == t })
}

// Stats returns what the direction that starts at from did.
func (w *Wire) Stats(from Side) Stats {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dirs[from].stats
}

// InFlight returns how many frames are under way, both ways.
func (w *Wire) InFlight() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.dirs[A].inFlight + w.dirs[B].inFlight
}
