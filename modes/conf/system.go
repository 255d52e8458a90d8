package conf

import (
	"ioslab/parser/config"
	"ioslab/parser/lex"
	"strings"
)

const (
	whyHardware = "kept and shown; the hardware that it sets does not exist here"
	whyService  = "kept and shown; ioslab has no such service"
	whySwitch   = "kept and shown; ioslab has one switching path, which needs no such setting"
	whyManage   = "kept and shown; ioslab has no such management protocol"
	whyRouting  = "kept and shown; ioslab runs no dynamic routing protocol: no route comes from it"
)

// ownVersion is the release that is meant when a configuration names none.
const ownVersion = "12.4"

func versionDecls() []*decl {
	return []*decl{{
		pattern: "version WORD$Version", help: "Version of running-config|Version number", noNo: true,
		apply: func(e *edit) error {
			if e.cfg.Version = e.args.Text("Version"); e.cfg.Version == ownVersion {
				e.cfg.Version = "" // one state for one meaning
			}
			return nil
		},
		print: func(p *printer, _ any) { p.line("version " + versionOf(p.cfg)) },
	}}
}

func versionOf(c *config.Config) string {
	if c.Version == "" {
		return ownVersion
	}
	return c.Version
}

func serviceDecls() []*decl {
	ds := stored(whyService, "service nagle\nservice internal\nservice tcp-small-servers [LINE]\nservice udp-small-servers [LINE]\nservice finger\nservice exec-callback\nservice unsupported-transceiver\nservice counters max age (0-60)\nservice call-home\nservice linenumber\nservice hide-telnet-addresses\nservice disable-ip-fast-frag\nservice decimal-tty\nservice slave-log\nservice prompt config\nservice telnet-zeroidle\nservice compress-config")
	ds = append(ds, storedOn(whyService, "service pad [LINE]\nservice dhcp")...)
	ds = append(ds, []*decl{
		{pattern: "service config$System.Service.Config", def: "no service config"},
		{pattern: "service tcp-keepalives-in$System.Service.TCPKeepalivesIn", def: "no service tcp-keepalives-in"},
		{pattern: "service tcp-keepalives-out$System.Service.TCPKeepalivesOut", def: "no service tcp-keepalives-out"},
	}...)
	ds = append(ds, timestamps("debug", func(s *config.System) *config.Opt[config.Timestamps] { return &s.TimestampsDebug })...)
	ds = append(ds, timestamps("log", func(s *config.System) *config.Opt[config.Timestamps] { return &s.TimestampsLog })...)
	return append(ds, []*decl{
		{pattern: "service password-encryption$System.Service.PasswordEncryption", help: "Modify use of network based services|Encrypt system passwords",
			def: "no service password-encryption", unset: "no service password-encryption", after: encryptPasswords},
		{pattern: "service sequence-numbers$System.Service.SequenceNumbers", def: "no service sequence-numbers"},
	}...)
}

// timestamps declares `service timestamps debug|log`; unset is 12.4's own default.
func timestamps(what string, field func(*config.System) *config.Opt[config.Timestamps]) []*decl {
	standard := config.Timestamps{Form: "datetime", Msec: true}
	d := &decl{
		pattern: "service timestamps " + what + " [<uptime$Form|datetime$Form {msec$Msec|localtime$Localtime|show-timezone$Zone|year$Year}>]",
		help:    "Modify use of network based services|Timestamp debug/log messages||Timestamp with system uptime|Timestamp with date and time|Include milliseconds in timestamp|Use local time zone for timestamps|Add time zone information to timestamp|Include year in timestamp",
	}
	d.apply = func(e *edit) error {
		f := field(&e.cfg.System)
		*f = config.Opt[config.Timestamps]{}
		if e.no {
			*f = config.Some(config.Timestamps{Form: "off"})
		} else if !e.reset {
			*f = config.Some(config.Timestamps{Form: e.args.Text("Form"), Msec: e.args.Has("Msec"), Localtime: e.args.Has("Localtime"),
				ShowTimezone: e.args.Has("Zone"), Year: e.args.Has("Year")})
			if f.Value.Form == "" {
				f.Value.Form = "uptime"
			}
		}
		if f.Value == standard {
			*f = config.Opt[config.Timestamps]{}
		}
		return nil
	}
	d.print = func(p *printer, _ any) {
		p.line(timestampsLine(what, field(&p.cfg.System).Or(standard)))
	}
	return []*decl{d}
}

