package lab

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/link"
	"ioslab/runtime/packet"
)

const (
	// spinLimit is how many ticks in a row a node may ask for at one instant
	// without time going on: a node that asks for more never sleeps again.
	spinLimit = 100_000
	// flightLimit is how many frames may be on the wires of a World.
	flightLimit = 1 << 20
)

// World runs a lab in simulated time: one goroutine, one heap of events ordered
// by time and then by the order in which they were scheduled, all randomness
// from one seed. The same File, Options and calls give the same bytes on every
// link and the same text on every console.
type World struct {
	file    *File
	boxes   []*worldBox
	heap    eventHeap
	seq     uint64
	now     clock.Instant
	links   *links
	digest  hash.Hash
	frames  uint64
	dropped uint64
}

type worldBox struct {
	*box
	tickAt clock.Instant // when the valid tick in the heap is due; Never for none
	spins  int
	text   []byte // all console output so far
}

// NewWorld makes the nodes and links of f at instant 0; each node has its first
// Tick at 0 when the World runs.
func NewWorld(f *File, kinds Kinds, opt Options) (*World, error) {
	opt.Seeded = true
	opt.resolve(worldEpoch)
	w := &World{file: f, digest: sha256.New()}
	boxes, links, err := build(f, kinds, &opt, w)
	if err != nil {
		return nil, err
	}
	w.links = links
	w.links.plug()
	for i, b := range boxes {
		w.boxes = append(w.boxes, &worldBox{box: b, tickAt: clock.Never})
		w.push(event{node: i, do: func() { b.start(w.now) }})
	}
	return w, nil
}

// Now returns the world's time: that of the last event, or the end of the last run.
func (w *World) Now() clock.Instant { return w.now }

// At schedules a wire's work. It is part of link.Scheduler; nobody else calls it.
func (w *World) At(when clock.Instant, f func()) {
	w.push(event{at: max(when, w.now), node: noNode, do: f})
}

// arrive schedules a frame's arrival: at once, after what is scheduled already.
func (w *World) arrive(node, port int, frame *packet.Buffer) {
	if len(w.heap) >= flightLimit {
		w.dropped++
		frame.Release()
		return
	}
	w.push(event{at: w.now, node: node, port: port, frame: frame})
}

// carrier schedules the news of a wire. While the lab is made or torn down there
// is nobody to tell: nodes learn of their wires in their first step.
func (w *World) carrier(node, port int, up bool) {
	if w.boxes == nil {
		return
	}
	b := w.boxes[node]
	w.push(event{at: w.now, node: node, do: func() { b.carrier(w.now, port, up) }})
}

func (w *World) push(e event) {
	w.seq++
	e.seq = w.seq
	w.heap.push(e)
}

// Step does the next event and reports whether there was one.
func (w *World) Step() bool { return w.StepBefore(clock.Never) }

// StepBefore does the next event that is due at end or earlier and reports whether
// there was one.
func (w *World) StepBefore(end clock.Instant) bool {
	for len(w.heap) > 0 && w.heap[0].at <= end && w.heap[0].at != clock.Never {
		e := w.heap.pop()
		if e.isTick() && e.at != w.boxes[e.node].tickAt {
			continue // a tick that was moved
		}
		w.now = max(w.now, e.at)
		w.run(e)
		return true
	}
	return false
}

func (w *World) run(e event) {
	if e.node == noNode {
		e.do()
		return
	}
	b := w.boxes[e.node]
	b.now = w.now
	switch {
	case e.do != nil:
		e.do()
	case e.frame != nil:
		w.record(e)
		b.node.Receive(w.now, e.port, e.frame)
	default:
		b.tickAt = clock.Never
		b.node.Tick(w.now)
	}
	w.settle(b)
}

// record mixes a frame that arrives into the world's digest.
func (w *World) record(e event) {
	w.frames++
	var head [24]byte
	binary.BigEndian.PutUint64(head[0:], uint64(e.at))
	binary.BigEndian.PutUint32(head[8:], uint32(e.node))
	binary.BigEndian.PutUint32(head[12:], uint32(e.port))
	binary.BigEndian.PutUint64(head[16:], uint64(e.frame.Len()))
	w.digest.Write(head[:])
	w.digest.Write(e.frame.Bytes())
}

// settle takes what a step left: console text and the next deadline.
func (w *World) settle(b *worldBox) {
	if b.console != nil {
		b.text = append(b.text, b.console.Output()...)
	}
	when := b.node.Deadline()
	if when > w.now {
		b.spins = 0
	} else if b.spins++; b.spins > spinLimit {
		panic(fmt.Sprintf("lab: node %s asked %d times for a tick at %v", b.name, b.spins, time.Duration(w.now)))
	}
	if when = max(when, w.now); when == b.tickAt {
		return
	}
	b.tickAt = when
	if when != clock.Never {
		w.push(event{at: when, node: b.index})
	}
}

