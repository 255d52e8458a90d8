package conf

import (
	"fmt"
	"net/netip"
	"strings"

	"ioslab/parser/config"
	"ioslab/parser/grammar"
)

const (
	whyNAT      = "kept and shown; ioslab does no address translation: packets keep their addresses"
	whyTunnel   = "kept and shown; tunnel interfaces carry no packets here"
	whyDialer   = "kept and shown; there is no dialling and no PPPoE: no session comes up through it"
	whyLayer2   = "kept and shown; ioslab runs no spanning tree, VLANs or discovery protocols"
	whyBackup   = "kept and shown; ioslab runs no first-hop redundancy protocol"
	whyEzvpn    = "kept and shown; ioslab is no EasyVPN client"
	whyIPv6     = "kept and shown; ioslab forwards IPv4 only"
	whyVRF      = "kept and shown; ioslab has one routing table"
	whyPBR      = "kept and shown; packets are routed by destination only"
	whyInspect  = "kept and shown; ioslab inspects no sessions: access lists alone filter"
	whyDialL2TP = "kept and shown; the router dials no L2TP session itself: the interface stays down"
	whyQueue    = "kept and shown; packets are forwarded at once, no queue fills"
	whyMask     = "kept and shown; ICMP mask requests are not answered"
	whyOwnIPsec = "kept and shown; the global line of these words has an effect, the one of an interface has none"
	whyFragment = "kept and shown; fragments are reassembled only where they end"
)

// interfaceBlockDecls are the `interface` line, which begins a block, and the
// forms that end one.
func interfaceBlockDecls() []*decl {
	help := "Select an interface to configure|Interface name|Interface type|Tunnel virtual template|Treat as a point-to-point link|Treat as a multipoint link"
	return []*decl{
		{pattern: "interface IFNAME$Name! [<type tunnel|point-to-point|multipoint>$Mode]", help: help,
			into: "Interfaces", keep: true, noNo: true, enter: interfaceMode, between: 1, behind: 1},
		{pattern: "interface IFNAME$Name! [<type tunnel|point-to-point|multipoint>$Mode]", noOnly: true, apply: removeInterface},
	}
}

// removeInterface is `no interface X` and `default interface X`.
func removeInterface(e *edit) error {
	name := config.InterfaceName(e.args.Text("Name"))
	have := e.cfg.Interfaces.Get(string(name))
	switch {
	case e.reset:
		if have != nil {
			e.cfg.Interfaces.Insert(e.d, &config.Interface{Name: name, Mode: have.Mode})
		}
		e.say("Interface %s set to default configuration", name)
	case isPhysical(name) && !name.IsSub():
		return refusal("% Removal of physical interfaces is not permitted.")
	case have != nil:
		e.cfg.Interfaces.Remove(e.d, string(name))
		if name.IsSub() {
			e.say("%% Not all config may be removed and may reappear after reactivating the sub-interface")
		}
	}
	return nil
}

// isPhysical reports whether the interface is a piece of hardware, or part of one.
func isPhysical(n config.InterfaceName) bool {
	switch n.Kind() {
	case config.KindEthernet, config.KindFastEthernet, config.KindGigabitEthernet, config.KindTenGigabit,
		config.KindSerial, config.KindATM, config.KindPOS, config.KindBRI, config.KindAsync, config.KindCellular:
		return true
	}
	return false
}

// interfaceDecls are the lines of an interface block in IOS 12.4's order.
func interfaceDecls() []*decl {
	var ds []*decl
	for _, group := range [][]*decl{
		headLines(), encapsulationLines(isVLAN), addressLines(), ipLines(), ipStoredLines(),
		encapsulationLines(isNoVLAN), linkLines(), dialerLines(), layer2Lines(), peerLines(), tunnelLines(), pppDecls(), lateInterfaceLines(),
	} {
		ds = append(ds, group...)
	}
	return bound(ds)
}

// bound makes the stored declarations that name a field keep their value there.
func bound(ds []*decl) []*decl {
	for _, d := range ds {
		if d.state == Stored && d.apply == nil && strings.Contains(d.pattern, "$") {
			inactive(d.why, d)
		}
	}
	return ds
}

// inactive turns a bound declaration into one that is kept in its typed field, without an
// effect: for what ioslab knows and does not do.
func inactive(why string, ds ...*decl) []*decl {
	for _, d := range ds {
		b, err := grammar.Bind(&grammar.Command{Pattern: d.pattern}, typeOf[config.Interface](), grammar.Spec{
			Into: d.into, Default: d.def, Unset: d.unset, Keep: d.keep, Set: d.set,
		})
		if err != nil {
			panic(err) // like define: a broken invariant of the program
		}
		d.state, d.why = Stored, why
		d.apply = func(e *edit) error {
			if e.no || e.reset {
				return b.Negate(e.d, e.target, e.args, e.reset)
			}
			_, err := b.Apply(e.d, e.target, e.args)
			return err
		}
		d.print = func(p *printer, target any) {
			b.Each(target, func(line string, _ any) { p.line(line) })
		}
	}
	return ds
}

