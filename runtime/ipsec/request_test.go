package ipsec

import (
	"errors"
	"net/netip"
	"testing"

	"ioslab/runtime/packet"
)

// windowsSets are the PC's offers in order.
func windowsSets() []TransformSet {
	var sets []TransformSet
	for _, parts := range windows {
		s, _ := SuiteOf(parts)
		sets = append(sets, TransformSet{Suite: s, Transport: true})
	}
	return sets
}

func TestFirstPacketAsksAndIsDropped(t *testing.T) {
	n := newNode(1, pcConfig(windowsSets()...))
	for range 3 {
		r := n.Outbound(0, "eth", packet.From(l2tpPacket(pcAddr, lnsAddr, []byte("SCCRQ"))))
		if r.Reason != DropNoSA {
			t.Fatalf("%v", r)
		}
	}
	req := outputs[RequestSA](n)
	if len(req) != 1 {
		t.Fatalf("%d requests", len(req))
	}
	r := req[0]
	if r.Local != pcAddr || r.Peer != lnsAddr || r.LocalProxy != udp1701(pcAddr) || r.RemoteProxy != udp1701(lnsAddr) ||
		r.Lifetime != (Lifetime{3600, 250000}) || r.PFS != 0 || r.Rekey || len(r.Proposals) != 5 {
		t.Fatalf("%+v", r)
	}
	for i, p := range r.Proposals {
		if s, _ := SuiteOf(windows[i]); p.Suite != s || p.Encap != Transport {
			t.Errorf("proposal %d: %+v", i, p)
		}
	}
	if got := names(n.rec.Events); got != "SARequested SARequested SARequested SARequested SARequested" {
		t.Fatal(got)
	}
}

func TestRequestTimer(t *testing.T) {
	n := newNode(1, pcConfig(windowsSets()[:1]...))
	ping := func(at int) { n.Outbound(clockAt(at), "eth", packet.From(l2tpPacket(pcAddr, lnsAddr, nil))) }
	ping(0)
	first := outputs[RequestSA](n)[0]
	n.rec.Events = nil
	n.Tick(30 * second)
	again := outputs[RequestSA](n)
	if len(again) != 1 || again[0].ID != first.ID || names(n.rec.Events) != "RequestTimedOut SARequested" {
		t.Fatalf("%+v %s", again, names(n.rec.Events))
	}
	n.Tick(60 * second)
	if len(outputs[RequestSA](n)) != 0 {
		t.Fatal("asked a third time")
	}
	assertEmpty(t, n)
	ping(61)
	if r := outputs[RequestSA](n); len(r) != 1 || r[0].ID == first.ID {
		t.Fatalf("%+v", r)
	}
}

func TestNextPeerAfterFailure(t *testing.T) {
	second := netip.MustParseAddr("2.2.2.3")
	cfg := pcConfig(windowsSets()[:1]...)
	cfg.Maps[0].Entries[0].Peers = append(cfg.Maps[0].Entries[0].Peers, second)
	n := newNode(1, cfg)
	n.Outbound(0, "eth", packet.From(l2tpPacket(pcAddr, lnsAddr, nil)))
	req := outputs[RequestSA](n)[0]
	n.RequestFailed(0, req.ID)
	next := outputs[RequestSA](n)
	if len(next) != 1 || next[0].Peer != second {
		t.Fatalf("%+v", next)
	}
	if c := n.Snapshot(0).Maps[0].Current[0]; c != second {
		t.Fatalf("current peer %v", c)
	}
	n.RequestFailed(0, req.ID)
	n.RequestFailed(0, req.ID)
	if len(outputs[RequestSA](n)) != 0 {
		t.Fatal("asked in a circle")
	}
	assertEmpty(t, n)
}

func TestHeldPacketsComeWithTheSA(t *testing.T) {
	cfg := pcConfig(set3DESSHA)
	cfg.Hold = 2
	n := newNode(1, cfg)
	plain := l2tpPacket(pcAddr, lnsAddr, []byte("SCCRQ"))
	for i, want := range []Verdict{Held, Held, Drop} {
		if r := n.Outbound(0, "eth", packet.From(plain)); r.Verdict != want {
			t.Fatalf("packet %d: %v", i, r)
		}
	}
	req := outputs[RequestSA](n)[0]
	lns := newNode(2, articleConfig(set3DESSHA, true))
	negotiate(t, 0, n, lns, set3DESSHA.Suite, Transport, Lifetime{}, udp1701(pcAddr), udp1701(lnsAddr), pcAddr, lnsAddr, req.ID)
	rel := outputs[Released](n)
	if len(rel) != 2 || rel[0].Iface != "eth" {
		t.Fatalf("%+v", rel)
	}
	for _, r := range rel {
		in := lns.Inbound(0, r.Buf)
		if in.Verdict != Done {
			t.Fatalf("%v", in.Reason)
		}
		in.Buf.Release()
	}
	if len(n.requests) != 0 {
		t.Fatal("request left")
	}
}

