package ike

import (
	"net/netip"
	"time"

	"ioslab/runtime/wire/isakmp"
)

// Snapshot is the state behind the show commands: plain copies.
type Snapshot struct {
	SAs      []SAInfo // newest first
	Policies []Policy // by priority
	Defaults []Policy
	Keys     []Key
	Peers    []PeerInfo // by address
	Counters Counters
}

// SAInfo is one phase 1 SA.
type SAInfo struct {
	ConnID        int // 0 before it has keys
	EngineID      int // the crypto engine's own number, counting from 1; 0 before keys
	Initiator     bool
	Local, Remote netip.AddrPort
	State         State
	Deleted       bool // dead, waiting for its purge
	Authenticated bool
	Policy        Policy // the agreed one; zero before agreement
	Lifetime      time.Duration
	Remaining     time.Duration
	RemoteID      string // the peer's phase 1 identity, "" before it is known
	DPD           bool   // both sides do DPD
	Keepalive     bool   // we send DPD requests
	NATT          bool   // a NAT is between the peers
	Cookies       [2]isakmp.Cookie
	Pointer       uint32 // stable name, printed as an address
	Nodes         int
	Encrypted     uint64 // messages
	Decrypted     uint64 // messages
}

// InitiatorAddr returns the initiator's address (the src column).
func (s *SAInfo) InitiatorAddr() netip.Addr {
	if s.Initiator {
		return s.Local.Addr()
	}
	return s.Remote.Addr()
}

// ResponderAddr returns the responder's address (the dst column).
func (s *SAInfo) ResponderAddr() netip.Addr {
	if s.Initiator {
		return s.Remote.Addr()
	}
	return s.Local.Addr()
}

// PeerInfo is one peer.
type PeerInfo struct {
	Local, Remote netip.AddrPort
	ID            string // phase 1 identity
	Pointer       uint32
	References    int
}
