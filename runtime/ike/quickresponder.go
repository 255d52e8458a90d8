package ike

import (
	"ioslab/runtime/event"
	"ioslab/runtime/wire/isakmp"
)

// receiveQuick1 takes quick mode's first message:
// HDR*, HASH(1), SA, Ni [, KE] [, IDci, IDcr].
func (e *Engine) receiveQuick1(sa *ikeSA, p *packet) {
	id := p.h.MessageID
	if len(sa.order) >= e.limits().Nodes {
		e.drop(DropNodeLimit)
		return
	}
	if !e.decrypt(sa, p, sa.exchangeIV(id)) {
		return
	}
	emit(e, NodeCreated{Node: id})
	emit(e, PayloadProcessed{Conn: sa.connID, Payload: isakmp.PayloadHASH, MessageID: id})
	if !e.verifyHashed(sa, p, nil) || !e.orderly(p) {
		return
	}
	e.follow(sa, p)
	e.dpdHeard(p.now, sa)
	n := e.newNode(sa, id, false)
	n.lastRx, n.iv = p.sum, p.nextIV
	emit(e, PayloadProcessed{Conn: sa.connID, Payload: isakmp.PayloadSA, MessageID: id})
	e.takeOriginals(sa, p, n)
	e.negotiate(sa, p, n)
}

// orderly checks a quick mode message's payloads: HASH, then SA, one nonce, at
// most one KE, both identities or none (RFC 2409, 5.5).
func (e *Engine) orderly(p *packet) bool {
	ids := p.number(isakmp.PayloadID)
	if len(p.parts) < 3 || p.parts[1].Kind != isakmp.PayloadSA || p.number(isakmp.PayloadSA) != 1 ||
		p.number(isakmp.PayloadHASH) != 1 || p.number(isakmp.PayloadNONCE) != 1 || p.number(isakmp.PayloadKE) > 1 || ids != 0 && ids != 2 {
		e.drop(DropOrder)
		return false
	}
	return true
}

// negotiate picks a proposal, and answers.
func (e *Engine) negotiate(sa *ikeSA, p *packet, n *node) {
	q := n.q
	offer := p.parts[1].Payload.(*isakmp.SA)
	ids, ci, cr, ok := e.takeIDs(sa, p)
	if !ok {
		e.refuseQuick(sa, p, n, offer, isakmp.NotifyInvalidIDInformation)
		return
	}
	q.ids, q.remote, q.local = ids, ci, cr
	q.ni = append([]byte(nil), p.first(isakmp.PayloadNONCE).Body()...)
	answer, ok := e.chooseProposal(sa, p, q, offer)
	if !ok {
		emit(e, PhaseTwoRefused{Conn: sa.connID, Local: sa.local.Addr(), Remote: sa.remote.Addr()})
		e.refuseQuick(sa, p, n, offer, isakmp.NotifyNoProposalChosen)
		return
	}
	e.tellRest(sa, p, n)
	if ke := p.first(isakmp.PayloadKE); ke != nil && !e.quickSecret(sa, n, ke.Body()) {
		e.refuseQuick(sa, p, n, offer, isakmp.NotifyInvalidKeyInformation)
		return
	}
	if q.share == nil && !e.makeQuickShare(sa, n) {
		e.refuseQuick(sa, p, n, offer, isakmp.NotifyNoProposalChosen)
		return
	}
	emit(e, SPIWanted{Conn: sa.connID, Role: RoleResponder})
	e.moveNode(sa, n, InputQuickMode, QuickSPIStarve)
	e.answerQuick(sa, p, n, answer)
}

// tellRest tells the payloads behind the SA in their order.
func (e *Engine) tellRest(sa *ikeSA, p *packet, n *node) {
	for i := range p.parts[2:] {
		switch part := &p.parts[i+2]; part.Kind {
		case isakmp.PayloadNONCE, isakmp.PayloadID, isakmp.PayloadKE:
			emit(e, PayloadProcessed{Conn: sa.connID, Payload: part.Kind, MessageID: n.id})
		case isakmp.PayloadVID:
			e.vendorID(sa, part.Body())
		case isakmp.PayloadNOTIFY:
			e.tellNotify(sa, part.Payload.(*isakmp.Notify), n.id)
			e.quickLifetime(n.q, part.Payload.(*isakmp.Notify))
		case isakmp.PayloadNATOA, isakmp.PayloadNATOADraft:
		default:
			emit(e, PayloadReceived{Payload: part.Kind})
		}
	}
}

