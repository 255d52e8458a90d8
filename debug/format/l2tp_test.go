package format

import (
	"bytes"
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/l2tp"
	"ioslab/runtime/packet"
	wire "ioslab/runtime/wire/l2tp"
)

// l2tpEnd is an engine whose events are worded as they come.
type l2tpEnd struct {
	e        *l2tp.Engine
	addr     netip.AddrPort
	messages []Message
	up       []l2tp.SessionUp
}

func (*l2tpEnd) Wants(event.Class) bool { return true }

func (n *l2tpEnd) Emit(ev event.Event) { n.messages = new(Formatter).Append(n.messages, ev) }

func (*l2tpEnd) Data(_ clock.Instant, _ l2tp.Handle, buf *packet.Buffer) { buf.Release() }

// take returns the lines of a class since the last take. What is not taken is forgotten.
func (n *l2tpEnd) take(class event.Class) []string {
	var lines []string
	for _, m := range n.messages {
		if m.Class&class != 0 {
			lines = append(lines, m.Text)
		}
	}
	n.messages = nil
	return lines
}

// l2tpPair is a client and an LNS on a perfect pipe.
type l2tpPair struct {
	t       *testing.T
	now     clock.Instant
	pc, lns *l2tpEnd
}

// newL2TPPair gives the ids of the reference: 11479/24593 at the LNS, 9/1 at the client.
// The random bytes behind them are zeros and a count.
func newL2TPPair(t *testing.T, change func(*l2tp.Group)) *l2tpPair {
	t.Helper()
	g := l2tp.Group{Name: "1", Template: 1, TerminateFrom: "frank", LocalName: "R2LNS", Tunnel: l2tp.DefaultTunnel(false)}
	g.Tunnel.Authentication = false
	if change != nil {
		change(&g)
	}
	p := &l2tpPair{t: t,
		pc:  &l2tpEnd{addr: netip.MustParseAddrPort("12.1.1.1:1701")},
		lns: &l2tpEnd{addr: netip.MustParseAddrPort("2.2.2.2:1701")}}
	p.pc.e = l2tp.New(p.pc, &ids{ids: []uint16{9, 1}}, p.pc)
	p.lns.e = l2tp.New(p.lns, &ids{ids: []uint16{11479, 24593}}, p.lns)
	p.lns.e.Configure(0, l2tp.Config{Enabled: true, HostName: "R2LNS", Personality: l2tp.IOS("R2LNS"), Logging: true, Groups: []l2tp.Group{g}})
	return p
}

// ids gives two-byte reads from a list, and counts up in others.
type ids struct {
	ids []uint16
	n   byte
}

func (r *ids) Read(b []byte) (int, error) {
	if len(b) == 2 && len(r.ids) > 0 {
		b[0], b[1] = byte(r.ids[0]>>8), byte(r.ids[0])
		r.ids = r.ids[1:]
		return 2, nil
	}
	for i := range b {
		r.n++
		b[i] = r.n
	}
	return len(b), nil
}

// dial is the client's call.
func (p *l2tpPair) dial(change func(*l2tp.DialRequest)) l2tp.Handle {
	p.t.Helper()
	req := l2tp.DialRequest{Path: l2tp.Path{Local: p.pc.addr, Remote: p.lns.addr}, Personality: l2tp.Windows("frank", 0x0602),
		Tunnel: l2tp.WindowsTunnel(), Call: l2tp.WindowsCall()}
	req.Personality.SequentialIDs = false
	if change != nil {
		change(&req)
	}
	h, err := p.pc.e.Dial(p.now, req)
	if err != nil {
		p.t.Fatal(err)
	}
	return h
}

// run lets d pass; what one side sends arrives at once.
func (p *l2tpPair) run(d time.Duration) {
	p.t.Helper()
	until := p.now.Add(d)
	for range 1000 {
		if p.pass(p.pc, p.lns) || p.pass(p.lns, p.pc) {
			continue
		}
		next := clock.Earliest(p.pc.e.Deadline(), p.lns.e.Deadline())
		if next > until {
			p.now = until
			return
		}
		p.now = max(p.now, next)
		p.pc.e.Tick(p.now)
		p.lns.e.Tick(p.now)
	}
	p.t.Fatal("no rest")
}

