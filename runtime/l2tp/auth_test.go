package l2tp

import (
	"fmt"
	"testing"
	"time"

	wire "ioslab/runtime/wire/l2tp"
)

func TestTunnelAuthentication(t *testing.T) {
	for _, c := range []struct {
		name               string
		lnsPass, pcPass    string
		lnsAuth, pcAuth    bool
		secrets, pcSecrets map[string]string
		up                 bool
		result             uint16 // of the StopCCN that ends it
		byPC               bool   // the PC refuses
	}{
		{name: "right", lnsPass: "cisco", pcPass: "cisco", lnsAuth: true, pcAuth: true, up: true},
		{name: "wrong", lnsPass: "cisco", pcPass: "oops", lnsAuth: true, pcAuth: true, result: 4, byPC: true},
		{name: "no challenge from the peer", lnsPass: "cisco", pcPass: "cisco", lnsAuth: true, result: 4},
		{name: "peer has no secret", lnsPass: "cisco", lnsAuth: true, pcAuth: true, result: 4, byPC: true},
		{name: "router has no secret", pcPass: "cisco", lnsAuth: true, pcAuth: true, result: 4, byPC: true},
		{name: "only the peer asks", lnsPass: "cisco", pcPass: "cisco", pcAuth: true, up: true},
		{name: "nobody asks", up: true},
		{name: "user of the peer's name", pcPass: "cisco", lnsAuth: true, pcAuth: true, secrets: map[string]string{"frank": "cisco"}, up: true},
		{name: "user of our name", pcPass: "cisco", lnsAuth: true, pcAuth: true, secrets: map[string]string{"R2LNS": "cisco"}, up: true},
	} {
		t.Run(c.name, func(t *testing.T) {
			w := newWorld(t, 20)
			cfg := article("")
			cfg.Groups[0].Tunnel.Authentication, cfg.Groups[0].Tunnel.Password, cfg.Secrets = c.lnsAuth, c.lnsPass, c.secrets
			w.lns.e.Configure(0, cfg)
			req := frank()
			req.Tunnel.Authentication, req.Tunnel.Password = c.pcAuth, c.pcPass
			w.dial(req)
			w.run(2 * time.Second)
			if up := len(w.lns.ups()) == 1; up != c.up {
				t.Fatalf("up %v", up)
			}
			if c.up {
				if c.lnsAuth && !has[AuthSucceeded](w.lns, nil) {
					t.Fatal("no success told")
				}
				return
			}
			refuser, refused := w.lns, w.pc
			if c.byPC {
				refuser, refused = w.pc, w.lns
			}
			if d := refused.tunnelDowns(); len(d) != 1 || d[0].Reason.Cause != CausePeer || d[0].Reason.Result != c.result {
				t.Fatalf("%+v", d)
			}
			if d := refuser.tunnelDowns(); len(d) != 1 || d[0].Reason.Cause != CauseAuthentication {
				t.Fatalf("%+v", d)
			}
			w.run(time.Minute)
			w.empty()
		})
	}
}

// The LNS finds the wrong response itself when the client trusts anybody.
func TestWrongResponseInSCCCN(t *testing.T) {
	w := newWorld(t, 21)
	cfg := article("")
	cfg.Groups[0].Tunnel.Authentication, cfg.Groups[0].Tunnel.Password = true, "cisco"
	w.lns.e.Configure(0, cfg)
	w.inject(w.lns, 0, 0, 0, 0, sccrq(7, wire.AVP{Mandatory: true, Attr: wire.AttrChallenge, Value: []byte("0123456789abcdef")}))
	w.run(10 * time.Millisecond)
	_, m := w.lns.last()
	rp := m.(*wire.SCCRP)
	if want := wire.ChallengeResponse(wire.TypeSCCRP, []byte("cisco"), []byte("0123456789abcdef")); rp.ChallengeResponse.V != want || len(rp.Challenge.V) != 16 {
		t.Fatalf("%+v", rp)
	}
	cn := &wire.SCCCN{ChallengeResponse: wire.Some([16]byte{1, 2, 3})}
	w.inject(w.lns, rp.AssignedTunnelID, 0, 1, 1, cn)
	w.collect()
	_, m = w.lns.last()
	if stop, ok := m.(*wire.StopCCN); !ok || stop.Result.Result != wire.StopNotAuthorized {
		t.Fatalf("%+v", m)
	}
	if !has(w.lns, func(a AuthFailed) bool {
		return a.HasExpected && a.HasGot && a.Expected == wire.ChallengeResponse(wire.TypeSCCCN, []byte("cisco"), rp.Challenge.V)
	}) || !has[TunnelRefused](w.lns, nil) {
		t.Fatal("failure not told")
	}
	if n := w.lns.e.Snapshot().Tunnels[0].AuthFailures; n != 1 {
		t.Fatal(n)
	}
}

