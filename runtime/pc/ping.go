package pc

import (
	"fmt"
	"math"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/host"
)

const pingUsage = `
Usage: ping [-t] [-n count] [-l size] [-f] [-i TTL] [-v TOS]
            [-w timeout] [-S srcaddr] [-4] target_name

Options:
    -t             Ping the specified host until stopped.
                   To see statistics and continue - type Control-Break;
                   To stop - type Control-C.
    -n count       Number of echo requests to send.
    -l size        Send buffer size.
    -f             Set Don't Fragment flag in packet (IPv4-only).
    -i TTL         Time To Live.
    -v TOS         Type Of Service (IPv4-only).
    -w timeout     Timeout in milliseconds to wait for each reply.
    -S srcaddr     Source address to use.
    -4             Force using IPv4.

`

const (
	icmpHeaders   = 28 // IPv4 and ICMP headers before ping's data
	pingTimeout   = 4 * time.Second
	pingInterval  = time.Second
	maxPingSize   = 65500
	unreachable   = 3
	fragmentation = 4 // code of unreachable
	timeExceeded  = 11
)

// options reads the letters of ping and tracert: takes maps each that wants a
// value to what reads it, and each that wants none to nil.
type options struct {
	c     *console
	usage string
	takes map[string]func(value string) string
	flags map[string]func()
	rest  []string
}

// parse returns false when it has printed a complaint or the usage.
func (o *options) parse(args []string) bool {
	if isHelp(args) || len(args) == 0 {
		o.c.printf("%s", o.usage)
		return false
	}
	for i := 0; i < len(args); i++ {
		a := args[i]
		if len(a) < 2 || a[0] != '-' && a[0] != '/' {
			o.rest = append(o.rest, a)
			continue
		}
		letter := "-" + a[1:]
		if f, ok := o.flags[letter]; ok {
			f()
			continue
		}
		f, ok := o.takes[letter]
		switch {
		case !ok:
			o.c.printf("Bad option %s.\n%s", a, o.usage)
			return false
		case i+1 >= len(args):
			o.c.printf("Value must be supplied for option %s.\n", a)
			return false
		}
		i++
		if complaint := f(args[i]); complaint != "" {
			o.c.printf("%s\n", complaint)
			return false
		}
	}
	return true
}

// number reads a value within limits.
func number(option string, lo, hi int, set func(int)) func(string) string {
	return func(value string) string {
		n, err := strconv.Atoi(value)
		if err != nil || n < lo || n > hi {
			return fmt.Sprintf("Bad value for option %s, valid range is from %d to %d.", option, lo, hi)
		}
		set(n)
		return ""
	}
}

func address(set func(netip.Addr)) func(string) string {
	return func(value string) string {
		a, err := netip.ParseAddr(value)
		if err != nil || !a.Is4() {
			return fmt.Sprintf("Bad value for option -S, %s is no IPv4 address.", value)
		}
		set(a)
		return ""
	}
}

func ping(c *console, now clock.Instant, args []string) {
	p := host.Ping{Count: 4, Size: 32 + icmpHeaders, Timeout: pingTimeout, Interval: pingInterval, TTL: c.pc.spec.Personality.TTL, Alphabet: true}
	o := options{c: c, usage: pingUsage,
		takes: map[string]func(string) string{
			"-n": number("-n", 1, math.MaxInt32, func(n int) { p.Count = n }),
			"-l": number("-l", 0, maxPingSize, func(n int) { p.Size = n + icmpHeaders }),
			"-i": number("-i", 1, 255, func(n int) { p.TTL = uint8(n) }),
			"-v": number("-v", 0, 255, func(n int) { p.TOS = uint8(n) }),
			"-w": number("-w", 1, math.MaxInt32, func(n int) { p.Timeout = time.Duration(n) * time.Millisecond }),
			"-S": address(func(a netip.Addr) { p.Source = a }),
		},
		flags: map[string]func(){
			"-t": func() { p.Count = math.MaxInt32 }, "-f": func() { p.DF = true }, "-4": func() {}, "-a": func() {},
		},
	}
	if !o.parse(args) {
		return
	}
	if len(o.rest) != 1 {
		c.printf("%s", pingUsage)
		return
	}
	target, err := netip.ParseAddr(o.rest[0])
	if err != nil || !target.Is4() {
		c.printf("Ping request could not find host %s. Please check the name and try again.\n", o.rest[0])
		return
	}
	p.Target = target
	c.ping(now, p)
}

// ping starts the operation and shows what comes of it.
func (c *console) ping(now clock.Instant, p host.Ping) {
	j := &pingJob{c: c, ping: p}
	from := ""
	if p.Source.IsValid() {
		from = fmt.Sprintf("from %s ", p.Source)
	}
	c.printf("\nPinging %s %swith %d bytes of data:\n", p.Target, from, p.Size-icmpHeaders)
	op, err := c.pc.stack.Host.Ping(now, p, host.PingWatcher{Probe: j.probe, Done: j.done})
	if err != nil {
		c.printf("PING: transmit failed. General failure. \n")
		return
	}
	j.op = op
	c.start(j)
}

type pingJob struct {
	c              *console
	ping           host.Ping
	op             *host.Operation
	sent, received int
	echoes         int
	min, max, sum  int64
	interrupted    bool
}

