package ike

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

// receiveMain takes a main mode message for an SA.
func (e *Engine) receiveMain(sa *ikeSA, p *packet) {
	if p.h.MessageID != 0 {
		e.drop(DropMessageID)
		return
	}
	if sa.hasRx && p.sum == sa.lastRx {
		e.answerDuplicate(p.now, sa, nil)
		return
	}
	if p.h.ResponderCookie.IsZero() {
		e.drop(DropState) // another message 1 under the cookies of an SA
		return
	}
	switch sa.fsm {
	case FSMResponder2:
		e.receiveKeys(sa, p)
	case FSMResponder4:
		e.receiveIdentity(sa, p)
	case FSMInitiator1:
		e.receiveAnswer(sa, p)
	case FSMInitiator3:
		e.receiveAnswerKeys(sa, p)
	case FSMInitiator5:
		e.receiveAnswerIdentity(sa, p)
	default:
		e.drop(DropState)
	}
}

// took notes a message as the last one that was good.
func (e *Engine) took(sa *ikeSA, p *packet) {
	sa.lastRx, sa.hasRx = p.sum, true
	e.settle(sa)
}

// receiveOffer takes message 1: HDR, SA (RFC 2409, 5.4).
func (e *Engine) receiveOffer(p *packet) {
	emit(e, PacketReceived{Remote: p.remote.Addr(), LocalPort: p.local.Port(), RemotePort: p.remote.Port()})
	if !e.open(p) {
		return
	}
	offer, ok := p.parts[0].Payload.(*isakmp.SA)
	if !ok || p.number(isakmp.PayloadSA) != 1 {
		e.drop(DropOrder)
		return
	}
	// RFC 2409, 5: one proposal, since one SA is negotiated; ISAKMP has no SPI of use.
	if len(offer.Proposals) != 1 || offer.Proposals[0].Protocol != isakmp.ProtocolISAKMP {
		e.malformed(p, nil)
		return
	}
	if !e.admit() {
		return
	}
	sa := e.newResponder(p)
	if sa == nil {
		return
	}
	e.move(sa, InputMainMode, FSMResponder1)
	e.processOffer(sa, p, offer)
}

// admit holds a new negotiation against the limits.
func (e *Engine) admit() bool {
	l := e.limits()
	switch {
	case e.halfOpen >= l.HalfOpen:
		e.drop(DropHalfOpenLimit)
		return false
	case len(e.sas) >= l.SAs:
		e.drop(DropSALimit)
		return false
	}
	return true
}

func (e *Engine) newResponder(p *packet) *ikeSA {
	cookie, err := e.drawCookie()
	if err != nil {
		return nil
	}
	sa := &ikeSA{cookieI: p.h.InitiatorCookie, cookieR: cookie, local: p.local, remote: p.remote, state: StateNoState,
		policies: e.policies}
	e.lockPeer(sa, UserResponder)
	emit(e, PortsNoted{Local: p.local.Port(), Remote: p.remote.Port()})
	e.insert(sa)
	emit(e, SAInserted{SA: sa.pointer})
	sa.lastRx, sa.hasRx = sha(p), true
	return sa
}

func (e *Engine) processOffer(sa *ikeSA, p *packet, offer *isakmp.SA) {
	emit(e, PayloadProcessed{Conn: sa.connID, Payload: isakmp.PayloadSA})
	e.vendorIDs(sa, p)
	haveKey := e.lookKey(sa)
	if haveKey {
		emit(e, LocalKeyFound{Conn: sa.connID})
	}
	e.scanProfiles()
	chosen, ok := e.choose(sa, offer.Proposals[0].Transforms, haveKey)
	if !ok {
		e.refuseOffer(p.now, sa, p)
		return
	}
	sa.saBody = append([]byte(nil), p.parts[0].Body()...)
	e.startLife(p.now, sa)
	e.vendorIDs(sa, p)
	e.move(sa, InputProcessMainMode, FSMResponder1)
	e.answerOffer(p.now, sa, &offer.Proposals[0], chosen)
}

