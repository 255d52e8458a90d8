package conf

import (
	"slices"
	"strings"

	"ioslab/parser/config"
)

const (
	whyPPTP     = "kept and shown; PPTP, L2F and PPPoE are not implemented: no call comes in by them"
	whyVPDN     = "kept and shown; nothing in ioslab's L2TP depends on it"
	whyDialout  = "kept and shown; dial-out is not implemented: no call is asked for by it"
	whyBalance  = "kept and shown; calls go to the addresses of initiate-to, by priority and limit only"
	whyL2TPv3   = "kept and shown; only L2TPv2 is implemented: no session comes up with it"
	whyOldVPDN  = "the form of 11.3, which later releases replace by a vpdn-group"
	helpVPDN    = "Virtual Private Dialup Network"
	helpGroup   = "Configure an L2TP tunnel"
	helpSecrets = "Specifies an UNENCRYPTED password will follow|Specifies a HIDDEN password will follow|The UNENCRYPTED (cleartext) tunnel password"
)

// vpdnDecls are the `vpdn` lines, then groups, templates and classes.
func vpdnDecls() []*decl {
	ds := vpdnSwitches()
	return append(ds,
		before(vpdnLines),
		&decl{pattern: "vpdn-group WORD$Name!", into: "VPDN.Groups", enter: vpdnGroupMode, between: 1,
			help: "VPDN group configuration|VPDN group name"},
		between(func(v *config.VPDN) bool { return v.Templates.Len() > 0 && v.Groups.Len() > 0 }),
		&decl{pattern: "vpdn-template [WORD$Name!]", into: "VPDN.Templates", enter: vpdnTemplateMode, between: 1,
			help: "VPDN template configuration|VPDN template name"},
		between(func(v *config.VPDN) bool { return v.L2TPClasses.Len() > 0 && v.Groups.Len()+v.Templates.Len() > 0 }),
		&decl{pattern: "l2tp-class WORD$Name!", into: "VPDN.L2TPClasses", enter: l2tpClassMode, between: 1,
			help: "l2tp-class configuration|l2tp-class name"},
		between(func(v *config.VPDN) bool {
			return v.PseudowireClasses.Len() > 0 && v.Groups.Len()+v.Templates.Len()+v.L2TPClasses.Len() > 0
		}),
		&decl{pattern: "pseudowire-class WORD$Name!", into: "VPDN.PseudowireClasses", enter: pwClassMode, between: 1,
			help: "Pseudowire-class configuration|Pseudowire class name"},
	)
}

// between prints one "!" when the configuration of VPDN says so.
func between(both func(v *config.VPDN) bool) *decl {
	return before(func(c *config.Config) bool { return both(&c.VPDN) })
}

// vpdnLines reports whether any line of VPDN stands before the groups.
func vpdnLines(c *config.Config) bool {
	v := &c.VPDN
	if v.Enable || v.SearchOrder.Set || v.SourceIP.Set || v.SessionLimit.Set || v.Multihop.Set || v.AuthenBeforeForward.Set ||
		v.History.Set || v.IgnoreUDPChecksum.Set || v.DomainDelimiter.Set || v.Logging.Set || v.LoggingLocal.Set ||
		v.LoggingRemote.Set || v.LoggingUser.Set || v.LoggingCause.Set || v.LoggingTunnelDrop.Set {
		return true
	}
	return slices.ContainsFunc(c.Stored.List(), func(s *config.StoredLine) bool { return strings.HasPrefix(s.Text, "vpdn ") })
}

