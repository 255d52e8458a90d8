package lex

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"strings"
)

// MaxLine is the longest line accepted, in bytes. IOS takes 254 typed characters;
// files from tools have certificates' and banners' longer ones.
const MaxLine = 64 << 10

// Word is one word of a line.
type Word struct {
	// Text is the word as written; a word in double quotes keeps them.
	Text string
	// Start is the byte offset of the word in its line.
	Start int
}

// End is the byte offset after the word.
func (w Word) End() int { return w.Start + len(w.Text) }

// Words appends the words of line to dst. Blanks and tabs separate words; a word
// that begins with a double quote reaches to the closing quote, if there is one.
func Words(dst []Word, line string) []Word {
	for i := 0; ; {
		for i < len(line) && blank(line[i]) {
			i++
		}
		if i == len(line) {
			return dst
		}
		end := wordEnd(line, i)
		dst = append(dst, Word{Text: line[i:end], Start: i})
		i = end
	}
}

func wordEnd(line string, i int) int {
	if line[i] == '"' {
		if n := strings.IndexByte(line[i+1:], '"'); n >= 0 {
			end := i + 1 + n + 1
			if end == len(line) || blank(line[end]) {
				return end
			}
		}
	}
	for i < len(line) && !blank(line[i]) {
		i++
	}
	return i
}

func blank(c byte) bool { return c == ' ' || c == '\t' || c == 0 }

// Indent is the number of blanks before the first word; a tab counts one.
func Indent(line string) int {
	i := 0
	for i < len(line) && blank(line[i]) {
		i++
	}
	return i
}

// Comment reports whether line holds nothing to execute: it is blank or its first
// character after blanks is '!'.
func Comment(line string) bool {
	i := Indent(line)
	return i == len(line) || line[i] == '!'
}

// Line is one physical line.
type Line struct {
	// Number counts from 1.
	Number int
	// Text is without its end, \n or \r\n.
	Text string
}

// ErrLineTooLong means a line over MaxLine: no configuration file.
var ErrLineTooLong = errors.New("line too long")

// Scanner reads lines from a file, a terminal's paste or a string.
type Scanner struct {
	r    *bufio.Reader
	line Line
	err  error
}

// NewScanner returns a scanner over r.
func NewScanner(r io.Reader) *Scanner { return &Scanner{r: bufio.NewReaderSize(r, 32<<10)} }

// Scan reads the next line and reports whether there is one.
func (s *Scanner) Scan() bool {
	if s.err != nil {
		return false
	}
	text, err := s.read()
	if err != nil && (text == "" || err != io.EOF) {
		s.err = err
		return false
	}
	s.line.Number++
	text = strings.TrimRight(text, "\r\n")
	if s.line.Number == 1 {
		text = strings.TrimPrefix(text, "\ufeff") // Windows editors
	}
	s.line.Text = text
	return true
}

func (s *Scanner) read() (string, error) {
	chunk, err := s.r.ReadSlice('\n')
	if err != bufio.ErrBufferFull {
		return string(chunk), err
	}
	var b strings.Builder
	for err == bufio.ErrBufferFull {
		b.Write(chunk)
		if b.Len() > MaxLine {
			return "", fmt.Errorf("line %d: %w", s.line.Number+1, ErrLineTooLong)
		}
		chunk, err = s.r.ReadSlice('\n')
	}
	b.Write(chunk)
	return b.String(), err
}

// Line is the line that Scan read.
func (s *Scanner) Line() Line { return s.line }

// Err is the error that ended the scan; nil at the end of the text.
func (s *Scanner) Err() error {
	if s.err == io.EOF {
		return nil
	}
	return s.err
}

// Delimited collects the text of a banner: everything up to the second
// appearance of a delimiter character, over as many lines as it takes.
type Delimited struct {
	// Delim is the delimiter: one character, or the two characters ^C.
	Delim string
	text  strings.Builder
}

// NewDelimited starts at the first word after the command: its first character is the
// delimiter. done tells that the text ended on this very line.
func NewDelimited(rest string) (d *Delimited, done bool) {
	d = &Delimited{}
	switch {
	case rest == "":
		return d, true
	case strings.HasPrefix(rest, "^C"):
		d.Delim = "^C"
	default:
		d.Delim = rest[:1]
	}
	rest = rest[len(d.Delim):]
	if rest == "" {
		d.text.WriteByte('\n')
		return d, false
	}
	return d, d.Line(rest)
}

// MaxText bounds the collected text, in bytes; more is cut.
const MaxText = 64 << 10

// Line adds one line of input and reports whether the text has ended.
func (d *Delimited) Line(line string) (done bool) {
	if i := strings.Index(line, d.Delim); i >= 0 {
		d.add(line[:i])
		return true
	}
	d.add(line + "\n")
	return false
}

func (d *Delimited) add(s string) {
	if room := MaxText - d.text.Len(); len(s) > room {
		s = s[:room]
	}
	d.text.WriteString(s)
}

// Text is what was collected between the delimiters, lines ended by \n.
func (d *Delimited) Text() string { return d.text.String() }
