package format

import (
	"fmt"

	"ioslab/runtime/event"
	"ioslab/runtime/ppp"
	wire "ioslab/runtime/wire/ppp"
)

// pppWords words the events of runtime/ppp: `debug ppp negotiation`,
// `authentication`, `error` and `packet`. Which line is attested where:
// shared/reference/ppp-aaa-debug.md.
func pppWords(f *Formatter, dst []Message, ev event.Event) ([]Message, bool) {
	e, ok := ev.(ppp.Event)
	if !ok {
		return dst, false
	}
	p := pppLines{f: f, dst: dst, ev: ev}
	p.word(e)
	return p.dst, true
}

// pppLines collects the lines of one event.
type pppLines struct {
	f   *Formatter
	dst []Message
	ev  event.Event
}

// line appends `NAME text`.
func (p *pppLines) line(name, layout string, args ...any) {
	p.dst = append(p.dst, debugLine(p.ev, name+" "+fmt.Sprintf(layout, args...)))
}

func (p *pppLines) late() bool { return p.f.Dialect == IOS15 }

func (p *pppLines) word(ev ppp.Event) {
	switch e := ev.(type) {
	case ppp.SessionStarted:
		p.started(e)
	case ppp.NoRemoteAuth:
		p.line(e.Link, "PPP: No remote authentication for call-out")
	case ppp.PhaseChanged:
		p.phase(e)
	case ppp.Listening:
		p.listening(e)
	case ppp.StateChanged:
		p.state(e)
	case ppp.LayerOpen:
		if p.late() {
			p.line(e.Link, "%s: State is Open", e.Proto)
		}
	case ppp.Control:
		p.control(e)
	case ppp.ForcedLCP:
		p.forced(e)
	case ppp.Timeout:
		if !p.late() {
			p.line(e.Link, "%s: TIMEout: State %s", e.Proto, p.stateName(e.State))
		}
	case ppp.PendingProcessed:
		if !p.late() {
			p.line(e.Link, "PPP: Process pending ncp packets")
		}
	case ppp.Redirected:
		p.line(e.Link, "%s: Redirect packet to %s", e.Proto, e.Link)
	case ppp.Disconnected:
		p.line(e.Link, "PPP DISC: %s", disconnectText(e))
	case ppp.AcctDown:
		p.acctDown(e)
	case ppp.KeepaliveMissed:
		p.line(e.Link, "LCP: echo_cnt %d, line up", e.N)
	case ppp.LoopSuspected:
		p.line(e.Link, "LCP: Received our own magic number, count %d", e.N)
	case ppp.FrameSeen:
		p.line(e.Link, "PPP: %s pkt type 0x%04X, datagramsize %d", direction(e.Out), uint16(e.Proto), e.Len)
	case ppp.Dropped:
		p.dropped(e)
	default:
		p.authWord(ev)
	}
}

// started: the trio; 15.x says the phase first.
func (p *pppLines) started(e ppp.SessionStarted) {
	if p.late() {
		p.dst = append(p.dst, Message{Class: event.PPPNegotiation, Severity: 7, Text: e.Link + " PPP: Phase is ESTABLISHING"})
	}
	p.line(e.Link, "PPP: Using %s set call direction", e.Carrier)
	p.line(e.Link, "PPP: Treating connection as a %s", e.Direction)
	p.line(e.Link, "PPP: Session handle[%08X] Session id[%d]", e.Handle, e.ID)
}

func (p *pppLines) phase(e ppp.PhaseChanged) {
	if p.late() && (e.Detail == ppp.PassiveOpen || e.Detail == ppp.ActiveOpen) {
		return // said with the trio
	}
	if e.Detail == ppp.NoDetail {
		p.line(e.Link, "PPP: Phase is %s", e.Phase)
		return
	}
	p.line(e.Link, "PPP: Phase is %s, %s", e.Phase, e.Detail)
}

func (p *pppLines) listening(e ppp.Listening) {
	if p.late() {
		p.line(e.Link, "PPP LCP: Enter passive mode, state[Stopped]")
		return
	}
	p.line(e.Link, "LCP: State is Listen")
}

// state words a step of an automaton. Up to 12.4 only the ends of a life are
// said; from 15.0 every step is.
func (p *pppLines) state(e ppp.StateChanged) {
	if p.late() {
		p.step(e)
		return
	}
	switch {
	case e.To == ppp.Opened && e.From != ppp.Opened:
		p.line(e.Link, "%s: State is Open", e.Proto)
	case e.From >= ppp.Closing && e.To <= ppp.Stopped:
		p.line(e.Link, "%s: State is Closed", e.Proto)
	}
}

// step is a step in the words of 15.x. There an automaton is opened before its
// lower layer is up; ours the other way round, so that 12.x's `[Closed]` comes
// out: the names of the two first steps are exchanged here.
func (p *pppLines) step(e ppp.StateChanged) {
	cause, from, to := stepCauses[e.Cause], p.stateName(e.From), p.stateName(e.To)
	switch {
	case e.Cause == ppp.Up && e.From == ppp.Initial:
		if e.Proto != wire.LCP {
			p.line(e.Link, "%s: Protocol configured, start CP. state[Initial]", e.Proto)
		}
		cause, to = "OPEN", "Starting"
	case e.Cause == ppp.OpenTrigger && e.From == ppp.Closed:
		cause, from = "UP", "Starting"
	}
	p.line(e.Link, "%s: Event[%s] State[%s to %s]", e.Proto, cause, from, to)
}

