package exec

import (
	"net/netip"
	"time"

	"ioslab/parser/grammar"
	"ioslab/runtime/clock"
	"ioslab/runtime/host"
)

// tracing is a running traceroute.
type tracing struct {
	*call
	op   Operation
	hop  int        // the hop whose line is open, 0 for none
	from netip.Addr // last answer on the line
}

func trace(c *call) {
	t := host.Trace{Probes: c.args.Int("Probe"), Port: uint16(c.args.Int("Port")), MinTTL: c.args.Int("MinTTL"), MaxTTL: c.args.Int("MaxTTL")}
	if c.args.Has("Timeout") {
		t.Timeout = timeoutOf(c.args.Int("Timeout"))
	}
	from := c.args.Text("Interface") + c.args.Text("Source")
	c.withTarget(c.args.Text("Target"), func(a netip.Addr) {
		t.Target = a
		c.startTrace(t, from)
	})
}

func traceDialog(c *call) {
	var t host.Trace
	target, from := "", ""
	f := &pingForm{call: c}
	c.dialog([]step{
		{prompt: "Protocol [ip]: ", take: protocol},
		{prompt: "Target IP address: ", take: func(a string) string { wrong := f.setTarget(a); target = f.target; return wrong }},
		{prompt: "Source address: ", take: func(a string) string { wrong := f.setSource(a); from = f.from; return wrong }},
		{prompt: "Numeric display [n]: ", take: func(string) string { return "" }},
		within("Timeout in seconds [3]: ", 0, 3600, func(n int) { t.Timeout = timeoutOf(n) }),
		within("Probe count [3]: ", 1, 65535, func(n int) { t.Probes = n }),
		within("Minimum Time to Live [1]: ", 1, 255, func(n int) { t.MinTTL = n }),
		within("Maximum Time to Live [30]: ", 1, 255, func(n int) { t.MaxTTL = n }),
		within("Port Number [33434]: ", 1, 65535, func(n int) { t.Port = uint16(n) }),
		{prompt: "Loose, Strict, Record, Timestamp, Verbose[none]: ", take: func(string) string { return "" }},
	}, func() {
		c.withTarget(target, func(a netip.Addr) {
			t.Target = a
			c.startTrace(t, from)
		})
	})
}

func (c *call) startTrace(t host.Trace, from string) {
	if from != "" {
		var ok bool
		if t.Source, ok = c.source(from); !ok {
			return
		}
	}
	j := &tracing{call: c}
	c.printf("\nType escape sequence to abort.\nTracing the route to %s\n\n", t.Target)
	op, err := c.dev.Traceroute(c.now, t, host.TraceWatcher{Hop: j.answer, Done: j.done})
	if err != nil {
		c.print("% " + err.Error() + "\n")
		return
	}
	j.op = op
	c.s.Run(j)
}

// answer prints one probe: a new line for a new hop, the address whenever it
// differs from the one before it on the line.
func (j *tracing) answer(_ clock.Instant, h host.Hop) {
	if h.TTL != j.hop {
		if j.hop != 0 {
			j.s.Print("\n")
		}
		j.hop, j.from = h.TTL, netip.Addr{}
		j.s.Printf("%3d ", h.TTL)
	}
	if h.Mark == host.MarkTimeout {
		j.s.Print(" * ")
		return
	}
	if h.From != j.from {
		if j.from.IsValid() {
			j.s.Print("\n    ")
		}
		j.s.Print(h.From.String() + " ")
		j.from = h.From
	}
	j.s.Print(traceWords(h))
}

// traceWords is what stands behind the address for one answer.
func traceWords(h host.Hop) string {
	switch h.Mark {
	case host.MarkReply, host.MarkTTLExceeded:
		return itoa(int(h.RTT/time.Millisecond)) + " msec "
	case host.MarkProhibited:
		return " !A "
	case host.MarkNetworkUnreach:
		return " !N "
	case host.MarkHostUnreach:
		return " !H "
	case host.MarkProtocolUnreach:
		return " !P "
	case host.MarkUnreachable:
		return " !U "
	case host.MarkSourceQuench:
		return " !Q "
	case host.MarkTimeout:
		return " * "
	case host.MarkCannotFragment, host.MarkUnknown, host.MarkCorrupt:
	}
	return " ? "
}

func (j *tracing) done(now clock.Instant, _ host.TraceResult) {
	if j.hop != 0 {
		j.s.Print("\n")
	}
	j.s.Finish(now, j)
}

// Interrupt implements session.Job.
func (j *tracing) Interrupt(now clock.Instant) {
	if j.op != nil {
		j.op.Cancel(now)
	}
}

// names resolves abbreviated interface names as commands do.
var names = grammar.MustTree(&grammar.Command{Pattern: "IFNAME$Name"})

// interfaceName returns the full name of an interface that was abbreviated.
func interfaceName(s string) (string, bool) {
	r := names.Match(s, grammar.Options{})
	if r.Kind != grammar.Matched {
		return "", false
	}
	return r.Args.Text("Name"), true
}