func (p *l2tpPair) pass(from, to *l2tpEnd) bool {
	out := from.e.Drain()
	for _, o := range out {
		switch o := o.(type) {
		case l2tp.Packet:
			to.e.Receive(p.now, to.addr, from.addr, o.Buf)
		case l2tp.SessionUp:
			from.up = append(from.up, o)
		}
	}
	return len(out) > 0
}

// through is what PPP does with the call when the user has authenticated.
func (p *l2tpPair) through() l2tp.Handle {
	p.t.Helper()
	if len(p.lns.up) != 1 {
		p.t.Fatalf("%d calls", len(p.lns.up))
	}
	h := p.lns.up[0].Session
	p.lns.e.SetUser(h, "test")
	p.lns.e.SetInterface(p.now, h, "Vi2.1")
	return h
}

// sameAsFile compares lines with a file of testdata/l2tp, whose # lines tell its source.
func sameAsFile(t *testing.T, name string, got []string) {
	t.Helper()
	text, err := os.ReadFile("testdata/l2tp/" + name)
	if err != nil {
		t.Fatal(err)
	}
	for len(text) > 0 && text[0] == '#' {
		text = text[bytes.IndexByte(text, '\n')+1:]
	}
	if d := cmp.Diff(string(text), strings.Join(got, "\n")+"\n"); d != "" {
		t.Fatalf("%s: -want +got\n%s", name, d)
	}
}

func TestL2TPCallOfAClient(t *testing.T) {
	p := newL2TPPair(t, nil)
	h := p.dial(nil)
	p.run(time.Second)
	p.through()
	sameAsFile(t, "accept.txt", p.lns.take(event.L2XEvents))
	p.pc.e.Hangup(p.now, h, l2tp.Hangup{Result: wire.CDNAdministrative})
	p.run(time.Second)
	messages := p.lns.messages
	sameAsFile(t, "hangup-by-client.txt", p.lns.take(event.L2XEvents))
	p.lns.messages = messages
	if got := p.lns.take(event.Syslog); len(got) != 1 || got[0] != "%VPDN-6-CLOSED: L2TP LNS R2LNS closed Vi2.1 user test; Result 3, Error 0, " {
		t.Fatal(got)
	}
}

func TestL2TPRouterHangsUp(t *testing.T) {
	p := newL2TPPair(t, nil)
	p.dial(func(r *l2tp.DialRequest) { r.Tunnel.NoSession = -1 })
	p.run(time.Second)
	h := p.through()
	p.lns.take(0)
	p.lns.e.Hangup(p.now, h, l2tp.Hangup{AAA: true, IETF: 17, Ascend: 26})
	p.run(11 * time.Second)
	messages := p.lns.messages
	sameAsFile(t, "hangup-by-router.txt", p.lns.take(event.L2XEvents))
	p.lns.messages = messages
	if got := p.lns.take(event.Syslog); len(got) != 1 || got[0] != "%VPDN-6-CLOSED: L2TP LNS R2LNS closed Vi2.1 user test; Result 2, Error 6, Locally generated disconnect" {
		t.Fatal(got)
	}
	p.lns.messages = messages
	if got := p.lns.take(event.VPDNEvent)[0]; got != "VPDN Vi2.1 disconnect (AAA) IETF: 17/user-error Ascend: 26/PPP CHAP Fail" {
		t.Fatal(got)
	}
}

func TestVPDNLines(t *testing.T) {
	p := newL2TPPair(t, nil)
	h := p.dial(nil)
	p.run(time.Second)
	p.through()
	p.pc.e.Hangup(p.now, h, l2tp.Hangup{})
	p.run(time.Second)
	sameAsFile(t, "vpdn.txt", p.lns.take(event.VPDNEvent))
}

