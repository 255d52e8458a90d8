package ppp

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ppp"
)

// probe is a network protocol that a client's personality asks for and that
// this program does nothing with: it is negotiated honestly, and usually rejected.
type probe struct {
	fsm
	opts []ppp.Option
}

func newProbe(l *Link, proto ppp.Protocol) *probe {
	p := &probe{}
	p.fsm.init(l, proto, p)
	return p
}

func (p *probe) reset(clock.Instant) {
	p.opts = ppp.CloneOptions(p.l.cfg.Personality.Probes[p.proto])
	for i, o := range p.opts {
		if p.proto == ppp.IPV6CP && o.Type == ppp.IPV6CPInterfaceID && len(o.Data) == 0 {
			id := make([]byte, 8)
			p.l.random(id)
			p.opts[i].Data = id
		}
	}
}

func (p *probe) request() []ppp.Option { return p.opts }

// judge accepts an interface id that differs from ours, and nothing of any other protocol.
func (p *probe) judge(_ clock.Instant, opts []ppp.Option) (ppp.Code, []ppp.Option) {
	var a answers
	for _, o := range opts {
		r := refuse
		if p.proto == ppp.IPV6CP && o.Type == ppp.IPV6CPInterfaceID && len(o.Data) == 8 && !containsOption(p.opts, o) {
			r = accept
		}
		a.add(r, o, o)
	}
	return a.result(opts)
}

func containsOption(opts []ppp.Option, o ppp.Option) bool {
	i := indexOf(opts, o.Type)
	return i >= 0 && opts[i].Equal(o)
}

func (p *probe) naked(_ clock.Instant, opts []ppp.Option) {
	for _, o := range opts {
		if i := indexOf(p.opts, o.Type); i >= 0 {
			p.opts[i].Data = append([]byte(nil), o.Data...)
		}
	}
}

func (p *probe) rejected(_ clock.Instant, opts []ppp.Option) {
	for _, o := range opts {
		if i := indexOf(p.opts, o.Type); i >= 0 {
			p.opts = append(p.opts[:i], p.opts[i+1:]...)
		}
	}
}

func (p *probe) granted([]ppp.Option)         {}
func (p *probe) confirmed()                   {}
func (p *probe) up(clock.Instant)             {}
func (p *probe) down(clock.Instant, Trigger)  {}
func (p *probe) finished(clock.Instant)       {}
func (p *probe) entered(clock.Instant, State) {}
