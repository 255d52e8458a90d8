package logging

import (
	"fmt"
	"net/netip"
	"strings"

	"ioslab/debug/format"
	"ioslab/runtime/clock"
	"ioslab/runtime/event"
)

// Terminal takes log output: the console, or a vty after `terminal monitor`.
// text is one whole message, stamped, without a newline at its end; it may
// hold '\n' between its physical lines.
type Terminal interface {
	WriteLog(now clock.Instant, text string)
}

// Host sends a message to a syslog server over UDP.
type Host interface {
	// SendSyslog is told the whole datagram, `<189>12: *Mar  1 …: %SYS-5-…`.
	SendSyslog(now clock.Instant, host netip.Addr, datagram string)
}

// Logger is one node's logging process. It belongs to the node's goroutine.
type Logger struct {
	cfg      Config
	wall     *WallClock
	console  []Terminal
	monitors []Terminal
	host     Host
	buffer   ring
	seq      uint64
	count    Counters
	limiter  limiter
}

// Counters are the numbers of `show logging`.
type Counters struct {
	Console, Monitor, Buffer, Trap uint64
	// RateLimited counts messages refused by `logging rate-limit`.
	RateLimited uint64
	// Dropped counts messages that no destination could take.
	Dropped uint64
	// HostLines counts the lines sent to each host, in Config.Hosts' order.
	HostLines []uint64
}

// New returns a Logger with the given settings, stamping with wall.
func New(cfg Config, wall *WallClock) *Logger {
	l := &Logger{wall: wall}
	l.Configure(cfg)
	return l
}

// Configure makes cfg the whole desired state. The same value twice changes
// nothing; the lines in the buffer stay as far as they fit.
func (l *Logger) Configure(cfg Config) {
	cfg.BufferSize = min(max(cfg.BufferSize, MinBufferSize), MaxBufferSize)
	if len(cfg.Hosts) > MaxHosts {
		cfg.Hosts = cfg.Hosts[:MaxHosts]
	}
	if cfg.BufferSize != l.cfg.BufferSize {
		l.buffer.resize(cfg.BufferSize)
	}
	if len(cfg.Hosts) != len(l.count.HostLines) {
		l.count.HostLines = make([]uint64, len(cfg.Hosts))
	}
	l.cfg = cfg
}

// Config returns the settings in force.
func (l *Logger) Config() Config { return l.cfg }

// Clock returns the clock that stamps the messages.
func (l *Logger) Clock() *WallClock { return l.wall }

// AttachConsole adds a terminal that follows `logging console`.
func (l *Logger) AttachConsole(t Terminal) { l.console = attach(l.console, t) }

// AttachMonitor adds a terminal that follows `logging monitor`, as
// `terminal monitor` on a vty does.
func (l *Logger) AttachMonitor(t Terminal) { l.monitors = attach(l.monitors, t) }

// Detach takes a terminal away from console and monitors.
func (l *Logger) Detach(t Terminal) {
	l.console = detach(l.console, t)
	l.monitors = detach(l.monitors, t)
}

// DetachMonitor undoes AttachMonitor only (`terminal no monitor`).
func (l *Logger) DetachMonitor(t Terminal) { l.monitors = detach(l.monitors, t) }

// SetHost says who sends to syslog servers; nil sends nothing.
func (l *Logger) SetHost(h Host) { l.host = h }

func attach(list []Terminal, t Terminal) []Terminal {
	for _, have := range list {
		if have == t {
			return list
		}
	}
	return append(list, t)
}

func detach(list []Terminal, t Terminal) []Terminal {
	kept := make([]Terminal, 0, len(list)) // a new slice: a terminal may detach while it is written to
	for _, have := range list {
		if have != t {
			kept = append(kept, have)
		}
	}
	return kept
}

// Log stamps m and writes it to the destinations that take its severity.
// An empty text is an empty line, without a stamp.
func (l *Logger) Log(now clock.Instant, m format.Message) {
	severity := Severity(min(max(m.Severity, 0), 7))
	text := l.stamped(now, m)
	limited := l.limited(now, severity)
	if limited {
		l.count.RateLimited++
		if !l.cfg.RateLimitConsoleOnly {
			return
		}
	}
	if l.cfg.Console.takes(severity) && !limited {
		l.count.Console++
		for _, t := range l.console {
			t.WriteLog(now, text)
		}
	}
	if !l.cfg.On {
		return
	}
	l.spread(now, severity, text)
}

// spread writes to the destinations other than the console.
func (l *Logger) spread(now clock.Instant, severity Severity, text string) {
	if l.cfg.Monitor.takes(severity) {
		for _, t := range l.monitors {
			l.count.Monitor++
			t.WriteLog(now, text)
		}
	}
	if l.cfg.Buffer.takes(severity) {
		l.count.Buffer++
		for line := range strings.SplitSeq(text, "\n") {
			l.buffer.add(line)
		}
	}
	if l.cfg.Trap.takes(severity) {
		l.count.Trap++
		l.sendHosts(now, severity, text)
	}
}

func (l *Logger) sendHosts(now clock.Instant, severity Severity, text string) {
	if l.host == nil || text == "" {
		return
	}
	for i, h := range l.cfg.Hosts {
		l.count.HostLines[i]++
		number := ""
		if !l.cfg.SequenceNumbers { // else the text begins with its number already
			number = fmt.Sprintf("%d: ", l.count.HostLines[i])
		}
		l.host.SendSyslog(now, h, fmt.Sprintf("<%d>%s%s", int(l.cfg.Facility)*8+int(severity), number, text))
	}
}

// stamped returns the message with sequence number and time stamp on its first
// physical line.
func (l *Logger) stamped(now clock.Instant, m format.Message) string {
	if m.Text == "" {
		return ""
	}
	l.seq++
	f := l.cfg.Debug
	if m.Class&event.Syslog != 0 {
		f = l.cfg.Log
	}
	prefix := f.Prefix(l.wall, now)
	if l.cfg.SequenceNumbers {
		prefix = fmt.Sprintf("%06d: %s", l.seq, prefix)
	}
	return prefix + m.Text
}

// ClearBuffer is `clear logging`.
func (l *Logger) ClearBuffer() { l.buffer.clear() }

// Lines returns the buffer's lines, oldest first. The slice is valid until the
// next call of the Logger.
func (l *Logger) Lines() []string { return l.buffer.all() }

// Counters returns the numbers so far; HostLines is shared until the next call.
func (l *Logger) Counters() Counters { return l.count }

// limiter allows a number of messages in each second of the node's time line.
type limiter struct {
	second int64
	used   int
}

func (l *Logger) limited(now clock.Instant, s Severity) bool {
	if l.cfg.RateLimit <= 0 || s <= l.cfg.RateExcept {
		return false
	}
	if second := int64(now) / 1e9; second != l.limiter.second {
		l.limiter = limiter{second: second}
	}
	l.limiter.used++
	return l.limiter.used > l.cfg.RateLimit
}
