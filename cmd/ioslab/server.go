package main

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"sync"
	"syscall"

	"ioslab/cmd/ioslab/telnet"
	"ioslab/runtime/lab"
)

// defaultBase is the port of the first console unless --console-base says so.
const defaultBase = 5001

// consoleServer offers each node's console on a loopback telnet port.
type consoleServer struct {
	lab   string
	ports []int // by node, 0 for one without a console

	mu        sync.Mutex
	listeners []net.Listener
	conns     map[net.Conn]bool
	closed    bool
	done      sync.WaitGroup
}

// listen opens the ports. With fixed set they count up from base and one that
// is in use is an error; otherwise such a port is replaced by a free one.
func listen(l *lab.Live, name string, base int, fixed bool) (*consoleServer, error) {
	s := &consoleServer{lab: name, conns: map[net.Conn]bool{}}
	for i, node := range l.Nodes() {
		hub := l.Console(node)
		if hub == nil {
			s.ports = append(s.ports, 0)
			continue
		}
		ln, err := listenLoopback(base+i, fixed)
		if err != nil {
			s.close()
			return nil, fmt.Errorf("console of %s: %w", node, err)
		}
		s.listeners = append(s.listeners, ln)
		s.ports = append(s.ports, ln.Addr().(*net.TCPAddr).Port)
		s.done.Go(func() { s.accept(ln, hub) })
	}
	return s, nil
}

func listenLoopback(port int, fixed bool) (net.Listener, error) {
	if port > 65535 {
		return nil, fmt.Errorf("port %d does not exist; choose a lower --console-base", port)
	}
	ln, err := net.Listen("tcp4", net.JoinHostPort("127.0.0.1", strconv.Itoa(port)))
	switch {
	case err == nil:
		return ln, nil
	case !fixed:
		return net.Listen("tcp4", "127.0.0.1:0")
	case errors.Is(err, syscall.EADDRINUSE):
		return nil, fmt.Errorf("port %d is in use; choose another --console-base", port)
	}
	return nil, err
}

func (s *consoleServer) accept(ln net.Listener, hub *lab.Hub) {
	for {
		conn, err := ln.Accept()
		if err != nil {
			return
		}
		if !s.add(conn) {
			conn.Close()
			return
		}
		s.done.Go(func() {
			defer s.remove(conn)
			s.serve(conn, hub)
		})
	}
}

func (s *consoleServer) add(c net.Conn) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !s.closed {
		s.conns[c] = true
	}
	return !s.closed
}

func (s *consoleServer) remove(c net.Conn) {
	c.Close()
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.conns, c)
}

// close ends the listeners and all connections, and waits for their goroutines.
func (s *consoleServer) close() {
	s.mu.Lock()
	s.closed = true
	for _, ln := range s.listeners {
		ln.Close()
	}
	for c := range s.conns {
		c.Close()
	}
	s.mu.Unlock()
	s.done.Wait()
}

// serve is one telnet client's visit at a console.
func (s *consoleServer) serve(conn net.Conn, hub *lab.Hub) {
	t := &client{conn: conn}
	others := hub.Clients()
	a, err := hub.Attach()
	if err != nil {
		fmt.Fprintf(conn, "\r\nioslab: console of %s: %v\r\n", hub.Name(), err)
		return
	}
	defer a.Close()
	t.attachment = a
	var opening []byte
	t.telnet, opening = telnet.New(t)
	greeting := fmt.Sprintf("\r\nioslab: console of %s in lab %s", hub.Name(), s.lab)
	if others > 0 {
		greeting += fmt.Sprintf(", shared with %d more", others)
	}
	if t.send(append(opening, greeting+"\r\n\r\n"...)) != nil {
		return
	}
	var output sync.WaitGroup
	output.Go(t.output)
	t.input()
	a.Close()
	output.Wait()
}

// client is a telnet connection and the console behind it.
type client struct {
	conn       net.Conn
	attachment *lab.Attachment
	mu         sync.Mutex // of telnet and the order of writes
	telnet     *telnet.Conn
	todo       []func() // what the bytes just read mean; done without the lock
}

// Keys is what was typed.
func (t *client) Keys(p []byte) {
	keys := bytes.Clone(p)
	t.todo = append(t.todo, func() { t.attachment.Write(keys) })
}

// Break is the break signal.
func (t *client) Break() { t.todo = append(t.todo, func() { t.attachment.Break() }) }

// Window is the size of the client's window.
func (t *client) Window(columns, rows int) {
	t.todo = append(t.todo, func() { t.attachment.Resize(columns, rows) })
}

// TerminalType is of no consequence: consoles use no terminal's own sequences.
func (t *client) TerminalType(string) {}

func (t *client) send(p []byte) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	_, err := t.conn.Write(p)
	return err
}

// input reads from the client until it goes.
func (t *client) input() {
	buf := make([]byte, 4096)
	for {
		n, err := t.conn.Read(buf)
		if err != nil {
			return
		}
		t.mu.Lock()
		reply := t.telnet.Receive(buf[:n])
		todo := t.todo
		t.todo = nil
		t.mu.Unlock()
		if len(reply) > 0 && t.send(reply) != nil {
			return
		}
		for _, do := range todo {
			do()
		}
	}
}

// output copies what the console shows.
func (t *client) output() {
	buf := make([]byte, 4096)
	var out []byte
	for {
		n, err := t.attachment.Read(buf)
		if errors.Is(err, io.EOF) {
			t.conn.Close()
			return
		}
		t.mu.Lock()
		out = t.telnet.Append(out[:0], buf[:n])
		_, err = t.conn.Write(out)
		t.mu.Unlock()
		if err != nil {
			t.conn.Close()
			return
		}
	}
}
