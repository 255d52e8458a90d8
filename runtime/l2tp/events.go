package l2tp

import (
	"net/netip"
	"time"

	"ioslab/runtime/event"
	wire "ioslab/runtime/wire/l2tp"
)

// Event is what this engine tells. The names are those of the steps; see
// shared/reference/l2tp-vpdn-debug.md for the lines that they make.
type Event interface {
	event.Event
	l2tpEvent()
}

// Label names what an event is about.
type Label struct {
	// Tunnel is the local tunnel id, 0 when there is no tunnel yet.
	Tunnel uint16
	// Session is the local session id, 0 for an event of the tunnel.
	Session uint16
	// Interface is the session's interface, empty while it has none.
	Interface string
	// Unique is the session's number on this router, 0 for an event of the tunnel.
	Unique uint32
}

type (
	// MessageReceived is a control message about to be acted upon.
	MessageReceived struct {
		Label
		Type                        wire.MessageType
		Remote                      string
		RemoteTunnel, RemoteSession uint16
	}
	// MessageSent is a control message handed to the channel.
	MessageSent struct {
		Label
		Type                        wire.MessageType
		Remote                      string
		RemoteTunnel, RemoteSession uint16
	}
	// SecurityRefused is an SCCRQ in the clear for a group that wants IPsec.
	SecurityRefused struct{ Remote string }
	// GroupMissing is an SCCRQ of a host that no group terminates.
	GroupMissing struct{ Remote string }
	// TunnelCreated is a tunnel made for an SCCRQ.
	TunnelCreated struct {
		Label
		Remote string
		Addr   netip.Addr
	}
	// ChallengeGot is a Challenge AVP in an SCCRQ or SCCRP.
	ChallengeGot struct {
		Label
		Type   wire.MessageType
		Remote string
	}
	// ResponseGot is a Challenge Response AVP in an SCCRP or SCCCN.
	ResponseGot struct {
		Label
		Type   wire.MessageType
		Remote string
	}
	// ChallengeMissing is an SCCRQ without a challenge where authentication is on.
	ChallengeMissing struct{ Label }
	// AuthSucceeded is a right Challenge Response.
	AuthSucceeded struct{ Label }
	// AuthFailed is a wrong or missing Challenge Response; without HasGot it was
	// missing, without HasExpected there was no secret to compute one.
	AuthFailed struct {
		Label
		Remote              string
		Expected, Got       [16]byte
		HasExpected, HasGot bool
	}
	// RetransmitDelaySet is the interval until the first or the next retransmission.
	RetransmitDelaySet struct {
		Label
		Delay time.Duration
	}
	// TunnelChanged is a change of the tunnel's state.
	TunnelChanged struct {
		Label
		From, To TunnelState
	}
	// TunnelMachine is the tunnel's state told once more after it settled.
	TunnelMachine struct {
		Label
		State TunnelState
	}
	// NoSessionsLeft is the start of the no-session timer after the last call.
	NoSessionsLeft struct {
		Label
		After time.Duration
	}
	// TunnelShutdown is the end of a tunnel.
	TunnelShutdown struct{ Label }
	// PeerDead is a peer that acknowledged nothing up to the retransmission limit.
	PeerDead struct{ Label }
	// SessionEnabled is the birth of a session's state machine.
	SessionEnabled struct{ Label }
	// SessionChanged is a change of the session's state.
	SessionChanged struct {
		Label
		From, To SessionState
	}
	// CallAccepted is an ICRQ taken.
	CallAccepted struct{ Label }
	// CallCreated is a call of our own, waiting for its tunnel.
	CallCreated struct{ Label }
	// SessionReady is a session whose user has an interface.
	SessionReady struct{ Label }
	// SessionDestroyed is the end of a session, before its state is left.
	SessionDestroyed struct{ Label }
	// InterfaceReleased ends the bond of session and interface.
	InterfaceReleased struct {
		Label
		RemoteTunnel uint16
		State        SessionState
	}

	// ControlParsed is a control packet that came in: everything about it, for packet debugs.
	ControlParsed struct {
		Label
		Header wire.Header
		Type   wire.MessageType // 0 for a ZLB
		// AVPs are as parsed, hidden ones revealed where possible; the values are copies.
		AVPs []wire.AVP
		// Missing are the AVPs that the message should have had.
		Missing []wire.Attr
		Raw     []byte
	}
	// ControlTransmitted is a control packet that goes out.
	ControlTransmitted struct {
		Label
		Header wire.Header
		Type   wire.MessageType // 0 for a ZLB
		Resend bool
		Raw    []byte
	}
	// DataReceived is a data packet of a session.
	DataReceived struct {
		Label
		Header wire.Header
	}
	// DataSent is a data packet of a session.
	DataSent struct {
		Label
		Header wire.Header
	}

	// SocketMessage is what the L2TP process tells the VPDN process.
	SocketMessage struct{ Kind SocketKind }
	// AcceptRequested is VPDN looking at an incoming call.
	AcceptRequested struct{ Label }
	// DataplaneSet is VPDN making the path for frames.
	DataplaneSet struct{ Label }
	// CallUp is VPDN's view of SessionReady.
	CallUp struct{ Label }
	// CallDisconnected is VPDN's disconnect cause: RADIUS and Ascend numbers, 0
	// for unknown, and whether AAA or L2TP gave it.
	CallDisconnected struct {
		Label
		AAA          bool
		IETF, Ascend int
	}
	// CallShutdown is VPDN closing the session, with the codes of the CDN.
	CallShutdown struct {
		Label
		Result, Error uint16
	}
	// AccountingStopped is the end of the call's accounting.
	AccountingStopped struct{ Label }
	// CallUnbound is the end of the bond of VPDN session and interface.
	CallUnbound struct{ Label }

	// SessionClosed is the syslog message of a call's end.
	SessionClosed struct {
		// Dialled tells that this side is the LAC.
		Dialled         bool
		LocalName       string
		Interface, User string
		Result, Error   uint16
		Message         string
	}
	// TunnelRefused is the syslog message of a failed tunnel authentication.
	TunnelRefused struct {
		Dialled           bool
		LocalName, Remote string
	}
	// SessionLimitHit is the syslog message of a call beyond a session limit.
	SessionLimitHit struct{ LocalName string }
)

