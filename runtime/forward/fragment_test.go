package forward

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

// fragmentsOf cuts p (without options) into pieces of the given payload lengths, the last taking the rest.
func fragmentsOf(p []byte, cuts ...int) [][]byte {
	h := ip.Header(p)
	payload := h.Payload()
	var out [][]byte
	off := 0
	for i := 0; off < len(payload) || i == 0; i++ {
		n := len(payload) - off
		if len(cuts) > 0 {
			n = min(n, cuts[min(i, len(cuts)-1)])
		}
		out = append(out, piece(p, off, payload[off:off+n], off+n < len(payload)))
		off += n
	}
	return out
}

// piece makes one fragment of p.
func piece(p []byte, off int, data []byte, more bool) []byte {
	f := append(bytes.Clone(p[:ip.HeaderLen]), data...)
	h := ip.Header(f)
	h.SetTotalLen(len(f))
	w := uint16(off / 8)
	if more {
		w |= ip.FlagMF
	}
	h.SetFragmentWord(w)
	h.FillChecksum()
	return f
}

// target is a node that reassembles.
func target(w *world) *node {
	r := w.node(Config{Routing: true, Interfaces: []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24")}})
	r.SetCarrier(w.now, 0, true)
	w.run()
	return r
}

func (w *world) give(r *node, ps ...[]byte) {
	for _, p := range ps {
		r.Receive(w.now, 0, frameTo(mac(2), mac(1), p))
	}
	w.run()
}

func TestEveryOrderOfFragments(t *testing.T) {
	w := newWorld(t)
	r := target(w)
	p := udp("12.1.1.1", "12.1.1.2", 4*8-3)
	frags := fragmentsOf(p, 8)
	var permute func(k int)
	count := 0
	permute = func(k int) {
		if k == len(frags) {
			count++
			r.got = nil
			w.give(r, frags...)
			if len(r.got) != 1 || !bytes.Equal(r.got[0][20:], p[20:]) {
				t.Fatalf("order %d: %d datagrams", count, len(r.got))
			}
			return
		}
		for i := k; i < len(frags); i++ {
			frags[k], frags[i] = frags[i], frags[k]
			permute(k + 1)
			frags[k], frags[i] = frags[i], frags[k]
		}
	}
	permute(0)
	if count != 120 {
		t.Fatalf("%d orders", count)
	}
}

func TestRandomFragmentsComeTogether(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 4))
		w := newWorld(t)
		r := target(w)
		p := udp("12.1.1.1", "12.1.1.2", 1+rng.IntN(9000))
		var cuts []int
		for range 1 + rng.IntN(40) {
			cuts = append(cuts, 8*(1+rng.IntN(60)))
		}
		frags := fragmentsOf(p, cuts...)
		for range rng.IntN(4) { // repetitions
			frags = append(frags, frags[rng.IntN(len(frags))])
		}
		rng.Shuffle(len(frags), func(i, j int) { frags[i], frags[j] = frags[j], frags[i] })
		w.give(r, frags...)
		if len(r.got) < 1 || !bytes.Equal(r.got[0][20:], p[20:]) {
			t.Fatalf("seed %d: %d datagrams of %d fragments", seed, len(r.got), len(frags))
		}
		if h, err := ip.Parse(r.got[0]); err != nil || h.IsFragment() || h.TotalLen() != len(p) {
			t.Fatalf("seed %d: %v", seed, err)
		}
	}
}

func TestLargestDatagram(t *testing.T) {
	w := newWorld(t)
	r := target(w)
	p := udp("12.1.1.1", "12.1.1.2", ip.MaxLen-28)
	frags := fragmentsOf(p, 48) // MTU 68, the least there is
	// Worst order for the table of spans: every other one first.
	var order [][]byte
	for i := 0; i < len(frags); i += 2 {
		order = append(order, frags[i])
	}
	for i := 1; i < len(frags); i += 2 {
		order = append(order, frags[i])
	}
	w.give(r, order...)
	if len(r.got) != 1 || !bytes.Equal(r.got[0][20:], p[20:]) {
		t.Fatalf("%d datagrams, %v", len(r.got), r.Counters().Drops)
	}
	// One byte more cannot be.
	r.got = nil
	w.give(r, piece(p, 65512, make([]byte, 8), false))
	if r.Counters().Drop(DropFragmentMalformed) == 0 {
		t.Fatal("a fragment beyond 65,535 was taken")
	}
}

