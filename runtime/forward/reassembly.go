package forward

import (
	"bytes"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

const (
	// reassemblyTimeout is how long a datagram may take to come together (RFC 1122, 3.3.2 asks for 60 to
	// 120 s; IOS takes 30).
	reassemblyTimeout = 30 * time.Second
	// maxDatagrams bounds the datagrams under reassembly; the oldest makes room.
	maxDatagrams = 256
	// maxReassemblyBytes bounds their buffers' memory: 4 MB, about sixty of the largest datagrams.
	maxReassemblyBytes = 4 << 20
	// maxSpans bounds the islands of one datagram: 65,515 bytes in pieces of 48 (the
	// least MTU, 68), every other one missing.
	maxSpans = 700
	// smallDatagram is what fits an ordinary buffer.
	smallDatagram = 1900
)

// reassembler puts datagrams for this node together (RFC 815). A fragment that overlaps what came before with other
// bytes kills its datagram (RFC 5722 says why); an exact repetition is ignored.
//
//	fragment ─► datagram by (source, destination, protocol, id, SA) ─► spans merged ─► whole: Deliver
//	                     │ 30 s, or pushed out: dropped, counted; ICMP when the first piece was there
type reassembler struct {
	table          map[datagramKey]*datagram
	oldest, newest *datagram // in the order of their deadlines, which is that of their coming
	bytes          int
}

// datagramKey holds the SA too: a clear-text fragment must not complete a protected datagram.
type datagramKey struct {
	src, dst uint32
	id       uint16
	proto    uint8
	sa       uint64
	security string
	safe     bool
}

type datagram struct {
	buf    *packet.Buffer // payload so far, gaps undefined
	head   []byte         // header of the first fragment, nil until it came
	quote  []byte         // start of the first fragment, for a time exceeded
	spans  []span         // what has come, sorted, not touching
	total  int            // payload length, -1 until the last fragment came
	in     int            // interface index
	memory int

	key          datagramKey
	due          clock.Instant
	older, newer *datagram
}

type span struct{ from, to int }

func (a *reassembler) deadline() clock.Instant {
	if a.oldest == nil {
		return clock.Never
	}
	return a.oldest.due
}

// add takes a fragment (owning buf) and returns the whole datagram when it completes one.
func (a *reassembler) add(now clock.Instant, p *Plane, buf *packet.Buffer, h ip.Header) *packet.Buffer {
	defer buf.Release()
	k := datagramKey{h.Source4(), h.Destination4(), h.ID(), h.Protocol(), buf.SA, buf.Security, buf.Protected}
	d := a.table[k]
	if d == nil {
		d = a.open(now, p, k, buf.Ingress)
	}
	if r := d.insert(a, h); r != DropNone {
		p.count.Drops[r]++
		a.discard(d)
		return nil
	}
	for a.bytes > maxReassemblyBytes && a.oldest != d {
		a.evict(p)
	}
	if !d.complete() {
		return nil
	}
	return a.finish(d, buf)
}

// open makes room for a datagram and puts it last.
func (a *reassembler) open(now clock.Instant, p *Plane, k datagramKey, in int) *datagram {
	if a.table == nil {
		a.table = map[datagramKey]*datagram{}
	}
	for len(a.table) >= maxDatagrams {
		a.evict(p)
	}
	d := &datagram{total: -1, in: in, key: k, due: now.Add(reassemblyTimeout), older: a.newest}
	if a.newest != nil {
		a.newest.newer = d
	} else {
		a.oldest = d
	}
	a.newest = d
	a.table[k] = d
	return d
}

// evict drops the oldest datagram.
func (a *reassembler) evict(p *Plane) {
	p.count.Drops[DropReassemblyFull]++
	a.discard(a.oldest)
}

// insert copies a fragment's payload in.
func (d *datagram) insert(a *reassembler, h ip.Header) DropReason {
	from, data := h.Offset(), h.Payload()
	to := from + len(data)
	if !h.MF() {
		if d.total >= 0 && d.total != to || len(d.spans) > 0 && d.spans[len(d.spans)-1].to > to {
			return DropFragmentOverlap
		}
		d.total = to
	}
	if d.total >= 0 && to > d.total || to+ip.HeaderLen > ip.MaxLen {
		return DropFragmentMalformed
	}
	d.grow(a, to)
	store := d.buf.Bytes()
	if hit, same := d.overlap(store, from, to, data); hit {
		if !same {
			return DropFragmentOverlap
		}
		return DropNone
	}
	copy(store[from:to], data)
	if from == 0 && d.head == nil {
		d.head = bytes.Clone(h[:h.IHL()])
		d.quote = bytes.Clone(h[:min(len(h), h.IHL()+quotedPayload)])
	}
	if !d.merge(from, to) {
		return DropReassemblyFull
	}
	return DropNone
}

// grow makes the buffer hold n bytes of payload.
func (d *datagram) grow(a *reassembler, n int) {
	if d.buf == nil || n > smallDatagram && d.memory < ip.MaxLen {
		size := smallDatagram
		if n > smallDatagram {
			size = ip.MaxLen
		}
		b := packet.Get(size)
		if d.buf != nil {
			copy(b.Extend(d.buf.Len()), d.buf.Bytes())
			d.buf.Release()
		}
		a.bytes += size - d.memory
		d.buf, d.memory = b, size
	}
	if n > d.buf.Len() {
		d.buf.Extend(n - d.buf.Len())
	}
}

// overlap reports whether some of from..to has come already, and whether it is
// all there with the same bytes. An empty last fragment never overlaps.
func (d *datagram) overlap(store []byte, from, to int, data []byte) (hit, same bool) {
	for _, s := range d.spans {
		if from < s.to && s.from < to {
			return true, s.from <= from && to <= s.to && bytes.Equal(store[from:to], data)
		}
	}
	return false, false
}

// merge adds a span that overlaps none; false when there are too many islands.
func (d *datagram) merge(from, to int) bool {
	k := 0
	for k < len(d.spans) && d.spans[k].from < from {
		k++
	}
	left := k > 0 && d.spans[k-1].to == from
	right := k < len(d.spans) && d.spans[k].from == to
	switch {
	case left && right:
		d.spans[k-1].to = d.spans[k].to
		d.spans = append(d.spans[:k], d.spans[k+1:]...)
	case left:
		d.spans[k-1].to = to
	case right:
		d.spans[k].from = from
	case len(d.spans) >= maxSpans:
		return false
	default:
		d.spans = append(d.spans, span{})
		copy(d.spans[k+1:], d.spans[k:])
		d.spans[k] = span{from, to}
	}
	return true
}

func (d *datagram) complete() bool {
	return d.total >= 0 && d.head != nil && len(d.spans) == 1 && d.spans[0] == span{0, d.total}
}

// finish puts the first fragment's header in front. The result may be longer than
// any packet when options came with it; then it is dropped.
func (a *reassembler) finish(d *datagram, last *packet.Buffer) *packet.Buffer {
	out := d.buf
	d.buf = nil
	a.discard(d)
	if d.total+len(d.head) > ip.MaxLen {
		out.Release()
		return nil
	}
	out.SetLen(d.total)
	copy(out.Prepend(len(d.head)), d.head)
	h := ip.Header(out.Bytes())
	h.SetTotalLen(len(h))
	h.SetFragmentWord(0)
	h.FillChecksum()
	out.Ingress, out.Protected, out.Security, out.SA, out.NATT = d.in, last.Protected, last.Security, last.SA, last.NATT
	return out
}

// discard forgets a datagram and its buffer.
func (a *reassembler) discard(d *datagram) {
	a.bytes -= d.memory
	if d.buf != nil {
		d.buf.Release()
		d.buf = nil
	}
	delete(a.table, d.key)
	if d.older != nil {
		d.older.newer = d.newer
	} else {
		a.oldest = d.newer
	}
	if d.newer != nil {
		d.newer.older = d.older
	} else {
		a.newest = d.older
	}
	d.older, d.newer = nil, nil
}

// tick drops what took too long, telling the sender when the first fragment had
// come (RFC 1122, 3.3.2).
func (a *reassembler) tick(now clock.Instant, p *Plane) {
	for a.oldest != nil && a.oldest.due.Reached(now) {
		d := a.oldest
		a.discard(d)
		p.count.Drops[DropReassemblyTimeout]++
		if d.quote != nil {
			b := packet.From(d.quote)
			p.sendError(now, p.at(d.in), b, false, ip.ICMPTimeExceeded, ip.CodeReassembly, 0)
			b.Release()
		}
	}
}

// flush drops what came in by an interface that is gone.
func (a *reassembler) flush(index int, p *Plane) {
	for d := a.oldest; d != nil; {
		next := d.newer
		if d.in == index {
			p.count.Drops[DropInterfaceDown]++
			a.discard(d)
		}
		d = next
	}
}

func (a *reassembler) close() {
	for a.oldest != nil {
		a.discard(a.oldest)
	}
}
