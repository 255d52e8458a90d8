package event

// Class says under which debug condition an event is printed. One bit each, so
// that one mask answers "does anybody listen". An event that is printed under
// several conditions carries all their bits; it is printed once.
type Class uint64

// The debug conditions of IOS 12.4T that ioslab knows. Syslog is always on.
const (
	Syslog            Class = 1 << iota // %FACILITY-SEVERITY-MNEMONIC messages
	CryptoISAKMP                        // debug crypto isakmp
	CryptoIPsec                         // debug crypto ipsec
	CryptoEngine                        // debug crypto engine
	VPDNEvent                           // debug vpdn event
	VPDNError                           // debug vpdn error
	VPDNPacket                          // debug vpdn packet
	L2XEvents                           // debug vpdn l2x-events
	L2XErrors                           // debug vpdn l2x-errors
	L2XPackets                          // debug vpdn l2x-packets
	L2XData                             // debug vpdn l2x-data
	PPPNegotiation                      // debug ppp negotiation
	PPPAuthentication                   // debug ppp authentication
	PPPError                            // debug ppp error
	PPPPacket                           // debug ppp packet
	VTemplate                           // debug vtemplate
	AAAAuthentication                   // debug aaa authentication
	AAAAuthorization                    // debug aaa authorization
	IPICMP                              // debug ip icmp
	IPPacket                            // debug ip packet
	ARP                                 // debug arp
)

// Event is one thing that happened in an engine. Implementations are small
// structs in the engine's own package (file events.go), never changed after
// Emit; they must not alias a packet buffer.
type Event interface{ Class() Class }

// Sink takes the events of a node's engines. Emit is called synchronously on
// the node's goroutine; the sink adds the node's time.
type Sink interface {
	// Wants reports whether anybody listens to one of the classes. Ask before
	// building an event that costs.
	Wants(Class) bool
	Emit(Event)
}

// Discard is a Sink that wants nothing.
type Discard struct{}

// Wants is false for every class.
func (Discard) Wants(Class) bool { return false }

// Emit drops the event.
func (Discard) Emit(Event) {}

// Recorder is a Sink for tests: it wants everything and keeps it in order.
type Recorder struct{ Events []Event }

// Wants is true for every class.
func (*Recorder) Wants(Class) bool { return true }

// Emit appends the event.
func (r *Recorder) Emit(e Event) { r.Events = append(r.Events, e) }
