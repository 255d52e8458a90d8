package forward

import (
	"cmp"
	"net/netip"
	"slices"
	"strings"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ip"
)

// Interfaces returns all interfaces in IOS's order: ports as configured, then Loopback,
// Null, virtual ones by name and number.
func (p *Plane) Interfaces(now clock.Instant) []InterfaceState {
	var s []InterfaceState
	for _, i := range p.ifaces {
		if i != nil {
			s = append(s, p.stateOf(now, i))
		}
	}
	slices.SortStableFunc(s, func(a, b InterfaceState) int {
		if c := cmp.Compare(kindRank(a.Kind), kindRank(b.Kind)); c != 0 {
			return c
		}
		if a.Kind == Ethernet || a.Kind == Serial {
			return compareNames(a.Name, b.Name)
		}
		return compareNames(a.Name, b.Name)
	})
	return s
}

func kindRank(k Kind) int {
	switch k {
	case Ethernet, Serial:
		return 0
	case Loopback:
		return 1
	case Null:
		return 2
	case PointToPoint:
		return 3
	case Template:
		return 4
	}
	return 5
}

// compareNames orders interface names by their letters, then number by number.
func compareNames(a, b string) int {
	la, lb := strings.TrimRight(a, "0123456789/.:"), strings.TrimRight(b, "0123456789/.:")
	if c := strings.Compare(la, lb); c != 0 {
		return c
	}
	na, nb := numbers(a[len(la):]), numbers(b[len(lb):])
	return slices.Compare(na, nb)
}

func numbers(s string) []int {
	var ns []int
	n, in := 0, false
	for k := 0; k <= len(s); k++ {
		if k < len(s) && s[k] >= '0' && s[k] <= '9' {
			n, in = n*10+int(s[k]-'0'), true
		} else if in {
			ns, n, in = append(ns, n), 0, false
		}
	}
	return ns
}

// InterfaceState returns one interface.
func (p *Plane) InterfaceState(now clock.Instant, name string) (InterfaceState, bool) {
	i := p.byName[name]
	if i == nil {
		return InterfaceState{}, false
	}
	return p.stateOf(now, i), true
}

func (p *Plane) stateOf(now clock.Instant, i *iface) InterfaceState {
	i.in.fold(now)
	i.out.fold(now)
	s := InterfaceState{Index: i.index, Interface: i.cfg, Link: i.link, Protocol: i.proto, EffectiveMTU: i.linkMTU(), EffectiveIPMTU: i.mtu, Traffic: i.traffic}
	s.Secondary = slices.Clone(i.cfg.Secondary)
	s.Peer = i.peer
	s.Borrowed = i.cfg.Address
	if l := p.byName[i.cfg.Unnumbered]; !s.Borrowed.IsValid() && l != nil {
		s.Borrowed = l.cfg.Address
	}
	t := &s.Traffic
	t.LastIn, t.LastOut, t.LastClear = i.lastIn, i.lastOut, i.lastClear
	t.LoadInterval = i.cfg.LoadInterval
	if t.LoadInterval == 0 {
		t.LoadInterval = defaultLoadInterval
	}
	t.InBitRate, t.InPacketRate = uint64(i.in.bitRate+0.5), uint64(i.in.pktRate+0.5)
	t.OutBitRate, t.OutPacketRate = uint64(i.out.bitRate+0.5), uint64(i.out.pktRate+0.5)
	return s
}

// ClearCounters zeroes the counters of one interface, of all for "".
func (p *Plane) ClearCounters(now clock.Instant, name string) {
	for _, i := range p.ifaces {
		if i != nil && (name == "" || i.cfg.Name == name) {
			i.traffic = Traffic{}
			i.lastClear = now
		}
	}
}

// Counters returns the plane's totals.
func (p *Plane) Counters() Counters { return p.count }

// ARPTable returns the ARP cache with this node's own addresses, by address.
func (p *Plane) ARPTable(now clock.Instant) []ARPEntry {
	var t []ARPEntry
	for _, i := range p.ifaces {
		if i == nil || i.cfg.Kind != Ethernet {
			continue
		}
		if i.proto {
			for _, s := range i.subnets {
				t = append(t, ARPEntry{Address: ip.Addr(s.addr), Own: true, MAC: i.cfg.MAC, Interface: i.cfg.Name})
			}
		}
		for _, a := range i.neighbourAddrs() {
			n := i.arp[a]
			t = append(t, ARPEntry{Address: ip.Addr(a), Static: n.static, Age: now.Sub(n.learned), Incomplete: !n.resolved, MAC: n.mac, Interface: i.cfg.Name})
		}
	}
	slices.SortStableFunc(t, func(a, b ARPEntry) int { return a.Address.Compare(b.Address) })
	return t
}

