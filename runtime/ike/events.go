package ike

import (
	"net/netip"

	"ioslab/runtime/event"
	"ioslab/runtime/wire/isakmp"
)

// Event is an event of this package. Conn is the connection id of the phase 1
// SA, 0 before it has keys.
type Event interface {
	event.Event
	ikeEvent()
}

type debugEvent struct{}

func (debugEvent) Class() event.Class { return event.CryptoISAKMP }
func (debugEvent) ikeEvent()          {}

type syslogEvent struct{}

func (syslogEvent) Class() event.Class { return event.Syslog }
func (syslogEvent) ikeEvent()          {}

type engineEvent struct{}

func (engineEvent) Class() event.Class { return event.CryptoEngine }
func (engineEvent) ikeEvent()          {}

// Messages in and out.
type (
	// PacketReceived: a message arrived, for an SA in a state.
	PacketReceived struct {
		debugEvent
		Conn                  int
		Remote                netip.Addr
		LocalPort, RemotePort uint16
		Role                  Role
		State                 State
	}
	// PacketSent: a message goes out.
	PacketSent struct {
		debugEvent
		Conn                  int
		Remote                netip.Addr
		LocalPort, RemotePort uint16
		Role                  Role
		State                 State
	}
	// DuplicateReceived: the message is the one before, again.
	DuplicateReceived struct {
		debugEvent
		Conn, Phase int
	}
	// RetransmitSkipped: the answer was sent only just now, milliseconds ago.
	RetransmitSkipped struct {
		debugEvent
		Conn, Phase int
		Since       int64
	}
	// QuickModeBusy: the duplicate is of a message still being worked on.
	QuickModeBusy struct {
		debugEvent
		Conn int
	}
	// RetransmitDue: a message is to be sent again; ByPeer when the peer's repeat
	// asked for it, else time. Node is of phase 2 only.
	RetransmitDue struct {
		debugEvent
		Conn, Phase int
		State       State
		Node        uint32
		ByPeer      bool
	}
	// Retransmitting: the message goes out again.
	Retransmitting struct {
		debugEvent
		Conn, Phase int
		State       State
		Node        uint32
	}
	// ErrorCounted: one more of the errors that an SA or node may have.
	ErrorCounted struct {
		debugEvent
		Conn, Attempt, Of int
		OnNode            bool
		Why               CountReason
	}
)

// Machines.
type (
	// StateChanged: a phase 1 machine took an input.
	StateChanged struct {
		debugEvent
		Conn     int
		Input    Input
		Old, New FSM
	}
	// NodeStateChanged: a quick mode machine took an input.
	NodeStateChanged struct {
		debugEvent
		Conn     int
		Node     uint32
		Input    Input
		Old, New QuickFSM
	}
	// ActionFailed: a machine's action returned an error.
	ActionFailed struct {
		debugEvent
		Conn, Error int
	}
	// InputUnknown: the machine has no use for an input in its state.
	InputUnknown struct {
		debugEvent
		Conn  int
		Input Input
		State FSM
	}
)

