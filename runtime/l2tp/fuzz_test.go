package l2tp

import (
	"encoding/binary"
	"net/netip"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	wire "ioslab/runtime/wire/l2tp"
)

// fuzzSeed makes ids, challenges and tie breakers repeat, so that the messages of one run are
// valid in the next.
const fuzzSeed = 7

// How a packet of the fuzz input is dressed before it is given to the engine.
const (
	fitTunnel  = 1 << iota // its tunnel id is one of the engine's
	fitSession             // and its session id
	fitNumbers             // and Ns and Nr are what is expected
	otherPort              // it comes from another port of the peer
	otherHost              // it comes from another host
	waitASec               // a second passes before it
)

// fuzzState is a moment of a call at one side, and how to get there.
type fuzzState struct {
	name   string
	client bool
	auth   bool
	hangup bool
	there  func(e *Engine) bool
}

func tunnelIn(s TunnelState) func(*Engine) bool {
	return func(e *Engine) bool {
		for _, t := range e.tunnels {
			if t.state == s {
				return true
			}
		}
		return false
	}
}

func sessionIn(states ...SessionState) func(*Engine) bool {
	return func(e *Engine) bool {
		for _, s := range e.sessions {
			for _, want := range states {
				if s.state == want {
					return true
				}
			}
		}
		return false
	}
}

var fuzzStates = []fuzzState{
	{name: "LNS idle", there: func(*Engine) bool { return true }},
	{name: "LNS wait-ctl-conn", there: tunnelIn(TunnelWaitConn)},
	{name: "LNS wait-ctl-conn, authenticating", auth: true, there: tunnelIn(TunnelWaitConn)},
	{name: "LNS established", there: tunnelIn(TunnelEstablished)},
	{name: "LNS session wait-connect", there: sessionIn(SessionWaitConnect)},
	{name: "LNS session established", there: sessionIn(SessionWaitService, SessionEstablished)},
	{name: "LNS session established, hidden AVPs", auth: true, there: sessionIn(SessionWaitService, SessionEstablished)},
	{name: "LNS lingering", hangup: true, there: tunnelIn(TunnelLingering)},
	{name: "client wait-ctl-reply", client: true, there: tunnelIn(TunnelWaitReply)},
	{name: "client wait-ctl-reply, authenticating", client: true, auth: true, there: tunnelIn(TunnelWaitReply)},
	{name: "client session wait-reply", client: true, there: sessionIn(SessionWaitReply)},
	{name: "client session established", client: true, there: sessionIn(SessionEstablished, SessionWaitService)},
	{name: "client shutting down", client: true, hangup: true, there: tunnelIn(TunnelShutting)},
}

// fuzzWorld returns a world in which a call has begun.
func fuzzWorld(t *testing.T, auth, dial bool) (w *world, h Handle) {
	w = newWorld(t, fuzzSeed)
	cfg, req := article(""), frank()
	for _, c := range []*TunnelConfig{&cfg.Groups[0].Tunnel, &req.Tunnel} {
		c.Authentication, c.Password, c.Hidden = auth, "cisco", auth
	}
	w.lns.e.Configure(0, cfg)
	if dial {
		h = w.dial(req)
	}
	return w, h
}

// reach goes to the state and drops what is under way.
func (w *world) reach(st fuzzState, h Handle) *node {
	w.t.Helper()
	n := w.lns
	if st.client {
		n = w.pc
	}
	hungUp := false
	for range 1000 {
		if st.there(n.e) {
			w.collect()
			w.air = nil
			return n
		}
		if !hungUp && st.hangup && len(w.pc.ups()) == 1 && len(w.lns.ups()) == 1 {
			w.pc.e.Hangup(w.now, h, Hangup{})
			hungUp = true
			continue
		}
		w.step(w.now.Add(time.Minute))
	}
	w.t.Fatalf("%s is not reached", st.name)
	return nil
}

// dress makes the packet fit the engine's state as how asks.
func dress(e *Engine, how byte, p []byte) {
	h, _, err := wire.ParseHeader(p)
	if err != nil || !h.Control || len(p) < wire.ControlHeaderLen {
		return
	}
	tunnels := e.sortedTunnels()
	if len(tunnels) == 0 {
		return
	}
	t := tunnels[0]
	if how&fitTunnel != 0 {
		binary.BigEndian.PutUint16(p[4:], t.id)
	}
	if all := t.sorted(); how&fitSession != 0 && len(all) > 0 {
		binary.BigEndian.PutUint16(p[6:], all[0].id)
	}
	if how&fitNumbers != 0 {
		binary.BigEndian.PutUint16(p[8:], t.ch.nr)
		binary.BigEndian.PutUint16(p[10:], t.ch.una+uint16(t.ch.sent))
	}
}