func headLines() []*decl {
	ds := []*decl{
		{pattern: "description LINE$Description", help: "Interface specific description|Up to 240 characters describing this interface"},
		{pattern: "mac-address H.H.H$MACAddress", help: "Manually set interface MAC address|MAC address"},
		{pattern: "bandwidth (1-10000000)$Bandwidth", help: "Set bandwidth informational parameter|Bandwidth in kilobits"},
		{pattern: "mtu (64-18000)$MTU", help: "Set the interface Maximum Transmission Unit (MTU)|MTU size in bytes"},
	}
	ds = append(ds, stored("kept and shown; only show commands would use it", "bandwidth receive [(1-10000000)]\nbandwidth inherit [(1-10000000)]\nbandwidth qos-reference (1-10000000)")...)
	return append(ds, stored(whyVRF, "ip vrf forwarding WORD\nvrf forwarding WORD\nip vrf sitemap WORD")...)
}

// addressLines are `ip address` and `ip unnumbered`, one of which a block always has.
func addressLines() []*decl {
	silent := func(*printer, any) {}
	return []*decl{
		{pattern: "ip address A.B.C.D$Addr MASK$Mask [secondary$Secondary]",
			help:  "Interface Internet Protocol config commands|Set the IP address of an interface|IP address|IP subnet mask|Make this IP address a secondary address",
			apply: applyAddress, print: printAddress},
		{pattern: "ip address <negotiated|dhcp>$Mode", help: "||IP Address negotiated over PPP|IP Address negotiated via DHCP", apply: applyAddress, print: silent},
		{pattern: "ip address <negotiated|dhcp>$Mode LINE", state: Stored, why: "kept without its options: the address alone has an effect", apply: applyAddress, print: silent, hidden: true},
		{pattern: "ip unnumbered IFNAME$Unnumbered", help: "Interface Internet Protocol config commands|Enable IP processing without an explicit address|Interface whose address is used",
			after: func(e *edit, _ any) error { return afterUnnumbered(e) }, print: silent},
	}
}

func afterUnnumbered(e *edit) error {
	i := e.target.(*config.Interface)
	if e.no || e.reset {
		return nil
	}
	if i.Unnumbered.Value == i.Name {
		i.Unnumbered = config.Opt[config.InterfaceName]{}
		return refusal("Cannot set an interface to be unnumbered to itself.")
	}
	i.Address, i.Secondary = config.Opt[config.InterfaceAddress]{}, config.Table[config.SecondaryAddress]{}
	return nil
}

func applyAddress(e *edit) error {
	i := e.target.(*config.Interface)
	switch {
	case e.no || e.reset:
		return removeAddress(e, i)
	case e.args.Has("Mode"):
		i.Address = config.Some(config.InterfaceAddress{Mode: e.args.Text("Mode")})
		i.Secondary = config.Table[config.SecondaryAddress]{}
	default:
		return setAddress(e, i)
	}
	i.Unnumbered = config.Opt[config.InterfaceName]{}
	return nil
}

func removeAddress(e *edit, i *config.Interface) error {
	addr := e.args.Addr("Addr")
	switch {
	case e.args.Has("Secondary") || i.Secondary.Get(addr.String()) != nil:
		i.Secondary.Remove(e.d, addr.String())
	case !addr.IsValid():
		i.Address, i.Secondary = config.Opt[config.InterfaceAddress]{}, config.Table[config.SecondaryAddress]{}
	case i.Address.Value.Addr != addr:
		return refusal("Invalid address")
	case i.Secondary.Len() > 0:
		return refusal("Must delete secondary before deleting primary")
	default:
		i.Address = config.Opt[config.InterfaceAddress]{}
	}
	return nil
}

func setAddress(e *edit, i *config.Interface) error {
	addr := e.args.Addr("Addr")
	var mask config.Mask
	if err := mask.UnmarshalText([]byte(e.args.Text("Mask"))); err != nil {
		return fmt.Errorf("mask of an interface: %w", err)
	}
	prefix, err := hostPrefix(addr, mask)
	if err != nil {
		return err
	}
	if other := e.m.overlap(e.cfg, i.Name, prefix); other != "" {
		return refusal(fmt.Sprintf("%% %s overlaps with %s", prefix.Masked().Addr(), other))
	}
	if e.args.Has("Secondary") {
		if i.Address.Value.Addr == addr {
			return refusal("Secondary can't be same as primary")
		}
		i.Secondary.Insert(e.d, &config.SecondaryAddress{Addr: addr, Mask: mask})
	} else {
		i.Secondary.Remove(e.d, addr.String())
		i.Address = config.Some(config.InterfaceAddress{Addr: addr, Mask: mask})
	}
	i.Unnumbered = config.Opt[config.InterfaceName]{}
	return nil
}

