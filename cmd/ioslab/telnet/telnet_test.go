package telnet

import (
	"bytes"
	"fmt"
	"testing"
)

// script records what a client's bytes meant.
type script struct{ got string }

func (s *script) Keys(p []byte)            { s.got += string(p) }
func (s *script) Break()                   { s.got += "<break>" }
func (s *script) Window(c, r int)          { s.got += fmt.Sprintf("<%dx%d>", c, r) }
func (s *script) TerminalType(name string) { s.got += "<" + name + ">" }

func TestOpening(t *testing.T) {
	_, opening := New(&script{})
	want := []byte{iac, cmdWILL, optEcho, iac, cmdWILL, optSGA, iac, cmdDO, optSGA, iac, cmdDO, optTType, iac, cmdDO, optNAWS}
	if !bytes.Equal(opening, want) {
		t.Fatalf("opening % x", opening)
	}
}

func TestReceive(t *testing.T) {
	tests := []struct {
		name, in, got, reply string
	}{
		{"keys", "show version\r", "show version\r", ""},
		{"enter as CR LF", "a\r\nb\r\n", "a\rb\r", ""},
		{"enter as CR NUL", "a\r\x00b\r\x00", "a\rb\r", ""},
		{"LF alone", "a\nb", "a\nb", ""},
		{"two CR", "\r\r\n", "\r\r", ""},
		{"escaped IAC", "a\xff\xffb", "a\xffb", ""},
		{"break", "a\xff\xf3b", "a<break>b", ""},
		{"interrupt, erase", "\xff\xf4\xff\xf7\xff\xf8", "\x03\x7f\x15", ""},
		{"are you there", "\xff\xf6", "", "\r\n[yes]\r\n"},
		{"answers to our offers are not answered", "\xff\xfd\x01\xff\xfd\x03\xff\xfb\x03", "", ""},
		{"refusals are taken", "\xff\xfe\x01\xff\xfc\x1f", "", ""},
		{"terminal type", "\xff\xfb\x18\xff\xfa\x18\x00xterm\xff\xf0z", "<xterm>z", "\xff\xfa\x18\x01\xff\xf0"},
		{"window", "\xff\xfb\x1f\xff\xfa\x1f\x00\x84\x00\x32\xff\xf0", "<132x50>", ""},
		{"window of 255 columns has a doubled IAC", "\xff\xfa\x1f\x00\xff\xff\x00\x18\xff\xf0", "<255x24>", ""},
		{"short window", "\xff\xfa\x1f\x00\x84\xff\xf0x", "x", ""},
		{"client wants binary", "\xff\xfb\x00\xff\xfd\x00", "", "\xff\xfd\x00\xff\xfb\x00"},
		{"binary keeps LF", "\xff\xfb\x00a\r\n", "a\r\n", "\xff\xfd\x00"},
		{"unknown options are refused", "\xff\xfb\x22\xff\xfd\x27", "", "\xff\xfe\x22\xff\xfc\x27"},
		{"refused twice is answered twice only when asked", "\xff\xfd\x06", "", "\xff\xfc\x06"},
		{"echo off and on again", "\xff\xfd\x01\xff\xfe\x01\xff\xfd\x01", "", "\xff\xfc\x01\xff\xfb\x01"},
		{"empty subnegotiation", "\xff\xfa\xff\xf0x", "x", ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			for _, chunk := range []int{len(tt.in), 1, 2} { // whole, and split anywhere
				var s script
				c, _ := New(&s)
				var reply []byte
				for in := []byte(tt.in); len(in) > 0; {
					n := min(chunk, len(in))
					reply = append(reply, c.Receive(in[:n])...)
					in = in[n:]
				}
				if s.got != tt.got || string(reply) != tt.reply {
					t.Fatalf("chunks of %d: got %q, reply %q", chunk, s.got, reply)
				}
			}
		})
	}
}

func TestLongSubnegotiationIsIgnored(t *testing.T) {
	var s script
	c, _ := New(&s)
	c.Receive([]byte("\xff\xfa\x18\x00"))
	for range 1000 {
		c.Receive([]byte("xxxxxxxxxx"))
	}
	c.Receive([]byte("\xff\xf0ok"))
	if s.got != "ok" || cap(c.sub) > 2*subLimit {
		t.Fatalf("got %q, kept %d", s.got, cap(c.sub))
	}
}

func TestAppend(t *testing.T) {
	c, _ := New(&script{})
	var out []byte
	for _, part := range []string{"a\r", "\nb\r", "c\xff"} {
		out = c.Append(out, []byte(part))
	}
	if string(out) != "a\r\nb\r\x00c\xff\xff" {
		t.Fatalf("sent %q", out)
	}
	c.Receive([]byte("\xff\xfd\x00")) // DO BINARY
	if out = c.Append(nil, []byte("\rx")); string(out) != "\rx" {
		t.Fatalf("sent %q in binary", out)
	}
}

func FuzzReceive(f *testing.F) {
	f.Add([]byte("\xff\xfb\x18\xff\xfa\x18\x00xterm\xff\xf0show ver\r\n"))
	f.Add([]byte("\xff\xfd\x00\xff\xfb\x00\xff\xff\xff\xf3"))
	f.Fuzz(func(t *testing.T, in []byte) {
		var whole, split script
		a, _ := New(&whole)
		b, _ := New(&split)
		replyA := a.Receive(in)
		var replyB []byte
		for i := range in {
			replyB = append(replyB, b.Receive(in[i:i+1])...)
		}
		if whole.got != split.got || !bytes.Equal(replyA, replyB) {
			t.Fatalf("split input means something else: %q %q", whole.got, split.got)
		}
		if len(replyA) > 9*len(in)+9 {
			t.Fatalf("%d bytes were answered by %d", len(in), len(replyA))
		}
	})
}