// chunk appends one packet to a fuzz input.
func chunk(in []byte, how byte, p []byte) []byte {
	in = append(in, how, byte(len(p)>>8), byte(len(p)))
	return append(in, p...)
}

// chunks takes a fuzz input apart, at most 32 packets.
func chunks(in []byte) (how []byte, packets [][]byte) {
	for len(in) >= 3 && len(how) < 32 {
		n := min(int(in[1])<<8|int(in[2]), len(in)-3)
		how, packets = append(how, in[0]), append(packets, in[3:3+n])
		in = in[3+n:]
	}
	return how, packets
}

// addCallSeeds adds the messages of a real call, together and one by one, for every state.
func addCallSeeds(f *testing.F) {
	for _, auth := range []bool{false, true} {
		var toLNS, toPC [][]byte
		f.Helper()
		t := &testing.T{}
		w, h := fuzzWorld(t, auth, true)
		w.tap = func(_ clock.Instant, _, to netip.AddrPort, p []byte) {
			if to == lnsAddr {
				toLNS = append(toLNS, append([]byte(nil), p...))
			} else {
				toPC = append(toPC, append([]byte(nil), p...))
			}
		}
		w.run(time.Second)
		w.say(w.pc, h, "\xff\x03\xc0\x21\x01\x00\x00\x04")
		w.say(w.lns, w.lns.ups()[0].Session, "\xff\x03\xc0\x21\x02\x00\x00\x04")
		w.run(70 * time.Second) // hellos
		w.lns.e.Hangup(w.now, w.lns.ups()[0].Session, Hangup{})
		w.run(time.Minute)
		for i, st := range fuzzStates {
			messages := toLNS
			if st.client {
				messages = toPC
			}
			var all []byte
			for _, m := range messages {
				all = chunk(all, 0, m)
				f.Add(byte(i), chunk(nil, fitTunnel|fitSession|fitNumbers, m))
			}
			f.Add(byte(i), all)
		}
	}
}

// FuzzReceive gives an engine in every state of a call whatever may come. Afterwards no table has grown by
// more than what came, and once the tunnels are cleared everything is given back.
func FuzzReceive(f *testing.F) {
	addCallSeeds(f)
	f.Fuzz(func(t *testing.T, state byte, in []byte) {
		st := fuzzStates[int(state)%len(fuzzStates)]
		w, h := fuzzWorld(t, st.auth, st.name != "LNS idle")
		n := w.reach(st, h)
		how, packets := chunks(in)
		for i, p := range packets {
			from := w.peer(n).addr
			if how[i]&otherPort != 0 {
				from = netip.AddrPortFrom(from.Addr(), 4242)
			}
			if how[i]&otherHost != 0 {
				from = netip.MustParseAddrPort("99.9.9.9:1701")
			}
			if how[i]&waitASec != 0 {
				w.run(time.Second)
			}
			p = append([]byte(nil), p...)
			dress(n.e, how[i], p)
			n.e.Receive(w.now, n.addr, from, packet.From(p))
			checkBounds(t, n.e, len(packets))
		}
		w.run(5 * time.Second)
		w.lns.e.Configure(w.now, Config{})
		w.pc.e.ClearTunnels(w.now, ClearSelector{})
		w.lns.e.ClearTunnels(w.now, ClearSelector{})
		w.run(4 * time.Minute)
		w.empty()
		w.pc.e.Close()
		w.lns.e.Close()
		if live := packet.Live(); live != w.live {
			t.Fatalf("%d buffers are out", live-w.live)
		}
	})
}

// checkBounds fails when a table is larger than what n packets can have made it.
func checkBounds(t *testing.T, e *Engine, n int) {
	t.Helper()
	if len(e.tunnels) > 1+n || len(e.sessions) > 1+n || e.halfOpen < 0 || e.halfOpen > len(e.tunnels) || len(e.byPeer) > len(e.tunnels) {
		t.Fatalf("%d packets: %d tunnels, %d by peer, %d half open, %d sessions", n, len(e.tunnels), len(e.byPeer), e.halfOpen, len(e.sessions))
	}
	sessions := 0
	for _, tu := range e.tunnels {
		sessions += len(tu.sessions)
		if len(tu.ch.early) > maxReorder || len(tu.ch.queue) > maxQueued || len(tu.byRemote) > len(tu.sessions) {
			t.Fatalf("early %d, queue %d, by remote %d of %d sessions", len(tu.ch.early), len(tu.ch.queue), len(tu.byRemote), len(tu.sessions))
		}
	}
	if sessions != len(e.sessions) {
		t.Fatalf("%d sessions in tunnels, %d in the table", sessions, len(e.sessions))
	}
	if e.timers.Len() > len(e.tunnels)*int(numTimers)+len(e.sessions) {
		t.Fatalf("%d timers", e.timers.Len())
	}
}
