package session

// DefaultHistory is the number of lines remembered without `history size` (12.4T).
const DefaultHistory = 20

// MaxHistory is the largest `terminal history size`.
const MaxHistory = 256

// history is the ring of one kind of mode; at counts back from the newest, 0
// is the line being typed.
type history struct {
	lines []string
	at    int
}

// add remembers a line unless it is empty or repeats the latest.
func (h *history) add(line string, size int) {
	h.at = 0
	n := len(h.lines)
	if line == "" || size == 0 || n > 0 && h.lines[n-1] == line {
		return
	}
	h.lines = append(h.lines, line)
	if extra := len(h.lines) - size; extra > 0 {
		h.lines = append(h.lines[:0], h.lines[extra:]...)
	}
}

// prev returns the next older line.
func (h *history) prev() (string, bool) {
	if h.at >= len(h.lines) {
		return "", false
	}
	h.at++
	return h.lines[len(h.lines)-h.at], true
}

// next returns the next newer line; the empty line after the newest.
func (h *history) next() (string, bool) {
	if h.at == 0 {
		return "", false
	}
	h.at--
	if h.at == 0 {
		return "", true
	}
	return h.lines[len(h.lines)-h.at], true
}
