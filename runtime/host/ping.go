package host

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"net/netip"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ip"
)

const (
	defaultPingCount   = 5
	defaultPingSize    = 100
	defaultPingTimeout = 2 * time.Second
	defaultPattern     = 0xABCD
	// stampLen is what the time stamp takes of the data, as IOS puts one: four zeros and milliseconds.
	stampLen = 8
)

// Ping is what to ping and how. Zero values mean IOS's defaults.
type Ping struct {
	Target   netip.Addr
	Source   netip.Addr    // invalid: by the route
	Count    int           // 0 means 5; negative means until cancelled
	Size     int           // whole IP packet in bytes, 0 means 100; 28 to 65535 (IOS asks for 36 to 18024)
	Timeout  time.Duration // 0 means 2 s; IOS's 0 (do not wait) is a negative value
	Interval time.Duration // least time between two probes: PC 1 s, IOS 0
	TOS      uint8
	TTL      uint8
	DF       bool
	Pattern  uint16 // data pattern, used when HasPattern; IOS 0xABCD
	// HasPattern tells that Pattern is set.
	HasPattern bool
	// Alphabet fills the data with abc…w as Windows does.
	Alphabet bool
	// HasID uses ID and counts up from Sequence, rather than a drawn identifier and 0: Windows has
	// identifier 1 and one sequence for all pings.
	HasID        bool
	ID, Sequence uint16
	// FailFast ends a probe that cannot be sent at once, with Err; IOS lets it time out.
	FailFast bool
	// Validate compares the reply's data (`Validate reply data`).
	Validate bool
	// Sweep sends all sizes from SweepMin to SweepMax by SweepStep, Count times.
	Sweep                         bool
	SweepMin, SweepMax, SweepStep int
	// RecordRoute and Timestamps are slots of these options (0 none, at most 9); LooseRoute and
	// StrictRoute are the hops before the target.
	RecordRoute, Timestamps int
	LooseRoute, StrictRoute []netip.Addr
}

// Probe is the fate of one probe.
type Probe struct {
	Index    int    // from 0
	Sequence uint16 // as on the wire
	Size     int
	Mark     Mark
	RTT      time.Duration // of an answer
	From     netip.Addr    // who answered, invalid for a timeout
	TTL      uint8         // of the reply
	DataLen  int           // of the reply, without headers
	// Type and Code of the ICMP answer.
	Type, Code uint8
	MTU        int          // of MarkCannotFragment, when told
	Options    []byte       // IP options of the reply
	Route      []netip.Addr // record route of the reply
	Err        error        // the probe could not be sent
}

// PingResult is the sum of a ping.
type PingResult struct {
	Source        netip.Addr
	Sent, Replies int
	Min, Avg, Max time.Duration
	Interrupted   bool
}

// PingWatcher is told what a ping does. Calls come on the node's goroutine, from
// Deliver, Tick or Cancel, never from Ping itself. Nil functions are not called.
type PingWatcher struct {
	Probe func(now clock.Instant, p Probe)
	Done  func(now clock.Instant, r PingResult)
}

// Ping starts a ping; the first probe leaves at the next Tick, for which Deadline
// asks at once. ErrNoSource tells that there is no route to take a source from.
func (h *Host) Ping(now clock.Instant, p Ping, w PingWatcher) (*Operation, error) {
	p = p.withDefaults()
	src, err := h.source(p.Source, p.firstHop())
	if err != nil && p.FailFast {
		return nil, fmt.Errorf("ping %v: %w", p.Target, err)
	}
	if err != nil {
		src = netip.IPv4Unspecified()
	}
	opts := p.options()
	least := ip.HeaderLen + ip.ICMPLen + len(opts)
	if p.Size > ip.MaxLen || len(opts) > ip.MaxHeaderLen-ip.HeaderLen || p.Sweep && (p.SweepMin < least || p.SweepMax < p.SweepMin || p.SweepMax > ip.MaxLen) {
		return nil, fmt.Errorf("ping %v: %w", p.Target, ErrBadSize)
	}
	p.Size = max(p.Size, least)
	run := &pinger{Ping: p, watch: w, opts: opts}
	o, err := h.start(now, src, run)
	if err == nil && p.HasID {
		o.id = p.ID
	}
	return o, err
}

