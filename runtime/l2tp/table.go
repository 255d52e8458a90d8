package l2tp

// tunnelEvent is an event of RFC 2661 7.2.1, or one of a tunnel's end.
type tunnelEvent int

const (
	tunnelOpen tunnelEvent = iota // local open request
	tunnelSCCRQ
	tunnelSCCRQBad
	tunnelSCCRP
	tunnelSCCRPBad
	tunnelSCCCN
	tunnelSCCCNBad
	tunnelStopCCN
	tunnelClose     // administrative, or because of an error
	tunnelTieLost   // the peer's SCCRQ wins
	tunnelFirstCall // a session in a tunnel that had none
	tunnelLastCall  // the last session is gone
	tunnelDelivered // everything sent is acknowledged
	tunnelDead      // the peer is gone, or the wait is over

	numTunnelEvents
)

var tunnelEventNames = [numTunnelEvents]string{
	"local open", "SCCRQ", "SCCRQ bad", "SCCRP", "SCCRP bad", "SCCCN", "SCCCN bad", "StopCCN",
	"close", "tie lost", "first call", "last call", "delivered", "dead",
}

// String returns the name used in the tables of the tests.
func (e tunnelEvent) String() string { return tunnelEventNames[e] }

// tunnelAction is one step of a cell, done in the cell's order.
type tunnelAction int

const (
	sendSCCRQ tunnelAction = iota
	sendSCCRP
	sendSCCCN
	sendStopCCN
	ackStop      // the acknowledgement of a StopCCN, before the path may go
	enterState   // the state changes here
	openSessions // tunnel-open event to waiting sessions
	cleanUp      // sessions of the tunnel end
	startIdle    // the no-session timer
	stopIdle
	tellUp    // TunnelUp, SM state
	tellDown  // the tunnel is shut down: TunnelDown
	lingering // acknowledge for a full cycle
	remove    // out of all tables
)

var tunnelActionNames = [...]string{
	"send SCCRQ", "send SCCRP", "send SCCCN", "send StopCCN", "ack", "enter", "open sessions", "clean up",
	"start idle", "stop idle", "up", "down", "linger", "remove",
}

// String returns the name used in the tables of the tests.
func (a tunnelAction) String() string { return tunnelActionNames[a] }

// tunnelCell is what happens on an event in a state.
type tunnelCell struct {
	do   []tunnelAction
	next TunnelState
}

