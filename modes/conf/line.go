package conf

import (
	"sort"

	"ioslab/parser/config"
	"ioslab/parser/grammar"
)

const whySerial = "kept and shown; ioslab's lines have no modem and no serial port"

const linePattern = "line [<con(sole)|aux|tty|vty>$Kind!] (0-1500)$First! [(1-1500)$Last!]"

// linesBinding joins a `line` command with its element.
var linesBinding = func() *grammar.Binding {
	b, err := grammar.Bind(&grammar.Command{Pattern: linePattern}, typeOf[config.Config](), grammar.Spec{Into: "Lines", Keep: true})
	if err != nil {
		panic(err)
	}
	return b
}()

// lineBlockDecls are the `line` blocks. Console, auxiliary port and five VTYs exist in every router.
func lineBlockDecls() []*decl {
	return []*decl{{
		pattern: linePattern, help: "Configure a terminal line|Primary terminal line|Auxiliary line|Terminal controller|Virtual terminal|First Line number|Last Line number",
		apply: applyLine, print: printLines,
	}}
}

func builtinLines() []*config.Line {
	return []*config.Line{{Kind: "con"}, {Kind: "aux"}, {Kind: "vty", Last: config.Some(4)}}
}

// begin starts a change. What every router has is in the configuration from then on.
func begin(base *config.Config) *config.Draft {
	d := config.Begin(base)
	addBuiltin(d)
	return d
}

// addBuiltin adds the lines and the block that no router is without.
func addBuiltin(d *config.Draft) {
	c := d.Config()
	for _, b := range builtinLines() {
		if !hasKind(c, b.Kind) {
			c.Lines.Insert(d, b)
		}
	}
	if !hasBlock(c, controlPlane) {
		c.Blocks.Insert(d, &config.Block{Rank: controlPlaneRank(), Header: controlPlane})
	}
}

func hasKind(c *config.Config, kind string) bool {
	for l := range c.Lines.All() {
		if l.Kind == kind {
			return true
		}
	}
	return false
}

// allLines are the configured lines with the builtin ones that no block is about, in order.
func allLines(c *config.Config) []*config.Line {
	out := c.Lines.List()
	for _, b := range builtinLines() {
		if !hasKind(c, b.Kind) {
			out = append(out, b)
		}
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].Before(out[j]) })
	return out
}

func printLines(p *printer, target any) {
	for _, l := range allLines(target.(*config.Config)) {
		if line, ok := linesBinding.Elem(l, nil); ok {
			p.line(line)
			p.indent++
			p.mode(lineMode, l)
			p.indent--
		}
	}
}

func lastOf(l *config.Line) int { return l.Last.Or(l.First) }

// applyLine enters the lines of a range. Blocks inside the range become one with it, as its first
// one was; a block around it is cut, so that each line is in one block.
func applyLine(e *edit) error {
	want := &config.Line{Kind: e.args.Text("Kind"), First: e.args.Int("First")}
	if last := e.args.Int("Last"); e.args.Has("Last") && last > want.First {
		want.Last = config.Some(last)
	} else if e.args.Has("Last") && last < want.First {
		return refusal("% Bad line number range")
	}
	if (want.Kind == "con" || want.Kind == "aux") && lastOf(want) > 0 {
		return refusal("% Bad line number - VTY line number expected")
	}
	if e.no || e.reset {
		return removeLine(e, want)
	}
	f := frame{m: lineMode, title: e.args.Line()}
	for _, part := range vtyParts(want) {
		elem := e.cfg.Lines.Edit(e.d, part.Key())
		if elem == nil {
			elem = carveLine(e, part)
			e.cfg.Lines.Insert(e.d, elem)
		}
		f.refs = append(f.refs, linesBinding.Ref(elem, e.args))
	}
	f.ref = f.refs[0]
	e.m.frames = append(e.m.frames, f)
	return nil
}