func vpdnSwitches() []*decl {
	ds := []*decl{
		{pattern: "vpdn enable$VPDN.Enable", help: helpVPDN + "|Enable VPDN (Virtual Private Dialup Network)"},
		{pattern: "vpdn multihop$VPDN.Multihop", def: "no vpdn multihop", help: helpVPDN + "|Enable multihop VPDN"},
		{pattern: "vpdn authen-before-forward$VPDN.AuthenBeforeForward", def: "no vpdn authen-before-forward", help: helpVPDN + "|Authenticate before forwarding the call"},
		{pattern: "vpdn source-ip A.B.C.D$VPDN.SourceIP", help: helpVPDN + "|Set source IP address for all VPDN tunnels|IP address"},
		{pattern: "vpdn session-limit (1-32767)$VPDN.SessionLimit", help: helpVPDN + "|Limit the number of VPDN sessions|Maximum number of sessions"},
		{pattern: "vpdn search-order <dnis|domain|multihop-hostname>$List...", into: "VPDN.SearchOrder", help: helpVPDN + "|VPDN search order|Search DNIS|Search domain|Search the tunnel's host name"},
		{pattern: "vpdn domain-delimiter LINE$VPDN.DomainDelimiter", help: helpVPDN + "|Set domain delimiters|The delimiters, and suffix or prefix"},
		{pattern: "vpdn ip udp ignore checksum$VPDN.IgnoreUDPChecksum", def: "no vpdn ip udp ignore checksum", help: helpVPDN + "|IP settings|UDP settings|Ignore|Ignore UDP checksums"},
		{pattern: "vpdn history failure$VPDN.History", def: "vpdn history failure", help: helpVPDN + "|VPDN history logging|VPDN failure history"},
	}
	for _, l := range []struct{ words, field, help string }{
		{"", "Logging", ""}, {" cause", "LoggingCause", "|Log the reason of disconnects"}, {" local", "LoggingLocal", "|Log VPDN events locally"},
		{" remote", "LoggingRemote", "|Log VPDN events to the peer's log"}, {" tunnel-drop", "LoggingTunnelDrop", "|Log tunnels that drop"},
		{" user", "LoggingUser", "|Log VPDN user events"},
	} {
		ds = append(ds, &decl{pattern: "vpdn logging" + l.words + "$VPDN." + l.field, def: "no vpdn logging" + l.words, help: helpVPDN + "|VPDN logging" + l.help})
	}
	ds = append(ds, storedMany(whyVPDN, "vpdn aaa <attribute|override-server|untagged> [LINE]\nvpdn history failure <table-size (20-50)|cause normal>\nvpdn logging <accounting|dead-cache|cause normal>\nvpdn l2tp [LINE]\nvpdn pmtu [LINE]\nvpdn softshut\nvpdn tunnel [LINE]\nvpdn group [LINE]\nvpdn group-select [LINE]\nvpdn profile WORD\nvpdn redirect [LINE]\nvpdn uniq-tunnel\nvpdn ip tos [LINE]")...)
	return append(ds, unsupported(whyOldVPDN, "vpdn <incoming|outgoing> LINE\nvpdn local-name LINE")...)
}

// vpdnGroupDecls are the lines of `vpdn-group`; group is false for a template, which
// has no calls of its own.
func vpdnGroupDecls(group bool) []*decl {
	var ds []*decl
	if group {
		ds = append(ds, &decl{print: printDefaultGroup})
	}
	ds = append(ds, &decl{pattern: "description LINE$Description", help: "VPDN group description|Up to 80 characters describing this VPDN group"})
	if group {
		ds = append(ds, callDecls()...)
	}
	ds = append(ds, &decl{pattern: "session-limit (1-32767)$SessionLimit", help: "Maximum number of sessions|Session limit"})
	if group {
		ds = append(ds, peerDecls()...)
	}
	ds = append(ds, groupOptions()...)
	ds = append(ds, groupL2TP()...)
	ds = append(ds, groupIP()...)
	ds = append(ds, storedMany(whyPPTP, "pptp <flow-control|tunnel> LINE\nl2f LINE\npppoe LINE")...)
	ds = append(ds, storedMany(whyBalance, "loadsharing ip LINE\nbackup ip LINE\nloadsharing <round-robin|hash> [LINE]")...)
	return append(ds, storedMany(whyVPDN, "answer-control [LINE]\ncall-restriction [LINE]\ndsl-line-info-forwarding [LINE]\ndnis-group WORD\ngroup session-limit (1-32767)\nrelay LINE\nvpn id LINE\nredirect [LINE]\nrequest-timeout (1-65535)\nsubscriber LINE\nmultilink <bundle|link> (0-32767)")...)
}

// printDefaultGroup is IOS's remark on a group that answers callers nobody else names.
func printDefaultGroup(p *printer, target any) {
	g := target.(*config.VPDNGroup)
	if !g.AcceptDialin.Set || g.TerminateFrom.Set {
		return
	}
	protocol := g.AcceptDialin.Value.Protocol.Or("")
	if protocol == "l2tp" || protocol == "any" {
		p.line("! Default L2TP VPDN group")
	}
	if protocol == "pptp" || protocol == "any" {
		p.line("! Default PPTP VPDN group")
	}
}

