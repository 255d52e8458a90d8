package conf

import (
	"net/netip"
	"slices"

	"ioslab/parser/config"
)

const whyDHCP = "kept and shown; ioslab has no DHCP server"

// ipSwitchDecls are the switches of IP as a whole.
func ipSwitchDecls() []*decl {
	ds := []*decl{
		{pattern: "ip routing$IP.Routing", def: "ip routing", help: "Global IP configuration subcommands|Enable IP routing"},
		{pattern: "ip subnet-zero$IP.SubnetZero", def: "ip subnet-zero", help: "Global IP configuration subcommands|Allow 'subnet zero' subnets"},
		{pattern: "ip source-route$IP.SourceRoute", def: "ip source-route", help: "Global IP configuration subcommands|Process packets with source routing header options"},
		{pattern: "ip cef$IP.CEF", def: "ip cef", unset: "ip cef", help: "Global IP configuration subcommands|Cisco Express Forwarding"},
		{pattern: "ip default-gateway A.B.C.D$IP.DefaultGateway", help: "Global IP configuration subcommands|Specify default gateway (if not routing IP)|IP address of default gateway"},
	}
	ds = append(ds, storedOn(whySwitch, "ip classless")...)
	ds = append(ds, storedOn(whyService, "ip bootp server\nip finger\nip domain-lookup-source")...)
	ds = append(ds, stored(whySwitch, "ip cef distributed\nip cef [LINE]\nip flow-cache [LINE]\nip multicast-routing [LINE]\nip gratuitous-arps [LINE]\nip icmp rate-limit [LINE]\nip options [LINE]\nip accounting-threshold [LINE]")...)
	return append(ds, storedMany(whyService, "ip tcp [LINE]\nip telnet [LINE]\nip rcmd [LINE]\nip ftp [LINE]\nip tftp [LINE]\nip scp [LINE]\nip ips [LINE]\nip inspect [LINE]\nip admission [LINE]\nip auth-proxy [LINE]\nip urlfilter [LINE]\nip sla [LINE]\nipv6 unicast-routing\nipv6 cef\nipv6 route [LINE]\nipv6 access-list [LINE]")...)
}

// dhcpDecls keep a DHCP server's lines.
func dhcpDecls() []*decl {
	ds := storedMany(whyDHCP, "ip dhcp excluded-address [LINE]\nip dhcp ping [LINE]\nip dhcp database [LINE]\nip dhcp relay [LINE]\nip dhcp conflict [LINE]\nip dhcp use [LINE]\nip dhcp bootp [LINE]")
	return append(ds, storedBlock(whyDHCP, "ip dhcp pool WORD", "dhcp-config", "network default-router dns-server domain-name lease import netbios-name-server netbios-node-type option host hardware-address client-identifier client-name bootfile next-server vrf accounting update"))
}

// domainDecls are names and addresses.
func domainDecls() []*decl {
	ds := []*decl{
		{pattern: "ip domain lookup$IP.DomainLookup", def: "ip domain lookup", help: "Global IP configuration subcommands|IP DNS Resolver|Enable IP Domain Name System hostname translation"},
		{pattern: "ip domain-lookup$IP.DomainLookup", def: "ip domain-lookup", alias: true, hidden: true},
		{pattern: "ip domain name WORD$IP.DomainName", help: "Global IP configuration subcommands|IP DNS Resolver|Define the default domain name|Default domain name"},
		{pattern: "ip domain-name WORD$IP.DomainName", alias: true, hidden: true},
		{pattern: "ip host WORD$Name! A.B.C.D$Addrs...", into: "IP.Hosts", help: "Global IP configuration subcommands|Add an entry to the ip hostname table|Name of host|Host IP address"},
		{pattern: "ip name-server A.B.C.D$Addr...", help: "Global IP configuration subcommands|Specify address of name server to use|Domain server IP address (maximum of 6)",
			apply: applyNameServers, print: func(p *printer, _ any) {
				for n := range p.cfg.IP.NameServers.All() {
					p.line("ip name-server " + n.Addr.String())
				}
			}},
	}
	ds = append(ds, storedMany(whyService, "ip domain list [LINE]\nip domain retry (0-100)\nip domain timeout (1-3600)\nip domain round-robin\nip dns [LINE]")...)
	ds = append(ds,
		&decl{pattern: "ip ssh version (1-2)$IP.SSH.Version"},
		&decl{pattern: "ip ssh time-out (1-120)$IP.SSH.Timeout"},
		&decl{pattern: "ip ssh authentication-retries (0-5)$IP.SSH.Retries"},
		&decl{pattern: "ip ssh source-interface IFNAME$IP.SSH.SourceInterface"})
	return append(ds, storedMany("kept and shown; ioslab has no SSH server yet", "ip ssh [LINE]")...)
}

