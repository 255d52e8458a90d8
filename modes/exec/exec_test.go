package exec

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"ioslab/modes/session"
	"ioslab/modes/show"
	"ioslab/parser/config"
	"ioslab/parser/grammar"
	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/forward"
	"ioslab/runtime/host"
)

func TestConfigurationModeAndBack(t *testing.T) {
	b := newBench(t, nil)
	b.expect("\r", "\nR2LNS>")
	b.expect("ena\r", "ena\nR2LNS#")
	b.expect("config term\r", "config term\nEnter configuration commands, one per line.  End with CNTL/Z.\nR2LNS(config)#")
	b.expect("hostname R9\r", "hostname R9\nR9(config)#")
	b.expect("interface f0/0\r", "interface f0/0\nR9(config-if)#")
	b.expect("do show privilege\r", "do show privilege\nCurrent privilege level is 15\nR9(config-if)#")
	b.expect("nonsense\r", "nonsense\n                ^\n% Invalid input detected at '^' marker.\n\nR9(config-if)#")
	b.expect("end\r", "end\nR9#\n*Oct 11 11:35:10.831: %SYS-5-CONFIG_I: Configured from console by console")
	b.expect("\r", "\nR9#")
	if !b.sys.Modified() {
		t.Error("the change was not noted")
	}
	b.expect("conf t\r\x1a", "conf t\nEnter configuration commands, one per line.  End with CNTL/Z.\nR9(config)#^Z\nR9#\n*Oct 11 11:35:10.831: %SYS-5-CONFIG_I: Configured from console by console")
}

func TestConfigureAloneAsks(t *testing.T) {
	b := enabled(t)
	b.expect("configure\r", "configure\nConfiguring from terminal, memory, or network [terminal]? ")
	b.expect("\r", "\nEnter configuration commands, one per line.  End with CNTL/Z.\nR2LNS(config)#")
}

func TestBannerLinesHaveNoPrompt(t *testing.T) {
	b := enabled(t)
	b.typed("conf t\r")
	b.expect("banner motd #\rhello?\tyou\rbye#\r", "banner motd #\nEnter TEXT message.  End with the character '#'.\nhello? you\nbye#\nR2LNS(config)#")
}

// The captures of shared/reference/cli-behaviour.md.
func TestErrors(t *testing.T) {
	b := enabled(t)
	b.expect("show foooooooo\r", "show foooooooo\n"+strings.Repeat(" ", 6+5)+"^\n% Invalid input detected at '^' marker.\n\nR2LNS#")
	b.expect("show\r", "show\n% Incomplete command.\n\nR2LNS#")
	b.expect("sh i\r", "sh i\n% Ambiguous command:  \"sh i\"\nR2LNS#")
	b.expect("foo\r", "foo\nTranslating \"foo\"\n\n% Unknown command or computer name, or unable to find computer address\nR2LNS#")
	b.expect("foo bar\r", "foo bar\n      ^\n% Invalid input detected at '^' marker.\n\nR2LNS#")
	b.expect("! a remark\r", "! a remark\nR2LNS#")
	b.expect("   \r", "   \nR2LNS#")
}

func TestUserModeDoesNotSeePrivilegedCommands(t *testing.T) {
	b := newBench(t, nil)
	b.typed("\r")
	for _, line := range []string{"configure terminal", "show running-config", "clear logging", "debug crypto isakmp"} {
		if got := b.typed(line + "\r"); !strings.Contains(got, "% Invalid input detected at '^' marker.") {
			t.Errorf("%s: %q", line, got)
		}
	}
	b.expect("show priv\r", "show priv\nCurrent privilege level is 1\nR2LNS>")
}

func TestTranslatingWaitsForServersAndCanBeInterrupted(t *testing.T) {
	b := newBench(t, func(c *config.Config) { c.IP.DomainLookup = config.Opt[bool]{} })
	b.typed("\r")
	b.expect("foo\r", "foo\nTranslating \"foo\"...domain server (255.255.255.255)")
	b.now = clock.Instant(3 * time.Second)
	b.sys.Tick(b.now)
	if got := string(b.sys.Console().Output()); got != "\r\nTranslating \"foo\"...domain server (255.255.255.255)" {
		t.Errorf("%q", got)
	}
	b.expect("\x1e", "\n% Unknown command or computer name, or unable to find computer address\nR2LNS>")
	if b.sys.Console().Deadline() < b.now {
		t.Error("a timer is left")
	}
}

