package ppp

import (
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ppp"
)

// verState is where the authentication of the peer stands.
//
//	idle ─► challenged ─► asking ─► granted ─► passed
//	            ▲            │     (interface)
//	            └── retry ───┴─► refused
type verState uint8

const (
	verIdle       verState = iota
	verChallenged          // waiting for the peer
	verAsking              // waiting for the authenticator
	verGranted             // verdict good, waiting for the interface
	verPassed
	verRefused
)

// verifier authenticates the peer (RFC 1334, RFC 1994, RFC 2433, RFC 2759: the authenticator).
type verifier struct {
	state     verState
	proto     ppp.AuthProto
	id        uint8 // of the last Challenge, or of the PAP request in hand
	next      uint8 // identifier of the next Challenge
	challenge []byte
	timeouts  int
	bad       int
	again     bool // re-challenge on an open link
	user      string
	proof     string
	verdict   ppp.Packet // the last Success or Failure, for repeated Responses
	deadline  clock.Instant
	address   netip.Addr // what the authenticator wants the peer to have
	pools     []string
}

// busy reports whether the phase may not be left yet.
func (v *verifier) busy() bool { return v.state != verIdle && v.state != verPassed }

// authenticate begins the authentication phase (RFC 1661, 3.5).
func (l *Link) authenticate(now clock.Instant) {
	mine, theirs := l.lcp.auth, l.lcp.peerAuth
	l.ver = verifier{proto: mine, next: l.ver.next, deadline: clock.Never}
	l.prov = prover{proto: theirs, deadline: clock.Never}
	switch {
	case mine != ppp.NoAuth && theirs != ppp.NoAuth:
		l.setPhase(now, PhaseAuthenticating, ByBoth)
	case mine != ppp.NoAuth:
		l.setPhase(now, PhaseAuthenticating, ByThisEnd)
	case theirs != ppp.NoAuth:
		l.setPhase(now, PhaseAuthenticating, ByThePeer)
	}
	if mine != ppp.NoAuth && !l.proxyAuth(now) {
		l.challengePeer(now)
	}
	if l.done || l.lcp.state != Opened {
		return
	}
	if theirs != ppp.NoAuth {
		l.startProof(now)
	}
	l.proceed(now)
}

// stopAuth forgets both exchanges.
func (l *Link) stopAuth() {
	l.ver.state, l.ver.deadline = verIdle, clock.Never
	l.prov.state, l.prov.deadline, l.prov.held = provIdle, clock.Never, nil
	l.forwarded = false
}

// challengePeer sends a Challenge; with PAP it only waits.
func (l *Link) challengePeer(now clock.Instant) {
	v := &l.ver
	v.state = verChallenged
	v.deadline = now.Add(l.cfg.Auth.Timeout)
	if v.proto == ppp.AuthPAP {
		return
	}
	v.next++
	v.id = v.next
	v.challenge = make([]byte, challengeSize(v.proto))
	l.random(v.challenge)
	val := ppp.CHAPValue{Value: v.challenge, Name: l.cfg.Auth.Name}
	p := ppp.Packet{Code: ppp.CHAPChallenge, ID: v.id, Data: val.Append(nil)}
	l.emit(Auth{Link: l.id.Name, Proto: v.proto, Out: true, Code: p.Code, ID: p.ID, Len: p.Len(), Name: val.Name})
	l.sendPacket(ppp.CHAP, &p)
}

// challengeSize is fixed for the MS-CHAPs; CHAP-MD5 uses the size of its digest.
func challengeSize(a ppp.AuthProto) int {
	if a == ppp.AuthMSCHAP {
		return ppp.MSChallengeSize
	}
	return ppp.MSV2ChallengeSz
}

func (v *verifier) tick(now clock.Instant, l *Link) {
	if !v.deadline.Reached(now) {
		return
	}
	v.deadline = clock.Never
	switch v.state {
	case verPassed: // time for a re-challenge
		v.again, v.timeouts = true, 0
		l.challengePeer(now)
		return
	case verChallenged, verAsking:
	default:
		return
	}
	v.timeouts++
	l.emit(AuthTimeout{l.id.Name, v.timeouts})
	switch {
	case v.timeouts > l.cfg.Auth.MaxTimeouts:
		l.Close(now, AuthTimedOut)
	case v.state == verChallenged:
		l.challengePeer(now)
	default:
		v.deadline = now.Add(l.cfg.Auth.Timeout)
	}
}

// receivePAP takes a PAP packet of either role.
func (l *Link) receivePAP(now clock.Instant, info []byte) {
	var p ppp.Packet
	if p.Parse(info) != nil {
		l.drop(DropPacket, ppp.PAP)
		return
	}
	switch p.Code {
	case ppp.PAPRequest:
		l.papRequest(now, &p)
	case ppp.PAPAck, ppp.PAPNak:
		l.papVerdict(now, &p)
	default:
		l.drop(DropAuth, ppp.PAP)
	}
}

