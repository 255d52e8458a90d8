package router

import (
	"cmp"
	"net/netip"
	"runtime"
	"slices"
	"strings"
	"time"

	"ioslab/debug/logging"
	"ioslab/modes/exec"
	"ioslab/modes/show"
	"ioslab/parser/config"
	"ioslab/runtime/aaa"
	"ioslab/runtime/clock"
	"ioslab/runtime/forward"
	"ioslab/runtime/host"
	"ioslab/runtime/ike"
	"ioslab/runtime/ipsec"
	"ioslab/runtime/l2tp"
	"ioslab/runtime/pool"
	"ioslab/runtime/ppp"
	"ioslab/runtime/stack"
)

// What exec.Device asks for, apart from the configuration (configure.go): each
// method hands the question to the engine that knows.

// Logger returns the logging process.
func (r *Router) Logger() *logging.Logger { return r.logger }

// Debug returns the debug conditions.
func (r *Router) Debug() *logging.Conditions { return &r.conds }

// Memory tells of the program's heap, which all nodes of a lab share.
func (r *Router) Memory() show.Memory {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return show.Memory{Total: m.HeapSys, Used: m.HeapAlloc}
}

// CPU: a node is one step machine among others in a process; its share is not measured.
func (r *Router) CPU() show.CPU { return show.CPU{} }

// Processes is one row, the program itself: a router's engines are steps of one
// goroutine, which has no memory of its own to tell.
func (r *Router) Processes() []show.Process {
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return []show.Process{{PID: 1, Name: "ioslab", Allocated: m.TotalAlloc, Freed: m.TotalAlloc - m.HeapAlloc, Holding: m.HeapAlloc}}
}

// LoginPrompts and the next four are runtime/aaa's.
func (r *Router) LoginPrompts(list string) aaa.Prompts { return r.aaa.LoginPrompts(list) }

// Login verifies a terminal user by a method list.
func (r *Router) Login(now clock.Instant, id uint32, list, user, password string, line aaa.Secret) aaa.Reply {
	return r.aaa.Login(now, id, list, user, password, line)
}

// LoginLocal verifies a terminal user by the local users.
func (r *Router) LoginLocal(now clock.Instant, user, password string) aaa.Reply {
	return r.aaa.LoginLocal(now, user, password)
}

// EnableLogin verifies the password of `enable`.
func (r *Router) EnableLogin(now clock.Instant, id uint32, user, password string, line aaa.Secret) aaa.Reply {
	return r.aaa.EnableLogin(now, id, user, password, line)
}

// Bind gives a session its AAA id.
func (r *Router) Bind(line string) uint32 { return r.aaa.Bind(line) }

// IKESnapshot returns IKE's state.
func (r *Router) IKESnapshot(now clock.Instant) ike.Snapshot { return r.IKE.Snapshot(now) }

// IPsecSnapshot returns IPsec's state.
func (r *Router) IPsecSnapshot(now clock.Instant) ipsec.Snapshot { return r.IPsec.Snapshot(now) }

// ClearISAKMP is `clear crypto isakmp [ID]`.
func (r *Router) ClearISAKMP(now clock.Instant, connID int) {
	r.IKE.ClearSAs(now, connID, ike.ReasonTreeWalk)
	r.Settle(now)
}

// ClearIPsec is `clear crypto sa …`.
func (r *Router) ClearIPsec(now clock.Instant, which exec.SASelection) {
	switch {
	case which.Counters:
		r.IPsec.ClearCounters()
	case which.SPI != 0:
		r.IPsec.DeleteSPI(now, which.Peer, ipsec.Proto(which.Protocol), which.SPI, ipsec.DeletedByUser)
	case which.Peer.IsValid():
		r.IPsec.DeletePeer(now, which.Peer, ipsec.DeletedByUser)
	case which.Map != "":
		r.IPsec.DeleteMap(now, which.Map, ipsec.DeletedByUser)
	default:
		r.IPsec.DeleteAll(now, ipsec.DeletedByUser)
	}
	r.Settle(now)
}

// ClearCryptoSession is `clear crypto session [remote A]`: both phases go.
func (r *Router) ClearCryptoSession(now clock.Instant, remote netip.Addr) {
	if remote.IsValid() {
		r.IPsec.DeletePeer(now, remote, ipsec.DeletedByUser)
		r.Settle(now)
		r.IKE.ClearPeer(now, remote, ike.ReasonUser)
	} else {
		r.IPsec.DeleteAll(now, ipsec.DeletedByUser)
		r.Settle(now)
		r.IKE.ClearSAs(now, 0, ike.ReasonUser)
	}
	r.Settle(now)
}

// L2TPSnapshot returns L2TP's tables.
func (r *Router) L2TPSnapshot(clock.Instant) l2tp.Snapshot { return r.L2TP.Snapshot() }

// calls returns the calls in the order of their sessions.
func (r *Router) calls() []*stack.Call {
	var out []*stack.Call
	r.EachCall(func(c *stack.Call) { out = append(out, c) })
	slices.SortFunc(out, func(a, b *stack.Call) int { return cmp.Compare(a.Session.Session, b.Session.Session) })
	return out
}

// PPPSnapshots returns the links' states.
func (r *Router) PPPSnapshots(clock.Instant) []ppp.Snapshot {
	var out []ppp.Snapshot
	for _, c := range r.calls() {
		out = append(out, c.Link.Snapshot())
	}
	return out
}