// Peers, SAs and nodes come and go.
type (
	// PeerCreated: first contact with a peer.
	PeerCreated struct {
		debugEvent
		Remote       netip.Addr
		Port         uint16
		Peer, Handle uint32
	}
	// PeerFound: the peer is known already.
	PeerFound struct {
		debugEvent
		Remote netip.Addr
		Port   uint16
	}
	// PeerLocked: one more SA holds the peer.
	PeerLocked struct {
		debugEvent
		Peer       uint32
		References int
		By         PeerUser
	}
	// PeerUnlocked: one less.
	PeerUnlocked struct {
		debugEvent
		Peer       uint32
		References int
		By         PeerUser
	}
	// PeerReaped: nobody holds the peer.
	PeerReaped struct {
		debugEvent
		Remote netip.Addr
		Peer   uint32
	}
	// PortsNoted: the ports of a new SA.
	PortsNoted struct {
		debugEvent
		Local, Remote uint16
	}
	// SAInserted: a new phase 1 SA stands in the table.
	SAInserted struct {
		debugEvent
		SA uint32
	}
	// SADeleting: an SA dies. It is told twice; Final is the second time.
	SADeleting struct {
		debugEvent
		Conn   int
		Reason DeleteReason
		Role   Role
		State  State
		Peer   netip.Addr
		Final  bool
	}
	// SAPurged: a dead SA leaves the table.
	SAPurged struct {
		debugEvent
		Conn int
		SA   uint32
	}
	// NoParanoidKeepalives: the peer will not be asked whether it agrees to the end.
	NoParanoidKeepalives struct {
		debugEvent
		Conn int
	}
	// NodeCreated: a new exchange inside an SA; Node is its message id.
	NodeCreated struct {
		debugEvent
		Node uint32
	}
	// NodeDeleted: an exchange ended.
	NodeDeleted struct {
		debugEvent
		Conn   int
		Node   uint32
		Failed bool
		Reason NodeReason
	}
	// NodePurged: an ended exchange is forgotten.
	NodePurged struct {
		debugEvent
		Conn int
		Node uint32
	}
	// DeletionTakenIn: the peer's deletion of the phase 1 SA is worked off.
	DeletionTakenIn struct{ debugEvent }
	// PeerInserted: an authenticated peer stands in the peer table.
	PeerInserted struct {
		debugEvent
		Local, Remote netip.Addr
		Port          uint16
		Peer          uint32
	}
)

// Payloads.
type (
	// PayloadProcessed: a payload is worked on.
	PayloadProcessed struct {
		debugEvent
		Conn      int
		Payload   isakmp.PayloadType
		MessageID uint32
	}
	// PayloadReceived: a payload without a name in IOS (NAT-D, unknown ones).
	PayloadReceived struct {
		debugEvent
		Payload isakmp.PayloadType
	}
	// ReservedNotZero: a payload's reserved octet is set.
	ReservedNotZero struct {
		debugEvent
		Payload isakmp.PayloadType
	}
	// VendorIDJudged: a vendor id was looked at. Major is its byte that stands
	// where DPD and Unity have their major version.
	VendorIDJudged struct {
		debugEvent
		Conn         int
		Vendor       Vendor
		Major        uint8
		HashMismatch bool
	}
	// VendorIDConstructed: a NAT-T vendor id goes into our message.
	VendorIDConstructed struct {
		debugEvent
		Conn   int
		Vendor Vendor
	}
	// IDPayload: an identity, the peer's or our own. Next is its next payload.
	IDPayload struct {
		debugEvent
		Conn     int
		Next     isakmp.PayloadType
		Type     isakmp.IDType
		Name     string // address or name
		Protocol uint8
		Port     uint16
		Length   int
	}
	// PayloadLengthSummed: the identity's length, on its way out.
	PayloadLengthSummed struct {
		debugEvent
		Conn, Length int
	}
	// NATJudged: what the NAT-D payloads so far tell.
	NATJudged struct {
		debugEvent
		Conn    int
		Verdict NATVerdict
	}
	// NATOAReceived: the peer tells an original address.
	NATOAReceived struct {
		debugEvent
		Conn      int
		Initiator bool
		Addr      netip.Addr
		MessageID uint32
	}
	// NotifyProcessed: a notification is worked on.
	NotifyProcessed struct {
		debugEvent
		Conn      int
		Type      isakmp.NotifyType
		Protocol  isakmp.ProtocolID
		SPI       uint32
		MessageID uint32
		SA        uint32
	}
	// NotifySending: a notification goes out.
	NotifySending struct {
		debugEvent
		Conn      int
		Type      isakmp.NotifyType
		Protocol  isakmp.ProtocolID
		SPI       uint32
		MessageID uint32
	}
	// NotifyUnhashed: a notification in the clear, which proves nothing.
	NotifyUnhashed struct {
		debugEvent
		Conn int
	}
	// SPIDeleted: the peer's notification ends the exchange that offered an SPI.
	SPIDeleted struct {
		debugEvent
		Conn      int
		SPI       uint32
		MessageID uint32
	}
	// ResponderLifetime: the peer has a shorter lifetime for the phase 1 SA.
	ResponderLifetime struct {
		debugEvent
		Conn    int
		Seconds uint32
	}
	// ResponderLifetimeSent: we told ours.
	ResponderLifetimeSent struct {
		debugEvent
		Seconds uint32
	}
)

