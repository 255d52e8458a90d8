package l2tp

import (
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
)

// Each row of the RFC's tables is a cell of ours; where ours does more (waiting
// for an acknowledgement, lingering), the RFC's actions are among the steps.
func TestTablesOfTheRFC(t *testing.T) {
	text, err := os.ReadFile("testdata/rfc2661-tables.txt")
	if err != nil {
		t.Fatal(err)
	}
	table, rows := "", 0
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if name, ok := strings.CutPrefix(line, "table "); ok {
			table = name
			continue
		}
		if line == "" || line[0] == '#' {
			continue
		}
		var f []string
		for _, s := range strings.Split(line, "|") {
			f = append(f, strings.TrimSpace(s))
		}
		do, next := lookup(t, table, f[0], f[1])
		if next != f[3] {
			t.Errorf("%s: %s: next %s", table, line, next)
		}
		for _, want := range strings.Split(f[2], ", ") {
			if !slices.Contains(do, want) {
				t.Errorf("%s: %s: does %v", table, line, do)
			}
		}
		// Nothing is sent, and nobody is cleaned up, without the RFC saying so.
		for _, a := range do {
			if (strings.HasPrefix(a, "send ") || a == "clean up") && !strings.Contains(f[2], a) {
				t.Errorf("%s: %s: does %s too", table, line, a)
			}
		}
		rows++
	}
	if rows != 55 {
		t.Fatalf("%d rows", rows)
	}
}

func lookup(t *testing.T, table, state, event string) (do []string, next string) {
	t.Helper()
	if table == "7.2.1" {
		s, e := slices.Index(tunnelStateNames[:], state), slices.Index(tunnelEventNames[:], event)
		if s < 0 || e < 0 {
			t.Fatalf("no %q or %q", state, event)
		}
		cell := tunnelTable[s][e]
		for _, a := range cell.do {
			do = append(do, a.String())
		}
		if cell.next == TunnelShutting || cell.next == TunnelLingering {
			return do, "idle" // the RFC's idle, with the tunnel's end still to be seen
		}
		return do, cell.next.String()
	}
	tab := &lacTable
	if table == "7.4.2" {
		tab = &lnsTable
	}
	s, e := slices.Index(sessionStateNames[:], state), slices.Index(sessionEventNames[:], event)
	if s < 0 || e < 0 {
		t.Fatalf("no %q or %q", state, event)
	}
	cell := tab[s][e]
	for _, a := range cell.do {
		do = append(do, a.String())
	}
	if cell.next == SessionWaitService {
		return do, "established" // in two halves here
	}
	return do, cell.next.String()
}

// A cell that changes the state says when; one that does not, stays.
func TestTablesAreFilled(t *testing.T) {
	for s := range numTunnelStates {
		for e := range numTunnelEvents {
			c := tunnelTable[s][e]
			enters := slices.Contains(c.do, enterState) || slices.Contains(c.do, remove)
			if (c.next != s) && !enters || c.do == nil && c.next != s {
				t.Errorf("%v, %v: %v to %v", s, e, c.do, c.next)
			}
		}
	}
	for name, tab := range map[string]*sessionTable{"LAC": &lacTable, "LNS": &lnsTable} {
		for s := range numSessionStates {
			for e := range numSessionEvents {
				c := tab[s][e]
				if c.next != s && !slices.Contains(c.do, enterSession) {
					t.Errorf("%s: %v, %v: %v to %v", name, s, e, c.do, c.next)
				}
			}
		}
	}
}

func TestNames(t *testing.T) {
	for _, s := range []fmt.Stringer{TunnelState(99), SessionState(-1), Cause(99), DropReason(99), Renegotiation(9), SocketKind(9)} {
		if s.String() != "unknown" {
			t.Errorf("%T: %s", s, s)
		}
	}
	for _, r := range DropReasons() {
		if r.String() == "" {
			t.Errorf("reason %d has no name", r)
		}
	}
	for c := CausePeer; c <= CauseOutgoing; c++ {
		if c.String() == "" || c.String() == "unknown" {
			t.Errorf("cause %d has no name", c)
		}
	}
}
