package aaa

import (
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

// Engine verifies. It holds no timers.
type Engine struct {
	cfg  Config
	sink event.Sink
}

// New returns an Engine. sink may be nil; servers may be nil.
func New(cfg Config, sink event.Sink, servers Servers) *Engine { return &Engine{cfg: cfg, sink: sink} }

// Configure replaces the configuration.
func (e *Engine) Configure(now clock.Instant, cfg Config) { e.cfg = cfg }

// Bind gives a session a unique id and tells which interface or line it is bound to.
func (e *Engine) Bind(iface string) uint32 { return 0 }

// Rebind tells that session id is now bound to iface.
func (e *Engine) Rebind(id uint32, iface string) {}

// PPP verifies a PPP peer by the named list ("" means default).
func (e *Engine) PPP(now clock.Instant, id uint32, list string, c *ppp.Credentials) Reply {
	return Reply{}
}

// Secret returns the clear password of a local user; ok is false when there is
// no such user or its secret cannot be turned back (types 5, 8, 9).
func (e *Engine) Secret(user string) (password string, ok bool) { return "", false }

// LoginPrompts tells what the named login list needs to know.
func (e *Engine) LoginPrompts(list string) Prompts { return Prompts{} }

// Login verifies a terminal user. line is the line's own password, for method `line`.
func (e *Engine) Login(now clock.Instant, id uint32, list, user, password string, line Secret) Reply {
	return Reply{}
}

// LoginLocal verifies a user against the local database (`login local` without new-model).
func (e *Engine) LoginLocal(now clock.Instant, user, password string) Reply { return Reply{} }

// EnableLogin verifies the password of `enable` by the default enable list.
func (e *Engine) EnableLogin(now clock.Instant, id uint32, user, password string, line Secret) Reply {
	return Reply{}
}

// AuthorizeNetwork decides whether an authenticated user may have a network
// protocol, by the named list ("" means default). Without a list it passes.
func (e *Engine) AuthorizeNetwork(now clock.Instant, id uint32, list, user string, authenticated bool) Reply {
	return Reply{}
}