func TestHeldPacketsAreGivenBackOnFailure(t *testing.T) {
	cfg := pcConfig(set3DESSHA)
	cfg.Hold = 1
	n := newNode(1, cfg)
	before := packet.Live()
	n.Outbound(0, "eth", packet.From(l2tpPacket(pcAddr, lnsAddr, nil)))
	n.RequestFailed(0, outputs[RequestSA](n)[0].ID)
	if packet.Live() != before || drops(n.Engine, DropNoSA) != 1 {
		t.Fatalf("%d buffers out, drops %v", packet.Live()-before, n.Counters())
	}
}

func TestTransportFallsBackToTunnelForOthers(t *testing.T) {
	set := TransformSet{Name: "TS", Suite: Suite{Cipher: AES, KeyBits: 128, Auth: SHA1}, Transport: true}
	n := newNode(1, siteConfig(siteA, siteB, lanA, lanB, set))
	n.Outbound(0, "out", packet.From(ipPacket(netip.MustParseAddr("10.1.1.1"), netip.MustParseAddr("10.2.2.2"), 1, nil)))
	req := outputs[RequestSA](n)
	if len(req) != 1 || req[0].Proposals[0].Encap != Tunnel {
		t.Fatalf("%+v", req)
	}
	b := newNode(2, siteConfig(siteB, siteA, lanB, lanA, set))
	if _, code := b.Validate(0, siteQuery(Part{Proto: ESP, Cipher: AES, KeyBits: 128, Auth: SHA1})); code != Accepted {
		t.Fatalf("%v", code)
	}
}

func TestPerHost(t *testing.T) {
	set := TransformSet{Name: "TS", Suite: Suite{Cipher: AES, KeyBits: 128, Auth: SHA1}}
	cfg := siteConfig(siteA, siteB, lanA, lanB, set)
	cfg.Maps[0].Entries[0].PerHost = true
	n := newNode(1, cfg)
	src, dst := netip.MustParseAddr("10.1.1.1"), netip.MustParseAddr("10.2.2.2")
	n.Outbound(0, "out", packet.From(ipPacket(src, dst, 1, nil)))
	req := outputs[RequestSA](n)
	if len(req) != 1 || req[0].LocalProxy.Prefix != netip.PrefixFrom(src, 32) || req[0].RemoteProxy.Prefix != netip.PrefixFrom(dst, 32) {
		t.Fatalf("%+v", req)
	}
	n.RequestFailed(0, req[0].ID)
	assertEmpty(t, n)
}

var lacSocket = Socket{Profile: "CCIE", Proto: 17, Local: netip.AddrPortFrom(lnsAddr, 1701), Remote: netip.AddrPortFrom(pcAddr, 1701)}

func TestSocketAsksAndTellsAndKeepsTheFlowOffTheClear(t *testing.T) {
	n := newNode(1, articleConfig(set3DESSHA, true))
	if err := n.OpenSocket(0, Socket{Profile: "XX", Local: lacSocket.Local}); !errors.Is(err, ErrNoProfile) {
		t.Fatalf("%v", err)
	}
	if err := n.OpenSocket(0, lacSocket); err != nil {
		t.Fatal(err)
	}
	req := outputs[RequestSA](n)
	if len(req) != 1 || req[0].Profile != "CCIE" || req[0].Peer != pcAddr || req[0].Proposals[0].Encap != Transport {
		t.Fatalf("%+v", req)
	}
	if r := n.Outbound(0, "FastEthernet0/0", packet.From(l2tpPacket(lnsAddr, pcAddr, nil))); r.Reason != DropNoSA {
		t.Fatalf("%v", r)
	}
	peer := newNode(2, pcConfig(set3DESSHA))
	negotiate(t, 0, n, peer, set3DESSHA.Suite, Transport, Lifetime{3600, 0}, udp1701(lnsAddr), udp1701(pcAddr), lnsAddr, pcAddr, req[0].ID)
	if up := outputs[SocketUp](n); len(up) != 1 || up[0].Socket != lacSocket {
		t.Fatalf("%+v", up)
	}
	n.DeleteAll(0, DeletedByUser)
	if down := outputs[SocketDown](n); len(down) != 1 || down[0].Failed {
		t.Fatalf("%+v", down)
	}
	if r := n.Outbound(0, "FastEthernet0/0", packet.From(l2tpPacket(lnsAddr, pcAddr, nil))); r.Reason != DropNoSA {
		t.Fatalf("after the SA: %v", r)
	}
	n.CloseSocket(0, lacSocket, false)
	if r := n.Outbound(0, "FastEthernet0/0", packet.From(l2tpPacket(lnsAddr, pcAddr, nil))); r.Verdict != Pass {
		t.Fatalf("after the socket: %v", r)
	}
	assertEmpty(t, n)
}

