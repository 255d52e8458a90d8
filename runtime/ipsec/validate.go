package ipsec

import (
	"fmt"
	"net/netip"

	"ioslab/runtime/clock"
)

// Query is one proposal of a peer's quick mode.
type Query struct {
	Local, Remote           netip.Addr
	LocalProxy, RemoteProxy Selector
	Parts                   []Part // in wire order; two for an AND bundle
	Encap                   Encap
	PFSGroup                int      // 0: no KE payload
	Lifetime                Lifetime // zero parts: not offered
}

// Code is the answer of Validate: 0 accepts, else it is the number that IOS
// prints in "IPSec policy invalidated proposal with error".
type Code int

// The codes.
const (
	Accepted        Code = 0
	BadLocalAddress Code = 8
	NoMatchingMap   Code = 32
	PeerNotInMap    Code = 64
	BadTransform    Code = 256
	BadPFS          Code = 1024
)

func (c Code) String() string {
	switch c {
	case Accepted:
		return "accepted"
	case BadLocalAddress:
		return "bad local address"
	case NoMatchingMap:
		return "no matching map"
	case PeerNotInMap:
		return "peer not in map"
	case BadTransform:
		return "bad transform"
	case BadPFS:
		return "bad PFS"
	}
	return fmt.Sprintf("Code(%d)", int(c))
}

// Match is what an accepted proposal fitted.
type Match struct {
	Map          string
	Seq          int
	Profile      string
	Iface        string
	TransformSet string
	Suite        Suite
	// Lifetime is the smaller of the offer's and the entry's; Shortened tells
	// that it is less than offered, so that a RESPONDER-LIFETIME is due.
	Lifetime  Lifetime
	Shortened bool
	PFS       int // the entry's group, 0 for none
}

// Validate judges a proposal as responder, once IKE has found its attributes
// acceptable. The rules for the code:
//
//	8     no crypto map is applied with this local address
//	64    an entry's ACL has the identities, but not the peer
//	256   … but no such transform-set (or mode)
//	1024  … but another PFS group
//	32    no entry is left: static ones by their ACL; profile and dynamic ones
//	      without an ACL also when their transform-sets do not fit
func (e *Engine) Validate(now clock.Instant, q Query) (Match, Code) {
	for i, p := range q.Parts {
		e.tell(ProposalChecked{Index: i + 1, Message: q.message(p)})
	}
	spds := e.localSPDs(q.Local)
	if len(spds) == 0 {
		e.tell(InvalidLocalAddress{q.Local})
		return Match{}, BadLocalAddress
	}
	best := find{code: NoMatchingMap}
	for _, s := range spds {
		if best.among(s, &q); best.code == Accepted {
			break
		}
	}
	e.tellFind(&q, best)
	if best.code != Accepted {
		return Match{}, best.code
	}
	return best.match(&q), Accepted
}

// message describes part p of the query.
func (q *Query) message(p Part) KeyMessage {
	s, _ := SuiteOf(q.Parts)
	return KeyMessage{Local: q.Local, Remote: q.Remote, LocalProxy: q.LocalProxy, RemoteProxy: q.RemoteProxy,
		Part: p, Suite: s, Encap: q.Encap}
}

func (e *Engine) localSPDs(local netip.Addr) []*spd {
	var list []*spd
	for _, s := range e.spds {
		if s.localIs(local) {
			list = append(list, s)
		}
	}
	return list
}

// find is the search for the entry of a proposal: the accepted one, or the
// first that came nearest.
type find struct {
	code  Code
	entry *entry
	set   TransformSet
	suite Suite
}

// among looks through a map's entries in their order.
func (b *find) among(s *spd, q *Query) {
	for _, en := range s.entries {
		if !en.complete() || !en.hasProxies(q) {
			continue
		}
		set, code := en.judge(q)
		if code == Accepted {
			*b = find{code: Accepted, entry: en, set: set, suite: set.Suite}
			return
		}
		// Without an ACL an entry is looked for by its transforms (and peers),
		// so that a misfit means "no map"; with one it is the answer.
		if b.code == NoMatchingMap && (en.cfg.ACL != nil || code == BadPFS) {
			b.code, b.entry = code, en
		}
	}
}

