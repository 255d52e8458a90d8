// Package runtime holds no code. Its folders are what a router does: wire
// formats, protocol engines, the forwarding plane, links, and the nodes and
// labs made of them. The name shadows the standard library's, so nothing may
// ever be imported from here.
//
//	link ── forward ── host ─┬─ ike ── ipsec      engines: step machines
//	                         └─ l2tp ── ppp       without clock, socket or
//	                                              goroutine
//	reconcile: config ─► engines    router, pc: engines joined    lab: nodes joined
package runtime