// maxNameServers is IOS's limit.
const maxNameServers = 6

func applyNameServers(e *edit) error {
	t := &e.cfg.IP.NameServers
	for _, text := range e.args.All("Addr") {
		a, err := netip.ParseAddr(text)
		if err != nil {
			return err
		}
		n := &config.NameServer{Addr: a}
		switch {
		case e.no || e.reset:
			t.Remove(e.d, n.Key())
		case t.Get(n.Key()) == nil && t.Len() >= maxNameServers:
			return refusal("% Name-server table is full; " + text + " not added")
		default:
			t.Insert(e.d, n)
		}
	}
	if (e.no || e.reset) && len(e.args.All("Addr")) == 0 {
		for _, n := range t.List() {
			t.Remove(e.d, n.Key())
		}
	}
	return nil
}

func poolDecls() []*decl {
	ds := []*decl{{
		pattern: "ip local pool WORD$^Name! A.B.C.D$First [A.B.C.D$Last] {group WORD$Group|cache-size (1-254)$CacheSize}", into: "Pools/Ranges",
		help:  "Global IP configuration subcommands|Specify local options|IP Local address pool lists|Create named local address pool|First IP Address of range|Last IP address of range|Create ip local pool group|Group name|Number of free entries to search|Number",
		after: checkPool,
	}}
	return append(ds, stored(whyService, "ip address-pool <dhcp-proxy-client|local>\nip dhcp-server [LINE]")...)
}

// maxPool bounds a pool's range: IOS takes 65,536 addresses.
const maxPool = 65536

// checkPool refuses a range whose end lies before its start, and one that overlaps
// another of its group.
func checkPool(e *edit, elem any) error {
	r, ok := elem.(*config.PoolRange)
	if !ok || e.no || e.reset {
		return nil
	}
	name := e.args.Text("^Name")
	undo := func(text string) error {
		if p := e.cfg.Pools.Edit(e.d, name); p != nil {
			p.Ranges.Remove(e.d, r.Key())
			if p.Ranges.Len() == 0 {
				e.cfg.Pools.Remove(e.d, name)
			}
		}
		return refusal(text)
	}
	first, last := number(r.First), number(r.End())
	if last < first {
		return undo("%Bad IP address range, " + r.First.String() + " - " + r.End().String())
	}
	if last-first >= maxPool {
		return undo("%IP address range too large, " + r.First.String() + " - " + r.End().String())
	}
	for p := range e.cfg.Pools.All() {
		for o := range p.Ranges.All() {
			if o != r && o.Group == r.Group && number(o.First) <= last && first <= number(o.End()) {
				return undo("%IP address range overlaps with pool: " + p.Name)
			}
		}
	}
	return nil
}

func number(a netip.Addr) uint32 {
	b := a.As4()
	return uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])
}

func routeDecls() []*decl {
	nd := storedOn(whySwitch, "ip forward-protocol nd")
	nd[0].shown = true
	return append(nd, []*decl{{
		pattern: "ip route [vrf WORD$VRF]! A.B.C.D$Dest! MASK$Mask! <IFNAME$Interface [A.B.C.D$Via]|A.B.C.D$Via> [(1-255)$Distance] {name WORD$Name|permanent$Permanent|tag (1-4294967295)$Tag|track (1-500)$Track}", into: "Routes",
		help:  "Global IP configuration subcommands|Establish static routes|Configure static route for a VPN Routing/Forwarding instance|VPN Routing/Forwarding instance name|Destination prefix|Destination prefix mask||Forwarding router's address|Forwarding router's address|Distance metric for this route|Specify name of the next hop|Name of the next hop|permanent route|Set tag for this route|Tag value|Install route depending on tracked item|tracked object number",
		after: checkRoute,
	}}...)
}

