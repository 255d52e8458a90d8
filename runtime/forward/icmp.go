package forward

import (
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

const (
	// unreachableInterval is IOS's `ip icmp rate-limit unreachable`.
	unreachableInterval = 500 * time.Millisecond
	// errorTOS is the precedence of ICMP errors: internetwork control (RFC 1812, 4.3.2.5).
	errorTOS = 0xc0
	// quotedPayload is how much of the packet in error follows its header in an ICMP error (RFC 792; IOS sends no more).
	quotedPayload = 8
)

// unreachableLimit is the rate limit of unreachables; fragmentation needed has its own.
type unreachableLimit struct {
	interval time.Duration
	next     [2]clock.Instant
}

func (l *unreachableLimit) configure(d time.Duration) {
	switch {
	case d == 0:
		l.interval = unreachableInterval
	case d < 0:
		l.interval = 0
	default:
		l.interval = d
	}
}

func (l *unreachableLimit) allow(now clock.Instant, code uint8) bool {
	k := int(flag(code == ip.CodeFragNeeded))
	if !l.next[k].Reached(now) {
		return false
	}
	l.next[k] = now.Add(l.interval)
	return true
}

// sendError answers buf (borrowed, at its IP header, as it came in by in; nil: made here) with an
// ICMP error, when RFC 1812, 4.3.2.7 allows one. group tells that the frame was for
// all. rest is the 32-bit field after the checksum.
func (p *Plane) sendError(now clock.Instant, in *iface, buf *packet.Buffer, group bool, typ, code uint8, rest uint32) {
	h := ip.Header(buf.Bytes())
	if group || !mayAnswer(h) {
		return
	}
	if typ == ip.ICMPUnreachable {
		if in != nil && in.cfg.NoUnreachables {
			return
		}
		if !p.limit.allow(now, code) {
			p.count.UnreachablesLimited++
			return
		}
	}
	src := p.errorSource(in, h)
	if src == 0 {
		return
	}
	p.countError(typ)
	if p.deps.Sink.Wants(event.IPICMP) {
		e := ICMPErrorSent{Type: typ, Code: code, To: h.Source(), Dest: h.Destination()}
		if typ == ip.ICMPRedirect {
			e.Gateway = ip.Addr(rest)
		}
		p.deps.Sink.Emit(e)
	}
	_ = p.Output(now, icmpError(h, p.NextID(), p.ttl(), src, typ, code, rest)) // an error that has no way is lost
}

func (p *Plane) countError(typ uint8) {
	switch typ {
	case ip.ICMPUnreachable:
		p.count.Unreachables++
	case ip.ICMPTimeExceeded:
		p.count.TimeExceeded++
	case ip.ICMPRedirect:
		p.count.Redirects++
	case ip.ICMPParameterProblem:
		p.count.ParameterProblems++
	}
}

// icmpError makes the error: the packet's header and eight bytes more are quoted.
func icmpError(h ip.Header, id uint16, ttl uint8, src uint32, typ, code uint8, rest uint32) *packet.Buffer {
	quote := []byte(h[:min(len(h), h.IHL()+quotedPayload)])
	n := ip.HeaderLen + ip.ICMPLen + len(quote)
	e := packet.Get(n)
	b := e.Extend(n)
	copy(b[ip.HeaderLen+ip.ICMPLen:], quote)
	ip.PutICMP(b[ip.HeaderLen:], typ, code, rest)
	ip.Put(b, ip.Fields{TOS: errorTOS, TotalLen: n, ID: id, TTL: ttl, Protocol: ip.ProtoICMP,
		Source: ip.Addr(src), Destination: h.Source()})
	return e
}

// mayAnswer applies RFC 1812, 4.3.2.7: no error about ICMP errors, fragments other than the first,
// packets to all, or packets from no single host.
func mayAnswer(h ip.Header) bool {
	src := h.Source4()
	if h.Offset() != 0 || isGroup(h.Destination4()) || src == 0 || src>>28 >= 14 || src>>24 == 127 {
		return false
	}
	if h.Protocol() == ip.ProtoICMP {
		return len(h.Payload()) > 0 && !ip.IsICMPError(h.Payload()[0])
	}
	return true
}

// errorSource is the address of the interface that the packet came in by, of
// the one toward its sender for packets that have none.
func (p *Plane) errorSource(in *iface, h ip.Header) uint32 {
	if in != nil && in.src != 0 {
		return in.sourceToward(h.Source4())
	}
	src, _ := p.SourceFor(h.Source())
	return ip.Number(src)
}

// redirect tells a host on the link of a better first hop there (RFC 1812, 5.2.7.2).
func (p *Plane) redirect(now clock.Instant, i *iface, buf *packet.Buffer, h ip.Header, hop uint32) {
	if i.cfg.NoRedirects || i.cfg.Kind != Ethernet || !i.onLink(h.Source4()) || !i.onLink(hop) || sourceRouted(h) || buf.Protected {
		return
	}
	p.sendError(now, i, buf, false, ip.ICMPRedirect, ip.CodeRedirect, hop)
}