func (p Ping) withDefaults() Ping {
	if p.Count == 0 {
		p.Count = defaultPingCount
	}
	if p.Size == 0 {
		p.Size = defaultPingSize
	}
	if p.Timeout == 0 {
		p.Timeout = defaultPingTimeout
	}
	if !p.HasPattern {
		p.Pattern = defaultPattern
	}
	if p.Sweep && p.SweepStep <= 0 {
		p.SweepStep = 1
	}
	return p
}

// firstHop is where the packets go first: the first hop of a source route.
func (p *Ping) firstHop() netip.Addr {
	for _, r := range [][]netip.Addr{p.LooseRoute, p.StrictRoute} {
		if len(r) > 0 {
			return r[0]
		}
	}
	return p.Target
}

// options builds the IP options, padded to 32 bits.
func (p *Ping) options() []byte {
	var o []byte
	if p.RecordRoute > 0 {
		o = append(o, ip.RouteOption(ip.OptRecordRoute, p.RecordRoute)...)
	}
	if p.Timestamps > 0 {
		o = append(o, ip.TimestampOption(p.Timestamps)...)
	}
	o = append(o, routeThrough(ip.OptLSRR, p.LooseRoute, p.Target)...)
	o = append(o, routeThrough(ip.OptSSRR, p.StrictRoute, p.Target)...)
	for len(o)%4 != 0 {
		o = append(o, ip.OptEnd)
	}
	return o
}

// routeThrough returns the source route option for hops: the first goes into the header, the target last.
func routeThrough(typ uint8, hops []netip.Addr, target netip.Addr) []byte {
	if len(hops) == 0 {
		return nil
	}
	var as [][4]byte
	for _, a := range append(hops[1:len(hops):len(hops)], target) {
		as = append(as, a.As4())
	}
	return ip.RouteOption(typ, len(as), as...)
}

// pinger is the state of a ping.
type pinger struct {
	Ping
	watch   PingWatcher
	opts    []byte
	index   int // of the probe under way or next
	size    int
	round   int // of a sweep
	last    []byte
	result  PingResult
	sum     time.Duration
	started bool
}

// advance sets the size of the next probe; false when all were sent.
func (g *pinger) advance() bool {
	if !g.Sweep {
		g.size = g.Size
		return g.Count < 0 || g.index < g.Count
	}
	if !g.started {
		g.size = g.SweepMin
	} else if g.size += g.SweepStep; g.size > g.SweepMax {
		g.size = g.SweepMin
		g.round++
	}
	return g.Count < 0 || g.round < g.Count
}

func (g *pinger) next(now clock.Instant, o *Operation) bool {
	if !g.advance() {
		return false
	}
	g.started = true
	g.result.Sent++
	o.await(now, g.Timeout)
	err := o.host.sendEcho(now, o.source, g.firstHop(), o.id, g.sequence(), g.size, Send{TTL: g.TTL, TOS: g.TOS, DF: g.DF, Options: g.opts}, func(data []byte) { g.fill(now, data) })
	if err != nil && g.FailFast {
		g.tell(now, o, Probe{Mark: MarkUnreachable, Err: err})
	}
	return true
}

// sequence returns the sequence number of the probe under way.
func (g *pinger) sequence() uint16 { return g.Sequence + uint16(g.index) }

