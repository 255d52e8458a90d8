package grammar

import (
	"encoding"
	"reflect"
	"strconv"
	"strings"

	"ioslab/parser/config"
)

// Lines prints what target's fields say in this line's words: none when nothing
// is configured, one for a scalar, one for each element of a table.
func (b *Binding) Lines(target any) []string {
	var out []string
	b.Each(target, func(line string, _ any) { out = append(out, line) })
	return out
}

// Each calls f with each line, and the element or record that it is (target
// itself for scalars).
func (b *Binding) Each(target any, f func(line string, elem any)) {
	v := reflect.ValueOf(target).Elem()
	switch b.kind {
	case bindFields:
		b.eachScalar(v, target, f)
	case bindRecord:
		opt, set := b.into.at(v)
		if set && opt.FieldByName("Set").Bool() {
			record := opt.FieldByName("Value")
			if line, ok := b.emitLine(record, reflect.Value{}); ok {
				f(line, record.Addr().Interface())
			}
		} else if b.spec.Unset != "" {
			f(b.spec.Unset, target)
		}
	case bindTable:
		t, _ := b.into.at(v)
		t.Addr().Interface().(config.AnyTable).Each(func(e any) bool {
			if line, ok := b.Elem(e, nil); ok {
				f(line, e)
			}
			return true
		})
	case bindSubTable:
		t, _ := b.into.at(v)
		t.Addr().Interface().(config.AnyTable).Each(func(o any) bool {
			b.eachInner(o, f)
			return true
		})
	}
}

func (b *Binding) eachInner(outer any, f func(string, any)) {
	inner, _ := b.sub.at(reflect.ValueOf(outer).Elem())
	inner.Addr().Interface().(config.AnyTable).Each(func(e any) bool {
		if line, ok := b.Elem(e, outer); ok {
			f(line, e)
		}
		return true
	})
}

func (b *Binding) eachScalar(v reflect.Value, target any, f func(string, any)) {
	if b.toggle != "" {
		b.eachToggle(v, target, f)
		return
	}
	if line, ok := b.emitLine(v, reflect.Value{}); ok {
		f(line, target)
	} else if b.spec.Unset != "" {
		f(b.spec.Unset, target)
	}
}

func (b *Binding) eachToggle(v reflect.Value, target any, f func(string, any)) {
	p := b.fields[b.toggle]
	field, set := p.at(v)
	if field.Kind() == reflect.Bool {
		if field.Bool() {
			f(b.line(v), target)
		} else if b.spec.Unset != "" {
			f(b.spec.Unset, target)
		}
		return
	}
	switch {
	case set && field.FieldByName("Set").Bool() && field.FieldByName("Value").Bool():
		f(b.line(v), target)
	case set && field.FieldByName("Set").Bool():
		f("no "+b.plainToggle(), target)
	case b.spec.Unset != "":
		f(b.spec.Unset, target)
	}
}

// plainToggle is the switch's line without regard to its state.
func (b *Binding) plainToggle() string {
	var words []string
	b.cmd.root.leaves(func(p *part) { words = append(words, p.print) })
	return strings.Join(words, " ")
}

// line is the printed line of a record, "" when it has none.
func (b *Binding) line(v reflect.Value) string {
	s, _ := b.emitLine(v, reflect.Value{})
	return s
}

// Elem prints one element of the table that the line is bound to; outer is the
// element around it, or nil. It fails when the element needs another line.
func (b *Binding) Elem(elem, outer any) (string, bool) {
	var o reflect.Value
	if outer != nil {
		o = reflect.ValueOf(outer).Elem()
	}
	return b.emitLine(reflect.ValueOf(elem).Elem(), o)
}

