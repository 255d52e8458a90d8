package stack

import (
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/ike"
	"ioslab/runtime/ipsec"
	"ioslab/runtime/wire/isakmp"
)

// keyEngine is IKE's view of the IPsec engine.
type keyEngine struct{ s *Stack }

func (k keyEngine) Validate(q ike.Query) ike.Verdict {
	if q.Initiator {
		// The answer is one of our own offers: IKE has compared them already.
		return ike.Verdict{}
	}
	iq := ipsec.Query{
		Local: q.Local, Remote: q.Remote,
		LocalProxy: ipsecSelector(q.LocalProxy), RemoteProxy: ipsecSelector(q.RemoteProxy),
		PFSGroup: int(q.Group),
	}
	for _, su := range q.Suites {
		iq.Parts = append(iq.Parts, part(su))
		iq.Encap = encap(su.Encapsulation)
		iq.Lifetime = ipsec.Lifetime{Seconds: su.LifeSeconds, Kilobytes: su.LifeKilobytes}
	}
	m, code := k.s.IPsec.Validate(k.s.now, iq)
	return ike.Verdict{Error: ike.PolicyError(code), LifeSeconds: m.Lifetime.Seconds, LifeKilobytes: m.Lifetime.Kilobytes}
}

func (k keyEngine) AllocateSPI(r ike.SPIRequest) (uint32, bool) {
	spis, err := k.s.IPsec.AllocateSPIs(k.s.now, r.Local, r.Remote, []ipsec.Proto{proto(r.Protocol)})
	if err != nil {
		return 0, false
	}
	return spis[0], true
}

func (k keyEngine) ReleaseSPI(local netip.Addr, p isakmp.ProtocolID, spi uint32) {
	k.s.IPsec.ReleaseSPIs(local, []ipsec.Proto{proto(p)}, []uint32{spi})
}

func (k keyEngine) Install(now clock.Instant, in ike.Install) bool {
	ii := ipsec.Install{
		Request: in.Request, Local: in.Local.Addr(), Remote: in.Remote.Addr(),
		LocalProxy: ipsecSelector(in.LocalProxy), RemoteProxy: ipsecSelector(in.RemoteProxy),
		OriginalLocal: in.LocalOriginal, OriginalRemote: in.RemoteOriginal,
		Lifetime: ipsec.Lifetime{Seconds: in.LifeSeconds, Kilobytes: in.LifeKilobytes},
		PFSGroup: int(in.Group), Initiator: in.Initiator,
	}
	if in.NATT {
		ii.LocalPort, ii.RemotePort = in.Local.Port(), in.Remote.Port()
	}
	for _, p := range in.Pairs {
		ii.Encap = encap(p.Encapsulation)
		ii.Parts = append(ii.Parts, ipsec.KeyedPart{
			Part: part(p.Suite), InSPI: p.InSPI, OutSPI: p.OutSPI,
			In:  ipsec.Keys{Cipher: p.InCipher, Auth: p.InAuthKey},
			Out: ipsec.Keys{Cipher: p.OutCipher, Auth: p.OutAuthKey},
		})
	}
	done, err := k.s.IPsec.Install(now, ii)
	if err != nil {
		return false
	}
	if !in.Initiator { // the initiator's pair is enabled at once
		k.s.pairs[in.Child] = done.Pair
	}
	return true
}

func (k keyEngine) EnableOutbound(now clock.Instant, child uint64) {
	if pair, ok := k.s.pairs[child]; ok {
		delete(k.s.pairs, child)
		k.s.IPsec.EnableOutbound(now, pair)
	}
}

// Abandon implements ike.Abandoner: a responder's pair that the peer never used.
func (k keyEngine) Abandon(now clock.Instant, child uint64) {
	if pair, ok := k.s.pairs[child]; ok {
		delete(k.s.pairs, child)
		k.s.IPsec.DeletePair(now, pair, ipsec.DeletedByAge)
	}
}

func (k keyEngine) DeleteSAs(now clock.Instant, _, remote netip.AddrPort, why ike.DeleteReason) {
	reason := ipsec.DeletedByPeer
	if why == ike.ReasonUser || why == ike.ReasonTreeWalk {
		reason = ipsec.DeletedByUser
	}
	k.s.IPsec.DeletePeerPort(now, remote, reason)
}

func (k keyEngine) PeerDeletedSPI(now clock.Instant, _, remote netip.Addr, p isakmp.ProtocolID, spis []uint32) {
	k.s.IPsec.PeerDeleted(now, remote, proto(p), spis)
}

func ipsecSelector(s ike.Selector) ipsec.Selector {
	return ipsec.Selector{Prefix: s.Prefix, Proto: s.Protocol, Port: s.Port}
}

func ikeSelector(s ipsec.Selector) ike.Selector {
	return ike.Selector{Prefix: s.Prefix, Protocol: s.Proto, Port: s.Port}
}

func proto(p isakmp.ProtocolID) ipsec.Proto {
	if uint8(p) == ipsec.AH.DOI() {
		return ipsec.AH
	}
	return ipsec.ESP
}

// part decodes a suite: ipsec's ciphers and integrity algorithms carry the
// numbers of RFC 2407.
func part(su ike.Suite) ipsec.Part {
	p := ipsec.Part{Proto: proto(su.Protocol), Auth: ipsec.Auth(su.Auth)}
	if p.Proto == ipsec.ESP {
		p.Cipher, p.KeyBits = ipsec.Cipher(su.ID), uint16(su.KeyBits)
	}
	return p
}

// encap maps the drafts' numbers of RFC 3947's modes onto the final ones.
func encap(e isakmp.Encapsulation) ipsec.Encap {
	switch e {
	case isakmp.EncapTunnelUDPDraft:
		return ipsec.UDPTunnel
	case isakmp.EncapTransportUDPDraft:
		return ipsec.UDPTransport
	}
	return ipsec.Encap(e)
}
