package conf

import (
	"fmt"
	"reflect"
	"strings"

	"ioslab/modes/tree"
	"ioslab/parser/config"
	"ioslab/parser/grammar"
)

// State is how far a line is supported.
type State int

const (
	// Active lines have a typed field and an effect.
	Active State = iota
	// Stored lines are kept and shown; there is nothing to do for them here.
	Stored
	// Unsupported lines are known or unknown lines without support: kept apart.
	Unsupported
	// Invalid lines are no lines of IOS as far as ioslab knows.
	Invalid
)

// String names the state.
func (s State) String() string {
	switch s {
	case Active:
		return "active"
	case Stored:
		return "stored"
	case Unsupported:
		return "unsupported"
	case Invalid:
		return "invalid"
	}
	return fmt.Sprintf("State(%d)", int(s))
}

// decl is the declaration of one line.
type decl struct {
	// pattern and help are the grammar's; "" for a pure printing step.
	pattern, help string
	// into, def, unset, keep, attr and set are grammar.Spec's.
	into, def, unset string
	keep, attr       bool
	set              map[string]string
	// enter is the sub-mode that the line begins.
	enter *mode
	// block is the sub-mode of a stored block.
	block *mode
	// tail is printed after the line (IOS's trailing blanks).
	tail string
	// state and why: what it means to the user when the line is not active.
	state State
	why   string
	// on marks a stored switch that is on by default: only its `no` form is kept.
	on bool
	// shown switches stand in the running-config while they are on, too.
	shown bool
	// both keeps a stored switch in either form.
	both bool
	// many keeps several stored lines of this declaration, told apart by their text.
	many bool
	// alias lines are another spelling of an earlier declaration: never printed.
	alias bool
	// noOnly lines exist only behind `no`; noNo ones never.
	noOnly, noNo bool
	hidden       bool
	// when limits printing to the elements for which it is true.
	when func(elem any) bool
	// apply replaces the binding; after follows it. elem is what Apply returned.
	apply func(e *edit) error
	after func(e *edit, elem any) error
	// print replaces the binding's printing.
	print func(p *printer, target any)
	// between is how many "!" lines stand between the blocks of this declaration,
	// behind after the last.
	between, behind int

	cmd     *grammar.Command
	bind    *grammar.Binding
	mode    *mode
	rank    int
	stanza  bool // the first of the declarations that share a table
	partner []*decl
}

// edit is one line in the making.
type edit struct {
	d      *config.Draft
	cfg    *config.Config
	target any // pointer to the mode's struct, writable
	args   *grammar.Args
	no     bool // `no ...`
	reset  bool // `default ...`
	out    []string
	m      *machine
}

// say adds a message that IOS prints on the terminal.
func (e *edit) say(format string, a ...any) { e.out = append(e.out, fmt.Sprintf(format, a...)) }

// refusal is an error whose text IOS prints; the line then has no effect.
type refusal string

func (r refusal) Error() string { return string(r) }

// mode is a tree.Mode with its declarations and its struct.
type mode struct {
	tree.Mode
	typ   reflect.Type
	decls []*decl
	// indent is the width of the mode's lines under their header: 1 if zero.
	indent int
	up     *mode
	extra  bool
	// block is set for modes of stored blocks.
	block *blockMode
}

// newMode names a mode; its declarations come with define, so that modes can
// refer to one another.
func newMode(name, prompt, title string, up *mode, sample any) *mode {
	m := &mode{typ: reflect.TypeOf(sample), up: up}
	m.Mode = tree.Mode{Name: name, Prompt: prompt, Title: title}
	if up != nil {
		m.Parent = &up.Mode
	}
	if m.typ != nil {
		_, m.extra = m.typ.FieldByName("Extra")
	}
	modesByTree[&m.Mode] = m
	return m
}

// modesByTree finds the mode around a tree.Mode.
var modesByTree = map[*tree.Mode]*mode{}

// control is a command of the session, not of the configuration.
type control int

const (
	ctlExit control = iota
	ctlEnd
	ctlDo
	ctlHelp
)

