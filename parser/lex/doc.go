// Package lex cuts configuration text into lines and lines into words with
// their columns. It knows no command.
//
//	text ─Scanner─► Line{Number, Text} ─Words─► Word{Text, Start}
//	                  │
//	                  └─ comment, indentation, banner text by delimiter
package lex
