package l2tp

import (
	"fmt"
	"slices"
	"testing"
	"time"

	wire "ioslab/runtime/wire/l2tp"
)

func TestArticleCallAndHangUp(t *testing.T) {
	w := newWorld(t, 1)
	w.lns.e.Configure(0, article(""))
	h := w.dial(frank())
	w.run(time.Second)

	pc, lns := w.pc.ups(), w.lns.ups()
	if len(pc) != 1 || len(lns) != 1 {
		t.Fatalf("up: pc %d, lns %d", len(pc), len(lns))
	}
	if n := len(w.pc.sent[0]); n != 98 {
		t.Fatalf("the SCCRQ has %d bytes", n)
	}
	if u := lns[0]; u.Group != "1" || u.Template != 1 || u.RemoteName != "frank" || u.Dialled || u.Renegotiation != RenegotiateOnMismatch ||
		u.Call.Proxy.AuthType != wire.ProxyNone || u.Call.Bearer != BearerAnalog || u.LocalID != pc[0].RemoteID || u.RemoteID != pc[0].LocalID {
		t.Fatalf("%+v", u)
	}
	w.lns.e.SetUser(lns[0].Session, "test")
	w.lns.e.SetInterface(w.now, lns[0].Session, "Vi2.1")

	w.say(w.pc, h, "from the PC")
	w.say(w.lns, lns[0].Session, "from the router")
	w.run(time.Second)
	if got := fmt.Sprint(w.pc.frames, w.lns.frames); got != "map[1:[from the router]] map[1:[from the PC]]" {
		t.Fatal(got)
	}
	snap := w.lns.e.Snapshot()
	if len(snap.Tunnels) != 1 || len(snap.Sessions) != 1 {
		t.Fatalf("%+v", snap)
	}
	if tu := snap.Tunnels[0]; tu.RemoteName != "frank" || tu.State != TunnelEstablished || tu.Sessions != 1 || tu.Remote != pcAddr ||
		tu.RemoteRWS != 8 || tu.LocalRWS != DefaultReceiveWindow || tu.Unsent != 0 || tu.Resend != 0 || tu.Group != "1" || tu.Dialled {
		t.Fatalf("%+v", tu)
	}
	if s := snap.Sessions[0]; s.User != "test" || s.Interface != "Vi2.1" || s.State != SessionEstablished || s.PacketsIn != 1 ||
		s.BytesIn != 11 || s.PacketsOut != 1 || s.BytesOut != 15 || s.Unique != 1 {
		t.Fatalf("%+v", s)
	}

	w.pc.e.Hangup(w.now, h, Hangup{Result: wire.CDNAdministrative})
	w.run(time.Second)
	if d := w.lns.downs(); len(d) != 1 || d[0].Reason.Cause != CausePeer || d[0].Reason.Result != wire.CDNAdministrative {
		t.Fatalf("%+v", d)
	}
	if d := w.lns.tunnelDowns(); len(d) != 1 || d[0].Reason.Cause != CausePeer {
		t.Fatalf("%+v", d)
	}
	if n := len(w.lns.e.Snapshot().Tunnels); n != 0 {
		t.Fatalf("%d tunnels shown", n)
	}
	w.run(cycle)
	w.empty()
}

// The router hangs up: CDN with IOS's text, the tunnel stays for the no-session time.
func TestRouterHangsUp(t *testing.T) {
	w := newWorld(t, 2)
	w.lns.e.Configure(0, article(""))
	req := frank()
	req.Tunnel.NoSession = -1
	w.dial(req)
	w.run(time.Second)
	w.lns.e.SetInterface(w.now, w.lns.ups()[0].Session, "Vi2.1")
	w.lns.e.Hangup(w.now, w.lns.ups()[0].Session, Hangup{AAA: true, IETF: 17, Ascend: 26, PPP: &wire.PPPDisconnect{Code: 14}})
	w.run(time.Second)
	d := w.pc.downs()
	if len(d) != 1 || d[0].Reason.Result != 2 || d[0].Reason.Error != 6 || d[0].Reason.Message != "Locally generated disconnect" || d[0].Reason.PPP.Code != 14 {
		t.Fatalf("%+v", d)
	}
	if !has(w.lns, func(c SessionClosed) bool { return c.Interface == "Vi2.1" && c.Result == 2 && c.LocalName == "R2LNS" }) {
		t.Fatal("no syslog")
	}
	if s := w.lns.e.Snapshot().Tunnels[0].State; s != TunnelNoSessions {
		t.Fatal(s)
	}
	w.run(7 * time.Second)
	if len(w.lns.e.tunnels) != 1 {
		t.Fatal("the tunnel went early")
	}
	w.run(3 * time.Second)
	if d := w.pc.tunnelDowns(); len(d) != 1 || d[0].Reason.Result != wire.StopClear {
		t.Fatalf("%+v", d)
	}
	w.run(cycle)
	w.empty()
}

