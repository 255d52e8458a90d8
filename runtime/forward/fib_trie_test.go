package forward

import (
	"math/rand/v2"
	"testing"
)

// The trie agrees with a table searched from end to end, whatever is put in and taken out.
func TestFIBUnderPutsAndRemovals(t *testing.T) {
	type key struct {
		prefix uint32
		bits   uint8
	}
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var f fib
		table := map[key]*route{}
		local := map[uint32]receiveKind{}
		// Few distinct bits, so that prefixes nest and meet again.
		address := func() uint32 { return (rng.Uint32() & 0xc0c00303) | uint32(rng.IntN(2))<<16 }
		for step := range 600 {
			k := key{bits: uint8(rng.IntN(33))}
			k.prefix = address() & maskOf(k.bits)
			switch rng.IntN(6) {
			case 0, 1, 2:
				r := &route{distance: step}
				table[k] = r
				f.setRoute(k.prefix, k.bits, r)
			case 3, 4:
				delete(table, k)
				f.setRoute(k.prefix, k.bits, nil)
			case 5:
				kind := receiveKind(1 + rng.IntN(2))
				if local[k.prefix] != receiveLocal {
					local[k.prefix] = kind
				}
				f.setReceive(k.prefix, kind, nil)
			}
			a := address()
			if rng.IntN(2) == 0 {
				a = k.prefix
			}
			var want *route
			best := -1
			for k, r := range table {
				if (a^k.prefix)&maskOf(k.bits) == 0 && int(k.bits) > best {
					want, best = r, int(k.bits)
				}
			}
			got, recv := f.lookup(a)
			if got != want {
				t.Fatalf("seed %d step %d: %08x goes to %+v, want %+v", seed, step, a, got, want)
			}
			if kind := local[a]; (recv == nil) != (kind == receiveNone) || recv != nil && recv.receive != kind {
				t.Fatalf("seed %d step %d: %08x is received as %+v, want %d", seed, step, a, recv, kind)
			}
			if n, most := countNodes(f.root), 2*(len(table)+len(local)); n > most {
				t.Fatalf("%d nodes for %d entries", n, most/2)
			}
		}
		for k := range table {
			f.setRoute(k.prefix, k.bits, nil)
		}
		if n := countNodes(f.root); n > 2*len(local) {
			t.Fatalf("%d nodes are left for %d addresses", n, len(local))
		}
	}
}

func countNodes(n *fibNode) int {
	if n == nil {
		return 0
	}
	return 1 + countNodes(n.child[0]) + countNodes(n.child[1])
}

// resolve does not find the route that asks.
func TestFIBResolveLeavesOneOut(t *testing.T) {
	var f fib
	wide, narrow := &route{distance: 1}, &route{distance: 2}
	f.setRoute(0, 0, wide)
	f.setRoute(0x0a000000, 8, narrow)
	if r := f.resolve(0x0a000001, 0x0a000000, 8); r != wide {
		t.Fatalf("%+v", r)
	}
	if r := f.resolve(0x0a000001, 0, 0); r != narrow {
		t.Fatalf("%+v", r)
	}
}
