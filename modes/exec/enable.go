package exec

import (
	"ioslab/modes/session"
	"ioslab/parser/config"
	"ioslab/runtime/aaa"
	"ioslab/runtime/clock"
)

// enable is one `enable` dialogue.
type enable struct {
	*Shell
	level  int
	secret config.Opt[config.Secret]
	bad    string
	aaa    bool
	tries  int
}

func enableCommand(c *call) {
	level := 15
	if c.args.Has("Level") {
		level = c.args.Int("Level")
	}
	if level <= c.level {
		c.Shell.level = max(level, 0)
		return
	}
	e := &enable{Shell: c.Shell, level: level, bad: "% Bad secrets\n\n"}
	sys := &c.dev.Config().System
	e.secret = sys.EnableSecret
	if !e.secret.Set {
		e.secret, e.bad = sys.EnablePassword, "% Bad passwords\n\n"
	}
	cfg := c.dev.Config()
	if cfg.AAA.NewModel {
		e.aaa = cfg.AAA.Authentication.Get("enable default") != nil
		e.bad = "% Access denied\n\n"
	}
	if !e.secret.Set && !e.aaa {
		e.without()
		return
	}
	e.ask()
}

// without: no password is set. The console is let in, a vty is not.
func (e *enable) without() {
	if e.s.Place().Kind == session.VTY {
		if e.dev.Config().AAA.NewModel {
			e.s.Print("% Error in authentication.\n\n")
		} else {
			e.s.Print("% No password set\n\n")
		}
		return
	}
	e.Shell.level = e.level
}

func (e *enable) ask() {
	e.s.Ask(session.Question{Prompt: "Password: ", Kind: session.Secret}, func(now clock.Instant, password string, ok bool) {
		if !ok {
			e.s.Print("\n")
			return
		}
		if e.right(now, password) {
			e.Shell.level = e.level
			return
		}
		e.tries++
		if e.tries < maxTries {
			e.ask()
			return
		}
		e.s.Print(e.bad)
	})
}

func (e *enable) right(now clock.Instant, password string) bool {
	if e.aaa {
		l := e.sys.line(e.s.Place())
		return e.dev.EnableLogin(now, e.id, e.user, password, lineSecret(l)).Status == aaa.Pass
	}
	return e.secret.Value.Verify(password)
}

func disableCommand(c *call) {
	level := 1
	if c.args.Has("Level") {
		level = c.args.Int("Level")
	}
	if level > c.level {
		c.print("New privilege level must be less than current privilege level\n")
		return
	}
	c.Shell.level = level
}
