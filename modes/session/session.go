package session

import (
	"fmt"

	"ioslab/runtime/clock"
)

const (
	// maxTypeAhead bounds what was typed and not yet read; more is dropped with a
	// beep. A pasted configuration of 100,000 lines fits.
	maxTypeAhead = 8 << 20
	// outputPause is where a session stops producing until its output was taken.
	outputPause = 64 << 10
	// maxOutput is where log messages are dropped for a terminal that does not read.
	maxOutput = 256 << 10
	// maxHeldLogs bounds the log messages held while a command or --More-- is on.
	maxHeldLogs = 1024
)

// state is what the next key means.
type state int

const (
	stateIdle     state = iota // console: Press RETURN to get started
	statePrompt                // a command line
	stateQuestion              // an answer
	stateBusy                  // a command is going on, or its output waits
	stateClosed                // a vty that ended
)

// String returns the state's name.
func (s state) String() string {
	return [...]string{"idle", "prompt", "question", "busy", "closed"}[s]
}

// Session is one terminal session. It belongs to its node's goroutine.
type Session struct {
	place    Place
	name     func() string // the router's name, for the idle screen
	interp   Interpreter
	base     Params // of the line
	set      Params // in force
	window   [2]int // columns and rows of the terminal, 0 unknown
	pinned   bool   // `terminal length` or `width` was typed in this EXEC
	state    state
	decode   decoder
	edit     editor
	prompt   string
	exec     history
	config   history
	in       []byte
	inAt     int
	out      []byte
	taken    []byte
	col      int  // column of the terminal's cursor
	afterLog bool // the last thing on the screen is a log message

	depth    int // > 0 within a call of the interpreter
	command  bool
	redraw   bool // after the output, show the line that was being typed again
	job      Job
	question *Question
	answer   Answer
	asking   bool // question is on the screen
	filter   *lineFilter
	page     pager

	held      []string
	lost      uint64
	lastInput clock.Instant
	opened    clock.Instant
	timer     clock.Instant
	onTimer   func(clock.Instant)
}

// Config is what a session is made from.
type Config struct {
	Place  Place
	Params Params
	// Hostname returns the router's present name, for the console's idle screen.
	Hostname func() string
	// Interpreter is this session's own.
	Interpreter Interpreter
}

// New returns a session that is not open: a console shows nothing until
// ShowIdle, a vty until Connect.
func New(cfg Config) *Session {
	s := &Session{
		place: cfg.Place, name: cfg.Hostname, interp: cfg.Interpreter,
		base: cfg.Params, set: cfg.Params, timer: clock.Never,
	}
	if cfg.Place.Kind == VTY {
		s.state = stateClosed
	}
	return s
}

// Place returns where the session sits.
func (s *Session) Place() Place { return s.place }

// LineName returns con0, vty0 … for `show logging`.
func (s *Session) LineName() string { return s.place.Name() }

// Configure makes p the line's settings, those changed by `terminal` commands
// since the EXEC began included, when p differs from what the line had.
func (s *Session) Configure(p Params) {
	if p == s.base {
		return
	}
	old := s.base
	s.base = p
	if p.Length != old.Length {
		s.set.Length = p.Length
	}
	if p.Width != old.Width {
		s.set.Width = p.Width
	}
	if p.History != old.History {
		s.set.History = p.History
	}
	s.set.ExecTimeout, s.set.Synchronous = p.ExecTimeout, p.Synchronous
}

// Params returns the settings in force.
func (s *Session) Params() Params { return s.set }

// SetTerminal changes the settings of this EXEC (`terminal length 0`). The
// window's size no longer decides length and width.
func (s *Session) SetTerminal(p Params) {
	p.History = min(max(p.History, 0), MaxHistory)
	s.pinned = s.pinned || p.Length != s.set.Length || p.Width != s.set.Width
	s.set = p
}

// Resize tells the size of the terminal's window. It counts until the line's
// configuration or a `terminal` command says otherwise.
func (s *Session) Resize(_ clock.Instant, columns, rows int) {
	if columns > 0 && rows > 0 {
		s.window = [2]int{min(columns, 512), min(rows, 512)}
		s.followWindow()
	}
}

// followWindow takes the window's size for what nobody configured.
func (s *Session) followWindow() {
	if s.pinned || s.window[0] == 0 {
		return
	}
	def := DefaultParams()
	if s.base.Width == def.Width {
		s.set.Width = s.window[0]
	}
	if s.base.Length == def.Length {
		s.set.Length = s.window[1]
	}
	s.edit.resize(len(s.prompt), s.set.Width)
}

// Connect opens a vty: somebody is there.
func (s *Session) Connect(now clock.Instant) {
	if s.state == stateClosed {
		s.open(now)
	}
}

// ShowIdle puts the console's idle screen up.
func (s *Session) ShowIdle() {
	s.state = stateIdle
	s.text(fmt.Sprintf("\n\n\n%s %s is now available\n\n\n\n\n\nPress RETURN to get started.\n\n\n\n\n\n\n\n", s.name(), s.place.Name()))
	s.afterLog = false
}

