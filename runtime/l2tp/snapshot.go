package l2tp

import (
	"net/netip"
	"time"

	"ioslab/runtime/clock"
)

// Snapshot is a copy of the engine's tables for show commands, tunnels by
// local id and sessions by tunnel and local id. Lingering tunnels are left out.
type Snapshot struct {
	Tunnels  []TunnelInfo
	Sessions []SessionInfo
}

// TunnelInfo is one control connection.
type TunnelInfo struct {
	LocalID, RemoteID     uint16
	LocalName, RemoteName string
	State                 TunnelState
	// Changed is when the state was entered.
	Changed       clock.Instant
	Local, Remote netip.AddrPort
	// Group is the vpdn-group, empty for none.
	Group string
	// Dialled tells that this side opened the tunnel.
	Dialled  bool
	Sessions int
	// PacketsIn … BytesOut count data and control packets, UDP payload bytes.
	PacketsIn, PacketsOut, BytesIn, BytesOut uint64
	// Ns and Nr are the next control sequence numbers, sent and expected.
	Ns, Nr uint16
	// LocalRWS and RemoteRWS are the advertised windows, InUseRWS the part of
	// the peer's that congestion control allows.
	LocalRWS, RemoteRWS, InUseRWS int
	// Congestion and Threshold are Cwnd and Ssthresh of RFC 2661 appendix A.
	Congestion, Threshold int
	// Retransmit is the current interval, RetransmitMax the largest used.
	Retransmit, RetransmitMax time.Duration
	// Unsent and Resend are queue sizes now, MaxUnsent and MaxResend the largest seen.
	Unsent, MaxUnsent, Resend, MaxResend int
	// Resends, ZLBs, OrderDropped and Reordered are totals of control messages.
	Resends, ZLBs, OrderDropped, Reordered uint64
	// AuthFailures counts failed tunnel authentications with this peer.
	AuthFailures uint64
	// ResendTimes counts messages by how many times they had been sent when acknowledged: 1, 2 … 9 and more.
	ResendTimes [9]uint64
	// Authentication tells whether tunnel authentication is on.
	Authentication bool
	Security       string
}

// SessionInfo is one call.
type SessionInfo struct {
	Session                                  Handle
	LocalID, RemoteID, TunnelID, RemoteTunID uint16
	// User and Interface are what the node set; empty when not known yet.
	User, Interface string
	State           SessionState
	// Changed is when the state was entered.
	Changed clock.Instant
	// Unique is the call's number on this router.
	Unique uint32
	// Dialled tells that this side placed the call.
	Dialled               bool
	Serial                uint32
	LocalName, RemoteName string
	Local, Remote         netip.AddrPort
	Group                 string
	// PacketsIn … BytesOut count PPP frames.
	PacketsIn, PacketsOut, BytesIn, BytesOut uint64
	// Sequencing tells whether data packets are numbered; Ns and Nr are the next numbers.
	Sequencing bool
	Ns, Nr     uint16
	// OrderDropped counts data packets dropped because they were late, Lost the gaps seen.
	OrderDropped, Lost uint64
	UDPChecksum        bool
}

// Snapshot returns a copy of the tables.
func (e *Engine) Snapshot() Snapshot {
	var out Snapshot
	for _, t := range e.sortedTunnels() {
		if t.state == TunnelLingering {
			continue
		}
		out.Tunnels = append(out.Tunnels, t.info())
		for _, s := range t.sorted() {
			out.Sessions = append(out.Sessions, s.info())
		}
	}
	return out
}

func (t *tunnel) info() TunnelInfo {
	c := &t.ch
	return TunnelInfo{
		LocalID: t.id, RemoteID: t.remoteID, LocalName: t.localName, RemoteName: t.remoteName,
		State: t.state, Changed: t.changed, Local: t.path.Local, Remote: t.path.Remote,
		Group: t.groupName, Dialled: t.dialled, Sessions: len(t.sessions),
		PacketsIn: t.packetsIn, PacketsOut: t.packetsOut, BytesIn: t.bytesIn, BytesOut: t.bytesOut,
		Ns: c.una + uint16(c.sent), Nr: c.nr,
		LocalRWS: t.cfg.ReceiveWindow, RemoteRWS: c.window, InUseRWS: min(c.window, c.cwnd),
		Congestion: c.cwnd, Threshold: c.ssth,
		Retransmit: c.delay, RetransmitMax: c.longest,
		Unsent: len(c.queue) - c.sent, MaxUnsent: c.maxUnsent, Resend: c.sent, MaxResend: c.maxOut,
		Resends: c.resends, ZLBs: c.zlbs, OrderDropped: c.dropped, Reordered: c.ordered,
		AuthFailures: t.authFailures, ResendTimes: c.distribution,
		Authentication: t.cfg.Authentication, Security: t.path.Security,
	}
}

func (s *session) info() SessionInfo {
	t := s.t
	return SessionInfo{
		Session: s.handle, LocalID: s.id, RemoteID: s.remoteID, TunnelID: t.id, RemoteTunID: t.remoteID,
		User: s.user, Interface: s.name, State: s.state, Changed: s.changed, Unique: s.unique, Dialled: s.dialled,
		Serial: s.call.Serial, LocalName: t.localName, RemoteName: t.remoteName, Local: t.path.Local, Remote: t.path.Remote,
		Group:     s.group,
		PacketsIn: s.packetsIn, PacketsOut: s.packetsOut, BytesIn: s.bytesIn, BytesOut: s.bytesOut,
		Sequencing: s.number, Ns: s.ns, Nr: s.nr, OrderDropped: s.late, Lost: s.lost, UDPChecksum: t.path.Checksum,
	}
}
