package ipsec

import (
	"net/netip"
	"reflect"
	"slices"

	"ioslab/runtime/clock"
)

// Configure makes cfg the wanted state; the same value twice changes nothing.
// SAs outlive a change of transform-sets, PFS and life times (those hold for
// the next negotiation, as in IOS); they go with their map, their entry, or
// the access-list line that permitted them.
func (e *Engine) Configure(now clock.Instant, cfg Config) {
	if reflect.DeepEqual(cfg, e.cfg) {
		return
	}
	e.cfg = cfg
	old := e.spds
	e.spds, e.byIface = nil, make(map[string]*spd)
	for _, i := range cfg.Interfaces {
		e.bind(i)
	}
	for _, s := range old {
		if i := slices.IndexFunc(e.spds, s.sameAs); i >= 0 {
			e.adopt(now, e.spds[i], s)
		} else {
			e.retire(now, s)
		}
	}
	for _, s := range e.spds {
		e.addACLIdents(s)
	}
}

func (s *spd) sameAs(o *spd) bool { return s.name == o.name && s.local == o.local }

// bind makes the policy of one interface, or joins it to the one it shares.
func (e *Engine) bind(i Interface) {
	at := slices.IndexFunc(e.cfg.Maps, func(m Map) bool { return m.Name == i.Map })
	if at < 0 {
		return
	}
	m := &e.cfg.Maps[at]
	local := i.Addr
	if m.LocalInterface != "" {
		local = m.LocalAddress
	}
	s := &spd{name: m.Name, local: local, gen: 1}
	if at := slices.IndexFunc(e.spds, s.sameAs); at >= 0 && local.IsValid() {
		s = e.spds[at]
	} else {
		e.spds = append(e.spds, s)
		e.addEntries(s, m)
	}
	s.ifaces = append(s.ifaces, i)
	e.byIface[i.Name] = s
}

func (e *Engine) addEntries(s *spd, m *Map) {
	for _, c := range m.Entries {
		if c.Kind != Dynamic {
			s.entries = append(s.entries, e.newEntry(s, c, c))
			continue
		}
		for _, d := range e.cfg.DynamicMaps {
			if d.Name != c.Dynamic {
				continue
			}
			for _, template := range d.Entries {
				s.entries = append(s.entries, e.newEntry(s, c, template))
			}
		}
	}
}

func (e *Engine) newEntry(s *spd, top, cfg Entry) *entry {
	en := &entry{spd: s, cfg: cfg, seq: top.Seq, kind: top.Kind, profile: top.Profile, dynamic: top.Dynamic, life: e.lifetime(cfg), noUDP: e.cfg.NoNATT}
	for _, name := range cfg.TransformSets {
		for _, t := range e.cfg.TransformSets {
			if t.Name == name {
				en.sets = append(en.sets, t)
			}
		}
	}
	return en
}

// lifetime fills an entry's life time in.
func (e *Engine) lifetime(c Entry) Lifetime {
	l, g := c.Lifetime, e.globalLifetime()
	if l.Seconds == 0 {
		l.Seconds = g.Seconds
	}
	if l.Kilobytes == 0 {
		l.Kilobytes = g.Kilobytes
	}
	return l
}

func (e *Engine) globalLifetime() Lifetime {
	l := e.cfg.Lifetime
	if l.Seconds == 0 {
		l.Seconds = DefaultLifeSeconds
	}
	if l.Kilobytes == 0 {
		l.Kilobytes = DefaultLifeKilobytes
	}
	return l
}

// adopt moves the identities of the old policy that are still permitted into
// the new one, and retires the others.
func (e *Engine) adopt(now clock.Instant, s, old *spd) {
	s.gen = old.gen + 1
	for i, oe := range old.entries {
		en := s.successor(old, i)
		for _, id := range oe.sortedIdents() {
			oe.dropIdent(id)
			if en == nil || !en.permits(id) {
				e.drop(now, id)
				continue
			}
			en.addIdent(id)
		}
		if en != nil {
			en.peer = oe.peer
		}
	}
}

// successor finds the entry that old's entry i became: the same place among
// entries of the same number, kind and name.
func (s *spd) successor(old *spd, i int) *entry {
	oe := old.entries[i]
	for _, en := range s.entries {
		if en.seq == oe.seq && en.kind == oe.kind && en.cfg.Seq == oe.cfg.Seq &&
			en.profile == oe.profile && en.dynamic == oe.dynamic {
			return en
		}
	}
	return nil
}

// permits reports whether an identity may stay under the entry.
func (en *entry) permits(id *ident) bool {
	if en.cfg.ACL == nil {
		return en.kind != Static && !id.fromACL
	}
	return en.cfg.ACL.allows(id.local, id.remote)
}

func (e *Engine) retire(now clock.Instant, s *spd) {
	for _, en := range s.entries {
		for _, id := range en.sortedIdents() {
			en.dropIdent(id)
			e.drop(now, id)
		}
	}
}

// drop ends an identity that is in no entry any more.
func (e *Engine) drop(now clock.Instant, id *ident) {
	e.cancel(id)
	e.remove(now, slices.Clone(id.pairs), DeletedByConfig)
	if id.socket != nil {
		e.put(SocketDown{Socket: *id.socket, Failed: true})
		delete(e.sockets, *id.socket)
		id.socket = nil
	}
	e.releaseHeld(id)
}

// addACLIdents makes the identities of the permit lines of static entries, or
// finds those that are there. An ACL line that went takes its mark along.
func (e *Engine) addACLIdents(s *spd) {
	for _, en := range s.entries {
		for id := range en.idents {
			id.fromACL = false
		}
		en.rules = nil
		if en.kind == Static && en.complete() && !en.cfg.PerHost {
			e.aclIdents(en)
		}
		for _, id := range en.sortedIdents() {
			if !id.fromACL {
				e.reap(id)
			}
		}
	}
	s.gen++
}

func (e *Engine) aclIdents(en *entry) {
	en.rules = make([]*ident, len(en.cfg.ACL.Rules))
	for i := range en.cfg.ACL.Rules {
		r := &en.cfg.ACL.Rules[i]
		if !r.Permit || !r.Src.IsValid() || !r.Dst.IsValid() {
			continue
		}
		l, m := r.selectors()
		id := &ident{local: l, remote: m, matchLocal: l, matchRemote: m}
		if same := en.sameAs(id); same != nil {
			id = same
		} else {
			id.id = e.nextID()
			en.addIdent(id)
		}
		id.fromACL = true
		en.rules[i] = id
	}
}

// reap removes an identity that nothing keeps: it has no SA, no socket, no
// line of an access-list and no request.
func (e *Engine) reap(id *ident) {
	if len(id.pairs) > 0 || id.socket != nil || id.fromACL || id.request != nil {
		return
	}
	id.entry.dropIdent(id)
	e.releaseHeld(id)
}

// iface returns the interface that an spd's SAs are shown under.
func (s *spd) iface() Interface {
	if len(s.ifaces) == 0 {
		return Interface{}
	}
	return s.ifaces[0]
}

// mtu returns the MTU of an interface of the spd, 1500 by default.
func (s *spd) mtu(name string) int {
	for _, i := range s.ifaces {
		if i.Name == name && i.MTU > 0 {
			return i.MTU
		}
	}
	return 1500
}

// localIs reports whether the spd negotiates from addr.
func (s *spd) localIs(addr netip.Addr) bool { return s.local.IsValid() && s.local == addr }