// hostPrefix refuses what is no address of a host in a network.
func hostPrefix(addr netip.Addr, mask config.Mask) (netip.Prefix, error) {
	prefix, ok := mask.Prefix(addr)
	first := addr.As4()[0]
	switch {
	case !ok:
		return prefix, refusal(fmt.Sprintf("Bad mask 0x%X for address %s", uint32(mask), addr))
	case first == 0 || first == 127 || first >= 224:
		return prefix, refusal("Not a valid host address - " + addr.String())
	}
	v := addr.As4()
	host := (uint32(v[0])<<24 | uint32(v[1])<<16 | uint32(v[2])<<8 | uint32(v[3])) &^ uint32(mask)
	if prefix.Bits() == 0 || prefix.Bits() < 31 && (host == 0 || host == ^uint32(mask)) {
		return prefix, refusal(fmt.Sprintf("Bad mask /%d for address %s", prefix.Bits(), addr))
	}
	return prefix, nil
}

// overlapping names an interface that is up and has an address in a network that shares
// addresses with prefix.
func overlapping(c *config.Config, self config.InterfaceName, prefix netip.Prefix) config.InterfaceName {
	net, mask := number(prefix.Addr()), uint32(config.MaskOf(prefix.Bits()))
	meets := func(a netip.Addr, m config.Mask) bool {
		return a.Is4() && (number(a)^net)&mask&uint32(m) == 0
	}
	for i := range c.Interfaces.All() {
		hit := meets(i.Address.Value.Addr, i.Address.Value.Mask)
		if !hit && i.Secondary.Len() > 0 {
			for s := range i.Secondary.All() {
				hit = hit || meets(s.Addr, s.Mask)
			}
		}
		if hit && i.Name != self && !i.AdminDown() {
			return i.Name
		}
	}
	return ""
}

// printAddress prints the secondary addresses first, as IOS does. Sub-interfaces and Null0 show
// nothing when they have no address.
func printAddress(p *printer, target any) {
	i := target.(*config.Interface)
	for s := range i.Secondary.All() {
		p.linef("ip address %s %s secondary", s.Addr, s.Mask)
	}
	a, ok := i.Address.Get()
	switch {
	case ok && a.Mode != "":
		p.line("ip address " + a.Mode)
	case ok:
		p.linef("ip address %s %s", a.Addr, a.Mask)
	case i.Unnumbered.Set:
		p.line("ip unnumbered " + string(i.Unnumbered.Value))
	case !i.Name.IsSub() && i.Name.Kind() != config.KindNull:
		p.line("no ip address")
	}
}

func ipLines() []*decl {
	ds := []*decl{
		{pattern: "ip access-group WORD$AccessGroupIn in", help: "|Specify access control for packets|IP access list (number or name)|inbound packets"},
		{pattern: "ip access-group WORD$AccessGroupOut out", help: "||IP access list (number or name)|outbound packets"},
		{state: Stored, why: whyMask, pattern: "ip mask-reply$IP.MaskReply", def: "no ip mask-reply", help: "|Enable sending ICMP Mask Reply messages"},
		{pattern: "ip redirects$IP.Redirects", def: "ip redirects", help: "|Enable sending ICMP Redirect messages"},
		{pattern: "ip unreachables$IP.Unreachables", def: "ip unreachables", help: "|Enable sending ICMP Unreachable messages"},
		{pattern: "ip directed-broadcast$IP.DirectedBroadcast", def: "no ip directed-broadcast", help: "|Enable forwarding of directed broadcasts"},
		{pattern: "ip proxy-arp$IP.ProxyARP", def: "ip proxy-arp", help: "|Enable proxy ARP"},
		{pattern: "ip mtu (68-1500)$IPMTU", help: "|Set IP Maximum Transmission Unit|MTU (bytes)"},
	}
	ds = append(ds, inactive(whyNAT,
		&decl{pattern: "ip nat inside$IP.NATInside", def: "no ip nat inside", help: "|NAT interface commands|Inside interface for address translation"},
		&decl{pattern: "ip nat outside$IP.NATOutside", def: "no ip nat outside", help: "||Outside interface for address translation"})...)
	ds = append(ds, stored(whyNAT, "ip nat enable")...)
	ds = append(ds, inactive(whyFragment, &decl{pattern: "ip virtual-reassembly$IP.VirtualReassembly", def: "no ip virtual-reassembly", help: "|Virtual fragment reassembly"})...)
	ds = append(ds, stored(whyFragment, "ip virtual-reassembly <in|out> [LINE]\nip virtual-reassembly <drop-fragments|max-fragments|max-reassemblies|timeout> [LINE]")...)
	return ds
}

