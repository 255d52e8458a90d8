package pc

import (
	"net/netip"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/forward"
	"ioslab/runtime/ike"
	"ioslab/runtime/ipsec"
	"ioslab/runtime/l2tp"
	"ioslab/runtime/ppp"
	"ioslab/runtime/stack"
	"ioslab/runtime/wire/isakmp"
)

// dialState is how far a call is.
type dialState int

const (
	dialIdle dialState = iota
	dialSecuring
	dialConnecting
	dialVerifying
	dialRegistering
	dialUp
	dialClosing
)

// String says what the call is doing.
func (s dialState) String() string {
	return [...]string{"idle", "securing", "connecting", "verifying", "registering", "up", "closing"}[s]
}

const (
	// dialPatience bounds the time from rasdial to a usable connection. Each step
	// has its own, shorter limits; this one is for a server that keeps a call
	// alive without ever letting it in.
	dialPatience = 3 * time.Minute
	// closePatience bounds a hang-up with a server that does not answer: longer than
	// L2TP repeats its StopCCN, which must not go out once the SAs are gone.
	closePatience = 45 * time.Second
	// l2tpPort is the port of both ends (RFC 2661, 8.1; clients.md 4.3).
	l2tpPort = 1701
	// profile names the IPsec policy of the call.
	profile = "l2tp"
)

// dial is the PC's one call.
type dial struct {
	pc       *PC
	state    dialState
	entry    Entry
	server   netip.Addr
	secure   bool
	session  l2tp.Handle
	call     *stack.Call
	ip       ppp.IPUp
	upSince  clock.Instant
	deadline clock.Instant
	result   rasError // why the call is closing
	tunnel   bool     // the control connection is not over yet
	noLCP    bool     // the server closed the session before LCP had come up, or after it
	watcher  dialWatcher
}

// dialWatcher is told how a call goes: rasdial.
type dialWatcher interface {
	// progress tells that the call has entered a state.
	progress(now clock.Instant, s dialState)
	// ended tells that the call failed, or was hung up.
	ended(now clock.Instant, why rasError)
}

func (d *dial) init(p *PC) { d.pc, d.deadline = p, clock.Never }

// start places a call. The watcher hears of every step, the end included.
func (d *dial) start(now clock.Instant, e Entry, server netip.Addr, secure bool, w dialWatcher) {
	*d = dial{pc: d.pc, entry: e, server: server, secure: secure, watcher: w, deadline: now.Add(dialPatience)}
	d.pc.configure(now)
	if !secure {
		d.connect(now)
		return
	}
	d.state = dialSecuring
	d.pc.configureSecurity(now, d)
	if err := d.pc.stack.IPsec.OpenSocket(now, d.socket()); err != nil {
		d.fail(now, rasSecurityLayer)
	}
}

func (d *dial) local() netip.Addr { return d.pc.spec.Address.Addr() }

func (d *dial) socket() ipsec.Socket {
	return ipsec.Socket{Profile: profile, Proto: 17,
		Local:  netip.AddrPortFrom(d.local(), l2tpPort),
		Remote: netip.AddrPortFrom(d.server, l2tpPort)}
}

// configureSecurity gives IKE the key and IPsec the policy for a call; with no
// secure call under way it takes both back.
func (p *PC) configureSecurity(now clock.Instant, d *dial) {
	person := p.spec.Personality
	// check has translated the personality before: nothing here can fail.
	wire, _ := person.ikePersonality()
	policies, _ := person.ikePolicies()
	keys := ike.Config{Personality: wire, Policies: policies}
	policy := ipsec.Config{Hold: 1}
	if d.secure && d.state != dialIdle {
		keys.Keys = []ike.Key{{Prefix: netip.PrefixFrom(d.server, 32), Secret: []byte(d.entry.PSK)}}
		policy = p.policy(d)
	}
	p.stack.IKE.Configure(now, keys)
	p.stack.IPsec.Configure(now, policy)
}

// policy protects L2TP to the server, in transport mode, with the proposals of
// the entry's encryption setting.
func (p *PC) policy(d *dial) ipsec.Config {
	person := p.spec.Personality
	sets, _ := person.suites(d.entry.Encryption)
	entry := ipsec.Entry{Seq: 1, Kind: ipsec.Profile, Profile: profile, Peers: []netip.Addr{d.server},
		Lifetime: ipsec.Lifetime{Seconds: person.QuickMode.Seconds, Kilobytes: person.QuickMode.Kilobytes}}
	for _, s := range sets {
		entry.TransformSets = append(entry.TransformSets, s.Name)
	}
	return ipsec.Config{
		TransformSets: sets, Hold: 1,
		Maps:       []ipsec.Map{{Name: profile, Entries: []ipsec.Entry{entry}}},
		Interfaces: []ipsec.Interface{{Name: ethernetName, Map: profile, Addr: d.local(), MTU: 1500}},
		Lifetime:   entry.Lifetime,
	}
}

