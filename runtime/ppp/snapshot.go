package ppp

import (
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ppp"
)

// Stage is where a session ends, as session tables print it.
type Stage uint8

// The stages.
const (
	StageLCP Stage = iota
	StageAuth
	StageForwarding
	StageLocal // terminated here, an interface exists
	StageDown
)

// ProtocolStatus is one line of a session's protocol list.
type ProtocolStatus struct {
	Protocol ppp.Protocol
	// Auth names the method when Protocol is PAP or CHAP.
	Auth   ppp.AuthProto
	Open   bool
	Failed bool
}

// Snapshot is a copy of a link's state for tables.
type Snapshot struct {
	Name             string
	ID, UniqueID     uint32
	Phase            Phase
	Stage            Stage
	LCP, IPCP        State
	Protocols        []ProtocolStatus // LCP, authentication, then NCPs
	User             string
	Auth             ppp.AuthProto // how the peer was authenticated
	Local, Peer      netip.Addr
	DNS, WINS        [2]netip.Addr
	Pool             string // where Peer came from, empty for elsewhere
	LocalMRU         uint16 // what the peer may send
	PeerMRU          uint16 // what it takes
	Magic, PeerMagic uint32
	Opened           clock.Instant // when LCP last opened
	UpSince          clock.Instant // clock.Never before it was up
	LastInput        clock.Instant // last frame, clock.Never before
	LastData         clock.Instant // last datagram that counts against idleness
	Counters         Counters
}