// answerOffer sends message 2: HDR, SA with the one transform taken.
func (e *Engine) answerOffer(now clock.Instant, sa *ikeSA, offer *isakmp.Proposal, chosen *isakmp.Transform) {
	answer := &isakmp.SA{DOI: isakmp.DOIIPsec, Situation: isakmp.SituationIdentityOnly, Proposals: []isakmp.Proposal{{
		Number: offer.Number, Protocol: offer.Protocol, SPI: offer.SPI, Transforms: []isakmp.Transform{*chosen}}}}
	payloads := []isakmp.Payload{answer}
	if v := e.agreeNAT(sa); v != VendorUnknown {
		emit(e, VendorIDConstructed{Conn: sa.connID, Vendor: v})
		payloads = append(payloads, isakmp.VID(vendorBytes[v]))
	}
	raw := isakmp.AppendMessage(nil, sa.header(isakmp.ExchangeMain, 0), payloads...)
	sa.state = StateSASetup
	e.sendMain(now, sa, raw)
	e.move(sa, InputProcessComplete, FSMResponder2)
}

// agreeNAT picks the best NAT-T variant that the peer has too.
func (e *Engine) agreeNAT(sa *ikeSA) Vendor {
	sa.nat.agreed = VendorUnknown
	if e.cfg.NoNATT {
		return VendorUnknown
	}
	for _, v := range natVersions {
		if sa.has(v) {
			sa.nat.agreed = v
			return v
		}
	}
	return VendorUnknown
}

// refuseOffer ends a negotiation without a transform in common: the initiator
// is told in the clear, and the SA lingers (isakmp-debug.md 1.3).
func (e *Engine) refuseOffer(now clock.Instant, sa *ikeSA, p *packet) {
	emit(e, NoOfferAccepted{Conn: sa.connID})
	emit(e, PhaseOneRefused{Conn: sa.connID, Local: sa.local.Addr(), Remote: sa.remote.Addr()})
	emit(e, ErrorCounted{Conn: sa.connID, Attempt: 1, Of: maxErrors, Why: CountConstruct})
	emit(e, AGInformationalFailed{Conn: sa.connID})
	e.notifyInClear(now, sa, isakmp.NotifyNoProposalChosen)
	emit(e, NoParanoidKeepalives{Conn: sa.connID})
	e.tellDeleting(sa, ReasonProposalRefused, false)
	e.vendorIDs(sa, p)
	emit(e, ActionFailed{Conn: sa.connID, Error: 2})
	e.move(sa, InputProcessMainMode, sa.fsm)
	e.destroy(now, sa, ReasonProposalRefused)
	e.tellModeFailed(now, isakmp.ExchangeMain, sa.remote.Addr())
}

// receiveKeys takes message 3: HDR, KE, Ni.
func (e *Engine) receiveKeys(sa *ikeSA, p *packet) {
	if p.h.Encrypted() {
		e.drop(DropEncryptedTooSoon)
		return
	}
	if !e.open(p) || !e.takeKeys(sa, p) {
		return
	}
	e.move(sa, InputMainMode, FSMResponder3)
	if !e.makeKeys(sa, p) {
		return
	}
	e.took(sa, p)
	e.vendorIDs(sa, p)
	e.judgeNAT(sa, p)
	e.move(sa, InputProcessMainMode, FSMResponder3)
	payloads := e.keyPayloads(sa)
	raw := isakmp.AppendMessage(make([]byte, 0, 640), sa.header(isakmp.ExchangeMain, 0), payloads...)
	sa.state = StateKeyExch
	e.sendMain(p.now, sa, raw)
	e.move(sa, InputProcessComplete, FSMResponder4)
}

// takeKeys checks that a message has one KE and one NONCE payload. It changes
// nothing.
func (e *Engine) takeKeys(sa *ikeSA, p *packet) bool {
	if p.number(isakmp.PayloadKE) != 1 || p.number(isakmp.PayloadNONCE) != 1 {
		e.drop(DropOrder)
		return false
	}
	if len(p.first(isakmp.PayloadKE).Body()) != sa.policy.Group.PublicBytes() {
		e.drop(DropKeyExchange)
		return false
	}
	return true
}

