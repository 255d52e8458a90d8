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

// Snapshot returns a copy of the state.
func (l *Link) Snapshot() Snapshot {
	s := Snapshot{
		Name: l.id.Name, ID: l.id.ID, UniqueID: l.id.UniqueID, Phase: l.phase, Stage: l.stage(),
		LCP: l.lcp.state, IPCP: l.ipcp.state, Protocols: l.protocols(),
		User: l.ver.user, Auth: l.ver.proto, Pool: l.ipcp.pool,
		DNS:      [2]netip.Addr{l.ipcp.names[0], l.ipcp.names[1]},
		WINS:     [2]netip.Addr{l.ipcp.names[2], l.ipcp.names[3]},
		LocalMRU: l.lcp.mru, PeerMRU: l.lcp.peerMRU, Magic: l.lcp.magic, PeerMagic: l.lcp.peerMagic,
		Opened: l.times.opened, UpSince: l.times.upSince, LastInput: l.times.lastIn, LastData: l.times.lastData,
		Counters: l.counters,
	}
	if l.ipcp.state == Opened {
		s.Local, s.Peer = l.ipcp.local, l.ipcp.peer
	}
	return s
}

func (l *Link) stage() Stage {
	switch l.phase {
	case PhaseDown, PhaseTerminating:
		return StageDown
	case PhaseEstablishing:
		return StageLCP
	case PhaseAuthenticating:
		return StageAuth
	case PhaseForwarding:
		return StageForwarding
	case PhaseUp:
	}
	return StageLocal
}

func (l *Link) protocols() []ProtocolStatus {
	list := []ProtocolStatus{{Protocol: ppp.LCP, Open: l.lcp.state == Opened}}
	if v := &l.ver; v.proto != ppp.NoAuth {
		list = append(list, ProtocolStatus{v.proto.Protocol(), v.proto, v.state == verPassed, v.state == verRefused})
	}
	if l.phase == PhaseUp {
		list = append(list, ProtocolStatus{Protocol: ppp.IPCP, Open: l.ipcp.state == Opened, Failed: l.ipcp.state == Stopped})
	}
	for _, p := range l.probes {
		list = append(list, ProtocolStatus{Protocol: p.proto, Open: p.state == Opened, Failed: p.state == Stopped})
	}
	return list
}
