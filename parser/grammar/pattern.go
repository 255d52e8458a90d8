package grammar

import (
	"fmt"
	"strings"
)

// shape says what a part of a pattern is.
type shape int

const (
	shapeWord   shape = iota // a keyword
	shapeArg                 // an argument of some Type
	shapeSeq                 // parts one after another
	shapeChoice              // <a|b>: exactly one
	shapeOption              // [a]: none or one
	shapeSet                 // {a|b}: any of them, each at most once, in any order
)

// part is a node of a parsed pattern.
type part struct {
	shape shape
	// word is the keyword, lower the same in lower case for matching, print
	// its spelling in the running-config.
	word, lower, print string
	typ                *Type
	// bind is the name after $, "" for none; key marks it as part of the line's
	// identity (`$Name!`); repeat as `...`.
	bind   string
	key    bool
	repeat bool
	// always prints an optional part although its value is zero (`[...]+`).
	always bool
	// never keeps an optional part out of print (`[...]-`).
	never bool
	kids  []*part
	// help belongs to words and arguments.
	help string
	// once: a member of a set.
	once bool
}

// parsePattern reads a pattern: see the package comment for the language.
func parsePattern(text string) (*part, error) {
	p := &patternParser{text: text}
	seq, err := p.sequence("")
	if err != nil {
		return nil, fmt.Errorf("pattern %q at %d: %w", text, p.at, err)
	}
	if p.at < len(text) {
		return nil, fmt.Errorf("pattern %q: unexpected %q", text, text[p.at:])
	}
	return seq, nil
}

type patternParser struct {
	text string
	at   int
}

func (p *patternParser) peek() byte {
	if p.at < len(p.text) {
		return p.text[p.at]
	}
	return 0
}

// sequence reads parts until one of the stop characters or the end.
func (p *patternParser) sequence(stop string) (*part, error) {
	seq := &part{shape: shapeSeq}
	for {
		for p.peek() == ' ' {
			p.at++
		}
		c := p.peek()
		if c == 0 || strings.IndexByte(stop, c) >= 0 {
			return seq, nil
		}
		one, err := p.one(c)
		if err != nil {
			return nil, err
		}
		p.suffix(one)
		seq.kids = append(seq.kids, one)
	}
}

func (p *patternParser) one(c byte) (*part, error) {
	switch c {
	case '<':
		return p.group(shapeChoice, '>')
	case '[':
		return p.group(shapeOption, ']')
	case '{':
		return p.group(shapeSet, '}')
	case '(':
		return p.number()
	default:
		return p.word()
	}
}

func (p *patternParser) group(s shape, closer byte) (*part, error) {
	p.at++
	g := &part{shape: s}
	for {
		alt, err := p.sequence("|" + string(closer))
		if err != nil {
			return nil, err
		}
		if len(alt.kids) == 0 {
			return nil, fmt.Errorf("empty alternative")
		}
		g.kids = append(g.kids, simplify(alt))
		switch p.peek() {
		case '|':
			p.at++
		case closer:
			p.at++
			return g, nil
		default:
			return nil, fmt.Errorf("missing %q", closer)
		}
	}
}

func simplify(seq *part) *part {
	if len(seq.kids) == 1 {
		return seq.kids[0]
	}
	return seq
}

func (p *patternParser) number() (*part, error) {
	end := strings.IndexByte(p.text[p.at:], ')')
	if end < 0 {
		return nil, fmt.Errorf("missing ')'")
	}
	body := p.text[p.at+1 : p.at+end]
	p.at += end + 1
	t, err := rangeType(body)
	return &part{shape: shapeArg, typ: t}, err
}

// word reads a keyword, perhaps with its printed spelling as in encr(yption), or
// an argument's name.
func (p *patternParser) word() (*part, error) {
	start := p.at
	for p.at < len(p.text) && strings.IndexByte(" <>[]{}|$!()", p.text[p.at]) < 0 && !strings.HasPrefix(p.text[p.at:], "...") {
		p.at++
	}
	text := p.text[start:p.at]
	if text == "" {
		return nil, fmt.Errorf("unexpected %q", p.text[p.at])
	}
	if t := types[text]; t != nil {
		return &part{shape: shapeArg, typ: t}, nil
	}
	w := &part{shape: shapeWord, word: text, print: text}
	if p.peek() == '(' {
		end := strings.IndexByte(p.text[p.at:], ')')
		if end < 0 {
			return nil, fmt.Errorf("missing ')'")
		}
		w.word += p.text[p.at+1 : p.at+end]
		p.at += end + 1
	}
	w.lower = strings.ToLower(w.word)
	return w, nil
}

// suffix reads $Name, ! and ... after a part.
func (p *patternParser) suffix(one *part) {
	if p.peek() == '$' {
		start := p.at + 1
		for p.at++; p.at < len(p.text) && nameByte(p.text[p.at]); p.at++ {
		}
		// A name does not end in a dot: those belong to "...".
		for p.at > start && p.text[p.at-1] == '.' {
			p.at--
		}
		one.bind = p.text[start:p.at]
	}
	if p.peek() == '!' {
		p.at++
		one.leaves(func(l *part) { l.key = true })
		one.key = true
	}
	if strings.HasPrefix(p.text[p.at:], "...") {
		p.at += 3
		one.repeat = true
	}
	switch p.peek() {
	case '+':
		p.at++
		one.always = true
	case '-':
		p.at++
		one.never = true
	}
}

func nameByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '.' || c == '_' || c == '^'
}

// leaves calls f for each word and argument in the order of the pattern.
func (p *part) leaves(f func(*part)) {
	if p.shape == shapeWord || p.shape == shapeArg {
		f(p)
		return
	}
	for _, k := range p.kids {
		k.leaves(f)
	}
}

func (p *part) hasKey() bool {
	if p.key {
		return true
	}
	for _, k := range p.kids {
		if k.hasKey() {
			return true
		}
	}
	return false
}
