package ipsec

import "fmt"

// DropReason names why a packet was refused.
type DropReason uint8

// The reasons. Those up to DropTooBig are of packets going out.
const (
	NotDropped       DropReason = iota
	DropNoSA                    // policy wants protection and there is no SA yet
	DropSeqOverflow             // the SA's sequence number would wrap (RFC 4303, 3.3.3)
	DropLifetime                // the SA's kilobytes are used up
	DropTooBig                  // DF is set and the protected packet exceeds the MTU
	DropFragment                // a fragment where a whole datagram is needed
	DropMalformed               // no IPv4 packet, or a header that cannot be
	DropInvalidSPI              // no SA for destination, protocol and SPI
	DropWrongProto              // the SA is of another protocol or encapsulation
	DropReplay                  // sequence number seen before, or left of the window
	DropICV                     // integrity check failed
	DropLength                  // shorter than the SA's headers, or no whole blocks
	DropPadding                 // decrypted padding is not 1, 2, 3 …
	DropInnerHeader             // what was inside is no IPv4 packet
	DropSelector                // the inner packet does not belong to the SA
	DropBundle                  // not all SAs of the bundle were applied
	DropExpired                 // the inbound SA has passed its kilobytes
	DropClear                   // came in the clear and should have been protected
	DropKeepalive               // RFC 3948 NAT keepalive, nothing to do
	DropDummy                   // next header 59: traffic flow padding (RFC 4303, 2.6)
	DropHoldOverflow            // more packets wait for an SA than are held
	dropReasons
)

var dropNames = [dropReasons]string{
	"not dropped", "no SA", "sequence overflow", "lifetime used up", "too big", "fragment",
	"malformed", "invalid SPI", "wrong protocol", "replay", "integrity", "length", "padding",
	"inner header", "selector", "bundle incomplete", "expired", "in the clear", "NAT keepalive", "dummy",
	"hold overflow",
}

func (r DropReason) String() string {
	if r < dropReasons {
		return dropNames[r]
	}
	return fmt.Sprintf("DropReason(%d)", uint8(r))
}

// DropCount is one line of Counters.
type DropCount struct {
	Reason DropReason
	Count  uint64
}

// Verdict says what became of a packet.
type Verdict uint8

// The verdicts. With Pass and Done the caller owns Result.Buf; with Drop and
// Held the engine has taken the buffer.
const (
	Pass Verdict = iota // untouched, no policy
	Done                // protected (Outbound) or decapsulated (Inbound)
	Drop                // refused; Result.Reason tells why
	Held                // kept until an SA is there; comes back as Released
)

func (v Verdict) String() string {
	switch v {
	case Pass:
		return "pass"
	case Done:
		return "done"
	case Drop:
		return "drop"
	case Held:
		return "held"
	}
	return fmt.Sprintf("Verdict(%d)", uint8(v))
}
