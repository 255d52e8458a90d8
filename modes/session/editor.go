package session

import (
	"bytes"
	"strings"
)

// maxLine is the longest line that is kept, in bytes; IOS takes 254 at a
// prompt, but certificates and long banners want more.
const maxLine = 4096

// scrollStep is by how many columns a line that reaches the edge is shifted.
const scrollStep = 10

// editor holds the line being typed and what of it the terminal shows. Every
// change is drawn as the difference between the two, with backspaces only.
//
//	prompt#$ion of a long line that goes on      prompt width 7
//	       └┬┘└──────────── shown ───────┘
//	        '$' stands for what scrolled away
type editor struct {
	line   []byte
	pos    int    // cursor in line
	off    int    // first byte of line that is shown
	shown  []byte // what the terminal shows behind the prompt
	cur    int    // where its cursor stands in shown
	yank   []byte // last text cut by Ctrl-K, U, W, X
	width  int    // columns behind the prompt; 0 is no limit
	silent bool   // no echo: a password
}

// reset empties the line for a prompt of promptLen columns on a terminal of
// width columns (0: no limit).
func (e *editor) reset(promptLen, width int, silent bool) {
	e.line, e.pos, e.off = e.line[:0], 0, 0
	e.shown, e.cur = e.shown[:0], 0
	e.silent = silent
	e.resize(promptLen, width)
}

func (e *editor) resize(promptLen, width int) {
	e.width = 0
	if width > 0 {
		e.width = max(width-promptLen-1, scrollStep+2)
	}
}

// forgetScreen says that nothing is shown any more: the prompt was just drawn
// again, and draw will write the whole line.
func (e *editor) forgetScreen() { e.shown, e.cur = e.shown[:0], 0 }

// window chooses off so that the cursor is visible.
func (e *editor) window() {
	if e.width == 0 {
		e.off = 0
		return
	}
	for e.pos-e.off > e.width {
		e.off += scrollStep
	}
	for e.off > 0 && e.pos <= e.off {
		e.off = max(0, e.off-scrollStep)
	}
}

// visible appends what the terminal ought to show to dst.
func (e *editor) visible(dst []byte) []byte {
	end := len(e.line)
	if e.width > 0 {
		end = min(end, e.off+e.width)
	}
	dst = append(dst, e.line[min(e.off, end):end]...)
	if len(dst) == 0 {
		return dst
	}
	if e.off > 0 {
		dst[0] = '$'
	}
	if end < len(e.line) && e.width > 0 {
		dst[len(dst)-1] = '$'
	}
	for i, b := range dst { // a control character quoted by Ctrl-V must not move the cursor
		if b == '\t' {
			dst[i] = ' '
		} else if b < 32 || b == 127 {
			dst[i] = '^'
		}
	}
	return dst
}

// draw appends to out the bytes that bring the screen up to date.
func (e *editor) draw(out []byte) []byte {
	if e.silent {
		return out
	}
	e.window()
	if e.appendsOne() {
		b := e.line[e.pos-1]
		e.shown = append(e.shown, b)
		e.cur++
		return append(out, b)
	}
	want := e.visible(nil)
	cursor := e.pos - e.off
	same := commonPrefix(e.shown, want)
	if same == len(e.shown) && same == len(want) { // only the cursor moved
		out = e.move(out, cursor)
		return out
	}
	out = e.move(out, same)
	out = append(out, want[same:]...)
	at := len(want)
	if blank := len(e.shown) - len(want); blank > 0 {
		out = append(out, strings.Repeat(" ", blank)...)
		at += blank
	}
	e.shown, e.cur = want, at
	return e.move(out, cursor)
}

// appendsOne is the common case: one more plain character at the end.
func (e *editor) appendsOne() bool {
	n := len(e.line)
	return e.pos == n && n > 0 && e.off == 0 && e.cur == n-1 && len(e.shown) == n-1 &&
		e.line[n-1] >= 32 && e.line[n-1] != 127
}

// move appends what brings the terminal's cursor to column `to` of shown:
// backspaces to the left, the characters themselves to the right.
func (e *editor) move(out []byte, to int) []byte {
	for e.cur > to {
		out = append(out, '\b')
		e.cur--
	}
	if e.cur < to {
		out = append(out, e.shown[e.cur:to]...)
		e.cur = to
	}
	return out
}