func callDecls() []*decl {
	return []*decl{
		{pattern: "accept-dialin", into: "AcceptDialin", enter: acceptInMode, help: "VPDN accept dial-in group configuration"},
		{pattern: "request-dialin", into: "RequestDialin", enter: requestInMode, help: "VPDN request dial-in group configuration"},
		{pattern: "accept-dialout", into: "AcceptDialout", enter: acceptOutMode, help: "VPDN accept dial-out group configuration"},
		{pattern: "request-dialout", into: "RequestDialout", enter: requestOutMode, help: "VPDN request dial-out group configuration"},
		unsupportedOne(whyOldVPDN, "accept dialin LINE"),
		unsupportedOne(whyOldVPDN, "request dialin LINE"),
	}
}

func peerDecls() []*decl {
	return []*decl{
		{pattern: "terminate-from hostname WORD$TerminateFrom", help: "Accept calls from|Hostname of the peer|Hostname"},
		{pattern: "initiate-to ip A.B.C.D$Addr! {limit (0-32767)$Limit|priority (1-32767)$Priority}", into: "InitiateTo",
			help: "IP address of the peer to initiate to|IP address|Peer's IP address|Limit the number of sessions to this peer|Session limit|Priority of this peer|Priority, 1 being the highest"},
	}
}

func groupOptions() []*decl {
	return []*decl{
		{pattern: "source-ip A.B.C.D$SourceIP", help: "Set source IP address for this vpdn-group|Source IP address"},
		{pattern: "local name WORD$LocalName", help: "Local information, like name|Local name|Name"},
		{pattern: "lcp renegotiation <always|on-mismatch>$LCPRenegotiation", help: "LCP options|Renegotiate LCP|Always renegotiate LCP|Renegotiate if the options of the peer do not fit"},
		{pattern: "force-local-chap$ForceLocalCHAP", help: "Force a CHAP challenge to be instigated locally"},
		{pattern: "authen-before-forward$AuthenBeforeForward", help: "Authenticate before forwarding the call"},
		{pattern: "source vpdn-template WORD$SourceTemplate", help: "VPDN group source|The template to take settings from|Name of the template"},
		{pattern: "vpn vrf WORD$VPNVRF", help: "VPN ID/VRF name|VRF name|VRF name"},
	}
}

