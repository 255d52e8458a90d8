package ipsec

import "testing"

func TestSnapshotOfACall(t *testing.T) {
	e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{3600, 250000})
	for range 3 {
		pass(t, 10*second, e.a, e.b, "eth", l2tpPacket(pcAddr, lnsAddr, make([]byte, 2000-28))).Release()
	}
	pass(t, 10*second, e.b, e.a, "FastEthernet0/0", l2tpPacket(lnsAddr, pcAddr, make([]byte, 100))).Release()
	s := e.b.Snapshot(56 * second)
	if len(s.Interfaces) != 1 || s.Interfaces[0].LocalAddr != lnsAddr || len(s.Interfaces[0].Idents) != 1 {
		t.Fatalf("%+v", s.Interfaces)
	}
	id := s.Interfaces[0].Idents[0]
	if id.Map != "vpn" || id.Kind != Profile || id.FromACL || id.Peer != pcAddr || id.PeerPort != 500 ||
		id.LocalProxy != udp1701(lnsAddr) || id.RemoteProxy != udp1701(pcAddr) ||
		id.Encaps != 1 || id.Encrypt != 1 || id.Digest != 1 || id.Decaps != 3 || id.Decrypt != 3 || id.Verify != 3 {
		t.Errorf("%+v", id)
	}
	in, out := id.Inbound[0], id.Outbound[0]
	// 6,000 bytes of 256,000,000 are gone: 249,994.1 kB are left, shown as a part of one more.
	if in.ConnID != 1 || in.KBRemaining != 249995 || in.SecRemaining != 3544 || in.IVBytes != 8 || !in.Replay || in.Window != 64 || in.LastSeq != 3 {
		t.Errorf("%+v", in)
	}
	if out.ConnID != 2 || out.SPI != id.OutboundSPI || out.KBRemaining != 250000 || out.Dst != pcAddr || !out.Enabled {
		t.Errorf("%+v", out)
	}
	if c := s.Connections; len(c) != 2 || c[0].Decrypt != 3 || c[0].LastSeqN != 3 || c[1].Encrypt != 1 || c[1].LastSeqN != 0 || c[0].Local != lnsAddr {
		t.Errorf("%+v", c)
	}
	if m := s.Maps[0]; !m.Complete[0] || m.Lifetimes[0] != (Lifetime{3600, 4608000}) || len(m.Interfaces) != 1 {
		t.Errorf("%+v", m)
	}
	e.b.ClearCounters()
	if id := e.b.Snapshot(56 * second).Interfaces[0].Idents[0]; id.Decaps != 0 || id.Inbound[0].KBRemaining != 249995 {
		t.Errorf("after clear: %+v", id)
	}
}
