package logging

import (
	"fmt"
	"time"

	"ioslab/runtime/clock"
)

// TimeSource says where the router's time of day comes from.
type TimeSource int

// The sources, in rising authority.
const (
	NoSource TimeSource = iota // booted with whatever base it was given
	Calendar                   // hardware calendar
	ByUser                     // `clock set`
	ByNTP
)

// String returns the second line of `show clock detail`.
func (s TimeSource) String() string {
	switch s {
	case NoSource:
		return "No time source"
	case Calendar:
		return "Time source is hardware calendar"
	case ByUser:
		return "Time source is user configuration"
	case ByNTP:
		return "Time source is NTP"
	}
	return "unknown"
}

// DynamipsEpoch is where an emulated 12.4 router's clock starts when it has no
// calendar: Fri Mar 1 2002, 00:00:00 UTC.
var DynamipsEpoch = time.Date(2002, time.March, 1, 0, 0, 0, 0, time.UTC)

// Zone is `clock timezone NAME HOURS [MINUTES]`.
type Zone struct {
	// Name is the abbreviation printed; empty means UTC.
	Name string
	// Offset is added to UTC.
	Offset time.Duration
}

// WallClock is the router's time of day: a base time at instant 0 of the
// node's time line, moved by `clock set`.
type WallClock struct {
	base   time.Time
	boot   clock.Instant
	zone   Zone
	source TimeSource
	lost   bool
}

// NewWallClock returns a clock that shows base at instant boot, not
// synchronised (`*`). boot is also where the router's uptime counts from.
func NewWallClock(base time.Time, boot clock.Instant) *WallClock {
	return &WallClock{base: base.UTC(), boot: boot}
}

// UTC returns the time of day at now.
func (w *WallClock) UTC(now clock.Instant) time.Time { return w.base.Add(now.Sub(w.boot)) }

// Local returns the time of day in the configured zone; its zone name is the
// configured one.
func (w *WallClock) Local(now clock.Instant) time.Time {
	name := w.zone.Name
	if name == "" {
		name = "UTC"
	}
	return w.UTC(now).In(time.FixedZone(name, int(w.zone.Offset/time.Second)))
}

// Uptime returns the time since boot.
func (w *WallClock) Uptime(now clock.Instant) time.Duration { return now.Sub(w.boot) }

// Boot returns the instant from which uptime counts.
func (w *WallClock) Boot() clock.Instant { return w.boot }

// SetZone applies `clock timezone`; the zero Zone is UTC.
func (w *WallClock) SetZone(z Zone) { w.zone = z }

// SetLocal applies `clock set` or a synchronisation: t's date and time of day
// are meant in the configured zone.
func (w *WallClock) SetLocal(now clock.Instant, t time.Time, source TimeSource) {
	utc := time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), time.UTC).Add(-w.zone.Offset)
	w.base = utc.Add(-now.Sub(w.boot))
	w.source, w.lost = source, false
}

// Lose marks that the synchronised source went away: the mark becomes `.`.
func (w *WallClock) Lose() { w.lost = w.source == ByNTP }

// Source returns where the time comes from.
func (w *WallClock) Source() TimeSource { return w.source }

// IsSet reports whether the time is authoritative or was once.
func (w *WallClock) IsSet() bool { return w.source >= ByUser }

// Mark returns the sign in front of a time: `*` never set, `.` set but its
// source was lost, or nothing.
func (w *WallClock) Mark() string {
	switch {
	case w.source < ByUser:
		return "*"
	case w.lost:
		return "."
	}
	return ""
}

// Show returns the line of `show clock`: mark, time with milliseconds, zone,
// weekday, month, day, year.
func (w *WallClock) Show(now clock.Instant) string {
	return w.Mark() + w.Local(now).Format("15:04:05.000 MST Mon Jan 2 2006")
}

// Stamp returns the form used in "Last configuration change at" lines:
// `18:41:02 UTC Thu Nov 24 2016`, with the mark in front when not set.
func (w *WallClock) Stamp(now clock.Instant) string {
	return w.Local(now).Format("15:04:05 MST Mon Jan 2 2006")
}

// UptimeWords words a duration as `show version` does: `1 hour, 20 minutes`.
// Zero parts are left out, except that nothing at all is `0 minutes`.
func UptimeWords(d time.Duration) string {
	minutes := int64(d / time.Minute)
	parts := []struct {
		n    int64
		unit string
	}{
		{minutes / (60 * 24 * 365), "year"},
		{minutes % (60 * 24 * 365) / (60 * 24 * 7), "week"},
		{minutes % (60 * 24 * 365) % (60 * 24 * 7) / (60 * 24), "day"},
		{minutes / 60 % 24, "hour"},
		{minutes % 60, "minute"},
	}
	words := ""
	for _, p := range parts {
		if p.n == 0 {
			continue
		}
		if words != "" {
			words += ", "
		}
		words += fmt.Sprintf("%d %s", p.n, p.unit)
		if p.n != 1 {
			words += "s"
		}
	}
	if words == "" {
		return "0 minutes"
	}
	return words
}

// Elapsed words a duration as tables do: `00:12:15` up to a day, then
// `1d02h`, from a week on `43w2d`, from a year on `1y12w`.
func Elapsed(d time.Duration) string {
	if d < 0 {
		d = 0
	}
	s := int64(d / time.Second)
	switch days := s / 86400; {
	case days == 0:
		return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
	case days < 7:
		return fmt.Sprintf("%dd%02dh", days, s/3600%24)
	case days < 365:
		return fmt.Sprintf("%dw%dd", days/7, days%7)
	default:
		return fmt.Sprintf("%dy%02dw", days/365, days%365/7)
	}
}
