// Package conf holds the declarations of the configuration lines, a file a
// feature, and what follows from them: the loader, the line editor of
// configuration mode and show running-config.
//
//	text ──Load──► Config + Report            declarations
//	line ─Editor─► Config' + messages  ◄────  (pattern, help, fields, default,
//	Config ─Running─► text                     support state)
//
// Every line is in one of three states: active (bound to a typed field), stored
// (kept and shown, nothing to do for it here) or unsupported (kept apart, reported,
// written back as a comment so that no save loses it).
//
// The order of a mode's declarations is the order of show running-config.
package conf
