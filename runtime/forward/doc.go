// Package forward is a node's IPv4 forwarding plane: interfaces, ARP, the routing table, access lists,
// fragments, ICMP errors, counters, and the place where IPsec hooks in. One buffer goes through, headers
// coming and going in place.
//
//	Receive ─ Ethernet ─┬─ ARP
//	ReceiveIP (PPP) ────┴► checks (RFC 1812, 5.2) ─► access-group in ─► lookup ┬─► reassemble ─► clear-text check ─► Deliver
//	Reinject (from an SA) ──────────────────────────────────────────►─────────┘│
//	                                          clear-text check ◄── transit ────┘
//	                                                  │
//	                                        TTL, redirect ─► access-group out ─┐
//	Output (made here) ─► lookup ──────────────────────────────────────────────┴► crypto hook ─► fragment ─► ARP ─► Transmit
package forward
