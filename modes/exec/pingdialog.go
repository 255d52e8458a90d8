package exec

import (
	"net/netip"
	"strconv"
	"strings"

	"ioslab/modes/session"
	"ioslab/runtime/clock"
	"ioslab/runtime/host"
)

// step is one question of a dialogue. take returns what is wrong with an
// answer, "" when it is fine; the empty answer means the default.
type step struct {
	prompt string
	skip   func() bool
	take   func(answer string) (wrong string)
}

// dialog asks the steps in turn, then goes on with done. A wrong answer ends
// it, as in IOS.
func (c *call) dialog(steps []step, done func()) {
	for len(steps) > 0 && steps[0].skip != nil && steps[0].skip() {
		steps = steps[1:]
	}
	if len(steps) == 0 {
		done()
		return
	}
	c.s.Ask(session.Question{Prompt: steps[0].prompt, Kind: session.Line}, func(now clock.Instant, text string, ok bool) {
		c.now = now
		if !ok {
			return
		}
		if wrong := steps[0].take(strings.TrimSpace(text)); wrong != "" {
			c.print(wrong + "\n")
			return
		}
		c.dialog(steps[1:], done)
	})
}

// yes reads a [yes/no] answer, empty being the default.
func yes(answer string, def bool) bool {
	if answer == "" {
		return def
	}
	return isPrefix(strings.ToLower(answer), "yes")
}

// within returns a step that reads a number.
func within(prompt string, lo, hi int, set func(int)) step {
	return step{prompt: prompt, take: func(answer string) string {
		if answer == "" {
			return ""
		}
		n, ok := number(answer)
		if !ok || n < lo || n > hi {
			return "% A decimal number between " + strconv.Itoa(lo) + " and " + strconv.Itoa(hi) + "."
		}
		set(n)
		return ""
	}}
}

// pingForm is what the extended ping asks for.
type pingForm struct {
	*call
	ping     host.Ping
	target   string
	from     string
	extended bool
	options  string
}

func pingDialog(c *call) {
	f := &pingForm{call: c}
	steps := []step{
		{prompt: "Protocol [ip]: ", take: protocol, skip: func() bool { return strings.Contains(strings.TrimSpace(c.line), " ") }},
		{prompt: "Target IP address: ", take: f.setTarget},
		within("Repeat count [5]: ", 1, 2147483647, func(n int) { f.ping.Count = n }),
		within("Datagram size [100]: ", 36, 18024, func(n int) { f.ping.Size = n }),
		within("Timeout in seconds [2]: ", 0, 3600, func(n int) { f.ping.Timeout = timeoutOf(n) }),
		{prompt: "Extended commands [n]: ", take: func(a string) string { f.extended = yes(a, false); return "" }},
	}
	steps = append(steps, f.extendedSteps()...)
	steps = append(steps, f.sweepSteps()...)
	c.dialog(steps, func() {
		c.withTarget(f.target, func(a netip.Addr) {
			f.ping.Target = a
			c.startPing(f.ping, f.from)
		})
	})
}

func protocol(answer string) string {
	if answer == "" || strings.EqualFold(answer, "ip") {
		return ""
	}
	return "% Unknown protocol - \"" + answer + "\", type \"ping ?\" for help"
}

func (f *pingForm) setTarget(answer string) string {
	if answer == "" {
		return "% Bad IP address"
	}
	f.target = answer
	return ""
}

func (f *pingForm) extendedSteps() []step {
	steps := []step{
		{prompt: "Source address or interface: ", take: f.setSource},
		within("Type of service [0]: ", 0, 255, func(n int) { f.ping.TOS = uint8(n) }),
		{prompt: "Set DF bit in IP header? [no]: ", take: func(a string) string { f.ping.DF = yes(a, false); return "" }},
		{prompt: "Validate reply data? [no]: ", take: func(a string) string { f.ping.Validate = yes(a, false); return "" }},
		{prompt: "Data pattern [0xABCD]: ", take: func(a string) string {
			if a != "" && !pattern(&f.ping, a) {
				return "% Invalid pattern, try again."
			}
			return ""
		}},
		{prompt: "Loose, Strict, Record, Timestamp, Verbose[none]: ", take: f.setOption},
		f.recordStep(),
	}
	for i := range steps {
		skip := steps[i].skip
		steps[i].skip = func() bool { return !f.extended || skip != nil && skip() }
	}
	return steps
}

func (f *pingForm) setSource(answer string) string {
	if answer == "" {
		return ""
	}
	if _, err := netip.ParseAddr(answer); err == nil {
		f.from = answer
		return ""
	}
	name, ok := interfaceName(answer)
	if !ok {
		return "% Invalid source"
	}
	f.from = name
	return ""
}

// setOption takes the first letter of an IP option.
func (f *pingForm) setOption(answer string) string {
	f.options = strings.ToLower(answer)
	switch {
	case f.options == "", isPrefix(f.options, "none"), isPrefix(f.options, "verbose"):
	case isPrefix(f.options, "record"):
		f.ping.RecordRoute = 9
	case isPrefix(f.options, "timestamp"):
		f.ping.Timestamps = 9
	case isPrefix(f.options, "loose"), isPrefix(f.options, "strict"):
	default:
		return "% Unknown option"
	}
	return ""
}

// recordStep asks what the chosen option needs.
func (f *pingForm) recordStep() step {
	return step{
		prompt: "Source route or number of hops [ 9 ]: ",
		skip: func() bool {
			return f.options == "" || strings.HasPrefix(f.options, "n") || strings.HasPrefix(f.options, "v")
		},
		take: func(answer string) string {
			if strings.HasPrefix(f.options, "l") || strings.HasPrefix(f.options, "s") {
				return f.setRoute(answer)
			}
			n, ok := number(answer)
			if answer == "" {
				return ""
			}
			if !ok || n < 1 || n > 9 {
				return "% A decimal number between 1 and 9."
			}
			if f.ping.RecordRoute > 0 {
				f.ping.RecordRoute = n
			} else {
				f.ping.Timestamps = n
			}
			return ""
		},
	}
}

func (f *pingForm) setRoute(answer string) string {
	var route []netip.Addr
	for _, word := range strings.Fields(answer) {
		a, err := netip.ParseAddr(word)
		if err != nil || !a.Is4() {
			return "% Bad IP address"
		}
		route = append(route, a)
	}
	if strings.HasPrefix(f.options, "l") {
		f.ping.LooseRoute = route
	} else {
		f.ping.StrictRoute = route
	}
	return ""
}

func (f *pingForm) sweepSteps() []step {
	off := func() bool { return !f.ping.Sweep }
	p := &f.ping
	p.SweepMin, p.SweepMax, p.SweepStep = 36, 18024, 1
	steps := []step{
		{prompt: "Sweep range of sizes [n]: ", take: func(a string) string { p.Sweep = yes(a, false); return "" }},
		within("Sweep min size [36]: ", 36, 18024, func(n int) { p.SweepMin = n }),
		within("Sweep max size [18024]: ", 36, 18024, func(n int) { p.SweepMax = max(n, p.SweepMin) }),
		within("Sweep interval [1]: ", 1, 18024, func(n int) { p.SweepStep = n }),
	}
	for i := 1; i < len(steps); i++ {
		steps[i].skip = off
	}
	return steps
}
