package session

import "ioslab/runtime/clock"

// Interpreter is what a session is typed at; each session has its own. Its
// methods run on the node's goroutine and use the session's Print, Ask, Run,
// Exit … before they return. A method that neither asks nor runs a job has
// finished its command when it returns.
type Interpreter interface {
	// Open begins an EXEC: somebody pressed RETURN or connected. Banners and the
	// login dialogue belong here.
	Open(now clock.Instant, s *Session)
	// Prompt returns the prompt to show now.
	Prompt() string
	// InConfig reports whether the prompt is one of configuration mode, which has
	// a history of its own.
	InConfig() bool
	// Exec runs one line, as typed, without its end.
	Exec(now clock.Instant, s *Session, line string)
	// End leaves configuration mode (Ctrl-Z); nothing happens elsewhere.
	End(now clock.Instant, s *Session)
	// Help returns what `?` prints behind the given text, lines ended by '\n'.
	Help(line string) string
	// Complete returns the text that Tab makes out of the given text, and
	// whether it made anything.
	Complete(line string) (string, bool)
	// Closed tells that the EXEC is over: exit, time-out or hang-up.
	Closed(now clock.Instant, s *Session)
}

// Job is a command that goes on after Exec returned, such as a ping. It prints
// by Session.Print and ends by Session.Finish.
type Job interface {
	// Interrupt asks the job to end early (Ctrl-Shift-6 or Ctrl-C). The job calls
	// Finish, now or soon.
	Interrupt(now clock.Instant)
}

// QuestionKind says how an answer is read.
type QuestionKind int

const (
	// Line reads a line with echo and editing.
	Line QuestionKind = iota
	// Secret reads a line without echo.
	Secret
	// Confirm reads one key: RETURN or y is yes, everything else is no.
	Confirm
	// Text reads a line in which `?` and Tab are plain characters (banner text).
	Text
)

// String returns the kind's name.
func (k QuestionKind) String() string {
	switch k {
	case Line:
		return "line"
	case Secret:
		return "secret"
	case Confirm:
		return "confirm"
	case Text:
		return "text"
	}
	return "unknown"
}

// Question is something a command wants to know. Typed-ahead input answers it.
type Question struct {
	// Prompt is printed as it is, with its trailing blank.
	Prompt string
	Kind   QuestionKind
}

// Answer is called with what was typed. ok is false when the question was
// broken off by Ctrl-C or Ctrl-Z. A Confirm gives "y" or "n" with ok true.
type Answer func(now clock.Instant, text string, ok bool)
