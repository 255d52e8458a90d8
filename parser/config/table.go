package config

import (
	"iter"
	"reflect"
	"slices"
	"sort"
)

// Keyed is what a Table's elements offer: a key that is unique in the table.
type Keyed interface{ Key() string }

// Table is an ordered collection of *T found by key. The elements of a
// committed table are read-only. *T must implement Keyed; when *T also has
// Before(*T) bool the table keeps that order, else the order of insertion.
// The zero Table is empty and ready to use.
type Table[T any] struct{ d *tableData[T] }

type tableData[T any] struct {
	list  []*T
	index map[string]*T
}

// Len returns the number of elements.
func (t Table[T]) Len() int {
	if t.d == nil {
		return 0
	}
	return len(t.d.list)
}

// Get returns the element under key, or nil.
func (t Table[T]) Get(key string) *T {
	if t.d == nil {
		return nil
	}
	return t.d.index[key]
}

// All yields the elements in the table's order.
func (t Table[T]) All() iter.Seq[*T] {
	return func(yield func(*T) bool) {
		if t.d == nil {
			return
		}
		for _, e := range t.d.list {
			if !yield(e) {
				return
			}
		}
	}
}

// List returns the elements in order. The slice is the caller's.
func (t Table[T]) List() []*T {
	if t.d == nil {
		return nil
	}
	return slices.Clone(t.d.list)
}

// At returns the element at position i, 0 ≤ i < Len.
func (t Table[T]) At(i int) *T { return t.d.list[i] }

// AnyTable is a Table without its element type, for packages that bind by
// reflection. Elements are *T in an any. It is implemented by *Table[T].
type AnyTable interface {
	// ElemType is T.
	ElemType() reflect.Type
	// Len is the number of elements.
	Len() int
	// Find returns the element under key, or nil.
	Find(key string) any
	// Each calls f for each element in order until f returns false.
	Each(f func(elem any) bool)
	// Own returns a copy of the element under key that d may write, or nil.
	Own(d *Draft, key string) any
	// Put inserts elem, in the place of one with the same key if there is one. d may
	// go on writing elem.
	Put(d *Draft, elem any)
	// Remove deletes the element under key and reports whether there was one.
	Remove(d *Draft, key string) bool
}

// ElemType implements AnyTable.
func (t *Table[T]) ElemType() reflect.Type { return reflect.TypeFor[T]() }

// Find implements AnyTable.
func (t *Table[T]) Find(key string) any {
	if e := t.Get(key); e != nil {
		return e
	}
	return nil
}

// Each implements AnyTable.
func (t *Table[T]) Each(f func(elem any) bool) {
	for e := range t.All() {
		if !f(e) {
			return
		}
	}
}

// Own implements AnyTable.
func (t *Table[T]) Own(d *Draft, key string) any {
	if e := t.Edit(d, key); e != nil {
		return e
	}
	return nil
}

// Put implements AnyTable.
func (t *Table[T]) Put(d *Draft, elem any) { t.Insert(d, elem.(*T)) }

// Edit returns the element under key as a copy that d may write, or nil when
// there is none. The key of the copy must not be changed.
func (t *Table[T]) Edit(d *Draft, key string) *T {
	e := t.Get(key)
	if e == nil {
		return nil
	}
	if d.owns(e) {
		return e
	}
	own := new(T)
	*own = *e
	data := t.own(d)
	data.list[data.position(e)] = own
	data.index[key] = own
	d.own(own)
	return own
}

// Insert puts elem in the table, in the place of one with the same key if there
// is one. d may go on writing elem, its key apart.
func (t *Table[T]) Insert(d *Draft, elem *T) {
	key := any(elem).(Keyed).Key()
	data := t.own(d)
	if old := data.index[key]; old != nil {
		at := data.position(old)
		data.list = slices.Delete(data.list, at, at+1)
		data.insertAt(elem, at)
	} else {
		data.insertAt(elem, len(data.list))
	}
	data.index[key] = elem
	d.own(elem)
}

// Remove deletes the element under key and reports whether there was one.
func (t *Table[T]) Remove(d *Draft, key string) bool {
	e := t.Get(key)
	if e == nil {
		return false
	}
	if t.Len() == 1 {
		t.d = nil
		return true
	}
	data := t.own(d)
	at := data.position(e)
	data.list = slices.Delete(data.list, at, at+1)
	delete(data.index, key)
	return true
}

// own makes the table's own arrays writable by d.
func (t *Table[T]) own(d *Draft) *tableData[T] {
	if t.d == nil {
		t.d = &tableData[T]{index: map[string]*T{}}
		d.own(t.d)
		return t.d
	}
	if d.owns(t.d) {
		return t.d
	}
	fresh := &tableData[T]{list: slices.Clone(t.d.list), index: make(map[string]*T, len(t.d.index)+1)}
	for k, v := range t.d.index {
		fresh.index[k] = v
	}
	t.d = fresh
	d.own(fresh)
	return fresh
}

type ordered[T any] interface{ Before(*T) bool }

// insertAt inserts elem at the place that its order asks for, else at at.
func (d *tableData[T]) insertAt(elem *T, at int) {
	if o, ok := any(elem).(ordered[T]); ok {
		n := len(d.list)
		if n > 0 && !o.Before(d.list[n-1]) {
			at = n
		} else {
			at = sort.Search(n, func(i int) bool { return o.Before(d.list[i]) })
		}
	}
	d.list = slices.Insert(d.list, at, elem)
}

// position finds elem, looking at the end first: configurations grow there.
func (d *tableData[T]) position(elem *T) int {
	for i := len(d.list) - 1; i >= 0; i-- {
		if d.list[i] == elem {
			return i
		}
	}
	return -1
}

// Draft is a change in the making: a writable copy of a Config that shares
// what it does not touch. It is used by one goroutine.
type Draft struct {
	cfg   Config
	owned map[any]struct{}
}

// Begin starts a change of base; nil is the empty configuration.
func Begin(base *Config) *Draft {
	d := &Draft{owned: map[any]struct{}{}}
	if base != nil {
		d.cfg = *base
	}
	return d
}

// Config returns the writable state. Struct fields may be assigned, slices must be
// replaced whole, tables are changed by their methods that take the Draft.
func (d *Draft) Config() *Config { return &d.cfg }

// Commit returns the state as a value that nobody writes any more. The draft
// may be used further; it then copies again.
func (d *Draft) Commit() *Config {
	c := d.cfg
	d.owned = map[any]struct{}{}
	return &c
}

func (d *Draft) owns(p any) bool { _, ok := d.owned[p]; return ok }
func (d *Draft) own(p any)       { d.owned[p] = struct{}{} }
