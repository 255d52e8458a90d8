package ppp

import (
	"net/netip"
	"time"

	"ioslab/runtime/wire/ppp"
)

// Config is what a template says about PPP, the same for all its sessions. A
// Config is not changed after it was given to a Link; several Links share one.
type Config struct {
	LCP  LCPConfig
	Auth AuthConfig
	Self SelfConfig
	IPCP IPCPConfig

	// Keepalive is the time between two Echo-Requests, 0 for none (`keepalive`).
	Keepalive time.Duration
	// KeepaliveRetries is how many Echo-Requests in a row may stay unanswered.
	KeepaliveRetries int
	// Idle ends the session after this long without an IP datagram (`ppp
	// timeout idle`), 0 never.
	Idle time.Duration
	// IdleInboundOnly counts only datagrams from the peer against Idle.
	IdleInboundOnly bool
	// NCPTimeout ends a link on which no network protocol came up in this
	// time after authentication (`ppp timeout ncp`), 0 never.
	NCPTimeout time.Duration
	// SessionTimeout ends the session this long after it came up (`timeout absolute`), 0 never.
	SessionTimeout time.Duration

	Personality Personality
}

// Remote says what is done with a peer's PFC or ACFC request.
type Remote uint8

const (
	// Ignore acknowledges the option and does not use it when sending (`ppp
	// pfc remote ignore`), the default of synchronous links.
	Ignore Remote = iota
	// Apply acknowledges the option and sends compressed headers.
	Apply
	// Reject refuses the option.
	Reject
)

// LCPConfig holds the link layer's wishes.
type LCPConfig struct {
	// Request lists the options asked for, in the order in which they stand in
	// the Configure-Request, by option number (ppp.LCPMRU …). The
	// authentication option stands where LCPAuth is listed.
	Request []uint8
	// MRU is the value asked for when LCPMRU is listed; 0 asks for MTU.
	MRU uint16
	// MTU is the interface's own MTU in bytes.
	MTU uint16
	// NakSmallMRU makes this end answer a peer's MRU below MTU with a
	// Configure-Nak that names MTU, as IOS does (shared/reference/ppp-aaa-debug.md 3,
	// variant N). Off, any MRU from ppp.MinMRU up is acknowledged (variant A).
	NakSmallMRU bool
	// ACCM is the map asked for when LCPACCM is listed.
	ACCM uint32
	// RejectACCM refuses a peer's character map.
	RejectACCM bool
	// PFC and ACFC say what becomes of the peer's requests.
	PFC, ACFC Remote
	// Callback is the operation asked for when LCPCallback is listed.
	Callback uint8
	// MRRU and Endpoint (class octet first) are asked for when listed.
	MRRU     uint16
	Endpoint []byte

	// Restart is the restart timer (`ppp timeout retry`), MaxConfigure,
	// MaxTerminate and MaxFailure the counters of RFC 1661, 4.6. They hold for the NCPs too.
	Restart                                time.Duration
	MaxConfigure, MaxTerminate, MaxFailure int
	// Passive waits for the peer's first packet before sending.
	Passive bool
	// PassiveWait is how long; afterwards this end asks by itself. 0 waits for ever.
	PassiveWait time.Duration
	// MaxLoops is how many magic-number collisions in a row mean a looped line.
	MaxLoops int
}

// AuthConfig is what the peer must show (`ppp authentication …`).
type AuthConfig struct {
	// Protocols are accepted in this order; the first is asked for first. Empty: no authentication.
	Protocols []ppp.AuthProto
	// List names the AAA method list, empty for the default one.
	List string
	// Callin authenticates only peers that called us.
	Callin bool
	// Optional lets a peer that rejects authentication in.
	Optional bool
	// Name is the name in our Challenges: the host name or `ppp chap hostname`.
	Name string
	// Timeout is the time for an answer (`ppp timeout authentication`), MaxTimeouts
	// how many times it may pass before the link ends.
	Timeout     time.Duration
	MaxTimeouts int
	// MaxBad is how many wrong answers are forgiven (`ppp max-bad-auth`).
	MaxBad int
	// Rechallenge repeats the challenge this often on an open link, 0 never.
	Rechallenge time.Duration
	// Authorize asks for network authorization after authentication.
	Authorize bool
	// FailureText is CHAP-MD5's and PAP's message for a refused user; SuccessText
	// the one for an accepted user (PAP only; empty sends none).
	FailureText, SuccessText string
}

