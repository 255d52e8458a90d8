package session

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// FilterKind is an output modifier behind `|`.
type FilterKind int

// The modifiers that 12.4T knows.
const (
	NoFilter FilterKind = iota
	Begin
	Count
	Exclude
	Include
	Section
	SectionExclude
)

var filterWords = []struct {
	word string
	kind FilterKind
	help string
}{
	{"begin", Begin, "Begin with the line that matches"},
	{"count", Count, "Count number of lines which match regexp"},
	{"exclude", Exclude, "Exclude lines that match"},
	{"include", Include, "Include lines that match"},
	{"section", Section, "Filter a section of output"},
}

// String returns the modifier's keyword.
func (k FilterKind) String() string {
	switch k {
	case NoFilter:
		return "none"
	case SectionExclude:
		return "section exclude"
	}
	for _, w := range filterWords {
		if w.kind == k {
			return w.word
		}
	}
	return "unknown"
}

// Filter is one output modifier with its expression.
type Filter struct {
	Kind FilterKind
	Re   *regexp.Regexp
}

// FilterHelp returns what `show … | ?` lists, a word and its help in turn.
func FilterHelp() [][2]string {
	var list [][2]string
	for _, w := range filterWords {
		list = append(list, [2]string{w.word, w.help})
	}
	return list
}

// FilterError is a modifier that cannot be used.
type FilterError struct {
	// Column is the offset in the text given to ParseFilter of what was wrong,
	// -1 when the text is incomplete, -2 when the expression does not compile.
	Column int
}

// Error describes the mistake.
func (e *FilterError) Error() string {
	switch e.Column {
	case -1:
		return "incomplete output modifier"
	case -2:
		return ErrRegexp.Error()
	}
	return fmt.Sprintf("unknown output modifier at column %d", e.Column)
}

// SplitFilter cuts a command at its first `|` that stands after a blank and
// outside quotes. at is the offset of the bar, -1 when there is none.
func SplitFilter(line string) (command string, at int) {
	inQuote := false
	for i := range len(line) {
		switch line[i] {
		case '"':
			inQuote = !inQuote
		case '|':
			if !inQuote && i > 0 && line[i-1] == ' ' {
				return strings.TrimRight(line[:i], " "), i
			}
		}
	}
	return line, -1
}

// ParseFilter reads what follows the bar, ` include ^interface`. The error is
// a *FilterError.
func ParseFilter(text string) (Filter, error) {
	word, start, rest := firstWord(text)
	if word == "" {
		return Filter{}, &FilterError{-1}
	}
	kind := NoFilter
	for _, w := range filterWords {
		if strings.HasPrefix(w.word, strings.ToLower(word)) {
			kind = w.kind
			break
		}
	}
	if kind == NoFilter {
		return Filter{}, &FilterError{start + wrongAt(word)}
	}
	if kind == Section {
		sub, _, subRest := firstWord(rest)
		switch {
		case sub == "include" && strings.TrimSpace(subRest) != "":
			rest = subRest
		case sub == "exclude" && strings.TrimSpace(subRest) != "":
			kind, rest = SectionExclude, subRest
		}
	}
	if pattern := strings.TrimPrefix(rest, " "); pattern != "" {
		re, err := CompileRegexp(pattern)
		if err != nil {
			return Filter{}, &FilterError{-2}
		}
		return Filter{kind, re}, nil
	}
	return Filter{}, &FilterError{-1}
}

// wrongAt returns the offset of the first character of word that fits no modifier.
func wrongAt(word string) int {
	best := 0
	for _, w := range filterWords {
		best = max(best, commonPrefix([]byte(strings.ToLower(word)), []byte(w.word)))
	}
	return best
}

func firstWord(s string) (word string, start int, rest string) {
	for start < len(s) && s[start] == ' ' {
		start++
	}
	end := start
	for end < len(s) && s[end] != ' ' {
		end++
	}
	return s[start:end], start, s[end:]
}

// lineFilter applies a Filter to a stream of text.
type lineFilter struct {
	Filter
	partial []byte // a line whose newline has not come yet
	begun   bool
	count   int
	indent  int // of the section being printed, -1 outside of one
}

func newLineFilter(f Filter) *lineFilter { return &lineFilter{Filter: f, indent: -1} }

// write appends to dst the part of text that passes.
func (f *lineFilter) write(dst []byte, text string) []byte {
	for {
		i := strings.IndexByte(text, '\n')
		if i < 0 {
			f.partial = append(f.partial, text...)
			return dst
		}
		f.partial = append(f.partial, text[:i]...)
		text = text[i+1:]
		if f.pass(f.partial) {
			dst = append(append(dst, f.partial...), '\n')
		}
		f.partial = f.partial[:0]
	}
}

// close ends the stream: an unfinished line and the count come out.
func (f *lineFilter) close(dst []byte) []byte {
	if len(f.partial) > 0 {
		dst = f.write(dst, "\n")
	}
	if f.Kind == Count {
		dst = fmt.Appendf(dst, "Number of lines which match regexp = %d\n", f.count)
	}
	return dst
}

func (f *lineFilter) pass(line []byte) bool {
	matches := f.Re.Match(line)
	switch f.Kind {
	case NoFilter:
		return true
	case Include:
		return matches
	case Exclude:
		return !matches
	case Begin:
		f.begun = f.begun || matches
		return f.begun
	case Count:
		if matches {
			f.count++
		}
		return false
	case Section:
		return f.inSection(line, matches)
	case SectionExclude:
		return !f.inSection(line, matches)
	}
	return true
}

// inSection is true for a line that matches and for the lines below it that
// are indented deeper.
func (f *lineFilter) inSection(line []byte, matches bool) bool {
	indent := len(line) - len(bytes.TrimLeft(line, " "))
	if f.indent >= 0 && indent > f.indent && len(line) > indent {
		return true
	}
	f.indent = -1
	if matches {
		f.indent = indent
	}
	return matches
}
