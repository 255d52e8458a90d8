package ppp

import (
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ppp"
)

// ipcp is the IP Control Protocol of one link (RFC 1332, RFC 1877).
type ipcp struct {
	fsm
	want  []uint8
	local netip.Addr // asked for; unspecified asks the peer
	names [4]netip.Addr

	asked     bool       // the peer's address was authorized
	assigned  netip.Addr // what the peer is to have; invalid when it may choose
	pool      string     // where assigned came from
	peer      netip.Addr // what the peer has
	routed    bool       // IPUp was told with a route
	told      bool       // IPUp was told, IPDown not yet
	toldLocal netip.Addr // with these
	toldPeer  netip.Addr
	leaving   bool // down was seen: IPDown is due
}

// nameOptions are the name server options in the order of ipcp.names.
var nameOptions = [4]uint8{ppp.IPCPPrimaryDNS, ppp.IPCPSecondaryDNS, ppp.IPCPPrimaryWINS, ppp.IPCPSecondaryWINS}

func nameIndex(typ uint8) int {
	for i, t := range nameOptions {
		if t == typ {
			return i
		}
	}
	return -1
}

func (c *ipcp) init(l *Link) { c.fsm.init(l, ppp.IPCP, c) }

func (c *ipcp) packet(now clock.Instant, info []byte) { c.fsm.packet(now, info) }

// packet takes one packet of a network control protocol.
func (f *fsm) packet(now clock.Instant, info []byte) {
	var p ppp.Packet
	if err := p.Parse(info); err != nil {
		f.l.drop(DropPacket, f.proto)
		return
	}
	raw := info[:p.Len()]
	if f.receive(now, &p, raw) {
		return
	}
	f.answer = reply{id: p.ID, raw: raw}
	f.l.tellControl(f, &p, false)
	f.fire(now, RUC)
	f.answer = reply{}
}

func (c *ipcp) reset(clock.Instant) {
	cfg := &c.l.cfg.IPCP
	c.want = append(c.want[:0], cfg.Request...)
	c.local = cfg.Local
	if cfg.Negotiated || !c.local.Is4() {
		c.local = netip.IPv4Unspecified()
	}
	for i := range c.names {
		c.names[i] = netip.IPv4Unspecified()
	}
	c.peer = netip.Addr{}
}

func (c *ipcp) request() []ppp.Option {
	opts := make([]ppp.Option, 0, len(c.want))
	for _, typ := range c.want {
		if i := nameIndex(typ); i >= 0 {
			opts = append(opts, ppp.AddrOption(typ, c.names[i]))
		} else if typ == ppp.IPCPAddress && (c.l.cfg.IPCP.Negotiated || !c.local.IsUnspecified()) {
			opts = append(opts, ppp.AddrOption(typ, c.local))
		}
	}
	return opts
}

func (c *ipcp) confirmed() {}

// naked takes the peer's better values. An address of our own is not given up
// for another one (it stays as configured, and is asked for again).
func (c *ipcp) naked(_ clock.Instant, opts []ppp.Option) {
	for _, o := range opts {
		a, ok := o.Addr()
		if !ok {
			continue
		}
		if i := nameIndex(o.Type); i >= 0 {
			c.names[i] = a
		} else if o.Type == ppp.IPCPAddress && c.l.cfg.IPCP.Negotiated {
			c.local = a
		}
	}
}

func (c *ipcp) rejected(_ clock.Instant, opts []ppp.Option) {
	for _, o := range opts {
		for i, t := range c.want {
			if t == o.Type {
				c.want = append(c.want[:i], c.want[i+1:]...)
				break
			}
		}
	}
}

// judge decides about the peer's options.
func (c *ipcp) judge(now clock.Instant, opts []ppp.Option) (ppp.Code, []ppp.Option) {
	if !c.authorize(opts) {
		return 0, nil
	}
	var a answers
	for i, o := range opts {
		r, better := refuse, o
		if indexOf(opts[:i], o.Type) < 0 {
			r, better = c.rule(o)
		}
		a.add(r, o, better)
	}
	if c.assigned.Is4() && indexOf(opts, ppp.IPCPAddress) < 0 && c.naks < c.l.cfg.LCP.MaxFailure {
		// RFC 1661, 5.3: an option that is wanted is appended to the Nak.
		a.naks = append(a.naks, ppp.AddrOption(ppp.IPCPAddress, c.assigned))
	}
	return a.result(opts)
}

func (c *ipcp) rule(o ppp.Option) (ruling, ppp.Option) {
	if o.Type == ppp.IPCPAddress {
		return c.ruleAddress(o)
	}
	i := nameIndex(o.Type)
	if i < 0 { // VJ compression, IP-Addresses, Mobile-IPv4 and the unknown
		return refuse, o
	}
	cfg := &c.l.cfg.IPCP
	offer := [4]netip.Addr{cfg.DNS[0], cfg.DNS[1], cfg.WINS[0], cfg.WINS[1]}[i]
	if !offer.Is4() {
		return refuse, o
	}
	return matches(o, offer)
}