// A call within the no-session time keeps the tunnel.
func TestSecondCallKeepsTheTunnel(t *testing.T) {
	w := newWorld(t, 3)
	w.lns.e.Configure(0, article(""))
	req := frank()
	req.Reuse, req.Tunnel.NoSession = true, 15*time.Second
	h := w.dial(req)
	w.run(time.Second)
	w.pc.e.Hangup(w.now, h, Hangup{})
	w.run(5 * time.Second)
	w.dial(req)
	w.run(30 * time.Second)
	if n := len(w.lns.ups()); n != 2 || len(w.lns.e.tunnels) != 1 {
		t.Fatalf("%d calls, %d tunnels", n, len(w.lns.e.tunnels))
	}
	if s := w.lns.e.Snapshot().Tunnels[0].State; s != TunnelEstablished {
		t.Fatal(s)
	}
}

// Under loss, duplication and reordering calls come up, carry data, and everything is given back.
func TestFaultyPipe(t *testing.T) {
	for seed := range uint64(60) {
		t.Run(fmt.Sprint("seed", seed), func(t *testing.T) {
			w := newWorld(t, seed)
			w.loss, w.dup, w.jitter = 0.2, 0.2, 80*time.Millisecond
			cfg := article("")
			g := &cfg.Groups[0]
			g.Tunnel.Authentication, g.Tunnel.Password, g.Tunnel.Hidden = seed%2 == 0, "cisco", seed%3 == 0
			w.lns.e.Configure(0, cfg)
			req := frank()
			req.Tunnel.Authentication, req.Tunnel.Password, req.Tunnel.Hidden = seed%2 == 0, "cisco", seed%3 == 0
			req.Tunnel.Retries, req.Tunnel.InitialRetries, req.Tunnel.ReceiveWindow = 20, 20, 1+int(seed%9)
			req.Tunnel.Setup = 10 * time.Minute
			req.Reuse = true
			var calls []Handle
			for range 5 {
				calls = append(calls, w.dial(req))
			}
			w.run(2 * time.Minute)
			if n, m := len(w.pc.ups()), len(w.lns.ups()); n != 5 || m != 5 {
				t.Fatalf("%d and %d of 5 calls are up", n, m)
			}
			for _, u := range w.lns.ups() {
				w.lns.e.SetInterface(w.now, u.Session, "Vi2.1")
			}
			for i := range 50 {
				w.say(w.pc, calls[i%5], fmt.Sprint("frame ", i))
			}
			w.run(time.Second)
			for _, h := range calls {
				w.pc.e.Hangup(w.now, h, Hangup{})
			}
			w.run(5 * time.Minute)
			if n := len(w.lns.downs()); n != 5 {
				t.Fatalf("%d calls ended", n)
			}
			w.empty()
		})
	}
}

// The same seed gives the same bytes.
func TestSeedRepeats(t *testing.T) {
	var first [][]byte
	for i := range 2 {
		w := newWorld(t, 9)
		w.loss, w.dup, w.jitter = 0.2, 0.2, 50*time.Millisecond
		w.lns.e.Configure(0, article(""))
		w.dial(frank())
		w.run(time.Minute)
		w.pc.e.ClearTunnels(w.now, ClearSelector{})
		w.run(2 * time.Minute)
		all := append(w.pc.sent, w.lns.sent...)
		if i == 0 {
			first = all
		} else if !slices.EqualFunc(first, all, slices.Equal) {
			t.Fatal("the worlds differ")
		}
	}
}

