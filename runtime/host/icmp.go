package host

import (
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

// receiveICMP takes an ICMP message for this node (RFC 1812, 4.3).
func (h *Host) receiveICMP(now clock.Instant, buf *packet.Buffer, hdr ip.Header) {
	m, err := ip.ParseICMP(hdr.Payload())
	if err != nil {
		h.drop(DropMalformedICMP, buf)
		return
	}
	switch t := m.Type(); {
	case t == ip.ICMPEcho:
		h.answerEcho(now, buf, hdr, m)
	case t == ip.ICMPEchoReply:
		h.receiveReply(now, buf, hdr, m)
	case ip.IsICMPError(t):
		h.receiveError(now, buf, hdr, m)
	default:
		h.drop(DropUnknownICMP, buf)
	}
}

// answerEcho turns an echo into its reply in the same buffer (RFC 1122, 3.2.2.6). An echo to
// all is answered from the address toward the asker.
func (h *Host) answerEcho(now clock.Instant, buf *packet.Buffer, hdr ip.Header, m ip.ICMP) {
	h.count.EchoReceived++
	src, dst := hdr.Destination(), hdr.Source()
	if !h.plane.IsLocal(src) {
		src, _ = h.plane.SourceFor(dst)
	}
	if h.cfg.NoEcho || !src.IsValid() || dst.IsUnspecified() {
		h.drop(DropEchoRefused, buf)
		return
	}
	var store [40]byte
	s := Send{TOS: hdr.TOS(), Options: replyOptions(store[:0], hdr.Options())}
	buf.TrimFront(hdr.IHL())
	ip.PutICMP(buf.Bytes(), ip.ICMPEchoReply, 0, m.Rest())
	h.count.EchoReplied++
	if h.sink.Wants(event.IPICMP) {
		h.sink.Emit(EchoReply{Sent: true, Source: src, Destination: dst})
	}
	_ = h.SendIP(now, src, dst, ip.ProtoICMP, buf, s)
}

// replyOptions appends the options of an echo that its reply carries on: record route and timestamp as they are,
// source routes turned round (RFC 1122, 3.2.2.6).
func replyOptions(dst, opts []byte) []byte {
	start := len(dst)
	for rest := opts; ; {
		o, next, err := ip.NextOption(rest)
		if err != nil || o == nil {
			break
		}
		switch o.Type() {
		case ip.OptRecordRoute, ip.OptTimestamp:
			dst = append(dst, o...)
		case ip.OptLSRR, ip.OptSSRR:
			as := o.Addresses()
			r := ip.RouteOption(o.Type(), len(as))
			for k, a := range as {
				copy(r[3+4*(len(as)-1-k):], a[:])
			}
			dst = append(dst, r...)
		}
		rest = next
	}
	for (len(dst)-start)%4 != 0 {
		dst = append(dst, ip.OptEnd)
	}
	return dst
}

func (h *Host) receiveReply(now clock.Instant, buf *packet.Buffer, hdr ip.Header, m ip.ICMP) {
	h.count.RepliesReceived++
	if h.sink.Wants(event.IPICMP) {
		h.sink.Emit(EchoReply{Source: hdr.Source(), Destination: hdr.Destination()})
	}
	if !h.replyToOperation(now, hdr, m) {
		h.count.Drops[DropStrayReply]++
	}
	buf.Release()
}

func (h *Host) receiveError(now clock.Instant, buf *packet.Buffer, hdr ip.Header, m ip.ICMP) {
	defer buf.Release()
	h.count.ErrorsReceived++
	q, err := ip.ParseQuoted(m.Data())
	if err != nil {
		h.count.Drops[DropMalformedICMP]++
		return
	}
	if h.sink.Wants(event.IPICMP) {
		e := ErrorReceived{Type: m.Type(), Code: m.Code(), From: hdr.Source(), Dest: q.Destination()}
		if m.Type() == ip.ICMPRedirect {
			e.Gateway = ip.Addr(m.Rest())
		}
		h.sink.Emit(e)
	}
	r := Report{Type: m.Type(), Code: m.Code(), From: hdr.Source(), Quoted: q}
	if r.Type == ip.ICMPUnreachable && r.Code == ip.CodeFragNeeded {
		r.MTU = m.MTU()
	}
	// A redirect is no fate of the packet: it went on.
	if r.Type == ip.ICMPRedirect || h.errorToOperation(now, r) {
		return
	}
	if h.report != nil && h.plane.IsLocal(q.Source()) {
		h.report(now, r)
		return
	}
	h.count.Drops[DropStrayReply]++
}

// unreachable answers a packet that nobody here takes (RFC 1122, 3.2.2.1), never one to all or from nobody.
func (h *Host) unreachable(now clock.Instant, hdr ip.Header, code uint8) {
	src, dst := hdr.Source(), hdr.Destination()
	if h.cfg.NoUnreachables || h.plane.IsBroadcast(dst) || h.plane.IsBroadcast(src) || src.IsUnspecified() || src.IsLoopback() {
		return
	}
	interval := h.cfg.UnreachableInterval
	if interval == 0 {
		interval = unreachableInterval
	}
	if interval > 0 && !h.nextError.Reached(now) {
		h.count.UnreachablesLimited++
		return
	}
	h.nextError = now.Add(max(interval, 0))
	h.count.UnreachablesSent++
	if h.sink.Wants(event.IPICMP) {
		h.sink.Emit(ErrorSent{Type: ip.ICMPUnreachable, Code: code, To: src, Dest: dst})
	}
	h.sendError(now, hdr, dst, src, code)
}

func (h *Host) sendError(now clock.Instant, hdr ip.Header, from, to netip.Addr, code uint8) {
	quote := []byte(hdr[:min(len(hdr), hdr.IHL()+8)])
	e := packet.Get(ip.ICMPLen + len(quote))
	b := e.Extend(ip.ICMPLen + len(quote))
	copy(b[ip.ICMPLen:], quote)
	ip.PutICMP(b, ip.ICMPUnreachable, code, 0)
	_ = h.SendIP(now, from, to, ip.ProtoICMP, e, Send{TOS: errorTOS})
}
