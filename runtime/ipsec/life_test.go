package ipsec

import (
	"fmt"
	"io"
	"net/netip"
	"strings"
	"testing"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
)

// names writes events as the list of their types, for the order of steps.
func names(list []event.Event) string {
	var s []string
	for _, e := range list {
		s = append(s, strings.TrimPrefix(fmt.Sprintf("%T", e), "ipsec."))
	}
	return strings.Join(s, " ")
}

// shared/reference/ipsec-debug.md 2: a responder's steps.
func TestStepsOfAnInstall(t *testing.T) {
	e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{3600, 250000})
	want := "MessagesQueued SPIAllocated MessagesQueued ProxyMatched IdentFound IdentAdded " +
		"SACreated SACreated OutboundChanged MessagesQueued EnableRequested OutboundEnabled"
	if got := names(e.b.rec.Events); got != want {
		t.Fatalf("got  %s\nwant %s", got, want)
	}
	in, out := e.b.rec.Events[6].(SACreated).SA, e.b.rec.Events[7].(SACreated).SA
	if in.Dst != lnsAddr || in.ConnID != 1 || out.Dst != pcAddr || out.ConnID != 2 || in.Lifetime != (Lifetime{3600, 250000}) {
		t.Fatalf("%+v %+v", in, out)
	}
	if e.b.rec.Events[0] != (MessagesQueued{1}) || e.b.rec.Events[2] != (MessagesQueued{2}) {
		t.Fatal("wrong message counts")
	}
}

// ipsec-debug.md 4: the peer hangs up.
func TestStepsOfAPeersDelete(t *testing.T) {
	e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{3600, 250000})
	e.b.rec.Events = nil
	spi := e.b.pairs[e.pairB].out[0].spi
	e.b.Drain()
	if n := e.b.PeerDeleted(5*second, pcAddr, ESP, []uint32{spi, 77777}); n != 1 {
		t.Fatalf("%d pairs", n)
	}
	if got := names(e.b.rec.Events); got != "MessagesQueued DeleteRequested DeleteNamed DeleteNamed SADeleted SADeleted" {
		t.Fatal(got)
	}
	if len(e.b.Drain()) != 0 {
		t.Fatal("the peer is told of its own deletion")
	}
	assertEmpty(t, e.b)
}

// assertEmpty: nothing is left of any SA, identity, reservation or timer.
func assertEmpty(t *testing.T, n *node) {
	t.Helper()
	if len(n.pairs)+len(n.in)+len(n.out)+len(n.reserved)+len(n.requests)+len(n.sockets) != 0 || n.Deadline() != clock.Never {
		t.Fatalf("left: %d pairs %d in %d out %d reserved %d requests %d sockets, deadline %v",
			len(n.pairs), len(n.in), len(n.out), len(n.reserved), len(n.requests), len(n.sockets), n.Deadline())
	}
	for _, s := range n.spds {
		for _, en := range s.entries {
			for id := range en.idents {
				if !id.fromACL {
					t.Fatalf("identity %v left", id.remote)
				}
			}
			if en.kind != Static && len(en.exact)+len(en.loose) != 0 {
				t.Fatal("index of identities not empty")
			}
		}
	}
}

func TestHardLifeEndsBothEnds(t *testing.T) {
	e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{3600, 0})
	e.b.Drain()
	if d := e.b.Deadline(); d != 3570*second {
		t.Fatalf("first deadline %v", d)
	}
	e.b.rec.Events = nil
	e.b.Tick(3570 * second)
	want := "LifetimeThreshold SiblingAging"
	if got := names(e.b.rec.Events); got != want || e.b.rec.Events[0] != (LifetimeThreshold{30 * 1e9}) {
		t.Fatalf("%s", got)
	}
	if len(e.b.Drain()) != 0 {
		t.Fatal("an SA that carried nothing is rekeyed")
	}
	e.b.Tick(3600 * second)
	del := outputs[SendDelete](e.b)
	if len(del) != 1 || del[0].Reason != DeletedByAge || len(del[0].SPIs) != 1 || del[0].Remote != pcAddr {
		t.Fatalf("%+v", del)
	}
	assertEmpty(t, e.b)
}

