package l2tp

import (
	"errors"
	"io"
	"slices"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
)

// Errors of Dial.
var (
	// ErrFull is a full table of tunnels or sessions.
	ErrFull = errors.New("l2tp: too many tunnels or sessions")
	// ErrRandom is a reader of random bytes that gave none.
	ErrRandom = errors.New("l2tp: no random bytes")
	// ErrPath is a request without two UDP endpoints.
	ErrPath = errors.New("l2tp: a dial needs a local and a remote address and port")
)

// Engine is all L2TP of one node. It belongs to one goroutine.
type Engine struct {
	sink event.Sink
	rand io.Reader
	data DataSink
	cfg  Config

	tunnels  map[uint16]*tunnel // by local id
	byPeer   map[peerKey]*tunnel
	sessions map[Handle]*session
	byDial   map[dialKey]*tunnel // those that further calls may join
	inGroup  map[string]int      // sessions by group
	halfOpen int
	timers   clock.Queue[timerKey]

	lastHandle Handle
	lastUnique uint32
	nextSerial uint32
	nextTunnel uint16 // for sequential ids

	out, spare []Output
	counters   Counters
}

// timerKey names a timer: of a tunnel by its id, of a session by its handle.
type timerKey struct {
	kind   timerKind
	tunnel uint16
	handle Handle
}

type timerKind int

const (
	timerRetransmit timerKind = iota
	timerAck
	timerHello
	timerIdle
	timerSetup
	timerLinger
	numTimers
	timerSession = numTimers // keyed by handle
)

// New returns an engine that tells its steps to sink, draws ids, challenges and
// tie breakers from random and hands PPP frames to data.
func New(sink event.Sink, random io.Reader, data DataSink) *Engine {
	return &Engine{
		sink: sink, rand: random, data: data,
		tunnels: make(map[uint16]*tunnel), byPeer: make(map[peerKey]*tunnel),
		byDial: make(map[dialKey]*tunnel), sessions: make(map[Handle]*session), inGroup: make(map[string]int),
	}
}

// Configure takes the whole desired configuration. Tunnels that exist keep
// what they were made with, as in IOS, where `no vpdn enable` closes none.
func (e *Engine) Configure(now clock.Instant, cfg Config) {
	cfg.Groups = slices.Clone(cfg.Groups)
	e.cfg = cfg
}

// Deadline returns when Tick is wanted next, clock.Never for not at all.
func (e *Engine) Deadline() clock.Instant { return e.timers.Deadline() }

// Tick does what is due at now.
func (e *Engine) Tick(now clock.Instant) {
	for {
		k, ok := e.timers.PopDue(now)
		if !ok {
			return
		}
		if k.kind == timerSession {
			if s := e.sessions[k.handle]; s != nil {
				e.sessionLate(now, s)
			}
		} else if t := e.tunnels[k.tunnel]; t != nil {
			e.tunnelTimer(now, t, k.kind)
		}
	}
}

// Drain returns what the engine wants done since the last Drain, in order. The
// slice is valid until the next call of Drain; the Packets' buffers belong to the caller.
func (e *Engine) Drain() []Output {
	if len(e.out) == 0 {
		return nil
	}
	out := e.out
	clear(e.spare)
	e.out, e.spare = e.spare[:0], out
	return out
}

// Close releases what the outbox still holds. The engine must not be used afterwards.
func (e *Engine) Close() {
	for _, o := range e.Drain() {
		if p, ok := o.(Packet); ok {
			p.Buf.Release()
		}
	}
}

// Counters returns the totals.
func (e *Engine) Counters() Counters { return e.counters }

func (e *Engine) tell(o Output) { e.out = append(e.out, o) }

func (e *Engine) emit(ev Event) {
	if e.sink.Wants(ev.Class()) {
		e.sink.Emit(ev)
	}
}

// drop counts a refusal and releases the packet.
func (e *Engine) drop(r DropReason, buf *packet.Buffer) {
	e.counters.Dropped[r]++
	buf.Release()
}

// random returns n random bytes.
func (e *Engine) random(n int) ([]byte, bool) {
	b := make([]byte, n)
	_, err := io.ReadFull(e.rand, b)
	return b, err == nil
}