func TestEnableSecret(t *testing.T) {
	secret := func(c *config.Config) { c.System.EnableSecret = config.Some(config.Secret{Text: "cisco"}) }
	b := newBench(t, secret)
	b.typed("\r")
	b.expect("enable\rcisco\r", "enable\nPassword: \nR2LNS#")
	b.expect("disable\r", "disable\nR2LNS>")
	b.expect("enable\rx\ry\rz\r", "enable\nPassword: \nPassword: \nPassword: \n% Bad secrets\n\nR2LNS>")
}

func TestVTYLogin(t *testing.T) {
	b := newBench(t, func(c *config.Config) {
		d := config.Begin(c)
		d.Config().Lines.Insert(d, &config.Line{Kind: "vty", First: 0, Last: config.Some(1), Login: config.Some("local")})
		d.Config().System.Banner.MOTD = config.Some("keep out")
		*c = *d.Commit()
	})
	peer := netip.MustParseAddr("192.168.0.9")
	s, ok := b.sys.OpenVTY(0, peer)
	if !ok {
		t.Fatal("no line")
	}
	if got, want := b.on(s, ""), "\nkeep out\n\n\nUser Access Verification\n\nUsername: "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := b.on(s, "lab\rwrong\rlab\rcisco\r"), "lab\nPassword: \n% Login invalid\n\nUsername: lab\nPassword: \nR2LNS#"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := b.on(s, "show users\r"); !strings.Contains(got, "*  2 vty 0     lab        idle                 00:00:00   192.168.0.9\n") {
		t.Errorf("%q", got)
	}
	b.on(s, "conf t\r\x1a")
	if got := string(b.sys.Console().Output()); !strings.Contains(got, "Configured from console by lab on vty0 (192.168.0.9)") {
		t.Errorf("console: %q", got)
	}
	second, ok := b.sys.OpenVTY(0, peer)
	if !ok || second.Place().Number != 1 {
		t.Fatal("no second line")
	}
	if _, ok := b.sys.OpenVTY(0, peer); ok {
		t.Error("a third of two lines")
	}
	b.on(second, "a\rb\ra\rb\ra\rb\r")
	if !second.Closed() {
		t.Error("three failures left the line open")
	}
	b.on(s, "exit\r")
	if _, ok := b.sys.OpenVTY(0, peer); !ok {
		t.Error("a closed line is not free")
	}
}

func TestVTYWithoutPasswordIsClosed(t *testing.T) {
	b := newBench(t, nil)
	s, _ := b.sys.OpenVTY(0, netip.Addr{})
	if got := b.on(s, ""); got != "\nPassword required, but none set\n" || !s.Closed() {
		t.Errorf("%q closed %v", got, s.Closed())
	}
}

func TestTerminalMonitor(t *testing.T) {
	b := newBench(t, func(c *config.Config) {
		d := config.Begin(c)
		d.Config().Lines.Insert(d, &config.Line{Kind: "vty", First: 0, Last: config.Some(4), Login: config.Some("none"), Privilege: config.Some(15)})
		*c = *d.Commit()
	})
	s, _ := b.sys.OpenVTY(0, netip.Addr{})
	b.on(s, "")
	b.typed("\renable\rconf t\r\x1a")
	if got := b.on(s, ""); got != "" {
		t.Errorf("a vty sees %q without terminal monitor", got)
	}
	b.on(s, "terminal monitor\r")
	b.typed("conf t\r\x1a")
	if got := b.on(s, ""); !strings.Contains(got, "%SYS-5-CONFIG_I") {
		t.Errorf("%q", got)
	}
	b.on(s, "terminal no monitor\r")
	b.typed("conf t\r\x1a")
	if got := b.on(s, ""); got != "" {
		t.Errorf("%q after terminal no monitor", got)
	}
}

