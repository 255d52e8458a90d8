package conf

import (
	"strings"

	"ioslab/parser/config"
	"ioslab/parser/grammar"
)

// blockMode is the mode of a stored block: its lines are kept verbatim.
type blockMode struct {
	why string
	// nested are the modes that some lines begin, by the pattern.
	nested map[string]*mode
	level  int
}

// storedBlock declares a block that is kept: the line that begins it, the mode's
// prompt and the first words of the lines in it, each taking any rest. A word
// list "class{...}" is written as another spec in subs.
func storedBlock(why, header, prompt, words string, subs ...*subBlock) *decl {
	m := blockLevel(why, header, prompt, words, globalMode, 0, subs)
	d := &decl{pattern: header, state: Stored, why: why, block: m}
	d.apply = func(e *edit) error {
		line := e.args.Line()
		if e.no || e.reset {
			for _, b := range e.cfg.Blocks.List() {
				if b.Rank == d.rank && (b.Header == line || strings.HasPrefix(b.Header, line+" ")) {
					e.cfg.Blocks.Remove(e.d, b.Header)
				}
			}
			return nil
		}
		if e.cfg.Blocks.Get(line) == nil {
			e.cfg.Blocks.Insert(e.d, &config.Block{Rank: d.rank, Header: line})
		}
		e.m.frames = append(e.m.frames, frame{m: m, ref: blockRef(e.cfg.Blocks.Get(line)), title: line})
		return nil
	}
	d.print = func(p *printer, target any) {
		for b := range target.(*config.Config).Blocks.All() {
			if b.Rank == d.rank {
				p.block(b)
			}
		}
	}
	return d
}

// subBlock is a block inside a stored block.
type subBlock struct {
	header, prompt, words string
	subs                  []*subBlock
}

func sub(header, prompt, words string, subs ...*subBlock) *subBlock {
	return &subBlock{header, prompt, words, subs}
}

func blockLevel(why, header, prompt, words string, up *mode, level int, subs []*subBlock) *mode {
	name, _, _ := strings.Cut(header, " WORD")
	m := newMode(name, prompt, "", up, config.Block{})
	m.block = &blockMode{why: why, nested: map[string]*mode{}, level: level}
	var cmds []*grammar.Command
	for _, s := range subs {
		c := &grammar.Command{Pattern: s.header, Data: m.block}
		m.block.nested[c.Pattern] = blockLevel(why, s.header, s.prompt, s.words, m, level+1, s.subs)
		cmds = append(cmds, c)
	}
	for _, w := range strings.Fields(words) {
		w = strings.ReplaceAll(w, "_", " ")
		cmds = append(cmds, &grammar.Command{Pattern: w + " [LINE]", Data: m.block})
	}
	cmds = append(cmds, controls()...)
	m.Compile = compiled(cmds)
	return m
}

// blocksBinding finds stored blocks by header.
var blocksBinding = func() *grammar.Binding {
	b, err := grammar.Bind(&grammar.Command{Pattern: "LINE$Header!"}, typeOf[config.Config](), grammar.Spec{Into: "Blocks"})
	if err != nil {
		panic(err)
	}
	return b
}()

func blockRef(b *config.Block) grammar.Ref { return blocksBinding.Ref(b, nil) }

// apply keeps or removes one line of a block.
func (bm *blockMode) apply(e *edit, r *grammar.Result, m *machine) (State, string) {
	b := e.target.(*config.Block)
	line := strings.Repeat(" ", bm.level) + e.args.Line()
	at := m.frames[len(m.frames)-1]
	next := bm.nested[r.Command.Pattern]
	switch {
	case e.no || e.reset:
		if !removeLines(b, at, line, bm.level) && e.no && next == nil {
			insertLine(b, at, strings.Repeat(" ", bm.level)+"no "+e.args.Line(), bm.level)
		}
	default:
		removeExact(b, at, strings.Repeat(" ", bm.level)+"no "+e.args.Line(), bm.level)
		insertLine(b, at, line, bm.level)
		if next != nil {
			m.frames = append(m.frames, frame{m: next, header: at.header + "\n" + line, level: bm.level + 1, title: strings.TrimSpace(line)})
		}
	}
	return Stored, bm.why
}

// within returns the range of body lines under a frame's header.
func within(b *config.Block, at frame) (from, to int) {
	from, to = 0, len(b.Body)
	if at.level == 0 {
		return from, to
	}
	for i, header := range strings.Split(strings.TrimPrefix(at.header, "\n"), "\n") {
		for from < to && b.Body[from] != header {
			from++
		}
		if from == to {
			return to, to
		}
		from++
		end := from
		for end < to && depth(b.Body[end]) > i {
			end++
		}
		to = end
	}
	return from, to
}

func depth(line string) int { return len(line) - len(strings.TrimLeft(line, " ")) }

func insertLine(b *config.Block, at frame, line string, level int) {
	from, to := within(b, at)
	for i := from; i < to; i++ {
		if b.Body[i] == line && depth(b.Body[i]) == level {
			return
		}
	}
	body := append([]string(nil), b.Body[:to]...)
	b.Body = append(append(body, line), b.Body[to:]...)
}

func removeExact(b *config.Block, at frame, line string, level int) {
	cutLines(b, at, level, func(l string) bool { return l == line })
}

// removeLines deletes the lines that begin with line, with what is inside them.
func removeLines(b *config.Block, at frame, line string, level int) bool {
	return cutLines(b, at, level, func(l string) bool { return l == line || strings.HasPrefix(l, line+" ") })
}

func cutLines(b *config.Block, at frame, level int, gone func(string) bool) bool {
	from, to := within(b, at)
	var body []string
	cut, found := false, false
	for i, l := range b.Body {
		if i >= from && i < to && depth(l) <= level {
			cut = gone(l)
			found = found || cut
		}
		if i < from || i >= to || !cut {
			body = append(body, l)
		}
	}
	if found {
		b.Body = body
	}
	return found
}
