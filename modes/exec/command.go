package exec

import (
	"slices"

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
	line string
}

func (c *call) print(text string) { c.s.Print(text) }

// commands are the EXEC commands of all routers. Built once, read-only.
var commands = grammar.MustTree(slices.Concat(
	basicCommands, showCommands, showCryptoCommands, showVPDNCommands, clearCommands, debugCommands(),
	fileCommands, terminalCommands, pingCommands, clockCommands, reloadCommands,
)...)

func command(level int, pattern, help string, h handler) *grammar.Command {
	return &grammar.Command{Pattern: pattern, Help: help, Level: level, Data: h}
}
