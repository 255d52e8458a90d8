package l2tp

import (
	"errors"
	"io"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
)

// ErrFull is what Dial returns when a table is full.
var ErrFull = errors.New("l2tp: too many tunnels or sessions")

// Engine is all L2TP of one node. It belongs to one goroutine.
type Engine struct {
	sink event.Sink
	rand io.Reader
	data DataSink
}

// New returns an engine that tells its steps to sink, draws ids, challenges and
// tie breakers from random and hands PPP frames to data.
func New(sink event.Sink, random io.Reader, data DataSink) *Engine {
	return &Engine{sink: sink, rand: random, data: data}
}

// Configure takes the whole desired configuration. Tunnels that exist keep
// what they were made with, as in IOS, where `no vpdn enable` closes none.
func (e *Engine) Configure(now clock.Instant, cfg Config) {}

// Receive takes a UDP payload that came to local port 1701 (or the dialled
// path's). It owns buf.
func (e *Engine) Receive(now clock.Instant, local, remote netip.AddrPort, buf *packet.Buffer) {
	buf.Release()
}

// Tick does what is due at now.
func (e *Engine) Tick(now clock.Instant) {}

// Deadline returns when Tick is wanted next, clock.Never for not at all.
func (e *Engine) Deadline() clock.Instant { return clock.Never }

// Drain returns what the engine wants done since the last Drain, in order. The
// slice is valid until the next call of the engine; the Packets' buffers belong to the caller.
func (e *Engine) Drain() []Output { return nil }

// Dial opens a session, and a tunnel for it if need be. The answer comes as
// SessionUp or SessionDown.
func (e *Engine) Dial(now clock.Instant, req DialRequest) (Handle, error) { return 0, ErrFull }

// Hangup closes a session. A session that is gone already is no error.
func (e *Engine) Hangup(now clock.Instant, session Handle, how Hangup) {}

// SetInterface tells the name of the Virtual-Access that PPP got for the
// session after authentication: an LNS session is established by that.
func (e *Engine) SetInterface(now clock.Instant, session Handle, name string) {}

// SetUser tells the authenticated name, for show and syslog.
func (e *Engine) SetUser(session Handle, user string) {}

// Send makes a data packet of the PPP frame in buf by prepending the L2TP
// header, and returns where it goes. It borrows buf when ok; otherwise it has released it.
func (e *Engine) Send(now clock.Instant, session Handle, buf *packet.Buffer) (path Path, ok bool) {
	buf.Release()
	return Path{}, false
}

// ClearSelector says which tunnels `clear vpdn tunnel l2tp …` means. Empty
// fields match everything; the zero selector means all tunnels.
type ClearSelector struct {
	// Remote and Local are host names of a tunnel.
	Remote, Local string
	// Addr is the peer's address.
	Addr netip.Addr
	// ID is the local tunnel id.
	ID uint16
}

// ClearTunnels closes the tunnels that the selector means and returns how many.
func (e *Engine) ClearTunnels(now clock.Instant, which ClearSelector) int { return 0 }

// Snapshot returns a copy of the tables.
func (e *Engine) Snapshot() Snapshot { return Snapshot{} }

// Counters returns the totals.
func (e *Engine) Counters() Counters { return Counters{} }
