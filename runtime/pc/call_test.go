package pc_test

import (
	"encoding/binary"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/lab"
	"ioslab/runtime/link"
	"ioslab/runtime/packet"
	"ioslab/runtime/pc"
	"ioslab/runtime/router"
	"ioslab/testdata/labs"
)

// visit is somebody at the PC's prompt in the article's lab, in front of a real
// router whose configuration is the article's after its edits.
type visit struct {
	testing.TB
	*lab.World
	read int
}

// mended makes the article's first configuration its last one; each pair is a
// text and what takes its place.
var mended = []string{
	" hash md5\n", "", " authentication pre-share\n", " authentication pre-share\n group 2\n",
	"esp-3des esp-md5-hmac", "esp-3des esp-sha-hmac",
	"crypto map vpn 10 ", "crypto map vpn local-address Loopback0\ncrypto map vpn 10 ",
}

func call(t testing.TB, edits ...string) *visit {
	t.Helper()
	cfg, err := labs.Files.ReadFile("article-r2.cfg")
	if err != nil {
		t.Fatal(err)
	}
	startup := strings.NewReplacer(edits...).Replace(strings.NewReplacer(mended...).Replace(string(cfg)))
	kinds := lab.Kinds{
		"pc": pc.Kind(),
		"router": {Decode: lab.DecodeRouter, Port: lab.RouterPort, New: func(env lab.Env) (lab.Node, error) {
			opt := router.FromEnv(env)
			opt.Startup = []byte(startup)
			return router.New(opt)
		}},
	}
	before := packet.Live()
	f, err := lab.Parse(labs.Files, labs.Article, kinds)
	if err != nil {
		t.Fatal(err)
	}
	w, err := lab.NewWorld(f, kinds, lab.Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := w.Close(); err != nil {
			t.Error(err)
		}
		if left := packet.Live() - before; left != 0 {
			t.Errorf("%d buffers are left", left)
		}
	})
	w.RunFor(5 * time.Second)
	v := &visit{TB: t, World: w}
	v.since()
	return v
}

// types types keys, waits until the prompt is back and returns what came.
func (v *visit) types(keys string) string {
	v.Helper()
	v.Type("pc", keys)
	if !v.RunWhile(5*time.Minute, func() bool { return !v.Idle("pc") }) {
		v.Fatalf("%q is not over after five minutes: %s", keys, v.since())
	}
	return v.since()
}

func (v *visit) since() string {
	text := v.Text("pc")[v.read:]
	v.read += len(text)
	return strings.ReplaceAll(text, "\r\n", "\n")
}

// shows types a line and compares the whole screen after it.
func (v *visit) shows(line, want string) {
	v.Helper()
	want = line + "\n" + strings.TrimPrefix(want, "\n") + "\nC:\\>"
	if got := v.types(line + "\r"); got != want {
		v.Errorf("%s\ngot:\n%s\nwant:\n%s", line, visible(got), visible(want))
	}
}

// visible marks the blanks at line ends.
func visible(s string) string {
	return regexp.MustCompile(`(?m) +$`).ReplaceAllStringFunc(s, func(b string) string { return strings.Repeat("·", len(b)) })
}