func TestInitiatorRekeysAndNewestTakesOver(t *testing.T) {
	e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{3600, 0})
	pass(t, 0, e.a, e.b, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("x"))).Release()
	e.a.Drain()
	e.a.Tick(3570 * second)
	req := outputs[RequestSA](e.a)
	if len(req) != 1 || !req[0].Rekey || req[0].Peer != lnsAddr || req[0].LocalProxy != udp1701(pcAddr) || len(req[0].Proposals) != 1 {
		t.Fatalf("%+v", req)
	}
	oldSPI := e.a.pairs[e.pairA].out[0].spi
	e2 := negotiate(t, 3571*second, e.a, e.b, set3DESSHA.Suite, Transport, Lifetime{3600, 0}, udp1701(pcAddr), udp1701(lnsAddr), pcAddr, lnsAddr, req[0].ID)
	wire := protectOne(t, 3572*second, e.a, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("y")))
	if spi := saSPI(wire.Bytes()); spi == oldSPI || spi != e.a.pairs[e2.pairA].out[0].spi {
		t.Fatalf("packet under SPI %x", spi)
	}
	// Packets under the old SA are still taken.
	late := packet.From(l2tpPacket(pcAddr, lnsAddr, []byte("late")))
	e.a.protect(e.a.pairs[e.pairA], late)
	if r := e.b.Inbound(3573*second, late); r.Verdict != Done {
		t.Fatalf("old SA: %v", r.Reason)
	}
	if r := e.b.Inbound(3573*second, wire); r.Verdict != Done {
		t.Fatalf("new SA: %v", r.Reason)
	}
	e.a.Tick(3600 * second)
	e.b.Tick(3600 * second)
	if len(e.a.pairs) != 1 || len(e.b.pairs) != 1 {
		t.Fatalf("%d and %d pairs", len(e.a.pairs), len(e.b.pairs))
	}
	pass(t, 3601*second, e.b, e.a, "FastEthernet0/0", l2tpPacket(lnsAddr, pcAddr, []byte("z"))).Release()
}

func saSPI(wire []byte) uint32 {
	return uint32(wire[20])<<24 | uint32(wire[21])<<16 | uint32(wire[22])<<8 | uint32(wire[23])
}

func TestResponderRekeysWhenThePeerIsLate(t *testing.T) {
	e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{3600, 0})
	pass(t, 0, e.a, e.b, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("x"))).Release()
	e.b.Tick(3570 * second)
	if req := outputs[RequestSA](e.b); len(req) != 0 {
		t.Fatalf("at once: %+v", req)
	}
	if d := e.b.Deadline(); d != 3590*second {
		t.Fatalf("deadline %v", d)
	}
	e.b.Tick(3590 * second)
	req := outputs[RequestSA](e.b)
	if len(req) != 1 || req[0].Profile != "CCIE" || req[0].Peer != pcAddr || req[0].RemoteProxy != udp1701(pcAddr) {
		t.Fatalf("%+v", req)
	}
	e.b.RequestFailed(3591*second, req[0].ID)
	e.b.Tick(3600 * second)
	assertEmpty(t, e.b)
}

func TestResponderWaitsForTheThirdMessageOrAPacket(t *testing.T) {
	set := set3DESSHA
	a, b := newNode(1, pcConfig(set)), newNode(2, articleConfig(set, true))
	e := negotiate(t, 0, a, b, set.Suite, Transport, Lifetime{3600, 0}, udp1701(pcAddr), udp1701(lnsAddr), pcAddr, lnsAddr, 0)
	p := b.pairs[e.pairB]
	p.enabled = false
	p.ident.choose()
	p.ident.entry.spd.gen++
	out := b.Outbound(0, "FastEthernet0/0", packet.From(l2tpPacket(lnsAddr, pcAddr, []byte("early"))))
	if out.Reason != DropNoSA {
		t.Fatalf("%v", out)
	}
	if req := outputs[RequestSA](b); len(req) != 0 {
		t.Fatalf("asked although an SA is being made: %+v", req)
	}
	pass(t, 0, a, b, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("proof"))).Release()
	pass(t, 0, b, a, "FastEthernet0/0", l2tpPacket(lnsAddr, pcAddr, []byte("now"))).Release()
}