func ipStoredLines() []*decl {
	ds := storedMany(whyRouting, "ip nhrp LINE\nip ospf LINE\nip rip LINE\nip bandwidth-percent eigrp (1-65535) (1-999999)\nip hello-interval eigrp (1-65535) (1-65535)\nip hold-time eigrp (1-65535) (1-65535)\nip authentication <mode|key-chain> eigrp (1-65535) WORD\nip summary-address <eigrp|rip> LINE\nip dampening-change eigrp (1-65535) [(1-100)]\nip pim <sparse-mode|dense-mode|sparse-dense-mode|dr-priority|query-interval|bsr-border|neighbor-filter|passive|nbma-mode|version|state-refresh> [LINE]\nip igmp <access-group|join-group|static-group|version|query-interval|query-max-response-time|last-member-query-interval|immediate-leave|limit|helper-address> [LINE]\nip multicast <boundary|ttl-threshold|rate-limit|helper-map> [LINE]\nip router isis [WORD]\nip irdp [LINE]\nip cgmp\nip mobile LINE\nip dvmrp LINE\nip rsvp LINE\nmpls <ip|mtu|bgp> [LINE]\ntag-switching ip\nisis LINE\nclns LINE")
	ds = append(ds, storedOn(whyRouting, "ip split-horizon\nip split-horizon eigrp (1-65535)!\nip next-hop-self eigrp (1-65535)!")...)
	ds = append(ds, storedMany("kept and shown; broadcasts are not relayed", "ip helper-address LINE\nip broadcast-address A.B.C.D\nip directed-broadcast WORD")...)
	ds = append(ds, storedMany("kept and shown; ioslab is no DHCP client, relay or server", "ip dhcp client [LINE]\nip dhcp relay LINE\nip dhcp snooping <trust|limit> [LINE]")...)
	ds = append(ds, storedMany(whyInspect, "ip inspect WORD <in|out>\nip ips WORD <in|out>\nip admission WORD\nip auth-proxy WORD\nip verify LINE\nip source-guard\nip verify source\nzone-member security WORD\nip tcp <compression-connections|header-compression|intercept> [LINE]\nip rtp <compression-connections|header-compression> [LINE]\nip header-compression LINE\nip access-group WORD <in|out> optimized\nip audit WORD <in|out>")...)
	ds = append(ds, inactive(whyPBR, &decl{pattern: "ip policy route-map WORD$IP.PolicyRouteMap", help: "|Enable policy routing|Policy route map|Route map name"})...)
	ds = append(ds, &decl{pattern: "ip tcp adjust-mss (500-1460)$AdjustMSS", help: "|TCP interface commands|Adjust the mss of transit packets|Maximum segment size in bytes"})
	ds = append(ds, inactive(whySwitch, &decl{pattern: "ip route-cache$IP.RouteCache", def: "ip route-cache", help: "|Enable fast-switching cache for outgoing packets"})...)
	ds = append(ds, storedOn(whySwitch, "ip route-cache cef\nip mroute-cache")...)
	ds = append(ds, storedMany(whySwitch, "ip route-cache <flow|same-interface|policy|distributed>\nip flow <ingress|egress|monitor> [LINE]\nip accounting [<access-violations|output-packets|mac-address|precedence>] [LINE]\nip load-sharing <per-packet|per-destination>\nip nbar protocol-discovery [LINE]\nip local-proxy-arp\nip gratuitous-arps\nip probe proxy\nip security LINE\nip sdr LINE\nip wccp <web-cache|(0-254)> redirect <in|out>\nip information-reply\nip vrf receive WORD\nip arp inspection <trust|limit> [LINE]")...)
	return append(ds, storedMany(whyIPv6, "ipv6 <address|enable|nd|mtu|dhcp|ospf|rip|eigrp|traffic-filter|redirects|unreachables|unnumbered|verify|policy|cef|tcp|inspect|virtual-reassembly|mld|pim|nhrp> [LINE]")...)
}

func isVLAN(i *config.Interface) bool {
	k := i.Encapsulation.Value.Kind
	return k == "dot1Q" || k == "isl"
}

func isNoVLAN(i *config.Interface) bool { return !isVLAN(i) }

