package forward

import (
	"net/netip"
	"slices"

	"ioslab/runtime/wire/ip"
)

const (
	// maxPaths bounds the equal paths of one route (IOS: 16 for static routes).
	maxPaths = 16
	// resolvePasses bounds how often recursive static routes are resolved anew; chains are
	// at most that deep.
	resolvePasses = 8
)

// route is a prefix with the paths in use.
type route struct {
	prefix   netip.Prefix
	code     byte
	distance int
	paths    []path
}

// path is one resolved way.
type path struct {
	hop uint32 // 0: the destination itself is on the link
	out *iface
	// via and, when named, out's name are what the table prints.
	via   netip.Addr
	named bool
}

// pick chooses the path of a source and destination, so that a flow keeps to one.
func (r *route) pick(src, dst uint32) *path {
	if len(r.paths) == 1 {
		return &r.paths[0]
	}
	h := (src*0x9e3779b1 ^ dst*0x85ebca6b) >> 16
	return &r.paths[h%uint32(len(r.paths))]
}

// rib holds the candidates of each prefix; the one with the lowest distance is in the FIB.
type rib map[netip.Prefix][]*route

// add puts a candidate in, merging paths of static routes of the same distance.
func (t rib) add(r *route) {
	for _, c := range t[r.prefix] {
		if c.distance == r.distance && c.code == r.code {
			if len(c.paths)+len(r.paths) <= maxPaths {
				c.paths = append(c.paths, r.paths...)
			}
			return
		}
	}
	t[r.prefix] = append(t[r.prefix], r)
	slices.SortStableFunc(t[r.prefix], func(a, b *route) int { return a.distance - b.distance })
}

// best returns the candidate in use, nil for none.
func (t rib) best(p netip.Prefix) *route {
	if c := t[p]; len(c) > 0 {
		return c[0]
	}
	return nil
}

// rebuild makes RIB and FIB anew from interfaces and static routes.
func (p *Plane) rebuild() {
	for _, i := range p.ifaces {
		if i != nil {
			i.src = p.sourceOf(i)
		}
	}
	base := p.connectedRoutes()
	table, trie := rib{}, fib{}
	var last string
	for range resolvePasses {
		table = base.clone()
		p.addStatics(table, &trie)
		trie = table.fib()
		if s := table.fingerprint(); s == last {
			break
		} else {
			last = s
		}
	}
	p.rib, p.fib = table, trie
	p.addReceives(&p.fib)
}

func (t rib) clone() rib {
	c := make(rib, len(t))
	for k, v := range t {
		for _, r := range v {
			d := *r
			d.paths = slices.Clone(r.paths)
			c[k] = append(c[k], &d)
		}
	}
	return c
}

func (t rib) fib() fib {
	var f fib
	for k, c := range t {
		f.setRoute(ip.Number(k.Addr()), uint8(k.Bits()), c[0])
	}
	return f
}

// fingerprint tells two tables apart by what resolution can change: which static paths there are.
func (t rib) fingerprint() string {
	var b []byte
	for _, k := range t.prefixes() {
		for _, c := range t[k] {
			a := k.Addr().As4()
			b = append(append(b, a[:]...), byte(k.Bits()), c.code, byte(c.distance))
			for _, w := range c.paths {
				b = append(b, byte(w.hop>>24), byte(w.hop>>16), byte(w.hop>>8), byte(w.hop), byte(w.out.index>>8), byte(w.out.index))
			}
		}
	}
	return string(b)
}

// prefixes returns the table's prefixes by address and length.
func (t rib) prefixes() []netip.Prefix {
	ps := make([]netip.Prefix, 0, len(t))
	for k := range t {
		ps = append(ps, k)
	}
	slices.SortFunc(ps, comparePrefix)
	return ps
}

func comparePrefix(a, b netip.Prefix) int {
	if c := a.Addr().Compare(b.Addr()); c != 0 {
		return c
	}
	return a.Bits() - b.Bits()
}

// sourceOf returns the address that i sends from: its own or the borrowed one.
func (p *Plane) sourceOf(i *iface) uint32 {
	if i.cfg.Address.IsValid() {
		return ip.Number(i.cfg.Address.Addr())
	}
	if l := p.byName[i.cfg.Unnumbered]; l != nil && l != i && l.cfg.Address.IsValid() {
		return ip.Number(l.cfg.Address.Addr())
	}
	return 0
}

func (p *Plane) connectedRoutes() rib {
	t := rib{}
	for _, i := range p.ifaces {
		if i == nil || !i.proto {
			continue
		}
		for _, s := range i.subnets {
			t.add(connected(netip.PrefixFrom(ip.Addr(s.addr&s.mask), s.bits), i))
		}
		if i.peer.IsValid() {
			t.add(connected(netip.PrefixFrom(i.peer, 32), i))
		}
	}
	return t
}

func connected(prefix netip.Prefix, i *iface) *route {
	return &route{prefix: prefix, code: 'C', paths: []path{{out: i, named: true}}}
}

