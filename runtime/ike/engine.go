package ike

import (
	"io"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/wire/isakmp"
)

// Engine is the IKE daemon of one node: all phase 1 SAs and what runs inside
// them. It is a step machine: not safe for concurrent use, no goroutines.
type Engine struct {
	cfg   Config
	keys  KeyEngine
	sink  event.Sink
	rand  io.Reader
	out   []Output
	count Counters
}

// New returns an engine. It keeps keys, sink and random; random must never fail
// for long (a failure fails the exchange that needed it).
func New(cfg Config, keys KeyEngine, sink event.Sink, random io.Reader) *Engine {
	return &Engine{cfg: cfg, keys: keys, sink: sink, rand: random}
}

// Receive takes a datagram's payload in. natt tells that it came over the NAT-T
// port with a non-ESP marker, which the caller has taken off. The engine does
// not keep payload, and does not change it.
func (e *Engine) Receive(now clock.Instant, local, remote netip.AddrPort, payload []byte, natt bool) {
}

// Tick does what is due at now.
func (e *Engine) Tick(now clock.Instant) {}

// Configure takes the whole desired configuration.
func (e *Engine) Configure(now clock.Instant, cfg Config) {}

// Deadline returns when Tick wants to be called, clock.Never for not at all.
func (e *Engine) Deadline() clock.Instant { return clock.Never }

// Drain returns the results since the last call, in order. They are the
// caller's; the slice itself is valid until the engine's next call.
func (e *Engine) Drain() []Output { return nil }

// RequestSA starts, or joins, the negotiation of an IPsec SA. The end of it
// is an Install call and QuickModeUp, or QuickModeFailed or PhaseOneDown.
func (e *Engine) RequestSA(now clock.Instant, r Request) {}

// CancelRequest gives up a request; no notice follows.
func (e *Engine) CancelRequest(now clock.Instant, id uint64) {}

// DeleteSPI tells the peer that SAs are gone; spis are the ones we received on.
func (e *Engine) DeleteSPI(now clock.Instant, local, remote netip.Addr, protocol isakmp.ProtocolID, spis ...uint32) {
}

// ClearSAs deletes the phase 1 SA of a connection id, all for 0, telling the
// peers. It returns how many it deleted.
func (e *Engine) ClearSAs(now clock.Instant, connID int, why DeleteReason) int { return 0 }

// ClearPeer deletes the phase 1 SAs with a peer. It returns how many.
func (e *Engine) ClearPeer(now clock.Instant, peer netip.Addr, why DeleteReason) int { return 0 }

// Snapshot returns the state for the show commands.
func (e *Engine) Snapshot(now clock.Instant) Snapshot { return Snapshot{} }

// Counters returns the totals.
func (e *Engine) Counters() Counters { return e.count }
