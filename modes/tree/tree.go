package tree

import (
	"strings"
	"sync"

	"ioslab/parser/grammar"
)

// Mode is one mode.
type Mode struct {
	// Name is for reports: "interface".
	Name string
	// Prompt is what stands between the host name and '#', without brackets:
	// "config-if"; "" for EXEC.
	Prompt string
	// Title heads the help list: "Interface configuration commands:".
	Title string
	// Parent is where unknown lines are tried and where `exit` leads; nil for EXEC modes.
	Parent *Mode
	// Compile makes the mode's own commands. It is called once, when they are
	// first needed, on whatever goroutine that is; nil for a mode without commands.
	Compile func() *grammar.Tree

	once     sync.Once
	commands *grammar.Tree
}

// Grammar returns the mode's own commands, nil when it has none. All routers of a
// process share them.
func (m *Mode) Grammar() *grammar.Tree {
	m.once.Do(func() {
		if m.Compile != nil {
			m.commands = m.Compile()
		}
	})
	return m.commands
}

// promptName is the longest part of a host name that a configuration prompt shows.
const promptName = 20

// PromptFor is the whole prompt of a mode on a router: "R2LNS(config-if)#".
func (m *Mode) PromptFor(hostname string) string {
	if m.Prompt == "" {
		return hostname + "#"
	}
	if len(hostname) > promptName {
		hostname = hostname[:promptName]
	}
	return hostname + "(" + m.Prompt + ")#"
}

// Depth is the number of parents.
func (m *Mode) Depth() int {
	n := 0
	for p := m.Parent; p != nil; p = p.Parent {
		n++
	}
	return n
}

// Resolve matches line in m and, where m does not know it, in its parents. It returns
// the mode that knows it; when none does, the result of the mode that
// understood most of it, m's own where they are equal.
func (m *Mode) Resolve(line string, o grammar.Options) (*Mode, grammar.Result) {
	r := m.Grammar().Match(line, o)
	if r.Kind == grammar.Matched || r.Kind == grammar.Empty {
		return m, r
	}
	best, at := r, m
	for p := m.Parent; p != nil && p.Grammar() != nil; p = p.Parent {
		up := p.Grammar().Match(line, o)
		if up.Kind == grammar.Matched {
			return p, up
		}
		if further(up, best) {
			best, at = up, p
		}
	}
	return at, best
}

// further reports whether failure a came later in the line than b.
func further(a, b grammar.Result) bool {
	if a.Kind == grammar.Invalid && b.Kind == grammar.Invalid {
		return a.Column > b.Column
	}
	return b.Kind == grammar.Invalid
}

// Negated splits `no` and `default` off a line: it returns the offset where the
// rest begins, 0 when the line begins with neither.
func Negated(line string) (rest int, no, toDefault bool) {
	i := len(line) - len(strings.TrimLeft(line, " \t"))
	word := line[i:]
	if j := strings.IndexAny(word, " \t"); j >= 0 {
		word = word[:j]
	}
	switch strings.ToLower(word) {
	case "no":
		return i + len(word), true, false
	case "default":
		return i + len(word), false, true
	}
	return 0, false, false
}
