package l2tp

// TunnelState is the state of a control connection: RFC 2661 7.2.1, and the
// states in which a tunnel waits for its end.
type TunnelState int

// The states of a tunnel.
const (
	TunnelIdle TunnelState = iota
	TunnelWaitReply
	TunnelWaitConn
	TunnelEstablished
	// TunnelNoSessions is established, with the no-session timer running after the last call.
	TunnelNoSessions
	// TunnelShutting has sent its StopCCN and waits for the acknowledgement.
	TunnelShutting
	// TunnelLingering is closed, and acknowledges retransmissions of the
	// peer's StopCCN for a full cycle (RFC 2661 5.7).
	TunnelLingering

	numTunnelStates
)

var tunnelStateNames = [numTunnelStates]string{
	"idle", "wait-ctl-reply", "wait-ctl-conn", "established", "no-sessions-left", "shutting-down", "lingering",
}

// String returns the RFC's name of the state.
func (s TunnelState) String() string {
	if s >= 0 && s < numTunnelStates {
		return tunnelStateNames[s]
	}
	return "unknown"
}

// SessionState is the state of a call: RFC 2661 7.4.1 and 7.4.2.
type SessionState int

// The states of a session.
const (
	SessionIdle SessionState = iota
	SessionWaitTunnel
	SessionWaitReply
	SessionWaitConnect
	// SessionWaitService is connected on the wire, and waits for PPP to
	// authenticate the user and get an interface (SetInterface).
	SessionWaitService
	SessionEstablished

	numSessionStates
)

var sessionStateNames = [numSessionStates]string{
	"idle", "wait-tunnel", "wait-reply", "wait-connect", "wait-service", "established",
}

// String returns the RFC's name of the state.
func (s SessionState) String() string {
	if s >= 0 && s < numSessionStates {
		return sessionStateNames[s]
	}
	return "unknown"
}
