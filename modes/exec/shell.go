package exec

import (
	"strings"

	"ioslab/debug/logging"
	"ioslab/modes/session"
	"ioslab/parser/grammar"
	"ioslab/runtime/clock"
)

// Shell is the interpreter of one session: EXEC and, within it, configuration
// mode.
type Shell struct {
	sys   *System
	dev   Device
	s     *session.Session
	level int    // privilege level
	user  string // logged in as
	id    uint32 // AAA's number of this session
	conf  Configurator
	// monitor: `terminal monitor`.
	monitor bool
}

// who is the person behind the session, for log messages.
func (sh *Shell) who() logging.Who {
	p := sh.s.Place()
	return logging.Who{User: sh.user, Line: p.LogName(), From: p.Remote}
}

// Prompt implements session.Interpreter.
func (sh *Shell) Prompt() string {
	if sh.conf != nil {
		return sh.conf.Prompt()
	}
	if sh.level > 1 {
		return sh.dev.Config().System.Name() + "#"
	}
	return sh.dev.Config().System.Name() + ">"
}

// InConfig implements session.Interpreter.
func (sh *Shell) InConfig() bool { return sh.conf != nil }

// Exec implements session.Interpreter.
func (sh *Shell) Exec(now clock.Instant, s *session.Session, line string) {
	if sh.conf == nil {
		sh.exec(now, line, 0)
		return
	}
	if at, ok := doLine(line); ok {
		sh.exec(now, line, at)
		return
	}
	sh.configure(now, line)
}

// doLine reports whether a configuration line begins with `do`, and where the
// EXEC command behind it begins.
func doLine(line string) (at int, ok bool) {
	start := len(line) - len(strings.TrimLeft(line, " "))
	rest := line[start:]
	if len(rest) > 3 && strings.EqualFold(rest[:3], "do ") {
		return start + 3, true
	}
	return 0, false
}

// exec runs an EXEC command that begins at offset start of line.
func (sh *Shell) exec(now clock.Instant, line string, start int) {
	if strings.HasPrefix(strings.TrimLeft(line[start:], " "), "!") {
		return
	}
	line = sh.alias(line, start)
	text, bar := session.SplitFilter(line)
	if bar < start || !filterable(text, start, sh.level) {
		text, bar = line, -1
	}
	r := commands.Match(text, grammar.Options{Level: sh.level, Start: start})
	if r.Kind == grammar.Empty {
		return
	}
	if r.Kind != grammar.Matched {
		sh.refuse(now, line, start, r)
		return
	}
	if bar >= 0 && !sh.filter(line, bar) {
		return
	}
	r.Command.Data.(handler)(&call{Shell: sh, now: now, args: &r.Args, line: text})
}

// filterable reports whether a command takes output modifiers.
func filterable(text string, start, level int) bool {
	r := commands.Match(text, grammar.Options{Level: level, Start: start})
	return r.Kind == grammar.Matched && strings.HasPrefix(r.Command.Pattern, "show")
}

// alias expands an `alias exec` name at the start of a command.
func (sh *Shell) alias(line string, start int) string {
	rest := strings.TrimLeft(line[start:], " ")
	word, tail, _ := strings.Cut(rest, " ")
	expansion := defaultAliases[word]
	if a := sh.dev.Config().System.Aliases.Get("exec " + word); a != nil && word != "" {
		expansion = a.Command
	}
	if expansion == "" {
		return line
	}
	return strings.TrimRight(line[:start]+expansion+" "+tail, " ")
}

// defaultAliases are what IOS has without an `alias exec` line, as far as the
// commands exist.
var defaultAliases = map[string]string{"h": "help", "lo": "logout", "p": "ping", "s": "show", "u": "undebug", "un": "undebug", "w": "where"}

// filter installs the output modifier behind the bar.
func (sh *Shell) filter(line string, bar int) bool {
	f, err := session.ParseFilter(line[bar+1:])
	if err == nil {
		sh.s.SetFilter(f)
		return true
	}
	switch column := err.(*session.FilterError).Column; column {
	case -1:
		sh.s.Print("% Incomplete command.\n\n")
	case -2:
		sh.s.Print("% Failed to compile regular expression.\n\n")
	default:
		sh.caret(bar + 1 + column)
	}
	return false
}

