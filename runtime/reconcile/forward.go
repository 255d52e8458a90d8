package reconcile

import (
	"net/netip"
	"slices"
	"time"

	"ioslab/parser/config"
	"ioslab/runtime/forward"
	"ioslab/runtime/wire/ether"
)

// Port says which port of the node an Ethernet interface has, and its burnt-in address.
type Port struct {
	Number int
	MAC    ether.Addr
}

// Forward returns the forwarding plane's part of c. port gives an Ethernet
// interface its port and address.
func Forward(c *config.Config, port func(config.InterfaceName) Port) forward.Config {
	f := forward.Config{
		Routing:       c.IP.Routing.Or(true),
		FastSwitching: c.IP.CEF.Or(true),
		SourceRoute:   c.IP.SourceRoute.Or(true),
		Lists:         accessLists(c),
		Routes:        staticRoutes(c),
	}
	if gw, ok := c.IP.DefaultGateway.Get(); ok {
		f.DefaultGateway = gw
	}
	for i := range c.Interfaces.All() {
		if fi, ok := planeInterface(c, i, port); ok {
			f.Interfaces = append(f.Interfaces, fi)
		}
	}
	return f
}

// planeInterface returns false for an interface that the plane has no part in:
// one whose kind ioslab only stores.
func planeInterface(c *config.Config, i *config.Interface, port func(config.InterfaceName) Port) (forward.Interface, bool) {
	f := InterfaceOptions(c, i)
	f.Name = string(i.Name)
	switch i.Name.Kind() {
	case config.KindEthernet, config.KindFastEthernet, config.KindGigabitEthernet, config.KindTenGigabit:
		if i.Name.IsSub() {
			return f, false
		}
		p := port(i.Name)
		f.Kind, f.Port, f.MAC = forward.Ethernet, p.Number, p.MAC
		if m, ok := i.MACAddress.Get(); ok {
			f.MAC = ether.Addr(m)
		}
	case config.KindLoopback:
		f.Kind = forward.Loopback
	case config.KindNull:
		f.Kind = forward.Null
	case config.KindVirtualTemplate:
		f.Kind = forward.Template
	case config.KindTunnel, config.KindBVI, config.KindPortChannel, config.KindVlan, config.KindVif:
		return f, false
	default:
		f.Kind = forward.Serial
	}
	return f, true
}

// InterfaceOptions returns what an interface block says for the plane, without
// name, kind and hardware: a Virtual-Access takes it over from its template.
func InterfaceOptions(c *config.Config, i *config.Interface) forward.Interface {
	f := forward.Interface{
		MTU:               i.MTU.Or(0),
		IPMTU:             i.IPMTU.Or(0),
		Unnumbered:        string(i.Unnumbered.Value),
		Shutdown:          i.AdminDown(),
		AccessIn:          i.AccessGroupIn.Value,
		AccessOut:         i.AccessGroupOut.Value,
		NoProxyARP:        !i.IP.ProxyARP.Or(true),
		NoRedirects:       !i.IP.Redirects.Or(true),
		NoUnreachables:    !i.IP.Unreachables.Or(true),
		DirectedBroadcast: i.IP.DirectedBroadcast.Or(false),
		Crypto:            i.CryptoMap.Set,
		AdjustMSS:         i.AdjustMSS.Or(0),
		ARPTimeout:        time.Duration(i.ARPTimeout.Or(0)) * time.Second,
		LoadInterval:      time.Duration(i.LoadInterval.Or(0)) * time.Second,
	}
	if a, ok := i.Address.Get(); ok && a.Mode == "" {
		if p, ok := a.Mask.Prefix(a.Addr); ok {
			f.Address = p
		}
	}
	for s := range i.Secondary.All() {
		if p, ok := s.Mask.Prefix(s.Addr); ok {
			f.Secondary = append(f.Secondary, p)
		}
	}
	return f
}

// AddressOf returns the IPv4 address that the named interface uses, its own or
// the one it borrows.
func AddressOf(c *config.Config, name config.InterfaceName) netip.Addr {
	// An unnumbered interface borrows from a numbered one; one more step is
	// allowed for configurations that chain them, more would be a loop.
	for range 3 {
		i := c.Interfaces.Get(string(name))
		if i == nil {
			return netip.Addr{}
		}
		if a, ok := i.Address.Get(); ok && a.Mode == "" {
			return a.Addr
		}
		if !i.Unnumbered.Set {
			return netip.Addr{}
		}
		name = i.Unnumbered.Value
	}
	return netip.Addr{}
}

