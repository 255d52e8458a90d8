package ipsec

import (
	"bytes"
	"testing"

	"ioslab/runtime/packet"
)

// FuzzInbound gives arbitrary packets to a node that has every kind of SA.
// None may be accepted but those that its peers made, and none may keep a
// buffer.
func FuzzInbound(f *testing.F) {
	var nodes []*node
	made := map[string]bool{}
	for _, c := range []struct {
		suite Suite
		encap Encap
	}{
		{set3DESSHA.Suite, Transport}, {Suite{AH: SHA1}, Transport}, {Suite{Cipher: AES, KeyBits: 256, Auth: SHA256}, UDPTransport},
		{Suite{AH: MD5, Cipher: NullCipher, Auth: SHA1}, Tunnel},
	} {
		e := l2tpEnds(f, c.suite, c.encap, Lifetime{})
		wire := protectOne(f, 0, e.a, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("SCCRQ")))
		b := bytes.Clone(wire.Bytes())
		wire.Release()
		f.Add(b)
		made[sealed(b)] = true
		nodes = append(nodes, e.b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 4000 {
			return
		}
		for _, n := range nodes {
			n.CheckClear(0, "FastEthernet0/0", packet.From(b))
			before := packet.Live()
			r := n.Inbound(0, packet.From(b))
			if r.Verdict == Done {
				r.Buf.Release()
				if !made[sealed(b)] && b[0] == 0x45 && len(b) < 300 {
					t.Fatalf("forgery accepted: %x", b)
				}
			}
			if packet.Live() != before {
				t.Fatal("a buffer was kept")
			}
		}
	})
}

// sealed is the part of a packet that integrity covers: not the outer IP header's
// mutable fields, and not the UDP header around ESP, which a NAT rewrites (RFC 3948, 3.1).
func sealed(b []byte) string {
	header := 20
	if len(b) > 9 && b[9] == 17 {
		header += 8
	}
	return string(b[min(header, len(b)):])
}

// FuzzOutbound gives arbitrary packets to the policy; what comes out protected
// must come in again.
func FuzzOutbound(f *testing.F) {
	e := siteEnds(f, Suite{AH: SHA256, Cipher: AES, KeyBits: 128, Auth: SHA1}, Tunnel, DFClear)
	f.Add(ipPacket(addrOf(0x0a010105), addrOf(0x0a020207), 1, []byte("ping")))
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) > 4000 {
			return
		}
		r := e.a.Outbound(0, "out", packet.From(b))
		if r.Buf == nil {
			return
		}
		if r.Verdict == Done {
			r = e.b.Inbound(0, r.Buf)
			p, _ := parseIPv4(b)
			if r.Verdict != Done || !bytes.Equal(r.Buf.Bytes(), p) {
				t.Fatalf("%v %v of %x", r.Verdict, r.Reason, b)
			}
		}
		r.Buf.Release()
	})
}