// quickSecret draws our public value and computes the shared secret of PFS.
func (e *Engine) quickSecret(sa *ikeSA, n *node, peer []byte) bool {
	if n.q.share == nil && !e.makeQuickShare(sa, n) {
		return false
	}
	gxy, err := n.q.share.shared(peer)
	if err != nil {
		e.drop(DropKeyExchange)
		return false
	}
	n.q.gxy = gxy
	emit(e, CryptoStep{Step: StepDHSecret})
	return true
}

// chooseProposal runs the offer through the attribute checks and the IPsec
// policy, proposal by proposal. It returns the answer's proposals, still
// without SPIs.
func (e *Engine) chooseProposal(sa *ikeSA, p *packet, q *quick, offer *isakmp.SA) ([]isakmp.Proposal, bool) {
	for _, bundle := range bundles(offer.Proposals) {
		if len(bundle) > maxBundle {
			continue
		}
		for _, pick := range combinations(bundle) {
			suites, ok := e.checkBundle(sa, p, bundle, pick)
			if !ok {
				continue
			}
			v := e.keys.Validate(Query{Local: sa.local.Addr(), Remote: sa.remote.Addr(), LocalProxy: q.local, RemoteProxy: q.remote,
				Suites: suites, Group: suites[0].Group, NATT: sa.nat.found()})
			if v.Error != PolicyAccepts {
				emit(e, ProposalInvalidated{Conn: sa.connID, Error: v.Error})
				continue
			}
			q.suites, q.group, q.verdict = suites, suites[0].Group, v
			q.agreeQuickLife()
			return answerTo(bundle, pick), true
		}
	}
	return nil, false
}

// checkBundle checks one choice of transforms for a bundle.
func (e *Engine) checkBundle(sa *ikeSA, p *packet, bundle []isakmp.Proposal, pick []int) ([]Suite, bool) {
	var suites []Suite
	for i := range bundle {
		t := &bundle[i].Transforms[pick[i]]
		e.tellProposal(sa, &bundle[i], t, i == 0)
		s, ok := decodeSuite(&bundle[i], t)
		if !ok || !sa.fits(p, &s, suites) || s.SPI < minSPI {
			next := isakmp.PayloadTransform
			if pick[i] == len(bundle[i].Transforms)-1 {
				next = isakmp.PayloadNone
			}
			emit(e, ProposalUnacceptable{Conn: sa.connID, Next: next})
			return nil, false
		}
		emit(e, ProposalAcceptable{Conn: sa.connID})
		suites = append(suites, s)
	}
	return suites, true
}

// tellProposal tells which transform is looked at.
func (e *Engine) tellProposal(sa *ikeSA, p *isakmp.Proposal, t *isakmp.Transform, first bool) {
	if e.sink.Wants(event.CryptoISAKMP) {
		emit(e, ProposalChecked{Conn: sa.connID, Number: p.Number, First: first, Transform: t.Number,
			Protocol: p.Protocol, ID: t.ID, Attributes: cloneAttributes(t.Attributes)})
	}
}

// minSPI is the least SPI that is not reserved (RFC 2406, 2.1).
const minSPI = 256

// fits checks a suite against the message and the SA around it: the PFS group
// belongs to the KE payload and is one for all, UDP encapsulation belongs to a NAT,
// and no protocol stands twice in a bundle.
func (sa *ikeSA) fits(p *packet, s *Suite, others []Suite) bool {
	ke := p.first(isakmp.PayloadKE)
	if (ke != nil) != (s.Group != isakmp.GroupNone) || ke != nil && len(ke.Body()) != s.Group.PublicBytes() {
		return false
	}
	if s.Encapsulation.UDP() && (!sa.nat.found() || s.Protocol != isakmp.ProtocolESP) {
		return false
	}
	for i := range others {
		if others[i].Group != s.Group || others[i].Protocol == s.Protocol {
			return false
		}
	}
	return true
}

func answerTo(bundle []isakmp.Proposal, pick []int) []isakmp.Proposal {
	out := make([]isakmp.Proposal, len(bundle))
	for i := range bundle {
		out[i] = isakmp.Proposal{Number: bundle[i].Number, Protocol: bundle[i].Protocol,
			Transforms: []isakmp.Transform{bundle[i].Transforms[pick[i]]}}
	}
	return out
}

