package conf

import (
	"flag"
	"fmt"
	"math/rand"
	"strings"
	"testing"

	"ioslab/parser/grammar"
)

var (
	seedFlag  = flag.Int64("seed", 0, "run TestRandom with this seed alone")
	seedsFlag = flag.Int("seeds", 300, "how many seeds TestRandom runs")
)

// TestRandom makes configurations out of the declarations and compares the three
// ways into a state: typed lines, the same text loaded, and the running-config loaded.
func TestRandom(t *testing.T) {
	first, last := int64(1), int64(*seedsFlag)
	if *seedFlag != 0 {
		first, last = *seedFlag, *seedFlag
	}
	failed := 0
	for seed := first; seed <= last && failed < 12; seed++ {
		lines := randomLines(rand.New(rand.NewSource(seed)))
		if err := agree(lines); err != nil {
			failed++
			lines = shrink(lines)
			t.Errorf("seed %d: %v\nlines:\n%s\nrepeat: go test ./modes/conf -run TestRandom -seed=%d",
				seed, agree(lines), strings.Join(lines, "\n"), seed)
		}
	}
}

// agree runs one text by all ways.
func agree(lines []string) error {
	ed := NewEditor()
	typed, _, _ := Load(strings.NewReader("")) // what every router has
	var accepted []string
	lost := -1
	for _, line := range lines {
		depth := len(line) - len(strings.TrimLeft(line, " "))
		if lost >= 0 && depth > lost {
			continue
		}
		lost = -1
		before := len(ed.m.frames)
		r := ed.Line(typed, line)
		if r.Kind != grammar.Matched || r.State == Invalid {
			return fmt.Errorf("typed %q: %v at %d in %s", line, r.Kind, r.Column, ed.m.top().Name)
		}
		accepted = append(accepted, line)
		typed = r.Config
		if _, ok := headers[depth][line]; ok && len(ed.m.frames) <= depth+1 && before > 0 {
			lost = depth
		}
	}
	text := strings.Join(accepted, "\n") + "\n"
	loaded, _, err := Load(strings.NewReader(text))
	if err != nil {
		return err
	}
	if !equalState(loaded, typed) {
		return fmt.Errorf("loaded, typed:\n%s", stateDiff(loaded, typed))
	}
	out := Running(typed)
	again, report, err := Load(strings.NewReader(out))
	if err != nil {
		return err
	}
	if report.Unsupported > 0 {
		for _, l := range report.Lines {
			if l.State == Unsupported {
				return fmt.Errorf("printed, not read: %+v", l)
			}
		}
	}
	if !equalState(again, typed) {
		return fmt.Errorf("printed and loaded, typed:\n%s", stateDiff(again, typed))
	}
	if Running(again) != out {
		return fmt.Errorf("print is no fixed point")
	}
	return nil
}

// headers are the generated lines that begin a mode, by depth.
var headers = map[int]map[string]bool{0: {}, 1: {}, 2: {}, 3: {}}

func randomLines(r *rand.Rand) []string {
	var out []string
	for n := 1 + r.Intn(25); n > 0; n-- {
		out = append(out, randomLine(r, globalMode, 0)...)
	}
	return out
}

// randomLine is one line of a mode, with lines of the mode that it begins.
func randomLine(r *rand.Rand, m *mode, depth int) []string {
	cmds := m.Grammar().Commands()
	c := cmds[r.Intn(len(cmds))]
	if _, ctl := c.Data.(control); ctl || c.Hidden {
		return nil
	}
	d, _ := c.Data.(*decl)
	if d != nil && d.state == Unsupported {
		return nil
	}
	line := c.Sample(r.Intn)
	if line == "" {
		return nil
	}
	if strings.HasPrefix(line, "banner ") && depth == 0 {
		f := strings.Fields(line)
		line = f[0] + " " + f[1] + " ^C" + f[2] + "^C"
	}
	if m == extACLMode || m == stdACLMode {
		// IOS shows no sequence numbers: a reload numbers the entries anew.
		line = strings.TrimLeft(line, "0123456789 ")
		if line == "" {
			return nil
		}
	}
	inside := modeOf(c, d, m)
	indent := strings.Repeat(" ", depth)
	switch {
	case c.NegateOnly:
		return []string{indent + "no " + line}
	case inside == nil && !c.NoNegate && r.Intn(6) == 0:
		return []string{indent + "no " + line}
	case inside == nil:
		return []string{indent + line}
	}
	out := []string{indent + line}
	headers[depth][out[0]] = true
	for n := r.Intn(8); n > 0; n-- {
		out = append(out, randomLine(r, inside, depth+1)...)
	}
	return out
}

// modeOf is the mode that a command begins.
func modeOf(c *grammar.Command, d *decl, m *mode) *mode {
	switch {
	case m.block != nil:
		return m.block.nested[c.Pattern]
	case d.enter != nil:
		return d.enter
	case d.block != nil:
		return d.block
	case strings.HasPrefix(d.pattern, "line ") && m == globalMode:
		return lineMode
	}
	return nil
}

// shrink takes lines away as long as the failure stays.
func shrink(lines []string) []string {
	for again := true; again; {
		again = false
		for i := len(lines) - 1; i >= 0; i-- {
			if i >= len(lines) {
				continue
			}
			end := i + 1 // with what stands under it
			for end < len(lines) && depth(lines[end]) > depth(lines[i]) {
				end++
			}
			fewer := append(append([]string(nil), lines[:i]...), lines[end:]...)
			if agree(fewer) != nil {
				lines, again = fewer, true
			}
		}
	}
	return lines
}
