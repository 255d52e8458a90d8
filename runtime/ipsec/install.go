package ipsec

import (
	"errors"
	"fmt"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/esp"
)

// Errors of the table, for a caller that tells them apart.
var (
	ErrFull  = errors.New("table of security associations is full")
	ErrNoMap = errors.New("no crypto map entry for the security association")
)

// Keys are the keys of one SA; their lengths are Part.KeyMaterial's. Install
// copies what it keeps.
type Keys struct{ Cipher, Auth []byte }

// KeyedPart is one protocol of Install, in both directions.
type KeyedPart struct {
	Part
	InSPI, OutSPI uint32
	In, Out       Keys
}

// Install is a negotiated pair of SAs, or of bundles.
type Install struct {
	Request       uint64 // RequestSA.ID when this node asked, else 0
	Local, Remote netip.Addr
	// LocalPort and RemotePort are the ports of UDP encapsulation; zero
	// elsewhere.
	LocalPort, RemotePort   uint16
	LocalProxy, RemoteProxy Selector
	// OriginalLocal and OriginalRemote are the addresses that the peer's
	// NAT-OA payloads give for this node and for the peer; may be invalid.
	OriginalLocal, OriginalRemote netip.Addr
	Encap                         Encap
	Parts                         []KeyedPart
	Lifetime                      Lifetime // negotiated; 0 seconds means 28,800 (RFC 2407, 4.5)
	PFSGroup                      int
	Initiator                     bool // the outbound SA may be used at once
}

// Installed names a new pair.
type Installed struct {
	Pair            uint64 // handle for EnableOutbound and DeletePair
	InConn, OutConn []int  // conn ids, in the order of Install.Parts
}

// Install creates the SAs of a negotiated pair, inbound first. A responder's
// outbound SA carries nothing before EnableOutbound, or before the peer's
// first packet proves that it has the keys; the predecessor serves until then.
func (e *Engine) Install(now clock.Instant, in Install) (Installed, error) {
	suite, ok := SuiteOf(in.parts())
	if !ok || !in.Local.Is4() || !in.Remote.Is4() || in.Encap.UDP() && suite.AH != NoAuth {
		return Installed{}, fmt.Errorf("install for %s: impossible parameters", in.Remote)
	}
	if len(e.pairs) >= MaxPairs {
		return Installed{}, fmt.Errorf("install for %s: %w", in.Remote, ErrFull)
	}
	en, req, err := e.entryFor(&in, suite)
	if err != nil {
		return Installed{}, err
	}
	p, err := e.newPair(now, &in, suite)
	if err != nil {
		return Installed{}, err
	}
	e.tell(MessagesQueued{2})
	e.attach(en, req, p, &in)
	result := e.enter(p, &in)
	e.schedule(p)
	e.supersede(now, p, req)
	return result, nil
}

func (in *Install) parts() []Part {
	list := make([]Part, 0, 2)
	for _, p := range in.Parts {
		list = append(list, p.Part)
	}
	return list
}

// entryFor finds the map entry that the pair belongs to.
func (e *Engine) entryFor(in *Install, suite Suite) (*entry, *request, error) {
	if r := e.requests[in.Request]; r != nil {
		return r.ident.entry, r, nil
	}
	q := Query{Local: in.Local, Remote: in.Remote, LocalProxy: in.LocalProxy, RemoteProxy: in.RemoteProxy,
		Parts: suite.Parts(), Encap: in.Encap, PFSGroup: in.PFSGroup}
	b := find{code: NoMatchingMap}
	for _, s := range e.localSPDs(in.Local) {
		if b.among(s, &q); b.code == Accepted {
			return b.entry, nil, nil
		}
	}
	return nil, nil, fmt.Errorf("install for %s: %w", in.Remote, ErrNoMap)
}

