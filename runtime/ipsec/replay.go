package ipsec

// window is the anti-replay window of an inbound SA (RFC 4303, 3.4.3), a ring
// of words as RFC 6479 describes: one word more than the window, so that
// moving on clears whole words only.
//
//	 ◄──── size ────►
//	[ … seen bits … ]top
//
// A window of size 0 accepts everything.
type window struct {
	size uint32
	top  uint32
	ring []uint64 // its length is a power of two
}

const wordBits = 64

// newWindow returns a window of size packets, a multiple of 64, or 0.
func newWindow(size int) window {
	if size <= 0 {
		return window{}
	}
	words := 2
	for words < size/wordBits+1 {
		words *= 2
	}
	return window{size: uint32(size), ring: make([]uint64, words)}
}

// check reports whether seq may be accepted: it is not 0, not left of the
// window and not seen. It changes nothing, so that it can come before the ICV.
func (w *window) check(seq uint32) bool {
	switch {
	case w.size == 0:
		return true
	case seq == 0:
		return false
	case seq > w.top:
		return true
	case w.top-seq >= w.size:
		return false
	}
	word, bit := w.slot(seq)
	return w.ring[word]&bit == 0
}

// take marks seq, whose packet proved authentic, as seen; a seq right of the
// window moves the window and clears the words it enters.
func (w *window) take(seq uint32) {
	if w.size > 0 && seq > w.top {
		to := seq / wordBits
		for i := range min(to-w.top/wordBits, uint32(len(w.ring))) {
			w.ring[(to-i)&uint32(len(w.ring)-1)] = 0
		}
	}
	w.top = max(w.top, seq)
	if w.size > 0 {
		word, bit := w.slot(seq)
		w.ring[word] |= bit
	}
}

func (w *window) slot(seq uint32) (word uint32, bit uint64) {
	return seq / wordBits & uint32(len(w.ring)-1), 1 << (seq % wordBits)
}

// windowSize raises a configured size to one that IOS has.
func windowSize(n int, off bool) int {
	if off {
		return 0
	}
	for _, s := range []int{64, 128, 256, 512} {
		if n <= s {
			return s
		}
	}
	return 1024
}
