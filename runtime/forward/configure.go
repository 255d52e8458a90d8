package forward

import (
	"net/netip"
	"slices"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
)

// Configure brings the plane to cfg. Interfaces made with AddVirtual stay; an interface
// that keeps its name, kind and port keeps counters, ARP cache and index.
// The same value twice changes nothing.
func (p *Plane) Configure(now clock.Instant, cfg Config) {
	old := p.cfg
	p.cfg = cfg
	p.cfg.Interfaces = nil // each iface has its own
	p.cfg.Routes = slices.Clone(cfg.Routes)
	p.cfg.ARP = slices.Clone(cfg.ARP)
	p.cfg.Lists = nil
	p.cfg.ARPHold = min(max(cfg.ARPHold, 0), MaxARPHold)
	p.limit.configure(cfg.UnreachableInterval)

	p.configureLists(cfg.Lists)
	changed := p.configureInterfaces(now, cfg.Interfaces)
	if changed || !slices.Equal(old.Routes, cfg.Routes) || old.Routing != cfg.Routing || old.DefaultGateway != cfg.DefaultGateway {
		p.rebuild()
	}
	p.refreshAll(now)
	if changed || !slices.Equal(old.ARP, cfg.ARP) {
		p.configureARP(now)
	}
}

func (p *Plane) configureLists(lists []AccessList) {
	if len(lists) == 0 && len(p.lists) == 0 {
		return
	}
	old := p.lists
	p.lists = make(map[string]*ACL, len(lists))
	for k := range lists {
		l := &lists[k]
		if a := old[l.Name]; a != nil && a.equal(l) {
			p.lists[l.Name] = a
			continue
		}
		a := Compile(*l)
		a.adopt(old[l.Name])
		p.lists[l.Name] = a
	}
	for _, i := range p.ifaces {
		p.bindLists(i)
	}
}

func (p *Plane) bindLists(i *iface) {
	if i == nil {
		return
	}
	i.accessIn, i.accessOut = p.lists[i.cfg.AccessIn], p.lists[i.cfg.AccessOut]
}

// configureInterfaces removes, changes and adds; it reports whether routes may have changed.
func (p *Plane) configureInterfaces(now clock.Instant, want []Interface) (changed bool) {
	desired := make(map[string]*Interface, len(want))
	for k := range want {
		desired[want[k].Name] = &want[k]
	}
	for _, i := range p.ifaces {
		if i == nil || i.virtual {
			continue
		}
		if d := desired[i.cfg.Name]; d == nil || d.Kind != i.cfg.Kind || d.Port != i.cfg.Port {
			p.remove(now, i)
			changed = true
		}
	}
	for k := range want {
		w := &want[k]
		if i := p.byName[w.Name]; i == nil {
			p.add(now, *w)
			changed = true
		} else if !i.virtual && !sameInterface(&i.cfg, w) {
			p.change(now, i, *w)
			changed = true
		}
	}
	return changed
}

func sameInterface(a, b *Interface) bool {
	if !slices.Equal(a.Secondary, b.Secondary) {
		return false
	}
	return interfaceKey(a) == interfaceKey(b)
}

// comparableInterface is an Interface whose slice was left out.
type comparableInterface struct {
	name, unnumbered, in, out string
	address                   netip.Prefix
	peer                      netip.Addr
	rest                      [14]int64
	mac                       [6]byte
}

func interfaceKey(i *Interface) comparableInterface {
	return comparableInterface{i.Name, i.Unnumbered, i.AccessIn, i.AccessOut, i.Address, i.Peer,
		[14]int64{int64(i.Kind), int64(i.Port), int64(i.MTU), int64(i.IPMTU), flag(i.Shutdown), flag(i.NoProxyARP),
			flag(i.NoRedirects), flag(i.NoUnreachables), flag(i.DirectedBroadcast), flag(i.Crypto), int64(i.AdjustMSS),
			int64(i.ARPTimeout), int64(i.LoadInterval), flag(i.Quiet)}, i.MAC}
}

