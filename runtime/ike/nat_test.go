package ike

import "net/netip"

var natAddr = netip.MustParseAddr("103.1.1.1")

// natOutside is where the box puts the PC's port.
func natOutside(port uint16) netip.AddrPort { return netip.AddrPortFrom(natAddr, port+1) }

// natBox is a NAT in front of the PC: what comes from it gets the outside
// address and another port.
func natBox(from, to netip.AddrPort) (netip.AddrPort, netip.AddrPort) {
	if from.Addr() == pcAddr {
		return natOutside(from.Port()), to
	}
	if to.Addr() == natAddr {
		return from, netip.AddrPortFrom(pcAddr, to.Port()-1)
	}
	return from, to
}

// natUp is isUp for the selectors that a NAT leaves as the initiator sent them.
func (w *world) natUp() {
	w.t.Helper()
	w.isUp()
}

func prefix(s string) netip.Prefix { return netip.MustParsePrefix(s) }

func addrs(s string) []netip.Addr { return []netip.Addr{netip.MustParseAddr(s)} }

func port(a netip.Addr) netip.AddrPort { return netip.AddrPortFrom(a, ikePort) }
