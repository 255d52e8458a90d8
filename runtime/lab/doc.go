// Package lab joins nodes by links as one topology file says, and runs them:
// live, or as a simulated world that one seed decides.
//
//	            lab file (YAML) ──Parse──► File
//	                                        │  Kinds: how each kind of node is made
//	                ┌───────────────────────┴──────────────────────┐
//	              Live                                           World
//	a goroutine a node, wall clock,                one goroutine, one event heap,
//	bounded mailbox, Do(func)                      Step / RunUntil / RunFor, one seed
//	                └───────────────────────┬──────────────────────┘
//	                                        │
//	    Node ──Transmit──► wire (faults, capture) ──Receive──► Node
//	      └─ Console ◄── keys / output ──► Hub ──► terminal, telnet clients
//
// A Node is a step machine: the runner alone calls it, always from one
// goroutine, and tells it the time. So the same nodes run live and simulated.
package lab
