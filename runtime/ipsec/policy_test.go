package ipsec

import (
	"net/netip"
	"testing"

	"github.com/google/go-cmp/cmp"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
)

// windows are the proposals of the article's PC (shared/reference/clients.md
// 4.2, optional encryption).
var windows = [][]Part{
	{{Proto: ESP, Cipher: AES, KeyBits: 128, Auth: SHA1}},
	{{Proto: ESP, Cipher: TripleDES, Auth: SHA1}},
	{{Proto: ESP, Cipher: DES, Auth: SHA1}},
	{{Proto: ESP, Cipher: NullCipher, Auth: SHA1}},
	{{Proto: AH, Auth: SHA1}},
}

func windowsQuery(parts []Part) Query {
	return Query{Local: lnsAddr, Remote: pcAddr, LocalProxy: udp1701(lnsAddr), RemoteProxy: udp1701(pcAddr),
		Parts: parts, Encap: Transport, Lifetime: Lifetime{3600, 250000}}
}

// The article's stages 4, 5 and 6.
func TestArticleStages(t *testing.T) {
	for _, c := range []struct {
		name  string
		cfg   Config
		codes [5]Code
	}{
		{"4: local address missing", articleConfig(set3DESSHA, false), [5]Code{8, 8, 8, 8, 8}},
		{"5: transform-set is MD5", articleConfig(set3DESMD5, true), [5]Code{32, 32, 32, 32, 32}},
		{"6: mended", articleConfig(set3DESSHA, true), [5]Code{32, 0, 32, 32, 32}},
		{"tunnel mode", articleConfig(TransformSet{Name: "CCNP", Suite: Suite{Cipher: TripleDES, Auth: SHA1}}, true), [5]Code{32, 32, 32, 32, 32}},
	} {
		n := newNode(1, c.cfg)
		for i, parts := range windows {
			m, code := n.Validate(0, windowsQuery(parts))
			if code != c.codes[i] {
				t.Errorf("%s: proposal %d: %v", c.name, i+1, code)
			}
			if code == Accepted && (m.Profile != "CCIE" || m.Map != "vpn" || m.Seq != 10 || m.Lifetime != Lifetime{3600, 250000} || m.Shortened) {
				t.Errorf("%s: %+v", c.name, m)
			}
		}
	}
}

func TestEventsOfARefusal(t *testing.T) {
	n := newNode(1, articleConfig(set3DESMD5, true))
	n.Validate(0, windowsQuery(windows[4]))
	q := windowsQuery(windows[4])
	want := []event.Event{ProposalChecked{1, q.message(windows[4][0])}, MapNotFound{}, ProxiesUnsupported{}}
	if d := cmp.Diff(want, n.rec.Events, cmp.Comparer(func(a, b netip.Prefix) bool { return a == b }), cmp.Comparer(func(a, b netip.Addr) bool { return a == b })); d != "" {
		t.Fatal(d)
	}
}

func staticNode(set TransformSet, change func(*Entry)) *node {
	c := siteConfig(siteB, siteA, lanB, lanA, set)
	if change != nil {
		change(&c.Maps[0].Entries[0])
	}
	return newNode(3, c)
}

func siteQuery(parts ...Part) Query {
	return Query{Local: siteB, Remote: siteA, LocalProxy: Selector{Prefix: lanB}, RemoteProxy: Selector{Prefix: lanA},
		Parts: parts, Encap: Tunnel, Lifetime: Lifetime{3600, 4608000}}
}

