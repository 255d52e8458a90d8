package lab

import (
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"io"
	mathrand "math/rand/v2"
	"time"
)

// Options are what a runner needs beside the File. The zero value is a live lab
// with the system's randomness, no capture, and NVRAM in memory.
type Options struct {
	// Seed decides every random byte and fault when Seeded is true (a World is
	// always seeded). A seeded live lab has predictable keys: for experiments only.
	Seed   uint64
	Seeded bool
	// Epoch is the wall-clock time of instant 0; the zero Time means now in a Live
	// and 1 March 2002, 00:00 UTC, in a World (where routers of that age wake up).
	Epoch time.Time
	// NVRAM returns the store of a node; nil for memory.
	NVRAM func(node string) NVRAM
	// Capture records each link; nil for none.
	Capture Capture
}

// Capture is where a lab's links are recorded.
type Capture interface {
	// Create makes the file of this name, as "article-r2_f0-0-pc_eth0.pcapng". The
	// lab writes whole records only and closes it at the end.
	Create(name string) (io.WriteCloser, error)
	KeyLog
}

// worldEpoch is the time at which simulated labs start.
var worldEpoch = time.Date(2002, time.March, 1, 0, 0, 0, 0, time.UTC)

// stream returns a random stream of its own for one purpose in a lab.
func (o *Options) stream(purpose, name string) *mathrand.ChaCha8 {
	var key [32]byte
	if !o.Seeded {
		if _, err := rand.Read(key[:]); err != nil {
			panic("lab: the system has no randomness: " + err.Error())
		}
		return mathrand.NewChaCha8(key)
	}
	h := sha256.New()
	var seed [8]byte
	binary.BigEndian.PutUint64(seed[:], o.Seed)
	h.Write(seed[:])
	io.WriteString(h, "ioslab "+purpose+" "+name)
	h.Sum(key[:0])
	return mathrand.NewChaCha8(key)
}

// random returns a node's reader.
func (o *Options) random(node string) io.Reader {
	if !o.Seeded {
		return rand.Reader
	}
	return o.stream("node", node)
}

func (o *Options) nvram(node string) NVRAM {
	if o.NVRAM == nil {
		return &MemoryNVRAM{}
	}
	return o.NVRAM(node)
}

func (o *Options) keys() KeyLog {
	if o.Capture == nil {
		return NoKeys{}
	}
	return o.Capture
}
