package pc

import (
	"cmp"
	"fmt"
	"net/netip"
	"slices"
	"strings"

	"ioslab/runtime/clock"
)

// Metrics as Windows computes them: interface metric plus route metric. While a
// VPN has the default route, the other interfaces' metrics are 4225 higher.
const (
	ethernetMetric = 10
	gatewayMetric  = 256
	loopbackMetric = 50
	vpnPenalty     = 4225
	vpnMetric      = 11
	onLinkMetric   = 256
)

const (
	loopbackIndex = 1
	vpnIndex      = 47
)

const rule = "===========================================================================\n"

// routeLine is a line of `route print`; gateway "" is on-link.
type routeLine struct {
	prefix   netip.Prefix
	gateway  string
	from     netip.Addr
	metric   int
	priority int // between equal prefixes: the order of interfaces
}

func route(c *console, _ clock.Instant, args []string) {
	var plain []string
	for _, a := range args {
		if a != "-4" {
			plain = append(plain, strings.ToLower(a))
		}
	}
	switch {
	case len(plain) >= 1 && plain[0] == "print" && len(plain) <= 2:
		c.routePrint(plain[1:])
	case len(plain) >= 1 && (plain[0] == "add" || plain[0] == "delete" || plain[0] == "change"):
		c.printf("The requested operation requires elevation.\n")
	default:
		c.printf("\nManipulates network routing tables.\n\nROUTE [-4] PRINT [destination]\n\n  -4           Force using IPv4.\n  destination  Specifies the host; wild cards * and ? match.\n")
	}
}

func (c *console) routePrint(filter []string) {
	s, d := &c.pc.spec, &c.pc.dial
	c.printf("%sInterface List\n", rule)
	if d.state == dialUp {
		c.printf("%3d...........................%s\n", vpnIndex, d.entry.Name)
	}
	m := s.MAC
	c.printf("%3d...%02x %02x %02x %02x %02x %02x ......%s\n", s.Index, m[0], m[1], m[2], m[3], m[4], m[5], s.Description)
	c.printf("%3d...........................Software Loopback Interface 1\n%s", loopbackIndex, rule)
	c.printf("\nIPv4 Route Table\n%sActive Routes:\n", rule)
	lines := c.pc.routeLines()
	if len(filter) == 1 {
		lines = slices.DeleteFunc(lines, func(l routeLine) bool { return !wild(filter[0], l.prefix.Addr().String()) })
	}
	if len(lines) == 0 {
		c.printf("  None\n")
	} else {
		c.printf("Network Destination        Netmask          Gateway       Interface  Metric\n")
	}
	for _, l := range lines {
		gateway := l.gateway
		if gateway == "" {
			gateway = "On-link"
		}
		c.printf("%17s%17s%17s%17s%7d\n", l.prefix.Addr(), mask(l.prefix), gateway, l.from, l.metric)
	}
	c.printf("%sPersistent Routes:\n  None\n", rule)
	c.printf("\nIPv6 Route Table\n%sActive Routes:\n  None\nPersistent Routes:\n  None\n", rule)
}

// wild matches the wild cards of `route print 33.*`.
func wild(pattern, text string) bool {
	for len(pattern) > 0 {
		switch pattern[0] {
		case '*':
			for i := 0; i <= len(text); i++ {
				if wild(pattern[1:], text[i:]) {
					return true
				}
			}
			return false
		case '?':
			if text == "" {
				return false
			}
		default:
			if text == "" || text[0] != pattern[0] {
				return false
			}
		}
		pattern, text = pattern[1:], text[1:]
	}
	return text == ""
}

// routeLines returns the table as Windows would hold it, by destination.
func (p *PC) routeLines() []routeLine {
	d := &p.dial
	up := d.state == dialUp
	penalty := 0
	if up && !d.entry.SplitTunneling {
		penalty = vpnPenalty
	}
	var out []routeLine
	add := func(prefix netip.Prefix, gateway string, from netip.Addr, metric, priority int) {
		out = append(out, routeLine{prefix, gateway, from, metric, priority})
	}
	loop := netip.AddrFrom4([4]byte{127, 0, 0, 1})
	p.connected(add, loop, netip.PrefixFrom(loop, 8), loopbackMetric+onLinkMetric+penalty, 2)
	if p.carrier {
		p.ethernetRoutes(add, penalty, up)
	}
	if up {
		p.vpnRoutes(add)
	}
	slices.SortStableFunc(out, func(a, b routeLine) int {
		return cmp.Or(a.prefix.Addr().Compare(b.prefix.Addr()), cmp.Compare(a.prefix.Bits(), b.prefix.Bits()), cmp.Compare(a.priority, b.priority))
	})
	return out
}

