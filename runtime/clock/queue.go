package clock

// Queue orders many keyed deadlines, for an engine that owns many objects with
// one timer each. Set, Remove and the pops are O(log n); equal instants come
// out in the order in which they were set, so that a seeded world repeats.
// The zero Queue is ready. A Queue holds at most one deadline per key; its
// size is bounded by the table whose keys it holds.
type Queue[K comparable] struct {
	heap []entry[K]
	at   map[K]int // key -> index in heap
	seq  uint64
}

type entry[K comparable] struct {
	when Instant
	seq  uint64
	key  K
}

// Set puts or moves the deadline of key; Never removes it.
func (q *Queue[K]) Set(key K, when Instant) {
	if when == Never {
		q.Remove(key)
		return
	}
	q.seq++
	e := entry[K]{when, q.seq, key}
	if i, ok := q.at[key]; ok {
		if q.heap[i].when == when {
			return
		}
		q.heap[i] = e
		q.down(q.up(i))
		return
	}
	if q.at == nil {
		q.at = make(map[K]int)
	}
	q.heap = append(q.heap, e)
	q.at[key] = len(q.heap) - 1
	q.up(len(q.heap) - 1)
}

// Remove forgets the deadline of key, if it has one.
func (q *Queue[K]) Remove(key K) {
	i, ok := q.at[key]
	if !ok {
		return
	}
	delete(q.at, key)
	last := len(q.heap) - 1
	moved := q.heap[last]
	q.heap[last] = entry[K]{}
	q.heap = q.heap[:last]
	if i == last {
		return
	}
	q.heap[i] = moved
	q.at[moved.key] = i
	q.down(q.up(i))
}

// Deadline returns the earliest deadline, Never when there is none.
func (q *Queue[K]) Deadline() Instant {
	if len(q.heap) == 0 {
		return Never
	}
	return q.heap[0].when
}

// PopDue removes and returns one key whose deadline has been reached at now.
func (q *Queue[K]) PopDue(now Instant) (key K, ok bool) {
	if len(q.heap) == 0 || !q.heap[0].when.Reached(now) {
		return key, false
	}
	key = q.heap[0].key
	q.Remove(key)
	return key, true
}

// Len returns the number of deadlines held.
func (q *Queue[K]) Len() int { return len(q.heap) }

func (q *Queue[K]) less(i, j int) bool {
	a, b := &q.heap[i], &q.heap[j]
	return a.when < b.when || a.when == b.when && a.seq < b.seq
}

func (q *Queue[K]) swap(i, j int) {
	q.heap[i], q.heap[j] = q.heap[j], q.heap[i]
	q.at[q.heap[i].key], q.at[q.heap[j].key] = i, j
}

func (q *Queue[K]) up(i int) int {
	for i > 0 && q.less(i, (i-1)/2) {
		q.swap(i, (i-1)/2)
		i = (i - 1) / 2
	}
	return i
}

func (q *Queue[K]) down(i int) {
	for {
		c := 2*i + 1
		if c >= len(q.heap) {
			return
		}
		if c+1 < len(q.heap) && q.less(c+1, c) {
			c++
		}
		if !q.less(c, i) {
			return
		}
		q.swap(i, c)
		i = c
	}
}
