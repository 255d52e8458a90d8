package exec

import (
	"net/netip"
	"time"

	"ioslab/debug/logging"
	"ioslab/modes/session"
	"ioslab/parser/config"
	"ioslab/runtime/clock"
)

// MaxVTY bounds the virtual terminals of one router; `line vty 0 15` is the
// most that 12.4 takes.
const MaxVTY = 16

// defaultVTYs is how many there are without a line: vty 0 to 4.
const defaultVTYs = 5

// firstVTY is the absolute number of vty 0 on a router without async lines:
// con 0 is 0, aux 0 is 1.
const firstVTY = 2

// System is what the sessions of one router share.
type System struct {
	dev     Device
	console *Shell
	vtys    [MaxVTY]*Shell

	uses     map[int]int // of each line, by TTY
	changed  change
	saved    change
	modified bool
	reload   scheduled
}

// change is when the configuration was changed or saved, and by whom.
type change struct {
	at   string
	user string
	set  bool
}

// scheduled is a pending `reload in`.
type scheduled struct {
	at clock.Instant
	by logging.Who
}

// NewSystem returns the EXEC of a router, with its console. Nothing is shown
// until Start.
func NewSystem(dev Device) *System {
	sys := &System{dev: dev, uses: map[int]int{}, reload: scheduled{at: clock.Never}}
	sys.console = sys.newShell(session.Place{Kind: session.Console})
	return sys
}

func (sys *System) newShell(p session.Place) *Shell {
	sh := &Shell{sys: sys, dev: sys.dev}
	sh.s = session.New(session.Config{
		Place: p, Params: sys.params(p), Hostname: func() string { return sys.dev.Config().System.Name() }, Interpreter: sh,
	})
	return sh
}

// Start puts the console's idle screen up below the text of the boot, and
// follows the log with the console. Call it after the startup-config was
// loaded, and again after a reload: that ends whatever the sessions were doing.
// The console's session stays the same object for good.
func (sys *System) Start(now clock.Instant, bootText string) {
	sys.console.s.Reset(now)
	for _, sh := range sys.vtys {
		if sh != nil {
			sh.s.Exit(now)
		}
	}
	sys.changed, sys.saved, sys.modified = change{}, change{}, false
	sys.reload.at = clock.Never
	sys.uses = map[int]int{}
	sys.dev.Logger().AttachConsole(sys.console.s)
	sys.Reconfigured(now)
	if bootText != "" {
		sys.console.s.WriteRaw(bootText)
	}
	sys.console.s.ShowIdle()
}

// Console returns the session of con 0.
func (sys *System) Console() *session.Session { return sys.console.s }

// OpenVTY gives a connection the first free virtual terminal; ok is false when
// all are in use. The caller takes Output, gives Input, and closes the
// connection once the session is Closed; it calls Hangup when the peer goes.
func (sys *System) OpenVTY(now clock.Instant, remote netip.Addr) (s *session.Session, ok bool) {
	for n := range sys.vtyCount() {
		if sh := sys.vtys[n]; sh != nil && !sh.s.Closed() {
			continue
		}
		sh := sys.newShell(session.Place{Kind: session.VTY, Number: n, TTY: firstVTY + n, Remote: remote})
		sys.vtys[n] = sh
		sh.s.Connect(now)
		return sh.s, true
	}
	return nil, false
}

// vtyCount is the number of vtys that the configuration has.
func (sys *System) vtyCount() int {
	n := 0
	for l := range sys.dev.Config().Lines.All() {
		if l.Kind == "vty" {
			n = max(n, l.Last.Or(l.First)+1)
		}
	}
	if n == 0 {
		n = defaultVTYs
	}
	return min(n, MaxVTY)
}

// shells calls f for every line with somebody at it.
func (sys *System) shells(f func(*Shell)) {
	if sys.console.s.Active() {
		f(sys.console)
	}
	for _, sh := range sys.vtys {
		if sh != nil && sh.s.Active() {
			f(sh)
		}
	}
}

