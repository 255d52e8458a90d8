package conf

import "ioslab/parser/config"

const (
	whyMPPE     = "kept and shown; MPPE is not implemented: no encryption is negotiated inside PPP, a peer that insists on it hangs up"
	whyMulti    = "kept and shown; multilink is not implemented: every link is a bundle of its own"
	whyCallback = "kept and shown; there is no callback"
	whyLQM      = "kept and shown; link quality is not monitored"
	whyPPP      = "kept and shown; it changes nothing in ioslab's PPP"
)

// pppDecls are the `ppp` lines of an interface.
func pppDecls() []*decl {
	var ds []*decl
	for _, group := range [][]*decl{pppOptions(), pppAuth(), pppNames(), pppIPCP(), pppTimers(), pppLCP(), pppRest()} {
		ds = append(ds, group...)
	}
	return bound(ds)
}

func pppOptions() []*decl {
	ds := []*decl{{state: Stored, why: whyPPP, pattern: "ppp mtu adaptive$PPP.MTUAdaptive", help: "Point-to-Point Protocol|PPP MTU options|Adaptively adjust interface MTU to peer MRU"}}
	ds = append(ds, stored(whyPPP, "ppp mtu adaptive proxy")...)
	return append(ds, inactive(whyMPPE, &decl{
		pattern: "ppp encrypt mppe <auto|40|128>$KeyLength {<passive$Passive|required$Required>|stateful$Stateful}", into: "PPP.MPPE",
		help: "|Configure PPP encryption|Microsoft Point-to-Point Encryption|Offer all available key strengths|Offer 40-bit encryption|Offer 128-bit encryption|Do not initiate encryption|Encryption is required|Use stateful encryption",
	})...)
}

func pppAuth() []*decl {
	return []*decl{
		{pattern: "ppp authentication <pap|chap|ms-chap|ms-chap-v2|eap>$Protocols... [if-needed$IfNeeded] [<default|WORD>$List] {callin$Callin|callout$Callout|callback$Callback|one-time$OneTime|optional$Optional}",
			into: "PPP.Authentication", after: afterAuthentication,
			help: "|Set PPP link authentication method|Password Authentication Protocol (PAP)|Challenge Handshake Authentication Protocol (CHAP)|Microsoft Challenge Handshake Authentication Protocol (MS-CHAP)|Microsoft CHAP Version 2 (MS-CHAP-V2)|Extensible Authentication Protocol (EAP)|Allow TACACS+/RADIUS to skip PPP authentication|Use the default authentication list|Use an authentication list with this name|Authenticate remote on incoming call only|Authenticate remote on outgoing call only|Authenticate remote on callback only|Allow use of username*OTP for one-time passwords|Accept peer's refusal to authenticate"},
		listLine("authorization", "Set network authorization parameters", func(p *config.PPP) *config.Opt[string] { return &p.Authorization }),
		listLine("accounting", "Set PPP network accounting method", func(p *config.PPP) *config.Opt[string] { return &p.Accounting }),
	}
}

// afterAuthentication drops the name of the default list, which IOS does not show.
func afterAuthentication(_ *edit, elem any) error {
	if a, _ := elem.(*config.PPPAuthentication); a != nil && a.List == "default" {
		a.List = ""
	}
	return nil
}

// listLine is `ppp authorization|accounting [LIST]`; the bare line means the default list.
func listLine(word, help string, field func(*config.PPP) *config.Opt[string]) *decl {
	return &decl{
		pattern: "ppp " + word + " [<default|WORD>$List]", help: "|" + help + "|Use the default list|Use a list with this name",
		apply: func(e *edit) error {
			f := field(&e.target.(*config.Interface).PPP)
			*f = config.Opt[string]{}
			if !e.no && !e.reset {
				*f = config.Some("default")
				if e.args.Has("List") {
					f.Value = e.args.Text("List")
				}
			}
			return nil
		},
		print: func(p *printer, t any) {
			switch list, ok := field(&t.(*config.Interface).PPP).Get(); {
			case ok && list != "default":
				p.line("ppp " + word + " " + list)
			case ok:
				p.line("ppp " + word)
			}
		},
	}
}

