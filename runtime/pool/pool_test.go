package pool

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

var ip = netip.MustParseAddr

func rng(first, last string) Range { return Range{ip(first), ip(last)} }

var none netip.Addr

func take(t *testing.T, m *Manager, pool, user string) netip.Addr {
	t.Helper()
	a, ok := m.Take(pool, user, "Vi2.1", none)
	if !ok {
		t.Fatalf("nothing for %s", user)
	}
	return a
}

func TestTheArticlesPool(t *testing.T) {
	m := New(Config{Pools: []Pool{{Name: "l2tp", Ranges: []Range{rng("33.33.33.1", "33.33.33.254")}}}})
	if a := take(t, m, "l2tp", "test"); a != ip("33.33.33.1") {
		t.Fatal(a)
	}
	want := []Status{{Name: "l2tp", Ranges: []RangeStatus{{ip("33.33.33.1"), ip("33.33.33.254"), 253, 1}}}}
	if d := cmp.Diff(want, m.Snapshot(), cmpopts.EquateComparable(netip.Addr{})); d != "" {
		t.Error(d)
	}
	if l := m.Leases("l2tp"); len(l) != 1 || l[0] != (Lease{ip("33.33.33.1"), "test", "Vi2.1"}) {
		t.Error(l)
	}
	if a := m.Available("l2tp", 2); len(a) != 2 || a[0] != ip("33.33.33.2") {
		t.Error(a)
	}
}

func TestSameUserGetsSameAddress(t *testing.T) {
	m := New(Config{Pools: []Pool{{Name: "p", Ranges: []Range{rng("10.0.0.1", "10.0.0.3")}}}})
	a := take(t, m, "p", "alice")
	take(t, m, "p", "bob")
	m.Give("p", a)
	if c := take(t, m, "p", "carol"); c == a {
		t.Error("an address given back was lent again while fresh ones were there")
	}
	if again := take(t, m, "p", "alice"); again != a {
		t.Errorf("alice had %v, now %v", a, again)
	}
	if _, ok := m.Take("p", "dave", "", none); ok {
		t.Error("more than the pool has")
	}
	m.Give("p", a)
	if d := take(t, m, "p", "dave"); d != a {
		t.Errorf("the only free one is %v, got %v", a, d)
	}
}

func TestWantedAddress(t *testing.T) {
	m := New(Config{Pools: []Pool{{Name: "p", Ranges: []Range{rng("10.0.0.1", "10.0.0.9")}}}})
	if a, _ := m.Take("p", "x", "", ip("10.0.0.5")); a != ip("10.0.0.5") {
		t.Error(a)
	}
	if a, _ := m.Take("p", "y", "", ip("10.0.0.5")); a != ip("10.0.0.1") {
		t.Error("lent twice or wrong:", a)
	}
	if a, _ := m.Take("p", "z", "", ip("10.0.1.5")); a != ip("10.0.0.2") {
		t.Error("outside the pool:", a)
	}
}

func TestConfigureKeepsLeases(t *testing.T) {
	m := New(Config{Pools: []Pool{{Name: "p", Ranges: []Range{rng("10.0.0.1", "10.0.0.4")}}}})
	a := take(t, m, "p", "x")
	m.Configure(Config{Pools: []Pool{{Name: "p", Ranges: []Range{rng("10.0.0.1", "10.0.0.2")}}}})
	if b := take(t, m, "p", "y"); b == a {
		t.Fatal("lent twice over a change")
	}
	m.Configure(Config{})
	if len(m.Leases("p")) != 2 {
		t.Error("leases lost with the pool")
	}
	m.Give("p", a)
	m.Configure(Config{Pools: []Pool{{Name: "p", Group: "g", Ranges: []Range{rng("10.0.0.1", "10.0.0.2")}}}})
	m.Give("p", ip("10.0.0.2"))
	if len(m.Leases("p")) != 0 {
		t.Error(m.Leases("p"))
	}
}

func TestOverlappingPoolsShareAddresses(t *testing.T) {
	m := New(Config{Pools: []Pool{
		{Name: "a", Ranges: []Range{rng("10.0.0.1", "10.0.0.2")}},
		{Name: "b", Ranges: []Range{rng("10.0.0.1", "10.0.0.2")}},
		{Name: "c", Group: "other", Ranges: []Range{rng("10.0.0.1", "10.0.0.2")}},
	}})
	if take(t, m, "a", "1") == take(t, m, "b", "2") {
		t.Error("lent twice")
	}
	if take(t, m, "c", "3") != ip("10.0.0.1") {
		t.Error("another group has its own addresses")
	}
	if _, ok := m.Take("b", "4", "", none); ok {
		t.Error("exhausted by its twin")
	}
}

// Against a plain model: an address is never lent twice, every free one can be had,
// and the counts agree.
func TestAgainstModel(t *testing.T) {
	for seed := range uint64(30) {
		r := rand.New(rand.NewPCG(seed, 1))
		ranges := []Range{rng("10.0.0.1", "10.0.0.20"), rng("10.0.0.15", "10.0.0.30"), rng("10.9.0.1", "10.9.0.5"), rng("255.255.255.250", "255.255.255.255")}
		m := New(Config{Pools: []Pool{{Name: "p", Ranges: ranges}}})
		const size = 30 + 5 + 6
		held := map[netip.Addr]bool{}
		for range 2000 {
			switch r.IntN(5) {
			case 0, 1, 2:
				var want netip.Addr
				if r.IntN(4) == 0 {
					want = netip.AddrFrom4([4]byte{10, 0, 0, byte(r.IntN(40))})
				}
				a, ok := m.Take("p", fmt.Sprint("u", r.IntN(60)), "", want)
				if ok != (len(held) < size) || ok && held[a] {
					t.Fatalf("seed %d: %v %v with %d held", seed, a, ok, len(held))
				}
				if ok {
					held[a] = true
				}
			case 3:
				for a := range held {
					m.Give("p", a)
					m.Give("p", a)
					delete(held, a)
					break
				}
			case 4:
				if r.IntN(50) == 0 {
					m.Configure(Config{})
					m.Configure(Config{Pools: []Pool{{Name: "p", Ranges: ranges}}})
				}
			}
			if len(m.Leases("p")) != len(held) || len(m.Available("p", 100)) < size-len(held) {
				t.Fatalf("seed %d: %d leases, %d held", seed, len(m.Leases("p")), len(held))
			}
		}
	}
}

func TestHugeRangeIsFast(t *testing.T) {
	start := time.Now()
	m := New(Config{Pools: []Pool{{Name: "p", Ranges: []Range{rng("10.0.0.0", "10.255.255.255")}}}})
	for round := range 3 {
		for i := range 10000 {
			if _, ok := m.Take("p", fmt.Sprint(round, i), "", none); !ok {
				t.Fatal("exhausted")
			}
		}
		for _, l := range m.Leases("p") {
			m.Give("p", l.Addr)
		}
	}
	if d := time.Since(start); d > 5*time.Second {
		t.Errorf("took %v", d)
	}
	if len(m.live) != 0 || len(m.pools[0].at) > 30000 {
		t.Error(len(m.live), len(m.pools[0].at))
	}
}

func BenchmarkTakeGive(b *testing.B) {
	m := New(Config{Pools: []Pool{{Name: "p", Ranges: []Range{rng("10.0.0.0", "10.255.255.255")}}}})
	for b.Loop() {
		a, _ := m.Take("p", "u", "Vi2.1", none)
		m.Give("p", a)
	}
}
