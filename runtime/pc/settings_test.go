package pc

import (
	"errors"
	"math/rand/v2"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ioslab/runtime/lab"
)

// line types a line and returns what came between it and the next prompt.
func (d *desk) line(text string) string {
	d.Helper()
	got := d.types(text+"\r", 100*time.Millisecond)
	got, ok := strings.CutPrefix(got, text+"\n")
	if !ok {
		d.Fatalf("%q was not echoed: %q", text, got)
	}
	return strings.TrimSuffix(got, "\nC:\\>")
}

const parameters = `HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters`

func TestRegistry(t *testing.T) {
	d := sit(t)
	d.run(time.Second)
	for _, c := range []struct{ line, want string }{
		{"reg query " + parameters + " /v ProhibitIpSec", regMissing},
		{"reg add " + parameters + " /v ProhibitIpSec /t REG_DWORD /d 1 /f", regDone},
		{"reg query " + strings.ToLower(parameters) + " /v prohibitipsec",
			"\nHKEY_LOCAL_MACHINE\\SYSTEM\\CurrentControlSet\\Services\\RasMan\\Parameters\n    ProhibitIpSec    REG_DWORD    0x1\n"},
		{"REG ADD " + parameters + " /v ProhibitIpSec /t REG_DWORD /d 0x10 /f", regDone},
		{"reg add " + parameters + " /v ProhibitIpSec /t REG_DWORD /d one /f", "ERROR: Invalid data for REG_DWORD.\nType \"REG ADD /?\" for usage.\n"},
		{"reg add " + parameters + " /v ProhibitIpSec /t DWORD /d 1 /f", "ERROR: Invalid value specified for '/t'.\nType \"REG ADD /?\" for usage.\n"},
		{"reg add Registry /v x", regKeyName},
		{"reg query " + parameters + " /z", regSyntax},
		{"reg delete " + parameters + " /v ProhibitIpSec /f", regDone},
		{"reg delete " + parameters + " /v ProhibitIpSec /f", regMissing},
	} {
		if got := d.line(c.line); got != c.want {
			t.Errorf("%s\ngot  %q\nwant %q", c.line, got, c.want)
		}
	}
}

func TestQuestionIsAskedUntilItIsAnswered(t *testing.T) {
	d := sit(t)
	d.run(time.Second)
	d.line("reg add " + parameters + " /v ProhibitIpSec /t REG_DWORD /d 1")
	add := "reg add " + parameters + " /v ProhibitIpSec /t REG_DWORD /d 0\r"
	const question = "Value ProhibitIpSec exists, overwrite(Yes/No)? "
	if got := d.types(add+"perhaps\rn\r", time.Second); strings.Count(got, question) != 2 || !strings.Contains(got, "cancelled by the user") {
		t.Errorf("no: %q", got)
	}
	if !d.registry.flag(rasManKey, prohibitIPsec) {
		t.Error("a refused change was made")
	}
	if got := d.types(add+"Yes\r", time.Second); !strings.Contains(got, regDone[:10]) || d.registry.flag(rasManKey, prohibitIPsec) {
		t.Errorf("yes: %q", got)
	}
	if got := d.types("reg delete "+parameters+" /va\r\x03", time.Second); !strings.HasSuffix(got, "^C\n\nC:\\>") {
		t.Errorf("Ctrl-C: %q", got)
	}
}

