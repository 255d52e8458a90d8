package lab

import (
	"crypto/sha256"
	"encoding/binary"
	"fmt"
	"hash"
	"time"

	"ioslab/runtime/clock"
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
	index  int
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
	var err error
	if w.links, err = newLinks(f, &opt); err != nil {
		return nil, err
	}
	boxes, err := build(f, kinds, &opt, w.links.wires, w.deliver)
	if err != nil {
		w.links.close()
		return nil, err
	}
	for i, b := range boxes {
		wb := &worldBox{box: b, index: i, tickAt: 0}
		w.boxes = append(w.boxes, wb)
		w.push(event{at: 0, node: i})
	}
	return w, nil
}

// Now returns the world's time: that of the last event, or the end of the last run.
func (w *World) Now() clock.Instant { return w.now }

// deliver schedules a frame's arrival.
func (w *World) deliver(from *box, to port, a arrival) {
	if len(w.heap) >= flightLimit {
		w.dropped++
		a.frame.Release()
		return
	}
	w.push(event{at: max(a.at, from.now), node: to.peer, port: to.peerPort, frame: a.frame})
}

func (w *World) push(e event) {
	w.seq++
	e.seq = w.seq
	w.heap.push(e)
}

// Step does the next event and reports whether there was one.
func (w *World) Step() bool { return w.stepBefore(clock.Never) }

// stepBefore does the next event that is due at end or earlier.
func (w *World) stepBefore(end clock.Instant) bool {
	for len(w.heap) > 0 && w.heap[0].at <= end && w.heap[0].at != clock.Never {
		e := w.heap.pop()
		b := w.boxes[e.node]
		if e.frame == nil && e.at != b.tickAt {
			continue // a tick that was moved
		}
		w.now = max(w.now, e.at)
		w.run(b, e)
		return true
	}
	return false
}

func (w *World) run(b *worldBox, e event) {
	b.now = w.now
	if e.frame == nil {
		b.tickAt = clock.Never
		b.node.Tick(w.now)
	} else {
		w.record(e)
		b.node.Receive(w.now, e.port, e.frame)
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
	for w.stepBefore(end) {
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
		if !w.stepBefore(end) {
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

// Frames returns how many frames have arrived at nodes, InFlight how many are
// on the wires.
func (w *World) Frames() uint64 { return w.frames }

// InFlight returns how many frames are on the wires.
func (w *World) InFlight() int {
	n := 0
	for i := range w.heap {
		if w.heap[i].frame != nil {
			n++
		}
	}
	return n
}

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
	for _, e := range w.heap {
		if e.frame != nil {
			e.frame.Release()
		}
	}
	w.heap = nil
	return w.links.close()
}

// event is a tick of a node, or a frame's arrival at one.
type event struct {
	at    clock.Instant
	seq   uint64
	node  int
	port  int
	frame *packet.Buffer // nil for a tick
}

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
