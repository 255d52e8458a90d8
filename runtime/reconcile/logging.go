package reconcile

import (
	"net/netip"
	"strconv"
	"strings"
	"time"

	"ioslab/debug/logging"
	"ioslab/parser/config"
)

// Logging returns the logging process's part of c.
func Logging(c *config.Config) logging.Config {
	l := &c.Logging
	out := logging.Defaults()
	out.On = l.On.Or(true)
	out.Console = destination(out.Console, l.DisableConsole, l.Console)
	out.Monitor = destination(out.Monitor, l.DisableMonitor, l.Monitor)
	out.Trap = destination(out.Trap, false, l.Trap)
	if b, ok := l.Buffered.Get(); ok && !l.DisableBuffered {
		out.Buffer = destination(logging.Destination{On: true, Level: logging.Debugging}, false, b.Level)
		out.BufferSize = b.Size.Or(logging.MinBufferSize)
	}
	for h := range l.Hosts.All() {
		if a, err := netip.ParseAddr(h.Host); err == nil {
			out.Hosts = append(out.Hosts, a)
		}
	}
	if f, ok := l.Facility.Get(); ok {
		if v, ok := logging.ParseFacility(f); ok {
			out.Facility = v
		}
	}
	rateLimit(&out, l.RateLimit)
	out.SequenceNumbers = c.System.Service.SequenceNumbers.Or(false)
	out.Debug = stamps(c.System.TimestampsDebug)
	out.Log = stamps(c.System.TimestampsLog)
	return out
}

func destination(d logging.Destination, off bool, level config.Opt[config.Severity]) logging.Destination {
	if level.Set {
		d.Level = logging.Severity(level.Value)
	}
	d.On = d.On && !off
	return d
}

// rateLimit reads `logging rate-limit [console] N [except SEVERITY]`.
func rateLimit(out *logging.Config, o config.Opt[string]) {
	words := strings.Fields(o.Value)
	if len(words) > 0 && words[0] == "console" {
		out.RateLimitConsoleOnly = true
		words = words[1:]
	}
	if len(words) > 0 && words[0] == "all" {
		words = words[1:]
	}
	if len(words) == 0 {
		return
	}
	if n, err := strconv.Atoi(words[0]); err == nil {
		out.RateLimit = n
	}
	if len(words) == 3 && words[1] == "except" {
		if s, ok := logging.ParseSeverity(words[2]); ok {
			out.RateExcept = s
		}
	}
}

// stamps returns a `service timestamps` line. Without one, 12.4(24)T stamps with date, time
// and milliseconds; `no service timestamps` is the form "off".
func stamps(o config.Opt[config.Timestamps]) logging.StampFormat {
	t := o.Or(config.Timestamps{Form: "datetime", Msec: true})
	switch t.Form {
	case "off":
		return logging.StampFormat{Kind: logging.StampNone}
	case "datetime":
		return logging.StampFormat{Kind: logging.StampDatetime, Msec: t.Msec, Localtime: t.Localtime, ShowTimezone: t.ShowTimezone, Year: t.Year}
	}
	return logging.StampFormat{Kind: logging.StampUptime}
}

// Zone returns `clock timezone`.
func Zone(c *config.Config) logging.Zone {
	z, ok := c.System.Clock.Timezone.Get()
	if !ok {
		return logging.Zone{}
	}
	offset := time.Duration(z.Hours) * time.Hour
	minutes := time.Duration(z.Minutes.Or(0)) * time.Minute
	if z.Hours < 0 {
		minutes = -minutes
	}
	return logging.Zone{Name: z.Name, Offset: offset + minutes}
}