func TestCodesOfAStaticMap(t *testing.T) {
	aes := Part{Proto: ESP, Cipher: AES, KeyBits: 128, Auth: SHA1}
	set := TransformSet{Name: "TS", Suite: Suite{Cipher: AES, KeyBits: 128, Auth: SHA1}}
	for _, c := range []struct {
		name   string
		entry  func(*Entry)
		query  func(*Query)
		want   Code
		caused event.Event
	}{
		{"fits", nil, nil, Accepted, nil},
		{"AES-128 named without a length", nil, func(q *Query) { q.Parts[0].KeyBits = 0 }, Accepted, nil},
		{"narrower identities", nil, func(q *Query) {
			q.LocalProxy = host(netip.MustParseAddr("10.2.2.9"), 6, 80)
			q.RemoteProxy = host(netip.MustParseAddr("10.1.1.9"), 6, 0)
		}, Accepted, nil},
		{"other local address", nil, func(q *Query) { q.Local = lnsAddr }, BadLocalAddress, InvalidLocalAddress{lnsAddr}},
		{"wider identities", nil, func(q *Query) { q.RemoteProxy.Prefix = netip.MustParsePrefix("10.0.0.0/8") }, NoMatchingMap, ProxiesUnsupported{}},
		{"denied identities", func(en *Entry) {
			en.ACL.Rules = append([]Rule{{Src: lanB, Dst: lanA}}, en.ACL.Rules...)
		}, nil, NoMatchingMap, ProxiesUnsupported{}},
		{"other peer", nil, func(q *Query) { q.Remote = pcAddr }, PeerNotInMap, PeerNotFound{pcAddr}},
		{"other cipher", nil, func(q *Query) { q.Parts[0].KeyBits = 256 }, BadTransform, TransformsUnsupported{Suite{Cipher: AES, KeyBits: 256, Auth: SHA1}}},
		{"unknown cipher", nil, func(q *Query) { q.Parts[0].Cipher = 7 }, BadTransform, TransformsUnsupported{}},
		{"transport mode", nil, func(q *Query) { q.Encap = Transport }, BadTransform, TransformsUnsupported{set.Suite}},
		{"AH besides", nil, func(q *Query) { q.Parts = append(q.Parts, Part{Proto: AH, Auth: SHA1}) }, BadTransform, TransformsUnsupported{Suite{AH: SHA1, Cipher: AES, KeyBits: 128, Auth: SHA1}}},
		{"PFS missing", func(en *Entry) { en.PFS = 2 }, nil, BadPFS, PFSUnsupported{2, 0}},
		{"PFS of another group", func(en *Entry) { en.PFS = 2 }, func(q *Query) { q.PFSGroup = 5 }, BadPFS, PFSUnsupported{2, 5}},
		{"PFS fits", func(en *Entry) { en.PFS = 5 }, func(q *Query) { q.PFSGroup = 5 }, Accepted, nil},
		{"PFS unasked", nil, func(q *Query) { q.PFSGroup = 14 }, Accepted, nil},
		{"incomplete: no peer", func(en *Entry) { en.Peers = nil }, nil, NoMatchingMap, ProxiesUnsupported{}},
		{"incomplete: no access-list", func(en *Entry) { en.ACL = nil }, nil, NoMatchingMap, ProxiesUnsupported{}},
		{"no transform-set of that name", func(en *Entry) { en.TransformSets = []string{"XX"} }, nil, NoMatchingMap, ProxiesUnsupported{}},
		{"UDP encapsulation", nil, func(q *Query) { q.Encap = UDPTunnel }, Accepted, nil},
	} {
		n := staticNode(set, c.entry)
		q := siteQuery(aes)
		if c.query != nil {
			c.query(&q)
		}
		if _, code := n.Validate(0, q); code != c.want {
			t.Errorf("%s: %v, want %v", c.name, code, c.want)
		}
		if last := n.rec.Events[len(n.rec.Events)-1]; c.caused != nil && last != c.caused {
			t.Errorf("%s: %#v, want %#v", c.name, last, c.caused)
		}
	}
}

// A later entry with the same access-list and the right peer is found.
func TestSecondEntryOfTheSameACL(t *testing.T) {
	set := TransformSet{Name: "TS", Suite: Suite{Cipher: AES, KeyBits: 128, Auth: SHA1}}
	c := siteConfig(siteB, pcAddr, lanB, lanA, set)
	second := c.Maps[0].Entries[0]
	second.Seq, second.Peers = 20, []netip.Addr{siteA}
	c.Maps[0].Entries = append(c.Maps[0].Entries, second)
	m, code := newNode(1, c).Validate(0, siteQuery(Part{Proto: ESP, Cipher: AES, KeyBits: 128, Auth: SHA1}))
	if code != Accepted || m.Seq != 20 {
		t.Fatalf("%v %+v", code, m)
	}
}

