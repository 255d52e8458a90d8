package conf

import (
	"net/netip"

	"ioslab/parser/config"
)

// networks remembers the networks of all interface addresses that a load has met, so that
// the search for an overlap is made only where there can be one. Nothing is ever taken
// out: a network that is gone costs a search in vain and no wrong answer.
type networks struct {
	// exact are the networks by themselves.
	exact map[netip.Prefix]bool
	// within, for a length that was asked for, are the networks of that length
	// that hold one of the longer networks.
	within map[int]map[netip.Prefix]bool
	// length tells which prefix lengths there are.
	length [33]bool
}

// newNetworks starts with the addresses of a configuration.
func newNetworks(c *config.Config) *networks {
	n := &networks{exact: map[netip.Prefix]bool{}, within: map[int]map[netip.Prefix]bool{}}
	for i := range c.Interfaces.All() {
		n.addAddress(i.Address.Value.Addr, i.Address.Value.Mask)
		for s := range i.Secondary.All() {
			n.addAddress(s.Addr, s.Mask)
		}
	}
	return n
}

func (n *networks) addAddress(a netip.Addr, m config.Mask) {
	if p, ok := m.Prefix(a); ok {
		n.add(p)
	}
}

// add remembers the network of an address.
func (n *networks) add(p netip.Prefix) {
	p = p.Masked()
	if n.exact[p] {
		return
	}
	n.exact[p], n.length[p.Bits()] = true, true
	for bits, set := range n.within {
		if bits <= p.Bits() {
			set[netip.PrefixFrom(p.Addr(), bits).Masked()] = true
		}
	}
}

// mayOverlap reports whether some remembered network shares addresses with p.
func (n *networks) mayOverlap(p netip.Prefix) bool {
	p = p.Masked()
	for bits := range p.Bits() + 1 {
		if n.length[bits] && n.exact[netip.PrefixFrom(p.Addr(), bits).Masked()] {
			return true
		}
	}
	set := n.within[p.Bits()]
	if set == nil {
		set = map[netip.Prefix]bool{}
		for q := range n.exact {
			if q.Bits() >= p.Bits() {
				set[netip.PrefixFrom(q.Addr(), p.Bits()).Masked()] = true
			}
		}
		n.within[p.Bits()] = set
	}
	return set[p]
}

// overlap names an interface whose network shares addresses with p, "" for none.
// Typed lines search; a load asks its memory first, since a file may hold
// thousands of interfaces.
func (m *machine) overlap(c *config.Config, self config.InterfaceName, p netip.Prefix) config.InterfaceName {
	if !m.loading {
		return overlapping(c, self, p)
	}
	if m.networks == nil {
		m.networks = newNetworks(c)
	}
	defer m.networks.add(p)
	if !m.networks.mayOverlap(p) {
		return ""
	}
	return overlapping(c, self, p)
}
