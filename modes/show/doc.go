// Package show words the tables of `show` commands: pure functions from the
// engines' snapshots to text, lines ended by '\n'. The columns are those of
// shared/reference/show-*.md.
//
//	engine.Snapshot() ─► show.ISAKMPSA(…) ─► session.Print ─► filter, pager
//
// Nothing here asks an engine for anything or keeps state.
package show

import (
	"fmt"
	"net/netip"
	"strings"
)

// Dialect selects between the layouts of IOS releases.
type Dialect int

const (
	// T124 is 12.4(24)T, the house dialect.
	T124 Dialect = iota
	// M15 is 15.x.
	M15
)

// Short abbreviates an interface's name as tables do: Vi2.1, Fa0/0.
func Short(name string) string {
	i := strings.IndexAny(name, "0123456789")
	if i < 2 {
		return name
	}
	if letters, ok := shortKinds[name[:i]]; ok {
		return letters + name[i:]
	}
	return name[:2] + name[i:]
}

var shortKinds = map[string]string{
	"Virtual-Access": "Vi", "Virtual-Template": "Vt", "TenGigabitEthernet": "Te",
	"Port-channel": "Po", "Multilink": "Mu", "Ethernet": "Et",
}

func mask(bits int) string {
	var b [4]byte
	for i := range bits {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return netip.AddrFrom4(b).String()
}

func plural(n int, word string) string {
	if n == 1 {
		return fmt.Sprintf("%d %s", n, word)
	}
	return fmt.Sprintf("%d %ss", n, word)
}

func addr(a netip.Addr) string {
	if !a.IsValid() {
		return "0.0.0.0"
	}
	return a.String()
}
