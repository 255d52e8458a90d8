package forward

// DropReason names why the plane refused a packet. Each has a counter.
type DropReason uint8

// The drop reasons.
const (
	DropNone                DropReason = iota
	DropRunt                           // frame shorter than its header
	DropNotForUs                       // frame to another MAC address
	DropUnknownProtocol                // EtherType that the node does not speak
	DropInterfaceDown                  // in or out interface is down
	DropNoAddress                      // IP on an interface without IP
	DropBadVersion                     // IP version is not 4
	DropBadHeaderLength                // IHL below 5 or beyond the packet
	DropBadLength                      // total length beyond the frame or below the header
	DropBadChecksum                    // header checksum
	DropBadOptions                     // malformed options
	DropSourceRoute                    // source route refused or failed
	DropMartianSource                  // RFC 1812, 5.3.7
	DropMartianDestination             // RFC 1812, 5.3.7
	DropLinkBroadcast                  // unicast IP in a broadcast frame (RFC 1812, 5.3.4)
	DropNotRouting                     // transit packet, but the node does not route
	DropNoRoute                        // no route
	DropNullRoute                      // routed to Null0
	DropTTL                            // time to live used up
	DropAccessIn                       // refused by an inbound access list
	DropAccessOut                      // refused by an outbound access list
	DropFragmentationNeeded            // too large, and DF set
	DropFragmentMalformed              // fragment that cannot be
	DropFragmentOverlap                // fragments overlap with other bytes
	DropReassemblyTimeout              // not complete in time
	DropReassemblyFull                 // pushed out of the reassembly table
	DropARPUnresolved                  // neighbour not resolved yet
	DropARPTableFull                   // no room for another neighbour
	DropARPMalformed                   // ARP that cannot be
	DropARPFiltered                    // ARP of an address outside of the subnet
	DropMulticast                      // group that nobody here joined
	DropDirectedBroadcast              // `no ip directed-broadcast`
	DropCrypto                         // the crypto hook refused it
	DropClearText                      // came in the clear but should have been protected
	DropLoopbackSubnet                 // to an address of a loopback's subnet that nobody has
	DropLocalQueueFull                 // too many packets of this node to itself at once
	DropOutputFailed                   // a point-to-point interface refused it
	DropLoop                           // recursion of output too deep
	numDropReasons
)

var dropNames = [numDropReasons]string{
	"none", "runt", "not-for-us", "unknown-protocol", "interface-down", "no-address", "bad-version",
	"bad-header-length", "bad-length", "bad-checksum", "bad-options", "source-route", "martian-source", "martian-destination",
	"link-broadcast", "not-routing", "no-route", "null-route", "ttl", "access-in", "access-out", "fragmentation-needed",
	"fragment-malformed", "fragment-overlap", "reassembly-timeout", "reassembly-full", "arp-unresolved", "arp-table-full",
	"arp-malformed", "arp-filtered", "multicast", "directed-broadcast", "crypto", "clear-text", "loopback-subnet",
	"local-queue-full", "output-failed", "loop",
}

// String returns the reason's short name.
func (r DropReason) String() string {
	if r < numDropReasons {
		return dropNames[r]
	}
	return "DropReason?"
}

// Counters are a Plane's totals.
type Counters struct {
	Received   uint64 // IP packets that came in
	Delivered  uint64 // IP packets for this node
	Forwarded  uint64
	Originated uint64 // IP packets made here
	Fragmented uint64 // packets that were cut
	Fragments  uint64 // pieces made
	Reassembled,
	FragmentsReceived uint64
	Redirects, Unreachables, TimeExceeded, ParameterProblems uint64 // ICMP errors sent
	UnreachablesLimited                                      uint64 // and held back by the rate limit
	ARPRequestsReceived, ARPRepliesReceived,
	ARPRequestsSent, ARPRepliesSent, ARPProxied uint64
	Drops [numDropReasons]uint64 // by DropReason
}

// Drop returns the counter of one reason.
func (c Counters) Drop(r DropReason) uint64 { return c.Drops[r] }
