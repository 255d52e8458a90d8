package ppp

import (
	"encoding/binary"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/wire/ppp"
)

// pcapOf makes a capture file (link type 9, PPP) of frames.
func pcapOf(frames [][]byte) []byte {
	b := binary.LittleEndian.AppendUint32(nil, 0xa1b2c3d4)
	b = append(b, 2, 0, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0)
	b = binary.LittleEndian.AppendUint32(b, 65535)
	b = binary.LittleEndian.AppendUint32(b, 9)
	for i, f := range frames {
		for _, v := range []int{i, 0, len(f), len(f)} {
			b = binary.LittleEndian.AppendUint32(b, uint32(v))
		}
		b = append(b, f...)
	}
	return b
}

// tshark is the judge: no frame of any call is malformed, and it sees the names and messages.
func TestTsharkReadsTheCalls(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI needs tshark: ", err)
		}
		t.Skip("tshark is not installed")
	}
	var frames [][]byte
	for _, a := range allAuth {
		w := newWorld(t, 2, lnsConfig(protocols(a)...), clientOf(a, "test"))
		w.onSend = func(_ *end, b []byte) { frames = append(frames, append([]byte(nil), b...)) }
		w.open()
		w.run(15 * time.Second)
		w.mustBeUp()
		w.send(ppp.LCP, ppp.Packet{Code: 99, ID: 1})
		w.hangUp()
	}
	file := filepath.Join(t.TempDir(), "call.pcap")
	if err := os.WriteFile(file, pcapOf(frames), 0o600); err != nil {
		t.Fatal(err)
	}
	if out := run(t, tshark, "-r", file, "-Y", "_ws.malformed || _ws.expert.severity == error"); out != "" {
		t.Errorf("malformed:\n%s", out)
	}
	out := run(t, tshark, "-r", file, "-V")
	for _, want := range []string{"Name: R2LNS", "Name: test", "Peer-ID: test", "Message: S=", "Message: MSRASV5.20",
		"Magic Number: ", "IP Address: 33.33.33.1", "Rejected Protocol: IPv6 Control Protocol"} {
		if !strings.Contains(out, want) {
			t.Errorf("tshark does not see %q", want)
		}
	}
}

func run(t *testing.T, name string, args ...string) string {
	t.Helper()
	cmd := exec.Command(name, args...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tshark: %v", err)
	}
	return string(out)
}