// answerQuick sends quick mode's second message:
// HDR*, HASH(2), SA, Nr [, KE] [, IDci, IDcr].
func (e *Engine) answerQuick(sa *ikeSA, p *packet, n *node, answer []isakmp.Proposal) {
	q := n.q
	for i := range answer {
		spi, ok := e.allocate(sa, q, answer[i].Protocol)
		if !ok {
			e.refuseQuick(sa, p, n, p.parts[1].Payload.(*isakmp.SA), isakmp.NotifyNoProposalChosen)
			return
		}
		answer[i].SPI = messageID(spi)
	}
	e.tellCreating(sa, q)
	payloads := []isakmp.Payload{&isakmp.SA{DOI: isakmp.DOIIPsec, Situation: isakmp.SituationIdentityOnly, Proposals: answer},
		isakmp.NONCE(q.nr)}
	if q.share != nil {
		payloads = append(payloads, isakmp.KE(q.share.public))
	}
	for _, id := range q.ids {
		payloads = append(payloads, id)
	}
	payloads = append(payloads, e.quickNotices(sa, q)...)
	payloads = append(payloads, sa.originals(n)...)
	emit(e, CryptoStep{Step: StepQMKeys})
	raw, next := e.sealHashed(sa, sa.header(isakmp.ExchangeQuick, n.id), n.iv, q.ni, payloads...)
	n.iv = next
	e.sendNode(p.now, sa, n, raw, true)
	e.moveNode(sa, n, InputGotSPI, QuickResponder2)
	if !e.install(p.now, sa, n) {
		e.failNode(p.now, sa, n, NodeNoRoom, 0)
	}
}

// quickNotices tells the initiator lifetimes that are shorter than the ones it offered.
func (e *Engine) quickNotices(sa *ikeSA, q *quick) []isakmp.Payload {
	s := &q.suites[0]
	var data []byte
	if s.LifeSeconds > q.seconds {
		data = isakmp.TV(isakmp.AttrSALifeType, isakmp.LifeSeconds).Append(data)
		data = isakmp.TLV32(isakmp.AttrSALifeDuration, q.seconds).Append(data)
	}
	if s.LifeKilobytes > q.kilobytes && q.kilobytes != 0 {
		data = isakmp.TV(isakmp.AttrSALifeType, isakmp.LifeKilobytes).Append(data)
		data = isakmp.TLV32(isakmp.AttrSALifeDuration, q.kilobytes).Append(data)
	}
	if data == nil {
		return nil
	}
	return []isakmp.Payload{&isakmp.Notify{DOI: isakmp.DOIIPsec, Protocol: s.Protocol, Type: isakmp.NotifyResponderLifetime,
		SPI: messageID(q.spis[s.Protocol]), Data: data}}
}

// refuseQuick ends a quick mode that cannot be, and tells the initiator.
func (e *Engine) refuseQuick(sa *ikeSA, p *packet, n *node, offer *isakmp.SA, t isakmp.NotifyType) {
	first := &offer.Proposals[0]
	e.sendNotify(p.now, sa, &isakmp.Notify{DOI: isakmp.DOIIPsec, Protocol: first.Protocol, Type: t, SPI: append([]byte(nil), first.SPI...)})
	e.failNode(p.now, sa, n, NodeRejected, 0)
	e.moveNode(sa, n, InputQuickMode, QuickReady)
	e.tellModeFailed(p.now, isakmp.ExchangeQuick, sa.remote.Addr())
}

// receiveQuick3 takes quick mode's last message: HDR*, HASH(3).
func (e *Engine) receiveQuick3(sa *ikeSA, p *packet, n *node) {
	if !e.decrypt(sa, p, n.iv) {
		return
	}
	if p.parts[0].Kind != isakmp.PayloadHASH {
		e.drop(DropOrder)
		return
	}
	emit(e, CryptoStep{Step: StepHash})
	if !equal(sa.hash3(n), p.parts[0].Body()) {
		e.drop(DropHash)
		return
	}
	n.lastRx, n.lastTx = p.sum, nil
	e.follow(sa, p)
	e.dpdHeard(p.now, sa)
	child := n.q.child
	emit(e, NodeDeleted{Conn: sa.connID, Node: n.id, Reason: NodeDoneAwait})
	e.moveNode(sa, n, InputQuickMode, QuickComplete)
	e.finish(p.now, sa, n)
	e.count.QuickModeUp++
	e.keys.EnableOutbound(p.now, child)
	e.put(QuickModeUp{Child: child})
}

// hash3 is HASH(3) = prf(SKEYID_a, 0 | M-ID | Ni_b | Nr_b).
func (sa *ikeSA) hash3(n *node) []byte {
	return prf(sa.policy.Hash, sa.keys.a, []byte{0}, messageID(n.id), n.q.ni, n.q.nr)
}
