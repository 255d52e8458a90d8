package pool

import (
	"encoding/binary"
	"net/netip"
	"slices"
)

// maxRemembered is how many users' last addresses are kept in each pool: more than the
// sessions a router is built for (10,000), so that only strangers are forgotten.
const maxRemembered = 65536

// Range is an inclusive range of IPv4 addresses. One that is not ascending or not IPv4 is empty.
type Range struct{ First, Last netip.Addr }

// Pool is one `ip local pool NAME …`, with its ranges in the order typed.
type Pool struct {
	Name   string
	Group  string // addresses of different groups may overlap; empty for the base system group
	Ranges []Range
}

// Config lists the pools in the order of the configuration.
type Config struct{ Pools []Pool }

// Lease is an address in use.
type Lease struct {
	Addr        netip.Addr
	User, Iface string
}

// RangeStatus is one row of `show ip local pool`.
type RangeStatus struct {
	First, Last netip.Addr
	Free, InUse int
}

// Status is one pool.
type Status struct {
	Name, Group string
	Ranges      []RangeStatus
}

// key identifies an address: pools of one group share the address space.
type key struct {
	group string
	addr  uint32
}

// lease is an address in use and the pool that lent it.
type lease struct {
	pool, user, iface string
}

// Manager lends addresses. It is not safe for concurrent use.
type Manager struct {
	pools []*book
	names map[string]*book
	live  map[key]lease
}

// New returns a Manager with cfg's pools.
func New(cfg Config) *Manager {
	m := &Manager{live: make(map[key]lease)}
	m.Configure(cfg)
	return m
}

// Configure replaces the pools. Addresses in use stay so until given back,
// even outside every range. A pool that did not change keeps its order of lending.
func (m *Manager) Configure(cfg Config) {
	old := m.names
	m.pools, m.names = nil, make(map[string]*book, len(cfg.Pools))
	for _, p := range cfg.Pools {
		if m.names[p.Name] != nil {
			continue // one name, one pool: the first
		}
		b := old[p.Name]
		if b == nil || !b.same(p) {
			b = newBook(p, b)
		}
		m.pools = append(m.pools, b)
		m.names[p.Name] = b
	}
}

// Take lends an address of the named pool: want when it is valid, in the pool
// and free; else the address that the same user had last, when free; else one
// never lent, else the one given back longest ago. It reports false when the pool is
// unknown or exhausted.
func (m *Manager) Take(pool, user, iface string, want netip.Addr) (netip.Addr, bool) {
	b := m.names[pool]
	if b == nil {
		return netip.Addr{}, false
	}
	a, ok := m.choose(b, user, want)
	if !ok {
		return netip.Addr{}, false
	}
	b.forget(a)
	m.live[key{b.Group, a}] = lease{pool, user, iface}
	b.remember(user, a)
	return addr(a), true
}

func (m *Manager) choose(b *book, user string, want netip.Addr) (uint32, bool) {
	if want.Is4() {
		if a := number(want); m.free(b, a) {
			return a, true
		}
	}
	if a, ok := b.last[user]; ok && user != "" && m.free(b, a) {
		return a, true
	}
	for i := range b.spans {
		s := &b.spans[i]
		for s.next <= s.last {
			a := uint32(s.next)
			s.next++ // passed at once: given back, it queues behind the fresh ones
			if m.free(b, a) {
				return a, true
			}
		}
	}
	for b.head != nil {
		if a := b.head.addr; m.free(b, a) {
			return a, true
		}
		b.forget(b.head.addr) // another pool of the group has lent it
	}
	return 0, false
}

func (m *Manager) free(b *book, a uint32) bool {
	_, used := m.live[key{b.Group, a}]
	return !used && b.contains(a)
}

// Give takes an address back. One that is not lent by this pool is ignored.
func (m *Manager) Give(pool string, ip netip.Addr) {
	if !ip.Is4() {
		return
	}
	a := number(ip)
	for _, k := range m.keys(pool, a) {
		if l, ok := m.live[k]; ok && l.pool == pool {
			delete(m.live, k)
			m.returned(k)
			return
		}
	}
}

// keys are where an address lent by pool may be booked: under the pool's
// group, or, when the pool was deleted or moved meanwhile, under any.
func (m *Manager) keys(pool string, a uint32) []key {
	if b := m.names[pool]; b != nil {
		k := key{b.Group, a}
		if l, ok := m.live[k]; ok && l.pool == pool {
			return []key{k}
		}
	}
	var ks []key
	for k := range m.live {
		if k.addr == a {
			ks = append(ks, k)
		}
	}
	return ks
}

// returned puts a free address at the end of the queue of every pool of the group that holds it.
func (m *Manager) returned(k key) {
	for _, b := range m.pools {
		if b.Group == k.group && b.contains(k.addr) {
			b.enqueue(k.addr)
		}
	}
}

// Snapshot returns all pools in configured order.
func (m *Manager) Snapshot() []Status {
	used := make(map[string][]uint32)
	for k := range m.live {
		used[k.group] = append(used[k.group], k.addr)
	}
	out := make([]Status, 0, len(m.pools))
	for _, b := range m.pools {
		st := Status{Name: b.Name, Group: b.Group}
		for _, s := range b.spans {
			n := 0
			for _, a := range used[b.Group] {
				if s.contains(a) {
					n++
				}
			}
			st.Ranges = append(st.Ranges, RangeStatus{addr(s.first), addr(uint32(s.last)), s.size() - n, n})
		}
		out = append(out, st)
	}
	return out
}

// Leases returns the addresses of a pool in use, in ascending order.
func (m *Manager) Leases(pool string) []Lease {
	var out []Lease
	for k, l := range m.live {
		if l.pool == pool {
			out = append(out, Lease{addr(k.addr), l.user, l.iface})
		}
	}
	slices.SortFunc(out, func(a, b Lease) int { return a.Addr.Compare(b.Addr) })
	return out
}

// Available returns up to limit free addresses of a pool in the order in which
// they would be lent to a stranger.
func (m *Manager) Available(pool string, limit int) []netip.Addr {
	b := m.names[pool]
	if b == nil {
		return nil
	}
	var out []netip.Addr
	for _, s := range b.spans {
		for a := s.next; a <= s.last && len(out) < limit; a++ {
			if m.free(b, uint32(a)) {
				out = append(out, addr(uint32(a)))
			}
		}
	}
	for e := b.head; e != nil && len(out) < limit; e = e.next {
		if m.free(b, e.addr) {
			out = append(out, addr(e.addr))
		}
	}
	return out
}

func number(a netip.Addr) uint32 { b := a.As4(); return binary.BigEndian.Uint32(b[:]) }

func addr(n uint32) netip.Addr {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], n)
	return netip.AddrFrom4(b)
}
