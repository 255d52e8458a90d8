package ike

import (
	"fmt"
	"testing"
	"time"

	"ioslab/runtime/wire/isakmp"
)

var allCiphers = []struct {
	cipher isakmp.Cipher
	bits   int
}{{isakmp.CipherDES, 0}, {isakmp.Cipher3DES, 0}, {isakmp.CipherAES, 128}, {isakmp.CipherAES, 192}, {isakmp.CipherAES, 256}}

var allHashes = []isakmp.Hash{isakmp.HashMD5, isakmp.HashSHA, isakmp.HashSHA256, isakmp.HashSHA384, isakmp.HashSHA512}

var allGroups = []isakmp.Group{1, 2, 5, 14, 15, 16, 19, 20, 21}

func TestEveryCipherHashAndGroupMakesSAs(t *testing.T) {
	check := func(p Policy, pfs isakmp.Group) {
		t.Run(fmt.Sprintf("%v-%d-%v-%v-pfs%v", p.Encryption, p.KeyBits, p.Hash, p.Group, pfs), func(t *testing.T) {
			w := newWorld(t, config(p), config(p))
			r := windowsRequest()
			r.Group = pfs
			w.a.RequestSA(w.now, r)
			w.settle()
			w.isUp()
			if g := w.b.keys.queries[0].Group; g != pfs {
				t.Fatalf("PFS group %v asked for, %v seen", pfs, g)
			}
		})
	}
	for _, c := range allCiphers {
		for _, h := range allHashes {
			check(suite(c.cipher, c.bits, h, isakmp.GroupECP256), isakmp.GroupNone)
		}
	}
	for _, g := range allGroups {
		check(suite(isakmp.CipherAES, 128, isakmp.HashSHA, g), g)
	}
}

func TestWindowsDialsIn(t *testing.T) {
	w := newWorld(t, windowsConfig(Windows8), config(suite(isakmp.Cipher3DES, 0, isakmp.HashSHA, isakmp.GroupMODP1024)))
	w.a.RequestSA(w.now, windowsRequest())
	w.settle()
	w.isUp()
	in := w.b.keys.installs[0]
	if in.LifeSeconds != 3600 || in.LifeKilobytes != 250000 || in.Pairs[0].ID != isakmp.ESPAES || in.Pairs[0].KeyBits != 128 {
		t.Fatalf("agreed %+v", in)
	}
	sas := w.b.Snapshot(w.now).SAs
	if len(sas) != 1 || sas[0].ConnID != 1001 || sas[0].State != StateQMIdle || sas[0].Lifetime != 28800*time.Second || sas[0].RemoteID != "12.1.1.1" {
		t.Fatalf("SA %+v", sas)
	}
	if sas[0].InitiatorAddr() != pcAddr || sas[0].ResponderAddr() != lnsAddr {
		t.Fatalf("src/dst %v %v", sas[0].InitiatorAddr(), sas[0].ResponderAddr())
	}
}

// shared/reference/clients.md 4.1 and 4.2: sizes that were logged of real
// Windows clients: first message 408; message 3 with group 14 388; message 5
// 76; quick mode 316 with three ESP proposals; its last message 60.
func TestWindowsMessageSizes(t *testing.T) {
	w := newWorld(t, windowsConfig(Windows8), config(suite(isakmp.CipherAES, 256, isakmp.HashSHA, isakmp.GroupMODP2048)))
	r := windowsRequest()
	r.Proposals = r.Proposals[:3]
	w.a.RequestSA(w.now, r)
	w.settle()
	w.isUp()
	var got []int
	for _, s := range w.log {
		if s.Local.Addr() == pcAddr {
			got = append(got, len(s.Payload))
		}
	}
	if want := fmt.Sprint([]int{408, 388, 76, 316, 60}); fmt.Sprint(got) != want {
		t.Fatalf("sizes %v, want %v", got, want)
	}
	w.log = nil
	w.a.DeleteSPI(w.now, pcAddr, lnsAddr, isakmp.ProtocolESP, 0x1234)
	w.a.ClearPeer(w.now, lnsAddr, ReasonUser)
	w.collect()
	if len(w.log) != 2 || len(w.log[0].Payload) != 76 || len(w.log[1].Payload) != 92 {
		t.Fatalf("deletions: %d", len(w.log))
	}
}

