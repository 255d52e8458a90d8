package ppp

// State is a state of the option negotiation automaton (RFC 1661, 4.2).
type State uint8

// The states in the RFC's order.
const (
	Initial State = iota
	Starting
	Closed
	Stopped
	Closing
	Stopping
	ReqSent
	AckRcvd
	AckSent
	Opened
	states
)

var stateNames = [states]string{"Initial", "Starting", "Closed", "Stopped", "Closing", "Stopping",
	"Req-Sent", "Ack-Rcvd", "Ack-Sent", "Opened"}

// String gives the RFC's spelling.
func (s State) String() string {
	if s < states {
		return stateNames[s]
	}
	return "unknown"
}

// timed reports whether the restart timer runs in s (RFC 1661, 4.6).
func (s State) timed() bool { return s >= Closing && s != Opened }

// Trigger is an event of the automaton (RFC 1661, 4.3).
type Trigger uint8

// The triggers in the RFC's order.
const (
	Up           Trigger = iota // lower layer is up
	DownTrigger                 // lower layer is down
	OpenTrigger                 // administrative open
	CloseTrigger                // administrative close
	TimeoutPlus                 // timeout with counter > 0
	TimeoutMinus                // timeout with counter expired
	RCRPlus                     // Configure-Request, good
	RCRMinus                    // Configure-Request, bad
	RCA                         // Configure-Ack
	RCN                         // Configure-Nak or -Reject
	RTR                         // Terminate-Request
	RTA                         // Terminate-Ack
	RUC                         // unknown code
	RXJPlus                     // Code- or Protocol-Reject, permitted
	RXJMinus                    // Code- or Protocol-Reject, catastrophic
	RXR                         // Echo-Request, Echo-Reply or Discard-Request
	triggers
)

var triggerNames = [triggers]string{"Up", "Down", "Open", "Close", "TO+", "TO-", "RCR+", "RCR-", "RCA", "RCN",
	"RTR", "RTA", "RUC", "RXJ+", "RXJ-", "RXR"}

// String gives the RFC's spelling.
func (t Trigger) String() string {
	if t < triggers {
		return triggerNames[t]
	}
	return "unknown"
}

// action is one of the RFC's actions (RFC 1661, 4.4).
type action uint8

const (
	tlu action = iota + 1 // This-Layer-Up
	tld                   // This-Layer-Down
	tls                   // This-Layer-Started
	tlf                   // This-Layer-Finished
	irc                   // Initialize-Restart-Count
	zrc                   // Zero-Restart-Count
	scr                   // Send-Configure-Request
	sca                   // Send-Configure-Ack
	scn                   // Send-Configure-Nak or -Reject
	str                   // Send-Terminate-Request
	sta                   // Send-Terminate-Ack
	scj                   // Send-Code-Reject
	ser                   // Send-Echo-Reply
)

// cell is one entry of the table: what to do and where to go. A cell of an
// event that cannot happen in a state (a dash in the RFC) is marked impossible.
type cell struct {
	do         []action
	next       State
	impossible bool
}

func to(next State, do ...action) cell { return cell{do: do, next: next} }

var never = cell{impossible: true}

// table is the state transition table of RFC 1661, 4.1, columns in the RFC's
// order: Initial, Starting, Closed, Stopped, Closing, Stopping, Req-Sent, Ack-Rcvd,
// Ack-Sent, Opened. The passive option (p) is taken by fsm.listen, the restart
// option (r) is not taken, and the crossed connections (x) are as printed.
var table = [triggers][states]cell{
	Up: {to(Closed), to(ReqSent, irc, scr), never, never, never, never,
		never, never, never, never},
	DownTrigger: {never, never, to(Initial), to(Starting, tls), to(Initial), to(Starting),
		to(Starting), to(Starting), to(Starting), to(Starting, tld)},
	OpenTrigger: {to(Starting, tls), to(Starting), to(ReqSent, irc, scr), to(Stopped), to(Stopping), to(Stopping),
		to(ReqSent), to(AckRcvd), to(AckSent), to(Opened)},
	CloseTrigger: {to(Initial), to(Initial, tlf), to(Closed), to(Closed), to(Closing), to(Closing),
		to(Closing, irc, str), to(Closing, irc, str), to(Closing, irc, str), to(Closing, tld, irc, str)},

	TimeoutPlus: {never, never, never, never, to(Closing, str), to(Stopping, str),
		to(ReqSent, scr), to(ReqSent, scr), to(AckSent, scr), never},
	TimeoutMinus: {never, never, never, never, to(Closed, tlf), to(Stopped, tlf),
		to(Stopped, tlf), to(Stopped, tlf), to(Stopped, tlf), never},

	RCRPlus: {never, never, to(Closed, sta), to(AckSent, irc, scr, sca), to(Closing), to(Stopping),
		to(AckSent, sca), to(Opened, sca, tlu), to(AckSent, sca), to(AckSent, tld, scr, sca)},
	RCRMinus: {never, never, to(Closed, sta), to(ReqSent, irc, scr, scn), to(Closing), to(Stopping),
		to(ReqSent, scn), to(AckRcvd, scn), to(ReqSent, scn), to(ReqSent, tld, scr, scn)},
	RCA: {never, never, to(Closed, sta), to(Stopped, sta), to(Closing), to(Stopping),
		to(AckRcvd, irc), to(ReqSent, scr), to(Opened, irc, tlu), to(ReqSent, tld, scr)},
	RCN: {never, never, to(Closed, sta), to(Stopped, sta), to(Closing), to(Stopping),
		to(ReqSent, irc, scr), to(ReqSent, scr), to(AckSent, irc, scr), to(ReqSent, tld, scr)},

	RTR: {never, never, to(Closed, sta), to(Stopped, sta), to(Closing, sta), to(Stopping, sta),
		to(ReqSent, sta), to(ReqSent, sta), to(ReqSent, sta), to(Stopping, tld, zrc, sta)},
	RTA: {never, never, to(Closed), to(Stopped), to(Closed, tlf), to(Stopped, tlf),
		to(ReqSent), to(ReqSent), to(AckSent), to(ReqSent, tld, scr)},

	RUC: {never, never, to(Closed, scj), to(Stopped, scj), to(Closing, scj), to(Stopping, scj),
		to(ReqSent, scj), to(AckRcvd, scj), to(AckSent, scj), to(Opened, scj)},
	RXJPlus: {never, never, to(Closed), to(Stopped), to(Closing), to(Stopping),
		to(ReqSent), to(ReqSent), to(AckSent), to(Opened)},
	RXJMinus: {never, never, to(Closed, tlf), to(Stopped, tlf), to(Closed, tlf), to(Stopped, tlf),
		to(Stopped, tlf), to(Stopped, tlf), to(Stopped, tlf), to(Stopping, tld, irc, str)},

	RXR: {never, never, to(Closed), to(Stopped), to(Closing), to(Stopping),
		to(ReqSent), to(AckRcvd), to(AckSent), to(Opened, ser)},
}
