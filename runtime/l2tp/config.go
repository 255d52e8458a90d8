package l2tp

import (
	"time"

	wire "ioslab/runtime/wire/l2tp"
)

// Limits that are no configuration: they bound what a peer can make us keep.
const (
	// MaxTunnels bounds the tunnel table, lingering tunnels included; local
	// tunnel ids have 16 bits, and half of them stay free so that drawing one
	// at random ends quickly.
	MaxTunnels = 32768
	// MaxSessions bounds the session table over all tunnels.
	MaxSessions = 32768
	// MaxHalfOpen bounds tunnels that a peer has begun and not completed, so
	// that a flood of SCCRQs costs at most a few megabytes.
	MaxHalfOpen = 1024
)

// Config is everything the engine is told by the configuration. The zero Config
// accepts no tunnel; Dial works all the same.
type Config struct {
	// Enabled is `vpdn enable`: whether SCCRQs from peers are looked at.
	Enabled bool
	// HostName is the local name of groups that have none.
	HostName string
	// Personality is what the answers to SCCRQs say of this node; its HostName is not used.
	Personality Personality
	// Groups are the accept-dialin L2TP groups in the order of the configuration.
	Groups []Group
	// Secrets are the tunnel secrets by peer's (or own) name, for groups that
	// authenticate and have no password: IOS's `username LAC password x`.
	Secrets map[string]string
	// SessionLimit is `vpdn session-limit`, 0 for MaxSessions.
	SessionLimit int
	// Logging is `vpdn logging`: syslog messages of session and tunnel failures.
	Logging bool
}

// Group is one vpdn-group with accept-dialin.
type Group struct {
	// Name is the group's name as configured, "1".
	Name string
	// Template is the number of the Virtual-Template, for the node.
	Template int
	// TerminateFrom is the host name that the peer must give; empty for the default group.
	TerminateFrom string
	// LocalName is the Host Name that we answer with, empty for Config.HostName.
	LocalName string
	// Tunnel holds the l2tp lines of the group.
	Tunnel TunnelConfig
	// Security is the crypto profile under which all packets of the tunnel must
	// have been protected, empty for none.
	Security string
	// KeepSA tells that the SAs outlive the tunnel; passed along in TunnelDown.
	KeepSA bool
	// SessionLimit bounds the group's sessions, 0 for no own limit.
	SessionLimit int
	// LCPRenegotiation is passed along in SessionUp.
	LCPRenegotiation Renegotiation
	// ForceLocalCHAP is passed along in SessionUp.
	ForceLocalCHAP bool
}

// Renegotiation is `lcp renegotiation`: what the LNS does with the LCP that
// the LAC already negotiated.
type Renegotiation int

const (
	// RenegotiateNever uses the proxy LCP of the LAC when there is one.
	RenegotiateNever Renegotiation = iota
	// RenegotiateOnMismatch starts LCP anew when the LAC's result does not fit.
	RenegotiateOnMismatch
	// RenegotiateAlways starts LCP anew.
	RenegotiateAlways
)

// String returns the keyword of the configuration.
func (r Renegotiation) String() string {
	switch r {
	case RenegotiateNever:
		return "never"
	case RenegotiateOnMismatch:
		return "on-mismatch"
	case RenegotiateAlways:
		return "always"
	}
	return "unknown"
}

// TunnelConfig holds the parameters of a control connection. Start from
// DefaultTunnel: zero fields are meant literally where they have a meaning.
type TunnelConfig struct {
	// Authentication is `l2tp tunnel authentication` (on by default in IOS).
	Authentication bool
	// Password is `l2tp tunnel password`, also the secret of hidden AVPs.
	Password string
	// Hidden hides the AVPs that may be hidden (RFC 2661 4.3), when there is a secret.
	Hidden bool
	// ReceiveWindow is the window we advertise, at least 1.
	ReceiveWindow int
	// Hello is the silence after which the peer is asked for life, 0 for never.
	Hello time.Duration
	// NoSession is how long a tunnel without sessions stays, 0 for no time at
	// all and negative for ever.
	NoSession time.Duration
	// Setup bounds the time from the first message to an established tunnel, 0 for no bound.
	Setup time.Duration
	// Retries is how often a message is sent again before the peer is taken
	// for dead; InitialRetries is the same for an SCCRQ.
	Retries, InitialRetries int
	// RetransmitMin is the first interval; it doubles up to RetransmitMax.
	RetransmitMin, RetransmitMax time.Duration
	// Sequencing asks for sequence numbers on the data channel.
	Sequencing bool
	// UDPChecksum has the data packets carry a UDP checksum.
	UDPChecksum bool
}

// DefaultReceiveWindow is the window that 12.4T advertises when none is configured.
const DefaultReceiveWindow = 800

// DefaultTunnel returns IOS's values; LNS and LAC differ in the no-session
// time: 10 s and 15 s.
func DefaultTunnel(lac bool) TunnelConfig {
	t := TunnelConfig{
		Authentication: true, ReceiveWindow: DefaultReceiveWindow, Hello: 60 * time.Second,
		NoSession: 10 * time.Second, Setup: 60 * time.Second,
		Retries: 10, InitialRetries: 2,
		RetransmitMin: time.Second, RetransmitMax: 8 * time.Second,
	}
	if lac {
		t.NoSession = 15 * time.Second
	}
	return t
}

// Personality is what a node says of itself in control messages. The order
// lists decide which AVPs are sent, and in which order; an AVP that has no
// value for the call (no challenge wanted, no calling number) is left out. A nil
// list is the order of RFC 2661 with all that have a value.
type Personality struct {
	// HostName is the name of a dialling node.
	HostName string
	// HostNameNUL appends a NUL to the name, as Apple's clients do.
	HostNameNUL bool
	// VendorName is the Vendor Name AVP.
	VendorName string
	// Firmware is the Firmware Revision AVP.
	Firmware uint16
	// Framing and Bearer are the capabilities AVPs.
	Framing, Bearer uint32
	// SCCRQ, SCCRP, SCCCN, ICRQ, ICRP and ICCN are the orders.
	SCCRQ, SCCRP, SCCCN, ICRQ, ICRP, ICCN []wire.Attr
	// SequentialIDs has tunnel and session ids count up from 1, instead of
	// being drawn at random.
	SequentialIDs bool
	// TieBreaker adds the Tie Breaker AVP to SCCRQs.
	TieBreaker bool
	// NoLength leaves the length field out of data packets.
	NoLength bool
}
