package lab

import (
	"sync"
	"time"

	"ioslab/runtime/clock"
)

// scheduler does the wires' delayed work of a live lab: one goroutine, started
// when there is something to delay for the first time.
type scheduler struct {
	now func() clock.Instant

	mu      sync.Mutex
	heap    eventHeap
	seq     uint64
	wake    chan struct{}
	end     chan struct{}
	done    sync.WaitGroup
	running bool
	stopped bool
}

func newScheduler(now func() clock.Instant) *scheduler {
	return &scheduler{now: now, wake: make(chan struct{}, 1), end: make(chan struct{})}
}

// at calls f at the instant on the scheduler's goroutine.
func (s *scheduler) at(when clock.Instant, f func()) {
	s.mu.Lock()
	s.seq++
	s.heap.push(event{at: when, seq: s.seq, do: f})
	first := s.heap[0].seq == s.seq
	if !s.running && !s.stopped {
		s.running = true
		s.done.Go(s.loop)
	}
	s.mu.Unlock()
	if first {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

func (s *scheduler) loop() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-s.end:
			return
		case <-s.wake:
		case <-timer.C:
		}
		timer.Reset(s.runDue())
	}
}

// runDue does what is due and returns the time until the next.
func (s *scheduler) runDue() time.Duration {
	for {
		s.mu.Lock()
		if len(s.heap) == 0 {
			s.mu.Unlock()
			return time.Hour
		}
		wait := s.heap[0].at.Sub(s.now())
		if wait > 0 {
			s.mu.Unlock()
			return wait
		}
		e := s.heap.pop()
		s.mu.Unlock()
		e.do()
	}
}

// stop ends the goroutine and does all that is left, so that every frame that
// is still held finds its end at the cut wire.
func (s *scheduler) stop() {
	s.mu.Lock()
	s.stopped = true
	s.mu.Unlock()
	close(s.end)
	s.done.Wait()
	for len(s.heap) > 0 {
		e := s.heap.pop()
		e.do()
	}
}