// pppNames are the lines by which this end authenticates itself.
func pppNames() []*decl {
	password := "Specifies an UNENCRYPTED password will follow|Specifies a HIDDEN password will follow|The UNENCRYPTED (cleartext) "
	ds := []*decl{
		{state: Stored, why: whyPPP, pattern: "ppp eap refuse [callin$Callin]", into: "PPP.EAPRefuse", help: "|Set EAP parameters|Refuse to authenticate using EAP|Refuse EAP for incoming calls only"},
		{pattern: "ppp chap hostname WORD$PPP.CHAP.Hostname", help: "|Set CHAP authentication parameters|Set alternate CHAP hostname|Alternate CHAP hostname"},
		{pattern: "ppp chap password [<0|7>$PPP.CHAP.Password.Type]+ LINE$PPP.CHAP.Password.Text", after: encryptPasswords,
			help: "||Set default CHAP password|" + password + "default CHAP password"},
		{pattern: "ppp chap refuse [callin$Callin]", into: "PPP.CHAP.Refuse", help: "||Refuse to authenticate using CHAP|Refuse CHAP for incoming calls only"},
		{state: Stored, why: whyPPP, pattern: "ppp chap wait$PPP.CHAP.Wait", def: "ppp chap wait", help: "||Wait for caller to authenticate first"},
		{state: Stored, why: whyPPP, pattern: "ppp chap ignoreus$PPP.CHAP.IgnoreUs", def: "no ppp chap ignoreus", help: "||Ignore challenges from a peer with our name"},
		{state: Stored, why: whyPPP, pattern: "ppp chap splitnames$PPP.CHAP.SplitNames", def: "no ppp chap splitnames", help: "||Different hostnames for CHAP challenge and response"},
		{pattern: "ppp ms-chap refuse [callin$Callin]", into: "PPP.MSCHAPRefuse", help: "|Set MS-CHAP authentication parameters|Refuse to authenticate using MS-CHAP|Refuse MS-CHAP for incoming calls only"},
		{pattern: "ppp ms-chap-v2 refuse [callin$Callin]", into: "PPP.MSCHAPv2Refuse", help: "|Set MS-CHAP-V2 authentication parameters|Refuse to authenticate using MS-CHAP-V2|Refuse MS-CHAP-V2 for incoming calls only"},
		{pattern: "ppp pap sent-username WORD$Username password [<0|7>$Password.Type]+ LINE$Password.Text", into: "PPP.PAPSentUsername", after: encryptPasswords,
			help: "|Set PAP authentication parameters|Set outbound PAP username|Outbound PAP username|Set outbound PAP password|" + password + "outbound PAP password"},
		{pattern: "ppp pap refuse [callin$Callin]", into: "PPP.PAPRefuse", help: "||Refuse to authenticate using PAP|Refuse PAP for incoming calls only"},
	}
	return append(ds, storedMany(whyPPP, "ppp eap <identity|local|password|wait> [LINE]\nppp chap challenge-length (16-64) [(16-64)]\nppp pap wait\nppp ms-chap-v2 <wait|hostname|password> [LINE]")...)
}

