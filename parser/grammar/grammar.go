package grammar

import (
	"fmt"
	"net/netip"
	"sort"
	"strconv"
	"strings"
)

// Command is one declaration: a pattern and what its owner wants to find again.
type Command struct {
	// Pattern is in the language of the package comment.
	Pattern string
	// Help texts for the pattern's words and arguments in order, separated by |. A
	// missing or empty one is taken from another command's same word, then from the
	// tree's glossary.
	Help string
	// Level is the least privilege level that sees the command; 0 sees all.
	Level int
	// Hidden commands match but are neither listed nor completed.
	Hidden bool
	// NegateOnly commands exist only behind `no`.
	NegateOnly bool
	// NoNegate commands do not exist behind `no`.
	NoNegate bool
	// Data is the owner's: an EXEC handler, a Binding.
	Data any

	root  *part
	order int
}

// Tree is the compiled commands of one mode. It is read-only and safe for use by
// several goroutines.
type Tree struct {
	root     *node
	commands []*Command
	glossary map[string]string
}

// node is a place between two words.
type node struct {
	words []*edge // sorted by lower
	args  []*edge
	ends  []*Command // lines may end here
	negs  []*Command // negated lines may end here
	eps   []*node
	flat  bool
}

// edge leads over one word of input.
type edge struct {
	leaf  *part
	value string // what binding sees
	binds []bindRef
	to    *node
	cmds  []*Command // those that go on behind it
	help  string
}

// bindRef says that a word belongs to the value of a name; first begins a new one.
type bindRef struct {
	name  string
	first bool
}

// New compiles commands. The commands must not be changed afterwards.
func New(commands ...*Command) (*Tree, error) { return NewWithGlossary(nil, commands...) }

// NewWithGlossary is New with help texts for keywords that no command explains.
func NewWithGlossary(glossary map[string]string, commands ...*Command) (*Tree, error) {
	t := &Tree{root: &node{}, glossary: glossary}
	for i, c := range commands {
		root, err := parsePattern(c.Pattern)
		if err != nil {
			return nil, err
		}
		c.root, c.order = root, i
		giveHelp(c)
		t.add(c)
	}
	t.commands = commands
	flatten(t.root, map[*node]bool{})
	return t, nil
}

// MustTree is New for declarations in the program text; it panics on a bad pattern.
func MustTree(commands ...*Command) *Tree {
	t, err := New(commands...)
	if err != nil {
		panic(err)
	}
	return t
}

// Commands returns the commands in order of declaration. The slice is the tree's.
func (t *Tree) Commands() []*Command { return t.commands }

func giveHelp(c *Command) {
	texts := strings.Split(c.Help, "|")
	i := 0
	c.root.leaves(func(p *part) {
		if i < len(texts) {
			p.help = strings.TrimSpace(texts[i])
		}
		i++
	})
}

// add walks and grows the shared keyword prefix, then builds the rest for c alone.
func (t *Tree) add(c *Command) {
	at, kids := t.root, c.root.kids
	firstNeg := negStart(kids)
	for i, k := range kids {
		if k.shape == shapeWord && k.bind == "" && !k.repeat && !k.key {
			at = t.shared(at, k, c)
		} else {
			b := builder{cmd: c}
			start := &node{}
			at.eps = append(at.eps, start)
			at = start
			for j := i; j < len(kids); j++ {
				at = b.build(kids[j], at, nil)
				if j+1 >= firstNeg && !c.NoNegate {
					at.negs = append(at.negs, c)
				}
			}
			break
		}
		if i+1 >= firstNeg && !c.NoNegate {
			at.negs = append(at.negs, c)
		}
	}
	if !c.NegateOnly {
		at.ends = append(at.ends, c)
	}
}

// negStart is how many parts a negated line must have: those up to the last key,
// else the leading keywords.
func negStart(kids []*part) int {
	words := 0
	for words < len(kids) && kids[words].shape == shapeWord {
		words++
	}
	last := -1
	for i, k := range kids {
		if k.hasKey() {
			last = i
		}
	}
	if last >= 0 {
		return last + 1
	}
	if words == 0 {
		return len(kids)
	}
	return words
}

// shared finds or makes the common edge over a plain keyword.
func (t *Tree) shared(at *node, k *part, c *Command) *node {
	for _, e := range at.words {
		if e.leaf.lower == k.lower && e.leaf.print == k.print && len(e.binds) == 0 {
			e.cmds = append(e.cmds, c)
			if e.help == "" {
				e.help = k.help
			}
			return e.to
		}
	}
	e := &edge{leaf: k, value: k.print, to: &node{}, cmds: []*Command{c}, help: k.help}
	at.words = append(at.words, e)
	return e.to
}

type builder struct{ cmd *Command }

