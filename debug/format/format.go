package format

import "ioslab/runtime/event"

// Dialect selects between the wordings of IOS releases.
type Dialect int

const (
	// IOS124T is 12.4(24)T, the house dialect.
	IOS124T Dialect = iota
	// IOS15 is 15.x M/T, selected by `version 15.x` in the configuration.
	IOS15
)

// Message is one message as IOS hands it to its logging process.
type Message struct {
	// Class is the debug condition; event.Syslog for a %-message.
	Class event.Class
	// Severity is 0 to 7; debug lines have 7.
	Severity int
	// Text is the message without a time stamp. It may hold newlines (only the
	// first physical line is stamped). Empty text prints an empty line without a stamp.
	Text string
}

// Formatter words events in one dialect. It holds no state of its own.
type Formatter struct{ Dialect Dialect }

// words is one engine's wording: it appends the lines of ev and reports whether
// it knows the event's type.
type words func(f *Formatter, dst []Message, ev event.Event) ([]Message, bool)

// engines lists the wordings; each file adds its own in an init-free way, by
// standing in this list.
var engines = []words{ipsecWords, l2tpWords, pppWords, ipWords, aaaWords, isakmpWords}

// Append appends the messages that IOS prints for ev to dst. An event that no
// engine's wording knows appends nothing.
func (f *Formatter) Append(dst []Message, ev event.Event) []Message {
	for _, w := range engines {
		if out, ok := w(f, dst, ev); ok {
			return out
		}
	}
	return dst
}

// debugLine returns a debug message under the event's class.
func debugLine(ev event.Event, text string) Message {
	return Message{Class: ev.Class(), Severity: 7, Text: text}
}