func TestSmallerLifetimeWins(t *testing.T) {
	set := TransformSet{Name: "TS", Suite: Suite{Cipher: AES, KeyBits: 128, Auth: SHA1}}
	for _, c := range []struct {
		offer, want Lifetime
		cut         bool
	}{
		{Lifetime{3600, 250000}, Lifetime{1800, 250000}, true},
		{Lifetime{900, 0}, Lifetime{900, 4608000}, false},
		{Lifetime{0, 0}, Lifetime{1800, 4608000}, false},
	} {
		n := staticNode(set, func(en *Entry) { en.Lifetime.Seconds = 1800 })
		q := siteQuery(Part{Proto: ESP, Cipher: AES, KeyBits: 128, Auth: SHA1})
		q.Lifetime = c.offer
		if m, _ := n.Validate(0, q); m.Lifetime != c.want || m.Shortened != c.cut {
			t.Errorf("offer %v: %v %v", c.offer, m.Lifetime, m.Shortened)
		}
	}
}

func dynamicConfig(set TransformSet, acl *ACL) Config {
	return Config{TransformSets: []TransformSet{set}, Interfaces: []Interface{{Name: "out", Map: "M", Addr: lnsAddr}},
		Maps:        []Map{{Name: "M", Entries: []Entry{{Seq: 65535, Kind: Dynamic, Dynamic: "D"}}}},
		DynamicMaps: []Map{{Name: "D", Entries: []Entry{{Seq: 10, TransformSets: []string{set.Name}, ACL: acl}}}}}
}

func TestDynamicMap(t *testing.T) {
	n := newNode(1, dynamicConfig(set3DESSHA, nil))
	if m, code := n.Validate(0, windowsQuery(windows[1])); code != Accepted || m.Seq != 65535 || m.Profile != "" {
		t.Fatalf("%v %+v", code, m)
	}
	if _, code := n.Validate(0, windowsQuery(windows[0])); code != NoMatchingMap {
		t.Fatalf("misfit without access-list: %v", code)
	}
	acl := &ACL{Rules: []Rule{{Permit: true, Proto: 17, Src: netip.PrefixFrom(lnsAddr, 32), Dst: netip.MustParsePrefix("0.0.0.0/0"), SrcPort: PortRange{1701, 1701}}}}
	n = newNode(1, dynamicConfig(set3DESSHA, acl))
	if _, code := n.Validate(0, windowsQuery(windows[0])); code != BadTransform {
		t.Fatalf("misfit with access-list: %v", code)
	}
	// Policy wants these packets protected, and a dynamic map cannot start.
	out := n.Outbound(0, "out", packet.From(l2tpPacket(lnsAddr, pcAddr, []byte("x"))))
	if out.Reason != DropNoSA || len(n.Drain()) != 0 {
		t.Fatalf("%v", out)
	}
	if out := n.Outbound(0, "out", packet.From(ipPacket(lnsAddr, pcAddr, 1, []byte("ping")))); out.Verdict != Pass {
		t.Fatalf("%v", out)
	}
}

func TestBehindNATTheIdentityIsPrivate(t *testing.T) {
	n := newNode(1, articleConfig(set3DESSHA, true))
	q := windowsQuery(windows[1])
	q.RemoteProxy = udp1701(netip.MustParseAddr("192.168.7.7"))
	if _, code := n.Validate(0, q); code != NoMatchingMap {
		t.Fatalf("without UDP encapsulation: %v", code)
	}
	q.Encap = UDPTransport
	if _, code := n.Validate(0, q); code != Accepted {
		t.Fatalf("with UDP encapsulation: %v", code)
	}
	off := articleConfig(set3DESSHA, true)
	off.NoNATT = true
	if _, code := newNode(1, off).Validate(0, q); code != NoMatchingMap {
		t.Fatalf("with nat-transparency off: %v", code)
	}
}

func TestClearTextIsDroppedWhereAnIdentityIs(t *testing.T) {
	n := newNode(2, articleConfig(set3DESSHA, true))
	clear := packet.From(l2tpPacket(pcAddr, lnsAddr, []byte("SCCRQ")))
	defer clear.Release()
	// Stage 0: before any SA, L2TP itself refuses; the packet passes here.
	if v := n.CheckClear(0, "FastEthernet0/0", clear); v != Pass {
		t.Fatalf("before any SA: %v", v)
	}
	e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{})
	e.b.rec.Events = nil
	for i := range 3 {
		if v := e.b.CheckClear(clockAt(i), "FastEthernet0/0", clear); v != Drop {
			t.Fatalf("with an SA: %v", v)
		}
	}
	if len(e.b.rec.Events) != 1 || e.b.rec.Events[0] != (ClearReceived{Src: pcAddr, Dst: lnsAddr, Proto: 17}) {
		t.Fatalf("%#v", e.b.rec.Events)
	}
	e.b.CheckClear(61*second, "FastEthernet0/0", clear)
	if len(e.b.rec.Events) != 2 || drops(e.b.Engine, DropClear) != 4 {
		t.Fatalf("a minute later: %#v", e.b.rec.Events)
	}
	if v := e.b.CheckClear(0, "FastEthernet0/1", clear); v != Pass {
		t.Fatalf("interface without a map: %v", v)
	}
	clear.Protected = true
	if v := e.b.CheckClear(0, "FastEthernet0/0", clear); v != Pass {
		t.Fatalf("decapsulated: %v", v)
	}
}