func TestPhoneBook(t *testing.T) {
	d := sit(t)
	d.run(time.Second)
	want := `
Name                  : VPN Connection
ServerAddress         : 9.9.9.9
AllUserConnection     : False
Guid                  : ` + guid("VPN Connection") + `
TunnelType            : L2tp
AuthenticationMethod  : {Pap, MsChapv2}
EncryptionLevel       : Maximum
L2tpIPsecAuth         : Psk
UseWinlogonCredential : False
EapConfigXmlStream    : 
ConnectionStatus      : Disconnected
RememberCredential    : False
SplitTunneling        : False

`
	for _, c := range []struct{ line, want string }{
		{`Set-VpnConnection -Name "VPN Connection" -ServerAddress 9.9.9.9 -L2tpPsk cisco -EncryptionLevel maximum -AuthenticationMethod Pap,MSChapv2 -Force`, ""},
		{`get-vpnconnection`, want},
		{`powershell -Command "Get-VpnConnection -Name 'VPN Connection'"`, want},
		{`Set-VpnConnection -Name Office -ServerAddress 1.1.1.1`, "Set-VpnConnection : VPN connection Office was not found in the user phone book. : The system could not find the phone book entry for this\nconnection.\n"},
		{`Set-VpnConnection -Name "VPN Connection" -EncryptionLevel High`, "Set-VpnConnection : Cannot process argument transformation on parameter 'EncryptionLevel'. Unable to match the identifier name High to a valid enumerator name. Specify one of the following enumerator names and try again: NoEncryption, Optional, Required, Maximum\n"},
		{`Set-VpnConnection -Name "VPN Connection" -Key 1`, "Set-VpnConnection : A parameter cannot be found that matches parameter name 'Key'.\n"},
		{`Set-VpnConnection -Name "VPN Connection" -S 1.1.1.1`, "Set-VpnConnection : A parameter cannot be found that matches parameter name 'S'.\n"},
		{`Add-VpnConnection -Name Office -ServerAddress 1.2.3.4 -TunnelType L2tp -L2tpPsk key -Force`, ""},
		{`Remove-VpnConnection Office -Force`, ""},
		{`Remove-VpnConnection Office`, "Remove-VpnConnection : VPN connection Office was not found in the user phone book. : The system could not find the phone book entry for this\nconnection.\n"},
	} {
		if got := d.line(c.line); got != c.want {
			t.Errorf("%s\ngot  %q\nwant %q", c.line, got, c.want)
		}
	}
	if e := d.book.find("vpn connection"); e.PSK != "cisco" || e.Encryption != "maximum" {
		t.Errorf("the entry is %+v", e)
	}
}

// failing is an NVRAM that cannot be written.
type failing struct{ lab.MemoryNVRAM }

func (*failing) Save(string, []byte) error { return errors.New("disk full") }

func TestChangesAreKept(t *testing.T) {
	first := sit(t)
	first.run(time.Second)
	first.line(`Set-VpnConnection "VPN Connection" -ServerAddress 9.9.9.9`)
	first.line("reg add " + parameters + " /v ProhibitIpSec /t REG_DWORD /d 1 /f")
	env := first.env
	again, err := New(env)
	if err != nil {
		t.Fatal(err)
	}
	if e := again.book.find("VPN Connection"); e == nil || e.Server != "9.9.9.9" || !again.registry.flag(rasManKey, prohibitIPsec) {
		t.Errorf("after a restart: %+v %+v", again.book, again.registry)
	}
	// A file that is none of ours is told and left alone.
	env.NVRAM.Save(nvramFile, []byte("\x00\tnot yaml: ["))
	broken, err := New(env)
	if err != nil {
		t.Fatal(err)
	}
	if broken.book.find("VPN Connection").Server != "2.2.2.2" || !strings.Contains(string(broken.Console().Output()), nvramFile) {
		t.Error("a broken file was not told, or its contents were taken")
	}
	first.env.NVRAM = &failing{}
	if got := first.line(`Set-VpnConnection "VPN Connection" -Force`); !strings.Contains(got, "disk full") {
		t.Errorf("a save that failed: %q", got)
	}
}

func TestLineEditor(t *testing.T) {
	const up, down, left, right, home, end, del = "\x1b[A", "\x1b[B", "\x1b[D", "\x1b[C", "\x1b[H", "\x1b[F", "\x1b[3~"
	for _, c := range []struct{ keys, want string }{
		{"hostnaem" + left + left + del + right + "e\r", "frank"},
		{"ostname" + home + "h" + end + "\r", "frank"},
		{"hostname\r" + "ver\r" + up + up + "\r", "frank"},
		{"hostname\rver\r" + up + up + down + down + "ver\r", "6.2.9200"},
		{"rubbish\x1bzhostname\r", "frank"}, // Esc and any key clear the line
		{"hostname\r\n\r\n", "frank"},
		{"hostname\n", "frank"},
		{"xx\x7f\x7f\x7fhostname\r", "frank"},
		{"rubbish\x03hostname\r", "frank"},
	} {
		d := sit(t)
		d.run(time.Second)
		got := d.types(c.keys, time.Second)
		lines := strings.Split(strings.TrimSuffix(got, "\n\nC:\\>"), "\n")
		if !strings.HasSuffix(got, "C:\\>") || !strings.Contains(strings.Join(lines[max(0, len(lines)-4):], "\n"), c.want) {
			t.Errorf("%q gave %q", c.keys, got)
		}
		if strings.Contains(got, "not recognized") {
			t.Errorf("%q was misread: %q", c.keys, got)
		}
	}
}

