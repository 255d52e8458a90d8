package ike

// Role tells which side of the exchange this engine is.
type Role int

// Roles.
const (
	RoleNone Role = iota // nothing exists yet
	RoleInitiator
	RoleResponder
)

// String returns the letter that IOS prints.
func (r Role) String() string {
	switch r {
	case RoleInitiator:
		return "I"
	case RoleResponder:
		return "R"
	case RoleNone:
		return "N"
	default:
		return "?"
	}
}

// FSM is a phase 1 machine's state.
//
//	responder:  READY ─MM1─► R_MM1 ─send─► R_MM2 ─MM3─► R_MM3 ─send─► R_MM4 ─MM5─► R_MM5 ─send─► P1_COMPLETE
//	initiator:  READY ─send─► I_MM1 ─MM2─► I_MM2 ─send─► I_MM3 ─MM4─► I_MM4 ─send─► I_MM5 ─MM6─► I_MM6 ─► P1_COMPLETE
//	any ─delete─► DEST_SA
type FSM int

// Phase 1 machine states.
const (
	FSMReady FSM = iota
	FSMInitiator1
	FSMInitiator2
	FSMInitiator3
	FSMInitiator4
	FSMInitiator5
	FSMInitiator6
	FSMResponder1
	FSMResponder2
	FSMResponder3
	FSMResponder4
	FSMResponder5
	FSMComplete
	FSMDestroyed
)

var fsmNames = [...]string{"IKE_READY", "IKE_I_MM1", "IKE_I_MM2", "IKE_I_MM3", "IKE_I_MM4", "IKE_I_MM5", "IKE_I_MM6",
	"IKE_R_MM1", "IKE_R_MM2", "IKE_R_MM3", "IKE_R_MM4", "IKE_R_MM5", "IKE_P1_COMPLETE", "IKE_DEST_SA"}

// String returns IOS's name.
func (s FSM) String() string {
	if s < 0 || int(s) >= len(fsmNames) {
		return "IKE_UNKNOWN"
	}
	return fsmNames[s]
}

// QuickFSM is a quick mode machine's state.
type QuickFSM int

// Quick mode machine states.
const (
	QuickReady QuickFSM = iota
	QuickInitiator1
	QuickSPIStarve
	QuickResponder2
	QuickComplete
)

var quickNames = [...]string{"IKE_QM_READY", "IKE_QM_I_QM1", "IKE_QM_SPI_STARVE", "IKE_QM_R_QM2", "IKE_QM_PHASE2_COMPLETE"}

// String returns IOS's name.
func (s QuickFSM) String() string {
	if s < 0 || int(s) >= len(quickNames) {
		return "IKE_QM_UNKNOWN"
	}
	return quickNames[s]
}

// Input is what moves a machine: who sent it, and what it is.
type Input int

// Inputs.
const (
	InputMainMode        Input = iota // a main mode message of the peer
	InputProcessMainMode              // its payloads are worked off
	InputProcessComplete              // the answer is sent
	InputPhaseOneDone                 // authenticated
	InputPhaseOneDelete               // the SA is to go
	InputInfoNotify                   // a notification of the peer
	InputInfoDelete                   // a deletion of the peer
	InputKeepAlive                    // a DPD message of the peer
	InputRequest                      // IPsec wants an SA
	InputQuickMode                    // a quick mode message of the peer
	InputGotSPI                       // IPsec has given an SPI
	InputInitQuick                    // our quick mode begins
)

var inputNames = [...]string{"IKE_MESG_FROM_PEER, IKE_MM_EXCH", "IKE_MESG_INTERNAL, IKE_PROCESS_MAIN_MODE",
	"IKE_MESG_INTERNAL, IKE_PROCESS_COMPLETE", "IKE_MESG_INTERNAL, IKE_PHASE1_COMPLETE", "IKE_MESG_INTERNAL, IKE_PHASE1_DEL",
	"IKE_MESG_FROM_PEER, IKE_INFO_NOTIFY", "IKE_MESG_FROM_PEER, IKE_INFO_DELETE", "IKE_MESG_FROM_PEER, IKE_MESG_KEEP_ALIVE",
	"IKE_MESG_FROM_IPSEC, IKE_SA_REQ_MM", "IKE_MESG_FROM_PEER, IKE_QM_EXCH", "IKE_MESG_INTERNAL, IKE_GOT_SPI",
	"IKE_MESG_INTERNAL, IKE_INIT_QM"}

// String returns IOS's names of source and input.
func (i Input) String() string {
	if i < 0 || int(i) >= len(inputNames) {
		return "IKE_MESG_UNKNOWN"
	}
	return inputNames[i]
}
