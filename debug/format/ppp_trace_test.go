package format

import (
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/ppp"
	wire "ioslab/runtime/wire/ppp"
)

// xeOnly are lines of the IOS-XE traces that no other train prints.
var xeOnly = []string{"PPP: Alloc Context", "No AAA accounting method list", "ppp_session_ntfy", "neighbor route",
	"Block vaccess", "Unlocked by", "Free previously blocked"}

// compareTrace is compare without the lines that only IOS-XE prints.
func compareTrace(t *testing.T, got []string, file string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "ppp", file))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
next:
	for _, l := range strings.Split(strings.TrimRight(string(text), "\n"), "\n") {
		for _, x := range append(xeOnly, "# ") {
			if strings.Contains(l, x) {
				continue next
			}
		}
		want = append(want, l)
	}
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Fatalf("line %d of %s\n got %q\nwant %q\nall:\n%s", i+1, file, got[i:min(i+1, len(got))],
				want[i:min(i+1, len(want))], strings.Join(got, "\n"))
		}
	}
}

// newXECall is the call of the two IOS-XE traces: a PPPoE server and an IOS
// client that Naks an MRU below its own MTU.
func newXECall(on event.Class, id ppp.Session, magic, peerMagic uint32, user string, u ppp.Authenticator) *call {
	rc := ppp.RouterConfig()
	rc.LCP.Request = []uint8{wire.LCPMRU, wire.LCPAuth, wire.LCPMagic}
	rc.LCP.MTU = 1492
	rc.Auth.Protocols, rc.Auth.Name = []wire.AuthProto{wire.AuthCHAP}, "CSR1"
	rc.IPCP.Local, rc.IPCP.Pools = netip.MustParseAddr("192.51.100.1"), []string{"p"}
	cc := ppp.RouterConfig()
	cc.LCP.Passive = false
	cc.Self = ppp.SelfConfig{Protocols: []wire.AuthProto{wire.AuthCHAP}, Name: user, Password: "x", UsePassword: true}
	cc.IPCP.Negotiated = true
	c := &call{con: &console{f: Formatter{Dialect: IOS15}, on: on}, iface: "Vi1.1",
		pool: &oneUser{addr: netip.MustParseAddr("172.20.1.3")}}
	deliver := func(_ clock.Instant, b *packet.Buffer) { b.Release() }
	c.router = ppp.New(id, &rc, ppp.Deps{Rand: seeded(magic, 1), Events: c.con, Auth: u,
		Pool: c.pool, Deliver: deliver})
	c.client = ppp.New(ppp.Session{Name: "Di1", Direction: ppp.Callout, Bound: true}, &cc,
		ppp.Deps{Rand: seeded(peerMagic, 2), Deliver: deliver})
	return c
}

// verdict answers every peer alike.
type verdict struct{ ppp.Verdict }

func (v verdict) Authenticate(clock.Instant, *ppp.AuthRequest) ppp.AuthReply {
	return ppp.AuthReply{Verdict: v.Verdict}
}
func (verdict) Secret(string) (string, bool) { return "", false }

func TestIOSXECall(t *testing.T) {
	c := newXECall(event.PPPNegotiation, ppp.Session{Name: "ppp11", ID: 11, Handle: 0x4500000B, UniqueID: 17},
		0x2047CF94, 0x62807D41, "test2@lab.com.au", verdict{ppp.Pass})
	c.open()
	compareTrace(t, c.con.lines, "iosxe-call.txt")
}

func TestIOSXEServerSilent(t *testing.T) {
	c := newXECall(event.PPPNegotiation, ppp.Session{Name: "ppp22", ID: 22, Handle: 0xEC000016, UniqueID: 26},
		0x57037439, 0x5BF781DC, "test@lab.com.au", verdict{ppp.NoServer})
	c.open()
	compareTrace(t, c.con.lines, "iosxe-failure.txt")
}

func TestIOSXEPendingServerUnderDebugAuthentication(t *testing.T) {
	c := newXECall(event.PPPAuthentication, ppp.Session{Name: "ppp61", ID: 61, Handle: 0x9F00003D},
		1, 2, "test@lab.com.au", verdict{ppp.Pending})
	c.open()
	c.wait(20500 * time.Millisecond)
	c.router.Answer(c.now, ppp.AuthReply{Verdict: ppp.NoServer})
	compareTrace(t, c.con.lines, "iosxe-silent-server-auth-only.txt")
}

// Clearing a session: the order of what has to do with PPP. The trace's carrier
// is gone at the same moment, so that the peer's answer never comes.
func TestIOSXEClear(t *testing.T) {
	c := newXECall(event.PPPNegotiation, ppp.Session{Name: "ppp10", ID: 10, UniqueID: 17}, 3, 4, "u", verdict{ppp.Pass})
	c.pool.addr = netip.MustParseAddr("172.20.1.2")
	c.open()
	c.con.lines = nil
	c.router.Close(c.now, ppp.LowerLayerDown)
	c.router.LowerDown(c.now)
	compareTrace(t, c.con.lines, "iosxe-clear.txt")
}

// peer is the other end of a trace, played by hand.
type peer struct {
	t *testing.T
	l *ppp.Link
}

func (p *peer) send(proto wire.Protocol, code wire.Code, id uint8, data []byte) {
	pkt := wire.Packet{Code: code, ID: id, Data: data}
	b := packet.Get(256)
	wire.PutHeader(b.Extend(4), proto, false, false)
	pkt.Append(b.Extend(pkt.Len())[:0])
	p.l.Receive(0, b)
	p.drain()
}

