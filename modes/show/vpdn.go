package show

import (
	"fmt"
	"strings"
	"time"

	"ioslab/debug/logging"
	"ioslab/runtime/clock"
	"ioslab/runtime/l2tp"
)

const noTunnels = "\n%No active L2TP tunnels\n"

const tunnelHead = "LocTunID   RemTunID   Remote Name   State  Remote Address  Sessn L2TP Class/\n" +
	"                                                           Count VPDN Group \n"

const sessionHead = "LocID      RemID      TunID      Username, Intf/      State  Last Chg Uniq ID   \n" +
	"                                 Vcid, Circuit                                  \n"

// VPDN is `show vpdn`: each tunnel with its sessions below it.
func VPDN(snap *l2tp.Snapshot, now clock.Instant) string {
	if len(snap.Tunnels) == 0 {
		return noTunnels
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nL2TP Tunnel and Session Information Total tunnels %d sessions %d\n", len(snap.Tunnels), len(snap.Sessions))
	byTunnel := map[uint16][]*l2tp.SessionInfo{}
	for i := range snap.Sessions {
		s := &snap.Sessions[i]
		byTunnel[s.TunnelID] = append(byTunnel[s.TunnelID], s)
	}
	for i := range snap.Tunnels {
		t := &snap.Tunnels[i]
		b.WriteString("\n" + tunnelHead)
		tunnelRow(&b, t)
		if sessions := byTunnel[t.LocalID]; len(sessions) > 0 {
			b.WriteString("\n" + sessionHead)
			for _, s := range sessions {
				sessionRow(&b, s, now)
			}
		}
	}
	b.WriteByte('\n')
	return b.String()
}

// VPDNTunnels is `show vpdn tunnel`.
func VPDNTunnels(snap *l2tp.Snapshot) string {
	if len(snap.Tunnels) == 0 {
		return noTunnels
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nL2TP Tunnel Information Total tunnels %d sessions %d\n\n%s", len(snap.Tunnels), len(snap.Sessions), tunnelHead)
	for i := range snap.Tunnels {
		tunnelRow(&b, &snap.Tunnels[i])
	}
	b.WriteByte('\n')
	return b.String()
}

// VPDNSessions is `show vpdn session`.
func VPDNSessions(snap *l2tp.Snapshot, now clock.Instant) string {
	if len(snap.Tunnels) == 0 {
		return noTunnels
	}
	var b strings.Builder
	b.WriteString(sessionsTitle(snap) + sessionHead)
	for i := range snap.Sessions {
		sessionRow(&b, &snap.Sessions[i], now)
	}
	b.WriteByte('\n')
	return b.String()
}

func sessionsTitle(snap *l2tp.Snapshot) string {
	return fmt.Sprintf("\nL2TP Session Information Total tunnels %d sessions %d\n\n", len(snap.Tunnels), len(snap.Sessions))
}

// VPDNSessionPackets is `show vpdn session packets`.
func VPDNSessionPackets(snap *l2tp.Snapshot) string {
	if len(snap.Tunnels) == 0 {
		return noTunnels
	}
	var b strings.Builder
	b.WriteString(sessionsTitle(snap) + "LocID      RemID      TunID      Pkts-In    Pkts-Out   Bytes-In   Bytes-Out\n")
	for _, s := range snap.Sessions {
		fmt.Fprintf(&b, "%-10d %-10d %-10d %-10d %-10d %-10d %-10d\n", s.LocalID, s.RemoteID, s.TunnelID, s.PacketsIn, s.PacketsOut, s.BytesIn, s.BytesOut)
	}
	b.WriteByte('\n')
	return b.String()
}

// VPDNTunnelPackets is `show vpdn tunnel packets`.
func VPDNTunnelPackets(snap *l2tp.Snapshot) string {
	if len(snap.Tunnels) == 0 {
		return noTunnels
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nL2TP Tunnel Information Total tunnels %d sessions %d\n\n", len(snap.Tunnels), len(snap.Sessions))
	b.WriteString("LocTunID   Pkts-In    Pkts-Out   Bytes-In   Bytes-Out\n")
	for _, t := range snap.Tunnels {
		fmt.Fprintf(&b, "%-10d %-10d %-10d %-10d %-10d\n", t.LocalID, t.PacketsIn, t.PacketsOut, t.BytesIn, t.BytesOut)
	}
	b.WriteByte('\n')
	return b.String()
}

func tunnelRow(b *strings.Builder, t *l2tp.TunnelInfo) {
	fmt.Fprintf(b, "%-10d %-10d %-13s %-6s %-15s %-5d %-15s\n", t.LocalID, t.RemoteID, t.RemoteName, tunnelWord(t.State), t.Remote.Addr(), t.Sessions, t.Group)
}

func sessionRow(b *strings.Builder, s *l2tp.SessionInfo, now clock.Instant) {
	fmt.Fprintf(b, "%-10d %-10d %-10d %-20s %-6s %-8s %-10d\n", s.LocalID, s.RemoteID, s.TunnelID,
		userCircuit(s), sessionWord(s.State), logging.Elapsed(now.Sub(s.Changed)), s.Unique)
}

func userCircuit(s *l2tp.SessionInfo) string {
	circuit := "-"
	if s.Interface != "" {
		circuit = Short(s.Interface)
	}
	return s.User + ", " + circuit
}

func tunnelWord(s l2tp.TunnelState) string {
	switch s {
	case l2tp.TunnelIdle:
		return "idle"
	case l2tp.TunnelWaitReply:
		return "wt-rep"
	case l2tp.TunnelWaitConn:
		return "wt-con"
	case l2tp.TunnelEstablished:
		return "est"
	case l2tp.TunnelNoSessions:
		return "no-ses"
	case l2tp.TunnelShutting, l2tp.TunnelLingering:
		return "shut"
	}
	return s.String()
}

func sessionWord(s l2tp.SessionState) string {
	switch s {
	case l2tp.SessionIdle:
		return "idle"
	case l2tp.SessionWaitTunnel:
		return "wt-tun"
	case l2tp.SessionWaitReply:
		return "wt-rep"
	case l2tp.SessionWaitConnect:
		return "wt-con"
	case l2tp.SessionWaitService:
		return "wt-sss"
	case l2tp.SessionEstablished:
		return "est"
	}
	return s.String()
}

// VPDNTunnelAll is `show vpdn tunnel all`; id, when not 0, chooses one.
func VPDNTunnelAll(snap *l2tp.Snapshot, id uint16, now clock.Instant, d Dialect) string {
	if len(snap.Tunnels) == 0 {
		return noTunnels
	}
	var b strings.Builder
	fmt.Fprintf(&b, "\nL2TP Tunnel Information Total tunnels %d sessions %d\n", len(snap.Tunnels), len(snap.Sessions))
	for i := range snap.Tunnels {
		if t := &snap.Tunnels[i]; id == 0 || t.LocalID == id {
			tunnelAll(&b, t, now, d)
		}
	}
	b.WriteByte('\n')
	return b.String()
}

func tunnelAll(b *strings.Builder, t *l2tp.TunnelInfo, now clock.Instant, d Dialect) {
	fmt.Fprintf(b, "\nTunnel id %d is up, remote id is %d, %d active sessions\n", t.LocalID, t.RemoteID, t.Sessions)
	fmt.Fprintf(b, "  %s initiated tunnel\n", initiated(t.Dialled))
	fmt.Fprintf(b, "  Tunnel state is %s, time since change %s\n", t.State, logging.Elapsed(now.Sub(t.Changed)))
	fmt.Fprintf(b, "  Tunnel transport is UDP (17)\n  Remote tunnel name is %s\n", t.RemoteName)
	fmt.Fprintf(b, "    Internet Address %s, port %d\n  Local tunnel name is %s\n", t.Remote.Addr(), t.Remote.Port(), t.LocalName)
	fmt.Fprintf(b, "    Internet Address %s, port %d\n", t.Local.Addr(), t.Local.Port())
	if d == M15 {
		fmt.Fprintf(b, "  L2TP class for tunnel is %s\n", t.Group)
		for _, title := range []string{"  Counters, taking last clear into account:", "  Counters, ignoring last clear:"} {
			fmt.Fprintf(b, "%s\n    %d packets sent, %d received\n    %d bytes sent, %d received\n", title, t.PacketsOut, t.PacketsIn, t.BytesOut, t.BytesIn)
			if strings.Contains(title, "taking") {
				b.WriteString("    Last clearing of counters never\n")
			}
		}
	} else {
		fmt.Fprintf(b, "  %d packets sent, %d received\n  %d bytes sent, %d received\n", t.PacketsOut, t.PacketsIn, t.BytesOut, t.BytesIn)
		b.WriteString("  Last clearing of \"show vpdn\" counters never\n")
	}
	tunnelControl(b, t)
}

func tunnelControl(b *strings.Builder, t *l2tp.TunnelInfo) {
	fmt.Fprintf(b, "  Control Ns %d, Nr %d\n  Local RWS %d (default), Remote RWS %d\n  In Use Remote RWS %d\n", t.Ns, t.Nr, t.LocalRWS, t.RemoteRWS, t.InUseRWS)
	if t.Congestion > 0 {
		fmt.Fprintf(b, "  Control channel Congestion Control is enabled\n    Congestion Window size, Cwnd %d\n    Slow Start threshold, Ssthresh %d\n", t.Congestion, t.Threshold)
	} else {
		b.WriteString("  Control channel Congestion Control is disabled\n")
	}
	b.WriteString("  Tunnel PMTU checking disabled\n")
	fmt.Fprintf(b, "  Retransmission time %d, max %d seconds\n", seconds(t.Retransmit), seconds(t.RetransmitMax))
	fmt.Fprintf(b, "  Unsent queuesize %d, max %d\n  Resend queuesize %d, max %d\n", t.Unsent, t.MaxUnsent, t.Resend, t.MaxResend)
	fmt.Fprintf(b, "  Total resends %d, ZLB ACKs sent %d\n", t.Resends, t.ZLBs)
	fmt.Fprintf(b, "  Total out-of-order dropped pkts %d\n  Total out-of-order reorder pkts %d\n", t.OrderDropped, t.Reordered)
	fmt.Fprintf(b, "  Total peer authentication failures %d\n  Current no session pak queue check 0 of 5\n", t.AuthFailures)
	b.WriteString("  Retransmit time distribution: ")
	for _, n := range t.ResendTimes {
		fmt.Fprintf(b, "%d ", n)
	}
	fmt.Fprintf(b, "\n  Control message authentication is %s\n", enabled(t.Authentication))
	if t.Group != "" {
		fmt.Fprintf(b, "  VPDN group for tunnel is %s\n", t.Group)
	}
}

func seconds(d time.Duration) int { return int(d / time.Second) }

func initiated(here bool) string {
	if here {
		return "Locally"
	}
	return "Remotely"
}

// VPDNSessionAll is `show vpdn session all`; id, when not 0, chooses one.
func VPDNSessionAll(snap *l2tp.Snapshot, id uint16, now clock.Instant, d Dialect) string {
	if len(snap.Tunnels) == 0 {
		return noTunnels
	}
	var b strings.Builder
	b.WriteString(strings.TrimSuffix(sessionsTitle(snap), "\n"))
	for i := range snap.Sessions {
		s := &snap.Sessions[i]
		if id != 0 && s.LocalID != id {
			continue
		}
		if d == M15 {
			sessionAll15(&b, s, now)
		} else {
			sessionAll124(&b, s, now)
		}
	}
	b.WriteByte('\n')
	return b.String()
}

func sessionAll124(b *strings.Builder, s *l2tp.SessionInfo, now clock.Instant) {
	fmt.Fprintf(b, "\nSession id %d is up, tunnel id %d\nCall serial number is %d\n", s.LocalID, s.TunnelID, s.Serial)
	fmt.Fprintf(b, "Remote tunnel name is %s\n  Internet address is %s\n", s.RemoteName, s.Remote.Addr())
	fmt.Fprintf(b, "  Session state is %s, time since change %s\n", s.State, logging.Elapsed(now.Sub(s.Changed)))
	fmt.Fprintf(b, "    %d Packets sent, %d received\n    %d Bytes sent, %d received\n", s.PacketsOut, s.PacketsIn, s.BytesOut, s.BytesIn)
	fmt.Fprintf(b, "  Session username is %s\n    Interface %s\n", s.User, Short(s.Interface))
	fmt.Fprintf(b, "    Remote session id is %d, remote tunnel id %d\n", s.RemoteID, s.RemoteTunID)
	sessionTail(b, s)
	fmt.Fprintf(b, "  Unique ID is %d\n", s.Unique)
}

func sessionTail(b *strings.Builder, s *l2tp.SessionInfo) {
	fmt.Fprintf(b, "  UDP checksums are %s\n  SSS switching enabled\n", enabled(s.UDPChecksum))
	if s.Sequencing {
		fmt.Fprintf(b, "  Sequencing is on\n    Ns %d, Nr %d, %d out of order packets discarded\n", s.Ns, s.Nr, s.OrderDropped)
	} else {
		b.WriteString("  Sequencing is off\n")
	}
}

func sessionAll15(b *strings.Builder, s *l2tp.SessionInfo, now clock.Instant) {
	fmt.Fprintf(b, "\nSession id %d is up, logical session id %d, tunnel id %d\n", s.LocalID, s.Unique, s.TunnelID)
	fmt.Fprintf(b, "  Remote session id is %d, remote tunnel id %d\n  %s initiated session\n  Unique ID is %d\n", s.RemoteID, s.RemoteTunID, initiated(s.Dialled), s.Unique)
	fmt.Fprintf(b, "Session Layer 2 circuit, type is PPP, name is %s\n  Session vcid is 0\n  Circuit state is UP\n    Local circuit state is UP\n    Remote circuit state is UP\n", Short(s.Interface))
	fmt.Fprintf(b, "  Call serial number is %d\n  Remote tunnel name is %s\n    Internet address is %s\n", s.Serial, s.RemoteName, s.Remote.Addr())
	fmt.Fprintf(b, "  Local tunnel name is %s\n    Internet address is %s\n  IP protocol 17\n  Session is L2TP signaled\n", s.LocalName, s.Local.Addr())
	fmt.Fprintf(b, "  Session state is %s, time since change %s\n", s.State, logging.Elapsed(now.Sub(s.Changed)))
	fmt.Fprintf(b, "    %d Packets sent, %d received\n    %d Bytes sent, %d received\n", s.PacketsOut, s.PacketsIn, s.BytesOut, s.BytesIn)
	sessionTail(b, s)
}