func TestGroups(t *testing.T) {
	w := newWorld(t, 4)
	cfg := article("")
	other := cfg.Groups[0]
	other.Name, other.TerminateFrom, other.LocalName, other.Template = "9", "", "", 7
	cfg.Groups = append([]Group{other}, cfg.Groups...)
	w.lns.e.Configure(0, cfg)
	w.dial(frank())
	req := frank()
	req.Personality.HostName = "jane"
	w.dial(req)
	w.run(time.Second)
	up := w.lns.ups()
	if len(up) != 2 || up[0].Group != "1" || up[1].Group != "9" || up[1].Template != 7 {
		t.Fatalf("%+v", up)
	}

	w = newWorld(t, 4)
	w.lns.e.Configure(0, article(""))
	w.dial(req)
	w.run(2 * time.Minute)
	if !has(w.lns, func(m GroupMissing) bool { return m.Remote == "jane" }) || len(w.lns.sent) != 0 {
		t.Fatalf("%d answers", len(w.lns.sent))
	}
	if d := w.pc.downs(); len(d) != 1 || d[0].Reason.Cause != CauseUnreachable {
		t.Fatalf("%+v", d)
	}
	if n := w.lns.e.Counters().Dropped[DropNoGroup]; n != 6 {
		t.Fatalf("%d SCCRQs counted", n)
	}
	w.empty()
}

func TestDisabled(t *testing.T) {
	w := newWorld(t, 4)
	w.dial(frank())
	w.run(2 * time.Minute)
	if w.lns.e.Counters().Dropped[DropDisabled] == 0 || len(w.lns.sent) != 0 || len(w.lns.rec.Events) != 0 {
		t.Fatal("a router without vpdn enable answered")
	}
	w.empty()
}

// Article, stage 0: the SCCRQ in the clear is ignored, at each retransmission
// again, and stage 6: protected it is taken, but then nothing in the clear is.
func TestSecurityProfile(t *testing.T) {
	w := newWorld(t, 5)
	w.lns.e.Configure(0, article("CCIE"))
	w.dial(frank())
	w.run(2 * time.Minute)
	refused := 0
	for _, ev := range w.lns.rec.Events {
		if r, ok := ev.(SecurityRefused); ok && r.Remote == "frank" {
			refused++
		}
	}
	if sent := len(w.pc.sent); refused != sent || sent != 6 || len(w.lns.sent) != 0 {
		t.Fatalf("%d SCCRQs, %d refusals, %d answers", sent, refused, len(w.lns.sent))
	}
	w.empty()

	w = newWorld(t, 5)
	w.lns.e.Configure(0, article("CCIE"))
	w.pc.profile = "other"
	w.dial(frank())
	w.run(2 * time.Minute)
	if len(w.lns.sent) != 0 {
		t.Fatal("another profile was good enough")
	}

	w = newWorld(t, 5)
	w.lns.e.Configure(0, article("CCIE"))
	w.pc.profile = "CCIE"
	h := w.dial(frank())
	w.run(time.Second)
	up := w.lns.ups()
	if len(up) != 1 || up[0].Path.Security != "CCIE" {
		t.Fatalf("%+v", up)
	}
	w.pc.profile = ""
	w.say(w.pc, h, "in the clear")
	w.pc.e.Hangup(w.now, h, Hangup{})
	w.run(time.Second)
	if len(w.lns.frames) != 0 || len(w.lns.downs()) != 0 || w.lns.e.Counters().Dropped[DropUnprotected] < 2 {
		t.Fatal("a packet in the clear was taken")
	}
}

func TestWrongPeerAddress(t *testing.T) {
	w := newWorld(t, 6)
	w.lns.e.Configure(0, article(""))
	w.dial(frank())
	w.run(time.Second)
	id := w.lns.ups()[0].Tunnel
	w.pc.addr = lnsAddr
	w.inject(w.lns, id, 0, 4, 2, &wire.StopCCN{AssignedTunnelID: 1})
	if w.lns.e.Counters().Dropped[DropPeer] != 1 || len(w.lns.tunnelDowns()) != 0 {
		t.Fatal("a stranger's StopCCN was taken")
	}
}

