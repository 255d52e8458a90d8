package show

import (
	"fmt"
	"net/netip"
	"strings"
	"time"

	"ioslab/debug/logging"
	"ioslab/runtime/ike"
	"ioslab/runtime/ipsec"
)

// cryptoSession is one peer behind one interface.
type cryptoSession struct {
	iface  string
	peer   netip.Addr
	port   uint16
	sas    []*ike.SAInfo
	idents []*ipsec.IdentState
}

// sessions joins phase 1 and phase 2 by interface and peer, in the order of
// the interfaces' identities; peers with phase 1 only come last.
func sessions(sas []ike.SAInfo, snap *ipsec.Snapshot) []*cryptoSession {
	var list []*cryptoSession
	find := func(iface string, peer netip.Addr) *cryptoSession {
		for _, s := range list {
			if s.iface == iface && s.peer == peer {
				return s
			}
		}
		s := &cryptoSession{iface: iface, peer: peer, port: 500}
		list = append(list, s)
		return s
	}
	for i := range snap.Interfaces {
		for j := range snap.Interfaces[i].Idents {
			id := &snap.Interfaces[i].Idents[j]
			if !id.Peer.IsValid() {
				continue
			}
			s := find(snap.Interfaces[i].Name, id.Peer)
			s.idents = append(s.idents, id)
			if id.PeerPort != 0 {
				s.port = id.PeerPort
			}
		}
	}
	for i := range sas {
		s := find(interfaceOf(&sas[i], snap), sas[i].Remote.Addr())
		s.sas = append(s.sas, &sas[i])
		s.port = sas[i].Remote.Port()
	}
	return list
}

// interfaceOf returns the interface whose crypto map the SA belongs to: the
// one with an identity for the peer, else the one whose local end it has.
func interfaceOf(sa *ike.SAInfo, snap *ipsec.Snapshot) string {
	for _, i := range snap.Interfaces {
		for _, id := range i.Idents {
			if id.Peer == sa.Remote.Addr() {
				return i.Name
			}
		}
	}
	for _, i := range snap.Interfaces {
		if i.LocalAddr == sa.Local.Addr() {
			return i.Name
		}
	}
	if len(snap.Interfaces) > 0 {
		return snap.Interfaces[0].Name
	}
	return "(none)"
}

// status is IOS's word for how far the session is.
func (s *cryptoSession) status() string {
	active, negotiating, flows := false, false, false
	for _, sa := range s.sas {
		switch {
		case sa.Deleted:
		case sa.Authenticated:
			active = true
		default:
			negotiating = true
		}
	}
	for _, id := range s.idents {
		flows = flows || len(id.Inbound)+len(id.Outbound) > 0
		negotiating = negotiating || id.Requesting
	}
	switch {
	case active && flows:
		return "UP-ACTIVE"
	case active:
		return "UP-IDLE"
	case flows:
		return "UP-NO-IKE"
	case negotiating:
		return "DOWN-NEGOTIATING"
	}
	return "DOWN"
}

const sessionCodes = `
Code: C - IKE Configuration mode, D - Dead Peer Detection     
K - Keepalives, N - NAT-traversal, T - cTCP encapsulation     
X - IKE Extended Authentication, F - IKE Fragmentation
`

// CryptoSession is `show crypto session [detail]`.
func CryptoSession(sas []ike.SAInfo, snap *ipsec.Snapshot, detail bool, d Dialect) string {
	var b strings.Builder
	b.WriteString("Crypto session current status\n")
	if detail {
		b.WriteString(sessionCodes)
		if d == M15 {
			b.WriteString("R - IKE Auto Reconnect, U - IKE Dynamic Route Update\nS - SIP VPN\n")
		}
	}
	for _, s := range sessions(sas, snap) {
		s.write(&b, detail, d)
	}
	return b.String()
}

func (s *cryptoSession) write(b *strings.Builder, detail bool, d Dialect) {
	fmt.Fprintf(b, "\nInterface: %s\n", s.iface)
	if up, ok := s.uptime(); detail && ok {
		fmt.Fprintf(b, "Uptime: %s\n", logging.Elapsed(up))
	}
	fmt.Fprintf(b, "Session status: %-14s\n", s.status())
	fmt.Fprintf(b, "Peer: %s port %d ", s.peer, s.port)
	if detail {
		b.WriteString("fvrf: (none) ivrf: (none)\n")
		if id := s.phase1ID(); id != "" {
			fmt.Fprintf(b, "      Phase1_id: %s\n", id)
		}
		b.WriteString("      Desc: (none)\n")
	} else {
		b.WriteByte('\n')
	}
	if d == M15 {
		b.WriteString("  Session ID: 0  \n")
	}
	for _, sa := range s.sas {
		ikeSA(b, sa, detail, d)
	}
	for _, id := range s.idents {
		flow(b, id, detail)
	}
}

