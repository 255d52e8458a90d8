package host

import (
	"net/netip"

	"ioslab/runtime/event"
)

// Event is an event of this package.
type Event interface {
	event.Event
	hostEvent()
}

type icmpEvent struct{}

func (icmpEvent) Class() event.Class { return event.IPICMP }
func (icmpEvent) hostEvent()         {}

// EchoReply: an echo reply was sent or received.
type EchoReply struct {
	icmpEvent
	Sent                bool
	Source, Destination netip.Addr
}

// ErrorSent: the host sent an ICMP unreachable.
type ErrorSent struct {
	icmpEvent
	Type, Code uint8
	To         netip.Addr
	Dest       netip.Addr // destination of the packet in error
}

// ErrorReceived: an ICMP error came in.
type ErrorReceived struct {
	icmpEvent
	Type, Code uint8
	From       netip.Addr
	Dest       netip.Addr // destination of the packet in error
	Gateway    netip.Addr // redirects
}
