package logging

import (
	"ioslab/debug/format"
	"ioslab/runtime/clock"
	"ioslab/runtime/event"
)

// Events is a node's event.Sink: it words the events that the debug conditions
// ask for and logs them at the node's present instant.
type Events struct {
	Logger     *Logger
	Conditions *Conditions
	Formatter  format.Formatter
	// Now returns the instant of the step that the node is taking.
	Now func() clock.Instant
	// Filter, when set, may refuse an event that its condition would let
	// through (`debug ip packet 101`).
	Filter func(event.Event) bool

	scratch []format.Message
}

// Wants reports whether a debug condition (or syslog) covers one of the classes.
func (e *Events) Wants(c event.Class) bool { return e.Conditions.Mask()&c != 0 }

// Emit words ev and logs its lines, when a condition asks for it.
func (e *Events) Emit(ev event.Event) {
	if !e.Wants(ev.Class()) || e.Filter != nil && !e.Filter(ev) {
		return
	}
	// The scratch slice is taken away while in use: a sink may emit again.
	scratch := e.scratch
	e.scratch = nil
	scratch = e.Formatter.Append(scratch[:0], ev)
	now := e.Now()
	mask := e.Conditions.Mask()
	for _, m := range scratch {
		if m.Class == 0 || m.Class&mask != 0 {
			e.Logger.Log(now, m)
		}
	}
	clear(scratch)
	e.scratch = scratch
}
