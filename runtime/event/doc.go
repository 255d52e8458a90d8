// Package event is the envelope of what engines tell: each engine defines
// small structs named for what happened, with typed fields and no wording, and
// hands them to a Sink in the order of its steps. debug/format alone knows the
// IOS words.
//
//	ike ┐
//	ipsec ├─► Sink.Emit ─► debug/format ─► debug/logging ─► console, buffer …
//	l2tp ┘     (same call stack, so lines of several engines interleave
//	            exactly as the packet walked through them)
package event