// Lists returns the access lists with their hits: numbered ones first, then by name.
func (p *Plane) Lists() []ListState {
	var ls []ListState
	for _, a := range p.lists {
		l := ListState{AccessList: a.list, Hits: slices.Clone(a.hits)}
		l.Entries = slices.Clone(a.list.Entries)
		ls = append(ls, l)
	}
	slices.SortFunc(ls, func(a, b ListState) int { return compareLists(&a, &b) })
	return ls
}

// compareLists: IOS shows standard lists first; numbers before names.
func compareLists(a, b *ListState) int {
	if a.Extended != b.Extended {
		return cmp.Compare(flag(a.Extended), flag(b.Extended))
	}
	na, nb := numbers(a.Name), numbers(b.Name)
	da, db := isNumber(a.Name), isNumber(b.Name)
	switch {
	case da && db:
		return slices.Compare(na, nb)
	case da != db:
		return cmp.Compare(flag(db), flag(da))
	}
	return strings.Compare(a.Name, b.Name)
}

func isNumber(s string) bool { return s != "" && strings.Trim(s, "0123456789") == "" }

// ClearListHits zeroes the hits of one access list, of all for "".
func (p *Plane) ClearListHits(name string) {
	for k, a := range p.lists {
		if name == "" || k == name {
			clear(a.hits)
		}
	}
}

// Routes returns the routing table in the order of IOS 12.4: networks by their hash, the default last.
func (p *Plane) Routes() RouteTable {
	var t RouteTable
	majors := map[netip.Prefix]*Major{}
	var order []netip.Prefix
	for _, k := range p.rib.prefixes() {
		r := p.rib.best(k)
		m := classful(k)
		if majors[m] == nil {
			majors[m] = &Major{Network: m}
			order = append(order, m)
		}
		majors[m].Routes = append(majors[m].Routes, publicRoute(r))
		if k.Bits() == 0 && ip.Number(k.Addr()) == 0 {
			t.setDefault(r)
		}
	}
	slices.SortStableFunc(order, compareMajors)
	for _, m := range order {
		majors[m].summarize()
		t.Majors = append(t.Majors, *majors[m])
	}
	return t
}

func (t *RouteTable) setDefault(r *route) {
	t.HasDefault = true
	if w := r.paths[0]; w.via.IsValid() {
		t.Gateway = w.via
	} else {
		t.Gateway, t.GatewayInterface = netip.Addr{}, w.name()
	}
}

// name is the interface that the table prints, "" for a recursive next hop.
func (w *path) name() string {
	if w.named {
		return w.out.cfg.Name
	}
	return ""
}

func publicRoute(r *route) Route {
	o := Route{Code: r.code, Candidate: r.prefix.Bits() == 0, Prefix: r.prefix, Distance: r.distance}
	for _, w := range r.paths {
		o.Paths = append(o.Paths, Path{Via: w.via, Interface: w.name()})
	}
	return o
}

// classful returns the class A, B or C network of k, k itself when it is shorter than that.
func classful(k netip.Prefix) netip.Prefix {
	bits := 24
	switch b := k.Addr().As4()[0]; {
	case b < 128:
		bits = 8
	case b < 192:
		bits = 16
	}
	if k.Bits() <= bits {
		return k
	}
	return netip.PrefixFrom(k.Addr(), bits).Masked()
}

// compareMajors orders networks as the 16 buckets of IOS 12.4's table seem to: by the exclusive or of the address's
// half bytes. (Seen in the article-like table 2.0.0.0, 33.0.0.0, 12.0.0.0 of shared/reference/show-system.md, and
// in the often printed 34, 1, 2, 3, 4, 23, 12.) Supernets come after, the default last.
func compareMajors(a, b netip.Prefix) int {
	return cmp.Or(cmp.Compare(majorRank(a), majorRank(b)), comparePrefix(a, b))
}

func majorRank(p netip.Prefix) int {
	if p.Bits() == 0 {
		return 1000
	}
	if c := classful(netip.PrefixFrom(p.Addr(), 32)); p.Bits() < c.Bits() {
		return 100 + 32 - p.Bits()
	}
	h := byte(0)
	for _, b := range p.Addr().As4() {
		h ^= b
	}
	return int(h>>4 ^ h&15)
}

// summarize counts subnets and masks for the heading.
func (m *Major) summarize() {
	masks := map[int]bool{}
	for _, r := range m.Routes {
		masks[r.Prefix.Bits()] = true
	}
	m.Subnets, m.Masks = len(m.Routes), len(masks)
	m.Subnetted = !(m.Subnets == 1 && m.Routes[0].Prefix == m.Network)
}
