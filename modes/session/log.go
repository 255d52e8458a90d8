package session

import (
	"strings"

	"ioslab/runtime/clock"
)

// WriteLog puts a log message on the terminal, as logging.Terminal wants it:
// on a line of its own, in the middle of whatever is being typed. With
// `logging synchronous` the prompt and the line come again after it. While the
// interpreter is at work the message waits for the prompt that follows, as the
// logging process of IOS does.
func (s *Session) WriteLog(_ clock.Instant, text string) {
	if s.state == stateClosed {
		return
	}
	if s.depth == 0 && !s.holdsLogs() && len(s.held) == 0 {
		s.writeLog(text)
		s.redrawAfterLogs()
		return
	}
	if len(s.held) == maxHeldLogs {
		s.lost++
		return
	}
	s.held = append(s.held, text)
}

// LostLogs returns how many log messages found the terminal too slow.
func (s *Session) LostLogs() uint64 { return s.lost }

// holdsLogs: with `logging synchronous` nothing is written into a page.
func (s *Session) holdsLogs() bool { return s.set.Synchronous && s.page.waiting() }

// flushLogs writes what was held; only settle and pump call it, between the
// steps of the interpreter.
func (s *Session) flushLogs() {
	if len(s.held) == 0 || s.holdsLogs() {
		return
	}
	held := s.held
	s.held = nil
	for _, text := range held {
		s.writeLog(text)
	}
	s.redrawAfterLogs()
}

func (s *Session) writeLog(text string) {
	if len(s.out) > maxOutput {
		s.lost++
		return
	}
	if s.col != 0 || s.afterLog {
		s.emit('\r', '\n')
	}
	s.text(strings.TrimSuffix(text, "\n"))
	s.afterLog = true
}

func (s *Session) redrawAfterLogs() {
	if !s.set.Synchronous || s.state != statePrompt && s.state != stateQuestion {
		return
	}
	s.emit('\r', '\n')
	s.afterLog = false
	s.showPrompt()
}