func timestampsLine(what string, t config.Timestamps) string {
	line := "service timestamps " + what
	switch t.Form {
	case "off":
		return "no " + line + " uptime"
	case "uptime", "":
		return line + " uptime"
	}
	line += " datetime"
	for _, o := range []struct {
		on   bool
		word string
	}{{t.Msec, " msec"}, {t.Localtime, " localtime"}, {t.ShowTimezone, " show-timezone"}, {t.Year, " year"}} {
		if o.on {
			line += o.word
		}
	}
	return line
}

func hostnameDecls() []*decl {
	return []*decl{{
		pattern: "hostname WORD$System.Hostname", help: "Set system's network name|This system's network name",
		unset: "hostname Router", def: "hostname Router",
	}}
}

func bootDecls() []*decl {
	ds := storedMany("kept and shown; there is no image to load", "boot system [LINE]\nboot config [LINE]\nboot bootldr [LINE]\nboot host [LINE]\nboot network [LINE]")
	// The markers themselves are printed always and accepted without effect.
	nothing := func(*edit) error { return nil }
	silent := func(*printer, any) {}
	return append(ds,
		&decl{pattern: "boot-start-marker", apply: nothing, print: silent, hidden: true},
		&decl{pattern: "boot-end-marker", apply: nothing, print: silent, hidden: true})
}

func enableDecls() []*decl {
	return []*decl{
		{pattern: "enable secret [level (1-15)$Level] [<0|5>$Type] LINE$Text", noNo: false,
			help:  "Modify enable password parameters|Assign the privileged level secret|Set exec level password|Level number|Specifies an UNENCRYPTED password will follow|Specifies an ENCRYPTED secret will follow|The UNENCRYPTED (cleartext) 'enable' secret",
			apply: applyEnableSecret, print: func(p *printer, _ any) {
				if s, ok := p.cfg.System.EnableSecret.Get(); ok {
					p.linef("enable secret %d %s", s.Type, s.Text)
				}
			}},
		{pattern: "enable password [<0|7>$System.EnablePassword.Type] LINE$System.EnablePassword.Text",
			help: "Modify enable password parameters|Assign the privileged level password|Specifies an UNENCRYPTED password will follow|Specifies a HIDDEN password will follow|The UNENCRYPTED (cleartext) 'enable' password", after: encryptPasswords},
	}
}

func applyEnableSecret(e *edit) error {
	s := &e.cfg.System.EnableSecret
	if e.no || e.reset {
		*s = config.Opt[config.Secret]{}
		return nil
	}
	*s = config.Some(hashed(e.args.Text("Type"), e.args.Text("Text"), "enable"))
	return nil
}

// hashed is a `secret` as the configuration keeps it: clear text is hashed. The
// salt comes from the owner and the text, so that one configuration is one state.
func hashed(typ, text, owner string) config.Secret {
	if typ == "5" {
		return config.Secret{Type: 5, Text: text}
	}
	return config.Secret{Type: 5, Text: config.HashMD5(text, config.Salt([]byte(owner+"\x00"+text)))}
}

func clockDecls() []*decl {
	ds := []*decl{
		{pattern: "clock timezone WORD$Name (-23-23)$Hours [(0-59)$Minutes]", into: "System.Clock.Timezone",
			help: "Configure time-of-day clock|Configure time zone|name of time zone|Hours offset from UTC|Minutes offset from UTC"},
		{pattern: "clock summer-time WORD$Name LINE$Rule", into: "System.Clock.SummerTime",
			help: "Configure time-of-day clock|Configure summer (daylight savings) time|name of time zone in summer"},
	}
	ds = append(ds, stored(whyHardware, "memory-size iomem (5-50)\nno-such-memory\nmmi polling-interval (0-3600)\nnetwork-clock-participate [LINE]\nnetwork-clock-select [LINE]\ncard type [LINE]\nclock calendar-valid\nresource policy\nprocess cpu [LINE]\nmemory free [LINE]\nscheduler [LINE]\nexception [LINE]\nsystem [LINE]\nplatform [LINE]\nvoice-card (0-8)")...)
	return append(ds, storedOn(whyHardware, "mmi auto-configure\nmmi pvc")...)
}

