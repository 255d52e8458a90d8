package forward

// receiveKind says what a /32 of the FIB means for this node itself.
type receiveKind uint8

const (
	receiveNone      receiveKind = iota
	receiveLocal                 // an address of an interface that is up
	receiveBroadcast             // network or broadcast address of a connected subnet
)

// fib is a path-compressed binary trie from prefixes to routes: one node a prefix and at most
// one more a branching, so an empty router costs nothing and 10,000 host routes a megabyte. The zero fib is empty.
//
//	root ─ 0.0.0.0/0 ─┬─ 12.1.1.0/24 ─┬─ 12.1.1.0/32  (receive: broadcast)
//	                  │               └─ 12.1.1.2/32  (receive: local)
//	                  └─ 32.0.0.0/3 (branching only) ─ …
type fib struct{ root *fibNode }

type fibNode struct {
	prefix  uint32
	mask    uint32 // maskOf(bits), at hand for the lookup
	bits    uint8
	receive receiveKind
	owner   *iface // interface of the receive entry
	route   *route
	child   [2]*fibNode
}

func newFIBNode(prefix uint32, bits uint8) *fibNode {
	m := maskOf(bits)
	return &fibNode{prefix: prefix & m, mask: m, bits: bits}
}

func maskOf(bits uint8) uint32 {
	if bits == 0 {
		return 0
	}
	return ^uint32(0) << (32 - bits)
}

func bitAt(a uint32, i uint8) uint32 { return a >> (31 - i) & 1 }

// lookup returns the longest match for dst and, when dst itself has a receive
// entry, that node.
func (f *fib) lookup(dst uint32) (r *route, recv *fibNode) {
	n := f.root
	for n != nil && (dst^n.prefix)&n.mask == 0 {
		if n.route != nil {
			r = n.route
		}
		if n.bits == 32 {
			if n.receive != receiveNone {
				recv = n
			}
			break
		}
		n = n.child[bitAt(dst, n.bits)]
	}
	return r, recv
}

// resolve is lookup for the next hop of a route to the prefix not/notBits, which it must not match itself.
func (f *fib) resolve(dst, not uint32, notBits uint8) (r *route) {
	n := f.root
	for n != nil && (dst^n.prefix)&n.mask == 0 {
		if n.route != nil && !(n.bits == notBits && n.prefix == not) {
			r = n.route
		}
		if n.bits == 32 {
			break
		}
		n = n.child[bitAt(dst, n.bits)]
	}
	return r
}

// node returns the node of prefix/bits, making it when it is missing.
func (f *fib) node(prefix uint32, bits uint8) *fibNode {
	prefix &= maskOf(bits)
	link := &f.root
	for {
		n := *link
		if n == nil {
			*link = newFIBNode(prefix, bits)
			return *link
		}
		common := commonBits(prefix, n.prefix, min(bits, n.bits))
		if common < n.bits {
			return split(link, prefix, bits, common)
		}
		if bits == n.bits {
			return n
		}
		link = &n.child[bitAt(prefix, n.bits)]
	}
}

// split puts a node for prefix/bits above or beside *link, which agrees with it
// in the first common bits only.
func split(link **fibNode, prefix uint32, bits, common uint8) *fibNode {
	old := *link
	if common == bits {
		n := newFIBNode(prefix, bits)
		n.child[bitAt(old.prefix, bits)] = old
		*link = n
		return n
	}
	branch := newFIBNode(prefix, common)
	n := newFIBNode(prefix, bits)
	branch.child[bitAt(prefix, common)] = n
	branch.child[bitAt(old.prefix, common)] = old
	*link = branch
	return n
}

func commonBits(a, b uint32, limit uint8) uint8 {
	var n uint8
	for n < limit && bitAt(a, n) == bitAt(b, n) {
		n++
	}
	return n
}

// setRoute puts or, with nil, removes the route of prefix/bits.
func (f *fib) setRoute(prefix uint32, bits uint8, r *route) {
	if r == nil {
		f.remove(prefix, bits, func(n *fibNode) { n.route = nil })
		return
	}
	f.node(prefix, bits).route = r
}

// setReceive puts a receive entry for addr, unless a local one is there already.
func (f *fib) setReceive(addr uint32, k receiveKind, owner *iface) {
	n := f.node(addr, 32)
	if n.receive != receiveLocal {
		n.receive, n.owner = k, owner
	}
}

// remove applies clear to the node of prefix/bits and takes empty nodes out of the trie.
func (f *fib) remove(prefix uint32, bits uint8, clear func(*fibNode)) {
	var path [34]**fibNode
	depth := 0
	link := &f.root
	for *link != nil && (prefix^(*link).prefix)&(*link).mask == 0 {
		path[depth] = link
		depth++
		if (*link).bits == bits {
			clear(*link)
			break
		}
		if (*link).bits > bits {
			return
		}
		link = &(*link).child[bitAt(prefix, (*link).bits)]
	}
	for depth--; depth >= 0; depth-- {
		n := *path[depth]
		if n.route != nil || n.receive != receiveNone || n.child[0] != nil && n.child[1] != nil {
			return
		}
		if n.child[0] != nil {
			*path[depth] = n.child[0]
		} else {
			*path[depth] = n.child[1]
		}
	}
}
