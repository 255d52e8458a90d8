package router

import (
	"fmt"
	"net/netip"
	"slices"

	"ioslab/parser/config"
	"ioslab/runtime/aaa"
	"ioslab/runtime/clock"
	"ioslab/runtime/forward"
	"ioslab/runtime/ipsec"
	"ioslab/runtime/l2tp"
	"ioslab/runtime/packet"
	"ioslab/runtime/ppp"
	"ioslab/runtime/reconcile"
	"ioslab/runtime/stack"
	wire "ioslab/runtime/wire/ppp"
)

// vaccess is the Virtual-Access interfaces of a router. Sub-interfaces of
// Virtual-Access2 serve the calls, as in IOS since 12.2T; Virtual-Access1 and 2
// themselves come up with the first call and stay.
type vaccess struct {
	parents   bool
	next      int   // the highest sub-interface number ever used
	free      []int // numbers given back, ascending
	templates map[int]*ppp.Config
	handle    uint32 // of the first PPP session; the id is added
}

// take returns the lowest free sub-interface number.
func (v *vaccess) take() int {
	if len(v.free) > 0 {
		n := v.free[0]
		v.free = v.free[1:]
		return n
	}
	v.next++
	return v.next
}

func (v *vaccess) give(n int) {
	at, _ := slices.BinarySearch(v.free, n)
	v.free = slices.Insert(v.free, at, n)
}

// owner answers the stack's questions for a router.
type owner struct{ r *Router }

// Answer takes a call with the template of its vpdn-group.
func (o owner) Answer(now clock.Instant, up l2tp.SessionUp) (stack.Answer, bool) {
	r := o.r
	id := r.aaa.Bind(templateName(up.Template))
	if r.access.handle == 0 {
		var b [1]byte
		_, _ = r.opt.Rand.Read(b[:]) // a number for the eye only
		r.access.handle = uint32(b[0]|1) << 24
	}
	return stack.Answer{
		Config: r.template(up.Template),
		Session: ppp.Session{
			Name: fmt.Sprintf("ppp%d", up.Unique), ID: up.Unique, Handle: r.access.handle | up.Unique&0xFFFFFF,
			UniqueID: id, Direction: ppp.Callin, Carrier: ppp.VPN, Proxy: proxy(&up),
		},
		Deps: ppp.Deps{Rand: r.opt.Rand, Events: r.events, Auth: authenticator{r}, Pool: addressPool{r}},
	}, true
}

// template returns the PPP configuration of a Virtual-Template, the same value
// for all calls until the configuration changes.
func (r *Router) template(n int) *ppp.Config {
	if c := r.access.templates[n]; c != nil {
		return c
	}
	c := reconcile.PPP(r.cfg, r.cfg.Interfaces.Get(templateName(n)))
	if r.access.templates == nil {
		r.access.templates = map[int]*ppp.Config{}
	}
	r.access.templates[n] = &c
	return &c
}

func templateName(n int) string { return fmt.Sprintf("%s%d", config.KindVirtualTemplate, n) }

// proxy translates what a LAC negotiated in our place.
func proxy(up *l2tp.SessionUp) *ppp.Proxy {
	p := &up.Call.Proxy
	if p.LastSent == nil && p.LastReceived == nil && p.AuthType == 0 {
		return nil
	}
	out := &ppp.Proxy{
		InitialReceived: p.InitialReceived, LastSent: p.LastSent, LastReceived: p.LastReceived,
		AuthName: p.AuthName, AuthID: p.AuthID, AuthChallenge: p.AuthChallenge, AuthResponse: p.AuthResponse,
		AuthType: proxyAuth[uint16(p.AuthType)],
	}
	switch up.Renegotiation {
	case l2tp.RenegotiateAlways:
		out.Mode = ppp.AlwaysRenegotiate
	case l2tp.RenegotiateOnMismatch:
		out.Mode = ppp.OnMismatch
	case l2tp.RenegotiateNever:
	}
	return out
}

