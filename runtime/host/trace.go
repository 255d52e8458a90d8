package host

import (
	"fmt"
	"net/netip"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

const (
	defaultTraceTimeout = 3 * time.Second
	defaultTraceProbes  = 3
	defaultTraceMaxTTL  = 30
	defaultTracePort    = 33434
	udpTraceSize        = 28
	icmpTraceSize       = 92
	// firstTracePort is where the source ports of UDP probes begin.
	firstTracePort = 49152
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
	Mark       Mark // MarkReply for an ordinary answer (time exceeded, or the target's), MarkTimeout for none
	From       netip.Addr
	RTT        time.Duration
	Type, Code uint8
	Last       bool // the target, or somebody who knows no further way, answered
}

// TraceResult is the end of a trace.
type TraceResult struct {
	Source      netip.Addr
	Reached     bool
	Interrupted bool
}

// TraceWatcher is told what a trace does, as PingWatcher.
type TraceWatcher struct {
	Hop  func(now clock.Instant, h Hop)
	Done func(now clock.Instant, r TraceResult)
}

// Traceroute starts a trace; the first probe leaves at the next Tick.
func (h *Host) Traceroute(now clock.Instant, t Trace, w TraceWatcher) (*Operation, error) {
	t = t.withDefaults()
	src, err := h.source(t.Source, t.Target)
	if err != nil {
		src = netip.IPv4Unspecified()
	}
	if t.Size < ip.HeaderLen+ip.UDPLen || t.Size > ip.MaxLen || t.MinTTL < 1 || t.MaxTTL > 255 || t.MinTTL > t.MaxTTL {
		return nil, fmt.Errorf("trace %v: %w", t.Target, ErrBadSize)
	}
	o, err := h.start(now, src, &tracer{Trace: t, watch: w, ttl: t.MinTTL})
	if err == nil && !t.ICMP {
		o.id = firstTracePort | o.id&0x3fff
	}
	return o, err
}

func (t Trace) withDefaults() Trace {
	if t.Timeout == 0 {
		t.Timeout = defaultTraceTimeout
	}
	if t.Probes == 0 {
		t.Probes = defaultTraceProbes
	}
	if t.MinTTL == 0 {
		t.MinTTL = 1
	}
	if t.MaxTTL == 0 {
		t.MaxTTL = defaultTraceMaxTTL
	}
	if t.Port == 0 {
		t.Port = defaultTracePort
	}
	if t.Size == 0 && t.ICMP {
		t.Size = icmpTraceSize
	} else if t.Size == 0 {
		t.Size = udpTraceSize
	}
	return t
}

// tracer is the state of a trace.
type tracer struct {
	Trace
	watch      TraceWatcher
	ttl, probe int
	count      uint16 // probes sent: destination port or sequence of the one under way
	last       bool   // this TTL is the last
	reached    bool
}

func (t *tracer) next(now clock.Instant, o *Operation) bool {
	if t.probe == t.Probes {
		t.probe = 0
		t.ttl++
		if t.last {
			return false
		}
	}
	if t.ttl > t.MaxTTL {
		return false
	}
	t.count++
	o.await(now, t.Timeout)
	s := Send{TTL: uint8(t.ttl)}
	if t.ICMP {
		_ = o.host.sendEcho(now, o.source, t.Target, o.id, t.count, t.Size, s, func(b []byte) { clear(b) })
		return true
	}
	n := t.Size - ip.HeaderLen - ip.UDPLen
	b := packet.Get(n)
	clear(b.Extend(n))
	_ = o.host.SendUDP(now, netip.AddrPortFrom(o.source, o.id), netip.AddrPortFrom(t.Target, t.port()), b, s)
	return true
}

// port returns the destination port of the probe under way.
func (t *tracer) port() uint16 { return t.Port + t.count - 1 }

func (t *tracer) reply(now clock.Instant, o *Operation, hdr ip.Header, m ip.ICMP) bool {
	if !t.ICMP || m.Sequence() != t.count {
		return false
	}
	t.reached = true
	t.tell(now, o, Hop{Mark: MarkReply, From: hdr.Source(), Last: true})
	return true
}

func (t *tracer) fail(now clock.Instant, o *Operation, r Report) bool {
	if !t.mine(o, r.Quoted) {
		return false
	}
	h := Hop{From: r.From, Type: r.Type, Code: r.Code, Mark: traceMark(r)}
	if r.Type == ip.ICMPUnreachable {
		h.Last = true
		t.reached = t.reached || r.Code == ip.CodePort && r.From == t.Target
	}
	t.tell(now, o, h)
	return true
}

func (t *tracer) mine(o *Operation, q ip.Header) bool {
	if t.ICMP {
		id, seq, ok := quotedEcho(q)
		return ok && id == o.id && seq == t.count
	}
	src, dst, ok := quotedPorts(q)
	return ok && src == o.id && dst == t.port()
}

func traceMark(r Report) Mark {
	switch {
	case r.Type == ip.ICMPTimeExceeded:
		return MarkReply
	case r.Type == ip.ICMPSourceQuench:
		return MarkSourceQuench
	case r.Type != ip.ICMPUnreachable:
		return MarkUnknown
	}
	switch r.Code {
	case ip.CodePort:
		return MarkReply
	case ip.CodeNet:
		return MarkNetworkUnreach
	case ip.CodeHost:
		return MarkHostUnreach
	case ip.CodeProtocol:
		return MarkProtocolUnreach
	case ip.CodeFragNeeded:
		return MarkCannotFragment
	case ip.CodeNetProhibited, ip.CodeHostProhib, ip.CodeProhibited:
		return MarkProhibited
	}
	return MarkUnreachable
}

func (t *tracer) timeout(now clock.Instant, o *Operation) { t.tell(now, o, Hop{Mark: MarkTimeout}) }

func (t *tracer) tell(now clock.Instant, o *Operation, h Hop) {
	h.TTL, h.Probe = t.ttl, t.probe
	if h.Mark != MarkTimeout {
		h.RTT = now.Sub(o.sent)
	}
	t.last = t.last || h.Last
	t.probe++
	o.again(now)
	if t.watch.Hop != nil {
		t.watch.Hop(now, h)
	}
}

func (t *tracer) finish(now clock.Instant, o *Operation, interrupted bool) {
	if t.watch.Done != nil {
		t.watch.Done(now, TraceResult{Source: o.source, Reached: t.reached, Interrupted: interrupted})
	}
}
