package ppp

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ppp"
)

// ruling is the fate of one option of the peer's.
type ruling uint8

const (
	accept ruling = iota
	suggest
	refuse
)

// sort puts rulings into an answer. RFC 1661, 5.4: what is refused is told
// alone and first; better values follow in the next round.
type answers struct{ naks, rejects []ppp.Option }

func (a *answers) add(r ruling, asked, better ppp.Option) {
	switch r {
	case accept:
	case suggest:
		a.naks = append(a.naks, better)
	case refuse:
		a.rejects = append(a.rejects, asked)
	}
}

func (a *answers) result(opts []ppp.Option) (ppp.Code, []ppp.Option) {
	switch {
	case len(a.rejects) > 0:
		return ppp.ConfRej, a.rejects
	case len(a.naks) > 0:
		return ppp.ConfNak, a.naks
	}
	return ppp.ConfAck, opts
}

// judge decides about the peer's LCP options.
func (c *lcp) judge(now clock.Instant, opts []ppp.Option) (ppp.Code, []ppp.Option) {
	var a answers
	for i, o := range opts {
		if indexOf(opts[:i], o.Type) >= 0 {
			a.add(refuse, o, o) // RFC 1661, 6: none of them may be listed twice
			continue
		}
		r, better := c.rule(now, o)
		a.add(r, o, better)
	}
	return a.result(opts)
}

func (c *lcp) rule(now clock.Instant, o ppp.Option) (ruling, ppp.Option) {
	switch o.Type {
	case ppp.LCPMRU:
		return c.ruleMRU(o)
	case ppp.LCPACCM:
		return c.ruleACCM(o)
	case ppp.LCPAuth:
		return c.ruleAuth(o)
	case ppp.LCPMagic:
		return c.ruleMagic(now, o)
	case ppp.LCPPFC:
		return ruleFlag(o, c.l.cfg.LCP.PFC), o
	case ppp.LCPACFC:
		return ruleFlag(o, c.l.cfg.LCP.ACFC), o
	default: // callback, multilink, quality monitoring and what nobody here knows
		return refuse, o
	}
}

// ruleMRU: variant N of shared/reference/ppp-aaa-debug.md 3 suggests our MTU
// for a smaller value; a value no control packet fits is never taken.
func (c *lcp) ruleMRU(o ppp.Option) (ruling, ppp.Option) {
	cfg := &c.l.cfg.LCP
	v, ok := o.Uint16()
	switch {
	case !ok || v < ppp.MinMRU, cfg.NakSmallMRU && v < cfg.MTU:
		return suggest, ppp.Uint16Option(o.Type, max(cfg.MTU, ppp.MinMRU))
	}
	return accept, o
}

func (c *lcp) ruleACCM(o ppp.Option) (ruling, ppp.Option) {
	switch _, ok := o.Uint32(); {
	case c.l.cfg.LCP.RejectACCM:
		return refuse, o
	case !ok:
		return suggest, ppp.Uint32Option(o.Type, 0)
	}
	return accept, o
}

// ruleAuth: the peer wants us to authenticate ourselves.
func (c *lcp) ruleAuth(o ppp.Option) (ruling, ppp.Option) {
	mine := c.l.cfg.Self.Protocols
	if len(mine) == 0 {
		return refuse, o
	}
	if a, ok := ppp.AuthProtoOf(o); ok {
		for _, m := range mine {
			if m == a {
				return accept, o
			}
		}
	}
	return suggest, mine[0].Option()
}

// ruleMagic: equal numbers on both ends mean a looped line, or one case in
// four thousand million (RFC 1661, 6.4).
func (c *lcp) ruleMagic(now clock.Instant, o ppp.Option) (ruling, ppp.Option) {
	v, ok := o.Uint32()
	if ok && v != 0 && (v != c.magic || c.state < ReqSent) {
		return accept, o
	}
	if ok && v != 0 {
		c.l.emit(LoopSuspected{c.l.id.Name, c.loops})
	}
	return suggest, ppp.Uint32Option(o.Type, c.l.randomMagic())
}

func ruleFlag(o ppp.Option, r Remote) ruling {
	if len(o.Data) != 0 || r == Reject {
		return refuse
	}
	return accept
}
