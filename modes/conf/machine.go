package conf

import (
	"errors"
	"reflect"
	"slices"
	"strings"

	"ioslab/modes/tree"
	"ioslab/parser/config"
	"ioslab/parser/grammar"
	"ioslab/parser/lex"
)

// frame is one mode on the stack.
type frame struct {
	m   *mode
	ref grammar.Ref
	// refs are all the elements that the mode's lines change, when there are several.
	refs []grammar.Ref
	// nested is the header line of a block inside a stored block.
	header string
	level  int
	// title is the line that began the mode, for reports.
	title string
}

// machine applies lines to a draft: the one path for typed lines and loaded ones.
type machine struct {
	d      *config.Draft
	frames []frame
	// banner collects a delimited text.
	banner *bannerInput
	// grown are the lists of unsupported lines that this load made and may extend in
	// place; nil when lines are typed, since a list handed out is never written.
	grown map[*config.Extra]bool
	// loading is set while a file is read; networks belong to it.
	loading  bool
	networks *networks
}

type bannerInput struct {
	text *lex.Delimited
	set  func(e *edit, text string)
}

// outcome is what one line did.
type outcome struct {
	kind    grammar.Kind
	column  int
	state   State
	why     string
	out     []string
	refused bool
	control *control
	do      string
	mode    *mode // that knew the line
}

func newMachine(d *config.Draft) *machine {
	return &machine{d: d, frames: []frame{{m: globalMode}}}
}

func (m *machine) top() *mode { return m.frames[len(m.frames)-1].m }

// line applies one line.
func (m *machine) line(text string) outcome {
	if m.banner != nil {
		return m.bannerLine(text)
	}
	if lex.Comment(text) {
		return outcome{kind: grammar.Empty, mode: m.top()}
	}
	start, no, reset := tree.Negated(text)
	o := grammar.Options{Level: 15, Negate: no || reset, Start: start}
	if start > 0 && strings.TrimSpace(text[start:]) == "" {
		return outcome{kind: grammar.Incomplete, column: len(text), mode: m.top()}
	}
	at, r := m.top().Resolve(text, o)
	if up, ok := m.global(text, at, &r, o); ok {
		at, r = &globalMode.Mode, up
	}
	if r.Kind == grammar.Matched && at != &m.top().Mode {
		return m.known(modesByTree[at], text, &r, no, reset)
	}
	if r.Kind != grammar.Matched {
		return outcome{kind: r.Kind, column: r.Column, mode: modesByTree[at], state: Invalid}
	}
	return m.known(m.top(), text, &r, no, reset)
}

// global decides for lines at column 0 that a sub-mode took: it keeps them when it knows
// all their keywords as they are written. Those that it knows by abbreviation, or as some line
// of a stored block, are the global mode's if that knows them in full.
func (m *machine) global(text string, at *tree.Mode, r *grammar.Result, o grammar.Options) (grammar.Result, bool) {
	if r.Kind != grammar.Matched || at.Parent == nil || text[0] == ' ' || text[0] == '\t' {
		return grammar.Result{}, false
	}
	if _, ok := r.Command.Data.(control); ok || modesByTree[at].block == nil && r.Args.Exact() {
		return grammar.Result{}, false
	}
	up := globalMode.Grammar().Match(text, o)
	return up, up.Kind == grammar.Matched && up.Args.Exact()
}

// known runs a matched line in the mode that knows it.
func (m *machine) known(at *mode, text string, r *grammar.Result, no, reset bool) outcome {
	res := outcome{kind: grammar.Matched, mode: at}
	if c, ok := r.Command.Data.(control); ok {
		res.control, res.do = &c, r.Args.Text("Line")
		if c == ctlHelp && (strings.EqualFold(strings.TrimSpace(text), "no") || strings.EqualFold(strings.TrimSpace(text), "default")) {
			res.kind, res.control = grammar.Incomplete, nil
		}
		return res
	}
	m.unwind(at)
	target := m.target()
	if target == nil { // deleted under us
		m.frames = m.frames[:1]
		if at != globalMode {
			return outcome{kind: grammar.Invalid, mode: globalMode, state: Invalid}
		}
		target = m.d.Config()
	}
	e := &edit{d: m.d, cfg: m.d.Config(), target: target, args: &r.Args, no: no, reset: reset, m: m}
	d, _ := r.Command.Data.(*decl)
	if at.block != nil {
		res.state, res.why = at.block.apply(e, r, m)
		return res
	}
	res.state, res.why = d.state, d.why
	err := d.run(e)
	if err == nil {
		err = m.others(d, e)
	}
	res.out = e.out
	var refuse refusal
	if errors.As(err, &refuse) {
		res.out, res.refused = append(res.out, string(refuse)), true
	} else if err != nil {
		return outcome{kind: grammar.Invalid, column: len(text), mode: at, state: Invalid}
	}
	return res
}

