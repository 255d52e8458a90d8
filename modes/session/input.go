package session

import (
	"bytes"

	"ioslab/runtime/clock"
)

const (
	ctrlShift6 = 0x1e
	bell       = 7
)

// interruptKeys end a running command: Ctrl-C and Ctrl-Shift-6.
const interruptKeys = "\x03\x1e"

// Input takes keys as they come from the terminal; the slice is borrowed. What
// cannot be read yet is kept as type-ahead. An interrupt key reaches a running
// job at once and throws away what was typed before it.
func (s *Session) Input(now clock.Instant, keys []byte) {
	if s.state == stateClosed {
		return
	}
	s.lastInput = now
	if s.state == stateBusy && !s.page.more && (s.job != nil || s.page.runnable()) {
		if i := bytes.LastIndexAny(keys, interruptKeys); i >= 0 {
			s.in, s.inAt = s.in[:0], 0
			keys = keys[i+1:]
			s.interrupt(now)
		}
	}
	s.queue(keys)
	s.pump(now)
}

// Break takes the terminal's break signal; it interrupts as Ctrl-Shift-6 does.
func (s *Session) Break(now clock.Instant) { s.Input(now, []byte{ctrlShift6}) }

func (s *Session) queue(keys []byte) {
	if s.inAt == len(s.in) {
		s.in, s.inAt = s.in[:0], 0
	}
	room := maxTypeAhead - (len(s.in) - s.inAt)
	if len(keys) > room {
		keys = keys[:room]
		s.emit(bell)
	}
	if s.inAt > 0 && len(s.in)+len(keys) > cap(s.in) {
		s.in = append(s.in[:0], s.in[s.inAt:]...)
		s.inAt = 0
	}
	s.in = append(s.in, keys...)
}

// Backlog returns how many bytes of input wait to be read; a transport may
// stop reading from its peer when it grows.
func (s *Session) Backlog() int { return len(s.in) - s.inAt }

// interrupt ends the running job, or the output of a command that is over.
func (s *Session) interrupt(now clock.Instant) {
	job := s.job
	if job == nil {
		s.quitOutput()
		s.settle(now)
		return
	}
	s.call(now, func() { job.Interrupt(now) })
}

// wantsInput reports whether a key would be taken in the present state.
func (s *Session) wantsInput() bool {
	switch s.state {
	case stateIdle, statePrompt, stateQuestion:
		return true
	case stateBusy:
		return s.page.more
	case stateClosed:
	}
	return false
}

// pump reads type-ahead as long as somebody wants it and the terminal keeps up.
func (s *Session) pump(now clock.Instant) {
	if s.depth > 0 {
		return
	}
	s.depth++ // the steps below call back into the session; they do not nest pumps
	for s.inAt < len(s.in) && s.wantsInput() && len(s.out) < outputPause {
		b := s.in[s.inAt]
		s.inAt++
		if k, ch := s.decode.next(b); k != keyNone {
			s.key(now, k, ch)
		}
		s.settleInside(now)
		s.flushLogs()
	}
	s.depth--
	if s.inAt == len(s.in) && cap(s.in) > 64<<10 {
		s.in, s.inAt = nil, 0 // give a huge paste's memory back
	}
}

func (s *Session) key(now clock.Instant, k key, ch byte) {
	switch {
	case s.state == stateIdle:
		if k == keyEnter {
			s.text("\n")
			s.open(now)
		}
	case s.page.more:
		s.moreKey(now, k, ch)
	case s.state == stateQuestion:
		s.questionKey(now, k, ch)
	case s.state == statePrompt:
		s.promptKey(now, k, ch)
	}
}

func (s *Session) promptKey(now clock.Instant, k key, ch byte) {
	s.afterLog = false
	switch k {
	case keyEnter:
		s.enter(now, false)
	case keyEnd:
		s.echo("^Z")
		s.enter(now, true)
	case keyAbort:
		s.abort(now)
	case keyTab:
		s.complete()
	case keyRune:
		if ch == '?' && !s.inQuotes() && !s.decode.wasQuoted() {
			s.help()
			return
		}
		s.editKey(k, ch)
	case keyPrev, keyNext:
		s.recall(k)
	case keyRedraw:
		s.text("\n")
		s.showPrompt()
	case keyBreak:
	default:
		s.editKey(k, ch)
	}
}

