package ike

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/wire/isakmp"
)

var (
	pcAddr  = netip.MustParseAddr("12.1.1.1")
	lnsAddr = netip.MustParseAddr("2.2.2.2")
)

type seeded struct{ *rand.ChaCha8 }

func source(seed byte) seeded { return seeded{rand.NewChaCha8([32]byte{seed})} }

// fakeKeys is a KeyEngine that accepts what verdict says, and keeps all calls.
type fakeKeys struct {
	next      uint32
	verdict   func(Query) Verdict
	queries   []Query
	live      map[uint32]bool // allocated SPIs neither released nor installed
	installs  []Install
	enabled   []uint64
	deleted   []DeleteReason
	peerSPIs  []uint32
	abandoned []uint64
	refuse    bool
}

func newFakeKeys(first uint32) *fakeKeys { return &fakeKeys{next: first, live: map[uint32]bool{}} }

func (k *fakeKeys) Validate(q Query) Verdict {
	k.queries = append(k.queries, q)
	if k.verdict != nil {
		return k.verdict(q)
	}
	return Verdict{}
}

func (k *fakeKeys) AllocateSPI(SPIRequest) (uint32, bool) {
	k.next++
	k.live[k.next] = true
	return k.next, true
}

func (k *fakeKeys) ReleaseSPI(_ netip.Addr, _ isakmp.ProtocolID, spi uint32) { delete(k.live, spi) }

func (k *fakeKeys) Install(_ clock.Instant, in Install) bool {
	if k.refuse {
		return false
	}
	for _, p := range in.Pairs {
		delete(k.live, p.InSPI)
	}
	k.installs = append(k.installs, in)
	return true
}

func (k *fakeKeys) EnableOutbound(_ clock.Instant, child uint64) {
	k.enabled = append(k.enabled, child)
}
func (k *fakeKeys) Abandon(_ clock.Instant, child uint64) { k.abandoned = append(k.abandoned, child) }
func (k *fakeKeys) DeleteSAs(_ clock.Instant, _, _ netip.AddrPort, why DeleteReason) {
	k.deleted = append(k.deleted, why)
}
func (k *fakeKeys) PeerDeletedSPI(_ clock.Instant, _, _ netip.Addr, _ isakmp.ProtocolID, spis []uint32) {
	k.peerSPIs = append(k.peerSPIs, spis...)
}

// side is an engine with its fakes and what came out of it.
type side struct {
	*Engine
	keys   *fakeKeys
	events *event.Recorder
	notes  []Output // everything but datagrams
}

func newSide(cfg Config, seed byte) *side {
	s := &side{keys: newFakeKeys(0x1000 * uint32(seed)), events: &event.Recorder{}}
	s.Engine = New(cfg, s.keys, s.events, source(seed))
	return s
}

// world is two sides and a wire between them. The wire is lossless unless
// mangle says otherwise.
type world struct {
	t      testing.TB
	now    clock.Instant
	a, b   *side
	flight []flying
	seq    int
	mangle func(d flying) []flying
	nat    func(from, to netip.AddrPort) (netip.AddrPort, netip.AddrPort)
	log    []Send
}

type flying struct {
	at   clock.Instant
	seq  int
	toB  bool
	send Send
}

const oneWay = 5 * time.Millisecond

func newWorld(t testing.TB, a, b Config) *world {
	return &world{t: t, a: newSide(a, 1), b: newSide(b, 2), now: clock.Instant(time.Second)}
}

// collect takes both sides' outboxes.
func (w *world) collect() {
	for _, s := range []*side{w.a, w.b} {
		for _, o := range s.Drain() {
			send, ok := o.(Send)
			if !ok {
				s.notes = append(s.notes, o)
				continue
			}
			w.log = append(w.log, send)
			w.seq++
			d := flying{w.now.Add(oneWay), w.seq, s == w.a, send}
			if w.mangle == nil {
				w.flight = append(w.flight, d)
			} else {
				w.flight = append(w.flight, w.mangle(d)...)
			}
		}
	}
}

// step goes to the next thing that happens, until end. It reports whether
// there was one.
func (w *world) step(end clock.Instant) bool {
	w.collect()
	next, which := end, -1
	for i, d := range w.flight {
		if d.at < next || which >= 0 && d.at == next && d.seq < w.flight[which].seq {
			next, which = d.at, i
		}
	}
	timer := clock.Earliest(w.a.Deadline(), w.b.Deadline())
	switch {
	case which < 0 && timer > end:
		return false
	case which < 0 || timer < next:
		w.now = max(w.now, timer)
		w.a.Tick(w.now)
		w.b.Tick(w.now)
	default:
		d := w.flight[which]
		w.flight = append(w.flight[:which], w.flight[which+1:]...)
		w.now = max(w.now, d.at)
		w.deliver(d)
	}
	w.collect()
	return true
}

func (w *world) deliver(d flying) {
	to := w.a
	if d.toB {
		to = w.b
	}
	from, dst := d.send.Local, d.send.Remote
	if w.nat != nil {
		from, dst = w.nat(from, dst)
	}
	to.Receive(w.now, dst, from, d.send.Payload, d.send.NATT)
}

// run lets the world go on for a time.
func (w *world) run(d time.Duration) {
	end := w.now.Add(d)
	for n := 0; w.step(end); n++ {
		if n > 200000 {
			w.t.Fatal("the world does not come to rest")
		}
	}
	w.now = end
}

// settle runs until nothing is in flight.
func (w *world) settle() {
	for w.collect(); len(w.flight) > 0; {
		w.step(w.now.Add(time.Hour))
	}
}

