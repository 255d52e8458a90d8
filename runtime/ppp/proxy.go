package ppp

import (
	"bytes"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ppp"
)

// renegotiating reports whether an access concentrator's results were there
// but not taken: then this end asks at once, since the peer believes LCP to be open.
func (l *Link) renegotiating() bool {
	p := l.id.Proxy
	return p != nil && len(p.LastSent)+len(p.LastReceived) > 0
}

// takeProxy opens LCP with what an access concentrator negotiated (RFC 2661,
// 4.4.5) and reports whether it did, or ended the link over it.
func (l *Link) takeProxy(now clock.Instant) bool {
	p := l.id.Proxy
	if !l.renegotiating() || p.Mode == AlwaysRenegotiate {
		return false
	}
	sent, err := ppp.ParseOptions(p.LastSent)
	rcvd, err2 := ppp.ParseOptions(p.LastReceived)
	if err != nil || err2 != nil {
		return false
	}
	l.lcp.reset(now)
	fits := l.lcp.proxyFits(now, sent, rcvd)
	if !fits && p.Mode == OnMismatch {
		return false
	}
	l.setPhase(now, PhaseEstablishing, NoDetail)
	if !l.lcp.authFits(sent) {
		l.Close(now, AuthRefusedByPeer)
		return true
	}
	l.lcp.force(now, sent, rcvd)
	return true
}

// authFits: the protocol by which the concentrator asked the peer is one of ours, or none is needed.
func (c *lcp) authFits(sent []ppp.Option) bool {
	need := c.needAuth()
	if len(need) == 0 || c.l.cfg.Auth.Optional {
		return true
	}
	i := indexOf(sent, ppp.LCPAuth)
	if i < 0 {
		return false
	}
	a, _ := ppp.AuthProtoOf(sent[i])
	for _, n := range need {
		if a == n {
			return true
		}
	}
	return false
}

// proxyFits compares the concentrator's results with what this end would have agreed to.
func (c *lcp) proxyFits(now clock.Instant, sent, rcvd []ppp.Option) bool {
	code, _ := c.judge(now, rcvd)
	if code != ppp.ConfAck || !c.authFits(sent) {
		return false
	}
	for _, o := range sent {
		switch o.Type {
		case ppp.LCPMRU:
			if v, ok := o.Uint16(); !ok || v > c.l.cfg.LCP.MTU {
				return false
			}
		case ppp.LCPMRRU, ppp.LCPShortSeq, ppp.LCPQuality:
			return false
		default:
		}
	}
	return true
}

// force opens LCP without a packet.
func (c *lcp) force(now clock.Instant, sent, rcvd []ppp.Option) {
	l := c.l
	l.emit(ForcedLCP{l.id.Name, true, ppp.PacketHeader + len(l.id.Proxy.LastSent), ppp.CloneOptions(sent)})
	l.emit(ForcedLCP{l.id.Name, false, ppp.PacketHeader + len(l.id.Proxy.LastReceived), ppp.CloneOptions(rcvd)})
	c.auth = ppp.NoAuth
	for _, o := range sent {
		switch o.Type {
		case ppp.LCPMRU:
			c.mru, _ = o.Uint16()
		case ppp.LCPMagic:
			c.magic, _ = o.Uint32()
		case ppp.LCPAuth:
			if len(c.needAuth()) > 0 {
				c.auth, _ = ppp.AuthProtoOf(o)
			}
		default:
		}
	}
	c.granted(rcvd)
	c.enter(now, OpenTrigger, c.state, Opened)
	c.up(now)
}

// proxyAuth verifies the answer that an access concentrator collected, instead
// of challenging again, and reports whether there was one that fits.
func (l *Link) proxyAuth(now clock.Instant) bool {
	p := l.id.Proxy
	if p == nil || p.Mode == AlwaysRenegotiate || l.proxyUsed || p.AuthType != l.ver.proto || len(p.AuthResponse) == 0 {
		return false
	}
	l.proxyUsed = true
	v := &l.ver
	v.id, v.next, v.challenge = p.AuthID, p.AuthID, bytes.Clone(p.AuthChallenge)
	c := ppp.Credentials{Proto: v.proto, User: p.AuthName, ID: p.AuthID, Challenge: v.challenge, Response: p.AuthResponse}
	code, size := ppp.CHAPResponse, ppp.PacketHeader+1+len(p.AuthResponse)+len(p.AuthName)
	if v.proto == ppp.AuthPAP {
		c.Password, c.Response = string(p.AuthResponse), nil
		code, size = ppp.PAPRequest, size+1
	}
	l.emit(Auth{Link: l.id.Name, Proto: v.proto, Code: code, ID: p.AuthID, Len: size, Name: p.AuthName})
	l.ask(now, c)
	return true
}
