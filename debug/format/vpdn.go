package format

import (
	"fmt"

	"ioslab/runtime/event"
	"ioslab/runtime/l2tp"
)

// vpdnWords words what the VPDN process tells of L2TP's calls
// (shared/reference/l2tp-vpdn-debug.md 6), and the VPDN syslog messages (syslog.md).
func vpdnWords(dst []Message, ev l2tp.Event) []Message {
	debug := func(text string) []Message { return append(dst, debugLine(ev, text)) }
	switch e := ev.(type) {
	case l2tp.SocketMessage:
		return debug("VPDN Received L2TUN socket message <" + socketWords(e.Kind) + ">")
	case l2tp.AcceptRequested:
		return debug(vpdnPrefix(e.Label) + "L2TUN socket session accept requested")
	case l2tp.DataplaneSet:
		return debug(vpdnPrefix(e.Label) + "Setting up dataplane for L2-L2, no idb")
	case l2tp.CallUp:
		return debug(vpdnPrefix(e.Label) + "VPDN session up")
	case l2tp.CallDisconnected:
		return debug(vpdnPrefix(e.Label) + disconnectWords(e))
	case l2tp.CallShutdown:
		return debug(fmt.Sprintf("%svpdn shutdown session, result=%d, error=%d, vendor_err=0, syslog_error_code=%d, syslog_key_type=1",
			vpdnPrefix(e.Label), e.Result, e.Error, syslogError(e.Error)))
	case l2tp.AccountingStopped:
		return debug(vpdnPrefix(e.Label) + "VPDN/AAA: accounting stop sent")
	case l2tp.CallUnbound:
		return debug(vpdnPrefix(e.Label) + "Unbinding session from idb")
	case l2tp.DataReceived:
		return debug(dataLine(e.Label, "I", e.Header))
	case l2tp.DataSent:
		return debug(dataLine(e.Label, "O", e.Header))
	case l2tp.SessionClosed:
		return append(dst, syslogLine(6, fmt.Sprintf("%%VPDN-6-CLOSED: L2TP %s %s closed %s user %s; Result %d, Error %d, %s",
			roleWord(e.Dialled), e.LocalName, e.Interface, e.User, e.Result, e.Error, e.Message)))
	case l2tp.TunnelRefused:
		// Two spaces before "for": a word is left out there (syslog.md).
		return append(dst, syslogLine(6, fmt.Sprintf("%%VPDN-6-AUTHENFAIL: L2TP %s %s, authentication failure  for tunnel %s",
			roleWord(e.Dialled), e.LocalName, e.Remote)))
	case l2tp.SessionLimitHit:
		return append(dst, syslogLine(6, fmt.Sprintf("%%VPDN-6-MAX_SESS_EXCD: L2TP LNS %s has exceeded configured local session-limit and rejected user ", e.LocalName)))
	}
	return dst
}

func syslogLine(severity int, text string) Message {
	return Message{Class: event.Syslog, Severity: severity, Text: text}
}

// vpdnPrefix names a call by its interface once it has one, before that by its number.
func vpdnPrefix(l l2tp.Label) string {
	if l.Interface != "" {
		return "VPDN " + l.Interface + " "
	}
	return fmt.Sprintf("VPDN uid:%d ", l.Unique)
}

func roleWord(lac bool) string {
	if lac {
		return "LAC"
	}
	return "LNS"
}

func socketWords(k l2tp.SocketKind) string {
	switch k {
	case l2tp.SocketIncoming:
		return "xCCRQ - Session Incoming"
	case l2tp.SocketConnected:
		return "xCCN - Session Connected"
	case l2tp.SocketDisconnected:
		return "CDN - Session Disconnected"
	}
	return k.String()
}

// disconnectWords words the causes. With a cause of 0 nothing follows the
// slash, and two spaces stand before Ascend.
func disconnectWords(e l2tp.CallDisconnected) string {
	who := "L2X"
	if e.AAA {
		who = "AAA"
	}
	ietf := terminateCauses[e.IETF]
	if ietf == "" {
		ietf = " "
	}
	return fmt.Sprintf("disconnect (%s) IETF: %d/%s Ascend: %d/%s", who, e.IETF, ietf, e.Ascend, ascendCauses[e.Ascend])
}

// syslogError is 2 for a vendor error, the only pair known.
func syslogError(code uint16) int {
	if code == 6 {
		return 2
	}
	return int(code)
}

// terminateCauses are the RADIUS Acct-Terminate-Cause values (RFC 2866 5.10) in IOS's spelling.
var terminateCauses = map[int]string{
	1: "user-request", 2: "lost-carrier", 3: "lost-service", 4: "idle-timeout", 5: "session-timeout", 6: "admin-reset",
	7: "admin-reboot", 8: "port-error", 9: "nas-error", 10: "nas-request", 11: "nas-reboot", 12: "port-unneeded",
	13: "port-preempted", 14: "port-suspended", 15: "service-unavailable", 16: "callback", 17: "user-error", 18: "host-request",
}

// ascendCauses are the Ascend-Disconnect-Cause values that calls here end with.
var ascendCauses = map[int]string{
	26: "PPP CHAP Fail", 40: "PPP LCP Timeout", 41: "PPP LCP Fail", 42: "PPP PAP Fail", 43: "PPP CHAP Fail",
	45: "PPP Remote Terminate", 46: "PPP Closed", 100: "Session Timeout", 102: "Local Admin Disconnect",
}
