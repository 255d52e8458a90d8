package ppp

// DropReason says why a frame or datagram went no further.
type DropReason uint8

// The reasons.
const (
	DropClosed       DropReason = iota // the link is down
	DropHeader                         // framing cut off or bad protocol number
	DropPacket                         // control packet does not add up
	DropOptions                        // option list does not add up
	DropWrongID                        // reply to a request that is not ours
	DropWrongOptions                   // reply that does not repeat our options
	DropPhase                          // protocol not allowed in this phase (RFC 1661, 3.4 and 3.5)
	DropNotOpen                        // datagram while IPCP is not open
	DropLoop                           // our own packet came back
	DropAuth                           // authentication packet nobody waits for
	DropDiscard                        // Discard-Request: dropping is its purpose
	DropPending                        // too many NCP packets before their time
	dropReasons
)

var dropNames = [dropReasons]string{"link closed", "bad framing", "bad packet", "bad options", "wrong id",
	"wrong options", "wrong phase", "IPCP not open", "looped", "unexpected authentication", "discard request",
	"too many pending"}

// String names the reason.
func (d DropReason) String() string {
	if d < dropReasons {
		return dropNames[d]
	}
	return "unknown"
}

// Counters count a link's traffic. Octets are those of whole PPP frames.
type Counters struct {
	InFrames, InOctets   uint64
	OutFrames, OutOctets uint64
	InData, OutData      uint64 // IPv4 datagrams
	Drops                [dropReasons]uint64
}