// matches accepts exactly the wanted address.
func matches(o ppp.Option, want netip.Addr) (ruling, ppp.Option) {
	if a, ok := o.Addr(); ok && a == want {
		return accept, o
	}
	return suggest, ppp.AddrOption(o.Type, want)
}

func (c *ipcp) ruleAddress(o ppp.Option) (ruling, ppp.Option) {
	if c.assigned.Is4() {
		return matches(o, c.assigned)
	}
	if a, ok := o.Addr(); ok && !a.IsUnspecified() && a != c.local {
		return accept, o
	}
	return refuse, o // nothing to give
}

// authorize finds, once in a link's life, the address that the peer is to
// have. It reports false when there should be one and none is left.
func (c *ipcp) authorize(opts []ppp.Option) bool {
	l, cfg := c.l, &c.l.cfg.IPCP
	if c.asked || !cfg.PeerAddr.Is4() && len(cfg.Pools) == 0 && !l.ver.address.Is4() && len(l.ver.pools) == 0 {
		return true
	}
	her := netip.IPv4Unspecified()
	if i := indexOf(opts, ppp.IPCPAddress); i >= 0 {
		if a, ok := opts[i].Addr(); ok {
			her = a
		}
	}
	fixed := cfg.PeerAddr
	if l.ver.address.Is4() {
		fixed = l.ver.address
	}
	want := netip.IPv4Unspecified()
	if fixed.Is4() {
		want = fixed
	}
	l.emit(AddressAuthor{l.id.Name, false, her, want})
	l.emit(AddressAuthor{l.id.Name, true, her, want})
	if fixed.Is4() {
		c.asked, c.assigned = true, fixed
		return true
	}
	return c.borrow(her)
}

// borrow asks the pools in order.
func (c *ipcp) borrow(her netip.Addr) bool {
	l := c.l
	pools := l.cfg.IPCP.Pools
	if len(l.ver.pools) > 0 {
		pools = l.ver.pools
	}
	if her.IsUnspecified() {
		her = netip.Addr{}
	}
	for _, name := range pools {
		if l.deps.Pool == nil {
			break
		}
		if a, ok := l.deps.Pool.Take(name, l.ver.user, l.id.Name, her); ok {
			c.asked, c.assigned, c.pool = true, a, name
			l.emit(PoolReturned{l.id.Name, a})
			return true
		}
	}
	l.emit(PoolEmpty{l.id.Name})
	return false
}

// release gives a borrowed address back, once.
func (c *ipcp) release() {
	if c.pool != "" {
		c.l.deps.Pool.Give(c.pool, c.assigned)
	}
	c.pool, c.asked, c.assigned = "", false, netip.Addr{}
}

func (c *ipcp) granted(opts []ppp.Option) {
	c.peer = netip.Addr{}
	if i := indexOf(opts, ppp.IPCPAddress); i >= 0 {
		c.peer, _ = opts[i].Addr()
	}
}

func (c *ipcp) up(now clock.Instant) {
	l := c.l
	l.emit(LayerOpen{l.id.Name, ppp.IPCP})
	if l.cfg.IPCP.Negotiated && c.local.IsUnspecified() {
		l.Close(now, NCPFailed) // the peer had no address for us
		return
	}
	l.times.up(now)
	c.routed = c.peer.Is4() && !l.cfg.IPCP.NoNeighborRoute
	c.told, c.toldPeer, c.toldLocal = true, c.peer, c.local
	l.put(IPUp{Local: c.local, Peer: c.peer, DNS: [2]netip.Addr{c.names[0], c.names[1]},
		WINS: [2]netip.Addr{c.names[2], c.names[3]}, MTU: min(l.lcp.peerMRU, l.cfg.LCP.MTU), Route: c.routed, User: l.ver.user})
	if c.routed {
		l.emit(RouteInstalled{l.id.Name, c.peer})
	}
}

// down only notes that the route is to go: IOS removes it a line later.
func (c *ipcp) down(now clock.Instant, cause Trigger) {
	c.leaving = c.told
	if cause != DownTrigger { // the peer renegotiates or ends IPCP alone
		c.removeRoute()
	}
}

// removeRoute tells IPDown, once for each IPUp.
func (c *ipcp) removeRoute() {
	if !c.leaving {
		return
	}
	c.leaving, c.told = false, false
	if c.routed {
		c.l.emit(RouteRemoved{c.l.id.Name, c.toldPeer})
	}
	c.l.put(IPDown{Local: c.toldLocal, Peer: c.toldPeer})
}

func (c *ipcp) finished(now clock.Instant) {
	if c.state == Stopped {
		c.l.ncpGone(now)
	}
}

func (c *ipcp) entered(clock.Instant, State) {}
