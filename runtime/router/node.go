package router

import (
	"errors"
	"fmt"
	"io/fs"

	"ioslab/modes/exec"
	"ioslab/modes/session"
	"ioslab/modes/show"
	"ioslab/parser/config"
	"ioslab/runtime/clock"
	"ioslab/runtime/lab"
)

// Tick does what is due at now. The first one boots the router.
func (r *Router) Tick(now clock.Instant) {
	r.now = now
	if !r.started {
		r.start(now)
	}
	if r.Stack.Deadline().Reached(now) {
		r.Stack.Tick(now)
	}
	if r.system.Deadline().Reached(now) {
		r.system.Tick(now)
	}
	if r.reloading {
		r.reloading = false
		r.reboot(now)
	}
	r.Settle(now)
}

// Deadline returns when Tick is wanted next.
func (r *Router) Deadline() clock.Instant {
	if !r.started || r.reloading {
		return 0
	}
	return clock.Earliest(r.Stack.Deadline(), r.system.Deadline())
}

// start loads the startup-config and opens the console.
func (r *Router) start(now clock.Instant) {
	r.started = true
	cfg, text, complaints := r.loadStartup()
	r.cfg = cfg // the console's banner needs the host name
	r.system.Start(now, text)
	r.reconcile(now) // and now there is somebody to read what the interfaces say
	for _, m := range complaints {
		r.logger.Log(now, m)
	}
}

// nvram puts the configuration that a router is delivered with under the one
// that was saved: reading falls through to it until NVRAM was written or erased.
type nvram struct {
	lab.NVRAM
	startup []byte
	erased  bool
}

func (n *nvram) Load(file string) ([]byte, error) {
	data, err := n.NVRAM.Load(file)
	if file == exec.StartupConfig && errors.Is(err, fs.ErrNotExist) && !n.erased && len(n.startup) > 0 {
		return append([]byte(nil), n.startup...), nil
	}
	return data, err
}

func (n *nvram) Save(file string, data []byte) error {
	if err := n.NVRAM.Save(file, data); err != nil {
		return fmt.Errorf("save %s: %w", file, err)
	}
	return nil
}

// Remove erases for this run of the program: the file that the router was delivered
// with is not ioslab's to delete.
func (n *nvram) Remove(file string) error {
	if file == exec.StartupConfig {
		n.erased = true
	}
	return n.NVRAM.Remove(file)
}

// NVRAM returns the router's files.
func (r *Router) NVRAM() exec.NVRAM { return r.files }

// Reload boots the router again after this step.
func (r *Router) Reload(clock.Instant) { r.reloading = true }

// reboot drops all state, without a word to any peer, and starts anew, as a reset
// does. The console stays where it is.
func (r *Router) reboot(now clock.Instant) {
	r.Stack.Close(now)
	if err := r.build(now); err != nil {
		panic(err) // building worked once with the same options
	}
	for port, up := range r.carrier {
		r.Plane.SetCarrier(now, port, up)
	}
	r.start(now)
}

// Platform is the box: the article's class of router.
func (r *Router) Platform() show.Platform { return show.C7206() }

// fromStartup reports whether an interface's address stands in the
// startup-config as it does now.
func (r *Router) fromStartup(i *config.Interface) bool {
	if r.startup == nil {
		return false
	}
	was := r.startup.Interfaces.Get(string(i.Name))
	return was != nil && was.Address == i.Address
}

// Close ends the node: every buffer is given back, nothing is sent.
func (r *Router) Close(now clock.Instant) { r.Stack.Close(now) }

// Console returns the console line.
func (r *Router) Console() lab.Console { return console{r} }

// console is con 0 as the lab's terminals see it: the session, and after each of
// its steps what the step left to do.
type console struct{ r *Router }

func (c console) step(now clock.Instant, f func(*session.Session)) {
	c.r.now = now
	f(c.r.system.Console())
	c.r.Settle(now)
}

func (c console) Input(now clock.Instant, keys []byte) {
	c.step(now, func(s *session.Session) { s.Input(now, keys) })
}

func (c console) Break(now clock.Instant) {
	c.step(now, func(s *session.Session) { s.Break(now) })
}

func (c console) Resize(now clock.Instant, columns, rows int) {
	c.step(now, func(s *session.Session) { s.Resize(now, columns, rows) })
}

func (c console) Output() []byte { return c.r.system.Console().Output() }

func (c console) Idle() bool { return c.r.started && c.r.system.Console().Idle() }

// Residue tells what a router that nobody calls still holds, in words; empty
// when everything was given back. IKE SAs outlive calls and do not count.
func (r *Router) Residue(now clock.Instant) []string {
	var out []string
	count := func(n int, what string) {
		if n != 0 {
			out = append(out, fmt.Sprintf("%d %s", n, what))
		}
	}
	count(r.Stack.Calls(), "PPP sessions")
	tables := r.L2TP.Snapshot()
	count(len(tables.Tunnels), "tunnels")
	count(len(tables.Sessions), "L2TP sessions")
	for _, i := range r.IPsec.Snapshot(now).Interfaces {
		for _, id := range i.Idents {
			count(len(id.Inbound)+len(id.Outbound), "IPsec SAs")
		}
	}
	for _, p := range r.pools.Snapshot() {
		for _, rng := range p.Ranges {
			count(rng.InUse, "addresses of pool "+p.Name)
		}
	}
	return out
}