// addReceives puts this node's own addresses in.
func (p *Plane) addReceives(f *fib) {
	for _, i := range p.ifaces {
		if i == nil || !i.proto {
			continue
		}
		for _, s := range i.subnets {
			f.setReceive(s.addr, receiveLocal, i)
			if s.bits < 31 && i.cfg.Kind == Ethernet {
				f.setReceive(s.addr&s.mask, receiveBroadcast, i)
				f.setReceive(s.addr|^s.mask, receiveBroadcast, i)
			}
		}
	}
}

// addStatics adds the static routes that can be used, next hops resolved in f.
func (p *Plane) addStatics(t rib, f *fib) {
	for k := range p.cfg.Routes {
		s := &p.cfg.Routes[k]
		if !s.Prefix.IsValid() || s.Distance == 255 {
			continue
		}
		if paths := p.resolveStatic(s, t, f); len(paths) > 0 {
			t.add(&route{prefix: s.Prefix.Masked(), code: staticCode(s), distance: staticDistance(s), paths: paths})
		}
	}
	if g := p.cfg.DefaultGateway; !p.cfg.Routing && g.IsValid() {
		s := StaticRoute{Prefix: netip.PrefixFrom(netip.IPv4Unspecified(), 0), NextHop: g, Distance: 254}
		if paths := p.resolveStatic(&s, t, f); len(paths) > 0 {
			t.add(&route{prefix: s.Prefix, code: 'S', distance: s.Distance, paths: paths})
		}
	}
}

func staticCode(s *StaticRoute) byte {
	if s.Code != 0 {
		return s.Code
	}
	return 'S'
}

func staticDistance(s *StaticRoute) int {
	if s.Distance == 0 {
		return 1
	}
	return s.Distance
}

func (p *Plane) resolveStatic(s *StaticRoute, t rib, f *fib) []path {
	if s.Interface != "" {
		i := p.byName[s.Interface]
		if i == nil || !i.proto && !s.Permanent {
			return nil
		}
		return []path{{hop: ip.Number(s.NextHop), out: i, via: s.NextHop, named: true}}
	}
	hop := ip.Number(s.NextHop)
	if _, own := p.ownAddress(hop); own || hop == 0 {
		return nil // IOS: a next hop that is this router is no route
	}
	m := s.Prefix.Masked()
	r := f.resolve(hop, ip.Number(m.Addr()), uint8(m.Bits()))
	if r == nil {
		// First pass: only the connected routes are known.
		r = t.connectedTo(hop, m)
	}
	if r == nil {
		return nil
	}
	var paths []path
	for _, w := range r.paths {
		if w.hop == 0 {
			w.hop = hop
		}
		paths = append(paths, path{hop: w.hop, out: w.out, via: s.NextHop})
	}
	return paths
}

// connectedTo returns the longest candidate that covers hop, but for the prefix not itself.
func (t rib) connectedTo(hop uint32, not netip.Prefix) (r *route) {
	a := ip.Addr(hop)
	for bits := 32; bits >= 0; bits-- {
		k := netip.PrefixFrom(a, bits).Masked()
		if k == not {
			continue
		}
		if b := t.best(k); b != nil && b.code == 'C' {
			return b
		}
	}
	return nil
}

// ownAddress returns the interface that has addr, up or not.
func (p *Plane) ownAddress(addr uint32) (*iface, bool) {
	for _, i := range p.ifaces {
		if i == nil || i.virtual {
			continue
		}
		for _, s := range i.subnets {
			if s.addr == addr {
				return i, true
			}
		}
	}
	return nil, false
}

// setPeerRoute adds or removes the host route to i's peer without a rebuild: with
// thousands of sessions, one costs no more for the others being there.
func (p *Plane) setPeerRoute(i *iface, peer netip.Addr, add bool) {
	if p.staticsNeed(i, peer) {
		p.rebuild()
		return
	}
	k := netip.PrefixFrom(peer, 32)
	if p.rib == nil {
		p.rib = rib{}
	}
	if add {
		p.rib.add(connected(k, i))
	} else {
		p.rib.dropPath(k, i)
	}
	p.fib.setRoute(ip.Number(peer), 32, p.rib.best(k))
}

// dropPath removes the connected path over i from the candidates of k.
func (t rib) dropPath(k netip.Prefix, i *iface) {
	kept := t[k][:0]
	for _, c := range t[k] {
		if c.code == 'C' {
			c.paths = slices.DeleteFunc(c.paths, func(w path) bool { return w.out == i })
		}
		if len(c.paths) > 0 {
			kept = append(kept, c)
		}
	}
	if len(kept) == 0 {
		delete(t, k)
		return
	}
	t[k] = kept
}

// staticsNeed reports whether a static route's usability may depend on i or on the route to peer.
func (p *Plane) staticsNeed(i *iface, peer netip.Addr) bool {
	if len(i.subnets) > 0 {
		return true
	}
	for k := range p.cfg.Routes {
		s := &p.cfg.Routes[k]
		if s.Interface == i.cfg.Name || s.Interface == "" && peer.IsValid() && s.NextHop == peer {
			return true
		}
	}
	return peer.IsValid() && p.cfg.DefaultGateway == peer
}
