package ipsec

import (
	"net/netip"
	"time"
)

// Selector names one end of a flow as quick mode's identities do.
type Selector struct {
	Prefix netip.Prefix // a host is a /32
	Proto  uint8        // 0 is any
	Port   uint16       // 0 is any
}

// Lifetime is how long an SA lives: seconds, and kilobytes of 1,024 bytes.
// A zero means "not given" in an Entry or an offer, and "no limit" in an SA.
type Lifetime struct{ Seconds, Kilobytes uint32 }

// The life time when neither the configuration nor the entry names one.
const (
	DefaultLifeSeconds   = 3600
	DefaultLifeKilobytes = 4608000
)

// TransformSet is `crypto ipsec transform-set`.
type TransformSet struct {
	Name  string
	Suite Suite
	// Transport is `mode transport`. It takes effect when the identities are
	// the peers themselves; other traffic is tunnelled, unless Required.
	Transport bool
	Required  bool
}

// PortRange matches ports Lo to Hi, both included. The zero value matches all.
type PortRange struct{ Lo, Hi uint16 }

// Rule is one line of an access-list used by `match address`, written from
// the router's side: Src is local, Dst remote.
type Rule struct {
	Permit           bool
	Proto            uint8 // 0 is ip
	Src, Dst         netip.Prefix
	SrcPort, DstPort PortRange
}

// ACL is an access-list by its name or number; nil Rules deny everything.
type ACL struct {
	Name  string
	Rules []Rule
}

// EntryKind tells what a crypto map entry is.
type EntryKind uint8

// The kinds of `crypto map NAME SEQ ipsec-isakmp …`.
const (
	// Static has `match address` and `set peer`.
	Static EntryKind = iota
	// Profile is `profile NAME`: identities are made on demand, for L2TP.
	Profile
	// Dynamic is `dynamic NAME`: a template of a dynamic map.
	Dynamic
)

func (k EntryKind) String() string {
	switch k {
	case Static:
		return "static"
	case Profile:
		return "profile"
	case Dynamic:
		return "dynamic"
	}
	return "unknown"
}

// Entry is one entry of a crypto map or of a dynamic map.
type Entry struct {
	Seq           int
	Kind          EntryKind // Static for the entries of a dynamic map
	Profile       string    // of kind Profile
	Dynamic       string    // of kind Dynamic: the dynamic map's name
	Description   string
	Peers         []netip.Addr
	ACL           *ACL // nil: no `match address`
	TransformSets []string
	PFS           int // Diffie-Hellman group, 0 is no PFS
	Lifetime      Lifetime
	IdleTime      time.Duration // 0: no idle timer
	PerHost       bool          // `set security-association level per-host`
	NATDemux      bool          // `set nat demux`
	ReverseRoute  bool
}

// Map is a crypto map set, or a dynamic map.
type Map struct {
	Name string
	// LocalInterface and LocalAddress are of `crypto map NAME local-address
	// IF`; LocalAddress is that interface's address. The zero values mean that
	// each interface's own address is the local end point.
	LocalInterface string
	LocalAddress   netip.Addr
	Entries        []Entry // ascending Seq
}

// Interface is an interface that has a crypto map.
type Interface struct {
	Name string
	Map  string
	Addr netip.Addr // primary address; invalid when it has none
	MTU  int        // of the interface, bytes; 0 is taken as 1500
}

// DFRule is `crypto ipsec df-bit`: what the outer header of a tunnel says.
type DFRule uint8

// The rules; DFCopy is IOS's default.
const (
	DFCopy DFRule = iota
	DFSet
	DFClear
)

func (r DFRule) String() string {
	switch r {
	case DFCopy:
		return "copy"
	case DFSet:
		return "set"
	case DFClear:
		return "clear"
	}
	return "unknown"
}

// Config is the whole wanted state of the engine. Configure keeps it: the
// caller must not change what its slices and pointers lead to afterwards.
type Config struct {
	TransformSets []TransformSet
	Maps          []Map
	DynamicMaps   []Map
	Interfaces    []Interface
	// Lifetime is `crypto ipsec security-association lifetime`; zero parts are
	// the defaults.
	Lifetime Lifetime
	// ReplayWindow is the window in packets: 64, 128, 256, 512 or 1024; other
	// values are raised to the next. 0 is the default of 64.
	ReplayWindow int
	NoReplay     bool // `security-association replay disable`
	IdleTime     time.Duration
	DF           DFRule
	NoNATT       bool // `no crypto ipsec nat-transparency udp-encapsulation`
	// Hold is how many packets an identity keeps while its first SA is being
	// made, 0 to MaxHold. IOS drops them (0); a PC keeps one.
	Hold int
}

// MaxHold limits Config.Hold: more would let a dead peer pin many buffers.
const MaxHold = 8