func staticRoutes(c *config.Config) []forward.StaticRoute {
	var out []forward.StaticRoute
	for r := range c.Routes.All() {
		p, ok := r.Mask.Prefix(r.Dest)
		if !ok || r.VRF != "" {
			continue
		}
		out = append(out, forward.StaticRoute{
			Prefix: p.Masked(), NextHop: r.Via, Interface: string(r.Interface),
			Distance: r.Distance.Or(1), Permanent: r.Permanent,
		})
	}
	return out
}

func accessLists(c *config.Config) []forward.AccessList {
	var out []forward.AccessList
	for l := range c.ACLs.All() {
		fl := forward.AccessList{Name: l.Name, Extended: l.Extended}
		for e := range l.Entries.All() {
			if !e.Remark.Set && e.Action != "" {
				fl.Entries = append(fl.Entries, accessEntry(e))
			}
		}
		out = append(out, fl)
	}
	return out
}

func accessEntry(e *config.ACE) forward.AccessEntry {
	return forward.AccessEntry{
		Sequence:        e.Seq,
		Permit:          e.Action == config.Permit,
		Protocol:        e.Protocol.Or(0),
		Source:          wildcard(e.Src),
		Destination:     wildcard(e.Dst),
		SourcePort:      ports(e.SrcPort),
		DestinationPort: ports(e.DstPort),
		ICMP: forward.ICMPMatch{
			HasType: e.ICMPType.Set, Type: e.ICMPType.Value,
			HasCode: e.ICMPCode.Set, Code: e.ICMPCode.Value,
		},
		Established: e.Established,
		TCPFlags:    tcpFlags(e.TCPFlags),
		Fragments:   e.Fragments,
		TOS:         value(e.TOS),
		Precedence:  value(e.Precedence),
		DSCP:        value(e.DSCP),
		Log:         e.Log,
		LogInput:    e.LogInput,
	}
}

func wildcard(a config.ACLAddress) forward.Wildcard {
	switch {
	case a.Host.IsValid():
		return forward.Wildcard{Addr: a.Host}
	case a.Net.IsValid():
		return forward.Wildcard{Addr: a.Net, Wild: uint32(a.Wildcard)}
	}
	return forward.Wildcard{}
}

var portOps = map[string]forward.PortOp{
	"eq": forward.PortEq, "neq": forward.PortNeq, "lt": forward.PortLt, "gt": forward.PortGt, "range": forward.PortRange,
}

func ports(o config.Opt[config.PortMatch]) forward.PortMatch {
	if !o.Set {
		return forward.PortMatch{}
	}
	m := forward.PortMatch{Op: portOps[o.Value.Op]}
	m.N = uint8(copy(m.Ports[:], o.Value.Ports))
	return m
}

var tcpFlagBits = map[string]uint8{"fin": 1, "syn": 2, "rst": 4, "psh": 8, "ack": 16, "urg": 32}

func tcpFlags(names []string) forward.FlagMatch {
	var m forward.FlagMatch
	for _, n := range names {
		m.Set |= tcpFlagBits[n]
	}
	return m
}

func value(o config.Opt[uint8]) forward.ValueMatch {
	return forward.ValueMatch{On: o.Set, Value: o.Value}
}

// LinkedPorts adds to c the Ethernet interfaces that the box has ports for and
// the configuration does not name: hardware always stands in an IOS
// configuration, without an address and shut down.
func LinkedPorts(c *config.Config, names []config.InterfaceName) *config.Config {
	var missing []config.InterfaceName
	for _, n := range names {
		if c.Interfaces.Get(string(n)) == nil && !slices.Contains(missing, n) {
			missing = append(missing, n)
		}
	}
	if len(missing) == 0 {
		return c
	}
	d := config.Begin(c)
	for _, n := range missing {
		d.Config().Interfaces.Insert(d, &config.Interface{Name: n, Shutdown: config.Some(true)})
	}
	return d.Commit()
}
