package conf

import (
	"fmt"
	"math/rand"
	"net/netip"
	"strings"
	"testing"

	"ioslab/parser/config"
)

// TestNetworks compares the memory with the definition, on networks that crowd together.
func TestNetworks(t *testing.T) {
	for seed := range int64(50) {
		r := rand.New(rand.NewSource(seed))
		n := newNetworks(&config.Config{})
		var all []netip.Prefix
		for range 60 {
			p := netip.PrefixFrom(netip.AddrFrom4([4]byte{10, 0, byte(r.Intn(4)), byte(r.Intn(256))}), 8+r.Intn(25))
			want := false
			for _, q := range all {
				want = want || q.Overlaps(p)
			}
			if got := n.mayOverlap(p); got != want {
				t.Fatalf("seed %d: %v among %v: %v, want %v", seed, p, all, got, want)
			}
			if r.Intn(3) > 0 {
				n.add(p)
				all = append(all, p.Masked())
			}
		}
	}
}

// TestOverlapWays: a file that moves and takes away addresses ends where typing it ends.
func TestOverlapWays(t *testing.T) {
	for seed := range int64(60) {
		r := rand.New(rand.NewSource(seed))
		var b strings.Builder
		for range 40 {
			fmt.Fprintf(&b, "interface Loopback%d\n", r.Intn(6))
			switch r.Intn(5) {
			case 0:
				b.WriteString(" no ip address\n")
			case 1:
				b.WriteString([...]string{" shutdown\n", " no shutdown\n"}[r.Intn(2)])
			default:
				second := [...]string{"", " secondary"}[r.Intn(2)]
				fmt.Fprintf(&b, " ip address 10.0.%d.%d %s%s\n", r.Intn(2), 1+r.Intn(250), config.MaskOf(22+r.Intn(11)), second)
			}
		}
		ed := NewEditor()
		c, _ := load(t, "")
		for _, line := range strings.Split(b.String(), "\n") {
			c = ed.Line(c, line).Config
		}
		got, _ := load(t, b.String())
		if Running(got) != Running(c) {
			t.Fatalf("seed %d: loaded\n%s\ntyped\n%s", seed, Running(got), Running(c))
		}
	}
}

// BenchmarkLoadInterfaces100k is a file of 33,333 interfaces with an address each.
func BenchmarkLoadInterfaces100k(b *testing.B) {
	var t strings.Builder
	for i := range 33_333 {
		fmt.Fprintf(&t, "interface Loopback%d\n ip address 10.%d.%d.1 255.255.255.255\n!\n", i, i>>8&255, i&255)
	}
	benchmarkLoad(b, t.String())
}