func midDecls() []*decl {
	ds := stored(whyService, "multilink bundle-name [LINE]\nisdn switch-type WORD\nvoice service [LINE]")
	ds = append(ds, storedMany(whyService, "parameter-map [LINE]\ntrack [LINE]\nkey_chain [LINE]\nlicense [LINE]\npacket-tracer")...)
	return append(ds,
		storedBlock(whyHardware, "controller <T1|E1|T3|E3|SHDSL|VDSL|DSL|SONET> WORD", "config-controller", "framing clock linecode channel-group pri-group ds0-group cablelength line-mode mode description shutdown loopback dsl-group"),
		storedBlock(whyService, "key chain WORD", "config-keychain", "accept-lifetime", sub("key (0-2147483647)", "config-keychain-key", "key-string accept-lifetime send-lifetime cryptographic-algorithm")),
		storedBlock("kept and shown; ioslab has one routing table", "ip vrf WORD", "config-vrf", "rd route-target description import export maximum"),
		storedBlock("kept and shown; ioslab does no quality of service", "class-map [match-any|match-all] WORD", "config-cmap", "match description"),
		storedBlock("kept and shown; ioslab does no quality of service", "policy-map WORD", "config-pmap", "description", sub("class WORD", "config-pmap-c", "bandwidth priority police shape set queue-limit fair-queue random-detect service-policy compression drop")),
		storedBlock("kept and shown; certificates are not implemented", "crypto pki trustpoint WORD", "ca-trustpoint", "enrollment subject-name revocation-check rsakeypair fqdn serial-number ip-address auto-enroll usage usage-keylength crl"),
		storedBlock("kept and shown; certificates are not implemented", "crypto ca trustpoint WORD", "ca-trustpoint", "enrollment subject-name revocation-check rsakeypair fqdn serial-number ip-address auto-enroll usage crl"),
		certificateBlock(),
		storedBlock("kept and shown; PPPoE is not implemented: no session comes up through it", "bba-group pppoe <global|WORD>", "config-bba-group", "virtual-template sessions ac nas-port-id pppoe vendor-tag service mac-address"),
	)
}

// certificateBlock keeps certificates: their hexadecimal lines end in `quit`.
func certificateBlock() *decl {
	d := storedBlock("kept and shown; certificates are not implemented", "crypto <pki|ca> certificate chain WORD", "config-cert-chain", "",
		sub("certificate [<self-signed|ca|ra-encrypt|ra-sign>] [WORD]", "config-pubkey", "quit", hexLines()))
	return d
}

func hexLines() *subBlock { return sub("HEX HEX...", "config-pubkey", "quit") }

func archiveDecls() []*decl {
	return []*decl{
		storedBlock("kept and shown; ioslab keeps no archive of configurations", "archive", "config-archive", "path maximum time-period write-memory rollback hidekeys",
			sub("log config", "config-archive-log-cfg", "logging notify hidekeys record")),
	}
}

