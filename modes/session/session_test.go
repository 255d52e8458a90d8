package session

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/clock"
)

// fake is an Interpreter with a few commands, enough to drive a session.
type fake struct {
	s      *Session
	prompt string
	config bool
	ran    []string
	job    *fakeJob
	closed int
}

type fakeJob struct {
	f           *fake
	interrupted bool
}

func (j *fakeJob) Interrupt(now clock.Instant) {
	j.interrupted = true
	j.f.s.Print("^interrupted\n")
	j.f.s.Finish(now, j)
}

func (f *fake) Open(clock.Instant, *Session) {}
func (f *fake) Prompt() string {
	if f.config {
		return "R(config)#"
	}
	return f.prompt
}
func (f *fake) InConfig() bool { return f.config }
func (f *fake) End(clock.Instant, *Session) {
	f.config = false
}
func (f *fake) Help(line string) string {
	if strings.HasSuffix(line, "sh") {
		return "show  \n\n"
	}
	return "  help  for " + line + "\n\n"
}
func (f *fake) Complete(line string) (string, bool) {
	if line == "sho" {
		return "show ", true
	}
	return "", false
}
func (f *fake) Closed(clock.Instant, *Session) { f.closed++ }

func (f *fake) Exec(now clock.Instant, s *Session, line string) {
	f.ran = append(f.ran, line)
	command, bar := SplitFilter(line)
	if bar >= 0 {
		filter, err := ParseFilter(line[bar+1:])
		if err != nil {
			s.Print("% " + err.Error() + "\n")
			return
		}
		s.SetFilter(filter)
	}
	var n int
	switch {
	case command == "conf":
		f.config = true
	case command == "exit":
		s.Exit(now)
	case command == "ping":
		f.job = &fakeJob{f: f}
		s.Print("!!")
		s.Run(f.job)
	case command == "enable":
		s.Ask(Question{"Password: ", Secret}, func(_ clock.Instant, text string, ok bool) {
			s.Printf("<%s %v>\n", text, ok)
		})
	case command == "reload":
		s.Ask(Question{"Proceed with reload? [confirm]", Confirm}, func(_ clock.Instant, text string, ok bool) {
			s.Printf("<%s %v>\n", text, ok)
		})
	case command == "log":
		s.WriteLog(now, "*Mar  1 00:00:12.123: %SYS-5-CONFIG_I: Configured from console by console")
	case sscan(command, &n):
		for i := range n {
			s.Printf("line %d\n", i+1)
		}
	}
}

func sscan(line string, n *int) bool {
	c, err := fmt.Sscanf(line, "lines %d", n)
	return c == 1 && err == nil
}

// open returns a session at its prompt, with what was on the screen thrown away.
func open(t testing.TB, p Params) (*Session, *fake) {
	t.Helper()
	f := &fake{prompt: "R#"}
	s := New(Config{Params: p, Hostname: func() string { return "R" }, Interpreter: f})
	f.s = s
	s.ShowIdle()
	s.Input(0, []byte("\r"))
	s.Output()
	return s, f
}

func typed(s *Session, keys string) string {
	s.Input(0, []byte(keys))
	return string(s.Output())
}

// screen plays bytes on a terminal and returns its lines.
func screen(out string) string {
	lines := [][]byte{nil}
	row, col := 0, 0
	for i := range len(out) {
		switch b := out[i]; b {
		case '\r':
			col = 0
		case '\n':
			row++
			if row == len(lines) {
				lines = append(lines, nil)
			}
		case '\b':
			col = max(0, col-1)
		case bell:
		default:
			for len(lines[row]) <= col {
				lines[row] = append(lines[row], ' ')
			}
			lines[row][col] = b
			col++
		}
	}
	var text []string
	for _, l := range lines {
		text = append(text, strings.TrimRight(string(l), " "))
	}
	return strings.Join(text, "\n")
}