// pppIPCP are the `ppp ipcp` lines. A server and what to do with a peer's are two lines.
func pppIPCP() []*decl {
	servers := func(word, field, name string) []*decl {
		return []*decl{
			{pattern: "ppp ipcp " + word + " A.B.C.D$Primary [A.B.C.D$Secondary] [<accept$Accept|reject$Reject>]", into: "PPP.IPCP." + field,
				help: "|Set IPCP negotiation options|Specify " + name + " options|Primary " + name + " IP address|Secondary " + name + " IP address|Accept any non zero " + name + " address|Reject negotiations"},
			{state: Stored, why: whyPPP, pattern: "ppp ipcp " + word + " <request$PPP.IPCP." + field + "Request [accept$PPP.IPCP." + field + "Accept]|accept$PPP.IPCP." + field + "Accept|reject$PPP.IPCP." + field + "Reject>",
				help: "|||Request " + name + " address from peer|Accept any non zero " + name + " address|Accept any non zero " + name + " address|Reject negotiations"},
		}
	}
	ds := append(servers("dns", "DNS", "DNS"), servers("wins", "WINS", "WINS")...)
	ds = append(ds, []*decl{
		{state: Stored, why: whyPPP, pattern: "ppp ipcp mask request$PPP.IPCP.MaskRequest", help: "||Subnet mask options|Request subnet mask from peer"},
		{state: Stored, why: whyPPP, pattern: "ppp ipcp mask MASK$PPP.IPCP.Mask", help: "|||Subnet mask to offer"},
		{state: Stored, why: whyPPP, pattern: "ppp ipcp route default$PPP.IPCP.RouteDefault", help: "||Route options|Install default route through negotiated address"},
		{state: Stored, why: whyPPP, pattern: "ppp ipcp address accept$PPP.IPCP.AddressAccept", help: "||Additional IP address options|Accept any non zero IP address from our peer"},
		{state: Stored, why: whyPPP, pattern: "ppp ipcp address required$PPP.IPCP.AddressRequired", help: "|||Disconnect if no address is negotiated"},
		{state: Stored, why: whyPPP, pattern: "ppp ipcp address unique$PPP.IPCP.AddressUnique", help: "|||Disconnect if peer's address is already in use"},
		{state: Stored, why: whyPPP, pattern: "ppp ipcp ignore-map$PPP.IPCP.IgnoreMap", help: "||Ignore dialer map when negotiating peer IP address"},
		{state: Stored, why: whyPPP, pattern: "ppp ipcp username unique$PPP.IPCP.UsernameUnique", help: "||Configure how usernames are handled|Ignore a common username when providing an IP address"},
		{state: Stored, why: whyPPP, pattern: "ppp ipcp predictive$PPP.IPCP.PredictiveOption", help: "||Predict peers IPCP requests/replies"},
	}...)
	return append(ds, storedMany(whyPPP, "ppp ipcp <header-compression|accept-address|mask> [LINE]\nppp ipcp dns A.B.C.D A.B.C.D aaa [LINE]\nppp ipv6cp LINE\nppp ncp override local\nppp predictor LINE")...)
}

func pppTimers() []*decl {
	ds := []*decl{
		{pattern: "ppp timeout retry (1-255)$PPP.TimeoutRetry", def: "ppp timeout retry 2", help: "|Set PPP timeout parameters|Maximum time to wait for a response during PPP negotiation|Seconds"},
		{pattern: "ppp timeout authentication (1-255)$PPP.TimeoutAuthentication", def: "ppp timeout authentication 10", help: "||Maximum time to wait for an authentication response|Seconds"},
		{pattern: "ppp timeout ncp (1-2147483)$PPP.TimeoutNCP", help: "||Maximum time to wait for network layer to come up|Seconds"},
		{pattern: "ppp timeout idle (1-2147483)$PPP.TimeoutIdle", help: "||Set idle link timeout|Seconds"},
		{state: Stored, why: whyPPP, pattern: "ppp timeout aaa (1-255)$PPP.TimeoutAAA", help: "||Set AAA response timeout|Seconds"},
		{pattern: "ppp max-configure (1-255)$PPP.MaxConfigure", def: "ppp max-configure 10", help: "|Number of conf-reqs sent before assuming peer is unable to respond|Number of requests"},
		{pattern: "ppp max-failure (1-255)$PPP.MaxFailure", def: "ppp max-failure 5", help: "|Number of conf-naks sent before assuming configuration is not converging|Number of naks"},
		{pattern: "ppp max-terminate (1-255)$PPP.MaxTerminate", def: "ppp max-terminate 2", help: "|Number of term-reqs sent before assuming peer is unable to respond|Number of requests"},
		{pattern: "ppp max-bad-auth (1-255)$PPP.MaxBadAuth", help: "|Allow multiple authentication failures|Number of failures allowed"},
	}
	return append(ds, storedMany(whyPPP, "ppp timeout aaa\nppp timeout idle (1-2147483) <either|inbound>\nppp timeout multilink LINE\nppp timeout ncp termination (1-65535)\nppp timeout absolute (1-2147483)")...)
}