// connect dials the L2TP server.
func (d *dial) connect(now clock.Instant) {
	d.state = dialConnecting
	person := d.pc.spec.Personality
	who, _ := person.l2tpPersonality(d.pc.spec.Computer)
	s := d.socket()
	path := l2tp.Path{Local: s.Local, Remote: s.Remote, Checksum: true}
	if d.secure {
		path.Security = profile
	}
	h, err := d.pc.stack.L2TP.Dial(now, l2tp.DialRequest{
		Path: path, Personality: who, Tunnel: person.L2TP.tunnel(), User: d.entry.User, Call: person.L2TP.call(),
	})
	if err != nil {
		d.fail(now, rasVPNTimeout)
		return
	}
	d.session, d.tunnel = h, true
}

// hangUp ends the call, whatever its state; result is what the watcher hears.
// A call that rasdial is still waiting for ends with "disconnected by the user".
func (d *dial) hangUp(now clock.Instant, result rasError) {
	switch d.state {
	case dialIdle, dialClosing:
		return
	}
	d.fail(now, result)
}

// fail closes the call because of why: PPP, then L2TP, then IPsec, each when
// the one before is gone.
func (d *dial) fail(now clock.Instant, why rasError) {
	if d.state == dialClosing || d.state == dialIdle {
		return
	}
	d.state, d.result, d.deadline = dialClosing, why, now.Add(closePatience)
	if d.call != nil {
		d.pc.stack.Hangup(now, d.call, ppp.AdminClosed)
		return
	}
	d.closeTunnel(now)
}

// closeTunnel ends the session, and with its only session the tunnel. The stack
// does so by itself when PPP ends first.
func (d *dial) closeTunnel(now clock.Instant) {
	if d.session != 0 {
		d.pc.stack.L2TP.Hangup(now, d.session, l2tp.Hangup{Admin: true})
		d.session = 0
	}
}

// tick ends what takes too long.
func (d *dial) tick(now clock.Instant) {
	if !d.deadline.Reached(now) {
		return
	}
	d.deadline = clock.Never
	switch d.state {
	case dialIdle, dialUp:
	case dialClosing:
		d.tunnel, d.call = false, nil
	case dialSecuring, dialConnecting:
		d.fail(now, rasVPNTimeout)
	case dialVerifying:
		d.fail(now, rasPPPTimeout)
	case dialRegistering:
		d.fail(now, rasNoNCP)
	}
}

// settle finishes a call whose PPP and L2TP are gone: then the SAs go, ESP
// before IKE (clients.md 4.2).
func (d *dial) settle(now clock.Instant) {
	if d.state != dialClosing || d.tunnel || d.call != nil {
		return
	}
	if d.secure {
		s := d.pc.stack
		s.IPsec.CloseSocket(now, d.socket(), false)
		s.Settle(now)
		s.IPsec.DeletePeer(now, d.server, ipsec.DeletedByUser)
		s.Settle(now)
		s.IKE.ClearPeer(now, d.server, ike.ReasonUser)
		s.Settle(now)
	}
	why, w := d.result, d.watcher
	d.state, d.deadline, d.watcher = dialIdle, clock.Never, nil
	if d.secure {
		d.pc.configureSecurity(now, d)
	}
	d.pc.configure(now)
	if w != nil {
		w.ended(now, why)
	}
}

// routes returns the default route, through the tunnel when there is one; the
// server stays reachable beside it.
func (d *dial) routes() []forward.StaticRoute {
	all := netip.PrefixFrom(netip.IPv4Unspecified(), 0)
	gateway := d.pc.spec.Gateway
	var out []forward.StaticRoute
	if d.state == dialIdle || d.entry.SplitTunneling || d.state != dialUp {
		if gateway.IsValid() {
			out = append(out, d.pc.gatewayRoute(all, 1))
		}
		return out
	}
	out = append(out, forward.StaticRoute{Prefix: all, Interface: d.entry.Name})
	if gateway.IsValid() {
		out = append(out, d.pc.gatewayRoute(all, 250))
		if !d.pc.spec.Address.Masked().Contains(d.server) {
			out = append(out, d.pc.gatewayRoute(netip.PrefixFrom(d.server, 32), 1))
		}
	}
	return out
}

// Answer implements stack.Owner: L2TP has brought the session up, PPP begins.
func (p *PC) Answer(now clock.Instant, up l2tp.SessionUp) (stack.Answer, bool) {
	d := &p.dial
	if d.state != dialConnecting || up.Session != d.session {
		return stack.Answer{}, false
	}
	cfg, err := p.spec.Personality.pppConfig(p.spec.Computer, d.entry, p.env.Rand)
	if err != nil {
		return stack.Answer{}, false
	}
	d.state = dialVerifying
	d.watcher.progress(now, dialVerifying)
	return stack.Answer{Config: &cfg,
		Session: ppp.Session{Name: d.entry.Name, ID: 1, Direction: ppp.Callout, Carrier: ppp.VPN},
		Deps:    ppp.Deps{Rand: p.env.Rand},
	}, true
}

