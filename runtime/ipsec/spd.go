package ipsec

import (
	"net/netip"
)

// spd is the policy of one crypto map at one local address: the interfaces
// that have the map share it when `local-address` is set.
//
//	spd ─ entries in order ─ ACL (if any) ─ idents ─ pairs of SAs
type spd struct {
	name    string
	local   netip.Addr
	ifaces  []Interface
	entries []*entry
	gen     uint64 // grows when any answer of lookup may change
	cache   []cached
}

// flowCache is how many flows an spd remembers the answer for (direct mapped,
// 16 KB once the map has seen traffic).
const flowCache = 256

type cached struct {
	gen     uint64
	flow    flow
	ident   *ident
	rule    int
	entry   *entry
	protect bool
}

// entry is a crypto map entry, or one template of the dynamic map it names.
type entry struct {
	spd     *spd
	cfg     Entry // the template's for a dynamic one
	seq     int   // the crypto map's
	kind    EntryKind
	profile string
	dynamic string
	sets    []TransformSet
	life    Lifetime // filled in
	noUDP   bool     // nat-transparency is off
	peer    int      // index of the current peer
	rules   []*ident // static: of each permit rule of the ACL, nil for deny

	idents map[*ident]struct{}
	exact  map[flow]*ident // of hosts; newest of equal ones, see ident.older
	loose  []*ident        // the rest, narrowest first
}

// complete reports whether an entry has all it needs; IOS passes over one that
// has not, as if it were not there.
func (en *entry) complete() bool {
	if len(en.sets) == 0 {
		return false
	}
	return en.kind != Static || en.cfg.ACL != nil && len(en.cfg.Peers) > 0
}

// currentPeer returns the peer that the next negotiation goes to.
func (en *entry) currentPeer() netip.Addr {
	if len(en.cfg.Peers) == 0 {
		return netip.Addr{}
	}
	return en.cfg.Peers[en.peer%len(en.cfg.Peers)]
}

// lookup finds the identity for a flow. protect tells that policy wants
// protection; the ident is nil when none exists yet.
func (s *spd) lookup(f flow) cached {
	if s.cache == nil {
		s.cache = make([]cached, flowCache)
	}
	slot := &s.cache[f.hash()%flowCache]
	if slot.gen != s.gen || slot.flow != f {
		*slot = s.search(f)
		slot.gen, slot.flow = s.gen, f
	}
	return *slot
}

func (f flow) hash() uint32 {
	h := f.local*0x9e3779b1 ^ f.remote*0x85ebca6b ^ (uint32(f.lport)<<16|uint32(f.rport))*0xc2b2ae35 ^ uint32(f.proto)
	return h ^ h>>15
}

// search walks the entries; the first that permits the flow decides.
func (s *spd) search(f flow) cached {
	for _, en := range s.entries {
		if !en.complete() {
			continue
		}
		if en.cfg.ACL == nil {
			if id := en.find(f); id != nil {
				return cached{ident: id, entry: en, rule: -1, protect: true}
			}
			continue
		}
		rule := en.cfg.ACL.match(f)
		if rule < 0 {
			continue
		}
		id := en.find(f)
		if id == nil && rule < len(en.rules) && !en.cfg.PerHost {
			id = en.rules[rule]
		}
		return cached{ident: id, entry: en, rule: rule, protect: true}
	}
	return cached{}
}

// find returns the narrowest identity that covers the flow.
func (en *entry) find(f flow) *ident {
	if len(en.exact) > 0 {
		if id := en.findExact(f); id != nil {
			return id
		}
	}
	for _, id := range en.loose {
		if id.matchLocal.covers(f.local, f.proto, f.lport, f.late) && id.matchRemote.covers(f.remote, f.proto, f.rport, f.late) {
			return id
		}
	}
	return nil
}

func (en *entry) findExact(f flow) *ident {
	k := flow{local: f.local, remote: f.remote, proto: f.proto}
	if !f.late {
		for _, p := range [3][2]uint16{{f.lport, f.rport}, {f.lport, 0}, {0, f.rport}} {
			k.lport, k.rport = p[0], p[1]
			if id := en.exact[k]; id != nil {
				return id
			}
		}
	}
	k.lport, k.rport = 0, 0
	if id := en.exact[k]; id != nil {
		return id
	}
	k.proto = 0
	return en.exact[k]
}