// encapsulationLines are declared twice: a VLAN's tag stands before the addresses, all other kinds
// behind them.
func encapsulationLines(here func(*config.Interface) bool) []*decl {
	d := &decl{
		pattern: "encapsulation <dot1Q$Kind (1-4094)$VLAN [native$Native]|isl$Kind (1-1000)$VLAN|<ppp|hdlc|lapb|slip|smds|x25|atm-dxi|arpa|snap|sap|frame-relay [ietf]|aal5snap|<aal5mux|aal5ciscoppp> WORD>$Kind>",
		into:    "Encapsulation", after: afterEncapsulation,
		when: func(elem any) bool {
			return here(&config.Interface{Encapsulation: config.Some(*elem.(*config.Encapsulation))})
		},
		help: "Set encapsulation type for an interface|IEEE 802.1Q Virtual LAN|IEEE 802.1Q VLAN ID|Make this as native vlan|Inter Switch Link - Virtual LAN encapsulation|ISL VLAN identifier|Point-to-Point protocol|Serial HDLC synchronous|LAPB (X.25 Level 2)|Serial Line IP|Switched Megabit Data Service (SMDS)|X.25|ATM-DXI encapsulation|ARPA encapsulation|SNAP encapsulation|SAP encapsulation|Frame Relay networks|Use RFC1490/RFC2427 encapsulation",
	}
	if here(&config.Interface{}) {
		// The first declaration reads the line; this one only prints.
		bind := &decl{pattern: d.pattern, into: d.into}
		inactive("", bind)
		return []*decl{{print: func(p *printer, target any) {
			if here(target.(*config.Interface)) {
				bind.print(p, target)
			}
		}}}
	}
	return []*decl{d}
}

// afterEncapsulation drops what is the default of the interface's kind.
func afterEncapsulation(e *edit, _ any) error {
	i := e.target.(*config.Interface)
	standard := "arpa"
	switch i.Name.Kind() {
	case config.KindSerial, config.KindPOS, config.KindBRI:
		standard = "hdlc"
	case config.KindVirtualTemplate, config.KindVirtualPPP, config.KindVirtualAccess:
		standard = "ppp"
	}
	if i.Encapsulation.Value.Kind == standard {
		i.Encapsulation = config.Opt[config.Encapsulation]{}
	}
	return nil
}

func linkLines() []*decl {
	ds := []*decl{
		{pattern: "load-interval (30-600)$LoadInterval", def: "load-interval 300", help: "Specify interval for load calculation for an interface|Load interval delay in seconds"},
		{pattern: "shutdown$Shutdown", def: "no shutdown", help: "Shutdown the selected interface"},
		{pattern: "duplex <auto|full|half>$Duplex", help: "Configure duplex operation.|Enable AUTO duplex configuration|Force full duplex operation|Force half-duplex operation",
			after: shownDefault, print: func(p *printer, t any) { hardwareLine(p, t, "duplex ", t.(*config.Interface).Duplex, "auto") }},
		{pattern: "speed <10|100|1000|auto>$Speed", help: "Configure speed operation.|Force 10 Mbps operation|Force 100 Mbps operation|Force 1000 Mbps operation|Enable AUTO speed configuration",
			after: shownDefault, print: func(p *printer, t any) { hardwareLine(p, t, "speed ", t.(*config.Interface).Speed, "auto") }},
		{pattern: "media-type <rj45|sfp|gbic|auto-select|auto-failover|100BaseX|10BaseT|MII|AUI>$MediaType", help: "Media type", after: shownDefault,
			print: func(p *printer, t any) {
				i := t.(*config.Interface)
				if i.Name.Kind() == config.KindGigabitEthernet || i.MediaType.Set {
					hardwareLine(p, t, "media-type ", i.MediaType, "rj45")
				}
			}},
		{pattern: "half-duplex", alias: true, apply: duplexAlias("half"), noNo: true},
		{pattern: "full-duplex", alias: true, apply: duplexAlias("full"), noNo: true},
		{pattern: "delay (1-16777215)$Delay", help: "Specify interface throughput delay|Throughput delay (tens of microseconds)"},
		{pattern: "arp timeout (0-2147483)$ARPTimeout", def: "arp timeout 14400", help: "Set arp type (arpa, probe, snap) or timeout|Set ARP cache timeout|Seconds"},
	}
	ds = append(ds, storedMany(whyHardware, "negotiation auto\nclock rate (300-8000000)\nclock rate network-clock (300-8000000)\nclockrate (300-8000000)\ndce-terminal-timing-enable\ninvert [LINE]\nphysical-layer <async|sync>\nserial restart-delay (0-900)\nserial restart_delay (0-900)\nignore-hw LINE\nignore-dcd\nnrzi-encoding\nignore LINE\nservice-module LINE\nloopback [LINE]\ncarrier-delay LINE\ndampening [LINE]\ntransmit-interface IFNAME\ntx-ring-limit (0-32767)\ntx-queue-limit (1-32767)\nflow-sampler WORD\nflowcontrol <receive|send> <on|off|desired>\nmdix auto\npower inline LINE\nbackup <delay|interface|load> LINE\ncrc (16-32)\npos LINE\ncablelength LINE\ndsl <operating-mode|enable-training-log|bitswap|equipment-type|linerate> [LINE]\nscramble\ncompress [LINE]\ntransmitter-delay (0-131071)\nscrambling LINE\nhalf-duplex-timer LINE\nrxcapacity (1-2147483)\ntxcapacity (1-2147483)")...)
	return append(ds, stored("kept and shown; neighbours are always asked for by ARP", "arp <arpa|snap|probe|frame-relay>")...)
}

