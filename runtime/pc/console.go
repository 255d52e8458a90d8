package pc

import (
	"bytes"
	"fmt"
	"slices"
	"strings"

	"ioslab/runtime/clock"
)

const (
	// maxLine bounds a command line, as cmd.exe does.
	maxLine = 8191
	// maxTypeAhead bounds what is typed while a command runs; more is dropped
	// with a beep.
	maxTypeAhead = 1 << 20
	// maxHistory is how many lines the arrow keys know.
	maxHistory = 50
	// maxOutput bounds what is shown and not yet taken; older text is dropped.
	maxOutput = 4 << 20
)

const prompt = `C:\>`

// job is a command that is still running.
type job interface {
	// interrupt is Ctrl-C.
	interrupt(now clock.Instant)
	// status is Ctrl-Break.
	status(now clock.Instant)
}

// console is the PC's command prompt: a small line editor and what runs.
//
//	keys ─► queue ─► editor ─Enter─► command ─► done, or a job, or a question
//	          ▲ (held while a job runs)           │
//	          └────────────── finish ◄────────────┘
type console struct {
	pc      *PC
	in      []byte
	out     bytes.Buffer
	taken   []byte
	line    []byte
	at      int    // cursor within line
	escape  []byte // of a key that comes as an escape sequence
	lastCR  bool
	history []string
	recall  int // index into history while browsing; len(history) otherwise
	job     job
	answer  func(now clock.Instant, yes bool) // of a question that is open
	again   string                            // the question's text
	hidden  bool
}

func (c *console) boot(clock.Instant) {
	p := c.pc.spec.Personality
	c.printf("%s\n%s\n\n", p.Version, p.Copyright)
	c.showPrompt()
}

func (c *console) showPrompt() { c.out.WriteString(prompt) }

// printf shows text; lines end in '\n' and go out as CR LF.
func (c *console) printf(format string, args ...any) {
	text := fmt.Sprintf(format, args...)
	if c.out.Len() > maxOutput {
		c.out.Reset()
	}
	c.out.WriteString(strings.ReplaceAll(text, "\n", "\r\n"))
}

// Output takes what is to be shown.
func (c *console) Output() []byte {
	if c.out.Len() == 0 {
		return nil
	}
	c.taken = append(c.taken[:0], c.out.Bytes()...)
	c.out.Reset()
	return c.taken
}

// Idle reports whether the prompt waits for input.
func (c *console) Idle() bool { return c.pc.booted && c.job == nil && len(c.in) == 0 }

// Resize does nothing: the command prompt does not care.
func (c *console) Resize(clock.Instant, int, int) {}

// Break is Ctrl-Break: statistics of a running ping, else as Ctrl-C.
func (c *console) Break(now clock.Instant) {
	if c.job != nil {
		c.job.status(now)
		return
	}
	c.Input(now, []byte{3})
}

// Input takes keys. Ctrl-C reaches a running command at once, before what was
// typed ahead of it.
func (c *console) Input(now clock.Instant, keys []byte) {
	for len(keys) > 0 {
		i := -1
		if c.job != nil {
			i = bytes.IndexByte(keys, 3)
		}
		if i < 0 {
			c.queue(keys)
			keys = nil
		} else {
			c.in, keys = c.in[:0], keys[i+1:]
			c.job.interrupt(now)
		}
		c.pc.settle(now)
	}
}

func (c *console) queue(keys []byte) {
	if room := maxTypeAhead - len(c.in); len(keys) > room {
		keys = keys[:room]
		c.out.WriteByte(7)
	}
	c.in = append(c.in, keys...)
}

// pump reads on while no command runs.
func (c *console) pump(now clock.Instant) {
	n := 0
	for n < len(c.in) && c.job == nil {
		b := c.in[n]
		n++
		c.key(now, b)
		if c.job != nil {
			c.pc.stack.Settle(now)
		}
	}
	c.in = slices.Delete(c.in, 0, n)
}

// key takes one byte at the prompt.
func (c *console) key(now clock.Instant, b byte) {
	if len(c.escape) > 0 {
		c.escapeByte(b)
		return
	}
	lf := b == '\n' && c.lastCR
	c.lastCR = b == '\r'
	switch {
	case lf:
	case b == '\r' || b == '\n':
		c.enter(now)
	case b == 3:
		c.abort()
	case b == 8 || b == 0x7f:
		if c.at > 0 {
			c.erase(c.at-1, c.at)
		}
	case b == 0x1b:
		c.escape = append(c.escape, b)
	case b >= ' ':
		c.insert(b)
	}
}

