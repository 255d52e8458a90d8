package conf

import (
	"reflect"
	"strings"

	"ioslab/modes/tree"
	"ioslab/parser/config"
	"ioslab/parser/grammar"
)

// Editor is one session's configuration mode: a stack of modes, and lines typed
// one at a time. It keeps no configuration of its own: each line is applied to the
// running one of that moment, so that several sessions lose nothing of one another.
type Editor struct{ m *machine }

// NewEditor returns an editor in global configuration mode.
func NewEditor() *Editor { return &Editor{m: newMachine(nil)} }

// Edited is what a typed line did.
type Edited struct {
	// Config is the configuration afterwards: the one that was given when the
	// line changed nothing or was refused.
	Config *config.Config
	// Kind is grammar.Matched or Empty when the line was understood, else why not;
	// Column is the byte offset of the caret.
	Kind   grammar.Kind
	Column int
	// Output is what the command says, a line each.
	Output []string
	// Left tells that configuration mode is over.
	Left bool
	// Text tells that the next lines belong to a banner.
	Text bool
	// State and Why tell how far the line is supported.
	State State
	Why   string
}

// Line applies one typed line to cfg.
func (ed *Editor) Line(cfg *config.Config, text string) Edited {
	ed.m.d = begin(cfg)
	o := ed.m.line(text)
	out := Edited{Config: cfg, Kind: o.kind, Column: o.column, Output: o.out, State: o.state, Why: o.why, Text: ed.m.banner != nil}
	switch {
	case o.control != nil:
		out.Left = ed.control(*o.control)
	case o.kind == grammar.Matched && o.state != Invalid:
		if changed := ed.m.d.Commit(); !reflect.DeepEqual(*changed, *orEmpty(cfg)) {
			out.Config = changed
		}
		if o.state == Unsupported {
			out.Output = append(out.Output, "% Not supported by ioslab, kept apart: "+o.why)
		}
	}
	return out
}

func orEmpty(c *config.Config) *config.Config {
	if c == nil {
		return &config.Config{}
	}
	return c
}

func (ed *Editor) control(c control) (left bool) {
	switch c {
	case ctlExit:
		return ed.m.exit()
	case ctlEnd:
		ed.m.frames = ed.m.frames[:1]
		return true
	case ctlDo, ctlHelp:
	}
	return false
}

// Prompt returns the prompt of the present mode on a router of that name.
func (ed *Editor) Prompt(hostname string) string { return ed.m.top().PromptFor(hostname) }

// Title heads the help list of an empty line.
func (ed *Editor) Title() string { return ed.m.top().Title }

// Help returns what may follow the text before the cursor.
func (ed *Editor) Help(line string) ([]grammar.Item, grammar.Result) {
	return ed.m.top().Grammar().Help(line, options(line))
}

// Complete fills in the last, partial word when one keyword alone begins with it.
func (ed *Editor) Complete(line string) (string, bool) {
	words := ed.m.top().Grammar().Complete(line, options(line))
	if len(words) != 1 || line == "" || line[len(line)-1] == ' ' {
		return line, false
	}
	head := line[:strings.LastIndexAny(line, " \t")+1]
	return head + words[0] + " ", true
}

func options(line string) grammar.Options {
	start, no, reset := tree.Negated(line)
	if start == len(line) { // `no` itself is being typed
		return grammar.Options{Level: 15}
	}
	return grammar.Options{Level: 15, Negate: no || reset, Start: start}
}

// where names the present mode by the lines that lead to it, for reports.
func (m *machine) where() string {
	var names []string
	for _, f := range m.frames[1:] {
		names = append(names, f.title)
	}
	return strings.Join(names, " / ")
}

// extraOf returns the Extra of a mode's struct, when it has one.
func extraOf(target any) (*config.Extra, bool) {
	v := reflect.ValueOf(target)
	if v.Kind() != reflect.Pointer || v.IsNil() {
		return nil, false
	}
	f := v.Elem().FieldByName("Extra")
	if !f.IsValid() {
		return nil, false
	}
	x, ok := f.Addr().Interface().(*config.Extra)
	return x, ok
}