// caret prints the answer to a word that nothing accepts.
func (sh *Shell) caret(column int) {
	sh.s.Print(strings.Repeat(" ", sh.s.PromptWidth()+column) + "^\n% Invalid input detected at '^' marker.\n\n")
}

// refuse answers an EXEC line that is no command.
func (sh *Shell) refuse(now clock.Instant, line string, start int, r grammar.Result) {
	switch r.Kind {
	case grammar.Invalid:
		words := strings.Fields(line[start:])
		if len(words) == 1 && start == 0 {
			sh.connect(now, words[0])
			return
		}
		sh.caret(r.Column)
	case grammar.Incomplete:
		sh.s.Print("% Incomplete command.\n\n")
	case grammar.Ambiguous:
		sh.s.Printf("%% Ambiguous command:  \"%s\"\n", strings.TrimSpace(line[start:]))
	case grammar.Empty, grammar.Matched:
	}
}

// configure gives a line to configuration mode.
func (sh *Shell) configure(now clock.Instant, line string) {
	before := sh.dev.Config()
	r := sh.conf.Line(now, line)
	if r.Output != "" {
		sh.s.Print(r.Output)
	}
	switch r.Kind {
	case grammar.Invalid:
		sh.caret(r.Column)
	case grammar.Incomplete:
		sh.s.Print("% Incomplete command.\n\n")
	case grammar.Ambiguous:
		sh.s.Printf("%% Ambiguous command:  \"%s\"\n", strings.TrimSpace(line))
	case grammar.Empty, grammar.Matched:
	}
	if sh.dev.Config() != before {
		sh.sys.configChanged(now, sh.user)
	}
	if r.Text {
		sh.askText()
		return
	}
	if r.Left {
		sh.leave(now)
	}
}

// askText reads the next line of a banner: no prompt, no help.
func (sh *Shell) askText() {
	sh.s.Ask(session.Question{Kind: session.Text}, func(now clock.Instant, text string, ok bool) {
		if !ok { // Ctrl-C or Ctrl-Z: the text ends here
			sh.leave(now)
			return
		}
		sh.configure(now, text)
	})
}

// leave ends configuration mode.
func (sh *Shell) leave(now clock.Instant) {
	if sh.conf == nil {
		return
	}
	sh.conf = nil
	sh.dev.Logger().Log(now, logging.Configured(sh.who()))
}

// End implements session.Interpreter.
func (sh *Shell) End(now clock.Instant, _ *session.Session) { sh.leave(now) }

// Closed implements session.Interpreter.
func (sh *Shell) Closed(now clock.Instant, s *session.Session) {
	sh.leave(now)
	sh.dev.Logger().DetachMonitor(s)
	sh.level, sh.user, sh.monitor = 0, "", false
}

// Help implements session.Interpreter.
func (sh *Shell) Help(line string) string {
	if sh.conf != nil {
		if at, ok := doLine(line); ok {
			return sh.execHelp(line, at)
		}
		items, r := sh.conf.Help(line)
		return helpText(items, r, line, sh.conf.Title(), sh.s.PromptWidth())
	}
	return sh.execHelp(line, 0)
}

func (sh *Shell) execHelp(line string, start int) string {
	text, bar := session.SplitFilter(line)
	if bar >= start && filterable(text, start, sh.level) {
		return filterHelp(line[bar+1:])
	}
	items, r := commands.Help(line, grammar.Options{Level: sh.level, Start: start})
	if n := len(items); n > 0 && items[n-1].Token == grammar.CR && filterable(line, start, sh.level) {
		items = append(items[:n-1], grammar.Item{Token: "|", Text: "Output modifiers"}, items[n-1])
	}
	return helpText(items, r, line, "Exec commands:", sh.s.PromptWidth())
}

// Complete implements session.Interpreter.
func (sh *Shell) Complete(line string) (string, bool) {
	start := 0
	if sh.conf != nil {
		at, ok := doLine(line)
		if !ok {
			return sh.conf.Complete(line)
		}
		start = at
	}
	words := commands.Complete(line, grammar.Options{Level: sh.level, Start: start})
	if len(words) != 1 {
		return "", false
	}
	return line[:strings.LastIndexByte(line, ' ')+1] + words[0] + " ", true
}