func TestSaveAndShow(t *testing.T) {
	b := enabled(t)
	b.expect("show startup-config\r", "show startup-config\nstartup-config is not present\nR2LNS#")
	// "!\n" + the text: 34 bytes in all, plus one.
	b.expect("show run\r", "show run\nBuilding configuration...\n\nCurrent configuration : 35 bytes\n!\nversion 12.4\nhostname R2LNS\nend\n\nR2LNS#")
	b.expect("write memory\r", "write memory\nBuilding configuration...\n[OK]\nR2LNS#")
	if b.d.files[StartupConfig] != "!\nversion 12.4\nhostname R2LNS\nend\n" {
		t.Errorf("saved %q", b.d.files[StartupConfig])
	}
	b.expect("show start\r", "show start\nUsing 34 out of 129016 bytes\n!\nversion 12.4\nhostname R2LNS\nend\n\nR2LNS#")
	b.expect("copy run start\r\r", "copy run start\nDestination filename [startup-config]? \nBuilding configuration...\n[OK]\nR2LNS#")
	b.expect("show run | include host\r", "show run | include host\nhostname R2LNS\nR2LNS#")
	b.expect("write erase\r\r", "write erase\nErasing the nvram filesystem will remove all configuration files! Continue? [confirm]\n[OK]\nErase of nvram: complete\nR2LNS#\n*Oct 11 11:35:10.831: %SYS-7-NV_BLOCK_INIT: Initialized the geometry of nvram")
	if len(b.d.files) != 0 {
		t.Error("not erased")
	}
}

// The count rule's own check in shared/reference/show-system.md: 112 bytes show as 113.
func TestByteCount(t *testing.T) {
	const text = "!\ninterface GigabitEthernet1/0/9\n no switchport\n no ip address\n ip pim sparse-dense-mode\n ip igmp version 3\nend\n"
	if got := frame(text); !strings.Contains(got, "\nCurrent configuration : 113 bytes\n") {
		t.Errorf("%q", got)
	}
}

func TestReloadAsksAboutChanges(t *testing.T) {
	b := enabled(t)
	b.expect("reload\rn", "reload\nProceed with reload? [confirm]n\nR2LNS#")
	b.typed("conf t\rhostname R2LNS\rend\r\r")
	b.expect("reload\rmaybe\ryes\r", "reload\n\nSystem configuration has been modified. Save? [yes/no]: maybe\n% Please answer 'yes' or 'no'.\n\nSystem configuration has been modified. Save? [yes/no]: yes\nBuilding configuration...\n[OK]\nProceed with reload? [confirm]")
	b.typed("\r")
	if b.d.reloads != 1 || b.d.files[StartupConfig] == "" {
		t.Error("not reloaded, or not saved")
	}
}

func TestStartAgainAfterAReload(t *testing.T) {
	b := enabled(t)
	b.typed("conf t\rhostname R2LNS\r")
	b.sys.Start(0, "System Bootstrap\n")
	got := b.typed("")
	if !strings.HasPrefix(got, "\nSystem Bootstrap\n\n\n\nR2LNS con0 is now available\n") {
		t.Errorf("%q", got)
	}
	b.expect("x\r", "\nR2LNS>")
	if b.sys.Modified() || len(b.sys.Console().History()) != 0 {
		t.Error("something survived the reload")
	}
}

func TestReloadInAndCancel(t *testing.T) {
	b := enabled(t)
	b.expect("reload in 2\r\r", "reload in 2\nReload scheduled in 2 minutes by console\nReload reason: Reload Command\nProceed with reload? [confirm]\nR2LNS#")
	if d := b.sys.Deadline(); d != clock.Instant(2*time.Minute) {
		t.Errorf("deadline %d", d)
	}
	b.expect("reload cancel\r", "reload cancel\n\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n\nR2LNS#")
	b.sys.Tick(clock.Instant(3 * time.Minute))
	if b.d.reloads != 0 {
		t.Error("reloaded after the cancel")
	}
}