func userDecls() []*decl {
	forms := "{privilege (0-15)$Privilege|access-class WORD$AccessClass|callback-dialstring WORD$CallbackDialstring|noescape$NoEscape|nohangup$NoHangup|nopassword$NoPassword}"
	return []*decl{
		{pattern: "username WORD$Name! " + forms + " [password [<0|7>$Password.Type]+ LINE$Password.Text|secret [<0|5>$Secret.Type]+ LINE$Secret.Text|autocommand LINE$Autocommand]",
			into: "Users", keep: true, after: afterUser,
			help: "Establish User Name Authentication|User name|Set user privilege level|User privilege level|Restrict access by access-class|Access list|Callback dialstring|Telephone number|Prevent the user from using an escape character|Do not disconnect after an automatic command|No password is required for the user to log in|Specify the password for the user|Specifies an UNENCRYPTED password will follow|Specifies a HIDDEN password will follow|The UNENCRYPTED (cleartext) user password|Specify the secret for the user|Specifies an UNENCRYPTED secret will follow|Specifies a HIDDEN secret will follow|The UNENCRYPTED (cleartext) user secret|Automatically issue a command after the user logs in|Command to be automatically issued after the user logs in"},
	}
}

// afterUser keeps the rules of passwords: one of password and secret, no clear
// secret.
func afterUser(e *edit, elem any) error {
	u, _ := elem.(*config.User)
	if u == nil {
		return nil
	}
	if e.args.Has("Password.Text") {
		if u.Secret.Set {
			u.Password = config.Opt[config.Secret]{}
			return refusal("ERROR: Can not have both a user password and a user secret.\nPlease choose one or the other.")
		}
		if !e.args.Has("Password.Type") {
			u.Password.Value.Type = 0
		}
	}
	if e.args.Has("Secret.Text") {
		if u.Password.Set {
			u.Secret = config.Opt[config.Secret]{}
			return refusal("ERROR: Can not have both a user password and a user secret.\nPlease choose one or the other.")
		}
		typ := e.args.Text("Secret.Type")
		u.Secret = config.Some(hashed(typ, e.args.Text("Secret.Text"), u.Name))
	}
	return encryptPasswords(e, elem)
}

// encryptPasswords scrambles the clear passwords when the service is on.
func encryptPasswords(e *edit, _ any) error {
	if !e.cfg.System.Service.PasswordEncryption.Or(false) {
		return nil
	}
	c, d := e.cfg, e.d
	scramble(&c.System.EnablePassword)
	for _, u := range c.Users.List() {
		if clear(u.Password) {
			scramble(&c.Users.Edit(d, u.Name).Password)
		}
	}
	for _, l := range c.Lines.List() {
		if clear(l.Password) {
			scramble(&c.Lines.Edit(d, l.Key()).Password)
		}
	}
	for _, i := range c.Interfaces.List() {
		if clear(i.PPP.CHAP.Password) || i.PPP.PAPSentUsername.Set && i.PPP.PAPSentUsername.Value.Password.Type == 0 {
			own := c.Interfaces.Edit(d, i.Key())
			scramble(&own.PPP.CHAP.Password)
			scrambleSecret(&own.PPP.PAPSentUsername.Value.Password)
		}
	}
	for _, g := range c.VPDN.Groups.List() {
		if clear(g.L2TP.Password) {
			scramble(&c.VPDN.Groups.Edit(d, g.Name).L2TP.Password)
		}
	}
	for _, l := range c.VPDN.L2TPClasses.List() {
		if clear(l.Password) {
			scramble(&c.VPDN.L2TPClasses.Edit(d, l.Name).Password)
		}
	}
	return nil
}

func clear(s config.Opt[config.Secret]) bool { return s.Set && s.Value.Type == 0 }

func scramble(s *config.Opt[config.Secret]) {
	if s.Set {
		scrambleSecret(&s.Value)
	}
}

// scrambleSecret takes the salt from the text: one configuration is one state.
func scrambleSecret(s *config.Secret) {
	if s.Type != 0 || s.Text == "" {
		return
	}
	sum := 0
	for i := range len(s.Text) {
		sum += int(s.Text[i])
	}
	*s = config.Secret{Type: 7, Text: config.Encode7(s.Text, sum%16)}
}

