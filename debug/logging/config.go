package logging

import "net/netip"

// Destination is one of the places that messages go to.
type Destination struct {
	// On is false after `no logging console` and its like.
	On bool
	// Level is the least urgent severity that is taken.
	Level Severity
}

func (d Destination) takes(s Severity) bool { return d.On && s <= d.Level }

// Config is the whole desired state of a node's logging: the `logging …` and
// `service …` lines. The zero Config is everything off; start from Defaults.
type Config struct {
	// On is `logging on`. When it is off only the console is written.
	On      bool
	Console Destination
	Monitor Destination
	Buffer  Destination
	// BufferSize is the size of the ring in bytes, 4096 to MaxBufferSize.
	BufferSize int
	Trap       Destination
	// Hosts are the syslog servers, in the order configured, MaxHosts at most.
	Hosts []netip.Addr
	// Facility goes into what syslog servers get.
	Facility Facility
	// RateLimit is `logging rate-limit [console] N`: messages a second; 0 is none.
	RateLimit int
	// RateLimitConsoleOnly is true for `logging rate-limit console N`.
	RateLimitConsoleOnly bool
	// RateExcept: messages of this or a more urgent severity are not limited.
	// Negative means that none is excepted.
	RateExcept Severity
	// SequenceNumbers is `service sequence-numbers`.
	SequenceNumbers bool
	// Debug and Log are the time stamps of debug lines and of %-messages.
	Debug StampFormat
	Log   StampFormat
}

const (
	// MinBufferSize is the least that `logging buffered N` takes.
	MinBufferSize = 4096
	// MaxBufferSize bounds the ring of one node (IOS takes 2147483647; nobody
	// reads 16 MiB of log at a console).
	MaxBufferSize = 16 << 20
	// MaxHosts bounds the syslog servers of a node, as IOS does.
	MaxHosts = 16
)

// Defaults returns what 12.4T does without any logging line: console and
// monitor take everything, the buffer is off, trap takes informational, and
// both stamps are uptime.
func Defaults() Config {
	return Config{
		On:         true,
		Console:    Destination{true, Debugging},
		Monitor:    Destination{true, Debugging},
		Buffer:     Destination{false, Debugging},
		BufferSize: MinBufferSize,
		Trap:       Destination{true, Informational},
		Facility:   Local7,
		RateExcept: -1,
		Debug:      StampFormat{Kind: StampUptime},
		Log:        StampFormat{Kind: StampUptime},
	}
}
