package ike

import (
	"cmp"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net/netip"
	"slices"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/wire/isakmp"
)

// firstConnID is the connection id of the first SA with keys since boot.
const firstConnID = 1001

// offerKey names a responder's SA before the initiator knows our cookie.
type offerKey struct {
	cookie isakmp.Cookie
	remote netip.AddrPort
}

// addrPair names the SAs between two systems.
type addrPair struct{ local, remote netip.Addr }

// maxDraws bounds the draws of a number that must be new; a random source that
// needs more is none.
const maxDraws = 64

var errDraws = errors.New("random source repeats itself")

// draw fills b from the engine's random source.
func (e *Engine) draw(b []byte) error {
	if _, err := io.ReadFull(e.rand, b); err != nil {
		return fmt.Errorf("draw %d bytes: %w", len(b), err)
	}
	return nil
}

// drawCookie draws a cookie that is not zero and that no SA of ours has.
func (e *Engine) drawCookie() (isakmp.Cookie, error) {
	for range maxDraws {
		var c isakmp.Cookie
		if err := e.draw(c[:]); err != nil {
			return c, err
		}
		if _, used := e.byCookie[c]; !used && !c.IsZero() {
			return c, nil
		}
	}
	return isakmp.Cookie{}, errDraws
}

// drawID draws a message id that is new to the SA.
func (e *Engine) drawID(sa *ikeSA) (uint32, error) {
	for range maxDraws {
		var b [4]byte
		if err := e.draw(b[:]); err != nil {
			return 0, err
		}
		id := binary.BigEndian.Uint32(b[:])
		if id != 0 && sa.nodes[id] == nil && !sa.knows(id) {
			return id, nil
		}
	}
	return 0, errDraws
}

// pointer makes a number that reads as an address of the router's heap. It
// tells things apart in debug lines and means nothing else.
func (e *Engine) pointer() uint32 {
	e.heap = e.heap*1664525 + 1013904223
	return 0x4b000000 + e.heap>>8&0x00fffff8
}

// insert puts a new SA into the tables and tells it.
func (e *Engine) insert(sa *ikeSA) {
	e.seq++
	sa.seq = e.seq
	sa.pointer = e.pointer()
	sa.nodes = map[uint32]*node{}
	sa.expires = clock.Never
	sa.person = e.cfg.Personality
	e.byCookie[sa.ownCookie()] = sa
	e.sas[sa.seq] = sa
	pair := addrPair{sa.local.Addr(), sa.remote.Addr()}
	e.byPair[pair] = append(e.byPair[pair], sa)
	if !sa.initiator {
		sa.origin = offerKey{sa.cookieI, sa.remote}
		e.byOffer[sa.origin] = sa
	}
	e.halfOpen++
}

// lockPeer takes a reference on the peer of a new SA.
func (e *Engine) lockPeer(sa *ikeSA, by PeerUser) {
	key := peerKey{sa.remote.Addr(), sa.remote.Port()}
	p := e.peers[key]
	if p == nil {
		e.handles++
		p = &peer{addr: key.addr, port: key.port, pointer: e.pointer(), handle: 0x80000000 + e.handles, local: sa.local}
		e.peers[key] = p
		emit(e, PeerCreated{Remote: p.addr, Port: p.port, Peer: p.pointer, Handle: p.handle})
	} else {
		emit(e, PeerFound{Remote: p.addr, Port: p.port})
	}
	p.refs++
	sa.peer = p
	emit(e, PeerLocked{Peer: p.pointer, References: p.refs, By: by})
}

// unlockPeer gives the reference back.
func (e *Engine) unlockPeer(sa *ikeSA, by PeerUser) {
	p := sa.peer
	if p == nil {
		return
	}
	sa.peer = nil
	p.refs--
	emit(e, PeerUnlocked{Peer: p.pointer, References: p.refs, By: by})
	if p.refs == 0 {
		delete(e.peers, peerKey{p.addr, p.port})
		emit(e, PeerReaped{Remote: p.addr, Peer: p.pointer})
	}
}