func TestVolumeLife(t *testing.T) {
	e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{3600, 4000})
	e.a.Drain()
	data := make([]byte, 1000)
	var soft, passed int
	for i := range 5000 {
		r := e.a.Outbound(second, "eth", packet.From(l2tpPacket(pcAddr, lnsAddr, data)))
		if r.Verdict == Drop {
			if r.Reason != DropLifetime {
				t.Fatalf("%v", r.Reason)
			}
			break
		}
		r.Buf.Release()
		passed++
		if soft == 0 && len(outputs[RequestSA](e.a)) > 0 {
			soft = i
		}
	}
	// 4,000 kB are 4,096,000 bytes of 1,028-byte packets; the soft life is a tenth earlier.
	if passed != 3985 || soft < 3585-1 || soft > 3585+1 {
		t.Fatalf("%d packets passed, rekey after %d", passed, soft)
	}
}

func TestVolumeOfTheReceiver(t *testing.T) {
	e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{3600, 1000})
	p := e.b.pairs[e.pairB]
	p.bytesIn = p.softBytes - 1
	e.b.rec.Events = nil
	pass(t, second, e.a, e.b, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("x"))).Release()
	if got := names(e.b.rec.Events); got != "LifetimeThreshold SiblingAging" {
		t.Fatal(got)
	}
	if e.b.Deadline() > 31*second {
		t.Fatalf("deadline %v: the pair must end 30 s later", e.b.Deadline())
	}
	p.bytesIn = p.hardBytes
	wire := protectOne(t, 0, e.a, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("y")))
	if r := e.b.Inbound(0, wire); r.Reason != DropExpired {
		t.Fatalf("%v", r)
	}
}

func TestSequenceNumbersDoNotWrap(t *testing.T) {
	e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{})
	e.a.pairs[e.pairA].out[0].seq = 1<<32 - 2
	e.b.pairs[e.pairB].in[0].window.take(1<<32 - 2)
	pass(t, 0, e.a, e.b, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("last"))).Release()
	r := e.a.Outbound(0, "eth", packet.From(l2tpPacket(pcAddr, lnsAddr, []byte("one more"))))
	if r.Reason != DropSeqOverflow {
		t.Fatalf("%v", r)
	}
}

func TestIdleTimer(t *testing.T) {
	set := set3DESSHA
	cfg := articleConfig(set, true)
	cfg.IdleTime = 60e9
	e := negotiate(t, 0, newNode(1, pcConfig(set)), newNode(2, cfg), set.Suite, Transport, Lifetime{3600, 0}, udp1701(pcAddr), udp1701(lnsAddr), pcAddr, lnsAddr, 0)
	pass(t, 50*second, e.a, e.b, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("x"))).Release()
	e.b.Tick(60 * second)
	if len(e.b.pairs) != 1 || e.b.Deadline() != 110*second {
		t.Fatalf("%d pairs, deadline %v", len(e.b.pairs), e.b.Deadline())
	}
	e.b.Tick(110 * second)
	assertEmpty(t, e.b)
}

func TestDeletesByWhatTheCommandsName(t *testing.T) {
	for name, del := range map[string]func(*ends) int{
		"all":      func(e *ends) int { return e.b.DeleteAll(0, DeletedByUser) },
		"peer":     func(e *ends) int { return e.b.DeletePeer(0, pcAddr, DeletedByUser) },
		"map":      func(e *ends) int { return e.b.DeleteMap(0, "vpn", DeletedByUser) },
		"pair":     func(e *ends) int { return e.b.DeletePair(0, e.pairB, DeletedByUser) },
		"inbound":  func(e *ends) int { return e.b.DeleteSPI(0, lnsAddr, ESP, e.b.pairs[e.pairB].in[0].spi, DeletedByUser) },
		"outbound": func(e *ends) int { return e.b.DeleteSPI(0, pcAddr, ESP, e.b.pairs[e.pairB].out[0].spi, DeletedByUser) },
	} {
		e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{3600, 0})
		e.b.Drain()
		if n := del(e); n != 1 {
			t.Errorf("%s: %d pairs", name, n)
		}
		if d := outputs[SendDelete](e.b); len(d) != 1 || d[0].Reason != DeletedByUser {
			t.Errorf("%s: %+v", name, d)
		}
		assertEmpty(t, e.b)
	}
}

