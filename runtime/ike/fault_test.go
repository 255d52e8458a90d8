package ike

import (
	"fmt"
	"math/rand/v2"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

// mess is a wire that loses, doubles and delays, under one seed.
func mess(seed uint64, loss, double float64) func(flying) []flying {
	rng := rand.New(rand.NewPCG(seed, 1))
	return func(d flying) []flying {
		var out []flying
		copies := 1
		if rng.Float64() < double {
			copies = 2
		}
		for range copies {
			if rng.Float64() < loss {
				continue
			}
			c := d
			c.at += clock.Instant(rng.Int64N(int64(300 * time.Millisecond)))
			out = append(out, c)
		}
		return out
	}
}

func TestDialsThroughLossDoublesAndReordering(t *testing.T) {
	for seed := range uint64(60) {
		p := suite(isakmp.CipherAES, 128, isakmp.HashSHA, isakmp.GroupECP256)
		w := newWorld(t, windowsConfig(Windows8), config(p))
		if seed%2 == 1 {
			w = newWorld(t, config(p), config(p))
		}
		w.mangle = mess(seed, 0.2, 0.2)
		w.a.RequestSA(w.now, windowsRequest())
		w.run(50 * time.Second)
		if len(w.a.keys.installs) == 1 && len(w.b.keys.enabled) == 1 {
			crosswise(t, w.a.keys.installs[0], w.b.keys.installs[len(w.b.keys.installs)-1])
		} else if seed%2 == 0 && len(w.a.keys.installs) == 0 && !told(w.a) {
			t.Fatalf("seed %d: neither SAs nor a notice", seed)
		}
		w.a.ClearSAs(w.now, 0, ReasonTreeWalk)
		w.run(10 * time.Minute)
		w.b.ClearSAs(w.now, 0, ReasonTreeWalk)
		w.run(5 * time.Minute)
		w.isEmpty()
	}
}

// told reports whether the request's end was told.
func told(s *side) bool {
	for _, n := range s.notes {
		switch v := n.(type) {
		case QuickModeFailed, QuickModeUp:
			return true
		case PhaseOneDown:
			if len(v.Requests) > 0 {
				return true
			}
		}
	}
	return false
}

// Without loss, repeats of every datagram change nothing: one SA, one install.
func TestEveryDatagramTwice(t *testing.T) {
	w := newWorld(t, windowsConfig(Windows8), config(suite(isakmp.Cipher3DES, 0, isakmp.HashSHA, 2)))
	w.mangle = func(d flying) []flying {
		again := d
		again.at = again.at.Add(700 * time.Millisecond)
		return []flying{d, again}
	}
	w.a.RequestSA(w.now, windowsRequest())
	w.settle()
	w.isUp()
	if w.b.Counters().Dropped(DropDuplicate) == 0 || len(w.b.sas) != 1 {
		t.Fatalf("duplicates: %s, %d SAs", drops(w.b), len(w.b.sas))
	}
	if len(w.log) > 60 {
		t.Fatalf("%d datagrams: repeats feed on repeats", len(w.log))
	}
}

// Every message of a finished call, played again to both sides later, does
// nothing, not even after the nodes are purged.
func TestReplayDoesNothing(t *testing.T) {
	w := newWorld(t, windowsConfig(Windows8), config(suite(isakmp.CipherAES, 256, isakmp.HashSHA, 14)))
	w.a.RequestSA(w.now, windowsRequest())
	w.settle()
	w.a.DeleteSPI(w.now, pcAddr, lnsAddr, isakmp.ProtocolESP, 0x9999)
	w.settle()
	w.isUp()
	w.run(51 * time.Second)
	old := w.log
	spis, sas := len(w.b.keys.peerSPIs), len(w.b.sas)
	for _, s := range old {
		to := w.a
		if s.Remote.Addr() == lnsAddr {
			to = w.b
		}
		to.Receive(w.now, s.Remote, s.Local, s.Payload, s.NATT)
		w.settle()
	}
	w.isUp()
	if len(w.b.keys.peerSPIs) != spis || len(w.b.sas) != sas || w.b.halfOpen != 0 {
		t.Fatalf("replay did something: %d SPIs, %d SAs, %d half open; %s", len(w.b.keys.peerSPIs), len(w.b.sas), w.b.halfOpen, drops(w.b))
	}
}

// A bit flipped in any protected message is a dropped message: the exchange
// goes on with the next good copy.
func TestFlippedBitsAreDropped(t *testing.T) {
	for n := 4; n < 9; n++ { // messages 5, 6, and quick mode's three
		for bit := range 80 {
			w := newWorld(t, config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)), config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)))
			count := 0
			w.mangle = func(d flying) []flying {
				count++
				if count-1 != n {
					return []flying{d}
				}
				bad := d
				bad.send.Payload = append([]byte(nil), d.send.Payload...)
				// HASH_I covers nothing behind itself (RFC 2409, 5): three blocks of message 5.
				span := len(bad.send.Payload) - isakmp.HeaderLen
				if n == 4 {
					span = 48
				}
				at := isakmp.HeaderLen*8 + bit*37%(span*8)
				bad.send.Payload[at/8] ^= 1 << (at % 8)
				d.at = d.at.Add(100 * time.Millisecond)
				return []flying{bad, d}
			}
			w.a.RequestSA(w.now, windowsRequest())
			w.settle()
			w.isUp()
		}
	}
}

