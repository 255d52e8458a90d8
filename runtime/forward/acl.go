package forward

import "net/netip"

// Flow is what access lists look at in a packet.
type Flow struct {
	Source, Destination         netip.Addr
	Protocol                    uint8
	TOS                         uint8  // the whole byte
	SourcePort, DestinationPort uint16 // TCP and UDP
	ICMPType, ICMPCode          uint8
	TCPFlags                    uint8
	// Fragment marks a fragment other than the first: it has no transport header.
	Fragment bool
}

// ParseFlow reads the Flow of an IP packet. ok is false when the header is malformed.
func ParseFlow(packet []byte) (f Flow, ok bool) { return Flow{}, false }

// ACL is a compiled access list.
type ACL struct{}

// Compile returns the compiled list.
func Compile(l AccessList) *ACL { return &ACL{} }

// Permits reports whether the list permits the flow, and counts the hit. A nil
// ACL permits all; nothing matched means deny.
func (a *ACL) Permits(f *Flow) bool { return a == nil }

// Match is Permits without the count; entry is the matching entry's index, -1 for the implicit deny.
func (a *ACL) Match(f *Flow) (permit bool, entry int) { return a == nil, -1 }