// build adds the paths over p from a node and returns the node behind.
func (b builder) build(p *part, from *node, binds []bindRef) *node {
	if p.bind != "" {
		binds = append(binds[:len(binds):len(binds)], bindRef{p.bind, true})
	}
	if p.repeat {
		start := &node{}
		from.eps = append(from.eps, start)
		to := b.once(p, start, binds)
		to.eps = append(to.eps, start)
		end := &node{}
		to.eps = append(to.eps, end)
		return end
	}
	return b.once(p, from, binds)
}

func (b builder) once(p *part, from *node, binds []bindRef) *node {
	switch p.shape {
	case shapeWord, shapeArg:
		return b.leaf(p, from, binds)
	case shapeSeq:
		at := from
		for i, k := range p.kids {
			if i == 1 {
				binds = follow(binds)
			}
			at = b.build(k, at, binds)
		}
		return at
	case shapeChoice, shapeOption:
		to := &node{}
		for _, k := range p.kids {
			end := b.build(k, from, binds)
			end.eps = append(end.eps, to)
		}
		if p.shape == shapeOption {
			from.eps = append(from.eps, to)
		}
		return to
	case shapeSet:
		loop, to := &node{}, &node{}
		from.eps = append(from.eps, loop)
		loop.eps = append(loop.eps, to)
		for _, k := range p.kids {
			markOnce(k)
			end := b.build(k, loop, binds)
			end.eps = append(end.eps, loop)
		}
		return to
	}
	return from
}

func markOnce(p *part) {
	for p.shape != shapeWord && p.shape != shapeArg {
		if p.shape == shapeChoice {
			for _, k := range p.kids {
				markOnce(k)
			}
			return
		}
		p = p.kids[0]
	}
	p.once = true
}

func follow(binds []bindRef) []bindRef {
	out := make([]bindRef, len(binds))
	for i, r := range binds {
		out[i] = bindRef{r.name, false}
	}
	return out
}

func (b builder) leaf(p *part, from *node, binds []bindRef) *node {
	to := &node{}
	edge := func(leaf *part, value, help string, from, to *node, binds []bindRef) {
		e := &edge{leaf: leaf, value: value, binds: binds, to: to, cmds: []*Command{b.cmd}, help: help}
		if leaf.shape == shapeWord {
			from.words = append(from.words, e)
		} else {
			from.args = append(from.args, e)
		}
	}
	switch {
	case p.shape == shapeWord:
		edge(p, p.print, p.help, from, to, binds)
	case p.typ == ifName:
		mid := &node{}
		edge(p, "", p.help, from, to, binds)
		edge(&part{shape: shapeArg, typ: ifKind}, "", "", from, mid, binds)
		edge(&part{shape: shapeArg, typ: ifUnit}, "", "", mid, to, follow(binds))
	default:
		edge(p, "", p.help, from, to, binds)
		for _, w := range p.typ.Words {
			named := &part{shape: shapeWord, word: w.Word, lower: strings.ToLower(w.Word), print: w.Word}
			edge(named, w.Value, w.Help, from, to, binds)
		}
	}
	return to
}

// flatten replaces the empty moves of every node by what they lead to.
func flatten(n *node, seen map[*node]bool) {
	if seen[n] {
		return
	}
	seen[n] = true
	if !n.flat {
		absorb(n, n, map[*node]bool{n: true})
		n.flat = true
		sort.SliceStable(n.words, func(i, j int) bool { return n.words[i].leaf.lower < n.words[j].leaf.lower })
	}
	for _, e := range n.words {
		flatten(e.to, seen)
	}
	for _, e := range n.args {
		flatten(e.to, seen)
	}
}

func absorb(into, from *node, seen map[*node]bool) {
	for _, n := range from.eps {
		if seen[n] {
			continue
		}
		seen[n] = true
		if n.flat { // already holds what is behind it
			into.words = addEdges(into.words, n.words)
			into.args = addEdges(into.args, n.args)
			into.ends = addCommands(into.ends, n.ends)
			into.negs = addCommands(into.negs, n.negs)
			continue
		}
		into.words = addEdges(into.words, n.words)
		into.args = addEdges(into.args, n.args)
		into.ends = addCommands(into.ends, n.ends)
		into.negs = addCommands(into.negs, n.negs)
		absorb(into, n, seen)
	}
}

func addEdges(dst, src []*edge) []*edge {
next:
	for _, e := range src {
		for _, d := range dst {
			if d == e {
				continue next
			}
		}
		dst = append(dst, e)
	}
	return dst
}

func addCommands(dst, src []*Command) []*Command {
next:
	for _, c := range src {
		for _, d := range dst {
			if d == c {
				continue next
			}
		}
		dst = append(dst, c)
	}
	return dst
}

// Kind is how a match ended.
type Kind int