// hasProxies reports whether the entry's ACL, if any, permits the identities.
func (en *entry) hasProxies(q *Query) bool {
	if en.cfg.ACL == nil {
		return q.LocalProxy.Prefix.IsValid() && q.RemoteProxy.Prefix.IsValid()
	}
	return en.cfg.ACL.allows(q.LocalProxy, q.RemoteProxy)
}

// judge checks peer, transforms and PFS, in this order.
func (en *entry) judge(q *Query) (TransformSet, Code) {
	if !en.hasPeer(q.Remote) {
		return TransformSet{}, PeerNotInMap
	}
	suite, ok := SuiteOf(q.Parts)
	if !ok || en.noUDP && q.Encap.UDP() {
		return TransformSet{}, BadTransform
	}
	for _, set := range en.sets {
		if set.Suite != suite || !set.wraps(q) {
			continue
		}
		if !en.pfsFits(q.PFSGroup) {
			return TransformSet{}, BadPFS
		}
		return set, Accepted
	}
	return TransformSet{}, BadTransform
}

// hasPeer reports whether the entry may have the peer; a profile or a dynamic
// entry without `set peer` takes any.
func (en *entry) hasPeer(a netip.Addr) bool {
	if len(en.cfg.Peers) == 0 {
		return en.kind != Static
	}
	for _, p := range en.cfg.Peers {
		if p == a {
			return true
		}
	}
	return false
}

// wraps reports whether the set's mode allows the offered encapsulation. A
// transport set means transport when both identities are the peers
// themselves, and falls back to tunnel for other traffic.
func (t *TransformSet) wraps(q *Query) bool {
	transport := t.Transport && (t.Required || q.betweenPeers())
	switch q.Encap {
	case Transport, UDPTransport:
		return transport && q.betweenPeers()
	case Tunnel, UDPTunnel:
		return !transport
	}
	return false
}

// betweenPeers reports whether the identities are the two end points. Across a
// NAT each end names itself by an address that the other does not see.
func (q *Query) betweenPeers() bool {
	if !q.LocalProxy.isHost() || !q.RemoteProxy.isHost() {
		return false
	}
	return q.Encap.UDP() || q.LocalProxy.Prefix.Addr() == q.Local && q.RemoteProxy.Prefix.Addr() == q.Remote
}

// pfsFits: an entry without PFS takes any offer; group 1 is the command's
// default and means any group; another one must be offered.
func (en *entry) pfsFits(offered int) bool {
	switch en.cfg.PFS {
	case 0:
		return true
	case 1:
		return offered != 0
	}
	return offered == en.cfg.PFS
}

// tellFind emits the steps of the map look-up.
func (e *Engine) tellFind(q *Query, b find) {
	if b.entry == nil {
		e.tell(MapNotFound{})
		e.tell(ProxiesUnsupported{})
		return
	}
	e.tell(q.proxies())
	switch b.code {
	case PeerNotInMap:
		e.tell(PeerNotFound{q.Remote})
	case BadTransform:
		s, _ := SuiteOf(q.Parts)
		e.tell(TransformsUnsupported{s})
	case BadPFS:
		e.tell(PFSUnsupported{Want: b.entry.cfg.PFS, Offered: q.PFSGroup})
	case Accepted, BadLocalAddress, NoMatchingMap:
	}
}

func (q *Query) proxies() ProxyMatched {
	return ProxyMatched{Src: q.LocalProxy.Prefix.Addr(), Dst: q.RemoteProxy.Prefix.Addr(), Proto: q.LocalProxy.Proto,
		SrcPort: q.LocalProxy.Port, DstPort: q.RemoteProxy.Port}
}

// match describes the accepted entry.
func (b *find) match(q *Query) Match {
	en := b.entry
	m := Match{Map: en.spd.name, Seq: en.seq, Profile: en.profile, Iface: en.spd.iface().Name,
		TransformSet: b.set.Name, Suite: b.suite, PFS: en.cfg.PFS}
	m.Lifetime.Seconds, m.Shortened = smaller(q.Lifetime.Seconds, en.life.Seconds)
	var cut bool
	m.Lifetime.Kilobytes, cut = smaller(q.Lifetime.Kilobytes, en.life.Kilobytes)
	m.Shortened = m.Shortened || cut
	return m
}

// smaller returns the smaller limit, where 0 in the offer is none, and whether
// that cuts the offer.
func smaller(offer, own uint32) (n uint32, cut bool) {
	if offer == 0 || offer > own {
		return own, offer > own
	}
	return offer, false
}
