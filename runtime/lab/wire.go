package lab

import (
	"fmt"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
)

// wire is one direction of a link as the runners see it: a frame goes in, none,
// one or two come out, each at an instant not before now. Only the sending
// node's goroutine uses a wire.
type wire interface {
	send(now clock.Instant, frame *packet.Buffer, dst []arrival) []arrival
}

// arrival is a frame that leaves a wire.
type arrival struct {
	at    clock.Instant
	frame *packet.Buffer
}

// port is one linked port of a node, seen from inside.
type port struct {
	wire     wire
	peer     int // index of the node at the other end
	peerPort int
}

// box is what both runners keep for a node.
type box struct {
	name    string
	node    Node
	console Console
	ports   []port
	now     clock.Instant // of the step that runs
	sent    []arrival     // scratch
}

// build makes the nodes and wires of a lab. deliver is called for each arrival,
// from the step of the sending node.
func build(f *File, kinds Kinds, opt *Options, wires func(i int, l LinkSpec) ([2]wire, error), deliver func(from *box, to port, a arrival)) ([]*box, error) {
	boxes := make([]*box, len(f.Nodes))
	for i := range f.Nodes {
		boxes[i] = &box{name: f.Nodes[i].Name, ports: make([]port, len(f.Nodes[i].Ports))}
	}
	for i, l := range f.Links {
		w, err := wires(i, l)
		if err != nil {
			return nil, err
		}
		for side, e := range l.Ends {
			other := l.Ends[1-side]
			boxes[e.Node].ports[e.Port] = port{wire: w[side], peer: other.Node, peerPort: other.Port}
		}
	}
	for i := range f.Nodes {
		if err := boxes[i].make(f, i, kinds, opt, deliver); err != nil {
			closeAll(boxes[:i])
			return nil, err
		}
	}
	return boxes, nil
}

func closeAll(boxes []*box) {
	for _, b := range boxes {
		b.node.Close(b.now)
	}
}

func (b *box) make(f *File, i int, kinds Kinds, opt *Options, deliver func(*box, port, arrival)) error {
	spec := &f.Nodes[i]
	kind, ok := kinds[spec.Kind]
	if !ok {
		return &Error{File: f.Source, Line: spec.Line, Text: fmt.Sprintf("node %s: kind %q: expected %s", spec.Name, spec.Kind, oneOf(kindNames(kinds)))}
	}
	node, err := kind.New(Env{
		Name: spec.Name, Index: i, Spec: spec.Spec, Ports: spec.Ports,
		Rand: opt.random(spec.Name), Epoch: opt.Epoch,
		Transmit: func(p int, frame *packet.Buffer) { b.transmit(p, frame, deliver) },
		NVRAM:    opt.nvram(spec.Name), Keys: opt.keys(),
	})
	if err != nil {
		return fmt.Errorf("%s:%d: node %s: %w", f.Source, spec.Line, spec.Name, err)
	}
	b.node, b.console = node, node.Console()
	return nil
}

// transmit puts a frame on the wire at one of the node's ports. A port without
// a link swallows it, as an open socket does.
func (b *box) transmit(p int, frame *packet.Buffer, deliver func(*box, port, arrival)) {
	if p < 0 || p >= len(b.ports) {
		frame.Release()
		return
	}
	to := b.ports[p]
	b.sent = to.wire.send(b.now, frame, b.sent[:0])
	for _, a := range b.sent {
		deliver(b, to, a)
	}
}

// resolve fills in what the zero Options leave open.
func (o *Options) resolve(epoch time.Time) {
	if o.Epoch.IsZero() {
		o.Epoch = epoch
	}
}
