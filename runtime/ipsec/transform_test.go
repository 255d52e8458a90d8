package ipsec

import (
	"bytes"
	"fmt"
	"net/netip"
	"testing"

	"ioslab/runtime/packet"
)

var ciphers = []struct {
	c    Cipher
	bits uint16
}{{NullCipher, 0}, {DES, 0}, {TripleDES, 0}, {AES, 128}, {AES, 192}, {AES, 256}}

// allSuites lists every suite the engine can do: ESP alone, AH alone, both.
func allSuites() []Suite {
	auths := []Auth{NoAuth, MD5, SHA1, SHA256, SHA384, SHA512}
	var list []Suite
	for _, a := range auths[1:] {
		list = append(list, Suite{AH: a})
	}
	for _, c := range ciphers {
		for _, a := range auths {
			if s, ok := SuiteOf([]Part{{Proto: ESP, Cipher: c.c, KeyBits: c.bits, Auth: a}}); ok {
				list = append(list, s, Suite{AH: SHA1, Cipher: s.Cipher, KeyBits: s.KeyBits, Auth: s.Auth})
			}
		}
	}
	return list
}

func (s Suite) testName() string {
	return fmt.Sprintf("ah=%v/%v%d/%v", s.AH, s.Cipher, s.KeyBits, s.Auth)
}

func TestEverySuiteAndSizeComesBack(t *testing.T) {
	data := make([]byte, 1500)
	seeded(9).Read(data)
	for _, suite := range allSuites() {
		for _, encap := range []Encap{Transport, Tunnel, UDPTransport, UDPTunnel} {
			if encap.UDP() && suite.AH != NoAuth {
				continue
			}
			t.Run(fmt.Sprintf("%s/%v", suite.testName(), encap), func(t *testing.T) {
				e := l2tpEnds(t, suite, encap, Lifetime{})
				for n := 0; n <= 1500; n++ {
					if n > 80 && n < 1400 && n%97 != 0 && !testing.Short() {
						continue
					}
					pass(t, 0, e.a, e.b, "eth", l2tpPacket(pcAddr, lnsAddr, data[:n])).Release()
					pass(t, 0, e.b, e.a, "FastEthernet0/0", l2tpPacket(lnsAddr, pcAddr, data[:n])).Release()
				}
			})
		}
	}
}

// Each byte of a protected packet is covered by the ICV, but for what AH and
// the outer header of ESP leave out.
func TestNoFlippedBitIsAccepted(t *testing.T) {
	for _, suite := range []Suite{{Cipher: TripleDES, Auth: SHA1}, {Cipher: AES, KeyBits: 256, Auth: SHA512}, {AH: SHA1}, {AH: MD5, Cipher: NullCipher, Auth: SHA1}} {
		for _, encap := range []Encap{Transport, Tunnel} {
			t.Run(fmt.Sprintf("%s/%v", suite.testName(), encap), func(t *testing.T) {
				e := l2tpEnds(t, suite, encap, Lifetime{})
				wire := protectOne(t, 0, e.a, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("some control message")))
				good := bytes.Clone(wire.Bytes())
				wire.Release()
				for i := 20; i < len(good); i++ {
					for bit := range 8 {
						bad := bytes.Clone(good)
						bad[i] ^= 1 << bit
						if r := e.b.Inbound(0, packet.From(bad)); r.Verdict != Drop {
							t.Fatalf("byte %d bit %d: %v", i, bit, r.Verdict)
						}
					}
				}
				if suite.AH != NoAuth {
					flipHeader(t, e, good)
				}
				if r := e.b.Inbound(0, packet.From(good)); r.Verdict != Done {
					t.Fatalf("the true packet: %v", r.Reason)
				}
			})
		}
	}
}

// flipHeader: AH covers the immutable fields of the IP header.
func flipHeader(t *testing.T, e *ends, good []byte) {
	for _, i := range []int{4, 5, 12, 13, 14, 15, 16, 17, 18, 19} {
		bad := bytes.Clone(good)
		bad[i] ^= 1
		setChecksum(bad)
		if r := e.b.Inbound(0, packet.From(bad)); r.Verdict != Drop {
			t.Fatalf("header byte %d: %v", i, r.Verdict)
		}
	}
	fine := bytes.Clone(good)
	fine[1], fine[8] = 0xb8, 3 // routers change TOS and TTL
	setChecksum(fine)
	probe := l2tpEnds(t, e.b.pairs[e.pairB].suite, e.b.pairs[e.pairB].encap, Lifetime{})
	r := probe.b.Inbound(0, packet.From(fine))
	if r.Verdict != Done {
		t.Fatalf("changed TOS and TTL: %v", r.Reason)
	}
	r.Buf.Release()
}

