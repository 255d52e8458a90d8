package ipsec

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"

	"ioslab/runtime/clock"
)

// DeleteReason tells why SAs go.
type DeleteReason uint8

// The reasons. The peer is told of every deletion but its own, and those of
// DeletedWithIKE, for which there is no IKE SA left to tell it under.
const (
	DeletedByPeer   DeleteReason = iota // DELETE payload
	DeletedByUser                       // clear crypto sa
	DeletedByConfig                     // map, entry or line went
	DeletedByAge                        // hard life
	DeletedIdle                         // idle timer
	DeletedBySocket                     // the crypto socket was closed
	DeletedWithIKE                      // dead peer, or the peer started anew
)

func (r DeleteReason) String() string {
	switch r {
	case DeletedByPeer:
		return "peer"
	case DeletedByUser:
		return "user"
	case DeletedByConfig:
		return "configuration"
	case DeletedByAge:
		return "age"
	case DeletedIdle:
		return "idle"
	case DeletedBySocket:
		return "socket"
	case DeletedWithIKE:
		return "IKE"
	}
	return fmt.Sprintf("DeleteReason(%d)", uint8(r))
}

// PeerDeleted handles a DELETE payload: the peer's inbound SPIs are our
// outbound ones. It returns how many pairs went.
func (e *Engine) PeerDeleted(now clock.Instant, peer netip.Addr, proto Proto, spis []uint32) int {
	e.tell(MessagesQueued{1})
	e.tell(DeleteRequested{})
	var gone []*pair
	for _, spi := range spis {
		e.tell(DeleteNamed{SPI: spi, Proto: proto, Peer: peer})
		if s := e.out[saKey{addr4(peer), spi, proto}]; s != nil && !slices.Contains(gone, s.pair) {
			gone = append(gone, s.pair)
		}
	}
	return e.remove(now, gone, DeletedByPeer)
}

// DeletePair deletes one pair; it returns 0 when there is none.
func (e *Engine) DeletePair(now clock.Instant, handle uint64, why DeleteReason) int {
	if p := e.pairs[handle]; p != nil {
		return e.remove(now, []*pair{p}, why)
	}
	return 0
}

// DeleteSPI deletes the pair of the SA to dst under spi, inbound or outbound
// (`clear crypto sa entry`).
func (e *Engine) DeleteSPI(now clock.Instant, dst netip.Addr, proto Proto, spi uint32, why DeleteReason) int {
	k := saKey{addr4(dst), spi, proto}
	s := e.in[k]
	if s == nil {
		s = e.out[k]
	}
	if s == nil {
		return 0
	}
	return e.remove(now, []*pair{s.pair}, why)
}

// DeletePeer deletes all pairs with a peer and returns how many went.
func (e *Engine) DeletePeer(now clock.Instant, peer netip.Addr, why DeleteReason) int {
	return e.removeIf(now, why, func(p *pair) bool { return p.remote == peer })
}

// DeletePeerPort deletes the pairs with one peer of several behind a NAT: those
// in UDP from that port, and those outside UDP, which have no port.
func (e *Engine) DeletePeerPort(now clock.Instant, peer netip.AddrPort, why DeleteReason) int {
	return e.removeIf(now, why, func(p *pair) bool {
		return p.remote == peer.Addr() && (!p.encap.UDP() || p.rport == peer.Port())
	})
}

// DeleteMap deletes all pairs of a crypto map (`clear crypto sa map`).
func (e *Engine) DeleteMap(now clock.Instant, name string, why DeleteReason) int {
	return e.removeIf(now, why, func(p *pair) bool { return p.ident.entry.spd.name == name })
}

// DeleteAll deletes all pairs (`clear crypto sa`).
func (e *Engine) DeleteAll(now clock.Instant, why DeleteReason) int {
	return e.removeIf(now, why, func(*pair) bool { return true })
}

func (e *Engine) removeIf(now clock.Instant, why DeleteReason, want func(*pair) bool) int {
	var list []*pair
	for _, p := range e.pairs {
		if want(p) {
			list = append(list, p)
		}
	}
	slices.SortFunc(list, func(a, b *pair) int { return cmp.Compare(a.id, b.id) })
	return e.remove(now, list, why)
}

// remove takes pairs out of every table, tells of their SAs, and asks IKE to
// tell the peer.
func (e *Engine) remove(now clock.Instant, list []*pair, why DeleteReason) int {
	for _, p := range list {
		e.detach(p)
		for i := range p.in {
			e.tell(SADeleted{p.in[i].identity(), why})
			e.tell(SADeleted{p.out[i].identity(), why})
		}
		if why != DeletedByPeer && why != DeletedWithIKE {
			e.sendDelete(p, why)
		}
		e.settle(now, p.ident)
	}
	return len(list)
}

func (e *Engine) detach(p *pair) {
	delete(e.pairs, p.id)
	for i := range p.in {
		delete(e.in, p.in[i].inKey())
		if e.out[p.out[i].key()] == p.out[i] {
			delete(e.out, p.out[i].key())
		}
	}
	for _, k := range []timerKind{timerSoft, timerLate, timerHard, timerIdle} {
		e.timers.Remove(timer{k, p.id})
	}
	id := p.ident
	id.pairs = slices.DeleteFunc(id.pairs, func(o *pair) bool { return o == p })
	id.choose()
}

func (e *Engine) sendDelete(p *pair, why DeleteReason) {
	for _, s := range p.in {
		e.put(SendDelete{Local: p.local, Remote: p.remote, Proto: s.part.Proto, SPIs: []uint32{s.spi}, Reason: why})
	}
}

// settle does what follows when an identity has lost its last pair.
func (e *Engine) settle(now clock.Instant, id *ident) {
	if len(id.pairs) > 0 {
		return
	}
	if id.entry.cfg.ReverseRoute {
		e.put(RouteWanted{Prefix: id.remote.Prefix.Masked(), Via: id.peer, Iface: id.entry.spd.iface().Name, Withdraw: true})
	}
	if id.socket != nil && id.sockUp {
		id.sockUp = false
		e.put(SocketDown{Socket: *id.socket})
	}
	if _, ok := id.entry.idents[id]; ok {
		e.reap(id)
	}
	id.entry.spd.gen++
}
