package ipsec

import (
	"encoding/binary"
	"net/netip"
)

// host returns the selector of one host's flow end.
func host(a netip.Addr, proto uint8, port uint16) Selector {
	return Selector{Prefix: netip.PrefixFrom(a, a.BitLen()), Proto: proto, Port: port}
}

// isHost reports whether the selector names one address.
func (s Selector) isHost() bool { return s.Prefix.IsValid() && s.Prefix.IsSingleIP() }

// covers reports whether the address and port of one end of a flow fit.
func (s Selector) covers(addr uint32, proto uint8, port uint16, late bool) bool {
	if s.Proto != 0 && s.Proto != proto || s.Port != 0 && (late || s.Port != port) {
		return false
	}
	return contains(s.Prefix, addr)
}

// contains reports whether prefix holds the IPv4 address.
func contains(p netip.Prefix, addr uint32) bool {
	var b [4]byte
	binary.BigEndian.PutUint32(b[:], addr)
	return p.Contains(netip.AddrFrom4(b))
}

// within reports whether all of inner lies in outer.
func within(inner, outer netip.Prefix) bool {
	return inner.IsValid() && outer.IsValid() && inner.Bits() >= outer.Bits() && outer.Contains(inner.Addr())
}

func (r PortRange) any() bool { return r == PortRange{} || r == PortRange{Lo: 0, Hi: 65535} }

func (r PortRange) has(port uint16) bool { return r.any() || r.Lo <= port && port <= r.Hi }

// single returns the range's port when it is one, else 0.
func (r PortRange) single() uint16 {
	if r.Lo == r.Hi {
		return r.Lo
	}
	return 0
}

// matches reports whether the flow fits the rule.
func (r *Rule) matches(f flow) bool {
	if r.Proto != 0 && r.Proto != f.proto || !contains(r.Src, f.local) || !contains(r.Dst, f.remote) {
		return false
	}
	if r.SrcPort.any() && r.DstPort.any() {
		return true
	}
	return !f.late && r.SrcPort.has(f.lport) && r.DstPort.has(f.rport)
}

// allows reports whether proposed identities lie inside the rule.
func (r *Rule) allows(local, remote Selector) bool {
	if r.Proto != 0 && (r.Proto != local.Proto || r.Proto != remote.Proto) {
		return false
	}
	return within(local.Prefix, r.Src) && within(remote.Prefix, r.Dst) &&
		portAllowed(r.SrcPort, local.Port) && portAllowed(r.DstPort, remote.Port)
}

// portAllowed: the port 0 of an identity means all of them.
func portAllowed(r PortRange, port uint16) bool { return r.any() || port != 0 && r.has(port) }

// selectors returns the identities that an initiator proposes for the rule.
func (r *Rule) selectors() (local, remote Selector) {
	return Selector{r.Src.Masked(), r.Proto, r.SrcPort.single()}, Selector{r.Dst.Masked(), r.Proto, r.DstPort.single()}
}

// match returns the first rule that the flow fits; -1 for none. A deny rule
// that fits means none.
func (a *ACL) match(f flow) int {
	for i := range a.Rules {
		if r := &a.Rules[i]; r.matches(f) {
			if r.Permit {
				return i
			}
			return -1
		}
	}
	return -1
}

// allows reports whether the identities are permitted.
func (a *ACL) allows(local, remote Selector) bool {
	for i := range a.Rules {
		if r := &a.Rules[i]; r.allows(local, remote) {
			return r.Permit
		}
	}
	return false
}
