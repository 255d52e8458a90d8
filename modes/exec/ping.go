package exec

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"
	"time"

	"ioslab/parser/grammar"
	"ioslab/runtime/clock"
	"ioslab/runtime/host"
)

const pingOptions = "{repeat (1-2147483647)$Repeat|size (36-18024)$Size|timeout (0-3600)$Timeout|source <IFNAME$Interface|A.B.C.D$Source>|df-bit$DF|data WORD$Data|validate$Validate}"

var pingCommands = []*grammar.Command{
	command(1, "ping", "Send echo messages", pingDialog),
	command(1, "ping ip", "|IP echo", pingDialog),
	command(1, "ping HOST$Target "+pingOptions, pingHelp, ping),
	command(1, "ping ip HOST$Target "+pingOptions, "|IP echo"+pingHelp, ping),
	command(1, "traceroute HOST$Target {source <IFNAME$Interface|A.B.C.D$Source>|timeout (0-3600)$Timeout|probe (1-65535)$Probe|port (1-65535)$Port|ttl (0-255)$MinTTL (0-255)$MaxTTL|numeric}", traceHelp, trace),
	command(1, "traceroute ip HOST$Target", "|IP Trace|Trace route to destination address or hostname", trace),
	command(1, "traceroute", "", traceDialog),
}

const pingHelp = "|Ping destination address or hostname|specify repeat count|Repeat count|specify datagram size|Datagram size|specify timeout interval|Timeout in seconds|specify source address or name|Interface|Source address|enable do not fragment bit in IP header|specify data pattern|Data pattern|validate reply data"

const traceHelp = "Trace route to destination|Trace route to destination address or hostname|specify source address or name|Interface|Source address|specify time out|Timeout in seconds|specify number of probes per hop|Probe count|specify port number|Port|specify minimum and maximum ttl|Minimum ttl|Maximum ttl|display numeric address"

// marksPerLine is where ping's marks go on with a new line.
const marksPerLine = 70

// pinging is a running ping.
type pinging struct {
	*call
	ping  host.Ping
	named bool // a source was given
	op    Operation
	marks int
}

func ping(c *call) {
	p := host.Ping{Count: c.args.Int("Repeat"), Size: c.args.Int("Size"), DF: c.args.Has("DF"), Validate: c.args.Has("Validate")}
	if c.args.Has("Timeout") {
		p.Timeout = timeoutOf(c.args.Int("Timeout"))
	}
	if c.args.Has("Data") && !pattern(&p, c.args.Text("Data")) {
		c.print("% Invalid pattern\n")
		return
	}
	from := c.args.Text("Interface") + c.args.Text("Source")
	c.withTarget(c.args.Text("Target"), func(target netip.Addr) {
		p.Target = target
		c.startPing(p, from)
	})
}

// timeoutOf turns seconds into the host's value: 0 means no waiting at all.
func timeoutOf(seconds int) time.Duration {
	if seconds == 0 {
		return -1
	}
	return time.Duration(seconds) * time.Second
}

// pattern reads a data pattern of up to four hexadecimal digits.
func pattern(p *host.Ping, s string) bool {
	v, err := strconv.ParseUint(strings.TrimPrefix(strings.ToLower(s), "0x"), 16, 16)
	if err != nil {
		return false
	}
	p.Pattern, p.HasPattern = uint16(v), true
	return true
}

// withTarget goes on with the address of a name, or says that there is none.
func (c *call) withTarget(name string, f func(netip.Addr)) {
	if a, ok := c.resolve(name); ok {
		f(a)
		return
	}
	c.translate(c.now, name, func(clock.Instant) {
		c.print("% Unrecognized host or address, or protocol not running.\n\n")
	})
}

// source finds the address of an interface's name or of an address, which must be our own.
func (c *call) source(from string) (netip.Addr, bool) {
	want, err := netip.ParseAddr(from)
	for _, i := range c.dev.Interfaces(c.now) {
		up := i.State.Link && !i.State.Shutdown && i.State.Borrowed.IsValid()
		switch {
		case err == nil && up && i.State.Address.IsValid() && i.State.Address.Addr() == want:
			return want, true
		case err != nil && up && i.State.Name == from:
			return i.State.Borrowed.Addr(), true
		}
	}
	if err == nil {
		c.print("% Invalid source address- IP address not on any of our up interfaces\n")
	} else {
		c.print("% Invalid source interface - IP not enabled or interface is down\n")
	}
	return netip.Addr{}, false
}

func (c *call) startPing(p host.Ping, from string) {
	if from != "" {
		var ok bool
		if p.Source, ok = c.source(from); !ok {
			return
		}
	}
	j := &pinging{call: c, ping: p, named: from != ""}
	j.head()
	op, err := c.dev.Ping(c.now, p, host.PingWatcher{Probe: j.probe, Done: j.done})
	if err != nil {
		c.print("% " + err.Error() + "\n")
		return
	}
	j.op = op
	c.s.Run(j)
}

func orDefault(n, def int) int {
	if n == 0 {
		return def
	}
	return n
}

func (j *pinging) head() {
	p := &j.ping
	count, size := orDefault(p.Count, 5), strconv.Itoa(orDefault(p.Size, 100))
	if p.Sweep {
		size = fmt.Sprintf("[%d..%d]", p.SweepMin, p.SweepMax)
		count *= (p.SweepMax-p.SweepMin)/max(p.SweepStep, 1) + 1
	}
	seconds := 2
	if p.Timeout != 0 {
		seconds = int(max(p.Timeout, 0) / time.Second)
	}
	j.s.Printf("\nType escape sequence to abort.\nSending %d, %s-byte ICMP Echos to %s, timeout is %d seconds:\n", count, size, p.Target, seconds)
	if j.named {
		j.s.Printf("Packet sent with a source address of %s \n", p.Source)
	}
	if p.DF {
		j.s.Print("Packet sent with the DF bit set\n")
	}
	if p.Validate {
		j.s.Print("Reply data will be validated\n")
	}
	if p.HasPattern {
		j.s.Printf("Packet has data pattern 0x%04X\n", p.Pattern)
	}
}

func (j *pinging) probe(_ clock.Instant, p host.Probe) {
	if p.Err != nil {
		p.Mark = host.MarkTimeout
	}
	j.mark(string(rune(p.Mark)))
}

func (j *pinging) mark(m string) {
	if j.marks > 0 && j.marks%marksPerLine == 0 {
		j.s.Print("\n")
	}
	j.marks++
	j.s.Print(m)
}

func (j *pinging) done(now clock.Instant, r host.PingResult) {
	if r.Sent == 0 && !r.Interrupted {
		j.s.Print("% Unrecognized host or address, or protocol not running.\n")
		j.s.Finish(now, j)
		return
	}
	if j.marks > 0 {
		j.s.Print("\n")
	}
	percent := 0
	if r.Sent > 0 {
		percent = r.Replies * 100 / r.Sent
	}
	j.s.Printf("Success rate is %d percent (%d/%d)", percent, r.Replies, r.Sent)
	if r.Replies > 0 {
		j.s.Printf(", round-trip min/avg/max = %d/%d/%d ms", ms(r.Min), ms(r.Avg), ms(r.Max))
	}
	j.s.Print("\n")
	j.s.Finish(now, j)
}

// ms is a round trip in whole milliseconds; IOS counts from 1 on.
func ms(d time.Duration) int { return max(int(d/time.Millisecond), 1) }

// Interrupt implements session.Job.
func (j *pinging) Interrupt(now clock.Instant) {
	if j.op != nil {
		j.op.Cancel(now)
	}
}
