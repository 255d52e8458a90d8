package ike

import (
	"encoding/binary"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

func (sa *ikeSA) header(x isakmp.ExchangeType, id uint32) isakmp.Header {
	return isakmp.Header{InitiatorCookie: sa.cookieI, ResponderCookie: sa.cookieR, Exchange: x, MessageID: id}
}

// transmit puts a message into the outbox and tells it. The engine keeps raw to
// send it again, so the owner gets a copy.
func (e *Engine) transmit(now clock.Instant, sa *ikeSA, raw []byte) {
	emit(e, PacketSent{Conn: sa.connID, Remote: sa.remote.Addr(), LocalPort: sa.local.Port(), RemotePort: sa.remote.Port(),
		Role: sa.role(), State: sa.state})
	e.count.Sent++
	e.put(Send{Local: sa.local, Remote: sa.remote, Payload: append([]byte(nil), raw...), NATT: sa.nat.floated})
	e.dpdSent(now, sa)
}

// seal builds an encrypted message and returns it with the vector that follows.
func (e *Engine) seal(sa *ikeSA, h isakmp.Header, iv []byte, payloads ...isakmp.Payload) (raw, nextIV []byte) {
	h.Flags |= isakmp.FlagEncryption
	raw = isakmp.AppendMessage(make([]byte, 0, 512), h, payloads...)
	body := encryptCBC(sa.block, iv, raw[isakmp.HeaderLen:], sa.person.PadAlways)
	raw = append(raw[:isakmp.HeaderLen], body...)
	binary.BigEndian.PutUint32(raw[24:], uint32(len(raw)))
	emit(e, CryptoStep{Step: StepEncrypt})
	sa.used++
	return raw, append([]byte(nil), raw[len(raw)-sa.block.BlockSize():]...)
}

// sealHashed builds an encrypted message that begins with HASH(1) or HASH(2):
// prf(SKEYID_a, M-ID | extra | payloads) (RFC 2409, 5.5, 5.7).
func (e *Engine) sealHashed(sa *ikeSA, h isakmp.Header, iv, extra []byte, payloads ...isakmp.Payload) (raw, nextIV []byte) {
	rest := isakmp.AppendChain(nil, payloads...)
	emit(e, CryptoStep{Step: StepHash})
	sum := prf(sa.policy.Hash, sa.keys.a, messageID(h.MessageID), extra, rest)
	all := append([]isakmp.Payload{isakmp.HASH(sum)}, payloads...)
	return e.seal(sa, h, iv, all...)
}

// verifyHashed checks HASH(1) or HASH(2) of a decrypted message, which must
// stand first (RFC 2409, 5.5).
func (e *Engine) verifyHashed(sa *ikeSA, p *packet, extra []byte) bool {
	if p.parts[0].Kind != isakmp.PayloadHASH {
		e.drop(DropOrder)
		return false
	}
	emit(e, CryptoStep{Step: StepHash})
	sum := prf(sa.policy.Hash, sa.keys.a, messageID(p.h.MessageID), extra, p.plain[len(p.parts[0].Raw):])
	if !equal(sum, p.parts[0].Body()) {
		e.drop(DropHash)
		return false
	}
	return true
}

func messageID(id uint32) []byte { return binary.BigEndian.AppendUint32(nil, id) }

// exchangeIV is the first vector of an exchange inside phase 2: the hash of
// phase 1's last block and the message id (RFC 2409, 5.5).
func (sa *ikeSA) exchangeIV(id uint32) []byte {
	return digest(sa.policy.Hash, sa.lastBlock, messageID(id))[:sa.block.BlockSize()]
}

// sendMain sends a main mode message and arms its repeat.
func (e *Engine) sendMain(now clock.Instant, sa *ikeSA, raw []byte) {
	sa.lastTx, sa.lastTxAt, sa.repeats = raw, now, 0
	e.transmit(now, sa, raw)
	e.timers.Set(timer{sa, nil, timerRetransmit}, now.Add(sa.person.Retransmit[0]))
}

// settle ends the repeating of the last main mode message: the peer has it.
func (e *Engine) settle(sa *ikeSA) {
	e.timers.Remove(timer{sa, nil, timerRetransmit})
	sa.repeats, sa.errors = 0, 0
}

// sendNode sends a quick mode message; repeat arms its repeat.
func (e *Engine) sendNode(now clock.Instant, sa *ikeSA, n *node, raw []byte, repeat bool) {
	n.lastTx, n.lastTxAt, n.repeats = raw, now, 0
	e.transmit(now, sa, raw)
	if repeat {
		e.timers.Set(timer{sa, n, timerRetransmit}, now.Add(sa.person.Retransmit[0]))
	}
}
