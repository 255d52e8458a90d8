package forward

import (
	"net/netip"

	"ioslab/runtime/event"
	"ioslab/runtime/wire/ether"
)

// Event is an event of this package.
type Event interface {
	event.Event
	forwardEvent()
}

type syslogEvent struct{}

func (syslogEvent) Class() event.Class { return event.Syslog }
func (syslogEvent) forwardEvent()      {}

type packetEvent struct{}

func (packetEvent) Class() event.Class { return event.IPPacket }
func (packetEvent) forwardEvent()      {}

type icmpEvent struct{}

func (icmpEvent) Class() event.Class { return event.IPICMP }
func (icmpEvent) forwardEvent()      {}

type arpEvent struct{}

func (arpEvent) Class() event.Class { return event.ARP }
func (arpEvent) forwardEvent()      {}

// LinkChanged: the line of an interface went up or down.
type LinkChanged struct {
	syslogEvent
	Interface string
	Up        bool
}

// AdminDown: the interface was shut down.
type AdminDown struct {
	syslogEvent
	Interface string
}

// LineProtocolChanged: the line protocol went up or down, one second after the line for ports.
type LineProtocolChanged struct {
	syslogEvent
	Interface string
	Up        bool
}

// DuplicateAddress: another station on the link uses our address.
type DuplicateAddress struct {
	syslogEvent
	Address   netip.Addr
	Interface string
	MAC       ether.Addr
}

// AccessLogged: an entry with `log` matched Packets packets of a flow since the last message.
type AccessLogged struct {
	syslogEvent
	List      string
	Extended  bool
	Permit    bool
	Flow      Flow
	Packets   uint64
	Input     bool // `log-input`: Interface and MAC are known
	Interface string
	MAC       ether.Addr
}

// PacketStep is one line of debug ip packet.
type PacketStep struct {
	packetEvent
	Step PacketAction
	// In is the interface the packet came by, "" for one made here (`local`).
	In string
	// Out is the interface it goes to, "" when none.
	Out      string
	Gateway  netip.Addr // next hop, when the packet is forwarded to one
	Flow     Flow
	Length   int
	Code     int    // number of `rcvd`
	Detail   bool   // print the transport line too
	Seq, Ack uint32 // TCP
	Window   uint16
}

// PacketAction is the step of the forwarding path that a PacketStep tells.
type PacketAction uint8

// The steps.
const (
	StepReceived     PacketAction = iota // for this node
	StepSending                          // made here, to a neighbour
	StepSendingBroad                     // made here, to all
	StepForward                          // transit
	StepUnroutable
	StepAccessDenied
	StepEncapsulationFailed
	StepTTLExpired
	StepFragmenting
)

// String returns the step's name.
func (a PacketAction) String() string {
	names := [...]string{"received", "sending", "sending-broadcast", "forward", "unroutable", "access-denied",
		"encapsulation-failed", "ttl-expired", "fragmenting"}
	if int(a) < len(names) {
		return names[a]
	}
	return "PacketAction?"
}

// ICMPErrorSent: the plane sent an ICMP error.
type ICMPErrorSent struct {
	icmpEvent
	Type, Code uint8
	To         netip.Addr // who gets it
	Dest       netip.Addr // destination of the packet in error
	Gateway    netip.Addr // redirects
}

// ARPPacket: an ARP packet was sent or received.
type ARPPacket struct {
	arpEvent
	Sent      bool
	Op        uint16
	SenderMAC ether.Addr
	Sender    netip.Addr
	TargetMAC ether.Addr
	Target    netip.Addr
	Interface string
}

// ARPFiltered: an ARP packet from an address that does not belong on the link.
type ARPFiltered struct {
	arpEvent
	Op        uint16
	SenderMAC ether.Addr
	Sender    netip.Addr
	Target    netip.Addr
	Interface string
}

// ARPIncomplete: an entry was made that waits for an answer.
type ARPIncomplete struct {
	arpEvent
	Address   netip.Addr
	Interface string
}

// ARPThrottled: a request was not sent, since one was sent just before.
type ARPThrottled struct {
	arpEvent
	Address netip.Addr
}
