package lex

import (
	"errors"
	"strings"
	"testing"
)

func TestWords(t *testing.T) {
	for _, c := range []struct {
		line string
		want []Word
	}{
		{"", nil},
		{" \t ", nil},
		{"ip  address\t1.1.1.1 ", []Word{{"ip", 0}, {"address", 4}, {"1.1.1.1", 12}}},
		{`alias exec x "show ip route"`, []Word{{"alias", 0}, {"exec", 6}, {"x", 11}, {`"show ip route"`, 13}}},
		{`password "open`, []Word{{"password", 0}, {`"open`, 9}}},
		{`a "b"c d`, []Word{{"a", 0}, {`"b"c`, 2}, {"d", 7}}},
		{"a\x00b", []Word{{"a", 0}, {"b", 2}}}, // clients send NUL bytes: automation.md
	} {
		got := Words(nil, c.line)
		if len(got) != len(c.want) {
			t.Errorf("%q: %v, want %v", c.line, got, c.want)
			continue
		}
		for i := range got {
			if got[i] != c.want[i] {
				t.Errorf("%q: word %d is %v, want %v", c.line, i, got[i], c.want[i])
			}
		}
	}
}

func TestScanner(t *testing.T) {
	s := NewScanner(strings.NewReader("\ufeffhostname a\r\n!\r\n\r\n line\nlast"))
	var got []string
	for s.Scan() {
		if n := s.Line().Number; n != len(got)+1 {
			t.Errorf("line number %d after %d lines", n, len(got))
		}
		got = append(got, s.Line().Text)
	}
	if want := "hostname a|!|| line|last"; strings.Join(got, "|") != want || s.Err() != nil {
		t.Errorf("%q, %v; want %q", strings.Join(got, "|"), s.Err(), want)
	}
}

func TestLongLines(t *testing.T) {
	fits := strings.Repeat("x", MaxLine-2)
	s := NewScanner(strings.NewReader(fits + "\nnext\n"))
	if !s.Scan() || s.Line().Text != fits || !s.Scan() || s.Line().Text != "next" {
		t.Errorf("a line of %d bytes: %v", len(fits), s.Err())
	}
	s = NewScanner(strings.NewReader("a\n" + strings.Repeat("x", 3*MaxLine)))
	for s.Scan() {
	}
	if !errors.Is(s.Err(), ErrLineTooLong) || !strings.Contains(s.Err().Error(), "line 2") {
		t.Errorf("a line over the limit: %v", s.Err())
	}
}

func TestDelimited(t *testing.T) {
	for _, c := range []struct {
		rest  string
		lines []string
		want  string
	}{
		{"#hello#", nil, "hello"},
		{"#hello", []string{"world#"}, "hello\nworld"},
		{"^C", []string{"two", "lines", "^C"}, "\ntwo\nlines\n"},
		{"\x03", []string{"x\x03"}, "\nx"},
		{"##", nil, ""},
	} {
		d, done := NewDelimited(c.rest)
		for _, l := range c.lines {
			if done {
				t.Errorf("%q ended before %q", c.rest, l)
			}
			done = d.Line(l)
		}
		if !done || d.Text() != c.want {
			t.Errorf("%q %q: %q ended %v, want %q", c.rest, c.lines, d.Text(), done, c.want)
		}
	}
}

func TestComment(t *testing.T) {
	for line, want := range map[string]bool{"": true, "  ": true, "!": true, "  ! x": true, "a ! b": false} {
		if Comment(line) != want {
			t.Errorf("Comment(%q) is %v", line, !want)
		}
	}
}

// FuzzWords: words stand where they say, in order, and hold every character that is
// no blank.
func FuzzWords(f *testing.F) {
	for _, s := range []string{" ip address 1.1.1.1 255.0.0.0", `x "a b" c"d e"`, "\"\"", "\x00\t!"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		at := 0
		for _, w := range Words(nil, line) {
			if w.Start < at || w.Text == "" || line[w.Start:w.End()] != w.Text {
				t.Fatalf("%q at %d after %d", w.Text, w.Start, at)
			}
			if strings.Trim(line[at:w.Start], " \t\x00") != "" {
				t.Fatalf("lost %q", line[at:w.Start])
			}
			at = w.End()
		}
		if strings.Trim(line[at:], " \t\x00") != "" {
			t.Fatalf("lost %q", line[at:])
		}
	})
}

// FuzzDelimited: the text never holds its delimiter nor more than the limit.
func FuzzDelimited(f *testing.F) {
	f.Add("^C", "a\nb^C")
	f.Add("#x", "y#z")
	f.Fuzz(func(t *testing.T, rest, more string) {
		d, done := NewDelimited(rest)
		for _, l := range strings.Split(more, "\n") {
			if done {
				break
			}
			done = d.Line(l)
		}
		if d.Delim != "" && d.Delim != "\n" && strings.Contains(d.Text(), d.Delim) || len(d.Text()) > MaxText {
			t.Fatalf("delimiter %q in %q", d.Delim, d.Text())
		}
	})
}
