package exec

import (
	"strconv"

	"ioslab/modes/show"
	"ioslab/parser/grammar"
)

var showCryptoCommands = []*grammar.Command{
	command(15, "show crypto isakmp sa", "|Encryption module|Show ISAKMP|Show ISAKMP Security Associations", func(c *call) {
		c.print(show.ISAKMPSA(c.dev.IKESnapshot(c.now).SAs))
	}),
	command(15, "show crypto isakmp sa detail", "||||Show ISAKMP SA detail", func(c *call) {
		c.print(show.ISAKMPSADetail(c.dev.IKESnapshot(c.now).SAs))
	}),
	command(15, "show crypto isakmp policy", "|||Show ISAKMP protection suite policy", func(c *call) {
		s := c.dev.IKESnapshot(c.now)
		c.print(show.ISAKMPPolicies(s.Policies, s.Defaults, c.dialect()))
	}),
	command(15, "show crypto isakmp key", "|||Show ISAKMP preshared keys", func(c *call) { c.print(show.ISAKMPKeys(c.dev.IKESnapshot(c.now).Keys)) }),
	command(15, "show crypto isakmp peers", "|||Show ISAKMP peer structures", func(c *call) { c.print(show.ISAKMPPeers(c.dev.IKESnapshot(c.now).Peers)) }),
	command(15, "show crypto ipsec sa [detail$Detail]", "||Show IPSEC policy|IPSEC SA table|show counter detail", showIPsecSA),
	command(15, "show crypto ipsec sa interface IFNAME$Interface [detail$Detail]", "||||Show SAs on a given interface", showIPsecSA),
	command(15, "show crypto ipsec sa map WORD$Map [detail$Detail]", "||||Show SAs of a crypto map|Crypto map name", showIPsecSA),
	command(15, "show crypto ipsec sa peer A.B.C.D$Peer [detail$Detail]", "||||Show SAs of a peer|Peer's address", showIPsecSA),
	command(15, "show crypto ipsec transform-set [WORD$Name]", "|||Crypto transform sets|Transform set name", showTransformSets),
	command(15, "show crypto ipsec security-association lifetime", "|||Show parameters for IPSec security associations|Show SA lifetime", func(c *call) {
		c.print(show.SALifetime(c.dev.IPsecSnapshot(c.now).Lifetime))
	}),
	command(15, "show crypto map", "||Crypto maps", showCryptoMap),
	command(15, "show crypto map interface IFNAME$Interface", "|||Crypto maps of an interface", showCryptoMap),
	command(15, "show crypto map tag WORD$Map", "|||Crypto map by name|Crypto map name", showCryptoMap),
	command(15, "show crypto dynamic-map", "||Crypto map templates", func(c *call) {
		s := c.dev.IPsecSnapshot(c.now)
		c.print(show.DynamicMaps(&s))
	}),
	command(15, "show crypto session [detail$Detail]", "||Show crypto sessions (tunnels)|Show sessions in detail", func(c *call) {
		s := c.dev.IPsecSnapshot(c.now)
		c.print(show.CryptoSession(c.dev.IKESnapshot(c.now).SAs, &s, c.args.Has("Detail"), c.dialect()))
	}),
	command(15, "show crypto engine connections active", "||Show crypto engine info|Show connection info|Show active crypto connections", func(c *call) {
		c.print(show.EngineConnections(c.dev.IKESnapshot(c.now).SAs, c.dev.IPsecSnapshot(c.now).Connections))
	}),
}

func showIPsecSA(c *call) {
	s := c.dev.IPsecSnapshot(c.now)
	c.print(show.IPsecSA(&s, show.SAFilter{
		Interface: c.args.Text("Interface"), Map: c.args.Text("Map"), Peer: c.args.Addr("Peer"), Detail: c.args.Has("Detail"),
	}, c.dialect()))
}

func showTransformSets(c *call) {
	sets := c.dev.IPsecSnapshot(c.now).TransformSets
	if name := c.args.Text("Name"); name != "" {
		kept := sets[:0:0]
		for _, t := range sets {
			if t.Name == name {
				kept = append(kept, t)
			}
		}
		sets = kept
	}
	c.print(show.TransformSets(sets, c.dialect()))
}

func showCryptoMap(c *call) {
	s := c.dev.IPsecSnapshot(c.now)
	c.print(show.CryptoMaps(&s, c.args.Text("Map"), c.args.Text("Interface"), c.dialect()))
}

var showVPDNCommands = []*grammar.Command{
	command(1, "show vpdn", "|VPDN information", func(c *call) {
		s := c.dev.L2TPSnapshot(c.now)
		c.print(show.VPDN(&s, c.now))
	}),
	command(1, "show vpdn tunnel [l2tp]", "||VPDN tunnel information|L2TP tunnels", func(c *call) {
		s := c.dev.L2TPSnapshot(c.now)
		c.print(show.VPDNTunnels(&s))
	}),
	command(1, "show vpdn tunnel [l2tp] all [id (1-65535)$ID]", "|||L2TP tunnels|Show all tunnel info|Tunnel by local id|Local tunnel id", func(c *call) {
		s := c.dev.L2TPSnapshot(c.now)
		c.print(show.VPDNTunnelAll(&s, uint16(c.args.Int("ID")), c.now, c.dialect()))
	}),
	command(1, "show vpdn tunnel [l2tp] packets", "|||L2TP tunnels|Show tunnel packet counts", func(c *call) {
		s := c.dev.L2TPSnapshot(c.now)
		c.print(show.VPDNTunnelPackets(&s))
	}),
	command(1, "show vpdn session [l2tp]", "||VPDN session information|L2TP sessions", func(c *call) {
		s := c.dev.L2TPSnapshot(c.now)
		c.print(show.VPDNSessions(&s, c.now))
	}),
	command(1, "show vpdn session [l2tp] all [id (1-65535)$ID]", "|||L2TP sessions|Show all session info|Session by local id|Local session id", func(c *call) {
		s := c.dev.L2TPSnapshot(c.now)
		c.print(show.VPDNSessionAll(&s, uint16(c.args.Int("ID")), c.now, c.dialect()))
	}),
	command(1, "show vpdn session [l2tp] packets", "|||L2TP sessions|Show session packet counts", func(c *call) {
		s := c.dev.L2TPSnapshot(c.now)
		c.print(show.VPDNSessionPackets(&s))
	}),
	command(1, "show vpdn group [WORD$Name]", "||VPDN group information|Group name", showVPDNGroups),
}

func showVPDNGroups(c *call) {
	for g := range c.dev.Config().VPDN.Groups.All() {
		if name := c.args.Text("Name"); name == "" || name == g.Key() {
			c.printf("VPDN group %s\n", g.Key())
		}
	}
}

// number reads a decimal; ok is false for anything else.
func number(s string) (int, bool) {
	n, err := strconv.Atoi(s)
	return n, err == nil
}
