// Package aaa answers who may come in: PPP peers, terminal users and `enable`,
// from the local user database through method lists.
//
//	PPP(list, credentials) ─┐                     ┌─ local, local-case ─► users
//	Login(list, name, pw) ──┼─► method list ──────┼─ line, enable ──────► secrets
//	Enable(pw) ─────────────┘   next on error,    ├─ none, if-authenticated
//	                            stop on an answer └─ group NAME ────────► Servers
//
// Without `aaa new-model` there are no lists: PPP uses the local users, lines
// what `login` says on them.
package aaa
