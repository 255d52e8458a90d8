package ike

import (
	"crypto/sha256"
	"errors"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

// packet is a message on its way through the engine.
type packet struct {
	now           clock.Instant
	local, remote netip.AddrPort
	natt          bool
	raw           []byte
	h             isakmp.Header
	sum           [sha256.Size]byte
	parts         []isakmp.Part
	plain         []byte // payloads, decrypted, without padding
	nextIV        []byte // of an encrypted message: its last block
}

func (p *packet) body() []byte { return p.raw[isakmp.HeaderLen:] }

// first returns the first payload of a type.
func (p *packet) first(t isakmp.PayloadType) *isakmp.Part {
	for i := range p.parts {
		if p.parts[i].Kind == t {
			return &p.parts[i]
		}
	}
	return nil
}

// number returns how many payloads of a type there are.
func (p *packet) number(t isakmp.PayloadType) int {
	n := 0
	for i := range p.parts {
		if p.parts[i].Kind == t {
			n++
		}
	}
	return n
}

// Receive takes a datagram's payload in. natt tells that it came over the NAT-T
// port with a non-ESP marker, which the caller has taken off. The engine does
// not keep payload, and does not change it.
func (e *Engine) Receive(now clock.Instant, local, remote netip.AddrPort, payload []byte, natt bool) {
	e.count.Received++
	if e.cfg.Disabled {
		e.drop(DropDisabled)
		return
	}
	h, err := isakmp.ParseHeader(payload)
	if err != nil {
		e.drop(DropHeader)
		return
	}
	p := &packet{now: now, local: local, remote: remote, natt: natt, raw: payload, h: h}
	if h.NextPayload == isakmp.PayloadFragment {
		e.drop(DropFragment)
		return
	}
	sa, why := e.find(p)
	switch {
	case sa != nil:
		e.receiveFor(sa, p)
	case why != nil:
		e.drop(*why)
	case h.ResponderCookie.IsZero():
		e.receiveNew(p)
	default:
		e.drop(DropNoSA)
		emit(e, PacketReceived{Remote: remote.Addr(), LocalPort: local.Port(), RemotePort: remote.Port()})
		if h.Exchange != isakmp.ExchangeInformational {
			e.tellUnknownSA(now, remote.Addr())
		}
	}
}

// find returns the SA of a message's cookies. It checks the other side's
// cookie and address; why is set when they betray the message.
func (e *Engine) find(p *packet) (sa *ikeSA, why *DropReason) {
	refuse := func(r DropReason) (*ikeSA, *DropReason) { return nil, &r }
	if p.h.ResponderCookie.IsZero() {
		if s := e.byCookie[p.h.InitiatorCookie]; s != nil && s.initiator {
			return e.findHalf(s, p)
		}
		return e.byOffer[offerKey{p.h.InitiatorCookie, p.remote}], nil
	}
	s := e.byCookie[p.h.ResponderCookie]
	if s == nil || s.initiator {
		s = e.byCookie[p.h.InitiatorCookie]
		if s == nil || !s.initiator {
			return nil, nil
		}
		if s.cookieR.IsZero() {
			return e.findHalf(s, p)
		}
	}
	if s.cookieI != p.h.InitiatorCookie || s.cookieR != p.h.ResponderCookie {
		return refuse(DropCookie)
	}
	if !s.mayComeFrom(p) {
		return refuse(DropPeer)
	}
	return s, nil
}

// findHalf is for an initiator's SA whose responder has not shown its cookie.
func (e *Engine) findHalf(s *ikeSA, p *packet) (*ikeSA, *DropReason) {
	if p.remote.Addr() != s.remote.Addr() || p.local.Addr() != s.local.Addr() {
		r := DropPeer
		return nil, &r
	}
	return s, nil
}

// mayComeFrom reports whether a message's addresses fit the SA. With NAT
// traversal the peer's port and address may change; only a message that
// verifies then moves the SA there (see follow).
func (s *ikeSA) mayComeFrom(p *packet) bool {
	if p.local.Addr() != s.local.Addr() {
		return false
	}
	return p.remote == s.remote || s.nat.agreed != VendorUnknown && (s.nat.peerBehind || p.remote.Addr() == s.remote.Addr())
}

func (e *Engine) receiveFor(sa *ikeSA, p *packet) {
	emit(e, PacketReceived{Conn: sa.connID, Remote: p.remote.Addr(), LocalPort: p.local.Port(), RemotePort: p.remote.Port(),
		Role: sa.role(), State: sa.state})
	p.sum = sha256.Sum256(p.raw)
	if sa.dead {
		e.receiveDead(sa, p)
		return
	}
	switch p.h.Exchange {
	case isakmp.ExchangeMain:
		e.receiveMain(sa, p)
	case isakmp.ExchangeQuick:
		e.receiveQuick(sa, p)
	case isakmp.ExchangeInformational:
		e.receiveInformational(sa, p)
	case isakmp.ExchangeTransaction:
		e.drop(DropTransaction)
	case isakmp.ExchangeAggressive:
		e.drop(DropAggressive)
		emit(e, AggressiveRefused{})
	default:
		e.drop(DropExchange)
	}
}

// receiveDead is for a message to an SA that waits for its purge.
func (e *Engine) receiveDead(sa *ikeSA, p *packet) {
	if sa.hasRx && p.sum == sa.lastRx {
		emit(e, DuplicateReceived{Conn: sa.connID, Phase: 1})
	}
	e.drop(DropDeleted)
}

// receiveNew is for a message without a responder cookie that no SA knows: a
// main mode message 1, or nothing that we want.
func (e *Engine) receiveNew(p *packet) {
	switch {
	case p.h.Exchange == isakmp.ExchangeMain && p.h.MessageID == 0 && !p.h.Encrypted():
		e.receiveOffer(p)
	case p.h.Exchange == isakmp.ExchangeAggressive:
		emit(e, PacketReceived{Remote: p.remote.Addr(), LocalPort: p.local.Port(), RemotePort: p.remote.Port()})
		e.drop(DropAggressive)
		emit(e, AggressiveRefused{})
	case p.h.Exchange == isakmp.ExchangeMain && p.h.MessageID != 0:
		e.drop(DropMessageID)
	case p.h.Encrypted():
		e.drop(DropEncryptedTooSoon)
	default:
		e.drop(DropExchange)
	}
}

// open reads the payloads of a message in the clear.
func (e *Engine) open(p *packet) bool {
	parts, n, err := isakmp.ParseChain(p.h.NextPayload, p.body())
	if err != nil || n != len(p.body()) || len(parts) == 0 {
		e.malformed(p, err)
		return false
	}
	p.parts, p.plain = parts, p.body()
	return true
}

// decrypt reads the payloads of an encrypted message. It changes nothing in
// the SA: the caller takes p.nextIV over once the message has verified.
func (e *Engine) decrypt(sa *ikeSA, p *packet, iv []byte) bool {
	text, size := p.body(), sa.block.BlockSize()
	if len(text) == 0 || len(text)%size != 0 {
		e.drop(DropLength)
		return false
	}
	emit(e, CryptoStep{Step: StepDecrypt})
	plain := decryptCBC(sa.block, iv, text)
	parts, n, err := isakmp.ParseChain(p.h.NextPayload, plain)
	if err != nil || len(parts) == 0 {
		e.malformed(p, err)
		return false
	}
	p.parts, p.plain = parts, plain[:n]
	p.nextIV = append([]byte(nil), text[len(text)-size:]...)
	sa.taken++
	return true
}

// malformed tells and counts a message whose payloads cannot be.
func (e *Engine) malformed(p *packet, err error) {
	var problem *isakmp.Error
	if errors.As(err, &problem) && problem.Reserved {
		emit(e, ReservedNotZero{Payload: problem.Payload})
	}
	emit(e, BadMessage{Peer: p.remote.Addr()})
	e.drop(DropMalformed)
}
