package forward

import (
	"slices"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

const (
	// arpTimeout is IOS's four hours.
	arpTimeout = 4 * time.Hour
	// arpRefresh is how long before the end IOS asks the neighbour again, by unicast.
	arpRefresh = time.Minute
	// arpIncomplete is how long an unanswered entry stays.
	arpIncomplete = time.Minute
	// arpInterval is the least time between two requests for one address (RFC 1122, 2.3.2.1 asks for one second).
	arpInterval = time.Second
	// duplicateInterval is the least time between two complaints about a duplicate address.
	duplicateInterval = 30 * time.Second
	// maxNeighbours bounds the entries of one interface, maxIncomplete those of them that nobody answered: a
	// scan of a large subnet must not push out the neighbours that exist.
	maxNeighbours = 16384
	maxIncomplete = 512
)

type neighbourKey struct {
	index int
	addr  uint32
}

// neighbour is an ARP entry.
//
//	          resolve                       answer
//	(none) ────────────► incomplete ───────────────────► resolved ─┐ 4 h - 1 min: unicast request
//	   ▲                     │ 1 min unanswered              │ ▲───┘ answer: lives another 4 h
//	   └─────────────────────┴────────────── 4 h ────────────┘
type neighbour struct {
	mac      ether.Addr
	resolved bool
	static   bool
	learned  clock.Instant
	asked    clock.Instant // last request, -arpInterval before the first
	refresh  bool          // the next timer is the refresh, not the end
	held     []*packet.Buffer
}

// resolve sends a packet to a neighbour that is not known: the packet is lost or held, and the neighbour asked.
func (p *Plane) resolve(now clock.Instant, in, out *iface, hop uint32, buf *packet.Buffer) {
	n := out.arp[hop]
	if n == nil {
		if n = p.openNeighbour(now, out, hop); n == nil {
			p.drop(out, DropARPTableFull, buf)
			return
		}
	}
	p.step(StepEncapsulationFailed, in, out, hop, ip.Header(buf.Bytes()), 0)
	if len(n.held) < p.cfg.ARPHold {
		n.held = append(n.held, buf)
	} else {
		p.drop(out, DropARPUnresolved, buf)
	}
	p.ask(now, out, hop, n)
}

func (p *Plane) openNeighbour(now clock.Instant, out *iface, addr uint32) *neighbour {
	if len(out.arp) >= maxNeighbours || out.incomplete >= maxIncomplete {
		return nil
	}
	n := &neighbour{learned: now, asked: now - clock.Instant(arpInterval)}
	if out.arp == nil {
		out.arp = map[uint32]*neighbour{}
	}
	out.arp[addr] = n
	out.incomplete++
	p.neighbours.Set(neighbourKey{out.index, addr}, now.Add(arpIncomplete))
	if p.deps.Sink.Wants(event.ARP) {
		p.deps.Sink.Emit(ARPIncomplete{Address: ip.Addr(addr), Interface: out.cfg.Name})
	}
	return n
}

// ask broadcasts a request, unless one was sent just before.
func (p *Plane) ask(now clock.Instant, out *iface, addr uint32, n *neighbour) {
	if now.Sub(n.asked) < arpInterval {
		if p.deps.Sink.Wants(event.ARP) {
			p.deps.Sink.Emit(ARPThrottled{Address: ip.Addr(addr)})
		}
		return
	}
	n.asked = now
	p.sendARP(now, out, ether.OpRequest, out.sourceToward(addr), ether.Broadcast, ether.Addr{}, addr)
}

// sendARP sends one ARP packet to the station to.
func (p *Plane) sendARP(now clock.Instant, out *iface, op uint16, sender uint32, to, targetMAC ether.Addr, target uint32) {
	if op == ether.OpRequest {
		p.count.ARPRequestsSent++
	} else {
		p.count.ARPRepliesSent++
	}
	b := packet.Get(ether.ARPLen)
	ether.PutARP(b.Extend(ether.ARPLen), op, out.cfg.MAC, ip.Addr(sender), targetMAC, ip.Addr(target))
	if p.deps.Sink.Wants(event.ARP) {
		p.deps.Sink.Emit(ARPPacket{Sent: true, Op: op, SenderMAC: out.cfg.MAC, Sender: ip.Addr(sender),
			TargetMAC: targetMAC, Target: ip.Addr(target), Interface: out.cfg.Name})
	}
	p.frame(now, out, to, ether.TypeARP, b)
}

// announceAddresses tells the link who we are, by gratuitous ARP.
func (p *Plane) announceAddresses(now clock.Instant, i *iface) {
	if i.cfg.Kind != Ethernet || !i.proto {
		return
	}
	for _, s := range i.subnets {
		p.sendARP(now, i, ether.OpReply, s.addr, ether.Broadcast, ether.Broadcast, s.addr)
	}
}

// inputARP handles an ARP packet (borrowed): RFC 826's algorithm with IOS's checks.
func (p *Plane) inputARP(now clock.Instant, i *iface, b []byte) {
	a, err := ether.ParseARP(b)
	if err != nil || a.Op() != ether.OpRequest && a.Op() != ether.OpReply || a.SenderMAC().IsGroup() {
		p.count.Drops[DropARPMalformed]++
		return
	}
	if a.Op() == ether.OpRequest {
		p.count.ARPRequestsReceived++
	} else {
		p.count.ARPRepliesReceived++
	}
	sender, target := ip.Number(a.Sender()), ip.Number(a.Target())
	if p.deps.Sink.Wants(event.ARP) {
		p.deps.Sink.Emit(ARPPacket{Op: a.Op(), SenderMAC: a.SenderMAC(), Sender: a.Sender(),
			TargetMAC: a.TargetMAC(), Target: a.Target(), Interface: i.cfg.Name})
	}
	switch {
	case i.has(sender):
		p.duplicate(now, i, a, sender)
		return
	case sender == 0 && a.Op() == ether.OpRequest: // RFC 5227 probe: answered, nothing learned
	case !i.onLink(sender) || isGroup(sender):
		p.filterARP(i, a)
		return
	default:
		p.learn(now, i, sender, a.SenderMAC(), a.Op() == ether.OpRequest && i.has(target))
	}
	if a.Op() == ether.OpRequest {
		p.answerARP(now, i, a, sender, target)
	}
}

func (p *Plane) filterARP(i *iface, a ether.ARP) {
	p.count.Drops[DropARPFiltered]++
	if p.deps.Sink.Wants(event.ARP) {
		p.deps.Sink.Emit(ARPFiltered{Op: a.Op(), SenderMAC: a.SenderMAC(), Sender: a.Sender(), Target: a.Target(), Interface: i.cfg.Name})
	}
}

// duplicate complains about, and defends, an address of ours that another station uses.
func (p *Plane) duplicate(now clock.Instant, i *iface, a ether.ARP, addr uint32) {
	if a.SenderMAC() == i.cfg.MAC {
		return // our own words, come back by a loop
	}
	if i.dupTold != clock.Never && now.Sub(i.dupTold) < duplicateInterval {
		return
	}
	i.dupTold = now
	p.deps.Sink.Emit(DuplicateAddress{Address: a.Sender(), Interface: i.cfg.Name, MAC: a.SenderMAC()})
	p.sendARP(now, i, ether.OpReply, addr, ether.Broadcast, ether.Broadcast, addr)
}

// learn updates an entry that exists and, with create, makes a new one.
func (p *Plane) learn(now clock.Instant, i *iface, addr uint32, mac ether.Addr, create bool) {
	n := i.arp[addr]
	switch {
	case n == nil && !create, n == nil && len(i.arp) >= maxNeighbours:
		return
	case n == nil:
		n = &neighbour{}
		if i.arp == nil {
			i.arp = map[uint32]*neighbour{}
		}
		i.arp[addr] = n
	case n.static:
		return
	case !n.resolved:
		i.incomplete--
	}
	n.mac, n.resolved, n.learned, n.refresh = mac, true, now, true
	p.neighbours.Set(neighbourKey{i.index, addr}, now.Add(max(i.arpTimeout()-arpRefresh, i.arpTimeout()/2)))
	held := n.held
	n.held = nil
	for _, b := range held {
		p.frame(now, i, mac, ether.TypeIPv4, b)
	}
}

func (i *iface) arpTimeout() time.Duration {
	if i.cfg.ARPTimeout > 0 {
		return i.cfg.ARPTimeout
	}
	return arpTimeout
}

// answerARP answers for our addresses and, as a proxy, for what we route to elsewhere (RFC 1027).
func (p *Plane) answerARP(now clock.Instant, i *iface, a ether.ARP, sender, target uint32) {
	if !i.has(target) {
		if !p.proxies(i, sender, target) {
			return
		}
		p.count.ARPProxied++
	}
	p.sendARP(now, i, ether.OpReply, target, a.SenderMAC(), a.SenderMAC(), sender)
}

// proxies reports whether to answer for target: routed by another interface, and
// no gratuitous question.
func (p *Plane) proxies(i *iface, sender, target uint32) bool {
	if i.cfg.NoProxyARP || !p.cfg.Routing || sender == 0 || sender == target || isGroup(target) {
		return false
	}
	r, recv := p.fib.lookup(target)
	if recv != nil {
		return recv.receive == receiveLocal && recv.owner != i
	}
	if r == nil {
		return false
	}
	out := r.pick(sender, target).out
	return out != i && out.cfg.Kind != Null && out.cfg.Kind != Loopback
}

// tickNeighbours refreshes entries that grow old and forgets those that are.
func (p *Plane) tickNeighbours(now clock.Instant) {
	for k, ok := p.neighbours.PopDue(now); ok; k, ok = p.neighbours.PopDue(now) {
		i := p.at(k.index)
		if i == nil || i.arp[k.addr] == nil {
			continue
		}
		n := i.arp[k.addr]
		if n.resolved && n.refresh && i.proto {
			n.refresh = false
			p.neighbours.Set(k, n.learned.Add(i.arpTimeout()))
			p.sendARP(now, i, ether.OpRequest, i.sourceToward(k.addr), n.mac, n.mac, k.addr)
			continue
		}
		p.forget(i, k.addr, n)
	}
}

func (p *Plane) forget(i *iface, addr uint32, n *neighbour) {
	for _, b := range n.held {
		p.drop(i, DropARPUnresolved, b)
	}
	if !n.resolved {
		i.incomplete--
	}
	delete(i.arp, addr)
	p.neighbours.Remove(neighbourKey{i.index, addr})
}

// flushNeighbours forgets all that was learned on i.
func (p *Plane) flushNeighbours(i *iface) {
	for _, a := range i.neighbourAddrs() {
		if n := i.arp[a]; !n.static {
			p.forget(i, a, n)
		}
	}
}

func (i *iface) neighbourAddrs() []uint32 {
	as := make([]uint32, 0, len(i.arp))
	for a := range i.arp {
		as = append(as, a)
	}
	slices.Sort(as)
	return as
}

// configureARP puts the static entries on the interfaces whose subnets they belong to.
func (p *Plane) configureARP(now clock.Instant) {
	for _, i := range p.ifaces {
		if i == nil || i.cfg.Kind != Ethernet {
			continue
		}
		for a, n := range i.arp {
			if n.static {
				delete(i.arp, a)
			}
		}
		for _, s := range p.cfg.ARP {
			if a := ip.Number(s.Address); i.onLink(a) && !i.has(a) {
				if n := i.arp[a]; n != nil {
					p.forget(i, a, n)
				}
				if i.arp == nil {
					i.arp = map[uint32]*neighbour{}
				}
				i.arp[a] = &neighbour{mac: s.MAC, resolved: true, static: true, learned: now}
			}
		}
	}
}

// ClearARP forgets and asks again, by unicast, every neighbour in the ARP cache,
// and greets the links (`clear arp-cache`).
func (p *Plane) ClearARP(now clock.Instant) {
	for _, i := range p.ifaces {
		if i == nil {
			continue
		}
		for _, a := range i.neighbourAddrs() {
			n := i.arp[a]
			switch {
			case n.static:
			case !n.resolved:
				p.forget(i, a, n)
			default:
				n.refresh = false
				p.neighbours.Set(neighbourKey{i.index, a}, now.Add(arpIncomplete))
				p.sendARP(now, i, ether.OpRequest, i.sourceToward(a), n.mac, n.mac, a)
			}
		}
		p.announceAddresses(now, i)
	}
}
