package format

import (
	"fmt"
	"net"
	"strings"

	"ioslab/runtime/event"
	"ioslab/runtime/ipsec"
)

// ipsecWords words `debug crypto ipsec` and the messages about packets,
// %CRYPTO-4-RECVD_PKT_* and PKT_REPLAY_ERR. Sources:
// shared/reference/ipsec-debug.md and syslog.md; sections are named at the lines.
func ipsecWords(f *Formatter, dst []Message, ev event.Event) ([]Message, bool) {
	e, ok := ev.(ipsec.Event)
	if !ok {
		return dst, false
	}
	if m, ok := ipsecSyslog(e); ok {
		return append(dst, m), true
	}
	if c, ok := e.(ipsec.ProposalChecked); ok { // 1: the short line first
		dst = append(dst, debugLine(e, fmt.Sprintf("IPSEC(validate_proposal_request): proposal part #%d", c.Index)))
	}
	text := f.ipsecText(e)
	if text == "" {
		return dst, true
	}
	dst = append(dst, debugLine(e, text))
	if _, ok := e.(ipsec.IdentAdded); ok { // 2: an empty line follows
		dst = append(dst, debugLine(e, ""))
	}
	return dst, true
}

// ipsecText returns the message of an event, "" when IOS prints none.
func (f *Formatter) ipsecText(ev ipsec.Event) string {
	switch e := ev.(type) {
	case ipsec.MessagesQueued:
		return fmt.Sprintf("IPSEC(key_engine): got a queue event with %d KMI message(s)", e.Count)
	case ipsec.ProposalChecked:
		return fmt.Sprintf("IPSEC(validate_proposal_request): proposal part #%d,\n%s", e.Index, f.keyMessage(&e.Message))
	case ipsec.InvalidLocalAddress:
		return fmt.Sprintf("IPSEC(ipsec_process_proposal): invalid local address %s", e.Addr)
	case ipsec.ProxyMatched:
		return fmt.Sprintf("Crypto mapdb : proxy_match\n\tsrc addr     : %s\n\tdst addr     : %s\n\tprotocol     : %d\n\tsrc port     : %d\n\tdst port     : %d",
			e.Src, e.Dst, e.Proto, e.SrcPort, e.DstPort)
	case ipsec.MapNotFound:
		return "map_db_find_best did not find matching map"
	case ipsec.ProxiesUnsupported:
		return "IPSEC(ipsec_process_proposal): proxy identities not supported"
	case ipsec.TransformsUnsupported:
		return fmt.Sprintf("IPSEC(ipsec_process_proposal): transform proposal not supported for identity: \n    {%s }", suiteWords(e.Suite))
	case ipsec.PeerNotFound:
		return fmt.Sprintf("IPSEC(ipsec_process_proposal): peer address %s not found", e.Peer)
	case ipsec.PFSUnsupported: // 3: no cause line is attested, IKE's has the number
		return ""
	case ipsec.SARequested: // 5
		return "IPSEC(sa_request): ,\n" + f.keyMessage(&e.Message)
	case ipsec.RequestTimedOut:
		return fmt.Sprintf("IPSEC(key_engine): request timer fired: count = %d,\n%s", e.Count,
			f.identityWords(ipsec.SAIdentity{Local: e.Message.Local, Remote: e.Message.Remote, LocalProxy: e.Message.LocalProxy, RemoteProxy: e.Message.RemoteProxy}))
	}
	return f.ipsecLifeText(ev)
}