// Sessions returns the console and the open vtys.
func (sys *System) Sessions() []*session.Session {
	list := []*session.Session{sys.console.s}
	for _, sh := range sys.vtys {
		if sh != nil && !sh.s.Closed() {
			list = append(list, sh.s)
		}
	}
	return list
}

// Deadline returns when Tick is wanted.
func (sys *System) Deadline() clock.Instant {
	d := clock.Earliest(sys.reload.at, sys.console.s.Deadline())
	for _, sh := range sys.vtys {
		if sh != nil {
			d = clock.Earliest(d, sh.s.Deadline())
		}
	}
	return d
}

// Tick does what is due at now: time-outs, jobs' timers, a scheduled reload.
func (sys *System) Tick(now clock.Instant) {
	sys.console.s.Tick(now)
	for _, sh := range sys.vtys {
		if sh != nil {
			sh.s.Tick(now)
		}
	}
	if sys.reload.at.Reached(now) && sys.reload.at != clock.Never {
		by := sys.reload.by
		sys.reload.at = clock.Never
		sys.dev.Logger().Log(now, logging.Reloading(by))
		sys.dev.Reload(now)
	}
}

// Reconfigured applies the line settings of the running configuration to the
// sessions. The Shell calls it after each change that a session makes; whoever
// changes the configuration otherwise calls it too.
func (sys *System) Reconfigured(clock.Instant) {
	sys.console.s.Configure(sys.params(sys.console.s.Place()))
	for _, sh := range sys.vtys {
		if sh != nil {
			sh.s.Configure(sys.params(sh.s.Place()))
		}
	}
}

// line returns the configuration of a line, an empty one when there is none.
func (sys *System) line(p session.Place) *config.Line {
	for l := range sys.dev.Config().Lines.All() {
		if l.Kind == p.Kind.String() && l.First <= p.Number && p.Number <= l.Last.Or(l.First) {
			return l
		}
	}
	return &config.Line{Kind: p.Kind.String()}
}

func (sys *System) params(p session.Place) session.Params {
	l := sys.line(p)
	params := session.DefaultParams()
	params.Length = l.Length.Or(params.Length)
	params.Width = l.Width.Or(params.Width)
	params.History = l.History.Or(params.History)
	if t, ok := l.ExecTimeout.Get(); ok {
		params.ExecTimeout = time.Duration(t.Minutes)*time.Minute + time.Duration(t.Seconds)*time.Second
	}
	params.Synchronous = l.LoggingSynchronous.Set
	return params
}

// stamp is the time and the person of a change.
func (sys *System) stamp(now clock.Instant, user string) change {
	return change{at: sys.dev.Logger().Clock().Stamp(now), user: user, set: true}
}

func (c change) words() string {
	if c.user == "" {
		return c.at
	}
	return c.at + " by " + c.user
}

// configChanged notes that a session changed the running configuration.
func (sys *System) configChanged(now clock.Instant, user string) {
	sys.changed, sys.modified = sys.stamp(now, user), true
	sys.Reconfigured(now)
}

// Modified reports whether the running configuration was changed since it was
// last saved or loaded.
func (sys *System) Modified() bool { return sys.modified }

// RunningConfig returns the whole text that show running-config frames: from
// the first `!` to `end`.
func (sys *System) RunningConfig() string {
	head := "!\n"
	if sys.changed.set {
		head += "! Last configuration change at " + sys.changed.words() + "\n"
		if sys.saved.set {
			head += "! NVRAM config last updated at " + sys.saved.words() + "\n"
		}
		head += "!\n"
	}
	return head + sys.dev.RunningConfig()
}

// Save writes the running configuration to NVRAM.
func (sys *System) Save(now clock.Instant, user string) error {
	saved := sys.saved
	sys.saved = sys.stamp(now, user)
	if err := sys.dev.NVRAM().Save(StartupConfig, []byte(sys.RunningConfig())); err != nil {
		sys.saved = saved
		return err
	}
	sys.modified = false
	return nil
}
