package logging

import (
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"ioslab/debug/format"
	"ioslab/runtime/clock"
	"ioslab/runtime/event"
)

// screen is a Terminal that keeps what it is told.
type screen struct{ lines []string }

func (s *screen) WriteLog(_ clock.Instant, text string) { s.lines = append(s.lines, text) }

func at(d time.Duration) clock.Instant { return clock.Instant(d) }

func TestStampForms(t *testing.T) {
	// 11 October, 11:35:10.831: the article's own stamp.
	article := NewWallClock(time.Date(2014, 10, 11, 11, 35, 10, 831e6, time.UTC), 0)
	seoul := NewWallClock(time.Date(2012, 3, 26, 11, 49, 19, 5e6, time.UTC), 0)
	seoul.SetZone(Zone{"KST", 9 * time.Hour})
	seoul.SetLocal(0, time.Date(2012, 3, 26, 20, 49, 19, 5e6, time.UTC), ByNTP)
	seoul.Lose()
	dynamips := NewWallClock(DynamipsEpoch, 0)

	tests := []struct {
		name string
		f    StampFormat
		w    *WallClock
		now  clock.Instant
		want string
	}{
		{"article", StampFormat{Kind: StampDatetime, Msec: true}, article, 0, "*Oct 11 11:35:10.831: "},
		{"no msec", StampFormat{Kind: StampDatetime}, article, 0, "*Oct 11 11:35:10: "},
		{"zone", StampFormat{Kind: StampDatetime, Msec: true, Localtime: true, ShowTimezone: true}, article, 0, "*Oct 11 11:35:10.831 UTC: "},
		{"year", StampFormat{Kind: StampDatetime, Year: true}, article, 0, "*Oct 11 2014 11:35:10: "},
		{"lost", StampFormat{Kind: StampDatetime, Localtime: true, ShowTimezone: true}, seoul, 0, ".Mar 26 20:49:19 KST: "},
		{"not local", StampFormat{Kind: StampDatetime}, seoul, 0, ".Mar 26 11:49:19: "},
		{"day in two columns", StampFormat{Kind: StampDatetime, Msec: true}, dynamips, at(12*time.Second + 123*time.Millisecond), "*Mar  1 00:00:12.123: "},
		{"uptime", StampFormat{Kind: StampUptime}, dynamips, at(12*time.Minute + 15*time.Second), "00:12:15: "},
		{"uptime days", StampFormat{Kind: StampUptime}, dynamips, at(26 * time.Hour), "1d02h: "},
		{"uptime weeks", StampFormat{Kind: StampUptime}, dynamips, at((43*7 + 2) * 24 * time.Hour), "43w2d: "},
		{"none", StampFormat{}, dynamips, 0, ""},
	}
	for _, tt := range tests {
		if got := tt.f.Prefix(tt.w, tt.now); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestShowClockAndSet(t *testing.T) {
	w := NewWallClock(DynamipsEpoch, at(time.Hour))
	now := at(time.Hour + 12*time.Minute + 15*time.Second + 947*time.Millisecond)
	if got, want := w.Show(now), "*00:12:15.947 UTC Fri Mar 1 2002"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	w.SetZone(Zone{"CET", time.Hour})
	w.SetLocal(now, time.Date(2020, 1, 1, 12, 0, 0, 0, time.UTC), ByUser)
	if got, want := w.Show(now.Add(2*time.Second)), "12:00:02.000 CET Wed Jan 1 2020"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := w.Uptime(now); got != 12*time.Minute+15*time.Second+947*time.Millisecond {
		t.Errorf("clock set moved the uptime: %v", got)
	}
}

func TestUptimeWords(t *testing.T) {
	day := 24 * time.Hour
	for d, want := range map[time.Duration]string{
		30 * time.Second:               "0 minutes",
		time.Minute:                    "1 minute",
		80 * time.Minute:               "1 hour, 20 minutes",
		8*day + 2*time.Hour:            "1 week, 1 day, 2 hours",
		366*day + 15*day + time.Minute: "1 year, 2 weeks, 2 days, 1 minute",
	} {
		if got := UptimeWords(d); got != want {
			t.Errorf("%v: %q, want %q", d, got, want)
		}
	}
}

func syslog(text string, severity int) format.Message {
	return format.Message{Class: event.Syslog, Severity: severity, Text: text}
}

func TestDestinationsTakeTheirLevels(t *testing.T) {
	cfg := Defaults()
	cfg.Debug, cfg.Log = StampFormat{}, StampFormat{}
	cfg.Console.Level = Notifications
	cfg.Buffer = Destination{true, Errors}
	l := New(cfg, NewWallClock(DynamipsEpoch, 0))
	var con, vty screen
	l.AttachConsole(&con)
	l.AttachMonitor(&vty)
	l.AttachMonitor(&vty) // twice is once
	l.Log(0, syslog("five", 5))
	l.Log(0, syslog("three", 3))
	l.Log(0, format.Message{Class: event.ARP, Severity: 7, Text: "seven"})
	check := func(name string, got []string, want string) {
		t.Helper()
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s got %q, want %q", name, s, want)
		}
	}
	check("console", con.lines, "five three")
	check("monitor", vty.lines, "five three seven")
	check("buffer", l.Lines(), "three")

	cfg.On = false // `no logging on` leaves the console alone
	l.Configure(cfg)
	l.Log(0, syslog("late", 3))
	check("console", con.lines, "five three late")
	check("buffer", l.Lines(), "three")
	l.Detach(&con)
	l.Log(0, syslog("gone", 3))
	check("console", con.lines, "five three late")
}

func TestOnlyTheFirstLineIsStampedAndEmptyOnesNotAtAll(t *testing.T) {
	cfg := Defaults()
	cfg.Debug = StampFormat{Kind: StampDatetime, Msec: true}
	cfg.SequenceNumbers = true
	l := New(cfg, NewWallClock(DynamipsEpoch, 0))
	var con screen
	l.AttachConsole(&con)
	l.Log(0, format.Message{Class: event.CryptoIPsec, Severity: 7, Text: "one\n  two"})
	l.Log(0, format.Message{Class: event.CryptoIPsec, Severity: 7})
	want := []string{"000001: *Mar  1 00:00:00.000: one\n  two", ""}
	if len(con.lines) != 2 || con.lines[0] != want[0] || con.lines[1] != want[1] {
		t.Errorf("%q, want %q", con.lines, want)
	}
}

func TestBufferIsARingOfBytes(t *testing.T) {
	var r ring
	r.resize(4096)
	for i := range 1000 {
		r.add(strings.Repeat(string(rune('a'+i%26)), 99))
	}
	lines := r.all()
	if len(lines) != 40 { // 40 lines of 100 bytes with their newline
		t.Fatalf("%d lines kept, want 40", len(lines))
	}
	if lines[39][0] != byte('a'+999%26) {
		t.Fatal("the latest line is not the last")
	}
	r.clear()
	if len(r.all()) != 0 {
		t.Fatal("not cleared")
	}
}

func TestRateLimit(t *testing.T) {
	cfg := Defaults()
	cfg.RateLimit, cfg.RateExcept = 2, Errors
	l := New(cfg, NewWallClock(DynamipsEpoch, 0))
	var con screen
	l.AttachConsole(&con)
	for range 5 {
		l.Log(at(time.Second), syslog("x", 5))
	}
	l.Log(at(time.Second), syslog("urgent", 2))
	l.Log(at(2*time.Second), syslog("next second", 5))
	if len(con.lines) != 4 || l.Counters().RateLimited != 3 {
		t.Errorf("%d lines, %d limited", len(con.lines), l.Counters().RateLimited)
	}
}

type fakeHost struct{ sent []string }

func (h *fakeHost) SendSyslog(_ clock.Instant, host netip.Addr, d string) {
	h.sent = append(h.sent, host.String()+" "+d)
}

func TestSyslogHostGetsPriorityAndNumber(t *testing.T) {
	cfg := Defaults()
	cfg.Hosts = []netip.Addr{netip.MustParseAddr("10.0.0.9")}
	cfg.Log = StampFormat{Kind: StampDatetime}
	l := New(cfg, NewWallClock(DynamipsEpoch, 0))
	var h fakeHost
	l.SetHost(&h)
	l.Log(0, LineProtocol("FastEthernet0/0", true))
	l.Log(0, format.Message{Class: event.ARP, Severity: 7, Text: "debug stays here"})
	// local7 (23) * 8 + 5 = 189
	want := "10.0.0.9 <189>1: *Mar  1 00:00:00: %LINEPROTO-5-UPDOWN: Line protocol on Interface FastEthernet0/0, changed state to up"
	if len(h.sent) != 1 || h.sent[0] != want {
		t.Errorf("%q, want %q", h.sent, want)
	}
}

func TestConditionsAnswerAndShow(t *testing.T) {
	var c Conditions
	if got := c.Show(); got != "" {
		t.Errorf("nothing on shows %q", got)
	}
	answers := append(c.Set(event.CryptoISAKMP, true), c.Set(event.CryptoIPsec, true)...)
	answers = append(answers, c.Set(event.L2XEvents, true)...)
	answers = append(answers, c.SetPacket(PacketFilter{List: "101", Detail: true})...)
	answers = append(answers, c.Set(event.IPPacket, false)...)
	want := []string{
		"Crypto ISAKMP debugging is on", "Crypto IPSEC debugging is on", "L2X protocol events debugging is on",
		"IP packet debugging is on (detailed) for access list 101", "IP packet debugging is off",
	}
	if strings.Join(answers, "|") != strings.Join(want, "|") {
		t.Errorf("%q", answers)
	}
	wantShow := "VPN:\n  L2X protocol events debugging is on\n\nCryptographic Subsystem:\n  Crypto ISAKMP debugging is on\n  Crypto IPSEC debugging is on\n\n"
	if got := c.Show(); got != wantShow {
		t.Errorf("%q, want %q", got, wantShow)
	}
	if c.Off() != "All possible debugging has been turned off" || c.Mask() != event.Syslog {
		t.Error("not everything off")
	}
}

func TestEveryClassHasACondition(t *testing.T) {
	var all event.Class
	for _, c := range All {
		all |= c.Class
	}
	if want := event.ARP<<1 - 1 - event.Syslog; all != want {
		t.Errorf("classes %b, want %b", all, want)
	}
}

func TestSystemMessages(t *testing.T) {
	vty := Who{Line: "vty0", From: netip.MustParseAddr("192.168.0.9")}
	cisco := Who{User: "cisco", Line: "vty0", From: netip.MustParseAddr("172.16.5.22")}
	kst := time.FixedZone("KST", 9*3600)
	for _, tt := range []struct {
		m    format.Message
		want string
	}{
		{Configured(Who{Line: "console"}), "%SYS-5-CONFIG_I: Configured from console by console"},
		{Configured(vty), "%SYS-5-CONFIG_I: Configured from console by vty0 (192.168.0.9)"},
		{Configured(Who{User: "cisco", Line: "console"}), "%SYS-5-CONFIG_I: Configured from console by cisco on console"},
		{Configured(cisco), "%SYS-5-CONFIG_I: Configured from console by cisco on vty0 (172.16.5.22)"},
		{ClockUpdated(time.Date(2012, 3, 26, 20, 42, 46, 0, kst), time.Date(2012, 3, 26, 20, 49, 0, 0, kst),
			Who{Line: "vty1", From: netip.MustParseAddr("112.220.88.226")}),
			"%SYS-6-CLOCKUPDATE: System clock has been updated from 20:42:46 KST Mon Mar 26 2012 to 20:49:00 KST Mon Mar 26 2012, configured from console by vty1 (112.220.88.226)."},
		{LoggingHost(netip.MustParseAddr("222.122.122.251"), 514, true),
			"%SYS-6-LOGGINGHOST_STARTSTOP: Logging to host 222.122.122.251 port 514 started - CLI initiated"},
		{LoggedOut("admin", 866, netip.MustParseAddr("192.168.1.31")), "%SYS-6-LOGOUT: User admin has exited tty session 866(192.168.1.31)"},
		{CountersCleared("all interfaces", Who{Line: "console"}), "%CLEAR-5-COUNTERS: Clear counter on all interfaces by console"},
		{LinkUpDown("Virtual-Access2", true), "%LINK-3-UPDOWN: Interface Virtual-Access2, changed state to up"},
		{LinkAdminDown("FastEthernet0/0"), "%LINK-5-CHANGED: Interface FastEthernet0/0, changed state to administratively down"},
		{ISAKMPOnOff(true), "%CRYPTO-6-ISAKMP_ON_OFF: ISAKMP is ON"},
	} {
		if tt.m.Text != tt.want || tt.m.Class != event.Syslog {
			t.Errorf("%q, want %q", tt.m.Text, tt.want)
		}
		if want := int(tt.m.Text[strings.IndexByte(tt.m.Text, '-')+1] - '0'); tt.m.Severity != want {
			t.Errorf("%q has severity %d", tt.m.Text, tt.m.Severity)
		}
	}
}

// The layout is that of shared/reference/show-system.md, "show logging".
func TestShowLogging(t *testing.T) {
	cfg := Defaults()
	cfg.Buffer.On = true
	cfg.Log = StampFormat{Kind: StampDatetime, Msec: true}
	l := New(cfg, NewWallClock(DynamipsEpoch, 0))
	var con screen
	l.AttachConsole(&con)
	l.Log(at(12123*time.Millisecond), Configured(Who{Line: "console"}))
	want, err := os.ReadFile("testdata/show-logging.txt")
	if err != nil {
		t.Fatal(err)
	}
	if got := l.Show(); got != string(want) {
		t.Errorf("got:\n%s\nwant:\n%s", got, want)
	}
	l.ClearBuffer()
	cfg.Buffer.On, cfg.Console.On = false, false
	l.Configure(cfg)
	got := l.Show()
	for _, line := range []string{"    Console logging: disabled\n", "    Buffer logging:  disabled, xml disabled,\n"} {
		if !strings.Contains(got, line) {
			t.Errorf("%q is missing in\n%s", line, got)
		}
	}
}
