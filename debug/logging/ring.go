package logging

// ring keeps the latest lines whose bytes fit in a size. The oldest line is
// cut where the ring wraps, as IOS's circular buffer does by whole lines.
type ring struct {
	lines []string
	head  int // index of the oldest line
	bytes int
	size  int
}

func (r *ring) add(line string) {
	r.lines = append(r.lines, line)
	r.bytes += len(line) + 1
	r.trim()
}

func (r *ring) resize(size int) {
	r.size = size
	r.trim()
}

func (r *ring) trim() {
	for r.bytes > r.size && r.head < len(r.lines) {
		r.bytes -= len(r.lines[r.head]) + 1
		r.lines[r.head] = ""
		r.head++
	}
	if r.head > 64 && r.head*2 > len(r.lines) {
		n := copy(r.lines, r.lines[r.head:])
		clear(r.lines[n:])
		r.lines, r.head = r.lines[:n], 0
	}
}

func (r *ring) clear() { r.lines, r.head, r.bytes = nil, 0, 0 }

func (r *ring) all() []string { return r.lines[r.head:] }
