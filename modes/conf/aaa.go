package conf

import "ioslab/parser/config"

const aaaMethods = "<local|local-case|none|enable|line|if-needed|if-authenticated|krb5|krb5-telnet|cache WORD|group <radius|tacacs+|ldap|WORD>>$Methods..."

func aaaDecls() []*decl {
	ds := []*decl{
		{pattern: "aaa new-model$AAA.NewModel", unset: "no aaa new-model", after: afterNewModel, help: "Authentication, Authorization and Accounting.|Enable NEW access control commands and functions.(Disables OLD commands.)"},
		{print: func(p *printer, _ any) {
			if p.cfg.AAA.NewModel {
				p.bang(2)
			}
		}},
		storedBlock("kept and shown; there is no RADIUS client: the group's servers never answer", "aaa group server radius WORD", "config-sg-radius", "server server-private ip attribute authorization accounting deadtime load-balance"),
		storedBlock("kept and shown; there is no TACACS+ client: the group's servers never answer", "aaa group server tacacs+ WORD", "config-sg-tacacs+", "server server-private ip"),
		{pattern: "aaa authentication <ppp|login|enable|dot1x|arap|sgbp>$Type! <default|WORD>$List! " + aaaMethods, into: "AAA.Authentication",
			help: "Authentication, Authorization and Accounting.|Authentication configurations parameters.|Set authentication lists for ppp.|Set authentication lists for logins.|Set authentication list for enable.|Set authentication lists for IEEE 802.1x.|Set authentication lists for arap.|Set authentication lists for sgbp.|The default authentication list.|Named authentication list (max 31 characters, longer will be rejected)."},
		{pattern: "aaa authorization console$AAA.AuthorizationConsole"},
		{pattern: "aaa authorization <network|exec|config-commands|reverse-access|commands (0-15)>$Type! <default|WORD>$List! " + aaaMethods, into: "AAA.Authorization", tail: " ",
			help: "Authentication, Authorization and Accounting.|Authorization configurations parameters.|For network services. (PPP, SLIP, ARAP)|For starting an exec (shell).|For configuration mode commands.|For reverse access connections|For exec (shell) commands.|Enable level"},
		{pattern: "aaa accounting <network|exec|connection|system|commands (0-15)>$Type! <default|WORD>$List! <start-stop|stop-only|wait-start|none>$Record [" + aaaMethods + "]", into: "AAA.Accounting"},
		{pattern: "aaa local authentication attempts max-fail (1-65535)$AAA.MaxFailAttempts"},
	}
	ds = append(ds, storedMany("kept and shown; accounting records go nowhere", "aaa accounting update [LINE]\naaa accounting delay-start [LINE]\naaa accounting nested\naaa accounting suppress [LINE]\naaa accounting send [LINE]\naaa accounting jitter [LINE]")...)
	ds = append(ds, storedMany(whyService, "aaa attribute list WORD\naaa server radius [LINE]\naaa dnis [LINE]\naaa nas [LINE]\naaa authorization config-commands\naaa authentication <banner|fail-message|username-prompt|password-prompt> LINE\naaa traceback recording\naaa max-sessions (0-32767)\naaa route download [LINE]\naaa pod [LINE]")...)
	return append(ds,
		&decl{pattern: "aaa session-id <common|unique>$ID", help: "Authentication, Authorization and Accounting.|AAA Session ID|use same id for all AAA services (default)|use different id for each service",
			apply: func(e *edit) error {
				e.cfg.AAA.SessionID = config.Opt[string]{}
				if id := e.args.Text("ID"); !e.no && !e.reset && id == "unique" {
					e.cfg.AAA.SessionID = config.Some(id)
				}
				return nil
			},
			print: func(p *printer, _ any) {
				if p.cfg.AAA.NewModel || p.cfg.AAA.SessionID.Set {
					p.bang(1)
					p.line("aaa session-id " + p.cfg.AAA.SessionID.Or("common"))
				}
			}})
}
