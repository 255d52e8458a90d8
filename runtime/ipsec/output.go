package ipsec

import (
	"net/netip"

	"ioslab/runtime/packet"
)

// Output is one thing that the engine wants done; Drain returns them in order.
type Output interface{ output() }

// RequestSA asks IKE for a pair of SAs as initiator. The answer is Install
// with the same Request, or RequestFailed.
type RequestSA struct {
	ID uint64 // for Install.Request and RequestFailed
	// Map, Seq and Profile name the entry that wants it.
	Map     string
	Seq     int
	Profile string
	Iface   string
	Local   netip.Addr // the map's local address
	Peer    netip.Addr
	// LocalProxy and RemoteProxy are the identities to propose.
	LocalProxy, RemoteProxy Selector
	// Proposals are in order of preference.
	Proposals []Offered
	PFS       int
	Lifetime  Lifetime
	// Rekey tells that an SA is there and near its end.
	Rekey bool
}

// Offered is one proposal of RequestSA: all of Suite (AND), in this mode.
// When IKE finds a NAT it proposes Encap.InUDP() instead.
type Offered struct {
	TransformSet string
	Suite        Suite
	Encap        Encap
}

// SendDelete asks IKE to tell the peer that these inbound SAs are gone.
type SendDelete struct {
	Local, Remote netip.Addr
	Proto         Proto
	SPIs          []uint32 // inbound ones: the peer's outbound
	Reason        DeleteReason
}

// SAKeys tells the keys of one new SA, for a key table beside a capture.
// The slices are the receiver's.
type SAKeys struct {
	Src, Dst  netip.Addr
	SPI       uint32
	Part      Part
	Encap     Encap
	CipherKey []byte
	AuthKey   []byte
}

// InvalidSPI tells of a packet under no known SA, for invalid-spi-recovery.
type InvalidSPI struct {
	Src, Dst netip.Addr
	Proto    Proto
	SPI      uint32
}

// Released is a packet that was held for an SA and is now protected. The
// receiver owns Buf.
type Released struct {
	Iface string
	Buf   *packet.Buffer
}

// SocketUp tells that a crypto socket's SAs can carry packets.
type SocketUp struct{ Socket Socket }

// SocketDown tells that a crypto socket has no SA any more, or that none could
// be made (Failed).
type SocketDown struct {
	Socket Socket
	Failed bool
}

// RouteWanted is reverse-route injection: the remote identity of a first SA,
// or (Withdraw) of the last.
type RouteWanted struct {
	Prefix   netip.Prefix
	Via      netip.Addr // the peer
	Iface    string
	Withdraw bool
}

// PeerMoved tells that an authentic packet came from another address or UDP
// port than before (RFC 3947, 4): the NAT in between changed its mapping.
type PeerMoved struct {
	Local netip.Addr
	From  netip.AddrPort
	To    netip.AddrPort
}

func (RequestSA) output()   {}
func (SendDelete) output()  {}
func (SAKeys) output()      {}
func (InvalidSPI) output()  {}
func (Released) output()    {}
func (SocketUp) output()    {}
func (SocketDown) output()  {}
func (RouteWanted) output() {}
func (PeerMoved) output()   {}
