package ipsec

import (
	"bytes"
	"encoding/binary"
	"net/netip"
	"testing"

	"ioslab/runtime/packet"
)

var (
	privateA = netip.MustParseAddr("192.168.7.7")
	privateB = netip.MustParseAddr("192.168.7.8")
	natOut   = netip.MustParseAddr("198.51.100.9")
)

// behindNAT installs an SA for a client with a private address behind natOut,
// on the LNS only, and returns the client's side of it as an engine of its own
// whose packets the test rewrites as a NAT box does.
func behindNAT(t *testing.T, lns *node, private netip.Addr, outside uint16, natOA bool) (client *node, pair uint64) {
	t.Helper()
	suite := set3DESSHA.Suite
	cfg := pcConfig(set3DESSHA)
	cfg.Interfaces[0].Addr = private
	cfg.Maps[0].Entries[0].ACL.Rules[0].Src = netip.PrefixFrom(private, 32)
	client = newNode(uint64(outside), cfg)
	spiC, _ := client.AllocateSPIs(0, private, lnsAddr, []Proto{ESP})
	spiL, _ := lns.AllocateSPIs(0, lnsAddr, natOut, []Proto{ESP})
	up, down := Keys{make([]byte, 24), make([]byte, 20)}, Keys{make([]byte, 24), make([]byte, 20)}
	seeded(uint64(outside)).Read(up.Cipher)
	part := Part{Proto: ESP, Cipher: suite.Cipher, Auth: suite.Auth}
	ic := Install{Local: private, Remote: lnsAddr, LocalPort: 4500, RemotePort: 4500, LocalProxy: udp1701(private), RemoteProxy: udp1701(lnsAddr),
		Encap: UDPTransport, Initiator: true, Parts: []KeyedPart{{Part: part, InSPI: spiC[0], OutSPI: spiL[0], In: down, Out: up}}}
	il := Install{Local: lnsAddr, Remote: natOut, LocalPort: 4500, RemotePort: outside, LocalProxy: udp1701(lnsAddr), RemoteProxy: udp1701(private),
		Encap: UDPTransport, Parts: []KeyedPart{{Part: part, InSPI: spiL[0], OutSPI: spiC[0], In: up, Out: down}}}
	if natOA {
		il.OriginalRemote, il.OriginalLocal = private, lnsAddr
	}
	if _, err := client.Install(0, ic); err != nil {
		t.Fatal(err)
	}
	r, err := lns.Install(0, il)
	if err != nil {
		t.Fatal(err)
	}
	lns.EnableOutbound(0, r.Pair)
	return client, r.Pair
}

// nat rewrites the outer source of a wire packet.
func nat(b []byte, src netip.Addr, port uint16) {
	a := src.As4()
	copy(b[12:], a[:])
	binary.BigEndian.PutUint16(b[20:], port)
	setChecksum(b)
}

func udpSumRight(b []byte) bool {
	seg := b[20:]
	return sum16(uint32(sum16(0, b[12:20]))+17+uint32(len(seg)), seg) == 0xffff
}

func demuxConfig() Config {
	c := dynamicConfig(set3DESSHA, nil)
	c.DynamicMaps[0].Entries[0].NATDemux = true
	return c
}

// RFC 3948, 3.1.2: the inner checksum is mended, or switched off.
func TestChecksumAcrossANAT(t *testing.T) {
	for _, natOA := range []bool{true, false} {
		lns := newNode(2, articleConfig(set3DESSHA, true))
		pc, _ := behindNAT(t, lns, privateA, 61001, natOA)
		wire := protectOne(t, 0, pc, "eth", l2tpPacket(privateA, lnsAddr, []byte("SCCRQ")))
		nat(wire.Bytes(), natOut, 61001)
		r := lns.Inbound(0, wire)
		if r.Verdict != Done {
			t.Fatalf("%v", r.Reason)
		}
		b := r.Buf.Bytes()
		if ipv4(b).src() != natOut || !bytes.Equal(b[28:], []byte("SCCRQ")) || sum16(0, b[:20]) != 0xffff {
			t.Fatalf("%x", b)
		}
		if off := binary.BigEndian.Uint16(b[26:]) == 0; off == natOA || !off && !udpSumRight(b) {
			t.Fatalf("NAT-OA %v: checksum of %x", natOA, b)
		}
		// The answer goes to the NAT's port.
		out := protectOne(t, 0, lns, "FastEthernet0/0", l2tpPacket(lnsAddr, natOut, []byte("SCCRP")))
		if w := out.Bytes(); ipv4(w).dst() != natOut || binary.BigEndian.Uint16(w[20:]) != 4500 || binary.BigEndian.Uint16(w[22:]) != 61001 || binary.BigEndian.Uint16(w[26:]) != 0 {
			t.Fatalf("%x", w[:40])
		}
	}
}

func TestTCPChecksumIsComputedAnew(t *testing.T) {
	tcp := make([]byte, 33)
	binary.BigEndian.PutUint16(tcp, 80)
	tcp[12] = 0x50
	binary.BigEndian.PutUint16(tcp[16:], 0x1234)
	b := ipPacket(natOut, lnsAddr, 6, tcp)
	(&pair{}).mendChecksum(b)
	seg := b[20:]
	if sum16(uint32(sum16(0, b[12:20]))+6+uint32(len(seg)), seg) != 0xffff {
		t.Fatalf("%x", b)
	}
}

