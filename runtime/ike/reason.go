package ike

// DeleteReason is why a phase 1 SA ends. String is what IOS prints in quotes.
type DeleteReason int

// Delete reasons.
const (
	ReasonNone                 DeleteReason = iota // the peer deleted it, without saying why
	ReasonProposalRefused                          // nothing of the offer fits
	ReasonRetransmission                           // no answer after the last repeat
	ReasonLifetime                                 // its time is over
	ReasonTreeWalk                                 // clear crypto isakmp
	ReasonUser                                     // clear crypto session
	ReasonInitialContact                           // the peer has started anew
	ReasonPeerDead                                 // dead peer detection
	ReasonReplaced                                 // a newer SA took its place
	ReasonUnconfigured                             // IKE was switched off
	ReasonPeerRefused                              // the peer notified an error
	ReasonAuthenticationFailed                     // hash or identity wrong
	ReasonNoKey                                    // no pre-shared key for the peer, or nothing to offer
)

// String returns IOS's words.
func (r DeleteReason) String() string {
	switch r {
	case ReasonNone:
		return "No reason"
	case ReasonProposalRefused:
		return "Phase1 SA policy proposal not accepted"
	case ReasonRetransmission:
		return "Death by retransmission P1"
	case ReasonLifetime:
		return "IKE SA Lifetime Exceeded"
	case ReasonTreeWalk:
		return "Death by tree-walk"
	case ReasonUser:
		return "BY user command"
	case ReasonInitialContact:
		return "Receive initial contact"
	case ReasonPeerDead:
		return "peers alive timer expired"
	case ReasonReplaced:
		return "Death by replacement"
	case ReasonUnconfigured:
		return "IKE disabled"
	case ReasonPeerRefused:
		return "Recevied fatal informational"
	case ReasonNoKey:
		return "No pre-shared key"
	case ReasonAuthenticationFailed:
		return "Authentication failed"
	default:
		return "unknown reason"
	}
}

// NodeReason is why an exchange inside a phase 1 SA ends.
type NodeReason int

// Node reasons.
const (
	NodeDoneAwait      NodeReason = iota // responder has message 3
	NodeNoError                          // initiator has sent message 3
	NodeRejected                         // quick mode refused
	NodeInformational                    // an informational message was taken in
	NodeLarval                           // the peer refused our quick mode
	NodeIKEDeleted                       // its phase 1 SA went away
	NodeRetransmission                   // no answer after the last repeat
	NodeTimeout                          // the request's own time is over
	NodeMalformed                        // what the peer answered cannot be
	NodeNoRoom                           // a table is full, or no random bytes
)

// String returns IOS's words.
func (r NodeReason) String() string {
	switch r {
	case NodeDoneAwait:
		return "QM done (await)"
	case NodeNoError:
		return "No Error"
	case NodeRejected:
		return "QM rejected"
	case NodeInformational:
		return "Informational (in) state 1"
	case NodeLarval:
		return "Delete Larval"
	case NodeIKEDeleted:
		return "IKE deleted"
	case NodeRetransmission:
		return "Death by retransmission P2"
	case NodeTimeout:
		return "Request timed out"
	case NodeNoRoom:
		return "No resources"
	case NodeMalformed:
		return "QM malformed"
	default:
		return "unknown reason"
	}
}

// DropReason is why a datagram was dropped, wholly, with nothing changed but
// the reason's counter.
type DropReason int

// Drop reasons.
const (
	DropDisabled         DropReason = iota // IKE is off
	DropHeader                             // header malformed (lengths, version, flags)
	DropNoSA                               // unknown cookies, and no offer to start with
	DropHalfOpenLimit                      // too many unauthenticated SAs
	DropSALimit                            // too many SAs
	DropNodeLimit                          // too many exchanges in the SA
	DropNotEncrypted                       // in the clear where it must not be
	DropEncryptedTooSoon                   // encrypted before there are keys
	DropLength                             // ciphertext is not whole blocks
	DropMalformed                          // payloads malformed
	DropExchange                           // exchange type not supported here
	DropAggressive                         // aggressive mode
	DropTransaction                        // mode configuration, XAUTH
	DropMessageID                          // message id 0 or used before
	DropOrder                              // payload missing or out of place
	DropHash                               // hash does not verify
	DropDuplicate                          // retransmission, answered or ignored
	DropState                              // message not expected in this state
	DropCookie                             // cookie differs from the SA's
	DropDeleted                            // the SA is dead and waits for its purge
	DropNotAuthenticated                   // quick mode before phase 1 is complete
	DropPeer                               // wrong address for the SA
	DropReplay                             // DPD sequence or notification seen before
	DropKeyExchange                        // public value out of range
	DropAttributes                         // answer differs from the offer
	DropIdentity                           // identity not acceptable
	DropFragment                           // IKE fragment
	dropReasons
)

var dropNames = [dropReasons]string{
	"disabled", "header", "no SA", "half-open limit", "SA limit", "node limit", "not encrypted",
	"encrypted too soon", "ciphertext length", "malformed", "exchange type", "aggressive mode", "transaction exchange",
	"message id", "payload order", "hash", "duplicate", "state", "cookie", "SA deleted", "SA not authenticated",
	"peer address", "replay", "key exchange value", "attributes", "identity", "fragment",
}

// String returns a short name.
func (r DropReason) String() string {
	if r < 0 || r >= dropReasons {
		return "unknown drop reason"
	}
	return dropNames[r]
}

// DropReasons lists all drop reasons in order.
func DropReasons() []DropReason {
	list := make([]DropReason, dropReasons)
	for i := range list {
		list[i] = DropReason(i)
	}
	return list
}

// Counters are the engine's totals since it was made.
type Counters struct {
	Received, Sent uint64 // datagrams
	Retransmitted  uint64 // datagrams sent again
	Drops          [dropReasons]uint64
	PhaseOneUp     uint64
	PhaseOneFailed uint64
	QuickModeUp    uint64
	QuickModeFail  uint64
}

// Dropped returns how often a reason was met.
func (c Counters) Dropped(r DropReason) uint64 {
	if r < 0 || r >= dropReasons {
		return 0
	}
	return c.Drops[r]
}