// Two 3DES bundles: AH and ESP under one number.
func TestBundleOfAHAndESP(t *testing.T) {
	w := newWorld(t, config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)), config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)))
	r := windowsRequest()
	esp, ah := r.Proposals[1], r.Proposals[4]
	esp.Number, ah.Number = 1, 1
	other := r.Proposals[0]
	other.Number = 2
	r.Proposals = []isakmp.Proposal{ah, esp, other}
	w.b.keys.verdict = func(q Query) Verdict {
		if len(q.Suites) != 2 {
			return Verdict{Error: PolicyTransforms}
		}
		return Verdict{}
	}
	w.a.RequestSA(w.now, r)
	w.settle()
	w.isUp()
	in := w.b.keys.installs[0]
	if len(in.Pairs) != 2 || in.Pairs[0].Protocol != isakmp.ProtocolAH || in.Pairs[1].Protocol != isakmp.ProtocolESP || in.Pairs[1].ID != isakmp.ESP3DES {
		t.Fatalf("bundle %+v", in.Pairs)
	}
}

func TestShorterLifetimesWin(t *testing.T) {
	short := suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)
	short.Lifetime = 600 * time.Second
	w := newWorld(t, config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)), config(short))
	w.b.keys.verdict = func(Query) Verdict { return Verdict{LifeSeconds: 1800, LifeKilobytes: 100} }
	w.a.RequestSA(w.now, windowsRequest())
	w.settle()
	w.isUp()
	if in := w.a.keys.installs[0]; in.LifeSeconds != 1800 || in.LifeKilobytes != 100 {
		t.Fatalf("initiator took %d s, %d kB", in.LifeSeconds, in.LifeKilobytes)
	}
	for _, s := range []*side{w.a, w.b} {
		if sa := s.Snapshot(w.now).SAs[0]; sa.Lifetime != 600*time.Second {
			t.Fatalf("phase 1 lifetime %v", sa.Lifetime)
		}
	}
	w.run(599 * time.Second)
	if w.a.Snapshot(w.now).SAs[0].Deleted {
		t.Fatal("died early")
	}
	w.run(2 * time.Second)
	if !w.a.Snapshot(w.now).SAs[0].Deleted || !w.b.Snapshot(w.now).SAs[0].Deleted {
		t.Fatal("outlived its lifetime")
	}
	w.run(61 * time.Second)
	if n := len(w.a.Snapshot(w.now).SAs) + len(w.b.Snapshot(w.now).SAs); n != 0 {
		t.Fatalf("%d SAs never purged", n)
	}
	w.isEmpty()
}

// isEmpty checks that nothing is left in either engine.
func (w *world) isEmpty() {
	w.t.Helper()
	for _, s := range []*side{w.a, w.b} {
		if len(s.sas)+len(s.byCookie)+len(s.byOffer)+len(s.byPair)+len(s.peers)+s.timers.Len()+s.halfOpen+len(s.keys.live) != 0 {
			w.t.Fatalf("left over: %d SAs %d cookies %d offers %d pairs %d peers %d timers %d half open, SPIs %v", len(s.sas), len(s.byCookie),
				len(s.byOffer), len(s.byPair), len(s.peers), s.timers.Len(), s.halfOpen, s.keys.live)
		}
	}
}

func TestRefusedOfferLingersAndGoes(t *testing.T) {
	w := newWorld(t, windowsConfig(Windows8), config(suite(isakmp.Cipher3DES, 0, isakmp.HashMD5, isakmp.GroupMODP768)))
	w.a.RequestSA(w.now, windowsRequest())
	w.settle()
	down, ok := w.a.notes[len(w.a.notes)-1].(PhaseOneDown)
	if !ok || down.Reason != ReasonPeerRefused || down.Notify != isakmp.NotifyNoProposalChosen || len(down.Requests) != 1 || down.Requests[0] != 7 {
		t.Fatalf("initiator told %+v", w.a.notes)
	}
	sas := w.b.Snapshot(w.now).SAs
	if len(sas) != 1 || !sas[0].Deleted || sas[0].ConnID != 0 || sas[0].State != StateNoState {
		t.Fatalf("responder's SA %+v", sas)
	}
	w.run(61 * time.Second)
	w.isEmpty()
}

func TestIOSInitiatorIgnoresRefusalInTheClear(t *testing.T) {
	w := newWorld(t, config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)), config(suite(isakmp.Cipher3DES, 0, isakmp.HashMD5, 1)))
	w.a.RequestSA(w.now, windowsRequest())
	w.settle()
	if w.a.Snapshot(w.now).SAs[0].Deleted {
		t.Fatal("believed a message that anybody can send")
	}
	w.run(60 * time.Second)
	down, ok := w.a.notes[len(w.a.notes)-1].(PhaseOneDown)
	if !ok || down.Reason != ReasonRetransmission {
		t.Fatalf("told %+v", w.a.notes)
	}
	w.run(121 * time.Second)
	w.isEmpty()
}