func pppLCP() []*decl {
	ds := []*decl{
		{pattern: "ppp direction <callin|callout|dedicated>$PPP.Direction", help: "|Override default PPP direction|Make the interface the answering side|Make the interface the calling side|Make the interface neither"},
		{state: Stored, why: whyPPP, pattern: "ppp lcp delay (0-255)$PPP.LCPDelay", help: "|Set LCP negotiation options|Set time to delay before initiating LCP|Seconds"},
		{state: Stored, why: whyPPP, pattern: "ppp lcp fast-start$PPP.LCPFastStart", def: "no ppp lcp fast-start", help: "||Allow fast-start on this interface"},
		{state: Stored, why: whyPPP, pattern: "ppp acfc local <request|forbid>$PPP.ACFCLocal", help: "|Options for HDLC Address & Control Field Compression|Handling of the option in our requests|Request it|Do not allow it"},
		{pattern: "ppp acfc remote <apply|ignore|reject>$PPP.ACFCRemote", help: "||Handling of the option in the peer's requests|Accept and use it|Accept and do not use it|Reject it"},
		{state: Stored, why: whyPPP, pattern: "ppp pfc local <request|forbid>$PPP.PFCLocal", help: "|Options for Protocol Field Compression|Handling of the option in our requests|Request it|Do not allow it"},
		{pattern: "ppp pfc remote <apply|ignore|reject>$PPP.PFCRemote", help: "||Handling of the option in the peer's requests|Accept and use it|Accept and do not use it|Reject it"},
	}
	return append(ds, storedMany(whyPPP, "ppp lcp <predictive|echo|mru> [LINE]\nppp lcp delay (0-255) (0-999) [LINE]\nppp accm [LINE]")...)
}

func pppRest() []*decl {
	ds := inactive(whyMulti,
		&decl{pattern: "ppp multilink$PPP.Multilink", def: "no ppp multilink", help: "|Make interface multilink capable"},
		&decl{pattern: "ppp link reorders$PPP.LinkReorders", def: "no ppp link reorders", help: "|Set miscellaneous link parameters|Link may reorder packets"})
	ds = append(ds, inactive(whyCallback, &decl{pattern: "ppp callback <accept|initiate|permit|request>$PPP.Callback",
		help: "|Set PPP link callback option|Accept a callback request|Initiate a callback|Permit callback|Request a callback"})...)
	ds = append(ds, inactive(whyLQM, &decl{pattern: "ppp quality (0-100)$PPP.Quality", help: "|Set minimum Link Quality before link is down|Percentage"})...)
	return append(ds, storedMany(whyMulti, "ppp multilink <group|endpoint|fragment|fragmentation|interleave|links|load-threshold|mrru|multiclass|queue|slippage|idle-link|fragment-delay> [LINE]\nmultilink-group (1-2147483647)\nppp bridge <ip|ipx|appletalk>\nppp reliable-link\nppp bap LINE\nppp bcp LINE\nppp bacp\nppp caller name WORD\nppp dnis (0-2147483647)\nppp loopback ignore\nppp iphc LINE\nppp muxcp\nppp packet throttle LINE\nppp disconnect-cause keepalive LINE\nppp use-tacacs [LINE]\nppp hold-queue (1-65535)\nppp negotiation LINE\nppp bandwidth LINE")...)
}
