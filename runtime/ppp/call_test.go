package ppp

import (
	"fmt"
	"net/netip"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ppp"
)

var allAuth = []ppp.AuthProto{ppp.NoAuth, ppp.AuthPAP, ppp.AuthCHAP, ppp.AuthMSCHAP, ppp.AuthMSCHAPV2}

func protocols(a ppp.AuthProto) []ppp.AuthProto {
	if a == ppp.NoAuth {
		return nil
	}
	return []ppp.AuthProto{a}
}

func clientOf(a ppp.AuthProto, password string) *Config {
	c := pcConfig(password)
	c.Self.Protocols = protocols(a)
	return c
}

// Every protocol, over a wire that loses, repeats and reorders: both ends come
// up with the same addresses, and everything is given back.
func TestCallsOverABadWire(t *testing.T) {
	for _, a := range allAuth {
		for seed := range uint64(200) {
			w := newWorld(t, seed, lnsConfig(protocols(a)...), clientOf(a, "test"))
			w.loss, w.dup, w.jitter = float64(seed%5)*0.05, 0.1, 50*time.Millisecond
			w.open()
			w.run(3 * time.Minute)
			if _, failed := w.pc.down(); failed && w.loss > 0.15 {
				continue // twenty per cent may exhaust ten requests
			}
			w.mustBeUp()
			if t.Failed() {
				t.Fatalf("%v seed %d", a, seed)
			}
			w.hangUp()
			if t.Failed() {
				t.Fatalf("%v seed %d", a, seed)
			}
		}
	}
}

// Wrong passwords: the server says why, the client learns the code, no
// interface is made and no address lent.
func TestWrongPassword(t *testing.T) {
	for _, a := range allAuth[1:] {
		for seed := range uint64(10) {
			w := newWorld(t, seed, lnsConfig(a), clientOf(a, "wrong"))
			w.loss = float64(seed%3) * 0.1
			w.open()
			w.run(5 * time.Minute)
			d, ok := w.lns.down()
			if !ok || d.Reason != AuthFailed && d.Reason != PeerTerminated && w.loss == 0 {
				t.Errorf("%v: lns %+v %v", a, d, ok)
			}
			if d, ok := w.pc.down(); !ok || w.loss == 0 && (d.Reason != SelfAuthFailed || d.Code != 691) {
				t.Errorf("%v: pc %+v %v", a, d, ok)
			}
			if w.interfaces != 0 || w.pool.next != 0 {
				t.Errorf("%v: interface or address for a stranger", a)
			}
			w.hangUp()
		}
	}
}

// RFC 2759, 6: a refusal that allows a retry carries the challenge for it.
func TestRetryWithAnotherPassword(t *testing.T) {
	for _, a := range []ppp.AuthProto{ppp.AuthMSCHAP, ppp.AuthMSCHAPV2} {
		cfg, pc := lnsConfig(a), clientOf(a, "wrong")
		cfg.Auth.MaxBad = 2
		pc.Self.Next = []string{"worse", "test"}
		w := newWorld(t, 1, cfg, pc)
		w.open()
		w.run(time.Second)
		w.mustBeUp()
		if w.users.asked != 3 {
			t.Errorf("%v: asked %d times", a, w.users.asked)
		}
		w.hangUp()
	}
}

func TestRetryIsLimited(t *testing.T) {
	cfg, pc := lnsConfig(ppp.AuthMSCHAPV2), pcConfig("wrong")
	cfg.Auth.MaxBad = 1
	pc.Self.Next = []string{"worse", "test"}
	w := newWorld(t, 1, cfg, pc)
	w.open()
	w.run(time.Minute)
	if d, _ := w.lns.down(); d.Reason != AuthFailed {
		t.Error(d)
	}
	w.hangUp()
}

// `ppp authentication ms-chap-v2 chap pap`: the client Naks with what it wants.
func TestServerOffersSeveralProtocols(t *testing.T) {
	for _, a := range []ppp.AuthProto{ppp.AuthPAP, ppp.AuthCHAP, ppp.AuthMSCHAPV2} {
		w := newWorld(t, 1, lnsConfig(ppp.AuthMSCHAPV2, ppp.AuthCHAP, ppp.AuthPAP), clientOf(a, "test"))
		w.open()
		w.run(time.Second)
		w.mustBeUp()
		if got := w.lns.Snapshot().Auth; got != a {
			t.Errorf("authenticated by %v, the client wants %v", got, a)
		}
		w.hangUp()
	}
}

