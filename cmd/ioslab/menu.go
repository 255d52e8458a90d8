package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/chzyer/readline"
)

const menuHelp = `  NUMBER or NAME   go to that node's console
  Enter            go back to the console
  q                stop the lab and quit
`

// menu lets the user choose a node. It returns errQuit to leave the program.
func (d *desk) menu() error {
	if d.tty == nil { // a script: what it has typed so far shall have had its effect
		d.live.Console(d.live.Nodes()[d.node]).WaitIdle(nil)
		d.attachment.Drained()
	}
	d.outMu.Lock()
	locked := true
	unlock := func() {
		if locked {
			locked = false
			d.outMu.Unlock()
		}
	}
	defer unlock()
	w := d.menuWriter()
	d.listNodes(w)
	ask, done := d.prompter(w)
	defer done()
	for {
		line, err := ask()
		if errors.Is(err, io.EOF) || errors.Is(err, readline.ErrInterrupt) {
			return nil // back to the console; at the end of input it ends there
		}
		if err != nil {
			return err
		}
		node, err := d.choice(strings.TrimSpace(line), w)
		switch {
		case err != nil:
			return err
		case node == stay:
			continue
		}
		done()
		unlock()
		return d.visit(node, w)
	}
}

// stay means that the menu goes on.
const stay = -1

// choice reads a line of the menu.
func (d *desk) choice(word string, w io.Writer) (node int, err error) {
	nodes := d.live.Nodes()
	switch strings.ToLower(word) {
	case "":
		return d.node, nil
	case "q", "quit", "exit":
		return stay, errQuit
	case "?", "h", "help":
		fmt.Fprint(w, menuHelp)
		return stay, nil
	}
	for i, name := range nodes {
		if name == word {
			return i, nil
		}
	}
	if n, err := strconv.Atoi(word); err == nil && n >= 1 && n <= len(nodes) {
		return n - 1, nil
	}
	fmt.Fprintf(w, "There is no node %q.\n%s", word, menuHelp)
	return stay, nil
}

// visit puts the chosen node's console in front of the user.
func (d *desk) visit(node int, w io.Writer) error {
	if node == d.node {
		return nil
	}
	old := d.node
	d.leave()
	if err := d.open(node); err != nil {
		fmt.Fprintln(w, err)
		return d.open(old)
	}
	return nil
}

func (d *desk) listNodes(w io.Writer) {
	fmt.Fprintf(w, "\nLab %s\n", d.name)
	for i, name := range d.live.Nodes() {
		mark := ' '
		if i == d.node {
			mark = '*'
		}
		fmt.Fprintf(w, "%c %3d  %-16s %s\n", mark, i+1, name, portText(d.ports[i]))
	}
}

func portText(port int) string {
	if port == 0 {
		return "no console"
	}
	return "telnet 127.0.0.1 " + strconv.Itoa(port)
}

// menuWriter writes to a terminal in raw mode, where a new line needs both its bytes.
func (d *desk) menuWriter() io.Writer {
	if d.tty == nil {
		return d.out
	}
	return rawLines{d.out}
}

type rawLines struct{ w io.Writer }

func (r rawLines) Write(p []byte) (int, error) {
	if _, err := r.w.Write(bytes.ReplaceAll(p, []byte("\n"), []byte("\r\n"))); err != nil {
		return 0, err
	}
	return len(p), nil
}

// prompter returns what asks for a line: readline on a terminal, plain reading
// for a script.
func (d *desk) prompter(w io.Writer) (ask func() (string, error), done func()) {
	in := &deskReader{d: d}
	if d.tty == nil {
		return func() (string, error) {
			fmt.Fprint(w, "ioslab> ")
			return in.line()
		}, func() {}
	}
	var words []readline.PrefixCompleterInterface
	for _, n := range d.live.Nodes() {
		words = append(words, readline.PcItem(n))
	}
	words = append(words, readline.PcItem("quit"), readline.PcItem("help"))
	rl, err := readline.NewEx(&readline.Config{
		Prompt: "ioslab> ", Stdin: in, Stdout: w, Stderr: w, HistoryLimit: -1,
		AutoComplete: readline.NewPrefixCompleter(words...),
		// The terminal is raw already, and its size is watched elsewhere.
		FuncIsTerminal: func() bool { return true }, FuncMakeRaw: func() error { return nil }, FuncExitRaw: func() error { return nil },
		FuncOnWidthChanged: func(func()) {},
		FuncGetWidth: func() int {
			if columns, _ := d.tty.size(); columns > 0 {
				return columns
			}
			return 80
		},
	})
	if err != nil {
		return func() (string, error) { return "", err }, func() {}
	}
	closed := false
	return rl.Readline, func() {
		if !closed {
			closed = true
			rl.Close()
		}
	}
}

// deskReader reads the desk's keys one by one, so that the menu takes no key
// that is meant for the console after it.
type deskReader struct{ d *desk }

// Read returns one key.
func (r *deskReader) Read(p []byte) (int, error) {
	if len(p) == 0 {
		return 0, nil
	}
	d := r.d
	for len(d.rest) == 0 {
		select {
		case in, ok := <-d.keys:
			if !ok {
				return 0, io.EOF
			}
			d.rest = in
		case <-d.live.Failed():
			return 0, io.EOF
		}
	}
	p[0], d.rest = d.rest[0], d.rest[1:]
	return 1, nil
}

// Close does nothing: the input stays open for the console.
func (r *deskReader) Close() error { return nil }

// line reads up to the end of a line.
func (r *deskReader) line() (string, error) {
	var line []byte
	var b [1]byte
	for {
		if _, err := r.Read(b[:]); err != nil {
			return "", err
		}
		if b[0] == '\n' || b[0] == '\r' {
			return string(line), nil
		}
		line = append(line, b[0])
	}
}
