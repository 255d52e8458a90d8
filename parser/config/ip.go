package config

import (
	"net/netip"
	"strconv"
	"strings"
)

// IP is the global `ip` lines that are not tables of their own.
type IP struct {
	// CEF and Classless are on when unset. SubnetZero likewise.
	CEF, Classless, SubnetZero Opt[bool]
	// SourceRoute is true when unset.
	SourceRoute Opt[bool]
	// Routing is `ip routing`; true when unset.
	Routing Opt[bool]
	// DomainLookup is `ip domain lookup`; true when unset.
	DomainLookup Opt[bool]
	DomainName   Opt[string]
	// NameServers are in order of use.
	NameServers Table[NameServer]
	Hosts       Table[Host]
	// DefaultGateway is used when Routing is off.
	DefaultGateway Opt[netip.Addr]
	HTTP           HTTP
	SSH            SSH
}

// NameServer is one `ip name-server` address.
type NameServer struct{ Addr netip.Addr }

// Key implements Keyed.
func (n *NameServer) Key() string { return n.Addr.String() }

// Host is `ip host NAME ADDR...`.
type Host struct {
	Name  string
	Addrs []netip.Addr
}

// Key implements Keyed.
func (h *Host) Key() string { return h.Name }

// HTTP is `ip http server` and `ip http secure-server`; both off when unset.
type HTTP struct{ Server, SecureServer Opt[bool] }

// SSH is `ip ssh ...`.
type SSH struct {
	Version, Timeout, Retries Opt[int]
	SourceInterface           Opt[InterfaceName]
}

// Pool is `ip local pool NAME` with its ranges.
type Pool struct {
	Name   string
	Ranges Table[PoolRange]
}

// Key implements Keyed.
func (p *Pool) Key() string { return p.Name }

// PoolRange is one line of a pool.
type PoolRange struct {
	First netip.Addr
	// Last is invalid for a pool of one address.
	Last netip.Addr
	// Group is "" for the base system group.
	Group string
	// CacheSize is `cache-size N`.
	CacheSize Opt[int]
}

// Key implements Keyed.
func (r *PoolRange) Key() string { return r.First.String() }

// End is the last address of the range.
func (r *PoolRange) End() netip.Addr {
	if r.Last.IsValid() {
		return r.Last
	}
	return r.First
}

// Route is one `ip route` line.
type Route struct {
	VRF  string
	Dest netip.Addr
	Mask Mask
	// Interface and Via: at least one is given.
	Interface InterfaceName
	Via       netip.Addr
	// Distance is 1 when unset.
	Distance  Opt[int]
	Tag       Opt[uint32]
	Name      string
	Track     Opt[int]
	Permanent bool
}

// Key implements Keyed.
func (r *Route) Key() string {
	var b strings.Builder
	b.WriteString(r.VRF)
	b.WriteByte('|')
	b.WriteString(r.Dest.String())
	b.WriteByte('/')
	b.WriteString(r.Mask.String())
	b.WriteByte(' ')
	b.WriteString(string(r.Interface))
	if r.Via.IsValid() {
		b.WriteByte(' ')
		b.WriteString(r.Via.String())
	}
	return b.String()
}

// Normalize drops the distance that is the default.
func (r *Route) Normalize() {
	if r.Distance.Set && r.Distance.Value == 1 {
		r.Distance = Opt[int]{}
	}
}

// Before sorts as show running-config does: by VRF, address, mask.
func (r *Route) Before(o *Route) bool {
	if r.VRF != o.VRF {
		return r.VRF < o.VRF
	}
	if c := r.Dest.Compare(o.Dest); c != 0 {
		return c < 0
	}
	return r.Mask < o.Mask
}

// ACL is an IPv4 access list.
type ACL struct {
	// Name is the name or the number in decimal.
	Name string
	// Extended tells extended lists from standard ones.
	Extended bool
	// Entries are in order of their sequence numbers.
	Entries Table[ACE]
}

// Key implements Keyed.
func (a *ACL) Key() string { return a.Name }

// Numbered returns the list's number.
func (a *ACL) Numbered() (int, bool) {
	n, err := strconv.Atoi(a.Name)
	return n, err == nil
}

// Before sorts numbered lists by number, after them the named ones by arrival.
func (a *ACL) Before(o *ACL) bool {
	n, an := a.Numbered()
	m, bn := o.Numbered()
	if an && bn {
		return n < m
	}
	return an && !bn
}