// tunnelTable is RFC 2661 7.2.1 with the ends of a tunnel made visible: where
// the RFC goes to idle after sending a StopCCN we shut down until it is
// acknowledged, and after receiving one we linger for a cycle (5.7). Cells
// without steps are events that have no meaning there.
var tunnelTable = func() [numTunnelStates][numTunnelEvents]tunnelCell {
	var (
		give   = tunnelCell{[]tunnelAction{cleanUp, remove}, TunnelIdle}
		refuse = tunnelCell{[]tunnelAction{cleanUp, sendStopCCN, enterState}, TunnelShutting}
		stop   = tunnelCell{[]tunnelAction{cleanUp, ackStop, tellDown, enterState, lingering}, TunnelLingering}
		die    = tunnelCell{[]tunnelAction{cleanUp, tellDown, enterState, remove}, TunnelIdle}
		stay   = func(s TunnelState) tunnelCell { return tunnelCell{nil, s} }
		up     = func(first ...tunnelAction) tunnelCell {
			return tunnelCell{append(first, tellUp, openSessions), TunnelEstablished}
		}
	)
	connected := func(s TunnelState) (row [numTunnelEvents]tunnelCell) {
		row = [numTunnelEvents]tunnelCell{
			tunnelOpen: {[]tunnelAction{openSessions}, s},
			// RFC: a message of the set-up in an established tunnel ends it.
			tunnelSCCRQ: refuse, tunnelSCCRQBad: refuse, tunnelSCCRP: refuse, tunnelSCCRPBad: refuse,
			tunnelSCCCN: refuse, tunnelSCCCNBad: refuse,
			tunnelStopCCN: stop, tunnelClose: refuse, tunnelTieLost: stay(s),
			tunnelFirstCall: {[]tunnelAction{stopIdle}, s}, tunnelLastCall: stay(s),
			tunnelDelivered: stay(s), tunnelDead: die,
		}
		return row
	}
	t := [numTunnelStates][numTunnelEvents]tunnelCell{
		TunnelIdle: {
			tunnelOpen:  {[]tunnelAction{sendSCCRQ, enterState}, TunnelWaitReply},
			tunnelSCCRQ: {[]tunnelAction{sendSCCRP, enterState}, TunnelWaitConn}, tunnelSCCRQBad: refuse,
			tunnelSCCRP: refuse, tunnelSCCRPBad: refuse,
			tunnelSCCCN: give, tunnelSCCCNBad: give, tunnelStopCCN: give, tunnelClose: give,
			tunnelTieLost: stay(TunnelIdle), tunnelFirstCall: stay(TunnelIdle), tunnelLastCall: stay(TunnelIdle),
			tunnelDelivered: stay(TunnelIdle), tunnelDead: give,
		},
		TunnelWaitReply: {
			tunnelOpen:  stay(TunnelWaitReply),
			tunnelSCCRQ: refuse, tunnelSCCRQBad: refuse,
			tunnelSCCRP: up(enterState, sendSCCCN), tunnelSCCRPBad: refuse,
			tunnelSCCCN: refuse, tunnelSCCCNBad: refuse, tunnelStopCCN: stop, tunnelClose: refuse,
			tunnelTieLost:   {[]tunnelAction{cleanUp, enterState, remove}, TunnelIdle},
			tunnelFirstCall: stay(TunnelWaitReply), tunnelLastCall: refuse,
			tunnelDelivered: stay(TunnelWaitReply), tunnelDead: die,
		},
		TunnelWaitConn: {
			tunnelOpen:  stay(TunnelWaitConn),
			tunnelSCCRQ: refuse, tunnelSCCRQBad: refuse, tunnelSCCRP: refuse, tunnelSCCRPBad: refuse,
			tunnelSCCCN: up(enterState), tunnelSCCCNBad: refuse, tunnelStopCCN: stop, tunnelClose: refuse,
			tunnelTieLost: stay(TunnelWaitConn), tunnelFirstCall: stay(TunnelWaitConn), tunnelLastCall: stay(TunnelWaitConn),
			tunnelDelivered: stay(TunnelWaitConn), tunnelDead: die,
		},
		TunnelEstablished: connected(TunnelEstablished),
		TunnelNoSessions:  connected(TunnelNoSessions),
	}
	t[TunnelEstablished][tunnelLastCall] = tunnelCell{[]tunnelAction{enterState, startIdle}, TunnelNoSessions}
	t[TunnelNoSessions][tunnelFirstCall] = tunnelCell{[]tunnelAction{stopIdle, enterState}, TunnelEstablished}
	for e := range numTunnelEvents {
		t[TunnelShutting][e], t[TunnelLingering][e] = stay(TunnelShutting), stay(TunnelLingering)
	}
	t[TunnelShutting][tunnelStopCCN] = stop
	t[TunnelShutting][tunnelDelivered], t[TunnelShutting][tunnelDead] = die, die
	t[TunnelLingering][tunnelDead] = tunnelCell{[]tunnelAction{remove}, TunnelIdle}
	return t
}()

// sessionEvent is an event of RFC 2661 7.4.1 and 7.4.2.
type sessionEvent int

const (
	sessionCall       sessionEvent = iota // ready to indicate an incoming connection
	sessionTunnelOpen                     // tunnel-open
	sessionICRQ
	sessionICRQBad
	sessionICRP
	sessionICRPBad
	sessionICCN
	sessionICCNBad
	sessionCDN
	sessionHangup  // local close request, or bearer line drop
	sessionService // PPP got its interface

	numSessionEvents
)

var sessionEventNames = [numSessionEvents]string{
	"call", "tunnel open", "ICRQ", "ICRQ bad", "ICRP", "ICRP bad", "ICCN", "ICCN bad", "CDN", "hangup", "service",
}

// String returns the name used in the tables of the tests.
func (e sessionEvent) String() string { return sessionEventNames[e] }

// sessionAction is one step of a cell, done in the cell's order.
type sessionAction int

const (
	openTunnel sessionAction = iota // initiate local tunnel open
	sendICRQ
	sendICRP
	sendICCN
	sendCDN
	enterSession   // the state changes here
	acceptCall     // tell of the call
	connectData    // prepare for data
	establish      // the user is through
	destroySession // clean up
	removeSession  // out of all tables
)

var sessionActionNames = [...]string{
	"open tunnel", "send ICRQ", "send ICRP", "send ICCN", "send CDN", "enter", "accept", "connect", "establish", "clean up", "remove",
}