// Sizes around every boundary cross a narrow link and come together again.
func TestFragmentationBoundaries(t *testing.T) {
	for _, mtu := range []int{68, 69, 75, 76, 100, 576, 1499} {
		t.Run(fmt.Sprint(mtu), func(t *testing.T) {
			w := newWorld(t)
			pc, _, _, srv := chain(w, mtu)
			for _, size := range []int{0, 1, mtu - 29, mtu - 28, mtu - 27, mtu - 20, mtu - 19, 2*mtu - 48, 2 * mtu, 3*mtu - 1, 1472} {
				srv.got = nil
				w.sniffed = nil
				p := udp("12.1.1.1", "30.0.0.2", min(size, 1472), func(f *ip.Fields) { f.ID = uint16(size) })
				_ = w.send(pc, p)
				if len(srv.got) != 1 || !bytes.Equal(srv.got[0][20:], p[20:]) {
					t.Fatalf("%d data bytes: %d datagrams", size, len(srv.got))
				}
				for _, f := range w.sniffed[2:] {
					h, err := ip.Parse(f[14:])
					if err != nil || len(h) > mtu || h.MF() && len(h.Payload())%8 != 0 {
						t.Fatalf("%d data bytes: fragment of %d, %v", size, len(h), err)
					}
				}
			}
		})
	}
}

// A fragment that is cut again keeps its place (RFC 791, 3.2).
func TestFragmentsOfFragments(t *testing.T) {
	w := newWorld(t)
	pc, r1, _, srv := chain(w, 200)
	cfg := r1.cfg
	cfg.Interfaces = []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24")}
	cfg.Interfaces[1].IPMTU = 500
	r1.Configure(w.now, cfg)
	p := udp("12.1.1.1", "30.0.0.2", 1400)
	_ = w.send(pc, p)
	if len(srv.got) != 1 || !bytes.Equal(srv.got[0][20:], p[20:]) {
		t.Fatal("not whole")
	}
}

// RFC 791, 3.1: options without the copied flag stand in the first fragment only.
func TestOptionsInFragments(t *testing.T) {
	w := newWorld(t)
	pc, _, _, srv := chain(w, 300)
	opts := append(ip.RouteOption(ip.OptRecordRoute, 3), ip.OptNop) // not copied
	opts = append(opts, ip.OptRouterAlert, 4, 0, 0)                 // copied
	p := make([]byte, 20+len(opts)+600)
	ip.Put(p, ip.Fields{TotalLen: len(p), ID: 5, TTL: 64, Protocol: 99, Source: adr("12.1.1.1"), Destination: adr("30.0.0.2")})
	p[0] = 0x40 | byte((20+len(opts))/4)
	copy(p[20:], opts)
	ip.Header(p).FillChecksum()
	w.sniffed = nil
	_ = w.send(pc, p)
	if len(srv.got) != 1 {
		t.Fatal("not delivered")
	}
	first, second := ip.Header(w.sniffed[2][14:]), ip.Header(w.sniffed[3][14:])
	if first.IHL() != 40 || second.IHL() != 24 || second.Options()[0] != ip.OptRouterAlert {
		t.Fatalf("header lengths %d, %d", first.IHL(), second.IHL())
	}
	// The routers on the way recorded themselves: the PC, r1 and r2 by the interface each sent from.
	o, _, _ := ip.NextOption(ip.Header(srv.got[0]).Options())
	as := o.Addresses()
	if len(as) != 3 || as[0] != adr("12.1.1.1").As4() || as[1] != adr("20.0.0.1").As4() || as[2] != adr("30.0.0.1").As4() {
		t.Fatalf("recorded %v", as)
	}
}

