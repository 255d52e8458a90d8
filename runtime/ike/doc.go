// Package ike is IKEv1 (RFC 2407, 2408, 2409) for pre-shared keys: main mode,
// quick mode and informational exchanges in both roles, with NAT traversal
// (RFC 3947 and drafts 02 and 03) and dead peer detection (RFC 3706).
//
//	          Receive(now, datagram)            RequestSA  DeleteSPI  ClearSAs
//	                  │                                  │
//	      header ─ find by cookies                       │
//	                  │                                  │
//	    ┌─────────────┼──────────────┐                   │
//	main mode      quick mode     informational ◄────────┤
//	responder.go   quickresponder  informational.go      │
//	initiator.go ◄─ quickinitiator ◄─────────────────────┘
//	identity.go        │    │
//	    │              │    └─► KeyEngine: Validate, AllocateSPI, Install, EnableOutbound …  (IPsec, at once)
//	    ▼              ▼
//	outbox: Send, KeysDerived, PhaseOneUp/Down, QuickModeUp/Failed    event.Sink: what the debugs print, in order
//
// An ikeSA is a phase 1 SA from its first message to its purge; a node is an
// exchange inside it, named by its message id. Both answer the peer's repeats
// from their last message, and both stay in view for a while when they are
// done, as IOS keeps them: an SA 60 seconds, a node 50.
//
// A message changes nothing before it has verified: decryption works on a copy
// of the vector, payloads are parsed and ordered first, hashes are compared in
// constant time. What fails is dropped under a DropReason with its counter.
// What RFC 2409 leaves unauthenticated (messages 1 to 4, and what stands behind the
// hash in message 5) can spoil the negotiation that it belongs to, no other.
//
// Aggressive mode, mode configuration, XAUTH, certificates and IKE
// fragments are not here: their messages are dropped under reasons of their own.
package ike
