package host

import (
	"fmt"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ip"
)

// Send tells how a datagram is sent.
type Send struct {
	TTL uint8 // 0 means the host's
	TOS uint8
	DF  bool
	// NoChecksum sends UDP checksum 0.
	NoChecksum bool
	// Options are IP options, padded to 32 bits; borrowed.
	Options []byte
}

func (h *Host) receiveUDP(now clock.Instant, buf *packet.Buffer, hdr ip.Header) {
	src, dst := hdr.Source(), hdr.Destination()
	u, err := ip.ParseUDP(hdr.Payload(), src, dst)
	if err != nil {
		h.drop(DropMalformedUDP, buf)
		return
	}
	local, remote := netip.AddrPortFrom(dst, u.DestinationPort()), netip.AddrPortFrom(src, u.SourcePort())
	f := h.udp[local]
	if f == nil {
		f = h.udp[netip.AddrPortFrom(netip.Addr{}, local.Port())]
	}
	if f == nil {
		h.unreachable(now, hdr, ip.CodePort)
		h.drop(DropNoPort, buf)
		return
	}
	h.count.UDPReceived++
	n := len(u) - ip.UDPLen
	buf.TrimFront(hdr.IHL() + ip.UDPLen)
	buf.SetLen(n)
	f(now, local, remote, buf)
}

// SendUDP sends a datagram, buf at the payload; ownership passes, also on error.
// An invalid or unspecified local address is chosen by the route to remote.
func (h *Host) SendUDP(now clock.Instant, local, remote netip.AddrPort, buf *packet.Buffer, s Send) error {
	src, err := h.source(local.Addr(), remote.Addr())
	if err != nil {
		buf.Release()
		return fmt.Errorf("send UDP to %v: %w", remote, err)
	}
	if buf.Len()+ip.UDPLen+ip.HeaderLen+len(s.Options) > ip.MaxLen {
		buf.Release()
		return fmt.Errorf("send UDP to %v: %w", remote, ErrTooLarge)
	}
	buf.Prepend(ip.UDPLen)
	if s.NoChecksum {
		ip.PutUDPNoChecksum(buf.Bytes(), local.Port(), remote.Port())
	} else {
		ip.PutUDP(buf.Bytes(), netip.AddrPortFrom(src, local.Port()), remote)
	}
	h.count.UDPSent++
	return h.SendIP(now, src, remote.Addr(), ip.ProtoUDP, buf, s)
}

// source returns want, or the address that the route to dst gives.
func (h *Host) source(want, dst netip.Addr) (netip.Addr, error) {
	if want.Is4() && !want.IsUnspecified() {
		return want, nil
	}
	if a, ok := h.plane.SourceFor(dst); ok {
		return a, nil
	}
	return netip.Addr{}, ErrNoSource
}

// SendIP prepends an IP header to buf (at the IP payload) and sends it; ownership passes, also
// on error. src and dst must be IPv4. Marks of the packet that buf once was are cleared.
func (h *Host) SendIP(now clock.Instant, src, dst netip.Addr, proto uint8, buf *packet.Buffer, s Send) error {
	head := ip.HeaderLen + len(s.Options)
	if buf.Len()+head > ip.MaxLen || head > ip.MaxHeaderLen || len(s.Options)%4 != 0 {
		buf.Release()
		return ErrTooLarge
	}
	b := buf.Prepend(head)
	f := ip.Fields{TOS: s.TOS, TotalLen: buf.Len(), ID: h.plane.NextID(), TTL: s.TTL, Protocol: proto, Source: src, Destination: dst}
	if f.TTL == 0 {
		f.TTL = h.ttl()
	}
	if s.DF {
		f.Fragment = ip.FlagDF
	}
	ip.Put(b, f)
	if len(s.Options) > 0 {
		copy(b[ip.HeaderLen:], s.Options)
		b[0] = 0x40 | byte(head/4)
		ip.Header(buf.Bytes()).FillChecksum()
	}
	buf.Ingress, buf.Security, buf.Protected, buf.NATT, buf.SA = 0, "", false, false, 0
	return h.plane.Output(now, buf)
}
