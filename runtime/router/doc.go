// Package router is the router node: the engines of a stack, configured from an
// IOS running-config, with a console, logging and NVRAM.
//
//	            ┌ console session ── modes/exec ── Device (this package)
//	NVRAM ─► boot ─► *config.Config ── runtime/reconcile ─► engines of the stack
//	            └ logging ◄── debug/format ◄── events of the engines
//
// A change of configuration, typed or loaded, is one step: Apply hands the
// whole new value to every engine. Calls that come in get a Virtual-Access
// cloned from their Virtual-Template (vaccess.go).
package router
