package conf

import (
	"fmt"
	"strconv"

	"ioslab/parser/config"
	"ioslab/parser/grammar"
)

var _ = grammar.NumberNames("SEVERITY", "Logging severity level", 0, 7, severityWords())

func severityWords() []grammar.Named {
	help := [...]string{"System is unusable", "Immediate action needed", "Critical conditions", "Error conditions", "Warning conditions", "Normal but significant conditions", "Informational messages", "Debugging messages"}
	var out []grammar.Named
	for i, h := range help {
		out = append(out, grammar.Named{Word: config.Severity(i).String(), Value: strconv.Itoa(i), Help: fmt.Sprintf("%s (severity=%d)", h, i)})
	}
	return out
}

// loggingLevel declares `logging console|monitor` with its `no` form that turns the destination off.
func loggingLevel(word string, level func(*config.Logging) *config.Opt[config.Severity], off func(*config.Logging) *bool) *decl {
	return &decl{
		pattern: "logging " + word + " [SEVERITY$Level]",
		apply: func(e *edit) error {
			l := &e.cfg.Logging
			*level(l), *off(l) = config.Opt[config.Severity]{}, e.no
			if n := e.args.Int("Level"); !e.no && e.args.Has("Level") && n != 7 {
				*level(l) = config.Some(config.Severity(n))
			}
			return nil
		},
		print: func(p *printer, _ any) {
			l := &p.cfg.Logging
			if *off(l) {
				p.line("no logging " + word)
			} else if s, ok := level(l).Get(); ok {
				p.line("logging " + word + " " + s.String())
			}
		},
	}
}

func loggingDecls() []*decl {
	ds := []*decl{
		{pattern: "logging on$Logging.On", def: "logging on", help: "Modify message logging facilities|Enable logging to all enabled destinations"},
		{pattern: "logging count$Logging.Count", def: "no logging count"},
		{pattern: "logging userinfo$Logging.UserInfo", def: "no logging userinfo"},
		{pattern: "logging queue-limit [trap] (100-2147483647)$Logging.QueueLimit"},
		{pattern: "logging buffered [(4096-2147483647)$Size] [SEVERITY$Level]", help: "Modify message logging facilities|Set buffered logging parameters|Logging buffer size",
			apply: applyBuffered, print: printBuffered},
		{pattern: "logging rate-limit LINE$Logging.RateLimit"},
		loggingLevel("console", func(l *config.Logging) *config.Opt[config.Severity] { return &l.Console }, func(l *config.Logging) *bool { return &l.DisableConsole }),
		loggingLevel("monitor", func(l *config.Logging) *config.Opt[config.Severity] { return &l.Monitor }, func(l *config.Logging) *bool { return &l.DisableMonitor }),
	}
	return append(ds, stored(whyService, "logging message-counter [LINE]\nlogging exception [LINE]\nlogging persistent [LINE]\nlogging reload [LINE]\nlogging dmvpn [LINE]\nlogging cns-events [LINE]\nlogging snmp-authfail\nlogging alarm [LINE]\nlogging event [LINE]\nlogging discriminator [LINE]\nlogging delimiter tcp\nlogging buginf\nlogging esm [LINE]\nlogging listen [LINE]\nlogging server-arp\nlogging filter [LINE]\nsecurity authentication failure rate [LINE]\nsecurity passwords min-length (0-16)\nlogin block-for [LINE]\nlogin delay [LINE]\nlogin on-failure [LINE]\nlogin on-success [LINE]\nlogin quiet-mode [LINE]")...)
}

func applyBuffered(e *edit) error {
	l := &e.cfg.Logging
	l.DisableBuffered = e.no
	l.Buffered = config.Opt[config.LogBuffer]{}
	if e.no || e.reset {
		return nil
	}
	var b config.LogBuffer
	if n := e.args.Int("Size"); n != 0 && n != 4096 {
		b.Size = config.Some(n)
	}
	if e.args.Has("Level") && e.args.Int("Level") != 7 {
		b.Level = config.Some(config.Severity(e.args.Int("Level")))
	}
	l.Buffered = config.Some(b)
	return nil
}

func printBuffered(p *printer, _ any) {
	l := &p.cfg.Logging
	if l.DisableBuffered {
		p.line("no logging buffered")
		return
	}
	b, ok := l.Buffered.Get()
	if !ok {
		return
	}
	line := "logging buffered " + strconv.Itoa(b.Size.Or(4096))
	if s, ok := b.Level.Get(); ok {
		line += " " + s.String()
	}
	p.line(line)
}

// lateLoggingDecls are the logging lines that stand near the access lists.
func lateLoggingDecls() []*decl {
	return []*decl{
		{pattern: "logging history LINE$Logging.History"},
		{pattern: "logging trap [SEVERITY$Logging.Trap]", def: "logging trap informational"},
		{pattern: "logging facility <auth|cron|daemon|kern|local0|local1|local2|local3|local4|local5|local6|local7|lpr|mail|news|sys10|sys11|sys12|sys13|sys14|sys9|syslog|user|uucp>$Logging.Facility", def: "logging facility local7"},
		{pattern: "logging origin-id LINE$Logging.OriginID"},
		{pattern: "logging source-interface IFNAME$Logging.SourceInterface"},
		{pattern: "logging [host]- HOST$Host! [transport <udp|tcp>$Transport [port (1-65535)$Port]]", into: "Logging.Hosts",
			help: "Modify message logging facilities|Set syslog server IP address and parameters|IP address of the syslog server"},
	}
}