// makeKeys computes our half, the secret and all keys of the SA. From here on the SA has
// a connection id.
func (e *Engine) makeKeys(sa *ikeSA, p *packet) bool {
	emit(e, PayloadProcessed{Conn: sa.connID, Payload: isakmp.PayloadKE})
	back := func(r DropReason) bool {
		e.drop(r)
		sa.fsm = FSMResponder2
		if sa.initiator {
			sa.fsm = FSMInitiator3
		}
		return false
	}
	if sa.share == nil && !e.makeShare(sa) {
		return back(DropKeyExchange)
	}
	peer := p.first(isakmp.PayloadKE).Body()
	secret, err := sa.share.shared(peer)
	if err != nil {
		return back(DropKeyExchange)
	}
	emit(e, CryptoStep{Step: StepDHSecret})
	emit(e, PayloadProcessed{Conn: sa.connID, Payload: isakmp.PayloadNONCE})
	nonce := append([]byte(nil), p.first(isakmp.PayloadNONCE).Body()...)
	if !e.lookKey(sa) {
		return back(DropState)
	}
	sa.kePeer = append([]byte(nil), peer...)
	if sa.initiator {
		sa.nr = nonce
	} else {
		sa.ni = nonce
	}
	return e.installKeys(sa, secret) || back(DropState)
}

// makeShare draws our public value and nonce.
func (e *Engine) makeShare(sa *ikeSA) bool {
	share, err := newKeyShare(sa.policy.Group, e.rand)
	if err != nil {
		return false
	}
	nonce := make([]byte, nonceBytes(&sa.person))
	if e.draw(nonce) != nil {
		return false
	}
	sa.share = share
	if sa.initiator {
		sa.ni = nonce
	} else {
		sa.nr = nonce
	}
	return true
}

// nonceBytes is the length of our nonces, within RFC 2409's 8 to 256.
func nonceBytes(p *Personality) int {
	if p.NonceBytes < 8 || p.NonceBytes > 256 {
		return 20
	}
	return p.NonceBytes
}

// installKeys derives the SA's keys and gives it its connection id.
func (e *Engine) installKeys(sa *ikeSA, secret []byte) bool {
	sa.keys = deriveKeys(sa.policy, sa.secret, sa.ni, sa.nr, secret, sa.cookieI, sa.cookieR)
	block, err := newBlock(sa.policy.Encryption, sa.keys.encryption)
	if err != nil {
		return false
	}
	sa.block = block
	i, r := sa.publics()
	sa.iv = digest(sa.policy.Hash, i, r)[:block.BlockSize()]
	sa.connID = e.connIDs
	e.connIDs++
	e.engineIDs++
	sa.engineID = e.engineIDs
	emit(e, CryptoStep{Step: StepIKESA})
	e.put(KeysDerived{Initiator: sa.cookieI, Responder: sa.cookieR, EncryptionKey: append([]byte(nil), sa.keys.encryption...)})
	return true
}

// keyPayloads are what goes with our public value: KE, NONCE, vendor ids, NAT-D.
func (e *Engine) keyPayloads(sa *ikeSA) []isakmp.Payload {
	nonce := sa.ni
	if !sa.initiator {
		nonce = sa.nr
	}
	list := []isakmp.Payload{isakmp.KE(sa.share.public), isakmp.NONCE(nonce)}
	if sa.person.IOS {
		if !sa.initiator {
			list = append(list, isakmp.VID(vidUnity))
		}
		list = append(list, isakmp.VID(vidDPD), isakmp.VID(vendorIOS(sa.cookieI, sa.cookieR)))
		if sa.initiator {
			list = append(list, isakmp.VID(vidXAUTH))
		}
		sa.dpd.offered = true
	}
	return append(list, sa.natPayloads()...)
}

// receiveIdentity takes message 5: HDR*, IDii, HASH_I.
func (e *Engine) receiveIdentity(sa *ikeSA, p *packet) {
	if !e.openIdentity(sa, p) {
		return
	}
	e.move(sa, InputMainMode, FSMResponder5)
	if !e.verifyIdentity(sa, p) {
		sa.fsm = FSMResponder4
		return
	}
	e.took(sa, p)
	sa.iv = p.nextIV
	e.accept(sa, p)
	e.move(sa, InputProcessMainMode, FSMResponder5)
	raw := e.sealIdentity(sa, false)
	e.transmitLast(p.now, sa, raw)
	e.tellLifetime(p.now, sa)
	e.complete(p.now, sa, FSMComplete)
	e.move(sa, InputPhaseOneDone, FSMComplete)
}

// transmitLast sends the message that completes phase 1: it is kept for the
// peer's repeats, and repeated by nobody else.
func (e *Engine) transmitLast(now clock.Instant, sa *ikeSA, raw []byte) {
	sa.lastTx, sa.lastTxAt = raw, now
	e.transmit(now, sa, raw)
}