func TestSessionLimits(t *testing.T) {
	for name, set := range map[string]func(*Config){
		"group":  func(c *Config) { c.Groups[0].SessionLimit = 2 },
		"global": func(c *Config) { c.SessionLimit = 2 },
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 7)
			cfg := article("")
			set(&cfg)
			w.lns.e.Configure(0, cfg)
			var hs []Handle
			for range 3 {
				hs = append(hs, w.dial(frank()))
			}
			w.run(5 * time.Second)
			if n := len(w.lns.ups()); n != 2 {
				t.Fatalf("%d calls", n)
			}
			d := w.pc.downs()
			if len(d) != 1 || d[0].Reason.Result != wire.CDNGeneralError || d[0].Reason.Error != wire.ErrorResources || !has[SessionLimitHit](w.lns, nil) {
				t.Fatalf("%+v", d)
			}
			for _, h := range hs {
				w.pc.e.Hangup(w.now, h, Hangup{})
			}
			w.run(time.Minute)
			w.dial(frank())
			w.run(time.Second)
			if n := len(w.lns.ups()); n != 3 {
				t.Fatal("the place was not given back")
			}
		})
	}
}

func TestClear(t *testing.T) {
	for _, which := range []ClearSelector{{}, {Remote: "frank"}, {Local: "R2LNS"}, {Addr: pcAddr.Addr()}} {
		w := newWorld(t, 8)
		w.lns.e.Configure(0, article(""))
		w.dial(frank())
		w.run(time.Second)
		if n := w.lns.e.ClearTunnels(w.now, ClearSelector{Remote: "jane"}); n != 0 {
			t.Fatal("cleared another's")
		}
		if n := w.lns.e.ClearTunnels(w.now, which); n != 1 {
			t.Fatalf("%+v cleared %d", which, n)
		}
		w.run(time.Second)
		if d := w.pc.downs(); len(d) != 1 || d[0].Reason.Cause != CausePeer {
			t.Fatalf("%+v", d)
		}
		if d := w.lns.downs(); len(d) != 1 || d[0].Reason.Cause != CauseAdmin {
			t.Fatalf("%+v", d)
		}
		w.run(cycle)
		w.empty()
	}
}

// A silent peer is asked for life, and given up when it does not answer.
func TestHello(t *testing.T) {
	w := newWorld(t, 10)
	w.lns.e.Configure(0, article(""))
	h := w.dial(frank())
	w.run(150 * time.Second)
	if !has(w.lns, func(m MessageSent) bool { return m.Type == wire.TypeHello }) || len(w.lns.downs()) != 0 {
		t.Fatal("no hello, or the call is gone")
	}
	// Data is a sign of life too: no further hello is sent.
	before := len(w.lns.sent)
	for range 20 {
		w.run(10 * time.Second)
		w.say(w.pc, h, "alive")
	}
	hellos := 0
	for _, p := range w.lns.sent[before:] {
		if _, n, _ := wire.ParseHeader(p); n < len(p) {
			hellos++
		}
	}
	if hellos > 1 {
		t.Fatalf("%d messages in spite of data", hellos)
	}
	w.loss = 1
	w.run(5 * time.Minute)
	if d := w.lns.downs(); len(d) != 1 || d[0].Reason.Cause != CauseUnreachable {
		t.Fatalf("%+v", d)
	}
	w.empty()
}

func TestManyTunnels(t *testing.T) {
	w := newWorld(t, 11)
	w.lns.e.Configure(0, article(""))
	const calls = 400
	for range calls {
		w.dial(frank())
	}
	w.run(5 * time.Second)
	if n := len(w.lns.ups()); n != calls {
		t.Fatalf("%d calls up", n)
	}
	w.lns.e.ClearTunnels(w.now, ClearSelector{})
	w.run(time.Minute)
	w.empty()
}
