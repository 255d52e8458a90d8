package ike

import (
	"crypto/cipher"
	"crypto/sha256"
	"net/netip"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

// ikeSA is one phase 1 SA, from the first message to the purge.
type ikeSA struct {
	seq              uint64
	initiator        bool
	cookieI, cookieR isakmp.Cookie
	origin           offerKey // of a responder's SA
	local, remote    netip.AddrPort
	state            State
	fsm              FSM
	dead             bool
	peer             *peer
	pointer          uint32
	connID, engineID int
	person           Personality // as it was when the SA began

	// the negotiation
	offer    []isakmp.Transform // ours, as initiator
	policies []Policy           // what an answer is held against
	policy   Policy
	agreed   bool
	life     time.Duration
	// offeredLife is the peer's, 0 when it told none.
	offeredLife time.Duration
	expires     clock.Instant
	secret      []byte
	saBody      []byte // SAi_b
	share       *keyShare
	kePeer      []byte
	ni, nr      []byte
	vendors     map[Vendor]bool

	// keys
	keys      phaseOneKeys
	block     cipher.Block
	iv        []byte // of phase 1's next message
	lastBlock []byte // phase 1's last: initial vectors of phase 2 come from it
	authentic bool
	remoteID  string
	refusal   isakmp.NotifyType // what the peer refused us with

	// retransmission
	lastRx   [sha256.Size]byte
	hasRx    bool
	lastTx   []byte
	lastTxAt clock.Instant
	repeats  int // since the last message was made
	errors   int // shown as "attempt N of 5"

	nat   natState
	dpd   dpdState
	used  uint64 // messages encrypted
	taken uint64 // messages decrypted

	nodes   map[uint32]*node
	order   []*node  // as created
	usedIDs []uint32 // message ids met, the newest maxUsedIDs
	pending []Request
}

// maxUsedIDs bounds the message ids that an SA remembers against replay. With
// a DPD exchange every ten seconds they reach back almost three hours; older
// messages fail on what they say (SPIs gone, sequence numbers past).
const maxUsedIDs = 1024

func (s *ikeSA) role() Role {
	if s.initiator {
		return RoleInitiator
	}
	return RoleResponder
}

func (s *ikeSA) ownCookie() isakmp.Cookie {
	if s.initiator {
		return s.cookieI
	}
	return s.cookieR
}

// publics returns the KE payloads of initiator and responder.
func (s *ikeSA) publics() (i, r []byte) {
	if s.initiator {
		return s.share.public, s.kePeer
	}
	return s.kePeer, s.share.public
}

// has reports whether the peer sent a vendor id.
func (s *ikeSA) has(v Vendor) bool { return s.vendors[v] }

// remember notes a message id as used.
func (s *ikeSA) remember(id uint32) {
	if len(s.usedIDs) >= maxUsedIDs {
		s.usedIDs = s.usedIDs[1:]
	}
	s.usedIDs = append(s.usedIDs, id)
}

func (s *ikeSA) knows(id uint32) bool {
	for _, u := range s.usedIDs {
		if u == id {
			return true
		}
	}
	return false
}

// node is an exchange inside an SA: a quick mode, or an informational message
// that came in.
type node struct {
	id        uint32 // message id
	initiator bool
	quick     bool
	fsm       QuickFSM
	done      bool // waits for its purge
	iv        []byte
	lastRx    [sha256.Size]byte
	lastTx    []byte
	lastTxAt  clock.Instant
	repeats   int
	q         *quick // the negotiation, nil when done
}

// dropNode forgets a node.
func (s *ikeSA) dropNode(n *node) {
	delete(s.nodes, n.id)
	for i, o := range s.order {
		if o == n {
			s.order = append(s.order[:i], s.order[i+1:]...)
			break
		}
	}
}

// peer is a remote system that SAs are with.
type peer struct {
	addr    netip.Addr
	port    uint16
	pointer uint32
	handle  uint32
	refs    int
	id      string
	local   netip.AddrPort
}

type peerKey struct {
	addr netip.Addr
	port uint16
}
