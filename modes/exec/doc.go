// Package exec is the EXEC: the commands that a person types outside of
// configuration, a file a feature, and the Shell that is a session's
// interpreter.
//
//	session.Session ── line ─► Shell ─┬─ EXEC ──────► commands tree ─► handler ─► Device
//	                                  └─ configure ─► Configurator (modes/conf), `do` comes back
//	        ▲                                │
//	        └── Print, Ask, Run, SetFilter ──┘
//
// A System is one router's: its sessions, what was saved and changed when. It
// asks the router through Device, which runtime/router implements. Everything
// runs on the node's goroutine; what takes time is a session.Job.
package exec
