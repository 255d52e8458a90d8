package ike

import (
	"net/netip"
	"time"

	"ioslab/runtime/wire/isakmp"
)

// Config is all that the configuration says about IKE. It is a plain value:
// Configure takes the whole of it, and the same value twice changes nothing.
// The slices are not changed by the engine and must not be changed after the call.
type Config struct {
	// Disabled is `no crypto isakmp enable`: every message is dropped.
	Disabled bool
	// Policies are `crypto isakmp policy N`, in any order; the engine sorts by priority.
	Policies []Policy
	// Defaults are the default policies tried after the configured ones, empty
	// after `no crypto isakmp default policy`. See DefaultPolicies124.
	Defaults []Policy
	// Keys are `crypto isakmp key`.
	Keys []Key
	// Identity is `crypto isakmp identity`.
	Identity Identity
	// Hostname is the name sent as identity under IdentityHostname (host.domain).
	Hostname string
	// Keepalive is `crypto isakmp keepalive`; the zero value sends no DPD requests.
	Keepalive Keepalive
	// NoNATT is `no crypto ipsec nat-transparency udp-encapsulation`.
	NoNATT bool
	// NATKeepalive is `crypto isakmp nat keepalive`, 0 for off.
	NATKeepalive time.Duration
	// ScanProfiles has the engine tell that it looks through the isakmp profiles
	// for XAUTH, which images with profile support do; Profiles are their names.
	ScanProfiles bool
	Profiles     []string
	// Personality is what differs between implementations on the wire.
	Personality Personality
	// Limits bounds the tables; zero fields take DefaultLimits.
	Limits Limits
}

// Policy is one phase 1 policy (a protection suite).
type Policy struct {
	Priority   int // 1 (first) to 10000; default suites 65507 up
	Encryption isakmp.Cipher
	KeyBits    int // AES only: 128, 192, 256
	Hash       isakmp.Hash
	Auth       isakmp.Auth
	Group      isakmp.Group
	Lifetime   time.Duration // whole seconds; 0 means DefaultLifetime
}

// DefaultLifetime is the lifetime of a policy that names none.
const DefaultLifetime = 86400 * time.Second

// DefaultPolicies124 returns the default suite of IOS 12.4 (priority 65535).
func DefaultPolicies124() []Policy {
	return []Policy{{Priority: 65535, Encryption: isakmp.CipherDES, Hash: isakmp.HashSHA,
		Auth: isakmp.AuthRSASig, Group: isakmp.GroupMODP768, Lifetime: DefaultLifetime}}
}

// DefaultPolicies15 returns the eight default suites of IOS 15.x (priorities
// 65507 to 65514).
func DefaultPolicies15() []Policy {
	var list []Policy
	suites := []struct {
		cipher isakmp.Cipher
		bits   int
		hash   isakmp.Hash
		group  isakmp.Group
	}{
		{isakmp.CipherAES, 128, isakmp.HashSHA, isakmp.GroupMODP1536},
		{isakmp.CipherAES, 128, isakmp.HashMD5, isakmp.GroupMODP1536},
		{isakmp.Cipher3DES, 0, isakmp.HashSHA, isakmp.GroupMODP1024},
		{isakmp.Cipher3DES, 0, isakmp.HashMD5, isakmp.GroupMODP1024},
	}
	for _, s := range suites {
		for _, auth := range []isakmp.Auth{isakmp.AuthRSASig, isakmp.AuthPSK} {
			list = append(list, Policy{Priority: 65507 + len(list), Encryption: s.cipher, KeyBits: s.bits,
				Hash: s.hash, Auth: auth, Group: s.group, Lifetime: DefaultLifetime})
		}
	}
	return list
}

