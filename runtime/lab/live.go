package lab

import (
	"fmt"
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
	// delayedLimit is how many frames may be on the wires towards a node.
	delayedLimit = 16_384
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
	delayed eventHeap
	seq     uint64
	dropped atomic.Uint64
	hub     *Hub
}

type mail struct {
	at    clock.Instant
	port  int
	frame *packet.Buffer
}

// NewLive makes the nodes and links of f and starts them. Stop ends them.
func NewLive(f *File, kinds Kinds, opt Options) (*Live, error) {
	opt.resolve(time.Now())
	l := &Live{file: f, start: time.Now(), stop: make(chan struct{}), failed: make(chan struct{})}
	var err error
	if l.links, err = newLinks(f, &opt); err != nil {
		return nil, err
	}
	boxes, err := build(f, kinds, &opt, l.links.wires, l.deliver)
	if err != nil {
		l.links.close()
		return nil, err
	}
	for _, b := range boxes {
		lb := &liveBox{box: b, live: l, frames: make(chan mail, mailboxSize), posts: make(chan func(clock.Instant), postSize)}
		if b.console != nil {
			lb.hub = newHub(b.name, lb)
		}
		l.boxes = append(l.boxes, lb)
	}
	for _, b := range l.boxes {
		l.done.Add(1)
		go b.loop()
	}
	return l, nil
}

// deliver puts a frame into the mailbox of the node at the other end. It runs on
// the sender's goroutine.
func (l *Live) deliver(_ *box, to port, a arrival) {
	b := l.boxes[to.peer]
	select {
	case b.frames <- mail{a.at, to.peerPort, a.frame}:
	default:
		b.dropped.Add(1)
		a.frame.Release()
	}
}

func (l *Live) now() clock.Instant { return clock.Instant(time.Since(l.start)) }

// loop is a node's life.
func (b *liveBox) loop() {
	defer b.live.done.Done()
	defer b.recover()
	b.now = b.live.now()
	b.node.Tick(b.now)
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
	if m.at > b.now {
		b.hold(m)
		return
	}
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

// hold keeps a frame that is still on the wire.
func (b *liveBox) hold(m mail) {
	if len(b.delayed) >= delayedLimit {
		b.dropped.Add(1)
		m.frame.Release()
		return
	}
	b.seq++
	b.delayed.push(event{at: m.at, seq: b.seq, port: m.port, frame: m.frame})
}

// settle does what is due, shows what the console says, and returns how long the
// node may sleep.
func (b *liveBox) settle() time.Duration {
	b.now = b.live.now()
	for len(b.delayed) > 0 && b.delayed[0].at <= b.now {
		e := b.delayed.pop()
		b.node.Receive(b.now, e.port, e.frame)
	}
	if b.node.Deadline() <= b.now {
		b.node.Tick(b.now)
	}
	if b.hub != nil {
		b.hub.publish(b.console)
	}
	when := b.node.Deadline()
	if len(b.delayed) > 0 {
		when = min(when, b.delayed[0].at)
	}
	if when == clock.Never {
		return 1<<63 - 1
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
	for _, e := range b.delayed {
		e.frame.Release()
	}
	b.delayed = nil
	for len(b.frames) > 0 {
		(<-b.frames).frame.Release()
	}
	if b.hub != nil {
		b.hub.close()
	}
}