func commonPrefix(a, b []byte) int {
	n := min(len(a), len(b))
	for i := range n {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

func (e *editor) set(text string) {
	e.line = append(e.line[:0], text[:min(len(text), maxLine)]...)
	e.pos = len(e.line)
}

// insert puts bytes at the cursor; false when the line is full.
func (e *editor) insert(text ...byte) bool {
	if len(e.line)+len(text) > maxLine {
		return false
	}
	if e.pos == len(e.line) {
		e.line = append(e.line, text...)
	} else {
		e.line = append(e.line, text...)
		copy(e.line[e.pos+len(text):], e.line[e.pos:len(e.line)-len(text)])
		copy(e.line[e.pos:], text)
	}
	e.pos += len(text)
	return true
}

// cut removes line[from:to] and remembers it for Ctrl-Y.
func (e *editor) cut(from, to int) {
	e.yank = append(e.yank[:0], e.line[from:to]...)
	e.remove(from, to)
}

func (e *editor) remove(from, to int) {
	e.line = append(e.line[:from], e.line[to:]...)
	e.pos = from
}

// wordLeft returns where the word on the left of the cursor begins.
func (e *editor) wordLeft() int {
	i := e.pos
	for i > 0 && e.line[i-1] == ' ' {
		i--
	}
	for i > 0 && e.line[i-1] != ' ' {
		i--
	}
	return i
}

// wordRight returns where the word on the right of the cursor ends.
func (e *editor) wordRight() int {
	i := e.pos
	for i < len(e.line) && e.line[i] == ' ' {
		i++
	}
	for i < len(e.line) && e.line[i] != ' ' {
		i++
	}
	return i
}

// edit applies an editing key. It reports false when the key is none of the
// editor's, or could not be obeyed (the terminal then beeps).
func (e *editor) edit(k key, ch byte) bool {
	switch k {
	case keyRune:
		return e.insert(ch)
	case keyHome:
		e.pos = 0
	case keyLast:
		e.pos = len(e.line)
	case keyLeft:
		e.pos = max(0, e.pos-1)
	case keyRight:
		e.pos = min(len(e.line), e.pos+1)
	case keyWordBack:
		e.pos = e.wordLeft()
	case keyWordFwd:
		e.pos = e.wordRight()
	case keyYank:
		return e.insert(e.yank...)
	case keySwap:
		e.swap()
	case keyUpper, keyLower, keyCapital:
		e.recase(k)
	default:
		return e.erase(k)
	}
	return true
}

func (e *editor) erase(k key) bool {
	switch k {
	case keyBack:
		if e.pos > 0 {
			e.remove(e.pos-1, e.pos)
		}
	case keyDelete:
		if e.pos < len(e.line) {
			e.remove(e.pos, e.pos+1)
		}
	case keyKill:
		e.cut(e.pos, len(e.line))
	case keyErase:
		e.cut(0, e.pos)
	case keyWord:
		e.cut(e.wordLeft(), e.pos)
	case keyWordDel:
		e.cut(e.pos, e.wordRight())
	default:
		return false
	}
	return true
}

// swap exchanges the character on the left of the cursor with the one at it.
func (e *editor) swap() {
	i := e.pos
	if i == len(e.line) {
		i--
	}
	if i < 1 {
		return
	}
	e.line[i-1], e.line[i] = e.line[i], e.line[i-1]
	e.pos = i + 1
}

func (e *editor) recase(k key) {
	end := e.wordRight()
	word := e.line[e.pos:end]
	switch k {
	case keyUpper:
		copy(word, asciiMap(word, true))
	case keyLower:
		copy(word, asciiMap(word, false))
	default:
		if i := bytes.IndexFunc(word, func(r rune) bool { return r != ' ' }); i >= 0 {
			copy(word[i:i+1], asciiMap(word[i:i+1], true))
		}
	}
	e.pos = end
}

func asciiMap(b []byte, upper bool) []byte {
	out := bytes.Clone(b)
	for i, c := range out {
		if upper && c >= 'a' && c <= 'z' {
			out[i] = c - 32
		}
		if !upper && c >= 'A' && c <= 'Z' {
			out[i] = c + 32
		}
	}
	return out
}
