package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"ioslab/runtime/lab"
)

// escapeWait is how long a Ctrl-Shift-6 waits for its x before the console gets
// it: long enough for two fingers, short enough to stop a ping with it.
const escapeWait = 700 * time.Millisecond

// errQuit tells that the user has chosen to leave.
var errQuit = errors.New("quit")

// desk is where the user sits: one terminal (or script) in front of a lab, with
// one node's console on it at a time.
type desk struct {
	live  *lab.Live
	name  string
	ports []int
	tty   *terminal // nil for a script
	keys  chan []byte
	rest  []byte // keys that were read and not used
	end   chan struct{}

	outMu sync.Mutex // held by the menu, so that a console does not write into it
	out   io.Writer

	node       int
	attachment *lab.Attachment
	copied     chan struct{} // closed when the attachment's output was shown whole
}

// newDesk returns a desk with input and output; tty is nil for a script.
func newDesk(l *lab.Live, name string, ports []int, tty *terminal, in io.Reader, out io.Writer) *desk {
	d := &desk{live: l, name: name, ports: ports, tty: tty, out: out, keys: make(chan []byte), end: make(chan struct{})}
	if tty == nil {
		d.out = &plainLines{w: out}
	}
	go d.read(in)
	return d
}

// read is the only reader of the input. It stays behind in a blocked read when
// the desk ends; the program ends right after.
func (d *desk) read(in io.Reader) {
	defer d.tty.guard()
	defer close(d.keys)
	for {
		buf := make([]byte, 4096)
		n, err := in.Read(buf)
		if n > 0 {
			select {
			case d.keys <- buf[:n]:
			case <-d.end:
				return
			}
		}
		if err != nil {
			return
		}
	}
}

// sit serves the user until the input ends, the user quits or the lab does.
func (d *desk) sit() error {
	defer close(d.end)
	if err := d.open(0); err != nil {
		return err
	}
	defer func() { d.leave() }()
	var esc escape
	for {
		in, ok := d.input(&esc)
		if !ok {
			d.send(esc.release())
			d.finish()
			return nil
		}
		keys, menu, rest := esc.next(in)
		if err := d.send(keys); err != nil {
			return nil // the lab has ended; its error is told elsewhere
		}
		if !menu {
			continue
		}
		d.rest = rest
		if err := d.menu(); err != nil {
			return err
		}
	}
}

// input returns the next keys; false at the end of the input. On a terminal a
// held escape character is let go after a while.
func (d *desk) input(esc *escape) ([]byte, bool) {
	if len(d.rest) > 0 {
		in := d.rest
		d.rest = nil
		return in, true
	}
	var wait <-chan time.Time
	if esc.held && d.tty != nil {
		wait = time.After(escapeWait)
	}
	select {
	case in, ok := <-d.keys:
		return in, ok
	case <-wait:
		d.send(esc.release())
		return nil, true
	case <-d.live.Failed():
		return nil, false
	}
}

func (d *desk) send(keys []byte) error {
	if len(keys) == 0 {
		return nil
	}
	_, err := d.attachment.Write(keys)
	return err
}

// open puts a node's console onto the terminal.
func (d *desk) open(node int) error {
	name := d.live.Nodes()[node]
	hub := d.live.Console(name)
	if hub == nil {
		return fmt.Errorf("node %s has no console", name)
	}
	a, err := hub.Attach()
	if err != nil {
		return fmt.Errorf("console of %s: %w", name, err)
	}
	d.node, d.attachment, d.copied = node, a, make(chan struct{})
	if columns, rows := d.tty.size(); columns > 0 {
		a.Resize(columns, rows)
	}
	go d.show(a, d.copied)
	return nil
}

// leave closes the console in front of the user and waits until its last output is shown.
func (d *desk) leave() {
	d.attachment.Close()
	<-d.copied
}

// show copies a console's output to the terminal.
func (d *desk) show(a *lab.Attachment, copied chan struct{}) {
	defer d.tty.guard()
	defer close(copied)
	buf := make([]byte, 16<<10)
	for {
		n, err := a.Read(buf)
		if err != nil {
			return
		}
		d.outMu.Lock()
		_, err = d.out.Write(buf[:n])
		d.outMu.Unlock()
		if err != nil {
			return // nobody looks any more; the input's end follows
		}
	}
}

// finish waits at the end of the input until everything typed has had its
// effect and was shown. A terminal that is gone waits for nothing.
func (d *desk) finish() {
	if d.tty != nil {
		return
	}
	name := d.live.Nodes()[d.node]
	d.live.Console(name).WaitIdle(nil)
	d.attachment.Drained()
}

// resized tells the console the window's new size.
func (d *desk) resized() {
	if columns, rows := d.tty.size(); columns > 0 && d.attachment != nil {
		d.attachment.Resize(columns, rows)
	}
}

// plainLines takes the carriage returns off line ends, for output into a file or
// pipe, where text has plain lines.
type plainLines struct {
	w    io.Writer
	held bool // a CR that may belong to a line end
}

// Write passes p on; it reports all of p as written unless writing failed.
func (l *plainLines) Write(p []byte) (int, error) {
	out := make([]byte, 0, len(p)+1)
	if l.held {
		out = append(out, '\r')
	}
	out = append(out, p...)
	l.held = bytes.HasSuffix(out, []byte{'\r'})
	if l.held {
		out = out[:len(out)-1]
	}
	if _, err := l.w.Write(bytes.ReplaceAll(out, []byte("\r\n"), []byte("\n"))); err != nil {
		return 0, err
	}
	return len(p), nil
}