// The windows of the article, in English; its ipconfig and route print are in
// shared/article.
func TestScreensOfACall(t *testing.T) {
	v := call(t)
	v.shows(`rasdial "VPN Connection" test test`, `
Connecting to VPN Connection...
Verifying username and password...
Registering your computer on the network...
Successfully connected to VPN Connection.
Command completed successfully.
`)
	v.shows("rasdial", "Connected to\nVPN Connection\nCommand completed successfully.\n")
	v.shows("rasdial \"vpn connection\"", "You are already connected to VPN Connection.\nCommand completed successfully.\n")
	v.shows("ipconfig", `

Windows IP Configuration


PPP adapter VPN Connection:

   Connection-specific DNS Suffix  . : 
   IPv4 Address. . . . . . . . . . . : 33.33.33.1
   Subnet Mask . . . . . . . . . . . : 255.255.255.255
   Default Gateway . . . . . . . . . : 0.0.0.0

Ethernet adapter Ethernet 3:

   Connection-specific DNS Suffix  . : 
   IPv4 Address. . . . . . . . . . . : 12.1.1.1
   Subnet Mask . . . . . . . . . . . : 255.255.255.0
   Default Gateway . . . . . . . . . : 12.1.1.2
`)
	v.shows("ipconfig /all", `

Windows IP Configuration

   Host Name . . . . . . . . . . . . : frank
   Primary Dns Suffix  . . . . . . . : 
   Node Type . . . . . . . . . . . . : Hybrid
   IP Routing Enabled. . . . . . . . : No
   WINS Proxy Enabled. . . . . . . . : No

PPP adapter VPN Connection:

   Connection-specific DNS Suffix  . : 
   Description . . . . . . . . . . . : VPN Connection
   Physical Address. . . . . . . . . : 
   DHCP Enabled. . . . . . . . . . . : No
   Autoconfiguration Enabled . . . . : Yes
   IPv4 Address. . . . . . . . . . . : 33.33.33.1(Preferred) 
   Subnet Mask . . . . . . . . . . . : 255.255.255.255
   Default Gateway . . . . . . . . . : 0.0.0.0
   NetBIOS over Tcpip. . . . . . . . : Enabled

Ethernet adapter Ethernet 3:

   Connection-specific DNS Suffix  . : 
   Description . . . . . . . . . . . : Microsoft KM-TEST Loopback Adapter
   Physical Address. . . . . . . . . : 02-00-4C-4F-4F-50
   DHCP Enabled. . . . . . . . . . . : No
   Autoconfiguration Enabled . . . . : Yes
   IPv4 Address. . . . . . . . . . . : 12.1.1.1(Preferred) 
   Subnet Mask . . . . . . . . . . . : 255.255.255.0
   Default Gateway . . . . . . . . . : 12.1.1.2
   NetBIOS over Tcpip. . . . . . . . : Enabled
`)
	table := v.types("route print\r")
	for _, want := range []string{
		"Interface List\n 47...........................VPN Connection\n 31...02 00 4c 4f 4f 50 ......Microsoft KM-TEST Loopback Adapter\n",
		"Network Destination        Netmask          Gateway       Interface  Metric\n" +
			"          0.0.0.0          0.0.0.0         12.1.1.2         12.1.1.1   4491\n" +
			"          0.0.0.0          0.0.0.0          On-link       33.33.33.1     11\n" +
			"          2.2.2.2  255.255.255.255         12.1.1.2         12.1.1.1   4236\n",
		"       33.33.33.1  255.255.255.255          On-link       33.33.33.1    266\n",
	} {
		if !strings.Contains(table, want) {
			t.Errorf("route print is without\n%s\n%s", want, table)
		}
	}
	v.shows("rasdial /disconnect", "Command completed successfully.\n")
	v.shows("rasdial /disconnect", "No connections\nCommand completed successfully.\n")
	if got := v.types("route print 0.*\r"); !strings.Contains(got, "         12.1.1.2         12.1.1.1    266\n") || strings.Contains(got, "33.33.33.1") {
		t.Errorf("after the call:\n%s", got)
	}
}

func TestScreensOfPingAndTracert(t *testing.T) {
	v := call(t)
	v.shows("ping 12.1.1.2 -n 2", `

Pinging 12.1.1.2 with 32 bytes of data:
Reply from 12.1.1.2: bytes=32 time<1ms TTL=255
Reply from 12.1.1.2: bytes=32 time<1ms TTL=255

Ping statistics for 12.1.1.2:
    Packets: Sent = 2, Received = 2, Lost = 0 (0% loss),
Approximate round trip times in milli-seconds:
    Minimum = 0ms, Maximum = 0ms, Average = 0ms
`)
	for _, w := range v.Wires() {
		w.SetFaults(link.A, lab.Faults{Delay: 7 * time.Millisecond})
	}
	v.shows("ping -n 1 -l 1000 -S 12.1.1.1 2.2.2.2", `

Pinging 2.2.2.2 from 12.1.1.1 with 1000 bytes of data:
Reply from 2.2.2.2: bytes=1000 time=7ms TTL=255

Ping statistics for 2.2.2.2:
    Packets: Sent = 1, Received = 1, Lost = 0 (0% loss),
Approximate round trip times in milli-seconds:
    Minimum = 7ms, Maximum = 7ms, Average = 7ms
`)
	v.shows("ping -n 1 -f -l 2000 2.2.2.2", `

Pinging 2.2.2.2 with 2000 bytes of data:
Packet needs to be fragmented but DF set.

Ping statistics for 2.2.2.2:
    Packets: Sent = 1, Received = 0, Lost = 1 (100% loss),
`)
	v.shows("tracert 2.2.2.2", `

Tracing route to 2.2.2.2 over a maximum of 30 hops

  1     7 ms     7 ms     7 ms  2.2.2.2 

Trace complete.
`)
	v.shows("ping nowhere", "Ping request could not find host nowhere. Please check the name and try again.\n")
	v.shows("ping -n x 1.1.1.1", "Bad value for option -n, valid range is from 1 to 2147483647.\n")
	v.shows("arp -a 12.1.1.2", `

Interface: 12.1.1.1 --- 0x1f
  Internet Address      Physical Address      Type
  12.1.1.2              `+mac(v)+`     dynamic   
`)
}

