package link

import (
	"math/rand/v2"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
)

// Scheduler is the lab's time: simulated or live.
type Scheduler interface {
	Now() clock.Instant
	// At calls f at the instant, or at once when it has passed, never on the caller's stack.
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

// End is how a wire talks to the node at one of its ends.
type End struct {
	// Deliver takes a frame that came over the wire; ownership passes.
	Deliver func(frame *packet.Buffer)
	// Carrier is told when the wire comes or goes.
	Carrier func(up bool)
}

// Faults disturb one direction of a wire. The zero value is a perfect wire.
type Faults struct {
	Delay     time.Duration
	Jitter    time.Duration // each frame waits up to this longer
	Loss      float64       // probabilities, 0 to 1
	Duplicate float64
	// Reorder is the probability that a frame is held back by ReorderBy (0 means 10 ms, or Delay when more).
	Reorder   float64
	ReorderBy time.Duration
	// Bandwidth in bits per second, 0 for none; Queue is how many frames may wait for it, 0 means 64.
	Bandwidth int64
	Queue     int
}

// Stats count what one direction did.
type Stats struct {
	Frames, Bytes                          uint64
	Delivered                              uint64
	Lost, Duplicated, Reordered, QueueDrop uint64
	CutDrop                                uint64
}

// Tap sees each frame that a node puts on the wire, before faults. frame is borrowed.
type Tap interface {
	Frame(at clock.Instant, from Side, frame []byte)
}

// Wire joins two ports. It is safe for use by both nodes' goroutines.
type Wire struct {
	ends [2]End
}

// New returns a wire that is plugged in; nobody has been told yet: call Plug. rng may be nil
// as long as no fault is set; it must not be shared with another goroutine.
func New(name string, sched Scheduler, rng *rand.Rand, a, b End) *Wire {
	return &Wire{ends: [2]End{a, b}}
}

// Name returns the wire's name.
func (w *Wire) Name() string { return "" }

// Send puts a frame on the wire at one end; ownership passes.
func (w *Wire) Send(from Side, frame *packet.Buffer) { frame.Release() }

// SetFaults disturbs the direction that starts at from.
func (w *Wire) SetFaults(from Side, f Faults) {}

// Faults returns what disturbs the direction that starts at from.
func (w *Wire) Faults(from Side) Faults { return Faults{} }

// Plug joins the wire (again) and tells both ends.
func (w *Wire) Plug() {}

// Cut pulls the wire: both ends lose their carrier, frames under way are lost.
func (w *Wire) Cut() {}

// Plugged reports whether the wire is plugged in.
func (w *Wire) Plugged() bool { return false }

// AddTap adds a tap; it is called in the order of the frames under the wire's lock.
func (w *Wire) AddTap(t Tap) {}

// RemoveTap removes it.
func (w *Wire) RemoveTap(t Tap) {}

// Stats returns what the direction that starts at from did.
func (w *Wire) Stats(from Side) Stats { return Stats{} }

// InFlight returns how many frames are under way.
func (w *Wire) InFlight() int { return 0 }
