package exec

import (
	"ioslab/modes/session"
	"ioslab/parser/config"
	"ioslab/runtime/aaa"
	"ioslab/runtime/clock"
)

// maxTries is how often a name or password may be wrong.
const maxTries = 3

// login is one login dialogue.
type login struct {
	*Shell
	how   string // none, password, local, aaa
	list  string // of aaa
	line  *config.Line
	tries int
}

// Open implements session.Interpreter: banners, login, then the EXEC.
func (sh *Shell) Open(now clock.Instant, s *session.Session) {
	sh.level, sh.conf, sh.user = 1, nil, ""
	p := s.Place()
	sh.sys.uses[p.TTY]++
	l := &login{Shell: sh, line: sh.sys.line(p)}
	l.choose()
	l.banner(sh.dev.Config().System.Banner.MOTD, l.line.MOTDBanner.Or(true))
	if l.how == "none" {
		l.in(l.line.Privilege.Or(1))
		return
	}
	if l.how == "password" && l.line.Password.Value.Empty() {
		s.Print("\nPassword required, but none set\n")
		s.Exit(now)
		return
	}
	s.Print("\n\nUser Access Verification\n\n")
	l.banner(sh.dev.Config().System.Banner.Login, true)
	sh.id = sh.dev.Bind("tty" + itoa(p.TTY))
	l.ask(now)
}

func (l *login) banner(text config.Opt[string], on bool) {
	if t := text.Or(""); on && t != "" {
		l.s.Print("\n" + t + "\n")
	}
}

// choose finds out how this line logs in.
func (l *login) choose() {
	cfg := l.dev.Config()
	vty := l.line.Kind == "vty"
	if cfg.AAA.NewModel {
		l.list = l.line.LoginList.Or("default")
		switch {
		case cfg.AAA.Authentication.Get("login "+l.list) != nil:
			l.how = "aaa"
		case vty: // without a list, a vty asks the local users, the console nobody
			l.how = "local"
		default:
			l.how = "none"
		}
		return
	}
	switch l.line.Login.Or("") {
	case "none":
		l.how = "none"
	case "local":
		l.how = "local"
	case "password":
		l.how = "password"
	default:
		l.how = "none"
		if vty {
			l.how = "password"
		}
	}
}

// ask begins a try.
func (l *login) ask(now clock.Instant) {
	name, secret := l.how == "local", true
	if l.how == "aaa" {
		p := l.dev.LoginPrompts(l.list)
		name, secret = p.Username, p.Password
	}
	if !name {
		l.askPassword(now, "", secret)
		return
	}
	l.s.Ask(session.Question{Prompt: "Username: ", Kind: session.Line}, func(now clock.Instant, user string, ok bool) {
		switch {
		case !ok:
			l.ask(now)
		case user == "":
			l.failed(now, "")
		default:
			l.askPassword(now, user, secret)
		}
	})
}

func (l *login) askPassword(now clock.Instant, user string, secret bool) {
	if !secret {
		l.verify(now, user, "")
		return
	}
	l.s.Ask(session.Question{Prompt: "Password: ", Kind: session.Secret}, func(now clock.Instant, password string, _ bool) {
		l.verify(now, user, password)
	})
}

func (l *login) verify(now clock.Instant, user, password string) {
	switch l.how {
	case "password":
		if !l.line.Password.Value.Verify(password) {
			l.failed(now, "")
			return
		}
		l.in(l.line.Privilege.Or(1))
	case "local":
		r := l.dev.LoginLocal(now, user, password)
		if r.Status != aaa.Pass {
			l.failed(now, "% Login invalid\n\n")
			return
		}
		l.user = user
		l.in(max(r.Privilege, l.line.Privilege.Or(1)))
	case "aaa":
		r := l.dev.Login(now, l.id, l.list, user, password, lineSecret(l.line))
		if r.Status != aaa.Pass {
			l.failed(now, "% Authentication failed\n\n")
			return
		}
		l.user = user
		l.in(max(r.Privilege, l.line.Privilege.Or(1)))
	}
}

func lineSecret(l *config.Line) aaa.Secret { return aaaSecret(l.Password) }

// aaaSecret turns a configured secret into the form that aaa verifies.
func aaaSecret(o config.Opt[config.Secret]) aaa.Secret {
	s, ok := o.Get()
	if !ok {
		return aaa.Secret{}
	}
	return aaa.Secret{Kind: aaa.Kind(s.Type), Text: s.Text, Set: true}
}

func (l *login) failed(now clock.Instant, words string) {
	l.tries++
	l.s.Print(words)
	if l.tries < maxTries {
		l.ask(now)
		return
	}
	if l.how == "password" {
		l.s.Print("% Bad passwords\n")
	}
	l.s.Exit(now)
}

// in begins the EXEC at a privilege level.
func (l *login) in(level int) {
	l.level = min(max(level, 1), 15)
	l.banner(l.dev.Config().System.Banner.Exec, l.line.ExecBanner.Or(true))
}