// mac finds the router's address on the PC's screen.
func mac(v *visit) string {
	m := regexp.MustCompile(`12\.1\.1\.2 +((?:[0-9a-f]{2}-){5}[0-9a-f]{2})`).FindStringSubmatch(v.types("arp -a\r"))
	if m == nil {
		v.Fatal("the router is not in the ARP table")
	}
	return m[1]
}

func TestPingIsStoppedByControlC(t *testing.T) {
	v := call(t)
	v.Type("pc", "ping -t 12.1.1.2\rhostname\r")
	v.RunFor(3500 * time.Millisecond)
	v.Type("pc", "\x03")
	got := v.types("ver\r")
	for _, want := range []string{"Packets: Sent = 4, Received = 4, Lost = 0 (0% loss),\n", "Control-C\n^C\nC:\\>", "Version 6.2.9200"} {
		if !strings.Contains(got, want) {
			t.Errorf("without %q:\n%s", want, got)
		}
	}
	if strings.Contains(got, "frank") {
		t.Error("what was typed ahead of Ctrl-C was done all the same")
	}
}

// Windows tells a number only; which one stands in shared/reference/clients.md 4.3.
func TestErrorsOfACall(t *testing.T) {
	tests := []struct {
		name, line string
		edits      []string
		before     string
		number     int
	}{
		{"wrong password", `rasdial "VPN Connection" test wrong`, nil, "", 691},
		{"unknown user", `rasdial "VPN Connection" nobody test`, nil, "", 691},
		{"wrong pre-shared key", `rasdial "VPN Connection"`, nil, `Set-VpnConnection "VPN Connection" -L2tpPsk 124`, 789},
		{"no proposal fits phase 1", `rasdial "VPN Connection"`, []string{" group 2\n", " group 5\n"}, "", 788},
		{"no proposal fits phase 2", `rasdial "VPN Connection"`, []string{"esp-3des esp-sha-hmac", "esp-3des esp-md5-hmac"}, "", 789},
		{"in the clear to a server that wants IPsec", `rasdial "VPN Connection"`, nil,
			`reg add HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters /v ProhibitIpSec /t REG_DWORD /d 1 /f`, 809},
		{"no server there", `rasdial "VPN Connection" /phone:12.1.1.99`, nil, "", 809},
		{"a name instead of an address", `rasdial "VPN Connection" /phone:vpn.example.com`, nil, "", 868},
		{"no key", `rasdial "VPN Connection"`, nil, `Set-VpnConnection "VPN Connection" -L2tpPsk ""`, 786},
		{"no user", `rasdial "VPN Connection"`, nil, `Set-VpnConnection "VPN Connection" -UserName ""`, 703},
		{"unknown entry", `rasdial Office`, nil, "", 623},
		{"the server asks for what the entry does not allow", `rasdial "VPN Connection"`, nil,
			`Set-VpnConnection "VPN Connection" -AuthenticationMethod Pap`, 734},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v := call(t, tt.edits...)
			if tt.before != "" {
				v.types(tt.before + "\r")
			}
			got := v.types(tt.line + "\r")
			want := fmt.Sprintf("Remote Access error %d - ", tt.number)
			if !strings.Contains(got, want) {
				t.Fatalf("without %q:\n%s", want, got)
			}
			if !strings.Contains(got, fmt.Sprintf("then Error Messages, then %d\n\nC:\\>", tt.number)) {
				t.Errorf("the help is missing:\n%s", got)
			}
			v.nothingLeft()
		})
	}
}

// nothingLeft lets lingering states go and asks the PC what it holds.
func (v *visit) nothingLeft() {
	v.Helper()
	v.RunFor(10 * time.Minute)
	if left := v.Node("pc").(*pc.PC).Residue(v.Now()); len(left) != 0 {
		v.Errorf("left: %v", left)
	}
}

// Stage 0b: without IPsec at either end the call comes up in the clear.
func TestPlainCall(t *testing.T) {
	v := call(t, " l2tp security crypto-profile CCIE\n", "", " crypto map vpn\n", "")
	v.types(`reg add HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters /v ProhibitIpSec /t REG_DWORD /d 1 /f` + "\r")
	if got := v.types("rasdial \"VPN Connection\"\r"); !strings.Contains(got, "Successfully connected to VPN Connection.") {
		t.Fatal(got)
	}
	v.types("rasdial /disconnect\r")
	v.nothingLeft()
}