// Bind implements stack.Owner: authentication is over, the adapter appears.
func (p *PC) Bind(now clock.Instant, c *stack.Call, _ string) (stack.Binding, bool) {
	d := &p.dial
	if d.state != dialVerifying {
		return stack.Binding{}, false
	}
	d.state, d.call = dialRegistering, c
	d.watcher.progress(now, dialRegistering)
	return stack.Binding{Short: d.entry.Name, Interface: forward.Interface{
		Name: d.entry.Name, Kind: forward.PointToPoint, MTU: p.spec.Personality.VPNMTU, Quiet: true,
	}}, true
}

// IPUp implements stack.Owner: the PC has its address.
func (p *PC) IPUp(now clock.Instant, c *stack.Call, n ppp.IPUp) {
	d := &p.dial
	if d.state != dialRegistering {
		return
	}
	d.ip, d.upSince, d.state, d.deadline = n, now, dialUp, clock.Never
	mtu := p.spec.Personality.VPNMTU
	if n.MTU != 0 {
		mtu = min(mtu, int(n.MTU))
	}
	iface := c.Binding.Interface
	iface.Address, iface.MTU = netip.PrefixFrom(n.Local, 32), mtu
	_ = p.stack.Plane.UpdateVirtual(now, c.Index, iface) // the interface is there: Bind made it
	p.configure(now)
	d.watcher.progress(now, dialUp)
}

// CallDown implements stack.Owner: PPP is over.
func (p *PC) CallDown(now clock.Instant, c *stack.Call) {
	d := &p.dial
	if d.call != nil && d.call != c || d.state == dialIdle {
		return
	}
	d.call, d.session = nil, 0 // the stack hangs the session up
	if d.state == dialClosing {
		return
	}
	why := d.pppError(c)
	d.state, d.result, d.deadline = dialClosing, why, now.Add(closePatience)
}

// pppError translates the end of PPP.
func (d *dial) pppError(c *stack.Call) rasError {
	switch c.Down.Reason {
	case ppp.SelfAuthFailed, ppp.AuthFailed:
		switch e := rasError(c.Down.Code); e {
		case rasLoginHours, rasAccountDisabled, rasPasswordExpired, rasNoDialin:
			return e
		}
		return rasAuthentication
	case ppp.PeerUnproven:
		return rasPeerUnproven
	case ppp.AuthRefusedByPeer:
		return rasAuthentication
	case ppp.LCPFailed, ppp.AuthTimedOut, ppp.AuthServerSilent:
		return rasPPPTimeout
	case ppp.NCPFailed, ppp.NoInterface:
		return rasNoNCP
	case ppp.LowerLayerDown:
		if d.noLCP {
			return rasLCPTerminated
		}
	case ppp.PeerTerminated, ppp.LoopedLine, ppp.ProtocolError:
		if d.state == dialRegistering {
			return rasNoNCP
		}
		return rasLCPTerminated
	}
	return rasClosedByRemote
}

// Notice implements stack.Owner: the rest of what happens.
func (p *PC) Notice(now clock.Instant, n any) {
	d := &p.dial
	switch n := n.(type) {
	case ipsec.SocketUp:
		if d.state == dialSecuring {
			d.connect(now)
		}
	case ipsec.SocketDown:
		// IKE's own notice, which tells why, comes with it.
		if n.Failed && d.state == dialSecuring {
			d.fail(now, rasSecurityLayer)
		}
	case ike.PhaseOneDown:
		d.phaseOneDown(now, n)
	case ike.QuickModeFailed:
		if d.state == dialSecuring {
			d.fail(now, rasSecurityLayer)
		}
	case l2tp.SessionDown:
		if c := p.stack.Call(n.Session); c != nil {
			d.noLCP = c.Link.Snapshot().LCP != ppp.Opened
		}
		d.sessionDown(now, n)
	case l2tp.TunnelDown:
		d.tunnel = false
		if d.state == dialConnecting {
			d.session = 0
			d.fail(now, l2tpError(n.Reason))
		}
	}
}

// phaseOneDown ends a call that IKE could not secure: 809 when the server never
// answered, 789 for everything else, as Windows has it.
func (d *dial) phaseOneDown(now clock.Instant, n ike.PhaseOneDown) {
	if d.state != dialSecuring || n.Remote.Addr() != d.server {
		return
	}
	if n.Reason == ike.ReasonRetransmission && n.ConnID == 0 {
		d.fail(now, rasVPNTimeout)
		return
	}
	if n.Reason == ike.ReasonPeerRefused && n.Notify == isakmp.NotifyNoProposalChosen {
		d.fail(now, rasNotCompatible)
		return
	}
	d.fail(now, rasSecurityLayer)
}

func (d *dial) sessionDown(now clock.Instant, n l2tp.SessionDown) {
	if n.Session != d.session {
		return
	}
	d.session = 0
	if d.state == dialConnecting {
		d.fail(now, l2tpError(n.Reason))
	}
}

func l2tpError(r l2tp.Reason) rasError {
	switch r.Cause {
	case l2tp.CauseUnreachable, l2tp.CauseSetupTimeout:
		return rasVPNTimeout
	}
	return rasClosedByRemote
}
