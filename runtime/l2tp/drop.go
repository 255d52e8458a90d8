package l2tp

// DropReason names why a packet was not used.
type DropReason int

// The reasons, in the order in which a packet meets them.
const (
	// DropHeader is a header that does not parse, or of another version.
	DropHeader DropReason = iota
	// DropDisabled is an SCCRQ while no tunnel is accepted at all.
	DropDisabled
	// DropMessage is a first message that does not parse.
	DropMessage
	// DropNoTunnel is a tunnel id that is not ours.
	DropNoTunnel
	// DropUnprotected is a packet in the clear where IPsec is asked for.
	DropUnprotected
	// DropPeer is a packet of a tunnel from another address than the peer's.
	DropPeer
	// DropNoGroup is an SCCRQ whose host name no group terminates.
	DropNoGroup
	// DropTunnelLimit is an SCCRQ beyond MaxTunnels or MaxHalfOpen.
	DropTunnelLimit
	// DropTie is an SCCRQ that lost against ours.
	DropTie
	// DropDuplicate is a control message that had come before; it is acknowledged again.
	DropDuplicate
	// DropWindow is a control message too far ahead, or one for which the reorder table has no room.
	DropWindow
	// DropClosing is a control message to a tunnel that is being closed.
	DropClosing
	// DropNoSession is a session id that is not ours.
	DropNoSession
	// DropNotConnected is a data packet of a session that is not connected.
	DropNotConnected
	// DropOrder is a data packet older than one already delivered.
	DropOrder
	// DropNoSequence is a data packet without the sequence number agreed upon.
	DropNoSequence
	// DropSend is a frame sent to a session that is not connected.
	DropSend
	// DropEntropy is an SCCRQ for which no random id could be drawn.
	DropEntropy

	numDropReasons
)

var dropNames = [numDropReasons]string{
	"header", "disabled", "message", "no-tunnel", "unprotected", "peer", "no-group", "tunnel-limit",
	"tie", "duplicate", "window", "closing", "no-session", "not-connected", "order", "no-sequence", "send", "entropy",
}

// String returns a short name of the reason.
func (r DropReason) String() string {
	if r >= 0 && r < numDropReasons {
		return dropNames[r]
	}
	return "unknown"
}

// DropReasons returns all reasons in their order.
func DropReasons() []DropReason {
	all := make([]DropReason, numDropReasons)
	for i := range all {
		all[i] = DropReason(i)
	}
	return all
}

// Counters are the engine's totals since New.
type Counters struct {
	// Dropped counts packets by reason; index with a DropReason.
	Dropped [numDropReasons]uint64
	// Tunnels and Sessions count those that were ever made.
	Tunnels, Sessions uint64
}
