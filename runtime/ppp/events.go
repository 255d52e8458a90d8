package ppp

import (
	"net/netip"

	"ioslab/runtime/event"
	"ioslab/runtime/wire/ppp"
)

// Event marks what this engine tells. Every event begins with the link's name
// at that moment.
type Event interface {
	event.Event
	pppEvent()
}

const (
	negotiation    = event.PPPNegotiation
	authentication = event.PPPAuthentication
)

// SessionStarted is the first thing that a link tells.
type SessionStarted struct {
	Link       string
	Carrier    Carrier
	Direction  Direction
	Handle, ID uint32
}

// NoRemoteAuth tells that a called peer need not authenticate.
type NoRemoteAuth struct{ Link string }

// PhaseChanged tells the phase entered.
type PhaseChanged struct {
	Link   string
	Phase  Phase
	Detail PhaseDetail
}

// Listening tells that LCP waits for the peer's first packet.
type Listening struct{ Link string }

// StateChanged is one step of an automaton; From and To may be equal.
type StateChanged struct {
	Link     string
	Proto    ppp.Protocol
	Cause    Trigger
	From, To State
}

// LayerOpen tells that a layer finished what it does on opening; it follows StateChanged.
type LayerOpen struct {
	Link  string
	Proto ppp.Protocol
}

// Control is a control packet received (before it is processed) or about to be sent.
type Control struct {
	Link  string
	Proto ppp.Protocol
	Out   bool
	// State is the automaton's before the packet; NotNegotiated takes its
	// place for a protocol that this link does not run.
	State         State
	NotNegotiated bool
	Code          ppp.Code
	ID            uint8
	Len           int
	Options       []ppp.Option // configure packets
	Magic         uint32       // echoes, Discard-Request, Identification, Time-Remaining
	Rejected      ppp.Protocol // Protocol-Reject
	// Data is what else the packet carries: an identification's text, what was
	// rejected, a Terminate-Request's data.
	Data []byte
}

// ForcedLCP tells options taken over from an access concentrator: what it
// sent and the peer confirmed (Sent), or the other way round.
type ForcedLCP struct {
	Link    string
	Sent    bool
	Len     int
	Options []ppp.Option
}

// Timeout is a restart timer that ran out.
type Timeout struct {
	Link  string
	Proto ppp.Protocol
	State State
}

// Auth is an authentication packet received or about to be sent.
type Auth struct {
	Link string
	// Proto says PAP, CHAP or which MS-CHAP.
	Proto ppp.AuthProto
	Out   bool
	Code  ppp.Code
	ID    uint8
	Len   int
	// Name is the name in a Challenge, a Response or a PAP request.
	Name string
	// Message is that of a verdict.
	Message string
}

// AuthTimeout tells that nobody answered in time, N times so far.
type AuthTimeout struct {
	Link string
	N    int
}

// AuthIgnored is a Response that repeats one whose verdict is still awaited.
type AuthIgnored struct {
	Link  string
	Proto ppp.AuthProto
}

// AuthWaiting tells that a caller's challenge waits until it has shown itself.
type AuthWaiting struct {
	Link  string
	Proto ppp.AuthProto
}

// SecretSource says where a secret for our own Response came from.
type SecretSource uint8

// The sources.
const (
	SecretFromInterface SecretSource = iota
	SecretFromAAA
	SecretMissing
)

// SecretChosen tells with what a Challenge will be answered.
type SecretChosen struct {
	Link  string
	Proto ppp.AuthProto
	// HostFromInterface tells that the name is configured for CHAP.
	HostFromInterface bool
	Secret            SecretSource
	// Challenger is the name in the Challenge.
	Challenger string
}

// LoginSent asks AAA about a peer.
type LoginSent struct {
	Link  string
	Proto ppp.AuthProto
}

// LoginAnswered is AAA's verdict.
type LoginAnswered struct {
	Link string
	Pass bool
}

// AuthorSent asks AAA whether the peer may run a protocol.
type AuthorSent struct {
	Link  string
	Proto ppp.Protocol
}

// AuthorAnswered is AAA's answer.
type AuthorAnswered struct {
	Link  string
	Proto ppp.Protocol
	Pass  bool
}

// AddressAuthor is the authorization of the peer's address, begun or Done.
type AddressAuthor struct {
	Link      string
	Done      bool
	Her, Want netip.Addr
}

// PoolReturned is an address lent for the peer.
type PoolReturned struct {
	Link string
	Addr netip.Addr
}

// PoolEmpty tells that no pool had an address.
type PoolEmpty struct{ Link string }

// PendingProcessed tells that packets of network protocols that came too early are looked at now.
type PendingProcessed struct{ Link string }

// Redirected is one of those packets.
type Redirected struct {
	Link  string
	Proto ppp.Protocol
}

// RouteInstalled is the host route to the peer.
type RouteInstalled struct {
	Link string
	Addr netip.Addr
}

// RouteRemoved takes it away.
type RouteRemoved struct {
	Link string
	Addr netip.Addr
}

// Disconnected tells why a link is being ended.
type Disconnected struct {
	Link   string
	Reason DownReason
	// Auth is the method that the peer failed.
	Auth ppp.AuthProto
}

