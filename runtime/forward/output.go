package forward

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

// Output sends an IP packet made by this node. The header must be complete
// but for the checksum, which the plane fills in. Ownership passes, also on error.
// Packets to this node itself arrive at the next Tick.
func (p *Plane) Output(now clock.Instant, buf *packet.Buffer) error {
	return p.originate(now, buf, false)
}

// OutputProtected sends a packet that the crypto hook held and has since
// protected: as Output, without asking the hook.
func (p *Plane) OutputProtected(now clock.Instant, buf *packet.Buffer) error {
	return p.originate(now, buf, true)
}

// OutputOn sends an IP packet made by this node out of one interface to the link
// broadcast (or multicast) address. Ownership passes, also on error.
func (p *Plane) OutputOn(now clock.Instant, iface string, buf *packet.Buffer) error {
	i := p.byName[iface]
	h, err := ip.ParseUnverified(buf.Bytes())
	if i == nil || !i.proto || err != nil {
		p.drop(i, DropInterfaceDown, buf)
		return ErrNoInterface
	}
	h.FillChecksum()
	buf.Ingress, buf.TTLKept = 0, true
	p.count.Originated++
	p.step(StepSendingBroad, nil, i, 0, h, 0)
	hop := h.Destination4()
	if !isGroup(hop) {
		hop = 0xffffffff
	}
	p.send(now, nil, i, hop, buf, true)
	return nil
}

func (p *Plane) originate(now clock.Instant, buf *packet.Buffer, crypted bool) (err error) {
	h, perr := ip.ParseUnverified(buf.Bytes())
	if perr != nil {
		p.drop(nil, DropBadLength, buf)
		return ErrMalformed
	}
	buf.SetLen(len(h))
	buf.Ingress, buf.TTLKept = 0, true
	p.count.Originated++
	p.enter(buf, func() { err = p.sendLocal(now, buf, h, crypted) })
	return err
}

// sendLocal finds the way of a packet made here.
func (p *Plane) sendLocal(now clock.Instant, buf *packet.Buffer, h ip.Header, crypted bool) error {
	dst := h.Destination4()
	if isGroup(dst) {
		return p.sendGroup(now, buf, h, dst)
	}
	r, recv := p.fib.lookup(dst)
	switch {
	case recv != nil && recv.receive == receiveLocal:
		h.FillChecksum()
		p.step(StepSending, nil, recv.owner, 0, h, 0)
		p.toSelf(now, buf)
		return nil
	case recv != nil:
		h.FillChecksum()
		p.step(StepSendingBroad, nil, recv.owner, 0, h, 0)
		p.send(now, nil, recv.owner, 0xffffffff, buf, crypted)
		return nil
	}
	if i := p.ownerOf(h.Source4()); i != nil {
		h.FillChecksum()
		p.step(StepSending, nil, i, 0, h, 0)
		p.send(now, nil, i, dst, buf, crypted)
		return nil
	}
	if r == nil {
		p.step(StepUnroutable, nil, nil, 0, h, 0)
		p.drop(nil, DropNoRoute, buf)
		return ErrNoRoute
	}
	w := r.pick(h.Source4(), dst)
	hop := w.hop
	if hop == 0 {
		hop = dst
	}
	if h.IHL() > ip.HeaderLen {
		p.recordHop(now, h, w.out)
	}
	h.FillChecksum()
	p.step(StepSending, nil, w.out, w.hop, h, 0)
	p.clampMSS(nil, w.out, h)
	p.send(now, nil, w.out, hop, buf, crypted)
	return nil
}

// ownerOf returns, on a strong host, the point-to-point interface that has the address src.
func (p *Plane) ownerOf(src uint32) *iface {
	if !p.cfg.StrongHost {
		return nil
	}
	for _, i := range p.ifaces {
		if i != nil && i.proto && i.cfg.Kind == PointToPoint && i.src == src {
			return i
		}
	}
	return nil
}

// sendGroup sends a packet to all or to a group out of the ports that own its source, or out
// of every port.
func (p *Plane) sendGroup(now clock.Instant, buf *packet.Buffer, h ip.Header, dst uint32) error {
	h.FillChecksum()
	src := h.Source4()
	_, owned := p.fib.lookup(src)
	sent := false
	for _, i := range p.ifaces {
		if i == nil || !i.proto || i.cfg.Kind != Ethernet || owned != nil && !i.has(src) && i.src != src {
			continue
		}
		p.step(StepSendingBroad, nil, i, 0, h, 0)
		p.send(now, nil, i, dst, buf.Clone(), true)
		sent = true
	}
	if !sent {
		p.drop(nil, DropNoRoute, buf)
		return ErrNoRoute
	}
	buf.Release()
	return nil
}

// send is the last leg: crypto hook, fragmentation, the link. in is nil for packets made
// here; crypted ones do not meet the hook again.
func (p *Plane) send(now clock.Instant, in, out *iface, hop uint32, buf *packet.Buffer, crypted bool) {
	if out.cfg.Crypto && !crypted && p.deps.Crypto != nil {
		if !p.askCrypto(now, in, out, buf) {
			return
		}
		// Replaced packets went their own way within askCrypto.
	}
	if buf.Len() > out.mtu {
		p.sendFragments(now, in, out, hop, buf)
		return
	}
	p.transmit(now, in, out, hop, buf, false)
}

