package exec

import (
	"ioslab/debug/logging"
	"ioslab/modes/session"
	"ioslab/parser/grammar"
	"ioslab/runtime/clock"
	"ioslab/runtime/event"
)

// debugCommands are made from the conditions that logging knows: `debug X`,
// `undebug X` and `no debug X` for each.
func debugCommands() []*grammar.Command {
	list := []*grammar.Command{
		command(15, "debug all", "Debugging functions (see also 'undebug')|Enable all debugging", debugAll),
		command(15, "undebug all", "Disable debugging functions (see also 'debug')|Enable all debugging", debugOff),
		command(15, "no debug all", "Disable debugging functions|Debugging functions (see also 'undebug')|Enable all debugging", debugOff),
		command(15, "debug ip packet WORD$List [detail$Detail]", "||IP information|Access list|Print more debugging detail", debugPackets),
		command(15, "debug ip packet detail$Detail [WORD$List]", "", debugPackets),
		command(1, "show debugging", "|State of each debugging option", func(c *call) { c.print(c.dev.Debug().Show()) }),
	}
	for _, cond := range logging.All {
		class := cond.Class
		on := func(c *call) { c.debug(class, true) }
		off := func(c *call) { c.debug(class, false) }
		for _, pattern := range debugPatterns(cond) {
			list = append(list, command(15, "debug "+pattern, "", on), command(15, "undebug "+pattern, "", off), command(15, "no debug "+pattern, "", off))
		}
	}
	return list
}

// debugPatterns are a condition's spellings: `debug ip arp` is `debug arp`.
func debugPatterns(cond logging.Condition) []string {
	if cond.Class == event.ARP {
		return []string{cond.Command, "ip arp"}
	}
	return []string{cond.Command}
}

func (c *call) debug(class event.Class, on bool) {
	for _, line := range c.dev.Debug().Set(class, on) {
		c.print(line + "\n")
	}
	if class&event.IPPacket != 0 {
		c.dev.DebugPackets(on, "", false)
	}
}

func debugPackets(c *call) {
	f := logging.PacketFilter{List: c.args.Text("List"), Detail: c.args.Has("Detail")}
	for _, line := range c.dev.Debug().SetPacket(f) {
		c.print(line + "\n")
	}
	c.dev.DebugPackets(true, f.List, f.Detail)
}

func debugOff(c *call) {
	c.print(c.dev.Debug().Off() + "\n")
	c.dev.DebugPackets(false, "", false)
}

func debugAll(c *call) {
	c.s.Ask(session.Question{Prompt: "\nThis may severely impact network performance. Continue? (yes/[no]): ", Kind: session.Line},
		func(_ clock.Instant, text string, ok bool) {
			if !ok || !isPrefix(text, "yes") {
				return
			}
			for _, cond := range logging.All {
				c.dev.Debug().Set(cond.Class, true)
			}
			c.dev.DebugPackets(true, "", false)
			c.print("\nAll possible debugging has been turned on\n")
		})
}