// SelfConfig is how this end authenticates itself to a peer that asks.
type SelfConfig struct {
	// Protocols are the ones consented to, the preferred first. Empty: the
	// peer's authentication request is rejected.
	Protocols []ppp.AuthProto
	// Name is the user name for CHAP (`ppp chap hostname`), empty for Auth.Name.
	// The Authenticator is asked for the secret shared with the challenger; when
	// it knows none, UsePassword allows Password (`ppp chap password`).
	Name, Password string
	UsePassword    bool
	// PAPName and PAPPassword are `ppp pap sent-username`; empty falls back to Name, Password.
	PAPName, PAPPassword string
	// Next are passwords tried in turn when an MS-CHAP refusal allows a retry.
	Next []string
	// Resend repeats an unanswered Response or PAP request this often, 0 uses Auth.Timeout.
	Resend time.Duration
}

// IPCPConfig is the IP side of a session.
type IPCPConfig struct {
	// Disabled rejects IPCP as an unknown protocol.
	Disabled bool
	// Local is our address: that of the interface or of the one it borrows
	// from. Unspecified with Negotiated asks the peer for one (`ip address negotiated`).
	Local      netip.Addr
	Negotiated bool
	// Request lists the options asked for beside or instead of the address, in
	// order, by option number (ppp.IPCPAddress …).
	Request []uint8
	// PeerAddr is a fixed address for the peer (`peer default ip address A`).
	PeerAddr netip.Addr
	// Pools are asked in order when PeerAddr is not set (`peer default ip
	// address pool A B`). With neither, a peer keeps the address it brings.
	Pools []string
	// DNS and WINS are offered to the peer, primary first; zero values are not
	// offered and their options rejected.
	DNS, WINS [2]netip.Addr
	// NoNeighborRoute leaves out the host route to the peer.
	NoNeighborRoute bool
}

// Personality holds habits of an implementation that are seen on the wire and
// mean nothing to the protocol.
type Personality struct {
	// SharedIDs numbers all requests of LCP and the NCPs from one counter.
	SharedIDs bool
	// FirstID is the identifier of the first request.
	FirstID uint8
	// Identifications are sent in LCP Identification packets when LCP opens; a nil
	// one stands for sixteen random octets.
	Identifications [][]byte
	// NCPs are the network protocols asked for, in order; nil means IPCP alone.
	// Protocols other than IPCP are only probed: this program does nothing with them.
	NCPs []ppp.Protocol
	// Probes are the options with which the others are asked for. An IPV6CP
	// interface identifier without data is drawn at random.
	Probes map[ppp.Protocol][]ppp.Option
	// TerminateTag, when not empty, makes Terminate-Requests carry the magic
	// number, this tag and the reason as four octets.
	TerminateTag []byte
	// HangUp ends the link by itself when the peer refuses us or IP, without
	// waiting for the peer to do so.
	HangUp bool
}

// Direction tells who called.
type Direction uint8

// The directions of a call.
const (
	Callin Direction = iota
	Callout
	Dedicated
)

// String spells the direction as PPP logs do.
func (d Direction) String() string {
	switch d {
	case Callin:
		return "callin"
	case Callout:
		return "callout"
	case Dedicated:
		return "dedicated line"
	}
	return "unknown"
}

// Carrier tells what a call came over.
type Carrier uint8

// The carriers known to PPP logs.
const (
	VPN Carrier = iota
	Dialer
)

// String spells the carrier as PPP logs do.
func (c Carrier) String() string {
	if c == Dialer {
		return "dialer"
	}
	return "vpn"
}

// Session is what is peculiar to one call.
type Session struct {
	// Name is the PPP context's name, ppp6 for the sixth, or the interface's
	// when Bound.
	Name string
	// ID is the session id; Handle the number logged beside it; UniqueID the AAA id.
	ID, Handle, UniqueID uint32
	Direction            Direction
	Carrier              Carrier
	// Bound tells that Name is an interface that exists already: no AuthPassed
	// is told and SetInterface is not waited for.
	Bound bool
	// Proxy is what an access concentrator negotiated in our place, nil for nothing.
	Proxy *Proxy
}

// Renegotiation says what becomes of a proxy's results (`lcp renegotiation`).
type Renegotiation uint8

const (
	// NeverRenegotiate takes the proxy's results.
	NeverRenegotiate Renegotiation = iota
	// OnMismatch takes them when they fit what this end would have asked for.
	OnMismatch
	// AlwaysRenegotiate ignores them.
	AlwaysRenegotiate
)

// Proxy is what RFC 2661, 4.4.5 and 4.4.6 carry from an access concentrator: LCP
// Configure-Requests without their four-byte header, and the authentication it saw.
type Proxy struct {
	Mode                        Renegotiation
	InitialReceived             []byte
	LastSent, LastReceived      []byte
	AuthType                    ppp.AuthProto
	AuthName                    string
	AuthID                      uint8
	AuthChallenge, AuthResponse []byte
}
