package lab

import (
	"bytes"
	"errors"
	"io"
	"slices"
	"sync"

	"ioslab/runtime/clock"
)

const (
	// backlogSize is how much output a console keeps while nobody is attached.
	backlogSize = 64 << 10
	// highWater is how much unread output stops an attachment's own input: a
	// client that does not read cannot make a node write without end.
	highWater = 1 << 20
	// outputLimit is how much unread output an attachment keeps at all; older
	// output is dropped in favour of newer.
	outputLimit = 8 << 20
	// MaxAttached is how many clients may share one console.
	MaxAttached = 16
	// inputChunk is how much input is given to a node in one step, so that a
	// pasted file does not keep it from its packets.
	inputChunk = 4 << 10
)

// ErrConsoleFull tells that a console has MaxAttached clients already.
var ErrConsoleFull = errors.New("the console has all the clients that it takes")

// Hub is a node's console as a console server offers it: one line, shared by
// all that attach. Each sees everything that the line prints, whoever typed.
//
//	terminal ──┐                     ┌──► terminal
//	telnet 1 ──┼─► Console.Input …   ├──► telnet 1     (one bounded buffer each)
//	telnet 2 ──┘    Console.Output ──┴──► telnet 2
type Hub struct {
	name string
	box  *liveBox

	mu       sync.Mutex
	clients  []*Attachment
	backlog  []byte // output while nobody was there
	lastLine []byte // the unfinished line on the screen: the prompt
	waiters  []chan struct{}
	closed   bool
}

func newHub(name string, b *liveBox) *Hub { return &Hub{name: name, box: b} }

// Name returns the node's name.
func (h *Hub) Name() string { return h.name }

// Clients returns how many are attached.
func (h *Hub) Clients() int {
	h.mu.Lock()
	defer h.mu.Unlock()
	return len(h.clients)
}

// publish spreads what the console has to show. It runs on the node's goroutine
// after each step.
func (h *Hub) publish(c Console) {
	out := c.Output()
	h.mu.Lock()
	defer h.mu.Unlock()
	if len(out) > 0 {
		h.spread(out)
	}
	if len(h.waiters) > 0 && c.Idle() {
		for _, w := range h.waiters {
			close(w)
		}
		h.waiters = nil
	}
}

func (h *Hub) spread(out []byte) {
	h.remember(out)
	if len(h.clients) == 0 {
		h.backlog = appendLimited(h.backlog, out, backlogSize)
		return
	}
	for _, a := range h.clients {
		a.give(out)
	}
}

// remember keeps the line that the cursor is on.
func (h *Hub) remember(out []byte) {
	if i := bytes.LastIndexByte(out, '\n'); i >= 0 {
		h.lastLine, out = h.lastLine[:0], out[i+1:]
	}
	h.lastLine = appendLimited(h.lastLine, out, 1024)
}

// appendLimited appends and then drops from the front what is more than limit.
func appendLimited(dst, src []byte, limit int) []byte {
	dst = append(dst, src...)
	if extra := len(dst) - limit; extra > 0 {
		dst = slices.Delete(dst, 0, extra)
	}
	return dst
}

// Attach joins a client to the console. The first to come is given what was
// printed before anybody was there; a later one the line that the cursor is on.
func (h *Hub) Attach() (*Attachment, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	switch {
	case h.closed:
		return nil, io.ErrClosedPipe
	case len(h.clients) >= MaxAttached:
		return nil, ErrConsoleFull
	}
	a := &Attachment{hub: h}
	a.cond = sync.NewCond(&a.mu)
	if h.backlog != nil {
		a.buf, h.backlog = h.backlog, nil
	} else {
		a.buf = bytes.Clone(h.lastLine)
	}
	h.clients = append(h.clients, a)
	return a, nil
}

// WaitIdle returns when all input given so far has had its effect and the
// console waits for more, or when stop is closed or the lab has ended.
func (h *Hub) WaitIdle(stop <-chan struct{}) {
	w := make(chan struct{})
	wait := func(clock.Instant) {
		h.mu.Lock()
		defer h.mu.Unlock()
		h.waiters = append(h.waiters, w)
	}
	if !h.box.post(wait) {
		return
	}
	select {
	case <-w:
	case <-stop:
	case <-h.box.live.stop:
	case <-h.box.live.failed:
	}
}

func (h *Hub) close() {
	h.mu.Lock()
	clients := h.clients
	h.clients, h.closed = nil, true
	h.mu.Unlock()
	for _, a := range clients {
		a.end()
	}
}

func (h *Hub) detach(a *Attachment) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.clients = slices.DeleteFunc(h.clients, func(c *Attachment) bool { return c == a })
}

// Attachment is one client of a console. Read and Write may be used by two
// goroutines at once.
type Attachment struct {
	hub *Hub

	mu      sync.Mutex
	cond    *sync.Cond
	buf     []byte // output that the client has not read
	closed  bool
	dropped uint64
}

// give adds output; what a client does not read in time is lost from the front.
func (a *Attachment) give(out []byte) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.buf)+len(out) > outputLimit {
		drop := min(len(a.buf), outputLimit/2)
		a.dropped += uint64(drop)
		a.buf = slices.Delete(a.buf, 0, drop)
	}
	a.buf = append(a.buf, out...)
	a.cond.Broadcast()
}

// Read returns output of the console. It waits for some, and returns io.EOF when
// the attachment or the lab is closed and everything was read.
func (a *Attachment) Read(p []byte) (int, error) {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.buf) == 0 && !a.closed {
		a.cond.Wait()
	}
	if len(a.buf) == 0 {
		return 0, io.EOF
	}
	n := copy(p, a.buf)
	if a.buf = a.buf[n:]; len(a.buf) == 0 {
		a.buf = nil
	}
	a.cond.Broadcast()
	return n, nil
}

// Write gives keys to the console. It waits while the client has much output
// left to read.
func (a *Attachment) Write(keys []byte) (int, error) {
	done := 0
	for done < len(keys) {
		if !a.mayWrite() {
			return done, io.ErrClosedPipe
		}
		part := bytes.Clone(keys[done:min(done+inputChunk, len(keys))])
		if !a.step(func(now clock.Instant, c Console) { c.Input(now, part) }) {
			return done, io.ErrClosedPipe
		}
		done += len(part)
	}
	return done, nil
}

func (a *Attachment) mayWrite() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.buf) > highWater && !a.closed {
		a.cond.Wait()
	}
	return !a.closed
}

// Drained waits until the client has read everything or is closed.
func (a *Attachment) Drained() {
	a.mu.Lock()
	defer a.mu.Unlock()
	for len(a.buf) > 0 && !a.closed {
		a.cond.Wait()
	}
}

// Break sends the terminal's break signal.
func (a *Attachment) Break() bool {
	return a.step(func(now clock.Instant, c Console) { c.Break(now) })
}

// Resize tells the size of the client's window. The last to tell it wins, since
// the line has one size only.
func (a *Attachment) Resize(columns, rows int) bool {
	return a.step(func(now clock.Instant, c Console) { c.Resize(now, columns, rows) })
}

func (a *Attachment) step(do func(clock.Instant, Console)) bool {
	b := a.hub.box
	return b.post(func(now clock.Instant) { do(now, b.console) })
}

// Dropped returns how many bytes of output were lost since the client read too slowly.
func (a *Attachment) Dropped() uint64 {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.dropped
}

// Close leaves the console. A Read that waits returns io.EOF.
func (a *Attachment) Close() error {
	a.hub.detach(a)
	a.end()
	return nil
}

func (a *Attachment) end() {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.closed = true
	a.cond.Broadcast()
}