// Flipped bits in the header and in the messages in the clear may end the
// call, but never more than it.
func TestFlippedBitsInTheClearHurtOneCallAtMost(t *testing.T) {
	for n := range 9 {
		for bit := range 64 {
			w := newWorld(t, windowsConfig(Windows8), config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)))
			count := 0
			w.mangle = func(d flying) []flying {
				count++
				if count-1 == n {
					at := (bit * 29) % (len(d.send.Payload) * 8)
					d.send.Payload[at/8] ^= 1 << (at % 8)
				}
				return []flying{d}
			}
			w.a.RequestSA(w.now, windowsRequest())
			w.run(70 * time.Second)
			if !told(w.a) {
				t.Fatalf("message %d bit %d: no end", n, bit)
			}
			w.mangle = nil
			w.a.ClearSAs(w.now, 0, ReasonTreeWalk)
			w.run(200 * time.Second)
			w.b.ClearSAs(w.now, 0, ReasonTreeWalk)
			w.run(70 * time.Second)
			w.isEmpty()
		}
	}
}

func TestLimits(t *testing.T) {
	cfg := config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19))
	cfg.Limits = Limits{HalfOpen: 5, Nodes: 3}
	w := newWorld(t, windowsConfig(Windows8), cfg)
	w.mangle = func(d flying) []flying {
		if !d.toB {
			return nil
		}
		return []flying{d}
	}
	for range 9 {
		w.a.ClearSAs(w.now, 0, ReasonTreeWalk)
		w.a.RequestSA(w.now, windowsRequest())
		w.settle()
	}
	if w.b.halfOpen != 5 || w.b.Counters().Dropped(DropHalfOpenLimit) == 0 {
		t.Fatalf("%d half open, %s", w.b.halfOpen, drops(w.b))
	}
	w = newWorld(t, windowsConfig(Windows8), cfg)
	for i := range 6 {
		r := windowsRequest()
		r.ID = uint64(i + 1)
		w.a.RequestSA(w.now, r)
	}
	w.settle()
	if len(w.b.keys.enabled) != 3 || w.b.Counters().Dropped(DropNodeLimit) == 0 {
		t.Fatalf("%d quick modes with room for 3: %s", len(w.b.keys.enabled), drops(w.b))
	}
}

func TestDeadPeerIsFound(t *testing.T) {
	for _, periodic := range []bool{true, false} {
		t.Run(fmt.Sprint("periodic ", periodic), func(t *testing.T) {
			p := suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)
			cfg := config(p)
			cfg.Keepalive = Keepalive{Interval: 10 * time.Second, Periodic: periodic}
			w := newWorld(t, config(p), cfg)
			w.a.RequestSA(w.now, windowsRequest())
			w.settle()
			w.isUp()
			w.run(35 * time.Second)
			if sa := w.b.Snapshot(w.now).SAs[0]; sa.Deleted || !sa.DPD || !sa.Keepalive {
				t.Fatalf("SA %+v", sa)
			}
			w.mangle = func(flying) []flying { return nil }
			w.b.PeerActive(w.now, lnsAddr, pcAddr, false)
			w.run(40 * time.Second)
			last := w.b.keys.deleted[len(w.b.keys.deleted)-1]
			if !w.b.Snapshot(w.now).SAs[0].Deleted || last != ReasonPeerDead {
				t.Fatalf("not found dead: %v", w.b.keys.deleted)
			}
		})
	}
}

