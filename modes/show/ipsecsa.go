package show

import (
	"fmt"
	"net/netip"
	"strings"

	"ioslab/runtime/ipsec"
)

// SAFilter chooses among the identities of `show crypto ipsec sa`.
type SAFilter struct {
	// Interface, Map and Peer choose when they are not empty.
	Interface, Map string
	Peer           netip.Addr
	// Detail is the variant with the error counters.
	Detail bool
}

// IPsecSA is `show crypto ipsec sa`.
func IPsecSA(snap *ipsec.Snapshot, f SAFilter, d Dialect) string {
	var b strings.Builder
	for i := range snap.Interfaces {
		iface := &snap.Interfaces[i]
		if f.Interface != "" && iface.Name != f.Interface || f.Map != "" && iface.Map != f.Map {
			continue
		}
		head := fmt.Sprintf("\ninterface: %s\n    Crypto map tag: %s, local addr %s\n", iface.Name, iface.Map, addr(iface.LocalAddr))
		for j := range iface.Idents {
			id := &iface.Idents[j]
			if f.Peer.IsValid() && id.Peer != f.Peer {
				continue
			}
			b.WriteString(head)
			head = ""
			ident(&b, iface, id, f.Detail, d)
		}
	}
	if b.Len() == 0 {
		return "\nNo SAs found\n"
	}
	return b.String()
}

func ident(b *strings.Builder, iface *ipsec.InterfaceState, id *ipsec.IdentState, detail bool, d Dialect) {
	b.WriteString("\n   protected vrf: (none)\n")
	fmt.Fprintf(b, "   local  ident (addr/mask/prot/port): (%s)\n", selector(id.LocalProxy))
	fmt.Fprintf(b, "   remote ident (addr/mask/prot/port): (%s)\n", selector(id.RemoteProxy))
	port := id.PeerPort
	if port == 0 {
		port = 500
	}
	fmt.Fprintf(b, "   current_peer %s port %d\n     PERMIT, flags={%s}\n", addr(id.Peer), port, flags(id))
	fmt.Fprintf(b, "    #pkts encaps: %d, #pkts encrypt: %d, #pkts digest: %d\n", id.Encaps, id.Encrypt, id.Digest)
	fmt.Fprintf(b, "    #pkts decaps: %d, #pkts decrypt: %d, #pkts verify: %d\n", id.Decaps, id.Decrypt, id.Verify)
	b.WriteString("    #pkts compressed: 0, #pkts decompressed: 0\n    #pkts not compressed: 0, #pkts compr. failed: 0\n    #pkts not decompressed: 0, #pkts decompress failed: 0\n")
	if detail {
		identErrors(b, id)
	} else {
		fmt.Fprintf(b, "    #send errors %d, #recv errors %d\n", id.SendErrors, id.RecvErrors)
	}
	endpoints(b, iface, id, d)
	for _, direction := range []struct {
		word string
		sas  []ipsec.SAState
	}{{"inbound", id.Inbound}, {"outbound", id.Outbound}} {
		saList(b, direction.word+" esp sas:", direction.sas, ipsec.ESP, detail, d)
		saList(b, direction.word+" ah sas:", direction.sas, ipsec.AH, detail, d)
		fmt.Fprintf(b, "\n     %s pcp sas:\n", direction.word)
	}
}

func selector(s ipsec.Selector) string {
	return fmt.Sprintf("%s/%s/%d/%d", s.Prefix.Addr(), mask(max(s.Prefix.Bits(), 0)), s.Proto, s.Port)
}

func flags(id *ipsec.IdentState) string {
	f := ""
	if id.FromACL {
		f += "origin_is_acl,"
	}
	if id.Socket {
		f += "transport_parent,"
	}
	if id.Requesting {
		f += "ident_is_root,"
	}
	return f
}