// AcctDown tells accounting that the session is over.
type AcctDown struct {
	Link string
	ID   uint32
}

// KeepaliveMissed tells that N Echo-Requests in a row are unanswered.
type KeepaliveMissed struct {
	Link string
	N    int
}

// LoopSuspected tells that our own magic number came back, N times in a row.
type LoopSuspected struct {
	Link string
	N    int
}

// FrameSeen is a whole frame, data included.
type FrameSeen struct {
	Link  string
	Out   bool
	Proto ppp.Protocol
	Len   int
}

// Dropped is a frame that went no further.
type Dropped struct {
	Link   string
	Reason DropReason
	Proto  ppp.Protocol
}

// Class of each event is the debug condition that prints it.
func (SessionStarted) Class() event.Class { return negotiation | authentication }

// Class is negotiation and authentication.
func (NoRemoteAuth) Class() event.Class { return negotiation | authentication }

// Class is negotiation.
func (PhaseChanged) Class() event.Class { return negotiation }

// Class is negotiation.
func (Listening) Class() event.Class { return negotiation }

// Class is negotiation.
func (StateChanged) Class() event.Class { return negotiation }

// Class is negotiation.
func (LayerOpen) Class() event.Class { return negotiation }

// Class is negotiation, but that of every packet for keepalives and discards.
func (e Control) Class() event.Class {
	switch e.Code {
	case ppp.EchoReq, ppp.EchoRep, ppp.DiscReq:
		return event.PPPPacket
	default:
		return negotiation
	}
}

// Class is negotiation.
func (ForcedLCP) Class() event.Class { return negotiation }

// Class is negotiation.
func (Timeout) Class() event.Class { return negotiation }

// Class is negotiation and authentication.
func (Auth) Class() event.Class { return negotiation | authentication }

// Class is negotiation and authentication.
func (AuthTimeout) Class() event.Class { return negotiation | authentication }

// Class is negotiation and authentication.
func (AuthIgnored) Class() event.Class { return negotiation | authentication }

// Class is negotiation and authentication.
func (AuthWaiting) Class() event.Class { return negotiation | authentication }

// Class is negotiation and authentication.
func (SecretChosen) Class() event.Class { return negotiation | authentication }

// Class is authentication.
func (LoginSent) Class() event.Class { return authentication }

// Class is authentication.
func (LoginAnswered) Class() event.Class { return authentication }

// Class is authentication.
func (AuthorSent) Class() event.Class { return authentication }

// Class is authentication.
func (AuthorAnswered) Class() event.Class { return authentication }

// Class is negotiation.
func (AddressAuthor) Class() event.Class { return negotiation }

// Class is negotiation.
func (PoolReturned) Class() event.Class { return negotiation }

// Class is negotiation.
func (PoolEmpty) Class() event.Class { return negotiation }

// Class is negotiation.
func (PendingProcessed) Class() event.Class { return negotiation }

// Class is negotiation.
func (Redirected) Class() event.Class { return negotiation }

// Class is negotiation.
func (RouteInstalled) Class() event.Class { return negotiation }

// Class is negotiation.
func (RouteRemoved) Class() event.Class { return negotiation }

// Class is negotiation.
func (Disconnected) Class() event.Class { return negotiation }

// Class is negotiation.
func (AcctDown) Class() event.Class { return negotiation }

// Class is that of every packet.
func (KeepaliveMissed) Class() event.Class { return event.PPPPacket }

// Class is that of protocol errors.
func (LoopSuspected) Class() event.Class { return event.PPPError }

// Class is that of every packet.
func (FrameSeen) Class() event.Class { return event.PPPPacket }

// Class is that of protocol errors.
func (Dropped) Class() event.Class { return event.PPPError }

func (SessionStarted) pppEvent()   {}
func (NoRemoteAuth) pppEvent()     {}
func (PhaseChanged) pppEvent()     {}
func (Listening) pppEvent()        {}
func (StateChanged) pppEvent()     {}
func (LayerOpen) pppEvent()        {}
func (Control) pppEvent()          {}
func (ForcedLCP) pppEvent()        {}
func (Timeout) pppEvent()          {}
func (Auth) pppEvent()             {}
func (AuthTimeout) pppEvent()      {}
func (AuthIgnored) pppEvent()      {}
func (AuthWaiting) pppEvent()      {}
func (SecretChosen) pppEvent()     {}
func (LoginSent) pppEvent()        {}
func (LoginAnswered) pppEvent()    {}
func (AuthorSent) pppEvent()       {}
func (AuthorAnswered) pppEvent()   {}
func (AddressAuthor) pppEvent()    {}
func (PoolReturned) pppEvent()     {}
func (PoolEmpty) pppEvent()        {}
func (PendingProcessed) pppEvent() {}
func (Redirected) pppEvent()       {}
func (RouteInstalled) pppEvent()   {}
func (RouteRemoved) pppEvent()     {}
func (Disconnected) pppEvent()     {}
func (AcctDown) pppEvent()         {}
func (KeepaliveMissed) pppEvent()  {}
func (LoopSuspected) pppEvent()    {}
func (FrameSeen) pppEvent()        {}
func (Dropped) pppEvent()          {}
