package host

import (
	"encoding/binary"
	"net/netip"
	"slices"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

// Mark is the character that IOS prints for a probe.
type Mark byte

// The marks.
const (
	MarkReply           Mark = '!'
	MarkTimeout         Mark = '.'
	MarkUnreachable     Mark = 'U' // ping: any unreachable; traceroute: port of another host
	MarkSourceQuench    Mark = 'Q'
	MarkCannotFragment  Mark = 'M'
	MarkTTLExceeded     Mark = '&'
	MarkUnknown         Mark = '?'
	MarkNetworkUnreach  Mark = 'N' // traceroute
	MarkHostUnreach     Mark = 'H' // traceroute
	MarkProtocolUnreach Mark = 'P' // traceroute
	MarkProhibited      Mark = 'A' // traceroute
	MarkCorrupt         Mark = 'C' // reply data differs
)

// Operation is a running ping or traceroute: one probe under way at a time.
//
//	Ping ─► due ─ Tick ─► probe sent ─┬─ answer ──┬─► Probe told ─► due … ─► Done told
//	                                  └─ timeout ─┘
type Operation struct {
	host   *Host
	source netip.Addr
	id     uint16 // of echoes, or source port of UDP probes
	done   bool
	// waiting tells that a probe is under way; due is then its timeout, else when the next one leaves.
	waiting bool
	due     clock.Instant
	sent    clock.Instant
	run     prober
}

// prober is what ping and traceroute do differently.
type prober interface {
	// next sends the next probe, or reports false when there is none left.
	next(now clock.Instant, o *Operation) bool
	// reply takes an echo reply of the operation's id; it reports whether it is the awaited one.
	reply(now clock.Instant, o *Operation, hdr ip.Header, m ip.ICMP) bool
	// fail takes an ICMP error; it reports whether it is about the probe under way.
	fail(now clock.Instant, o *Operation, r Report) bool
	timeout(now clock.Instant, o *Operation)
	finish(now clock.Instant, o *Operation, interrupted bool)
}

// Source returns the source address of the probes.
func (o *Operation) Source() netip.Addr { return o.source }

// Done reports whether the operation has ended.
func (o *Operation) Done() bool { return o.done }

// Cancel stops the operation; Done is called with Interrupted set. Cancelling a finished one does nothing.
func (o *Operation) Cancel(now clock.Instant) { o.end(now, true) }

func (o *Operation) end(now clock.Instant, interrupted bool) {
	if o.done {
		return
	}
	o.done = true
	o.host.ops = slices.DeleteFunc(o.host.ops, func(x *Operation) bool { return x == o })
	o.run.finish(now, o, interrupted)
}

// await starts the wait for the answer to a probe.
func (o *Operation) await(now clock.Instant, d time.Duration) {
	o.waiting, o.sent, o.due = true, now, now.Add(max(d, 0))
}

// again lets the next probe leave at the instant.
func (o *Operation) again(when clock.Instant) { o.waiting, o.due = false, when }

// start enters an operation; its first probe leaves at the next Tick.
func (h *Host) start(now clock.Instant, src netip.Addr, run prober) (*Operation, error) {
	if len(h.ops) >= maxOperations {
		return nil, ErrTooMany
	}
	o := &Operation{host: h, source: src, id: h.draw(), run: run, due: now}
	for slices.ContainsFunc(h.ops, func(x *Operation) bool { return x.id == o.id }) {
		o.id++
	}
	h.ops = append(h.ops, o)
	return o, nil
}

// Tick does what time has brought: probes that are due or lost.
func (h *Host) Tick(now clock.Instant) {
	for _, o := range slices.Clone(h.ops) {
		o.tick(now)
	}
}

func (o *Operation) tick(now clock.Instant) {
	if o.done || !o.due.Reached(now) {
		return
	}
	if o.waiting {
		o.again(now)
		o.run.timeout(now, o)
	}
	if !o.done && !o.waiting && o.due.Reached(now) && !o.run.next(now, o) {
		o.end(now, false)
	}
}

// Deadline returns when Tick is wanted next.
func (h *Host) Deadline() clock.Instant {
	d := clock.Never
	for _, o := range h.ops {
		d = min(d, o.due)
	}
	return d
}

func (h *Host) replyToOperation(now clock.Instant, hdr ip.Header, m ip.ICMP) bool {
	for _, o := range h.ops {
		if o.waiting && o.id == m.ID() && o.run.reply(now, o, hdr, m) {
			return true
		}
	}
	return false
}

func (h *Host) errorToOperation(now clock.Instant, r Report) bool {
	for _, o := range h.ops {
		if o.waiting && o.run.fail(now, o, r) {
			return true
		}
	}
	return false
}

// quotedEcho returns identifier and sequence of a quoted echo.
func quotedEcho(q ip.Header) (id, seq uint16, ok bool) {
	p := quotedTransport(q)
	if q.Protocol() != ip.ProtoICMP || len(p) < 8 || p[0] != ip.ICMPEcho {
		return 0, 0, false
	}
	return binary.BigEndian.Uint16(p[4:]), binary.BigEndian.Uint16(p[6:]), true
}

// quotedPorts returns the ports of a quoted UDP datagram.
func quotedPorts(q ip.Header) (src, dst uint16, ok bool) {
	p := quotedTransport(q)
	if q.Protocol() != ip.ProtoUDP || len(p) < 4 {
		return 0, 0, false
	}
	return binary.BigEndian.Uint16(p[0:]), binary.BigEndian.Uint16(p[2:]), true
}

func quotedTransport(q ip.Header) []byte {
	if q.Offset() != 0 {
		return nil
	}
	return q[q.IHL():]
}

// sendEcho sends an echo with data filled in by fill.
func (h *Host) sendEcho(now clock.Instant, src, dst netip.Addr, id, seq uint16, size int, s Send, fill func([]byte)) error {
	n := size - ip.HeaderLen - len(s.Options)
	b := packet.Get(n)
	m := b.Extend(n)
	fill(m[ip.ICMPLen:])
	ip.PutICMP(m, ip.ICMPEcho, 0, uint32(id)<<16|uint32(seq))
	h.count.EchoSent++
	return h.SendIP(now, src, dst, ip.ProtoICMP, b, s)
}
