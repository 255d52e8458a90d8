package ipsec

import (
	"math/rand/v2"
	"testing"

	"ioslab/runtime/packet"
)

// model is the window said as plainly as RFC 4303, 3.4.3 says it.
type model struct {
	size, top uint32
	seen      map[uint32]bool
}

func (m *model) offer(seq uint32) bool {
	if seq == 0 || m.seen[seq] || uint64(seq)+uint64(m.size) <= uint64(m.top) {
		return false
	}
	m.seen[seq] = true
	m.top = max(m.top, seq)
	return true
}

func TestWindowAgreesWithTheModel(t *testing.T) {
	for _, size := range []int{64, 128, 256, 512, 1024} {
		for seed := range uint64(20) {
			rng := rand.New(rand.NewPCG(seed, uint64(size)))
			w, m := newWindow(size), &model{size: uint32(size), seen: map[uint32]bool{}}
			base := uint32(0)
			if seed%3 == 0 { // near the end of the numbers
				base = 1<<32 - 9000
			}
			for range 3000 {
				seq := base
				switch rng.IntN(4) {
				case 0: // anywhere around the window
					seq = max(base, m.top) + uint32(rng.IntN(3*size)) - uint32(min(uint32(2*size), max(base, m.top)))
				case 1:
					seq = m.top + 1
				case 2: // a leap
					seq = m.top + uint32(rng.IntN(300))
				case 3:
					seq = m.top - min(m.top, uint32(rng.IntN(size+70)))
				}
				if seq < m.top && m.top > 1<<31 && seq < 1<<31 {
					continue // wrapped: a sender never does
				}
				ok := w.check(seq)
				if ok {
					w.take(seq)
				}
				if want := m.offer(seq); ok != want {
					t.Fatalf("size %d seed %d: seq %d with top %d: %v, want %v", size, seed, seq, m.top, ok, want)
				}
			}
		}
	}
}

func TestWindowOffTakesEverything(t *testing.T) {
	w := newWindow(0)
	for _, seq := range []uint32{0, 5, 5, 1, 1 << 31} {
		if !w.check(seq) {
			t.Fatalf("seq %d refused", seq)
		}
		w.take(seq)
	}
}

func TestConfiguredSizes(t *testing.T) {
	for _, c := range []struct{ n, want int }{{0, 64}, {64, 64}, {65, 128}, {500, 512}, {1024, 1024}, {4096, 1024}} {
		if got := windowSize(c.n, false); got != c.want {
			t.Errorf("%d: %d", c.n, got)
		}
	}
	if windowSize(1024, true) != 0 {
		t.Error("off is not 0")
	}
}

func TestReplayIsDroppedAndLogged(t *testing.T) {
	for _, suite := range []Suite{{Cipher: AES, KeyBits: 128, Auth: SHA1}, {AH: SHA1}} {
		e := l2tpEnds(t, suite, Transport, Lifetime{})
		wire := protectOne(t, 0, e.a, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("once")))
		again := wire.Clone()
		third := wire.Clone()
		e.b.Inbound(0, wire).Buf.Release()
		e.b.rec.Events = nil
		if r := e.b.Inbound(0, again); r.Reason != DropReplay {
			t.Fatalf("%v", r)
		}
		e.b.Inbound(second, third)
		if len(e.b.rec.Events) != 1 || e.b.rec.Events[0] != (ReplayDetected{ConnID: 1, Seq: 1}) {
			t.Fatalf("%#v", e.b.rec.Events)
		}
		if st := e.b.Snapshot(0).Interfaces[0].Idents[0]; st.ReplayFailed != 2 || st.RecvErrors != 2 || drops(e.b.Engine, DropReplay) != 2 {
			t.Fatalf("%+v", st)
		}
	}
}

// A forged packet far ahead must not move the window.
func TestForgeryDoesNotMoveTheWindow(t *testing.T) {
	e := l2tpEnds(t, Suite{Cipher: AES, KeyBits: 128, Auth: SHA1}, Transport, Lifetime{})
	wire := protectOne(t, 0, e.a, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("true")))
	forged := wire.Clone()
	forged.Bytes()[24] = 0x7f
	if r := e.b.Inbound(0, forged); r.Reason != DropICV {
		t.Fatalf("%v", r)
	}
	if r := e.b.Inbound(0, wire); r.Verdict != Done {
		t.Fatalf("%v", r.Reason)
	}
}

func TestReorderedWithinTheWindow(t *testing.T) {
	e := l2tpEnds(t, Suite{Cipher: AES, KeyBits: 128, Auth: SHA1}, Transport, Lifetime{})
	var wires []*packet.Buffer
	for range 100 {
		wires = append(wires, protectOne(t, 0, e.a, "eth", l2tpPacket(pcAddr, lnsAddr, []byte("n"))))
	}
	for i := len(wires) - 1; i >= 0; i-- {
		r := e.b.Inbound(0, wires[i])
		if want := i >= len(wires)-64; (r.Verdict == Done) != want {
			t.Fatalf("packet %d after 100: %v %v", i+1, r.Verdict, r.Reason)
		}
	}
}