// RunUntil does every event due at or before end; the world's time is then end.
func (w *World) RunUntil(end clock.Instant) {
	for w.StepBefore(end) {
	}
	if end != clock.Never {
		w.now = max(w.now, end)
	}
}

// RunFor runs for a span of time.
func (w *World) RunFor(d time.Duration) { w.RunUntil(w.now.Add(d)) }

// RunWhile runs until the condition, asked before each event, is false or limit
// has passed. It reports whether the condition became false in time.
func (w *World) RunWhile(limit time.Duration, busy func() bool) bool {
	end := w.now.Add(limit)
	for busy() {
		if !w.StepBefore(end) {
			w.now = max(w.now, end)
			return !busy()
		}
	}
	return true
}

// find returns a node's box; a name that the lab does not have is a mistake of
// the program.
func (w *World) find(name string) *worldBox {
	i, ok := w.file.Node(name)
	if !ok {
		panic(fmt.Sprintf("lab: no node is called %q", name))
	}
	return w.boxes[i]
}

// Node returns a node for looking at; to change something use Do.
func (w *World) Node(name string) Node { return w.find(name).node }

// Do makes one step of a node at the world's time.
func (w *World) Do(name string, step func(now clock.Instant, n Node)) {
	b := w.find(name)
	b.now = w.now
	step(w.now, b.node)
	w.settle(b)
}

// Type gives keys to a node's console at the world's time.
func (w *World) Type(name, keys string) {
	w.Do(name, func(now clock.Instant, n Node) {
		if c := w.find(name).console; c != nil {
			c.Input(now, []byte(keys))
		}
	})
}

// Idle reports whether a node's console waits for input.
func (w *World) Idle(name string) bool {
	c := w.find(name).console
	return c == nil || c.Idle()
}

// Text returns all that a node's console has shown.
func (w *World) Text(name string) string { return string(w.find(name).text) }

// Nodes returns the names of the nodes in the order of the lab file.
func (w *World) Nodes() []string {
	names := make([]string, len(w.boxes))
	for i, b := range w.boxes {
		names[i] = b.name
	}
	return names
}

// Frames returns how many frames have arrived at nodes.
func (w *World) Frames() uint64 { return w.frames }

// InFlight returns how many frames are on the wires.
func (w *World) InFlight() int {
	n := w.links.inFlight()
	for i := range w.heap {
		if w.heap[i].frame != nil {
			n++
		}
	}
	return n
}

// Wires returns the links in the order of the lab file, to disturb or cut.
func (w *World) Wires() []*link.Wire { return w.links.wires }

// Sum returns a digest of everything that happened: each frame's time, place
// and bytes, and each console's text. Two runs of one seed have equal sums.
func (w *World) Sum() [sha256.Size]byte {
	h := sha256.New()
	h.Write(w.digest.Sum(nil))
	for _, b := range w.boxes {
		fmt.Fprintf(h, "%s %d ", b.name, len(b.text))
		h.Write(b.text)
	}
	return [sha256.Size]byte(h.Sum(nil))
}

// Close ends the nodes, releases the frames on the wires and closes captures.
// It returns the first error of a capture.
func (w *World) Close() error {
	for _, b := range w.boxes {
		b.node.Close(w.now)
	}
	w.boxes = nil
	w.links.cut()
	for len(w.heap) > 0 {
		switch e := w.heap.pop(); {
		case e.frame != nil:
			e.frame.Release()
		case e.node == noNode:
			e.do() // a cut wire's work gives back the frame that it held
		}
	}
	return w.links.close()
}

// noNode marks an event that is no node's step.
const noNode = -1

// event is a tick of a node, a frame's arrival at one, or something else to do.
type event struct {
	at    clock.Instant
	seq   uint64
	node  int
	port  int
	frame *packet.Buffer // of an arrival
	do    func()         // a step of the node, or a wire's work with noNode
}

func (e *event) isTick() bool { return e.frame == nil && e.do == nil }

// eventHeap is a binary heap, earliest first, equal instants in order of seq.
type eventHeap []event

func (h eventHeap) less(i, j int) bool {
	return h[i].at < h[j].at || h[i].at == h[j].at && h[i].seq < h[j].seq
}

func (h *eventHeap) push(e event) {
	*h = append(*h, e)
	q := *h
	for i := len(q) - 1; i > 0 && q.less(i, (i-1)/2); i = (i - 1) / 2 {
		q[i], q[(i-1)/2] = q[(i-1)/2], q[i]
	}
}

func (h *eventHeap) pop() event {
	q := *h
	e, last := q[0], len(q)-1
	q[0] = q[last]
	q[last] = event{}
	q = q[:last]
	*h = q
	for i := 0; ; {
		c := 2*i + 1
		if c >= len(q) {
			return e
		}
		if c+1 < len(q) && q.less(c+1, c) {
			c++
		}
		if !q.less(c, i) {
			return e
		}
		q[i], q[c] = q[c], q[i]
		i = c
	}
}
