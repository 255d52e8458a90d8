package conf

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ioslab/parser/config"
	"ioslab/parser/grammar"
)

// sameConfig compares states; tables are compared by what they hold.
func sameConfig(t *testing.T, what string, got, want *config.Config) {
	t.Helper()
	if !equalState(got, want) {
		t.Errorf("%s differs:\n%s\n%s", what, stateDiff(got, want), cmp.Diff(Running(want), Running(got)))
	}
}

// typed runs a text line by line through an Editor.
func typed(t *testing.T, text string) *config.Config {
	t.Helper()
	ed := NewEditor()
	c := &config.Config{}
	for n, line := range strings.Split(strings.TrimSuffix(text, "\n"), "\n") {
		r := ed.Line(c, line)
		if r.Kind != grammar.Matched && r.Kind != grammar.Empty {
			t.Errorf("line %d %q: %v at column %d", n+1, line, r.Kind, r.Column)
		}
		c = r.Config
	}
	return c
}

func load(t *testing.T, text string) (*config.Config, Report) {
	t.Helper()
	c, r, err := Load(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	return c, r
}

// TestLists reads the command lists 2.0, 2.1, 2.2 and T7 of shared/reference/topologies.md.
func TestLists(t *testing.T) {
	files, err := filepath.Glob("testdata/list-*.cfg")
	if err != nil || len(files) < 5 {
		t.Fatal(files, err)
	}
	for _, file := range append(files, "../../testdata/article/initial.cfg") {
		t.Run(filepath.Base(file), func(t *testing.T) {
			b, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			c, r := load(t, string(b))
			for _, l := range r.Lines {
				if l.State != Stored {
					t.Errorf("%s:%d:%d: %s %q: %s", file, l.Line, l.Column, l.State, l.Text, l.Meaning)
				}
			}
			if len(r.Messages) > 0 {
				t.Errorf("messages: %q", r.Messages)
			}
			out := Running(c)
			again, r2 := load(t, out)
			if r2.Unsupported > 0 {
				t.Errorf("own text unsupported: %v", r2.Lines)
			}
			sameConfig(t, "load of print", again, c)
			if d := cmp.Diff(out, Running(again)); d != "" {
				t.Errorf("print of load of print:\n%s", d)
			}
			sameConfig(t, "typed", typed(t, string(b)), c)
			sameConfig(t, "typed print", typed(t, out), c)
		})
	}
}

// TestArticle compares the article's router with an expectation that is written from
// shared/reference/show-system.md and the article's configuration.
func TestArticle(t *testing.T) {
	in, err := os.ReadFile("../../testdata/article/initial.cfg")
	if err != nil {
		t.Fatal(err)
	}
	want, err := os.ReadFile("testdata/article.expect")
	if err != nil {
		t.Fatal(err)
	}
	c, _ := load(t, string(in))
	if d := cmp.Diff(string(want), Running(c)); d != "" {
		t.Error(d)
	}
}

func TestLineRanges(t *testing.T) {
	for _, c := range []struct{ in, want string }{
		{"line vty 0 15\n login local\n", "line vty 0 4\n login local\nline vty 5 15\n login local\n"},
		{"line vty 0 4\n login local\nline vty 0 15\n transport input ssh\n", "line vty 0 4\n login local\n transport input ssh\nline vty 5 15\n login\n transport input ssh\n"},
		{"line vty 2\n no login\n", "line vty 0 1\n login\nline vty 2\n no login\nline vty 3 4\n login\n"},
		{"line vty 5 15\n no login\nno line vty 7\n", "line vty 0 4\n login\nline vty 5 6\n no login\n"},
	} {
		out := Running(first(load(t, c.in)))
		_, lines, _ := strings.Cut(out, "line aux 0\n")
		lines, _, _ = strings.Cut(lines, "!")
		if lines != c.want {
			t.Errorf("%q gives\n%s", c.in, lines)
		}
	}
}

func first[A, B any](a A, _ B) A { return a }
