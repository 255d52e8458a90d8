// Package clock gives engines their notion of time: instants on one monotonic
// line, and deadlines on it. No engine reads a clock; every step is told now.
//
//	Receive(now, …) ─► state ─► Deadline() ─► caller sleeps ─► Tick(now)
package clock
