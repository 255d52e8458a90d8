// Package ipsec is the router's ESP and AH engine: the data base of security
// associations (SADB), the policy of the crypto maps (SPD), the checks that
// IKE asks for, and the packet path of both directions.
//
//	                IKE (by an adapter of the node)
//	  Validate │ AllocateSPIs │ Install │ EnableOutbound │ Delete…
//	           ▼                                          ▲ RequestSA, SendDelete
//	┌───────────────────────────┐   ┌──────────────┐      │ (outbox)
//	│ SPD: map ─ entry ─ ident ──┼──►│ pair of SAs  │──────┘
//	└───────────────────────────┘   └──────────────┘
//	  ▲ first permit wins              in: dst,proto,SPI   out: ident
//	  │
//	Outbound: IP packet ─► SPD ─► clear
//	                        │  ─► ESP, then AH, then UDP 4500 ─► protected
//	                        └──► no SA: RequestSA, packet dropped
//	Inbound:  UDP 4500? ─► AH? ─► ESP ─► inner packet ─► selector check ─► plain
//	          (SPI ► window ► ICV ► decrypt ► padding, in this order)
//	CheckClear: what the SPD wants protected and came in the clear is dropped
//
// All work is done inside the packet.Buffer: headers go into the headroom,
// padding and ICV into the tailroom; no packet costs an allocation.
//
// An Engine has one owner goroutine, no clock, no socket and no goroutine.
package ipsec
