package show

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"ioslab/runtime/forward"
)

// InterfaceBrief is `show ip interface brief`.
func InterfaceBrief(list []Interface, d Dialect) string {
	var b strings.Builder
	const row = "%-26s %-15s %-3s %-6s %-21s %-8s\n"
	b.WriteString("Interface                  IP-Address      OK? Method Status                Protocol\n")
	for i := range list {
		s := &list[i]
		ip, method := "unassigned", s.Method
		if s.State.Borrowed.IsValid() {
			ip = s.State.Borrowed.Addr().String()
		}
		if method == "" {
			method = "unset"
		}
		fmt.Fprintf(&b, row, s.State.Name, ip, "YES", method, s.statusWord(), upDown(s.State.Protocol))
	}
	return b.String()
}

func upDown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}

const routeCodes124 = `Codes: C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area 
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route
`

const routeCodes15 = `Codes: L - local, C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area 
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route, H - NHRP, l - LISP
       a - application route
       + - replicated route, % - next hop override, p - overrides from PfR
`

// RouteFilter chooses routes: 0 for all, else 'C' or 'S'.
type RouteFilter byte

// Routes is `show ip route`. In 12.4 the default route comes last, in 15.x first.
func Routes(t *forward.RouteTable, only RouteFilter, d Dialect) string {
	var b strings.Builder
	if only == 0 {
		b.WriteString(map[Dialect]string{T124: routeCodes124, M15: routeCodes15}[d])
		b.WriteByte('\n')
		b.WriteString(lastResort(t))
		b.WriteByte('\n')
	}
	majors := t.Majors
	if d == M15 {
		majors = defaultFirst(majors)
	}
	for i := range majors {
		writeMajor(&b, &majors[i], only, d)
	}
	return b.String()
}

func lastResort(t *forward.RouteTable) string {
	switch {
	case t.Gateway.IsValid():
		return fmt.Sprintf("Gateway of last resort is %s to network 0.0.0.0\n", t.Gateway)
	case t.GatewayInterface != "" || t.HasDefault:
		return "Gateway of last resort is 0.0.0.0 to network 0.0.0.0\n"
	}
	return "Gateway of last resort is not set\n"
}

func defaultFirst(majors []forward.Major) []forward.Major {
	for i := range majors {
		if majors[i].Network.Bits() == 0 {
			sorted := append([]forward.Major{majors[i]}, majors[:i]...)
			return append(sorted, majors[i+1:]...)
		}
	}
	return majors
}

func writeMajor(b *strings.Builder, m *forward.Major, only RouteFilter, d Dialect) {
	indent, entry, lone := "     ", 8, 5
	if d == M15 {
		indent, entry, lone = "      ", 9, 6
	}
	var rows strings.Builder
	for i := range m.Routes {
		r := &m.Routes[i]
		if only != 0 && r.Code != byte(only) {
			continue
		}
		column := lone
		if m.Subnetted {
			column = entry
		}
		writeRoute(&rows, r, column, m.Subnetted && m.Masks == 1 && d == T124)
	}
	if rows.Len() == 0 {
		return
	}
	if m.Subnetted {
		b.WriteString(indent)
		if m.Masks == 1 && len(m.Routes) > 0 {
			fmt.Fprintf(b, "%s/%d is subnetted, %d subnets\n", m.Network.Addr(), m.Routes[0].Prefix.Bits(), m.Subnets)
		} else {
			fmt.Fprintf(b, "%s is variably subnetted, %d subnets, %d masks\n", m.Network, m.Subnets, m.Masks)
		}
	}
	b.WriteString(rows.String())
}

func writeRoute(b *strings.Builder, r *forward.Route, column int, bare bool) {
	code := string(r.Code)
	if r.Candidate {
		code += "*"
	}
	prefix := r.Prefix.String()
	if bare {
		prefix = r.Prefix.Addr().String()
	}
	lead := fmt.Sprintf("%-*s%s ", column, code, prefix)
	for i, p := range r.Paths {
		if i > 0 {
			lead = strings.Repeat(" ", len(lead))
		}
		b.WriteString(lead)
		if !p.Via.IsValid() {
			fmt.Fprintf(b, "is directly connected, %s\n", p.Interface)
		} else {
			fmt.Fprintf(b, "[%d/%d] via %s%s\n", r.Distance, r.Metric, p.Via, onInterface(p.Interface))
		}
	}
}

func onInterface(name string) string {
	if name == "" {
		return ""
	}
	return ", " + name
}

// ARP is `show arp` and `show ip arp`.
func ARP(entries []forward.ARPEntry) string {
	var b strings.Builder
	b.WriteString("Protocol  Address          Age (min)  Hardware Addr   Type   Interface\n")
	for _, e := range entries {
		age, mac := strconv.Itoa(int(e.Age/time.Minute)), e.MAC.String()
		iface := e.Interface
		if e.Own || e.Static {
			age = "-"
		}
		if e.Incomplete {
			age, mac, iface = "0", "Incomplete", ""
		}
		fmt.Fprintf(&b, "Internet  %-15s%10s   %-14s  ARPA   %s\n", e.Address, age, mac, iface)
	}
	return b.String()
}

// RouteTo is `show ip route A.B.C.D`: the entry that packets to a take.
func RouteTo(t *forward.RouteTable, a netip.Addr) string {
	var best *forward.Route
	for i := range t.Majors {
		for j := range t.Majors[i].Routes {
			r := &t.Majors[i].Routes[j]
			if r.Prefix.Contains(a) && r.Prefix.Bits() > 0 && (best == nil || r.Prefix.Bits() > best.Prefix.Bits()) {
				best = r
			}
		}
	}
	if best == nil {
		return "% Network not in table\n"
	}
	var b strings.Builder
	known, kind := "static", ""
	if best.Code == 'C' {
		known = "connected"
		kind = " (connected, via interface)"
	}
	fmt.Fprintf(&b, "Routing entry for %s\n  Known via \"%s\", distance %d, metric %d%s\n  Routing Descriptor Blocks:\n", best.Prefix, known, best.Distance, best.Metric, kind)
	for _, p := range best.Paths {
		if p.Via.IsValid() {
			fmt.Fprintf(&b, "  * %s%s\n", p.Via, onInterface(p.Interface))
		} else {
			fmt.Fprintf(&b, "  * directly connected, via %s\n", p.Interface)
		}
		fmt.Fprintf(&b, "      Route metric is %d, traffic share count is 1\n", best.Metric)
	}
	return b.String()
}
