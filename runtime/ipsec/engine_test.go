package ipsec

import (
	"bytes"
	"encoding/binary"
	"math/rand/v2"
	"net/netip"
	"os"
	"testing"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
)

func TestMain(m *testing.M) {
	packet.Scribble = true
	os.Exit(m.Run())
}

var (
	pcAddr  = netip.MustParseAddr("12.1.1.1")
	lnsAddr = netip.MustParseAddr("2.2.2.2")
	fa0Addr = netip.MustParseAddr("12.1.1.2")
)

const second = clock.Instant(1e9)

func udp1701(a netip.Addr) Selector { return host(a, 17, 1701) }

// seeded returns a reader whose bytes follow from the seed.
func seeded(seed uint64) *rand.ChaCha8 {
	var key [32]byte
	binary.BigEndian.PutUint64(key[:], seed)
	return rand.NewChaCha8(key)
}

var (
	set3DESMD5 = TransformSet{Name: "CCNP", Suite: Suite{Cipher: TripleDES, Auth: MD5}, Transport: true}
	set3DESSHA = TransformSet{Name: "CCNP", Suite: Suite{Cipher: TripleDES, Auth: SHA1}, Transport: true}
)

// articleConfig is R2LNS's crypto part; local tells `local-address Loopback0`.
func articleConfig(set TransformSet, local bool) Config {
	m := Map{Name: "vpn", Entries: []Entry{{Seq: 10, Kind: Profile, Profile: "CCIE", TransformSets: []string{"CCNP"}}}}
	if local {
		m.LocalInterface, m.LocalAddress = "Loopback0", lnsAddr
	}
	return Config{TransformSets: []TransformSet{set}, Maps: []Map{m},
		Interfaces: []Interface{{Name: "FastEthernet0/0", Map: "vpn", Addr: fa0Addr, MTU: 1500}}}
}

// pcConfig protects L2TP to the LNS with the given sets, in order.
func pcConfig(sets ...TransformSet) Config {
	var names []string
	for i := range sets {
		sets[i].Name = string(rune('a' + i))
		names = append(names, sets[i].Name)
	}
	acl := &ACL{Name: "l2tp", Rules: []Rule{{Permit: true, Proto: 17, Src: netip.PrefixFrom(pcAddr, 32), Dst: netip.PrefixFrom(lnsAddr, 32),
		SrcPort: PortRange{1701, 1701}, DstPort: PortRange{1701, 1701}}}}
	return Config{TransformSets: sets, Interfaces: []Interface{{Name: "eth", Map: "l2tp", Addr: pcAddr, MTU: 1500}},
		Maps: []Map{{Name: "l2tp", Entries: []Entry{{Seq: 1, ACL: acl, Peers: []netip.Addr{lnsAddr}, TransformSets: names,
			Lifetime: Lifetime{3600, 250000}}}}}}
}

// node is an engine under test with what it told.
type node struct {
	*Engine
	rec *event.Recorder
}

func newNode(seed uint64, cfg Config) *node {
	rec := &event.Recorder{}
	n := &node{New(seeded(seed), rec), rec}
	n.Configure(0, cfg)
	return n
}

// ends are two nodes with one negotiated pair between them, as IKE would leave
// it: a is the initiator.
type ends struct {
	a, b         *node
	pairA, pairB uint64
}

// negotiate plays IKE between the nodes for one set of parameters. iface names
// are irrelevant: the flow is pc 1701 ↔ lns 1701 unless selectors are given.
func negotiate(t testing.TB, now clock.Instant, a, b *node, suite Suite, encap Encap, life Lifetime, selA, selB Selector, addrA, addrB netip.Addr, request uint64) *ends {
	t.Helper()
	protos := []Proto{}
	for _, p := range suite.Parts() {
		protos = append(protos, p.Proto)
	}
	spiA, err := a.AllocateSPIs(now, addrA, addrB, protos)
	if err != nil {
		t.Fatal(err)
	}
	spiB, err := b.AllocateSPIs(now, addrB, addrA, protos)
	if err != nil {
		t.Fatal(err)
	}
	ia := Install{Request: request, Local: addrA, Remote: addrB, LocalProxy: selA, RemoteProxy: selB, Encap: encap, Lifetime: life, Initiator: true}
	ib := Install{Local: addrB, Remote: addrA, LocalProxy: selB, RemoteProxy: selA, Encap: encap, Lifetime: life}
	if encap.UDP() {
		ia.LocalPort, ia.RemotePort, ib.LocalPort, ib.RemotePort = 4500, 4500, 4500, 4500
		ia.OriginalLocal, ia.OriginalRemote, ib.OriginalLocal, ib.OriginalRemote = addrA, addrB, addrB, addrA
	}
	keys := seeded(uint64(spiA[0]))
	for i, p := range suite.Parts() {
		ck, ak := p.KeyMaterial()
		draw := func() Keys {
			k := Keys{make([]byte, ck), make([]byte, ak)}
			keys.Read(k.Cipher)
			keys.Read(k.Auth)
			return k
		}
		ab, ba := draw(), draw()
		ia.Parts = append(ia.Parts, KeyedPart{Part: p, InSPI: spiA[i], OutSPI: spiB[i], In: ba, Out: ab})
		ib.Parts = append(ib.Parts, KeyedPart{Part: p, InSPI: spiB[i], OutSPI: spiA[i], In: ab, Out: ba})
	}
	rb, err := b.Install(now, ib)
	if err != nil {
		t.Fatal(err)
	}
	ra, err := a.Install(now, ia)
	if err != nil {
		t.Fatal(err)
	}
	b.EnableOutbound(now, rb.Pair)
	return &ends{a, b, ra.Pair, rb.Pair}
}