func groupL2TP() []*decl {
	const tunnel = "l2tp tunnel "
	const help, times = helpGroup + "|L2TP tunnel commands", helpGroup + "|L2TP tunnel commands|Specify how control packets are sent again"
	ds := []*decl{
		{pattern: "l2tp security crypto-profile WORD$Profile [keep-sa$KeepSA]", into: "L2TP.Security", help: helpGroup + "|Security|Crypto profile|Name of the profile of a crypto map|Keep the IKE SA when the tunnel goes"},
		{pattern: "l2tp hidden$L2TP.Hidden", help: helpGroup + "|Hide AVPs"},
		{pattern: "l2tp sequencing$L2TP.Sequencing", help: helpGroup + "|Number data packets"},
		{pattern: "l2tp drop out-of-order$L2TP.DropOutOfOrder", help: helpGroup + "|Drop|Packets that come out of order"},
		{pattern: "l2tp ip udp checksum$L2TP.UDPChecksum", help: helpGroup + "|IP settings|UDP settings|Compute UDP checksums"},
		{pattern: "l2tp rx-speed LINE$L2TP.RxSpeed", help: helpGroup + "|Receive speed to tell the peer|The speed"},
		{pattern: "l2tp tx-speed LINE$L2TP.TxSpeed", help: helpGroup + "|Transmit speed to tell the peer|The speed"},
		{pattern: tunnel + "authentication$L2TP.Authentication", def: tunnel + "authentication", help: help + "|Tunnel authentication"},
		{pattern: tunnel + "bearer capabilities <all|analog|digital|none>$L2TP.Bearer", help: help + "|Bearer|Bearer capabilities AVP|All types|Analog|Digital|None"},
		{pattern: tunnel + "busy timeout (60-65535)$L2TP.BusyTimeout", help: help + "|Busy list|Time that a peer stays on the busy list|Seconds"},
		{pattern: tunnel + "framing capabilities <all|async|none|sync>$L2TP.Framing", help: help + "|Framing|Framing capabilities AVP|All types|Asynchronous|None|Synchronous"},
		{pattern: tunnel + "hello (0-1000)$L2TP.Hello", def: tunnel + "hello 60", help: help + "|Set hello interval|Hello interval in seconds"},
		{pattern: tunnel + "password [<0|7>$L2TP.Password.Type]+ WORD$L2TP.Password.Text", after: encryptPasswords, help: help + "|Tunnel password|" + helpSecrets},
		{pattern: tunnel + "receive-window (1-5000)$L2TP.ReceiveWindow", help: help + "|Set receive window size|Number of packets"},
		{pattern: tunnel + "retransmit initial retries (1-1000)$L2TP.InitialRetries", help: times + "|For the first packet of a tunnel|Number of retries|Retries"},
		{pattern: tunnel + "retransmit initial timeout min (1-8)$L2TP.InitialMin", help: times + "|For the first packet of a tunnel|Time between|Least|Seconds"},
		{pattern: tunnel + "retransmit initial timeout max (1-8)$L2TP.InitialMax", help: times + "|For the first packet of a tunnel|Time between|Most|Seconds"},
		{pattern: tunnel + "retransmit retries (5-1000)$L2TP.RetransmitRetries", help: times + "|Number of retries|Retries"},
		{pattern: tunnel + "retransmit timeout min (1-8)$L2TP.RetransmitMin", help: times + "|Time between|Least|Seconds"},
		{pattern: tunnel + "retransmit timeout max (1-8)$L2TP.RetransmitMax", help: times + "|Time between|Most|Seconds"},
		{pattern: tunnel + "timeout no-session <(0-86400)|never>$L2TP.TimeoutNoSession", help: help + "|Timeouts|Time that a tunnel without sessions lives|Seconds|For ever"},
		{pattern: tunnel + "timeout setup (10-6000)$L2TP.TimeoutSetup", help: help + "|Timeouts|Time to set the tunnel up|Seconds"},
	}
	return append(ds, storedMany(whyVPDN, "l2tp attribute LINE\nl2tp congestion-control\nl2tp ignore LINE\nl2tp ip precedence LINE\nl2tp ip tos LINE\nl2tp tunnel zlb [LINE]\nl2tp tunnel resync [LINE]\nl2tp tunnel busy list [LINE]\nl2tp sso enable\nl2tp flow-control LINE\nl2tp calling-number LINE\nl2tp recovery LINE")...)
}

func groupIP() []*decl {
	ds := []*decl{
		{pattern: "ip pmtu$IPPMTU", help: "IP settings for tunnel|Discover the path MTU"},
		{pattern: "ip mtu adjust$IPMTUAdjust", help: "IP settings for tunnel|MTU of the sessions|Adjust it to the tunnel"},
		{pattern: "ip tos reflect$IPTOSReflect", help: "IP settings for tunnel|TOS of the tunnel's packets|Copy that of the payload"},
		{pattern: "ip precedence PRECEDENCE$IPPrecedence", help: "IP settings for tunnel|Precedence of the tunnel's packets|Precedence value"},
	}
	return append(ds, storedMany(whyVPDN, "ip tos (0-255)\nip tos <max-reliability|max-throughput|min-delay|min-monetary-cost|normal>\nip dfbit set\nip udp ignore checksum")...)
}

// otherValue declares words of a line that are kept in the field of the active ones
// although ioslab does nothing with them. The line is first followed by them.
func otherValue(why, line string, words []string, help string, field func(target any) *config.Opt[string]) *decl {
	pattern := line + " <"
	for i, w := range words {
		if i > 0 {
			pattern += "|"
		}
		pattern += w
	}
	return &decl{
		pattern: pattern + ">$Value", help: help, state: Stored, why: why,
		apply: func(e *edit) error {
			*field(e.target) = config.Opt[string]{}
			if !e.no && !e.reset {
				*field(e.target) = config.Some(e.args.Text("Value"))
			}
			return nil
		},
		print: func(p *printer, target any) {
			if v, ok := field(target).Get(); ok && slices.Contains(words, v) {
				p.line(line + " " + v)
			}
		},
	}
}

// acceptDecls are the lines of `accept-dialin` and `accept-dialout`.
func acceptDecls() []*decl {
	ds := []*decl{
		{pattern: "protocol <any|l2tp>$Protocol", help: "Tunneling protocol|Use any protocol|Use L2TP"},
		otherValue(whyPPTP, "protocol", []string{"l2f", "pppoe", "pptp"}, "Tunneling protocol|Use L2F|Use PPPoE|Use PPTP",
			func(t any) *config.Opt[string] { return &t.(*config.AcceptDialin).Protocol }),
		{pattern: "virtual-template (1-200)$VirtualTemplate", help: "Virtual template|Virtual-Template interface number"},
	}
	return append(ds, storedMany(whyDialout, "dialer (0-255)")...)
}

