package ipsec

import (
	"io"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
)

// Limits of the tables.
const (
	// MaxPairs bounds the SADB: 10,000 sessions with their rekeyed
	// predecessors, and room for three times as many.
	MaxPairs = 65536
	// maxPairsOfIdent bounds what one identity may pile up by rekeying: the
	// newest, its predecessor and some of an impatient peer.
	maxPairsOfIdent = 8
	// maxReserved bounds SPIs that wait for their Install.
	maxReserved = 16384
)

// Engine holds the SADB and the SPD of one node. Its methods belong to one
// goroutine.
type Engine struct {
	rand io.Reader
	sink event.Sink
	cfg  Config

	spds    []*spd
	byIface map[string]*spd

	pairs    map[uint64]*pair
	in       map[saKey]*sa // by our address
	out      map[saKey]*sa // by the peer's address
	reserved map[saKey]clock.Instant
	requests map[uint64]*request
	sockets  map[Socket]*ident
	timers   clock.Queue[timer]

	lastID   uint64 // pairs, idents, requests and SA handles
	lastConn int
	ipID     uint16
	header   [60]byte // AH's view of an IP header

	drops  [dropReasons]uint64
	limits [limitKinds]clock.Instant

	outbox, spare []Output
}

// timer is a key of the timer queue.
type timer struct {
	kind timerKind
	id   uint64
}

type timerKind uint8

const (
	timerSoft    timerKind = iota // pair: soft life
	timerLate                     // pair: a responder's own attempt to rekey
	timerHard                     // pair: hard life
	timerIdle                     // pair: idle time
	timerRequest                  // request: unanswered
	timerSPI                      // reserved SPI: never used
)

// New returns an engine without any policy, so that every packet passes. SPIs
// and the secrets of IVs come from rand; events go to sink.
func New(rand io.Reader, sink event.Sink) *Engine {
	return &Engine{
		rand: rand, sink: sink,
		byIface: make(map[string]*spd), pairs: make(map[uint64]*pair),
		in: make(map[saKey]*sa), out: make(map[saKey]*sa),
		reserved: make(map[saKey]clock.Instant), requests: make(map[uint64]*request),
		sockets: make(map[Socket]*ident),
	}
}

// Deadline returns when Tick wants to be called, clock.Never for no wish.
func (e *Engine) Deadline() clock.Instant { return e.timers.Deadline() }

// Tick does what is due at now: ageing, request timers, forgotten SPIs.
func (e *Engine) Tick(now clock.Instant) {
	for {
		t, ok := e.timers.PopDue(now)
		if !ok {
			return
		}
		e.fire(now, t)
	}
}

func (e *Engine) fire(now clock.Instant, t timer) {
	switch t.kind {
	case timerRequest:
		e.requestTimeout(now, e.requests[t.id])
		return
	case timerSPI:
		e.forgetSPI(now, uint32(t.id))
		return
	case timerSoft, timerLate, timerHard, timerIdle:
	}
	p := e.pairs[t.id]
	if p == nil {
		return
	}
	switch t.kind {
	case timerSoft:
		e.softLife(now, p)
	case timerLate:
		e.lateRekey(now, p)
	case timerHard:
		e.remove(now, []*pair{p}, DeletedByAge)
	case timerIdle:
		e.idle(now, p)
	case timerRequest, timerSPI:
	}
}

// Drain returns the outputs since the last call, in order. The slice is valid
// until the next call of a method of the engine.
func (e *Engine) Drain() []Output {
	o := e.outbox
	e.outbox, e.spare = e.spare[:0], o
	return o
}

func (e *Engine) put(o Output) { e.outbox = append(e.outbox, o) }

// tell emits an event when anybody listens to its class.
func (e *Engine) tell(ev event.Event) {
	if e.sink.Wants(ev.Class()) {
		e.sink.Emit(ev)
	}
}

func (e *Engine) nextID() uint64 {
	e.lastID++
	return e.lastID
}

// limitKind is a syslog message that is rate-limited.
type limitKind uint8

const (
	limitSPI limitKind = iota
	limitClear
	limitICV
	limitReplay
	limitKinds
)

// logInterval is how often one kind of message about bad packets is logged:
// IOS limits these to one a minute.
const logInterval = clock.Instant(60e9)

// mayLog reports whether a message of the kind is due.
func (e *Engine) mayLog(now clock.Instant, k limitKind) bool {
	if now.Before(e.limits[k]) {
		return false
	}
	e.limits[k] = now + logInterval
	return true
}

// Counters returns how many packets were dropped, for every reason in the
// order of their declaration.
func (e *Engine) Counters() []DropCount {
	list := make([]DropCount, 0, dropReasons-1)
	for r := NotDropped + 1; r < dropReasons; r++ {
		list = append(list, DropCount{r, e.drops[r]})
	}
	return list
}

// ClearCounters zeroes the drop counters and those of every identity and SA
// (`clear crypto sa counters`); life times go on.
func (e *Engine) ClearCounters() {
	e.drops = [dropReasons]uint64{}
	for _, s := range e.spds {
		for _, en := range s.entries {
			for id := range en.idents {
				id.n = identCounters{}
			}
		}
	}
	for _, p := range e.pairs {
		for _, list := range [][]*sa{p.in, p.out} {
			for _, a := range list {
				a.packets, a.bytes = 0, 0
			}
		}
	}
}
