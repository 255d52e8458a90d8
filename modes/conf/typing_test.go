package conf

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"ioslab/parser/config"
	"ioslab/parser/grammar"
)

// TestCarets holds the answers to wrong lines to cli-behaviour.md: the caret stands where a
// word stops being a prefix of anything that fits there. Columns do not count the prompt.
func TestCarets(t *testing.T) {
	for _, c := range []struct {
		mode, line string
		kind       grammar.Kind
		column     int
	}{
		{"", "foo", grammar.Invalid, 0},
		{"", "hostname", grammar.Incomplete, 0},
		{"", "hostname a b", grammar.Invalid, 11},
		{"", "interface FastEthernetx", grammar.Invalid, 22},
		{"", "interface", grammar.Incomplete, 0},
		{"", "ip local pool x 1.1.1.300", grammar.Invalid, 24},
		{"", "ip route 0.0.0.0 0.0.0.0", grammar.Incomplete, 0},
		{"", "crypto isakmp policy 10001", grammar.Invalid, 25},
		{"", "access-list 3000 permit any", grammar.Invalid, 15},
		{"", "access-list 101 permit udp any eq 65536 any", grammar.Invalid, 38},
		{"", "access-list 101 permit udp host 1.1.1.1", grammar.Incomplete, 0},
		{"", "no", grammar.Incomplete, 0},
		{"", "no foo", grammar.Invalid, 3},
		{"interface f0/0", "ip mtu 67", grammar.Invalid, 9},
		{"interface f0/0", "duplex hulf", grammar.Invalid, 8},
		{"interface f0/0", "ip address 12.1.1.2", grammar.Incomplete, 0},
		{"interface f0/0", "ip address 12.1.1.2 255.255.255.0 x", grammar.Invalid, 34},
		{"crypto isakmp policy 10", "hash sha9", grammar.Invalid, 8},
		{"crypto isakmp policy 10", "group 3", grammar.Invalid, 6},
		{"vpdn-group 1", "l2tp", grammar.Incomplete, 0},
		{"vpdn-group 1", "l2tp tunnel x", grammar.Invalid, 12},
	} {
		ed := NewEditor()
		cfg := &config.Config{}
		if c.mode != "" {
			cfg = ed.Line(cfg, c.mode).Config
		}
		r := ed.Line(cfg, c.line)
		if r.Kind != c.kind || c.kind == grammar.Invalid && r.Column != c.column {
			t.Errorf("%s: %q: %v at %d, want %v at %d", c.mode, c.line, r.Kind, r.Column, c.kind, c.column)
		}
		if r.Config != cfg {
			t.Errorf("%q changed the configuration", c.line)
		}
	}
}

func TestAmbiguous(t *testing.T) {
	ed := NewEditor()
	for _, line := range []string{"i", "ip d", "ip ro", "crypto i"} {
		if r := ed.Line(nil, line); r.Kind != grammar.Ambiguous {
			t.Errorf("%q: %v", line, r.Kind)
		}
	}
}

// TestAbbreviations types as people do and compares with the lines in full.
func TestAbbreviations(t *testing.T) {
	short := typed(t, strings.Join([]string{
		"ho R1", "int lo 0", "ip add 2.2.2.2 255.255.255.255", "int f0/0", "ip add 12.1.1.2 255.255.255.0", "no sh", "dup half", "exit",
		"cry isa pol 10", "enc 3des", "ha md5", "auth pre", "gr 2", "ex",
		"cry isa key 123 addr 12.1.1.1", "cry ips tr CCNP esp-3des esp-md5-hmac", "mode tran",
		"user x pass 0 Y", "ip loc po l2tp 33.33.33.1 33.33.33.254", "ip route 0.0.0.0 0.0.0.0 12.1.1.1",
		"vpdn en", "vpdn-g 1", "accept-diali", "prot l2tp", "virtual-t 1", "term host frank",
		"line vty 0 4", "exec-t 0 0", "end",
	}, "\n"))
	full := typed(t, strings.Join([]string{
		"hostname R1", "interface Loopback0", " ip address 2.2.2.2 255.255.255.255", "interface FastEthernet0/0", " ip address 12.1.1.2 255.255.255.0", " no shutdown", " duplex half",
		"crypto isakmp policy 10", " encryption 3des", " hash md5", " authentication pre-share", " group 2",
		"crypto isakmp key 123 address 12.1.1.1", "crypto ipsec transform-set CCNP esp-3des esp-md5-hmac", " mode transport",
		"username x password 0 Y", "ip local pool l2tp 33.33.33.1 33.33.33.254", "ip route 0.0.0.0 0.0.0.0 12.1.1.1",
		"vpdn enable", "vpdn-group 1", " accept-dialin", "  protocol l2tp", "  virtual-template 1", " terminate-from hostname frank",
		"line vty 0 4", " exec-timeout 0 0",
	}, "\n"))
	sameConfig(t, "abbreviated", short, full)
}

