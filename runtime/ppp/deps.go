package ppp

import (
	"io"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ppp"
)

// Verdict is an authenticator's answer.
type Verdict uint8

const (
	// Pass lets the peer in.
	Pass Verdict = iota + 1
	// Fail refuses it: wrong name or password.
	Fail
	// NoServer refuses it because nobody could answer.
	NoServer
	// Pending means that the verdict comes later through Link.Answer.
	Pending
)

// AuthRequest asks whether a peer is who it says.
type AuthRequest struct {
	ppp.Credentials
	// Link is the link's name at this moment; List the AAA method list, empty
	// for the default; UniqueID the AAA id.
	Link, List string
	UniqueID   uint32
}

// AuthReply is an Authenticator's answer.
type AuthReply struct {
	Verdict Verdict
	// Proof is MS-CHAP-V2's authenticator response ("S=" and 40 hex digits, RFC 2759, 5); empty otherwise.
	Proof string
	// Code is the MS-CHAP error of a refusal (RFC 2433, 9): 691, 646, 647,
	// 648, 649. 0 counts as 691.
	Code int
	// Address and Pools, when set, override the configured ones for this user.
	Address netip.Addr
	Pools   []string
}

// Authenticator knows users. Its methods must not call the Link.
type Authenticator interface {
	// Authenticate verifies a peer. req is valid during the call.
	Authenticate(now clock.Instant, req *AuthRequest) AuthReply
	// Secret returns the clear password shared with name, for proving
	// ourselves to it.
	Secret(name string) (password string, ok bool)
}

// AddressPool lends addresses. Its methods must not call the Link.
type AddressPool interface {
	// Take lends an address of the pool to user on iface; want, when valid, is
	// the address that the peer asked for and is preferred when free.
	Take(pool, user, iface string, want netip.Addr) (addr netip.Addr, ok bool)
	// Give takes the address back.
	Give(pool string, addr netip.Addr)
}

// Deps are a Link's surroundings. Rand and Deliver are required.
type Deps struct {
	// Rand gives magic numbers and challenges.
	Rand io.Reader
	// Events hears what happens; nil discards.
	Events event.Sink
	// Auth may be nil when nobody is authenticated.
	Auth Authenticator
	// Pool may be nil when no pool is configured.
	Pool AddressPool
	// Deliver gets each IPv4 datagram from the peer, the buffer beginning at the
	// IP header. Ownership passes. It must not call the Link's Receive.
	Deliver func(now clock.Instant, b *packet.Buffer)
}
