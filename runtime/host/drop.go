package host

// DropReason names why the host refused a datagram. Each has a counter.
type DropReason uint8

// The drop reasons.
const (
	DropMalformedICMP DropReason = iota // length or checksum
	DropMalformedUDP                    // length or checksum
	DropUnknownICMP                     // type that the host does not answer
	DropStrayReply                      // echo reply or error that no operation waits for
	DropNoPort                          // UDP port without handler
	DropNoProtocol                      // protocol without handler
	DropEchoRefused                     // echo that the configuration does not answer
	numDropReasons
)

// String returns the reason's short name.
func (r DropReason) String() string {
	names := [numDropReasons]string{"malformed-icmp", "malformed-udp", "unknown-icmp", "stray-reply", "no-port", "no-protocol", "echo-refused"}
	if r < numDropReasons {
		return names[r]
	}
	return "DropReason?"
}

// Counters are a Host's totals.
type Counters struct {
	EchoReceived, EchoReplied, EchoSent, RepliesReceived  uint64
	ErrorsReceived, UnreachablesSent, UnreachablesLimited uint64
	UDPReceived, UDPSent                                  uint64
	Drops                                                 [numDropReasons]uint64
}

// Drop returns the counter of one reason.
func (c Counters) Drop(r DropReason) uint64 { return c.Drops[r] }