// SocketKind is a message between the L2TP and the VPDN process.
type SocketKind int

// The messages that are told.
const (
	SocketIncoming SocketKind = iota
	SocketConnected
	SocketDisconnected
)

// String returns a short name of the kind.
func (k SocketKind) String() string {
	switch k {
	case SocketIncoming:
		return "incoming"
	case SocketConnected:
		return "connected"
	case SocketDisconnected:
		return "disconnected"
	}
	return "unknown"
}

const (
	classRefusal = event.L2XErrors | event.L2XEvents
	classData    = event.L2XData | event.VPDNPacket
	classNoGroup = event.VPDNError | event.L2XErrors | event.L2XEvents
)

// Class returns event.L2XEvents.
func (MessageReceived) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XEvents.
func (MessageSent) Class() event.Class { return event.L2XEvents }

// Class returns the l2x-errors and l2x-events bits.
func (SecurityRefused) Class() event.Class { return classRefusal }

// Class returns the vpdn error, l2x-errors and l2x-events bits.
func (GroupMissing) Class() event.Class { return classNoGroup }

// Class returns event.L2XEvents.
func (TunnelCreated) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XEvents.
func (ChallengeGot) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XEvents.
func (ResponseGot) Class() event.Class { return event.L2XEvents }

// Class returns the vpdn error, l2x-errors and l2x-events bits.
func (ChallengeMissing) Class() event.Class { return classNoGroup }

// Class returns event.L2XEvents.
func (AuthSucceeded) Class() event.Class { return event.L2XEvents }

// Class returns the vpdn error, l2x-errors and l2x-events bits.
func (AuthFailed) Class() event.Class { return classNoGroup }

// Class returns event.L2XEvents.
func (RetransmitDelaySet) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XEvents.
func (TunnelChanged) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XEvents.
func (TunnelMachine) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XEvents.
func (NoSessionsLeft) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XEvents.
func (TunnelShutdown) Class() event.Class { return event.L2XEvents }

// Class returns the l2x-errors and l2x-events bits.
func (PeerDead) Class() event.Class { return classRefusal }

// Class returns event.L2XEvents.
func (SessionEnabled) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XEvents.
func (SessionChanged) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XEvents.
func (CallAccepted) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XEvents.
func (CallCreated) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XEvents.
func (SessionReady) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XEvents.
func (SessionDestroyed) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XEvents.
func (InterfaceReleased) Class() event.Class { return event.L2XEvents }

// Class returns event.L2XPackets.
func (ControlParsed) Class() event.Class { return event.L2XPackets }

// Class returns event.L2XPackets.
func (ControlTransmitted) Class() event.Class { return event.L2XPackets }

// Class returns the l2x-data and vpdn packet bits.
func (DataReceived) Class() event.Class { return classData }

// Class returns the l2x-data and vpdn packet bits.
func (DataSent) Class() event.Class { return classData }

// Class returns event.VPDNEvent.
func (SocketMessage) Class() event.Class { return event.VPDNEvent }

// Class returns event.VPDNEvent.
func (AcceptRequested) Class() event.Class { return event.VPDNEvent }

// Class returns event.VPDNEvent.
func (DataplaneSet) Class() event.Class { return event.VPDNEvent }

// Class returns event.VPDNEvent.
func (CallUp) Class() event.Class { return event.VPDNEvent }

// Class returns event.VPDNEvent.
func (CallDisconnected) Class() event.Class { return event.VPDNEvent }

// Class returns event.VPDNEvent.
func (CallShutdown) Class() event.Class { return event.VPDNEvent }

// Class returns event.VPDNEvent.
func (AccountingStopped) Class() event.Class { return event.VPDNEvent }

// Class returns event.VPDNEvent.
func (CallUnbound) Class() event.Class { return event.VPDNEvent }

// Class returns event.Syslog.
func (SessionClosed) Class() event.Class { return event.Syslog }

// Class returns event.Syslog.
func (TunnelRefused) Class() event.Class { return event.Syslog }

// Class returns event.Syslog.
func (SessionLimitHit) Class() event.Class { return event.Syslog }

func (Label) l2tpEvent()           {}
func (SecurityRefused) l2tpEvent() {}
func (GroupMissing) l2tpEvent()    {}
func (SocketMessage) l2tpEvent()   {}
func (SessionClosed) l2tpEvent()   {}
func (TunnelRefused) l2tpEvent()   {}
func (SessionLimitHit) l2tpEvent() {}
