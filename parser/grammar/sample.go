package grammar

import "strings"

// Sample makes a random line of the command for tests, from a source of random
// numbers below n. It is "" when the pattern holds a type that has no samples.
func (c *Command) Sample(intn func(n int) int) string {
	root := c.root
	if root == nil {
		var err error
		if root, err = parsePattern(c.Pattern); err != nil {
			return ""
		}
	}
	s := sampler{intn: intn}
	if !s.part(root) {
		return ""
	}
	return strings.Join(s.words, " ")
}

type sampler struct {
	intn  func(n int) int
	words []string
}

// maxSampled is how often a part that repeats is repeated in a sample.
const maxSampled = 3

func (s *sampler) part(p *part) bool {
	if !p.repeat {
		return s.once(p)
	}
	seen := map[string]bool{}
	for n := 1 + s.intn(maxSampled); n > 0; n-- {
		at := len(s.words)
		if !s.once(p) {
			return false
		}
		text := strings.Join(s.words[at:], " ")
		if seen[text] {
			s.words = s.words[:at]
		}
		seen[text] = true
	}
	return true
}

func (s *sampler) once(p *part) bool {
	switch p.shape {
	case shapeWord:
		s.words = append(s.words, p.word)
		return true
	case shapeArg:
		return s.argument(p.typ)
	case shapeSeq:
		for _, k := range p.kids {
			if !s.part(k) {
				return false
			}
		}
		return true
	case shapeChoice:
		return s.part(p.kids[s.intn(len(p.kids))])
	case shapeOption:
		return s.intn(2) == 0 || s.part(p.kids[s.intn(len(p.kids))])
	case shapeSet:
		return s.set(p.kids)
	}
	return false
}

func (s *sampler) argument(t *Type) bool {
	if t.Sample == nil {
		return false
	}
	if n := len(t.Words); n > 0 && s.intn(2) == 0 {
		s.words = append(s.words, t.Words[s.intn(n)].Word)
		return true
	}
	s.words = append(s.words, t.Sample(s.intn))
	return true
}

// set takes some members in any order.
func (s *sampler) set(kids []*part) bool {
	order := make([]int, len(kids))
	for i := range order {
		j := s.intn(i + 1)
		order[i], order[j] = order[j], i
	}
	for _, i := range order {
		if s.intn(3) == 0 && !s.part(kids[i]) {
			return false
		}
	}
	return true
}
