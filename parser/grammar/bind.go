package grammar

import (
	"encoding"
	"fmt"
	"reflect"
	"strconv"
	"strings"

	"ioslab/parser/config"
)

// Spec says how a command is bound to a mode's struct.
type Spec struct {
	// Into is where the names of the pattern are looked up: "" the mode's struct
	// itself; the path of an Opt of a struct (the line is that struct); the path of
	// a Table (the line is an element); or "Table/Sub", an element of a table inside
	// an element, whose own fields are named with a ^ ($^Name).
	Into string
	// Default is the line, as printed, that says what holds when nothing is
	// configured: it is not shown and typing it unsets. For a switch it is the
	// line with or without "no ".
	Default string
	// Unset is what show running-config prints when nothing is configured.
	Unset string
	// Keep leaves the fields alone that the line does not name (username, and all
	// lines that enter a sub-mode).
	Keep bool
	// Attr marks a line about some fields of an element that other lines make: its
	// negation clears these fields instead of removing the element. It implies Keep.
	Attr bool
	// Set fixes fields that the pattern has no word for, by name (^ as in Into).
	Set map[string]string
}

// Binding joins a command with fields in both directions.
type Binding struct {
	cmd    *Command
	spec   Spec
	into   path // to the Opt or Table; empty for the struct itself
	sub    path // from the outer element to the inner table
	kind   bindKind
	outer  map[string]path
	fields map[string]path // of the record that the line is
	order  []string
	toggle string // the name of the only field, an Opt[bool] or bool, else ""
}

type bindKind int

const (
	bindFields bindKind = iota
	bindRecord
	bindTable
	bindSubTable
)

// path is a way through struct fields; Opts on the way are entered.
type path struct {
	index [][]int
	typ   reflect.Type // of the end, an Opt included
	text  string
}

type isOpt interface{ IsOpt() }

var (
	optType   = reflect.TypeFor[isOpt]()
	tableType = reflect.TypeFor[config.AnyTable]()
	textOut   = reflect.TypeFor[encoding.TextMarshaler]()
	textIn    = reflect.TypeFor[encoding.TextUnmarshaler]()
)

// Bind joins c, whose pattern is compiled here if no tree did so yet, with the
// struct type of its mode.
func Bind(c *Command, mode reflect.Type, spec Spec) (*Binding, error) {
	spec.Keep = spec.Keep || spec.Attr
	if c.root == nil {
		root, err := parsePattern(c.Pattern)
		if err != nil {
			return nil, err
		}
		c.root = root
	}
	b := &Binding{cmd: c, spec: spec, outer: map[string]path{}, fields: map[string]path{}}
	record, outer, err := b.resolve(mode)
	if err != nil {
		return nil, fmt.Errorf("bind %q: %w", c.Pattern, err)
	}
	if err := b.names(c.root, record, outer); err != nil {
		return nil, fmt.Errorf("bind %q: %w", c.Pattern, err)
	}
	for name := range spec.Set {
		if rest, ok := strings.CutPrefix(name, "^"); ok {
			if b.outer[name], err = walk(outer, rest); err != nil {
				return nil, fmt.Errorf("bind %q: %w", c.Pattern, err)
			}
			continue
		}
		if b.fields[name], err = walk(record, name); err != nil {
			return nil, fmt.Errorf("bind %q: %w", c.Pattern, err)
		}
	}
	if len(b.order) == 1 && b.kind == bindFields {
		t := b.fields[b.order[0]].typ
		if t == reflect.TypeFor[config.Opt[bool]]() || t.Kind() == reflect.Bool {
			b.toggle = b.order[0]
		}
	}
	return b, nil
}

