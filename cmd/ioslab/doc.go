// Command ioslab is Cisco IOS routers and dial-in PCs in one process: real
// IKE, IPsec, L2TP and PPP behind IOS consoles.
//
//	terminal ─┬─► escape filter ─► console of a node ◄─┬─ telnet 127.0.0.1:5001
//	          │   Ctrl-Shift-6 x                        ├─ telnet 127.0.0.1:5002
//	          └─► node menu (readline)                  └─ …
//	                        lab.Live: nodes, links, captures
//	files: lab file, configurations, --nvram DIR, --capture DIR
//
// This is the only place (with runtime/link/os) that touches the world: files,
// sockets, the terminal, signals. It listens on the loopback address only.
package main
