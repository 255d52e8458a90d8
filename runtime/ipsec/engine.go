package ipsec

import (
	"io"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
)

// Engine holds the SADB and the SPD of one node.
type Engine struct {
	rand io.Reader
	sink event.Sink
	out  []Output
}

// Result is the answer of the packet path.
type Result struct {
	Verdict Verdict
	Reason  DropReason
	// Buf is the packet, at its IP header, for Pass and Done; else nil.
	Buf *packet.Buffer
	// MTU is, for DropTooBig, the largest packet that would have fitted.
	MTU int
}

// New returns an engine without any policy. SPIs, IVs and jitter come from rand.
func New(rand io.Reader, sink event.Sink) *Engine { return &Engine{rand: rand, sink: sink} }

// Configure makes cfg the wanted state.
func (e *Engine) Configure(now clock.Instant, cfg Config) {}

// Tick does what is due at now.
func (e *Engine) Tick(now clock.Instant) {}

// Deadline returns when Tick wants to be called next.
func (e *Engine) Deadline() clock.Instant { return clock.Never }

// Drain returns the outputs since the last call, in order; the slice is valid
// until the next call of any method.
func (e *Engine) Drain() []Output { o := e.out; e.out = nil; return o }

// Outbound applies the policy of the egress interface to buf.
func (e *Engine) Outbound(now clock.Instant, iface string, buf *packet.Buffer) Result {
	return Result{Buf: buf}
}

// Inbound takes an IPv4 packet of protocol 50 or 51, or 17 with ESP inside UDP.
func (e *Engine) Inbound(now clock.Instant, buf *packet.Buffer) Result { return Result{Buf: buf} }

// InboundUDP takes the payload of a UDP 4500 datagram that is no IKE message.
func (e *Engine) InboundUDP(now clock.Instant, local, remote netip.AddrPort, buf *packet.Buffer) Result {
	return Result{Buf: buf}
}

// CheckClear tells whether a packet that came in on iface unprotected may go on. It borrows buf.
func (e *Engine) CheckClear(now clock.Instant, iface string, buf *packet.Buffer) Verdict { return Pass }

// Query is one quick-mode proposal for Validate.
type Query struct {
	Local, Remote           netip.Addr
	LocalProxy, RemoteProxy Selector
	Parts                   []Part // in wire order; two for an AND bundle
	Encap                   Encap
	PFSGroup                int // 0: no KE payload
	Lifetime                Lifetime
}

// Code is the answer of Validate: 0 accepts, else it is the number that IOS
// prints in "IPSec policy invalidated proposal with error".
type Code int

// The codes.
const (
	Accepted        Code = 0
	BadLocalAddress Code = 8
	NoMatchingMap   Code = 32
	PeerNotInMap    Code = 64
	BadTransform    Code = 256
	BadPFS          Code = 1024
)

// Match is what an accepted proposal fitted.
type Match struct {
	Map          string
	Seq          int
	Profile      string
	Iface        string
	TransformSet string
	Suite        Suite
	Lifetime     Lifetime // the smaller of the offer's and the entry's
	Shortened    bool     // Lifetime is less than offered: send RESPONDER-LIFETIME
	PFS          int
}

// Validate judges a proposal of a peer.
func (e *Engine) Validate(now clock.Instant, q Query) (Match, Code) { return Match{}, NoMatchingMap }

// AllocateSPIs reserves an inbound SPI for each protocol.
func (e *Engine) AllocateSPIs(now clock.Instant, local, remote netip.Addr, protos []Proto) ([]uint32, error) {
	return nil, nil
}

// ReleaseSPIs gives reserved SPIs back when a negotiation fails.
func (e *Engine) ReleaseSPIs(local netip.Addr, protos []Proto, spis []uint32) {}

// Keys are the keys of one SA: lengths as Part.KeyMaterial says. Install copies them.
type Keys struct{ Cipher, Auth []byte }

// KeyedPart is one protocol of Install, both directions.
type KeyedPart struct {
	Part
	InSPI, OutSPI uint32
	In, Out       Keys
}

// Install is a negotiated pair of SAs (or of bundles).
type Install struct {
	Request                 uint64 // RequestSA.ID when this node initiated, else 0
	Local, Remote           netip.Addr
	LocalPort, RemotePort   uint16 // UDP encapsulation's ports
	LocalProxy, RemoteProxy Selector
	// OriginalLocal and OriginalRemote are the NAT-OA addresses; may be invalid.
	OriginalLocal, OriginalRemote netip.Addr
	Encap                         Encap
	Parts                         []KeyedPart
	Lifetime                      Lifetime
	PFSGroup                      int
	Initiator                     bool // the outbound SA may be used at once
}

// Installed names a new pair.
type Installed struct {
	Pair            uint64 // handle for EnableOutbound and DeletePair
	InConn, OutConn []int  // conn ids, in the order of Install.Parts
}

// Install creates the SAs of a negotiated pair, inbound first.
func (e *Engine) Install(now clock.Instant, in Install) (Installed, error) { return Installed{}, nil }

// EnableOutbound lets a responder's outbound SA carry packets (quick mode's third message came).
func (e *Engine) EnableOutbound(now clock.Instant, pair uint64) {}

// RequestFailed tells that IKE gave up on a RequestSA.
func (e *Engine) RequestFailed(now clock.Instant, id uint64) {}

// DeleteReason tells why SAs go.
type DeleteReason uint8

// The reasons.
const (
	DeletedByPeer DeleteReason = iota
	DeletedByUser
	DeletedByConfig
	DeletedByAge
	DeletedIdle
	DeletedBySocket
)

// PeerDeleted handles a DELETE payload: the peer's inbound SPIs are our outbound ones. It returns how many pairs went.
func (e *Engine) PeerDeleted(now clock.Instant, peer netip.Addr, proto Proto, spis []uint32) int {
	return 0
}

// DeletePair deletes one pair.
func (e *Engine) DeletePair(now clock.Instant, pair uint64, why DeleteReason) int { return 0 }

// DeleteSPI deletes the pair of the SA to dst under spi (`clear crypto sa entry`).
func (e *Engine) DeleteSPI(now clock.Instant, dst netip.Addr, proto Proto, spi uint32, why DeleteReason) int {
	return 0
}

// DeletePeer deletes all pairs with a peer.
func (e *Engine) DeletePeer(now clock.Instant, peer netip.Addr, why DeleteReason) int { return 0 }

// DeleteMap deletes all pairs of a crypto map.
func (e *Engine) DeleteMap(now clock.Instant, name string, why DeleteReason) int { return 0 }

// DeleteAll deletes all pairs.
func (e *Engine) DeleteAll(now clock.Instant, why DeleteReason) int { return 0 }

// Socket is a crypto socket: one flow that a profile map entry is to protect.
type Socket struct {
	Profile       string
	Proto         uint8
	Local, Remote netip.AddrPort
}

// OpenSocket makes the flow's identity and asks for SAs.
func (e *Engine) OpenSocket(now clock.Instant, s Socket) error { return nil }

// CloseSocket ends the flow; keep leaves its SAs (`l2tp security … keep-sa`).
func (e *Engine) CloseSocket(now clock.Instant, s Socket, keep bool) {}

// ClearCounters zeroes the counters of every SA and identity.
func (e *Engine) ClearCounters() {}

// Counters returns the drop counters in the order of the reasons.
func (e *Engine) Counters() []DropCount { return nil }

// Snapshot returns what the show commands print.
func (e *Engine) Snapshot(now clock.Instant) Snapshot { return Snapshot{} }
