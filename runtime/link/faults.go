package link

import (
	"math/rand/v2"
	"time"

	"ioslab/runtime/clock"
)

const (
	// defaultQueue is how many frames wait for a slow wire: IOS's output hold queue is 40, a host's larger.
	defaultQueue = 64
	// maxQueue bounds Faults.Queue.
	maxQueue = 65536
	// defaultReorder is how long a reordered frame is held back at least.
	defaultReorder = 10 * time.Millisecond
)

// Faults disturb one direction of a wire. The zero value is a perfect wire.
type Faults struct {
	Delay time.Duration
	// Jitter makes each frame wait up to this longer; it does not change their order.
	Jitter    time.Duration
	Loss      float64 // probabilities, 0 to 1
	Duplicate float64
	// Reorder is the probability that a frame is held back by ReorderBy (0 means 10 ms, or Delay
	// when more), so that later ones overtake it.
	Reorder   float64
	ReorderBy time.Duration
	// Bandwidth in bits per second, 0 for none; Queue is how many frames may wait for it, 0 means 64.
	Bandwidth int64
	Queue     int
}

// Stats count what one direction did.
type Stats struct {
	Frames, Bytes                          uint64 // put on the wire
	Delivered                              uint64
	Lost, Duplicated, Reordered, QueueDrop uint64
	CutDrop                                uint64 // sent on, or under way when, the wire was cut
}

// direction is the state of one way.
type direction struct {
	faults Faults
	stats  Stats
	// departures are the instants at which queued frames leave the sender, the last one when the wire is free.
	departures []clock.Instant
	lastDue    clock.Instant
	inFlight   int
}

// perfect reports whether nothing disturbs the direction.
func (d *direction) perfect() bool { return d.faults == Faults{} }

// schedule draws the fate of one copy of a frame of n bytes: when it arrives,
// or false when the queue is full.
func (d *direction) schedule(now clock.Instant, rng *rand.Rand, n int) (due clock.Instant, ok bool) {
	due = now
	if d.faults.Bandwidth > 0 {
		if due, ok = d.depart(now, n); !ok {
			return 0, false
		}
	}
	due = due.Add(d.faults.Delay)
	if d.faults.Jitter > 0 {
		due = due.Add(time.Duration(rng.Int64N(int64(d.faults.Jitter) + 1)))
	}
	if d.faults.Reorder > 0 && rng.Float64() < d.faults.Reorder {
		d.stats.Reordered++
		return due.Add(d.reorderBy()), true
	}
	d.lastDue = max(d.lastDue, due)
	return d.lastDue, true
}

func (d *direction) reorderBy() time.Duration {
	if d.faults.ReorderBy > 0 {
		return d.faults.ReorderBy
	}
	return max(defaultReorder, d.faults.Delay)
}

// depart puts a frame into the queue of a wire with a bandwidth.
func (d *direction) depart(now clock.Instant, n int) (clock.Instant, bool) {
	for len(d.departures) > 0 && d.departures[0].Reached(now) {
		d.departures = d.departures[1:]
	}
	limit := d.faults.Queue
	if limit <= 0 {
		limit = defaultQueue
	}
	if len(d.departures) > min(limit, maxQueue) {
		d.stats.QueueDrop++
		return 0, false
	}
	start := now
	if k := len(d.departures); k > 0 {
		start = d.departures[k-1]
	}
	at := start.Add(time.Duration(float64(n) * 8 / float64(d.faults.Bandwidth) * float64(time.Second)))
	d.departures = append(d.departures, at)
	return at, true
}