// Keys, policies and proposals of phase 1.
type (
	// KeyFound: a pre-shared key fits the peer's address.
	KeyFound struct {
		debugEvent
		Conn int
		Peer netip.Addr
	}
	// LocalKeyFound: and will be used.
	LocalKeyFound struct {
		debugEvent
		Conn int
	}
	// KeyMissing: no pre-shared key fits.
	KeyMissing struct {
		debugEvent
		Conn int
		Peer netip.Addr
	}
	// ProfilesScanned: isakmp profiles were looked through for XAUTH.
	ProfilesScanned struct {
		debugEvent
		Names []string
	}
	// TransformChecked: a transform is held against a policy.
	TransformChecked struct {
		debugEvent
		Conn, Number, Priority int
		Attributes             []isakmp.Attribute
	}
	// TransformMismatch: the first difference.
	TransformMismatch struct {
		debugEvent
		Conn   int
		Reason Mismatch
	}
	// TransformRefused: the transform does not fit the policy. Next is its next payload.
	TransformRefused struct {
		debugEvent
		Conn int
		Next isakmp.PayloadType
	}
	// TransformAccepted: it does.
	TransformAccepted struct {
		debugEvent
		Conn int
		Next isakmp.PayloadType
	}
	// LifetimeAgreed: the SA's lifetime. Policy is the policy's own, 0 when it is
	// the default; Variable the length of the offered attribute, 0 for a basic one.
	LifetimeAgreed struct {
		debugEvent
		Conn                    int
		Policy, Offered, Actual uint32 // seconds
		Variable                int
	}
	// NoOfferAccepted: no transform fits any policy.
	NoOfferAccepted struct {
		debugEvent
		Conn int
	}
	// PhaseOneRefused: so there will be no SA.
	PhaseOneRefused struct {
		debugEvent
		Conn          int
		Local, Remote netip.Addr
	}
	// AGInformationalFailed: no authenticated informational message can be made.
	AGInformationalFailed struct {
		debugEvent
		Conn int
	}
)

// Authentication.
type (
	// AuthenticationBegun: our identity and hash are made.
	AuthenticationBegun struct {
		debugEvent
		Conn     int
		Identity Identity
	}
	// InitialContactSent: the peer is told that we know nothing of older SAs.
	InitialContactSent struct {
		debugEvent
		Conn int
	}
	// ProfileMatched: an isakmp profile fits the identity, none when empty.
	ProfileMatched struct {
		debugEvent
		Profile string
	}
	// Authenticated: the SA's hash verifies; Peer is invalid for the bare status.
	Authenticated struct {
		debugEvent
		Conn int
		Peer netip.Addr
	}
	// InitialContactProcessed: the peer knows nothing of older SAs.
	InitialContactProcessed struct {
		debugEvent
		Conn          int
		Local, Remote netip.Addr
		Port          uint16
	}
	// PortFloated: the exchange moved to the NAT-T port.
	PortFloated struct {
		debugEvent
		Conn          int
		Local, Remote netip.Addr
		Port          uint16
		Peer, SA      uint32
	}
)