// fill writes the data: Windows's letters, or IOS's time stamp and pattern.
func (g *pinger) fill(now clock.Instant, data []byte) {
	switch {
	case g.Alphabet:
		for i := range data {
			data[i] = 'a' + byte(i%23)
		}
	default:
		for i := range data {
			data[i] = byte(g.Pattern >> (8 * uint(1-i%2)))
		}
		if len(data) >= stampLen {
			clear(data[:4])
			binary.BigEndian.PutUint32(data[4:8], uint32(time.Duration(now)/time.Millisecond))
		}
	}
	if g.Validate {
		g.last = append(g.last[:0], data...)
	}
}

func (g *pinger) reply(now clock.Instant, o *Operation, hdr ip.Header, m ip.ICMP) bool {
	if m.Sequence() != g.sequence() || hdr.Source() != g.Target && !o.host.plane.IsBroadcast(g.Target) {
		return false
	}
	p := Probe{Mark: MarkReply, From: hdr.Source(), TTL: hdr.TTL(), DataLen: len(m.Data()), RTT: now.Sub(o.sent), Options: bytes.Clone(hdr.Options()), Route: recordedRoute(hdr)}
	if g.Validate && !bytes.Equal(m.Data(), g.last) {
		p.Mark = MarkCorrupt
	} else {
		g.result.Replies++
		g.sum += p.RTT
		g.result.Min = min(p.RTT, g.result.Min)
		if g.result.Replies == 1 {
			g.result.Min = p.RTT
		}
		g.result.Max = max(p.RTT, g.result.Max)
	}
	g.tell(now, o, p)
	return true
}

func recordedRoute(hdr ip.Header) []netip.Addr {
	for rest := hdr.Options(); len(rest) > 0; {
		o, next, err := ip.NextOption(rest)
		if err != nil || o == nil {
			return nil
		}
		if o.Type() == ip.OptRecordRoute {
			var as []netip.Addr
			for _, a := range o.Addresses() {
				as = append(as, netip.AddrFrom4(a))
			}
			return as
		}
		rest = next
	}
	return nil
}

func (g *pinger) fail(now clock.Instant, o *Operation, r Report) bool {
	id, seq, ok := quotedEcho(r.Quoted)
	if !ok || id != o.id || seq != g.sequence() {
		return false
	}
	p := Probe{From: r.From, Type: r.Type, Code: r.Code, MTU: r.MTU, RTT: now.Sub(o.sent)}
	switch {
	case r.Type == ip.ICMPUnreachable && r.Code == ip.CodeFragNeeded:
		p.Mark = MarkCannotFragment
	case r.Type == ip.ICMPUnreachable:
		p.Mark = MarkUnreachable
	case r.Type == ip.ICMPTimeExceeded:
		p.Mark = MarkTTLExceeded
	case r.Type == ip.ICMPSourceQuench:
		p.Mark = MarkSourceQuench
	default:
		p.Mark = MarkUnknown
	}
	g.tell(now, o, p)
	return true
}

func (g *pinger) timeout(now clock.Instant, o *Operation) { g.tell(now, o, Probe{Mark: MarkTimeout}) }

// tell ends the probe under way and lets the next one follow.
func (g *pinger) tell(now clock.Instant, o *Operation, p Probe) {
	p.Index, p.Sequence, p.Size = g.index, g.sequence(), g.size
	g.index++
	o.again(max(now, o.sent.Add(g.Interval)))
	if !g.Sweep && g.Count > 0 && g.index >= g.Count {
		o.again(now) // nothing follows: the sum need not wait
	}
	if g.watch.Probe != nil {
		g.watch.Probe(now, p)
	}
}

func (g *pinger) finish(now clock.Instant, o *Operation, interrupted bool) {
	r := g.result
	r.Source, r.Interrupted = o.source, interrupted
	if interrupted && o.waiting {
		r.Sent-- // IOS counts a probe that was cut short as not sent
	}
	if r.Replies > 0 {
		r.Avg = g.sum / time.Duration(r.Replies)
	}
	if g.watch.Done != nil {
		g.watch.Done(now, r)
	}
}
