package forward

import (
	"net/netip"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

// protocolDelay is how much later than the line IOS tells of the line protocol.
const protocolDelay = time.Second

// iface is one interface.
//
//	Configure / SetCarrier / SetVirtual
//	     │
//	     ▼              LinkChanged or AdminDown
//	 link, proto ───────────────► Sink
//	     │ 1 s later, if still so   LineProtocolChanged
//	     └────────────────────────► Sink
type iface struct {
	index   int
	cfg     Interface
	virtual bool // made by AddVirtual
	output  func(now clock.Instant, buf *packet.Buffer) bool

	// vlink and vproto are what SetVirtual said.
	vlink, vproto bool
	link, proto   bool
	// shutTold and protoTold are what the log was told.
	shutTold  bool
	protoTold announcement
	// greet asks for gratuitous ARP once the routes are rebuilt.
	greet bool

	src     uint32 // address packets from here get: own or borrowed
	subnets []subnet
	peer    netip.Addr
	mtu     int // of IP packets

	accessIn, accessOut *ACL
	arp                 map[uint32]*neighbour
	incomplete          int
	dupTold             clock.Instant
	lastStation         ether.Addr // who sent the frame in hand, for log-input

	in, out   meter
	traffic   Traffic
	lastClear clock.Instant
	lastIn    clock.Instant
	lastOut   clock.Instant
}

type announcement uint8

const (
	toldNothing announcement = iota
	toldUp
	toldDown
)

type subnet struct {
	addr, mask uint32
	bits       int
}

func subnetOf(p netip.Prefix) subnet {
	return subnet{ip.Number(p.Addr()), maskOf(uint8(p.Bits())), p.Bits()}
}

// onLink reports whether addr belongs to one of the interface's subnets.
func (i *iface) onLink(addr uint32) bool {
	for _, s := range i.subnets {
		if (addr^s.addr)&s.mask == 0 {
			return true
		}
	}
	return false
}

func (i *iface) has(addr uint32) bool {
	for _, s := range i.subnets {
		if s.addr == addr {
			return true
		}
	}
	return false
}

// sourceToward returns the address of the subnet that addr is in, the primary otherwise.
func (i *iface) sourceToward(addr uint32) uint32 {
	for _, s := range i.subnets {
		if (addr^s.addr)&s.mask == 0 {
			return s.addr
		}
	}
	return i.src
}

func newIface(now clock.Instant, index int, cfg Interface) *iface {
	i := &iface{index: index, lastClear: clock.Never, lastIn: clock.Never, lastOut: clock.Never, dupTold: clock.Never}
	i.in, i.out = newMeter(now, cfg.LoadInterval), newMeter(now, cfg.LoadInterval)
	i.adopt(cfg)
	return i
}

// adopt derives the fields that follow from the configuration.
func (i *iface) adopt(cfg Interface) {
	i.cfg = cfg
	i.cfg.Secondary = append([]netip.Prefix(nil), cfg.Secondary...)
	i.peer = cfg.Peer
	i.subnets = i.subnets[:0]
	if cfg.Address.IsValid() {
		i.subnets = append(i.subnets, subnetOf(cfg.Address))
	}
	for _, s := range cfg.Secondary {
		i.subnets = append(i.subnets, subnetOf(s))
	}
	i.mtu = cfg.IPMTU
	if i.mtu == 0 {
		i.mtu = i.linkMTU()
	}
	i.mtu = max(i.mtu, ip.MinMTU)
}

func (i *iface) linkMTU() int {
	switch {
	case i.cfg.MTU != 0:
		return i.cfg.MTU
	case i.cfg.Kind == Loopback:
		return 1514
	}
	return 1500
}

// wanted returns the state that the interface ought to be in.
func (i *iface) wanted(carrier bool) (link, proto bool) {
	if i.cfg.Shutdown {
		return false, false
	}
	switch i.cfg.Kind {
	case Ethernet:
		return carrier, carrier
	case Loopback, Null:
		return true, true
	case PointToPoint:
		return i.vlink, i.vlink && i.vproto
	case Template, Serial:
	}
	return false, false
}

// usesIP reports whether the interface takes IP packets at all.
func (i *iface) usesIP() bool { return i.src != 0 || i.cfg.Kind == PointToPoint }

func (i *iface) countIn(now clock.Instant, n int, broadcast bool) {
	i.traffic.InPackets++
	i.traffic.InBytes += uint64(n)
	if broadcast {
		i.traffic.InBroadcasts++
	}
	i.lastIn = now
	i.in.add(now, n)
}

func (i *iface) countOut(now clock.Instant, n int) {
	i.traffic.OutPackets++
	i.traffic.OutBytes += uint64(n)
	i.lastOut = now
	i.out.add(now, n)
}