// A client that consents to none of them is told so for ever, within limits.
func TestNoCommonProtocol(t *testing.T) {
	w := newWorld(t, 1, lnsConfig(ppp.AuthMSCHAPV2), clientOf(ppp.AuthPAP, "test"))
	w.open()
	w.run(time.Minute)
	if d, ok := w.lns.down(); !ok || d.Reason == NotDown {
		t.Error(d, ok)
	}
	w.hangUp()
}

func TestPeerRejectsAuthentication(t *testing.T) {
	for _, optional := range []bool{false, true} {
		cfg := lnsConfig(ppp.AuthCHAP)
		cfg.Auth.Optional = optional
		w := newWorld(t, 1, cfg, clientOf(ppp.NoAuth, ""))
		w.open()
		w.run(30 * time.Second)
		if optional {
			w.mustBeUp()
		} else if d, _ := w.lns.down(); d.Reason != AuthRefusedByPeer {
			t.Errorf("%+v", d)
		}
		w.hangUp()
	}
}

// Both ends authenticate each other; the called one waits to be shown first.
func TestMutualAuthentication(t *testing.T) {
	for _, a := range allAuth[2:] {
		cfg, pc := lnsConfig(a), clientOf(a, "test")
		cfg.Self = SelfConfig{Protocols: protocols(a), Name: "R2LNS"} // its secret is that of `username test`
		pc.Auth.Protocols, pc.Auth.Name, pc.Auth.Timeout = protocols(a), "test", 3*time.Second
		pc.LCP.Request = append([]uint8{ppp.LCPAuth}, pc.LCP.Request...)
		w := newWorld(t, 3, cfg, pc)
		w.pc.deps.Auth = &users{passwords: map[string]string{"R2LNS": "test"}}
		w.open()
		w.run(30 * time.Second)
		w.mustBeUp()
		if d, ok := phaseDetail(w.lns); !ok || d != ByBoth {
			t.Error(a, d)
		}
		w.hangUp()
	}
}

func phaseDetail(e *end) (PhaseDetail, bool) {
	for _, o := range e.notices {
		if p, ok := o.(PhaseNotice); ok && p.Phase == PhaseAuthenticating {
			return p.Detail, true
		}
	}
	return 0, false
}

// `ppp authentication chap callin` does not ask a peer that we called.
func TestCallinOnly(t *testing.T) {
	cfg := lnsConfig()
	pc := clientOf(ppp.NoAuth, "")
	pc.Auth.Protocols, pc.Auth.Callin = protocols(ppp.AuthCHAP), true
	pc.LCP.Request = append([]uint8{ppp.LCPAuth}, pc.LCP.Request...)
	w := newWorld(t, 3, cfg, pc)
	w.open()
	w.run(time.Second)
	w.mustBeUp()
	w.hangUp()
}

func TestRechallenge(t *testing.T) {
	cfg := lnsConfig(ppp.AuthMSCHAPV2)
	cfg.Auth.Rechallenge = time.Minute
	w := newWorld(t, 1, cfg, pcConfig("test"))
	w.open()
	w.run(5*time.Minute + time.Second)
	w.mustBeUp()
	if w.users.asked != 6 {
		t.Errorf("asked %d times in five minutes", w.users.asked)
	}
	w.users.passwords["test"] = "changed"
	w.run(2 * time.Minute)
	if d, _ := w.lns.down(); d.Reason != AuthFailed {
		t.Error(d)
	}
	w.hangUp()
}

func TestServerThatAnswersLater(t *testing.T) {
	w := newWorld(t, 1, lnsConfig(ppp.AuthMSCHAPV2), pcConfig("test"))
	w.users.pending = true
	w.open()
	w.run(25 * time.Second)
	if w.users.asked != 1 {
		t.Errorf("asked %d times", w.users.asked)
	}
	w.lns.Answer(w.now, AuthReply{Verdict: NoServer})
	w.collect()
	w.run(10 * time.Second)
	if d, _ := w.lns.down(); d.Reason != AuthServerSilent {
		t.Error(d)
	}
	w.hangUp()
}

// RFC 2759, 8.8: a server that lets everybody in without knowing the password is found out.
func TestServerWithoutProof(t *testing.T) {
	w := newWorld(t, 1, lnsConfig(ppp.AuthMSCHAPV2), pcConfig("test"))
	w.lns.deps.Auth = impostor{}
	w.open()
	w.run(30 * time.Second)
	if d, _ := w.pc.down(); d.Reason != PeerUnproven {
		t.Error(d)
	}
	w.hangUp()
}

