package grammar

import (
	"sort"
	"strings"
	"sync"

	"ioslab/parser/lex"
)

// maxThreads bounds the readings of a line that are followed at once; patterns
// of real commands need fewer than ten.
const maxThreads = 64

// thread is one reading of the words so far.
type thread struct {
	at   *node
	last int32 // index of the last step, -1 at the start
}

// matcher holds the memory of one match for reuse.
type matcher struct {
	words     []lex.Word
	steps     []step
	cur, next []thread
	exact     []candidate
	prefix    []candidate
}

type candidate struct {
	e    *edge
	last int32
}

var matchers = sync.Pool{New: func() any { return new(matcher) }}

// Match reads a line.
func (t *Tree) Match(line string, o Options) Result {
	m := matchers.Get().(*matcher)
	defer matchers.Put(m)
	m.begin(t, line, o.Start)
	if len(m.words) == 0 {
		if o.Start > 0 {
			return Result{Kind: Incomplete, Column: len(line)}
		}
		return Result{Kind: Empty}
	}
	for i := range m.words {
		kind, column := m.word(line, i, &o)
		if kind != Matched {
			return Result{Kind: kind, Column: column}
		}
		if m.rest() {
			break
		}
	}
	return m.end(line, &o)
}

func (m *matcher) begin(t *Tree, line string, start int) {
	m.words = lex.Words(m.words[:0], line[min(start, len(line)):])
	for i := range m.words {
		m.words[i].Start += start
	}
	m.steps = m.steps[:0]
	m.cur = append(m.cur[:0], thread{t.root, -1})
}

// rest reports whether the readings have swallowed the whole line.
func (m *matcher) rest() bool {
	for _, t := range m.cur {
		if t.last >= 0 {
			if l := m.steps[t.last].edge.leaf; l.shape == shapeArg && l.typ.Rest {
				return true
			}
		}
	}
	return false
}

// word moves all readings over word i. Kind is Matched when at least one goes on.
func (m *matcher) word(line string, i int, o *Options) (Kind, int) {
	w := m.words[i]
	if kind, column := m.keywords(w, o); kind != Empty {
		return kind, column
	}
	m.next = m.next[:0]
	reach := m.arguments(line, w, o)
	if len(m.next) == 0 {
		return Invalid, w.Start + max(reach, m.reach(w.Text, o))
	}
	m.cur, m.next = m.next, m.cur
	return Matched, 0
}

// keywords tries the word as a keyword: Matched, Ambiguous, or Empty for neither.
func (m *matcher) keywords(w lex.Word, o *Options) (Kind, int) {
	word := strings.ToLower(w.Text)
	m.exact, m.prefix = m.exact[:0], m.prefix[:0]
	for _, t := range m.cur {
		m.scan(t, word, o)
	}
	found := m.exact
	if len(found) == 0 {
		found = m.prefix
		for _, c := range found[min(1, len(found)):] {
			if c.e.leaf.lower != found[0].e.leaf.lower {
				return Ambiguous, w.Start
			}
		}
	}
	if len(found) == 0 {
		return Empty, 0
	}
	m.next = m.next[:0]
	for _, c := range found {
		m.step(c.e, c.last, w.Start, w.End())
	}
	m.cur, m.next = m.next, m.cur
	return Matched, 0
}

// scan collects the keywords at a thread that word begins.
func (m *matcher) scan(t thread, word string, o *Options) {
	ws := t.at.words
	i := 0
	if len(ws) > 8 {
		i = sort.Search(len(ws), func(i int) bool { return ws[i].leaf.lower >= word })
	}
	for ; i < len(ws); i++ {
		e := ws[i]
		if !strings.HasPrefix(e.leaf.lower, word) {
			if e.leaf.lower > word {
				break
			}
			continue
		}
		if !o.visible(e) || e.leaf.once && m.used(t.last, e.leaf) {
			continue
		}
		if len(e.leaf.lower) == len(word) {
			m.exact = append(m.exact, candidate{e, t.last})
		} else {
			m.prefix = append(m.prefix, candidate{e, t.last})
		}
	}
}

// used reports whether the reading that ends in step last went over leaf.
func (m *matcher) used(last int32, leaf *part) bool {
	for ; last >= 0; last = m.steps[last].prev {
		if m.steps[last].edge.leaf == leaf {
			return true
		}
	}
	return false
}

// arguments tries the word as an argument and returns how many of its bytes
// could begin one.
func (m *matcher) arguments(line string, w lex.Word, o *Options) int {
	reach := 0
	for _, t := range m.cur {
		for _, e := range t.at.args {
			if !o.visible(e) || e.leaf.once && m.used(t.last, e.leaf) {
				continue
			}
			n, ok := e.leaf.typ.Scan(w.Text)
			if ok {
				end := w.End()
				if e.leaf.typ.Rest {
					end = len(strings.TrimRight(line, " \t\x00"))
				}
				m.step(e, t.last, w.Start, end)
			}
			reach = max(reach, n)
		}
	}
	return reach
}

// reach is how many bytes of word begin some keyword.
func (m *matcher) reach(word string, o *Options) int {
	best := 0
	lower := strings.ToLower(word)
	for _, t := range m.cur {
		for _, e := range t.at.words {
			if o.visible(e) {
				best = max(best, commonPrefix(e.leaf.lower, lower))
			}
		}
	}
	return best
}

func commonPrefix(a, b string) int {
	n := min(len(a), len(b))
	for i := 0; i < n; i++ {
		if a[i] != b[i] {
			return i
		}
	}
	return n
}

func (m *matcher) step(e *edge, last int32, start, end int) {
	if len(m.next) >= maxThreads {
		return
	}
	m.steps = append(m.steps, step{edge: e, prev: last, start: int32(start), end: int32(end)})
	m.next = append(m.next, thread{e.to, int32(len(m.steps) - 1)})
}

// end chooses among the readings that may end here the one declared first.
func (m *matcher) end(line string, o *Options) Result {
	var best *Command
	var last int32
	for _, t := range m.cur {
		for _, c := range m.endings(t, o) {
			if o.sees(c) && (best == nil || c.order < best.order) {
				best, last = c, t.last
			}
		}
	}
	if best == nil {
		return Result{Kind: Incomplete, Column: len(line)}
	}
	return Result{Kind: Matched, Command: best, Args: m.args(line, last)}
}

func (m *matcher) endings(t thread, o *Options) []*Command {
	if o.Negate {
		return t.at.negs
	}
	return t.at.ends
}

func (m *matcher) args(line string, last int32) Args {
	n := 0
	for i := last; i >= 0; i = m.steps[i].prev {
		n++
	}
	steps := make([]step, n)
	for i := last; i >= 0; i = m.steps[i].prev {
		n--
		steps[n] = m.steps[i]
	}
	return Args{line: line, steps: steps}
}
