// Package telnet speaks the server's side of telnet (RFC 854) for a console
// line: it takes the bytes of a connection apart into keys and signals, and
// escapes what goes out.
//
//	socket ─► Receive ─► Handler: keys, break, window size, terminal type
//	          │
//	          └─ answers of the negotiation ─┐
//	console ─► Append (IAC and CR escaped) ──┴─► socket
//
// Options: ECHO (RFC 857) and SUPPRESS-GO-AHEAD (858) by us, TERMINAL-TYPE
// (1091) and NAWS (1073) by the client, BINARY (856) both ways when the client
// wants it. Negotiation follows RFC 1143, so that no pair of ends can loop.
package telnet
