package l2tp

import wire "ioslab/runtime/wire/l2tp"

// Cause says why a tunnel or session ended.
type Cause int

const (
	// CausePeer is a CDN or StopCCN of the peer.
	CausePeer Cause = iota + 1
	// CauseLocal is Hangup.
	CauseLocal
	// CauseAdmin is a `clear` at this node.
	CauseAdmin
	// CauseTunnel is the end of the session's tunnel.
	CauseTunnel
	// CauseNoSession is a tunnel without sessions for too long.
	CauseNoSession
	// CauseSetupTimeout is a tunnel or session not established in time.
	CauseSetupTimeout
	// CauseUnreachable is a peer that acknowledges nothing.
	CauseUnreachable
	// CauseAuthentication is a tunnel authentication that failed.
	CauseAuthentication
	// CauseUnknownAVP is a mandatory AVP that we do not know.
	CauseUnknownAVP
	// CauseMessage is a message that does not parse or lacks AVPs.
	CauseMessage
	// CauseFSM is a message that does not fit the state.
	CauseFSM
	// CauseLimit is a limit of sessions or tunnels.
	CauseLimit
	// CauseTieLost is a simultaneous SCCRQ of the peer that won.
	CauseTieLost
	// CauseRestart is a peer that began anew under the same tunnel id.
	CauseRestart
	// CauseOutgoing is a call direction that is not offered here.
	CauseOutgoing
)

var causeNames = [...]string{
	CausePeer: "peer", CauseLocal: "local", CauseAdmin: "admin", CauseTunnel: "tunnel",
	CauseNoSession: "no-session", CauseSetupTimeout: "setup-timeout", CauseUnreachable: "unreachable",
	CauseAuthentication: "authentication", CauseUnknownAVP: "unknown-avp", CauseMessage: "message",
	CauseFSM: "fsm", CauseLimit: "limit", CauseTieLost: "tie-lost", CauseRestart: "restart",
	CauseOutgoing: "outgoing",
}

// String returns a short name of the cause.
func (c Cause) String() string {
	if c > 0 && int(c) < len(causeNames) {
		return causeNames[c]
	}
	return "unknown"
}

// Reason is why a tunnel or session ended, with the codes that went over the
// wire, if any did.
type Reason struct {
	Cause Cause
	// Result, Error and Message are those of the CDN or StopCCN.
	Result, Error uint16
	Message       string
	// PPP is the PPP Disconnect Cause Code AVP (RFC 3145), when there was one.
	PPP *wire.PPPDisconnect
}

// Hangup says how a session is to be closed.
type Hangup struct {
	// Result, Error and Message go into the CDN. Result 0 stands for IOS's
	// habit: result 2, error 6, and its text.
	Result, Error uint16
	Message       string
	// Admin marks a `clear`.
	Admin bool
	// AAA tells that authentication or PPP ended the call, and IETF and Ascend
	// are the RADIUS Acct-Terminate-Cause and Ascend disconnect cause numbers, 0 for none.
	AAA          bool
	IETF, Ascend int
	// PPP is sent as AVP 46, nil for none.
	PPP *wire.PPPDisconnect
}
