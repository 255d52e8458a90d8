package format

import (
	"bytes"
	"encoding/binary"
	"io"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/ppp"
	wire "ioslab/runtime/wire/ppp"
)

// seeded gives the magic number first and a seeded stream afterwards.
func seeded(magic uint32, seed uint64) io.Reader {
	var b [32]byte
	binary.BigEndian.PutUint64(b[:], seed)
	return io.MultiReader(bytes.NewReader(binary.BigEndian.AppendUint32(nil, magic)), rand.NewChaCha8(b))
}

// console words the events of one end under some debug conditions.
type console struct {
	f     Formatter
	on    event.Class
	lines []string
}

func (c *console) Wants(k event.Class) bool { return c.on&k != 0 }

func (c *console) Emit(ev event.Event) {
	for _, m := range c.f.Append(nil, ev) {
		if m.Class&c.on != 0 {
			c.lines = append(c.lines, m.Text)
		}
	}
}

// oneUser knows test/test and one pool.
type oneUser struct {
	silent bool
	addr   netip.Addr
}

func (u *oneUser) Authenticate(_ clock.Instant, r *ppp.AuthRequest) ppp.AuthReply {
	if u.silent {
		return ppp.AuthReply{Verdict: ppp.NoServer}
	}
	proof, ok := r.Verify("test")
	if !ok || r.User != "test" {
		return ppp.AuthReply{Verdict: ppp.Fail}
	}
	return ppp.AuthReply{Verdict: ppp.Pass, Proof: proof}
}

func (u *oneUser) Secret(string) (string, bool) { return "", false }

func (u *oneUser) Take(string, string, string, netip.Addr) (netip.Addr, bool) {
	return u.addr, u.addr.IsValid()
}

func (u *oneUser) Give(string, netip.Addr) {}

// call is a router's end and a client's end on a lossless wire.
type call struct {
	now            clock.Instant
	router, client *ppp.Link
	con            *console
	iface          string
	pool           *oneUser
}

func newCall(d Dialect, on event.Class, id ppp.Session, rc, cc *ppp.Config, u *oneUser) *call {
	c := &call{con: &console{f: Formatter{Dialect: d}, on: on}, iface: "Vi2.1"}
	deliver := func(_ clock.Instant, b *packet.Buffer) { b.Release() }
	c.router = ppp.New(id, rc, ppp.Deps{Rand: seeded(0x017A4C9E, 1), Events: c.con, Auth: u, Pool: u, Deliver: deliver})
	c.client = ppp.New(ppp.Session{Name: "ras", Direction: ppp.Callout, Bound: true}, cc,
		ppp.Deps{Rand: seeded(0x5A3B1C2D, 2), Deliver: deliver})
	return c
}

func (c *call) open() {
	for _, l := range []*ppp.Link{c.router, c.client} {
		l.LowerUp(c.now)
		l.Open(c.now)
	}
	c.pump()
}

// pump carries frames one at a time, the router's first, until both are quiet.
func (c *call) pump() {
	var toClient, toRouter []*packet.Buffer
	for {
		for _, o := range append([]ppp.Output(nil), c.router.Drain()...) {
			switch o := o.(type) {
			case ppp.Frame:
				toClient = append(toClient, o.Buf)
			case ppp.AuthPassed:
				c.router.SetInterface(c.now, c.iface)
			}
		}
		for _, o := range append([]ppp.Output(nil), c.router.Drain()...) { // of SetInterface
			if o, ok := o.(ppp.Frame); ok {
				toClient = append(toClient, o.Buf)
			}
		}
		for _, o := range append([]ppp.Output(nil), c.client.Drain()...) {
			if o, ok := o.(ppp.Frame); ok {
				toRouter = append(toRouter, o.Buf)
			}
		}
		switch {
		case len(toClient) > 0:
			c.client.Receive(c.now, toClient[0])
			toClient = toClient[1:]
		case len(toRouter) > 0:
			c.router.Receive(c.now, toRouter[0])
			toRouter = toRouter[1:]
		default:
			return
		}
	}
}

func (c *call) wait(d time.Duration) {
	end := c.now.Add(d)
	for {
		next := min(c.router.Deadline(), c.client.Deadline())
		if next > end {
			c.now = end
			return
		}
		c.now = max(c.now, next)
		c.router.Tick(c.now)
		c.client.Tick(c.now)
		c.pump()
	}
}

func routerConfig() *ppp.Config {
	cfg := ppp.RouterConfig()
	cfg.Auth.Protocols = []wire.AuthProto{wire.AuthMSCHAPV2}
	cfg.Auth.Name = "R2LNS"
	cfg.IPCP.Local = netip.MustParseAddr("2.2.2.2")
	cfg.IPCP.Pools = []string{"l2tp"}
	return &cfg
}

func windows(password string) *ppp.Config {
	cfg := ppp.WindowsClientConfig("FRANK", "test", password)
	return &cfg
}

var session6 = ppp.Session{Name: "ppp6", ID: 6, Handle: 0x6D000006, UniqueID: 0x1c}

