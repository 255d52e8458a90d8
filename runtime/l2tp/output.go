package l2tp

import (
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	wire "ioslab/runtime/wire/l2tp"
)

// Handle names a session for as long as the engine lives; it is never reused.
// The zero Handle is no session.
type Handle uint64

// DataSink takes the PPP frames of sessions.
type DataSink interface {
	// Data owns buf, which holds the PPP frame as the peer sent it (address
	// and control field included, if it sent them). Receive has done all its own
	// steps by then, so calling back into the engine (Send, Hangup,
	// SetInterface) is allowed.
	Data(now clock.Instant, session Handle, buf *packet.Buffer)
}

// Path is where a packet of a tunnel goes.
type Path struct {
	// Local and Remote are the UDP endpoints.
	Local, Remote netip.AddrPort
	// Security is the crypto profile that must protect the packet, empty for none.
	Security string
	// Checksum asks for a UDP checksum.
	Checksum bool
}

// Output is one thing that the engine wants done or known.
type Output interface{ l2tpOutput() }

// Packet is a control message to be sent; the one who drains owns Buf, which
// holds the UDP payload.
type Packet struct {
	Path
	Buf *packet.Buffer
}

// TunnelUp tells that a control connection is established.
type TunnelUp struct {
	Tunnel, RemoteTunnel  uint16
	LocalName, RemoteName string
	Path                  Path
	// Group is the vpdn-group, empty for a dialled tunnel without one.
	Group string
}

// TunnelDown tells that a control connection is over: both sides know, or the peer is gone.
type TunnelDown struct {
	Tunnel, RemoteTunnel uint16
	RemoteName           string
	Path                 Path
	Group                string
	// KeepSA tells that the group wants the IPsec SAs kept.
	KeepSA bool
	Reason Reason
}

// IncomingCall tells that a peer's ICRQ was accepted; PPP waits for SessionUp.
type IncomingCall struct {
	Session  Handle
	Tunnel   uint16
	Group    string
	Template int
	// Unique is the call's number on this router (the `uid:6` of debugs).
	Unique uint32
	Call   CallInfo
}

// SessionUp tells that frames may flow: after ICCN came (LNS) or went (LAC).
type SessionUp struct {
	Session                   Handle
	Tunnel, LocalID, RemoteID uint16
	// Dialled tells that this side placed the call.
	Dialled  bool
	Group    string
	Template int
	Unique   uint32
	// Renegotiation and ForceLocalCHAP are the group's.
	Renegotiation  Renegotiation
	ForceLocalCHAP bool
	RemoteName     string
	Path           Path
	// Call is what ICRQ and ICCN said, the proxy LCP and authentication included.
	Call CallInfo
}

// SessionDown tells that a session is over. No frame comes or goes afterwards.
type SessionDown struct {
	Session Handle
	Reason  Reason
}

func (Packet) l2tpOutput()       {}
func (TunnelUp) l2tpOutput()     {}
func (TunnelDown) l2tpOutput()   {}
func (IncomingCall) l2tpOutput() {}
func (SessionUp) l2tpOutput()    {}
func (SessionDown) l2tpOutput()  {}

// CallInfo is what the messages that set a session up say about the call.
type CallInfo struct {
	// Serial is the Call Serial Number; 0 in a Dial lets the engine count.
	Serial uint32
	// Bearer and Framing are the type bit masks (RFC 2661 4.4.4).
	Bearer, Framing uint32
	// PhysicalChannel is the Physical Channel ID, left out when 0.
	PhysicalChannel uint32
	// Called, Calling and SubAddress are the numbers, left out when empty.
	Called, Calling, SubAddress string
	// TxSpeed and RxSpeed are in bit/s; RxSpeed is left out when 0.
	TxSpeed, RxSpeed uint32
	// PrivateGroup is the Private Group ID, left out when empty.
	PrivateGroup string
	// SequencingRequired asks for sequence numbers on the data channel.
	SequencingRequired bool
	// Proxy is what the LAC already negotiated.
	Proxy Proxy
}

// Proxy is the LAC's LCP and authentication, handed to the LNS in the ICCN.
type Proxy struct {
	// InitialReceived, LastSent and LastReceived are the options of LCP
	// CONFREQs, without the LCP header; nil when absent.
	InitialReceived, LastSent, LastReceived []byte
	// AuthType is the Proxy Authen Type, 0 when absent.
	AuthType wire.ProxyAuth
	// AuthName, AuthChallenge and AuthResponse are the exchange's values.
	AuthName                    string
	AuthChallenge, AuthResponse []byte
	// AuthID is the identifier of the exchange.
	AuthID uint8
}

// DialRequest asks for a session to a peer.
type DialRequest struct {
	Path Path
	// Personality is what SCCRQ and ICRQ look like.
	Personality Personality
	// Tunnel holds the parameters of the tunnel, when a new one is made.
	Tunnel TunnelConfig
	// Group is for TunnelUp and show; empty for none.
	Group string
	// Reuse lets the call join a tunnel that this node already has to the same
	// address under the same names (a LAC); otherwise each Dial makes its own.
	Reuse bool
	// Interface is the physical interface of a LAC's call, empty for a client's own.
	Interface string
	// User is the name for show.
	User string
	Call CallInfo
}
