package ipsec

import (
	"net/netip"
	"time"

	"ioslab/runtime/event"
)

// Event is an event of this engine.
type Event interface {
	event.Event
	ipsecEvent()
}

// KeyMessage is what IKE and the engine tell one another about one SA: the
// fields of a "key eng. msg.".
type KeyMessage struct {
	Outbound                bool // IKE is to start; else a peer's proposal is judged
	Local, Remote           netip.Addr
	LocalProxy, RemoteProxy Selector
	Part                    Part
	Suite                   Suite // the whole proposal
	Encap                   Encap
	Lifetime                Lifetime
	SPI                     uint32
	ConnID                  int
	Flags                   uint32
}

// SAIdentity names one SA in an event.
type SAIdentity struct {
	Dst                     netip.Addr
	Part                    Part
	SPI                     uint32
	ConnID                  int
	Lifetime                Lifetime
	Local, Remote           netip.Addr
	LocalProxy, RemoteProxy Selector
}

type (
	// MessagesQueued: IKE handed Count messages to the engine.
	MessagesQueued struct{ Count int }
	// ProposalChecked: part Index (from 1) of a proposal is looked at.
	ProposalChecked struct {
		Index   int
		Message KeyMessage
	}
	// InvalidLocalAddress: the negotiation's local end is no crypto map's.
	InvalidLocalAddress struct{ Addr netip.Addr }
	// ProxyMatched: a map entry has the identities.
	ProxyMatched struct {
		Src, Dst         netip.Addr
		Proto            uint8
		SrcPort, DstPort uint16
	}
	// MapNotFound: no map entry has the identities and the transforms.
	MapNotFound struct{}
	// ProxiesUnsupported: the proposal is refused for want of a map entry.
	ProxiesUnsupported struct{}
	// TransformsUnsupported: the entry has no transform-set like the proposal.
	TransformsUnsupported struct{ Suite Suite }
	// PeerNotFound: the entry does not name the peer.
	PeerNotFound struct{ Peer netip.Addr }
	// PFSUnsupported: the entry wants another PFS group than the offered (0: none).
	PFSUnsupported struct{ Want, Offered int }
	// SPIAllocated: an inbound SPI is reserved.
	SPIAllocated struct {
		SPI           uint32
		Local, Remote netip.Addr
		Proto         Proto
	}
	// IdentFound: the identities' head for a new SA was looked up.
	IdentFound struct{ Peer netip.Addr }
	// IdentAdded: the identities have their first SAs.
	IdentAdded struct {
		Src, Dst netip.Addr
		Port     uint16
	}
	// SACreated: an SA is in the data base.
	SACreated struct{ SA SAIdentity }
	// OutboundChanged: packets to the peer go under another SA from now on.
	OutboundChanged struct {
		Peer netip.Addr
		SPI  uint32
	}
	// EnableRequested: IKE says that the outbound SA may be used.
	EnableRequested struct{}
	// OutboundEnabled: the outbound SA carries packets.
	OutboundEnabled struct {
		SPI   uint32
		Proto Proto
	}
	// DeleteRequested: IKE got a DELETE payload.
	DeleteRequested struct{}
	// DeleteNamed: the SA that the payload names.
	DeleteNamed struct {
		SPI   uint32
		Proto Proto
		Peer  netip.Addr
	}
	// SADeleted: an SA left the data base.
	SADeleted struct {
		SA     SAIdentity
		Reason DeleteReason
	}
	// LifetimeThreshold: an SA's soft life is over.
	LifetimeThreshold struct{ Left time.Duration }
	// SiblingAging: the other direction's SA ages with it.
	SiblingAging struct {
		SPI  uint32
		Left time.Duration
	}
	// SARequested: IKE is asked for SAs; one for each proposal.
	SARequested struct{ Message KeyMessage }
	// RequestTimedOut: a request was not answered in time, for the Count-th time.
	RequestTimedOut struct {
		Count   int
		Message KeyMessage
	}

	// InvalidSPIReceived: a packet came under no known SA.
	InvalidSPIReceived struct {
		Src, Dst netip.Addr
		Proto    Proto
		SPI      uint32
	}
	// ClearReceived: a packet came in the clear and policy wants it protected.
	ClearReceived struct {
		Src, Dst netip.Addr
		Proto    uint8
	}
	// ICVFailed: a packet's integrity check failed.
	ICVFailed struct{ ConnID int }
	// ReplayDetected: a packet's sequence number was refused.
	ReplayDetected struct {
		ConnID int
		Seq    uint32
	}
)

