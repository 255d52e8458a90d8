package packet

import (
	"fmt"
	"sync"
	"sync/atomic"
)

const (
	// Headroom is free space in front of a received frame: room for IP + ESP
	// + IV + UDP + L2TP + PPP (20+8+16+8+8+4) and an outer Ethernet + IP in
	// tunnel mode (14+20), rounded up.
	Headroom = 128
	// smallSize is the store of an ordinary buffer: headroom, a 1518-byte frame and
	// room for ESP padding, ICV and a little tunnel overhead.
	smallSize = 2048
	// largeSize holds a reassembled IPv4 datagram of 65,535 bytes.
	largeSize = Headroom + 65535 + 512
)

// Buffer is one packet. Fields other than the bytes travel with it between the
// stages of the forwarding plane; a Buffer is owned by one goroutine at a time.
type Buffer struct {
	store    []byte
	off, end int
	free     atomic.Bool // in the pool: a second Release or a use is a bug

	// Ingress is the forwarding plane's index of the interface that the packet
	// came in by; 0 for one that this node made itself.
	Ingress int
	// Security names the crypto map entry's profile under whose SA the packet
	// was decrypted; Protected tells that it came through an SA at all.
	Security  string
	Protected bool
	// NATT tells that an ESP packet came (or is to go) inside UDP 4500.
	NATT bool
	// SA is ipsec's handle of the inbound SA that Protected the packet, 0 for none.
	SA uint64
	// TTLKept tells that the packet was made by this node or already had its
	// TTL decremented.
	TTLKept bool
}

var (
	small = sync.Pool{New: func() any { return &Buffer{store: make([]byte, smallSize)} }}
	large = sync.Pool{New: func() any { return &Buffer{store: make([]byte, largeSize)} }}
	live  atomic.Int64
)

// Get returns an empty Buffer with Headroom in front, able to grow by at least
// n bytes. n is at most 65,535+512; more panics, since no IPv4 packet is larger.
func Get(n int) *Buffer {
	pool := &small
	if n > smallSize-Headroom {
		pool = &large
	}
	if n > largeSize-Headroom {
		panic(fmt.Sprintf("packet: a buffer of %d bytes was asked for", n))
	}
	b := pool.Get().(*Buffer)
	b.free.Store(false)
	b.off, b.end = Headroom, Headroom
	live.Add(1)
	return b
}

// From returns a Buffer that holds a copy of p.
func From(p []byte) *Buffer {
	b := Get(len(p))
	copy(b.Extend(len(p)), p)
	return b
}

// Release gives the Buffer back. Using or releasing it afterwards is a bug;
// a second Release panics.
func (b *Buffer) Release() {
	if b.free.Swap(true) {
		panic("packet: buffer released twice")
	}
	live.Add(-1)
	if Scribble {
		for i := range b.store {
			b.store[i] = 0xDB
		}
	}
	b.Ingress, b.Security, b.Protected, b.NATT, b.SA, b.TTLKept = 0, "", false, false, 0, false
	if len(b.store) == smallSize {
		small.Put(b)
	} else {
		large.Put(b)
	}
}

// Scribble makes Release overwrite the bytes, so that tests catch a use after
// release. Set it only in a TestMain.
var Scribble bool

// Live returns how many buffers are out of the pool, over all nodes.
func Live() int64 { return live.Load() }

// Bytes returns the packet's bytes; they are valid until the next change of
// the Buffer.
func (b *Buffer) Bytes() []byte { return b.store[b.off:b.end:b.end] }

// Len returns the number of data bytes.
func (b *Buffer) Len() int { return b.end - b.off }

// Head returns the free bytes in front, Tail those behind the data.
func (b *Buffer) Head() int { return b.off }

// Tail returns the free bytes behind the data.
func (b *Buffer) Tail() int { return len(b.store) - b.end }

// Prepend grows the data by n bytes at the front and returns them, with
// undefined contents. When the headroom is too small the data moves back (a
// copy, rare: nested tunnels only); when the store is too small it is replaced by a large one.
func (b *Buffer) Prepend(n int) []byte {
	if n > b.off {
		b.reserve(n+Headroom, 0)
	}
	b.off -= n
	return b.store[b.off : b.off+n : b.off+n]
}

// Extend grows the data by n bytes at the end and returns them, with undefined contents.
func (b *Buffer) Extend(n int) []byte {
	if n > len(b.store)-b.end {
		b.reserve(b.off, n)
	}
	b.end += n
	return b.store[b.end-n : b.end : b.end]
}

// TrimFront drops n bytes at the front. n must be at most Len.
func (b *Buffer) TrimFront(n int) {
	if n < 0 || n > b.Len() {
		panic(fmt.Sprintf("packet: trim of %d bytes from %d", n, b.Len()))
	}
	b.off += n
}

// SetLen shortens the data to n bytes (n at most Len).
func (b *Buffer) SetLen(n int) {
	if n < 0 || n > b.Len() {
		panic(fmt.Sprintf("packet: length %d of %d", n, b.Len()))
	}
	b.end = b.off + n
}

// Clone returns a second Buffer with the same bytes and fields.
func (b *Buffer) Clone() *Buffer {
	c := From(b.Bytes())
	c.Ingress, c.Security, c.Protected, c.NATT, c.SA, c.TTLKept = b.Ingress, b.Security, b.Protected, b.NATT, b.SA, b.TTLKept
	return c
}

// reserve makes the data start at head or later with tail bytes free behind it.
func (b *Buffer) reserve(head, tail int) {
	n := b.Len()
	need := head + n + tail
	store := b.store
	if need > len(store) {
		if need > largeSize {
			panic(fmt.Sprintf("packet: %d bytes do not fit a buffer", need))
		}
		store = make([]byte, largeSize)
	}
	copy(store[head:], b.store[b.off:b.end])
	b.store, b.off, b.end = store, head, head+n
}
