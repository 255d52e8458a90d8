package main

// ctrlShift6 is IOS's escape character; with x after it, it leaves a session.
const ctrlShift6 = 0x1e

// escape takes what is typed apart: keys for the console, and the sequence
// Ctrl-Shift-6 x, which opens the node menu. A Ctrl-Shift-6 that something else
// follows is a key of its own; typed twice it is sent once, at once.
//
//	idle ─^^─► held ─x──► menu
//	  ▲         ├─ ^^ ──► one ^^ to the console
//	  │         ├─ key ─► ^^ and the key to the console
//	  └─────────┴─ time ─► ^^ to the console
type escape struct{ held bool }

// next takes keys up to the first escape sequence: what is for the console,
// whether the sequence came, and what was typed after it.
func (e *escape) next(in []byte) (keys []byte, menu bool, rest []byte) {
	for i, b := range in {
		switch {
		case e.held && (b == 'x' || b == 'X'):
			e.held = false
			return keys, true, in[i+1:]
		case e.held:
			e.held = false
			keys = append(keys, ctrlShift6)
			if b != ctrlShift6 {
				keys = append(keys, b)
			}
		case b == ctrlShift6:
			e.held = true
		default:
			keys = append(keys, b)
		}
	}
	return keys, false, nil
}

// release returns a Ctrl-Shift-6 that waited too long for its x, or after which
// the input ended.
func (e *escape) release() []byte {
	if !e.held {
		return nil
	}
	e.held = false
	return []byte{ctrlShift6}
}
