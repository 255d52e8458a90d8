package forward

import (
	"math"
	"time"

	"ioslab/runtime/clock"
)

const (
	// meterStep is how often IOS samples an interface's load.
	meterStep = 5 * time.Second
	// defaultLoadInterval is IOS's `load-interval 300`.
	defaultLoadInterval = 5 * time.Minute
)

// meter is an exponentially weighted rate, folded every five seconds of the
// instants it is told; it needs no timer.
type meter struct {
	next             clock.Instant
	bits, packets    float64 // since the last fold
	bitRate, pktRate float64
	decay            float64 // a step's weight of the past
}

func newMeter(now clock.Instant, interval time.Duration) meter {
	if interval <= 0 {
		interval = defaultLoadInterval
	}
	return meter{next: now.Add(meterStep), decay: math.Exp(-meterStep.Seconds() / interval.Seconds())}
}

func (m *meter) add(now clock.Instant, bytes int) {
	if m.next.Reached(now) {
		m.fold(now)
	}
	m.bits += float64(bytes) * 8
	m.packets++
}

func (m *meter) fold(now clock.Instant) {
	if !m.next.Reached(now) {
		return
	}
	steps := int64(now.Sub(m.next)/meterStep) + 1
	m.next = m.next.Add(time.Duration(steps) * meterStep)
	s := meterStep.Seconds()
	m.bitRate = m.bitRate*m.decay + m.bits/s*(1-m.decay)
	m.pktRate = m.pktRate*m.decay + m.packets/s*(1-m.decay)
	m.bits, m.packets = 0, 0
	if steps > 1 {
		rest := math.Pow(m.decay, float64(steps-1))
		m.bitRate *= rest
		m.pktRate *= rest
	}
}