// newPair keys the SAs; nothing is in any table yet.
func (e *Engine) newPair(now clock.Instant, in *Install, suite Suite) (*pair, error) {
	p := &pair{id: e.nextID(), suite: suite, encap: in.Encap, life: in.Lifetime, pfs: in.PFSGroup,
		initiator: in.Initiator, born: now, used: now, local: in.Local, remote: in.Remote,
		lport: in.LocalPort, rport: in.RemotePort, origLocal: in.OriginalLocal, origRemote: in.OriginalRemote}
	if p.life.Seconds == 0 {
		p.life.Seconds = 28800
	}
	for i := range in.Parts {
		part := &in.Parts[i]
		part.KeyBits = part.bits()
		if err := e.keyPart(p, part); err != nil {
			return nil, fmt.Errorf("install %s for %s: %w", part.Proto, in.Remote, err)
		}
	}
	if len(p.in) == 2 && p.in[0].part.Proto == ESP { // outermost first
		p.in[0], p.in[1] = p.in[1], p.in[0]
		p.out[0], p.out[1] = p.out[1], p.out[0]
	}
	p.fromLocal, p.fromRemote = in.LocalProxy, in.RemoteProxy
	if !p.encap.Tunnel() {
		p.fromLocal.Prefix = netip.PrefixFrom(in.Local, 32)
		p.fromRemote.Prefix = netip.PrefixFrom(in.Remote, 32)
	}
	return p, nil
}

func (e *Engine) keyPart(p *pair, part *KeyedPart) error {
	key := saKey{addr4(p.local), part.InSPI, part.Proto}
	if part.InSPI < esp.MinSPI || part.OutSPI == 0 || e.in[key] != nil {
		return fmt.Errorf("SPIs 0x%X and 0x%X cannot be used", part.InSPI, part.OutSPI)
	}
	in, err := newCrypt(part.Part, part.In, true, e.rand)
	if err != nil {
		return err
	}
	out, err := newCrypt(part.Part, part.Out, false, e.rand)
	if err != nil {
		return err
	}
	size := windowSize(e.cfg.ReplayWindow, e.cfg.NoReplay)
	if part.Auth == NoAuth { // RFC 4303, 2.2: no window without integrity
		size = 0
	}
	p.in = append(p.in, &sa{crypt: in, pair: p, part: part.Part, spi: part.InSPI, src: p.remote, dst: p.local, window: newWindow(size)})
	p.out = append(p.out, &sa{crypt: out, pair: p, part: part.Part, spi: part.OutSPI, src: p.local, dst: p.remote})
	return nil
}

// attach finds or makes the pair's identity.
func (e *Engine) attach(en *entry, req *request, p *pair, in *Install) {
	want := &ident{local: in.LocalProxy, remote: in.RemoteProxy, matchLocal: p.fromLocal, matchRemote: p.fromRemote}
	if en.cfg.NATDemux && p.encap == UDPTransport {
		e.demultiplex(en, p, want)
	}
	id := (*ident)(nil)
	switch {
	case req != nil && req.ident.entry == en && req.ident.takes(want):
		id = req.ident
	default:
		id = en.sameAs(want)
	}
	if id == nil {
		id = want
		id.id = e.nextID()
		en.addIdent(id)
	}
	p.ident = id
	id.peer, id.port = p.remote, p.rport
	if id.iface == "" {
		id.iface = en.spd.iface().Name
	}
	e.tell(ProxyMatched{Src: id.local.Prefix.Addr(), Dst: id.remote.Prefix.Addr(), Proto: id.local.Proto,
		SrcPort: id.local.Port, DstPort: id.remote.Port})
	e.tell(IdentFound{p.remote})
	if len(id.pairs) == 0 {
		e.tell(IdentAdded{Src: id.local.Prefix.Addr(), Dst: id.remote.Prefix.Addr(), Port: id.remote.Port})
		if en.cfg.ReverseRoute {
			e.put(RouteWanted{Prefix: id.remote.Prefix.Masked(), Via: p.remote, Iface: en.spd.iface().Name})
		}
	}
}

// takes reports whether the identity that asked can have the pair that was
// negotiated for it: same packets.
func (id *ident) takes(want *ident) bool {
	return id.matchLocal == want.matchLocal && id.matchRemote == want.matchRemote
}

