package ppp

import (
	"encoding/binary"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ppp"
)

// lcp is the Link Control Protocol of one link: the automaton and the options.
type lcp struct {
	fsm
	want     []uint8 // options still asked for, in order
	mru      uint16
	accm     uint32
	magic    uint32
	endpoint []byte
	auth     ppp.AuthProto // asked of the peer, NoAuth when it has rejected that or need not
	asked    uint8         // index in Auth.Protocols of auth
	loops    int           // times our own magic number came back in a row

	peerMRU           uint16
	peerACCM          uint32
	peerMagic         uint32
	peerPFC, peerACFC bool          // compress what we send
	peerAuth          ppp.AuthProto // what we must authenticate ourselves with
}

func (c *lcp) init(l *Link) {
	c.fsm.init(l, ppp.LCP, c)
	c.peerMRU = ppp.DefaultMRU
}

// packet takes one LCP packet.
func (c *lcp) packet(now clock.Instant, info []byte) {
	var p ppp.Packet
	if err := p.Parse(info); err != nil {
		c.l.drop(DropPacket, ppp.LCP)
		return
	}
	raw := info[:p.Len()]
	if c.fsm.receive(now, &p, raw) {
		return
	}
	c.answer = reply{id: p.ID, raw: raw}
	switch p.Code {
	case ppp.ProtRej:
		c.protocolReject(now, &p)
	case ppp.EchoReq, ppp.EchoRep, ppp.DiscReq, ppp.Identify, ppp.TimeRemaining:
		c.magicPacket(now, &p)
	default:
		c.l.tellControl(&c.fsm, &p, false)
		c.fire(now, RUC)
	}
	c.answer = reply{}
}

// needAuth is what the peer must be asked for, in order.
func (c *lcp) needAuth() []ppp.AuthProto {
	if c.l.cfg.Auth.Callin && c.l.id.Direction == Callout {
		return nil
	}
	return c.l.cfg.Auth.Protocols
}

func (c *lcp) reset(clock.Instant) {
	cfg := &c.l.cfg.LCP
	c.want = append(c.want[:0], cfg.Request...)
	c.mru, c.accm, c.endpoint = cfg.MRU, cfg.ACCM, cfg.Endpoint
	if c.mru == 0 {
		c.mru = cfg.MTU
	}
	c.magic = c.l.randomMagic()
	c.auth, c.asked = ppp.NoAuth, 0
	if need := c.needAuth(); len(need) > 0 {
		c.auth = need[0]
	}
	c.peerDefaults()
}

// peerDefaults are the values of options that the peer does not ask for.
func (c *lcp) peerDefaults() {
	c.peerMRU, c.peerACCM, c.peerMagic = ppp.DefaultMRU, 0xffffffff, 0
	c.peerPFC, c.peerACFC, c.peerAuth = false, false, ppp.NoAuth
}

func (c *lcp) request() []ppp.Option {
	opts := make([]ppp.Option, 0, len(c.want))
	for _, typ := range c.want {
		if o, ok := c.option(typ); ok {
			opts = append(opts, o)
		}
	}
	return opts
}

func (c *lcp) option(typ uint8) (o ppp.Option, ok bool) {
	switch typ {
	case ppp.LCPMRU:
		return ppp.Uint16Option(typ, c.mru), true
	case ppp.LCPACCM:
		return ppp.Uint32Option(typ, c.accm), true
	case ppp.LCPAuth:
		return c.auth.Option(), c.auth != ppp.NoAuth
	case ppp.LCPMagic:
		return ppp.Uint32Option(typ, c.magic), true
	case ppp.LCPPFC, ppp.LCPACFC, ppp.LCPShortSeq:
		return ppp.Option{Type: typ}, true
	case ppp.LCPCallback:
		return ppp.Option{Type: typ, Data: []byte{c.l.cfg.LCP.Callback}}, true
	case ppp.LCPMRRU:
		return ppp.Uint16Option(typ, c.l.cfg.LCP.MRRU), true
	case ppp.LCPEndpoint:
		return ppp.Option{Type: typ, Data: c.endpoint}, true
	}
	return o, false
}

func (c *lcp) confirmed() { c.loops = 0 }

// stop asking for an option.
func (c *lcp) without(typ uint8) {
	for i, t := range c.want {
		if t == typ {
			c.want = append(c.want[:i], c.want[i+1:]...)
			return
		}
	}
}

// naked takes the peer's better values (RFC 1661, 5.3).
func (c *lcp) naked(now clock.Instant, opts []ppp.Option) {
	for _, o := range opts {
		switch o.Type {
		case ppp.LCPMRU:
			if v, ok := o.Uint16(); ok && v >= ppp.MinMRU {
				c.mru = v
			}
		case ppp.LCPACCM:
			if v, ok := o.Uint32(); ok {
				c.accm |= v
			}
		case ppp.LCPAuth:
			c.authNaked(o)
		case ppp.LCPMagic:
			c.magicNaked(now, o)
		case ppp.LCPCallback, ppp.LCPMRRU, ppp.LCPEndpoint:
			c.without(o.Type)
		default: // a hint at an option that we do not ask for
		}
	}
}

// authNaked: the peer would rather be asked for another protocol. Its choice is
// taken when we allow it, otherwise the next of ours is tried.
func (c *lcp) authNaked(o ppp.Option) {
	need := c.needAuth()
	if want, ok := ppp.AuthProtoOf(o); ok {
		for i, a := range need {
			if a == want {
				c.auth, c.asked = a, uint8(i)
				return
			}
		}
	}
	if int(c.asked)+1 < len(need) {
		c.asked++
		c.auth = need[c.asked]
	}
}

