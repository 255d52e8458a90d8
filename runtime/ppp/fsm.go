package ppp

import (
	"bytes"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ppp"
)

// layer is what a control protocol adds to the automaton: the meaning of its options.
type layer interface {
	// reset forgets what was negotiated, for a fresh start.
	reset(now clock.Instant)
	// request lists the options of the next Configure-Request.
	request() []ppp.Option
	// judge decides about a peer's options: ConfAck with all of them, ConfNak
	// with better values, ConfRej with those refused; code 0 refuses the
	// whole protocol.
	judge(now clock.Instant, opts []ppp.Option) (ppp.Code, []ppp.Option)
	// granted is called with the options that are being acknowledged.
	granted(opts []ppp.Option)
	// confirmed, naked and rejected are the peer's answers to our request.
	confirmed()
	naked(now clock.Instant, opts []ppp.Option)
	rejected(now clock.Instant, opts []ppp.Option)
	// up, down and finished are This-Layer-Up, -Down and -Finished; entered
	// follows each change of state.
	up(now clock.Instant)
	down(now clock.Instant, cause Trigger)
	finished(now clock.Instant)
	entered(now clock.Instant, s State)
}

// reply is what the actions that answer a packet need to know of it.
type reply struct {
	id   uint8
	code ppp.Code
	opts []ppp.Option
	raw  []byte // the whole packet, for a Code-Reject or an Echo-Reply
}

// fsm runs the automaton for one control protocol of a link.
//
//	          RCR+/RCA        ┌────────► Ack-Rcvd ─────┐ RCR+
//	Closed ─► Req-Sent ───────┤                        ├──► Opened
//	Stopped    ▲    │         └────────► Ack-Sent ─────┘ RCA
//	   ▲       └─TO+┘                                     │ Close, RTR
//	   └───────────────── Closing, Stopping ◄─────────────┘
type fsm struct {
	l     *Link
	proto ppp.Protocol
	layer layer
	state State

	ids      uint8 // next identifier, unless the link shares one counter
	reqID    uint8 // identifier of the last Configure-Request
	req      []byte
	termID   uint8
	counter  int // restart counter
	naks     int // Configure-Naks sent in a row (Max-Failure)
	refusals int // Naks and Rejects received in a row; at most maxRefusals
	deadline clock.Instant
	answer   reply
}

// maxRefusals is how often a peer may refuse our options in a row before the
// layer gives up: twice what an honest peer with Max-Failure 10 needs.
const maxRefusals = 20

func (f *fsm) init(l *Link, proto ppp.Protocol, layer layer) {
	f.l, f.proto, f.layer, f.deadline = l, proto, layer, clock.Never
	f.ids = l.cfg.Personality.FirstID
}

// nextID numbers a request.
func (f *fsm) nextID() uint8 {
	p := &f.ids
	if f.l.cfg.Personality.SharedIDs {
		p = &f.l.lcp.ids
	}
	id := *p
	*p++
	return id
}

// fire takes one step of the table. An impossible event is ignored.
func (f *fsm) fire(now clock.Instant, t Trigger) {
	c := &table[t][f.state]
	if c.impossible {
		return
	}
	from := f.state
	if from <= Stopped && c.next >= ReqSent {
		f.fresh(now)
	}
	var late action
	for _, a := range c.do {
		switch a {
		case tlu, tls, tlf:
			late = a
		case tld:
			f.layer.down(now, t)
			if c.next >= ReqSent {
				f.fresh(now)
			}
		default:
			f.act(now, a, c.next)
		}
	}
	f.enter(now, t, from, c.next)
	switch late {
	case tlu:
		f.layer.up(now)
	case tlf:
		f.layer.finished(now)
	default: // tls: the lower layer is started by whoever calls LowerUp
	}
}

func (f *fsm) fresh(now clock.Instant) {
	f.naks, f.refusals = 0, 0
	f.layer.reset(now)
}

// listen is the passive option of RFC 1661, 4.2: from Closed to Stopped
// without a word. The timer, if any, makes the link ask by itself.
func (f *fsm) listen(now clock.Instant) {
	f.state = Stopped
	if w := f.l.cfg.LCP.PassiveWait; w > 0 {
		f.deadline = now.Add(w)
	}
}