func TestKeyOfTheLongestMaskWins(t *testing.T) {
	cfg := config()
	cfg.Keys = []Key{
		{Prefix: prefix("0.0.0.0/0"), Secret: []byte("any")}, {Prefix: prefix("12.1.0.0/16"), Secret: []byte("net")},
		{Prefix: prefix("12.1.1.1/32"), Secret: []byte("host")}, {Hostname: "frank", Resolved: addrs("12.9.9.9"), Secret: []byte("name")},
	}
	e := newSide(cfg, 1)
	for peer, want := range map[string]string{"12.1.1.1": "host", "12.1.7.7": "net", "13.0.0.1": "any", "12.9.9.9": "name"} {
		if got, ok := e.findKey(addrs(peer)[0]); !ok || string(got) != want {
			t.Fatalf("%s: key %q", peer, got)
		}
	}
	cfg.Keys = cfg.Keys[2:3]
	e.Configure(0, cfg)
	if _, ok := e.findKey(addrs("12.1.1.2")[0]); ok {
		t.Fatal("key for a stranger")
	}
}

func TestNoKeyForThePeer(t *testing.T) {
	cfg := config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19))
	cfg.Keys = nil
	w := newWorld(t, cfg, cfg)
	w.a.RequestSA(w.now, windowsRequest())
	down, ok := w.a.Drain()[0].(PhaseOneDown)
	if !ok || down.Reason != ReasonNoKey || down.Requests[0] != 7 {
		t.Fatalf("told %+v", down)
	}
	w.isEmpty()
	w = newWorld(t, windowsConfig(Windows8), cfg)
	w.a.RequestSA(w.now, windowsRequest())
	w.settle()
	if !saw(w.b, TransformMismatch{Reason: MismatchPreshared}) {
		t.Fatal("pre-shared offer without a key not named")
	}
}

func saw(s *side, want any) bool {
	for _, e := range s.events.Events {
		if e == want {
			return true
		}
	}
	return false
}

// Requests in a row share the phase 1 SA; one quick mode each.
func TestRequestsShareOneSA(t *testing.T) {
	p := suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)
	w := newWorld(t, config(p), config(p))
	for i := range 4 {
		r := windowsRequest()
		r.ID = uint64(i + 1)
		w.a.RequestSA(w.now, r)
		if i == 2 {
			w.settle()
		}
	}
	w.settle()
	if len(w.b.sas) != 1 || len(w.b.keys.enabled) != 4 || len(w.a.keys.installs) != 4 {
		t.Fatalf("%d SAs, %d quick modes", len(w.b.sas), len(w.b.keys.enabled))
	}
	// The responder may begin one too.
	l, r := l2tpSelectors(lnsAddr, pcAddr)
	w.b.RequestSA(w.now, Request{ID: 9, Local: lnsAddr, Remote: pcAddr, LocalProxy: l, RemoteProxy: r, Proposals: windowsProposals()[:1]})
	w.settle()
	if len(w.a.keys.enabled) != 1 {
		t.Fatal("quick mode against phase 1's direction")
	}
}

func TestConfigureTwiceAndOff(t *testing.T) {
	cfg := config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19))
	w := newWorld(t, cfg, cfg)
	w.a.RequestSA(w.now, windowsRequest())
	w.settle()
	n := len(w.b.events.Events)
	w.b.Configure(w.now, config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)))
	if len(w.b.events.Events) != n {
		t.Fatal("the same configuration did something")
	}
	cfg.Disabled = true
	w.b.Configure(w.now, cfg)
	w.settle()
	if !w.b.Snapshot(w.now).SAs[0].Deleted || !w.a.Snapshot(w.now).SAs[0].Deleted {
		t.Fatal("switched off, and still there")
	}
	w.run(61 * time.Second)
	w.isEmpty()
}

// A quick mode whose last message never comes gives everything back.
func TestQuickModeWithoutItsEnd(t *testing.T) {
	w := newWorld(t, windowsConfig(Windows8), config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)))
	w.mangle = func(d flying) []flying {
		if d.toB && len(d.send.Payload) == 60 {
			return nil
		}
		return []flying{d}
	}
	w.a.RequestSA(w.now, windowsRequest())
	w.run(70 * time.Second)
	if len(w.b.keys.abandoned) != 1 || len(w.b.keys.enabled) != 0 {
		t.Fatalf("abandoned %v enabled %v", w.b.keys.abandoned, w.b.keys.enabled)
	}
}
