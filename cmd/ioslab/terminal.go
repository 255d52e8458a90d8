package main

import (
	"fmt"
	"os"
	"runtime/debug"
	"sync"

	"golang.org/x/term"
)

// terminal is the program's own terminal, in raw mode while a console has it.
// restore may be called at any time, any number of times, from any goroutine:
// every way out of the program goes through it.
type terminal struct {
	in, out *os.File

	mu    sync.Mutex
	state *term.State // of before raw mode; nil while not raw
}

// openTerminal returns the terminal, nil when input or output is none.
func openTerminal() *terminal {
	if !term.IsTerminal(int(os.Stdin.Fd())) || !term.IsTerminal(int(os.Stdout.Fd())) {
		return nil
	}
	return &terminal{in: os.Stdin, out: os.Stdout}
}

// raw hands keys over as they are typed, Ctrl-C included.
func (t *terminal) raw() error {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state != nil {
		return nil
	}
	state, err := term.MakeRaw(int(t.in.Fd()))
	if err != nil {
		return fmt.Errorf("terminal: %w", err)
	}
	t.state = state
	return nil
}

// restore puts the terminal back to what it was.
func (t *terminal) restore() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state == nil {
		return
	}
	term.Restore(int(t.in.Fd()), t.state)
	t.state = nil
	fmt.Fprint(t.out, "\r\n")
}

// again makes the terminal raw after the program was stopped and continued: the
// shell has put its own settings in force meanwhile.
func (t *terminal) again() {
	if t == nil {
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.state != nil {
		term.MakeRaw(int(t.in.Fd()))
	}
}

// size returns the window's size in characters, 0 when it is not known.
func (t *terminal) size() (columns, rows int) {
	if t == nil {
		return 0, 0
	}
	columns, rows, err := term.GetSize(int(t.out.Fd()))
	if err != nil {
		return 0, 0
	}
	return columns, rows
}

// guard is deferred in each goroutine that runs beside a raw terminal: a panic
// must not leave the terminal raw.
func (t *terminal) guard() {
	if r := recover(); r != nil {
		t.restore()
		fmt.Fprintf(os.Stderr, "ioslab: %v\n\n%s", r, debug.Stack())
		os.Exit(exitUsage)
	}
}
