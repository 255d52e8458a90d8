package exec

import (
	"net/netip"
	"strings"
	"time"

	"ioslab/parser/config"
	"ioslab/runtime/clock"
)

// lookupWait is how long one domain server is waited for.
const lookupWait = 3 * time.Second

// lookup is the attempt to translate a name. There is no resolver behind it:
// the servers never answer.
type lookup struct {
	*Shell
	name    string
	servers []string
	try     int
	failed  func(now clock.Instant)
}

// connect answers an unknown first word of EXEC: IOS takes it for the name of
// a host to open a terminal connection to.
func (sh *Shell) connect(now clock.Instant, name string) {
	if a, ok := sh.resolve(name); ok {
		sh.s.Print("Trying " + a.String() + " ... \n% Connection refused by remote host\n\n")
		return
	}
	sh.translate(now, name, func(clock.Instant) {
		sh.s.Print("% Unknown command or computer name, or unable to find computer address\n")
	})
}

// resolve finds the address of a name without asking anybody.
func (sh *Shell) resolve(name string) (netip.Addr, bool) {
	if a, err := netip.ParseAddr(name); err == nil && a.Is4() {
		return a, true
	}
	if h := sh.dev.Config().IP.Hosts.Get(strings.ToLower(name)); h != nil && len(h.Addrs) > 0 {
		return h.Addrs[0], true
	}
	return netip.Addr{}, false
}

// translate prints what IOS does while it looks a name up in vain, then goes
// on with failed.
func (sh *Shell) translate(now clock.Instant, name string, failed func(clock.Instant)) {
	cfg := sh.dev.Config()
	if !cfg.IP.DomainLookup.Or(true) {
		sh.s.Print("Translating \"" + name + "\"\n\n")
		failed(now)
		return
	}
	l := &lookup{Shell: sh, name: name, servers: servers(cfg), failed: failed}
	sh.s.Run(l)
	l.next(now)
}

func servers(cfg *config.Config) []string {
	var list []string
	for s := range cfg.IP.NameServers.All() {
		list = append(list, s.Key())
	}
	if len(list) == 0 {
		list = []string{"255.255.255.255"}
	}
	return list
}

// next asks the next server; each is asked twice, all in turn.
func (l *lookup) next(now clock.Instant) {
	n := len(l.servers)
	if l.try == 2*n {
		l.s.Print("\n")
		l.end(now)
		return
	}
	server := l.servers[l.try%n]
	switch {
	case l.try%n != 0:
		l.s.Print(" (" + server + ")")
	case l.try > 0:
		l.s.Print("\n")
		fallthrough
	default:
		l.s.Print("Translating \"" + l.name + "\"...domain server (" + server + ")")
	}
	l.try++
	l.s.SetTimer(now.Add(lookupWait), l.next)
}

// Interrupt implements session.Job.
func (l *lookup) Interrupt(now clock.Instant) {
	l.s.SetTimer(clock.Never, nil)
	l.s.Print("\n")
	l.end(now)
}

func (l *lookup) end(now clock.Instant) {
	l.failed(now)
	l.s.Finish(now, l)
}