// proxyAuth maps Proxy Authen Types (RFC 2661, 4.4.5) to PPP's protocols.
var proxyAuth = map[uint16]wire.AuthProto{2: wire.AuthCHAP, 3: wire.AuthPAP, 5: wire.AuthMSCHAP}

// Bind clones a Virtual-Access for an authenticated peer.
func (o owner) Bind(now clock.Instant, c *stack.Call, user string) (stack.Binding, bool) {
	r := o.r
	id := c.Link.Snapshot().UniqueID
	iface, list := forward.Interface{MTU: 1500}, ""
	if t := r.cfg.Interfaces.Get(templateName(c.Session.Template)); t != nil {
		iface, list = reconcile.InterfaceOptions(r.cfg, t), t.PPP.Authorization.Value
	}
	if r.aaa.AuthorizeNetwork(now, id, list, user, user != "").Status != aaa.Pass {
		return stack.Binding{}, false
	}
	r.access.bringParents(now, r)
	n := r.access.take()
	iface.Name = fmt.Sprintf("Virtual-Access2.%d", n)
	iface.Kind, iface.Quiet, iface.Shutdown = forward.PointToPoint, true, false
	r.aaa.Rebind(id, iface.Name)
	return stack.Binding{Interface: iface, Short: fmt.Sprintf("Vi2.%d", n)}, true
}

// bringParents makes Virtual-Access1 and Virtual-Access2, which every
// sub-interface hangs on; they never carry a packet themselves.
func (v *vaccess) bringParents(now clock.Instant, r *Router) {
	if v.parents {
		return
	}
	v.parents = true
	for _, name := range []string{"Virtual-Access1", "Virtual-Access2"} {
		i, err := r.Plane.AddVirtual(now, forward.Interface{Name: name, Kind: forward.PointToPoint, MTU: 1500, Quiet: name == "Virtual-Access1"},
			func(_ clock.Instant, b *packet.Buffer) bool { b.Release(); return false })
		if err == nil {
			_ = r.Plane.SetVirtual(now, i, true, true, netip.Addr{}) // just made
		}
	}
}

// IPUp has nothing to add: the stack set the route to the peer.
func (o owner) IPUp(clock.Instant, *stack.Call, ppp.IPUp) {}

// CallDown gives the Virtual-Access's number back.
func (o owner) CallDown(_ clock.Instant, c *stack.Call) {
	var n int
	if _, err := fmt.Sscanf(c.Binding.Short, "Vi2.%d", &n); err == nil {
		o.r.access.give(n)
	}
}

// Notice opens and closes the crypto sockets of tunnels that ask for protection.
func (o owner) Notice(now clock.Instant, n any) {
	switch n := n.(type) {
	case l2tp.TunnelUp:
		if n.Path.Security != "" {
			// Without a map for the profile there is nothing to open; the engine has told.
			_ = o.r.IPsec.OpenSocket(now, socket(n.Path))
		}
	case l2tp.TunnelDown:
		if n.Path.Security != "" {
			o.r.IPsec.CloseSocket(now, socket(n.Path), n.KeepSA)
		}
	}
}

func socket(p l2tp.Path) ipsec.Socket {
	return ipsec.Socket{Profile: p.Security, Proto: 17, Local: p.Local, Remote: p.Remote}
}

// authenticator asks AAA for PPP.
type authenticator struct{ r *Router }

func (a authenticator) Authenticate(now clock.Instant, req *ppp.AuthRequest) ppp.AuthReply {
	rep := a.r.aaa.PPP(now, req.UniqueID, req.List, &req.Credentials)
	return ppp.AuthReply{Verdict: ppp.Verdict(rep.Status), Proof: rep.Proof, Code: rep.Code}
}

func (a authenticator) Secret(name string) (string, bool) { return a.r.aaa.Secret(name) }

// addressPool lends from the local pools.
type addressPool struct{ r *Router }

func (p addressPool) Take(pool, user, iface string, want netip.Addr) (netip.Addr, bool) {
	return p.r.pools.Take(pool, user, iface, want)
}

func (p addressPool) Give(pool string, addr netip.Addr) { p.r.pools.Give(pool, addr) }