func (f *fsm) enter(now clock.Instant, t Trigger, from, next State) {
	f.state = next
	if !next.timed() {
		f.deadline = clock.Never
	}
	if t < RUC {
		f.l.emit(StateChanged{f.l.id.Name, f.proto, t, from, next})
	}
	f.layer.entered(now, next)
}

func (f *fsm) act(now clock.Instant, a action, next State) {
	switch a {
	case irc:
		f.counter = f.l.cfg.LCP.MaxConfigure
		if next == Closing || next == Stopping {
			f.counter = f.l.cfg.LCP.MaxTerminate
		}
	case zrc:
		f.counter = 0
		f.arm(now)
	case scr:
		f.sendRequest(now)
	case sca, scn:
		f.sendAnswer(a == sca)
	case str:
		f.sendTerminate(now)
	case sta:
		f.send(ppp.Packet{Code: ppp.TermAck, ID: f.answer.id})
	case scj:
		f.send(ppp.Packet{Code: ppp.CodeRej, ID: f.nextID(), Data: f.l.fit(f.answer.raw, 0)})
	case ser:
		f.l.sendEchoReply(f.answer)
	case tlu, tld, tls, tlf: // fire does these
	}
}

func (f *fsm) arm(now clock.Instant) { f.deadline = now.Add(f.l.cfg.LCP.Restart) }

func (f *fsm) sendRequest(now clock.Instant) {
	f.counter--
	f.reqID = f.nextID()
	opts := f.layer.request()
	f.req = ppp.AppendOptions(f.req[:0], opts)
	f.send(ppp.Packet{Code: ppp.ConfReq, ID: f.reqID, Data: f.req})
	f.arm(now)
}

func (f *fsm) sendAnswer(ack bool) {
	if ack {
		f.naks = 0
		f.layer.granted(f.answer.opts)
	} else if f.answer.code == ppp.ConfNak {
		f.naks++
	}
	f.send(ppp.Packet{Code: f.answer.code, ID: f.answer.id, Data: ppp.AppendOptions(nil, f.answer.opts)})
}

func (f *fsm) sendTerminate(now clock.Instant) {
	f.counter--
	f.termID = f.nextID()
	var data []byte
	if f.proto == ppp.LCP {
		data = f.l.terminateData()
	}
	f.send(ppp.Packet{Code: ppp.TermReq, ID: f.termID, Data: data})
	f.arm(now)
}

func (f *fsm) send(p ppp.Packet) {
	f.l.tellControl(f, &p, true)
	f.l.sendPacket(f.proto, &p)
}

// receive handles the codes that all control protocols share and reports
// whether the code was one of them.
func (f *fsm) receive(now clock.Instant, p *ppp.Packet, raw []byte) bool {
	f.answer = reply{id: p.ID, raw: raw}
	switch p.Code {
	case ppp.ConfReq:
		f.configureRequest(now, p)
	case ppp.ConfAck, ppp.ConfNak, ppp.ConfRej:
		f.configureAnswer(now, p)
	case ppp.TermReq:
		f.l.tellControl(f, p, false)
		f.fire(now, RTR)
	case ppp.TermAck:
		f.terminateAck(now, p)
	case ppp.CodeRej:
		f.codeReject(now, p)
	default:
		return false
	}
	f.answer = reply{}
	return true
}

func (f *fsm) configureRequest(now clock.Instant, p *ppp.Packet) {
	opts, err := ppp.ParseOptions(p.Data)
	if err != nil {
		f.l.drop(DropOptions, f.proto)
		return
	}
	f.l.tellControl(f, p, false)
	if f.state != Stopped && f.state < ReqSent {
		f.fire(now, RCRPlus) // no options are looked at here, both events do the same
		return
	}
	code, answer := f.layer.judge(now, opts)
	switch code {
	case ppp.ConfAck:
		f.answer.code, f.answer.opts = code, answer
		f.fire(now, RCRPlus)
	case ppp.ConfNak, ppp.ConfRej:
		if code == ppp.ConfNak && f.naks >= f.l.cfg.LCP.MaxFailure {
			// RFC 1661, 4.6: from here on what would be Nak'ed is rejected as it came.
			code, answer = ppp.ConfRej, sameTypes(opts, answer)
		}
		f.answer.code, f.answer.opts = code, answer
		f.fire(now, RCRMinus)
	default:
		f.l.sendProtocolReject(f.proto, f.answer.raw)
		f.fire(now, RXJMinus)
	}
}