const (
	// Empty is a line without words.
	Empty Kind = iota
	// Matched is a whole command.
	Matched
	// Invalid means a word that nothing accepts: Column says where.
	Invalid
	// Incomplete means that the line ends too early.
	Incomplete
	// Ambiguous means a word that begins several keywords.
	Ambiguous
)

// String names the kind.
func (k Kind) String() string {
	switch k {
	case Empty:
		return "empty"
	case Matched:
		return "matched"
	case Invalid:
		return "invalid"
	case Incomplete:
		return "incomplete"
	case Ambiguous:
		return "ambiguous"
	}
	return fmt.Sprintf("Kind(%d)", int(k))
}

// Options say how a line is to be matched.
type Options struct {
	// Level is the user's privilege level, 0 to 15; commands above it do not exist.
	Level int
	// Allow, when not nil, decides instead of Level whether a command exists.
	Allow func(*Command) bool
	// Negate matches the rest of a line that began with `no` or `default`.
	Negate bool
	// Start is the byte offset in the line where matching begins.
	Start int
}

func (o *Options) sees(c *Command) bool {
	if o.Allow != nil {
		return o.Allow(c)
	}
	return c.Level <= o.Level
}

func (o *Options) visible(e *edge) bool {
	for _, c := range e.cmds {
		if o.sees(c) && (o.Negate && !c.NoNegate || !o.Negate && !c.NegateOnly) {
			return true
		}
	}
	return false
}

// Result is what a line was.
type Result struct {
	Kind Kind
	// Column is a byte offset in the line, for Invalid: where the caret stands; for
	// Incomplete the end of the line, for Ambiguous the start of the word.
	Column int
	// Command and Args are set for Matched.
	Command *Command
	Args    Args
}

// Args are the words of a matched line.
type Args struct {
	line  string
	steps []step
}

type step struct {
	edge       *edge
	prev       int32
	start, end int32
}

// text is the value of a step, as bound.
func (a *Args) text(s *step) string {
	if s.edge.leaf.shape == shapeWord {
		return s.edge.value
	}
	word := a.line[s.start:s.end]
	if c := s.edge.leaf.typ.Canon; c != nil {
		return c(word)
	}
	return word
}

// Has reports whether name took part in the line.
func (a *Args) Has(name string) bool {
	for i := range a.steps {
		for _, b := range a.steps[i].edge.binds {
			if b.name == name {
				return true
			}
		}
	}
	return false
}

// Text is the value of name, "" when absent. Words of one group are joined by blanks.
func (a *Args) Text(name string) string {
	if all := a.All(name); len(all) > 0 {
		return all[len(all)-1]
	}
	return ""
}

// All returns the values of a name that may repeat, in order.
func (a *Args) All(name string) []string {
	var out []string
	for i := range a.steps {
		s := &a.steps[i]
		for _, b := range s.edge.binds {
			if b.name != name {
				continue
			}
			switch {
			case b.first || len(out) == 0:
				out = append(out, a.text(s))
			case s.edge.leaf.shape == shapeArg && s.edge.leaf.typ.glue:
				out[len(out)-1] += a.text(s)
			default:
				out[len(out)-1] += " " + a.text(s)
			}
		}
	}
	return out
}

// Int is the value of name as a number, 0 when absent.
func (a *Args) Int(name string) int {
	v, _ := strconv.Atoi(a.Text(name))
	return v
}

// Addr is the value of name as an address; not valid when absent.
func (a *Args) Addr(name string) netip.Addr {
	v, _ := netip.ParseAddr(a.Text(name))
	return v
}

// Key is the text of the words that the pattern marks with !, joined by blanks.
func (a *Args) Key() string {
	var b strings.Builder
	for i := range a.steps {
		if a.steps[i].edge.leaf.key {
			b.WriteString(a.text(&a.steps[i]))
			b.WriteByte(' ')
		}
	}
	return b.String()
}

// Exact reports whether all keywords of the line were written in full, or as the
// running-config shows them.
func (a *Args) Exact() bool {
	for i := range a.steps {
		s := &a.steps[i]
		word := a.line[s.start:s.end]
		if l := s.edge.leaf; l.shape == shapeWord && len(word) != len(l.word) && word != l.print {
			return false
		}
	}
	return true
}

// Line is the line with its keywords spelled out as the running-config shows them.
func (a *Args) Line() string {
	var b strings.Builder
	for i := range a.steps {
		s := &a.steps[i]
		if i > 0 && !(s.edge.leaf.shape == shapeArg && s.edge.leaf.typ.glue) {
			b.WriteByte(' ')
		}
		if s.edge.leaf.shape == shapeWord {
			b.WriteString(s.edge.leaf.print)
		} else {
			b.WriteString(a.text(s))
		}
	}
	return b.String()
}
