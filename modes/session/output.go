package session

import (
	"fmt"
	"strings"

	"ioslab/runtime/clock"
)

// emit writes bytes to the terminal and follows its cursor.
func (s *Session) emit(b ...byte) {
	for _, c := range b {
		switch c {
		case '\r':
			s.col = 0
		case '\b':
			s.col = max(0, s.col-1)
		case '\n', bell:
		default:
			s.col++
		}
	}
	s.out = append(s.out, b...)
}

// text writes text whose lines end in '\n'; the terminal gets CR LF.
func (s *Session) text(text string) {
	for {
		i := strings.IndexByte(text, '\n')
		if i < 0 {
			break
		}
		s.emit([]byte(text[:i])...)
		s.emit('\r', '\n')
		text = text[i+1:]
	}
	s.emit([]byte(text)...)
}

// Print adds text to the output of the running command; lines end in '\n'. A
// text without a newline at its end (ping's `!`) appears at once.
func (s *Session) Print(text string) {
	if s.filter != nil {
		s.page.add(string(s.filter.write(nil, text)))
	} else {
		s.page.add(text)
	}
	if s.depth == 0 {
		s.runPage()
	}
}

// Printf adds formatted text to the output of the running command.
func (s *Session) Printf(format string, args ...any) { s.Print(fmt.Sprintf(format, args...)) }

// SetFilter sends the rest of the command's output through an output modifier.
func (s *Session) SetFilter(f Filter) { s.filter = newLineFilter(f) }

// Unwanted reports that the user left the command's output at --More--.
func (s *Session) Unwanted() bool { return s.page.quit }

// Ask puts a question. The command goes on with f.
func (s *Session) Ask(q Question, f Answer) { s.question, s.answer, s.asking = &q, f, false }

// Run says that the command goes on until Finish is called for the job.
func (s *Session) Run(job Job) { s.job = job }

// Finish ends a job that Run began; another job's end changes nothing.
func (s *Session) Finish(now clock.Instant, job Job) {
	if s.job != job {
		return
	}
	s.job = nil
	if s.depth == 0 {
		s.settle(now)
		s.pump(now)
	}
}

// PromptWidth returns the columns that the prompt takes, for the caret line.
func (s *Session) PromptWidth() int { return len(s.prompt) }

// settle brings the session to where the next key is wanted.
func (s *Session) settle(now clock.Instant) {
	if s.depth > 0 {
		return
	}
	s.settleInside(now)
	s.flushLogs()
}

// settleInside is settle within pump.
func (s *Session) settleInside(clock.Instant) {
	for s.state == stateBusy {
		s.runPage()
		switch {
		case s.page.waiting(), s.job != nil:
			return
		case s.question != nil:
			s.ask()
			return
		case s.filter != nil:
			f := s.filter
			s.filter = nil
			s.page.add(string(f.close(nil)))
		case s.redraw:
			s.redraw = false
			s.state = statePrompt
			s.showLine()
		case s.command:
			s.command = false
			s.state = statePrompt
			s.newPrompt()
		default:
			return
		}
	}
}

// ask shows the question and makes ready for its answer.
func (s *Session) ask() {
	s.state, s.asking = stateQuestion, true
	s.prompt = s.question.Prompt
	s.text(s.prompt)
	if i := strings.LastIndexByte(s.prompt, '\n'); i >= 0 {
		s.prompt = s.prompt[i+1:]
	}
	s.edit.reset(len(s.prompt), s.set.Width, s.question.Kind == Secret)
}

// newPrompt shows the prompt for the next command.
func (s *Session) newPrompt() {
	s.freshLine()
	s.prompt = s.interp.Prompt()
	s.emit([]byte(s.prompt)...)
	s.edit.reset(len(s.prompt), s.set.Width, false)
	s.config.at, s.exec.at = 0, 0
}

// showPrompt shows the prompt again and the line behind it.
func (s *Session) showPrompt() {
	s.emit([]byte(s.prompt)...)
	s.edit.forgetScreen()
	s.drawLine()
}

// showLine is showPrompt at the beginning of a line.
func (s *Session) showLine() {
	s.freshLine()
	s.showPrompt()
}

func (s *Session) drawLine() {
	n := len(s.out)
	s.out = s.edit.draw(s.out)
	for _, c := range s.out[n:] {
		if c == '\b' {
			s.col = max(0, s.col-1)
		} else {
			s.col++
		}
	}
}

// freshLine goes to the beginning of a line if the cursor is not there.
func (s *Session) freshLine() {
	if s.col != 0 {
		s.emit('\r', '\n')
	}
}
