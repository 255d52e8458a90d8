package ike

import (
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

// Selector is one side of a proxy identity: which packets an IPsec SA is for.
type Selector struct {
	Prefix   netip.Prefix // /32 for a host
	Protocol uint8        // IP protocol, 0 any
	Port     uint16       // 0 any
}

// Suite is one protocol of a proposal with its chosen transform, decoded. A
// bundle (AH and ESP under one proposal number) has two, in the order sent.
type Suite struct {
	Proposal      uint8 // the proposal's number on the wire
	Transform     uint8 // the transform's number on the wire
	Protocol      isakmp.ProtocolID
	ID            uint8 // ESP or AH transform id
	Auth          isakmp.AuthAlg
	KeyBits       int // key length attribute, 0 when absent
	Encapsulation isakmp.Encapsulation
	LifeSeconds   uint32 // as offered; 0 when absent
	LifeKilobytes uint32 // as offered; 0 when absent
	Group         isakmp.Group
	SPI           uint32 // the peer's (it wants to receive on it); 0 while unknown
}

// Query asks whether the IPsec policy would take a proposal.
type Query struct {
	Local, Remote           netip.Addr // ends of the IKE SA
	LocalProxy, RemoteProxy Selector
	Suites                  []Suite
	Group                   isakmp.Group // PFS group, 0 for none
	Initiator               bool         // we made the offer; the query confirms the answer
	Request                 uint64       // the Request.ID we work for, when initiator
	NATT                    bool         // the peers found a NAT between them
}

// Verdict is the IPsec policy's answer. Error is what IOS prints as "error N".
type Verdict struct {
	Error PolicyError
	// LifeSeconds and LifeKilobytes are the local policy's lifetimes; the shorter
	// of theirs and these counts (0 takes theirs). Shorter ones are told to the
	// initiator by RESPONDER-LIFETIME (RFC 2407, 4.6.3.1).
	LifeSeconds, LifeKilobytes uint32
}

// PolicyError is a reason why the IPsec policy refuses a proposal.
type PolicyError int

// Policy errors, with the numbers that IOS prints.
const (
	PolicyAccepts          PolicyError = 0
	PolicyLocalAddress     PolicyError = 8
	PolicyProxyIdentities  PolicyError = 32
	PolicyPeerAddress      PolicyError = 64
	PolicyTransforms       PolicyError = 256
	PolicyPFS              PolicyError = 1024
	PolicyResourceShortage PolicyError = 4
)

// String returns what the error is about.
func (p PolicyError) String() string {
	switch p {
	case PolicyAccepts:
		return "accepted"
	case PolicyLocalAddress:
		return "invalid local address"
	case PolicyProxyIdentities:
		return "proxy identities not supported"
	case PolicyPeerAddress:
		return "peer address not found"
	case PolicyTransforms:
		return "transform proposal not supported for identity"
	case PolicyPFS:
		return "PFS group differs"
	case PolicyResourceShortage:
		return "resource shortage"
	default:
		return "unknown policy error"
	}
}

// SPIRequest asks for a fresh inbound SPI.
type SPIRequest struct {
	Local, Remote netip.Addr
	Protocol      isakmp.ProtocolID
	Request       uint64 // the Request.ID, when initiator; else 0
}

// SAPair is one negotiated protocol's two SAs. Keys are owned by the receiver.
type SAPair struct {
	Suite
	InSPI, OutSPI         uint32
	InCipher, OutCipher   []byte // empty for AH and ESP NULL
	InAuthKey, OutAuthKey []byte // empty without authentication
}

// Install is what a finished negotiation gives to IPsec.
type Install struct {
	// Child names the pair (or bundle) in later calls; never 0, never repeated.
	Child                   uint64
	ConnID                  int // of the phase 1 SA
	Initiator               bool
	Request                 uint64         // the Request.ID, when initiator; else 0
	Local, Remote           netip.AddrPort // of the IKE SA: 500, or the floated ports
	NATT                    bool           // encapsulate ESP in UDP between these ports
	LocalBehindNAT          bool
	RemoteBehindNAT         bool
	LocalProxy, RemoteProxy Selector
	// LocalOriginal and RemoteOriginal are the addresses that NAT-OA told, for
	// checksum repair in transport mode (RFC 3948, 3.1.2); invalid when not told.
	LocalOriginal, RemoteOriginal netip.Addr
	Pairs                         []SAPair
	LifeSeconds, LifeKilobytes    uint32 // agreed; 0 for none
	Group                         isakmp.Group
}

// KeyEngine is what IKE needs of IPsec at once, within its own step. The node
// implements it; an implementation must not call back into the Engine.
type KeyEngine interface {
	// Validate is asked for each acceptable proposal of a quick mode.
	Validate(q Query) Verdict
	// AllocateSPI reserves an inbound SPI (256 or more); false when there is none to be had.
	AllocateSPI(r SPIRequest) (spi uint32, ok bool)
	// ReleaseSPI gives back SPIs that were allocated and will not be installed.
	ReleaseSPI(local netip.Addr, protocol isakmp.ProtocolID, spi uint32)
	// Install creates the SAs: inbound ready to receive, outbound not used before
	// EnableOutbound (the initiator's pair is enabled at once). False refuses.
	Install(now clock.Instant, in Install) bool
	// EnableOutbound is told when the peer has proved to have the keys.
	EnableOutbound(now clock.Instant, child uint64)
	// DeleteSAs brings down all IPsec SAs with a peer (initial contact, dead peer,
	// cleared SA); the peer is not to be told.
	DeleteSAs(now clock.Instant, local, remote netip.AddrPort, why DeleteReason)
	// PeerDeletedSPI is told when the peer deletes SAs: SPIs are the ones it received on
	// (our outbound ones).
	PeerDeletedSPI(now clock.Instant, local, remote netip.Addr, protocol isakmp.ProtocolID, spis []uint32)
}

// Abandoner is what a KeyEngine may be too: it is told when an Install of a
// responder did not come to its end (the peer never proved to have the keys,
// or the IKE SA went away before). Without it such SAs live until they expire.
type Abandoner interface {
	Abandon(now clock.Instant, child uint64)
}

// Request asks to negotiate an IPsec SA with a peer.
type Request struct {
	// ID is the caller's name for the request, repeated in Query, Install and
	// QuickModeFailed; not 0.
	ID                      uint64
	Local, Remote           netip.Addr
	LocalProxy, RemoteProxy Selector
	// Proposals is the offer, with all attributes in their order. Protocols of
	// a bundle stand side by side under one number. The engine fills in the
	// SPIs, and turns the encapsulation to its UDP form behind a NAT.
	Proposals []isakmp.Proposal
	// Group is the PFS group, 0 for none. When set, and a transform lacks the
	// group attribute, the engine adds it.
	Group isakmp.Group
}
