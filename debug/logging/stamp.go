package logging

import (
	"strconv"
	"strings"

	"ioslab/runtime/clock"
)

// StampKind is the form of `service timestamps {debug|log}`.
type StampKind int

// The forms. `service timestamps debug` alone means uptime.
const (
	StampNone     StampKind = iota // no service timestamps
	StampUptime                    // uptime
	StampDatetime                  // datetime
)

// String returns the keyword of the configuration.
func (k StampKind) String() string {
	switch k {
	case StampNone:
		return "none"
	case StampUptime:
		return "uptime"
	case StampDatetime:
		return "datetime"
	}
	return "unknown"
}

// StampFormat is one whole `service timestamps` line. The flags count for
// StampDatetime only.
type StampFormat struct {
	Kind         StampKind
	Msec         bool
	Localtime    bool
	ShowTimezone bool
	Year         bool
}

// Prefix returns the stamp of a message at now, with the colon and blank that
// end it; empty for StampNone.
func (f StampFormat) Prefix(w *WallClock, now clock.Instant) string {
	switch f.Kind {
	case StampNone:
		return ""
	case StampUptime:
		return Elapsed(w.Uptime(now)) + ": "
	case StampDatetime:
		return f.datetime(w, now)
	}
	return ""
}

func (f StampFormat) datetime(w *WallClock, now clock.Instant) string {
	t := w.UTC(now)
	if f.Localtime {
		t = w.Local(now)
	}
	var b strings.Builder
	b.WriteString(w.Mark())
	b.WriteString(t.Format("Jan _2 "))
	if f.Year {
		b.WriteString(strconv.Itoa(t.Year()))
		b.WriteByte(' ')
	}
	b.WriteString(t.Format("15:04:05"))
	if f.Msec {
		b.WriteString(t.Format(".000"))
	}
	if f.ShowTimezone {
		b.WriteByte(' ')
		b.WriteString(t.Format("MST"))
	}
	b.WriteString(": ")
	return b.String()
}