func (s *Session) editKey(k key, ch byte) {
	if !s.edit.edit(k, ch) {
		s.emit(bell)
	}
	s.drawLine()
}

// echo shows the name of a control key behind the line.
func (s *Session) echo(name string) {
	s.edit.pos = len(s.edit.line)
	s.drawLine()
	s.emit([]byte(name)...)
}

func (s *Session) history() *history {
	if s.interp.InConfig() {
		return &s.config
	}
	return &s.exec
}

// History returns the lines remembered in the present kind of mode, oldest first.
func (s *Session) History() []string { return s.history().lines }

func (s *Session) recall(k key) {
	h := s.history()
	move := h.prev
	if k == keyNext {
		move = h.next
	}
	line, ok := move()
	if !ok {
		s.emit(bell)
		return
	}
	s.edit.set(line)
	s.drawLine()
}

// enter takes the line as a command; end leaves configuration mode after it.
func (s *Session) enter(now clock.Instant, end bool) {
	line := string(s.edit.line)
	s.edit.pos = len(s.edit.line)
	s.text("\n")
	s.history().add(trimmed(line), s.set.History)
	s.config.at, s.exec.at = 0, 0
	s.begin()
	s.interp.Exec(now, s, line)
	if end && s.Active() && s.job == nil && s.question == nil {
		s.interp.End(now, s)
	}
}

// begin puts the session into a command.
func (s *Session) begin() {
	s.state, s.command = stateBusy, true
	s.afterLog = false
	s.page.start(s.set.Length, s.set.Width)
}

func trimmed(line string) string {
	b := bytes.TrimSpace([]byte(line))
	return string(b)
}

// abort is Ctrl-C at the prompt: the line is dropped, configuration mode left.
func (s *Session) abort(now clock.Instant) {
	s.echo("^C")
	s.text("\n")
	s.begin()
	s.interp.End(now, s)
}

// inQuotes reports whether the cursor stands within a quoted string.
func (s *Session) inQuotes() bool { return bytes.Count(s.edit.line[:s.edit.pos], []byte{'"'})%2 == 1 }

func (s *Session) help() {
	s.emit('?')
	s.text("\n")
	text := s.interp.Help(string(s.edit.line[:s.edit.pos]))
	s.begin()
	s.command, s.redraw = false, true
	s.page.add(text)
}

func (s *Session) complete() {
	done, ok := s.interp.Complete(string(s.edit.line[:s.edit.pos]))
	if ok {
		rest := string(s.edit.line[s.edit.pos:])
		s.edit.set(done + rest)
		s.edit.pos = min(len(done), maxLine)
	}
	s.text("\n")
	s.showLine()
}

func (s *Session) questionKey(now clock.Instant, k key, ch byte) {
	if s.question.Kind == Confirm {
		s.confirmKey(now, k, ch)
		return
	}
	switch k {
	case keyEnter:
		line := string(s.edit.line)
		s.text("\n")
		s.answered(now, line, true)
	case keyAbort, keyEnd:
		s.emit([]byte(map[key]string{keyAbort: "^C", keyEnd: "^Z"}[k])...)
		s.text("\n")
		s.answered(now, "", false)
	case keyTab:
		if s.question.Kind == Text {
			s.editKey(keyRune, '\t')
		}
	case keyPrev, keyNext, keyBreak:
	case keyRedraw:
		s.text("\n")
		s.showLine()
	default:
		s.editKey(k, ch)
	}
}

func (s *Session) confirmKey(now clock.Instant, k key, ch byte) {
	switch {
	case k == keyEnter:
		s.text("\n")
		s.answered(now, "y", true)
	case k == keyAbort || k == keyEnd:
		s.text("\n")
		s.answered(now, "", false)
	case k == keyRune:
		s.emit(ch)
		s.text("\n")
		if ch == 'y' || ch == 'Y' {
			s.answered(now, "y", true)
			return
		}
		s.answered(now, "n", true)
	}
}

func (s *Session) answered(now clock.Instant, text string, ok bool) {
	f := s.answer
	s.question, s.answer, s.asking = nil, nil, false
	s.state = stateBusy
	s.page.start(s.set.Length, s.set.Width)
	f(now, text, ok)
}