func (p *peer) opts(proto wire.Protocol, code wire.Code, id uint8, opts ...wire.Option) {
	p.send(proto, code, id, wire.AppendOptions(nil, opts))
}

func (p *peer) drain() (last *wire.Packet) {
	for _, o := range p.l.Drain() {
		if f, ok := o.(ppp.Frame); ok {
			var pkt wire.Packet
			if err := pkt.Parse(f.Buf.Bytes()[4:]); err != nil {
				p.t.Fatal(err)
			}
			pkt.Data = append([]byte(nil), pkt.Data...)
			last = &pkt
			f.Buf.Release()
		}
	}
	return last
}

// The IPCP exchange of a 12.4T client with an access server that has one DNS
// server: its first request came before the client was ready for it.
func TestIPCPTraceOf124TClient(t *testing.T) {
	cfg := ppp.RouterConfig()
	cfg.LCP.Passive = false
	cfg.Self = ppp.SelfConfig{Protocols: []wire.AuthProto{wire.AuthPAP}, Name: "u", Password: "p"}
	cfg.IPCP.Negotiated, cfg.IPCP.NoNeighborRoute = true, true
	cfg.IPCP.Request = []uint8{wire.IPCPAddress, wire.IPCPPrimaryDNS, wire.IPCPSecondaryDNS}
	con := &console{on: event.PPPNegotiation}
	p := &peer{t, ppp.New(ppp.Session{Name: "Se1/0", Direction: ppp.Dedicated, Bound: true}, &cfg,
		ppp.Deps{Rand: seeded(7, 7), Events: con})}
	addr := func(typ uint8, a string) wire.Option { return wire.AddrOption(typ, netip.MustParseAddr(a)) }

	p.l.LowerUp(0)
	p.l.Open(0)
	req := p.drain()
	p.send(wire.LCP, wire.ConfAck, req.ID, req.Data)
	p.opts(wire.LCP, wire.ConfReq, 9, wire.AuthPAP.Option())
	p.opts(wire.IPCP, wire.ConfReq, 1, addr(wire.IPCPAddress, "10.0.0.33"))
	con.lines = nil
	p.send(wire.PAP, wire.PAPAck, 1, nil)
	for len(con.lines) > 0 && !strings.Contains(con.lines[0], "IPCP") {
		con.lines = con.lines[1:]
	}
	p.opts(wire.IPCP, wire.ConfRej, 1, addr(wire.IPCPSecondaryDNS, "0.0.0.0"))
	want := []wire.Option{addr(wire.IPCPAddress, "10.0.0.34"), addr(wire.IPCPPrimaryDNS, "10.0.0.10")}
	p.opts(wire.IPCP, wire.ConfNak, 2, want...)
	p.opts(wire.IPCP, wire.ConfAck, 3, want...)
	compareTrace(t, con.lines, "ios124t-ipcp-dns-client.txt")
}

// The 12.2 client whose password is refused. Its secrets are worded otherwise,
// and 12.4 says more when a call starts and ends; the rest is the same sequence.
func TestChapClientTraceOf122(t *testing.T) {
	cfg := ppp.RouterConfig()
	cfg.LCP.Passive, cfg.Personality.FirstID = false, 188
	cfg.Self = ppp.SelfConfig{Protocols: []wire.AuthProto{wire.AuthCHAP}, Name: "cisco", Password: "x", UsePassword: true}
	con := &console{on: event.PPPNegotiation}
	p := &peer{t, ppp.New(ppp.Session{Name: "Vi1", Direction: ppp.Callout, Carrier: ppp.Dialer, Bound: true}, &cfg,
		ppp.Deps{Rand: seeded(0x3B821FF1, 7), Events: con})}
	p.l.LowerUp(0)
	p.l.Open(0)
	req := p.drain()
	p.opts(wire.LCP, wire.ConfReq, 204, wire.AuthCHAP.Option(), wire.Uint32Option(wire.LCPMagic, 0x43B3F393))
	p.send(wire.LCP, wire.ConfAck, req.ID, req.Data)
	val := wire.CHAPValue{Value: make([]byte, 16), Name: "6400-2-NRP3"}
	p.send(wire.CHAP, wire.CHAPChallenge, 1, val.Append(nil))
	p.send(wire.CHAP, wire.CHAPFailure, 1, []byte("Authentication failure"))
	p.send(wire.LCP, wire.TermReq, 205, nil)
	if d := p.l.Deadline(); d != clock.Instant(2*time.Second) {
		t.Errorf("waits until %v", d)
	}
	p.l.Tick(clock.Instant(2 * time.Second))
	p.drain()

	text, err := os.ReadFile(filepath.Join("testdata", "ppp", "ios122-chap-client.txt"))
	if err != nil {
		t.Fatal(err)
	}
	want := sayings(strings.Split(strings.TrimSpace(string(text)), "\n"))
	got := sayings(con.lines)
	if strings.Join(got, "\n") != strings.Join(want, "\n") {
		t.Errorf("got\n%s\n\nwant\n%s", strings.Join(got, "\n"), strings.Join(want, "\n"))
	}
}

// sayings drops what one of the trains alone says, and folds spaces.
func sayings(lines []string) (out []string) {
next:
	for _, l := range lines {
		for _, x := range []string{"# ", "CHAP: Using", "CHAP: Username", "set call direction", "Session handle", "PPP DISC", "Acct Event"} {
			if strings.Contains(l, x) {
				continue next
			}
		}
		out = append(out, strings.Join(strings.Fields(l), " "))
	}
	return out
}
