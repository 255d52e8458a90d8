package ipsec

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/esp"
)

// Result is the answer of the packet path.
type Result struct {
	Verdict Verdict
	Reason  DropReason // for Drop
	// Buf is the packet, at its IP header, for Pass and Done, and as it came for a
	// Drop with DropTooBig, whose sender is to be told; else nil: it was released.
	Buf *packet.Buffer
	// MTU is, for DropTooBig, the largest packet that would have fitted: the
	// value for "fragmentation needed".
	MTU int
}

// Outbound applies the policy of the egress interface to buf, which starts at
// its IPv4 header. It takes buf; Result.Buf gives it back. A protected packet
// must not be shown to Outbound again on its way out, and may exceed the MTU
// (the caller fragments it) unless it has DF.
func (e *Engine) Outbound(now clock.Instant, iface string, buf *packet.Buffer) Result {
	s := e.byIface[iface]
	if s == nil {
		return Result{Buf: buf}
	}
	p, ok := parseIPv4(buf.Bytes())
	if !ok {
		return e.refuse(buf, DropMalformed)
	}
	f := p.outFlow()
	if s.own(p, f) {
		return Result{Buf: buf}
	}
	c := s.lookup(f)
	if !c.protect {
		return Result{Buf: buf}
	}
	id := c.ident
	if id == nil && c.entry.cfg.PerHost && c.entry.kind == Static {
		id = e.hostIdent(c.entry, c.rule, f)
	}
	if id == nil {
		return e.refuse(buf, DropNoSA)
	}
	buf.SetLen(len(p))
	return e.outboundUnder(now, s, id, iface, buf)
}

// own reports whether a flow is what makes IPsec possible, and so never
// needs protection: IKE, ESP and AH of the local end point.
func (s *spd) own(p ipv4, f flow) bool {
	if !s.local.IsValid() || f.local != addr4(s.local) {
		return false
	}
	switch f.proto {
	case uint8(ESP), uint8(AH):
		return true
	case protoUDP:
		return f.lport == portIKE || f.lport == portNAT
	}
	return false
}

// outboundUnder protects a packet of an identity, or asks for the SA that is
// missing.
func (e *Engine) outboundUnder(now clock.Instant, s *spd, id *ident, iface string, buf *packet.Buffer) Result {
	p := id.current
	if p == nil {
		return e.withoutSA(now, id, iface, buf)
	}
	if why := e.outboundReady(now, p, buf); why != NotDropped {
		id.n.sendErrors++
		id.n.encapsFailed++
		return e.refuse(buf, why)
	}
	b := ipv4(buf.Bytes())
	mtu, n := s.mtu(iface), len(b)
	if p.overhead(n, b.headerLen()) > mtu && (p.encap.Tunnel() && e.outerDF(b) || !p.encap.Tunnel() && b.df()) {
		id.n.tooBig++
		e.drops[DropTooBig]++
		return Result{Verdict: Drop, Reason: DropTooBig, Buf: buf, MTU: p.plainMTU(mtu)}
	}
	e.protect(p, buf)
	id.n.sent(p)
	p.used = now
	p.bytesOut += uint64(n)
	e.checkVolume(now, p, p.bytesOut)
	return Result{Verdict: Done, Buf: buf}
}

// outboundReady finds what forbids protecting the packet under the pair.
func (e *Engine) outboundReady(now clock.Instant, p *pair, buf *packet.Buffer) DropReason {
	b := ipv4(buf.Bytes())
	switch {
	case p.exhausted():
		p.ident.n.rolloverSend++
		return DropSeqOverflow
	case p.hardBytes > 0 && p.bytesOut >= p.hardBytes:
		e.remove(now, []*pair{p}, DeletedByAge)
		return DropLifetime
	case !p.encap.Tunnel() && b.fragment(): // RFC 4303, 3.3.4
		return DropFragment
	case p.overhead(len(b), b.headerLen()) > 65535:
		return DropMalformed
	}
	if !p.encap.Tunnel() && p.out[0].part.Proto == AH {
		if _, err := esp.Immutable(e.header[:], b[:b.headerLen()]); err != nil {
			return DropMalformed
		}
	}
	return NotDropped
}

