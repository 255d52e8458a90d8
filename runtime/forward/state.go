package forward

import "ioslab/runtime/clock"

// refresh brings line and line protocol of i to what they ought to be, tells of
// it, and reports whether the line protocol changed: then routes have, and settle is due.
func (p *Plane) refresh(now clock.Instant, i *iface) bool {
	link, proto := i.wanted(p.carrier[i.cfg.Port])
	wasLink, wasProto := i.link, i.proto
	shut := i.cfg.Shutdown != i.shutTold && i.cfg.Kind != Template && i.cfg.Kind != Null
	if link == wasLink && proto == wasProto && !shut {
		return false
	}
	i.link, i.proto = link, proto
	if i.virtual {
		p.tellVirtual(now, i, wasLink)
	} else {
		p.tellPort(now, i, wasLink, shut)
	}
	if proto == wasProto {
		return false
	}
	if !proto {
		p.flushNeighbours(i)
	}
	i.greet = proto
	p.stateChanged(now, i, proto)
	return true
}

// settle makes the routes anew and greets the neighbours of interfaces that came up.
func (p *Plane) settle(now clock.Instant) {
	p.rebuild()
	for _, i := range p.ifaces {
		if i != nil && i.greet {
			i.greet = false
			p.announceAddresses(now, i)
		}
	}
}

func (p *Plane) stateChanged(now clock.Instant, i *iface, up bool) {
	if p.deps.StateChanged != nil {
		p.deps.StateChanged(now, i.cfg.Name, up)
	}
}

// tellPort tells of a port or loopback: the line at once, the line protocol a second later.
func (p *Plane) tellPort(now clock.Instant, i *iface, wasLink, shut bool) {
	i.shutTold = i.cfg.Shutdown
	switch {
	case shut && i.cfg.Shutdown:
		p.emit(i, AdminDown{Interface: i.cfg.Name})
	case i.cfg.Kind == Ethernet && (shut || i.link != wasLink):
		p.emit(i, LinkChanged{Interface: i.cfg.Name, Up: i.link})
	}
	p.announce.Set(i.index, now.Add(protocolDelay))
}

// tellVirtual tells of a virtual interface: going down, the line protocol
// first, and only if it had been told to be up.
func (p *Plane) tellVirtual(now clock.Instant, i *iface, wasLink bool) {
	i.shutTold = i.cfg.Shutdown
	if !i.proto && i.protoTold == toldUp {
		i.protoTold = toldDown
		p.emit(i, LineProtocolChanged{Interface: i.cfg.Name})
	}
	if i.link != wasLink {
		p.emit(i, LinkChanged{Interface: i.cfg.Name, Up: i.link})
	}
	if i.proto {
		p.announce.Set(i.index, now.Add(protocolDelay))
	} else {
		p.announce.Remove(i.index)
	}
}

// announceProtocol tells of the line protocol, if it differs from what was told last. An
// interface that was never up is told to be down only when it is shut.
func (p *Plane) announceProtocol(i *iface) {
	if i == nil {
		return
	}
	switch {
	case i.proto && i.protoTold != toldUp:
		i.protoTold = toldUp
	case !i.proto && (i.protoTold == toldUp || i.shutTold && i.protoTold == toldNothing):
		i.protoTold = toldDown
	default:
		return
	}
	p.emit(i, LineProtocolChanged{Interface: i.cfg.Name, Up: i.proto})
}

func (p *Plane) emit(i *iface, e Event) {
	if !i.cfg.Quiet && i.cfg.Kind != Null {
		p.deps.Sink.Emit(e)
	}
}
