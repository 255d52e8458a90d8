package lab

import (
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"strings"

	"ioslab/runtime/link"
	"ioslab/runtime/packet"
)

// links holds the wires of a lab, in the order of the lab file, and what
// records them.
type links struct {
	wires    []*link.Wire
	captures []*link.Capture
	files    []io.WriteCloser
}

func newLinks(f *File, opt *Options, r runner) (*links, error) {
	l := &links{}
	for _, spec := range f.Links {
		rng := rand.New(opt.stream("link", spec.Name()))
		w := link.New(spec.Name(), r, rng, end(spec.Ends[0], r), end(spec.Ends[1], r))
		w.SetFaults(link.A, spec.Faults)
		w.SetFaults(link.B, spec.Faults)
		l.wires = append(l.wires, w)
		if opt.Capture == nil {
			continue
		}
		if err := l.capture(f, spec, w, opt); err != nil {
			l.close()
			return nil, err
		}
	}
	return l, nil
}

func end(e Endpoint, r runner) link.End {
	return link.End{
		Deliver: func(frame *packet.Buffer) { r.arrive(e.Node, e.Port, frame) },
		Carrier: func(up bool) { r.carrier(e.Node, e.Port, up) },
	}
}

func (l *links) capture(f *File, spec LinkSpec, w *link.Wire, opt *Options) error {
	file, err := opt.Capture.Create(CaptureName(f, spec))
	if err != nil {
		return fmt.Errorf("capture of link %s: %w", spec.Name(), err)
	}
	l.files = append(l.files, file)
	c, err := link.NewCapture(file, spec.Name(), opt.Epoch)
	if err != nil {
		return fmt.Errorf("capture of link %s: %w", spec.Name(), err)
	}
	l.captures = append(l.captures, c)
	w.AddTap(c)
	return nil
}

// CaptureName returns the file name of a link's capture, as
// "article-r2_FastEthernet0-0-pc_eth0.pcapng".
func CaptureName(f *File, spec LinkSpec) string {
	part := func(e Endpoint) string {
		return e.NodeName + "_" + strings.ReplaceAll(e.PortName, "/", "-")
	}
	return f.Name + "-" + part(spec.Ends[0]) + "-" + part(spec.Ends[1]) + ".pcapng"
}

// plug brings all wires up; the nodes are told in their first step instead.
func (l *links) plug() {
	for _, w := range l.wires {
		w.Plug()
	}
}

// inFlight returns how many frames the wires hold back.
func (l *links) inFlight() int {
	n := 0
	for _, w := range l.wires {
		n += w.InFlight()
	}
	return n
}

// cut pulls all wires: frames under way are lost.
func (l *links) cut() {
	for _, w := range l.wires {
		w.Cut()
	}
}

// close ends the captures and returns the first error of each that had one.
func (l *links) close() error {
	var all []error
	for _, c := range l.captures {
		all = append(all, c.Close())
	}
	for _, f := range l.files {
		all = append(all, f.Close())
	}
	l.captures, l.files = nil, nil
	return errors.Join(all...)
}
