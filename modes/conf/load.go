package conf

import (
	"fmt"
	"io"
	"strings"

	"ioslab/parser/config"
	"ioslab/parser/grammar"
	"ioslab/parser/lex"
)

// Load reads a configuration file: a startup-config, a paste, or the output of show
// running-config. It returns the configuration and a report of its lines; the only
// errors are those of reading. A line that nobody knows is kept apart, with those indented under it.
func Load(r io.Reader) (*config.Config, Report, error) { return Merge(nil, r) }

// Merge is Load on top of base, as copying a file to the running-config does.
func Merge(base *config.Config, r io.Reader) (*config.Config, Report, error) {
	l := &loader{m: newMachine(begin(base))}
	l.m.grown, l.m.loading = map[*config.Extra]bool{}, true
	s := lex.NewScanner(r)
	for s.Scan() && !l.ended {
		l.line(s.Line())
	}
	if err := s.Err(); err != nil {
		return nil, l.report, fmt.Errorf("read configuration: %w", err)
	}
	if l.m.banner != nil {
		l.m.endBanner()
	}
	return l.m.d.Commit(), l.report, nil
}

type loader struct {
	m      *machine
	report Report
	// lost is set inside the block of an unknown line: all that is indented
	// deeper than indent belongs to it.
	lost   bool
	indent int
	header string // of the lost block
	ended  bool
}

// framing are lines around a configuration in the output of show commands.
var framing = []string{"Building configuration...", "Current configuration : ", "Using ", "Load for "}

func (l *loader) line(line lex.Line) {
	if l.m.banner != nil {
		l.m.line(line.Text)
		return
	}
	text := strings.TrimRight(line.Text, " \t")
	if kept, ok := strings.CutPrefix(strings.TrimLeft(text, " "), strings.TrimRight(unsupportedMark, " ")); ok {
		if lex.Indent(text) == 0 {
			l.m.frames = l.m.frames[:1]
		}
		l.lost = false
		l.unknown(line, strings.TrimPrefix(kept, " "), 0, whyUnknown)
		return
	}
	if lex.Comment(text) {
		return
	}
	for _, f := range framing {
		if strings.HasPrefix(text, f) {
			return
		}
	}
	depth := lex.Indent(text)
	if l.lost && depth > l.indent {
		// Depth below the lost line is kept: it is the only trace of the block.
		l.unknown(line, text[l.indent:], depth, whyUnknown)
		return
	}
	l.lost = false
	l.known(line, text, depth)
}

const whyUnknown = "ioslab does not know this line; it has no effect"

func (l *loader) known(line lex.Line, text string, depth int) {
	o := l.m.line(text)
	switch {
	case o.kind == grammar.Empty:
	case o.control != nil:
		l.control(line, text, o)
	case o.kind != grammar.Matched || o.state == Invalid:
		if depth == 0 { // it begins something of its own
			l.m.frames = l.m.frames[:1]
		}
		l.unknown(line, strings.TrimLeft(text, " \t"), o.column, whyUnknown)
		l.lost, l.indent, l.header = true, depth, strings.TrimSpace(text)
	case o.refused:
		l.report.Messages = append(l.report.Messages, o.out...)
		l.count(line, text, 0, Unsupported, strings.Join(o.out, " "))
	default:
		l.count(line, text, depth, o.state, o.why)
	}
}

func (l *loader) control(line lex.Line, text string, o outcome) {
	switch *o.control {
	case ctlExit:
		l.m.exit()
	case ctlEnd:
		l.ended = true
	case ctlDo:
		l.count(line, text, 0, Unsupported, "`do` is for typing; a configuration file holds no EXEC commands")
	case ctlHelp:
	}
}

// unknown keeps a line apart, in the mode where it stands.
func (l *loader) unknown(line lex.Line, text string, column int, why string) {
	x := &l.m.d.Config().Extra
	if t := l.m.target(); t != nil {
		if own, ok := extraOf(t); ok {
			x = own
		}
	}
	l.m.addUnsupported(x, text, why)
	if l.lost {
		why = "it belongs to the block of an unsupported line: " + l.header
	}
	l.count(line, text, column, Unsupported, why)
}

func (l *loader) count(line lex.Line, text string, column int, state State, why string) {
	switch state {
	case Active:
		l.report.Active++
		return
	case Stored:
		l.report.Stored++
	case Unsupported, Invalid:
		l.report.Unsupported++
	}
	l.report.Lines = append(l.report.Lines, ReportLine{
		Line: line.Number, Column: column + 1, Mode: l.m.where(), Text: strings.TrimSpace(text), State: state, Meaning: why,
	})
}