// WriteRaw puts text on the terminal outside of any command (boot messages).
func (s *Session) WriteRaw(text string) { s.text(text) }

func (s *Session) open(now clock.Instant) {
	s.opened, s.lastInput = now, now
	s.set, s.pinned = s.base, false
	s.followWindow()
	s.command = true
	s.state = stateBusy
	s.call(now, func() { s.interp.Open(now, s) })
}

// call runs a step of the interpreter and settles what it left.
func (s *Session) call(now clock.Instant, f func()) {
	s.depth++
	f()
	s.depth--
	if s.depth == 0 {
		s.settle(now)
		s.pump(now)
	}
}

// Exit ends the EXEC: the console shows its idle screen, a vty is closed.
func (s *Session) Exit(now clock.Instant) {
	if s.state == stateIdle || s.state == stateClosed {
		return
	}
	if s.depth > 0 { // a command's last words
		s.text(string(s.page.text[s.page.at:]))
	}
	s.drop(now)
	s.exec, s.config = history{}, history{}
	s.set = s.base
	s.depth++
	s.interp.Closed(now, s)
	s.depth--
	s.drop(now) // what Closed may have asked
	if s.place.Kind == VTY {
		s.state = stateClosed
		s.in, s.inAt = nil, 0
		return
	}
	s.ShowIdle()
}

// Reset ends the EXEC without a word and forgets what was typed: the router
// reboots. Nothing listens until ShowIdle.
func (s *Session) Reset(now clock.Instant) {
	if s.Active() {
		shown, col := len(s.out), s.col
		s.Exit(now)
		s.out, s.col = s.out[:shown], col
	}
	s.in, s.inAt, s.held = nil, 0, nil
	s.freshLine()
}

// drop forgets the command that was running.
func (s *Session) drop(now clock.Instant) {
	job := s.job
	s.job, s.question, s.answer, s.asking = nil, nil, nil, false
	s.filter, s.command, s.redraw = nil, false, false
	s.page = pager{}
	s.timer, s.onTimer = clock.Never, nil
	s.state = stateBusy
	if job != nil {
		s.depth++
		job.Interrupt(now) // its Finish finds another job, or none
		s.depth--
		s.page = pager{}
	}
}

// Hangup tells that the terminal went away.
func (s *Session) Hangup(now clock.Instant) { s.Exit(now) }

// Closed reports whether a vty's EXEC is over; its connection is to be closed
// once Output was taken.
func (s *Session) Closed() bool { return s.state == stateClosed }

// Active reports whether an EXEC is open.
func (s *Session) Active() bool { return s.state != stateIdle && s.state != stateClosed }

// IdleTime returns since when nothing was typed, and when the EXEC began.
func (s *Session) IdleTime() (lastInput, opened clock.Instant) { return s.lastInput, s.opened }

// Deadline returns when Tick is wanted: the end of the exec-timeout, a job's
// timer, or at once when output was taken and more is waiting.
func (s *Session) Deadline() clock.Instant {
	if s.canGoOn() {
		return 0
	}
	d := s.timer
	if s.set.ExecTimeout > 0 && s.Active() && s.job == nil {
		d = clock.Earliest(d, s.lastInput.Add(s.set.ExecTimeout))
	}
	return d
}

// Tick does what is due at now.
func (s *Session) Tick(now clock.Instant) {
	if f := s.onTimer; f != nil && s.timer.Reached(now) {
		s.timer, s.onTimer = clock.Never, nil
		s.call(now, func() { f(now) })
	}
	if s.set.ExecTimeout > 0 && s.Active() && s.job == nil && s.lastInput.Add(s.set.ExecTimeout).Reached(now) {
		s.Exit(now)
	}
	s.settle(now)
	s.pump(now)
}

// SetTimer calls f at when, once; a later call replaces it. Jobs use it.
func (s *Session) SetTimer(when clock.Instant, f func(clock.Instant)) { s.timer, s.onTimer = when, f }

// Idle reports that no command runs and no input or output waits.
func (s *Session) Idle() bool {
	return s.inAt == len(s.in) && len(s.out) == 0 && s.state != stateBusy && !s.page.waiting()
}

// canGoOn reports that a Tick would make progress now.
func (s *Session) canGoOn() bool {
	if s.depth > 0 || len(s.out) >= outputPause {
		return false
	}
	return s.inAt < len(s.in) && s.wantsInput() || s.page.runnable() || s.state == stateBusy && s.job == nil && !s.page.waiting() && s.command
}

// Output takes what is to be shown since the last call, nil for nothing. The
// slice is valid until the next call of Output.
func (s *Session) Output() []byte {
	if len(s.out) == 0 {
		return nil
	}
	s.taken, s.out = s.out, s.taken[:0]
	if cap(s.out) > maxOutput {
		s.out = nil
	}
	return s.taken
}