func TestTruncatedPacketsAreRefused(t *testing.T) {
	e := l2tpEnds(t, Suite{Cipher: AES, KeyBits: 128, Auth: SHA256}, Transport, Lifetime{})
	wire := protectOne(t, 0, e.a, "eth", l2tpPacket(pcAddr, lnsAddr, make([]byte, 100)))
	good := bytes.Clone(wire.Bytes())
	wire.Release()
	for n := range good {
		b := bytes.Clone(good[:n])
		if n >= 20 {
			finish(b, 50)
		}
		if r := e.b.Inbound(0, packet.From(b)); r.Verdict != Drop {
			t.Fatalf("%d of %d bytes: %v", n, len(good), r.Verdict)
		}
	}
}

// RFC 4301, 5.1.2.1: outer TOS copied, DF by rule, TTL own, inner untouched.
func TestOuterHeader(t *testing.T) {
	for _, c := range []struct {
		rule      DFRule
		in, outer bool
	}{{DFCopy, true, true}, {DFCopy, false, false}, {DFSet, false, true}, {DFClear, true, false}} {
		e := siteEnds(t, Suite{Cipher: AES, KeyBits: 128, Auth: SHA1}, Tunnel, c.rule)
		plain := ipPacket(netip.MustParseAddr("10.1.1.5"), netip.MustParseAddr("10.2.2.7"), 1, make([]byte, 64))
		plain[1] = 0xb8
		if c.in {
			plain[6] = 0x40
		}
		setChecksum(plain)
		wire := protectOne(t, 0, e.a, "out", plain)
		o := ipv4(wire.Bytes())
		if o.df() != c.outer || o[1] != 0xb8 || o[8] != outerTTL || o.src() != siteA || o.dst() != siteB || sum16(0, o[:20]) != 0xffff {
			t.Errorf("%v: outer header %x", c, o[:20])
		}
		in := e.b.Inbound(0, wire)
		if in.Verdict != Done || !bytes.Equal(in.Buf.Bytes(), plain) {
			t.Errorf("%v: %v %v", c, in.Verdict, in.Reason)
		}
	}
}

// A router on the way marks congestion on the outer header.
func TestCongestionMarkGoesInside(t *testing.T) {
	e := siteEnds(t, Suite{Cipher: AES, KeyBits: 128, Auth: SHA1}, Tunnel, DFCopy)
	plain := ipPacket(netip.MustParseAddr("10.1.1.5"), netip.MustParseAddr("10.2.2.7"), 1, make([]byte, 64))
	plain[1] = 2 // ECT(0)
	setChecksum(plain)
	wire := protectOne(t, 0, e.a, "out", plain)
	wire.Bytes()[1] |= 3
	setChecksum(wire.Bytes())
	in := e.b.Inbound(0, wire)
	if in.Verdict != Done || in.Buf.Bytes()[1] != 3 || sum16(0, in.Buf.Bytes()[:20]) != 0xffff {
		t.Fatalf("%v %x", in.Reason, in.Buf.Bytes()[:20])
	}
}

func TestEthernetPaddingIsCut(t *testing.T) {
	e := l2tpEnds(t, Suite{Cipher: TripleDES, Auth: SHA1}, Transport, Lifetime{})
	plain := l2tpPacket(pcAddr, lnsAddr, []byte("hello"))
	wire := protectOne(t, 0, e.a, "eth", append(bytes.Clone(plain), make([]byte, 13)...))
	wire.Extend(7)
	in := e.b.Inbound(0, wire)
	if in.Verdict != Done || !bytes.Equal(in.Buf.Bytes(), plain) {
		t.Fatalf("%v %v", in.Verdict, in.Reason)
	}
}

func TestOptionsStayInTransportMode(t *testing.T) {
	for _, suite := range []Suite{{Cipher: AES, KeyBits: 128, Auth: SHA1}, {AH: SHA256}, {AH: SHA1, Cipher: DES, Auth: MD5}} {
		e := l2tpEnds(t, suite, Transport, Lifetime{})
		base := l2tpPacket(pcAddr, lnsAddr, []byte("payload"))
		plain := append(bytes.Clone(base[:20]), 0x94, 4, 0, 0, 7, 7, 4, 0, 0, 0, 0, 1)
		plain = append(plain, base[20:]...)
		plain[0] = 0x48
		finish(plain, 17)
		pass(t, 0, e.a, e.b, "eth", plain).Release()
	}
}

func TestMarksOfADecapsulatedPacket(t *testing.T) {
	for _, encap := range []Encap{Transport, UDPTransport} {
		e := l2tpEnds(t, Suite{Cipher: AES, KeyBits: 256, Auth: SHA1}, encap, Lifetime{})
		b := pass(t, 0, e.a, e.b, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("x")))
		if !b.Protected || b.Security != "CCIE" || b.SA == 0 || b.NATT != encap.UDP() {
			t.Fatalf("%v: %+v", encap, b)
		}
		b.Release()
	}
}
