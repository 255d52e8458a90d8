package router

import (
	"bytes"
	"fmt"
	"strings"

	"ioslab/debug/format"
	"ioslab/debug/logging"
	"ioslab/modes/conf"
	"ioslab/modes/exec"
	"ioslab/modes/show"
	"ioslab/parser/config"
	"ioslab/parser/grammar"
	"ioslab/runtime/clock"
	"ioslab/runtime/reconcile"
)

// RunningConfig returns the running configuration's text, from `version` to `end`.
func (r *Router) RunningConfig() string { return conf.Running(r.cfg) }

// InterfaceConfig returns the block of one interface.
func (r *Router) InterfaceConfig(name string) (string, bool) { return conf.InterfaceText(r.cfg, name) }

// Configure opens configuration mode for a session.
func (r *Router) Configure() exec.Configurator { return &configurator{r: r, ed: conf.NewEditor()} }

// LoadConfig merges lines into the running configuration.
func (r *Router) LoadConfig(now clock.Instant, text string) string {
	cfg, report, err := conf.Merge(r.cfg, strings.NewReader(text))
	if err != nil {
		return "% " + err.Error() + "\n"
	}
	r.Apply(now, cfg)
	var b strings.Builder
	for _, m := range append(report.Messages, unsupportedLines(&report)...) {
		b.WriteString(m + "\n")
	}
	return b.String()
}

// Coverage tells of the running configuration's lines that are not active.
func (r *Router) Coverage() (total int, inactive []show.Coverage) {
	report := conf.Coverage(r.cfg)
	for _, l := range report.Lines {
		inactive = append(inactive, show.Coverage{Mode: l.Mode, Line: l.Text, State: l.State.String(), Meaning: l.Meaning})
	}
	return report.Total(), inactive
}

// configurator is one session's configuration mode over the running configuration.
type configurator struct {
	r  *Router
	ed *conf.Editor
}

func (c *configurator) Prompt() string { return c.ed.Prompt(c.r.cfg.System.Name()) }
func (c *configurator) Title() string  { return c.ed.Title() }

func (c *configurator) Help(line string) ([]grammar.Item, grammar.Result) { return c.ed.Help(line) }
func (c *configurator) Complete(line string) (string, bool)               { return c.ed.Complete(line) }

func (c *configurator) Line(now clock.Instant, line string) exec.LineResult {
	e := c.ed.Line(c.r.cfg, line)
	c.r.Apply(now, reconcile.LinkedPorts(e.Config, c.r.linked()))
	out := exec.LineResult{Kind: e.Kind, Column: e.Column, Left: e.Left, Text: e.Text}
	for _, l := range e.Output {
		out.Output += l + "\n"
	}
	return out
}

// loadStartup reads the startup-config. It returns the configuration, the text of the
// boot and what the log is told afterwards.
func (r *Router) loadStartup() (cfg *config.Config, text string, log []format.Message) {
	data, err := r.files.Load(exec.StartupConfig)
	if err != nil || len(data) == 0 {
		return reconcile.LinkedPorts(&config.Config{}, r.linked()), "", nil
	}
	cfg, report, err := conf.Load(bytes.NewReader(data))
	if err != nil {
		return reconcile.LinkedPorts(&config.Config{}, r.linked()), "", []format.Message{logging.BadConfig()}
	}
	r.startup = cfg
	text = strings.Join(append(report.Messages, unsupportedLines(&report)...), "\n")
	if text != "" {
		text += "\n"
	}
	return reconcile.LinkedPorts(cfg, r.linked()), text, nil
}

// maxBootLines bounds what the boot says about unsupported lines; the rest is
// in `show parser coverage`.
const maxBootLines = 20

// unsupportedLines words the lines of a file that ioslab keeps apart.
func unsupportedLines(report *conf.Report) []string {
	var out []string
	for _, l := range report.Lines {
		if l.State == conf.Stored {
			continue
		}
		if len(out) == maxBootLines {
			return append(out, fmt.Sprintf("%% ... %d lines are unsupported in all; see show parser coverage", report.Unsupported))
		}
		out = append(out, fmt.Sprintf("%% Unsupported line %d: %s", l.Line, l.Text))
	}
	return out
}