// hardwareLine is a line that the Fast and Gigabit Ethernets of 12.4 always show.
func hardwareLine(p *printer, target any, words string, have config.Opt[string], standard string) {
	n := target.(*config.Interface).Name
	switch {
	case n.IsSub():
	case n.Kind() == config.KindFastEthernet || n.Kind() == config.KindGigabitEthernet || have.Set:
		p.line(words + have.Or(standard))
	}
}

// shownDefault unsets what hardwareLine shows anyway.
func shownDefault(e *edit, _ any) error {
	i := e.target.(*config.Interface)
	k := i.Name.Kind()
	if i.Name.IsSub() || k != config.KindFastEthernet && k != config.KindGigabitEthernet {
		return nil
	}
	for _, f := range []struct {
		have     *config.Opt[string]
		standard string
	}{{&i.Duplex, "auto"}, {&i.Speed, "auto"}, {&i.MediaType, "rj45"}} {
		if f.have.Value == f.standard && (f.have != &i.MediaType || k == config.KindGigabitEthernet) {
			*f.have = config.Opt[string]{}
		}
	}
	return nil
}

func duplexAlias(mode string) func(*edit) error {
	return func(e *edit) error {
		e.target.(*config.Interface).Duplex = config.Some(mode)
		return nil
	}
}

func keepaliveLine() *decl {
	return &decl{
		pattern: "keepalive [(0-32767)$Seconds [(1-255)$Retries]]", help: "Enable keepalive|Keepalive period (default 10 seconds)|Keepalive retries",
		apply: applyKeepalive,
		print: func(p *printer, t any) {
			i := t.(*config.Interface)
			k, ok := i.Keepalive.Get()
			switch {
			case i.NoKeepalive:
				p.line("no keepalive")
			case ok && k.Retries.Set:
				p.linef("keepalive %d %d", k.Seconds.Or(10), k.Retries.Value)
			case ok:
				p.linef("keepalive %d", k.Seconds.Or(10))
			}
		},
	}
}

// applyKeepalive: tunnels and loopbacks send none by default, all others every ten seconds.
func applyKeepalive(e *edit) error {
	i := e.target.(*config.Interface)
	i.Keepalive, i.NoKeepalive = config.Opt[config.Keepalive]{}, false
	silent := i.Name.Kind() == config.KindTunnel || i.Name.Kind() == config.KindLoopback
	off := e.no || e.args.Has("Seconds") && e.args.Int("Seconds") == 0
	switch {
	case e.reset:
	case off:
		i.NoKeepalive = !silent
	case silent || e.args.Has("Retries") || e.args.Has("Seconds") && e.args.Int("Seconds") != 10:
		k := config.Keepalive{Seconds: config.Some(10)}
		if e.args.Has("Seconds") {
			k.Seconds.Value = e.args.Int("Seconds")
		}
		if e.args.Has("Retries") {
			k.Retries = config.Some(e.args.Int("Retries"))
		} else if silent {
			k.Retries = config.Some(3)
		}
		i.Keepalive = config.Some(k)
	}
	return nil
}

func tunnelLines() []*decl {
	ds := inactive(whyTunnel,
		&decl{pattern: "tunnel source <IFNAME|A.B.C.D>$Tunnel.Source", help: "protocol-over-protocol tunneling|source of tunnel packets"},
		&decl{pattern: "tunnel destination HOST$Tunnel.Destination", help: "|destination of tunnel|ip address or host name"},
		&decl{pattern: "tunnel mode <gre ip|gre multipoint|gre ipv6|ipip|ipsec ipv4|ipsec ipv6|ipv6ip [<6to4|isatap|auto-tunnel>]|aurp|cayman|dvmrp|eon|iptalk|mpls traffic-eng|nos>$Tunnel.Mode", def: "tunnel mode gre ip",
			help: "|tunnel encapsulation method|generic route encapsulation protocol|over IP"},
		&decl{pattern: "tunnel key (0-4294967295)$Tunnel.Key", help: "|security or selector key|key"},
		&decl{pattern: "tunnel path-mtu-discovery$Tunnel.PathMTU", def: "no tunnel path-mtu-discovery", help: "|Enable Path MTU Discovery on tunnel"},
		&decl{pattern: "tunnel vrf WORD$Tunnel.VRF", help: "|set tunnel vrf membership|vrf name"},
		&decl{pattern: "tunnel protection ipsec profile WORD$Profile [shared$Shared]", into: "Tunnel.Protection", help: "|Enable tunnel protection|Use IPSec to protect this tunnel interface|Determine the ipsec policy profile to use.|IPSec profile name|Use a shared socket"})
	ds = append(ds, storedMany(whyTunnel, "tunnel path-mtu-discovery <age-timer|min-mtu> [LINE]\ntunnel <checksum|sequence-datagrams|udlr|route-via|flow|csr|mpls|load|priority|carry|entropy> [LINE]\ntunnel ttl (1-255)\ntunnel tos (0-99)\ntunnel bandwidth <receive|transmit> LINE\nif-state nhrp\nip ddns update hostname WORD")...)
	return ds
}

