package lab

import (
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"os"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
)

func TestMain(m *testing.M) {
	packet.Scribble = true
	os.Exit(m.Run())
}

// stub is a node that sends a frame with random bytes on each port every
// period, answers each frame whose first byte is 'q' with 'r', and says on its
// console what it saw.
type stub struct {
	env    Env
	period time.Duration
	next   clock.Instant
	got    int
	up     map[int]bool
	out    []byte
	keys   []byte
	closed bool
}

type stubSpec struct{ period time.Duration }

func stubKinds() Kinds {
	return Kinds{
		"stub": {
			Decode: func(m *Map) any {
				m.Require("period")
				return stubSpec{m.Duration("period", time.Hour)}
			},
			Port: func(name string) (string, error) {
				var n int
				if _, err := fmt.Sscanf(name, "e%d", &n); err != nil {
					return "", errors.New(`expected a port as "e0"`)
				}
				return fmt.Sprintf("Ether%d", n), nil
			},
			New: func(env Env) (Node, error) {
				s := &stub{env: env, up: map[int]bool{}, next: clock.Never}
				if spec, ok := env.Spec.(stubSpec); ok {
					s.period = spec.period
				}
				return s, nil
			},
		},
		"bad": {New: func(Env) (Node, error) { return nil, errors.New("no such thing") }},
	}
}

func (s *stub) Carrier(_ clock.Instant, port int, up bool) { s.up[port] = up }

func (s *stub) Receive(now clock.Instant, port int, frame *packet.Buffer) {
	defer frame.Release()
	s.got++
	b := frame.Bytes()
	s.say("%v %s %x\n", time.Duration(now), s.env.Ports[port], b)
	if b[0] == 'q' {
		reply := packet.From(b)
		reply.Bytes()[0] = 'r'
		s.env.Transmit(port, reply)
	}
}

func (s *stub) Tick(now clock.Instant) {
	if s.period == 0 || s.next != clock.Never && now < s.next {
		return
	}
	s.next = now.Add(s.period)
	for p := range s.env.Ports {
		b := packet.Get(9)
		buf := b.Extend(9)
		io.ReadFull(s.env.Rand, buf)
		binary.BigEndian.PutUint64(buf[1:], uint64(now))
		buf[0] = 'q'
		s.env.Transmit(p, b)
	}
}

func (s *stub) Deadline() clock.Instant               { return s.next }
func (s *stub) Console() Console                      { return s }
func (s *stub) Close(clock.Instant)                   { s.closed = true }
func (s *stub) Break(clock.Instant)                   { s.say("break\n") }
func (s *stub) Resize(_ clock.Instant, cols, row int) { s.say("%dx%d\n", cols, row) }
func (s *stub) Idle() bool                            { return true }

func (s *stub) Input(_ clock.Instant, keys []byte) {
	s.keys = append(s.keys, keys...)
	s.say("%s", keys)
	if string(keys) == "panic" {
		panic("asked for")
	}
}

func (s *stub) Output() []byte {
	out := s.out
	s.out = nil
	return out
}

func (s *stub) say(format string, args ...any) { s.out = fmt.Appendf(s.out, format, args...) }
