package forward

import (
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

// inputOptions checks the options of a packet (RFC 1812, 4.2.2.1) and, when the packet is for this node but its
// source route is not, turns it to the next address of the route. It
// returns false when it dropped the packet.
func (p *Plane) inputOptions(now clock.Instant, i *iface, buf *packet.Buffer, h ip.Header, group bool) (ip.Header, bool) {
	var route ip.Option
	opts := h.Options()
	for rest := opts; ; {
		o, next, err := ip.NextOption(rest)
		if err == nil && o == nil {
			break
		}
		at := h.IHL() - len(rest)
		if err == nil && !optionFits(o) {
			err = ip.ErrOption
			at += 2
		}
		if err != nil {
			p.sendError(now, i, buf, group, ip.ICMPParameterProblem, 0, uint32(at)<<24)
			p.drop(i, DropBadOptions, buf)
			return nil, false
		}
		if t := o.Type(); t == ip.OptLSRR || t == ip.OptSSRR {
			route = o
		}
		rest = next
	}
	if route != nil && (!p.cfg.SourceRoute || !p.followRoute(h, route)) {
		p.sendError(now, i, buf, group, ip.ICMPUnreachable, ip.CodeSourceRoute, 0)
		p.drop(i, DropSourceRoute, buf)
		return nil, false
	}
	return h, true
}

// optionFits checks the pointer of a route or timestamp option.
func optionFits(o ip.Option) bool {
	switch o.Type() {
	case ip.OptLSRR, ip.OptSSRR, ip.OptRecordRoute:
		return len(o) >= 3 && o.Pointer() >= 4
	case ip.OptTimestamp:
		return len(o) >= 4 && o.Pointer() >= 5
	}
	return true
}

// followRoute does RFC 791's source routing for a packet that has come to the present
// hop. A strict route must go to a neighbour.
func (p *Plane) followRoute(h ip.Header, o ip.Option) bool {
	_, recv := p.fib.lookup(h.Destination4())
	if recv == nil || recv.receive != receiveLocal {
		return o.Type() == ip.OptLSRR
	}
	at := o.Pointer()
	if at+3 > len(o) {
		return true // the route is used up: it is for us
	}
	next := uint32(o[at-1])<<24 | uint32(o[at])<<16 | uint32(o[at+1])<<8 | uint32(o[at+2])
	r, _ := p.fib.lookup(next)
	if r == nil || isGroup(next) {
		return false
	}
	w := r.pick(h.Source4(), next)
	if o.Type() == ip.OptSSRR && w.hop != 0 {
		return false
	}
	o.Record(ip.Addr(w.out.src).As4())
	h.SetDestination(ip.Addr(next))
	h.FillChecksum()
	return true
}

// recordHop fills record route and timestamp options as the packet leaves by out.
func (p *Plane) recordHop(now clock.Instant, h ip.Header, out *iface) {
	for rest := h.Options(); ; {
		o, next, err := ip.NextOption(rest)
		if err != nil || o == nil {
			break
		}
		switch o.Type() {
		case ip.OptRecordRoute:
			o.Record(ip.Addr(out.src).As4())
		case ip.OptTimestamp:
			// The node has no calendar: milliseconds of its own, marked as not standard (RFC 791, 3.1).
			o.Stamp(ip.Addr(out.src).As4(), uint32(time.Duration(now)/time.Millisecond)|1<<31)
		}
		rest = next
	}
	h.FillChecksum()
}

// sourceRouted reports whether the packet carries a source route.
func sourceRouted(h ip.Header) bool {
	for rest := h.Options(); len(rest) > 0; {
		o, next, err := ip.NextOption(rest)
		if err != nil || o == nil {
			return false
		}
		if t := o.Type(); t == ip.OptLSRR || t == ip.OptSSRR {
			return true
		}
		rest = next
	}
	return false
}