func (b *Binding) emitLine(v, outer reflect.Value) (string, bool) {
	for name, text := range b.spec.Set {
		if strings.HasPrefix(name, "^") {
			continue
		}
		f := b.fields[name]
		if got, ok := b.text(f, v); !ok || len(got) != 1 || got[0] != text {
			if !(b.isTrue(f, v)) {
				return "", false
			}
		}
	}
	e := emitter{b: b, v: v, outer: outer}
	ok, _ := e.emit(b.cmd.root)
	if !ok || len(b.order) > 0 && b.kind == bindFields && !e.bound {
		return "", false
	}
	return e.out.String(), true
}

func (b *Binding) isTrue(p path, v reflect.Value) bool {
	f, set := p.at(v)
	return set && f.Kind() == reflect.Bool && f.Bool()
}

// emitter writes one line.
type emitter struct {
	b        *Binding
	v, outer reflect.Value
	out      strings.Builder
	bound    bool
}

func (e *emitter) word(s string, glue bool) {
	if e.out.Len() > 0 && !glue {
		e.out.WriteByte(' ')
	}
	e.out.WriteString(s)
}

// emit writes p. ok is false when a value is missing; bound is true when a value
// that is configured was written.
func (e *emitter) emit(p *part) (ok, bound bool) {
	if p.bind != "" && (p.repeat || p.shape == shapeChoice || p.shape == shapeOption && len(p.kids) > 0 || p.shape == shapeSeq) {
		return e.group(p)
	}
	switch p.shape {
	case shapeWord:
		return e.keyword(p)
	case shapeArg:
		return e.argument(p)
	case shapeSeq:
		return e.sequence(p.kids)
	case shapeChoice:
		return e.choice(p)
	case shapeOption:
		return e.option(p)
	case shapeSet:
		return e.set(p)
	}
	return false, false
}

// try writes p, and takes it back unless keep says so.
func (e *emitter) try(p *part, keep func(ok, bound bool) bool) bool {
	sub := emitter{b: e.b, v: e.v, outer: e.outer}
	ok, bound := sub.emit(p)
	if !keep(ok, bound) {
		return false
	}
	if sub.out.Len() > 0 {
		e.word(sub.out.String(), false)
	}
	e.bound = e.bound || bound
	return true
}

func (e *emitter) sequence(kids []*part) (ok, bound bool) {
	for _, k := range kids {
		o, b := e.emit(k)
		if !o {
			return false, false
		}
		bound = bound || b
	}
	return true, bound
}

func (e *emitter) choice(p *part) (ok, bound bool) {
	for _, k := range p.kids {
		if e.try(k, func(o, b bool) bool { return o && b }) {
			return true, true
		}
	}
	for _, k := range p.kids {
		if e.try(k, func(o, b bool) bool { return o }) {
			return true, false
		}
	}
	return false, false
}

func (e *emitter) option(p *part) (ok, bound bool) {
	if p.never {
		return true, false
	}
	for _, k := range p.kids {
		if e.try(k, func(o, b bool) bool { return o && (b || p.always) }) {
			return true, true
		}
	}
	return true, false
}

func (e *emitter) set(p *part) (ok, bound bool) {
	for _, k := range p.kids {
		if e.try(k, func(o, b bool) bool { return o && b }) {
			bound = true
		}
	}
	return true, bound
}

// value reads the texts of a name: present means that it is configured, ok that
// it could stand in the line (a zero number can).
func (e *emitter) value(name string) (texts []string, ok, present bool) {
	p, v := e.b.fields[name], e.v
	if strings.HasPrefix(name, "^") {
		p, v = e.b.outer[name], e.outer
	}
	f, set := p.at(v)
	if !set {
		return nil, false, false
	}
	if f.Type().Implements(optType) {
		if !f.FieldByName("Set").Bool() {
			return nil, false, false
		}
		f = f.FieldByName("Value")
		texts, _, _ = textsOf(f)
		return texts, len(texts) > 0, len(texts) > 0
	}
	return textsOf(f)
}