func flag(b bool) int64 {
	if b {
		return 1
	}
	return 0
}

// add makes an interface; nil when there are too many.
func (p *Plane) add(now clock.Instant, cfg Interface) *iface {
	var index int
	switch {
	case len(p.free) > 0:
		index = p.free[len(p.free)-1]
		p.free = p.free[:len(p.free)-1]
	case len(p.ifaces) >= maxInterfaces:
		return nil
	default:
		index = len(p.ifaces)
		p.ifaces = append(p.ifaces, nil)
	}
	i := newIface(now, index, cfg)
	p.ifaces[index] = i
	p.byName[cfg.Name] = i
	if cfg.Kind == Ethernet && cfg.Port >= 0 && cfg.Port < maxInterfaces {
		for len(p.ports) <= cfg.Port {
			p.ports = append(p.ports, nil)
		}
		p.ports[cfg.Port] = i
	}
	p.bindLists(i)
	return i
}

// change gives an interface another configuration, keeping what it learned unless the addresses moved.
func (p *Plane) change(now clock.Instant, i *iface, cfg Interface) {
	moved := i.cfg.Address != cfg.Address || i.cfg.MAC != cfg.MAC || !slices.Equal(i.cfg.Secondary, cfg.Secondary)
	if i.cfg.LoadInterval != cfg.LoadInterval {
		i.in.decay, i.out.decay = newMeter(now, cfg.LoadInterval).decay, newMeter(now, cfg.LoadInterval).decay
	}
	if moved {
		p.flushNeighbours(i)
	}
	delete(p.byName, i.cfg.Name)
	i.adopt(cfg)
	p.byName[cfg.Name] = i
	p.bindLists(i)
	if moved && i.proto {
		i.src = p.sourceOf(i)
		p.announceAddresses(now, i)
	}
}

// remove takes an interface away.
func (p *Plane) remove(now clock.Instant, i *iface) {
	wasUp := i.proto
	i.link, i.proto = false, false
	p.tellRemoved(now, i, wasUp)
	p.flushNeighbours(i)
	p.announce.Remove(i.index)
	p.asm.flush(i.index, p)
	p.ifaces[i.index] = nil
	p.free = append(p.free, i.index)
	if p.byName[i.cfg.Name] == i {
		delete(p.byName, i.cfg.Name)
	}
	if i.cfg.Kind == Ethernet && i.cfg.Port < len(p.ports) && p.ports[i.cfg.Port] == i {
		p.ports[i.cfg.Port] = nil
	}
}

// tellRemoved tells of an interface that was removed from the configuration: IOS shuts it down.
func (p *Plane) tellRemoved(now clock.Instant, i *iface, wasUp bool) {
	if i.virtual || i.cfg.Quiet {
		return
	}
	if wasUp {
		if i.cfg.Kind != Null {
			p.deps.Sink.Emit(AdminDown{Interface: i.cfg.Name})
			p.deps.Sink.Emit(LineProtocolChanged{Interface: i.cfg.Name})
		}
		p.stateChanged(now, i, false)
	}
}

// refreshAll brings line and line protocol of all interfaces up to date.
func (p *Plane) refreshAll(now clock.Instant) {
	rebuild := false
	for _, i := range p.ifaces {
		if i != nil && p.refresh(now, i) {
			rebuild = true
		}
	}
	if rebuild {
		p.settle(now)
	}
}

// SetCarrier tells that the wire of a port is there or gone.
func (p *Plane) SetCarrier(now clock.Instant, port int, up bool) {
	if p.carrier == nil {
		p.carrier = map[int]bool{}
	}
	if p.carrier[port] == up {
		return
	}
	p.carrier[port] = up
	if i := p.port(port); i != nil {
		if !up && i.link {
			i.traffic.CarrierLost++
		}
		if p.refresh(now, i) {
			p.settle(now)
		}
	}
}

func (p *Plane) port(n int) *iface {
	if n < 0 || n >= len(p.ports) {
		return nil
	}
	return p.ports[n]
}

