package session

import (
	"net/netip"
	"strconv"
	"time"
)

// LineKind is what a session comes in on.
type LineKind int

// The kinds of lines.
const (
	Console LineKind = iota
	Aux
	VTY
)

// String returns the kind's word in the configuration: con, aux, vty.
func (k LineKind) String() string {
	switch k {
	case Console:
		return "con"
	case Aux:
		return "aux"
	case VTY:
		return "vty"
	}
	return "unknown"
}

// Place is where a session sits. It does not change.
type Place struct {
	Kind LineKind
	// Number counts within the kind: vty 0 to 4.
	Number int
	// TTY is the absolute line number of `show users`.
	TTY int
	// Remote is the peer's address, invalid for console and aux.
	Remote netip.Addr
}

// Name returns the short name without a blank: con0, vty2.
func (p Place) Name() string { return p.Kind.String() + strconv.Itoa(p.Number) }

// LogName returns the name in log messages: console, vty0.
func (p Place) LogName() string {
	if p.Kind == Console {
		return "console"
	}
	return p.Name()
}

// Params are the settings of a session that the configuration's `line` block
// and the `terminal` commands decide.
type Params struct {
	// Length is the page length in lines; 0 never stops. Width is in columns; 0
	// never scrolls.
	Length, Width int
	// History is the number of lines remembered, 0 for none.
	History int
	// ExecTimeout ends an idle EXEC; 0 is never.
	ExecTimeout time.Duration
	// Synchronous is `logging synchronous`.
	Synchronous bool
}

// DefaultParams returns what a line does without being configured: 24 lines,
// 80 columns, 20 lines of history, 10 minutes.
func DefaultParams() Params {
	return Params{Length: 24, Width: 80, History: DefaultHistory, ExecTimeout: 10 * time.Minute}
}
