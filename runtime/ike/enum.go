package ike

// CountReason is what an error counter went up for.
type CountReason int

// Count reasons.
const (
	CountRetransmit1 CountReason = iota
	CountRetransmit2
	CountReset
	CountConstruct
)

// String returns IOS's words.
func (c CountReason) String() string {
	switch c {
	case CountRetransmit1:
		return "retransmit phase 1"
	case CountRetransmit2:
		return "retransmit phase 2"
	case CountReset:
		return "reset_retransmission"
	case CountConstruct:
		return "construct_fail_ag_init"
	default:
		return "unknown"
	}
}

// PeerUser is who holds a reference on a peer.
type PeerUser int

// Peer users.
const (
	UserResponder  PeerUser = iota // a message that came
	UserInitiator                  // a request
	UserSADeleted                  // an SA that died
	UserInitFailed                 // a request without a key
)

// String returns the function that IOS names.
func (u PeerUser) String() string {
	switch u {
	case UserResponder:
		return "crypto_isakmp_process_block"
	case UserInitiator:
		return "isakmp_initiator"
	case UserSADeleted:
		return "isadb_mark_sa_deleted()"
	case UserInitFailed:
		return "isadb_unlock_peer_delete_sa()"
	default:
		return "unknown"
	}
}

// NATVerdict is what NAT discovery payloads tell.
type NATVerdict int

// NAT verdicts.
const (
	NATNone NATVerdict = iota // no NAT
	NATPeer                   // the peer is behind one (as far as known)
	NATSelf                   // we are
	NATBoth                   // both are
)

// String returns the verdict's name.
func (v NATVerdict) String() string {
	switch v {
	case NATNone:
		return "none"
	case NATPeer:
		return "peer"
	case NATSelf:
		return "self"
	case NATBoth:
		return "both"
	default:
		return "unknown"
	}
}

// Mismatch is the first difference between a transform and a policy, in the
// order in which they are compared.
type Mismatch int

// Mismatches.
const (
	MismatchNone       Mismatch = iota
	MismatchEncryption          // algorithm
	MismatchKeyLength           // of AES
	MismatchHash
	MismatchGroup
	MismatchAuth      // method
	MismatchPreshared // a pre-shared key where the policy has another method, or there is no key
	MismatchXAUTH     // extended authentication
	MismatchLifetime
	MismatchAttribute // one that we do not know
)

var mismatchNames = [...]string{"none", "encryption", "key length", "hash", "group", "authentication", "pre-shared key",
	"XAUTH", "lifetime", "unknown attribute"}

// String returns what differs.
func (m Mismatch) String() string {
	if m < 0 || int(m) >= len(mismatchNames) {
		return "unknown"
	}
	return mismatchNames[m]
}

// Step is a piece of work of the crypto engine.
type Step int

// Steps.
const (
	StepDHSecret Step = iota
	StepDHDelete
	StepIKESA
	StepDecrypt
	StepEncrypt
	StepHash
	StepQMKeys
	StepIPsecSA
)

// String returns IOS's words.
func (s Step) String() string {
	switch s {
	case StepDHSecret:
		return "Create DH shared secret"
	case StepDHDelete:
		return "Delete DH phase 1"
	case StepIKESA:
		return "Create IKE SA"
	case StepDecrypt:
		return "Decrypt IKE packet"
	case StepEncrypt:
		return "Encrypt IKE packet"
	case StepHash:
		return "Generate IKE hash"
	case StepQMKeys:
		return "Generate IKE QM keys"
	case StepIPsecSA:
		return "Create IPSec SA (by keys)"
	default:
		return "unknown"
	}
}
