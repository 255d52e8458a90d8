package lab

import (
	"fmt"
	"math"
	"runtime/debug"
	"sync"
	"sync/atomic"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
)

const (
	// mailboxSize is how many frames may wait for a node; at 1,500 bytes about a
	// megabyte and a half. More are dropped and counted, as on a full interface
	// queue.
	mailboxSize = 1024
	// postSize is how many posted functions may wait for a node before Do waits.
	postSize = 64
	// burst is how many frames a node takes between two looks at its deadline.
	burst = 64
)

// Live runs a lab on the wall clock: a goroutine a node.
type Live struct {
	file  *File
	boxes []*liveBox
	links *links
	sched *scheduler
	start time.Time

	stop    chan struct{}
	failed  chan struct{}
	stopped sync.Once
	fail    sync.Once
	err     error
	done    sync.WaitGroup
}

type liveBox struct {
	*box
	live    *Live
	frames  chan mail
	posts   chan func(now clock.Instant)
	dropped atomic.Uint64
	hub     *Hub
}

type mail struct {
	port  int
	frame *packet.Buffer
}

// NewLive makes the nodes and links of f and starts them. Stop ends them.
func NewLive(f *File, kinds Kinds, opt Options) (*Live, error) {
	opt.resolve(time.Now())
	l := &Live{file: f, start: time.Now(), stop: make(chan struct{}), failed: make(chan struct{})}
	l.sched = newScheduler(l.now)
	boxes, links, err := build(f, kinds, &opt, l)
	if err != nil {
		return nil, err
	}
	l.links = links
	l.links.plug()
	for _, b := range boxes {
		lb := &liveBox{box: b, live: l, frames: make(chan mail, mailboxSize), posts: make(chan func(clock.Instant), postSize)}
		if b.console != nil {
			lb.hub = newHub(b.name, lb)
		}
		l.boxes = append(l.boxes, lb)
	}
	for _, b := range l.boxes {
		l.done.Go(b.loop)
	}
	return l, nil
}

// Now returns the lab's time.
func (l *Live) Now() clock.Instant { return l.now() }

// At does a wire's work later. It is part of link.Scheduler; nobody else calls it.
func (l *Live) At(when clock.Instant, f func()) { l.sched.at(when, f) }

// arrive puts a frame into a node's mailbox.
func (l *Live) arrive(node, port int, frame *packet.Buffer) {
	b := l.boxes[node]
	select {
	case b.frames <- mail{port, frame}:
	default:
		b.dropped.Add(1)
		frame.Release()
	}
}

// carrier tells a node of its wire. Nodes learn of the wires that are there from
// the start in their first step.
func (l *Live) carrier(node, port int, up bool) {
	if l.boxes == nil {
		return
	}
	b := l.boxes[node]
	b.post(func(now clock.Instant) { b.carrier(now, port, up) })
}

func (l *Live) now() clock.Instant { return clock.Instant(time.Since(l.start)) }

// loop is a node's life.
func (b *liveBox) loop() {
	defer b.recover()
	b.start(b.live.now())
	timer := time.NewTimer(b.settle())
	defer timer.Stop()
	for {
		select {
		case <-b.live.stop:
			return
		case m := <-b.frames:
			b.take(m)
			b.takeMore()
		case step := <-b.posts:
			b.now = b.live.now()
			step(b.now)
		case <-timer.C:
		}
		timer.Reset(b.settle())
	}
}

// recover turns a panic of a node into the end of the lab, so that the program
// can put the terminal in order before it dies.
func (b *liveBox) recover() {
	if r := recover(); r != nil {
		b.live.end(fmt.Errorf("node %s: %v\n%s", b.name, r, debug.Stack()))
	}
}

func (l *Live) end(err error) {
	l.fail.Do(func() {
		l.err = err
		close(l.failed)
	})
}

func (b *liveBox) take(m mail) {
	b.now = b.live.now()
	b.node.Receive(b.now, m.port, m.frame)
}

// takeMore takes what else is there, up to a burst, before deadlines are looked at.
func (b *liveBox) takeMore() {
	for range burst {
		select {
		case m := <-b.frames:
			b.take(m)
		default:
			return
		}
	}
}

// settle does what is due, shows what the console says, and returns how long the
// node may sleep.
func (b *liveBox) settle() time.Duration {
	b.now = b.live.now()
	if b.node.Deadline() <= b.now {
		b.node.Tick(b.now)
	}
	if b.hub != nil {
		b.hub.publish(b.console)
	}
	when := b.node.Deadline()
	if when == clock.Never {
		return math.MaxInt64
	}
	return max(when.Sub(b.live.now()), 0)
}

// post hands a function to the node's goroutine. It waits while postSize others
// wait; it reports false when the lab has ended. Never call it from a node.
func (b *liveBox) post(step func(now clock.Instant)) bool {
	select {
	case <-b.live.stop:
		return false
	default:
	}
	select {
	case b.posts <- step:
		return true
	case <-b.live.stop:
	case <-b.live.failed:
	}
	return false
}

func (l *Live) find(name string) *liveBox {
	i, ok := l.file.Node(name)
	if !ok {
		panic(fmt.Sprintf("lab: no node is called %q", name))
	}
	return l.boxes[i]
}

// Do posts a step to a node and does not wait for it. It reports false when the
// lab has ended. It must not be called from within a step.
func (l *Live) Do(name string, step func(now clock.Instant, n Node)) bool {
	b := l.find(name)
	return b.post(func(now clock.Instant) { step(now, b.node) })
}

// Call makes a step of a node and waits until it is done. It reports false when
// the lab ended before.
func (l *Live) Call(name string, step func(now clock.Instant, n Node)) bool {
	b, done := l.find(name), make(chan struct{})
	if !b.post(func(now clock.Instant) { defer close(done); step(now, b.node) }) {
		return false
	}
	select {
	case <-done:
		return true
	case <-l.stop:
	case <-l.failed:
	}
	return false
}

// Console returns the hub of a node's console, nil for a node without one.
func (l *Live) Console(name string) *Hub { return l.find(name).hub }

// Nodes returns the names of the nodes in the order of the lab file.
func (l *Live) Nodes() []string {
	names := make([]string, len(l.boxes))
	for i, b := range l.boxes {
		names[i] = b.name
	}
	return names
}

// Dropped returns how many frames a node's full mailbox has refused.
func (l *Live) Dropped(name string) uint64 { return l.find(name).dropped.Load() }

// Failed is closed when a node has panicked; Err tells which and where.
func (l *Live) Failed() <-chan struct{} { return l.failed }

// Err returns why the lab failed, nil while Failed is open.
func (l *Live) Err() error {
	select {
	case <-l.failed:
		return l.err
	default:
		return nil
	}
}

// Stop ends the nodes, waits for their goroutines, closes the consoles and the
// captures, and returns the first error of a capture. A second call does nothing.
func (l *Live) Stop() error {
	var err error
	l.stopped.Do(func() {
		close(l.stop)
		l.done.Wait()
		l.links.cut()
		l.sched.stop()
		for _, b := range l.boxes {
			b.close()
		}
		err = l.links.close()
	})
	return err
}

// close ends the node after its goroutine has gone.
func (b *liveBox) close() {
	if b.live.Err() == nil {
		b.node.Close(b.live.now())
	}
	for len(b.frames) > 0 {
		(<-b.frames).frame.Release()
	}
	if b.hub != nil {
		b.hub.close()
	}
}
