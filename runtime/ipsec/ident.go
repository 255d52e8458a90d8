package ipsec

import (
	"net/netip"
	"slices"

	"ioslab/runtime/packet"
)

// ident is a pair of identities under a map entry, with its SAs: the rows of
// `show crypto ipsec sa`.
type ident struct {
	id            uint64
	entry         *entry
	local, remote Selector // as negotiated, or as the ACL has them
	// matchLocal and matchRemote are what packets are compared with. They
	// differ from the negotiated ones in transport mode across a NAT, where
	// the packets carry the outer addresses (RFC 3948, 5.2).
	matchLocal, matchRemote Selector
	older                   *ident // another of the same exact key

	fromACL bool
	socket  *Socket
	sockUp  bool
	pairs   []*pair // oldest first
	current *pair   // the one that packets go under, nil for none
	peer    netip.Addr
	port    uint16
	request *request
	held    []*packet.Buffer
	iface   string
	n       identCounters
}

// identCounters are the packet counters that `show crypto ipsec sa` prints.
type identCounters struct {
	encaps, encrypt, digest uint64
	decaps, decrypt, verify uint64
	sendErrors, recvErrors  uint64
	noSA, invalidSA         uint64
	encapsFailed            uint64
	decapsFailed            uint64
	invalidProt             uint64
	verifyFailed            uint64
	invalidIdent            uint64
	invalidLen              uint64
	rolloverSend            uint64
	replayFailed            uint64
	tooBig                  uint64
}

// key returns the ident's key for entry.exact; ok is false when an end is no host.
func (id *ident) key() (f flow, ok bool) {
	l, r := id.matchLocal, id.matchRemote
	if !l.isHost() || !r.isHost() {
		return f, false
	}
	return flow{local: addr4(l.Prefix.Addr()), remote: addr4(r.Prefix.Addr()), lport: l.Port, rport: r.Port, proto: l.Proto}, true
}

// addIdent puts an identity into the entry.
func (en *entry) addIdent(id *ident) {
	id.entry = en
	if en.idents == nil {
		en.idents = make(map[*ident]struct{})
		en.exact = make(map[flow]*ident)
	}
	en.idents[id] = struct{}{}
	en.link(id)
	en.spd.gen++
}

func (en *entry) link(id *ident) {
	if k, ok := id.key(); ok {
		id.older = en.exact[k]
		en.exact[k] = id
		return
	}
	at, _ := slices.BinarySearchFunc(en.loose, id, func(a, b *ident) int {
		if d := b.narrowness() - a.narrowness(); d != 0 {
			return d
		}
		return -1
	})
	en.loose = slices.Insert(en.loose, at, id)
}

// narrowness orders idents whose flows overlap.
func (id *ident) narrowness() int {
	n := id.matchLocal.Prefix.Bits() + id.matchRemote.Prefix.Bits()
	for _, s := range []Selector{id.matchLocal, id.matchRemote} {
		if s.Proto != 0 {
			n += 256
		}
		if s.Port != 0 {
			n += 512
		}
	}
	return n
}

// dropIdent takes an identity out of the entry.
func (en *entry) dropIdent(id *ident) {
	delete(en.idents, id)
	en.unlink(id)
	en.spd.gen++
}

func (en *entry) unlink(id *ident) {
	k, ok := id.key()
	if !ok {
		en.loose = slices.DeleteFunc(en.loose, func(o *ident) bool { return o == id })
		return
	}
	if en.exact[k] == id {
		if id.older == nil {
			delete(en.exact, k)
		} else {
			en.exact[k] = id.older
		}
		return
	}
	for o := en.exact[k]; o != nil; o = o.older {
		if o.older == id {
			o.older = id.older
		}
	}
}

// sameAs returns the entry's identity that is equal to want in all selectors.
func (en *entry) sameAs(want *ident) *ident {
	if k, ok := want.key(); ok {
		for o := en.exact[k]; o != nil; o = o.older {
			if o.equal(want) {
				return o
			}
		}
		return nil
	}
	for _, o := range en.loose {
		if o.equal(want) {
			return o
		}
	}
	return nil
}

func (id *ident) equal(o *ident) bool {
	return id.local == o.local && id.remote == o.remote && id.matchLocal == o.matchLocal && id.matchRemote == o.matchRemote
}

// choose sets current to the newest pair that may carry packets.
func (id *ident) choose() {
	id.current = nil
	for _, p := range id.pairs {
		if p.enabled {
			id.current = p
		}
	}
}

// newest returns the youngest pair, nil for none.
func (id *ident) newest() *pair {
	if len(id.pairs) == 0 {
		return nil
	}
	return id.pairs[len(id.pairs)-1]
}

// sortedIdents returns an entry's identities in the order of their making.
func (en *entry) sortedIdents() []*ident {
	list := make([]*ident, 0, len(en.idents))
	for id := range en.idents {
		list = append(list, id)
	}
	slices.SortFunc(list, func(a, b *ident) int { return int(a.id) - int(b.id) })
	return list
}
