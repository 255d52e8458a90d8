package exec

import (
	"strings"

	"ioslab/modes/session"
	"ioslab/modes/show"
	"ioslab/parser/grammar"
)

var terminalCommands = []*grammar.Command{
	command(0, "terminal length (0-512)$N", "Set terminal line parameters|Set number of lines on a screen|Number of lines on screen (0 for no pausing)", terminalLength),
	command(0, "terminal width (0-512)$N", "|Set width of the display terminal|Number of characters on a screen line", terminalWidth),
	command(0, "terminal monitor", "|Copy debug output to the current terminal line", terminalMonitor),
	command(0, "terminal no monitor", "|Negate a command or set its defaults|Copy debug output to the current terminal line", terminalNoMonitor),
	command(0, "terminal history", "|Enable and control the command history function", func(c *call) { c.history(session.DefaultHistory) }),
	command(0, "terminal history size (0-256)$N", "||Set history buffer size|Size of history buffer", func(c *call) { c.history(c.args.Int("N")) }),
	command(0, "terminal no history", "||Enable and control the command history function", func(c *call) { c.history(0) }),
	command(0, "terminal no length", "||Set number of lines on a screen", func(c *call) { c.length(session.DefaultParams().Length) }),
	command(0, "terminal no width", "||Set width of the display terminal", func(c *call) { c.width(session.DefaultParams().Width) }),
	command(0, "terminal [no] editing", "||Enable command line editing", func(*call) {}),
	command(0, "terminal default <length|width>$What", "|Set a command to its defaults", terminalDefault),
	command(1, "show terminal", "|Display terminal configuration parameters", showTerminal),
	command(1, "show history", "|Display the session command history", showHistory),
	command(1, "show line", "|TTY line information", showLine),
	command(1, "show privilege", "|Show current privilege level", func(c *call) { c.printf("Current privilege level is %d\n", c.level) }),
}

func (c *call) length(n int) {
	p := c.s.Params()
	p.Length = n
	c.s.SetTerminal(p)
}

func (c *call) width(n int) {
	p := c.s.Params()
	p.Width = n
	c.s.SetTerminal(p)
}

func (c *call) history(n int) {
	p := c.s.Params()
	p.History = n
	c.s.SetTerminal(p)
}

func terminalLength(c *call) { c.length(c.args.Int("N")) }
func terminalWidth(c *call)  { c.width(c.args.Int("N")) }

func terminalDefault(c *call) {
	if c.args.Text("What") == "length" {
		c.length(session.DefaultParams().Length)
		return
	}
	c.width(session.DefaultParams().Width)
}

func terminalMonitor(c *call) {
	if c.s.Place().Kind == session.Console {
		c.print("% Console already monitors\n")
		return
	}
	c.monitor = true
	c.dev.Logger().AttachMonitor(c.s)
}

func terminalNoMonitor(c *call) {
	if c.s.Place().Kind == session.Console {
		c.print("% Console already monitors\n")
		return
	}
	c.monitor = false
	c.dev.Logger().DetachMonitor(c.s)
}

func showHistory(c *call) {
	var b strings.Builder
	for _, line := range c.s.History() {
		b.WriteString("  " + line + "\n")
	}
	c.print(b.String())
}

// lineOf describes a terminal line.
func (c *call) lineOf(p session.Place, sh *Shell) show.Line {
	params := c.sys.params(p)
	l := show.Line{TTY: p.TTY, Name: p.Kind.String() + " " + itoa(p.Number), Uses: c.sys.uses[p.TTY],
		Type: map[session.LineKind]string{session.Console: "CTY", session.Aux: "AUX", session.VTY: "VTY"}[p.Kind]}
	if sh != nil && sh.s.Active() {
		_, opened := sh.s.IdleTime()
		params = sh.s.Params()
		l.Active, l.Since = true, c.now.Sub(opened)
		l.Here = sh == c.Shell
	}
	l.Length, l.Width, l.History, l.ExecTimeout = params.Length, params.Width, params.History, params.ExecTimeout
	return l
}

func showTerminal(c *call) { c.print(show.Terminal(c.lineOf(c.s.Place(), c.Shell))) }

func showLine(c *call) {
	list := []show.Line{
		c.lineOf(session.Place{Kind: session.Console}, c.sys.console),
		c.lineOf(session.Place{Kind: session.Aux, TTY: 1}, nil),
	}
	for n := range c.sys.vtyCount() {
		list = append(list, c.lineOf(session.Place{Kind: session.VTY, Number: n, TTY: firstVTY + n}, c.sys.vtys[n]))
	}
	c.print(show.Lines(list))
}