func dialerLines() []*decl {
	ds := inactive(whyDialer,
		&decl{pattern: "dialer pool (1-255)$Dialer.Pool", help: "Dial-on-demand routing (DDR) commands|Specify dialer pool to be used with this interface|Number of the dialer pool"},
		&decl{pattern: "dialer idle-timeout (0-2147483)$Dialer.IdleTime", def: "dialer idle-timeout 120", help: "|Set idle timeout before disconnecting line|Idle timeout before disconnecting a call"},
		&decl{pattern: "dialer persistent$Dialer.Persistent", def: "no dialer persistent", help: "|Set persistent dialer connection"})
	ds = append(ds, storedMany(whyDialer, "dialer idle-timeout (0-2147483) <inbound|either>\ndialer persistent <delay|max-attempts> LINE\ndialer <in-band|string|map|pool-member|rotary-group|rotor|remote-name|caller|called|callback-secure|callback-server|enable-timeout|fast-idle|hold-queue|load-threshold|max-link|max-call|priority|reserved-links|wait-for-carrier-time|watch-group|watch-disable|aaa|congestion-threshold|dns|dtr|isdn|order|redial|outgoing|vpdn|wait-for-line-protocol> [LINE]")...)
	ds = append(ds, inactive(whyDialer,
		&decl{pattern: "dialer-group (1-128)$Dialer.Group", help: "Assign interface to dialer-list|Dialer list number"})...)
	ds = append(ds, pppoeLines()...)
	return append(ds, storedMany("kept and shown; ioslab has no modems, ISDN or ATM", "isdn LINE\nasync <mode|default|dynamic|ppp> [LINE]\ngroup-range (0-1500) [(0-1500)]\nmember (0-1500) LINE\nmap-group LINE\natm LINE\nframe-relay <map|interface-dlci|lmi-type|lmi-n391dte|lmi-n392dte|lmi-n393dte|intf-type|traffic-shaping|class|inverse-arp|ip|broadcast-queue|fragment|route|local-dlci|payload-compression> [LINE]\nmodem <dialin|host> [LINE]\npvc LINE\nvbr-nrt LINE\nbundle-enable\nx25 LINE\nlapb LINE\nencap-type LINE\ncellular LINE\npulse-time (0-60)\nd-channel LINE\nautodetect encapsulation LINE")...)
}

func pppoeLines() []*decl {
	ds := []*decl{{
		pattern: "pppoe enable [group WORD$Group]", help: "pppoe interface subcommands|Enable pppoe|attach a BBA group|BBA Group name",
		state: Stored, why: whyDialer,
		apply: func(e *edit) error {
			g := &e.target.(*config.Interface).Dialer.PPPoEGroup
			*g = config.Opt[string]{}
			if !e.no && !e.reset {
				*g = config.Some("global")
				if e.args.Has("Group") {
					g.Value = e.args.Text("Group")
				}
			}
			return nil
		},
		print: func(p *printer, t any) {
			if g, ok := t.(*config.Interface).Dialer.PPPoEGroup.Get(); ok {
				p.line("pppoe enable group " + g)
			}
		},
	}}
	ds = append(ds, inactive(whyDialer, &decl{pattern: "pppoe-client dial-pool-number (1-255)$Dialer.PPPoEClientPool",
		help: "pppoe client|Dialer pool number to use|Dialer pool number"})...)
	return append(ds, storedMany(whyDialer, "pppoe-client dial-pool-number (1-255) LINE\npppoe-client <ppp-max-payload|control-packets> LINE\npppoe <max-sessions|intermediate-agent|intermediate-system> [LINE]\nprotocol pppoe [LINE]")...)
}