// resolve finds Into and returns the types that inner and outer names are in.
func (b *Binding) resolve(mode reflect.Type) (record, outer reflect.Type, err error) {
	if b.spec.Into == "" {
		return mode, nil, nil
	}
	first, second, nested := strings.Cut(b.spec.Into, "/")
	if b.into, err = walk(mode, first); err != nil {
		return nil, nil, err
	}
	elem, table := tableElem(b.into.typ)
	switch {
	case nested && table:
		if b.sub, err = walk(elem, second); err != nil {
			return nil, nil, err
		}
		inner, ok := tableElem(b.sub.typ)
		if !ok {
			return nil, nil, fmt.Errorf("%s is no table", b.spec.Into)
		}
		b.kind = bindSubTable
		return inner, elem, nil
	case table:
		b.kind = bindTable
		return elem, nil, nil
	case b.into.typ.Implements(optType):
		b.kind = bindRecord
		f, _ := b.into.typ.FieldByName("Value")
		return f.Type, nil, nil
	default:
		return nil, nil, fmt.Errorf("%s is neither Opt nor Table", b.spec.Into)
	}
}

func tableElem(t reflect.Type) (reflect.Type, bool) {
	if !reflect.PointerTo(t).Implements(tableType) {
		return nil, false
	}
	return reflect.New(t).Interface().(config.AnyTable).ElemType(), true
}

func (b *Binding) names(p *part, record, outer reflect.Type) error {
	if p.bind != "" {
		name := p.bind
		if rest, ok := strings.CutPrefix(name, "^"); ok {
			f, err := walk(outer, rest)
			b.outer[name] = f
			return err
		}
		if _, seen := b.fields[name]; !seen {
			f, err := walk(record, name)
			if err != nil {
				return err
			}
			b.fields[name] = f
			b.order = append(b.order, name)
		}
	}
	for _, k := range p.kids {
		if err := b.names(k, record, outer); err != nil {
			return err
		}
	}
	return nil
}

// walk resolves a dotted name in struct type t.
func walk(t reflect.Type, name string) (path, error) {
	p := path{text: name}
	for i, field := range strings.Split(name, ".") {
		if i > 0 && t.Implements(optType) {
			v, _ := t.FieldByName("Value")
			p.index = append(p.index, v.Index)
			t = v.Type
		}
		if t == nil || t.Kind() != reflect.Struct {
			return p, fmt.Errorf("no field %s", name)
		}
		f, ok := t.FieldByName(field)
		if !ok {
			return p, fmt.Errorf("no field %s in %s", name, t)
		}
		p.index = append(p.index, f.Index)
		t = f.Type
	}
	p.typ = t
	return p, nil
}

// at returns the field for reading, and whether all Opts on the way are set.
func (p *path) at(v reflect.Value) (reflect.Value, bool) {
	set := true
	for i, ix := range p.index {
		if i > 0 && v.Type().Implements(optType) {
			set = set && v.FieldByName("Set").Bool()
		}
		v = v.FieldByIndex(ix)
	}
	return v, set
}

// open returns the field for writing; Opts on the way become set.
func (p *path) open(v reflect.Value) reflect.Value {
	for i, ix := range p.index {
		if i > 0 && v.Type().Implements(optType) {
			v.FieldByName("Set").SetBool(true)
		}
		v = v.FieldByIndex(ix)
	}
	return v
}

// clear resets the field, and the outermost Opt that it is in.
func (p *path) clear(v reflect.Value) {
	for i, ix := range p.index {
		if i > 0 && v.Type().Implements(optType) {
			break
		}
		v = v.FieldByIndex(ix)
	}
	v.SetZero()
}

// Command returns the bound command.
func (b *Binding) Command() *Command { return b.cmd }

// Normalizer is implemented by records that have one form for several spellings.
type Normalizer interface{ Normalize() }

// Preparer is implemented by elements that need their surroundings before they
// are put in a table: within is the outer element, or the mode's struct.
type Preparer interface{ Prepare(within any) }

// Apply writes a matched line into target, a pointer to the mode's struct that d
// may write. It returns a pointer to the element or record that the line is,
// through which a sub-mode goes on writing, or target itself.
func (b *Binding) Apply(d *config.Draft, target any, a *Args) (any, error) {
	v := reflect.ValueOf(target).Elem()
	switch b.kind {
	case bindFields:
		if err := b.fill(v, a); err != nil {
			return nil, err
		}
		b.undefault(v, target)
		return target, nil
	case bindRecord:
		return b.applyRecord(v, a)
	case bindTable:
		field := b.into.open(v).Addr().Interface().(config.AnyTable)
		return b.put(d, field, target, a)
	case bindSubTable:
		outer, err := b.outerElem(d, v, a, true)
		if err != nil {
			return nil, err
		}
		inner := b.sub.open(reflect.ValueOf(outer).Elem()).Addr().Interface().(config.AnyTable)
		return b.put(d, inner, outer, a)
	}
	return nil, fmt.Errorf("binding kind %d", b.kind)
}