// suite is a phase 1 policy's short form.
func suite(c isakmp.Cipher, bits int, h isakmp.Hash, g isakmp.Group) Policy {
	return Policy{Priority: 10, Encryption: c, KeyBits: bits, Hash: h, Auth: isakmp.AuthPSK, Group: g}
}

func config(policies ...Policy) Config {
	return Config{Policies: policies, Defaults: DefaultPolicies124(), Personality: IOSPersonality(), ScanProfiles: true,
		Keys: []Key{{Prefix: netip.MustParsePrefix("0.0.0.0/0"), Secret: []byte("123")}}}
}

func windowsConfig(v WindowsVersion) Config {
	return Config{Personality: WindowsPersonality(v),
		Keys: []Key{{Prefix: netip.MustParsePrefix("0.0.0.0/0"), Secret: []byte("123")}}}
}

// l2tpSelectors are a dial-in client's: both ends' UDP port 1701.
func l2tpSelectors(local, remote netip.Addr) (l, r Selector) {
	return Selector{netip.PrefixFrom(local, 32), 17, 1701}, Selector{netip.PrefixFrom(remote, 32), 17, 1701}
}

// windowsProposals are the five of a Windows client with optional encryption
// (shared/reference/clients.md 4.2).
func windowsProposals() []isakmp.Proposal {
	rest := func(auth isakmp.AuthAlg) []isakmp.Attribute {
		return []isakmp.Attribute{
			isakmp.TV(isakmp.AttrSAAuth, uint16(auth)),
			isakmp.TV(isakmp.AttrSALifeType, isakmp.LifeSeconds), isakmp.TLV32(isakmp.AttrSALifeDuration, 3600),
			isakmp.TV(isakmp.AttrSALifeType, isakmp.LifeKilobytes), isakmp.TLV32(isakmp.AttrSALifeDuration, 250000)}
	}
	encaps := isakmp.TV(isakmp.AttrSAEncapsulation, uint16(isakmp.EncapTransport))
	var list []isakmp.Proposal
	add := func(p isakmp.ProtocolID, id uint8, bits uint16) {
		attrs := []isakmp.Attribute{encaps}
		if bits != 0 {
			attrs = append(attrs, isakmp.TV(isakmp.AttrSAKeyLength, bits))
		}
		list = append(list, isakmp.Proposal{Number: uint8(len(list) + 1), Protocol: p,
			Transforms: []isakmp.Transform{{Number: 1, ID: id, Attributes: append(attrs, rest(isakmp.AuthHMACSHA)...)}}})
	}
	add(isakmp.ProtocolESP, isakmp.ESPAES, 128)
	add(isakmp.ProtocolESP, isakmp.ESP3DES, 0)
	add(isakmp.ProtocolESP, isakmp.ESPDES, 0)
	add(isakmp.ProtocolESP, isakmp.ESPNULL, 0)
	add(isakmp.ProtocolAH, isakmp.AHSHA, 0)
	return list
}

func windowsRequest() Request {
	l, r := l2tpSelectors(pcAddr, lnsAddr)
	return Request{ID: 7, Local: pcAddr, Remote: lnsAddr, LocalProxy: l, RemoteProxy: r, Proposals: windowsProposals()}
}

// isUp checks that both sides have the same SAs, crosswise.
func (w *world) isUp() {
	w.t.Helper()
	if len(w.a.keys.installs) != 1 || len(w.b.keys.installs) != 1 {
		w.t.Fatalf("installs: %d and %d, drops %v / %v", len(w.a.keys.installs), len(w.b.keys.installs), drops(w.a), drops(w.b))
	}
	crosswise(w.t, w.a.keys.installs[0], w.b.keys.installs[0])
	if len(w.b.keys.enabled) != 1 || w.b.keys.enabled[0] != w.b.keys.installs[0].Child {
		w.t.Fatalf("responder's outbound not enabled: %v", w.b.keys.enabled)
	}
	if len(w.a.keys.live)+len(w.b.keys.live) != 0 {
		w.t.Fatalf("SPIs left over: %v %v", w.a.keys.live, w.b.keys.live)
	}
}

func crosswise(t testing.TB, a, b Install) {
	t.Helper()
	if len(a.Pairs) != len(b.Pairs) || a.LifeSeconds != b.LifeSeconds || a.LifeKilobytes != b.LifeKilobytes || a.Group != b.Group {
		t.Fatalf("sides differ:\n%+v\n%+v", a, b)
	}
	if a.LocalProxy != b.RemoteProxy || a.RemoteProxy != b.LocalProxy {
		t.Fatalf("proxies differ:\n%+v\n%+v", a, b)
	}
	for i := range a.Pairs {
		x, y := a.Pairs[i], b.Pairs[i]
		if x.InSPI != y.OutSPI || x.OutSPI != y.InSPI || string(x.InCipher) != string(y.OutCipher) || string(x.OutCipher) != string(y.InCipher) ||
			string(x.InAuthKey) != string(y.OutAuthKey) || string(x.OutAuthKey) != string(y.InAuthKey) {
			t.Fatalf("pair %d differs:\n%+v\n%+v", i, x, y)
		}
		cipher, auth := x.keyBytes()
		if len(x.InCipher) != cipher || len(x.InAuthKey) != auth || string(x.InAuthKey) == string(x.OutAuthKey) && auth > 0 {
			t.Fatalf("pair %d has wrong keys: %+v", i, x)
		}
	}
}

func drops(s *side) string {
	var out string
	c := s.Counters()
	for _, r := range DropReasons() {
		if c.Dropped(r) > 0 {
			out += fmt.Sprintf("%v:%d ", r, c.Dropped(r))
		}
	}
	return out
}
