// Package parser holds no code. Its folders turn text into the typed
// running-config and back, and know no engine.
//
//	text ─► lex ─► grammar ─► config      modes/conf declares the lines
//	text ◄──────── grammar ◄── config     the same declarations, other way
package parser
