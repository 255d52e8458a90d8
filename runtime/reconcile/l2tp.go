package reconcile

import (
	"strconv"
	"time"

	"ioslab/parser/config"
	"ioslab/runtime/l2tp"
)

// L2TP returns the L2TP engine's part of c: the groups that accept L2TP calls.
func L2TP(c *config.Config) l2tp.Config {
	out := l2tp.Config{
		Enabled:      c.VPDN.Enable,
		HostName:     c.System.Name(),
		Personality:  l2tp.Personality{HostName: c.System.Name(), VendorName: "Cisco Systems, Inc.", Firmware: 0x1130, Framing: 3},
		Secrets:      map[string]string{},
		SessionLimit: c.VPDN.SessionLimit.Or(0),
		Logging:      c.VPDN.Logging.Or(true),
	}
	for u := range c.Users.All() {
		if s, ok := u.Secrets(); ok {
			if plain, err := s.Plain(); err == nil {
				out.Secrets[u.Name] = plain
			}
		}
	}
	for g := range c.VPDN.Groups.All() {
		if lg, ok := vpdnGroup(g); ok {
			out.Groups = append(out.Groups, lg)
		}
	}
	return out
}

func vpdnGroup(g *config.VPDNGroup) (l2tp.Group, bool) {
	a, ok := g.AcceptDialin.Get()
	proto := a.Protocol.Value
	if !ok || proto != "l2tp" && proto != "any" {
		return l2tp.Group{}, false
	}
	return l2tp.Group{
		Name:             g.Name,
		Template:         a.VirtualTemplate.Or(0),
		TerminateFrom:    g.TerminateFrom.Value,
		LocalName:        g.LocalName.Value,
		Tunnel:           tunnelConfig(g.L2TP),
		Security:         g.L2TP.Security.Value.Profile,
		KeepSA:           g.L2TP.Security.Value.KeepSA,
		SessionLimit:     g.SessionLimit.Or(0),
		LCPRenegotiation: renegotiation(g.LCPRenegotiation.Value),
		ForceLocalCHAP:   g.ForceLocalCHAP,
	}, true
}

func renegotiation(word string) l2tp.Renegotiation {
	switch word {
	case "always":
		return l2tp.RenegotiateAlways
	case "on-mismatch":
		return l2tp.RenegotiateOnMismatch
	}
	return l2tp.RenegotiateNever
}

func tunnelConfig(o config.L2TPOptions) l2tp.TunnelConfig {
	t := l2tp.DefaultTunnel(false)
	t.Authentication = o.Authentication.Or(true)
	if p, ok := o.Password.Get(); ok {
		if plain, err := p.Plain(); err == nil {
			t.Password = plain
		}
	}
	t.Hidden = o.Hidden
	t.Sequencing = o.Sequencing
	t.UDPChecksum = o.UDPChecksum
	t.ReceiveWindow = o.ReceiveWindow.Or(t.ReceiveWindow)
	t.Retries = o.RetransmitRetries.Or(t.Retries)
	t.InitialRetries = o.InitialRetries.Or(t.InitialRetries)
	setSeconds(&t.Hello, o.Hello)
	setSeconds(&t.Setup, o.TimeoutSetup)
	setSeconds(&t.RetransmitMin, o.RetransmitMin)
	setSeconds(&t.RetransmitMax, o.RetransmitMax)
	if word, ok := o.TimeoutNoSession.Get(); ok {
		t.NoSession = -1 // "never"
		if n, err := strconv.Atoi(word); err == nil {
			t.NoSession = time.Duration(n) * time.Second
		}
	}
	return t
}

func setSeconds(d *time.Duration, o config.Opt[int]) {
	if o.Set {
		*d = time.Duration(o.Value) * time.Second
	}
}