func layer2Lines() []*decl {
	ds := storedMany(whyLayer2, "switchport [LINE]\nspanning-tree <portfast|bpduguard|bpdufilter|cost|port-priority|guard|link-type|vlan|mst> [LINE]\nchannel-group (1-4096) [mode <active|auto|desirable|on|passive>]\nchannel-protocol <lacp|pagp>\nstorm-control LINE\nbridge-group (1-255) [<circuit-group|input-address-list|input-pattern-list|input-type-list|output-address-list|path-cost|spanning-disabled|subscriber-loop-control|block-unknown-source|source-learning|unicast-flooding> [LINE]]\nudld port [aggressive]\nlldp <transmit|receive|med-tlv-select>\nxconnect LINE\nlacp port-priority (0-65535)\nl2protocol-tunnel [LINE]\nmac access-group LINE\nauthentication LINE\nmab [LINE]\ndot1x <pae|port-control|timeout|max-req|host-mode|guest-vlan|reauthentication|default> [LINE]\nprivate-vlan LINE\nmacro <description|apply> LINE")
	ds = append(ds, storedOn(whyLayer2, "cdp enable\nmop sysid\nmop enabled\nlogging event link-status\nsnmp trap link-status [permit duplicates]-")...)
	ds = append(ds, storedMany(whyManage, "cdp tlv [LINE]\nntp <broadcast|multicast|disable> [LINE]\nsnmp <ifindex|trap> LINE\nlogging event <subif-link-status|trunk-status|bundle-status|dlci-status-change|nfas-status|atm> [LINE]\ntimeout absolute (0-71582787) [(0-59)]\nautoconfigure LINE")...)
	ds = append(ds, storedMany(whyBackup, "standby [LINE]\nvrrp (1-255) LINE\nglbp (0-1023) LINE")...)
	return append(ds, storedMany(whyQoS, "service-policy [type WORD] [history] <input|output> WORD\nrate-limit <input|output> LINE\ntraffic-shape LINE\npriority-group LINE\ncustom-queue-list LINE\nrandom-detect [LINE]\nmax-reserved-bandwidth (1-100)\nmls qos <trust|cos|vlan-based|bridged|dscp-mutation> [LINE]\npriority-queue out\nauto qos <voip|trust|video> [LINE]\nauto discovery qos\nwrr-queue LINE\ntx-ring LINE\nqueue-set (1-2)\nsrr-queue LINE")...)
}

func peerLines() []*decl {
	ds := []*decl{{
		pattern: "peer default ip address <A.B.C.D$Addr|pool$UsePool [WORD$Pools...]|dhcp$DHCP>", into: "PeerDefault",
		help: "Peer parameters for point to point interfaces|Default peer parameters|IP address|Default peer IP address|Default IP address for remote end of this interface|Use IP pool mechanism to allocate a peer IP address|Name of the local pool to use - DEFAULT is used if no name is given|Use DHCP proxy client mechanism to allocate a peer IP address",
	}}
	ds = append(ds, stored("kept and shown; ioslab is no DHCP server: no address comes from it", "peer default ip address dhcp-pool [LINE]")...)
	ds = append(ds,
		&decl{pattern: "peer neighbor-route$PeerNeighborRoute", def: "peer neighbor-route", help: "|Create neighbor route to peer as needed"},
	)
	ds = append(ds, storedMany("kept and shown; the address comes from the pool that `peer default ip address` names", "peer match aaa-pools\npeer pool <backup|static|match> [LINE]\npeer ip address forced")...)
	ds = append(ds, keepaliveLine())
	return append(ds, storedOn(whyQoS, "fair-queue [(1-4096)] [(1-4096)] [(0-1000)]")...)
}

func lateInterfaceLines() []*decl {
	ds := []*decl{
		{state: Stored, why: whyDialL2TP, pattern: "pseudowire A.B.C.D$Peer (1-4294967295)$VCID {encapsulation <l2tpv2|l2tpv3|mpls>$Encapsulation|pw-class WORD$Class}", into: "Pseudowire",
			help: "Pseudowire|IP address of the peer|Virtual circuit ID|Encapsulation type|Use L2TPv2|Use L2TPv3|Use MPLS|Pseudowire class to use|Class name"},
		{state: Stored, why: whyQueue, pattern: "hold-queue (0-4096)$HoldQueueIn in", help: "Set hold queue depth|Queue length|Input queue"},
		{state: Stored, why: whyQueue, pattern: "hold-queue (0-4096)$HoldQueueOut out", help: "||Output queue"},
	}
	ds = append(ds, &decl{pattern: "crypto map WORD$CryptoMap", help: "Encryption/Decryption commands|Assign a Crypto Map|Crypto Map tag"})
	ds = append(ds, stored("kept and shown; the map itself is active, redundancy is not", "crypto map WORD redundancy WORD [stateful]")...)
	ds = append(ds,
		&decl{state: Stored, why: whyOwnIPsec, pattern: "crypto ipsec df-bit <clear|copy|set>$DFBit", help: "|Set IPSec parameters|Handling of encapsulated DF bit.|Clear DF bit in outer header|Copy DF bit from inner header|Set DF bit in outer header"},
		&decl{state: Stored, why: whyOwnIPsec, pattern: "crypto ipsec fragmentation <before-encryption|after-encryption>$Fragmentation", help: "||Handling of fragmentation of near-MTU sized packets|Perform fragmentation before encryption|Perform fragmentation after encryption"})
	return append(ds, storedMany(whyEzvpn, "crypto ipsec client ezvpn WORD [<inside|outside>]")...)
}
