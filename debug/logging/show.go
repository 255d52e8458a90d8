package logging

import (
	"fmt"
	"strings"
)

// Show returns `show logging`.
func (l *Logger) Show() string {
	var b strings.Builder
	l.showHead(&b)
	l.showDestinations(&b)
	l.showTrap(&b)
	if l.cfg.Buffer.On {
		fmt.Fprintf(&b, "\nLog Buffer (%d bytes):\n\n", l.cfg.BufferSize)
		for _, line := range l.buffer.all() {
			b.WriteString(line)
			b.WriteByte('\n')
		}
	}
	return b.String()
}

func (l *Logger) showHead(b *strings.Builder) {
	state := "enabled"
	if !l.cfg.On {
		state = "disabled"
	}
	fmt.Fprintf(b, "Syslog logging: %s (%d messages dropped, %d messages rate-limited, 0 flushes, 0 overruns, xml disabled, filtering disabled)\n",
		state, l.count.Dropped, l.count.RateLimited)
	b.WriteString("\nNo Active Message Discriminator.\n\n\n\nNo Inactive Message Discriminator.\n\n\n")
}

func (l *Logger) showDestinations(b *strings.Builder) {
	showDestination(b, "    Console logging: ", l.cfg.Console, l.count.Console)
	showDestination(b, "    Monitor logging: ", l.cfg.Monitor, l.count.Monitor)
	l.showMonitors(b)
	if l.cfg.Buffer.On {
		showDestination(b, "    Buffer logging:  ", l.cfg.Buffer, l.count.Buffer)
	} else {
		b.WriteString("    Buffer logging:  disabled, xml disabled,\n                    filtering disabled\n")
	}
	b.WriteString("    Exception Logging: size (4096 bytes)\n")
	b.WriteString("    Count and timestamp logging messages: disabled\n")
	b.WriteString("    Persistent logging: disabled\n")
	b.WriteString("\nNo active filter modules.\n\n")
}

// showDestination prints one destination. The second line is indented by 21
// blanks, for the buffer by 20: both counts are IOS's.
func showDestination(b *strings.Builder, title string, d Destination, n uint64) {
	if !d.On {
		b.WriteString(title + "disabled\n")
		return
	}
	indent := 21
	if strings.HasPrefix(title, "    Buffer") {
		indent = 20
	}
	fmt.Fprintf(b, "%slevel %s, %d messages logged, xml disabled,\n%sfiltering disabled\n", title, d.Level, n, strings.Repeat(" ", indent))
}

// showMonitors names the vtys that watch, one line for all.
func (l *Logger) showMonitors(b *strings.Builder) {
	var names []string
	for _, t := range l.monitors {
		if n, ok := t.(interface{ LineName() string }); ok {
			names = append(names, n.LineName()+"(0)")
		}
	}
	if len(names) > 0 {
		b.WriteString("        Logging to: " + strings.Join(names, " ") + "\n")
	}
}

func (l *Logger) showTrap(b *strings.Builder) {
	if !l.cfg.Trap.On {
		b.WriteString("    Trap logging: disabled\n")
		return
	}
	fmt.Fprintf(b, "    Trap logging: level %s, %d message lines logged\n", l.cfg.Trap.Level, l.count.Trap)
	for i, h := range l.cfg.Hosts {
		fmt.Fprintf(b, "        Logging to %s  (udp port 514, audit disabled,\n              link up),\n", h)
		fmt.Fprintf(b, "              %d message lines logged,\n              0 message lines rate-limited,\n", l.count.HostLines[i])
		sequence := "disabled"
		if l.cfg.SequenceNumbers {
			sequence = "enabled"
		}
		fmt.Fprintf(b, "              0 message lines dropped-by-MD,\n              xml disabled, sequence number %s\n              filtering disabled\n", sequence)
	}
}
