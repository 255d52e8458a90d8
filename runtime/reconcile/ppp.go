package reconcile

import (
	"net/netip"
	"time"

	"ioslab/parser/config"
	"ioslab/runtime/ppp"
	wire "ioslab/runtime/wire/ppp"
)

var authProtos = map[string]wire.AuthProto{
	"pap": wire.AuthPAP, "chap": wire.AuthCHAP, "ms-chap": wire.AuthMSCHAP, "ms-chap-v2": wire.AuthMSCHAPV2,
}

// PPP returns the PPP configuration of a Virtual-Template; i may be nil, for a
// template that does not exist: then everything has IOS's defaults.
func PPP(c *config.Config, i *config.Interface) ppp.Config {
	out := ppp.RouterConfig()
	out.Auth.Name = c.System.Name()
	if i == nil {
		return out
	}
	out.LCP.MTU = uint16(i.MTU.Or(1500))
	pppTimers(&out, i)
	pppAuthentication(&out, i)
	pppSelf(&out, c, i)
	pppAddresses(&out, c, i)
	return out
}

func pppTimers(out *ppp.Config, i *config.Interface) {
	setSeconds(&out.LCP.Restart, i.PPP.TimeoutRetry)
	setSeconds(&out.Auth.Timeout, i.PPP.TimeoutAuthentication)
	setSeconds(&out.NCPTimeout, i.PPP.TimeoutNCP)
	setSeconds(&out.Idle, i.PPP.TimeoutIdle)
	out.LCP.MaxConfigure = i.PPP.MaxConfigure.Or(out.LCP.MaxConfigure)
	out.LCP.MaxTerminate = i.PPP.MaxTerminate.Or(out.LCP.MaxTerminate)
	out.LCP.MaxFailure = i.PPP.MaxFailure.Or(out.LCP.MaxFailure)
	out.Auth.MaxBad = i.PPP.MaxBadAuth.Or(out.Auth.MaxBad)
	if k, ok := i.Keepalive.Get(); ok {
		setSeconds(&out.Keepalive, k.Seconds)
		out.KeepaliveRetries = k.Retries.Or(out.KeepaliveRetries)
	}
	if i.NoKeepalive {
		out.Keepalive = 0
	}
	out.LCP.PFC = remote(i.PPP.PFCRemote, out.LCP.PFC)
	out.LCP.ACFC = remote(i.PPP.ACFCRemote, out.LCP.ACFC)
}

func remote(o config.Opt[string], def ppp.Remote) ppp.Remote {
	switch o.Value {
	case "apply":
		return ppp.Apply
	case "ignore":
		return ppp.Ignore
	case "reject":
		return ppp.Reject
	}
	return def
}

func pppAuthentication(out *ppp.Config, i *config.Interface) {
	a, ok := i.PPP.Authentication.Get()
	if !ok {
		return
	}
	out.Auth.Protocols = nil
	for _, word := range a.Protocols {
		if p, ok := authProtos[word]; ok {
			out.Auth.Protocols = append(out.Auth.Protocols, p)
		}
	}
	out.Auth.List = a.List
	out.Auth.Callin = a.Callin
	out.Auth.Optional = a.Optional
	out.Auth.Authorize = i.PPP.Authorization.Set
	if h, ok := i.PPP.CHAP.Hostname.Get(); ok {
		out.Auth.Name = h
	}
}

// pppSelf fills how the router proves itself to a peer that asks.
func pppSelf(out *ppp.Config, c *config.Config, i *config.Interface) {
	s := &out.Self
	s.Name = i.PPP.CHAP.Hostname.Or(c.System.Name())
	if p, ok := i.PPP.CHAP.Password.Get(); ok {
		if plain, err := p.Plain(); err == nil {
			s.Password, s.UsePassword = plain, true
		}
	}
	if p, ok := i.PPP.PAPSentUsername.Get(); ok {
		s.PAPName = p.Username
		s.PAPPassword, _ = p.Password.Plain()
	}
	s.Protocols = nil
	if !i.PPP.MSCHAPv2Refuse.Set {
		s.Protocols = append(s.Protocols, wire.AuthMSCHAPV2)
	}
	if !i.PPP.MSCHAPRefuse.Set {
		s.Protocols = append(s.Protocols, wire.AuthMSCHAP)
	}
	if !i.PPP.CHAP.Refuse.Set {
		s.Protocols = append(s.Protocols, wire.AuthCHAP)
	}
	if !i.PPP.PAPRefuse.Set && s.PAPName != "" {
		s.Protocols = append(s.Protocols, wire.AuthPAP)
	}
}

func pppAddresses(out *ppp.Config, c *config.Config, i *config.Interface) {
	ip := &out.IPCP
	ip.Local = AddressOf(c, i.Name)
	if a, ok := i.Address.Get(); ok && a.Mode == "negotiated" {
		ip.Negotiated = true
	}
	if p, ok := i.PeerDefault.Get(); ok {
		switch {
		case p.Addr.IsValid():
			ip.PeerAddr = p.Addr
		case p.UsePool && len(p.Pools) == 0:
			ip.Pools = []string{"default"}
		case p.UsePool:
			ip.Pools = append([]string(nil), p.Pools...)
		}
	}
	ip.DNS = servers(i.PPP.IPCP.DNS)
	ip.WINS = servers(i.PPP.IPCP.WINS)
	ip.NoNeighborRoute = !i.PeerNeighborRoute.Or(true)
}

func servers(o config.Opt[config.IPCPServers]) [2]netip.Addr {
	return [2]netip.Addr{o.Value.Primary, o.Value.Secondary}
}

// SetupTimeout is how long a call may take from its first frame to IPCP open
// before the node gives it up; IOS bounds it by the authentication and NCP timers.
const SetupTimeout = 60 * time.Second