func TestInstallRefusesWhatCannotBe(t *testing.T) {
	good := func() Install {
		return Install{Local: lnsAddr, Remote: pcAddr, LocalProxy: udp1701(lnsAddr), RemoteProxy: udp1701(pcAddr), Encap: Transport,
			Parts: []KeyedPart{{Part: Part{Proto: ESP, Cipher: TripleDES, Auth: SHA1}, InSPI: 1000, OutSPI: 2000,
				In: Keys{make([]byte, 24), make([]byte, 20)}, Out: Keys{make([]byte, 24), make([]byte, 20)}}}}
	}
	for name, change := range map[string]func(*Install){
		"no parts":       func(i *Install) { i.Parts = nil },
		"short key":      func(i *Install) { i.Parts[0].In.Cipher = make([]byte, 23) },
		"long auth key":  func(i *Install) { i.Parts[0].Out.Auth = make([]byte, 21) },
		"reserved SPI":   func(i *Install) { i.Parts[0].InSPI = 255 },
		"zero SPI":       func(i *Install) { i.Parts[0].OutSPI = 0 },
		"other identity": func(i *Install) { i.RemoteProxy.Prefix = netip.MustParsePrefix("10.0.0.0/8") },
		"other suite": func(i *Install) {
			i.Parts[0].Auth = MD5
			i.Parts[0].In.Auth = make([]byte, 16)
			i.Parts[0].Out.Auth = make([]byte, 16)
		},
		"AH in UDP": func(i *Install) {
			i.Encap = UDPTransport
			i.Parts[0].Part = Part{Proto: AH, Auth: SHA1}
		},
	} {
		n := newNode(1, articleConfig(set3DESSHA, true))
		in := good()
		change(&in)
		if _, err := n.Install(0, in); err == nil {
			t.Errorf("%s: accepted", name)
		}
		assertEmpty(t, n)
	}
	n := newNode(1, articleConfig(set3DESSHA, true))
	if _, err := n.Install(0, good()); err != nil {
		t.Fatal(err)
	}
	if _, err := n.Install(0, good()); err == nil {
		t.Error("the same inbound SPI twice")
	}
}

func TestSPIsAreUniqueAndForgotten(t *testing.T) {
	n := newNode(1, articleConfig(set3DESSHA, true))
	seen := map[uint32]bool{}
	for range 500 {
		spis, err := n.AllocateSPIs(0, lnsAddr, pcAddr, []Proto{AH, ESP})
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range spis {
			if s < 256 || seen[s] {
				t.Fatalf("SPI %x", s)
			}
			seen[s] = true
		}
	}
	n.Tick(120 * second)
	assertEmpty(t, n)
	spis, _ := n.AllocateSPIs(0, lnsAddr, pcAddr, []Proto{ESP})
	n.ReleaseSPIs(lnsAddr, []Proto{ESP}, spis)
	assertEmpty(t, n)
	n.rand = strings.NewReader("")
	if _, err := n.AllocateSPIs(0, lnsAddr, pcAddr, []Proto{ESP}); err == nil {
		t.Fatal("SPI without randomness")
	}
	n.rand = zeros{}
	if _, err := n.AllocateSPIs(0, lnsAddr, pcAddr, []Proto{ESP}); err == nil {
		t.Fatal("SPI 0")
	}
}

type zeros struct{}

func (zeros) Read(b []byte) (int, error) { clear(b); return len(b), nil }

var _ io.Reader = zeros{}

func TestManyRekeysKeepTheTableSmall(t *testing.T) {
	e := l2tpEnds(t, set3DESSHA.Suite, Transport, Lifetime{3600, 0})
	for i := range 50 {
		negotiate(t, clockAt(i), e.a, e.b, set3DESSHA.Suite, Transport, Lifetime{3600, 0}, udp1701(pcAddr), udp1701(lnsAddr), pcAddr, lnsAddr, 0)
	}
	if len(e.b.pairs) != maxPairsOfIdent {
		t.Fatalf("%d pairs", len(e.b.pairs))
	}
	pass(t, 60*second, e.a, e.b, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("x"))).Release()
}

// The keys are told for a table beside a capture.
func TestKeysAreExported(t *testing.T) {
	e := l2tpEnds(t, Suite{AH: SHA1, Cipher: AES, KeyBits: 256, Auth: SHA256}, Transport, Lifetime{})
	a, b := outputs[SAKeys](e.a), outputs[SAKeys](e.b)
	if len(a) != 4 || len(b) != 4 {
		t.Fatalf("%d and %d keys", len(a), len(b))
	}
	for _, k := range a {
		found := false
		for _, l := range b {
			found = found || fmt.Sprint(k) == fmt.Sprint(l)
		}
		if !found {
			t.Errorf("%v: the ends do not agree", k)
		}
	}
}