func TestSocketTakesThePeersSA(t *testing.T) {
	for _, keep := range []bool{false, true} {
		e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{3600, 0})
		e.b.Drain()
		if err := e.b.OpenSocket(0, lacSocket); err != nil {
			t.Fatal(err)
		}
		if up := outputs[SocketUp](e.b); len(up) != 1 {
			t.Fatalf("%+v", up)
		}
		e.b.CloseSocket(0, lacSocket, keep)
		if got := len(e.b.pairs); (got == 1) != keep {
			t.Fatalf("keep %v: %d pairs", keep, got)
		}
		e.b.Tick(3600 * second)
		assertEmpty(t, e.b)
	}
}

func TestConfigurationChanges(t *testing.T) {
	same := articleConfig(set3DESSHA, true)
	for name, c := range map[string]struct {
		cfg  Config
		left int
	}{
		"same":               {same, 1},
		"transform-set":      {articleConfig(set3DESMD5, true), 1},
		"local-address gone": {articleConfig(set3DESSHA, false), 0},
		"map off interface":  {Config{TransformSets: same.TransformSets, Maps: same.Maps}, 0},
		"nothing":            {Config{}, 0},
	} {
		e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{3600, 0})
		e.b.Drain()
		e.b.Configure(0, c.cfg)
		if len(e.b.pairs) != c.left {
			t.Errorf("%s: %d pairs", name, len(e.b.pairs))
		}
		if d := outputs[SendDelete](e.b); len(d) != 1-c.left {
			t.Errorf("%s: %+v", name, d)
		}
		if c.left == 1 {
			pass(t, 0, e.a, e.b, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("x"))).Release()
			pass(t, 0, e.b, e.a, "FastEthernet0/0", l2tpPacket(lnsAddr, pcAddr, []byte("x"))).Release()
		} else {
			assertEmpty(t, e.b)
		}
	}
}

func TestACLLineGoesWithItsSA(t *testing.T) {
	e := siteEnds(t, Suite{Cipher: AES, KeyBits: 128, Auth: SHA1}, Tunnel, DFCopy)
	cfg := siteConfig(siteA, siteB, netip.MustParsePrefix("10.7.0.0/16"), lanB, TransformSet{Name: "TS", Suite: Suite{Cipher: AES, KeyBits: 128, Auth: SHA1}})
	e.a.Configure(0, cfg)
	if len(e.a.pairs) != 0 {
		t.Fatal("SA of a line that is gone")
	}
	ids := e.a.Snapshot(0).Interfaces[0].Idents
	if len(ids) != 1 || ids[0].LocalProxy.Prefix.String() != "10.7.0.0/16" || !ids[0].FromACL {
		t.Fatalf("%+v", ids)
	}
}

func TestReverseRoute(t *testing.T) {
	cfg := dynamicConfig(set3DESSHA, nil)
	cfg.DynamicMaps[0].Entries[0].ReverseRoute = true
	set := set3DESSHA
	e := negotiate(t, 0, newNode(1, pcConfig(set)), newNode(2, cfg), set.Suite, Transport, Lifetime{3600, 0}, udp1701(pcAddr), udp1701(lnsAddr), pcAddr, lnsAddr, 0)
	e.b.DeleteAll(0, DeletedByUser)
	r := outputs[RouteWanted](e.b)
	if len(r) != 2 || r[0].Withdraw || !r[1].Withdraw || r[0].Prefix != netip.PrefixFrom(pcAddr, 32) || r[0].Via != pcAddr {
		t.Fatalf("%+v", r)
	}
}

func TestTooBigWithDF(t *testing.T) {
	e := siteEnds(t, Suite{Cipher: AES, KeyBits: 128, Auth: SHA1}, Tunnel, DFCopy)
	for _, df := range []bool{true, false} {
		plain := ipPacket(netip.MustParseAddr("10.1.1.5"), netip.MustParseAddr("10.2.2.7"), 1, make([]byte, 1460))
		if df {
			plain[6] = 0x40
			setChecksum(plain)
		}
		r := e.a.Outbound(0, "out", packet.From(plain))
		if !df {
			if r.Verdict != Done || r.Buf.Len() <= 1500 {
				t.Fatalf("%v", r)
			}
			continue
		}
		// 1500 - 20 IP - 8 ESP - 16 IV - 12 ICV = 1444, 1440 in blocks, less the trailer: 1438.
		if r.Reason != DropTooBig || r.MTU != 1438 {
			t.Fatalf("%v", r)
		}
	}
}