var stepCauses = map[ppp.Trigger]string{
	ppp.Up: "UP", ppp.DownTrigger: "DOWN", ppp.OpenTrigger: "OPEN", ppp.CloseTrigger: "CLOSE",
	ppp.TimeoutPlus: "Timeout+", ppp.TimeoutMinus: "Timeout-",
	ppp.RCRPlus: "Receive ConfReq+", ppp.RCRMinus: "Receive ConfReq-",
	ppp.RCA: "Receive ConfAck", ppp.RCN: "Receive ConfNak/Rej",
	ppp.RTR: "Receive TermReq", ppp.RTA: "Receive TermAck", ppp.RUC: "Receive Unknown Code",
	ppp.RXJPlus: "Receive CodeRej/ProtRej+", ppp.RXJMinus: "Receive CodeRej/ProtRej-", ppp.RXR: "Receive Echo",
}

// stateName spells a state: 12.4 keeps the classic words for the passive and the terminating states.
func (p *pppLines) stateName(s ppp.State) string {
	switch s {
	case ppp.ReqSent:
		return "REQsent"
	case ppp.AckRcvd:
		return "ACKrcvd"
	case ppp.AckSent:
		return "ACKsent"
	case ppp.Opened:
		return "Open"
	case ppp.Stopped:
		if !p.late() {
			return "Listen"
		}
	case ppp.Closing, ppp.Stopping:
		if !p.late() {
			return "TERMsent"
		}
	}
	return s.String()
}

func direction(out bool) string {
	if out {
		return "O"
	}
	return "I"
}

func (p *pppLines) control(e ppp.Control) {
	state := p.stateName(e.State)
	switch {
	case e.NotNegotiated:
		state = "Not negotiated"
	case p.late() && e.Out && e.Code == wire.ConfReq && e.State == ppp.Closed:
		state = "Starting"
	}
	p.line(e.Link, "%s: %s %s [%s] id %d len %d%s", e.Proto, direction(e.Out), e.Code, state, e.ID, e.Len, controlTail(e))
	p.options(e.Link, e.Proto, e.Options)
}

// controlTail is what follows the length of packets without options.
func controlTail(e ppp.Control) string {
	switch e.Code {
	case wire.ProtRej:
		return fmt.Sprintf(" protocol %s (0x%04X%X)", e.Rejected, uint16(e.Rejected), e.Data)
	case wire.EchoReq, wire.EchoRep, wire.DiscReq, wire.TimeRemaining:
		return fmt.Sprintf(" magic 0x%08X", e.Magic)
	case wire.Identify:
		return fmt.Sprintf(" magic 0x%08X %s", e.Magic, printable(e.Data))
	}
	if len(e.Data) > 0 {
		return fmt.Sprintf(" (0x%X)", e.Data)
	}
	return ""
}

// printable replaces octets that a terminal would act on. How IOS prints them is unknown.
func printable(b []byte) string {
	out := make([]byte, len(b))
	for i, c := range b {
		if c < ' ' || c > '~' {
			c = '.'
		}
		out[i] = c
	}
	return string(out)
}

func (p *pppLines) forced(e ppp.ForcedLCP) {
	which := "sent CONFACK"
	if e.Sent {
		which = "rcvd CONFACK"
	}
	p.line(e.Link, "LCP: I FORCED %s len %d", which, e.Len)
	p.options(e.Link, wire.LCP, e.Options)
}

func (p *pppLines) acctDown(e ppp.AcctDown) {
	p.line(e.Link, "PPP: Sending Acct Event[Down] id[%d]", e.ID)
	if p.late() {
		p.dst = append(p.dst, debugLine(p.ev, "PPP: NET STOP send to AAA."))
	}
}

func (p *pppLines) dropped(e ppp.Dropped) {
	switch e.Reason {
	case ppp.DropNotOpen:
		p.line(e.Link, "PPP: Unsupported or un-negotiated protocol. Link ip")
	case ppp.DropDiscard:
	default:
		p.line(e.Link, "PPP: Packet dropped, %s", e.Reason)
	}
}

// disconnectText is the text behind `PPP DISC:`. Attested: the lower layer, the
// peer's TERMREQ, the exec prompt, keepalives and the silent server; the others are recalled.
func disconnectText(e ppp.Disconnected) string {
	switch e.Reason {
	case ppp.LowerLayerDown:
		return "Lower Layer disconnected"
	case ppp.PeerTerminated:
		return "Received LCP TERMREQ from peer"
	case ppp.AdminClosed:
		return "User cleared from exec prompt"
	case ppp.AuthFailed:
		return fmt.Sprintf("User failed %s authentication", e.Auth)
	case ppp.AuthServerSilent:
		return "AAA Server did not respond"
	case ppp.AuthTimedOut:
		return "Authentication timeout"
	case ppp.AuthRefusedByPeer:
		return "Peer refused to authenticate"
	case ppp.SelfAuthFailed:
		return "Failed to authenticate to peer"
	case ppp.PeerUnproven:
		return "Peer failed to prove its identity"
	case ppp.LCPFailed:
		return "LCP failed to negotiate"
	case ppp.LoopedLine:
		return "Loopback detected"
	case ppp.KeepaliveLost:
		return "Missed too many keepalives"
	case ppp.IdleTimeout:
		return "Idle Timeout"
	case ppp.SessionTimeout:
		return "Session Timeout"
	case ppp.NCPFailed:
		return "NCP failed to negotiate"
	case ppp.NoInterface:
		return "No interface available"
	case ppp.ProtocolError:
		return "Protocol error"
	case ppp.NotDown:
	}
	return "Unknown"
}