// requestDecls are the lines of `request-dialin` and `request-dialout`.
func requestDecls() []*decl {
	ds := []*decl{
		{pattern: "protocol <any|l2tp>$Protocol", help: "Tunneling protocol|Use any protocol|Use L2TP"},
		otherValue(whyPPTP, "protocol", []string{"l2f", "pppoe", "pptp"}, "Tunneling protocol|Use L2F|Use PPPoE|Use PPTP",
			func(t any) *config.Opt[string] { return &t.(*config.RequestDialin).Protocol }),
		{pattern: "pool-member (1-255)$PoolMember", help: "Dialer pool that the group belongs to|Pool number"},
		{pattern: "rotary-group (0-255)$RotaryGroup", help: "Dialer rotary group|Group number"},
		{pattern: "domain WORD$Name!", into: "Domains", help: "Tunnel calls of users in this domain|Domain name"},
		{pattern: "dnis WORD$Name!", into: "DNIS", help: "Tunnel calls to this number|Number or name of a DNIS group"},
		{pattern: "multihop hostname WORD$MultihopHostname", help: "Multihop|Tunnel calls from this peer|Name of the peer"},
	}
	return append(ds, storedMany(whyVPDN, "multihop-hostname WORD\nbearer-cap LINE\nvirtual-template (1-200)")...)
}

// l2tpClassDecls are the lines of `l2tp-class`.
func l2tpClassDecls() []*decl {
	ds := []*decl{
		{pattern: "authentication$Authentication", def: "no authentication", help: "Authenticate the control channel"},
		{pattern: "hidden$Hidden", def: "no hidden", help: "Hide AVPs"},
		{pattern: "hostname WORD$Hostname", help: "Local name of the control channel|Name"},
		{pattern: "password [<0|7>$Password.Type]+ WORD$Password.Text", after: encryptPasswords, help: "Password of the control channel|" + helpSecrets},
		{pattern: "hello (0-1000)$Hello", def: "hello 60", help: "Set hello interval|Hello interval in seconds"},
		{pattern: "receive-window (1-5000)$ReceiveWindow", help: "Set receive window size|Number of packets"},
		{pattern: "retransmit retries (5-1000)$Retries", help: "Specify how control packets are sent again|Number of retries|Retries"},
		{pattern: "timeout setup (10-6000)$TimeoutSetup", help: "Timeouts|Time to set the control channel up|Seconds"},
	}
	return append(ds, stored(whyVPDN, "retransmit initial retries (1-1000)\nretransmit initial timeout <min|max>! (1-8)\nretransmit timeout <min|max>! (1-8)\ncookie size <4|8>\ndigest [LINE]\naccounting [LINE]\ncongestion-control\nsequencing [LINE]")...)
}

// pwClassDecls are the lines of `pseudowire-class`.
func pwClassDecls() []*decl {
	ds := []*decl{
		{pattern: "encapsulation l2tpv2$Encapsulation", help: "Data encapsulation method|Use L2TPv2"},
		otherValue(whyL2TPv3, "encapsulation", []string{"l2tpv3", "mpls"}, "Data encapsulation method|Use L2TPv3|Use MPLS",
			func(t any) *config.Opt[string] { return &t.(*config.PseudowireClass).Encapsulation }),
		{pattern: "protocol <l2tpv2$Name|l2tpv3$Name|none$Name> [WORD$Class]", into: "Protocol", help: "Dynamic protocol to set sessions up|Use L2TPv2|Use L2TPv3|No protocol|Name of an l2tp-class"},
		{pattern: "ip local interface IFNAME$LocalInterface", help: "IP settings for tunnel|Local address|Of an interface"},
		{pattern: "ip pmtu$IPPMTU", help: "IP settings for tunnel|Discover the path MTU"},
	}
	return append(ds, stored(whyVPDN, "ip tos <reflect|value (0-255)>\nip dfbit set\nip ttl (1-255)\nip precedence (0-7)\nip protocol WORD\nip udp checksum\nsequencing [LINE]\nvlan [LINE]\nvccv LINE\ninterworking LINE\npreferred-path LINE")...)
}
