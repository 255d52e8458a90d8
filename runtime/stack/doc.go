// Package stack joins the engines of one node: what a router and a dial-in PC
// have in common below their configuration and their console.
//
//	port ─► forward ─► host ─┬─ UDP 500, 4500 ──► ike ◄──► ipsec
//	           ▲  │          ├─ protocol 50, 51 ──────────► ipsec ─┐
//	           │  └─ crypto hook ──► ipsec                         │
//	           │             └─ UDP 1701 ──► l2tp ──► ppp ─┐       │
//	           └──────────── ReceiveIP ◄─────────────────────┘       │
//	           └──────────── Reinject ◄────────────────────────────────┘
//
// An engine never calls another: it leaves what it wants done in its outbox,
// and settle carries the outboxes' contents across until all are empty. The
// questions that need an answer at once (KeyEngine, the crypto hook) are
// answered here too. What only the node can decide goes to its Owner.
package stack