func TestDebugAnswers(t *testing.T) {
	b := enabled(t)
	b.expect("debug crypto isakmp\r", "debug crypto isakmp\nCrypto ISAKMP debugging is on\nR2LNS#")
	b.expect("deb cry ips\r", "deb cry ips\nCrypto IPSEC debugging is on\nR2LNS#")
	b.expect("show debug\r", "show debug\nCryptographic Subsystem:\n  Crypto ISAKMP debugging is on\n  Crypto IPSEC debugging is on\n\nR2LNS#")
	b.expect("no debug crypto isakmp\r", "no debug crypto isakmp\nCrypto ISAKMP debugging is off\nR2LNS#")
	b.expect("debug ip packet 101 detail\r", "debug ip packet 101 detail\nIP packet debugging is on (detailed) for access list 101\nR2LNS#")
	b.expect("undebug all\r", "undebug all\nAll possible debugging has been turned off\nR2LNS#")
	b.expect("u all\r", "u all\nAll possible debugging has been turned off\nR2LNS#")
	if b.d.debug.Mask() != event.Syslog {
		t.Error("something is still on")
	}
	for _, line := range []string{"vpdn event", "vpdn error", "vpdn packet", "vpdn l2x-events", "vpdn l2x-errors", "vpdn l2x-packets",
		"ppp negotiation", "ppp authentication", "ppp error", "aaa authentication", "ip icmp", "ip packet", "arp", "crypto engine"} {
		if got := b.typed("debug " + line + "\r"); !strings.Contains(got, " is on\n") {
			t.Errorf("debug %s: %q", line, got)
		}
	}
}

func withLoopback(b *bench) {
	b.d.ifaces = []show.Interface{{State: forward.InterfaceState{
		Interface: forward.Interface{Name: "Loopback0", Kind: forward.Loopback, Address: netip.MustParsePrefix("192.168.101.1/32")},
		Borrowed:  netip.MustParsePrefix("192.168.101.1/32"), Link: true, Protocol: true,
	}}}
}

// The capture of shared/reference/cli-behaviour.md, "ping".
func TestPing(t *testing.T) {
	b := enabled(t)
	withLoopback(b)
	b.expect("ping 192.168.102.1 source lo0\r", "ping 192.168.102.1 source lo0\n\nType escape sequence to abort.\n"+
		"Sending 5, 100-byte ICMP Echos to 192.168.102.1, timeout is 2 seconds:\nPacket sent with a source address of 192.168.101.1 \n")
	w := b.d.watch
	w.Probe(0, host.Probe{Mark: host.MarkTimeout})
	for range 4 {
		w.Probe(0, host.Probe{Mark: host.MarkReply})
	}
	w.Done(0, host.PingResult{Sent: 5, Replies: 4, Min: time.Millisecond, Avg: 2 * time.Millisecond, Max: 3 * time.Millisecond})
	b.expect("", ".!!!!\nSuccess rate is 80 percent (4/5), round-trip min/avg/max = 1/2/3 ms\nR2LNS#")
	b.typed("ping ip 1.1.1.1 repeat 100 size 1500 df-bit timeout 1 data ABCD\r")
	if p := b.d.ping; p.Count != 100 || p.Size != 1500 || !p.DF || p.Timeout != time.Second || p.Pattern != 0xabcd {
		t.Errorf("%+v", p)
	}
	b.expect("\x1e", "Success rate is 0 percent (0/1)\nR2LNS#")
	if got := b.typed("ping nosuch\r"); !strings.HasSuffix(got, "% Unrecognized host or address, or protocol not running.\n\nR2LNS#") {
		t.Errorf("%q", got)
	}
	b.expect("ping 1.1.1.1 source 9.9.9.9\r", "ping 1.1.1.1 source 9.9.9.9\n% Invalid source address- IP address not on any of our up interfaces\nR2LNS#")
}