func TestMistakesInALabFile(t *testing.T) {
	for _, c := range []struct{ pc, want string }{
		{"{kind: pc}", `node pc: "address" is missing`},
		{"{kind: pc, address: 12.1.1.1}", "address: expected an IPv4 address with its length"},
		{"{kind: pc, address: 12.1.1.1/24, gateway: 13.1.1.2}", "gateway: expected an address in 12.1.1.0/24, found 13.1.1.2"},
		{"{kind: pc, address: 12.1.1.1/24, mac: 01:00:00:00:00:00}", "mac: expected a station's address"},
		{"{kind: pc, address: 12.1.1.1/24, personality: windows3}", "personality: expected one of windows8"},
		{"{kind: pc, address: 12.1.1.1/24, dns: nowhere}", "dns: expected IPv4 addresses"},
		{"{kind: pc, address: 12.1.1.1/24, connections: [{psk: 1}]}", `connections 1: "server" is missing`},
		{"{kind: pc, address: 12.1.1.1/24, connections: [{server: 1.1.1.1, encryption: high}]}", "encryption: expected one of none, optional, required, maximum"},
		{"{kind: pc, address: 12.1.1.1/24, connections: [{server: 1.1.1.1, secret: x}]}", `unknown key "secret"`},
		{"{kind: pc, address: 12.1.1.1/24, connections: [{server: 1.1.1.1}, {server: 2.2.2.2}]}", `name: "VPN Connection" is given twice`},
		{"{kind: pc, address: 12.1.1.1/24, connections: [{server: 1.1.1.1, authentication: [eap]}]}", `authentication "eap": expected one of`},
	} {
		text := "name: x\ntopology:\n  nodes:\n    pc: " + c.pc + "\n"
		_, err := lab.Parse(fstest.MapFS{"x.yml": {Data: []byte(text)}}, "x.yml", lab.Kinds{"pc": Kind()})
		if err == nil || !strings.HasPrefix(err.Error(), "x.yml:4:") || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%s\ngot  %v\nwant %s", c.pc, err, c.want)
		}
	}
	if _, err := port("eth1"); err == nil {
		t.Error("a second port was accepted")
	}
}

func TestPersonalityFiles(t *testing.T) {
	for _, name := range Personalities() {
		if _, err := LoadPersonality(name); err != nil {
			t.Error(err)
		}
	}
	for _, c := range []struct{ text, want string }{
		{"nmae: x", "field nmae not found"},
		{"name: x\nike: {attributes: [colour], transforms: [{encryption: aes, hash: sha}]}", `attribute "colour": expected one of`},
		{"name: x\nike: {transforms: [{encryption: rot13, hash: sha}]}", `encryption "rot13": expected one of 3des, aes, des`},
		{"name: x\nike: {vendor-ids: [xy]}", `vendor id "xy"`},
		{"name: x\nquick-mode: {settings: {optional: [esp-rot13]}}", `proposal "esp-rot13"`},
		{"name: x\nl2tp: {sccrq: [colour]}", `AVP "colour"`},
		{"name: x\nppp: {request: [colour]}", `LCP option "colour"`},
	} {
		if _, err := ParsePersonality([]byte(c.text)); err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("%q: %v, want %s", c.text, err, c.want)
		}
	}
}

// The computer's name goes into two places of PPP and L2TP, and what is random
// differs from call to call.
func TestPPPParts(t *testing.T) {
	p, err := LoadPersonality("windows8")
	if err != nil {
		t.Fatal(err)
	}
	r := rand.NewChaCha8([32]byte{7})
	cfg, err := p.pppConfig("frank", Entry{Auth: defaultAuth()}, r)
	if err != nil {
		t.Fatal(err)
	}
	ids := cfg.Personality.Identifications
	if len(ids) != 3 || string(ids[0]) != "MSRASV5.20" || string(ids[1]) != "MSRAS-0-FRANK" || len(ids[2]) != 16 {
		t.Errorf("identifications %q", ids)
	}
	again, _ := p.pppConfig("frank", Entry{Auth: defaultAuth()}, r)
	if string(again.Personality.Identifications[2]) == string(ids[2]) {
		t.Error("the random identification repeats")
	}
	if _, err := p.l2tpPersonality("frank"); err != nil {
		t.Error(err)
	}
}
