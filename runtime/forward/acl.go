package forward

import (
	"net/netip"

	"ioslab/runtime/wire/ip"
)

// Flow is what access lists look at in a packet.
type Flow struct {
	Source, Destination         netip.Addr
	Protocol                    uint8
	TOS                         uint8  // the whole byte
	SourcePort, DestinationPort uint16 // TCP and UDP
	ICMPType, ICMPCode          uint8
	TCPFlags                    uint8
	// Fragment marks a fragment other than the first: it has no transport header.
	Fragment bool
}

// ParseFlow reads the Flow of an IP packet. ok is false when the IP header is malformed; a
// transport header that is cut leaves its fields zero.
func ParseFlow(packet []byte) (f Flow, ok bool) {
	h, err := ip.ParseUnverified(packet)
	if err != nil {
		return f, false
	}
	return flowOf(h), true
}

func flowOf(h ip.Header) Flow {
	f := Flow{Source: h.Source(), Destination: h.Destination(), Protocol: h.Protocol(), TOS: h.TOS(), Fragment: h.Offset() != 0}
	p := h.Payload()
	if f.Fragment {
		return f
	}
	switch f.Protocol {
	case ip.ProtoTCP, ip.ProtoUDP:
		if len(p) >= 4 {
			f.SourcePort, f.DestinationPort = uint16(p[0])<<8|uint16(p[1]), uint16(p[2])<<8|uint16(p[3])
		}
		if f.Protocol == ip.ProtoTCP && len(p) >= 14 {
			f.TCPFlags = p[13] & 0x3f
		}
	case ip.ProtoICMP:
		if len(p) >= 2 {
			f.ICMPType, f.ICMPCode = p[0], p[1]
		}
	}
	return f
}

// ACL is a compiled access list. It is read by one goroutine.
type ACL struct {
	list    AccessList
	entries []rule
	hits    []uint64
}

// rule is one entry, its addresses as numbers with care masks.
type rule struct {
	src, srcCare, dst, dstCare uint32
	entry                      *AccessEntry
	// layer4 tells that the entry asks for something of the transport header.
	layer4 bool
}

// Compile returns the compiled list; it keeps its own copy.
func Compile(l AccessList) *ACL {
	a := &ACL{list: l, hits: make([]uint64, len(l.Entries)), entries: make([]rule, len(l.Entries))}
	a.list.Entries = append([]AccessEntry(nil), l.Entries...)
	for i := range a.list.Entries {
		e := &a.list.Entries[i]
		r := rule{entry: e}
		r.src, r.srcCare = wildcard(e.Source)
		r.dst, r.dstCare = wildcard(e.Destination)
		r.layer4 = e.SourcePort.Op != PortAny || e.DestinationPort.Op != PortAny || e.ICMP.HasType ||
			e.Established || e.TCPFlags.Set|e.TCPFlags.Clear != 0
		a.entries[i] = r
	}
	return a
}

func wildcard(w Wildcard) (addr, care uint32) {
	if !w.Addr.IsValid() {
		return 0, 0
	}
	care = ^w.Wild
	return ip.Number(w.Addr) & care, care
}

// Name returns the list's name.
func (a *ACL) Name() string { return a.list.Name }

// Permits reports whether the list permits the flow, and counts the hit. A nil or empty
// ACL permits all, as IOS does; otherwise nothing matched means deny.
func (a *ACL) Permits(f *Flow) bool {
	permit, entry := a.Match(f)
	if entry >= 0 {
		a.hits[entry]++
	}
	return permit
}

// Match is Permits without the count; entry is the matching entry's index, -1
// for the implicit deny or permit.
func (a *ACL) Match(f *Flow) (permit bool, entry int) {
	if a == nil || len(a.entries) == 0 {
		return true, -1
	}
	src, dst := ip.Number(f.Source), ip.Number(f.Destination)
	for i := range a.entries {
		r := &a.entries[i]
		if (src^r.src)&r.srcCare == 0 && (dst^r.dst)&r.dstCare == 0 && r.matches(f) {
			return r.entry.Permit, i
		}
	}
	return false, -1
}

// matches checks what lies beyond the addresses. A fragment without transport header satisfies a permit
// that asks for one (its first fragment was judged) but never a deny.
func (r *rule) matches(f *Flow) bool {
	e := r.entry
	if e.Protocol != 0 && e.Protocol != f.Protocol {
		return false
	}
	if e.Fragments && !f.Fragment {
		return false
	}
	if e.TOS.On && e.TOS.Value != f.TOS>>1&15 || e.Precedence.On && e.Precedence.Value != f.TOS>>5 ||
		e.DSCP.On && e.DSCP.Value != f.TOS>>2 {
		return false
	}
	if !r.layer4 {
		return true
	}
	if f.Fragment {
		return e.Permit
	}
	return e.SourcePort.matches(f.SourcePort) && e.DestinationPort.matches(f.DestinationPort) && e.ICMP.matches(f) && e.matchesTCP(f)
}

func (m *PortMatch) matches(port uint16) bool {
	switch m.Op {
	case PortAny:
		return true
	case PortEq:
		return m.has(port)
	case PortNeq:
		return !m.has(port)
	case PortLt:
		return port < m.Ports[0]
	case PortGt:
		return port > m.Ports[0]
	case PortRange:
		lo, hi := min(m.Ports[0], m.Ports[1]), max(m.Ports[0], m.Ports[1])
		return lo <= port && port <= hi
	}
	return false
}

func (m *PortMatch) has(port uint16) bool {
	for _, q := range m.Ports[:min(int(m.N), len(m.Ports))] {
		if q == port {
			return true
		}
	}
	return false
}

func (m *ICMPMatch) matches(f *Flow) bool {
	return !m.HasType || m.Type == f.ICMPType && (!m.HasCode || m.Code == f.ICMPCode)
}

func (e *AccessEntry) matchesTCP(f *Flow) bool {
	if e.Established && f.TCPFlags&(ip.TCPAck|ip.TCPRst) == 0 {
		return false
	}
	m := e.TCPFlags
	if m.Set|m.Clear == 0 {
		return true
	}
	if m.All {
		return f.TCPFlags&m.Set == m.Set && f.TCPFlags&m.Clear == 0
	}
	return f.TCPFlags&m.Set != 0 || ^f.TCPFlags&m.Clear != 0
}

// adopt takes over the hits of entries that old has too.
func (a *ACL) adopt(old *ACL) {
	if old == nil {
		return
	}
	hits := make(map[AccessEntry]uint64, len(old.hits))
	for k, o := range old.list.Entries {
		hits[o] = old.hits[k]
	}
	for i, e := range a.list.Entries {
		a.hits[i] = hits[e]
	}
}

// equal reports whether the list is as l says.
func (a *ACL) equal(l *AccessList) bool {
	if a.list.Name != l.Name || a.list.Extended != l.Extended || len(a.list.Entries) != len(l.Entries) {
		return false
	}
	for i := range l.Entries {
		if a.list.Entries[i] != l.Entries[i] {
			return false
		}
	}
	return true
}