func TestExtendedPing(t *testing.T) {
	b := enabled(t)
	withLoopback(b)
	got := b.typed("ping\r\r1.1.1.1\r10\r200\r\ry\rloopback 0\r\r\r\r0x1234\r\rn\r")
	want := "ping\nProtocol [ip]: \nTarget IP address: 1.1.1.1\nRepeat count [5]: 10\nDatagram size [100]: 200\nTimeout in seconds [2]: \n" +
		"Extended commands [n]: y\nSource address or interface: loopback 0\nType of service [0]: \nSet DF bit in IP header? [no]: \n" +
		"Validate reply data? [no]: \nData pattern [0xABCD]: 0x1234\nLoose, Strict, Record, Timestamp, Verbose[none]: \nSweep range of sizes [n]: n\n" +
		"\nType escape sequence to abort.\nSending 10, 200-byte ICMP Echos to 1.1.1.1, timeout is 2 seconds:\n" +
		"Packet sent with a source address of 192.168.101.1 \nPacket has data pattern 0x1234\n"
	if got != want {
		t.Errorf("got\n%s\nwant\n%s", got, want)
	}
	if p := b.d.ping; p.Count != 10 || p.Size != 200 || p.Sweep {
		t.Errorf("%+v", p)
	}
	b.typed("\x03")
	b.expect("ping\rip\r\r", "ping\nProtocol [ip]: ip\nTarget IP address: \n% Bad IP address\nR2LNS#")
}

func TestTraceroute(t *testing.T) {
	b := enabled(t)
	b.expect("traceroute 33.33.33.1\r", "traceroute 33.33.33.1\n\nType escape sequence to abort.\nTracing the route to 33.33.33.1\n\n")
	w, near, far := b.d.hops, netip.MustParseAddr("12.1.1.2"), netip.MustParseAddr("33.33.33.1")
	for range 3 {
		w.Hop(0, host.Hop{TTL: 1, Mark: host.MarkReply, From: near, RTT: 4 * time.Millisecond})
	}
	w.Hop(0, host.Hop{TTL: 2, Mark: host.MarkReply, From: far, RTT: 20 * time.Millisecond})
	w.Hop(0, host.Hop{TTL: 2, Mark: host.MarkTimeout})
	w.Done(0, host.TraceResult{})
	b.expect("", "  1 12.1.1.2 4 msec 4 msec 4 msec \n  2 33.33.33.1 20 msec  * \nR2LNS#")
}

func TestClear(t *testing.T) {
	b := enabled(t)
	for line, did := range map[string]string{
		"clear crypto isakmp":                  "clear isakmp 0",
		"clear crypto isakmp 1001":             "clear isakmp 1001",
		"clear crypto sa":                      "clear sa invalid IP",
		"clear crypto sa peer 12.1.1.1":        "clear sa 12.1.1.1",
		"clear crypto session":                 "clear session invalid IP",
		"clear crypto session remote 12.1.1.1": "clear session 12.1.1.1",
		"clear vpdn tunnel l2tp all":           "clear tunnel 0",
		"clear vpdn tunnel l2tp frank":         "clear tunnel 0frank",
		"clear vpdn tunnel l2tp id 7658":       "clear tunnel 7658",
		"clear arp-cache":                      "clear arp",
		"clear interface virtual-access 2.1":   "clear interface Virtual-Access2.1",
		"clear access-list counters 101":       "clear acl 101",
	} {
		b.d.asked = nil
		b.expect(line+"\r", line+"\nR2LNS#") // prints nothing
		if len(b.d.asked) != 1 || b.d.asked[0] != did {
			t.Errorf("%s: did %q, want %q", line, b.d.asked, did)
		}
	}
	b.expect("clear counters\r\r", "clear counters\nClear \"show interface\" counters on all interfaces [confirm]\nR2LNS#\n*Oct 11 11:35:10.831: %CLEAR-5-COUNTERS: Clear counter on all interfaces by console")
}

func TestHelpLists(t *testing.T) {
	b := enabled(t)
	b.expect("sh?", "sh?\nshow  \n\nR2LNS#sh")
	b.expect("\x15clock set ?", "\b\b  \b\bclock set ?\n  WORD  Current time\n\nR2LNS#clock set ")
	b.typed("\x15")
	got := b.typed("?")
	if !strings.HasPrefix(got, "?\nExec commands:\n") || !strings.Contains(got, "\n  ping") || strings.Contains(got, " quit") {
		t.Errorf("%q", got)
	}
	b.typed("q\x15")
	if got := b.typed("show clock ?"); !strings.HasSuffix(got, "\n  |       Output modifiers\n  <cr>\n\nR2LNS#show clock ") {
		t.Errorf("%q", got)
	}
	if got := b.typed("| ?"); !strings.Contains(got, "\n  begin    Begin with the line that matches\n") {
		t.Errorf("%q", got)
	}
	b.typed("\x15")
	b.expect("sho\tver\t", "sho\nR2LNS#show ver\nR2LNS#show version ")
	b.typed("\x15conf t\r")
	b.expect("hos\t", "hos\nR2LNS(config)#hostname ")
	b.typed("\x15")
	if got := b.typed("do show pri\t"); !strings.HasSuffix(got, "R2LNS(config)#do show privilege ") {
		t.Errorf("%q", got)
	}
}