// compare checks lines against a file; … stands for anything, # begins a comment.
func compare(t *testing.T, got []string, file string) {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", "ppp", file))
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for _, l := range strings.Split(strings.TrimRight(string(text), "\n"), "\n") {
		if !strings.HasPrefix(l, "#") {
			want = append(want, l)
		}
	}
	for i := range max(len(got), len(want)) {
		g, w := "(nothing)", "(nothing)"
		if i < len(got) {
			g = got[i]
		}
		if i < len(want) {
			w = want[i]
		}
		pattern := "^" + strings.ReplaceAll(regexp.QuoteMeta(w), "…", ".*") + "$"
		if !regexp.MustCompile(pattern).MatchString(g) {
			t.Fatalf("line %d of %s\n got %s\nwant %s\nall:\n%s", i+1, file, g, w, strings.Join(got, "\n"))
		}
	}
}

func pool() *oneUser { return &oneUser{addr: netip.MustParseAddr("33.33.33.1")} }

// The whole sequence of the reference, from the trio to the route.
func TestWindowsCallOn124T(t *testing.T) {
	c := newCall(IOS124T, event.PPPNegotiation, session6, routerConfig(), windows("test"), pool())
	c.open()
	compare(t, c.con.lines, "windows-call-124t.txt")
}

// The order of a refused user under 12.4T (reference 4).
func TestWrongPasswordOn124T(t *testing.T) {
	c := newCall(IOS124T, event.PPPNegotiation, session6, routerConfig(), windows("wrong"), pool())
	c.open()
	i := len(c.con.lines)
	for k, l := range c.con.lines {
		if strings.Contains(l, "I RESPONSE") {
			i = k
		}
	}
	compare(t, c.con.lines[i:], "wrong-password-124t.txt")
}

// `debug ppp authentication` alone.
func TestAuthenticationDebugOn124T(t *testing.T) {
	c := newCall(IOS124T, event.PPPAuthentication, session6, routerConfig(), windows("test"), pool())
	c.open()
	compare(t, c.con.lines, "authentication-124t.txt")
}

// The client hangs up: its Terminate-Request carries the magic number, a tag and a reason.
func TestClientHangsUpOn124T(t *testing.T) {
	c := newCall(IOS124T, event.PPPNegotiation, session6, routerConfig(), windows("test"), pool())
	c.open()
	c.con.lines = nil
	c.client.Close(c.now, ppp.AdminClosed)
	c.pump()
	c.wait(5 * time.Second)
	compare(t, c.con.lines, "peer-hangs-up-124t.txt")
}

// A client that stays silent is asked after the passive wait, and given up.
func TestSilentClientOn124T(t *testing.T) {
	c := newCall(IOS124T, event.PPPNegotiation, session6, routerConfig(), windows("test"), pool())
	c.router.LowerUp(0)
	c.router.Open(0)
	for c.router.Deadline() != clock.Never {
		c.now = c.router.Deadline()
		c.router.Tick(c.now)
		for _, o := range c.router.Drain() {
			if f, ok := o.(ppp.Frame); ok {
				f.Buf.Release()
			}
		}
	}
	text := strings.Join(c.con.lines, "\n")
	for _, want := range []string{"ppp6 LCP: TIMEout: State Listen\nppp6 LCP: O CONFREQ [Listen] id 1 len 15",
		"ppp6 LCP: TIMEout: State REQsent\nppp6 LCP: O CONFREQ [REQsent] id 10 len 15", "ppp6 PPP: Phase is DOWN"} {
		if !strings.Contains(text, want) {
			t.Errorf("no %q in\n%s", want, text)
		}
	}
}

func TestNoPoolAddressOn124T(t *testing.T) {
	c := newCall(IOS124T, event.PPPNegotiation, session6, routerConfig(), windows("test"), &oneUser{})
	c.open()
	text := strings.Join(c.con.lines, "\n")
	if !strings.Contains(text, "Vi2.1 IPCP: Cannot satisfy pool request\nVi2.1 LCP: O PROTREJ [Open] id 4 len 40 protocol IPCP (0x8021010800220306") {
		t.Error(text)
	}
}

func TestOptionWords(t *testing.T) {
	for _, c := range []struct {
		proto wire.Protocol
		o     wire.Option
		want  string
	}{
		{wire.LCP, wire.Uint16Option(wire.LCPMRRU, 1500), "MRRU 1500"},
		{wire.LCP, wire.Option{Type: wire.LCPEndpoint, Data: append([]byte{1}, "maui"...)}, "EndpointDisc 1 maui"},
		{wire.LCP, wire.Uint32Option(wire.LCPACCM, 0xa0000), "ACCM 0x000A0000"},
		{wire.LCP, wire.AuthPAP.Option(), "AuthProto PAP"},
		{wire.LCP, wire.Option{Type: wire.LCPAuth, Data: []byte{0xc2, 0x27}}, "AuthProto EAP"},
		{wire.LCP, wire.Option{Type: 99, Data: []byte{1}}, "Unknown 99"},
		{wire.IPCP, wire.Option{Type: wire.IPCPCompression, Data: []byte{0, 0x2d, 15, 0}}, "CompressType VJ 16 slots"},
		{wire.CCP, wire.Uint32Option(wire.CCPMPPC, wire.MPPCOnly), "MS-PPC supported bits 0x01000001"},
	} {
		if got := optionWords(c.proto, c.o); got != c.want {
			t.Errorf("%v %v: %q, want %q", c.proto, c.o, got, c.want)
		}
	}
}
