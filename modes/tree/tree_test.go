package tree

import (
	"testing"

	"ioslab/parser/grammar"
)

func commands(cmds ...*grammar.Command) func() *grammar.Tree {
	return func() *grammar.Tree { return grammar.MustTree(cmds...) }
}

func TestResolve(t *testing.T) {
	global := &Mode{Name: "global", Prompt: "config", Compile: commands(
		&grammar.Command{Pattern: "hostname WORD"}, &grammar.Command{Pattern: "ip route A.B.C.D"}, &grammar.Command{Pattern: "vpdn enable"})}
	group := &Mode{Name: "group", Prompt: "config-vpdn", Parent: global, Compile: commands(
		&grammar.Command{Pattern: "terminate-from hostname WORD"}, &grammar.Command{Pattern: "ip mtu adjust"})}
	dialin := &Mode{Name: "dialin", Prompt: "config-vpdn-acc-in", Parent: group, Compile: commands(
		&grammar.Command{Pattern: "protocol <l2tp|any>"})}
	for _, c := range []struct {
		line   string
		where  *Mode
		kind   grammar.Kind
		column int
	}{
		{"protocol l2tp", dialin, grammar.Matched, 0},
		{"terminate-from hostname x", group, grammar.Matched, 0}, // no exit in IOS's own text
		{"hostname x", global, grammar.Matched, 0},
		{"ip route 1.1.1.1", global, grammar.Matched, 0}, // the group's ip knows no route
		{"ip route 1.1.1.x", global, grammar.Invalid, 15},
		{"protocol x", dialin, grammar.Invalid, 9},
		{"zzz", dialin, grammar.Invalid, 0},
		{"vpdn", global, grammar.Incomplete, 4},
	} {
		at, r := dialin.Resolve(c.line, grammar.Options{Level: 15})
		if at != c.where || r.Kind != c.kind || r.Column != c.column {
			t.Errorf("%q: %s %v at %d, want %s %v at %d", c.line, at.Name, r.Kind, r.Column, c.where.Name, c.kind, c.column)
		}
	}
	if dialin.Depth() != 2 || global.Depth() != 0 {
		t.Error("depth")
	}
}

func TestPrompt(t *testing.T) {
	m := &Mode{Prompt: "config-if"}
	for name, want := range map[string]string{
		"R2LNS":                      "R2LNS(config-if)#",
		"abcdefghijklmnopqrstuvwxyz": "abcdefghijklmnopqrst(config-if)#", // cli-behaviour.md: cut to 20
	} {
		if got := m.PromptFor(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if got := (&Mode{}).PromptFor("abcdefghijklmnopqrstuvwxyz"); got != "abcdefghijklmnopqrstuvwxyz#" {
		t.Errorf("EXEC prompt %s", got)
	}
}

func TestNegated(t *testing.T) {
	for _, c := range []struct {
		line      string
		rest      int
		no, reset bool
	}{
		{"no shutdown", 2, true, false}, {"  NO ip", 4, true, false}, {"default ip", 7, false, true},
		{"no", 2, true, false}, {"notify", 0, false, false}, {"default-information", 0, false, false}, {"", 0, false, false},
	} {
		if rest, no, reset := Negated(c.line); rest != c.rest || no != c.no || reset != c.reset {
			t.Errorf("%q: %d %v %v", c.line, rest, no, reset)
		}
	}
}
