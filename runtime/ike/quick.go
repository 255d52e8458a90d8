package ike

import (
	"net/netip"
	"slices"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

// quick is a quick mode's negotiation (RFC 2409, 5.5), from its first message
// until the SAs stand.
type quick struct {
	request       Request // as initiator
	group         isakmp.Group
	share         *keyShare
	gxy           []byte
	ni, nr        []byte
	local, remote Selector
	ids           []*isakmp.ID // IDci, IDcr; empty when the initiator sent none
	offer         []isakmp.Proposal
	spis          map[isakmp.ProtocolID]uint32 // ours
	suites        []Suite
	verdict       Verdict
	// localOriginal and remoteOriginal are what NAT-OA told.
	localOriginal, remoteOriginal netip.Addr
	seconds, kilobytes            uint32
	child                         uint64 // once installed
}

// offers reports whether the offer has a protocol with an SPI.
func (q *quick) offers(protocol isakmp.ProtocolID, spi uint32) bool {
	for i := range q.offer {
		if q.offer[i].Protocol == protocol && q.offer[i].SPI32() == spi {
			return true
		}
	}
	return false
}

// receiveQuick takes a quick mode message for an SA.
func (e *Engine) receiveQuick(sa *ikeSA, p *packet) {
	switch {
	case p.h.MessageID == 0:
		e.drop(DropMessageID)
		return
	case !p.h.Encrypted():
		e.drop(DropNotEncrypted)
		emit(e, NotEncrypted{Peer: p.remote.Addr()})
		return
	case !sa.authentic:
		e.drop(DropNotAuthenticated)
		emit(e, QuickModeTooSoon{Peer: p.remote.Addr()})
		return
	}
	n := sa.nodes[p.h.MessageID]
	switch {
	case n == nil && sa.knows(p.h.MessageID):
		e.drop(DropReplay)
	case n == nil:
		e.receiveQuick1(sa, p)
	case n.quick && p.sum == n.lastRx:
		e.answerDuplicate(p.now, sa, n)
	case n.quick && !n.done && n.fsm == QuickInitiator1:
		e.receiveQuick2(sa, p, n)
	case n.quick && !n.done && n.fsm == QuickResponder2:
		e.receiveQuick3(sa, p, n)
	default:
		e.drop(DropState)
	}
}

// newNode makes room for an exchange.
func (e *Engine) newNode(sa *ikeSA, id uint32, initiator bool) *node {
	n := &node{id: id, initiator: initiator, quick: true, q: &quick{spis: map[isakmp.ProtocolID]uint32{}}}
	sa.nodes[id] = n
	sa.order = append(sa.order, n)
	sa.remember(id)
	return n
}

// finish lets a node wait for its purge. Its last message stays for repeats.
func (e *Engine) finish(now clock.Instant, sa *ikeSA, n *node) {
	n.done, n.q = true, nil
	e.timers.Remove(timer{sa, n, timerRetransmit})
	e.timers.Set(timer{sa, n, timerPurge}, now.Add(nodeLinger))
}

// abandon gives back what an unfinished negotiation holds.
func (e *Engine) abandon(now clock.Instant, sa *ikeSA, n *node) {
	q := n.q
	if q == nil {
		return
	}
	if q.child != 0 {
		if a, ok := e.keys.(Abandoner); ok {
			a.Abandon(now, q.child)
		}
		n.q = nil
		return
	}
	e.releaseSPIs(sa, q)
	n.q = nil
}

func (e *Engine) releaseSPIs(sa *ikeSA, q *quick) {
	for _, protocol := range protocols {
		if spi, ok := q.spis[protocol]; ok {
			e.keys.ReleaseSPI(sa.local.Addr(), protocol, spi)
		}
	}
	clear(q.spis)
}

// protocols that have SPIs, in a fixed order.
var protocols = []isakmp.ProtocolID{isakmp.ProtocolAH, isakmp.ProtocolESP}

// failNode ends a quick mode without SAs.
func (e *Engine) failNode(now clock.Instant, sa *ikeSA, n *node, why NodeReason, notify isakmp.NotifyType) {
	emit(e, NodeDeleted{Conn: sa.connID, Node: n.id, Failed: true, Reason: why})
	e.count.QuickModeFail++
	if n.initiator && n.q != nil && n.q.request.ID != 0 {
		e.put(QuickModeFailed{Request: n.q.request.ID, Reason: why, Notify: notify})
	}
	e.abandon(now, sa, n)
	n.lastTx = nil
	e.finish(now, sa, n)
}

// allocate asks for an inbound SPI for each protocol of the negotiation, once.
func (e *Engine) allocate(sa *ikeSA, q *quick, protocol isakmp.ProtocolID) (uint32, bool) {
	if spi, ok := q.spis[protocol]; ok {
		return spi, true
	}
	spi, ok := e.keys.AllocateSPI(SPIRequest{Local: sa.local.Addr(), Remote: sa.remote.Addr(), Protocol: protocol, Request: q.request.ID})
	if ok {
		q.spis[protocol] = spi
	}
	return spi, ok
}

// makeQuickShare draws our nonce and, with PFS, our public value.
func (e *Engine) makeQuickShare(sa *ikeSA, n *node) bool {
	nonce := make([]byte, nonceBytes(&sa.person))
	if e.draw(nonce) != nil {
		return false
	}
	if n.initiator {
		n.q.ni = nonce
	} else {
		n.q.nr = nonce
	}
	if n.q.group == isakmp.GroupNone {
		return true
	}
	share, err := newKeyShare(n.q.group, e.rand)
	n.q.share = share
	return err == nil
}

// install derives the keys of all protocols and hands the SAs to IPsec.
func (e *Engine) install(now clock.Instant, sa *ikeSA, n *node) bool {
	q := n.q
	e.children++
	in := Install{Child: e.children, ConnID: sa.connID, Initiator: n.initiator, Request: q.request.ID,
		Local: sa.local, Remote: sa.remote, NATT: sa.nat.found(), LocalBehindNAT: sa.nat.selfBehind, RemoteBehindNAT: sa.nat.peerBehind,
		LocalProxy: q.local, RemoteProxy: q.remote, LocalOriginal: q.localOriginal, RemoteOriginal: q.remoteOriginal,
		LifeSeconds: q.seconds, LifeKilobytes: q.kilobytes, Group: q.group}
	for i := range q.suites {
		in.Pairs = append(in.Pairs, sa.pair(q, &q.suites[i]))
		emit(e, CryptoStep{Step: StepIPsecSA})
		emit(e, CryptoStep{Step: StepIPsecSA})
	}
	if !e.keys.Install(now, in) {
		return false
	}
	q.child = in.Child
	clear(q.spis)
	return true
}

// pair derives one protocol's keys: the cipher's first, then the authentication's,
// for each direction under the receiver's SPI (RFC 2409, 5.5; RFC 2401, 4.4.3).
func (sa *ikeSA) pair(q *quick, s *Suite) SAPair {
	cipher, auth := s.keyBytes()
	p := SAPair{Suite: *s, InSPI: q.spis[s.Protocol], OutSPI: s.SPI}
	in := keymat(sa.policy.Hash, sa.keys.d, q.gxy, s.Protocol, messageID(p.InSPI), q.ni, q.nr, cipher+auth)
	out := keymat(sa.policy.Hash, sa.keys.d, q.gxy, s.Protocol, messageID(p.OutSPI), q.ni, q.nr, cipher+auth)
	p.InCipher, p.InAuthKey = in[:cipher:cipher], in[cipher:]
	p.OutCipher, p.OutAuthKey = out[:cipher:cipher], out[cipher:]
	return p
}

// agreeQuickLife settles the lifetimes: of both sides' the shorter ones.
func (q *quick) agreeQuickLife() {
	q.seconds, q.kilobytes = q.verdict.LifeSeconds, q.verdict.LifeKilobytes
	for i := range q.suites {
		q.seconds = shorter(q.seconds, q.suites[i].LifeSeconds)
		q.kilobytes = shorter(q.kilobytes, q.suites[i].LifeKilobytes)
	}
	if q.seconds == 0 {
		q.seconds = defaultLifeSeconds
	}
}

// tellCreating tells the SAs that are about to be made.
func (e *Engine) tellCreating(sa *ikeSA, q *quick) {
	for i := range q.suites {
		s := &q.suites[i]
		emit(e, SAsCreating{Conn: sa.connID, Local: sa.local.Addr(), Remote: sa.remote.Addr(), LocalProxy: q.local.Prefix,
			RemoteProxy: q.remote.Prefix, InSPI: q.spis[s.Protocol], OutSPI: s.SPI, Seconds: q.seconds, Kilobytes: q.kilobytes})
	}
}

// takeIDs reads the selectors of a message: both identities, or none, which
// means the peers themselves (RFC 2409, 5.5).
func (e *Engine) takeIDs(sa *ikeSA, p *packet) (ids []*isakmp.ID, ci, cr Selector, ok bool) {
	for i := range p.parts {
		if id, is := p.parts[i].Payload.(*isakmp.ID); is {
			ids = append(ids, id)
		}
	}
	if len(ids) == 0 {
		return nil, hostSelector(sa.remote.Addr()), hostSelector(sa.local.Addr()), true
	}
	if len(ids) != 2 {
		return nil, ci, cr, false
	}
	ci, okI := selectorOf(ids[0])
	cr, okR := selectorOf(ids[1])
	return ids, ci, cr, okI && okR
}

func hostSelector(a netip.Addr) Selector { return Selector{Prefix: netip.PrefixFrom(a, a.BitLen())} }

func selectorOf(id *isakmp.ID) (Selector, bool) {
	p, ok := id.Prefix()
	return Selector{Prefix: p, Protocol: id.Protocol, Port: id.Port}, ok
}

func sameID(a, b *isakmp.ID) bool {
	return a.Type == b.Type && a.Protocol == b.Protocol && a.Port == b.Port && slices.Equal(a.Data, b.Data)
}

// takeOriginals reads the NAT-OA payloads: the initiator's address as it sees itself, then
// the responder's (RFC 3947, 5.2).
func (e *Engine) takeOriginals(sa *ikeSA, p *packet, n *node) {
	count := 0
	for i := range p.parts {
		oa, ok := p.parts[i].Payload.(*isakmp.NATOA)
		if !ok || count == 2 {
			continue
		}
		ofInitiator := count == 0
		count++
		emit(e, NATOAReceived{Conn: sa.connID, Initiator: ofInitiator, Addr: oa.Addr, MessageID: n.id})
		if ofInitiator == n.initiator {
			n.q.localOriginal = oa.Addr
		} else {
			n.q.remoteOriginal = oa.Addr
		}
	}
}

// originals are our NAT-OA payloads for transport mode behind a NAT.
func (sa *ikeSA) originals(n *node) []isakmp.Payload {
	if !sa.nat.found() || len(n.q.suites) > 0 && !n.q.suites[0].Encapsulation.Transport() {
		return nil
	}
	t := isakmp.PayloadNATOA
	if sa.nat.agreed != VendorRFC3947 {
		t = isakmp.PayloadNATOADraft
	}
	i, r := sa.local.Addr(), sa.remote.Addr()
	if !n.initiator {
		i, r = r, i
	}
	return []isakmp.Payload{&isakmp.NATOA{Type: t, Addr: i}, &isakmp.NATOA{Type: t, Addr: r}}
}
