package ike

import (
	"encoding/binary"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

// natPort is the UDP port that IKE floats to behind a NAT (RFC 3947, 4).
const natPort = 4500

// natState is what an SA knows about NATs.
type natState struct {
	agreed     Vendor // the NAT-T variant both sides have, VendorUnknown for none
	selfBehind bool
	peerBehind bool
	floated    bool // messages go over port 4500 with a marker
}

// found reports whether a NAT lies between the peers.
func (n *natState) found() bool { return n.selfBehind || n.peerBehind }

// payloadType returns the number of NAT-D in the agreed variant.
func (n *natState) payloadType() isakmp.PayloadType {
	if n.agreed == VendorRFC3947 {
		return isakmp.PayloadNATD
	}
	return isakmp.PayloadNATDDraft
}

// natHash is HASH(CKY-I | CKY-R | IP | Port) (RFC 3947, 3.2).
func (sa *ikeSA) natHash(a netip.AddrPort) []byte {
	return digest(sa.policy.Hash, sa.cookieI[:], sa.cookieR[:], a.Addr().AsSlice(), binary.BigEndian.AppendUint16(nil, a.Port()))
}

// natPayloads returns our NAT-D payloads: the peer's end first, then our own.
func (sa *ikeSA) natPayloads() []isakmp.Payload {
	if sa.nat.agreed == VendorUnknown {
		return nil
	}
	t := sa.nat.payloadType()
	return []isakmp.Payload{
		&isakmp.Opaque{Type: t, Data: sa.natHash(sa.remote)},
		&isakmp.Opaque{Type: t, Data: sa.natHash(sa.local)},
	}
}

// judgeNAT compares the peer's NAT-D payloads with what we see. The first one
// is of our end; one of the others must be of the peer's (RFC 3947, 3.2).
func (e *Engine) judgeNAT(sa *ikeSA, p *packet) {
	if sa.nat.agreed == VendorUnknown {
		return
	}
	mine, his, seen := false, false, 0
	for i := range p.parts {
		part := &p.parts[i]
		if part.Kind != sa.nat.payloadType() {
			continue
		}
		emit(e, PayloadReceived{Payload: part.Kind})
		if seen == 0 {
			mine = equal(part.Body(), sa.natHash(p.local))
		} else {
			his = his || equal(part.Body(), sa.natHash(p.remote))
		}
		seen++
		emit(e, NATJudged{Conn: sa.connID, Verdict: natVerdict(mine, his)})
	}
	if seen >= 2 {
		sa.nat.selfBehind, sa.nat.peerBehind = !mine, !his
	}
}

func natVerdict(mine, his bool) NATVerdict {
	switch {
	case mine && his:
		return NATNone
	case mine:
		return NATPeer
	case his:
		return NATSelf
	default:
		return NATBoth
	}
}

// float moves an initiator's SA to the NAT-T ports before message 5.
func (e *Engine) float(sa *ikeSA) {
	if !sa.nat.found() {
		return
	}
	sa.local = netip.AddrPortFrom(sa.local.Addr(), natPort)
	sa.remote = netip.AddrPortFrom(sa.remote.Addr(), natPort)
	sa.nat.floated = true
}

// follow moves the SA to where a verified message came from (RFC 3947, 4).
func (e *Engine) follow(sa *ikeSA, p *packet) {
	if p.local == sa.local && p.remote == sa.remote && p.natt == sa.nat.floated {
		return
	}
	e.rehome(sa, p.local, p.remote)
	sa.nat.floated = p.natt
}

// rehome changes an SA's addresses in the tables too.
func (e *Engine) rehome(sa *ikeSA, local, remote netip.AddrPort) {
	old, pair := addrPair{sa.local.Addr(), sa.remote.Addr()}, addrPair{local.Addr(), remote.Addr()}
	sa.local, sa.remote = local, remote
	if old == pair {
		return
	}
	e.unpair(old, sa)
	e.byPair[pair] = append(e.byPair[pair], sa)
}

// armNAT starts the keepalives of a side behind a NAT (RFC 3948, 4).
func (e *Engine) armNAT(now clock.Instant, sa *ikeSA) {
	if sa.nat.selfBehind && sa.nat.floated && e.cfg.NATKeepalive > 0 {
		e.timers.Set(timer{sa, nil, timerNAT}, now.Add(e.cfg.NATKeepalive))
	}
}

func (e *Engine) natKeepalive(now clock.Instant, sa *ikeSA) {
	e.put(SendKeepalive{Local: sa.local, Remote: sa.remote})
	e.armNAT(now, sa)
}

// udpEncapsulation turns an encapsulation mode to its form inside UDP.
func (n *natState) udpEncapsulation(mode isakmp.Encapsulation) isakmp.Encapsulation {
	if !n.found() {
		return mode
	}
	draft := n.agreed != VendorRFC3947
	switch {
	case mode == isakmp.EncapTunnel && draft:
		return isakmp.EncapTunnelUDPDraft
	case mode == isakmp.EncapTunnel:
		return isakmp.EncapTunnelUDP
	case mode == isakmp.EncapTransport && draft:
		return isakmp.EncapTransportUDPDraft
	case mode == isakmp.EncapTransport:
		return isakmp.EncapTransportUDP
	default:
		return mode
	}
}
