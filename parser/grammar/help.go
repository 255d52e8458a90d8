package grammar

import (
	"sort"
	"strings"
)

// Item is one line of a help list.
type Item struct {
	// Token is the keyword or the argument's name: "interface", "A.B.C.D", "<cr>".
	Token string
	// Text explains it.
	Text string
	// Keyword tells words that can be typed as they stand.
	Keyword bool
}

// CR is the token that says the line may end here.
const CR = "<cr>"

// Help lists what may follow. When line ends in a blank or is empty the list is of
// whole words, <cr> last; else the last word is partial, and the list is of what it
// begins. The Result is Matched when the words before fit, else it says what is
// wrong with them.
func (t *Tree) Help(line string, o Options) ([]Item, Result) {
	m := matchers.Get().(*matcher)
	defer matchers.Put(m)
	partial, r := m.advance(t, line, &o)
	if r.Kind != Matched {
		return nil, r
	}
	found := map[string]Item{}
	for _, th := range m.cur {
		t.list(m, th, partial, &o, found)
	}
	items := make([]Item, 0, len(found)+1)
	for _, it := range found {
		items = append(items, it)
	}
	sort.Slice(items, func(i, j int) bool { return items[i].Token < items[j].Token })
	if partial == "" && m.mayEnd(&o) {
		items = append(items, Item{Token: CR})
	}
	return items, r
}

// advance matches all but the partial last word.
func (m *matcher) advance(t *Tree, line string, o *Options) (partial string, r Result) {
	m.begin(t, line, o.Start)
	whole := m.words
	if n := len(whole); n > 0 && whole[n-1].End() == len(line) {
		partial, whole = whole[n-1].Text, whole[:n-1]
	}
	for i := range whole {
		if kind, column := m.word(line, i, o); kind != Matched {
			return partial, Result{Kind: kind, Column: column}
		}
		if m.rest() {
			m.cur = m.cur[:0]
			break
		}
	}
	return partial, Result{Kind: Matched}
}

func (m *matcher) mayEnd(o *Options) bool {
	for _, th := range m.cur {
		for _, c := range m.endings(th, o) {
			if o.sees(c) && len(m.words) > 0 {
				return true
			}
		}
	}
	return false
}

// list adds what may follow a reading.
func (t *Tree) list(m *matcher, th thread, partial string, o *Options, found map[string]Item) {
	lower := strings.ToLower(partial)
	for _, e := range th.at.words {
		if strings.HasPrefix(e.leaf.lower, lower) && t.shown(m, th, e, o) {
			t.offer(found, Item{e.leaf.word, t.explain(e), true})
		}
	}
	for _, e := range th.at.args {
		if !t.shown(m, th, e, o) {
			continue
		}
		switch typ := e.leaf.typ; {
		case typ == ifKind:
			for _, w := range typ.Words {
				if strings.HasPrefix(strings.ToLower(w.Word), lower) {
					t.offer(found, Item{w.Word, w.Help, true})
				}
			}
		case typ == ifName:
		case partial == "":
			t.offer(found, Item{typ.Token, t.explain(e), false})
		default:
			if _, ok := typ.Scan(partial); ok {
				t.offer(found, Item{typ.Token, t.explain(e), false})
			}
		}
	}
}

func (t *Tree) shown(m *matcher, th thread, e *edge, o *Options) bool {
	if !o.visible(e) || e.leaf.once && m.used(th.last, e.leaf) {
		return false
	}
	for _, c := range e.cmds {
		if !c.Hidden && o.sees(c) {
			return true
		}
	}
	return false
}

func (t *Tree) offer(found map[string]Item, it Item) {
	if old, ok := found[it.Token]; !ok || old.Text == "" {
		found[it.Token] = it
	}
}

func (t *Tree) explain(e *edge) string {
	if e.help != "" {
		return e.help
	}
	if e.leaf.shape == shapeArg {
		return e.leaf.typ.Help
	}
	return t.glossary[e.leaf.lower]
}

// Complete returns the keywords that the last, partial word of line begins, in
// order; one alone is what Tab fills in.
func (t *Tree) Complete(line string, o Options) []string {
	items, r := t.Help(line, o)
	if r.Kind != Matched {
		return nil
	}
	var out []string
	for _, it := range items {
		if it.Keyword {
			out = append(out, it.Token)
		}
	}
	return out
}
