package grammar

import (
	"strings"
	"testing"
)

func testTree() *Tree {
	return MustTree(
		&Command{Pattern: "show ip route", Help: "Show running system information|IP information|IP routing table"},
		&Command{Pattern: "show interfaces [IFNAME$If]"},
		&Command{Pattern: "show format"},
		&Command{Pattern: "ip mtu (68-1500)$MTU"},
		&Command{Pattern: "ip address A.B.C.D$A A.B.C.D$M [secondary$S]"},
		&Command{Pattern: "ppp authentication <pap|chap|ms-chap|ms-chap-v2>$P... [WORD$List] {callin$In|optional$Opt}"},
		&Command{Pattern: "aaa <default|WORD>$L! <local|none|group <radius|WORD>>$M..."},
		&Command{Pattern: "encr(yption) <des|3des|aes [(128-256)$B]>$E"},
		&Command{Pattern: "description LINE$D"},
		&Command{Pattern: "reload", Level: 15},
	)
}

func TestMatch(t *testing.T) {
	tree := testTree()
	for _, c := range []struct {
		line   string
		kind   Kind
		column int
		args   string
	}{
		{"", Empty, 0, ""},
		{"show ip route", Matched, 0, ""},
		{"sh ip ro", Matched, 0, ""},
		{"SH IP RO", Matched, 0, ""},
		{"sh i", Ambiguous, 3, ""},
		{"show foooooooo", Invalid, 7, ""}, // cli-behaviour.md, caret column
		{"show", Incomplete, 4, ""},
		{"show ip route x", Invalid, 14, ""},
		{"show int fa0/0", Matched, 0, "If=FastEthernet0/0"},
		{"show int fa 0/0.10", Matched, 0, "If=FastEthernet0/0.10"},
		{"show int lo", Incomplete, 11, ""},
		{"show int fax0/0", Invalid, 11, ""},
		{"ip mtu 1400", Matched, 0, "MTU=1400"},
		{"ip mtu 1501", Invalid, 10, ""},
		{"ip mtu 5", Invalid, 8, ""},
		{"ip mtu x", Invalid, 7, ""},
		{"ip address 300.1.1.1 1.1.1.1", Invalid, 13, ""},
		{"ip address 1.1.1 1.1.1.1", Invalid, 16, ""},
		{"ip add 1.1.1.1 255.0.0.0 sec", Matched, 0, "A=1.1.1.1 M=255.0.0.0 S=secondary"},
		{"ppp au chap ms-chap-v2 LIST optional callin", Matched, 0, "P=chap,ms-chap-v2 List=LIST In=callin Opt=optional"},
		{"ppp au chap ms", Ambiguous, 12, ""},
		{"ppp au chap ms-chap", Matched, 0, "P=chap,ms-chap"},
		{"aaa default group radius local", Matched, 0, "L=default M=group radius,local"},
		{"encryption aes 256", Matched, 0, "E=aes 256 B=256"},
		{"enc 3", Matched, 0, "E=3des"},
		{"description  two  words ", Matched, 0, "D=two  words"},
		{"reload", Invalid, 0, ""},
		{"rip", Invalid, 0, ""},
	} {
		r := tree.Match(c.line, Options{Level: 1})
		if r.Kind != c.kind || r.Column != c.column {
			t.Errorf("%q: %v column %d, want %v %d", c.line, r.Kind, r.Column, c.kind, c.column)
			continue
		}
		for _, want := range strings.Fields(strings.ReplaceAll(strings.ReplaceAll(strings.ReplaceAll(c.args, "group radius", "group_radius"), "two  words", "two__words"), "aes 256 ", "aes_256 ")) {
			name, value, _ := strings.Cut(want, "=")
			value = strings.ReplaceAll(value, "_", " ")
			if got := strings.Join(r.Args.All(name), ","); got != value {
				t.Errorf("%q: %s = %q, want %q", c.line, name, got, value)
			}
		}
	}
}

func TestNegate(t *testing.T) {
	tree := testTree()
	for line, want := range map[string]Kind{
		"ip mtu": Matched, "ip mtu 1400": Matched, "ip": Incomplete, "aaa default": Matched,
		"aaa": Incomplete, "ppp authentication": Matched, "encr": Matched, "ip add 1.1.1.1": Matched,
	} {
		if r := tree.Match(line, Options{Negate: true}); r.Kind != want {
			t.Errorf("no %s: %v, want %v", line, r.Kind, want)
		}
	}
}

func TestHelp(t *testing.T) {
	tree := testTree()
	for _, c := range []struct{ line, want string }{
		{"", "aaa description encryption ip ppp show"},
		{"show ", "format interfaces ip"},
		{"show i", "interfaces ip"},
		{"ip mtu ", "<68-1500>"},
		{"ip mtu 1400 ", "<cr>"},
		{"ip address ", "A.B.C.D"},
		{"ppp authentication chap optional ", "callin <cr>"},
		{"show int l", "Loopback"},
	} {
		items, _ := tree.Help(c.line, Options{Level: 1})
		var got []string
		for _, it := range items {
			got = append(got, it.Token)
		}
		if s := strings.Join(got, " "); s != c.want {
			t.Errorf("%q?: %q, want %q", c.line, s, c.want)
		}
	}
	if got := tree.Complete("sh", Options{}); len(got) != 1 || got[0] != "show" {
		t.Errorf("Tab after sh: %q", got)
	}
}

func FuzzMatch(f *testing.F) {
	tree := testTree()
	for _, s := range []string{"show ip route", "ip mtu 1501", "ppp au chap LIST callin", "interface fa0/0", "desc \"x", "\x00 \t"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, line string) {
		r := tree.Match(line, Options{Level: 15})
		if r.Column < 0 || r.Column > len(line) {
			t.Fatalf("column %d in a line of %d", r.Column, len(line))
		}
		tree.Help(line, Options{})
	})
}
