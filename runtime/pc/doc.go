// Package pc is a dial-in PC: the engines of runtime/stack with a client's
// personality, behind a Windows command prompt.
//
//	keys ─► console (line editor) ─► commands: rasdial, ipconfig, ping, reg …
//	                                     │
//	                       dial: route ► IKE+ESP ► L2TP ► PPP ► default route
//	                                     │
//	                                stack.Stack ─► eth0
//
// What goes over the wire the way one release of Windows does it stands in a
// file under personalities/, not in code. The phone book (server, key, user,
// security setting) comes from the lab file and can be changed at the prompt;
// changes, and those of the registry, are kept in NVRAM.
//
// A call's life:
//
//	idle ─rasdial─► securing ──SAs──► connecting ──SCCRQ…ICCN──► verifying
//	  ▲              │ (skipped with      │                         │ PPP
//	  │              │  ProhibitIpSec)    │                         ▼
//	  └── closing ◄──┴────────────────────┴──────────────── up ◄─ registering
//	      PPP Terminate, CDN, StopCCN, then ESP delete, then IKE delete
package pc
