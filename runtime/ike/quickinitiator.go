package ike

import (
	"slices"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

// beginQuick sends quick mode's first message:
// HDR*, HASH(1), SA, Ni [, KE] [, IDci, IDcr].
func (e *Engine) beginQuick(now clock.Instant, sa *ikeSA, r Request) {
	if len(sa.order) >= e.limits().Nodes {
		e.drop(DropNodeLimit)
		e.failRequest(r, NodeNoRoom)
		return
	}
	id, err := e.drawID(sa)
	if err != nil {
		e.failRequest(r, NodeNoRoom)
		return
	}
	n := e.newNode(sa, id, true)
	q := n.q
	q.request, q.group, q.local, q.remote = r, r.Group, r.LocalProxy, r.RemoteProxy
	emit(e, QuickModeBegun{Conn: sa.connID, Node: id})
	emit(e, SPIWanted{Conn: sa.connID, Role: RoleInitiator})
	if !e.buildQuickOffer(sa, q) || !e.makeQuickShare(sa, n) {
		e.failNode(now, sa, n, NodeNoRoom, 0)
		return
	}
	q.ids = []*isakmp.ID{
		isakmp.IDPrefix(r.LocalProxy.Prefix, r.LocalProxy.Protocol, r.LocalProxy.Port),
		isakmp.IDPrefix(r.RemoteProxy.Prefix, r.RemoteProxy.Protocol, r.RemoteProxy.Port)}
	payloads := []isakmp.Payload{&isakmp.SA{DOI: isakmp.DOIIPsec, Situation: isakmp.SituationIdentityOnly, Proposals: q.offer},
		isakmp.NONCE(q.ni)}
	if q.share != nil {
		payloads = append(payloads, isakmp.KE(q.share.public))
	}
	payloads = append(payloads, q.ids[0], q.ids[1])
	if offersTransport(q.offer) {
		payloads = append(payloads, sa.originals(n)...)
	}
	raw, next := e.sealHashed(sa, sa.header(isakmp.ExchangeQuick, id), sa.exchangeIV(id), nil, payloads...)
	n.iv = next
	e.sendNode(now, sa, n, raw, true)
	e.moveNode(sa, n, InputInitQuick, QuickInitiator1)
}

// buildQuickOffer copies the request's proposals with our SPIs, the encapsulation that
// a NAT wants, and the PFS group.
func (e *Engine) buildQuickOffer(sa *ikeSA, q *quick) bool {
	q.offer = slices.Clone(q.request.Proposals)
	for i := range q.offer {
		p := &q.offer[i]
		spi, ok := e.allocate(sa, q, p.Protocol)
		if !ok {
			return false
		}
		p.SPI = messageID(spi)
		p.Transforms = slices.Clone(p.Transforms)
		for j := range p.Transforms {
			p.Transforms[j].Attributes = offerAttributes(sa, q, p.Transforms[j].Attributes)
		}
	}
	return true
}

func offerAttributes(sa *ikeSA, q *quick, list []isakmp.Attribute) []isakmp.Attribute {
	list = slices.Clone(list)
	grouped := false
	for k := range list {
		if v, ok := list[k].Uint(); ok && list[k].Type == isakmp.AttrSAEncapsulation {
			list[k] = isakmp.TV(isakmp.AttrSAEncapsulation, uint16(sa.nat.udpEncapsulation(isakmp.Encapsulation(v))))
		}
		grouped = grouped || list[k].Type == isakmp.AttrSAGroup
	}
	if q.group != isakmp.GroupNone && !grouped {
		list = append(list, isakmp.TV(isakmp.AttrSAGroup, uint16(q.group)))
	}
	return list
}

func offersTransport(offer []isakmp.Proposal) bool {
	for i := range offer {
		for j := range offer[i].Transforms {
			if s, ok := decodeSuite(&offer[i], &offer[i].Transforms[j]); ok && s.Encapsulation.Transport() {
				return true
			}
		}
	}
	return false
}

// receiveQuick2 takes quick mode's second message:
// HDR*, HASH(2), SA, Nr [, KE] [, IDci, IDcr].
func (e *Engine) receiveQuick2(sa *ikeSA, p *packet, n *node) {
	q := n.q
	if !e.decrypt(sa, p, n.iv) {
		return
	}
	emit(e, PayloadProcessed{Conn: sa.connID, Payload: isakmp.PayloadHASH, MessageID: n.id})
	if !e.verifyHashed(sa, p, q.ni) || !e.orderly(p) {
		return
	}
	e.follow(sa, p)
	e.dpdHeard(p.now, sa)
	n.lastRx, n.iv = p.sum, p.nextIV
	e.timers.Remove(timer{sa, n, timerRetransmit})
	emit(e, PayloadProcessed{Conn: sa.connID, Payload: isakmp.PayloadSA, MessageID: n.id})
	e.takeOriginals(sa, p, n)
	if !e.checkAnswer(sa, p, n) || !e.checkAnswerIDs(sa, p, n) {
		e.failNode(p.now, sa, n, NodeMalformed, 0)
		e.tellModeFailed(p.now, isakmp.ExchangeQuick, sa.remote.Addr())
		return
	}
	q.nr = append([]byte(nil), p.first(isakmp.PayloadNONCE).Body()...)
	e.tellRest(sa, p, n)
	if ke := p.first(isakmp.PayloadKE); ke != nil && !e.quickSecret(sa, n, ke.Body()) {
		e.failNode(p.now, sa, n, NodeMalformed, 0)
		return
	}
	e.confirmQuick(sa, p, n)
}

// confirmQuick sends quick mode's last message, HDR*, HASH(3): the SAs stand.
func (e *Engine) confirmQuick(sa *ikeSA, p *packet, n *node) {
	q := n.q
	e.dropOtherSPIs(sa, q)
	e.tellCreating(sa, q)
	emit(e, CryptoStep{Step: StepQMKeys})
	emit(e, CryptoStep{Step: StepHash})
	raw, next := e.seal(sa, sa.header(isakmp.ExchangeQuick, n.id), n.iv, isakmp.HASH(sa.hash3(n)))
	n.iv = next
	e.sendNode(p.now, sa, n, raw, false)
	emit(e, NodeDeleted{Conn: sa.connID, Node: n.id, Reason: NodeNoError})
	e.moveNode(sa, n, InputQuickMode, QuickComplete)
	if !e.install(p.now, sa, n) {
		e.failNode(p.now, sa, n, NodeNoRoom, 0)
		return
	}
	done := QuickModeUp{Child: q.child, Request: q.request.ID, Initiator: true}
	e.finish(p.now, sa, n)
	e.count.QuickModeUp++
	e.put(done)
}

// dropOtherSPIs gives back the SPIs of protocols that the peer did not take.
func (e *Engine) dropOtherSPIs(sa *ikeSA, q *quick) {
	for _, protocol := range protocols {
		taken := slices.ContainsFunc(q.suites, func(s Suite) bool { return s.Protocol == protocol })
		if spi, ok := q.spis[protocol]; ok && !taken {
			e.keys.ReleaseSPI(sa.local.Addr(), protocol, spi)
			delete(q.spis, protocol)
		}
	}
}

// checkAnswer checks that the answer is one of our proposals, whole and
// unchanged (RFC 2408, 4.2), and asks the IPsec policy again.
func (e *Engine) checkAnswer(sa *ikeSA, p *packet, n *node) bool {
	q := n.q
	answer := p.parts[1].Payload.(*isakmp.SA).Proposals
	bundle := q.offered(answer[0].Number)
	if len(bundle) != len(answer) || len(answer) > maxBundle {
		return e.changed(p, 0)
	}
	var suites []Suite
	for i := range answer {
		if answer[i].Number != answer[0].Number || answer[i].Protocol != bundle[i].Protocol || len(answer[i].Transforms) != 1 {
			return e.changed(p, 0)
		}
		t := &answer[i].Transforms[0]
		if strange, same := sameTransform(bundle[i].Transforms, t); !same {
			return e.changed(p, strange)
		}
		e.tellProposal(sa, &answer[i], t, i == 0)
		s, ok := decodeSuite(&answer[i], t)
		if !ok || !sa.fits(p, &s, suites) || s.SPI < minSPI {
			emit(e, ProposalUnacceptable{Conn: sa.connID})
			return false
		}
		emit(e, ProposalAcceptable{Conn: sa.connID})
		suites = append(suites, s)
	}
	v := e.keys.Validate(Query{Local: sa.local.Addr(), Remote: sa.remote.Addr(), LocalProxy: q.local, RemoteProxy: q.remote,
		Suites: suites, Group: suites[0].Group, NATT: sa.nat.found(), Initiator: true, Request: q.request.ID})
	if v.Error != PolicyAccepts {
		emit(e, ProposalInvalidated{Conn: sa.connID, Error: v.Error})
		return false
	}
	q.suites, q.verdict = suites, v
	q.agreeQuickLife()
	return true
}

// offered returns our proposals of a number.
func (q *quick) offered(number uint8) []isakmp.Proposal {
	for _, b := range bundles(q.offer) {
		if b[0].Number == number {
			return b
		}
	}
	return nil
}

func (e *Engine) changed(p *packet, attribute uint16) bool {
	e.drop(DropAttributes)
	emit(e, OfferChanged{Peer: p.remote.Addr(), Attribute: attribute})
	return false
}

// checkAnswerIDs checks that the identities are ours, when the answer has any.
func (e *Engine) checkAnswerIDs(sa *ikeSA, p *packet, n *node) bool {
	ids, _, _, ok := e.takeIDs(sa, p)
	if !ok {
		e.drop(DropIdentity)
		return false
	}
	if len(ids) == 2 && (!sameID(ids[0], n.q.ids[0]) || !sameID(ids[1], n.q.ids[1])) {
		e.drop(DropIdentity)
		return false
	}
	return true
}

// quickLifetime takes RESPONDER-LIFETIME of the answer in: only ever shorter.
func (e *Engine) quickLifetime(q *quick, v *isakmp.Notify) {
	if v.Type != isakmp.NotifyResponderLifetime || v.Protocol == isakmp.ProtocolISAKMP {
		return
	}
	seconds, kilobytes := lifetimes(v.Data)
	q.seconds, q.kilobytes = shorter(q.seconds, seconds), shorter(q.kilobytes, kilobytes)
}