// askCrypto asks the hook and reports whether the packet is to go on as it is;
// otherwise it is dealt with.
func (p *Plane) askCrypto(now clock.Instant, in, out *iface, buf *packet.Buffer) bool {
	d := p.deps.Crypto.Outbound(now, out.cfg.Name, out.mtu, buf)
	switch d.Verdict {
	case Pass:
		return true
	case Replaced:
		p.sendReplaced(now, buf)
	case Held:
	case TooBig:
		p.sendError(now, in, buf, false, ip.ICMPUnreachable, ip.CodeFragNeeded, uint32(d.MTU))
		p.drop(out, DropFragmentationNeeded, buf)
	case Drop:
		out.traffic.OutDrops++
		p.count.Drops[DropCrypto]++
	default:
		p.drop(out, DropCrypto, buf)
	}
	return false
}

// sendReplaced routes what the hook made of a packet, by its new destination.
func (p *Plane) sendReplaced(now clock.Instant, buf *packet.Buffer) {
	h, err := ip.ParseUnverified(buf.Bytes())
	if err != nil {
		p.drop(nil, DropBadLength, buf)
		return
	}
	buf.SetLen(len(h))
	buf.Ingress = 0
	p.enter(buf, func() { _ = p.sendLocal(now, buf, h, true) })
}

// transmit puts one packet, no larger than the MTU, on the link.
func (p *Plane) transmit(now clock.Instant, in, out *iface, hop uint32, buf *packet.Buffer, group bool) {
	if !out.proto {
		p.drop(out, DropInterfaceDown, buf)
		return
	}
	switch out.cfg.Kind {
	case Ethernet:
		p.transmitEthernet(now, in, out, hop, buf)
	case PointToPoint:
		p.transmitVirtual(now, out, buf)
	case Null:
		p.nullRoute(now, in, out, buf)
	case Loopback:
		p.drop(out, DropLoopbackSubnet, buf)
	default:
		p.drop(out, DropInterfaceDown, buf)
	}
}

func (p *Plane) nullRoute(now clock.Instant, in, null *iface, buf *packet.Buffer) {
	if !null.cfg.NoUnreachables {
		p.sendError(now, in, buf, false, ip.ICMPUnreachable, ip.CodeHost, 0)
	}
	p.drop(null, DropNullRoute, buf)
}

func (p *Plane) transmitVirtual(now clock.Instant, out *iface, buf *packet.Buffer) {
	if out.output == nil {
		p.drop(out, DropOutputFailed, buf)
		return
	}
	n := buf.Len()
	buf.Protected, buf.Security, buf.SA = false, "", 0
	if p.depth >= maxDepth {
		p.drop(out, DropLoop, buf)
		return
	}
	p.depth++
	ok := out.output(now, buf)
	p.depth--
	if !ok {
		out.traffic.OutDrops++
		p.count.Drops[DropOutputFailed]++
		return
	}
	out.countOut(now, n)
}

func (p *Plane) transmitEthernet(now clock.Instant, in, out *iface, hop uint32, buf *packet.Buffer) {
	switch {
	case hop == 0xffffffff:
		p.frame(now, out, ether.Broadcast, ether.TypeIPv4, buf)
	case hop>>28 == 14:
		p.frame(now, out, ether.Multicast([4]byte{byte(hop >> 24), byte(hop >> 16), byte(hop >> 8), byte(hop)}), ether.TypeIPv4, buf)
	default:
		if n := out.arp[hop]; n != nil && n.resolved {
			p.frame(now, out, n.mac, ether.TypeIPv4, buf)
			return
		}
		p.resolve(now, in, out, hop, buf)
	}
}

// frame prepends the Ethernet header and hands the frame to the wire.
func (p *Plane) frame(now clock.Instant, out *iface, dst ether.Addr, typ uint16, buf *packet.Buffer) {
	ether.Put(buf.Prepend(ether.HeaderLen), dst, out.cfg.MAC, typ)
	out.countOut(now, buf.Len())
	// Marks of this node's inside do not travel over a wire.
	buf.Ingress, buf.Security, buf.Protected, buf.NATT, buf.SA, buf.TTLKept = 0, "", false, false, 0, false
	if p.deps.Transmit == nil {
		buf.Release()
		return
	}
	p.deps.Transmit(out.cfg.Port, buf)
}

// clampMSS lowers the MSS of passing TCP SYNs to what either interface asks for.
func (p *Plane) clampMSS(in, out *iface, h ip.Header) {
	mss := out.cfg.AdjustMSS
	if in != nil && in.cfg.AdjustMSS != 0 && (mss == 0 || in.cfg.AdjustMSS < mss) {
		mss = in.cfg.AdjustMSS
	}
	if mss == 0 || h.Protocol() != ip.ProtoTCP || h.Offset() != 0 {
		return
	}
	if t, err := ip.ParseTCP(h.Payload()); err == nil && t.Flags()&ip.TCPSyn != 0 {
		t.ClampMSS(uint16(mss))
	}
}
