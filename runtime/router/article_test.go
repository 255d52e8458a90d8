package router_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/lab"
	"ioslab/runtime/packet"
	"ioslab/runtime/pc"
	"ioslab/runtime/router"
	"ioslab/testdata/labs"
)

// kinds are the node kinds of the article's lab. A startup that is not nil takes
// the place of the lab's own.
func kinds(startup []byte) lab.Kinds {
	return lab.Kinds{
		"pc": pc.Kind(),
		"router": {Decode: lab.DecodeRouter, Port: lab.RouterPort, New: func(env lab.Env) (lab.Node, error) {
			opt := router.FromEnv(env)
			if startup != nil {
				opt.Startup = startup
			}
			return router.New(opt)
		}},
	}
}

// journey is somebody at the two consoles of the article's lab.
type journey struct {
	testing.TB
	*lab.World
	read map[string]int // how much of each console was looked at
}

func begin(t testing.TB, seed uint64, startup []byte) *journey {
	t.Helper()
	return beginWith(t, startup, lab.Options{Seed: seed})
}

func beginWith(t testing.TB, startup []byte, opt lab.Options) *journey {
	t.Helper()
	buffers := packet.Live()
	f, err := lab.Parse(labs.Files, "article.yml", kinds(startup))
	if err != nil {
		t.Fatal(err)
	}
	w, err := lab.NewWorld(f, kinds(startup), opt)
	if err != nil {
		t.Fatal(err)
	}
	j := &journey{TB: t, World: w, read: map[string]int{}}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if n := packet.Live() - buffers; n != 0 {
			t.Errorf("%d packet buffers were not given back", n)
		}
	})
	w.RunFor(5 * time.Second)
	return j
}

// at types lines at a node's console and returns what it showed since, until
// it is idle again or 90 s have passed.
func (j *journey) at(node string, lines ...string) string {
	for _, l := range lines {
		j.Type(node, l+"\r")
		j.RunWhile(90*time.Second, func() bool { return !j.Idle(node) })
	}
	return j.since(node)
}

