package ike

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

// sendInfo sends a payload in an informational exchange of its own:
// HDR*, HASH(1), N/D (RFC 2409, 5.7). tell is called before it goes.
func (e *Engine) sendInfo(now clock.Instant, sa *ikeSA, payload isakmp.Payload, tell func(id uint32)) {
	id, err := e.drawID(sa)
	if err != nil {
		return
	}
	sa.remember(id)
	emit(e, NodeCreated{Node: id})
	if tell != nil {
		tell(id)
	}
	raw, _ := e.sealHashed(sa, sa.header(isakmp.ExchangeInformational, id), sa.exchangeIV(id), nil, payload)
	e.transmit(now, sa, raw)
	emit(e, NodePurged{Conn: sa.connID, Node: id})
}

// sendNotify sends a notification under the SA's protection.
func (e *Engine) sendNotify(now clock.Instant, sa *ikeSA, n *isakmp.Notify) {
	e.sendInfo(now, sa, n, func(id uint32) {
		emit(e, NotifySending{Conn: sa.connID, Type: n.Type, Protocol: n.Protocol, SPI: notifySPI(sa, n), MessageID: id})
	})
}

// notifySPI is the number that IOS prints as a notification's SPI.
func notifySPI(sa *ikeSA, n *isakmp.Notify) uint32 {
	if n.Protocol == isakmp.ProtocolISAKMP && n.Type != isakmp.NotifyInitialContact {
		return sa.pointer
	}
	return spiNumber(n.SPI)
}

// notifyInClear sends a notification before there are keys. It proves nothing
// to the peer, and may help who debugs it.
func (e *Engine) notifyInClear(now clock.Instant, sa *ikeSA, t isakmp.NotifyType) {
	id, err := e.drawID(sa)
	if err != nil {
		return
	}
	spi := append(append([]byte(nil), sa.cookieI[:]...), sa.cookieR[:]...)
	raw := isakmp.AppendMessage(nil, sa.header(isakmp.ExchangeInformational, id),
		&isakmp.Notify{DOI: isakmp.DOIIPsec, Protocol: isakmp.ProtocolISAKMP, Type: t, SPI: spi})
	e.transmit(now, sa, raw)
}

// receiveInformational takes an informational message for an SA.
func (e *Engine) receiveInformational(sa *ikeSA, p *packet) {
	switch {
	case p.h.MessageID == 0:
		e.drop(DropMessageID)
	case !p.h.Encrypted():
		e.informationalInClear(sa, p)
	case !sa.authentic:
		e.drop(DropNotAuthenticated)
	default:
		e.informational(sa, p)
	}
}

// informationalInClear is for a message that anybody could have made. IOS
// rejects it; a Windows client believes a refusal while it has no keys.
func (e *Engine) informationalInClear(sa *ikeSA, p *packet) {
	if sa.block != nil {
		e.drop(DropNotEncrypted)
		emit(e, NotEncrypted{Peer: p.remote.Addr()})
		return
	}
	if !e.open(p) {
		return
	}
	n, ok := p.parts[0].Payload.(*isakmp.Notify)
	if ok && sa.initiator && sa.person.HeedClearNotify && n.Type > 0 && n.Type < isakmp.NotifyConnected {
		sa.refusal = n.Type
		e.bringDown(p.now, sa, ReasonPeerRefused, false)
		return
	}
	e.drop(DropNotEncrypted)
	emit(e, NotifyUnhashed{Conn: sa.connID})
	emit(e, InputUnknown{Conn: sa.connID, Input: InputInfoNotify, State: sa.fsm})
	e.move(sa, InputInfoNotify, sa.fsm)
	e.tellModeFailed(p.now, isakmp.ExchangeInformational, p.remote.Addr())
}

// informational takes a protected message: HDR*, HASH(1), N/D.
func (e *Engine) informational(sa *ikeSA, p *packet) {
	id := p.h.MessageID
	if sa.knows(id) {
		e.drop(DropReplay)
		return
	}
	if !e.decrypt(sa, p, sa.exchangeIV(id)) {
		return
	}
	emit(e, NodeCreated{Node: id})
	emit(e, PayloadProcessed{Conn: sa.connID, Payload: isakmp.PayloadHASH, MessageID: id})
	if !e.verifyHashed(sa, p, nil) {
		return
	}
	sa.remember(id)
	e.follow(sa, p)
	e.dpdHeard(p.now, sa)
	n := e.keepNode(p.now, sa, id)
	for i := range p.parts[1:] {
		if sa.dead {
			return
		}
		part := &p.parts[i+1]
		switch v := part.Payload.(type) {
		case *isakmp.Notify:
			e.notified(sa, p, n, v)
		case *isakmp.Delete:
			e.deleted(sa, p, n, v)
		default:
			emit(e, PayloadReceived{Payload: part.Kind})
		}
	}
}