func TestL2TPAuthenticationBothSides(t *testing.T) {
	p := newL2TPPair(t, func(g *l2tp.Group) { g.Tunnel.Authentication, g.Tunnel.Password = true, "cisco" })
	p.dial(func(r *l2tp.DialRequest) {
		r.Tunnel.Authentication, r.Tunnel.Password = true, "cisco"
		r.Interface = "As1"
	})
	p.run(time.Second)
	sameAsFile(t, "auth.txt", p.lns.take(event.L2XEvents)[:11])
	sameAsFile(t, "lac.txt", p.pc.take(event.L2XEvents))
}

// shared/reference/l2tp-vpdn-debug.md 3, failure; the client trusts anybody, and answers wrong.
func TestL2TPAuthenticationFails(t *testing.T) {
	p := newL2TPPair(t, func(g *l2tp.Group) { g.Tunnel.Authentication, g.Tunnel.Password = true, "cisco" })
	from := func(ns, nr, tunnel uint16, m wire.Message) {
		body, err := wire.AppendBody(nil, m, wire.Encoding{})
		if err != nil {
			t.Fatal(err)
		}
		p.lns.e.Receive(0, p.lns.addr, p.pc.addr, packet.From(wire.AppendControl(nil, tunnel, 0, ns, nr, body)))
	}
	from(0, 0, 0, &wire.SCCRQ{ProtocolVersion: wire.Version{Version: 1}, HostName: "frank", AssignedTunnelID: 9, Challenge: wire.Some([]byte("?"))})
	p.lns.take(0)
	response := [16]byte{0xde, 0xad}
	from(1, 1, 11479, &wire.SCCCN{ChallengeResponse: wire.Some(response)})
	from(2, 2, 11479, &wire.Hello{}) // acknowledges the StopCCN
	// Our challenge is what the reader gives after the id: 1 to 16.
	expected := wire.ChallengeResponse(wire.TypeSCCCN, []byte("cisco"), []byte{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16})
	want := []string{
		"Tnl11479 L2TP: I SCCCN from frank tnl 9",
		"Tnl11479 L2TP: Got a Challenge Response in SCCCN from frank",
		"Tnl11479 L2TP: Tunnel auth failed for frank",
		"Tnl11479 L2TP: Expected " + hexUpper(expected[:]) + " Got " + hexUpper(response[:]),
		"Tnl11479 L2TP: O StopCCN  to frank tnlid 9",
		"Tnl11479 L2TP: Tunnel state change from wait-ctl-reply to shutting-down",
		"Tnl11479 L2TP: Shutdown tunnel",
		"Tnl11479 L2TP: Tunnel state change from shutting-down to idle",
	}
	messages := p.lns.messages
	if d := cmp.Diff(want, p.lns.take(event.L2XEvents)); d != "" {
		t.Fatal(d)
	}
	p.lns.messages = messages
	if d := cmp.Diff(want[2:4], p.lns.take(event.L2XErrors)); d != "" {
		t.Fatal(d)
	}
	p.lns.messages = messages
	if got := p.lns.take(event.Syslog); len(got) != 1 || got[0] != "%VPDN-6-AUTHENFAIL: L2TP LNS R2LNS, authentication failure  for tunnel frank" {
		t.Fatal(got)
	}
}

// The article's stage 0: the sentence is [A], once for each SCCRQ that comes.
func TestL2TPSecurityRefusal(t *testing.T) {
	text, err := os.ReadFile("testdata/l2tp/stage0.expect")
	if err != nil {
		t.Fatal(err)
	}
	sentence := strings.TrimSpace(string(text))
	p := newL2TPPair(t, func(g *l2tp.Group) { g.Security = "CCIE" })
	p.dial(nil)
	p.run(1500 * time.Millisecond)
	want := []string{"L2TP: I SCCRQ from frank tnl 9", "L2TP: " + sentence, "L2TP: I SCCRQ from frank tnl 9", "L2TP: " + sentence}
	messages := p.lns.messages
	if d := cmp.Diff(want, p.lns.take(event.L2XEvents)); d != "" {
		t.Fatal(d)
	}
	p.lns.messages = messages
	if got := p.lns.take(event.L2XErrors); len(got) != 2 || got[0] != want[1] {
		t.Fatal(got)
	}
}

