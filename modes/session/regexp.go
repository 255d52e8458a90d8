package session

import (
	"errors"
	"regexp"
	"strings"
)

// ErrRegexp is the cause of every refused regular expression.
var ErrRegexp = errors.New("failed to compile regular expression")

// maxRepeat guards the engine against patterns such as ((a+)+)+ of great length.
const maxPattern = 512

// CompileRegexp turns an IOS regular expression into one of Go's. IOS has
// . * + ? ^ $ [ ] ( ) | and \, in which _ matches a blank, comma, brace,
// parenthesis, underscore, or either end of the line. Braces are plain.
func CompileRegexp(pattern string) (*regexp.Regexp, error) {
	if len(pattern) > maxPattern {
		return nil, ErrRegexp
	}
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		switch c := pattern[i]; c {
		case '_':
			b.WriteString(`(?:^|$|[ ,{}()_])`)
		case '\\':
			i++
			if i == len(pattern) {
				return nil, ErrRegexp
			}
			b.WriteString(literal(pattern[i]))
		case '[':
			n := class(&b, pattern[i:])
			if n == 0 {
				return nil, ErrRegexp
			}
			i += n - 1
		case '.', '*', '+', '?', '^', '$', '(', ')', '|':
			if !operator(&b, pattern, i) {
				return nil, ErrRegexp
			}
		default:
			b.WriteString(literal(c))
		}
	}
	re, err := regexp.Compile(b.String())
	if err != nil {
		return nil, ErrRegexp
	}
	return re, nil
}

// operator writes pattern[i]; a repetition of a repetition is refused, since
// Go reads a** and a+? in its own ways.
func operator(b *strings.Builder, pattern string, i int) bool {
	c := pattern[i]
	if strings.IndexByte("*+?", c) >= 0 {
		if i == 0 || strings.IndexByte("*+?(|", pattern[i-1]) >= 0 && (i < 2 || pattern[i-2] != '\\') {
			return false
		}
	}
	if c == '(' { // groups capture nothing here, and (?… is no IOS syntax
		b.WriteString("(?:")
		return true
	}
	b.WriteByte(c)
	return true
}

// class writes the bracket expression at the start of p and returns its
// length, 0 when it has no end.
func class(b *strings.Builder, p string) int {
	i := 1
	var c strings.Builder
	c.WriteByte('[')
	if i < len(p) && p[i] == '^' {
		c.WriteByte('^')
		i++
	}
	for first := true; i < len(p); first, i = false, i+1 {
		switch {
		case p[i] == ']' && !first:
			c.WriteByte(']')
			b.WriteString(c.String())
			return i + 1
		case p[i] == '-':
			c.WriteByte('-')
			if first || i+1 < len(p) && p[i+1] == ']' {
				s := c.String()
				c.Reset()
				c.WriteString(s[:len(s)-1] + `\-`)
			}
		case p[i] == '\\' && i+1 < len(p):
			i++
			c.WriteString(classLiteral(p[i]))
		default:
			c.WriteString(classLiteral(p[i]))
		}
	}
	return 0
}

func classLiteral(c byte) string {
	if c >= 0x80 {
		return literal(c)
	}
	if strings.IndexByte(`\]^-[&~`, c) >= 0 {
		return `\` + string(rune(c))
	}
	return string(rune(c))
}

// literal writes one byte so that it stands for itself.
func literal(c byte) string {
	if c >= 0x80 { // lines are bytes; let any character of that range match
		return `.`
	}
	return regexp.QuoteMeta(string(rune(c)))
}