// undefault unsets fields that were just given their default.
func (b *Binding) undefault(v reflect.Value, target any) {
	if b.spec.Default == "" {
		return
	}
	if lines := b.Lines(target); len(lines) == 1 && lines[0] == b.spec.Default {
		b.unset(v)
	} else if len(lines) == 0 && b.toggle != "" && b.line(v) == b.spec.Default {
		b.unset(v)
	}
}

func (b *Binding) unset(v reflect.Value) {
	for _, name := range b.order {
		f := b.fields[name]
		f.clear(v)
	}
}

func (b *Binding) applyRecord(v reflect.Value, a *Args) (any, error) {
	opt := b.into.open(v)
	record := opt.FieldByName("Value")
	if !b.spec.Keep {
		record.SetZero()
	}
	if err := b.fill(record, a); err != nil {
		return nil, err
	}
	opt.FieldByName("Set").SetBool(true)
	normalize(record.Addr().Interface())
	if b.spec.Default != "" && b.line(record) == b.spec.Default {
		opt.SetZero()
	}
	return record.Addr().Interface(), nil
}

func normalize(p any) {
	if n, ok := p.(Normalizer); ok {
		n.Normalize()
	}
}

// put makes an element from the line and puts it in its table.
func (b *Binding) put(d *config.Draft, t config.AnyTable, within any, a *Args) (any, error) {
	fresh := reflect.New(t.ElemType())
	if err := b.fill(fresh.Elem(), a); err != nil {
		return nil, err
	}
	normalize(fresh.Interface())
	if p, ok := fresh.Interface().(Preparer); ok {
		p.Prepare(within)
	}
	key := fresh.Interface().(config.Keyed).Key()
	if b.spec.Keep && t.Find(key) != nil {
		own := t.Own(d, key)
		err := b.fill(reflect.ValueOf(own).Elem(), a)
		normalize(own)
		return own, err
	}
	t.Put(d, fresh.Interface())
	return fresh.Interface(), nil
}

// outerElem finds, or with create makes, the outer element that the ^ names tell.
func (b *Binding) outerElem(d *config.Draft, v reflect.Value, a *Args, create bool) (any, error) {
	t := b.into.open(v).Addr().Interface().(config.AnyTable)
	fresh := reflect.New(t.ElemType())
	for name, f := range b.outer {
		if all := a.All(name); len(all) > 0 {
			if err := assign(f.open(fresh.Elem()), all); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
		}
	}
	key := fresh.Interface().(config.Keyed).Key()
	if own := t.Own(d, key); own != nil {
		return own, nil
	}
	if !create {
		return nil, nil
	}
	for name, text := range b.spec.Set {
		if f, ok := b.outer[name]; ok {
			if err := assign(f.open(fresh.Elem()), []string{text}); err != nil {
				return nil, err
			}
		}
	}
	normalize(fresh.Interface())
	t.Put(d, fresh.Interface())
	return fresh.Interface(), nil
}