func TestTerminalSettings(t *testing.T) {
	b := enabled(t)
	b.typed("terminal length 0\rterminal width 511\r")
	if p := b.sys.Console().Params(); p.Length != 0 || p.Width != 511 {
		t.Errorf("%+v", p)
	}
	b.typed("exit\r\r") // the next EXEC has the line's own again
	if p := b.sys.Console().Params(); p != session.DefaultParams() {
		t.Errorf("%+v", p)
	}
	b.typed("enable\r")
	b.expect("show history\r", "show history\n  enable\n  show history\nR2LNS#")
}

func TestClockSet(t *testing.T) {
	b := enabled(t)
	b.expect("show clock\r", "show clock\n*11:35:10.831 UTC Sat Oct 11 2014\nR2LNS#")
	got := b.typed("clock set 12:00:00 1 jan 2020\r")
	if !strings.Contains(got, "%SYS-6-CLOCKUPDATE: System clock has been updated from 11:35:10 UTC Sat Oct 11 2014 to 12:00:00 UTC Wed Jan 1 2020, configured from console by console.") {
		t.Errorf("%q", got)
	}
	b.expect("show clock\r", "show clock\n12:00:00.000 UTC Wed Jan 1 2020\nR2LNS#")
	if got := b.typed("clock set 25:00:00 1 jan 2020\r"); !strings.Contains(got, "% Invalid input") {
		t.Errorf("%q", got)
	}
}

// Every keyword that `?` lists is explained.
func TestEveryWordHasHelp(t *testing.T) {
	for _, c := range commands.Commands() {
		words := strings.Fields(c.Pattern)
		for i := range words {
			if strings.ContainsAny(strings.Join(words[:i], " "), "$[<{(") {
				break
			}
			line := strings.Join(words[:i], " ")
			if i > 0 {
				line += " "
			}
			items, _ := commands.Help(line, grammar.Options{Level: 15})
			for _, it := range items {
				if it.Text == "" && it.Token != grammar.CR {
					t.Errorf("%q?: %q has no text", line, it.Token)
				}
			}
		}
	}
}

// Every show command runs against an empty router without trouble.
func TestEveryCommandRuns(t *testing.T) {
	for _, c := range commands.Commands() {
		if !strings.HasPrefix(c.Pattern, "show") || strings.Contains(c.Pattern, "$") {
			continue
		}
		line := strings.NewReplacer("[l2tp] ", "", "[l2tp]", "", " [sorted]", "", "[", "", "]", "").Replace(c.Pattern)
		b := enabled(t)
		if got := b.typed("terminal length 0\r" + line + "\r"); strings.Contains(got, "% Invalid input") || !strings.HasSuffix(got, "R2LNS#") {
			t.Errorf("%s: %q", line, got)
		}
	}
}

func TestPastedConfiguration(t *testing.T) {
	b := enabled(t)
	var paste strings.Builder
	paste.WriteString("conf t\r\n")
	for range 20000 {
		paste.WriteString("hostname R2LNS\r\n")
	}
	paste.WriteString("end\r\nshow privilege\r\n")
	s := b.sys.Console()
	s.Input(0, []byte(paste.String()))
	out := ""
	for i := 0; !s.Idle() && i < 10000; i++ {
		out += string(s.Output())
		b.sys.Tick(0)
	}
	out += string(s.Output())
	if !strings.HasSuffix(out, "Current privilege level is 15\r\nR2LNS#") {
		t.Errorf("ends in %q", out[max(0, len(out)-200):])
	}
}
