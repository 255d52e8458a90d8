// Package config is the typed running-config: plain values that say what a
// user configured, and nothing about what the router does with it.
//
//	         Begin                    Commit
//	Config ─────────► Draft (writable) ───────► Config'
//	   │                                          │
//	   └── everything that was not touched is ────┘
//	       the same memory in both
//
// A committed Config is never mutated: whoever holds one may read it from any
// goroutine for ever. A Draft shares with its base and copies, once, each Table
// and each table element that it changes. Sections are struct values, so two
// states of a section compare with reflect.DeepEqual, which is quick where
// nothing changed because the pointers inside are the same.
//
// Unset is not zero: where IOS tells "not configured" from a value, the field is
// an Opt. Defaults are not filled in; the accessor methods that know a
// default by dialect say so.
//
// Lines that are kept for show without effect live in Extra (one in each mode's
// struct), lines that ioslab does not support live there too, marked so.
package config
