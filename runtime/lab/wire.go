package lab

import (
	"fmt"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/link"
	"ioslab/runtime/packet"
)

// runner is what a Live and a World do differently about a frame or a timer.
type runner interface {
	link.Scheduler
	// arrive takes a frame that came over a wire to a node's port, on whatever
	// goroutine the wire was served by.
	arrive(node, port int, frame *packet.Buffer)
	// carrier tells a node that the wire at its port came or went.
	carrier(node, port int, up bool)
}

// CarrierNode is a Node that wants to know whether its ports' wires are there.
// It is told of each linked port before its first Tick, and when a wire is cut
// or plugged in again.
type CarrierNode interface {
	Carrier(now clock.Instant, port int, up bool)
}

// port is one linked port of a node, seen from inside.
type port struct {
	wire *link.Wire
	side link.Side
}

// box is what both runners keep for a node.
type box struct {
	name    string
	index   int
	node    Node
	console Console
	ports   []port
	now     clock.Instant // of the step that runs
}

// build makes the boxes of a lab, their nodes and the wires between them.
func build(f *File, kinds Kinds, opt *Options, r runner) ([]*box, *links, error) {
	boxes := make([]*box, len(f.Nodes))
	for i := range f.Nodes {
		boxes[i] = &box{name: f.Nodes[i].Name, index: i, ports: make([]port, len(f.Nodes[i].Ports))}
	}
	l, err := newLinks(f, opt, r)
	if err != nil {
		return nil, nil, err
	}
	for i, spec := range f.Links {
		for side, e := range spec.Ends {
			boxes[e.Node].ports[e.Port] = port{wire: l.wires[i], side: link.Side(side)}
		}
	}
	for i := range f.Nodes {
		if err := boxes[i].make(f, kinds, opt); err != nil {
			for _, b := range boxes[:i] {
				b.node.Close(0)
			}
			l.close()
			return nil, nil, err
		}
	}
	return boxes, l, nil
}

func (b *box) make(f *File, kinds Kinds, opt *Options) error {
	spec := &f.Nodes[b.index]
	kind, ok := kinds[spec.Kind]
	if !ok {
		return &Error{File: f.Source, Line: spec.Line, Text: fmt.Sprintf("node %s: kind %q: expected %s", spec.Name, spec.Kind, oneOf(kindNames(kinds)))}
	}
	node, err := kind.New(Env{
		Name: spec.Name, Index: b.index, Spec: spec.Spec, Ports: spec.Ports,
		Rand: opt.random(spec.Name), Epoch: opt.Epoch, Transmit: b.transmit,
		NVRAM: opt.nvram(spec.Name), Keys: opt.keys(),
	})
	if err != nil {
		return fmt.Errorf("%s:%d: node %s: %w", f.Source, spec.Line, spec.Name, err)
	}
	b.node, b.console = node, node.Console()
	return nil
}

// start is a node's first step.
func (b *box) start(now clock.Instant) {
	b.now = now
	if c, ok := b.node.(CarrierNode); ok {
		for i := range b.ports {
			c.Carrier(now, i, true)
		}
	}
	b.node.Tick(now)
}

// carrier tells the node about a wire.
func (b *box) carrier(now clock.Instant, port int, up bool) {
	b.now = now
	if c, ok := b.node.(CarrierNode); ok {
		c.Carrier(now, port, up)
	}
}

// transmit puts a frame on the wire at one of the node's ports. A port without
// a link swallows it, as an open socket does.
func (b *box) transmit(p int, frame *packet.Buffer) {
	if p < 0 || p >= len(b.ports) {
		frame.Release()
		return
	}
	b.ports[p].wire.Send(b.ports[p].side, frame)
}

// resolve fills in what the zero Options leave open.
func (o *Options) resolve(epoch time.Time) {
	if o.Epoch.IsZero() {
		o.Epoch = epoch
	}
}
