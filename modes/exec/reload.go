package exec

import (
	"strings"
	"time"

	"ioslab/debug/logging"
	"ioslab/modes/session"
	"ioslab/parser/grammar"
	"ioslab/runtime/clock"
)

var reloadCommands = []*grammar.Command{
	command(15, "reload", "Halt and perform a cold restart", reloadNow),
	command(15, "reload in (1-34560)$Minutes", "|Reload after a time interval|Delay before reload (minutes)", reloadIn),
	command(15, "reload cancel", "|Cancel pending reload", reloadCancel),
	command(1, "show reload", "|Scheduled reload information", showReload),
}

func reloadNow(c *call) { c.askSave(c.confirmReload) }

// askSave asks about unsaved changes, then goes on with next.
func (c *call) askSave(next func()) {
	if !c.sys.modified {
		next()
		return
	}
	c.s.Ask(session.Question{Prompt: "\nSystem configuration has been modified. Save? [yes/no]: ", Kind: session.Line},
		func(now clock.Instant, text string, ok bool) {
			c.now = now
			switch answer := strings.ToLower(strings.TrimSpace(text)); {
			case !ok:
			case isPrefix(answer, "yes"):
				c.save()
				next()
			case isPrefix(answer, "no"):
				next()
			default:
				c.print("% Please answer 'yes' or 'no'.\n")
				c.askSave(next)
			}
		})
}

func (c *call) confirmReload() {
	c.s.Ask(session.Question{Prompt: "Proceed with reload? [confirm]", Kind: session.Confirm}, func(now clock.Instant, text string, ok bool) {
		if ok && text == "y" {
			c.dev.Logger().Log(now, logging.Reloading(c.who()))
			c.dev.Reload(now)
		}
	})
}

func reloadIn(c *call) {
	minutes := c.args.Int("Minutes")
	c.askSave(func() {
		c.printf("Reload scheduled in %s by %s\nReload reason: Reload Command\n", plural(minutes, "minute"), c.who())
		c.s.Ask(session.Question{Prompt: "Proceed with reload? [confirm]", Kind: session.Confirm}, func(now clock.Instant, text string, ok bool) {
			if ok && text == "y" {
				c.sys.reload = scheduled{at: now.Add(time.Duration(minutes) * time.Minute), by: c.who()}
			}
		})
	})
}

func reloadCancel(c *call) {
	if c.sys.reload.at == clock.Never {
		c.print("%No reload is scheduled.\n")
		return
	}
	c.sys.reload.at = clock.Never
	c.print("\n\n***\n*** --- SHUTDOWN ABORTED ---\n***\n\n")
}

func showReload(c *call) {
	if c.sys.reload.at == clock.Never {
		c.print("No reload is scheduled.\n")
		return
	}
	left := max(c.sys.reload.at.Sub(c.now), 0)
	c.printf("Reload scheduled in %s by %s\nReload reason: Reload Command\n", plural(int(left/time.Minute), "minute"), c.sys.reload.by)
}

func plural(n int, word string) string {
	if n != 1 {
		word += "s"
	}
	return itoa(n) + " " + word
}