// Calls returns the calls that have an interface.
func (r *Router) Calls(clock.Instant) []exec.Call {
	var out []exec.Call
	for _, c := range r.calls() {
		if c.Index == 0 {
			continue
		}
		s := c.Link.Snapshot()
		out = append(out, exec.Call{
			Interface: c.Binding.Interface.Name, User: c.User, Since: c.Since, LastData: clock.Never, Peer: s.Peer,
		})
	}
	return out
}

// ClearTunnels is `clear vpdn tunnel l2tp …`.
func (r *Router) ClearTunnels(now clock.Instant, id uint16, remote string) {
	r.L2TP.ClearTunnels(now, l2tp.ClearSelector{ID: id, Remote: remote})
	r.Settle(now)
}

// ClearInterface is `clear interface virtual-access X`.
func (r *Router) ClearInterface(now clock.Instant, name string) {
	for _, c := range r.calls() {
		if c.Binding.Interface.Name == name {
			r.Hangup(now, c, ppp.AdminClosed)
		}
	}
	r.Settle(now)
}

// Pools returns the address pools.
func (r *Router) Pools() []pool.Status { return r.pools.Snapshot() }

// Leases returns a pool's addresses in use.
func (r *Router) Leases(name string) []pool.Lease { return r.pools.Leases(name) }

// Available returns free addresses of a pool.
func (r *Router) Available(name string, limit int) []netip.Addr {
	return r.pools.Available(name, limit)
}

// Routes returns the routing table.
func (r *Router) Routes(clock.Instant) forward.RouteTable { return r.Plane.Routes() }

// ARP returns the ARP cache.
func (r *Router) ARP(now clock.Instant) []forward.ARPEntry { return r.Plane.ARPTable(now) }

// AccessLists returns the access lists with their hits.
func (r *Router) AccessLists() []forward.ListState { return r.Plane.Lists() }

// Ping starts a ping.
func (r *Router) Ping(now clock.Instant, p host.Ping, w host.PingWatcher) (exec.Operation, error) {
	op, err := r.Host.Ping(now, p, w)
	if err != nil {
		return nil, err
	}
	return op, nil
}

// Traceroute starts a traceroute.
func (r *Router) Traceroute(now clock.Instant, t host.Trace, w host.TraceWatcher) (exec.Operation, error) {
	op, err := r.Host.Traceroute(now, t, w)
	if err != nil {
		return nil, err
	}
	return op, nil
}

// ClearARP is `clear arp-cache`.
func (r *Router) ClearARP(now clock.Instant) { r.Plane.ClearARP(now) }

// ClearCounters is `clear counters [X]`.
func (r *Router) ClearCounters(now clock.Instant, iface string) { r.Plane.ClearCounters(now, iface) }

// ClearAccessLists is `clear access-list counters [X]`.
func (r *Router) ClearAccessLists(_ clock.Instant, name string) { r.Plane.ClearListHits(name) }

// DebugPackets narrows `debug ip packet`.
func (r *Router) DebugPackets(on bool, list string, detail bool) {
	r.Plane.DebugPackets(on, list, detail)
}

// Interfaces returns all interfaces with what configuration and PPP know of them.
func (r *Router) Interfaces(now clock.Instant) []show.Interface {
	calls := map[string]*stack.Call{}
	for _, c := range r.calls() {
		if c.Index != 0 {
			calls[c.Binding.Interface.Name] = c
		}
	}
	var out []show.Interface
	for _, st := range r.Plane.Interfaces(now) {
		s := show.Interface{State: st}
		block := r.cfg.Interfaces.Get(st.Name)
		if c := calls[st.Name]; c != nil {
			block = r.cfg.Interfaces.Get(templateName(c.Session.Template))
			s.PPP = pppState(c)
		}
		r.describe(&s, block)
		out = append(out, s)
	}
	return out
}

func pppState(c *stack.Call) *show.PPPState {
	snap := c.Link.Snapshot()
	p := &show.PPPState{
		LCPOpen: snap.LCP == ppp.Opened, ClonedFrom: templateName(c.Session.Template),
		Tunnel: c.Session.Tunnel, Session: c.Session.LocalID,
	}
	if snap.IPCP == ppp.Opened {
		p.Open = []string{"IPCP"}
	}
	return p
}

// describe adds what the interface's block says; nil for an interface without one.
func (r *Router) describe(s *show.Interface, block *config.Interface) {
	s.Method = r.method(s, block)
	if block == nil {
		return
	}
	s.Description = block.Description.Value
	s.Bandwidth = block.Bandwidth.Or(0)
	s.Delay = block.Delay.Or(0) * 10
	s.NoKeepalive = block.NoKeepalive
	if k, ok := block.Keepalive.Get(); ok {
		s.Keepalive = time.Duration(k.Seconds.Or(10)) * time.Second
	}
	s.CryptoMap = block.CryptoMap.Value
	if d, ok := block.Duplex.Get(); ok && d != "auto" {
		s.Duplex = strings.ToUpper(d[:1]) + d[1:] + "-duplex"
	}
	if sp, ok := block.Speed.Get(); ok && sp != "auto" {
		s.Speed = sp + "Mb/s"
	}
}

// method words how an interface came to its address: a borrowed or cloned one is TFTP in IOS.
func (r *Router) method(s *show.Interface, block *config.Interface) string {
	switch {
	case block == nil || !s.State.Borrowed.IsValid():
		return "unset"
	case s.State.Unnumbered != "" || s.PPP != nil:
		return "TFTP"
	case block.Address.Value.Mode == "negotiated":
		return "IPCP"
	case r.fromStartup(block):
		return "NVRAM"
	}
	return "manual"
}