// fill assigns all names that the line holds.
func (b *Binding) fill(v reflect.Value, a *Args) error {
	for _, name := range b.order {
		f := b.fields[name]
		all := a.All(name)
		if len(all) == 0 {
			if !b.spec.Keep && b.kind == bindFields {
				f.clear(v)
			}
			continue
		}
		if err := assign(f.open(v), all); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	for name, text := range b.spec.Set {
		f, ok := b.fields[name]
		if !ok {
			continue
		}
		if err := assign(f.open(v), []string{text}); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
	}
	return nil
}

// assign parses texts into a field.
func assign(v reflect.Value, texts []string) error {
	if v.Type().Implements(optType) {
		v.FieldByName("Set").SetBool(true)
		v = v.FieldByName("Value")
	}
	if v.CanAddr() && v.Addr().Type().Implements(textIn) {
		return v.Addr().Interface().(encoding.TextUnmarshaler).UnmarshalText([]byte(texts[len(texts)-1]))
	}
	text := texts[len(texts)-1]
	switch v.Kind() {
	case reflect.Bool:
		v.SetBool(true)
	case reflect.String:
		v.SetString(text)
	case reflect.Int, reflect.Int8, reflect.Int16, reflect.Int32, reflect.Int64:
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil || v.OverflowInt(n) {
			return fmt.Errorf("number %q", text)
		}
		v.SetInt(n)
	case reflect.Uint, reflect.Uint8, reflect.Uint16, reflect.Uint32, reflect.Uint64:
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil || v.OverflowUint(n) {
			return fmt.Errorf("number %q", text)
		}
		v.SetUint(n)
	case reflect.Slice:
		s := reflect.MakeSlice(v.Type(), len(texts), len(texts))
		for i, t := range texts {
			if err := assign(s.Index(i), []string{t}); err != nil {
				return err
			}
		}
		v.Set(s)
	default:
		return fmt.Errorf("cannot bind a %s", v.Type())
	}
	return nil
}

// Negate undoes the line: `no ...`. toDefault is `default ...`, which differs for
// switches that are on by default.
func (b *Binding) Negate(d *config.Draft, target any, a *Args, toDefault bool) error {
	v := reflect.ValueOf(target).Elem()
	switch b.kind {
	case bindFields:
		b.unset(v)
		if b.toggle != "" && !toDefault {
			b.switchOff(v)
		}
	case bindRecord:
		b.into.clear(v)
	case bindTable:
		b.remove(d, b.into.open(v).Addr().Interface().(config.AnyTable), a)
	case bindSubTable:
		return b.removeInner(d, v, a)
	}
	return nil
}

// switchOff makes an Opt[bool] false, unless that is its default.
func (b *Binding) switchOff(v reflect.Value) {
	f := b.fields[b.toggle]
	if f.typ.Kind() == reflect.Bool || strings.HasPrefix(b.spec.Default, "no ") {
		return
	}
	f.open(v).FieldByName("Set").SetBool(true)
}

func (b *Binding) removeInner(d *config.Draft, v reflect.Value, a *Args) error {
	outer, err := b.outerElem(d, v, a, false)
	if outer == nil || err != nil {
		return err
	}
	inner := b.sub.open(reflect.ValueOf(outer).Elem()).Addr().Interface().(config.AnyTable)
	b.remove(d, inner, a)
	if e, ok := outer.(Emptier); ok && e.Empty() || !ok && inner.Len() == 0 {
		t := b.into.open(v).Addr().Interface().(config.AnyTable)
		t.Remove(d, outer.(config.Keyed).Key())
	}
	return nil
}

// remove deletes the elements that agree with every name the line holds.
func (b *Binding) remove(d *config.Draft, t config.AnyTable, a *Args) {
	want := reflect.New(t.ElemType())
	if b.fill(want.Elem(), a) != nil {
		return
	}
	normalize(want.Interface())
	key := want.Interface().(config.Keyed).Key()
	if b.spec.Attr {
		b.clearAttr(d, t, key)
		return
	}
	if t.Remove(d, key) {
		return
	}
	var gone []string
	t.Each(func(e any) bool {
		if b.agrees(reflect.ValueOf(e).Elem(), want.Elem(), a) {
			gone = append(gone, e.(config.Keyed).Key())
		}
		return true
	})
	for _, key := range gone {
		t.Remove(d, key)
	}
}

// Emptier is implemented by elements that exist only for the lines that are in them.
type Emptier interface{ Empty() bool }

// clearAttr unsets the fields of the pattern that are not part of the key.
func (b *Binding) clearAttr(d *config.Draft, t config.AnyTable, key string) {
	own := t.Own(d, key)
	if own == nil {
		return
	}
	keys := map[string]bool{}
	b.cmd.root.keyNames(keys)
	for _, name := range b.order {
		if f := b.fields[name]; !keys[name] {
			f.clear(reflect.ValueOf(own).Elem())
		}
	}
	if e, ok := own.(Emptier); ok && e.Empty() {
		t.Remove(d, key)
	}
}

func (p *part) keyNames(into map[string]bool) {
	if p.key && p.bind != "" {
		into[p.bind] = true
	}
	for _, k := range p.kids {
		k.keyNames(into)
	}
}

func (b *Binding) agrees(have, want reflect.Value, a *Args) bool {
	for _, name := range b.order {
		if !a.Has(name) {
			continue
		}
		f := b.fields[name]
		x, _ := f.at(have)
		y, _ := f.at(want)
		if !reflect.DeepEqual(x.Interface(), y.Interface()) {
			return false
		}
	}
	return true
}

// Into returns the path of the table or Opt that the line is bound to, "" for
// fields of the mode's struct; of "Table/Sub" it is the first part.
func (b *Binding) Into() string { first, _, _ := strings.Cut(b.spec.Into, "/"); return first }

// Nested reports whether the line is an element inside an element.
func (b *Binding) Nested() bool { return b.kind == bindSubTable }

// IsTable reports whether the line is an element of a table.
func (b *Binding) IsTable() bool { return b.kind == bindTable || b.kind == bindSubTable }

// EachOuter calls f with each element of the (outer) table.
func (b *Binding) EachOuter(target any, f func(elem any)) {
	t, _ := b.into.at(reflect.ValueOf(target).Elem())
	t.Addr().Interface().(config.AnyTable).Each(func(e any) bool { f(e); return true })
}

// EachInner calls f with each element of the table inside outer.
func (b *Binding) EachInner(outer any, f func(elem any)) {
	t, _ := b.sub.at(reflect.ValueOf(outer).Elem())
	t.Addr().Interface().(config.AnyTable).Each(func(e any) bool { f(e); return true })
}

// Find returns the element or record of an existing block that the line enters, for
// reading, or nil.
func (b *Binding) Find(target any, a *Args) any {
	if b.kind != bindTable {
		return nil
	}
	f, _ := b.into.at(reflect.ValueOf(target).Elem())
	t := f.Addr().Interface().(config.AnyTable)
	want := reflect.New(t.ElemType())
	if b.fill(want.Elem(), a) != nil {
		return nil
	}
	normalize(want.Interface())
	return t.Find(want.Interface().(config.Keyed).Key())
}

// Ref finds an element or record again by its keys: the frame of a sub-mode keeps
// one, while the configuration under it is replaced line by line.
type Ref struct {
	b          *Binding
	outer, key string
}

// Ref returns the reference of what Apply made of a line.
func (b *Binding) Ref(elem any, a *Args) Ref {
	r := Ref{b: b}
	switch b.kind {
	case bindFields, bindRecord:
	case bindSubTable:
		outer := reflect.New(b.outerType())
		for name, f := range b.outer {
			if all := a.All(name); len(all) > 0 {
				_ = assign(f.open(outer.Elem()), all) // matched words parse: Apply did it before
			}
		}
		r.outer = outer.Interface().(config.Keyed).Key()
		r.key = elem.(config.Keyed).Key()
	case bindTable:
		r.key = elem.(config.Keyed).Key()
	}
	return r
}

func (b *Binding) outerType() reflect.Type {
	t, _ := tableElem(b.into.typ)
	return t
}

// Own returns a pointer to the element or record that d may write, nil when it is
// gone. parent is the struct of the mode around, writable.
func (r Ref) Own(d *config.Draft, parent any) any {
	v := reflect.ValueOf(parent).Elem()
	switch r.b.kind {
	case bindFields:
		return parent
	case bindRecord:
		opt, _ := r.b.into.at(v)
		if !opt.FieldByName("Set").Bool() {
			return nil
		}
		return opt.FieldByName("Value").Addr().Interface()
	case bindTable:
		f, _ := r.b.into.at(v)
		return f.Addr().Interface().(config.AnyTable).Own(d, r.key)
	case bindSubTable:
		f, _ := r.b.into.at(v)
		outer := f.Addr().Interface().(config.AnyTable).Own(d, r.outer)
		if outer == nil {
			return nil
		}
		inner, _ := r.b.sub.at(reflect.ValueOf(outer).Elem())
		return inner.Addr().Interface().(config.AnyTable).Own(d, r.key)
	}
	return nil
}