func (s *cryptoSession) uptime() (time.Duration, bool) {
	var up time.Duration
	found := false
	for _, id := range s.idents {
		if len(id.Inbound)+len(id.Outbound) > 0 {
			up, found = max(up, id.Since), true
		}
	}
	return up, found
}

func (s *cryptoSession) phase1ID() string {
	for _, sa := range s.sas {
		if sa.RemoteID != "" {
			return sa.RemoteID
		}
	}
	return ""
}

func ikeSA(b *strings.Builder, sa *ike.SAInfo, detail bool, d Dialect) {
	word, state := "IKE SA", "Inactive"
	if d == M15 {
		word = "IKEv1 SA"
	}
	if sa.Authenticated && !sa.Deleted {
		state = "Active"
	}
	fmt.Fprintf(b, "  %s: local %s/%d remote %s/%d %s \n", word, sa.Local.Addr(), sa.Local.Port(), sa.Remote.Addr(), sa.Remote.Port(), state)
	if !detail {
		return
	}
	caps := capabilities(sa)
	if caps == "" {
		caps = "(none)"
	}
	fmt.Fprintf(b, "          Capabilities:%s connid:%d lifetime:%s\n", caps, sa.ConnID, hms(sa.Remaining))
}

func flow(b *strings.Builder, id *ipsec.IdentState, detail bool) {
	proto := "ip"
	if id.LocalProxy.Proto != 0 {
		proto = fmt.Sprint(id.LocalProxy.Proto)
	}
	fmt.Fprintf(b, "  IPSEC FLOW: permit %s %s %s \n", proto, flowEnd(id.LocalProxy), flowEnd(id.RemoteProxy))
	fmt.Fprintf(b, "        Active SAs: %d, origin: %s\n", len(id.Inbound)+len(id.Outbound), origin(id.Kind))
	if !detail {
		return
	}
	in, out := newest(id.Inbound), newest(id.Outbound)
	fmt.Fprintf(b, "        Inbound:  #pkts dec'ed %d drop %d life (KB/Sec) %d/%d\n", id.Decrypt, id.RecvErrors, in.KBRemaining, in.SecRemaining)
	fmt.Fprintf(b, "        Outbound: #pkts enc'ed %d drop %d life (KB/Sec) %d/%d\n", id.Encrypt, id.SendErrors, out.KBRemaining, out.SecRemaining)
}

func origin(k ipsec.EntryKind) string {
	if k == ipsec.Dynamic {
		return "dynamic crypto map"
	}
	return "crypto map"
}

func newest(sas []ipsec.SAState) ipsec.SAState {
	if len(sas) == 0 {
		return ipsec.SAState{}
	}
	return sas[len(sas)-1]
}

func flowEnd(s ipsec.Selector) string {
	end := fmt.Sprintf("%s/%s", s.Prefix.Addr(), mask(max(s.Prefix.Bits(), 0)))
	if s.Prefix.Bits() == 32 {
		end = "host " + s.Prefix.Addr().String()
	}
	if s.Port != 0 {
		end += fmt.Sprintf(" port %d", s.Port)
	}
	return end
}

// EngineConnections is `show crypto engine connections active`.
func EngineConnections(sas []ike.SAInfo, conns []ipsec.ConnState) string {
	var b strings.Builder
	b.WriteString("Crypto Engine Connections\n\n   ID  Type    Algorithm           Encrypt  Decrypt LastSeqN IP-Address\n")
	for _, c := range conns {
		fmt.Fprintf(&b, "%5d  %-7s %-18s %8d %8d %8d %s\n", c.ConnID, "IPsec", partAlgorithm(c.Part), c.Encrypt, c.Decrypt, c.LastSeqN, addr(c.Local))
	}
	for i := len(sas) - 1; i >= 0; i-- { // the snapshot has the newest first, ids ascend here
		sa := &sas[i]
		if sa.ConnID == 0 {
			continue
		}
		algorithm := strings.ToUpper(hashWord(sa.Policy.Hash)) + "+" + strings.ToUpper(cipherWord(sa.Policy))
		if sa.Policy.KeyBits > 128 {
			algorithm += fmt.Sprint(sa.Policy.KeyBits)
		}
		fmt.Fprintf(&b, "%5d  %-7s %-18s %8d %8d %8d %s\n", sa.ConnID, "IKE", algorithm, 0, 0, 0, sa.Local.Addr())
	}
	b.WriteByte('\n')
	return b.String()
}

func partAlgorithm(p ipsec.Part) string {
	if p.Proto == ipsec.AH {
		return p.Auth.String()
	}
	words := []string{}
	switch p.Cipher {
	case ipsec.AES:
		name := "AES"
		if p.KeyBits > 128 {
			name += fmt.Sprint(p.KeyBits)
		}
		words = append(words, name)
	case ipsec.NullCipher, ipsec.NoCipher:
	case ipsec.DES, ipsec.TripleDES:
		words = append(words, p.Cipher.String())
	}
	if p.Auth != ipsec.NoAuth {
		words = append(words, p.Auth.String())
	}
	return strings.Join(words, "+")
}
