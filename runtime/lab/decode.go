package lab

import (
	"fmt"
	"io/fs"
	"net/netip"
	"path"
	"slices"
	"sort"
	"strconv"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"
)

// Error is a mistake in a lab file: where it is and what was expected there.
type Error struct {
	File         string
	Line, Column int // from 1; 0 when the file as a whole is meant
	Text         string
}

// Error returns "file:line:column: text".
func (e *Error) Error() string {
	switch {
	case e.Line == 0:
		return fmt.Sprintf("%s: %s", e.File, e.Text)
	case e.Column == 0:
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.Text)
	}
	return fmt.Sprintf("%s:%d:%d: %s", e.File, e.Line, e.Column, e.Text)
}

// decoder is shared by all the maps of one file. It keeps the first error only:
// what follows a mistake is seldom worth reading.
type decoder struct {
	fsys fs.FS
	file string
	err  *Error
}

func (d *decoder) fail(at *yaml.Node, format string, args ...any) {
	if d.err != nil {
		return
	}
	d.err = &Error{File: d.file, Text: fmt.Sprintf(format, args...)}
	if at != nil {
		d.err.Line, d.err.Column = at.Line, at.Column
	}
}

// Map reads one mapping of a lab file, key by key, strictly: a key that nobody
// asked for, a key twice or a value of the wrong type is an error with its line.
// After the first error every method returns the zero value.
type Map struct {
	d     *decoder
	node  *yaml.Node
	what  string // "node pc": what the mapping describes
	asked []string
}

// newMap checks that n is a mapping with unique plain keys.
func (d *decoder) newMap(n *yaml.Node, what string) *Map {
	m := &Map{d: d, node: n, what: what}
	if n.Kind == yaml.AliasNode {
		m.node = n.Alias
		n = n.Alias
	}
	if n.Kind != yaml.MappingNode {
		d.fail(n, "%s: expected a mapping of keys to values, found %s", what, describe(n))
		m.node = &yaml.Node{Kind: yaml.MappingNode, Line: n.Line, Column: n.Column}
		return m
	}
	first := map[string]int{}
	for i := 0; i+1 < len(n.Content); i += 2 {
		key := n.Content[i]
		if key.Kind != yaml.ScalarNode {
			d.fail(key, "%s: expected a plain key, found %s", what, describe(key))
			continue
		}
		if line, ok := first[key.Value]; ok {
			d.fail(key, "%s: %q is given twice, first in line %d", what, key.Value, line)
		}
		first[key.Value] = key.Line
	}
	return m
}

// value returns the value of a key, nil when it is absent or null.
func (m *Map) value(key string) *yaml.Node {
	m.asked = append(m.asked, key)
	if m.d.err != nil {
		return nil
	}
	for i := 0; i+1 < len(m.node.Content); i += 2 {
		if m.node.Content[i].Value != key {
			continue
		}
		v := m.node.Content[i+1]
		if v.Kind == yaml.AliasNode {
			v = v.Alias
		}
		if v.Tag == "!!null" {
			return nil
		}
		return v
	}
	return nil
}

// Has reports whether the key stands in the file, without asking for it.
func (m *Map) Has(key string) bool {
	for i := 0; i+1 < len(m.node.Content); i += 2 {
		if m.node.Content[i].Value == key {
			return true
		}
	}
	return false
}

// Fail reports a mistake at a key's value, or at the mapping when the key is
// absent. The text says what was expected.
func (m *Map) Fail(key, format string, args ...any) {
	at := m.node
	for i := 0; i+1 < len(m.node.Content); i += 2 {
		if m.node.Content[i].Value == key {
			at = m.node.Content[i+1]
		}
	}
	m.d.fail(at, "%s: %s", m.what, fmt.Sprintf(format, args...))
}

// Require reports the key missing when it is.
func (m *Map) Require(key string) {
	if m.d.err == nil && !m.Has(key) {
		m.d.fail(m.node, "%s: %q is missing", m.what, key)
	}
}

// scalar returns the text of a plain value.
func (m *Map) scalar(key, expected string) (string, *yaml.Node) {
	v := m.value(key)
	if v == nil {
		return "", nil
	}
	if v.Kind != yaml.ScalarNode {
		m.d.fail(v, "%s: %s: expected %s, found %s", m.what, key, expected, describe(v))
		return "", nil
	}
	return v.Value, v
}

// String returns a text, or missing when the key is absent. Plain numbers and
// booleans are taken as the text they are written with (a key of 123 is "123").
func (m *Map) String(key, missing string) string {
	s, v := m.scalar(key, "a text")
	if v == nil {
		return missing
	}
	return s
}

// Choice returns one of the given words.
func (m *Map) Choice(key, missing string, words ...string) string {
	s, v := m.scalar(key, oneOf(words))
	if v == nil {
		return missing
	}
	if !slices.Contains(words, s) {
		m.d.fail(v, "%s: %s: expected %s, found %q", m.what, key, oneOf(words), s)
		return missing
	}
	return s
}

// Bool returns true or false.
func (m *Map) Bool(key string, missing bool) bool {
	s, v := m.scalar(key, "true or false")
	if v == nil {
		return missing
	}
	b, err := strconv.ParseBool(s)
	if err != nil || v.Tag != "!!bool" {
		m.d.fail(v, "%s: %s: expected true or false, found %q", m.what, key, s)
		return missing
	}
	return b
}

// Int returns a whole number from lo to hi.
func (m *Map) Int(key string, missing, lo, hi int) int {
	expected := fmt.Sprintf("a number from %d to %d", lo, hi)
	s, v := m.scalar(key, expected)
	if v == nil {
		return missing
	}
	n, err := strconv.Atoi(s)
	if err != nil || n < lo || n > hi {
		m.d.fail(v, "%s: %s: expected %s, found %q", m.what, key, expected, s)
		return missing
	}
	return n
}