// Key is one `crypto isakmp key`: by address and mask, or by host name.
type Key struct {
	// Prefix is the peers' address and mask; /32 for `address A.B.C.D`, /0 for
	// the wildcard. Invalid when Hostname is set.
	Prefix netip.Prefix
	// Hostname is the peer's name of `crypto isakmp key K hostname H`; Resolved
	// are the addresses that `ip host` gives it, since main mode needs the key
	// before the peer has told its name.
	Hostname string
	Resolved []netip.Addr
	Secret   []byte
	NoXAUTH  bool
}

// Identity is the kind of identity sent in phase 1.
type Identity int

// Identities.
const (
	IdentityAddress Identity = iota
	IdentityHostname
)

// String returns the identification type that the identity is sent as.
func (i Identity) String() string {
	switch i {
	case IdentityAddress:
		return "ID_IPV4_ADDR"
	case IdentityHostname:
		return "ID_FQDN"
	default:
		return "unknown identity"
	}
}

// Keepalive is `crypto isakmp keepalive SECONDS [RETRY] [periodic|on-demand]`.
type Keepalive struct {
	Interval time.Duration // 0 sends none (requests are answered all the same)
	Retry    time.Duration // between repeats once one stays unanswered; 0 means 2 s
	Periodic bool          // else on demand: only after silence from a peer that we send to
}

// Limits bounds the engine's tables against peers that only open things.
type Limits struct {
	// HalfOpen is how many phase 1 SAs may be unauthenticated at once, as responder.
	HalfOpen int
	// SAs is how many phase 1 SAs may exist at once, lingering ones included.
	SAs int
	// Nodes is how many exchanges inside one phase 1 SA may exist at once,
	// finished ones that wait for their purge included.
	Nodes int
	// Pending is how many requests for IPsec SAs may wait for one phase 1 SA.
	Pending int
}

// DefaultLimits holds 10,000 sessions and a burst of dialling clients, and
// stops a flood of first messages long before memory is a question.
func DefaultLimits() Limits { return Limits{HalfOpen: 1000, SAs: 24000, Nodes: 128, Pending: 64} }

// LifeForm is how a lifetime is written in a transform that we build.
type LifeForm int

// Life forms.
const (
	LifeShortest LifeForm = iota // basic when it fits into 16 bits
	LifeVPI                      // always a variable attribute of four bytes
)

// String returns the form's name.
func (l LifeForm) String() string {
	switch l {
	case LifeShortest:
		return "shortest"
	case LifeVPI:
		return "VPI"
	default:
		return "unknown life form"
	}
}

// Personality is what an implementation does its own way on the wire, as data.
type Personality struct {
	// Transforms is the phase 1 offer, attributes in order; nil builds it from the policies.
	Transforms []isakmp.Transform
	// Life is the form of lifetimes in an offer built from the policies.
	Life LifeForm
	// VendorIDs go into message 1; nil with NATT true sends the NAT-T ids alone.
	VendorIDs [][]byte
	// IOS has the responder and initiator behave as IOS does: NAT-T ids as the
	// policy has them, Unity, DPD, XAUTH and IOS ids in messages 3 and 4.
	IOS bool
	// IDProtocol and IDPort stand in the phase 1 identity (IOS 17/500, Windows 0/0).
	IDProtocol uint8
	IDPort     uint16
	// PadAlways pads encrypted messages by at least one byte.
	PadAlways bool
	// InitialContact has the initiator send INITIAL-CONTACT in message 5.
	InitialContact bool
	// NonceBytes is the length of our nonces; 0 means 20.
	NonceBytes int
	// Retransmit are the waits before each repeat of an unanswered message; after
	// the last one the exchange dies one wait later. At most MaxRetransmits.
	Retransmit []time.Duration
	// HeedClearNotify has the initiator give up on a refusal in the clear, which
	// anybody could send; IOS does not, Windows does.
	HeedClearNotify bool
	// DeleteOnClear has the SA's end told to the peer.
	DeleteOnClear bool
}

// MaxRetransmits bounds a retransmission schedule: nobody waits for more.
const MaxRetransmits = 16