// sent counts a packet that the pair protected.
func (n *identCounters) sent(p *pair) {
	n.encaps++
	if p.suite.Cipher != NoCipher {
		n.encrypt++
	}
	if p.suite.Auth != NoAuth || p.suite.AH != NoAuth {
		n.digest++
	}
}

// withoutSA asks for an SA. The packet is dropped, as IOS does, unless the
// configuration has packets held.
func (e *Engine) withoutSA(now clock.Instant, id *ident, iface string, buf *packet.Buffer) Result {
	id.iface = iface
	if len(id.pairs) == 0 { // else a responder's pair waits for the third message
		e.request(now, id, false)
	}
	defer e.reapIdle(id)
	limit := min(e.cfg.Hold, MaxHold)
	if limit > 0 && (id.request != nil || len(id.pairs) > 0) {
		if len(id.held) >= limit {
			return e.refuse(buf, DropHoldOverflow)
		}
		id.held = append(id.held, buf)
		return Result{Verdict: Held}
	}
	id.n.sendErrors++
	id.n.noSA++
	return e.refuse(buf, DropNoSA)
}

// reapIdle removes an identity of two hosts for which nothing can be asked.
func (e *Engine) reapIdle(id *ident) {
	if _, ok := id.entry.idents[id]; ok && len(id.held) == 0 {
		e.reap(id)
	}
}

// refuse counts the drop and gives the buffer back to the pool.
func (e *Engine) refuse(buf *packet.Buffer, why DropReason) Result {
	e.drops[why]++
	buf.Release()
	return Result{Verdict: Drop, Reason: why}
}

// sendHeld protects what waited for the identity's SA.
func (e *Engine) sendHeld(now clock.Instant, id *ident) {
	held := id.held
	id.held = nil
	for _, buf := range held {
		r := e.outboundUnder(now, id.entry.spd, id, id.iface, buf)
		switch {
		case r.Verdict == Done:
			e.put(Released{Iface: id.iface, Buf: r.Buf})
		case r.Buf != nil: // too big, and too late to tell its sender
			r.Buf.Release()
		}
	}
}

// releaseHeld drops what waited in vain.
func (e *Engine) releaseHeld(id *ident) {
	for _, buf := range id.held {
		e.drops[DropNoSA]++
		id.n.sendErrors++
		id.n.noSA++
		buf.Release()
	}
	id.held = nil
}

// hostIdent makes the identity of two hosts under a rule
// (`set security-association level per-host`).
func (e *Engine) hostIdent(en *entry, rule int, f flow) *ident {
	r := &en.cfg.ACL.Rules[rule]
	l, m := r.selectors()
	id := &ident{id: e.nextID(), local: host(addrOf(f.local), l.Proto, l.Port), remote: host(addrOf(f.remote), m.Proto, m.Port)}
	id.matchLocal, id.matchRemote = id.local, id.remote
	en.addIdent(id)
	return id
}

// CheckClear tells whether a packet that came in on iface without protection
// may go on. Drop means that policy wants it protected; it is counted and
// logged, and the caller, who keeps buf, releases it. A packet that Inbound
// decapsulated passes.
func (e *Engine) CheckClear(now clock.Instant, iface string, buf *packet.Buffer) Verdict {
	s := e.byIface[iface]
	if s == nil || buf.Protected {
		return Pass
	}
	p, ok := parseIPv4(buf.Bytes())
	if !ok {
		return Pass
	}
	f := p.inFlow()
	if s.own(p, f) || f.late && f.proto == protoUDP && f.local == addr4(s.local) {
		return Pass // of a later fragment to us the first one decides
	}
	c := s.lookup(f)
	if !c.protect {
		return Pass
	}
	if c.ident != nil {
		c.ident.n.recvErrors++
		c.ident.n.decapsFailed++
	}
	e.drops[DropClear]++
	if e.mayLog(now, limitClear) {
		e.tell(ClearReceived{Src: p.src(), Dst: p.dst(), Proto: p.proto()})
	}
	return Drop
}
