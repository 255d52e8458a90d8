package clock

import (
	"math"
	"time"
)

// Instant is a point on a lab's monotonic time line, in nanoseconds since the
// lab (or the lone router) started. It never jumps; wall-clock time is the
// logging layer's business.
type Instant int64

// Never is the deadline of something that waits for no time.
const Never Instant = math.MaxInt64

// Add returns i moved by d. Never stays Never.
func (i Instant) Add(d time.Duration) Instant {
	if i == Never {
		return Never
	}
	return i + Instant(d)
}

// Sub returns the duration from j to i.
func (i Instant) Sub(j Instant) time.Duration { return time.Duration(i - j) }

// Before reports whether i lies before j.
func (i Instant) Before(j Instant) bool { return i < j }

// Reached reports whether deadline i has come at now.
func (i Instant) Reached(now Instant) bool { return i <= now }

// Earliest returns the earliest of the given instants, Never for none.
func Earliest(is ...Instant) Instant {
	e := Never
	for _, i := range is {
		e = min(e, i)
	}
	return e
}