// papRequest: the peer may repeat its request as long as it has no answer, and
// after the answer was lost (RFC 1334, 2.2.1).
func (l *Link) papRequest(now clock.Instant, p *ppp.Packet) {
	v := &l.ver
	var login ppp.PAPLogin
	if v.proto != ppp.AuthPAP || v.state == verIdle || login.Parse(p.Data) != nil {
		l.drop(DropAuth, ppp.PAP)
		return
	}
	l.emit(Auth{Link: l.id.Name, Proto: v.proto, Code: p.Code, ID: p.ID, Len: p.Len(), Name: login.Name})
	switch v.state {
	case verChallenged:
		v.id = p.ID
		l.ask(now, ppp.Credentials{Proto: v.proto, User: login.Name, Password: login.Password, ID: p.ID})
	case verPassed, verRefused:
		v.verdict.ID = p.ID
		l.repeatVerdict()
	default:
		v.id = p.ID
		l.emit(AuthIgnored{l.id.Name, v.proto})
	}
}

// receiveCHAP takes a CHAP packet of either role and any algorithm.
func (l *Link) receiveCHAP(now clock.Instant, info []byte) {
	var p ppp.Packet
	if p.Parse(info) != nil {
		l.drop(DropPacket, ppp.CHAP)
		return
	}
	switch p.Code {
	case ppp.CHAPChallenge:
		l.chapChallenge(now, &p)
	case ppp.CHAPResponse:
		l.chapResponse(now, &p)
	case ppp.CHAPSuccess, ppp.CHAPFailure:
		l.chapVerdict(now, &p)
	default: // changing passwords is offered to nobody
		l.drop(DropAuth, ppp.CHAP)
	}
}

func (l *Link) chapResponse(now clock.Instant, p *ppp.Packet) {
	v := &l.ver
	var val ppp.CHAPValue
	if v.proto.Protocol() != ppp.CHAP || v.state == verIdle || val.Parse(p.Data) != nil || p.ID != v.id {
		l.drop(DropAuth, ppp.CHAP)
		return
	}
	l.emit(Auth{Link: l.id.Name, Proto: v.proto, Code: p.Code, ID: p.ID, Len: p.Len(), Name: val.Name})
	switch v.state {
	case verChallenged:
		l.ask(now, ppp.Credentials{Proto: v.proto, User: val.Name, ID: p.ID, Challenge: v.challenge, Response: val.Value})
	case verPassed, verRefused: // RFC 1994, 4.2: the same answer again
		l.repeatVerdict()
	default:
		l.emit(AuthIgnored{l.id.Name, v.proto})
	}
}

// ask lets the authenticator decide.
func (l *Link) ask(now clock.Instant, c ppp.Credentials) {
	v := &l.ver
	v.state, v.user = verAsking, c.User
	v.deadline = now.Add(l.cfg.Auth.Timeout)
	if !v.again {
		l.setPhase(now, PhaseForwarding, AttemptingForward)
		l.setPhase(now, PhaseAuthenticating, UnauthenticatedUser)
	}
	l.emit(LoginSent{l.id.Name, v.proto})
	r := AuthReply{Verdict: NoServer}
	if l.deps.Auth != nil {
		r = l.deps.Auth.Authenticate(now, &AuthRequest{Credentials: c, Link: l.id.Name,
			List: l.cfg.Auth.List, UniqueID: l.id.UniqueID})
	}
	if r.Verdict != Pending {
		l.Answer(now, r)
	}
}

// Answer gives a verdict that an Authenticator left pending.
func (l *Link) Answer(now clock.Instant, r AuthReply) {
	if l.done || l.ver.state != verAsking {
		return
	}
	v := &l.ver
	v.deadline = clock.Never
	l.emit(LoginAnswered{l.id.Name, r.Verdict == Pass})
	switch r.Verdict {
	case Pass:
		v.proof, v.address, v.pools = r.Proof, r.Address, r.Pools
		l.grant(now)
	case Fail, Pending:
		l.refuse(now, AuthFailed, r.Code)
	case NoServer:
		l.refuse(now, AuthServerSilent, r.Code)
	default:
		l.refuse(now, AuthServerSilent, r.Code)
	}
}

// grant: the verdict is good. A link without an interface asks for one now.
func (l *Link) grant(now clock.Instant) {
	l.ver.state = verGranted
	if l.ver.again {
		l.succeed(now)
		return
	}
	l.forward(now)
	if !l.awaiting {
		l.passed(now)
	}
}