// magicNaked: a Nak of the magic number is the sign of a loop when it comes
// back with the value that we Nak'ed last (RFC 1661, 6.4); a new number is tried anyway.
func (c *lcp) magicNaked(now clock.Instant, o ppp.Option) {
	c.magic = c.l.randomMagic()
	c.looped(now)
}

// looped counts a sign of a looped line and ends the link at the limit.
func (c *lcp) looped(now clock.Instant) {
	c.loops++
	c.l.emit(LoopSuspected{c.l.id.Name, c.loops})
	if limit := c.l.cfg.LCP.MaxLoops; limit > 0 && c.loops >= limit {
		c.l.Close(now, LoopedLine)
	}
}

func (c *lcp) rejected(now clock.Instant, opts []ppp.Option) {
	for _, o := range opts {
		c.without(o.Type)
		switch o.Type {
		case ppp.LCPAuth:
			c.auth = ppp.NoAuth
			if !c.l.cfg.Auth.Optional {
				c.l.Close(now, AuthRefusedByPeer)
			}
		case ppp.LCPMRU:
			c.mru = ppp.DefaultMRU
		case ppp.LCPMagic:
			c.magic = 0
		default:
		}
	}
}

// granted takes over the peer's options that we acknowledge.
func (c *lcp) granted(opts []ppp.Option) {
	c.peerDefaults()
	for _, o := range opts {
		switch o.Type {
		case ppp.LCPMRU:
			c.peerMRU, _ = o.Uint16()
		case ppp.LCPACCM:
			c.peerACCM, _ = o.Uint32()
		case ppp.LCPAuth:
			c.peerAuth, _ = ppp.AuthProtoOf(o)
		case ppp.LCPMagic:
			c.peerMagic, _ = o.Uint32()
		case ppp.LCPPFC:
			c.peerPFC = c.l.cfg.LCP.PFC == Apply
		case ppp.LCPACFC:
			c.peerACFC = c.l.cfg.LCP.ACFC == Apply
		default:
		}
	}
}

func (c *lcp) up(now clock.Instant) {
	c.l.times.opened = now
	c.l.startKeepalive(now)
	for _, text := range c.l.cfg.Personality.Identifications {
		c.identify(text)
	}
	c.l.authenticate(now)
	c.l.emit(LayerOpen{c.l.id.Name, ppp.LCP})
}

func (c *lcp) identify(text []byte) {
	if text == nil {
		text = make([]byte, 16)
		c.l.random(text)
	}
	c.send(ppp.Packet{Code: ppp.Identify, ID: c.nextID(), Data: ppp.AppendMagic(nil, c.magic, text)})
}

// down: everything above LCP goes. Only a new negotiation stays in the link's life.
func (c *lcp) down(now clock.Instant, cause Trigger) {
	l := c.l
	if cause == RTR {
		l.disconnect(PeerTerminated)
	}
	l.times.echo = clock.Never
	l.stopAuth()
	l.awaiting = false
	l.dropPending(DropPhase)
	l.stopNCPs(now)
	switch cause {
	case RCRPlus, RCRMinus, RCA, RCN, RTA:
		l.setPhase(now, PhaseEstablishing, NoDetail)
	case DownTrigger:
		l.setPhase(now, PhaseTerminating, NoDetail)
	default: // entered tells of terminating
	}
}

func (c *lcp) entered(now clock.Instant, s State) {
	if (s == Closing || s == Stopping) && c.l.phase != PhaseTerminating {
		c.l.setPhase(now, PhaseTerminating, NoDetail)
	}
}

func (c *lcp) finished(now clock.Instant) {
	c.l.disconnect(LCPFailed)
	c.l.finish(now)
}

// protocolReject: the peer does not speak something (RFC 1661, 5.7).
func (c *lcp) protocolReject(now clock.Instant, p *ppp.Packet) {
	proto, _, err := ppp.SplitProtocolReject(p.Data)
	if err != nil || c.state != Opened {
		c.l.drop(DropPacket, ppp.LCP)
		return
	}
	c.l.tellControl(&c.fsm, p, false)
	switch proto {
	case ppp.LCP:
		c.l.setReason(ProtocolError)
		c.fire(now, RXJMinus)
	case ppp.PAP, ppp.CHAP:
		c.fire(now, RXJPlus)
		if c.auth.Protocol() == proto || c.peerAuth.Protocol() == proto {
			c.l.Close(now, ProtocolError)
		}
	default:
		c.fire(now, RXJPlus)
		c.l.rejectedByPeer(now, proto)
	}
}

// magicPacket handles the codes that begin with a magic number.
func (c *lcp) magicPacket(now clock.Instant, p *ppp.Packet) {
	magic, data, err := ppp.SplitMagic(p.Data)
	if err != nil {
		c.l.drop(DropPacket, ppp.LCP)
		return
	}
	c.l.tellControl(&c.fsm, p, false)
	if c.state != Opened {
		c.l.drop(DropPhase, ppp.LCP)
		return
	}
	if magic != 0 && magic == c.magic { // RFC 1661, 5.8: our own packet
		c.l.drop(DropLoop, ppp.LCP)
		c.looped(now)
		return
	}
	switch p.Code {
	case ppp.EchoReq:
		c.answer.raw = data
		c.fire(now, RXR)
	case ppp.EchoRep:
		c.l.echoReply()
	case ppp.DiscReq:
		c.l.drop(DropDiscard, ppp.LCP)
	default: // Identification and Time-Remaining only inform
	}
}

// sendEchoReply returns an Echo-Request's data under our own magic number.
func (l *Link) sendEchoReply(r reply) {
	data := append(binary.BigEndian.AppendUint32(nil, l.lcp.magic), l.fit(r.raw, 4)...)
	l.lcp.send(ppp.Packet{Code: ppp.EchoRep, ID: r.id, Data: data})
}
