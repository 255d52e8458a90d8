package ppp

import (
	"bytes"
	"strings"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ppp"
)

// provState is where our own authentication stands.
type provState uint8

const (
	provIdle    provState = iota
	provWaiting           // for the Challenge
	provSent              // for the verdict
	provDone
	provRefused
)

// prover authenticates this end to the peer.
type prover struct {
	state    provState
	proto    ppp.AuthProto
	reply    ppp.Packet // what we sent last
	name     string
	proof    string // MS-CHAP-V2: what the Success must say
	tries    int
	papID    uint8
	password string
	next     int // index into SelfConfig.Next of the password to try next
	held     *ppp.Packet
	answered []byte // the challenge that reply answers
	deadline clock.Instant
}

func (p *prover) busy() bool { return p.state != provIdle && p.state != provDone }

func (l *Link) startProof(now clock.Instant) {
	p := &l.prov
	p.state = provWaiting
	p.deadline = now.Add(l.resend())
	if p.proto == ppp.AuthPAP {
		l.sendPAP(now)
	}
}

func (l *Link) resend() (d time.Duration) {
	if d = l.cfg.Self.Resend; d > 0 {
		return d
	}
	return l.cfg.Auth.Timeout
}

func (p *prover) tick(now clock.Instant, l *Link) {
	if !p.deadline.Reached(now) {
		return
	}
	p.deadline = clock.Never
	if p.state == provRefused && l.cfg.Personality.HangUp {
		l.Close(now, SelfAuthFailed)
		return
	}
	p.tries++
	l.emit(AuthTimeout{l.id.Name, p.tries})
	switch {
	case p.tries > l.cfg.Auth.MaxTimeouts:
		l.Close(now, AuthTimedOut)
	case p.state == provSent && p.proto == ppp.AuthPAP:
		l.sendPAP(now)
	case p.state == provSent:
		l.sendProof(now, "")
	default:
		p.deadline = now.Add(l.resend())
	}
}

func (l *Link) sendPAP(now clock.Instant) {
	p, s := &l.prov, &l.cfg.Self
	login := ppp.PAPLogin{Name: s.PAPName, Password: s.PAPPassword}
	if login.Name == "" {
		login = ppp.PAPLogin{Name: s.Name, Password: s.Password}
	}
	p.papID++
	p.reply = ppp.Packet{Code: ppp.PAPRequest, ID: p.papID, Data: login.Append(nil)}
	l.sendProof(now, login.Name)
}

// sendProof sends or repeats p.reply; name is only for the log.
func (l *Link) sendProof(now clock.Instant, name string) {
	p := &l.prov
	if name != "" {
		p.name = name
	}
	if p.state != provDone {
		p.state = provSent
		p.deadline = now.Add(l.resend())
	}
	l.emit(Auth{Link: l.id.Name, Proto: p.proto, Out: true, Code: p.reply.Code, ID: p.reply.ID,
		Len: p.reply.Len(), Name: p.name})
	l.sendPacket(p.proto.Protocol(), &p.reply)
}

// chapChallenge: an answering end lets the caller prove itself first, so that
// two ends that both wait do not show their secrets to a stranger.
func (l *Link) chapChallenge(now clock.Instant, pkt *ppp.Packet) {
	p := &l.prov
	var val ppp.CHAPValue
	if p.proto.Protocol() != ppp.CHAP || p.state == provIdle || p.state == provRefused || val.Parse(pkt.Data) != nil {
		l.drop(DropAuth, ppp.CHAP)
		return
	}
	l.emit(Auth{Link: l.id.Name, Proto: p.proto, Code: pkt.Code, ID: pkt.ID, Len: pkt.Len(), Name: val.Name})
	if l.id.Direction == Callin && l.ver.busy() {
		l.emit(AuthWaiting{l.id.Name, p.proto})
		p.held = &ppp.Packet{Code: pkt.Code, ID: pkt.ID, Data: append([]byte(nil), pkt.Data...)}
		return
	}
	l.respond(now, pkt.ID, &val)
}

func (l *Link) answerHeld(now clock.Instant) {
	held := l.prov.held
	l.prov.held = nil
	var val ppp.CHAPValue
	if held != nil && val.Parse(held.Data) == nil {
		l.respond(now, held.ID, &val)
	}
}

// respond answers a Challenge.
func (l *Link) respond(now clock.Instant, id uint8, val *ppp.CHAPValue) {
	p := &l.prov
	if (p.state == provSent || p.state == provDone) && p.reply.ID == id && bytes.Equal(p.answered, val.Value) {
		l.sendProof(now, "") // a repeated Challenge gets the same answer, not another proof to wait for
		return
	}
	if !l.chooseSecret(val.Name) {
		return // nothing to answer with; the challenger's timer ends it
	}
	l.proof(id, val.Value)
	l.sendProof(now, l.selfName())
}

func (l *Link) selfName() string {
	if n := l.cfg.Self.Name; n != "" {
		return n
	}
	return l.cfg.Auth.Name
}