func TestL2TPNobodyTerminates(t *testing.T) {
	p := newL2TPPair(t, func(g *l2tp.Group) { g.TerminateFrom = "jane" })
	p.dial(nil)
	p.run(500 * time.Millisecond)
	for _, class := range []event.Class{event.VPDNError, event.L2XErrors} {
		messages := p.lns.messages
		if got := p.lns.take(class); len(got) != 1 || got[0] != "L2TP: Could not find info block for frank" {
			t.Fatal(got)
		}
		p.lns.messages = messages
	}
}

func TestL2TPPackets(t *testing.T) {
	p := newL2TPPair(t, nil)
	p.dial(nil)
	p.run(time.Second)
	got := p.lns.take(event.L2XPackets)
	sameAsFile(t, "sccrq-packet.txt", got[:21])
	heads := strings.Join(got[21:], "\n")
	for _, want := range []string{
		"Tnl11479 L2TP: O SCCRP, flg TLS, ver 2, len ",
		", tnl 9, cl 0, ns 0, nr 1\ncontiguous pak, size ",
		"Tnl11479 L2TP: Assigned Call ID 1\n", "Tnl11479 L2TP: Serial Number 0\n", "Tnl11479 L2TP: Bearer Type 2\n",
		"Tnl/Sn11479/24593 L2TP: Connect Speed 100000000\n", "Tnl/Sn11479/24593 L2TP: Framing Type 1\n", "Tnl/Sn11479/24593 L2TP: Proxy Auth Type 4\n",
		"Tnl11479 L2TP: O ZLB ctrl ack, flg TLS, ver 2, len 12, tnl 9, cl 0, ns 2, nr 4",
	} {
		if !strings.Contains(heads, want) {
			t.Errorf("no %q in\n%s", want, heads)
		}
	}
}

// Every event of the engine is known to the wording, and none makes an empty line.
func TestL2TPEventsAreWorded(t *testing.T) {
	for _, ev := range []l2tp.Event{
		l2tp.MessageReceived{}, l2tp.MessageSent{}, l2tp.SecurityRefused{}, l2tp.GroupMissing{}, l2tp.TunnelCreated{}, l2tp.ChallengeGot{},
		l2tp.ResponseGot{}, l2tp.ChallengeMissing{}, l2tp.AuthSucceeded{}, l2tp.AuthFailed{}, l2tp.RetransmitDelaySet{}, l2tp.TunnelChanged{},
		l2tp.TunnelMachine{}, l2tp.NoSessionsLeft{}, l2tp.TunnelShutdown{}, l2tp.SessionEnabled{}, l2tp.SessionChanged{},
		l2tp.CallAccepted{}, l2tp.CallCreated{}, l2tp.SessionReady{}, l2tp.SessionDestroyed{}, l2tp.InterfaceReleased{}, l2tp.ControlParsed{},
		l2tp.ControlTransmitted{}, l2tp.DataReceived{}, l2tp.DataSent{}, l2tp.SocketMessage{}, l2tp.AcceptRequested{}, l2tp.DataplaneSet{},
		l2tp.CallUp{}, l2tp.CallDisconnected{}, l2tp.CallShutdown{}, l2tp.AccountingStopped{}, l2tp.CallUnbound{}, l2tp.SessionClosed{},
		l2tp.TunnelRefused{}, l2tp.SessionLimitHit{},
	} {
		got := new(Formatter).Append(nil, ev)
		if len(got) == 0 {
			t.Errorf("%T has no words", ev)
		}
		for _, m := range got {
			if m.Text == "" || m.Class != ev.Class() {
				t.Errorf("%T: %+v", ev, m)
			}
		}
	}
}