// since returns what the console showed since the last look, with plain line ends.
func (j *journey) since(node string) string {
	all := j.Text(node)
	text := all[j.read[node]:]
	j.read[node] = len(all)
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// debugs switches on what the article's traces show.
func (j *journey) debugs() {
	j.at("r2", "", "enable", "debug crypto isakmp", "debug crypto ipsec", "debug vpdn l2x-events", "debug ppp negotiation")
}

// configure types lines in configuration mode.
func (j *journey) configure(lines ...string) {
	j.Helper()
	text := j.at("r2", append(append([]string{"configure terminal"}, lines...), "end")...)
	if strings.Contains(text, "% ") && !strings.Contains(text, "% NOTE") {
		j.Fatalf("a configuration line was refused:\n%s", text)
	}
}

// dial dials from the PC and returns what the router printed meanwhile.
func (j *journey) dial() string {
	j.since("r2")
	j.at("pc", `rasdial "VPN Connection" test test`)
	return j.since("r2")
}

// expect checks that the lines of one of the article's .expect files stand in
// text in their order, runs of blanks folded, time stamps and the stars of old
// conn ids left out; after an ellipsis lines may be left out, as everywhere
// where the article's own lines do not follow one another.
func (j *journey) expect(stage, text string) {
	j.Helper()
	data, err := os.ReadFile(filepath.Join("../../testdata/article", stage+".expect"))
	if err != nil {
		j.Fatal(err)
	}
	folded := fold(text)
	at := 0
	for line := range strings.Lines(string(data)) {
		want := strings.Join(strings.Fields(line), " ")
		if want == "..." || want == "" {
			continue
		}
		i := strings.Index(folded[at:], want)
		if i < 0 {
			j.Fatalf("%s: the router did not print, at its place:\n%s\nIt printed:\n%s", stage, want, text)
		}
		at += i + len(want)
	}
}

// fold joins the physical lines of multi-line messages and folds blanks.
func fold(text string) string {
	return strings.Join(strings.Fields(text), " ")
}

func TestArticle(t *testing.T) {
	j := begin(t, 1, nil)
	j.debugs()

	// Stage 0: the PC dials without IPsec and the SCCRQ is ignored.
	const key = `HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters`
	j.at("pc", `reg add `+key+` /v ProhibitIpSec /t REG_DWORD /d 1 /f`)
	j.expect("stage0", j.dial())

	// Stage 0b: without the demand for protection the plain call comes up.
	j.configure("interface FastEthernet0/0", "no crypto map vpn", "vpdn-group 1", "no l2tp security crypto-profile CCIE")
	j.dial()
	j.hasAddress()
	j.hangUp()
	j.configure("interface FastEthernet0/0", "crypto map vpn", "vpdn-group 1", "l2tp security crypto-profile CCIE")
	j.at("pc", `reg delete `+key+` /v ProhibitIpSec /f`)

	j.expect("stage1", j.dial())
	j.configure("crypto isakmp policy 10", "hash sha")
	j.expect("stage2", j.dial())
	j.configure("crypto isakmp policy 10", "group 2")
	trace := j.dial()
	j.expect("stage3", trace)
	j.expect("stage4", trace)
	// The article's author dialled three more times before he found it.
	for range 3 {
		j.dial()
	}
	j.configure("crypto map vpn local-address Loopback0")
	j.expect("stage5", j.dial())
	j.configure("crypto ipsec transform-set CCNP esp-3des esp-sha-hmac", "mode transport")
	j.dial()
	j.hasAddress()
	j.tunnelled()
	j.hangUp()
	j.nothingLeft()
}

func (j *journey) hasAddress() {
	j.Helper()
	if text := j.at("pc", "ipconfig"); !strings.Contains(text, "33.33.33.1") {
		j.Fatalf("the PC has no address of the pool:\n%s", text)
	}
	if text := j.at("r2", "show ip route"); !strings.Contains(text, "C       33.33.33.1 is directly connected, Virtual-Access2.1") {
		j.Fatalf("the router has no route to the PC:\n%s", text)
	}
}

// tunnelled pings from both sides and sees the packets go through the SAs.
func (j *journey) tunnelled() {
	j.Helper()
	j.configure("interface Loopback1", "ip address 10.10.10.1 255.255.255.0")
	j.at("r2", "clear crypto sa counters", "terminal length 0")
	if text := j.at("r2", "ping 33.33.33.1"); !strings.Contains(text, "!!!!!") {
		j.Fatalf("the router cannot ping the PC:\n%s", text)
	}
	if text := j.at("pc", "ping 10.10.10.1"); !strings.Contains(text, "(0% loss)") {
		j.Fatalf("the PC cannot ping through the tunnel:\n%s", text)
	}
	sa := j.at("r2", "show crypto ipsec sa")
	if strings.Contains(sa, "#pkts encaps: 0") || strings.Contains(sa, "#pkts decaps: 0") || !strings.Contains(sa, "#pkts encaps: ") {
		j.Fatalf("the pings did not go through the SAs:\n%s", sa)
	}
}

func (j *journey) hangUp() {
	j.Helper()
	if text := j.at("pc", "rasdial /disconnect"); !strings.Contains(text, "Command completed successfully.") {
		j.Fatalf("hang-up:\n%s", text)
	}
	j.RunFor(2 * time.Second)
}

// nothingLeft checks that a hang-up gave everything back.
func (j *journey) nothingLeft() {
	j.Helper()
	j.RunFor(3 * time.Minute)
	j.since("r2")
	j.Do("r2", func(now clock.Instant, n lab.Node) {
		r := n.(*router.Router)
		if left := r.Residue(now); len(left) != 0 {
			j.Errorf("the router still holds: %s", strings.Join(left, ", "))
		}
		for _, sa := range r.IKE.Snapshot(now).SAs {
			j.Errorf("an IKE SA in %v is left", sa.State)
		}
	})
	j.Do("pc", func(now clock.Instant, n lab.Node) {
		if left := n.(*pc.PC).Residue(now); len(left) != 0 {
			j.Errorf("the PC still holds: %s", strings.Join(left, ", "))
		}
	})
}