func TestServerHangsUp(t *testing.T) {
	v := call(t)
	v.types("rasdial \"VPN Connection\"\r")
	v.Type("r2", "\renable\rclear vpdn tunnel l2tp all\r")
	v.RunFor(30 * time.Second)
	v.shows("rasdial", "No connections\nCommand completed successfully.\n")
	v.nothingLeft()
	if got := v.types("rasdial \"VPN Connection\"\r"); !strings.Contains(got, "Successfully connected") {
		t.Fatalf("the next call:\n%s", got)
	}
}

func TestControlCEndsADial(t *testing.T) {
	v := call(t)
	for _, wait := range []time.Duration{0, 5 * time.Millisecond, 25 * time.Millisecond, time.Second} {
		for _, w := range v.Wires() {
			w.SetFaults(link.A, lab.Faults{Delay: 5 * time.Millisecond})
		}
		v.Type("pc", "rasdial \"VPN Connection\"\r")
		v.RunFor(wait)
		if got := v.types("\x03"); !strings.HasSuffix(got, "C:\\>") {
			t.Fatalf("after %v: %s", wait, got)
		}
		v.types("rasdial /disconnect\r")
		v.nothingLeft()
	}
}

// frames notes what the PC sends.
type frames struct{ sent []string }

func (f *frames) Frame(_ clock.Instant, from link.Side, b []byte) {
	if from != link.B || binary.BigEndian.Uint16(b[12:]) != 0x0800 {
		return
	}
	ip := b[14:]
	switch proto := ip[9]; proto {
	case 50:
		f.sent = append(f.sent, "esp")
	case 17:
		f.sent = append(f.sent, fmt.Sprintf("udp %d %d", binary.BigEndian.Uint16(ip[22:]), binary.BigEndian.Uint16(ip[24:])-8))
	default:
		f.sent = append(f.sent, fmt.Sprintf("proto %d", proto))
	}
}

// On the wire a call begins with the 408 bytes of main mode's first message and
// ends with ESP (Terminate-Request, CDN, StopCCN), then the delete of the ESP
// SAs, then that of the IKE SA (shared/reference/clients.md 4.1 and 4.2).
func TestOrderOnTheWire(t *testing.T) {
	v := call(t)
	var f frames
	v.Wires()[0].AddTap(&f)
	v.types("rasdial \"VPN Connection\"\r")
	if len(f.sent) == 0 || f.sent[0] != "udp 500 408" {
		t.Fatalf("a call begins with %v", f.sent)
	}
	for _, s := range f.sent {
		if strings.HasPrefix(s, "udp 1701") {
			t.Fatal("L2TP went out in the clear")
		}
	}
	f.sent = nil
	v.types("rasdial /disconnect\r")
	v.RunFor(time.Minute)
	n := len(f.sent)
	if n < 4 || f.sent[n-3] != "esp" || !strings.HasPrefix(f.sent[n-2], "udp 500") || !strings.HasPrefix(f.sent[n-1], "udp 500") {
		t.Fatalf("a hang-up is %v", f.sent)
	}
	for _, s := range f.sent[:n-2] {
		if s != "esp" {
			t.Fatalf("a hang-up is %v", f.sent)
		}
	}
}

// Every built-in setting of data encryption can be chosen and comes to an end;
// which of them a 3DES router takes follows from their proposals.
func TestEncryptionSettings(t *testing.T) {
	for setting, works := range map[string]bool{"Optional": true, "Required": true, "Maximum": true, "NoEncryption": false} {
		t.Run(setting, func(t *testing.T) {
			v := call(t)
			v.types(`Set-VpnConnection -Name "VPN Connection" -EncryptionLevel ` + setting + "\r")
			got := v.types("rasdial \"VPN Connection\"\r")
			if strings.Contains(got, "Successfully connected") != works {
				t.Fatalf("%s:\n%s", setting, got)
			}
			v.types("rasdial /disconnect\r")
			v.nothingLeft()
		})
	}
}

func TestSplitTunneling(t *testing.T) {
	v := call(t)
	v.types(`Set-VpnConnection -Name "VPN Connection" -SplitTunneling $true` + "\r")
	v.types("rasdial \"VPN Connection\"\r")
	got := v.types("route print\r")
	if !strings.Contains(got, "          0.0.0.0          0.0.0.0         12.1.1.2         12.1.1.1    266\n") ||
		!strings.Contains(got, "         33.0.0.0        255.0.0.0") {
		t.Fatal(got)
	}
}