// firstVTYs is how many VTYs every router has; no block goes over their end, so that
// `line vty 0 15` edits, and shows as, two blocks.
const firstVTYs = 5

func vtyParts(l *config.Line) []*config.Line {
	if l.Kind != "vty" || l.First >= firstVTYs || lastOf(l) < firstVTYs {
		return []*config.Line{l}
	}
	return []*config.Line{lineRange(l, l.First, firstVTYs-1), lineRange(l, firstVTYs, lastOf(l))}
}

// carveLine takes the range of want out of the existing blocks and returns the block for
// it, with the settings that its first line had.
func carveLine(e *edit, want *config.Line) *config.Line {
	out := *want
	copied := false
	for _, l := range allLines(e.cfg) {
		if l.Kind != want.Kind || lastOf(l) < want.First || l.First > lastOf(want) {
			continue
		}
		if !copied {
			out, copied = *l, true
			out.First, out.Last = want.First, want.Last
		}
		e.cfg.Lines.Remove(e.d, l.Key())
		if l.First < want.First {
			e.cfg.Lines.Insert(e.d, lineRange(l, l.First, want.First-1))
		}
		if lastOf(l) > lastOf(want) {
			e.cfg.Lines.Insert(e.d, lineRange(l, lastOf(want)+1, lastOf(l)))
		}
	}
	return &out
}

// lineRange is a copy of l for other lines.
func lineRange(l *config.Line, first, last int) *config.Line {
	own := *l
	own.First, own.Last = first, config.Opt[int]{}
	if last > first {
		own.Last = config.Some(last)
	}
	return &own
}

// removeLine resets the lines of a range; VTYs from the sixth on disappear, with all
// behind them.
func removeLine(e *edit, want *config.Line) error {
	if e.no && want.Kind == "vty" && want.First < firstVTYs {
		return refusal("% Can't delete last 5 VTY lines")
	}
	for _, l := range e.cfg.Lines.List() {
		if e.no && l.Kind == "vty" && want.Kind == "vty" && l.First < want.First && lastOf(l) >= want.First {
			e.cfg.Lines.Remove(e.d, l.Key())
			e.cfg.Lines.Insert(e.d, lineRange(l, l.First, want.First-1))
		}
		if l.Kind != want.Kind || l.First < want.First || !(l.Kind == "vty" && e.no) && lastOf(l) > lastOf(want) {
			continue
		}
		e.cfg.Lines.Remove(e.d, l.Key())
		if e.reset || l.Kind != "vty" && l.Kind != "tty" && l.Kind != "" {
			e.cfg.Lines.Insert(e.d, &config.Line{Kind: l.Kind, First: l.First, Last: l.Last})
		}
	}
	return nil
}

