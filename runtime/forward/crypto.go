package forward

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
)

// Verdict is what the crypto hook decided about a packet.
type Verdict uint8

const (
	// Pass leaves the packet as it is; the plane goes on with it.
	Pass Verdict = iota
	// Replaced tells that buf now holds another IP packet (an ESP or AH packet, or UDP 4500)
	// with a complete header; the plane routes it anew, without asking the hook again.
	Replaced
	// Held tells that the hook took the buffer (waiting for a security association).
	Held
	// Drop tells that the hook has dropped the packet and released buf; the plane counts it.
	Drop
	// TooBig tells that the packet with DF would not fit once protected; the plane drops it and
	// tells its sender the MTU of the Decision.
	TooBig
)

// String returns the verdict's name.
func (v Verdict) String() string {
	switch v {
	case Pass:
		return "pass"
	case Replaced:
		return "replaced"
	case Held:
		return "held"
	case Drop:
		return "drop"
	case TooBig:
		return "too-big"
	}
	return "Verdict?"
}

// Decision is a Verdict with its detail.
type Decision struct {
	Verdict Verdict
	MTU     int // TooBig: the largest packet that fits
}

// Crypto is the hook that the node gives to the plane. Its methods must not
// call the plane's Receive, Output or Tick.
type Crypto interface {
	// Outbound is asked for each packet about to leave by an interface with
	// Crypto set, before fragmentation; buf stands at the IP header. The hook
	// owns buf when it answers Held or Drop.
	Outbound(now clock.Instant, iface string, mtu int, buf *packet.Buffer) Decision
	// Clear is asked for each packet that came in by an interface with Crypto set and
	// not through a security association: whole datagrams for this node (after
	// reassembly; those of protocol 50 and 51 excepted), and transit packets. False drops it.
	// buf is borrowed.
	Clear(now clock.Instant, iface string, buf *packet.Buffer) bool
}
