package ppp

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ppp"
)

// maxPending is how many packets of network protocols may wait for the end of
// authentication: one request for each protocol a peer may have, twice.
const maxPending = 8

// Receive takes one frame from the carrier, beginning at the PPP header.
// Ownership of frame passes. Datagrams go to Deps.Deliver.
func (l *Link) Receive(now clock.Instant, frame *packet.Buffer) {
	l.counters.InFrames++
	l.counters.InOctets += uint64(frame.Len())
	proto, n, err := ppp.ParseHeader(frame.Bytes())
	if err != nil {
		l.dropFrame(frame, DropHeader, 0)
		return
	}
	if l.done || !l.lower || l.phase == PhaseDown {
		l.dropFrame(frame, DropClosed, proto)
		return
	}
	l.times.lastIn = now
	if proto == ppp.IPv4 {
		l.receiveIP(now, frame, n)
		return
	}
	l.emitFrame(false, proto, frame.Len())
	if l.keepPending(frame, proto) {
		return
	}
	l.control(now, proto, frame.Bytes()[n:])
	frame.Release()
}

func (l *Link) receiveIP(now clock.Instant, frame *packet.Buffer, header int) {
	if l.ipcp.state != Opened {
		l.dropFrame(frame, DropNotOpen, ppp.IPv4)
		return
	}
	l.emitFrame(false, ppp.IPv4, frame.Len())
	l.counters.InData++
	l.times.lastData = now
	frame.TrimFront(header)
	l.deps.Deliver(now, frame)
}

// SendIP prepends the PPP header to an IPv4 datagram. When it reports true,
// the frame is to be sent and the buffer is still the caller's; on false it was
// dropped, counted and released.
func (l *Link) SendIP(now clock.Instant, b *packet.Buffer) bool {
	if l.ipcp.state != Opened {
		l.dropFrame(b, DropNotOpen, ppp.IPv4)
		return false
	}
	pfc, acfc := l.lcp.peerPFC, l.lcp.peerACFC
	ppp.PutHeader(b.Prepend(ppp.HeaderLen(ppp.IPv4, pfc, acfc)), ppp.IPv4, pfc, acfc)
	l.emitFrame(true, ppp.IPv4, b.Len())
	l.counters.OutFrames++
	l.counters.OutOctets += uint64(b.Len())
	l.counters.OutData++
	if !l.cfg.IdleInboundOnly {
		l.times.lastData = now
	}
	return true
}

// emitFrame is on the data path: the event is built only when somebody listens.
func (l *Link) emitFrame(out bool, proto ppp.Protocol, n int) {
	if e := (FrameSeen{l.id.Name, out, proto, n}); l.deps.Events.Wants(e.Class()) {
		l.deps.Events.Emit(e)
	}
}

func (l *Link) dropFrame(b *packet.Buffer, why DropReason, proto ppp.Protocol) {
	b.Release()
	l.drop(why, proto)
}

func (l *Link) drop(why DropReason, proto ppp.Protocol) {
	l.counters.Drops[why]++
	if e := (Dropped{l.id.Name, why, proto}); l.deps.Events.Wants(e.Class()) {
		l.deps.Events.Emit(e)
	}
}

// isNCP reports whether proto is a network control protocol (RFC 1661, 2).
func isNCP(proto ppp.Protocol) bool { return proto >= 0x8000 && proto <= 0xbfff }

// keepPending queues an NCP packet that came while its sender is still being
// authenticated. RFC 1661, 3.5 lets such packets be dropped; kept, they spare a restart timer.
func (l *Link) keepPending(frame *packet.Buffer, proto ppp.Protocol) bool {
	if !isNCP(proto) || l.phase != PhaseAuthenticating && l.phase != PhaseForwarding {
		return false
	}
	if len(l.pending) == maxPending {
		l.dropFrame(frame, DropPending, proto)
		return true
	}
	l.pending = append(l.pending, frame)
	return true
}

func (l *Link) processPending(now clock.Instant) {
	l.emit(PendingProcessed{l.id.Name})
	kept := l.pending
	l.pending = nil
	for _, frame := range kept {
		if proto, n, err := ppp.ParseHeader(frame.Bytes()); err == nil && l.phase == PhaseUp {
			l.emit(Redirected{l.id.Name, proto})
			l.control(now, proto, frame.Bytes()[n:])
		}
		frame.Release()
	}
}