// String returns the name used in the tables of the tests.
func (a sessionAction) String() string { return sessionActionNames[a] }

// sessionCell is what happens on an event in a state.
type sessionCell struct {
	do   []sessionAction
	next SessionState
}

type sessionTable [numSessionStates][numSessionEvents]sessionCell

var (
	// cleanCell and refuseCell are the RFC's "Clean up" and "Send CDN, Clean up".
	cleanCell  = sessionCell{[]sessionAction{destroySession, enterSession, removeSession}, SessionIdle}
	refuseCell = sessionCell{[]sessionAction{sendCDN, destroySession, enterSession, removeSession}, SessionIdle}
)

// fillSession returns a row in which every event is cell.
func fillSession(cell sessionCell) (row [numSessionEvents]sessionCell) {
	for e := range row {
		row[e] = cell
	}
	return row
}

// lacTable is RFC 2661 7.4.1: the side that has the call. Its states that are
// the LNS's refuse everything, since it never enters them.
var lacTable = func() (t sessionTable) {
	for s := range t {
		t[s] = fillSession(refuseCell)
	}
	t[SessionIdle] = fillSession(cleanCell)
	t[SessionIdle][sessionCall] = sessionCell{[]sessionAction{enterSession, acceptCall, openTunnel}, SessionWaitTunnel}
	t[SessionIdle][sessionTunnelOpen] = sessionCell{nil, SessionIdle}
	t[SessionIdle][sessionService] = sessionCell{nil, SessionIdle}

	t[SessionWaitTunnel] = fillSession(cleanCell)
	t[SessionWaitTunnel][sessionCall] = sessionCell{nil, SessionWaitTunnel}
	t[SessionWaitTunnel][sessionService] = sessionCell{nil, SessionWaitTunnel}
	t[SessionWaitTunnel][sessionTunnelOpen] = sessionCell{[]sessionAction{sendICRQ, enterSession}, SessionWaitReply}

	t[SessionWaitReply][sessionCall] = sessionCell{nil, SessionWaitReply}
	t[SessionWaitReply][sessionTunnelOpen] = sessionCell{nil, SessionWaitReply}
	t[SessionWaitReply][sessionService] = sessionCell{nil, SessionWaitReply}
	t[SessionWaitReply][sessionICRP] = sessionCell{[]sessionAction{sendICCN, enterSession, connectData}, SessionEstablished}
	t[SessionWaitReply][sessionICCN], t[SessionWaitReply][sessionICCNBad] = cleanCell, cleanCell
	t[SessionWaitReply][sessionCDN] = cleanCell

	t[SessionEstablished][sessionCall] = sessionCell{nil, SessionEstablished}
	t[SessionEstablished][sessionTunnelOpen] = sessionCell{nil, SessionEstablished}
	t[SessionEstablished][sessionService] = sessionCell{nil, SessionEstablished}
	t[SessionEstablished][sessionCDN] = cleanCell
	return t
}()

// lnsTable is RFC 2661 7.4.2: the side that is called, with its established
// state in two halves, before and after PPP has its interface.
var lnsTable = func() (t sessionTable) {
	for s := range t {
		t[s] = fillSession(refuseCell)
	}
	t[SessionIdle] = fillSession(cleanCell)
	t[SessionIdle][sessionCall] = sessionCell{nil, SessionIdle}
	t[SessionIdle][sessionTunnelOpen] = sessionCell{nil, SessionIdle}
	t[SessionIdle][sessionService] = sessionCell{nil, SessionIdle}
	t[SessionIdle][sessionICRQ] = sessionCell{[]sessionAction{enterSession, acceptCall, sendICRP}, SessionWaitConnect}
	t[SessionIdle][sessionICRQBad], t[SessionIdle][sessionICRP], t[SessionIdle][sessionICRPBad] = refuseCell, refuseCell, refuseCell

	for _, s := range []SessionState{SessionWaitConnect, SessionWaitService, SessionEstablished} {
		t[s][sessionCall] = sessionCell{nil, s}
		t[s][sessionTunnelOpen] = sessionCell{nil, s}
		t[s][sessionService] = sessionCell{nil, s}
		t[s][sessionCDN] = cleanCell
	}
	t[SessionWaitConnect][sessionICCN] = sessionCell{[]sessionAction{enterSession, connectData}, SessionWaitService}
	t[SessionWaitService][sessionService] = sessionCell{[]sessionAction{enterSession, establish}, SessionEstablished}
	return t
}()
