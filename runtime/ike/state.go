package ike

// State is a phase 1 SA's state as `show crypto isakmp sa` names it.
type State int

// States.
const (
	StateNew     State = iota // a first message has come, nothing exists yet
	StateNoState              // offer made or received
	StateSASetup              // offer agreed
	StateKeyExch              // public values exchanged
	StateKeyAuth              // identities under way
	StateQMIdle               // authenticated
)

// String returns IOS's name.
func (s State) String() string {
	switch s {
	case StateNew:
		return "NEW SA"
	case StateNoState:
		return "MM_NO_STATE"
	case StateSASetup:
		return "MM_SA_SETUP"
	case StateKeyExch:
		return "MM_KEY_EXCH"
	case StateKeyAuth:
		return "MM_KEY_AUTH"
	case StateQMIdle:
		return "QM_IDLE"
	default:
		return "unknown state"
	}
}