// ipsecLifeText words the life of SAs: sections 2 and 4.
func (f *Formatter) ipsecLifeText(ev ipsec.Event) string {
	switch e := ev.(type) {
	case ipsec.SPIAllocated:
		return fmt.Sprintf("IPSEC(spi_response): getting spi %d for SA\n\tfrom %s to %s for prot %d", e.SPI, e.Local, e.Remote, e.Proto.DOI())
	case ipsec.IdentFound:
		return fmt.Sprintf("IPSEC(crypto_ipsec_sa_find_ident_head): reconnecting with the same proxies and peer %s", e.Peer)
	case ipsec.IdentAdded:
		return fmt.Sprintf("IPSEC(policy_db_add_ident): src %s, dest %s, dest_port %d", e.Src, e.Dst, e.Port)
	case ipsec.SACreated:
		s := "IPSEC(create_sa): sa created,\n" + saWords(&e.SA)
		if f.Dialect == IOS15 {
			s += ",\n" + f.identityWords(e.SA)
		}
		return s
	case ipsec.OutboundChanged:
		return fmt.Sprintf("IPSEC(update_current_outbound_sa): updated peer %s current outbound sa to SPI %X", e.Peer, e.SPI)
	case ipsec.EnableRequested:
		return "IPSEC(key_engine_enable_outbound): rec'd enable notify from ISAKMP"
	case ipsec.OutboundEnabled:
		return fmt.Sprintf("IPSEC(key_engine_enable_outbound): enable SA with spi %d/%d", e.SPI, uint8(e.Proto))
	case ipsec.DeleteRequested:
		return "IPSEC(key_engine_delete_sas): rec'd delete notify from ISAKMP"
	case ipsec.DeleteNamed:
		return fmt.Sprintf("IPSEC(key_engine_delete_sas): delete SA with spi 0x%X proto %d for %s", e.SPI, uint8(e.Proto), e.Peer)
	case ipsec.SADeleted:
		return "IPSEC(delete_sa): deleting SA,\n" + saWords(&e.SA) + ",\n" + f.identityWords(e.SA)
	case ipsec.LifetimeThreshold:
		return fmt.Sprintf("IPSEC(lifetime_expiry): SA lifetime threshold reached, expiring in %d seconds", int(e.Left.Seconds()))
	case ipsec.SiblingAging:
		return fmt.Sprintf("IPSEC(early_age_out_sibling): sibling outbound SPI %X expiring in %d seconds", e.SPI, int(e.Left.Seconds()))
	}
	return ""
}

// ipsecSyslog words the %-messages about packets.
func ipsecSyslog(ev ipsec.Event) (Message, bool) {
	var text string
	switch e := ev.(type) {
	case ipsec.InvalidSPIReceived:
		text = fmt.Sprintf("%%CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has invalid spi for destaddr=%s, prot=%d, spi=0x%X(%d), srcaddr=%s",
			e.Dst, uint8(e.Proto), e.SPI, e.SPI, e.Src)
	case ipsec.ClearReceived:
		text = fmt.Sprintf("%%CRYPTO-4-RECVD_PKT_NOT_IPSEC: Rec'd packet not an IPSEC packet. (ip) vrf/dest_addr= /%s, src_addr= %s, prot= %d",
			e.Dst, e.Src, e.Proto)
	case ipsec.ICVFailed:
		text = fmt.Sprintf("%%CRYPTO-4-RECVD_PKT_MAC_ERR: decrypt: mac verify failed for connection id=%d", e.ConnID)
	case ipsec.ReplayDetected:
		text = fmt.Sprintf("%%CRYPTO-4-PKT_REPLAY_ERR: decrypt: replay check failed\n\tconnection id=%d, sequence number=%d", e.ConnID, e.Seq)
	default:
		return Message{}, false
	}
	return Message{Class: event.Syslog, Severity: 4, Text: text}, true
}

