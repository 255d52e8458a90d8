package format

import (
	"fmt"
	"strings"

	"ioslab/runtime/event"
	"ioslab/runtime/l2tp"
	wire "ioslab/runtime/wire/l2tp"
)

// l2tpWords words the L2TP engine's events: the classic form of
// shared/reference/l2tp-vpdn-debug.md 2, 3 and 7 here, packets in l2tp_packet.go, the VPDN
// process and syslog in vpdn.go. Lines of the later form (12.4(11)T and after,
// section 5) are not told: its ids have no counterpart yet.
func l2tpWords(f *Formatter, dst []Message, ev event.Event) ([]Message, bool) {
	e, ok := ev.(l2tp.Event)
	if !ok {
		return dst, false
	}
	if text, ok := l2tpLine(e); ok {
		if text != "" {
			dst = append(dst, debugLine(ev, text))
		}
		return dst, true
	}
	switch e := e.(type) {
	case l2tp.AuthFailed:
		return append(dst, l2tpAuthFailed(e)...), true
	case l2tp.ControlParsed:
		return l2tpParsed(dst, e), true
	case l2tp.ControlTransmitted:
		return l2tpTransmitted(dst, e), true
	}
	return vpdnWords(dst, e), true
}

// l2tpPrefix is what stands before a line about a tunnel or session.
func l2tpPrefix(l l2tp.Label) string {
	switch {
	case l.Tunnel == 0:
		return "L2TP: "
	case l.Session == 0:
		return fmt.Sprintf("Tnl%d L2TP: ", l.Tunnel)
	case l.Interface == "":
		return fmt.Sprintf("Tnl/Sn%d/%d L2TP: ", l.Tunnel, l.Session)
	}
	return fmt.Sprintf("%s Tnl/Sn%d/%d L2TP: ", l.Interface, l.Tunnel, l.Session)
}

// l2tpLine words the events that make one line; empty for one that IOS is not
// known to tell.
func l2tpLine(ev l2tp.Event) (string, bool) {
	switch e := ev.(type) {
	case l2tp.MessageReceived:
		return l2tpReceived(e), true
	case l2tp.MessageSent:
		return l2tpSent(e), true
	case l2tp.SecurityRefused:
		return `L2TP: Ignoring SCCRQ, tunnel from "` + e.Remote + `" requires security, however the SCCRQ was received unprotected`, true
	case l2tp.GroupMissing:
		return "L2TP: Could not find info block for " + e.Remote, true
	case l2tp.TunnelCreated:
		return fmt.Sprintf("%sNew tunnel created for remote %s, address %s", l2tpPrefix(e.Label), e.Remote, e.Addr), true
	case l2tp.ChallengeGot:
		if e.Type == wire.TypeSCCRP {
			return l2tpPrefix(e.Label) + "Got a challenge from remote peer, " + e.Remote, true
		}
		return fmt.Sprintf("%sGot a challenge in %s, %s", l2tpPrefix(e.Label), l2tpName(e.Type), e.Remote), true
	case l2tp.ResponseGot:
		if e.Type == wire.TypeSCCRP {
			return l2tpPrefix(e.Label) + "Got a response from remote peer, " + e.Remote, true
		}
		return fmt.Sprintf("%sGot a Challenge Response in %s from %s", l2tpPrefix(e.Label), l2tpName(e.Type), e.Remote), true
	case l2tp.ChallengeMissing:
		return l2tpPrefix(e.Label) + "Tunnel authentication required but no challenge in SCCRQ", true
	case l2tp.AuthSucceeded:
		return l2tpPrefix(e.Label) + "Tunnel Authentication success", true
	case l2tp.RetransmitDelaySet:
		return fmt.Sprintf("%sControl channel retransmit delay set to %d seconds", l2tpPrefix(e.Label), int(e.Delay.Seconds())), true
	case l2tp.TunnelChanged:
		return fmt.Sprintf("%sTunnel state change from %s to %s", l2tpPrefix(e.Label), tunnelState(e.From), tunnelState(e.To)), true
	case l2tp.TunnelMachine:
		return l2tpPrefix(e.Label) + "SM State " + tunnelState(e.State), true
	case l2tp.NoSessionsLeft:
		return fmt.Sprintf("%sNo more sessions in tunnel, shutdown (likely) in %d seconds", l2tpPrefix(e.Label), int(e.After.Seconds())), true
	case l2tp.TunnelShutdown:
		return l2tpPrefix(e.Label) + "Shutdown tunnel", true
	case l2tp.PeerDead:
		return "", true // no wording known
	case l2tp.SessionEnabled:
		return l2tpPrefix(e.Label) + "Session FS enabled", true
	case l2tp.SessionChanged:
		return fmt.Sprintf("%sSession state change from %s to %s", l2tpPrefix(e.Label), sessionState(e.From), sessionState(e.To)), true
	case l2tp.CallAccepted:
		return l2tpPrefix(e.Label) + "Accepted ICRQ, new session created", true
	case l2tp.CallCreated:
		return l2tpPrefix(e.Label) + "Create session", true
	case l2tp.SessionReady:
		return l2tpPrefix(e.Label) + "VPDN session up", true
	case l2tp.SessionDestroyed:
		return l2tpPrefix(e.Label) + "Destroying session", true
	case l2tp.InterfaceReleased:
		return fmt.Sprintf("%sVPDN: Releasing idb for LAC/LNS tunnel %d/%d session %d state %s", l2tpPrefix(e.Label),
			e.Tunnel, e.RemoteTunnel, e.Session, sessionState(e.State)), true
	}
	return "", false
}