// lineDecls are the lines of a `line` block.
func lineDecls() []*decl {
	protocols := "<all|none|telnet|ssh|rlogin|lapb-ta|mop|pad|udptn|v120|nasi|acercon|lat>"
	ds := []*decl{
		{pattern: "location LINE", state: Stored, why: whyManage, help: "Enter terminal location description|One text line describing the terminal's location"},
		{pattern: "session-timeout (0-35791)$SessionTimeout", help: "Set interval for closing connection when there is no input traffic|Session timeout interval in minutes"},
		{pattern: "session-timeout (0-35791) output", state: Stored, why: whyManage},
		{pattern: "access-class WORD$AccessClassIn in [vrf-also]-", help: "Filter connections based on an IP access list|IP access list (number or name)|Filter incoming connections|Same access list is applied for all VRFs"},
		{pattern: "access-class WORD$AccessClassOut out [vrf-also]-", help: "||Filter outgoing connections"},
		{pattern: "exec-timeout (0-35791)$Minutes [(0-2147483)$Seconds]+", into: "ExecTimeout", def: "exec-timeout 10 0", after: afterExecTimeout,
			help: "Set the EXEC timeout|Timeout in minutes|Timeout in seconds"},
		{pattern: "motd-banner$MOTDBanner", def: "motd-banner", help: "Enable the display of the MOTD banner"},
		{pattern: "exec-banner$ExecBanner", def: "exec-banner", help: "Enable the display of the EXEC banner"},
		{pattern: "password [<0|7>$Password.Type] LINE$Password.Text", after: encryptPasswords,
			help: "Set a password|Specifies an UNENCRYPTED password will follow|Specifies a HIDDEN password will follow|The UNENCRYPTED (cleartext) line password"},
	}
	ds = append(ds, storedMany(whyManage, "authorization <exec|commands|arap|reverse-access> LINE\naccounting <exec|commands|connection|arap> LINE\nipv6 access-class LINE")...)
	ds = append(ds, []*decl{
		{pattern: "privilege level (0-15)$Privilege", def: "privilege level 1", help: "Change privilege level for line|Assign default privilege level for line|Default privilege level for line"},
		{pattern: "logging synchronous [level <all|(0-7)>$Level] [limit (0-2147483647)$Limit]", into: "LoggingSynchronous",
			help: "Modify message logging facilities|Synchronized message output|Severity level to output asynchronously|All severity levels|Severity level number|Messages queue size|Size of the queue"},
		loginLine(),
		{pattern: "length (0-512)$Length", def: "length 24", help: "Set number of lines on a screen|Number of lines on screen (0 for no pausing)"},
		{pattern: "width (0-512)$Width", def: "width 80", help: "Set width of the display terminal|Number of characters on a screen line"},
		{pattern: "history size (0-256)$History", def: "history size 20", help: "Enable and control the command history function|Set history buffer size|Size of history buffer"},
		{pattern: "exec$Exec", def: "exec", help: "Configure EXEC"},
		{state: Stored, why: whySerial, many: true, pattern: "modem <InOut|Dialin|answer-timeout (0-65535)|autoconfigure [LINE]|busyout|callin|callout|cts-required|dtr-active|host|printer|ri-is-cd>", help: "Configure the Modem Control Lines"},
		{pattern: "transport preferred " + protocols + "$TransportPreferred", help: "Define transport protocols for line|Specify the preferred protocol to use"},
		{pattern: "transport input " + protocols + "$TransportInput.List...", help: "|Define which protocols to use when connecting to the terminal server"},
		{pattern: "transport output " + protocols + "$TransportOutput.List...", help: "|Define which protocols to use for outgoing connections"},
		{pattern: "escape-character <BREAK|DEFAULT|NONE|soft|(0-255)|WORD>$EscapeCharacter", help: "Change the current line's escape character"},
		{pattern: "autocommand LINE$Autocommand", help: "Automatically execute an EXEC command|EXEC command to be executed"},
	}...)
	ds = append(ds, storedMany(whyManage, "history\nautocommand-options LINE\nrotary LINE\nabsolute-timeout (0-10000)\nactivation-character WORD\nexec-character-bits (7-8)\nspecial-character-bits (7-8)\ndatabits (5-8)\ndata-character-bits (7-8)\ndomain-lookup\neditor\nfull-help\nhangup-when-unused\nhold-character WORD\ndisconnect-character WORD\nlockable\nnotify\npad LINE\npadding LINE\nprivate\nrefuse-message LINE\nsession-limit (0-4294967295)\nsession-disconnect-warning LINE\nstart-character WORD\nstop-character WORD\nterminal-type WORD\ntimeout login response (1-300)\ntransport-map LINE\ntxspeed-lock\nvacant-message LINE\nmonitor\nnotify-all\ntelnet LINE\nlogout-warning [LINE]\nbuffer-length (16-1536)\ninsecure\ninternational\nexec prompt LINE")...)
	ds = append(ds, storedOn(whyManage, "editing\nvacant-message\nexec-character-set")...)
	ds = append(ds, storedMany(whySerial, "autoselect <arap|during-login|ppp|slip|timeout (1-120)>\nautobaud\nautohangup\nscript <activation|arap-callback|callback|connection|dialer|modem-off-hook|reset|startup> [LINE]\nmodem <always-on|status-poll|CTS-Alarm> [LINE]\nppp LINE\nslip LINE\nflush-at-activation\nparity <even|mark|none|odd|space>\nrxspeed (0-4294967295)\ntxspeed (0-4294967295)\ndispatch-character WORD\ndispatch-machine WORD\ndispatch-timeout (0-4294967295)\ntxbuffer LINE\nlocalecho")...)
	return append(ds, []*decl{
		{pattern: "stopbits <1|1.5|2>$StopBits", help: "Set async line stop bits|One stop bit|One and one-half stop bits|Two stop bits"},
		{pattern: "speed (0-4294967295)$Speed", help: "Set the transmit and receive speeds|Transmit and receive speeds"},
		{pattern: "flowcontrol <NONE|none|software [<in|out|lock>]|hardware [<in|out>]>$Flowcontrol", help: "Set the flow control"},
	}...)
}

