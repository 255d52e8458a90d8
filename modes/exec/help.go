package exec

import (
	"fmt"
	"strings"

	"ioslab/modes/session"
	"ioslab/parser/grammar"
)

// helpColumns is the terminal width that lists of bare words are laid out in.
const helpColumns = 80

// helpText words what `?` found behind line; title heads the list of a whole mode.
func helpText(items []grammar.Item, r grammar.Result, line, title string, promptWidth int) string {
	switch r.Kind {
	case grammar.Invalid:
		return strings.Repeat(" ", promptWidth+r.Column) + "^\n% Invalid input detected at '^' marker.\n\n"
	case grammar.Ambiguous:
		return fmt.Sprintf("%% Ambiguous command:  \"%s\"\n\n", strings.TrimSpace(line))
	case grammar.Incomplete, grammar.Empty, grammar.Matched:
	}
	if len(items) == 0 {
		return "% Unrecognized command\n"
	}
	trimmed := strings.TrimSpace(line)
	if trimmed != "" && !strings.HasSuffix(line, " ") && allKeywords(items) {
		return wordColumns(items)
	}
	text := ""
	if trimmed == "" && title != "" {
		text = title + "\n"
	}
	return text + itemLines(items) + "\n"
}

func allKeywords(items []grammar.Item) bool {
	for _, it := range items {
		if !it.Keyword {
			return false
		}
	}
	return true
}

// itemLines is the list with explanations: two blanks, the word padded to the
// longest, two blanks, the text.
func itemLines(items []grammar.Item) string {
	width := 0
	for _, it := range items {
		width = max(width, len(it.Token))
	}
	var b strings.Builder
	for _, it := range items {
		if it.Text == "" {
			fmt.Fprintf(&b, "  %s\n", it.Token)
			continue
		}
		fmt.Fprintf(&b, "  %-*s  %s\n", width, it.Token, it.Text)
	}
	return b.String()
}

// wordColumns is the list of what a partial word begins, in columns of equal
// width, then an empty line.
func wordColumns(items []grammar.Item) string {
	width := 0
	for _, it := range items {
		width = max(width, len(it.Token)+2)
	}
	perLine := max(helpColumns/width, 1)
	var b strings.Builder
	for i, it := range items {
		fmt.Fprintf(&b, "%-*s", width, it.Token)
		if i%perLine == perLine-1 || i == len(items)-1 {
			b.WriteByte('\n')
		}
	}
	b.WriteByte('\n')
	return b.String()
}

// filterHelp is `show … | ?`.
func filterHelp(text string) string {
	typed := strings.TrimLeft(text, " ")
	if strings.Contains(typed, " ") {
		return "  LINE     Regular Expression\n\n"
	}
	var items []grammar.Item
	for _, w := range session.FilterHelp() {
		if strings.HasPrefix(w[0], strings.ToLower(typed)) {
			items = append(items, grammar.Item{Token: w[0], Text: w[1], Keyword: true})
		}
	}
	if len(items) == 0 {
		return "% Unrecognized command\n"
	}
	if typed != "" {
		return wordColumns(items)
	}
	return itemLines(items) + "\n"
}
