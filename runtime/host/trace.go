package host

import (
	"net/netip"
	"time"

	"ioslab/runtime/clock"
)

// Trace is what to trace and how. Zero values mean IOS's defaults.
type Trace struct {
	Target         netip.Addr
	Source         netip.Addr
	Timeout        time.Duration // 0 means 3 s
	Probes         int           // a hop, 0 means 3
	MinTTL, MaxTTL int           // 0 means 1 and 30
	Port           uint16        // 0 means 33434
	// ICMP sends echoes instead of UDP datagrams, as tracert does.
	ICMP bool
	Size int // of the whole IP packet; 0 means 28 (UDP), 92 (ICMP)
}

// Hop is the fate of one probe of a trace.
type Hop struct {
	TTL, Probe int  // Probe from 0
	Mark       Mark // MarkReply for an ordinary answer (also a time exceeded), MarkTimeout, U, H as MarkUnreachable …
	From       netip.Addr
	RTT        time.Duration
	Type, Code uint8
	Last       bool // the target answered
}

// TraceResult is the end of a trace.
type TraceResult struct {
	Source      netip.Addr
	Reached     bool
	Interrupted bool
	Err         error
}

// TraceWatcher is told what a trace does, as PingWatcher.
type TraceWatcher struct {
	Hop  func(now clock.Instant, h Hop)
	Done func(now clock.Instant, r TraceResult)
}

// Traceroute starts a trace; the first probe leaves at the next Tick.
func (h *Host) Traceroute(now clock.Instant, t Trace, w TraceWatcher) (*Operation, error) {
	return nil, nil
}
