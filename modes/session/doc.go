// Package session is one terminal session of a router: keys go in, screen
// bytes come out. It is a step machine: no goroutine, no clock, no socket.
//
//	terminal ─Input─► type-ahead ─► keys ─► editor ─Enter─► Interpreter.Exec
//	                      │ (held while a Job runs       │ ? and Tab too
//	                      │  or the terminal is slow)    ▼
//	terminal ◄─Output── out ◄── pager ◄── filter ◄── Print, Ask, Run …
//	                      ▲  --More--   | include
//	logging ──WriteLog────┘
//
// The same line discipline serves the console, telnet and SSH: plain echo,
// redraw with backspaces, never an ANSI sequence; CR, LF, CR LF and CR NUL all
// end a line once, also when they come in two packets.
//
// What a session is doing:
//
//	        ┌──────── RETURN / connect ────────► opening (Interpreter.Open asks)
//	idle ◄──┤                                       │
//	(console) └── exit, time-out ── prompt ◄────────┘
//	                                 │  ▲
//	                      Enter, ?   ▼  │ nothing left to do
//	                            command: question | job | --More--
package session