// afterExecTimeout: `no exec-timeout` is `exec-timeout 0 0`.
func afterExecTimeout(e *edit, _ any) error {
	if e.no {
		e.target.(*config.Line).ExecTimeout = config.Some(config.ExecTimeout{})
	}
	return nil
}

// loginLine is `login` in its forms. Without AAA, VTYs ask for the line's password by default;
// with AAA the lists decide and only another list than the default one is shown.
func loginLine() *decl {
	return &decl{
		pattern: "login [<local$Local|tacacs$Tacacs|authentication <default|WORD>$List>]",
		help:    "Enable password checking|Local password checking|Use tacacs server for password checking|Authentication parameters.|Use the default authentication list.|Use an authentication list with this name.",
		apply: func(e *edit) error {
			l := e.target.(*config.Line)
			l.Login, l.LoginList = config.Opt[string]{}, config.Opt[string]{}
			switch {
			case e.reset:
			case e.no && e.args.Has("List"):
			case e.cfg.AAA.NewModel && !e.args.Has("List"): // the lists of AAA decide
			case e.no && (l.Kind == "con" || l.Kind == "aux"):
			case e.no:
				l.Login = config.Some("none")
			case e.args.Has("List"):
				if list := e.args.Text("List"); list != "default" {
					l.Login, l.LoginList = config.Some("authentication"), config.Some(list)
				}
			case e.args.Has("Local"):
				l.Login = config.Some("local")
			default:
				l.Login = config.Some("password")
				if l.Kind == "vty" { // asks by default
					l.Login = config.Opt[string]{}
				}
				for n := 0; !l.Password.Set && n <= lastOf(l)-l.First; n++ {
					e.say("%% Login disabled on line %d, until 'password' is set", absoluteLine(l)+n)
				}
			}
			return nil
		},
		print: func(p *printer, t any) { printLogin(p, t.(*config.Line)) },
	}
}

// absoluteLine is the number by which IOS names a line: VTYs begin behind the auxiliary port.
func absoluteLine(l *config.Line) int {
	switch l.Kind {
	case "aux":
		return 1
	case "vty":
		return 2 + l.First
	}
	return l.First
}

func printLogin(p *printer, l *config.Line) {
	form := l.Login.Value
	switch {
	case form == "authentication":
		p.line("login authentication " + l.LoginList.Value)
	case p.cfg.AAA.NewModel:
	case form == "local":
		p.line("login local")
	case form == "password" || form == "" && l.Kind == "vty":
		p.line("login")
	case form == "none":
		p.line("no login")
	}
}

// afterNewModel: AAA's lists replace the lines' own ways to log in.
func afterNewModel(e *edit, _ any) error {
	if !e.cfg.AAA.NewModel {
		return nil
	}
	for _, l := range e.cfg.Lines.List() {
		if l.Login.Set && !l.LoginList.Set {
			e.cfg.Lines.Edit(e.d, l.Key()).Login = config.Opt[string]{}
		}
	}
	return nil
}
