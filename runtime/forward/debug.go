package forward

import (
	"ioslab/runtime/event"
	"ioslab/runtime/wire/ip"
)

// packetDebug is what DebugPackets asked for.
type packetDebug struct {
	on, detail bool
	list       string
}

// DebugPackets turns the events of debug ip packet on or off, filtered by an
// access list ("" for all packets), with the transport line when detail is set.
func (p *Plane) DebugPackets(on bool, list string, detail bool) {
	p.debug = packetDebug{on: on, detail: detail, list: list}
}

// step tells debug ip packet of one step of a packet's way. With FastSwitching, steps of
// transit packets that the fast path takes are not told.
func (p *Plane) step(a PacketAction, in, out *iface, hop uint32, h ip.Header, code int) {
	if !p.debug.on || !p.deps.Sink.Wants(event.IPPacket) || a == StepForward && p.cfg.FastSwitching {
		return
	}
	f := flowOf(h)
	if p.debug.list != "" {
		if permit, _ := p.lists[p.debug.list].Match(&f); !permit {
			return
		}
	}
	p.deps.Sink.Emit(p.packetStep(a, in, out, hop, h, f, code))
}

func (p *Plane) packetStep(a PacketAction, in, out *iface, hop uint32, h ip.Header, f Flow, code int) PacketStep {
	e := PacketStep{Step: a, Flow: f, Length: len(h), Code: code, Detail: p.debug.detail}
	if in != nil {
		e.In = in.cfg.Name
	}
	if out != nil {
		e.Out = out.cfg.Name
	}
	if hop != 0 && hop != h.Destination4() {
		e.Gateway = ip.Addr(hop)
	}
	if e.Detail && f.Protocol == ip.ProtoTCP && !f.Fragment {
		if t, err := ip.ParseTCP(h.Payload()); err == nil {
			e.Seq, e.Ack, e.Window = t.Seq(), t.Ack(), t.Window()
		}
	}
	return e
}

func (p *Plane) stepDenied(in, out *iface, h ip.Header) { p.step(StepAccessDenied, in, out, 0, h, 0) }