func controls() []*grammar.Command {
	return []*grammar.Command{
		{Pattern: "exit", Help: "Exit from this mode", Data: ctlExit, NoNegate: true},
		{Pattern: "end", Help: "Exit from configure mode", Data: ctlEnd, NoNegate: true},
		{Pattern: "do LINE$Line", Help: "To run exec commands in config mode|Exec Command", Data: ctlDo, NoNegate: true},
		{Pattern: "help", Help: "Description of the interactive help system", Data: ctlHelp, NoNegate: true},
		{Pattern: "no", Help: "Negate a command or set its defaults", Data: ctlHelp, NoNegate: true},
		{Pattern: "default", Help: "Set a command to its defaults", Data: ctlHelp, NoNegate: true},
	}
}

// define compiles a mode's declarations. A declaration that does not fit its struct
// is a broken invariant of the program, found by any test.
func (m *mode) define(groups ...[]*decl) {
	var cmds []*grammar.Command
	for _, g := range groups {
		m.decls = append(m.decls, g...)
	}
	first := map[string]*decl{}
	for i, d := range m.decls {
		d.mode, d.rank = m, i
		if d.pattern == "" {
			continue
		}
		d.compile()
		cmds = append(cmds, d.cmd)
		if d.bind != nil && d.bind.IsTable() && !d.alias {
			d.share(first)
		}
	}
	cmds = append(cmds, controls()...)
	m.Compile = compiled(cmds)
}

// compiled returns what compiles the commands of a mode when a line of it is first
// read: most configurations use a few of the many modes. The tree gets copies,
// since compiling writes to them and the bindings of other routers read the originals.
func compiled(cmds []*grammar.Command) func() *grammar.Tree {
	return func() *grammar.Tree {
		own := make([]*grammar.Command, len(cmds))
		for i, c := range cmds {
			command := *c
			own[i] = &command
		}
		g, err := grammar.NewWithGlossary(glossary, own...)
		if err != nil {
			panic(err) // a declaration of the program is no pattern: any test finds it
		}
		return g
	}
}

func (d *decl) compile() {
	d.cmd = &grammar.Command{Pattern: d.pattern, Help: d.help, NegateOnly: d.noOnly, NoNegate: d.noNo, Hidden: d.hidden, Data: d}
	if d.apply != nil || d.state != Active {
		return
	}
	b, err := grammar.Bind(d.cmd, d.mode.typ, grammar.Spec{
		Into: d.into, Default: d.def, Unset: d.unset, Keep: d.keep || d.enter != nil, Attr: d.attr, Set: d.set,
	})
	if err != nil {
		panic(err)
	}
	d.bind = b
}

// share joins the declarations of one table: they print element by element.
func (d *decl) share(first map[string]*decl) {
	key := d.bind.Into()
	if d.when != nil || d.enter != nil && !d.bind.Nested() {
		if !d.bind.Nested() && d.enter != nil {
			d.stanza, d.partner = true, []*decl{d}
			return
		}
		key = d.bind.Into() + " when"
	}
	if f := first[key]; f != nil {
		f.partner = append(f.partner, d)
		return
	}
	first[key] = d
	d.stanza, d.partner = true, []*decl{d}
}

// stored declares lines that are kept and shown, separated by newlines or ";": one
// declaration for each pattern.
func stored(why string, patterns ...string) []*decl {
	return kept(decl{state: Stored, why: why}, patterns)
}

// storedMany is stored for lines that may stand several times.
func storedMany(why string, patterns ...string) []*decl {
	return kept(decl{state: Stored, why: why, many: true}, patterns)
}

// storedOn is stored for switches that are on by default.
func storedOn(why string, patterns ...string) []*decl {
	return kept(decl{state: Stored, why: why, on: true}, patterns)
}

// unsupported declares lines that are known and not supported.
func unsupported(why string, patterns ...string) []*decl {
	return kept(decl{state: Unsupported, why: why}, patterns)
}

func kept(like decl, patterns []string) []*decl {
	var out []*decl
	for _, p := range patterns {
		for _, line := range strings.Split(p, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				d := like
				d.pattern = line
				out = append(out, &d)
			}
		}
	}
	return out
}

// bang prints n separating lines.
func bang(n int) []*decl {
	return []*decl{{print: func(p *printer, _ any) { p.bang(n) }}}
}

// text prints constant lines.
func text(lines ...string) []*decl {
	return []*decl{{print: func(p *printer, _ any) {
		for _, l := range lines {
			p.line(l)
		}
	}}}
}