// escapeByte takes the rest of an arrow key or the like: ESC [ letter, ESC O
// letter, ESC [ number ~. A lone ESC, as cmd.exe has it, clears the line.
func (c *console) escapeByte(b byte) {
	c.escape = append(c.escape, b)
	switch {
	case len(c.escape) == 2 && (b == '[' || b == 'O'):
		return
	case len(c.escape) == 2:
		c.replace("")
	case b >= '0' && b <= '9' || b == ';':
		if len(c.escape) < 8 {
			return
		}
	default:
		c.editKey(string(c.escape[2:]))
	}
	c.escape = c.escape[:0]
}

func (c *console) editKey(k string) {
	switch k {
	case "A":
		c.browse(-1)
	case "B":
		c.browse(1)
	case "C":
		c.move(c.at + 1)
	case "D":
		c.move(c.at - 1)
	case "H", "1~", "7~":
		c.move(0)
	case "F", "4~", "8~":
		c.move(len(c.line))
	case "3~":
		if c.at < len(c.line) {
			c.erase(c.at, c.at+1)
		}
	}
}

func (c *console) insert(b byte) {
	if len(c.line) >= maxLine {
		c.out.WriteByte(7)
		return
	}
	c.line = slices.Insert(c.line, c.at, b)
	c.at++
	if c.hidden {
		return
	}
	c.out.Write(c.line[c.at-1:])
	c.back(len(c.line) - c.at)
}

// erase removes characters and draws the rest of the line again.
func (c *console) erase(from, to int) {
	c.move(from)
	c.line = slices.Delete(c.line, from, to)
	c.out.Write(c.line[from:])
	c.out.WriteString(strings.Repeat(" ", to-from))
	c.back(len(c.line) - from + to - from)
}

func (c *console) back(n int) { c.out.WriteString(strings.Repeat("\b", n)) }

func (c *console) move(to int) {
	to = max(0, min(to, len(c.line)))
	if to < c.at {
		c.back(c.at - to)
	} else {
		c.out.Write(c.line[c.at:to])
	}
	c.at = to
}

// replace puts another text onto the line.
func (c *console) replace(text string) {
	c.move(0)
	old := len(c.line)
	c.line = append(c.line[:0], text...)
	c.out.WriteString(text)
	if extra := old - len(text); extra > 0 {
		c.out.WriteString(strings.Repeat(" ", extra))
		c.back(extra)
	}
	c.at = len(c.line)
}

func (c *console) browse(step int) {
	i := c.recall + step
	if i < 0 || i > len(c.history) {
		return
	}
	c.recall = i
	if i == len(c.history) {
		c.replace("")
		return
	}
	c.replace(c.history[i])
}

// abort is Ctrl-C at the prompt.
func (c *console) abort() {
	c.out.WriteString("^C\r\n")
	c.answer, c.again = nil, ""
	c.fresh()
}

// fresh starts a new line with a prompt.
func (c *console) fresh() {
	c.line, c.at, c.recall = c.line[:0], 0, len(c.history)
	c.out.WriteString("\r\n")
	c.showPrompt()
}

func (c *console) enter(now clock.Instant) {
	text := string(c.line)
	c.line, c.at = c.line[:0], 0
	c.out.WriteString("\r\n")
	if c.answer != nil {
		c.answered(now, strings.TrimSpace(text))
		return
	}
	if strings.TrimSpace(text) == "" {
		c.fresh()
		return
	}
	c.remember(text)
	c.run(now, text)
	c.ready()
}

func (c *console) remember(text string) {
	if n := len(c.history); n == 0 || c.history[n-1] != text {
		c.history = append(c.history, text)
	}
	if extra := len(c.history) - maxHistory; extra > 0 {
		c.history = slices.Delete(c.history, 0, extra)
	}
	c.recall = len(c.history)
}

// ready shows the prompt when the command is over.
func (c *console) ready() {
	if c.job == nil && c.answer == nil {
		c.fresh()
	}
}

// start says that a command goes on until finish.
func (c *console) start(j job) { c.job = j }

// finish ends the running command.
func (c *console) finish(j job) {
	if c.job == j {
		c.job = nil
		c.fresh()
	}
}

// ask puts a Yes/No question; the command goes on with f.
func (c *console) ask(text string, f func(now clock.Instant, yes bool)) {
	c.answer, c.again = f, text
	c.printf("%s", text)
}

func (c *console) answered(now clock.Instant, text string) {
	f := c.answer
	switch strings.ToLower(text) {
	case "y", "yes":
		c.answer = nil
		f(now, true)
	case "n", "no":
		c.answer = nil
		f(now, false)
	default:
		c.printf("%s", c.again)
		return
	}
	c.ready()
}
