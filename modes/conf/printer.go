package conf

import (
	"bytes"
	"fmt"
	"reflect"

	"ioslab/parser/config"
)

// printer writes show running-config.
type printer struct {
	out    bytes.Buffer
	cfg    *config.Config
	indent int
}

func (p *printer) line(s string) {
	for range p.indent {
		p.out.WriteByte(' ')
	}
	p.out.WriteString(s)
	p.out.WriteByte('\n')
}

func (p *printer) linef(format string, a ...any) { p.line(fmt.Sprintf(format, a...)) }

func (p *printer) bang(n int) {
	for range n {
		p.out.WriteString("!\n")
	}
}

// mode prints the lines of a mode's struct.
func (p *printer) mode(m *mode, target any) {
	var extra *config.Extra
	if m.extra {
		extra = reflect.ValueOf(target).Elem().FieldByName("Extra").Addr().Interface().(*config.Extra)
	}
	stored := 0
	for _, d := range m.decls {
		switch {
		case d.print != nil:
			d.print(p, target)
		case d.alias || d.noOnly:
		case d.state == Stored:
			was := stored
			stored = p.stored(d, extra, stored)
			if d.shown && stored == was {
				p.line(d.pattern)
			}
		case d.bind == nil || d.bind.IsTable() && !d.stanza:
		case d.stanza:
			p.table(d, target)
		default:
			d.bind.Each(target, func(line string, elem any) { p.one(d, line, elem) })
		}
	}
	if extra != nil && m != globalMode { // those of the global mode stand before `end`
		p.unsupported(extra)
	}
}

// stored prints the kept lines of d; they stand in the order of declarations.
func (p *printer) stored(d *decl, x *config.Extra, at int) int {
	if x == nil {
		return at
	}
	for at < x.Stored.Len() && x.Stored.At(at).Rank <= d.rank {
		p.line(x.Stored.At(at).Text + d.tail)
		at++
	}
	return at
}

// one prints a line and the mode that it begins.
func (p *printer) one(d *decl, line string, elem any) {
	if d.when != nil && !d.when(elem) {
		return
	}
	p.line(line + d.tail)
	if d.enter != nil {
		width := max(1, d.enter.indent)
		p.indent += width
		p.mode(d.enter, elem)
		p.indent -= width
	}
}

// table prints the elements that several declarations share, element by element.
func (p *printer) table(d *decl, target any) {
	n := 0
	d.bind.EachOuter(target, func(outer any) {
		if d.when != nil && !d.when(outer) {
			return
		}
		if n > 0 {
			p.bang(d.between)
		}
		n++
		p.element(d, outer)
	})
	if n > 0 {
		p.bang(d.behind)
	}
}

func (p *printer) element(first *decl, outer any) {
	for i, d := range first.partner {
		if !d.bind.Nested() {
			if line, ok := d.bind.Elem(outer, nil); ok {
				p.one(d, line, outer)
				if !d.attr {
					return
				}
			}
			continue
		}
		if i > 0 && first.partner[i-1].bind.Nested() {
			continue // printed with the first nested one
		}
		p.inner(first.partner[i:], outer)
	}
}

// inner prints the inner elements, each by the first declaration that can say it.
func (p *printer) inner(ds []*decl, outer any) {
	ds[0].bind.EachInner(outer, func(e any) {
		for _, d := range ds {
			if !d.bind.Nested() {
				continue
			}
			if line, ok := d.bind.Elem(e, outer); ok {
				p.line(line + d.tail)
				if d.enter != nil {
					width := max(1, d.enter.indent)
					p.indent += width
					p.mode(d.enter, e)
					p.indent -= width
				}
				return
			}
		}
	})
}

// unsupportedMark begins the comment that keeps an unsupported line through a save.
const unsupportedMark = "! unsupported: "

func (p *printer) unsupported(x *config.Extra) {
	for _, u := range x.Unsupported {
		p.line(unsupportedMark + u.Text)
	}
}

// block prints a stored block.
func (p *printer) block(b *config.Block) {
	p.line(b.Header)
	for _, l := range b.Body {
		p.line(" " + l)
	}
	p.bang(1)
}

func typeOf[T any]() reflect.Type { return reflect.TypeFor[T]() }