func (j *pingJob) probe(_ clock.Instant, p host.Probe) {
	j.sent++
	switch {
	case p.Err != nil:
		j.c.printf("PING: transmit failed. General failure. \n")
	case p.Mark == host.MarkReply || p.Mark == host.MarkCorrupt:
		j.echo(p)
	case p.Mark == host.MarkTimeout:
		j.c.printf("Request timed out.\n")
	case p.Type == timeExceeded:
		j.received++
		j.c.printf("Reply from %s: TTL expired in transit.\n", p.From)
	case p.Type == unreachable && p.Code == fragmentation:
		j.c.printf("Packet needs to be fragmented but DF set.\n")
	case p.Type == unreachable:
		j.received++
		j.c.printf("Reply from %s: %s\n", p.From, unreachableText(p.Code))
	default:
		j.c.printf("General failure.\n")
	}
}

func unreachableText(code uint8) string {
	switch code {
	case 0:
		return "Destination net unreachable."
	case 2:
		return "Destination protocol unreachable."
	case 3:
		return "Destination port unreachable."
	}
	return "Destination host unreachable."
}

func (j *pingJob) echo(p host.Probe) {
	t := p.RTT.Milliseconds()
	if j.echoes == 0 {
		j.min, j.max = t, t
	}
	j.min, j.max, j.sum = min(j.min, t), max(j.max, t), j.sum+t
	j.received++
	j.echoes++
	equals := "="
	if t < 1 {
		equals = ""
	}
	j.c.printf("Reply from %s: bytes=%d time%s%sms TTL=%d\n", p.From, j.ping.Size-icmpHeaders, equals, ms(t), p.TTL)
}

func (j *pingJob) done(_ clock.Instant, _ host.PingResult) {
	j.statistics()
	if j.interrupted {
		j.c.printf("Control-C\n^C")
	}
	j.c.finish(j)
}

func (j *pingJob) statistics() {
	if j.sent == 0 {
		return
	}
	lost := j.sent - j.received
	j.c.printf("\nPing statistics for %s:\n    Packets: Sent = %d, Received = %d, Lost = %d (%d%% loss),\n",
		j.ping.Target, j.sent, j.received, lost, 100*lost/j.sent)
	if j.echoes > 0 {
		j.c.printf("Approximate round trip times in milli-seconds:\n    Minimum = %dms, Maximum = %dms, Average = %dms\n",
			j.min, j.max, j.sum/int64(j.echoes))
	}
}

func (j *pingJob) interrupt(now clock.Instant) {
	j.interrupted = true
	j.op.Cancel(now)
}

func (j *pingJob) status(clock.Instant) {
	j.statistics()
	j.c.printf("Control-Break\n")
}

const tracertUsage = `
Usage: tracert [-d] [-h maximum_hops] [-w timeout] [-S srcaddr] [-4] target_name

Options:
    -d                 Do not resolve addresses to hostnames.
    -h maximum_hops    Maximum number of hops to search for target.
    -w timeout         Wait timeout milliseconds for each reply.
    -S srcaddr         Source address to use.
    -4                 Force using IPv4.
`

func tracert(c *console, now clock.Instant, args []string) {
	t := host.Trace{ICMP: true, Timeout: pingTimeout, Probes: 3, MinTTL: 1, MaxTTL: 30, Size: 92}
	o := options{c: c, usage: tracertUsage,
		takes: map[string]func(string) string{
			"-h": number("-h", 1, 255, func(n int) { t.MaxTTL = n }),
			"-w": number("-w", 1, math.MaxInt32, func(n int) { t.Timeout = time.Duration(n) * time.Millisecond }),
			"-S": address(func(a netip.Addr) { t.Source = a }),
		},
		flags: map[string]func(){"-d": func() {}, "-4": func() {}},
	}
	if !o.parse(args) {
		return
	}
	if len(o.rest) != 1 {
		c.printf("%s", tracertUsage)
		return
	}
	target, err := netip.ParseAddr(o.rest[0])
	if err != nil || !target.Is4() {
		c.printf("Unable to resolve target system name %s.\n", o.rest[0])
		return
	}
	t.Target = target
	j := &traceJob{c: c, probes: t.Probes}
	op, err := c.pc.stack.Host.Traceroute(now, t, host.TraceWatcher{Hop: j.hop, Done: j.done})
	if err != nil {
		c.printf("Transmit error: code 1231.\n\nTrace complete.\n")
		return
	}
	c.printf("\nTracing route to %s over a maximum of %d hops\n\n", target, t.MaxTTL)
	j.op = op
	c.start(j)
}

type traceJob struct {
	c      *console
	op     *host.Operation
	probes int
	seen   int
	from   netip.Addr
	report string
}

func (j *traceJob) hop(_ clock.Instant, h host.Hop) {
	if j.seen == 0 {
		j.c.printf("%3d", h.TTL)
		j.from, j.report = netip.Addr{}, ""
	}
	j.seen++
	if h.Mark == host.MarkTimeout {
		j.c.printf("     *   ")
	} else {
		j.c.printf("%6s ms", ms(h.RTT.Milliseconds()))
		j.from = h.From
		if h.Type == unreachable && h.Code != 3 {
			j.report = unreachableText(h.Code)
		}
	}
	if j.seen < j.probes {
		return
	}
	j.seen = 0
	switch {
	case !j.from.IsValid():
		j.c.printf("  Request timed out.\n")
	case j.report != "":
		j.c.printf("  %s  reports: %s\n", j.from, j.report)
	default:
		j.c.printf("  %s \n", j.from)
	}
}

func (j *traceJob) done(_ clock.Instant, r host.TraceResult) {
	switch {
	case r.Interrupted:
		j.c.printf("%s^C", strings.Repeat("\n", min(j.seen, 1)))
	default:
		j.c.printf("\nTrace complete.\n")
	}
	j.c.finish(j)
}

func (j *traceJob) interrupt(now clock.Instant) { j.op.Cancel(now) }
func (j *traceJob) status(clock.Instant)        {}