func TestOverlapKillsTheDatagram(t *testing.T) {
	p := udp("12.1.1.1", "12.1.1.2", 56) // 64 bytes of payload
	a, b := piece(p, 0, p[20:52], true), piece(p, 32, p[52:84], false)
	evil := bytes.Repeat([]byte{0xee}, 16)
	cases := map[string][][]byte{
		"other bytes in the middle":    {a, piece(p, 8, evil, true), b},
		"across the seam":              {a, piece(p, 24, evil, true), b},
		"tail beyond the end":          {b, piece(p, 48, bytes.Repeat([]byte{1}, 32), true), a},
		"two different ends":           {b, piece(p, 48, p[68:76], false), a},
		"same place, other bytes":      {a, piece(p, 0, bytes.Repeat([]byte{9}, 32), true), b},
		"end below what has come":      {piece(p, 32, p[52:84], true), piece(p, 8, p[28:36], false), a},
		"superset with the same bytes": {piece(p, 8, p[28:36], true), a, b},
	}
	for name, frags := range cases {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			r := target(w)
			w.give(r, frags...)
			if len(r.got) != 0 {
				t.Fatalf("delivered %x", r.got[0])
			}
			if c := r.Counters(); c.Drop(DropFragmentOverlap)+c.Drop(DropFragmentMalformed) == 0 {
				t.Fatal("not counted")
			}
		})
	}
	t.Run("exact repetition is harmless", func(t *testing.T) {
		w := newWorld(t)
		r := target(w)
		w.give(r, a, a, b)
		if len(r.got) != 1 {
			t.Fatal("not delivered")
		}
	})
}

func TestReassemblyTimesOut(t *testing.T) {
	w := newWorld(t)
	r := target(w)
	p := udp("12.1.1.1", "12.1.1.2", 100)
	frags := fragmentsOf(p, 40)
	r.learn(w.now, r.byName["FastEthernet0/0"], ip.Number(adr("12.1.1.1")), mac(1), true)
	w.give(r, frags[0])
	w.sniffed = nil
	w.advance(29 * time.Second)
	if len(w.sniffed) != 0 {
		t.Fatal("too soon")
	}
	w.advance(time.Second)
	if len(w.sniffed) != 1 || r.Counters().Drop(DropReassemblyTimeout) != 1 {
		t.Fatalf("%d frames", len(w.sniffed))
	}
	checkError(t, w.sniffed[0][14:], "12.1.1.2", "12.1.1.1", ip.ICMPTimeExceeded, ip.CodeReassembly, frags[0])
	// Without the first fragment nobody is told (RFC 1122, 3.3.2).
	w.give(r, frags[1])
	w.advance(time.Minute)
	if len(w.sniffed) != 1 || r.Counters().Drop(DropReassemblyTimeout) != 2 {
		t.Fatal("told without the first fragment")
	}
}

func TestReassemblyFloodIsBounded(t *testing.T) {
	w := newWorld(t)
	r := target(w)
	live := packet.Live()
	for i := range 5000 {
		p := udp("12.1.1.1", "12.1.1.2", 2000, func(f *ip.Fields) { f.ID = uint16(i) })
		off := 0
		if i%2 == 0 {
			off = 65000 &^ 7 // asks for the largest buffer
		}
		w.give(r, piece(p, off, p[28:36], true))
	}
	if n := len(r.asm.table); n > maxDatagrams || r.asm.bytes > maxReassemblyBytes+ip.MaxLen || packet.Live()-live > maxDatagrams {
		t.Fatalf("%d datagrams, %d bytes, %d buffers", n, r.asm.bytes, packet.Live()-live)
	}
	// An honest datagram still comes through: the oldest made room.
	p := udp("12.1.1.1", "12.1.1.2", 2000, func(f *ip.Fields) { f.ID = 60000 })
	w.give(r, fragmentsOf(p, 800)...)
	if len(r.got) != 1 || r.Counters().Drop(DropReassemblyFull) == 0 {
		t.Fatal("pushed out by the flood")
	}
	w.advance(time.Minute)
	if len(r.asm.table) != 0 || r.asm.bytes != 0 || packet.Live() != live {
		t.Fatal("left over")
	}
}

// A clear-text fragment must not complete a protected datagram.
func TestProtectedFragmentsStayApart(t *testing.T) {
	w := newWorld(t)
	r := target(w)
	p := udp("12.1.1.1", "12.1.1.2", 100)
	frags := fragmentsOf(p, 40)
	safe := func(q []byte) *packet.Buffer {
		b := packet.From(q)
		b.Ingress, b.Protected, b.SA, b.Security = 1, true, 7, "CCIE"
		return b
	}
	r.Reinject(w.now, safe(frags[0]))
	w.give(r, frags[1:]...)
	if len(r.got) != 0 {
		t.Fatal("mixed")
	}
	for _, f := range frags[1:] {
		r.Reinject(w.now, safe(f))
	}
	if len(r.got) != 1 || !r.sec[0] {
		t.Fatal("the protected datagram is lost, or no longer marked")
	}
}
