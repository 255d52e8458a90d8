package ppp

// State is a state of the option negotiation automaton (RFC 1661, 4.2).
type State uint8

// The states in the RFC's order.
const (
	Initial State = iota
	Starting
	Closed
	Stopped
	Closing
	Stopping
	ReqSent
	AckRcvd
	AckSent
	Opened
	states
)

var stateNames = [states]string{"Initial", "Starting", "Closed", "Stopped", "Closing", "Stopping",
	"Req-Sent", "Ack-Rcvd", "Ack-Sent", "Opened"}

// String gives the RFC's spelling.
func (s State) String() string {
	if s < states {
		return stateNames[s]
	}
	return "unknown"
}