// chooseSecret: the secret shared with the challenger by name, or the one configured for all.
func (l *Link) chooseSecret(challenger string) bool {
	p, s := &l.prov, &l.cfg.Self
	e := SecretChosen{Link: l.id.Name, Proto: p.proto, HostFromInterface: s.Name != "", Challenger: challenger}
	ok := false
	if p.next > 0 { // a retry with another password
		return true
	}
	if l.deps.Auth != nil {
		p.password, ok = l.deps.Auth.Secret(challenger)
	}
	switch {
	case ok:
		e.Secret = SecretFromAAA
	case s.UsePassword:
		p.password, ok = s.Password, true
	default:
		e.Secret = SecretMissing
	}
	l.emit(e)
	return ok
}

// proof builds the Response to a challenge.
func (l *Link) proof(id uint8, challenge []byte) {
	p := &l.prov
	val := ppp.CHAPValue{Name: l.selfName()}
	p.answered = bytes.Clone(challenge)
	switch p.proto {
	case ppp.AuthMSCHAP:
		var c [8]byte
		copy(c[:], challenge)
		val.Value = ppp.MSCHAPResponse(c, p.password)
	case ppp.AuthMSCHAPV2:
		val.Value = l.proofV2(challenge)
	default:
		val.Value = ppp.MD5Response(id, p.password, challenge)
	}
	p.reply = ppp.Packet{Code: ppp.CHAPResponse, ID: id, Data: val.Append(nil)}
}

func (l *Link) proofV2(challenge []byte) []byte {
	p := &l.prov
	var c [16]byte
	copy(c[:], challenge)
	var r ppp.MSV2Response
	l.random(r.PeerChallenge[:])
	r.NT = ppp.NTResponse(c, r.PeerChallenge, l.selfName(), p.password)
	p.proof = ppp.AuthenticatorResponse(p.password, r.NT, r.PeerChallenge, c, l.selfName())
	return r.Append(nil)
}

func (l *Link) papVerdict(now clock.Instant, pkt *ppp.Packet) {
	p := &l.prov
	msg, err := ppp.ParsePAPMessage(pkt.Data)
	if p.proto != ppp.AuthPAP || p.state != provSent || pkt.ID != p.reply.ID || err != nil {
		l.drop(DropAuth, ppp.PAP)
		return
	}
	l.emit(Auth{Link: l.id.Name, Proto: p.proto, Code: pkt.Code, ID: pkt.ID, Len: pkt.Len(), Message: msg})
	if pkt.Code == ppp.PAPAck {
		l.proven(now)
		return
	}
	l.selfRefused(now, msg, 0)
}

func (l *Link) chapVerdict(now clock.Instant, pkt *ppp.Packet) {
	p := &l.prov
	if p.proto.Protocol() != ppp.CHAP || p.state != provSent && p.state != provDone || pkt.ID != p.reply.ID {
		l.drop(DropAuth, ppp.CHAP)
		return
	}
	msg := string(pkt.Data)
	l.emit(Auth{Link: l.id.Name, Proto: p.proto, Code: pkt.Code, ID: pkt.ID, Len: pkt.Len(), Message: msg})
	switch {
	case pkt.Code == ppp.CHAPFailure:
		l.chapFailure(now, pkt, msg)
	case p.proto == ppp.AuthMSCHAPV2 && !l.serverProven(msg):
		l.Close(now, PeerUnproven)
	default:
		l.proven(now)
	}
}

// serverProven checks the authenticator response at the head of a Success (RFC 2759, 5).
func (l *Link) serverProven(msg string) bool {
	n := len(l.prov.proof)
	return len(msg) >= n && strings.EqualFold(msg[:n], l.prov.proof)
}

func (l *Link) proven(now clock.Instant) {
	p := &l.prov
	p.deadline, p.tries = clock.Never, 0
	if p.state == provDone {
		return // a repeated verdict, or that of a re-challenge
	}
	p.state = provDone
	l.proceed(now)
}

// chapFailure: an MS-CHAP refusal may allow another try against a new challenge.
func (l *Link) chapFailure(now clock.Instant, pkt *ppp.Packet, msg string) {
	p, s := &l.prov, &l.cfg.Self
	f, ok := ppp.ParseFailure(msg)
	if !ok || p.proto == ppp.AuthCHAP {
		l.selfRefused(now, msg, 0)
		return
	}
	if !f.Retry || p.next >= len(s.Next) {
		l.selfRefused(now, msg, f.Code)
		return
	}
	p.password = s.Next[p.next]
	p.next++
	l.proof(pkt.ID+1, f.NewChal)
	l.sendProof(now, l.selfName())
}

// selfRefused: the peer does not want us. What follows is its Terminate-Request, or ours.
func (l *Link) selfRefused(now clock.Instant, msg string, code int) {
	p := &l.prov
	p.state = provRefused
	p.tries, p.deadline = 0, now.Add(l.resend())
	if l.cfg.Personality.HangUp {
		p.deadline = now.Add(refusalWait)
	}
	l.setReason(SelfAuthFailed)
	l.message, l.code = msg, code
	if code == 0 {
		l.code = ppp.AuthenticationError
	}
}

// refusalWait is how long an end that hangs up by itself leaves that to the peer.
const refusalWait = time.Second
