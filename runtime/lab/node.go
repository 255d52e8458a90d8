package lab

import (
	"io"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
)

// Node is one box of a lab. Its runner calls every method from one goroutine,
// with a now that never goes back.
type Node interface {
	// Receive takes a frame that came in on the port with this number (the index
	// into Env.Ports). The node owns the frame from then on.
	Receive(now clock.Instant, port int, frame *packet.Buffer)
	// Tick does what is due at now.
	Tick(now clock.Instant)
	// Deadline returns when Tick is next wanted, clock.Never for not at all. The
	// runner asks after every step.
	Deadline() clock.Instant
	// Console returns the node's console line, nil when it has none. It is asked
	// once, after creation.
	Console() Console
	// Close ends the node: it gives back every buffer it holds and calls nothing
	// any more. Nothing is sent.
	Close(now clock.Instant)
}

// Console is a node's console line. All calls are steps of the node: the runner
// makes them on the node's goroutine.
type Console interface {
	// Input takes keys as they come from the terminal. The slice is borrowed.
	Input(now clock.Instant, keys []byte)
	// Break takes the terminal's break signal.
	Break(now clock.Instant)
	// Resize tells the size of the terminal window, in characters.
	Resize(now clock.Instant, columns, rows int)
	// Output takes what is to be shown since the last call; nil for nothing. The
	// slice is valid until the next call of any method of the node.
	Output() []byte
	// Idle tells that no command runs and no input waits: all that was typed has
	// had its effect. The end of scripted input waits for it.
	Idle() bool
}

// Env is what a node is made from. The runner makes it.
type Env struct {
	// Name is the node's name in the lab file, Index its place there from 0 on.
	Name  string
	Index int
	// Spec is what the kind's Decode made of the node's entry.
	Spec any
	// Ports holds the canonical names of the node's linked ports; a port's number
	// is its index here.
	Ports []string
	// Rand is the node's own randomness: seeded in a World, and in a Live with a
	// seed, else the system's.
	Rand io.Reader
	// Epoch is the wall-clock time of instant 0.
	Epoch time.Time
	// Transmit sends a frame out of a port and takes the frame. It may be called
	// during a step of the node only; it never calls back into a node.
	Transmit func(port int, frame *packet.Buffer)
	// NVRAM keeps the node's files over a reload, and over a restart of the
	// program when it was given a directory.
	NVRAM NVRAM
	// Keys takes session keys for the capture's decryption tables. Never nil.
	Keys KeyLog
}

// Kind is how a kind of node is read from a lab file and made.
type Kind struct {
	// Decode reads the node's entry; what it returns becomes Env.Spec. It names
	// each key that it knows by asking the Map for it; all others are refused.
	Decode func(m *Map) any
	// Port returns the canonical name of a port, as "FastEthernet0/0" for "f0/0".
	// The error says what would have been right.
	Port func(name string) (string, error)
	// New makes the node. Nothing may be transmitted before the first step, which
	// is a Tick at instant 0 or later.
	New func(env Env) (Node, error)
}

// Kinds holds the kinds of nodes that a lab file may name.
type Kinds map[string]Kind
