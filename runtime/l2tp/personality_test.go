package l2tp

import (
	"testing"
	"time"

	wire "ioslab/runtime/wire/l2tp"
)

func attrs(t *testing.T, p []byte) (order []wire.Attr) {
	t.Helper()
	_, n, err := wire.ParseHeader(p)
	if err != nil {
		t.Fatal(err)
	}
	avps, err := wire.ParseAVPs(p[n:])
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range avps {
		order = append(order, a.Attr)
	}
	return order
}

func sameAttrs(a []wire.Attr, b ...wire.Attr) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

// Each client sends the AVPs that shared/reference/clients.md 4.3, 4.6 and 4.7 list, in that
// order, and comes through to a default group.
func TestClients(t *testing.T) {
	for name, c := range map[string]struct {
		face   Personality
		tunnel TunnelConfig
		host   string
		sccrq  []wire.Attr
	}{
		"Windows": {Windows("PC", 0x0a00), WindowsTunnel(), "PC", []wire.Attr{wire.AttrMessageType, wire.AttrProtocolVersion,
			wire.AttrFramingCaps, wire.AttrBearerCaps, wire.AttrFirmwareRevision, wire.AttrHostName, wire.AttrVendorName,
			wire.AttrAssignedTunnelID, wire.AttrReceiveWindow}},
		"Apple": {Apple("mac"), ClientTunnel(4, time.Second, 4*time.Second, 9), "mac", []wire.Attr{wire.AttrMessageType, wire.AttrProtocolVersion,
			wire.AttrFramingCaps, wire.AttrHostName, wire.AttrAssignedTunnelID, wire.AttrReceiveWindow}},
		"Android": {Android(), ClientTunnel(1, 2*time.Second, 2*time.Second, 9), "anonymous", []wire.Attr{wire.AttrMessageType, wire.AttrProtocolVersion,
			wire.AttrHostName, wire.AttrFramingCaps, wire.AttrAssignedTunnelID, wire.AttrReceiveWindow}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t, 70)
			cfg := article("")
			cfg.Groups[0].TerminateFrom = ""
			w.lns.e.Configure(0, cfg)
			h := w.dial(DialRequest{Path: Path{Local: pcAddr, Remote: lnsAddr}, Personality: c.face, Tunnel: c.tunnel, Call: CallInfo{TxSpeed: 1_000_000, Framing: 3}})
			w.run(2 * time.Second)
			if got := attrs(t, w.pc.sent[0]); !sameAttrs(got, c.sccrq...) {
				t.Fatalf("%v", got)
			}
			if up := w.lns.ups(); len(up) != 1 || up[0].RemoteName != c.host {
				t.Fatalf("%+v", up)
			}
			w.pc.e.Hangup(w.now, h, Hangup{})
			w.run(time.Minute)
			w.empty()
		})
	}
}

// Android with an L2TP secret authenticates though its order list names no challenge.
func TestChallengeIsSentWhateverTheOrder(t *testing.T) {
	w := newWorld(t, 71)
	cfg := article("")
	cfg.Groups[0].TerminateFrom = ""
	cfg.Groups[0].Tunnel.Authentication, cfg.Groups[0].Tunnel.Password = true, "cisco"
	w.lns.e.Configure(0, cfg)
	tun := ClientTunnel(1, 2*time.Second, 2*time.Second, 9)
	tun.Authentication, tun.Password = true, "cisco"
	w.dial(DialRequest{Path: Path{Local: pcAddr, Remote: lnsAddr}, Personality: Android(), Tunnel: tun})
	w.run(2 * time.Second)
	if len(w.lns.ups()) != 1 || !has[AuthSucceeded](w.lns, nil) {
		t.Fatal("not authenticated")
	}
}

// A call that the peer begins and does not complete ends by itself.
func TestCallSetupTimeout(t *testing.T) {
	hf := begin(t)
	hf.call(3)
	for range 9 {
		// The peer lives: it acknowledges, and says hello.
		hf.now = hf.now.Add(10 * time.Second)
		hf.say(0, &wire.Hello{})
		hf.lns.e.Tick(hf.now)
	}
	hf.collect()
	d := hf.lns.downs()
	if len(d) != 1 || d[0].Reason.Cause != CauseSetupTimeout || d[0].Reason.Result != wire.CDNTimeout {
		t.Fatalf("%+v", d)
	}
	if len(hf.lns.e.tunnels) != 1 {
		t.Fatal("the tunnel went too")
	}
}

// Proxy LCP and authentication reach the LNS's PPP as the LAC gave them.
func TestProxyValuesArePassedOn(t *testing.T) {
	want := Proxy{InitialReceived: []byte{1, 4, 5, 0xdc}, LastSent: []byte{3, 5, 0xc2, 0x23, 5}, LastReceived: []byte{},
		AuthType: wire.ProxyCHAP, AuthName: "test@cisco.com", AuthChallenge: []byte("challenge"), AuthResponse: []byte("response"), AuthID: 7}
	_, _, lns := called(t, func(_ *Config, r *DialRequest) { r.Personality, r.Call.Proxy = IOS("frank"), want })
	got := lns.Call.Proxy
	if string(got.InitialReceived) != string(want.InitialReceived) || string(got.LastSent) != string(want.LastSent) || got.LastReceived == nil ||
		got.AuthType != want.AuthType || got.AuthName != want.AuthName || string(got.AuthChallenge) != "challenge" ||
		string(got.AuthResponse) != "response" || got.AuthID != 7 {
		t.Fatalf("%+v", got)
	}
}