func TestPeerMovesToAnotherPort(t *testing.T) {
	lns := newNode(2, articleConfig(set3DESSHA, true))
	pc, _ := behindNAT(t, lns, privateA, 61001, true)
	lns.Drain()
	wire := protectOne(t, 0, pc, "eth", l2tpPacket(privateA, lnsAddr, []byte("x")))
	nat(wire.Bytes(), natOut, 62002)
	lns.Inbound(0, wire)
	moved := outputs[PeerMoved](lns)
	if len(moved) != 1 || moved[0].From.Port() != 61001 || moved[0].To.Port() != 62002 {
		t.Fatalf("%+v", moved)
	}
	out := protectOne(t, 0, lns, "FastEthernet0/0", l2tpPacket(lnsAddr, natOut, []byte("y")))
	if p := binary.BigEndian.Uint16(out.Bytes()[22:]); p != 62002 {
		t.Fatalf("port %d", p)
	}
	if st := lns.Snapshot(0).Interfaces[0].Idents[0]; st.PeerPort != 62002 {
		t.Fatalf("%+v", st)
	}
}

func TestTwoClientsBehindOneNAT(t *testing.T) {
	for _, demux := range []bool{true, false} {
		cfg := demuxConfig()
		cfg.DynamicMaps[0].Entries[0].NATDemux = demux
		lns := newNode(2, cfg)
		one, _ := behindNAT(t, lns, privateA, 61001, true)
		two, _ := behindNAT(t, lns, privateB, 61002, true)
		ports := map[uint16]bool{}
		for i, c := range []*node{one, two} {
			private := []netip.Addr{privateA, privateB}[i]
			outside := uint16(61001 + i)
			wire := protectOne(t, 0, c, "eth", l2tpPacket(private, lnsAddr, []byte("hello")))
			nat(wire.Bytes(), natOut, outside)
			r := lns.Inbound(0, wire)
			if r.Verdict != Done || !udpSumRight(r.Buf.Bytes()) {
				t.Fatalf("client %d: %v %x", i, r.Reason, r.Buf.Bytes())
			}
			port := binary.BigEndian.Uint16(r.Buf.Bytes()[20:])
			ports[port] = true
			// The answer to that port goes to that client, with the true port inside.
			out := protectOne(t, 0, lns, "out", udpPacket(netip.AddrPortFrom(lnsAddr, 1701), netip.AddrPortFrom(natOut, port), []byte("answer")))
			to := binary.BigEndian.Uint16(out.Bytes()[22:])
			if demux && to != outside {
				t.Errorf("client %d: answer goes to port %d", i, to)
			}
			if !demux && to != 61002 {
				t.Errorf("without demux the newest gets all: port %d", to)
			}
			if !demux {
				continue
			}
			dst := private.As4()
			copy(out.Bytes()[16:], dst[:])
			binary.BigEndian.PutUint16(out.Bytes()[22:], 4500)
			setChecksum(out.Bytes())
			in := c.Inbound(0, out)
			if in.Verdict != Done || binary.BigEndian.Uint16(in.Buf.Bytes()[22:]) != 1701 || string(in.Buf.Bytes()[28:]) != "answer" {
				t.Fatalf("client %d: %v", i, in)
			}
		}
		if demux != (len(ports) == 2) {
			t.Errorf("demux %v: ports %v", demux, ports)
		}
	}
}

func TestOnePeerBehindANATCanBeDeleted(t *testing.T) {
	lns := newNode(2, demuxConfig())
	behindNAT(t, lns, privateA, 61001, true)
	_, two := behindNAT(t, lns, privateB, 61002, true)
	if n := lns.DeletePeerPort(0, netip.AddrPortFrom(natOut, 61001), DeletedWithIKE); n != 1 || lns.pairs[two] == nil {
		t.Fatalf("%d pairs went", n)
	}
}

func TestInboundUDPIsTheSamePath(t *testing.T) {
	e := l2tpEnds(t, set3DESSHA.Suite, UDPTransport, Lifetime{})
	plain := l2tpPacket(pcAddr, lnsAddr, []byte("payload"))
	wire := protectOne(t, 0, e.a, "eth", plain)
	wire.TrimFront(28)
	r := e.b.InboundUDP(0, netip.AddrPortFrom(lnsAddr, 4500), netip.AddrPortFrom(pcAddr, 4500), wire)
	if r.Verdict != Done || !bytes.Equal(r.Buf.Bytes()[20:], plain[20:]) || !r.Buf.NATT {
		t.Fatalf("%v", r)
	}
	for _, c := range []struct {
		data []byte
		want DropReason
	}{{[]byte{0xff}, DropKeepalive}, {[]byte{0xfe}, DropMalformed}, {nil, DropMalformed}, {make([]byte, 100), DropInvalidSPI}} {
		r := e.b.InboundUDP(0, netip.AddrPortFrom(lnsAddr, 4500), netip.AddrPortFrom(pcAddr, 4500), packet.From(c.data))
		if r.Reason != c.want {
			t.Errorf("%x: %v", c.data, r.Reason)
		}
	}
}

func TestEncapsulationMustBeTheSAs(t *testing.T) {
	e := l2tpEnds(t, set3DESSHA.Suite, UDPTransport, Lifetime{})
	wire := protectOne(t, 0, e.a, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("x")))
	b := append(bytes.Clone(wire.Bytes()[:20]), wire.Bytes()[28:]...)
	finish(b, 50)
	if r := e.b.Inbound(0, packet.From(b)); r.Reason != DropWrongProto {
		t.Fatalf("%v", r)
	}
}
