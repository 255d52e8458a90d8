package pc

import (
	"math/rand/v2"
	"net/netip"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/lab"
	"ioslab/runtime/packet"
)

// desk is a PC whose wire ends nowhere, with somebody at its prompt.
type desk struct {
	testing.TB
	*PC
	now clock.Instant
	out strings.Builder
}

func sit(t testing.TB) *desk {
	t.Helper()
	p, err := LoadPersonality("windows8")
	if err != nil {
		t.Fatal(err)
	}
	pc, err := New(lab.Env{
		Name: "frank", Ports: []string{"eth0"}, Rand: rand.NewChaCha8([32]byte{1}), NVRAM: &lab.MemoryNVRAM{}, Keys: lab.NoKeys{},
		Transmit: func(_ int, f *packet.Buffer) { f.Release() },
		Spec: Spec{
			Personality: p, Address: netip.MustParsePrefix("12.1.1.1/24"), Gateway: netip.MustParseAddr("12.1.1.2"),
			Adapter: "Ethernet", Description: "Adapter", Index: 12,
			Entries: []Entry{{Name: "VPN Connection", Server: "2.2.2.2", PSK: "123", Encryption: "optional", Auth: defaultAuth()}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	d := &desk{TB: t, PC: pc}
	d.Tick(0)
	d.Carrier(0, 0, true)
	return d
}

// run lets time pass.
func (d *desk) run(span time.Duration) {
	end := d.now.Add(span)
	for n := 0; d.Deadline() <= end; n++ {
		if n > 100_000 {
			d.Fatal("the PC does not come to rest")
		}
		d.now = max(d.now, d.Deadline())
		d.Tick(d.now)
		d.out.Write(d.Console().Output())
	}
	d.now = end
	d.out.Write(d.Console().Output())
}

// types types keys, waits a while and returns what the screen showed since.
func (d *desk) types(keys string, wait time.Duration) string {
	d.out.Reset()
	d.Console().Input(d.now, []byte(keys))
	d.run(wait)
	return strings.ReplaceAll(d.out.String(), "\r\n", "\n")
}

func TestWordsOfThePrompt(t *testing.T) {
	d := sit(t)
	d.run(time.Second)
	for _, c := range []struct{ keys, want string }{
		{"foo\r", "'foo' is not recognized as an internal or external command,\noperable program or batch file."},
		{"hostname\r", "frank"},
		{"rasdial\r", "No connections\nCommand completed successfully."},
		{"rasdial Nothing\r", "Remote Access error 623 - The system could not find the phone book entry for this connection."},
		{"ipconfig\r", "12.1.1.1"},
		{"ipcobfig\b\b\b\b\b\bconfig\r", "Subnet Mask"},
	} {
		if got := d.types(c.keys, 2*time.Second); !strings.Contains(got, c.want) {
			t.Errorf("%q gave %q, without %q", c.keys, got, c.want)
		}
	}
}

func TestNobodyAnswers(t *testing.T) {
	d := sit(t)
	if got := d.types("rasdial \"VPN Connection\" test test\r", 3*time.Minute); !strings.Contains(got, "Remote Access error 809") {
		t.Errorf("a dial into nothing: %q", got)
	}
	if got := d.types("rasdial \"VPN Connection\" test test\r\x03", 3*time.Minute); !strings.HasSuffix(got, `C:\>`) {
		t.Errorf("Ctrl-C in a dial: %q", got)
	}
	if got := d.types("ping 12.1.1.2 -n 2\r", time.Minute); !strings.Contains(got, "Sent = 2, Received = 0, Lost = 2 (100% loss)") {
		t.Errorf("a ping into nothing: %q", got)
	}
	if left := d.Residue(d.now); len(left) != 0 {
		t.Errorf("left: %v", left)
	}
}

// FuzzConsole types anything at the prompt: the PC must come to rest and give
// every buffer back.
func FuzzConsole(f *testing.F) {
	for _, s := range []string{
		"rasdial \"VPN Connection\" test test\r\x03", "ipconfig /all\rroute print\r", "ping -t 1.2.3.4\r\x03", "ping -n 3 -l 65500 -f 12.1.1.2\r",
		"tracert -d -h 4 9.9.9.9\r", `reg add HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters /v ProhibitIpSec /t REG_DWORD /d 1 /f` + "\r",
		`Set-VpnConnection -Name "VPN Connection" -ServerAddress 2.2.2.2 -L2tpPsk 123 -EncryptionLevel Maximum` + "\r", "Get-VpnConnection\r",
		"arp -a\rcls\rver\rhelp\rexit\r", "\x1b[A\x1b[B\b\b\x7f\"\r",
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, keys []byte) {
		if len(keys) > 2048 {
			return
		}
		before := packet.Live()
		d := sit(t)
		d.types(string(keys), 10*time.Second)
		d.types("\x03\x03\r", 30*time.Second)
		d.Close(d.now)
		if n := packet.Live() - before; n != 0 {
			t.Errorf("%d buffers are left", n)
		}
	})
}
