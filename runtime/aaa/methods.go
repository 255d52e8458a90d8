package aaa

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ppp"
)

// DefaultList is the name of the list that serves whoever names none.
const DefaultList = "default"

// unset are the lists that hold when no default list is configured.
var unset = map[Service][]Method{
	LoginService:   {{Kind: Local}},
	PPPService:     {{Kind: Local}},
	EnableService:  {{Kind: EnableMethod}},
	NetworkService: nil,
	ExecService:    nil,
}

// request is one question on its way through a list.
type request struct {
	service       Service
	authorization bool
	id            uint32
	cred          ppp.Credentials
	line          Secret
	authenticated bool
}

// methods finds a list; found is false for a named one that does not exist.
func (e *Engine) methods(s Service, authorization bool, name string) (picked string, ms []Method, found bool) {
	if name == "" {
		name = DefaultList
	}
	for _, l := range e.cfg.Lists {
		if l.Service == s && l.Authorization == authorization && l.Name == name {
			return name, l.Methods, true
		}
	}
	return name, unset[s], name == DefaultList
}

// run asks the methods in order until one answers. When none does, the last
// one's silence is the outcome: Error when a server was silent, Fail when it was a local matter.
func (e *Engine) run(now clock.Instant, r *request, list string) Reply {
	name, methods, found := e.methods(r.service, r.authorization, list)
	if !found {
		return Reply{Status: Fail}
	}
	e.emit(ListPicked{r.service, r.authorization, r.id, name})
	last := Reply{Status: Fail}
	for _, m := range methods {
		reply := e.ask(now, r, m)
		reply.Method = m.Kind
		e.emit(MethodAnswered{r.service, r.authorization, r.id, m, reply.Status})
		if reply.Status != Error {
			return reply
		}
		last = Reply{Status: Fail, Method: m.Kind}
		if m.Kind == Group {
			last.Status = Error
		}
	}
	return last
}

func (e *Engine) ask(now clock.Instant, r *request, m Method) Reply {
	switch m.Kind {
	case Local, LocalCase:
		return e.local(r, m.Kind == LocalCase)
	case None:
		return Reply{Status: Pass, Privilege: 1}
	case EnableMethod:
		return password(e.cfg.Enable, r.cred.Password, 15)
	case LineMethod:
		return password(r.line, r.cred.Password, 1)
	case IfAuthenticated:
		if r.authenticated {
			return Reply{Status: Pass, Privilege: 1}
		}
		return Reply{Status: Fail}
	case Group:
		if e.servers != nil {
			return e.servers.Authenticate(now, m.Group, &r.cred)
		}
	case IfNeeded:
	}
	return Reply{Status: Error}
}

// password checks a shared password; one that is not configured gives no answer.
func password(s Secret, typed string, privilege int) Reply {
	switch {
	case !s.Set:
		return Reply{Status: Error}
	case s.Matches(typed):
		return Reply{Status: Pass, Privilege: privilege}
	}
	return Reply{Status: Fail}
}

// local asks the local database. A name that it does not hold is no answer, so
// that a following server group may know it.
func (e *Engine) local(r *request, caseful bool) Reply {
	e.emit(LocalLookup{r.service, r.id, r.cred.User})
	u, ok := e.user(r.cred.User, caseful)
	if !ok {
		u, ok = e.user(ppp.WithoutDomain(r.cred.User), caseful)
	}
	if !ok {
		return Reply{Status: Error}
	}
	if r.authorization {
		return Reply{Status: Pass, Privilege: max(u.Privilege, 1)}
	}
	return e.verify(u, &r.cred)
}

func (e *Engine) verify(u *User, c *ppp.Credentials) Reply {
	if e.locked(u.Name) {
		return Reply{Status: Fail, Code: ppp.AccountDisabled}
	}
	proof, ok := prove(u, c)
	e.noteResult(u, ok)
	if !ok {
		return Reply{Status: Fail, Code: ppp.AuthenticationError}
	}
	return Reply{Status: Pass, Privilege: max(u.Privilege, 1), Proof: proof}
}