// AddVirtual makes a PointToPoint interface at run time, line up and line protocol down; output
// takes IP packets for it (ownership passes) and reports whether it sent them. It returns the interface's index.
func (p *Plane) AddVirtual(now clock.Instant, cfg Interface, output func(now clock.Instant, buf *packet.Buffer) bool) (int, error) {
	if p.byName[cfg.Name] != nil {
		return 0, ErrExists
	}
	cfg.Kind = PointToPoint
	i := p.add(now, cfg)
	if i == nil {
		return 0, ErrTooMany
	}
	i.virtual, i.output, i.vlink = true, output, true
	i.src = p.sourceOf(i)
	i.peer = netip.Addr{}
	p.refresh(now, i)
	return i.index, nil
}

// UpdateVirtual replaces the desired state of a virtual interface; Name may change too (cloning).
func (p *Plane) UpdateVirtual(now clock.Instant, index int, cfg Interface) error {
	i := p.virtualAt(index)
	if i == nil {
		return ErrNoInterface
	}
	if other := p.byName[cfg.Name]; other != nil && other != i {
		return ErrExists
	}
	cfg.Kind = PointToPoint
	peer := i.peer
	renumbered := i.cfg.Address != cfg.Address || !slices.Equal(i.cfg.Secondary, cfg.Secondary) ||
		i.cfg.Name != cfg.Name && (p.staticNames(i.cfg.Name) || p.staticNames(cfg.Name))
	p.change(now, i, cfg)
	i.peer = peer
	i.src = p.sourceOf(i)
	if p.refresh(now, i) || renumbered {
		p.rebuild()
	}
	return nil
}

// staticNames reports whether a static route goes by the interface of this name.
func (p *Plane) staticNames(name string) bool {
	return slices.ContainsFunc(p.cfg.Routes, func(s StaticRoute) bool { return s.Interface == name })
}

// SetVirtual sets line and line protocol of a virtual interface and, with peer valid, the host
// route to it, which is there while the line protocol is up.
func (p *Plane) SetVirtual(now clock.Instant, index int, link, protocol bool, peer netip.Addr) error {
	i := p.virtualAt(index)
	if i == nil {
		return ErrNoInterface
	}
	wasUp, wasPeer := i.proto, i.peer
	i.vlink, i.vproto, i.peer = link, protocol, peer
	p.refresh(now, i)
	if wasUp && wasPeer.IsValid() && (!i.proto || wasPeer != peer) {
		p.setPeerRoute(i, wasPeer, false)
	}
	if i.proto && peer.IsValid() && (!wasUp || wasPeer != peer) {
		p.setPeerRoute(i, peer, true)
	} else if wasUp != i.proto && p.staticsNeed(i, peer) {
		p.rebuild()
	}
	return nil
}

// RemoveVirtual removes a virtual interface with its routes.
func (p *Plane) RemoveVirtual(now clock.Instant, index int) {
	i := p.virtualAt(index)
	if i == nil {
		return
	}
	_ = p.SetVirtual(now, index, false, false, netip.Addr{})
	needed := p.staticsNeed(i, netip.Addr{})
	p.remove(now, i)
	if needed {
		p.rebuild()
	}
}

func (p *Plane) virtualAt(index int) *iface {
	if index <= 0 || index >= len(p.ifaces) || p.ifaces[index] == nil || !p.ifaces[index].virtual {
		return nil
	}
	return p.ifaces[index]
}

// Index returns the index of the named interface, 0 for none.
func (p *Plane) Index(name string) int {
	if i := p.byName[name]; i != nil {
		return i.index
	}
	return 0
}

// Name returns the name of the interface with this index (as in Buffer.Ingress), "" for none.
func (p *Plane) Name(index int) string {
	if i := p.at(index); i != nil {
		return i.cfg.Name
	}
	return ""
}

func (p *Plane) at(index int) *iface {
	if index <= 0 || index >= len(p.ifaces) {
		return nil
	}
	return p.ifaces[index]
}
