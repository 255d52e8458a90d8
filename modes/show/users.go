package show

import (
	"fmt"
	"strings"
	"time"

	"ioslab/debug/logging"
	"ioslab/runtime/pool"
	"ioslab/runtime/ppp"
)

// User is somebody at a line.
type User struct {
	// Here marks the session that asks.
	Here bool
	// TTY is the absolute line number, Line its name: "con 0", "vty 2".
	TTY  int
	Line string
	Name string
	// Host is `idle` while the user is at a prompt.
	Host string
	// Idle is the time since the last key, Active since the session began.
	Idle, Active time.Duration
	Location     string
}

// PPPUser is somebody on a PPP interface.
type PPPUser struct {
	// Interface is the short name: Vi2.1.
	Interface string
	Name      string
	// Mode is PPPoVPDN for calls.
	Mode string
	// Idle is the time since the last datagram; negative prints `-`.
	Idle, Active time.Duration
	Peer         string
}

// Users is `show users`.
func Users(lines []User, calls []PPPUser) string {
	var b strings.Builder
	b.WriteString("    Line       User       Host(s)              Idle       Location\n")
	for _, u := range lines {
		mark := " "
		if u.Here {
			mark = "*"
		}
		fmt.Fprintf(&b, "%s%3d %-10s%-11s%-21s%-11s%s\n", mark, u.TTY, u.Line, u.Name, u.Host, logging.Elapsed(u.Idle), u.Location)
	}
	b.WriteString("\n  Interface    User               Mode         Idle     Peer Address\n")
	for _, c := range calls {
		fmt.Fprintf(&b, "  %-13s%-19s%-13s%-9s%s\n", c.Interface, c.Name, c.Mode, idle(c.Idle), c.Peer)
	}
	return b.String()
}

func idle(d time.Duration) string {
	if d < 0 {
		return "-"
	}
	return logging.Elapsed(d)
}

// Caller is `show caller`.
func Caller(lines []User, calls []PPPUser) string {
	var b strings.Builder
	b.WriteString("\n                                                  Active    Idle\n")
	b.WriteString("  Line           User               Service       Time      Time\n")
	for _, u := range lines {
		fmt.Fprintf(&b, "  %-15s%-19s%-14s%-10s%s\n", u.Line, dash(u.Name), "TTY", logging.Elapsed(u.Active), logging.Elapsed(u.Idle))
	}
	for _, c := range calls {
		fmt.Fprintf(&b, "  %-15s%-19s%-14s%-10s%s\n", c.Interface, dash(c.Name), "PPP   VPDN", logging.Elapsed(c.Active), logging.Elapsed(max(c.Idle, 0)))
	}
	return b.String()
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// CallerSummary is `show caller summary`.
func CallerSummary(calls []PPPUser) string {
	names := map[string]bool{}
	for _, c := range calls {
		names[c.Name] = true
	}
	var b strings.Builder
	for _, row := range []struct {
		n    int
		what string
	}{
		{0, "Analog calls (0 VPDN Calls)"}, {0, "ISDN calls (0 VPDN Calls)"}, {len(calls), "VPDN calls"},
		{0, "PPPoA calls"}, {0, "PPPoE calls"}, {len(names), "Total unique users logged in"},
	} {
		fmt.Fprintf(&b, "\n%9d   %s\n", row.n, row.what)
	}
	return b.String()
}

// PPPAll is `show ppp all`.
func PPPAll(links []ppp.Snapshot) string {
	var b strings.Builder
	b.WriteString("Interface/ID OPEN+ Nego* Fail-     Stage    Peer Address    Peer Name\n")
	b.WriteString("------------ --------------------- -------- --------------- --------------------\n")
	for i := range links {
		l := &links[i]
		name := Short(l.Name)
		if l.Name == "" {
			name = fmt.Sprintf("0x%08X", l.ID)
		}
		fmt.Fprintf(&b, "%-12s %-21s %-8s %-15s %s\n", name, pppProtocols(l), stageWord(l.Stage), addr(l.Peer), l.User)
	}
	return b.String()
}

func pppProtocols(l *ppp.Snapshot) string {
	var words []string
	for _, p := range l.Protocols {
		name := p.Protocol.String()
		if p.Auth != 0 {
			name = strings.Replace(strings.ToUpper(p.Auth.String()), "MS-CHAP", "MSCHAP", 1)
		}
		switch {
		case p.Open:
			name += "+"
		case p.Failed:
			name += "-"
		default:
			name += "*"
		}
		words = append(words, name)
	}
	return strings.Join(words, " ")
}

func stageWord(s ppp.Stage) string {
	switch s {
	case ppp.StageLCP:
		return "LCP"
	case ppp.StageAuth:
		return "Auth"
	case ppp.StageForwarding:
		return "Fwded"
	case ppp.StageLocal:
		return "LocalT"
	case ppp.StageDown:
		return "Down"
	}
	return ""
}

// Pools is `show ip local pool`; a second range repeats with a blank name.
func Pools(pools []pool.Status, d Dialect) string {
	var b strings.Builder
	b.WriteString(" Pool                     Begin           End             Free  In use")
	if d == M15 {
		b.WriteString("   Blocked")
	}
	b.WriteByte('\n')
	for _, p := range pools {
		name := p.Name
		for _, r := range p.Ranges {
			fmt.Fprintf(&b, " %-24s %-15s %-15s%5d%8d", name, r.First, r.Last, r.Free, r.InUse)
			if d == M15 {
				fmt.Fprintf(&b, "%10d", 0)
			}
			b.WriteByte('\n')
			name = ""
		}
	}
	return b.String()
}

// PoolDetail is `show ip local pool NAME`.
func PoolDetail(p pool.Status, free []string, leases []pool.Lease, d Dialect) string {
	var b strings.Builder
	b.WriteString(Pools([]pool.Status{p}, d))
	b.WriteString("Available addresses:\n")
	if len(free) == 0 {
		b.WriteString("   None\n")
	}
	for _, a := range free {
		fmt.Fprintf(&b, "   %s\n", a)
	}
	b.WriteString("Inuse addresses:\n")
	if len(leases) == 0 {
		b.WriteString("   None\n")
	}
	for _, l := range leases {
		fmt.Fprintf(&b, "   %-18s %-16s %s\n", l.Addr, Short(l.Iface), l.User)
	}
	return b.String()
}
