package forward

import (
	"errors"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

// Receive takes a frame from a port; ownership passes.
func (p *Plane) Receive(now clock.Instant, port int, frame *packet.Buffer) {
	i := p.port(port)
	if i == nil || !i.link {
		p.drop(i, DropInterfaceDown, frame)
		return
	}
	f, err := ether.ParseFrame(frame.Bytes())
	if err != nil {
		i.traffic.Runts++
		i.traffic.InErrors++
		p.drop(i, DropRunt, frame)
		return
	}
	dst := f.Dst()
	group := dst.IsGroup()
	if !group && dst != i.cfg.MAC {
		p.drop(i, DropNotForUs, frame) // the controller's address filter: no counter of the interface sees it
		return
	}
	i.countIn(now, frame.Len(), group)
	if frame.Len() > i.linkMTU()+ether.HeaderLen {
		i.traffic.Giants++
		i.traffic.InErrors++
		p.drop(i, DropBadLength, frame)
		return
	}
	frame.Ingress = i.index
	i.lastStation = f.Src()
	switch f.Type() {
	case ether.TypeIPv4:
		frame.TrimFront(ether.HeaderLen)
		p.inputIP(now, i, frame, group)
	case ether.TypeARP:
		p.inputARP(now, i, f.Payload())
		frame.Release()
	default:
		i.traffic.UnknownProtocol++
		p.drop(i, DropUnknownProtocol, frame)
	}
}

// ReceiveIP takes an IP packet that came in over the interface with this index
// (PPP over Virtual-Access); buf at the IP header; ownership passes.
func (p *Plane) ReceiveIP(now clock.Instant, index int, buf *packet.Buffer) {
	i := p.at(index)
	if i == nil || !i.proto {
		p.drop(i, DropInterfaceDown, buf)
		return
	}
	i.countIn(now, buf.Len(), false)
	buf.Ingress = index
	buf.Protected, buf.Security, buf.SA = false, "", 0 // what protected the tunnel's packet does not speak for the inner one
	p.inputIP(now, i, buf, false)
}

// Reinject takes an IP packet that an SA unwrapped (buf.Protected set, buf.Ingress as it came
// in); it skips the inbound access list and the clear-text check. Ownership passes.
func (p *Plane) Reinject(now clock.Instant, buf *packet.Buffer) {
	p.enter(buf, func() { p.acceptIP(now, p.at(buf.Ingress), buf, false) })
}

// enter runs f unless packets are wrapped in one another too deep.
func (p *Plane) enter(buf *packet.Buffer, f func()) {
	if p.depth >= maxDepth {
		p.drop(nil, DropLoop, buf)
		return
	}
	p.depth++
	f()
	p.depth--
}

// inputIP is the way of a packet that came in by i; group tells that its frame
// was not addressed to this node alone.
func (p *Plane) inputIP(now clock.Instant, i *iface, buf *packet.Buffer, group bool) {
	p.count.Received++
	if !i.usesIP() {
		p.drop(i, DropNoAddress, buf)
		return
	}
	h, ok := p.check(i, buf)
	if !ok {
		return
	}
	if i.accessIn != nil && !p.permitted(now, i.accessIn, h, i, buf) {
		p.stepDenied(i, nil, h)
		p.sendError(now, i, buf, group, ip.ICMPUnreachable, ip.CodeProhibited, 0)
		p.drop(i, DropAccessIn, buf)
		return
	}
	p.route(now, i, buf, h, group)
}

// acceptIP is inputIP for packets that an access list has no say in.
func (p *Plane) acceptIP(now clock.Instant, i *iface, buf *packet.Buffer, group bool) {
	p.count.Received++
	if h, ok := p.check(i, buf); ok {
		p.route(now, i, buf, h, group)
	}
}

// check does what RFC 1812, 5.2.2 and 5.3.7 ask, and cuts padding off. When it
// refuses, it has dropped the packet.
func (p *Plane) check(i *iface, buf *packet.Buffer) (ip.Header, bool) {
	h, err := ip.Parse(buf.Bytes())
	if err != nil {
		if i != nil {
			i.traffic.InErrors++
			i.traffic.Frame += uint64(flag(errors.Is(err, ip.ErrShort)))
		}
		p.drop(i, headerReason(err), buf)
		return nil, false
	}
	if r := martian(h); r != DropNone {
		p.drop(i, r, buf)
		return nil, false
	}
	if off := h.Offset(); off != 0 && off+len(h)-h.IHL() > ip.MaxLen || h.MF() && (len(h)-h.IHL())%8 != 0 || h.MF() && len(h) == h.IHL() {
		p.drop(i, DropFragmentMalformed, buf)
		return nil, false
	}
	buf.SetLen(len(h))
	return h, true
}

func headerReason(err error) DropReason {
	switch {
	case errors.Is(err, ip.ErrVersion):
		return DropBadVersion
	case errors.Is(err, ip.ErrHeaderLength):
		return DropBadHeaderLength
	case errors.Is(err, ip.ErrChecksum):
		return DropBadChecksum
	}
	return DropBadLength
}

// martian checks the addresses (RFC 1812, 4.2.2.11, 5.3.7). 0.0.0.0 as a source may
// reach this node alone, in a packet to all (RFC 1542).
func martian(h ip.Header) DropReason {
	src, dst := h.Source4(), h.Destination4()
	switch {
	case src>>24 == 127 || src>>28 >= 14 || src>>24 == 0 && !(src == 0 && dst == 0xffffffff):
		return DropMartianSource
	case dst>>24 == 127 || dst>>24 == 0 || dst>>28 == 15 && dst != 0xffffffff:
		return DropMartianDestination
	}
	return DropNone
}

// route decides whether a checked packet is for this node or goes on.
func (p *Plane) route(now clock.Instant, i *iface, buf *packet.Buffer, h ip.Header, group bool) {
	if h.IHL() > ip.HeaderLen {
		var ok bool
		if h, ok = p.inputOptions(now, i, buf, h, group); !ok {
			return
		}
	}
	dst := h.Destination4()
	if isGroup(dst) {
		p.inputGroup(now, i, buf, h, dst)
		return
	}
	r, recv := p.fib.lookup(dst)
	switch {
	case recv != nil && recv.receive == receiveBroadcast && recv.owner != i:
		p.directedBroadcast(now, i, recv.owner, buf, h)
	case recv != nil:
		p.step(StepReceived, i, recv.owner, 0, h, receivedCode(recv, i))
		p.toHost(now, i, buf, h)
	default:
		p.transit(now, i, buf, h, r, group)
	}
}

// receivedCode is the number that debug ip packet prints after `rcvd`.
func receivedCode(n *fibNode, in *iface) int {
	switch {
	case n.receive == receiveBroadcast:
		return 2
	case n.owner == in:
		return 3
	}
	return 4
}

// inputGroup takes packets to all and to groups: this node joined all-hosts and, as a
// router, all-routers; others are not forwarded.
func (p *Plane) inputGroup(now clock.Instant, i *iface, buf *packet.Buffer, h ip.Header, dst uint32) {
	const allHosts, allRouters = 0xe0000001, 0xe0000002
	switch {
	case dst == 0xffffffff:
		p.step(StepReceived, i, nil, 0, h, 2)
	case dst == allHosts, dst == allRouters && p.cfg.Routing:
		p.step(StepReceived, i, nil, 0, h, 0)
	default:
		p.drop(i, DropMulticast, buf)
		return
	}
	p.toHost(now, i, buf, h)
}

// directedBroadcast takes a packet to the broadcast address of another subnet of ours:
// IOS answers it itself, and explodes it there only when told to (RFC 2644).
func (p *Plane) directedBroadcast(now clock.Instant, i, owner *iface, buf *packet.Buffer, h ip.Header) {
	if i != nil && owner.cfg.DirectedBroadcast && p.cfg.Routing && h.TTL() > 1 {
		c := buf.Clone()
		ip.Header(c.Bytes()).DecrementTTL()
		p.count.Forwarded++
		p.transmit(now, i, owner, 0xffffffff, c, true)
	} else if i != nil && !owner.cfg.DirectedBroadcast {
		p.drop(i, DropDirectedBroadcast, buf)
		return
	}
	p.toHost(now, i, buf, h)
}

// toHost reassembles and delivers a packet for this node; it owns buf.
func (p *Plane) toHost(now clock.Instant, i *iface, buf *packet.Buffer, h ip.Header) {
	if h.IsFragment() {
		p.count.FragmentsReceived++
		if buf = p.asm.add(now, p, buf, h); buf == nil {
			return
		}
		p.count.Reassembled++
	}
	p.deliver(now, i, buf)
}

// deliver hands a whole datagram to the host, after the clear-text check.
func (p *Plane) deliver(now clock.Instant, i *iface, buf *packet.Buffer) {
	h := ip.Header(buf.Bytes())
	if proto := h.Protocol(); proto != ip.ProtoESP && proto != ip.ProtoAH && !p.clearAllowed(now, i, buf) {
		p.drop(i, DropClearText, buf)
		return
	}
	p.count.Delivered++
	if p.deps.Deliver == nil {
		buf.Release()
		return
	}
	p.enter(buf, func() { p.deps.Deliver(now, buf) })
}

// clearAllowed asks the crypto hook about a packet that came in the clear.
func (p *Plane) clearAllowed(now clock.Instant, i *iface, buf *packet.Buffer) bool {
	if i == nil || !i.cfg.Crypto || p.deps.Crypto == nil || buf.Protected {
		return true
	}
	return p.deps.Crypto.Clear(now, i.cfg.Name, buf)
}

// transit forwards a packet that is for somebody else.
func (p *Plane) transit(now clock.Instant, i *iface, buf *packet.Buffer, h ip.Header, r *route, group bool) {
	switch {
	case !p.cfg.Routing:
		p.drop(i, DropNotRouting, buf)
		return
	case group:
		p.drop(i, DropLinkBroadcast, buf)
		return
	case !p.clearAllowed(now, i, buf):
		p.drop(i, DropClearText, buf)
		return
	case h.TTL() <= 1:
		p.step(StepTTLExpired, i, nil, 0, h, 0)
		p.sendError(now, i, buf, group, ip.ICMPTimeExceeded, ip.CodeTTL, 0)
		p.drop(i, DropTTL, buf)
		return
	case r == nil:
		p.step(StepUnroutable, i, nil, 0, h, 0)
		p.sendError(now, i, buf, group, ip.ICMPUnreachable, ip.CodeHost, 0)
		p.drop(i, DropNoRoute, buf)
		return
	}
	w := r.pick(h.Source4(), h.Destination4())
	hop := w.hop
	if hop == 0 {
		hop = h.Destination4()
	}
	if w.out == i {
		p.redirect(now, i, buf, h, hop)
	}
	h.DecrementTTL()
	if h.IHL() > ip.HeaderLen {
		p.recordHop(now, h, w.out)
	}
	if w.out.accessOut != nil && !p.permitted(now, w.out.accessOut, h, i, buf) {
		p.stepDenied(i, w.out, h)
		p.sendError(now, i, buf, group, ip.ICMPUnreachable, ip.CodeProhibited, 0)
		p.drop(w.out, DropAccessOut, buf)
		return
	}
	p.count.Forwarded++
	p.step(StepForward, i, w.out, hop, h, 0)
	p.clampMSS(i, w.out, h)
	p.send(now, i, w.out, hop, buf, false)
}
