package ipsec

import (
	"math/rand/v2"
	"net/netip"
	"testing"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
)

// Random lives of many clients, with rekeys, deletions, sockets, changed
// configurations and time, leave consistent tables, and nothing in the end.
func TestRandomLivesLeaveNothing(t *testing.T) {
	before := packet.Live()
	for seed := range uint64(30) {
		rng := rand.New(rand.NewPCG(seed, 77))
		n := newNode(seed, articleConfig(set3DESSHA, true))
		var now clock.Instant
		for range 400 {
			now += clock.Instant(rng.Int64N(int64(40 * second)))
			n.Tick(now)
			liveStep(t, rng, n, now)
			n.Drain()
			n.rec.Events = nil
			consistent(t, n, seed)
		}
		n.Configure(now, Config{})
		for _, o := range n.Drain() {
			if r, ok := o.(Released); ok {
				r.Buf.Release()
			}
		}
		n.Tick(now + 200*second)
		assertEmpty(t, n)
	}
	if packet.Live() != before {
		t.Fatalf("%d buffers out", packet.Live()-before)
	}
}

func liveStep(t *testing.T, rng *rand.Rand, n *node, now clock.Instant) {
	peer := addrOf(0x0a000000 + rng.Uint32N(20))
	sock := Socket{Profile: "CCIE", Proto: 17, Local: netip.AddrPortFrom(lnsAddr, 1701), Remote: netip.AddrPortFrom(peer, 1701)}
	switch rng.IntN(12) {
	case 0, 1, 2, 3:
		randomInstall(t, rng, n, now, peer)
	case 4:
		n.DeletePeer(now, peer, DeletedByUser)
	case 5:
		if p := oldest(n); p != nil {
			n.PeerDeleted(now, p.remote, ESP, []uint32{p.out[0].spi})
		}
	case 6:
		_ = n.OpenSocket(now, sock)
	case 7:
		n.CloseSocket(now, sock, rng.IntN(2) == 0)
	case 8:
		n.Configure(now, articleConfig([]TransformSet{set3DESSHA, set3DESMD5}[rng.IntN(2)], rng.IntN(8) > 0))
	case 9:
		n.RequestFailed(now, rng.Uint64N(n.lastID+1))
	case 10:
		if p := oldest(n); p != nil {
			n.EnableOutbound(now, p.id)
		}
	case 11:
		if r := n.Outbound(now, "FastEthernet0/0", packet.From(l2tpPacket(lnsAddr, peer, make([]byte, 100)))); r.Buf != nil {
			r.Buf.Release()
		}
	}
}

func oldest(n *node) *pair {
	var old *pair
	for _, p := range n.pairs {
		if old == nil || p.id < old.id {
			old = p
		}
	}
	return old
}

func randomInstall(t *testing.T, rng *rand.Rand, n *node, now clock.Instant, peer netip.Addr) {
	spis, err := n.AllocateSPIs(now, lnsAddr, peer, []Proto{ESP})
	if err != nil {
		t.Fatal(err)
	}
	if rng.IntN(5) == 0 {
		return // the negotiation died
	}
	k := Keys{make([]byte, 24), make([]byte, 20)}
	_, _ = n.Install(now, Install{Local: lnsAddr, Remote: peer, LocalProxy: udp1701(lnsAddr), RemoteProxy: udp1701(peer), Encap: Transport,
		Lifetime: Lifetime{Seconds: 100 + rng.Uint32N(3000)}, Initiator: rng.IntN(3) == 0,
		Parts: []KeyedPart{{Part: Part{Proto: ESP, Cipher: TripleDES, Auth: SHA1}, InSPI: spis[0], OutSPI: 256 + rng.Uint32(), In: k, Out: k}}})
}

// consistent checks that every table knows the same pairs.
func consistent(t *testing.T, n *node, seed uint64) {
	t.Helper()
	if len(n.in) != len(n.pairs) {
		t.Fatalf("seed %d: %d inbound SAs of %d pairs", seed, len(n.in), len(n.pairs))
	}
	linked := 0
	for _, s := range n.spds {
		for _, en := range s.entries {
			for id := range en.idents {
				linked += len(id.pairs)
				if id.entry != en || len(id.pairs) == 0 && id.socket == nil && id.request == nil {
					t.Fatalf("seed %d: idle identity %v", seed, id.remote)
				}
				if id.current != nil && n.pairs[id.current.id] != id.current {
					t.Fatalf("seed %d: identity %v uses a dead pair", seed, id.remote)
				}
				if en.findExact(flow{addr4(lnsAddr), addr4(id.remote.Prefix.Addr()), 1701, 1701, 17, false}) == nil {
					t.Fatalf("seed %d: identity %v is not found", seed, id.remote)
				}
			}
		}
	}
	if linked != len(n.pairs) {
		t.Fatalf("seed %d: %d pairs linked of %d", seed, linked, len(n.pairs))
	}
	for sock, id := range n.sockets {
		if id.socket == nil || *id.socket != sock {
			t.Fatalf("seed %d: socket %v lost", seed, sock)
		}
	}
	for rid, r := range n.requests {
		if r.ident.request != r || r.id != rid {
			t.Fatalf("seed %d: request %d dangles", seed, rid)
		}
	}
}
