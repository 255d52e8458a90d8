package conf

import (
	"fmt"
	"strings"
	"testing"
)

// large is a configuration of about n lines in which every kind of growth takes part:
// blocks, list entries, routes, users and stored lines.
func large(n int) string {
	var b strings.Builder
	b.WriteString("hostname BIG\naaa new-model\nvpdn enable\n")
	for i := 0; i*13 < n; i++ {
		fmt.Fprintf(&b, "username user%d password 0 secret%d\n", i, i)
		fmt.Fprintf(&b, "interface Loopback%d\n description customer %d\n ip address 10.%d.%d.1 255.255.255.255\n!\n", i, i, i>>8&255, i&255)
		fmt.Fprintf(&b, "vpdn-group %d\n accept-dialin\n  protocol l2tp\n  virtual-template 1\n terminate-from hostname lac%d\n!\n", i, i)
		fmt.Fprintf(&b, "ip route 20.%d.%d.0 255.255.255.0 10.0.0.1\n", i>>8&255, i&255)
		fmt.Fprintf(&b, "access-list 101 permit udp host 30.%d.%d.1 eq 1701 any\n", i>>8&255, i&255)
	}
	return b.String()
}

// BenchmarkLoad100k: the design asks for 100,000 lines in a second.
func BenchmarkLoad100k(b *testing.B) {
	benchmarkLoad(b, large(100_000))
}

// BenchmarkLoadList100k is one access list of 100,000 entries.
func BenchmarkLoadList100k(b *testing.B) {
	var t strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&t, "access-list 101 permit tcp host 10.%d.%d.%d any eq www\n", i>>16, i>>8&255, i&255)
	}
	benchmarkLoad(b, t.String())
}

// BenchmarkLoadUnknown100k is a file that ioslab understands nothing of.
func BenchmarkLoadUnknown100k(b *testing.B) {
	var t strings.Builder
	for i := range 100_000 {
		fmt.Fprintf(&t, "frobnicate %d\n", i)
	}
	benchmarkLoad(b, t.String())
}

func benchmarkLoad(b *testing.B, text string) {
	lines := strings.Count(text, "\n")
	b.ReportAllocs()
	for b.Loop() {
		if _, _, err := Load(strings.NewReader(text)); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(lines)*float64(b.N)/b.Elapsed().Seconds(), "lines/s")
}

// BenchmarkTypeLine is one line typed on top of a large configuration.
func BenchmarkTypeLine(b *testing.B) {
	c, _, err := Load(strings.NewReader(large(100_000)))
	if err != nil {
		b.Fatal(err)
	}
	ed := NewEditor()
	ed.Line(c, "interface Loopback7")
	for i := 0; b.Loop(); i++ {
		c = ed.Line(c, fmt.Sprintf("description %d", i)).Config
	}
}

// TestLarge loads a large configuration and what is printed of it.
func TestLarge(t *testing.T) {
	c, r := load(t, large(20_000))
	if r.Unsupported > 0 {
		t.Fatal(r.Lines[0])
	}
	again, _ := load(t, Running(c))
	sameConfig(t, "large", again, c)
}