// demultiplex gives the pair a remote port of its own when another identity
// of the entry has the same flow.
func (e *Engine) demultiplex(en *entry, p *pair, want *ident) {
	if want.matchRemote.Proto != protoUDP {
		return
	}
	if same := en.sameAs(want); same != nil && len(same.pairs) > 0 {
		last := same.newest()
		if last.rport == p.rport { // the same client dials again, or rekeys
			return
		}
	} else if k, ok := want.key(); !ok || en.exact[k] == nil {
		return
	}
	p.demux.real = want.matchRemote.Port
	for port := uint16(minDemuxPort); port >= minDemuxPort; port++ {
		try := *want
		try.matchRemote.Port = port
		if k, _ := try.key(); en.exact[k] == nil {
			want.matchRemote.Port = port
			p.demux.seen = port
			return
		}
	}
}

// minDemuxPort is the first port that stands for a client behind a NAT.
const minDemuxPort = 10001

// enter puts the SAs into the tables and tells of each.
func (e *Engine) enter(p *pair, in *Install) Installed {
	r := Installed{Pair: p.id}
	e.pairs[p.id] = p
	for i := range in.Parts {
		at := indexOf(p.in, in.Parts[i].Proto)
		a, b := p.in[at], p.out[at]
		a.conn, b.conn = e.lastConn+1, e.lastConn+2
		e.lastConn += 2
		a.handle = e.nextID()
		e.unreserve(a.inKey())
		e.in[a.inKey()] = a
		e.out[b.key()] = b
		r.InConn, r.OutConn = append(r.InConn, a.conn), append(r.OutConn, b.conn)
		for _, s := range []*sa{a, b} {
			e.tell(SACreated{s.identity()})
		}
		e.put(keysOf(a, p, in.Parts[i].In))
		e.put(keysOf(b, p, in.Parts[i].Out))
	}
	return r
}

func indexOf(list []*sa, proto Proto) int {
	for i, s := range list {
		if s.part.Proto == proto {
			return i
		}
	}
	return 0
}

// inKey is the key of an inbound SA, key that of an outbound one: both by
// destination.
func (s *sa) inKey() saKey { return saKey{addr4(s.dst), s.spi, s.part.Proto} }
func (s *sa) key() saKey   { return saKey{addr4(s.dst), s.spi, s.part.Proto} }

func keysOf(s *sa, p *pair, k Keys) SAKeys {
	return SAKeys{Src: s.src, Dst: s.dst, SPI: s.spi, Part: s.part, Encap: p.encap,
		CipherKey: append([]byte(nil), k.Cipher...), AuthKey: append([]byte(nil), k.Auth...)}
}

// identity describes the SA for an event.
func (s *sa) identity() SAIdentity {
	p := s.pair
	return SAIdentity{Dst: s.dst, Part: s.part, SPI: s.spi, ConnID: s.conn, Lifetime: p.life,
		Local: p.local, Remote: p.remote, LocalProxy: p.ident.local, RemoteProxy: p.ident.remote}
}

// supersede makes the pair its identity's newest, and settles what waited.
func (e *Engine) supersede(now clock.Instant, p *pair, req *request) {
	id := p.ident
	id.pairs = append(id.pairs, p)
	e.tell(OutboundChanged{Peer: p.remote, SPI: p.out[len(p.out)-1].spi})
	if req != nil {
		e.cancel(req.ident)
		if req.ident != id {
			e.reap(req.ident)
		}
	}
	if len(id.pairs) > maxPairsOfIdent {
		e.remove(now, []*pair{id.pairs[0]}, DeletedByAge)
	}
	if p.initiator {
		e.enable(now, p)
	}
	id.entry.spd.gen++
}

// EnableOutbound lets a responder's outbound SAs carry packets: quick mode's
// third message came.
func (e *Engine) EnableOutbound(now clock.Instant, handle uint64) {
	e.tell(MessagesQueued{1})
	e.tell(EnableRequested{})
	p := e.pairs[handle]
	if p == nil {
		return
	}
	for _, s := range p.out {
		e.tell(OutboundEnabled{SPI: s.spi, Proto: s.part.Proto})
	}
	e.enable(now, p)
}

// enable makes the pair's identity use it.
func (e *Engine) enable(now clock.Instant, p *pair) {
	if p.enabled {
		return
	}
	p.enabled = true
	id := p.ident
	id.choose()
	if id.socket != nil && !id.sockUp {
		id.sockUp = true
		e.put(SocketUp{*id.socket})
	}
	e.sendHeld(now, id)
}
