package ike

import (
	"net/netip"

	"ioslab/runtime/wire/isakmp"
)

// Output is a result of a step, for the engine's owner: one of the structs below.
type Output interface{ output() }

// Send is a UDP datagram to send. Payload is the ISAKMP message; with NATT the
// owner puts the non-ESP marker (four zero bytes, RFC 3948, 2.2) before it. It
// belongs to the owner.
type Send struct {
	Local, Remote netip.AddrPort
	Payload       []byte
	NATT          bool
}

// SendKeepalive is a NAT keepalive to send: one byte 0xFF, without marker (RFC
// 3948, 2.3).
type SendKeepalive struct{ Local, Remote netip.AddrPort }

// KeysDerived tells a phase 1 SA's encryption key, for a packet analyser.
type KeysDerived struct {
	Initiator, Responder isakmp.Cookie
	EncryptionKey        []byte
}

// PhaseOneUp tells that a phase 1 SA is authenticated.
type PhaseOneUp struct {
	ConnID        int
	Initiator     bool
	Local, Remote netip.AddrPort
}

// PhaseOneDown tells that a phase 1 SA ended, or never came up.
type PhaseOneDown struct {
	ConnID        int // 0 when it had no keys yet
	Initiator     bool
	Local, Remote netip.AddrPort
	Reason        DeleteReason
	// Notify is the peer's refusal under ReasonPeerRefused.
	Notify isakmp.NotifyType
	// Requests are the Request.IDs that it leaves unserved.
	Requests []uint64
}

// QuickModeUp tells that a quick mode is complete; Child as in Install.
type QuickModeUp struct {
	Child     uint64
	Request   uint64 // 0 as responder
	Initiator bool
}

// QuickModeFailed tells that a requested quick mode ended without SAs.
type QuickModeFailed struct {
	Request uint64
	Notify  isakmp.NotifyType // the peer's notification, 0 for none
	Reason  NodeReason
}

func (Send) output()            {}
func (SendKeepalive) output()   {}
func (KeysDerived) output()     {}
func (PhaseOneUp) output()      {}
func (PhaseOneDown) output()    {}
func (QuickModeUp) output()     {}
func (QuickModeFailed) output() {}
