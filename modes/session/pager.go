package session

import "ioslab/runtime/clock"

const (
	moreText  = " --More-- "
	moreErase = "\b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b"
)

// pager holds the text of a command that is not on the screen yet and stops
// it page by page.
type pager struct {
	text   []byte
	at     int
	length int // lines of a page, 0 for no stop
	width  int
	left   int  // lines until the next stop
	more   bool // --More-- is on the screen
	search []byte
	asking byte // '/', '+' or '-' while an expression is typed at --More--
	quit   bool // the rest of the command's output is not wanted
}

// start begins a command: a whole page may come.
func (p *pager) start(length, width int) {
	p.length, p.width = length, width
	p.left = max(length-1, 1)
	p.quit = false
}

func (p *pager) add(text string) {
	if p.quit {
		return
	}
	if p.at == len(p.text) {
		p.text, p.at = p.text[:0], 0
	}
	p.text = append(p.text, text...)
}

// waiting reports that text or a --More-- is pending.
func (p *pager) waiting() bool { return p.at < len(p.text) || p.more }

// runnable reports that text could be shown without a key.
func (p *pager) runnable() bool { return p.at < len(p.text) && !p.more }

// line returns the next line with its newline, or the unfinished rest.
func (p *pager) line() []byte {
	rest := p.text[p.at:]
	for i, b := range rest {
		if b == '\n' {
			return rest[:i+1]
		}
	}
	return rest
}

// rows is how many lines of the screen a line takes.
func (p *pager) rows(line []byte) int {
	n := len(line)
	if n == 0 || line[n-1] != '\n' {
		return 0
	}
	if p.width <= 0 || n-1 <= p.width {
		return 1
	}
	return (n - 2 + p.width) / p.width
}

// runPage shows what may be shown now.
func (s *Session) runPage() {
	p := &s.page
	for p.runnable() && len(s.out) < outputPause {
		if p.length > 0 && p.left <= 0 {
			p.more = true
			s.text(moreText)
			return
		}
		line := p.line()
		p.left -= p.rows(line)
		p.at += len(line)
		s.afterLog = false
		s.text(string(line))
	}
	if p.at == len(p.text) && cap(p.text) > 64<<10 {
		p.text, p.at = nil, 0
	}
}

// moreKey is a key at --More--.
func (s *Session) moreKey(now clock.Instant, k key, ch byte) {
	p := &s.page
	if p.asking != 0 {
		s.searchKey(k, ch)
		return
	}
	switch {
	case k == keyRune && ch == ' ':
		s.resume(max(p.length-1, 1))
	case k == keyEnter:
		s.resume(1)
	case k == keyRune && (ch == '/' || ch == '+' || ch == '-'):
		s.text(moreErase)
		p.asking, p.search = ch, nil
		s.emit(ch)
	case k == keyBreak, k == keyAbort, k == keyRune, k == keyEnd, k == keyTab:
		s.resume(0)
		s.quitOutput()
		if s.job != nil {
			s.job.Interrupt(now)
		}
	}
}

// quitOutput throws away what is left of the command's output.
func (s *Session) quitOutput() {
	s.page.text, s.page.at = nil, 0
	s.page.quit = true
	s.filter = nil
}

func (s *Session) resume(lines int) {
	s.page.more = false
	s.page.left = lines
	s.text(moreErase)
}

// searchKey reads the expression behind `/`, `+` or `-`.
func (s *Session) searchKey(k key, ch byte) {
	p := &s.page
	switch k {
	case keyRune:
		if len(p.search) < maxPattern {
			p.search = append(p.search, ch)
			s.emit(ch)
		}
	case keyBack:
		if n := len(p.search); n > 0 {
			p.search = p.search[:n-1]
			s.emit('\b', ' ', '\b')
		}
	case keyEnter:
		s.text("\n")
		s.search()
	}
}

var searchKinds = map[byte]FilterKind{'/': Begin, '+': Include, '-': Exclude}

// search applies the expression to what is left of the output.
func (s *Session) search() {
	p := &s.page
	kind := searchKinds[p.asking]
	p.asking, p.more = 0, false
	p.left = max(p.length-1, 1)
	re, err := CompileRegexp(string(p.search))
	if err != nil || len(p.search) == 0 {
		s.text(badRegexp)
		return
	}
	s.text("filtering...\n")
	f := newLineFilter(Filter{kind, re})
	rest := f.close(f.write(nil, string(p.text[p.at:])))
	p.text, p.at = rest, 0
}

// badRegexp is the answer to an expression that cannot be used.
const badRegexp = "% Failed to compile regular expression.\n"