type addRoute func(prefix netip.Prefix, gateway string, from netip.Addr, metric, priority int)

// connected adds what every address brings: its subnet, itself, the subnet's
// broadcast, multicast and the limited broadcast.
func (p *PC) connected(add addRoute, from netip.Addr, subnet netip.Prefix, metric, priority int) {
	add(subnet.Masked(), "", from, metric, priority)
	if subnet.Bits() < 32 {
		add(netip.PrefixFrom(from, 32), "", from, metric, priority)
		add(netip.PrefixFrom(broadcast(subnet), 32), "", from, metric, priority)
	}
	add(netip.MustParsePrefix("224.0.0.0/4"), "", from, metric, priority)
	add(netip.MustParsePrefix("255.255.255.255/32"), "", from, metric, priority)
}

func (p *PC) ethernetRoutes(add addRoute, penalty int, up bool) {
	s, d := &p.spec, &p.dial
	own, metric := s.Address.Addr(), ethernetMetric+penalty
	p.connected(add, own, s.Address, metric+onLinkMetric, 0)
	if !s.Gateway.IsValid() {
		return
	}
	add(netip.MustParsePrefix("0.0.0.0/0"), s.Gateway.String(), own, metric+gatewayMetric, 0)
	if up && !s.Address.Masked().Contains(d.server) {
		add(netip.PrefixFrom(d.server, 32), s.Gateway.String(), own, metric+1, 0)
	}
}

func (p *PC) vpnRoutes(add addRoute) {
	d := &p.dial
	own := d.ip.Local
	if d.entry.SplitTunneling {
		// The classful network of the address is reached through the tunnel.
		add(classful(own), d.ip.Peer.String(), own, vpnMetric, 1)
	} else {
		add(netip.MustParsePrefix("0.0.0.0/0"), "", own, vpnMetric, 1)
	}
	add(netip.PrefixFrom(own, 32), "", own, vpnMetric+onLinkMetric-1, 1)
	add(netip.MustParsePrefix("224.0.0.0/4"), "", own, vpnMetric, 1)
	add(netip.MustParsePrefix("255.255.255.255/32"), "", own, vpnMetric+onLinkMetric-1, 1)
}

// classful returns the class A, B or C network of an address.
func classful(a netip.Addr) netip.Prefix {
	bits := 24
	switch b := a.As4()[0]; {
	case b < 128:
		bits = 8
	case b < 192:
		bits = 16
	}
	return netip.PrefixFrom(a, bits).Masked()
}

// broadcast returns the last address of a subnet.
func broadcast(p netip.Prefix) netip.Addr {
	a := p.Masked().Addr().As4()
	for bit := p.Bits(); bit < 32; bit++ {
		a[bit/8] |= 0x80 >> (bit % 8)
	}
	return netip.AddrFrom4(a)
}

// arp shows the neighbours, one list an adapter.
func arp(c *console, now clock.Instant, args []string) {
	if len(args) < 1 || !strings.EqualFold(args[0], "-a") && !strings.EqualFold(args[0], "-g") {
		c.printf("\nDisplays and modifies the IP-to-Physical address translation tables used by\naddress resolution protocol (ARP).\n\nARP -a [inet_addr]\n")
		return
	}
	type line struct {
		addr netip.Addr
		mac  [6]byte
		kind string
	}
	var lines []line
	for _, e := range c.pc.stack.Plane.ARPTable(now) {
		if !e.Own && !e.Incomplete && (len(args) < 2 || args[1] == e.Address.String()) {
			lines = append(lines, line{e.Address, e.MAC, "dynamic"})
		}
	}
	if len(lines) == 0 {
		c.printf("No ARP Entries Found.\n")
		return
	}
	if len(args) < 2 {
		all := [6]byte{0xff, 0xff, 0xff, 0xff, 0xff, 0xff}
		lines = append(lines, line{broadcast(c.pc.spec.Address), all, "static"},
			line{netip.AddrFrom4([4]byte{255, 255, 255, 255}), all, "static"})
	}
	c.printf("\nInterface: %s --- 0x%x\n  Internet Address      Physical Address      Type\n", c.pc.spec.Address.Addr(), c.pc.spec.Index)
	for _, l := range lines {
		c.printf("  %-22s%-22s%-10s\n", l.addr, strings.ToLower(dashed(l.mac)), l.kind)
	}
}

// ms writes a time as ping and tracert do.
func ms(n int64) string {
	if n < 1 {
		return "<1"
	}
	return fmt.Sprint(n)
}