func TestWrongKeyDiesByRetransmission(t *testing.T) {
	bad := config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19))
	bad.Keys[0].Secret = []byte("321")
	w := newWorld(t, bad, config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)))
	w.a.RequestSA(w.now, windowsRequest())
	w.run(70 * time.Second)
	for _, s := range []*side{w.a, w.b} {
		down, ok := s.notes[len(s.notes)-1].(PhaseOneDown)
		if !ok || down.Reason != ReasonRetransmission || down.ConnID != 1001 {
			t.Fatalf("told %+v", s.notes)
		}
	}
	if len(w.a.keys.installs)+len(w.b.keys.installs) != 0 {
		t.Fatal("SAs under a wrong key")
	}
	w.run(125 * time.Second)
	w.isEmpty()
}

func TestHangUp(t *testing.T) {
	w := newWorld(t, windowsConfig(Windows8), config(suite(isakmp.Cipher3DES, 0, isakmp.HashSHA, isakmp.GroupMODP1024)))
	w.a.RequestSA(w.now, windowsRequest())
	w.settle()
	w.isUp()
	w.a.DeleteSPI(w.now, pcAddr, lnsAddr, isakmp.ProtocolESP, w.a.keys.installs[0].Pairs[0].InSPI)
	w.settle()
	if len(w.b.keys.peerSPIs) != 1 || w.b.keys.peerSPIs[0] != w.b.keys.installs[0].Pairs[0].OutSPI {
		t.Fatalf("deleted SPIs %x", w.b.keys.peerSPIs)
	}
	if n := w.a.ClearPeer(w.now, lnsAddr, ReasonUser); n != 1 {
		t.Fatalf("cleared %d", n)
	}
	w.settle()
	if !w.b.Snapshot(w.now).SAs[0].Deleted {
		t.Fatal("peer's deletion not heard")
	}
	w.run(61 * time.Second)
	w.isEmpty()
}

func TestRefusedQuickMode(t *testing.T) {
	w := newWorld(t, windowsConfig(Windows8), config(suite(isakmp.Cipher3DES, 0, isakmp.HashSHA, isakmp.GroupMODP1024)))
	w.b.keys.verdict = func(Query) Verdict { return Verdict{Error: PolicyLocalAddress} }
	w.a.RequestSA(w.now, windowsRequest())
	w.settle()
	fail, ok := w.a.notes[len(w.a.notes)-1].(QuickModeFailed)
	if !ok || fail.Request != 7 || fail.Notify != isakmp.NotifyNoProposalChosen {
		t.Fatalf("told %+v", w.a.notes)
	}
	if len(w.b.keys.queries) != 5 {
		t.Fatalf("asked about %d proposals", len(w.b.keys.queries))
	}
	q := w.b.keys.queries[4]
	if q.Local != lnsAddr || q.Remote != pcAddr || q.LocalProxy.Port != 1701 || q.RemoteProxy.Prefix.Addr() != pcAddr || q.Suites[0].Protocol != isakmp.ProtocolAH {
		t.Fatalf("query %+v", q)
	}
	if len(w.a.keys.live) != 0 {
		t.Fatalf("SPIs left %v", w.a.keys.live)
	}
}

func TestInitialContactBringsOlderDown(t *testing.T) {
	p := suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)
	w := newWorld(t, config(p), config(p))
	w.a.RequestSA(w.now, windowsRequest())
	w.settle()
	w.isUp()
	w.a = newSide(config(p), 9) // the initiator is started anew
	w.b.keys.deleted = nil
	w.a.RequestSA(w.now, windowsRequest())
	w.settle()
	if len(w.b.keys.deleted) != 1 || w.b.keys.deleted[0] != ReasonInitialContact {
		t.Fatalf("deleted %v", w.b.keys.deleted)
	}
	sas := w.b.Snapshot(w.now).SAs
	if len(sas) != 2 || sas[0].ConnID != 1002 || sas[0].Deleted || !sas[1].Deleted {
		t.Fatalf("SAs %+v", sas)
	}
}

func TestNATFloatsTo4500(t *testing.T) {
	for _, draft := range []bool{false, true} {
		t.Run(fmt.Sprint("draft ", draft), func(t *testing.T) {
			cfg := windowsConfig(Windows8)
			if draft {
				ids := cfg.Personality.VendorIDs
				cfg.Personality.VendorIDs = append(append([][]byte{}, ids[:2]...), ids[3:]...)
			}
			w := newWorld(t, cfg, config(suite(isakmp.CipherAES, 256, isakmp.HashSHA, 20)))
			w.nat = natBox
			w.a.RequestSA(w.now, windowsRequest())
			w.settle()
			w.natUp()
			in := w.b.keys.installs[0]
			want := isakmp.EncapTransportUDP
			if draft {
				want = isakmp.EncapTransportUDPDraft
			}
			if in.Pairs[0].Encapsulation != want || !in.NATT || !in.RemoteBehindNAT || in.LocalBehindNAT || in.Remote != natOutside(4500) ||
				in.Local.Port() != 4500 || in.RemoteOriginal != pcAddr {
				t.Fatalf("install %+v", in)
			}
		})
	}
}