func TestClearTextOfAStaticMap(t *testing.T) {
	n := staticNode(TransformSet{Name: "TS", Suite: Suite{Cipher: DES, Auth: MD5}}, nil)
	for _, c := range []struct {
		src, dst string
		want     Verdict
	}{{"10.1.1.1", "10.2.2.1", Drop}, {"10.9.1.1", "10.2.2.1", Pass}, {"10.2.2.1", "10.1.1.1", Pass}} {
		b := packet.From(ipPacket(netip.MustParseAddr(c.src), netip.MustParseAddr(c.dst), 132, make([]byte, 8)))
		if v := n.CheckClear(0, "out", b); v != c.want {
			t.Errorf("%v: %v", c, v)
		}
		b.Release()
	}
}

func TestInnerPacketMustBelongToTheSA(t *testing.T) {
	e := siteEnds(t, Suite{Cipher: AES, KeyBits: 128, Auth: SHA1}, Tunnel, DFCopy)
	foreign := packet.From(ipPacket(netip.MustParseAddr("10.1.9.5"), netip.MustParseAddr("10.2.2.7"), 1, make([]byte, 8)))
	p := e.a.pairs[e.pairA]
	e.a.protect(p, foreign) // past the policy, as an attacker with keys would
	if r := e.b.Inbound(0, foreign); r.Reason != DropSelector {
		t.Fatalf("%v", r)
	}
	if st := e.b.Snapshot(0).Interfaces[0].Idents[0]; st.InvalidIdentityRecv != 1 || st.RecvErrors != 1 || st.Decaps != 0 {
		t.Fatalf("%+v", st)
	}
}

func TestHalfABundleIsRefused(t *testing.T) {
	e := l2tpEnds(t, Suite{AH: SHA1, Cipher: TripleDES, Auth: SHA1}, Transport, Lifetime{})
	p := e.a.pairs[e.pairA]
	whole := p.out
	for i, part := range [][]*sa{whole[1:], whole[:1]} {
		b := packet.From(l2tpPacket(pcAddr, lnsAddr, []byte("x")))
		p.out = part
		e.a.protect(p, b)
		if r := e.b.Inbound(0, b); r.Verdict != Drop {
			t.Fatalf("part %d: %v", i, r)
		}
	}
	if drops(e.b.Engine, DropBundle) != 2 {
		t.Fatal("not counted as incomplete bundles")
	}
}

func TestIKEAndESPNeedNoProtection(t *testing.T) {
	set := TransformSet{Name: "TS", Suite: Suite{Cipher: DES, Auth: MD5}}
	all := netip.MustParsePrefix("0.0.0.0/0")
	n := newNode(1, siteConfig(siteA, siteB, all, all, set))
	for _, p := range [][]byte{
		udpPacket(netip.AddrPortFrom(siteA, 500), netip.AddrPortFrom(siteB, 500), nil),
		udpPacket(netip.AddrPortFrom(siteA, 4500), netip.AddrPortFrom(siteB, 4500), nil),
		ipPacket(siteA, siteB, 50, make([]byte, 20)), ipPacket(siteA, siteB, 51, make([]byte, 24)),
	} {
		r := n.Outbound(0, "out", packet.From(p))
		if r.Verdict != Pass {
			t.Fatalf("%x: %v", p[:24], r)
		}
		r.Buf.Release()
	}
	if r := n.Outbound(0, "out", packet.From(ipPacket(siteA, siteB, 1, nil))); r.Verdict != Drop {
		t.Fatalf("ping: %v", r)
	}
}