// TestPrompts walks the modes of the article.
func TestPrompts(t *testing.T) {
	ed := NewEditor()
	cfg := &config.Config{}
	for _, c := range []struct{ line, prompt string }{
		{"! a comment", "R(config)#"},
		{"interface f0/0", "R(config-if)#"},
		{"crypto isakmp policy 10", "R(config-isakmp)#"},
		{"crypto ipsec transform-set T esp-des", "R(cfg-crypto-trans)#"},
		{"crypto map M 10 ipsec-isakmp", "R(config-crypto-map)#"},
		{"vpdn-group 1", "R(config-vpdn)#"},
		{"accept-dialin", "R(config-vpdn-acc-in)#"},
		{"protocol l2tp", "R(config-vpdn-acc-in)#"},
		{"exit", "R(config-vpdn)#"},
		{"request-dialin", "R(config-vpdn-req-in)#"},
		{"hostname R", "R(config)#"},
		{"line con 0", "R(config-line)#"},
		{"foo", "R(config-line)#"},
		{"ip access-list extended X", "R(config-ext-nacl)#"},
		{"ip access-list standard Y", "R(config-std-nacl)#"},
		{"crypto keyring K", "R(conf-keyring)#"},
		{"crypto isakmp profile P", "R(conf-isa-prof)#"},
		{"router ospf 1", "R(config-router)#"},
		{"exit", "R(config)#"},
	} {
		r := ed.Line(cfg, c.line)
		cfg = r.Config
		if got := ed.Prompt("R"); got != c.prompt {
			t.Errorf("after %q: %s, want %s", c.line, got, c.prompt)
		}
		if r.Left {
			t.Errorf("%q left configuration mode", c.line)
		}
	}
	ed.Line(cfg, "interface f0/0")
	if r := ed.Line(cfg, "end"); !r.Left {
		t.Error("end did not leave")
	}
	if r := NewEditor().Line(cfg, "exit"); !r.Left {
		t.Error("exit at the top did not leave")
	}
}

// TestWays brings the article's configuration in by several hands.
func TestWays(t *testing.T) {
	b, err := os.ReadFile("../../testdata/article/initial.cfg")
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	want, _ := load(t, text)
	flat := ""
	for _, l := range strings.Split(text, "\n") {
		flat += strings.TrimLeft(l, " ") + "\n"
	}
	shown := fmt.Sprintf("Building configuration...\r\n\r\nCurrent configuration : 1842 bytes\r\n!\r\n%s\r\n", strings.ReplaceAll(Running(want), "\n", "\r\n"))
	for name, in := range map[string]string{
		"Windows line ends":           strings.ReplaceAll(text, "\n", "\r\n"),
		"byte order mark":             "\ufeff" + text,
		"without indentation":         flat,
		"tabs":                        strings.ReplaceAll(text, "\n ", "\n\t"),
		"output of show":              shown,
		"no end":                      strings.Replace(text, "\nend", "", 1),
		"trailing blanks":             strings.ReplaceAll(text, "\n", "  \n"),
		"exit after each block":       strings.ReplaceAll(text, "\n!\n", "\n!\n!\n"),
		"another text behind the end": text + "hostname OTHER\n",
	} {
		got, r := load(t, in)
		if r.Unsupported > 0 {
			t.Errorf("%s: %v", name, r.Lines)
		}
		sameConfig(t, name, got, want)
	}
}

// TestUnknownLines: nothing is dropped in silence, neither now nor by a save.
func TestUnknownLines(t *testing.T) {
	const in = "hostname A\nfrobnicate the 7 widgets\n colour red\ninterface Loopback0\n ip address 1.1.1.1 255.255.255.255\n spin left\nhostname B\n"
	c, r := load(t, in)
	var where []string
	for _, l := range r.Lines {
		if l.State == Unsupported {
			where = append(where, fmt.Sprintf("%d:%d", l.Line, l.Column))
		}
	}
	if got := strings.Join(where, " "); !strings.HasPrefix(got, "2:") || len(where) != 3 || !strings.HasPrefix(where[1], "3:") || !strings.HasPrefix(where[2], "6:") {
		t.Errorf("reported at %s: %v", got, r.Lines)
	}
	if c.System.Name() != "B" {
		t.Errorf("the line after the unknown block was lost: %s", c.System.Name())
	}
	again, r2 := load(t, Running(c))
	if r2.Unsupported != 3 {
		t.Errorf("after a save %d unsupported lines, want 3: %v", r2.Unsupported, r2.Lines)
	}
	sameConfig(t, "after a save", again, c)
}

// TestBannerInput: between the delimiters nothing is a command.
func TestBannerInput(t *testing.T) {
	ed := NewEditor()
	cfg := &config.Config{}
	for i, line := range []string{"banner motd #", "hostname evil", "! no comment", "  end  ", "#"} {
		r := ed.Line(cfg, line)
		cfg = r.Config
		if r.Text != (i < 4) {
			t.Errorf("%q: more text %v", line, r.Text)
		}
	}
	if got, want := cfg.System.Banner.MOTD.Value, "\nhostname evil\n! no comment\n  end  \n"; got != want {
		t.Errorf("banner %q, want %q", got, want)
	}
	if cfg.System.Hostname.Set {
		t.Error("the banner's text was run")
	}
	again, _ := load(t, Running(cfg))
	sameConfig(t, "banner loaded", again, cfg)
}

// TestCommitted: what a typed line gave is never changed by the next one.
func TestCommitted(t *testing.T) {
	b, err := os.ReadFile("testdata/list-t7.cfg")
	if err != nil {
		t.Fatal(err)
	}
	ed := NewEditor()
	c := &config.Config{}
	type state struct {
		cfg  *config.Config
		text string
	}
	var past []state
	for _, line := range strings.Split(string(b), "\n") {
		c = ed.Line(c, line).Config
		past = append(past, state{c, Running(c)})
	}
	for i, p := range past {
		if Running(p.cfg) != p.text {
			t.Fatalf("the configuration after line %d changed later", i+1)
		}
	}
}
