package l2tp

import (
	"fmt"
	"net/netip"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"ioslab/runtime/clock"
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

// pcap is a capture file of what a world's tap sees, as bare IP packets.
type pcap struct {
	t    *testing.T
	path string
	file *os.File
	w    *pcapgo.Writer
}

func newPcap(t *testing.T) *pcap {
	t.Helper()
	path := filepath.Join(t.TempDir(), "call.pcap")
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	c := &pcap{t: t, path: path, file: file, w: pcapgo.NewWriter(file)}
	if err := c.w.WriteFileHeader(65535, layers.LinkTypeRaw); err != nil {
		t.Fatal(err)
	}
	return c
}

func (c *pcap) tap(now clock.Instant, from, to netip.AddrPort, p []byte) {
	b := make([]byte, ip.HeaderLen+ip.UDPLen+len(p))
	copy(b[ip.HeaderLen+ip.UDPLen:], p)
	ip.PutUDP(b[ip.HeaderLen:], from, to)
	ip.Put(b, ip.Fields{TotalLen: len(b), TTL: 64, Protocol: ip.ProtoUDP, Source: from.Addr(), Destination: to.Addr()})
	info := gopacket.CaptureInfo{Timestamp: time.Unix(1e9, 0).Add(time.Duration(now)), CaptureLength: len(b), Length: len(b)}
	if err := c.w.WritePacket(info, b); err != nil {
		c.t.Fatal(err)
	}
}

// read has tshark read the file.
func (c *pcap) read(tshark string, args ...string) string {
	c.t.Helper()
	cmd := exec.Command(tshark, append([]string{"-n", "-r", c.path}, args...)...)
	cmd.Env = append(os.Environ(), "LC_ALL=C")
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		c.t.Fatalf("tshark: %v\n%s", err, stderr.String())
	}
	return string(out)
}

// tshark is the judge of whole calls: the client's plain one, and one with authentication and hidden AVPs.
// Nothing is malformed, and it sees the messages of RFC 2661 in their order.
func TestTsharkReadsTheCall(t *testing.T) {
	tshark := findTshark(t)
	for _, auth := range []bool{false, true} {
		t.Run(fmt.Sprint("authentication ", auth), func(t *testing.T) {
			c := newPcap(t)
			w, h := fuzzWorld(t, auth, true)
			w.tap = c.tap
			w.run(time.Second)
			lns := w.lns.ups()[0].Session
			w.say(w.pc, h, "\xff\x03\xc0\x21\x09\x01\x00\x08\x01\x02\x03\x04")
			w.say(w.lns, lns, "\xff\x03\xc0\x21\x0a\x01\x00\x08\x05\x06\x07\x08")
			w.run(70 * time.Second)
			w.pc.e.Hangup(w.now, h, Hangup{})
			w.run(2 * time.Minute)
			w.empty()
			if err := c.file.Close(); err != nil {
				t.Fatal(err)
			}
			if out := c.read(tshark, "-Y", "_ws.malformed || _ws.expert.severity >= warning"); out != "" {
				t.Errorf("tshark complains:\n%s", out)
			}
			if out := c.read(tshark, "-Y", "!l2tp"); out != "" {
				t.Errorf("not L2TP:\n%s", out)
			}
			// 1 SCCRQ, 2 SCCRP, 3 SCCCN, 10 ICRQ, 11 ICRP, 12 ICCN, 6 Hello, 14 CDN, 4 StopCCN (RFC 2661 3.2).
			seen := strings.Fields(c.read(tshark, "-Y", "l2tp.avp.message_type", "-T", "fields", "-e", "l2tp.avp.message_type"))
			if got := strings.Join(compact(seen), " "); got != "1 2 3 10 11 12 6 14 4" {
				t.Errorf("messages %s", got)
			}
			text := c.read(tshark, "-V")
			want := []string{"Host Name: frank", "Host Name: R2LNS", "Protocol: Link Control Protocol (0xc021)"}
			if auth {
				want = append(want, "Challenge AVP", "Hidden: True")
			} else {
				want = append(want, "Vendor Name: Microsoft", "Vendor Name: Cisco Systems, Inc.")
			}
			for _, s := range want {
				if !strings.Contains(text, s) {
					t.Errorf("tshark does not see %q", s)
				}
			}
		})
	}
}

// compact drops repeated neighbours: hellos go both ways, and often.
func compact(words []string) (out []string) {
	for _, x := range words {
		if len(out) == 0 || out[len(out)-1] != x {
			out = append(out, x)
		}
	}
	return out
}
