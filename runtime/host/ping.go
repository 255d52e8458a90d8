package host

import (
	"net/netip"
	"time"

	"ioslab/runtime/clock"
)

// Ping is what to ping and how. Zero values mean IOS's defaults.
type Ping struct {
	Target   netip.Addr
	Source   netip.Addr    // invalid: by the route
	Count    int           // 0 means 5
	Size     int           // whole IP packet in bytes, 0 means 100; 36 to 18024 on IOS
	Timeout  time.Duration // 0 means 2 s; IOS's 0 (flood) is a negative value
	Interval time.Duration // least time between two probes: PC 1 s, IOS 0
	TOS      uint8
	TTL      uint8
	DF       bool
	Pattern  uint16 // data pattern, used when HasPattern; IOS 0xABCD
	// Alphabet fills the data with abc…w as Windows does.
	Alphabet bool
	// Validate compares the reply's data (`Validate reply data`).
	Validate bool
	// Sweep sends all sizes from SweepMin to SweepMax by SweepStep, Count times.
	Sweep                         bool
	SweepMin, SweepMax, SweepStep int
	// Options: record route hops (0 none, at most 9), timestamp slots, source routes.
	RecordRoute, Timestamps int
	LooseRoute, StrictRoute []netip.Addr
}

// Mark is the character that IOS prints for a probe.
type Mark byte

// The marks.
const (
	MarkReply          Mark = '!'
	MarkTimeout        Mark = '.'
	MarkUnreachable    Mark = 'U'
	MarkSourceQuench   Mark = 'Q'
	MarkCannotFragment Mark = 'M'
	MarkTTLExceeded    Mark = '&'
	MarkUnknown        Mark = '?'
	MarkNetworkUnreach Mark = 'N' // traceroute
	MarkPortUnreach    Mark = 'P' // traceroute
	MarkProhibited     Mark = 'A' // traceroute; ping prints U
	MarkCorrupt        Mark = 'C' // reply data differs
)

// Probe is the fate of one probe.
type Probe struct {
	Sequence int // from 0
	Size     int
	Mark     Mark
	RTT      time.Duration // of an answer
	From     netip.Addr    // who answered, invalid for a timeout
	TTL      uint8         // of the answer
	// Type and Code of the ICMP answer.
	Type, Code uint8
	MTU        int          // of MarkCannotFragment, when told
	Route      []netip.Addr // record route option of the answer
	Err        error        // the probe could not be sent
}

// PingResult is the sum of a ping.
type PingResult struct {
	Source        netip.Addr
	Sent, Replies int
	Min, Avg, Max time.Duration
	Interrupted   bool
	Err           error // nothing could be sent at all
}

// PingWatcher is told what a ping does. Calls come on the node's goroutine, from
// Deliver, Tick or Cancel, never from Ping itself.
type PingWatcher struct {
	Probe func(now clock.Instant, p Probe)
	Done  func(now clock.Instant, r PingResult)
}

// Operation is a running ping or traceroute.
type Operation struct{}

// Cancel stops the operation; Done is called with Interrupted set. Cancelling a finished one does nothing.
func (o *Operation) Cancel(now clock.Instant) {}

// Source returns the source address of the probes.
func (o *Operation) Source() netip.Addr { return netip.Addr{} }

// Ping starts a ping; the first probe leaves at the next Tick, for which Deadline asks at once.
func (h *Host) Ping(now clock.Instant, p Ping, w PingWatcher) (*Operation, error) { return nil, nil }
