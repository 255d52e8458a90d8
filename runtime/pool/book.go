package pool

import "slices"

// span is one range with the place up to which addresses were looked at.
// next and last are wider than an address, so that 255.255.255.255 can be passed.
type span struct {
	first      uint32
	next, last uint64
}

func (s *span) contains(a uint32) bool { return a >= s.first && uint64(a) <= s.last }
func (s *span) size() int              { return int(s.last - uint64(s.first) + 1) }

// freed is an address given back, in a queue.
type freed struct {
	addr       uint32
	prev, next *freed
}

// book is the bookkeeping of one pool. Every free address of a span is either
// at or behind the span's next, or in the queue of those given back.
type book struct {
	Pool
	spans      []span
	head, tail *freed
	at         map[uint32]*freed
	last       map[string]uint32 // user -> the address it had last
	users      []string          // in the order in which they were first remembered
}

// newBook starts a pool afresh. What users had before is taken over from old.
func newBook(p Pool, old *book) *book {
	b := &book{Pool: p, at: make(map[uint32]*freed), last: make(map[string]uint32)}
	b.Ranges = slices.Clone(p.Ranges)
	for _, r := range p.Ranges {
		if r.First.Is4() && r.Last.Is4() && !r.Last.Less(r.First) {
			f := number(r.First)
			b.spans = append(b.spans, span{f, uint64(f), uint64(number(r.Last))})
		}
	}
	if old != nil {
		b.last, b.users = old.last, old.users
	}
	return b
}

func (b *book) same(p Pool) bool {
	return b.Group == p.Group && slices.Equal(b.Ranges, p.Ranges)
}

func (b *book) contains(a uint32) bool {
	for i := range b.spans {
		if b.spans[i].contains(a) {
			return true
		}
	}
	return false
}

// fresh reports whether a will still be met by some span's next.
func (b *book) fresh(a uint32) bool {
	for i := range b.spans {
		if s := &b.spans[i]; s.contains(a) && uint64(a) >= s.next {
			return true
		}
	}
	return false
}

// enqueue puts a at the end of the queue, unless it will be met anyway.
func (b *book) enqueue(a uint32) {
	if b.fresh(a) || b.at[a] != nil {
		return
	}
	e := &freed{addr: a, prev: b.tail}
	b.at[a] = e
	if b.tail != nil {
		b.tail.next = e
	} else {
		b.head = e
	}
	b.tail = e
}

// forget takes a out of the queue.
func (b *book) forget(a uint32) {
	e := b.at[a]
	if e == nil {
		return
	}
	delete(b.at, a)
	if e.prev != nil {
		e.prev.next = e.next
	} else {
		b.head = e.next
	}
	if e.next != nil {
		e.next.prev = e.prev
	} else {
		b.tail = e.prev
	}
}

// remember notes what user has, forgetting the user remembered first when there are too many.
func (b *book) remember(user string, a uint32) {
	if user == "" {
		return
	}
	if _, known := b.last[user]; !known {
		if len(b.users) == maxRemembered {
			delete(b.last, b.users[0])
			b.users = b.users[1:]
		}
		b.users = append(b.users, user)
	}
	b.last[user] = a
}