func (b *Binding) text(p path, v reflect.Value) ([]string, bool) {
	f, set := p.at(v)
	if !set {
		return nil, false
	}
	if f.Type().Implements(optType) {
		if !f.FieldByName("Set").Bool() {
			return nil, false
		}
		f = f.FieldByName("Value")
	}
	texts, ok, _ := textsOf(f)
	return texts, ok
}

// textsOf turns a field into words.
func textsOf(f reflect.Value) (texts []string, ok, present bool) {
	if f.Type().Implements(textOut) {
		b, err := f.Interface().(encoding.TextMarshaler).MarshalText()
		if err != nil || len(b) == 0 {
			return nil, false, false
		}
		return []string{string(b)}, true, !f.IsZero()
	}
	switch f.Kind() {
	case reflect.Bool:
		return nil, f.Bool(), f.Bool()
	case reflect.String:
		return []string{f.String()}, f.String() != "", f.String() != ""
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		return []string{strconv.FormatInt(f.Int(), 10)}, true, f.Int() != 0
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		return []string{strconv.FormatUint(f.Uint(), 10)}, true, f.Uint() != 0
	case reflect.Slice:
		for i := range f.Len() {
			t, _, _ := textsOf(f.Index(i))
			texts = append(texts, t...)
		}
		return texts, len(texts) > 0, len(texts) > 0
	}
	return nil, false, false
}

func (e *emitter) keyword(p *part) (ok, bound bool) {
	if p.bind != "" {
		texts, good, present := e.value(p.bind)
		if texts == nil && !e.flag(p.bind) {
			return false, false
		}
		if texts != nil && (!good || texts[len(texts)-1] != p.print) {
			return false, false
		}
		bound = present || texts == nil
		e.bound = e.bound || bound
	}
	e.word(p.print, false)
	return true, bound
}

// flag reads a name as a switch.
func (e *emitter) flag(name string) bool {
	p := e.b.fields[name]
	f, set := p.at(e.v)
	if !set {
		return false
	}
	if f.Type().Implements(optType) {
		return f.FieldByName("Set").Bool() && f.FieldByName("Value").Kind() == reflect.Bool && f.FieldByName("Value").Bool()
	}
	return f.Kind() == reflect.Bool && f.Bool()
}

func (e *emitter) argument(p *part) (ok, bound bool) {
	if p.bind == "" {
		return false, false
	}
	texts, ok, present := e.value(p.bind)
	if !ok || len(texts) == 0 {
		return false, false
	}
	text := texts[len(texts)-1]
	if p.typ.Only && !holds(p.typ, text) {
		return false, false
	}
	if p.typ.Print != nil {
		text = p.typ.Print(text)
	}
	e.word(text, p.typ.glue)
	e.bound = e.bound || present
	return true, present
}

func holds(t *Type, value string) bool {
	for _, w := range t.Words {
		if w.Value == value {
			return true
		}
	}
	return false
}

// group writes a part whose name holds the text of all that is inside.
func (e *emitter) group(p *part) (ok, bound bool) {
	texts, ok, present := e.value(p.bind)
	if !ok {
		if p.shape == shapeOption {
			return true, false
		}
		return false, false
	}
	if p.shape == shapeOption && !present && !p.always {
		return true, false
	}
	if p.shape == shapeChoice && !p.repeat && !p.admits(texts[len(texts)-1]) {
		return false, false
	}
	for _, t := range texts {
		if p.shape == shapeArg && p.typ.Print != nil {
			t = p.typ.Print(t)
		}
		e.word(t, false)
	}
	e.bound = e.bound || present
	return true, present
}

// admits reports whether one of a choice's alternatives can read text; it looks
// at the first word only.
func (p *part) admits(text string) bool {
	first, _, _ := strings.Cut(text, " ")
	for _, k := range p.kids {
		for k.shape == shapeSeq {
			k = k.kids[0]
		}
		if k.shape == shapeWord && k.print == first || k.shape != shapeWord {
			return true
		}
	}
	return false
}
