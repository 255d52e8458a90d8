package link

import (
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"

	"ioslab/runtime/clock"
)

// Capture writes the frames of a wire to a pcapng file: one interface, both directions, marked outbound
// from A and inbound from B. Each frame is written out at once, so that the
// file can be read while it grows. It is a Tap, safe for use by several goroutines.
type Capture struct {
	mu   sync.Mutex
	ng   *pcapgo.NgWriter
	base time.Time
	err  error
}

// NewCapture starts a capture on w of the wire called name; base is the
// wall-clock time of instant 0. The caller closes w after Close.
func NewCapture(w io.Writer, name string, base time.Time) (*Capture, error) {
	ng, err := pcapgo.NewNgWriterInterface(w,
		pcapgo.NgInterface{Name: name, LinkType: layers.LinkTypeEthernet, TimestampResolution: 9},
		pcapgo.NgWriterOptions{SectionInfo: pcapgo.NgSectionInfo{Application: "ioslab"}})
	if err == nil {
		err = ng.Flush()
	}
	if err != nil {
		return nil, fmt.Errorf("start capture of %s: %w", name, err)
	}
	return &Capture{ng: ng, base: base}, nil
}

// Frame writes one frame. After a failure nothing more is written; Close tells.
func (c *Capture) Frame(at clock.Instant, from Side, frame []byte) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err != nil {
		return
	}
	dir := pcapgo.NgEpbFlagDirectionOutbound
	if from == B {
		dir = pcapgo.NgEpbFlagDirectionInbound
	}
	info := gopacket.CaptureInfo{Timestamp: c.base.Add(time.Duration(at)), CaptureLength: len(frame), Length: len(frame)}
	if c.err = c.ng.WritePacketWithOptions(info, frame, pcapgo.NgPacketOptions{Flags: &pcapgo.NgEpbFlags{Direction: dir}}); c.err == nil {
		c.err = c.ng.Flush()
	}
}

// Close flushes and returns the first error that writing met.
func (c *Capture) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	if c.err == nil {
		c.err = c.ng.Flush()
	}
	if c.err != nil {
		return fmt.Errorf("write capture: %w", c.err)
	}
	return nil
}
