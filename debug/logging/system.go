package logging

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"ioslab/debug/format"
	"ioslab/runtime/event"
)

// Who names the person behind a session, for the messages that tell it.
type Who struct {
	// User is the name logged in with, or empty.
	User string
	// Line is `console`, `vty0`, `aux0`.
	Line string
	// From is the peer's address of a vty.
	From netip.Addr
}

// String words it as %SYS-5-CONFIG_I does: `console`, `vty0 (10.0.0.9)`,
// `cisco on console`.
func (w Who) String() string {
	s := w.Line
	if w.From.IsValid() {
		s += " (" + w.From.String() + ")"
	}
	if w.User != "" {
		s = w.User + " on " + s
	}
	return s
}

// Message returns a %-message: facility, severity, mnemonic and text.
func Message(facility string, severity Severity, mnemonic, text string) format.Message {
	return format.Message{
		Class:    event.Syslog,
		Severity: int(severity),
		Text:     fmt.Sprintf("%%%s-%d-%s: %s", facility, severity, mnemonic, text),
	}
}

// Configured is %SYS-5-CONFIG_I, told when a session leaves configuration mode.
func Configured(who Who) format.Message {
	return Message("SYS", Notifications, "CONFIG_I", "Configured from console by "+who.String())
}

// ConfiguredFrom is %SYS-5-CONFIG_I for a configuration out of memory or a file.
func ConfiguredFrom(source string, who Who) format.Message {
	return Message("SYS", Notifications, "CONFIG_I", "Configured from "+source+" by "+who.String())
}

// Restarted is %SYS-5-RESTART with the head of `show version` below it.
func Restarted(banner []string) format.Message {
	return Message("SYS", Notifications, "RESTART", "System restarted --\n"+strings.Join(banner, "\n"))
}

// Reloading is %SYS-5-RELOAD.
func Reloading(who Who) format.Message {
	return Message("SYS", Notifications, "RELOAD", "Reload requested by "+who.String()+". Reload Reason: Reload Command.")
}

// ClockUpdated is %SYS-6-CLOCKUPDATE; both times are in the router's zone.
func ClockUpdated(from, to time.Time, who Who) format.Message {
	const layout = "15:04:05 MST Mon Jan 2 2006"
	return Message("SYS", Informational, "CLOCKUPDATE", fmt.Sprintf(
		"System clock has been updated from %s to %s, configured from console by %s.", from.Format(layout), to.Format(layout), who))
}

// LoggingHost is %SYS-6-LOGGINGHOST_STARTSTOP.
func LoggingHost(host netip.Addr, port int, started bool) format.Message {
	word := "stopped"
	if started {
		word = "started"
	}
	return Message("SYS", Informational, "LOGGINGHOST_STARTSTOP", fmt.Sprintf("Logging to host %s port %d %s - CLI initiated", host, port, word))
}

// LoggedOut is %SYS-6-LOGOUT.
func LoggedOut(user string, line int, from netip.Addr) format.Message {
	return Message("SYS", Informational, "LOGOUT", fmt.Sprintf("User %s has exited tty session %d(%s)", user, line, from))
}

// CountersCleared is %CLEAR-5-COUNTERS; target is `all interfaces` or
// `interface FastEthernet0/0`.
func CountersCleared(target string, who Who) format.Message {
	return Message("CLEAR", Notifications, "COUNTERS", "Clear counter on "+target+" by "+who.String())
}

// NVRAMErased is %SYS-7-NV_BLOCK_INIT.
func NVRAMErased() format.Message {
	return Message("SYS", Debugging, "NV_BLOCK_INIT", "Initialized the geometry of nvram")
}

// BadConfig is %PARSER-4-BADCFG.
func BadConfig() format.Message {
	return Message("PARSER", Warnings, "BADCFG", "Unexpected end of configuration file.")
}

// LinkUpDown is %LINK-3-UPDOWN.
func LinkUpDown(name string, up bool) format.Message {
	return Message("LINK", Errors, "UPDOWN", "Interface "+name+", changed state to "+upDown(up))
}

// LineProtocol is %LINEPROTO-5-UPDOWN.
func LineProtocol(name string, up bool) format.Message {
	return Message("LINEPROTO", Notifications, "UPDOWN", "Line protocol on Interface "+name+", changed state to "+upDown(up))
}

// LinkAdminDown is %LINK-5-CHANGED for `shutdown`.
func LinkAdminDown(name string) format.Message {
	return Message("LINK", Notifications, "CHANGED", "Interface "+name+", changed state to administratively down")
}

// ISAKMPOnOff is %CRYPTO-6-ISAKMP_ON_OFF, told when the first crypto map is
// applied to an interface and when the last one goes.
func ISAKMPOnOff(on bool) format.Message {
	word := "OFF"
	if on {
		word = "ON"
	}
	return Message("CRYPTO", Informational, "ISAKMP_ON_OFF", "ISAKMP is "+word)
}

func upDown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}
