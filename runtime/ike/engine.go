package ike

import (
	"io"
	"net/netip"
	"reflect"
	"slices"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/wire/isakmp"
)

// Engine is the IKE daemon of one node: all phase 1 SAs and what runs inside
// them. It is a step machine: not safe for concurrent use, no goroutines.
type Engine struct {
	cfg      Config
	policies []Policy // configured, then default, by priority
	keys     KeyEngine
	sink     event.Sink
	rand     io.Reader
	out      []Output
	spare    []Output // the slice that Drain gave out last
	count    Counters

	sas      map[uint64]*ikeSA
	byCookie map[isakmp.Cookie]*ikeSA // by our own cookie
	byOffer  map[offerKey]*ikeSA
	byPair   map[addrPair][]*ikeSA
	peers    map[peerKey]*peer
	failures map[failureKey]clock.Instant
	timers   clock.Queue[timer]

	halfOpen  int // live SAs that are not authenticated
	seq       uint64
	handles   uint32
	heap      uint32
	connIDs   int
	engineIDs int
	children  uint64
}

// New returns an engine. It keeps keys, sink and random; random must never fail
// for long (a failure fails the exchange that needed it).
func New(cfg Config, keys KeyEngine, sink event.Sink, random io.Reader) *Engine {
	e := &Engine{keys: keys, sink: sink, rand: random,
		sas: map[uint64]*ikeSA{}, byCookie: map[isakmp.Cookie]*ikeSA{}, byOffer: map[offerKey]*ikeSA{},
		byPair: map[addrPair][]*ikeSA{}, peers: map[peerKey]*peer{}, failures: map[failureKey]clock.Instant{},
		connIDs: firstConnID}
	var b [4]byte
	if e.draw(b[:]) == nil {
		e.heap = uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
		e.handles = uint32(b[0]) // peer handles do not start at one on a router that is up for long
	}
	e.adopt(cfg)
	return e
}

// Configure takes the whole desired configuration. What exists goes on as it
// was negotiated; IKE switched off ends everything.
func (e *Engine) Configure(now clock.Instant, cfg Config) {
	if reflect.DeepEqual(e.cfg, cfg) {
		return
	}
	e.adopt(cfg)
	if !cfg.Disabled {
		return
	}
	for _, sa := range e.inOrder() {
		if !sa.dead {
			e.bringDown(now, sa, ReasonUnconfigured, true)
		}
	}
}

func (e *Engine) adopt(cfg Config) {
	e.cfg = cfg
	list := slices.Clone(cfg.Policies)
	slices.SortStableFunc(list, func(a, b Policy) int { return a.Priority - b.Priority })
	list = append(list, cfg.Defaults...)
	for i := range list {
		if list[i].Lifetime == 0 {
			list[i].Lifetime = DefaultLifetime
		}
	}
	e.policies = list
	if len(cfg.Personality.Retransmit) > MaxRetransmits {
		e.cfg.Personality.Retransmit = cfg.Personality.Retransmit[:MaxRetransmits]
	}
	if len(cfg.Personality.Retransmit) == 0 {
		e.cfg.Personality.Retransmit = IOSPersonality().Retransmit
	}
}

func (e *Engine) limits() Limits {
	l, d := e.cfg.Limits, DefaultLimits()
	for _, f := range []struct{ set, fallback *int }{{&l.HalfOpen, &d.HalfOpen}, {&l.SAs, &d.SAs}, {&l.Nodes, &d.Nodes}, {&l.Pending, &d.Pending}} {
		if *f.set == 0 {
			*f.set = *f.fallback
		}
	}
	return l
}

// Drain returns the results since the last call, in order. They are the
// caller's; the slice itself is valid until the engine's next call.
func (e *Engine) Drain() []Output {
	out := e.out
	clear(e.spare)
	e.out, e.spare = e.spare[:0], out
	return out
}

func (e *Engine) put(o Output) { e.out = append(e.out, o) }

// Counters returns the totals.
func (e *Engine) Counters() Counters { return e.count }

// ClearSAs deletes the phase 1 SA of a connection id, all for 0, telling the
// peers. It returns how many it deleted.
func (e *Engine) ClearSAs(now clock.Instant, connID int, why DeleteReason) int {
	n := 0
	for _, sa := range e.inOrder() {
		if !sa.dead && (connID == 0 || sa.connID == connID) {
			e.bringDown(now, sa, why, true)
			n++
		}
	}
	return n
}

// ClearPeer deletes the phase 1 SAs with a peer. It returns how many.
func (e *Engine) ClearPeer(now clock.Instant, remote netip.Addr, why DeleteReason) int {
	n := 0
	for _, sa := range e.inOrder() {
		if !sa.dead && sa.remote.Addr() == remote {
			e.bringDown(now, sa, why, true)
			n++
		}
	}
	return n
}