// sccrq is an SCCRQ of frank's, made by hand.
func sccrq(id uint16, extra ...wire.AVP) *wire.SCCRQ {
	m := &wire.SCCRQ{ProtocolVersion: wire.Version{Version: 1}, HostName: "frank", Framing: 1, AssignedTunnelID: id, ReceiveWindow: wire.Some(uint16(8))}
	m.AVPs = extra
	return m
}

// Hidden AVPs go both ways, and nobody without the secret reads them.
func TestHiddenAVPs(t *testing.T) {
	for _, pass := range []string{"cisco", "other"} {
		w := newWorld(t, 22)
		cfg := article("")
		cfg.Groups[0].Tunnel.Password, cfg.Groups[0].Tunnel.Hidden = "cisco", true
		w.lns.e.Configure(0, cfg)
		req := frank()
		req.Tunnel.Password, req.Tunnel.Hidden = pass, true
		req.Call.Calling = "5550100"
		w.dial(req)
		w.run(2 * time.Second)
		up := w.lns.ups()
		if pass == "other" {
			if len(up) != 0 {
				t.Fatal("read with another secret")
			}
			continue
		}
		if len(up) != 1 || up[0].Call.Calling != "5550100" {
			t.Fatalf("%+v", up)
		}
		for _, n := range []*node{w.pc, w.lns} {
			hidden := 0
			for _, p := range n.sent {
				_, at, _ := wire.ParseHeader(p)
				avps, _ := wire.ParseAVPs(p[at:])
				for _, a := range avps {
					if a.Hidden {
						hidden++
					} else if a.Attr.MayHide() {
						t.Fatalf("%v is not hidden", a.Attr)
					}
				}
			}
			if hidden == 0 {
				t.Fatal("nothing hidden")
			}
		}
	}
}

// RFC 2661 4.4.3: with tie breakers one tunnel comes of two simultaneous SCCRQs,
// and the calls of both sides go through it; without, there are two.
func TestSimultaneousSCCRQs(t *testing.T) {
	for _, c := range []struct{ pc, lns, one bool }{{true, true, true}, {true, false, true}, {false, true, true}, {false, false, false}} {
		for seed := range uint64(8) {
			t.Run(fmt.Sprint(c, seed), func(t *testing.T) {
				w := newWorld(t, 30+seed)
				for _, n := range []*node{w.pc, w.lns} {
					cfg := article("")
					cfg.Groups[0].TerminateFrom = ""
					n.e.Configure(0, cfg)
				}
				dial := func(n *node, tie bool) {
					p := IOS("R")
					p.TieBreaker = tie
					tun := DefaultTunnel(true)
					tun.Authentication, tun.InitialRetries = false, 8
					if _, err := n.e.Dial(w.now, DialRequest{Path: Path{Local: n.addr, Remote: w.peer(n).addr}, Personality: p, Tunnel: tun}); err != nil {
						t.Fatal(err)
					}
				}
				dial(w.pc, c.pc)
				dial(w.lns, c.lns)
				w.run(9 * time.Second)
				tunnels := len(w.pc.e.tunnels)
				if (tunnels == 1) != c.one || len(w.lns.e.tunnels) != tunnels {
					t.Fatalf("%d and %d tunnels", tunnels, len(w.lns.e.tunnels))
				}
				if a, b := len(w.pc.ups()), len(w.lns.ups()); a != 2 || b != 2 {
					t.Fatalf("%d and %d calls up", a, b)
				}
				w.pc.e.ClearTunnels(w.now, ClearSelector{})
				w.run(time.Minute)
				w.empty()
			})
		}
	}
}
