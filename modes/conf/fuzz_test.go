package conf

import (
	"bytes"
	"os"
	"path/filepath"
	"reflect"
	"strings"
	"testing"

	"ioslab/parser/config"
)

// seeds adds the configurations of testdata, whole and line by line.
func seeds(f *testing.F, add func([]byte)) {
	files, err := filepath.Glob("testdata/*.cfg")
	if err != nil || len(files) == 0 {
		f.Fatalf("no configurations in testdata: %v", err)
	}
	for _, name := range append(files, "../../testdata/article/initial.cfg") {
		data, err := os.ReadFile(name)
		if err != nil {
			f.Fatal(err)
		}
		add(data)
	}
}

// FuzzLoad loads anything as a configuration file. What it made of it must print,
// and the print must load to the same again.
func FuzzLoad(f *testing.F) {
	seeds(f, func(b []byte) { f.Add(b) })
	f.Add([]byte("banner motd ^C\nhello\n^C\nline vty 0 99\ninterface \xff\n! unsupported: x\n"))
	f.Fuzz(func(t *testing.T, text []byte) {
		if len(text) > 1<<16 {
			return
		}
		cfg, _, err := Load(bytes.NewReader(text))
		if err != nil {
			return // a line that is too long
		}
		once := Running(cfg)
		again, _, err := Load(strings.NewReader(once))
		if err != nil {
			t.Fatalf("our own running-config cannot be read: %v", err)
		}
		if twice := Running(again); twice != once && printable(text) {
			t.Errorf("the running-config of the running-config differs:\n%s\n---\n%s", once, twice)
		}
	})
}

// printable tells text that a person could have typed: what control characters do to a
// banner is not held.
func printable(text []byte) bool {
	for _, c := range text {
		if c != '\n' && (c < ' ' || c > '~') {
			return false
		}
	}
	return true
}

// FuzzEditor types anything in configuration mode, line by line; a refused line
// must change nothing.
func FuzzEditor(f *testing.F) {
	seeds(f, func(b []byte) { f.Add(string(b)) })
	f.Add("int lo0\nno ip addr\ndefault ip address\nexit\nexit\nend\n?\nno\ndefault\nno no\n")
	f.Fuzz(func(t *testing.T, text string) {
		if len(text) > 1<<14 {
			return
		}
		ed, cfg := NewEditor(), &config.Config{}
		for line := range strings.SplitSeq(text, "\n") {
			ed.Help(line)
			ed.Complete(line)
			e := ed.Line(cfg, line)
			if e.Config != cfg && reflect.DeepEqual(e.Config, cfg) {
				t.Fatalf("%q changed nothing and made a new configuration", line)
			}
			cfg = e.Config
			if e.Left {
				ed = NewEditor()
			}
		}
		Running(cfg)
	})
}