// l2tpEnds are a PC and the article's LNS with an SA for L2TP.
func l2tpEnds(t testing.TB, suite Suite, encap Encap, life Lifetime) *ends {
	t.Helper()
	set := TransformSet{Name: "CCNP", Suite: suite, Transport: !encap.Tunnel()}
	return negotiate(t, 0, newNode(1, pcConfig(set)), newNode(2, articleConfig(set, true)), suite, encap, life,
		udp1701(pcAddr), udp1701(lnsAddr), pcAddr, lnsAddr, 0)
}

// ipPacket makes an IPv4 packet; tests compare whole packets, so that every
// byte of the header counts.
func ipPacket(src, dst netip.Addr, proto uint8, payload []byte) []byte {
	b := make([]byte, 20, 20+len(payload))
	b[0], b[1], b[8] = 0x45, 0x10, 64
	b[4], b[5] = 0x77, 0x01
	s, d := src.As4(), dst.As4()
	copy(b[12:], s[:])
	copy(b[16:], d[:])
	b = append(b, payload...)
	finish(b, proto)
	return b
}

// udpPacket is ipPacket with a UDP header and a right checksum.
func udpPacket(src, dst netip.AddrPort, data []byte) []byte {
	u := make([]byte, 8, 8+len(data))
	binary.BigEndian.PutUint16(u, src.Port())
	binary.BigEndian.PutUint16(u[2:], dst.Port())
	binary.BigEndian.PutUint16(u[4:], uint16(8+len(data)))
	u = append(u, data...)
	b := ipPacket(src.Addr(), dst.Addr(), 17, u)
	seg := b[20:]
	putUDPSum(seg, ^sum16(uint32(sum16(0, b[12:20]))+17+uint32(len(seg)), seg))
	return b
}

func l2tpPacket(from, to netip.Addr, data []byte) []byte {
	return udpPacket(netip.AddrPortFrom(from, 1701), netip.AddrPortFrom(to, 1701), data)
}

// pass sends a plain packet through from's Outbound and to's Inbound, and
// expects it to come out the same but for what a tunnel may change.
func pass(t testing.TB, now clock.Instant, from, to *node, iface string, plain []byte) *packet.Buffer {
	t.Helper()
	wire := protectOne(t, now, from, iface, plain)
	in := to.Inbound(now, wire)
	if in.Verdict != Done {
		t.Fatalf("inbound %v: %v", in.Verdict, in.Reason)
	}
	if !bytes.Equal(in.Buf.Bytes(), plain) {
		t.Fatalf("came out %x\nwent in  %x", in.Buf.Bytes(), plain)
	}
	return in.Buf
}

func protectOne(t testing.TB, now clock.Instant, from *node, iface string, plain []byte) *packet.Buffer {
	t.Helper()
	out := from.Outbound(now, iface, packet.From(plain))
	if out.Verdict != Done {
		t.Fatalf("outbound %v: %v", out.Verdict, out.Reason)
	}
	return out.Buf
}

func drops(e *Engine, r DropReason) uint64 {
	for _, c := range e.Counters() {
		if c.Reason == r {
			return c.Count
		}
	}
	return 0
}

// outputs drains an engine and returns the outputs of one type.
func outputs[T Output](n *node) []T {
	var list []T
	for _, o := range n.Drain() {
		if v, ok := o.(T); ok {
			list = append(list, v)
		}
	}
	return list
}

func clockAt(seconds int) clock.Instant { return clock.Instant(seconds) * second }