func (MessagesQueued) Class() event.Class        { return event.CryptoIPsec }
func (ProposalChecked) Class() event.Class       { return event.CryptoIPsec }
func (InvalidLocalAddress) Class() event.Class   { return event.CryptoIPsec }
func (ProxyMatched) Class() event.Class          { return event.CryptoIPsec }
func (MapNotFound) Class() event.Class           { return event.CryptoIPsec }
func (ProxiesUnsupported) Class() event.Class    { return event.CryptoIPsec }
func (TransformsUnsupported) Class() event.Class { return event.CryptoIPsec }
func (PeerNotFound) Class() event.Class          { return event.CryptoIPsec }
func (PFSUnsupported) Class() event.Class        { return event.CryptoIPsec }
func (SPIAllocated) Class() event.Class          { return event.CryptoIPsec }
func (IdentFound) Class() event.Class            { return event.CryptoIPsec }
func (IdentAdded) Class() event.Class            { return event.CryptoIPsec }
func (SACreated) Class() event.Class             { return event.CryptoIPsec }
func (OutboundChanged) Class() event.Class       { return event.CryptoIPsec }
func (EnableRequested) Class() event.Class       { return event.CryptoIPsec }
func (OutboundEnabled) Class() event.Class       { return event.CryptoIPsec }
func (DeleteRequested) Class() event.Class       { return event.CryptoIPsec }
func (DeleteNamed) Class() event.Class           { return event.CryptoIPsec }
func (SADeleted) Class() event.Class             { return event.CryptoIPsec }
func (LifetimeThreshold) Class() event.Class     { return event.CryptoIPsec }
func (SiblingAging) Class() event.Class          { return event.CryptoIPsec }
func (SARequested) Class() event.Class           { return event.CryptoIPsec }
func (RequestTimedOut) Class() event.Class       { return event.CryptoIPsec }
func (InvalidSPIReceived) Class() event.Class    { return event.Syslog }
func (ClearReceived) Class() event.Class         { return event.Syslog }
func (ICVFailed) Class() event.Class             { return event.Syslog }
func (ReplayDetected) Class() event.Class        { return event.Syslog }

func (MessagesQueued) ipsecEvent()        {}
func (ProposalChecked) ipsecEvent()       {}
func (InvalidLocalAddress) ipsecEvent()   {}
func (ProxyMatched) ipsecEvent()          {}
func (MapNotFound) ipsecEvent()           {}
func (ProxiesUnsupported) ipsecEvent()    {}
func (TransformsUnsupported) ipsecEvent() {}
func (PeerNotFound) ipsecEvent()          {}
func (PFSUnsupported) ipsecEvent()        {}
func (SPIAllocated) ipsecEvent()          {}
func (IdentFound) ipsecEvent()            {}
func (IdentAdded) ipsecEvent()            {}
func (SACreated) ipsecEvent()             {}
func (OutboundChanged) ipsecEvent()       {}
func (EnableRequested) ipsecEvent()       {}
func (OutboundEnabled) ipsecEvent()       {}
func (DeleteRequested) ipsecEvent()       {}
func (DeleteNamed) ipsecEvent()           {}
func (SADeleted) ipsecEvent()             {}
func (LifetimeThreshold) ipsecEvent()     {}
func (SiblingAging) ipsecEvent()          {}
func (SARequested) ipsecEvent()           {}
func (RequestTimedOut) ipsecEvent()       {}
func (InvalidSPIReceived) ipsecEvent()    {}
func (ClearReceived) ipsecEvent()         {}
func (ICVFailed) ipsecEvent()             {}
func (ReplayDetected) ipsecEvent()        {}
