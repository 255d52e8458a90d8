package ppp

import (
	"net/netip"

	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ppp"
)

// Output is what a Link wants done: a frame sent or a notice heard. The order
// in the outbox is the order of the link's steps.
type Output interface{ pppOutput() }

// Frame is a control frame for the peer. Ownership of Buf passes to the drainer.
type Frame struct{ Buf *packet.Buffer }

// PhaseNotice tells that the link entered a phase.
type PhaseNotice struct {
	Phase Phase
	// Detail refines the phase.
	Detail PhaseDetail
}

// AuthPassed tells that the peer may have an interface: the node clones one
// and calls SetInterface, or Close. Nothing else happens on the link in between.
type AuthPassed struct {
	// User is the authenticated name, empty when nobody was authenticated.
	User  string
	Proto ppp.AuthProto
}

// IPUp tells that datagrams flow.
type IPUp struct {
	Local, Peer netip.Addr
	// DNS and WINS are what the peer told us, when we asked.
	DNS, WINS [2]netip.Addr
	// MTU is the largest datagram the peer takes.
	MTU uint16
	// Route tells whether a host route to Peer is wanted.
	Route bool
	// User is who was authenticated last; a renegotiated link may have another one.
	User string
}

// IPDown tells that they flow no longer and the route is to go.
type IPDown struct{ Local, Peer netip.Addr }

// Down is the last notice of a Link: everything is given back, it can be forgotten.
type Down struct {
	Reason DownReason
	// Code is the MS-CHAP error number with which the peer refused us, when it did.
	Code int
	// Message is the text the peer sent along with its refusal.
	Message string
}

func (Frame) pppOutput()       {}
func (PhaseNotice) pppOutput() {}
func (AuthPassed) pppOutput()  {}
func (IPUp) pppOutput()        {}
func (IPDown) pppOutput()      {}
func (Down) pppOutput()        {}

// DownReason says why a link ended.
type DownReason uint8

// The reasons.
const (
	NotDown           DownReason = iota
	LowerLayerDown               // the carrier went
	PeerTerminated               // Terminate-Request from the peer
	AdminClosed                  // cleared by an operator, hung up by the user
	AuthFailed                   // the peer did not prove itself
	AuthServerSilent             // nobody could verify the peer
	AuthTimedOut                 // the peer did not answer
	AuthRefusedByPeer            // the peer rejects being authenticated
	SelfAuthFailed               // the peer did not accept us
	PeerUnproven                 // MS-CHAP-V2: the server could not prove that it knows the password
	LCPFailed                    // no answer, or no agreement
	LoopedLine                   // our own magic number came back
	KeepaliveLost                // too many echoes unanswered
	IdleTimeout                  // no datagrams for too long
	SessionTimeout               // up for as long as allowed
	NCPFailed                    // no network protocol came up in time
	NoInterface                  // the node could not clone one
	ProtocolError                // Code- or Protocol-Reject of something indispensable
)

var downNames = [...]string{"not down", "lower layer down", "peer terminated", "admin closed", "auth failed",
	"auth server silent", "auth timed out", "auth refused by peer", "self auth failed", "peer unproven",
	"lcp failed", "looped line", "keepalive lost", "idle timeout", "session timeout", "ncp failed",
	"no interface", "protocol error"}

// String names the reason.
func (r DownReason) String() string {
	if int(r) < len(downNames) {
		return downNames[r]
	}
	return "unknown"
}

// Phase is the phase of a link.
type Phase uint8

// The phases as IOS logs them.
const (
	PhaseDown Phase = iota
	PhaseEstablishing
	PhaseAuthenticating
	PhaseForwarding
	PhaseUp
	PhaseTerminating
)

var phaseNames = [...]string{"DOWN", "ESTABLISHING", "AUTHENTICATING", "FORWARDING", "UP", "TERMINATING"}

// String gives the spelling of PPP logs.
func (p Phase) String() string {
	if int(p) < len(phaseNames) {
		return phaseNames[p]
	}
	return "UNKNOWN"
}

// PhaseDetail refines a phase.
type PhaseDetail uint8

// The details.
const (
	NoDetail PhaseDetail = iota
	PassiveOpen
	ActiveOpen
	FinishLCP
	ByThisEnd
	ByThePeer
	ByBoth
	AttemptingForward
	UnauthenticatedUser
	AuthenticatedUser
)

var detailNames = [...]string{"", "Passive Open", "Active Open", "Finish LCP", "by this end", "by the peer", "by both",
	"Attempting Forward", "Unauthenticated User", "Authenticated User"}

// String gives the spelling of PPP logs, empty for NoDetail.
func (d PhaseDetail) String() string {
	if int(d) < len(detailNames) {
		return detailNames[d]
	}
	return "unknown"
}
