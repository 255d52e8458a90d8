package link

import (
	"bytes"
	"errors"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

// findTshark returns the program. Without it the test is skipped, except where CI runs.
func findTshark(t *testing.T) string {
	t.Helper()
	path, err := exec.LookPath("tshark")
	switch {
	case err == nil:
	case os.Getenv("CI") != "":
		t.Fatal("CI without tshark")
	default:
		t.Skip("no tshark")
	}
	return path
}

// echo is an ICMP echo in a frame.
func echo(seq uint32) *packet.Buffer {
	b := packet.Get(60)
	f := b.Extend(ether.HeaderLen + ip.HeaderLen + ip.ICMPLen + 18)
	clear(f)
	ether.Put(f, ether.Addr{2, 0, 0, 0, 0, 2}, ether.Addr{2, 0, 0, 0, 0, 1}, ether.TypeIPv4)
	p := f[ether.HeaderLen:]
	ip.PutICMP(p[ip.HeaderLen:], ip.ICMPEcho, 0, 7<<16|seq)
	ip.Put(p, ip.Fields{TotalLen: len(p), TTL: 64, Protocol: ip.ProtoICMP,
		Source: netip.MustParseAddr("12.1.1.1"), Destination: netip.MustParseAddr("12.1.1.2")})
	return b
}

// tshark is the judge of captures: name of the wire, directions, time stamps to the nanosecond, frames.
func TestTsharkReadsACapture(t *testing.T) {
	tshark := findTshark(t)
	path := filepath.Join(t.TempDir(), "w1.pcapng")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	c, err := NewCapture(file, "w1", time.Unix(1_000_000_000, 0))
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, 1)
	r.wire.AddTap(c)
	r.wire.Plug()
	read := func(args ...string) string {
		t.Helper()
		cmd := exec.Command(tshark, append([]string{"-n", "-r", path}, args...)...)
		cmd.Env = append(os.Environ(), "LC_ALL=C")
		var stderr strings.Builder
		cmd.Stderr = &stderr
		out, err := cmd.Output()
		if err != nil {
			t.Fatalf("tshark: %v\n%s", err, stderr.String())
		}
		return string(out)
	}
	r.wire.Send(A, echo(1))
	r.run(r.now.Add(1_500_000_001))
	// The file can be read while it grows.
	if n := strings.Count(read("-T", "fields", "-e", "frame.number"), "\n"); n != 1 {
		t.Fatalf("%d frames while it grows", n)
	}
	r.wire.Send(B, echo(2))
	if err := errors.Join(c.Close(), file.Close()); err != nil {
		t.Fatal(err)
	}
	got := read("-T", "fields", "-E", "separator=/s", "-e", "frame.time_epoch", "-e", "frame.interface_name", "-e", "frame.packet_flags_direction",
		"-e", "frame.len", "-e", "icmp.type", "-e", "icmp.seq", "-e", "ip.dst")
	lines := strings.Split(strings.TrimSpace(got), "\n")
	if len(lines) != 2 {
		t.Fatal(got)
	}
	for i, want := range [][]string{{"1000000000.000000000", "w1", "2", "60", "8", "1", "12.1.1.2"}, {"1000000001.500000001", "w1", "1", "60", "8", "2", "12.1.1.2"}} {
		f := strings.Fields(lines[i])
		if len(f) != 7 {
			t.Fatalf("%q", lines[i])
		}
		if n := strings.TrimLeft(f[2], "0x"); n != want[2] {
			t.Errorf("direction %q of frame %d", f[2], i+1)
		}
		f[2] = want[2]
		if strings.Join(f, " ") != strings.Join(want, " ") {
			t.Errorf("frame %d: %v, want %v", i+1, f, want)
		}
	}
	if out := read("-o", "ip.check_checksum:TRUE", "-Y", "_ws.malformed || _ws.expert.severity == error"); out != "" {
		t.Errorf("malformed:\n%s", out)
	}
}

// full is a disk that takes n bytes.
type full struct{ n int }

var errFull = errors.New("no space left")

func (f *full) Write(p []byte) (int, error) {
	if f.n -= len(p); f.n < 0 {
		return 0, errFull
	}
	return len(p), nil
}

// A capture that cannot be written says so when closed, and disturbs nothing before.
func TestCaptureTellsOfAFullDisk(t *testing.T) {
	if _, err := NewCapture(&full{}, "w1", time.Time{}); !errors.Is(err, errFull) {
		t.Fatal(err)
	}
	c, err := NewCapture(&full{300}, "w1", time.Time{}.AddDate(2000, 0, 0))
	if err != nil {
		t.Fatal(err)
	}
	r := newRig(t, 1)
	r.wire.AddTap(c)
	r.wire.Plug()
	for n := range uint32(20) {
		r.wire.Send(A, echo(n))
	}
	if err := c.Close(); !errors.Is(err, errFull) {
		t.Fatal(err)
	}
	if len(r.got[B]) != 20 {
		t.Fatal("frames were lost")
	}
}

// The lines of Wireshark's tables, as its own preferences files hold them.
func TestKeyTables(t *testing.T) {
	var b bytes.Buffer
	if err := WriteIKEv1Key(&b, [8]byte{1, 2, 3, 4, 5, 6, 7, 8}, []byte{0xab, 0xcd}); err != nil {
		t.Fatal(err)
	}
	k := ESPKey{Source: netip.MustParseAddr("1.1.1.1"), Destination: netip.MustParseAddr("2.2.2.2"), SPI: 0xbeef,
		Encryption: ESP3DES, Integrity: ESPHMACSHA1, EncryptionKey: []byte{1, 2}, IntegrityKey: []byte{3}}
	if err := WriteESPKey(&b, k); err != nil {
		t.Fatal(err)
	}
	want := "0102030405060708,abcd\n" +
		"\"IPv4\",\"1.1.1.1\",\"2.2.2.2\",\"0x0000beef\",\"TripleDES-CBC [RFC2451]\",\"0x0102\",\"HMAC-SHA-1-96 [RFC2404]\",\"0x03\"\n"
	if b.String() != want {
		t.Fatalf("%q", b.String())
	}
	if err := WriteIKEv1Key(&b, [8]byte{}, nil); !errors.Is(err, ErrKey) {
		t.Fatal(err)
	}
	k.Source = netip.MustParseAddr("::1")
	if err := WriteESPKey(&b, k); !errors.Is(err, ErrKey) {
		t.Fatal(err)
	}
}