func checkRoute(e *edit, elem any) error {
	r, ok := elem.(*config.Route)
	if !ok || e.no || e.reset {
		return nil
	}
	if _, whole := r.Mask.Bits(); !whole || number(r.Dest)&^uint32(r.Mask) != 0 {
		e.cfg.Routes.Remove(e.d, r.Key())
		return refusal("%Inconsistent address and mask")
	}
	return nil
}

// routingDecls keep what dynamic routing protocols would do.
func routingDecls() []*decl {
	const body = "network area passive-interface redistribute default-information default-metric distance distribute-list router-id auto-summary version neighbor timers maximum-paths log-adjacency-changes summary-address aggregate-address bgp eigrp offset-list variance traffic-share metric synchronization address-family exit-address-family nsf auto-cost capability compatible max-metric area ispf domain-tag prefix-suppression validate-update-source flash-update-threshold input-queue output-delay is-type net metric-style"
	return []*decl{
		storedBlock(whyRouting, "router <ospf|eigrp|bgp> (1-4294967295) [vrf WORD]", "config-router", body),
		storedBlock(whyRouting, "router <rip|odr>", "config-router", body),
		storedBlock(whyRouting, "router isis [WORD]", "config-router", body),
		storedBlock("kept and shown; ioslab does no policy routing", "route-map WORD [<permit|deny>] [(0-65535)]", "config-route-map", "match set description continue"),
	}
}

func httpDecls() []*decl {
	const why = "kept and shown; ioslab has no HTTP server"
	server := func(words string, field func(*config.HTTP) *config.Opt[bool]) *decl {
		return &decl{pattern: words, state: Stored, why: why,
			apply: func(e *edit) error {
				f := field(&e.cfg.IP.HTTP)
				*f = config.Opt[bool]{}
				if !e.no && !e.reset {
					*f = config.Some(true)
				}
				return nil
			},
			print: func(p *printer, _ any) {
				if field(&p.cfg.IP.HTTP).Or(false) {
					p.line(words)
				} else {
					p.line("no " + words)
				}
			}}
	}
	ds := []*decl{
		server("ip http server", func(h *config.HTTP) *config.Opt[bool] { return &h.Server }),
		server("ip http secure-server", func(h *config.HTTP) *config.Opt[bool] { return &h.SecureServer }),
	}
	ds = append(ds, storedMany(why, "ip http [LINE]")...)
	return append(ds, storedMany("kept and shown; ioslab does no address translation: packets keep their addresses", "ip nat [LINE]")...)
}

// lateDecls stand between the access lists and control-plane.
func lateDecls() []*decl {
	ds := slices.Concat(lateLoggingDecls(),
		storedMany(whyRouting, "ip prefix-list LINE\nip as-path [LINE]\nip community-list [LINE]\nip pim [LINE]\nip igmp [LINE]\nip default-network A.B.C.D\nip radius [LINE]\nip tacacs [LINE]"),
		storedMany("kept and shown; ioslab runs no spanning tree, VLANs or discovery protocols", "dialer-list LINE\nspanning-tree [LINE]\nvlan [LINE]\nvtp [LINE]\nlldp [LINE]\nbridge [LINE]\nmac-address-table [LINE]\nerrdisable [LINE]\nport-channel [LINE]"),
		storedMany(whyManage, "snmp-server [LINE]\nrmon [LINE]\ncns [LINE]\nnetconf [LINE]\nmodemcap [LINE]\nchat-script [LINE]"),
		storedMany("kept and shown; there is no RADIUS or TACACS+ client: such servers never answer", "radius-server [LINE]\ntacacs-server [LINE]"),
	)
	ds = append(ds, storedOn("kept and shown; ioslab speaks no CDP", "cdp run")...)
	ds = append(ds, storedMany("kept and shown; ioslab speaks no CDP", "cdp <timer|holdtime|advertise-v2|source-interface> [LINE]")...)
	return append(ds, &decl{pattern: "arp A.B.C.D H.H.H <arpa|snap> [LINE]", state: Stored, many: true, why: "kept and shown; neighbours are always asked for by ARP"})
}
