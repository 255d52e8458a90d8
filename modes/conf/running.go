package conf

import (
	"strings"

	"ioslab/parser/config"
)

// Running returns the running-config's text from `version` to `end`, lines ended by \n,
// without the lines that a session puts in front (the byte count, who changed it).
func Running(c *config.Config) string {
	p := &printer{cfg: c}
	p.mode(globalMode, c)
	return p.out.String()
}

// InterfaceText returns the block of one interface as Running prints it, without
// the `!` behind it; false when there is no such interface.
func InterfaceText(c *config.Config, name string) (string, bool) {
	i := c.Interfaces.Get(name)
	if i == nil {
		return "", false
	}
	p := &printer{cfg: c}
	header := "interface " + name
	if i.Mode != "" {
		header += " " + i.Mode
	}
	p.line(header)
	p.indent = 1
	p.mode(interfaceMode, i)
	return p.out.String(), true
}

// ReportLine is a line that is not active.
type ReportLine struct {
	// Line and Column count from 1; Column is where the trouble begins, for lines
	// that are not known, else the first word's.
	Line, Column int
	// Mode names the lines that lead to it: "interface FastEthernet0/0"; empty at the top.
	Mode string
	Text string
	// State is Stored or Unsupported; lines that are not known at all are Unsupported too.
	State State
	// Meaning says what the state means to the user.
	Meaning string
}

// Report is what reading a configuration told: how many lines there were in each
// state, and which were not active.
type Report struct {
	Active, Stored, Unsupported int
	Lines                       []ReportLine // in the order of the text
	// Messages are what IOS prints at boot about lines it refuses.
	Messages []string
}

// Total is the number of lines that hold a command.
func (r *Report) Total() int { return r.Active + r.Stored + r.Unsupported }

// Coverage returns how far a running configuration is supported, line by line of
// show running-config.
func Coverage(c *config.Config) Report {
	_, r, err := Load(strings.NewReader(Running(c)))
	if err != nil {
		// A string has no read errors; a line of our own is never too long.
		return Report{}
	}
	return r
}