func TestIdleScreenAndReturn(t *testing.T) {
	f := &fake{prompt: "R2LNS>"}
	s := New(Config{Params: DefaultParams(), Hostname: func() string { return "R2LNS" }, Interpreter: f})
	s.ShowIdle()
	got := string(s.Output())
	for _, want := range []string{"\r\nR2LNS con0 is now available\r\n\r\n", "\r\nPress RETURN to get started.\r\n"} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in %q", want, got)
		}
	}
	if got := typed(s, "x\r"); got != "\r\nR2LNS>" {
		t.Errorf("after RETURN: %q", got)
	}
	typed(s, "exit\r")
	if s.Active() || f.closed != 1 {
		t.Error("exit left the session active")
	}
	if got := typed(s, "\r"); got != "\r\nR2LNS>" {
		t.Errorf("opened again: %q", got)
	}
}

// Each case is what is typed and, byte for byte, what the terminal gets.
func TestEchoAndEditingBytes(t *testing.T) {
	for _, tt := range []struct{ name, keys, want string }{
		{"plain", "ab", "ab"},
		{"erase", "ab\x7f", "ab\b \b"},
		{"erase by ctrl-h", "ab\b", "ab\b \b"},
		{"home and insert", "bc\x01a", "bc\b\babc\b\b"},
		{"end", "ab\x01\x05c", "ab\b\babc"},
		{"left, delete", "abc\x02\x02\x04", "abc\b\bc \b\b"},
		{"kill", "abc\x02\x0b", "abc\b \b"},
		{"to the beginning", "abc\x15", "abc\b\b\b   \b\b\b"},
		{"word", "ab cd\x17", "ab cd\b\b  \b\b"},
		{"transpose", "ab\x14", "ab\b\bba"},
		{"arrows", "ac\x1b[Db\x1b[C", "ac\bbc\bc"},
		{"nothing to erase", "\x7f", ""},
		{"enter", "x\r", "x\r\nR#"},
		{"redraw", "ab\x02\x12", "ab\b\r\nR#ab\b"},
		{"nul is nothing", "a\x00b", "ab"},
	} {
		s, _ := open(t, DefaultParams())
		if got := typed(s, tt.keys); got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}

func TestEditedLineIsWhatRuns(t *testing.T) {
	for _, tt := range []struct{ keys, want string }{
		{"shw\x02o\r", "show"},
		{"show version\x1bb\x1bd\r", "show "},
		{"abc\x01\x0b\x19\x19\r", "abcabc"},
		{"one two\x1bb\x1bbX\r", "Xone two"},
		{"hello\x01\x1bu\r", "HELLO"},
		{"Hello\x01\x1bl\r", "hello"},
		{"hello\x01\x1bc\r", "Hello"},
		{"\x16?x\r", "?x"},
		{"x\x1b[1~y\x1b[4~z\x1b[1~\x1b[3~\r", "xz"},
	} {
		s, f := open(t, DefaultParams())
		typed(s, tt.keys)
		if len(f.ran) != 1 || f.ran[0] != tt.want {
			t.Errorf("%q ran %q, want %q", tt.keys, f.ran, tt.want)
		}
	}
}

func TestLineEndsCountOnce(t *testing.T) {
	for _, packets := range [][]string{
		{"a\rb\r"}, {"a\nb\n"}, {"a\r\nb\r\n"}, {"a\r\x00b\r\x00"},
		{"a\r", "\nb\r", "\n"}, {"a\r", "\x00b\r", "\x00"}, {"a", "\r", "\n", "b", "\r", "\n"},
	} {
		s, f := open(t, DefaultParams())
		got := ""
		for _, p := range packets {
			got += typed(s, p)
		}
		if strings.Join(f.ran, "|") != "a|b" || got != "a\r\nR#b\r\nR#" {
			t.Errorf("%q ran %q and showed %q", packets, f.ran, got)
		}
	}
	s, f := open(t, DefaultParams())
	typed(s, "a\n\nb\r\r")
	if strings.Join(f.ran, "|") != "a||b|" {
		t.Errorf("ran %q", f.ran)
	}
}

func TestHelpAndTabRedrawTheLine(t *testing.T) {
	s, f := open(t, DefaultParams())
	if got, want := typed(s, "sh?"), "sh?\r\nshow  \r\n\r\nR#sh"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := typed(s, "o\t"), "o\r\nR#show "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := typed(s, "\t"), "\r\nR#show "; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	typed(s, "x\r")
	if f.ran[0] != "show x" {
		t.Errorf("ran %q", f.ran)
	}
	if got := typed(s, `say "why?`); got != `say "why?` {
		t.Errorf("a question mark in quotes: %q", got)
	}
}

func TestHistory(t *testing.T) {
	p := DefaultParams()
	p.History = 2
	s, f := open(t, p)
	typed(s, "one\rtwo\rtwo\rthree\r\r")
	if got := strings.Join(s.History(), " "); got != "two three" {
		t.Fatalf("history %q", got)
	}
	if got := screen(typed(s, "\x10\x10")); got != "two" {
		t.Errorf("screen %q", got)
	}
	if got := typed(s, "\x10"); got != "\a" {
		t.Errorf("past the oldest: %q", got)
	}
	typed(s, "\x0e\x0e\x1b[A\r")
	if last := f.ran[len(f.ran)-1]; last != "three" {
		t.Errorf("ran %q", last)
	}
	typed(s, "conf\r")
	if len(s.History()) != 0 {
		t.Error("configuration mode shares the history of EXEC")
	}
	if got := typed(s, "hostname x\x1a"); got != "hostname x^Z\r\nR#" {
		t.Errorf("Ctrl-Z: %q", got)
	}
	if last := f.ran[len(f.ran)-1]; last != "hostname x" {
		t.Errorf("Ctrl-Z ran %q", last)
	}
}

func TestCtrlCDropsTheLineAndLeavesConfiguration(t *testing.T) {
	s, f := open(t, DefaultParams())
	typed(s, "conf\r")
	if got := typed(s, "hostname x\x03"); got != "hostname x^C\r\nR#" {
		t.Errorf("%q", got)
	}
	if len(f.ran) != 1 {
		t.Errorf("ran %q", f.ran)
	}
}

func TestMorePages(t *testing.T) {
	s, _ := open(t, DefaultParams())
	got := typed(s, "lines 50\r")
	if n := strings.Count(got, "line "); n != 23 || !strings.HasSuffix(got, "line 23\r\n --More-- ") {
		t.Fatalf("first page has %d lines and ends in %q", n, got[len(got)-30:])
	}
	erase := "\b\b\b\b\b\b\b\b\b        \b\b\b\b\b\b\b\b\b"
	if got, want := typed(s, "\r"), erase+"line 24\r\n --More-- "; got != want {
		t.Errorf("RETURN: %q", got)
	}
	got = typed(s, " ")
	if n := strings.Count(got, "line "); n != 23 || !strings.HasPrefix(got, erase+"line 25\r\n") {
		t.Errorf("SPACE: %d lines", n)
	}
	if got := typed(s, "q"); got != erase+"R#" {
		t.Errorf("q: %q", got)
	}
	if got := typed(s, "lines 23\r"); strings.Contains(got, "More") {
		t.Error("23 lines stopped")
	}
	p := s.Params()
	p.Length = 0
	s.SetTerminal(p)
	if got := typed(s, "lines 500\r"); strings.Contains(got, "More") || !strings.HasSuffix(got, "line 500\r\nR#") {
		t.Error("terminal length 0 stopped")
	}
}

func TestMoreSearches(t *testing.T) {
	s, _ := open(t, DefaultParams())
	typed(s, "lines 50\r")
	got := typed(s, "/line 48\r")
	if !strings.HasSuffix(got, "/line 48\r\nfiltering...\r\nline 48\r\nline 49\r\nline 50\r\nR#") {
		t.Errorf("%q", got)
	}
}

func TestFilters(t *testing.T) {
	s, _ := open(t, DefaultParams())
	for _, tt := range []struct{ keys, want string }{
		{"lines 12 | include line 1_", "line 1\r\n"},
		{"lines 12 | inc 1[12]$", "line 11\r\nline 12\r\n"},
		{"lines 12 | e 1", "line 2\r\nline 3\r\nline 4\r\nline 5\r\nline 6\r\nline 7\r\nline 8\r\nline 9\r\n"},
		{"lines 12 | b 11", "line 11\r\nline 12\r\n"},
		{"lines 12 | count 1", "Number of lines which match regexp = 4\r\n"},
		{"lines 12 | include 3|5", "line 3\r\nline 5\r\n"},
	} {
		if got, want := typed(s, tt.keys+"\r"), tt.keys+"\r\n"+tt.want+"R#"; got != want {
			t.Errorf("%s: %q, want %q", tt.keys, got, want)
		}
	}
}

func TestSectionFilter(t *testing.T) {
	const config = "hostname R\n!\ninterface Loopback0\n ip address 2.2.2.2 255.255.255.255\n!\nvpdn-group 1\n accept-dialin\n  protocol l2tp\n  virtual-template 1\n terminate-from hostname frank\n!\nend\n"
	for text, want := range map[string]string{
		" section interface":     "interface Loopback0\n ip address 2.2.2.2 255.255.255.255\n",
		" s accept":              " accept-dialin\n  protocol l2tp\n  virtual-template 1\n",
		" section include ^vpdn": "vpdn-group 1\n accept-dialin\n  protocol l2tp\n  virtual-template 1\n terminate-from hostname frank\n",
		" section exclude ^vpdn": "hostname R\n!\ninterface Loopback0\n ip address 2.2.2.2 255.255.255.255\n!\n!\nend\n",
	} {
		f, err := ParseFilter(text)
		if err != nil {
			t.Fatal(err)
		}
		lf := newLineFilter(f)
		if got := string(lf.close(lf.write(nil, config))); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestParseFilterErrors(t *testing.T) {
	for text, column := range map[string]int{"": -1, " include": -1, " include ": -1, " foo x": 1, " inxlude x": 3, " include *": -2, " include [a": -2, " include (": -2} {
		_, err := ParseFilter(text)
		fe, ok := err.(*FilterError)
		if !ok || fe.Column != column {
			t.Errorf("%q: %v, want column %d", text, err, column)
		}
	}
}

func TestRegexps(t *testing.T) {
	for _, tt := range []struct {
		pattern, text string
		want          bool
	}{
		{"_100_", "100 200", true}, {"_100_", "1100", false}, {"_100_", "{100}", true}, {"_100_", "a,100", true},
		{"^ip", "ip cef", true}, {"^ip", " ip", false}, {`2\.2`, "2.2", true}, {`2\.2`, "232", false},
		{"[^a-c]x", "dx", true}, {"[^a-c]x", "ax", false}, {"a{2}", "aa", false}, {"a{2}", "a{2}", true},
		{"(foo|bar)+", "xbar", true}, {"[]x]", "]", true}, {`a\_b`, "a_b", true}, {`a\_b`, "a b", false}, {"ab?c", "ac", true},
	} {
		re, err := CompileRegexp(tt.pattern)
		if err != nil {
			t.Errorf("%q: %v", tt.pattern, err)
			continue
		}
		if got := re.MatchString(tt.text); got != tt.want {
			t.Errorf("%q on %q: %v", tt.pattern, tt.text, got)
		}
	}
}

func TestTypeAheadWaitsForAJob(t *testing.T) {
	s, f := open(t, DefaultParams())
	if got := typed(s, "ping\rlines 1\r"); got != "ping\r\n!!" {
		t.Errorf("%q", got)
	}
	s.Print("!")
	s.Finish(0, f.job)
	if got, want := string(s.Output()), "!\r\nR#lines 1\r\nline 1\r\nR#"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestInterruptKeys(t *testing.T) {
	for _, k := range []string{"\x1e", "\x03"} {
		s, f := open(t, DefaultParams())
		typed(s, "ping\rthrown away\r")
		if got, want := typed(s, "also away"+k+"kept"), "^interrupted\r\nR#kept"; got != want || !f.job.interrupted {
			t.Errorf("%q, want %q", got, want)
		}
		if len(f.ran) != 1 {
			t.Errorf("ran %q", f.ran)
		}
	}
	s, f := open(t, DefaultParams())
	typed(s, "ping\r")
	s.Hangup(0)
	if !f.job.interrupted || s.Active() {
		t.Error("a hang-up left the job running")
	}
}

func TestQuestions(t *testing.T) {
	s, _ := open(t, DefaultParams())
	if got, want := typed(s, "enable\rcisco\r"), "enable\r\nPassword: \r\n<cisco true>\r\nR#"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	for keys, want := range map[string]string{
		"\r":   "\r\n<y true>\r\nR#",
		"y":    "y\r\n<y true>\r\nR#",
		"n":    "n\r\n<n true>\r\nR#",
		"\x03": "\r\n< false>\r\nR#",
	} {
		typed(s, "reload\r")
		if got := typed(s, keys); got != want {
			t.Errorf("%q: %q, want %q", keys, got, want)
		}
	}
	if n := len(s.History()); n != 2 {
		t.Errorf("answers went into the history: %q", s.History())
	}
}

func TestLongLinesScroll(t *testing.T) {
	p := DefaultParams()
	p.Width = 30 // 27 columns behind "R#"
	s, f := open(t, p)
	line := "access-list 101 permit ip host 1.1.1.1 any"
	got := screen(typed(s, line))
	if len(got) > 30 || got[0] != '$' || !strings.HasSuffix(got, "any") {
		t.Errorf("screen %q", got)
	}
	for _, l := range strings.Split(got, "\n") {
		if len(l) > 28 {
			t.Errorf("%q is too long", l)
		}
	}
	typed(s, "\r")
	if f.ran[0] != line {
		t.Errorf("ran %q", f.ran[0])
	}
	p.Width = 0
	s, _ = open(t, p)
	if got := typed(s, strings.Repeat("x", 500)); got != strings.Repeat("x", 500) {
		t.Error("width 0 does not echo plainly")
	}
}

func TestLogMessagesInTheMiddleOfTyping(t *testing.T) {
	const msg = "*Oct 25 11:35:10.831: %SYS-5-CONFIG_I: Configured from console by console"
	s, f := open(t, DefaultParams())
	typed(s, "ping 19")
	s.WriteLog(0, msg)
	s.WriteLog(0, "second\n  line")
	s.WriteLog(0, "")
	s.WriteLog(0, "third")
	if got, want := string(s.Output()), "\r\n"+msg+"\r\nsecond\r\n  line\r\n\r\nthird"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	typed(s, "2\r")
	if f.ran[0] != "ping 192" {
		t.Errorf("ran %q", f.ran)
	}
	p := DefaultParams()
	p.Synchronous = true
	s, _ = open(t, p)
	typed(s, "show ip\x02")
	s.WriteLog(0, msg)
	if got, want := string(s.Output()), "\r\n"+msg+"\r\nR#show ip\b"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestLogOfACommandComesBehindThePrompt(t *testing.T) {
	s, _ := open(t, DefaultParams())
	const msg = "*Mar  1 00:00:12.123: %SYS-5-CONFIG_I: Configured from console by console"
	if got, want := typed(s, "log\r"), "log\r\nR#\r\n"+msg; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got, want := typed(s, "\r"), "\r\nR#"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}

func TestExecTimeout(t *testing.T) {
	s, f := open(t, DefaultParams())
	ten := clock.Instant(10 * time.Minute)
	if d := s.Deadline(); d != ten {
		t.Errorf("deadline %d", d)
	}
	s.Input(clock.Instant(time.Minute), []byte("x"))
	s.Tick(ten)
	if !s.Active() {
		t.Fatal("ended although something was typed")
	}
	s.Tick(clock.Instant(11 * time.Minute))
	if s.Active() || f.closed != 1 {
		t.Error("not ended")
	}
	if s.Deadline() != clock.Never {
		t.Error("the idle screen has a deadline")
	}
}

func TestVTYClosesAndDropsItsInput(t *testing.T) {
	f := &fake{prompt: "R#"}
	s := New(Config{Place: Place{Kind: VTY, TTY: 2}, Params: DefaultParams(), Interpreter: f})
	f.s = s
	s.Connect(0)
	if got := typed(s, "exit\rshow\r"); got != "R#exit\r\n" || !s.Closed() || len(f.ran) != 1 {
		t.Errorf("%q closed %v ran %q", got, s.Closed(), f.ran)
	}
	typed(s, "more\r")
	s.Hangup(0)
	if len(f.ran) != 1 || f.closed != 1 {
		t.Error("a closed line still listens")
	}
	s.Connect(0)
	if got := string(s.Output()); got != "R#" {
		t.Errorf("connected again: %q", got)
	}
}

func TestWindowSizeGivesWayToTheUser(t *testing.T) {
	s, _ := open(t, DefaultParams())
	s.Resize(0, 132, 50)
	if p := s.Params(); p.Length != 50 || p.Width != 132 {
		t.Errorf("%+v", p)
	}
	p := s.Params()
	p.Length = 0
	s.SetTerminal(p)
	s.Resize(0, 100, 40)
	if p := s.Params(); p.Length != 0 {
		t.Errorf("%+v", p)
	}
}

func TestASlowTerminalHoldsTheSession(t *testing.T) {
	p := DefaultParams()
	p.Length = 0
	s, f := open(t, p)
	var paste strings.Builder
	for i := range 50000 {
		fmt.Fprintf(&paste, "line number %d of a paste\r\n", i)
	}
	s.Input(0, []byte(paste.String()))
	if len(s.out) > outputPause+maxLine {
		t.Fatalf("%d bytes wait", len(s.out))
	}
	for i := 0; !s.Idle(); i++ {
		s.Output()
		if d := s.Deadline(); !s.Idle() && d != 0 {
			t.Fatalf("deadline %d with work to do", d)
		}
		s.Tick(0)
		if i > 1000 {
			t.Fatal("no end")
		}
	}
	if len(f.ran) != 50000 {
		t.Errorf("%d lines ran", len(f.ran))
	}
}

func TestRandomKeysKeepScreenAndLineTogether(t *testing.T) {
	rng := rand.New(rand.NewPCG(7, 11))
	keys := "abc def\x01\x02\x05\x06\x04\x08\x0b\x14\x15\x17\x19\x7f\x10\x0e"
	for range 300 {
		p := DefaultParams()
		p.Width = 24 + rng.IntN(40)
		s, _ := open(t, p)
		typed(s, "first line\rsecond, a longer one that will have to scroll\r")
		out := "R#"
		for range 200 {
			out += typed(s, string(keys[rng.IntN(len(keys))]))
		}
		want := strings.TrimRight("R#"+string(s.edit.visible(nil)), " ")
		if got := screen(out); got != want {
			t.Fatalf("width %d: screen %q, line %q", p.Width, got, want)
		}
	}
}

func FuzzInput(f *testing.F) {
	f.Add([]byte("show ver\r\nconf\rhostname x\x1alines 99\r  q"), byte(5))
	f.Add([]byte("ping\r\x1eenable\rx\rreload\ry?\t\x16?\x1b[A\x1b[3~\x1b\x1b"), byte(1))
	f.Add([]byte("lines 60 | section include _1_\r/x\r+\x7f\rlog\rexit\r\r"), byte(3))
	f.Fuzz(func(t *testing.T, keys []byte, chunk byte) {
		p := DefaultParams()
		p.Width = 30
		s, fk := open(t, p)
		step := int(chunk)%16 + 1
		for i := 0; i < len(keys); i += step {
			s.Input(clock.Instant(i), keys[i:min(i+step, len(keys))])
			s.WriteLog(0, "log")
			if fk.job != nil && i%3 == 0 {
				s.Finish(0, fk.job)
			}
			s.Tick(clock.Instant(i))
			if s.edit.pos > len(s.edit.line) || s.depth != 0 {
				t.Fatal("broken invariant")
			}
			s.Output()
		}
		s.Hangup(0)
		if s.Active() {
			t.Fatal("active after a hang-up")
		}
	})
}