// ACE is one entry of an access list.
type ACE struct {
	// Seq is the sequence number, not shown in the running-config of 12.4.
	Seq int
	// Remark is a comment; then the other fields are empty.
	Remark Opt[string]
	// Permit is false for deny.
	Action Action
	// Protocol is the IP protocol, 0 for any ("ip"), set in extended lists.
	Protocol Opt[uint8]
	Src, Dst ACLAddress
	// SrcPort and DstPort belong to TCP and UDP.
	SrcPort, DstPort Opt[PortMatch]
	// ICMPType and ICMPCode belong to ICMP, IGMPType to IGMP.
	ICMPType, ICMPCode, IGMPType Opt[uint8]
	// ICMPMessage is the name that IOS shows for type and code, "" when they have none.
	ICMPMessage string
	// Established and TCPFlags ("ack", "syn", ...; all must be set) belong to TCP.
	Established bool
	TCPFlags    []string
	// DSCP 0-63, Precedence 0-7, TOS 0-15, TTL are tests of the IP header.
	DSCP, Precedence, TOS Opt[uint8]
	Fragments             bool
	// Log and LogInput ask for a log line.
	Log, LogInput bool
	// TimeRange names a `time-range`; without a clock it is always true.
	TimeRange string
	// Reflect and Evaluate are reflexive lists' words; kept only.
	Reflect string
}

// Action is permit or deny.
type Action string

// The actions of an access list entry.
const (
	Permit Action = "permit"
	Deny   Action = "deny"
)

// ACLAddress is one address test.
type ACLAddress struct {
	// Any matches everything; else Host, when valid, matches one address; else Net
	// matches where Wildcard has zero bits.
	Any      bool
	Host     netip.Addr
	Net      netip.Addr
	Wildcard Mask
}

// PortMatch is eq, neq, gt, lt or range with its ports: one, with eq and neq up
// to ten, with range two.
type PortMatch struct {
	Op    string
	Ports []uint16
}

// Normalize gives the address test the one form in which IOS shows it.
func (a *ACLAddress) Normalize() {
	if !a.Net.IsValid() {
		return
	}
	switch a.Wildcard {
	case 0:
		*a = ACLAddress{Host: a.Net}
	case ^Mask(0):
		*a = ACLAddress{Any: true}
	default:
		b := a.Net.As4()
		v := (uint32(b[0])<<24 | uint32(b[1])<<16 | uint32(b[2])<<8 | uint32(b[3])) &^ uint32(a.Wildcard)
		a.Net = netip.AddrFrom4([4]byte{byte(v >> 24), byte(v >> 16), byte(v >> 8), byte(v)})
	}
}

func (a *ACLAddress) appendKey(b []byte) []byte {
	switch {
	case a.Any:
		return append(b, "any"...)
	case a.Host.IsValid():
		return a.Host.AppendTo(b)
	case a.Net.IsValid():
		b = a.Net.AppendTo(b)
		b = append(b, '&')
		return strconv.AppendUint(b, uint64(a.Wildcard), 16)
	}
	return b
}

// Normalize is called after the fields are bound.
func (e *ACE) Normalize() {
	e.Src.Normalize()
	e.Dst.Normalize()
	e.normalizeICMP()
}

// Key is the entry's content: IOS keeps one entry of a kind in a list.
func (e *ACE) Key() string {
	if e.Remark.Set {
		return "remark " + strconv.Itoa(e.Seq)
	}
	b := make([]byte, 0, 64)
	b = append(b, e.Action...)
	opt := func(tag byte, o Opt[uint8]) {
		if o.Set {
			b = strconv.AppendUint(append(b, ' ', tag), uint64(o.Value), 10)
		}
	}
	port := func(o Opt[PortMatch]) {
		b = append(b, ' ')
		if o.Set {
			b = append(b, o.Value.Op...)
			for _, p := range o.Value.Ports {
				b = strconv.AppendUint(append(b, ','), uint64(p), 10)
			}
		}
	}
	opt('P', e.Protocol)
	b = e.Src.appendKey(append(b, ' '))
	port(e.SrcPort)
	b = e.Dst.appendKey(append(b, ' '))
	port(e.DstPort)
	opt('t', e.ICMPType)
	opt('c', e.ICMPCode)
	opt('g', e.IGMPType)
	opt('d', e.DSCP)
	opt('p', e.Precedence)
	opt('o', e.TOS)
	if e.Established {
		b = append(b, 'E')
	}
	if e.Fragments {
		b = append(b, 'F')
	}
	for _, f := range e.TCPFlags {
		b = append(append(b, '+'), f...)
	}
	b = append(b, e.TimeRange...)
	return string(b)
}

// Before orders by sequence number.
func (e *ACE) Before(o *ACE) bool { return e.Seq < o.Seq }

// Prepare numbers the entry before it is put in its list: the last number and
// ten, or the number of the same entry that is already there.
func (e *ACE) Prepare(list any) {
	acl := list.(*ACL)
	if e.Seq != 0 {
		return
	}
	e.Seq = 10
	if n := acl.Entries.Len(); n > 0 {
		e.Seq = acl.Entries.At(n-1).Seq/10*10 + 10
	}
	if same := acl.Entries.Get(e.Key()); same != nil {
		e.Seq = same.Seq
	}
}