// sameTypes returns those of opts whose types occur in naked.
func sameTypes(opts, naked []ppp.Option) (out []ppp.Option) {
	for _, o := range opts {
		if indexOf(naked, o.Type) >= 0 {
			out = append(out, o)
		}
	}
	return out
}

func indexOf(opts []ppp.Option, typ uint8) int {
	for i, o := range opts {
		if o.Type == typ {
			return i
		}
	}
	return -1
}

func (f *fsm) configureAnswer(now clock.Instant, p *ppp.Packet) {
	opts, err := ppp.ParseOptions(p.Data)
	if err != nil {
		f.l.drop(DropOptions, f.proto)
		return
	}
	if f.state >= ReqSent {
		if p.ID != f.reqID {
			f.l.drop(DropWrongID, f.proto)
			return
		}
		if !f.fits(p, opts) {
			f.l.drop(DropWrongOptions, f.proto)
			return
		}
	}
	f.l.tellControl(f, p, false)
	if p.Code == ppp.ConfAck {
		if f.state >= ReqSent {
			f.refusals = 0
			f.layer.confirmed()
		}
		f.fire(now, RCA)
		return
	}
	f.refused(now, p.Code, opts)
}

// fits checks an answer against our request: an Ack repeats it, a Reject
// holds options of it unchanged and in its order (RFC 1661, 5.2 and 5.4).
func (f *fsm) fits(p *ppp.Packet, opts []ppp.Option) bool {
	switch p.Code {
	case ppp.ConfAck:
		return bytes.Equal(p.Data, f.req)
	case ppp.ConfRej:
		asked, _ := ppp.ParseOptions(f.req)
		for _, o := range opts {
			i := 0
			for i < len(asked) && !asked[i].Equal(o) {
				i++
			}
			if i == len(asked) {
				return false
			}
			asked = asked[i+1:]
		}
		return len(opts) > 0
	default:
		return true
	}
}

func (f *fsm) refused(now clock.Instant, code ppp.Code, opts []ppp.Option) {
	if f.state >= ReqSent && f.state != Opened {
		if f.refusals++; f.refusals > maxRefusals {
			f.fire(now, RXJMinus)
			return
		}
		if code == ppp.ConfRej {
			f.layer.rejected(now, opts)
		} else {
			f.layer.naked(now, opts)
		}
	}
	f.fire(now, RCN) // nothing when the layer has closed the link meanwhile
}

func (f *fsm) terminateAck(now clock.Instant, p *ppp.Packet) {
	if (f.state == Closing || f.state == Stopping) && p.ID != f.termID {
		f.l.drop(DropWrongID, f.proto)
		return
	}
	f.l.tellControl(f, p, false)
	f.fire(now, RTA)
}

// codeReject: the peer does not know a code. All of RFC 1661's first seven are
// indispensable (4.3, RXJ-).
func (f *fsm) codeReject(now clock.Instant, p *ppp.Packet) {
	f.l.tellControl(f, p, false)
	if len(p.Data) > 0 && ppp.Code(p.Data[0]) > ppp.CodeRej {
		f.fire(now, RXJPlus)
		return
	}
	f.l.setReason(ProtocolError)
	f.fire(now, RXJMinus)
}

func (f *fsm) tick(now clock.Instant) {
	if !f.deadline.Reached(now) {
		return
	}
	f.deadline = clock.Never
	f.l.emit(Timeout{f.l.id.Name, f.proto, f.state})
	switch {
	case f.state == Stopped: // the peer never spoke
		f.wake(now)
	case f.counter > 0:
		f.fire(now, TimeoutPlus)
	default:
		f.fire(now, TimeoutMinus)
	}
}

// wake ends passive waiting: ask, still in the listening state's name.
func (f *fsm) wake(now clock.Instant) {
	f.fresh(now)
	f.act(now, irc, ReqSent)
	f.act(now, scr, ReqSent)
	f.enter(now, TimeoutPlus, Stopped, ReqSent)
}