// Initiating.
type (
	// RequestReceived: IPsec wants an SA, and there is no phase 1 SA yet.
	RequestReceived struct{ debugEvent }
	// RequestAttached: … and one is being negotiated.
	RequestAttached struct {
		debugEvent
		Conn          int
		Local, Remote netip.Addr
	}
	// RequestFailed: the request cannot be served.
	RequestFailed struct{ debugEvent }
	// NoCredentials: neither a key nor a certificate for the peer.
	NoCredentials struct {
		debugEvent
		Conn int
	}
	// MainModeChosen: aggressive mode is not configured.
	MainModeChosen struct {
		debugEvent
		Conn int
	}
	// MainModeBegun: message 1 is about to go.
	MainModeBegun struct {
		debugEvent
		Conn int
	}
	// QuickModeBegun: quick mode's message 1 is about to go.
	QuickModeBegun struct {
		debugEvent
		Conn int
		Node uint32
	}
)

// Quick mode.
type (
	// ProposalChecked: a transform of a proposal is looked at. First is false for
	// the further protocols of a bundle.
	ProposalChecked struct {
		debugEvent
		Conn       int
		Number     uint8
		First      bool
		Transform  uint8
		Protocol   isakmp.ProtocolID
		ID         uint8
		Attributes []isakmp.Attribute
	}
	// ProposalAcceptable: its attributes are ones that we know.
	ProposalAcceptable struct {
		debugEvent
		Conn int
	}
	// ProposalUnacceptable: they are not.
	ProposalUnacceptable struct {
		debugEvent
		Conn int
		Next isakmp.PayloadType
	}
	// ProposalInvalidated: the IPsec policy refuses it.
	ProposalInvalidated struct {
		debugEvent
		Conn  int
		Error PolicyError
	}
	// PhaseTwoRefused: no proposal is left.
	PhaseTwoRefused struct {
		debugEvent
		Conn          int
		Local, Remote netip.Addr
	}
	// SPIWanted: IPsec is asked for an SPI.
	SPIWanted struct {
		debugEvent
		Conn int
		Role Role
	}
	// SAsCreating: the keys of a pair of IPsec SAs are made.
	SAsCreating struct {
		debugEvent
		Conn                    int
		Local, Remote           netip.Addr
		LocalProxy, RemoteProxy netip.Prefix
		InSPI, OutSPI           uint32
		Seconds, Kilobytes      uint32
	}
	// DeleteIgnored: no phase 1 SA to tell a deletion through.
	DeleteIgnored struct {
		debugEvent
		Local, Remote netip.Addr
		SPI           uint32
	}
)

// Dead peer detection.
type (
	// DPDSent: a request or an answer goes out.
	DPDSent struct {
		debugEvent
		Conn     int
		Ack      bool
		Sequence uint32
	}
	// DPDReceived: a request or an answer came.
	DPDReceived struct {
		debugEvent
		Conn     int
		Ack      bool
		Peer     netip.Addr
		Sequence uint32
	}
)

// CryptoStep: the crypto engine did a piece of work.
type CryptoStep struct {
	engineEvent
	Step Step
}

// Messages for the log.
type (
	// BadMessage: a message failed its sanity check.
	BadMessage struct {
		syslogEvent
		Peer netip.Addr
	}
	// ModeFailed: an exchange failed.
	ModeFailed struct {
		syslogEvent
		Mode isakmp.ExchangeType
		Peer netip.Addr
	}
	// UnknownSA: a message of no SA, and no offer to begin one.
	UnknownSA struct {
		syslogEvent
		Peer netip.Addr
	}
	// NotEncrypted: a message in the clear where there are keys.
	NotEncrypted struct {
		syslogEvent
		Peer netip.Addr
	}
	// AggressiveRefused: aggressive mode is not to be had.
	AggressiveRefused struct{ syslogEvent }
	// QuickModeTooSoon: quick mode before authentication.
	QuickModeTooSoon struct {
		syslogEvent
		Peer netip.Addr
	}
	// OfferChanged: the responder answered with what we have not offered.
	OfferChanged struct {
		syslogEvent
		Peer      netip.Addr
		Attribute uint16
	}
	// AuthenticationFailed: the peer's hash is wrong.
	AuthenticationFailed struct {
		syslogEvent
		Peer   netip.Addr
		Method isakmp.Auth
	}
)