func (l *Link) dropPending(why DropReason) {
	for _, frame := range l.pending {
		l.dropFrame(frame, why, 0)
	}
	l.pending = nil
}

// control hands one packet to the machine it belongs to (RFC 1661, 3.4 to 3.7).
func (l *Link) control(now clock.Instant, proto ppp.Protocol, info []byte) {
	switch {
	case proto == ppp.LCP:
		l.lcp.packet(now, info)
	case l.lcp.state != Opened:
		l.drop(DropPhase, proto)
	case proto == ppp.PAP:
		l.receivePAP(now, info)
	case proto == ppp.CHAP:
		l.receiveCHAP(now, info)
	case l.phase != PhaseUp:
		l.drop(DropPhase, proto)
	case proto == ppp.IPCP && !l.cfg.IPCP.Disabled:
		l.ipcp.packet(now, info)
	default:
		l.otherProtocol(now, proto, info)
	}
}

func (l *Link) otherProtocol(now clock.Instant, proto ppp.Protocol, info []byte) {
	for _, p := range l.probes {
		if p.proto == proto {
			p.packet(now, info)
			return
		}
	}
	l.tellNotNegotiated(proto, info)
	l.sendProtocolReject(proto, info)
}

// tellNotNegotiated logs a packet of a protocol that this program could word but does not run.
func (l *Link) tellNotNegotiated(proto ppp.Protocol, info []byte) {
	switch proto {
	case ppp.IPCP, ppp.CCP, ppp.CDPCP, ppp.MPLSCP:
	default:
		return
	}
	var p ppp.Packet
	if p.Parse(info) != nil {
		return
	}
	opts, _ := ppp.ParseOptions(p.Data)
	l.emit(Control{Link: l.id.Name, Proto: proto, NotNegotiated: true, Code: p.Code, ID: p.ID, Len: p.Len(),
		Options: ppp.CloneOptions(opts)})
}

// sendPacket frames a control packet, uncompressed, and puts it into the outbox.
func (l *Link) sendPacket(proto ppp.Protocol, p *ppp.Packet) {
	b := packet.Get(ppp.MaxHeader + p.Len())
	ppp.PutHeader(b.Extend(ppp.MaxHeader), proto, false, false)
	p.Append(b.Extend(p.Len())[:0])
	l.counters.OutFrames++
	l.counters.OutOctets += uint64(b.Len())
	l.emitFrame(true, proto, b.Len())
	l.put(Frame{b})
}

// sendProtocolReject answers a packet of a protocol not spoken (RFC 1661, 5.7).
func (l *Link) sendProtocolReject(proto ppp.Protocol, info []byte) {
	if l.lcp.state != Opened {
		l.drop(DropPhase, proto)
		return
	}
	info = l.fit(info, 2)
	l.lcp.send(ppp.Packet{Code: ppp.ProtRej, ID: l.lcp.nextID(), Data: ppp.AppendProtocolReject(nil, proto, info)})
}

// fit cuts what is being rejected so that the packet, with extra octets in
// front, keeps within the peer's MRU (RFC 1661, 5.6 and 5.7).
func (l *Link) fit(info []byte, extra int) []byte {
	return info[:min(len(info), int(l.lcp.peerMRU)-ppp.PacketHeader-extra)]
}

// tellControl logs a control packet of f.
func (l *Link) tellControl(f *fsm, p *ppp.Packet, out bool) {
	e := Control{Link: l.id.Name, Proto: f.proto, Out: out, State: f.state, Code: p.Code, ID: p.ID, Len: p.Len()}
	if !l.deps.Events.Wants(e.Class()) {
		return
	}
	data := p.Data
	switch p.Code {
	case ppp.ConfReq, ppp.ConfAck, ppp.ConfNak, ppp.ConfRej:
		opts, _ := ppp.ParseOptions(data)
		e.Options, data = ppp.CloneOptions(opts), nil
	case ppp.EchoReq, ppp.EchoRep, ppp.DiscReq, ppp.Identify, ppp.TimeRemaining:
		e.Magic, data, _ = ppp.SplitMagic(data)
	case ppp.ProtRej:
		e.Rejected, data, _ = ppp.SplitProtocolReject(data)
	default:
	}
	e.Data = append([]byte(nil), data...)
	l.deps.Events.Emit(e)
}
