// Package l2tp is the L2TPv2 engine (RFC 2661): LNS, and LAC or voluntary
// client, on one set of tunnels.
//
//	            UDP payload                        PPP frame
//	Receive ──► control? ──► channel (Ns/Nr) ──► tunnel ──► session
//	   │                        │ in order          7.2.1     7.4.1, 7.4.2
//	   └─ data ─► sequence ─────┼──────────────────────────► DataSink
//	                            ▼
//	Drain ◄── Packet, TunnelUp, SessionUp, SessionDown, TunnelDown
//	Send  ◄── PPP frame: header goes into the headroom, the path comes back
//
// A tunnel lives
//
//	idle ─SCCRQ in─► wait-ctl-conn ─SCCCN in─┐
//	 └─SCCRQ out──► wait-ctl-reply ─SCCRP in─┴► established ⇄ no-sessions-left
//	                                               │   StopCCN out
//	     gone ◄─31 s─ lingering ◄─StopCCN in───────┴──► shutting-down ─ack─► gone
//
// The engine reads no clock and opens no socket: every step is told now, the
// random bytes come from the reader given to New, and what it wants sent or
// told waits in the outbox until Drain.
package l2tp
