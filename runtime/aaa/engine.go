package aaa

import (
	"slices"
	"strings"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/wire/ppp"
)

// Status is the outcome of a method or of a whole list.
type Status uint8

// The outcomes.
const (
	Pass  Status = iota + 1
	Fail         // an answer: no
	Error        // no answer: the next method is tried
)

// String names the outcome as AAA logs do.
func (s Status) String() string {
	switch s {
	case Pass:
		return "PASS"
	case Fail:
		return "FAIL"
	case Error:
		return "ERROR"
	}
	return "UNKNOWN"
}

// Reply answers a request.
type Reply struct {
	Status Status
	// Method is the one that answered.
	Method MethodKind
	// Privilege is the user's level, 1 by default.
	Privilege int
	// Proof is MS-CHAP-V2's "S=…" for a Pass.
	Proof string
	// Code is the MS-CHAP error for a Fail.
	Code int
}

// Servers asks server groups (RADIUS, TACACS+). Without it every group answers Error.
type Servers interface {
	Authenticate(now clock.Instant, group string, c *ppp.Credentials) Reply
}

// Prompts says what a terminal must ask for before Login.
type Prompts struct{ Username, Password bool }

// Engine verifies. It holds no timers and is not safe for concurrent use.
type Engine struct {
	cfg     Config
	sink    event.Sink
	servers Servers
	exact   map[string]int // user name -> index in cfg.Users
	folded  map[string]int // lower-case user name -> index
	lastID  uint32
	failed  map[string]int // wrong passwords in a row, at most one entry a local user
}

// New returns an Engine. sink may be nil; servers may be nil.
func New(cfg Config, sink event.Sink, servers Servers) *Engine {
	if sink == nil {
		sink = event.Discard{}
	}
	e := &Engine{sink: sink, servers: servers, failed: make(map[string]int)}
	e.Configure(0, cfg)
	return e
}

// Configure replaces the configuration. Failed attempts of users that stay are kept.
func (e *Engine) Configure(_ clock.Instant, cfg Config) {
	e.cfg = cfg
	e.exact, e.folded = make(map[string]int, len(cfg.Users)), make(map[string]int, len(cfg.Users))
	for i, u := range cfg.Users {
		e.exact[u.Name] = i
		if _, taken := e.folded[strings.ToLower(u.Name)]; !taken {
			e.folded[strings.ToLower(u.Name)] = i
		}
	}
	for name := range e.failed {
		if _, ok := e.exact[name]; !ok {
			delete(e.failed, name)
		}
	}
}

func (e *Engine) emit(ev Event) {
	if e.sink.Wants(ev.Class()) {
		e.sink.Emit(ev)
	}
}

// Bind gives a session a unique id, counting from 1, and tells which interface
// or line it is bound to.
func (e *Engine) Bind(iface string) uint32 {
	e.lastID++
	e.Rebind(e.lastID, iface)
	return e.lastID
}

// Rebind tells that session id is now bound to iface.
func (e *Engine) Rebind(id uint32, iface string) {
	if e.cfg.NewModel {
		e.emit(Bound{id, iface})
	}
}

// Secret returns the clear password of a local user; ok is false when there is
// no such user or its secret cannot be turned back (types 4, 5, 8, 9).
func (e *Engine) Secret(user string) (password string, ok bool) {
	u, ok := e.user(user, false)
	if !ok {
		return "", false
	}
	return u.Secret.Clear()
}

// Locked lists the locked-out users in order (`show aaa local user lockout`).
func (e *Engine) Locked() []string {
	var out []string
	for name := range e.failed {
		if e.locked(name) {
			out = append(out, name)
		}
	}
	slices.Sort(out)
	return out
}

// Unlock lets a user in again (`clear aaa local user lockout username`).
func (e *Engine) Unlock(user string) { delete(e.failed, user) }

func (e *Engine) locked(name string) bool {
	return e.cfg.MaxFailAttempts > 0 && e.failed[name] >= e.cfg.MaxFailAttempts
}

// user finds a local user; caseful compares the name to the letter.
func (e *Engine) user(name string, caseful bool) (*User, bool) {
	i, ok := e.exact[name]
	if !ok && !caseful {
		i, ok = e.folded[strings.ToLower(name)]
	}
	if !ok {
		return nil, false
	}
	return &e.cfg.Users[i], true
}

// noteResult counts wrong passwords for the lockout.
func (e *Engine) noteResult(u *User, good bool) {
	if e.cfg.MaxFailAttempts <= 0 {
		return
	}
	if good {
		delete(e.failed, u.Name)
		return
	}
	e.failed[u.Name]++
	if e.failed[u.Name] == e.cfg.MaxFailAttempts {
		e.emit(UserLocked{u.Name})
	}
}
