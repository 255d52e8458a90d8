package exec

import (
	"slices"
	"strings"

	"ioslab/parser/grammar"
	"ioslab/runtime/clock"
)

// handler runs a command.
type handler func(c *call)

// call is one command being run.
type call struct {
	*Shell
	now  clock.Instant
	args *grammar.Args
	// line is what was typed, without an output modifier.
	line string
}

func (c *call) print(text string) { c.s.Print(text) }

// invalid answers an argument that the pattern took but the command cannot
// use: the caret stands under the argument's text, or at the end of the line.
func (c *call) invalid(name string) {
	at := len(c.line)
	if text := c.args.Text(name); text != "" {
		if i := strings.LastIndex(c.line, text); i >= 0 {
			at = i
		}
	}
	c.caret(at)
}

// commands are the EXEC commands of all routers. Built once, read-only.
var commands = mustTree(slices.Concat(
	basicCommands, showCommands, showCryptoCommands, showVPDNCommands, clearCommands, debugCommands(),
	fileCommands, terminalCommands, pingCommands, clockCommands, reloadCommands,
))

func mustTree(list []*grammar.Command) *grammar.Tree {
	t, err := grammar.NewWithGlossary(glossary, list...)
	if err != nil {
		panic(err) // a pattern in this package's text is wrong
	}
	return t
}

// glossary explains the keywords that stand in many commands.
var glossary = map[string]string{
	"aaa": "AAA Authentication, Authorization and Accounting", "authentication": "Authentication", "authorization": "Authorization",
	"arp": "IP ARP and HP Probe transactions", "crypto": "Cryptographic subsystem", "isakmp": "ISAKMP Key Management", "ipsec": "IPSEC processing",
	"engine": "Crypto Engine Debug", "ip": "IP information", "icmp": "ICMP transactions", "packet": "General IP debugging and IPSO security transactions",
	"ppp": "PPP (Point to Point Protocol) information", "negotiation": "PPP negotiation", "error": "Errors", "vpdn": "VPDN information",
	"event": "Events", "l2x-events": "L2X protocol events", "l2x-errors": "L2X protocol errors", "l2x-packets": "L2X control packets",
	"l2x-data": "L2X data packets", "vtemplate": "Virtual Template information", "no": "Disable debugging functions",
	"debug": "Debugging functions (see also 'undebug')", "undebug": "Disable debugging functions (see also 'debug')", "all": "Enable all debugging",
	"show": "Show running system information", "clear": "Reset functions", "detail": "Print more debugging detail", "l2tp": "L2TP protocol",
	"default": "Set a command to its defaults", "editing": "Enable command line editing", "length": "Set number of lines on a screen",
	"width": "Set width of the display terminal", "brief": "Brief summary of IP status and configuration", "running-config": "Current operating configuration",
	"startup-config": "Contents of startup configuration", "size": "Set history buffer size", "reload": "Halt and perform a cold restart",
	"copy": "Copy from one file to another", "transform-set": "Crypto transform sets", "ping": "Send echo messages", "traceroute": "Trace route to destination",
	"interface": "Interface", "id": "Local id", "processes": "Active process statistics",
}

func command(level int, pattern, help string, h handler) *grammar.Command {
	return &grammar.Command{Pattern: pattern, Help: help, Level: level, Data: h}
}
