package stack

import (
	"net/netip"
	"slices"

	"ioslab/runtime/clock"
	"ioslab/runtime/forward"
	"ioslab/runtime/host"
	"ioslab/runtime/ike"
	"ioslab/runtime/ipsec"
	"ioslab/runtime/lab"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/isakmp"
)

// cryptoHook is the forwarding plane's view of the IPsec engine.
type cryptoHook struct{ s *Stack }

func (h cryptoHook) Outbound(now clock.Instant, iface string, _ int, buf *packet.Buffer) forward.Decision {
	r := h.s.IPsec.Outbound(now, iface, buf)
	switch r.Verdict {
	case ipsec.Pass:
		return forward.Decision{Verdict: forward.Pass}
	case ipsec.Done:
		return forward.Decision{Verdict: forward.Replaced}
	case ipsec.Held:
		return forward.Decision{Verdict: forward.Held}
	case ipsec.Drop:
		if r.Reason == ipsec.DropTooBig {
			return forward.Decision{Verdict: forward.TooBig, MTU: r.MTU}
		}
	}
	return forward.Decision{Verdict: forward.Drop}
}

func (h cryptoHook) Clear(now clock.Instant, iface string, buf *packet.Buffer) bool {
	return h.s.IPsec.CheckClear(now, iface, buf) == ipsec.Pass
}

func (s *Stack) receiveIPsec(now clock.Instant, buf *packet.Buffer) {
	s.unwrapped(now, s.IPsec.Inbound(now, buf))
}

func (s *Stack) unwrapped(now clock.Instant, r ipsec.Result) {
	if r.Verdict == ipsec.Done {
		s.Plane.Reinject(now, r.Buf)
	} else if r.Buf != nil {
		r.Buf.Release()
	}
}

func (s *Stack) receiveIKE(now clock.Instant, local, remote netip.AddrPort, buf *packet.Buffer) {
	s.IKE.Receive(now, local, remote, buf.Bytes(), false)
	buf.Release()
}

// receiveNATT tells apart what RFC 3948, 2 puts on port 4500: keepalives, IKE
// behind a non-ESP marker, and ESP.
func (s *Stack) receiveNATT(now clock.Instant, local, remote netip.AddrPort, buf *packet.Buffer) {
	b := buf.Bytes()
	switch {
	case len(b) == 1 && b[0] == 0xFF:
		buf.Release()
	case len(b) >= 4 && b[0]|b[1]|b[2]|b[3] == 0:
		s.IKE.Receive(now, local, remote, b[4:], true)
		buf.Release()
	default:
		s.unwrapped(now, s.IPsec.InboundUDP(now, local, remote, buf))
	}
}

func (s *Stack) settleIKE(now clock.Instant) int {
	outs := slices.Clone(s.IKE.Drain()) // the loop calls engines, which invalidates the drained slice
	for _, o := range outs {
		switch o := o.(type) {
		case ike.Send:
			buf := packet.From(o.Payload)
			if o.NATT {
				clear(buf.Prepend(4))
			}
			s.sendUDP(now, o.Local, o.Remote, buf, host.Send{})
		case ike.SendKeepalive:
			s.sendUDP(now, o.Local, o.Remote, packet.From([]byte{0xFF}), host.Send{})
		case ike.KeysDerived:
			s.keys.LogIKE(lab.IKEKey{InitiatorCookie: [8]byte(o.Initiator), Key: o.EncryptionKey})
		case ike.PhaseOneDown:
			for _, id := range o.Requests {
				s.IPsec.RequestFailed(now, id)
			}
			s.owner.Notice(now, o)
		case ike.QuickModeFailed:
			s.IPsec.RequestFailed(now, o.Request)
			s.owner.Notice(now, o)
		default:
			s.owner.Notice(now, o)
		}
	}
	return len(outs)
}

func (s *Stack) sendUDP(now clock.Instant, local, remote netip.AddrPort, buf *packet.Buffer, how host.Send) {
	// A datagram that cannot be sent is lost like one on the wire; the engine's
	// own repetition deals with it, and the plane has counted it.
	_ = s.Host.SendUDP(now, local, remote, buf, how)
}

func (s *Stack) settleIPsec(now clock.Instant) int {
	outs := slices.Clone(s.IPsec.Drain())
	for _, o := range outs {
		switch o := o.(type) {
		case ipsec.RequestSA:
			s.IKE.RequestSA(now, ike.Request{
				ID: o.ID, Local: o.Local, Remote: o.Peer,
				LocalProxy: ikeSelector(o.LocalProxy), RemoteProxy: ikeSelector(o.RemoteProxy),
				Proposals: s.offer.Proposals(o), Group: isakmp.Group(o.PFS),
			})
		case ipsec.SendDelete:
			s.IKE.DeleteSPI(now, o.Local, o.Remote, isakmp.ProtocolID(o.Proto.DOI()), o.SPIs...)
		case ipsec.Released:
			_ = s.Plane.OutputProtected(now, o.Buf) // lost like on the wire, and counted
		case ipsec.SAKeys:
			if o.Part.Proto == ipsec.ESP {
				s.keys.LogESP(lab.ESPKey{
					Source: o.Src, Destination: o.Dst, SPI: o.SPI,
					Cipher: lab.ESPCipher(o.Part.Cipher), CipherKey: o.CipherKey,
					MAC: lab.ESPMAC(o.Part.Auth), MACKey: o.AuthKey,
				})
			}
		default:
			s.owner.Notice(now, o)
		}
	}
	return len(outs)
}
