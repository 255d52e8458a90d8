package ike

import (
	"encoding/binary"
	"net/netip"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

// openIdentity decrypts message 5 or 6. With another pre-shared key on the far side
// what comes out is noise, and that is all that can be known.
func (e *Engine) openIdentity(sa *ikeSA, p *packet) bool {
	if !p.h.Encrypted() {
		e.drop(DropNotEncrypted)
		emit(e, NotEncrypted{Peer: p.remote.Addr()})
		return false
	}
	before := e.count.Drops[DropMalformed]
	if e.decrypt(sa, p, sa.iv) {
		return true
	}
	if e.count.Drops[DropMalformed] != before {
		e.resetRepeat(p.now, sa)
	}
	return false
}

// resetRepeat counts an error and has our last message repeated soon: the peer
// may have missed it. Noise alone never uses the SA's errors up.
func (e *Engine) resetRepeat(now clock.Instant, sa *ikeSA) {
	if sa.errors >= maxErrors-1 {
		return
	}
	sa.errors++
	emit(e, ErrorCounted{Conn: sa.connID, Attempt: sa.errors, Of: maxErrors, Why: CountReset})
	e.timers.Set(timer{sa, nil, timerRetransmit}, now.Add(resetWait))
}

// verifyIdentity checks ID and HASH of message 5 or 6. It changes nothing.
func (e *Engine) verifyIdentity(sa *ikeSA, p *packet) bool {
	if len(p.parts) < 2 || p.parts[0].Kind != isakmp.PayloadID || p.number(isakmp.PayloadID) != 1 || p.number(isakmp.PayloadHASH) != 1 {
		e.drop(DropOrder)
		return false
	}
	id := p.parts[0].Payload.(*isakmp.ID)
	emit(e, PayloadProcessed{Conn: sa.connID, Payload: isakmp.PayloadID})
	e.tellID(sa, id, p.parts[0].Next)
	// RFC 2407, 4.6.2: protocol and port are 0/0 or UDP 500; 17/0 and 17/4500 come with NAT-T.
	if id.Protocol != 0 && id.Protocol != 17 || id.Port != 0 && id.Port != 500 && id.Port != natPort {
		e.drop(DropIdentity)
		return false
	}
	emit(e, ProfileMatched{})
	emit(e, PayloadProcessed{Conn: sa.connID, Payload: isakmp.PayloadHASH})
	emit(e, CryptoStep{Step: StepHash})
	if !equal(sa.authHash(!sa.initiator, p.parts[0].Body()), p.first(isakmp.PayloadHASH).Body()) {
		e.drop(DropHash)
		emit(e, AuthenticationFailed{Peer: p.remote.Addr(), Method: sa.policy.Auth})
		return false
	}
	return true
}

// authHash is HASH_I (ofInitiator) or HASH_R (RFC 2409, 5).
func (sa *ikeSA) authHash(ofInitiator bool, id []byte) []byte {
	i, r := sa.publics()
	if ofInitiator {
		return prf(sa.policy.Hash, sa.keys.skeyid, i, r, sa.cookieI[:], sa.cookieR[:], sa.saBody, id)
	}
	return prf(sa.policy.Hash, sa.keys.skeyid, r, i, sa.cookieR[:], sa.cookieI[:], sa.saBody, id)
}

func (e *Engine) tellID(sa *ikeSA, id *isakmp.ID, next isakmp.PayloadType) {
	emit(e, IDPayload{Conn: sa.connID, Next: next, Type: id.Type, Name: idName(id), Protocol: id.Protocol, Port: id.Port,
		Length: isakmp.GenericLen + 4 + len(id.Data)})
}

// idName is an identity for people.
func idName(id *isakmp.ID) string {
	if p, ok := id.Prefix(); ok {
		if p.IsSingleIP() {
			return p.Addr().String()
		}
		return p.String()
	}
	return printable(id.Data)
}

// printable replaces what is not plain ASCII, for names that a peer chose.
func printable(b []byte) string {
	out := make([]byte, 0, len(b))
	for _, c := range b {
		if c < 0x20 || c > 0x7e {
			c = '.'
		}
		out = append(out, c)
	}
	return string(out)
}

// accept takes the other payloads of a verified message 5 or 6 in: the SA is
// authenticated.
func (e *Engine) accept(sa *ikeSA, p *packet) {
	initial := false
	for i := range p.parts {
		part := &p.parts[i]
		switch n := part.Payload.(type) {
		case *isakmp.Notify:
			e.tellNotify(sa, n, 0)
			initial = initial || n.Type == isakmp.NotifyInitialContact
			if n.Type == isakmp.NotifyResponderLifetime {
				e.responderLifetime(p.now, sa, n)
			}
		case *isakmp.Opaque:
			if part.Kind == isakmp.PayloadVID {
				e.vendorID(sa, n.Data)
			}
		case *isakmp.Unknown:
			emit(e, PayloadReceived{Payload: part.Kind})
		}
	}
	sa.remoteID = idName(p.parts[0].Payload.(*isakmp.ID))
	sa.peer.id = sa.remoteID
	emit(e, Authenticated{Conn: sa.connID})
	emit(e, Authenticated{Conn: sa.connID, Peer: p.remote.Addr()})
	if p.remote != sa.remote || p.natt != sa.nat.floated {
		e.follow(sa, p)
		emit(e, PortFloated{Conn: sa.connID, Local: sa.local.Addr(), Remote: sa.remote.Addr(), Port: sa.remote.Port(),
			Peer: sa.peer.pointer, SA: sa.pointer})
	}
	if initial {
		emit(e, Authenticated{Conn: sa.connID})
		emit(e, InitialContactProcessed{Conn: sa.connID, Local: sa.local.Addr(), Remote: sa.remote.Addr(), Port: sa.remote.Port()})
		e.startAnew(p.now, sa)
	}
	emit(e, PeerInserted{Local: sa.local.Addr(), Remote: sa.remote.Addr(), Port: sa.remote.Port(), Peer: sa.peer.pointer})
}

// startAnew is what INITIAL-CONTACT asks for: every older SA with the peer,
// of both phases, is of a life that it does not remember (RFC 2407, 4.6.3.3).
func (e *Engine) startAnew(now clock.Instant, sa *ikeSA) {
	for _, old := range e.inPair(sa) {
		if old != sa && !old.dead && old.authentic && old.remote == sa.remote {
			e.bringDown(now, old, ReasonInitialContact, false)
		}
	}
	e.keys.DeleteSAs(now, sa.local, sa.remote, ReasonInitialContact)
}

// inPair returns the SAs between the same systems, oldest first.
func (e *Engine) inPair(sa *ikeSA) []*ikeSA {
	return append([]*ikeSA(nil), e.byPair[addrPair{sa.local.Addr(), sa.remote.Addr()}]...)
}

// sealIdentity builds message 5 or 6: HDR*, ID, HASH and what goes with them.
// The vector moves on to the next message.
func (e *Engine) sealIdentity(sa *ikeSA, initialContact bool) []byte {
	emit(e, AuthenticationBegun{Conn: sa.connID, Identity: e.cfg.Identity})
	id := e.ownID(sa)
	e.tellID(sa, id, isakmp.PayloadHASH)
	emit(e, PayloadLengthSummed{Conn: sa.connID, Length: isakmp.GenericLen + 4 + len(id.Data)})
	emit(e, CryptoStep{Step: StepHash})
	payloads := []isakmp.Payload{id, isakmp.HASH(sa.authHash(sa.initiator, id.AppendBody(nil)))}
	if initialContact {
		spi := append(append([]byte(nil), sa.cookieI[:]...), sa.cookieR[:]...)
		payloads = append(payloads, &isakmp.Notify{DOI: isakmp.DOIIPsec, Protocol: isakmp.ProtocolISAKMP,
			Type: isakmp.NotifyInitialContact, SPI: spi})
	}
	raw, next := e.seal(sa, sa.header(isakmp.ExchangeMain, 0), sa.iv, payloads...)
	sa.iv, sa.lastBlock = next, next
	return raw
}

// ownID is our phase 1 identity.
func (e *Engine) ownID(sa *ikeSA) *isakmp.ID {
	port := sa.person.IDPort
	if sa.nat.floated || sa.nat.found() {
		port = 0
	}
	if e.cfg.Identity == IdentityHostname && e.cfg.Hostname != "" {
		return &isakmp.ID{Type: isakmp.IDFQDN, Protocol: sa.person.IDProtocol, Port: port, Data: []byte(e.cfg.Hostname)}
	}
	return isakmp.IDAddr(sa.local.Addr(), sa.person.IDProtocol, port)
}

// complete makes the SA usable.
func (e *Engine) complete(now clock.Instant, sa *ikeSA, fsm FSM) {
	e.move(sa, InputProcessComplete, fsm)
	sa.state, sa.authentic = StateQMIdle, true
	sa.share, sa.kePeer = nil, nil
	e.halfOpen--
	e.count.PhaseOneUp++
	e.put(PhaseOneUp{ConnID: sa.connID, Initiator: sa.initiator, Local: sa.local, Remote: sa.remote})
	e.armNAT(now, sa)
	e.armDPD(now, sa)
}

// responderLifetime takes RESPONDER-LIFETIME for the phase 1 SA in (RFC 2407,
// 4.6.3.1): only ever shorter.
func (e *Engine) responderLifetime(now clock.Instant, sa *ikeSA, n *isakmp.Notify) {
	if n.Protocol != isakmp.ProtocolISAKMP {
		return
	}
	seconds, _ := lifetimes(n.Data)
	if seconds == 0 {
		return
	}
	emit(e, ResponderLifetime{Conn: sa.connID, Seconds: seconds})
	if d := time.Duration(seconds) * time.Second; d < sa.life {
		sa.life = d
		sa.expires = now.Add(d)
		e.timers.Set(timer{sa, nil, timerLife}, sa.expires)
	}
}

// tellLifetime tells the initiator when our policy's lifetime is the shorter one.
func (e *Engine) tellLifetime(now clock.Instant, sa *ikeSA) {
	if sa.offeredLife <= sa.life || !sa.person.IOS {
		return
	}
	seconds := uint32(sa.life / time.Second)
	spi := append(append([]byte(nil), sa.cookieI[:]...), sa.cookieR[:]...)
	data := isakmp.TV(isakmp.AttrLifeType, isakmp.LifeSeconds).Append(nil)
	data = isakmp.TLV32(isakmp.AttrLifeDuration, seconds).Append(data)
	e.sendNotify(now, sa, &isakmp.Notify{DOI: isakmp.DOIIPsec, Protocol: isakmp.ProtocolISAKMP,
		Type: isakmp.NotifyResponderLifetime, SPI: spi, Data: data})
	emit(e, ResponderLifetimeSent{Seconds: seconds})
}

func spiNumber(spi []byte) uint32 {
	if len(spi) != 4 {
		return 0
	}
	return binary.BigEndian.Uint32(spi)
}

func validAddr(a netip.Addr) bool { return a.IsValid() && !a.IsUnspecified() }
