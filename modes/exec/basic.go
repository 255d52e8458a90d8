package exec

import (
	"strconv"

	"ioslab/modes/session"
	"ioslab/parser/grammar"
	"ioslab/runtime/clock"
)

func itoa(n int) string { return strconv.Itoa(n) }

var basicCommands = []*grammar.Command{
	command(0, "enable [(0-15)$Level]", "Turn on privileged commands|Enable level", enableCommand),
	command(0, "disable [(0-15)$Level]", "Turn off privileged commands|Privilege level to go to", disableCommand),
	command(0, "exit", "Exit from the EXEC", exitCommand),
	command(0, "logout", "Exit from the EXEC", exitCommand),
	{Pattern: "quit", Help: "Exit from the EXEC", Hidden: true, Data: handler(exitCommand)},
	command(0, "help", "Description of the interactive help system", helpCommand),
	command(15, "configure [<terminal|memory|network>$From]", "Enter configuration mode|Configure from the terminal|Configure from NV memory|Configure from a TFTP network host", configureCommand),
	command(1, "where", "List active connections", func(c *call) { c.print("% No connections open\n") }),
	command(1, "who", "Display information about terminal lines", showUsers),
}

func exitCommand(c *call) { c.s.Exit(c.now) }

func helpCommand(c *call) {
	c.print(`Help may be requested at any point in a command by entering
a question mark '?'.  If nothing matches, the help list will
be empty and you must backup until entering a '?' shows the
available options.
Two styles of help are provided:
1. Full help is available when you are ready to enter a
   command argument (e.g. 'show ?') and describes each possible
   argument.
2. Partial help is provided when an abbreviated argument is entered
   and you want to know what arguments match the input
   (e.g. 'show pr?'.)

`)
}

func configureCommand(c *call) {
	if c.conf != nil { // do configure …
		c.invalid("")
		return
	}
	switch c.args.Text("From") {
	case "terminal":
		c.configureTerminal()
	case "memory":
		c.copyStartup()
	case "network":
		c.print("%% Non-volatile configuration memory invalid or not present\n")
	default:
		c.s.Ask(session.Question{Prompt: "Configuring from terminal, memory, or network [terminal]? ", Kind: session.Line},
			func(now clock.Instant, text string, ok bool) {
				c.now = now
				switch {
				case !ok:
				case text == "" || isPrefix(text, "terminal"):
					c.configureTerminal()
				case isPrefix(text, "memory"):
					c.copyStartup()
				default:
					c.print("?Must be \"terminal\", \"memory\" or \"network\"\n")
				}
			})
	}
}

func isPrefix(s, word string) bool { return s != "" && len(s) <= len(word) && word[:len(s)] == s }

func (c *call) configureTerminal() {
	c.Shell.conf = c.dev.Configure()
	c.print("Enter configuration commands, one per line.  End with CNTL/Z.\n")
}