// others applies the line to the other elements of a mode that is about several.
func (m *machine) others(d *decl, e *edit) error {
	top := m.frames[len(m.frames)-1]
	for _, r := range top.refs[min(1, len(top.refs)):] {
		if d.mode != top.m {
			return nil
		}
		again := *e
		if again.target = r.Own(m.d, m.d.Config()); again.target == nil {
			continue
		}
		if err := d.run(&again); err != nil {
			return err
		}
		e.out = again.out
	}
	return nil
}

// unwind leaves the modes inside at.
func (m *machine) unwind(at *mode) {
	for i := len(m.frames) - 1; i >= 0; i-- {
		if m.frames[i].m == at {
			m.frames = m.frames[:i+1]
			return
		}
	}
	m.frames = m.frames[:1]
}

// target is the writable struct of the current mode, nil when it is gone.
func (m *machine) target() any {
	var t any = m.d.Config()
	for _, f := range m.frames[1:] {
		if f.level > 0 {
			return t // a block inside a stored block: the same Block
		}
		if t = f.ref.Own(m.d, t); t == nil || reflect.ValueOf(t).IsNil() {
			return nil
		}
	}
	return t
}

// exit leaves the current mode and reports whether configuration mode itself ends.
func (m *machine) exit() bool {
	if len(m.frames) == 1 {
		return true
	}
	m.frames = m.frames[:len(m.frames)-1]
	return false
}

// run applies a declaration in the direction that the edit asks for.
func (d *decl) run(e *edit) error {
	switch {
	case d.apply != nil:
		return d.apply(e)
	case d.state == Stored:
		d.keepLine(e)
		return nil
	case d.state == Unsupported:
		d.keepUnsupported(e)
		return nil
	case e.no || e.reset:
		return d.negate(e)
	}
	elem, err := d.bind.Apply(e.d, e.target, e.args)
	if err != nil {
		return err
	}
	if d.after != nil {
		if err := d.after(e, elem); err != nil {
			return err
		}
	}
	if d.enter != nil {
		e.m.frames = append(e.m.frames, frame{m: d.enter, ref: d.bind.Ref(elem, e.args), title: e.args.Line()})
	}
	return nil
}

func (d *decl) negate(e *edit) error {
	if err := d.bind.Negate(e.d, e.target, e.args, e.reset); err != nil {
		return err
	}
	if d.after != nil {
		return d.after(e, nil)
	}
	return nil
}

// extra is the target's Extra.
func (e *edit) extra() *config.Extra {
	return reflect.ValueOf(e.target).Elem().FieldByName("Extra").Addr().Interface().(*config.Extra)
}

// storedID tells the lines of one declaration apart.
func (d *decl) storedID(e *edit) string {
	if d.many {
		return e.args.Line()
	}
	return d.pattern + " " + e.args.Key()
}

// keepLine is the life of stored lines.
func (d *decl) keepLine(e *edit) {
	x, id, line := e.extra(), d.storedID(e), e.args.Line()
	put := func(text string) {
		x.Stored.Insert(e.d, &config.StoredLine{Rank: d.rank, ID: id, Text: text})
	}
	switch {
	case e.reset:
		x.Stored.Remove(e.d, id)
	case !e.no && d.on:
		x.Stored.Remove(e.d, id)
	case !e.no:
		put(line)
	case d.on || d.both:
		put("no " + line)
	case d.many:
		removePrefixed(e, x, d.rank, line)
	default:
		x.Stored.Remove(e.d, id)
	}
}

// removePrefixed deletes the stored lines of a declaration that begin with line.
func removePrefixed(e *edit, x *config.Extra, rank int, line string) {
	for _, s := range x.Stored.List() {
		if s.Rank == rank && (s.Text == line || strings.HasPrefix(s.Text, line+" ")) {
			x.Stored.Remove(e.d, s.ID)
		}
	}
}

func (d *decl) keepUnsupported(e *edit) {
	x, line := e.extra(), e.args.Line()
	if e.no {
		line = "no " + line
	}
	e.m.addUnsupported(x, line, d.why)
}

// maxUnsupported bounds the lines kept apart in one mode.
const maxUnsupported = 100_000

// addUnsupported keeps a line apart in x, once.
func (m *machine) addUnsupported(x *config.Extra, line, why string) {
	for _, u := range x.Unsupported[max(0, len(x.Unsupported)-64):] {
		if u.Text == line {
			return
		}
	}
	if len(x.Unsupported) >= maxUnsupported {
		return
	}
	if !m.grown[x] {
		x.Unsupported = slices.Clip(x.Unsupported)
		if m.grown != nil {
			m.grown[x] = true
		}
	}
	x.Unsupported = append(x.Unsupported, config.UnsupportedLine{Text: line, Reason: why})
}

// bannerLine feeds a delimited text.
func (m *machine) bannerLine(text string) outcome {
	if m.banner.text.Line(text) {
		m.endBanner()
	}
	return outcome{kind: grammar.Matched, mode: globalMode}
}

func (m *machine) endBanner() {
	b := m.banner
	m.banner = nil
	b.set(&edit{d: m.d, cfg: m.d.Config(), m: m}, b.text.Text())
}