// forward asks for an interface when there is none.
func (l *Link) forward(now clock.Instant) {
	l.setPhase(now, PhaseForwarding, AttemptingForward)
	l.forwarded = true
	if !l.id.Bound {
		l.awaiting = true
		l.put(AuthPassed{User: l.ver.user, Proto: l.ver.proto})
	}
}

// passed goes on once the interface exists.
func (l *Link) passed(now clock.Instant) {
	if l.ver.state == verGranted {
		l.setPhase(now, PhaseAuthenticating, AuthenticatedUser)
		l.author()
		l.succeed(now)
		l.answerHeld(now)
	}
	l.proceed(now)
}

// author tells of the two authorizations; local users are authorized for both.
func (l *Link) author() {
	if !l.cfg.Auth.Authorize {
		return
	}
	l.emit(AuthorSent{l.id.Name, ppp.LCP})
	l.emit(AuthorSent{l.id.Name, ppp.IPCP})
	l.emit(AuthorAnswered{l.id.Name, ppp.LCP, true})
	l.emit(AuthorAnswered{l.id.Name, ppp.IPCP, true})
}

// succeed tells the peer that it is in.
func (l *Link) succeed(now clock.Instant) {
	v := &l.ver
	v.state, v.bad = verPassed, 0
	msg := ""
	switch v.proto {
	case ppp.AuthMSCHAPV2:
		msg = v.proof
	case ppp.AuthPAP:
		msg = l.cfg.Auth.SuccessText
	case ppp.AuthCHAP, ppp.AuthMSCHAP, ppp.NoAuth:
	}
	l.sendVerdict(true, msg)
	if d := l.cfg.Auth.Rechallenge; d > 0 && v.proto != ppp.AuthPAP {
		v.deadline = now.Add(d)
	}
}

// refuse tells the peer that it is not in, and ends the link unless it may try again.
func (l *Link) refuse(now clock.Instant, why DownReason, code int) {
	v := &l.ver
	v.bad++
	retry := why == AuthFailed && v.bad <= l.cfg.Auth.MaxBad
	v.state = verRefused
	l.sendVerdict(false, l.failureText(code, retry))
	if !retry {
		l.Close(now, why)
		return
	}
	v.state = verChallenged
	switch v.proto {
	case ppp.AuthMSCHAP, ppp.AuthMSCHAPV2:
		v.id++ // RFC 2759, 6: the retry answers the new challenge under the next identifier
		v.next = v.id
		v.deadline = now.Add(l.cfg.Auth.Timeout)
	default:
		l.challengePeer(now)
	}
}

// failureText is the message of a refusal. For the MS-CHAPs a permitted retry
// carries the challenge that it must answer.
func (l *Link) failureText(code int, retry bool) string {
	v := &l.ver
	if v.proto != ppp.AuthMSCHAP && v.proto != ppp.AuthMSCHAPV2 {
		return l.cfg.Auth.FailureText
	}
	f := ppp.FailureMessage{Code: code, Retry: retry}
	if code == 0 {
		f.Code = ppp.AuthenticationError
	}
	if retry {
		v.challenge = make([]byte, challengeSize(v.proto))
		l.random(v.challenge)
		f.NewChal, f.Version = v.challenge, 3
		if v.proto == ppp.AuthMSCHAP {
			f.Version = 2
		}
	}
	return f.String()
}

func (l *Link) sendVerdict(good bool, msg string) {
	v := &l.ver
	p := &v.verdict
	*p = ppp.Packet{Code: ppp.CHAPFailure, ID: v.id, Data: []byte(msg)}
	if good {
		p.Code = ppp.CHAPSuccess
	}
	if v.proto == ppp.AuthPAP {
		p.Code, p.Data = ppp.PAPNak, ppp.AppendPAPMessage(nil, msg)
		if good {
			p.Code = ppp.PAPAck
		}
	}
	l.repeatVerdict()
}

func (l *Link) repeatVerdict() {
	v := &l.ver
	msg := string(v.verdict.Data)
	if v.proto == ppp.AuthPAP {
		msg, _ = ppp.ParsePAPMessage(v.verdict.Data)
	}
	l.emit(Auth{Link: l.id.Name, Proto: v.proto, Out: true, Code: v.verdict.Code, ID: v.verdict.ID,
		Len: v.verdict.Len(), Message: msg})
	l.sendPacket(v.proto.Protocol(), &v.verdict)
}

// proceed enters the network phase when both ends are satisfied.
func (l *Link) proceed(now clock.Instant) {
	if l.done || l.lcp.state != Opened || l.phase == PhaseUp || l.ver.busy() || l.prov.busy() || l.awaiting {
		return
	}
	if !l.forwarded {
		l.forward(now)
		if l.awaiting {
			return
		}
	}
	l.establish(now)
}