// keyMessage is the "(key eng. msg.)" block. The spaces at line ends are real.
func (f *Formatter) keyMessage(m *ipsec.KeyMessage) string {
	way, end := "INBOUND", " "
	if m.Outbound {
		way = "OUTBOUND"
	}
	if f.Dialect == IOS15 {
		end = ""
	}
	// 12.4T has no transform yet when it judges an offer.
	trans := "NONE "
	if m.Outbound || f.Dialect == IOS15 {
		trans = partWords(m.Part) + " "
	}
	var b strings.Builder
	fmt.Fprintf(&b, "  (key eng. msg.) %s local= %s, remote= %s,%s\n", way, f.endPoint(m.Local, m.Outbound), f.endPoint(m.Remote, m.Outbound), end)
	fmt.Fprintf(&b, "    local_proxy= %s,%s\n    remote_proxy= %s,\n", f.proxyWords(m.LocalProxy), end, f.proxyWords(m.RemoteProxy))
	fmt.Fprintf(&b, "    protocol= %s, transform= %s (%s), \n", m.Part.Proto, trans, m.Encap)
	fmt.Fprintf(&b, "    lifedur= %ds and %dkb, \n", m.Lifetime.Seconds, m.Lifetime.Kilobytes)
	fmt.Fprintf(&b, "    spi= 0x%X(%d), conn_id= %d, keysize= %d, flags= 0x%X", m.SPI, m.SPI, m.ConnID, m.Part.KeyBits, m.Flags)
	return b.String()
}

// endPoint: 15.x prints a port behind the addresses.
func (f *Formatter) endPoint(a fmt.Stringer, outbound bool) string {
	switch {
	case f.Dialect != IOS15:
		return a.String()
	case outbound:
		return a.String() + ":500"
	}
	return a.String() + ":0"
}

// saWords is the "(sa)" block.
func saWords(s *ipsec.SAIdentity) string {
	return fmt.Sprintf("  (sa) sa_dest= %s, sa_proto= %d, \n    sa_spi= 0x%X(%d), \n    sa_trans= %s , sa_conn_id= %d\n    sa_lifetime(k/sec)= (%d/%d)",
		s.Dst, uint8(s.Part.Proto), s.SPI, s.SPI, partWords(s.Part), s.ConnID, s.Lifetime.Kilobytes, s.Lifetime.Seconds)
}

// identityWords is the "(identity)" block.
func (f *Formatter) identityWords(s ipsec.SAIdentity) string {
	end := " "
	if f.Dialect == IOS15 {
		end = ""
	}
	return fmt.Sprintf("  (identity) local= %s, remote= %s,%s\n    local_proxy= %s,%s\n    remote_proxy= %s",
		f.endPoint(s.Local, false), f.endPoint(s.Remote, false), end, f.proxyWords(s.LocalProxy), end, f.proxyWords(s.RemoteProxy))
}

// proxyWords is an identity as address/mask/protocol/port; 12.4T adds its
// type (1 host, 4 subnet).
func (f *Formatter) proxyWords(s ipsec.Selector) string {
	t := fmt.Sprintf("%s/%s/%d/%d", s.Prefix.Addr(), net.IP(net.CIDRMask(s.Prefix.Bits(), 32)), s.Proto, s.Port)
	switch {
	case f.Dialect == IOS15:
		return t
	case s.Prefix.IsSingleIP():
		return t + " (type=1)"
	}
	return t + " (type=4)"
}

// suiteWords lists the transforms of a set in the spelling of the configuration.
func suiteWords(s ipsec.Suite) string {
	var words []string
	for _, p := range s.Parts() {
		words = append(words, partWords(p))
	}
	return strings.Join(words, " ")
}

func partWords(p ipsec.Part) string {
	auth := map[ipsec.Auth]string{ipsec.MD5: "md5", ipsec.SHA1: "sha", ipsec.SHA256: "sha256", ipsec.SHA384: "sha384", ipsec.SHA512: "sha512"}[p.Auth]
	if p.Proto == ipsec.AH {
		return "ah-" + auth + "-hmac"
	}
	cipher := map[ipsec.Cipher]string{ipsec.NullCipher: "esp-null", ipsec.DES: "esp-des", ipsec.TripleDES: "esp-3des", ipsec.AES: "esp-aes"}[p.Cipher]
	if p.KeyBits > 128 {
		cipher += fmt.Sprintf(" %d", p.KeyBits)
	}
	if auth == "" {
		return cipher
	}
	return cipher + " esp-" + auth + "-hmac"
}