// Share returns a share from 0 to 1, written 0.2 or 20%.
func (m *Map) Share(key string) float64 {
	s, v := m.scalar(key, "a share as 0.2 or 20%")
	if v == nil {
		return 0
	}
	text, percent := strings.CutSuffix(s, "%")
	f, err := strconv.ParseFloat(text, 64)
	if percent {
		f /= 100
	}
	if err != nil || !(f >= 0 && f <= 1) {
		m.d.fail(v, "%s: %s: expected a share from 0 to 1 as 0.2 or 20%%, found %q", m.what, key, s)
		return 0
	}
	return f
}

// Duration returns a span of time as 10ms or 1.5s, from 0 to limit.
func (m *Map) Duration(key string, limit time.Duration) time.Duration {
	expected := fmt.Sprintf("a time as 10ms, at most %v", limit)
	s, v := m.scalar(key, expected)
	if v == nil {
		return 0
	}
	d, err := time.ParseDuration(s)
	if err != nil || d < 0 || d > limit {
		m.d.fail(v, "%s: %s: expected %s, found %q", m.what, key, expected, s)
		return 0
	}
	return d
}

// Addr returns an IPv4 address; the zero Addr when absent.
func (m *Map) Addr(key string) netip.Addr {
	s, v := m.scalar(key, "an IPv4 address")
	if v == nil {
		return netip.Addr{}
	}
	a, err := netip.ParseAddr(s)
	if err != nil || !a.Is4() {
		m.d.fail(v, "%s: %s: expected an IPv4 address as 12.1.1.2, found %q", m.what, key, s)
		return netip.Addr{}
	}
	return a
}

// Prefix returns an IPv4 address with its mask's length, as 12.1.1.1/24; the
// zero Prefix when absent. The host part is kept.
func (m *Map) Prefix(key string) netip.Prefix {
	s, v := m.scalar(key, "an address with its length")
	if v == nil {
		return netip.Prefix{}
	}
	p, err := netip.ParsePrefix(s)
	if err != nil || !p.Addr().Is4() {
		m.d.fail(v, "%s: %s: expected an IPv4 address with its length as 12.1.1.1/24, found %q", m.what, key, s)
		return netip.Prefix{}
	}
	return p
}

// Strings returns a list of texts; a single text is a list of one.
func (m *Map) Strings(key string) []string {
	v := m.value(key)
	if v == nil {
		return nil
	}
	if v.Kind == yaml.ScalarNode {
		return []string{v.Value}
	}
	if v.Kind != yaml.SequenceNode {
		m.d.fail(v, "%s: %s: expected a list of texts, found %s", m.what, key, describe(v))
		return nil
	}
	var out []string
	for _, e := range v.Content {
		if e.Kind != yaml.ScalarNode {
			m.d.fail(e, "%s: %s: expected a text, found %s", m.what, key, describe(e))
			return nil
		}
		out = append(out, e.Value)
	}
	return out
}

// Text is a file that a lab file refers to.
type Text struct {
	Name string // as an error message should call it
	Data []byte
}

// File reads the file that the key names, relative to the lab file. An absent
// key gives an empty Text with no name.
func (m *Map) File(key string) Text {
	s, v := m.scalar(key, "a file's path")
	if v == nil {
		return Text{}
	}
	name := path.Join(path.Dir(m.d.file), s)
	data, err := fs.ReadFile(m.d.fsys, name)
	if err != nil {
		m.d.fail(v, "%s: %s: %v", m.what, key, err)
		return Text{}
	}
	return Text{Name: name, Data: data}
}

// Map returns the mapping under a key, nil when absent. The caller ends it with Done.
func (m *Map) Map(key string) *Map {
	v := m.value(key)
	if v == nil {
		return nil
	}
	return m.d.newMap(v, m.what+": "+key)
}

// Maps returns the mappings of a list, or the one mapping that stands there alone.
func (m *Map) Maps(key string) []*Map {
	v := m.value(key)
	switch {
	case v == nil:
		return nil
	case v.Kind == yaml.MappingNode:
		return []*Map{m.d.newMap(v, m.what+": "+key)}
	case v.Kind != yaml.SequenceNode:
		m.d.fail(v, "%s: %s: expected a list, found %s", m.what, key, describe(v))
		return nil
	}
	var out []*Map
	for i, e := range v.Content {
		out = append(out, m.d.newMap(e, fmt.Sprintf("%s: %s %d", m.what, key, i+1)))
	}
	return out
}

// Done refuses the keys that nobody asked for.
func (m *Map) Done() {
	if m.d.err != nil {
		return
	}
	for i := 0; i+1 < len(m.node.Content); i += 2 {
		key := m.node.Content[i]
		if slices.Contains(m.asked, key.Value) {
			continue
		}
		known := slices.Clone(m.asked)
		sort.Strings(known)
		m.d.fail(key, "%s: unknown key %q; expected one of: %s", m.what, key.Value, strings.Join(slices.Compact(known), ", "))
		return
	}
}

// describe names what stands at a place of the file.
func describe(n *yaml.Node) string {
	switch n.Kind {
	case yaml.MappingNode:
		return "a mapping"
	case yaml.SequenceNode:
		return "a list"
	case yaml.ScalarNode:
		if n.Tag == "!!null" {
			return "nothing"
		}
		return strconv.Quote(n.Value)
	case yaml.AliasNode:
		return "an alias"
	case yaml.DocumentNode:
		return "a document"
	}
	return "something else"
}

func oneOf(words []string) string {
	if len(words) == 0 {
		return "nothing"
	}
	return "one of " + strings.Join(words, ", ")
}
