package ipsec

import (
	"net/netip"
	"time"
)

// Snapshot is a plain copy of the engine's state for show commands, in the
// order in which IOS lists it.
type Snapshot struct {
	Interfaces    []InterfaceState
	Maps          []MapState
	DynamicMaps   []MapState
	TransformSets []TransformSet
	Lifetime      Lifetime // global, defaults filled in
	ReplayWindow  int      // 0: off
	Connections   []ConnState
	Drops         []DropCount
}

// InterfaceState is one interface of `show crypto ipsec sa`.
type InterfaceState struct {
	Name      string
	Map       string
	LocalAddr netip.Addr
	MTU       int
	Idents    []IdentState
}

// IdentState is one identity: a pair of selectors and its SAs.
type IdentState struct {
	Iface       string
	Map         string
	Seq         int
	Kind        EntryKind
	Profile     string
	Local       netip.Addr
	Peer        netip.Addr // invalid when no peer is known
	PeerPort    uint16     // 500, or the UDP port under NAT-T
	LocalProxy  Selector
	RemoteProxy Selector
	FromACL     bool // flag origin_is_acl
	Socket      bool // flag transport_parent: made for an L2TP socket
	Requesting  bool // a RequestSA is under way (flag ident_is_root, DOWN-NEGOTIATING)

	Encaps, Encrypt, Digest uint64
	Decaps, Decrypt, Verify uint64
	SendErrors, RecvErrors  uint64
	NoSASend, InvalidSARecv uint64
	EncapsFailed            uint64
	DecapsFailed            uint64
	InvalidProtRecv         uint64
	VerifyFailed            uint64
	InvalidIdentityRecv     uint64
	InvalidLenRecv          uint64
	ReplayRolloverSend      uint64
	ReplayRolloverRecv      uint64
	ReplayFailed            uint64
	InternalSend            uint64
	InternalRecv            uint64

	PathMTU, PlainMTU int
	OutboundSPI       uint32 // the current one, 0 for none
	PFS               int    // group of the newest SA, 0 for none
	Since             time.Duration
	Inbound, Outbound []SAState // newest last
}

// SAState is one SA.
type SAState struct {
	Pair         uint64
	SPI          uint32
	Src, Dst     netip.Addr
	Part         Part
	Suite        Suite // of the whole bundle
	Encap        Encap
	ConnID       int
	Map          string
	Iface        string
	Peer         netip.Addr
	Lifetime     Lifetime // negotiated
	KBRemaining  uint32   // 0 also when there is no limit; see Lifetime.Kilobytes
	SecRemaining uint32
	IVBytes      int
	Replay       bool
	Window       int
	Enabled      bool // outbound: may be used
	Packets      uint64
	Bytes        uint64
	LastSeq      uint32
	Age          time.Duration
}

// MapState is one crypto map of `show crypto map`.
type MapState struct {
	Map        Map
	Complete   []bool // for each entry: has what it needs
	Current    []netip.Addr
	PFS        []int
	Lifetimes  []Lifetime // for each entry, defaults filled in
	Interfaces []string
}

// ConnState is a row of `show crypto engine connections active`.
type ConnState struct {
	ConnID   int
	Iface    string
	Part     Part
	Encrypt  uint64
	Decrypt  uint64
	LastSeqN uint32
	Local    netip.Addr
}