func identErrors(b *strings.Builder, id *ipsec.IdentState) {
	fmt.Fprintf(b, "    #pkts no sa (send) %d, #pkts invalid sa (rcv) %d\n", id.NoSASend, id.InvalidSARecv)
	fmt.Fprintf(b, "    #pkts encaps failed (send) %d, #pkts decaps failed (rcv) %d\n", id.EncapsFailed, id.DecapsFailed)
	fmt.Fprintf(b, "    #pkts invalid prot (recv) %d, #pkts verify failed: %d\n", id.InvalidProtRecv, id.VerifyFailed)
	fmt.Fprintf(b, "    #pkts invalid identity (recv) %d, #pkts invalid len (rcv) %d\n", id.InvalidIdentityRecv, id.InvalidLenRecv)
	fmt.Fprintf(b, "    #pkts replay rollover (send): %d, #pkts replay rollover (rcv) %d\n", id.ReplayRolloverSend, id.ReplayRolloverRecv)
	fmt.Fprintf(b, "    ##pkts replay failed (rcv): %d\n", id.ReplayFailed)
	fmt.Fprintf(b, "    #pkts internal err (send): %d, #pkts internal err (recv) %d\n", id.InternalSend, id.InternalRecv)
}

func endpoints(b *strings.Builder, iface *ipsec.InterfaceState, id *ipsec.IdentState, d Dialect) {
	fmt.Fprintf(b, "\n     local crypto endpt.: %s, remote crypto endpt.: %s\n", addr(id.Local), addr(id.Peer))
	mtu := id.PathMTU
	if mtu == 0 {
		mtu = iface.MTU
	}
	plain := ""
	if d == M15 && id.PlainMTU > 0 {
		plain = fmt.Sprintf("plaintext mtu %d, ", id.PlainMTU)
	}
	fmt.Fprintf(b, "     %spath mtu %d, ip mtu %d, ip mtu idb %s\n", plain, mtu, iface.MTU, iface.Name)
	fmt.Fprintf(b, "     current outbound spi: 0x%X(%d)\n", id.OutboundSPI, id.OutboundSPI)
	if d == M15 {
		if id.PFS == 0 {
			b.WriteString("     PFS (Y/N): N, DH group: none\n")
		} else {
			fmt.Fprintf(b, "     PFS (Y/N): Y, DH group: group%d\n", id.PFS)
		}
	}
}

func saList(b *strings.Builder, title string, sas []ipsec.SAState, proto ipsec.Proto, detail bool, d Dialect) {
	fmt.Fprintf(b, "\n     %s\n", title)
	for i := range sas {
		if sas[i].Part.Proto == proto {
			oneSA(b, &sas[i], detail, d)
		}
	}
}

func oneSA(b *strings.Builder, sa *ipsec.SAState, detail bool, d Dialect) {
	fmt.Fprintf(b, "      spi: 0x%X(%d)\n", sa.SPI, sa.SPI)
	fmt.Fprintf(b, "        transform: %s ,\n", TransformWords(partSuite(sa.Part)))
	fmt.Fprintf(b, "        in use settings ={%s, }\n", settings(sa.Encap))
	fmt.Fprintf(b, "        conn id: %d, flow_id: SW:%d, sibling_flags 80000000, crypto map: %s\n", sa.ConnID, sa.ConnID, sa.Map)
	remaining := fmt.Sprintf("(k/sec): (%d/%d)", sa.KBRemaining, sa.SecRemaining)
	if sa.Lifetime.Kilobytes == 0 {
		remaining = fmt.Sprintf("(sec): %d", sa.SecRemaining)
	}
	fmt.Fprintf(b, "        sa timing: remaining key lifetime %s\n", remaining)
	if sa.Part.Proto == ipsec.ESP {
		fmt.Fprintf(b, "        IV size: %d bytes\n", sa.IVBytes)
	}
	replay := "N"
	if sa.Replay {
		replay = "Y"
		if detail && d == M15 {
			replay += fmt.Sprintf("  replay window size: %d", sa.Window)
		}
	}
	fmt.Fprintf(b, "        replay detection support: %s\n", replay)
	status := "ACTIVE"
	if d == M15 {
		status = "ACTIVE(ACTIVE)"
	}
	fmt.Fprintf(b, "        Status: %s\n", status)
}

func partSuite(p ipsec.Part) ipsec.Suite {
	if p.Proto == ipsec.AH {
		return ipsec.Suite{AH: p.Auth}
	}
	return ipsec.Suite{Cipher: p.Cipher, KeyBits: p.KeyBits, Auth: p.Auth}
}

func settings(e ipsec.Encap) string {
	switch e {
	case ipsec.Tunnel:
		return "Tunnel"
	case ipsec.Transport:
		return "Transport"
	case ipsec.UDPTunnel:
		return "Tunnel UDP-Encaps"
	case ipsec.UDPTransport:
		return "Transport UDP-Encaps"
	}
	return "unknown"
}
