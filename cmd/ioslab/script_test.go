package main

import (
	"bytes"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"ioslab": main})
}

// TestScript plays the journeys of testdata/script with the program itself.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(env *testscript.Env) error {
			article, err := filepath.Abs("../../testdata/article")
			env.Setenv("ARTICLE", article)
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"ports": portsCommand, "talk": talkCommand, "occupy": occupyCommand,
		},
	})
}

// portsCommand sets a variable, and the same name with 2 after it, to two ports in a row that
// nobody listens on.
func portsCommand(ts *testscript.TestScript, _ bool, args []string) {
	for range 50 {
		first, err := net.Listen("tcp4", "127.0.0.1:0")
		ts.Check(err)
		port := first.Addr().(*net.TCPAddr).Port
		second, err := net.Listen("tcp4", fmt.Sprintf("127.0.0.1:%d", port+1))
		first.Close()
		if err != nil {
			continue
		}
		second.Close()
		ts.Setenv(args[0], strconv.Itoa(port))
		ts.Setenv(args[0]+"2", strconv.Itoa(port+1))
		return
	}
	ts.Fatalf("no two free ports in a row")
}

// occupyCommand listens on a port until the script ends and names it in a variable.
func occupyCommand(ts *testscript.TestScript, _ bool, args []string) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	ts.Check(err)
	ts.Defer(func() { l.Close() })
	ts.Setenv(args[0], strconv.Itoa(l.Addr().(*net.TCPAddr).Port))
}

// patience is how long a talk waits for the other side at most.
const patience = 30 * time.Second

// talkCommand is a telnet client: talk PORT [expected sent]... [expected]. It waits for
// each expected text and then sends the line after it.
func talkCommand(ts *testscript.TestScript, _ bool, args []string) {
	conn := dial(ts, args[0])
	defer conn.Close()
	ts.Check(conn.SetDeadline(time.Now().Add(patience)))
	var got []byte
	buf := make([]byte, 4096)
	for i, word := range args[1:] {
		if i%2 == 1 {
			_, err := conn.Write([]byte(word + "\r\n"))
			ts.Check(err)
			continue
		}
		for {
			at := bytes.Index(got, []byte(word))
			if at >= 0 {
				got = got[at+len(word):]
				break
			}
			n, err := conn.Read(buf)
			if err != nil {
				ts.Fatalf("no %q from port %s: %v; it sent %q", word, args[0], err, got)
			}
			got = append(got, buf[:n]...)
		}
	}
}

// dial tries until the program in the background listens.
func dial(ts *testscript.TestScript, port string) net.Conn {
	retry := time.NewTicker(20 * time.Millisecond)
	defer retry.Stop()
	late := time.After(patience)
	for {
		conn, err := net.Dial("tcp4", "127.0.0.1:"+port)
		if err == nil {
			return conn
		}
		select {
		case <-late:
			ts.Fatalf("port %s: %v", port, err)
		case <-retry.C:
		}
	}
}

func TestSaveIsAtomic(t *testing.T) {
	dir := filepath.Join(t.TempDir(), "r2")
	n := dirNVRAM{dir}
	for _, text := range []string{"old", "new and longer"} {
		if err := n.Save("startup-config", []byte(text)); err != nil {
			t.Fatal(err)
		}
		if got, err := n.Load("startup-config"); err != nil || string(got) != text {
			t.Fatalf("%q, %v", got, err)
		}
	}
	// Whoever has the old file open reads the old contents whole: the new ones
	// never went into it.
	old, err := os.Open(filepath.Join(dir, "startup-config"))
	if err != nil {
		t.Fatal(err)
	}
	defer old.Close()
	if err := n.Save("startup-config", []byte("newest")); err != nil {
		t.Fatal(err)
	}
	var was bytes.Buffer
	if _, err := was.ReadFrom(old); err != nil || was.String() != "new and longer" {
		t.Fatalf("the old file has become %q, %v", was.String(), err)
	}
	// A save that fails in its last step leaves the old file and no litter: a
	// folder cannot be replaced by a file.
	if err := os.MkdirAll(filepath.Join(dir, "blocked", "x"), 0o700); err != nil {
		t.Fatal(err)
	}
	if err := n.Save("blocked", []byte("text")); err == nil {
		t.Fatal("a folder was replaced")
	}
	entries, err := os.ReadDir(dir)
	if err != nil || len(entries) != 2 {
		t.Fatalf("%v, %v", entries, err)
	}
	info, err := os.Stat(filepath.Join(dir, "startup-config"))
	if err != nil || info.Mode().Perm() != 0o600 {
		t.Fatalf("mode %v, %v", info.Mode(), err)
	}
	for _, bad := range []string{"", "../x", ".x", `a\b`, "a:b"} {
		if n.Save(bad, nil) == nil {
			t.Errorf("saved as %q", bad)
		}
	}
}