// prove checks credentials. CHAP and its kin need the clear password: a
// one-way secret cannot serve them, and the user is refused.
func prove(u *User, c *ppp.Credentials) (proof string, ok bool) {
	if c.Proto == ppp.AuthPAP || c.Proto == ppp.NoAuth {
		return "", u.Secret.Matches(c.Password)
	}
	clear, ok := u.Secret.Clear()
	if !ok {
		return "", false
	}
	return c.Verify(clear)
}

// PPP verifies a PPP peer by the named list ("" means default). Without
// new-model the local users decide.
func (e *Engine) PPP(now clock.Instant, id uint32, list string, c *ppp.Credentials) Reply {
	r := &request{service: PPPService, id: id, cred: *c}
	if !e.cfg.NewModel {
		return settled(e.localQuiet(r))
	}
	return e.run(now, r, list)
}

// localQuiet asks the local database without a word, as it is without new-model.
func (e *Engine) localQuiet(r *request) Reply {
	u, ok := e.user(r.cred.User, false)
	if !ok {
		return Reply{Status: Error}
	}
	return e.verify(u, &r.cred)
}

// settled turns no answer into a refusal.
func settled(r Reply) Reply {
	if r.Status == Error {
		r.Status = Fail
	}
	return r
}

// LoginPrompts tells what the named login list needs to know: what its first method does.
func (e *Engine) LoginPrompts(list string) Prompts {
	_, methods, found := e.methods(LoginService, false, list)
	if !found || len(methods) == 0 {
		return Prompts{true, true}
	}
	switch methods[0].Kind {
	case None:
		return Prompts{}
	case LineMethod, EnableMethod:
		return Prompts{Password: true}
	case Local, LocalCase, IfAuthenticated, Group, IfNeeded:
	}
	return Prompts{true, true}
}

// Login verifies a terminal user by the named list. line is the line's own
// password, for method `line`.
func (e *Engine) Login(now clock.Instant, id uint32, list, user, password string, line Secret) Reply {
	return e.run(now, &request{service: LoginService, id: id, line: line,
		cred: ppp.Credentials{Proto: ppp.AuthPAP, User: user, Password: password}}, list)
}

// LoginLocal verifies a user against the local database (`login local` without new-model).
func (e *Engine) LoginLocal(_ clock.Instant, user, password string) Reply {
	return settled(e.localQuiet(&request{service: LoginService,
		cred: ppp.Credentials{Proto: ppp.AuthPAP, User: user, Password: password}}))
}

// EnableLogin verifies the password of `enable` by the default enable list.
func (e *Engine) EnableLogin(now clock.Instant, id uint32, user, password string, line Secret) Reply {
	r := &request{service: EnableService, id: id, line: line,
		cred: ppp.Credentials{Proto: ppp.AuthPAP, User: user, Password: password}}
	if !e.cfg.NewModel {
		return settled(e.ask(now, r, Method{Kind: EnableMethod}))
	}
	return e.run(now, r, "")
}

// AuthorizeNetwork decides whether a user may have a network protocol, by the
// named list ("" means default). Without new-model or without a list it passes.
func (e *Engine) AuthorizeNetwork(now clock.Instant, id uint32, list, user string, authenticated bool) Reply {
	return e.authorize(now, NetworkService, id, list, user, authenticated)
}

// AuthorizeExec decides about a shell and its privilege level likewise.
func (e *Engine) AuthorizeExec(now clock.Instant, id uint32, list, user string, authenticated bool) Reply {
	return e.authorize(now, ExecService, id, list, user, authenticated)
}

func (e *Engine) authorize(now clock.Instant, s Service, id uint32, list, user string, authenticated bool) Reply {
	_, methods, found := e.methods(s, true, list)
	if !e.cfg.NewModel || found && methods == nil {
		return Reply{Status: Pass, Privilege: 1}
	}
	return e.run(now, &request{service: s, authorization: true, id: id, authenticated: authenticated,
		cred: ppp.Credentials{User: user}}, list)
}