// tunnelState names a state as IOS 12.4 does: one wait state for both roles,
// and a lingering tunnel counts as idle.
func tunnelState(s l2tp.TunnelState) string {
	switch s {
	case l2tp.TunnelWaitReply, l2tp.TunnelWaitConn:
		return "wait-ctl-reply"
	case l2tp.TunnelLingering, l2tp.TunnelIdle:
		return "idle"
	case l2tp.TunnelEstablished:
		return "established"
	case l2tp.TunnelNoSessions:
		return "no-sessions-left"
	case l2tp.TunnelShutting:
		return "shutting-down"
	}
	return s.String()
}

// sessionState names a state as IOS 12.4 does.
func sessionState(s l2tp.SessionState) string {
	switch s {
	case l2tp.SessionWaitTunnel:
		return "wait-for-tunnel"
	case l2tp.SessionWaitService:
		return "wait-for-service-selection-iccn"
	case l2tp.SessionIdle, l2tp.SessionWaitReply, l2tp.SessionWaitConnect, l2tp.SessionEstablished:
		return s.String()
	}
	return s.String()
}

// l2tpName is a message's name in events; packets shout HELLO.
func l2tpName(t wire.MessageType) string {
	if t == wire.TypeHello {
		return "Hello"
	}
	return t.String()
}

func l2tpReceived(e l2tp.MessageReceived) string {
	if e.Type == wire.TypeICRP {
		return "" // section 7 has none
	}
	p := l2tpPrefix(e.Label)
	switch {
	case e.Type == wire.TypeSCCRP:
		return fmt.Sprintf("%sI SCCRP from %s", p, e.Remote)
	case e.Session != 0:
		return fmt.Sprintf("%sI %s from %s tnl %d, cl %d", p, l2tpName(e.Type), e.Remote, e.RemoteTunnel, e.RemoteSession)
	}
	return fmt.Sprintf("%sI %s from %s tnl %d", p, l2tpName(e.Type), e.Remote, e.RemoteTunnel)
}

func l2tpSent(e l2tp.MessageSent) string {
	p := l2tpPrefix(e.Label)
	switch e.Type {
	case wire.TypeSCCRQ:
		return p + "O SCCRQ"
	case wire.TypeHello:
		return fmt.Sprintf("%sO Hello to %s tnlid %d", p, e.Remote, e.RemoteTunnel)
	case wire.TypeSCCRP, wire.TypeSCCCN, wire.TypeStopCCN:
		// Two spaces: the documented form.
		return fmt.Sprintf("%sO %s  to %s tnlid %d", p, e.Type, e.Remote, e.RemoteTunnel)
	default:
		return fmt.Sprintf("%sO %s to %s %d/%d", p, e.Type, e.Remote, e.RemoteTunnel, e.RemoteSession)
	}
}

func l2tpAuthFailed(e l2tp.AuthFailed) []Message {
	p := l2tpPrefix(e.Label)
	out := []Message{debugLine(e, p+"Tunnel auth failed for "+e.Remote)}
	if e.HasExpected && e.HasGot {
		out = append(out, debugLine(e, fmt.Sprintf("%sExpected %s Got %s", p, hexUpper(e.Expected[:]), hexUpper(e.Got[:]))))
	}
	return out
}

func hexUpper(b []byte) string { return strings.ToUpper(fmt.Sprintf("%x", b)) }
