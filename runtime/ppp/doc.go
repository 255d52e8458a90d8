// Package ppp is the PPP engine (RFC 1661): one Link a session, the same code
// for the end that answers calls and the end that dials.
//
//	        Receive(frame)                     SendIP(datagram)
//	             │                                  │
//	┌── LCP ─────┼─ PAP/CHAP ── IPCP ──┐            │ header prepended
//	│ automaton  │  both roles   automaton          ▼
//	└────────────┼─────────────────────┘        the session's carrier
//	             ▼                              (L2TP), by the caller
//	Deliver(IPv4 datagram)   Drain() []Output: frames and notices
//
// A link walks through the phases of RFC 1661, 3.2, with the steps that IOS
// narrates between them:
//
//	Dead ─► Establishing ─► Authenticating ─► Forwarding ─► Unauthenticated
//	  ▲                                                          │ verdict
//	  └── Terminating ◄── Up ◄── Authenticated ◄── SetInterface ─┘ AuthPassed
//
// How a node drives one: New, Open, LowerUp; then Receive for each frame, Tick
// at Deadline, and Drain after each of them, again and again until it returns
// nothing, since SetInterface and Close put more into the outbox. Down is the last
// notice of every link, however it ended.
//
// A link without an interface of its own stops after a passed authentication:
// it puts AuthPassed into the outbox and goes on when the node has cloned the
// interface and calls SetInterface. Until then it is called ppp6, say, and
// afterwards Vi2.1.
package ppp