// forget takes an SA out of all tables.
func (e *Engine) forget(sa *ikeSA) {
	delete(e.byCookie, sa.ownCookie())
	if e.byOffer[sa.origin] == sa {
		delete(e.byOffer, sa.origin)
	}
	e.timers.Remove(timer{sa, nil, timerRetransmit})
	e.timers.Remove(timer{sa, nil, timerLife})
	e.timers.Remove(timer{sa, nil, timerPurge})
	e.timers.Remove(timer{sa, nil, timerDPD})
	e.timers.Remove(timer{sa, nil, timerNAT})
	for _, n := range sa.order {
		e.timers.Remove(timer{sa, n, timerRetransmit})
		e.timers.Remove(timer{sa, n, timerPurge})
	}
	delete(e.sas, sa.seq)
	e.unpair(addrPair{sa.local.Addr(), sa.remote.Addr()}, sa)
}

func (e *Engine) unpair(pair addrPair, sa *ikeSA) {
	e.byPair[pair] = slices.DeleteFunc(e.byPair[pair], func(s *ikeSA) bool { return s == sa })
	if len(e.byPair[pair]) == 0 {
		delete(e.byPair, pair)
	}
}

// newest returns the newest live SA between two addresses that want accepts.
func (e *Engine) newest(local, remote netip.Addr, want func(*ikeSA) bool) *ikeSA {
	list := e.byPair[addrPair{local, remote}]
	for i := len(list) - 1; i >= 0; i-- {
		if s := list[i]; !s.dead && want(s) {
			return s
		}
	}
	return nil
}

// inOrder returns all SAs, oldest first.
func (e *Engine) inOrder() []*ikeSA {
	list := make([]*ikeSA, 0, len(e.sas))
	for _, s := range e.sas {
		list = append(list, s)
	}
	slices.SortFunc(list, func(a, b *ikeSA) int { return cmp.Compare(a.seq, b.seq) })
	return list
}

// emit hands an event over if anybody listens. It is generic so that an event
// nobody wants is never put on the heap.
func emit[E event.Event](e *Engine, ev E) {
	if e.sink.Wants(ev.Class()) {
		e.sink.Emit(ev)
	}
}

func (e *Engine) drop(r DropReason) { e.count.Drops[r]++ }

// move takes a phase 1 machine to a state.
func (e *Engine) move(sa *ikeSA, in Input, to FSM) {
	emit(e, StateChanged{Conn: sa.connID, Input: in, Old: sa.fsm, New: to})
	sa.fsm = to
}

func (e *Engine) moveNode(sa *ikeSA, n *node, in Input, to QuickFSM) {
	emit(e, NodeStateChanged{Conn: sa.connID, Node: n.id, Input: in, Old: n.fsm, New: to})
	n.fsm = to
}

// modeFailureEvery is how often at most an exchange's failure is put to the log for a
// peer; maxModeFailures bounds the peers remembered for that.
const (
	modeFailureEvery = 60 * time.Second
	maxModeFailures  = 256
)

// tellModeFailed puts a failure to the log, rate limited.
func (e *Engine) tellModeFailed(now clock.Instant, mode isakmp.ExchangeType, remote netip.Addr) {
	if e.mayLog(now, failureKey{mode, remote}) {
		emit(e, ModeFailed{Mode: mode, Peer: remote})
	}
}

// tellUnknownSA puts a message of no SA to the log, rate limited likewise.
func (e *Engine) tellUnknownSA(now clock.Instant, remote netip.Addr) {
	if e.mayLog(now, failureKey{remote: remote}) {
		emit(e, UnknownSA{Peer: remote})
	}
}

func (e *Engine) mayLog(now clock.Instant, key failureKey) bool {
	if at, ok := e.failures[key]; ok && now.Before(at.Add(modeFailureEvery)) {
		return false
	}
	if len(e.failures) >= maxModeFailures {
		clear(e.failures)
	}
	e.failures[key] = now
	return true
}

type failureKey struct {
	mode   isakmp.ExchangeType
	remote netip.Addr
}