type impostor struct{}

func (impostor) Authenticate(clock.Instant, *AuthRequest) AuthReply {
	return AuthReply{Verdict: Pass, Proof: "S=0000000000000000000000000000000000000000"}
}
func (impostor) Secret(string) (string, bool) { return "", false }

func TestSilentClientTimesOut(t *testing.T) {
	w := newWorld(t, 1, lnsConfig(ppp.AuthCHAP), clientOf(ppp.AuthCHAP, "test"))
	w.dropToLNS = func(p ppp.Protocol) bool { return p == ppp.CHAP }
	w.pc.cfg.Auth.MaxTimeouts = 1000
	w.open()
	w.run(10 * time.Minute)
	if d, _ := w.lns.down(); d.Reason != AuthTimedOut {
		t.Error(d)
	}
	w.hangUp()
}

// DNS and WINS: what is configured is Nak'ed into the client, the rest rejected.
func TestNameServers(t *testing.T) {
	cfg := lnsConfig(ppp.AuthMSCHAPV2)
	cfg.IPCP.DNS = [2]netip.Addr{netip.MustParseAddr("10.0.0.10")}
	cfg.IPCP.WINS = [2]netip.Addr{netip.MustParseAddr("10.0.0.11"), netip.MustParseAddr("10.0.0.12")}
	w := newWorld(t, 1, cfg, pcConfig("test"))
	w.open()
	w.run(time.Second)
	w.mustBeUp()
	up, _ := w.pc.ip()
	zero := netip.IPv4Unspecified()
	if up.DNS != [2]netip.Addr{cfg.IPCP.DNS[0], zero} || up.WINS != cfg.IPCP.WINS {
		t.Errorf("%+v", up)
	}
	w.hangUp()
}

func TestDatagramsBothWaysAfterUp(t *testing.T) {
	w := newWorld(t, 1, lnsConfig(), clientOf(ppp.NoAuth, ""))
	early := packet.From([]byte("too early"))
	if w.pc.SendIP(0, early) {
		t.Error("a datagram before IPCP is open")
	}
	w.open()
	w.run(time.Second)
	for _, e := range []*end{w.lns, w.pc} {
		for i := range 3 {
			b := packet.From([]byte(fmt.Sprintf("E datagram %d", i)))
			if !e.SendIP(w.now, b) {
				t.Fatal("not sent")
			}
			dst := w.pc
			if e == w.pc {
				dst = w.lns
			}
			dst.Receive(w.now, b)
		}
	}
	if len(w.lns.got) != 3 || len(w.pc.got) != 3 || w.pc.got[2] != "E datagram 2" {
		t.Error(w.lns.got, w.pc.got)
	}
	if c := w.lns.Counters(); c.InData != 3 || c.OutData != 3 {
		t.Errorf("%+v", c)
	}
	if w.pc.Counters().Drops[DropNotOpen] != 1 {
		t.Error("the early one is not counted")
	}
	w.hangUp()
}

func TestFastPathDoesNotAllocate(t *testing.T) {
	w := newWorld(t, 1, lnsConfig(), clientOf(ppp.NoAuth, ""))
	w.lns.deps.Events, w.pc.deps.Events = deaf{}, deaf{}
	w.lns.deps.Deliver = func(clock.Instant, *packet.Buffer) {}
	w.open()
	w.run(time.Second)
	b := packet.From(make([]byte, 1400))
	n := testing.AllocsPerRun(100, func() {
		if !w.pc.SendIP(w.now, b) {
			t.Fatal("not sent")
		}
		w.lns.Receive(w.now, b)
	})
	if n != 0 {
		t.Errorf("%v allocations a datagram", n)
	}
	b.Release()
	w.hangUp()
}

func BenchmarkDatagramBothEnds(b *testing.B) {
	w := newWorld(nil, 1, lnsConfig(), clientOf(ppp.NoAuth, ""))
	w.lns.deps.Events, w.pc.deps.Events = deaf{}, deaf{}
	w.lns.deps.Deliver = func(clock.Instant, *packet.Buffer) {}
	w.open()
	w.run(time.Second)
	buf := packet.From(make([]byte, 1400))
	for b.Loop() {
		w.pc.SendIP(w.now, buf)
		w.lns.Receive(w.now, buf)
	}
}