// keepNode notes a message that came as a finished exchange, for the tables and for its purge.
// A full table keeps none.
func (e *Engine) keepNode(now clock.Instant, sa *ikeSA, id uint32) *node {
	n := &node{id: id, done: true}
	if len(sa.order) >= e.limits().Nodes {
		return n
	}
	sa.nodes[id] = n
	sa.order = append(sa.order, n)
	e.timers.Set(timer{sa, n, timerPurge}, now.Add(nodeLinger))
	return n
}

func (e *Engine) tellNotify(sa *ikeSA, n *isakmp.Notify, id uint32) {
	spi := spiNumber(n.SPI)
	emit(e, NotifyProcessed{Conn: sa.connID, Type: n.Type, Protocol: n.Protocol, SPI: spi, MessageID: id, SA: sa.pointer})
}

// notified takes a notification in.
func (e *Engine) notified(sa *ikeSA, p *packet, n *node, v *isakmp.Notify) {
	e.tellNotify(sa, v, n.id)
	done := func(in Input) {
		emit(e, NodeDeleted{Conn: sa.connID, Node: n.id, Reason: NodeInformational})
		e.move(sa, in, sa.fsm)
	}
	switch v.Type {
	case isakmp.NotifyRUThere, isakmp.NotifyRUThereAck:
		if e.dpdReceived(p.now, sa, v) {
			done(InputKeepAlive)
		}
	case isakmp.NotifyResponderLifetime:
		e.responderLifetime(p.now, sa, v)
		done(InputInfoNotify)
	case isakmp.NotifyInitialContact:
		emit(e, InitialContactProcessed{Conn: sa.connID, Local: sa.local.Addr(), Remote: sa.remote.Addr(), Port: sa.remote.Port()})
		e.startAnew(p.now, sa)
		done(InputInfoNotify)
	case isakmp.NotifyConnected, isakmp.NotifyReplayStatus:
		done(InputInfoNotify)
	default:
		if v.Type < isakmp.NotifyConnected && e.refused(sa, p, n, v) {
			e.move(sa, InputInfoNotify, sa.fsm)
			return
		}
		done(InputInfoNotify)
	}
}

// refused ends the quick mode of ours that an error notification is about: the one that
// offered its SPI. An SPI is not always told right, so the only one under way counts too.
func (e *Engine) refused(sa *ikeSA, p *packet, n *node, v *isakmp.Notify) bool {
	var open []*node
	for _, o := range sa.order {
		if o.initiator && !o.done && o.q != nil {
			open = append(open, o)
			if o.q.offers(v.Protocol, spiNumber(v.SPI)) {
				open = []*node{o}
				break
			}
		}
	}
	if len(open) != 1 {
		return false
	}
	emit(e, SPIDeleted{Conn: sa.connID, SPI: spiNumber(v.SPI), MessageID: open[0].id})
	e.failNode(p.now, sa, open[0], NodeLarval, v.Type)
	emit(e, NodeDeleted{Conn: sa.connID, Node: n.id, Reason: NodeInformational})
	return true
}

// deleted takes a deletion in: of the phase 1 SA, or of IPsec SAs.
func (e *Engine) deleted(sa *ikeSA, p *packet, n *node, d *isakmp.Delete) {
	emit(e, PayloadProcessed{Conn: sa.connID, Payload: isakmp.PayloadDELETE, MessageID: n.id})
	emit(e, NoParanoidKeepalives{Conn: sa.connID})
	if d.Protocol != isakmp.ProtocolISAKMP {
		emit(e, NodeDeleted{Conn: sa.connID, Node: n.id, Reason: NodeInformational})
		e.deletedSPIs(sa, p, d)
		return
	}
	if !d.Names(sa.cookieI, sa.cookieR) {
		emit(e, NodeDeleted{Conn: sa.connID, Node: n.id, Reason: NodeInformational})
		return
	}
	e.tellDeleting(sa, ReasonNone, false)
	emit(e, NodeDeleted{Conn: sa.connID, Node: n.id, Reason: NodeInformational})
	emit(e, DeletionTakenIn{})
	e.sendSADelete(p.now, sa)
	e.destroy(p.now, sa, ReasonNone)
	e.move(sa, InputMainMode, FSMDestroyed)
}

func (e *Engine) deletedSPIs(sa *ikeSA, p *packet, d *isakmp.Delete) {
	if d.Protocol != isakmp.ProtocolESP && d.Protocol != isakmp.ProtocolAH || d.SPISize != 4 {
		return
	}
	spis := make([]uint32, 0, len(d.SPIs))
	for _, s := range d.SPIs {
		spis = append(spis, spiNumber(s))
	}
	e.keys.PeerDeletedSPI(p.now, sa.local.Addr(), sa.remote.Addr(), d.Protocol, spis)
}
