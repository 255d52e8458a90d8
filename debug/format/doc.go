// Package format is the only home of log wording: it turns engine events into
// the lines that IOS prints for them, a file an engine.
//
//	event.Event ─► Formatter.Append ─► []Message ─► debug/logging
//
// Wordings come from the reference notes; a line that no capture
// attests is kept in these files all the same, easy to correct.
package format
