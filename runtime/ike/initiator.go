package ike

import (
	"crypto/sha256"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

func sha(p *packet) [sha256.Size]byte { return sha256.Sum256(p.raw) }

// ikePort is the UDP port of ISAKMP (RFC 2408, 2.5.1).
const ikePort = 500

// RequestSA starts, or joins, the negotiation of an IPsec SA. The end of it
// is an Install call and QuickModeUp, or QuickModeFailed or PhaseOneDown.
func (e *Engine) RequestSA(now clock.Instant, r Request) {
	if e.cfg.Disabled || !validAddr(r.Local) || !validAddr(r.Remote) || len(r.Proposals) == 0 {
		e.failRequest(r, NodeMalformed)
		return
	}
	if sa := e.newest(r.Local, r.Remote, func(s *ikeSA) bool { return s.authentic }); sa != nil {
		e.beginQuick(now, sa, r)
		return
	}
	if sa := e.newest(r.Local, r.Remote, func(s *ikeSA) bool { return s.initiator }); sa != nil {
		e.attach(sa, r)
		return
	}
	e.initiate(now, r)
}

// attach lets a request wait for the phase 1 SA that is being negotiated.
func (e *Engine) attach(sa *ikeSA, r Request) {
	if len(sa.pending) >= e.limits().Pending {
		emit(e, RequestFailed{})
		e.failRequest(r, NodeNoRoom)
		return
	}
	emit(e, NodeCreated{})
	emit(e, RequestAttached{Conn: sa.connID, Local: r.Local, Remote: r.Remote})
	sa.pending = append(sa.pending, r)
}

func (e *Engine) failRequest(r Request, why NodeReason) {
	e.count.QuickModeFail++
	e.put(QuickModeFailed{Request: r.ID, Reason: why})
}

// CancelRequest gives up a request; no notice follows.
func (e *Engine) CancelRequest(now clock.Instant, id uint64) {
	for _, sa := range e.inOrder() {
		for i := range sa.pending {
			if sa.pending[i].ID == id {
				sa.pending = append(sa.pending[:i], sa.pending[i+1:]...)
				break
			}
		}
		for _, n := range append([]*node(nil), sa.order...) {
			if n.q != nil && n.initiator && n.q.request.ID == id {
				n.q.request.ID = 0
				e.failNode(now, sa, n, NodeTimeout, 0)
			}
		}
	}
}

// initiate begins main mode as initiator.
func (e *Engine) initiate(now clock.Instant, r Request) {
	if len(e.sas) >= e.limits().SAs {
		e.drop(DropSALimit)
		e.failRequest(r, NodeNoRoom)
		return
	}
	cookie, err := e.drawCookie()
	if err != nil {
		e.failRequest(r, NodeNoRoom)
		return
	}
	emit(e, RequestReceived{})
	sa := &ikeSA{initiator: true, cookieI: cookie, state: StateNoState, policies: e.policies,
		local: netip.AddrPortFrom(r.Local, ikePort), remote: netip.AddrPortFrom(r.Remote, ikePort)}
	e.lockPeer(sa, UserInitiator)
	emit(e, PortsNoted{Local: ikePort, Remote: ikePort})
	emit(e, NodeCreated{})
	e.insert(sa)
	emit(e, SAInserted{SA: sa.pointer})
	emit(e, MainModeChosen{})
	sa.pending = append(sa.pending, r)
	sa.offer = e.buildOffer(&sa.person)
	if sa.person.Transforms != nil {
		sa.policies = policiesOf(sa.offer)
	}
	if !e.lookKey(sa) || len(sa.offer) == 0 {
		e.cannotStart(sa)
		return
	}
	e.sendOffer(now, sa)
}

// cannotStart ends an SA for which there is nothing to offer, at once.
func (e *Engine) cannotStart(sa *ikeSA) {
	emit(e, NoCredentials{Conn: sa.connID})
	e.unlockPeer(sa, UserInitFailed)
	emit(e, SAPurged{Conn: sa.connID, SA: sa.pointer})
	emit(e, NodePurged{Conn: sa.connID})
	emit(e, RequestFailed{})
	sa.dead = true
	e.halfOpen--
	e.count.PhaseOneFailed++
	e.put(e.down(sa, ReasonNoKey))
	e.forget(sa)
}

// sendOffer sends message 1: HDR, SA and vendor ids.
func (e *Engine) sendOffer(now clock.Instant, sa *ikeSA) {
	offer := &isakmp.SA{DOI: isakmp.DOIIPsec, Situation: isakmp.SituationIdentityOnly, Proposals: []isakmp.Proposal{{
		Number: 1, Protocol: isakmp.ProtocolISAKMP, Transforms: sa.offer}}}
	sa.saBody = offer.AppendBody(nil)
	payloads := []isakmp.Payload{offer}
	for _, id := range e.offerVendorIDs(sa) {
		payloads = append(payloads, isakmp.VID(id))
	}
	e.move(sa, InputRequest, FSMInitiator1)
	emit(e, MainModeBegun{Conn: sa.connID})
	e.sendMain(now, sa, isakmp.AppendMessage(make([]byte, 0, 512), sa.header(isakmp.ExchangeMain, 0), payloads...))
}

// offerVendorIDs are the vendor ids of message 1: the personality's, or the
// NAT-T ones that IOS sends.
func (e *Engine) offerVendorIDs(sa *ikeSA) [][]byte {
	if sa.person.VendorIDs != nil || e.cfg.NoNATT {
		return sa.person.VendorIDs
	}
	var list [][]byte
	for _, v := range []Vendor{VendorRFC3947, VendorNATT07, VendorNATT03, VendorNATT02} {
		emit(e, VendorIDConstructed{Conn: sa.connID, Vendor: v})
		list = append(list, vendorBytes[v])
	}
	return list
}

// receiveAnswer takes message 2: HDR, SA with one transform of ours.
func (e *Engine) receiveAnswer(sa *ikeSA, p *packet) {
	if p.h.Encrypted() {
		e.drop(DropEncryptedTooSoon)
		return
	}
	if !e.open(p) {
		return
	}
	answer, ok := p.parts[0].Payload.(*isakmp.SA)
	if !ok || p.number(isakmp.PayloadSA) != 1 {
		e.drop(DropOrder)
		return
	}
	if p.h.ResponderCookie.IsZero() {
		e.drop(DropCookie)
		return
	}
	if len(answer.Proposals) != 1 || answer.Proposals[0].Number != 1 || answer.Proposals[0].Protocol != isakmp.ProtocolISAKMP ||
		len(answer.Proposals[0].Transforms) != 1 {
		e.malformed(p, nil)
		return
	}
	chosen := answer.Proposals[0].Transforms
	if strange, same := sameTransform(sa.offer, &chosen[0]); !same {
		e.drop(DropAttributes)
		emit(e, OfferChanged{Peer: p.remote.Addr(), Attribute: strange})
		return
	}
	e.move(sa, InputMainMode, FSMInitiator2)
	e.processAnswer(sa, p, chosen)
}

func (e *Engine) processAnswer(sa *ikeSA, p *packet, chosen []isakmp.Transform) {
	emit(e, PayloadProcessed{Conn: sa.connID, Payload: isakmp.PayloadSA})
	e.vendorIDs(sa, p)
	haveKey := e.lookKey(sa)
	if haveKey {
		emit(e, LocalKeyFound{Conn: sa.connID})
	}
	e.scanProfiles()
	if _, ok := e.choose(sa, chosen, haveKey); !ok || !e.makeShare(sa) {
		// Our offer does not fit our policies any more (a key or policy went away).
		e.drop(DropAttributes)
		sa.fsm = FSMInitiator1
		return
	}
	sa.cookieR = p.h.ResponderCookie
	e.took(sa, p)
	e.startLife(p.now, sa)
	e.vendorIDs(sa, p)
	e.agreeNAT(sa)
	e.move(sa, InputProcessMainMode, FSMInitiator2)
	sa.state = StateSASetup
	e.sendMain(p.now, sa, isakmp.AppendMessage(make([]byte, 0, 640), sa.header(isakmp.ExchangeMain, 0), e.keyPayloads(sa)...))
	e.move(sa, InputProcessComplete, FSMInitiator3)
}

// receiveAnswerKeys takes message 4: HDR, KE, Nr.
func (e *Engine) receiveAnswerKeys(sa *ikeSA, p *packet) {
	if p.h.Encrypted() {
		e.drop(DropEncryptedTooSoon)
		return
	}
	if !e.open(p) || !e.takeKeys(sa, p) {
		return
	}
	e.move(sa, InputMainMode, FSMInitiator4)
	if !e.makeKeys(sa, p) {
		return
	}
	e.took(sa, p)
	e.vendorIDs(sa, p)
	e.judgeNAT(sa, p)
	e.float(sa)
	e.move(sa, InputProcessMainMode, FSMInitiator4)
	initial := sa.person.InitialContact && e.newest(sa.local.Addr(), sa.remote.Addr(), func(s *ikeSA) bool { return s.authentic }) == nil
	if initial {
		emit(e, InitialContactSent{Conn: sa.connID})
	}
	raw := e.sealIdentity(sa, initial)
	sa.state = StateKeyExch
	e.sendMain(p.now, sa, raw)
	e.move(sa, InputProcessComplete, FSMInitiator5)
}

// receiveAnswerIdentity takes message 6: HDR*, IDir, HASH_R.
func (e *Engine) receiveAnswerIdentity(sa *ikeSA, p *packet) {
	if !e.openIdentity(sa, p) || !e.verifyIdentity(sa, p) {
		return
	}
	e.took(sa, p)
	sa.iv, sa.lastBlock = p.nextIV, p.nextIV
	e.accept(sa, p)
	e.move(sa, InputMainMode, FSMInitiator6)
	e.move(sa, InputProcessMainMode, FSMInitiator6)
	sa.lastTx = nil // a repeated message 6 wants no answer
	e.complete(p.now, sa, FSMComplete)
	waiting := sa.pending
	sa.pending = nil
	for _, r := range waiting {
		e.beginQuick(p.now, sa, r)
	}
	e.move(sa, InputPhaseOneDone, FSMComplete)
}
