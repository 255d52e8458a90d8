// Package logging is a node's logging process: it takes worded messages,
// stamps them with the router's clock and hands them to the destinations that
// want their severity.
//
//	engines ─event─► Events ─► debug/format ─► Logger.Log ─► stamp ─┬─► console
//	  (Conditions decide which debug events are worded at all)      ├─► monitor (vty, `terminal monitor`)
//	commands ─ system.go messages ──────────────►                   ├─► buffer  (`show logging`)
//	                                                                └─► trap    (syslog hosts)
//
// Nothing here reads a clock or starts a goroutine: every call is told now,
// and a WallClock turns instants into the router's time of day.
package logging
