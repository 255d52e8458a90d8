package ppp

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ppp"
)

// establish begins the network phase (RFC 1661, 3.6).
func (l *Link) establish(now clock.Instant) {
	if l.id.Direction == Callout {
		l.setPhase(now, PhaseEstablishing, FinishLCP)
	}
	l.setPhase(now, PhaseUp, NoDetail)
	if t := l.cfg.NCPTimeout; t > 0 {
		l.times.ncp = now.Add(t)
	}
	for _, proto := range l.ncps() {
		if f := l.ncp(proto); f != nil {
			f.fire(now, Up)
			f.fire(now, OpenTrigger)
		}
	}
	l.processPending(now)
}

// ncps are the network protocols to ask for, in order.
func (l *Link) ncps() []ppp.Protocol {
	if n := l.cfg.Personality.NCPs; n != nil {
		return n
	}
	return []ppp.Protocol{ppp.IPCP}
}

// ncp finds the automaton of a network protocol, making a probe for one that has none.
func (l *Link) ncp(proto ppp.Protocol) *fsm {
	if proto == ppp.IPCP {
		if l.cfg.IPCP.Disabled {
			return nil
		}
		return &l.ipcp.fsm
	}
	for _, p := range l.probes {
		if p.proto == proto {
			return &p.fsm
		}
	}
	p := newProbe(l, proto)
	l.probes = append(l.probes, p)
	return &p.fsm
}

// stopNCPs takes the lower layer away from all of them. They go back to
// Initial, so that a new network phase opens them afresh.
func (l *Link) stopNCPs(now clock.Instant) {
	l.times.ncp = clock.Never
	l.ipcp.stop(now)
	for _, p := range l.probes {
		p.stop(now)
	}
}

func (f *fsm) stop(now clock.Instant) {
	if f.state != Initial {
		f.fire(now, DownTrigger)
		f.fire(now, CloseTrigger)
	}
}

// rejectedByPeer: the peer does not speak a network protocol.
func (l *Link) rejectedByPeer(now clock.Instant, proto ppp.Protocol) {
	if proto == ppp.IPCP {
		l.ipcp.fire(now, RXJMinus)
		return
	}
	for _, p := range l.probes {
		if p.proto == proto {
			p.fire(now, RXJMinus)
		}
	}
}

// ncpGone: IPCP came to an end by itself. A client that wanted nothing else
// hangs up; a router leaves that to its timers and to the peer.
func (l *Link) ncpGone(now clock.Instant) {
	if l.phase == PhaseUp && l.cfg.Personality.HangUp {
		l.Close(now, NCPFailed)
	}
}