func bannerDecls() []*decl {
	set := func(which string) func(e *edit) error {
		return func(e *edit) error {
			field := bannerField(e.cfg, which)
			*field = config.Opt[string]{}
			if e.no || e.reset {
				return nil
			}
			text, done := lex.NewDelimited(e.args.Text("Text"))
			e.m.banner = &bannerInput{text: text, set: func(e *edit, text string) { *bannerField(e.cfg, which) = config.Some(text) }}
			if done {
				e.m.endBanner()
			}
			return nil
		}
	}
	var out []*decl
	for _, which := range []string{"exec", "incoming", "login", "motd"} {
		w := which
		out = append(out, &decl{pattern: "banner " + w + " LINE$Text", help: "Define a login banner|Set the " + w + " banner|c banner-text c, where 'c' is a delimiting character",
			apply: set(w), print: func(p *printer, _ any) { printBanner(p, w) }})
	}
	// The bare form is motd's.
	return append(out, &decl{pattern: "banner LINE$Text", apply: set("motd"), print: func(*printer, any) {}, hidden: true, noNo: true})
}

func bannerField(c *config.Config, which string) *config.Opt[string] {
	b := &c.System.Banner
	switch which {
	case "exec":
		return &b.Exec
	case "incoming":
		return &b.Incoming
	case "login":
		return &b.Login
	}
	return &b.MOTD
}

func printBanner(p *printer, which string) {
	text, ok := bannerField(p.cfg, which).Get()
	if !ok {
		return
	}
	d := delimiter(text)
	p.out.WriteString("banner " + which + " " + d + text + d + "\n")
}

// delimiter returns what can stand around a banner's text: IOS's ^C unless the text
// holds it.
func delimiter(text string) string {
	for _, d := range []string{"^C", "#", "~", "@", "%", "|"} {
		if !strings.Contains(text, d) {
			return d
		}
	}
	for c := byte('!' + 1); c <= '~'; c++ {
		if strings.IndexByte(text, c) < 0 {
			return string(c)
		}
	}
	return "^C"
}

func aliasDecls() []*decl {
	return append([]*decl{
		{pattern: "alias <exec|configure|interface|line|WORD>$Mode! WORD$Name! LINE$Command", into: "System.Aliases",
			help: "Create command alias|Exec mode|Global configuration mode|Interface configuration mode|Line configuration mode|Mode name|Alias name|Command being aliased"},
	}, storedMany("kept and shown; levels of commands are fixed here", "privilege <exec|configure|interface|line|WORD> [all] <level (0-15)|reset> LINE")...)
}

const controlPlane = "control-plane"

// controlPlaneBlock is the block that stands in every running-config.
var controlPlaneBlock *decl

func controlPlaneRank() int { return controlPlaneBlock.rank }

func controlPlaneDecls() []*decl {
	const why = "kept and shown; ioslab does no control-plane policing"
	const body = "service-policy management-interface"
	d := storedBlock(why, controlPlane, "config-cp", body)
	apply, print := d.apply, d.print
	d.apply = func(e *edit) error {
		err := apply(e)
		addBuiltin(e.d)
		return err
	}
	d.print = func(p *printer, target any) {
		if print(p, target); !hasBlock(p.cfg, controlPlane) {
			p.line(controlPlane)
			p.bang(1)
		}
	}
	controlPlaneBlock = d
	return []*decl{d, storedBlock(why, "control-plane <host|transit|cef-exception>", "config-cp", body)}
}

func hasBlock(c *config.Config, header string) bool { return c.Blocks.Get(header) != nil }

func tailDecls() []*decl {
	ds := []*decl{
		{pattern: "ntp server WORD$Server! {prefer$Prefer|source IFNAME$Source}", into: "System.NTPServers"},
	}
	ds = append(ds, storedMany("kept and shown; the clock is the host's", "ntp peer [LINE]\nntp source [LINE]\nntp clock-period (0-4294967295)\nntp master [LINE]\nntp authenticate\nntp authentication-key [LINE]\nntp trusted-key [LINE]\nntp access-group [LINE]\nntp update-calendar\nntp logging\nsntp server [LINE]")...)
	ds = append(ds, storedMany(whyService, "event manager [LINE]\nwebvpn [LINE]\ncall-home")...)
	ds = append(ds, &decl{print: func(p *printer, _ any) { p.unsupported(&p.cfg.Extra) }})
	return append(ds, text("end")...)
}
