package show

import (
	"fmt"
	"strings"
	"time"

	"ioslab/runtime/ike"
	"ioslab/runtime/wire/isakmp"
)

// ISAKMPSA is `show crypto isakmp sa`. dst is the responder, src the initiator.
func ISAKMPSA(sas []ike.SAInfo) string {
	var b strings.Builder
	b.WriteString("IPv4 Crypto ISAKMP SA\ndst             src             state          conn-id status\n")
	for i := range sas {
		sa := &sas[i]
		fmt.Fprintf(&b, "%-15s %-15s %-14s %7d %s\n", sa.ResponderAddr(), sa.InitiatorAddr(), sa.State, sa.ConnID, saStatus(sa))
	}
	b.WriteString("\nIPv6 Crypto ISAKMP SA\n\n")
	return b.String()
}

func saStatus(sa *ike.SAInfo) string {
	if sa.Deleted {
		return "ACTIVE (deleted)"
	}
	return "ACTIVE"
}

const isakmpCodes = `Codes: C - IKE configuration mode, D - Dead Peer Detection
       K - Keepalives, N - NAT-traversal
       T - cTCP encapsulation, X - IKE Extended Authentication
       psk - Preshared key, rsig - RSA signature
       renc - RSA encryption
`

// ISAKMPSADetail is `show crypto isakmp sa detail`; here the local address
// comes first.
func ISAKMPSADetail(sas []ike.SAInfo) string {
	var b strings.Builder
	b.WriteString(isakmpCodes)
	b.WriteString("IPv4 Crypto ISAKMP SA\n\nC-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.\n\n")
	for i := range sas {
		sa := &sas[i]
		status := "ACTIVE"
		if sa.Deleted {
			status = "DEL"
		}
		fmt.Fprintf(&b, "%-5d %-15s %-15s %-6s %-6s %-4s %-6s %-4s %-2s %-8s %s\n", sa.ConnID, sa.Local.Addr(), sa.Remote.Addr(), "",
			status, cipherWord(sa.Policy), hashWord(sa.Policy.Hash), authWord(sa.Policy.Auth), groupWord(sa.Policy.Group), hms(sa.Remaining), capabilities(sa))
		fmt.Fprintf(&b, "       Engine-id:Conn-id =  SW:%d\n\n", sa.EngineID)
	}
	b.WriteString("IPv6 Crypto ISAKMP SA\n\n")
	return b.String()
}

func cipherWord(p ike.Policy) string {
	switch p.Encryption {
	case isakmp.CipherDES:
		return "des"
	case isakmp.Cipher3DES:
		return "3des"
	case isakmp.CipherAES:
		return "aes"
	}
	return ""
}

func hashWord(h isakmp.Hash) string {
	switch h {
	case isakmp.HashMD5:
		return "md5"
	case isakmp.HashSHA:
		return "sha"
	case isakmp.HashSHA256:
		return "sha256"
	case isakmp.HashSHA384:
		return "sha384"
	case isakmp.HashSHA512:
		return "sha512"
	case isakmp.HashTiger:
		return "tiger"
	}
	return ""
}

func authWord(a isakmp.Auth) string {
	switch a {
	case isakmp.AuthRSASig:
		return "rsig"
	case isakmp.AuthRSAEnc, isakmp.AuthRSARevised:
		return "renc"
	case 0:
		return ""
	}
	return "psk"
}

func groupWord(g isakmp.Group) string {
	if g == isakmp.GroupNone {
		return ""
	}
	return g.String()
}

// hms words a life time as hours, minutes and seconds.
func hms(d time.Duration) string {
	s := max(int64(d/time.Second), 0)
	return fmt.Sprintf("%02d:%02d:%02d", s/3600, s/60%60, s%60)
}

// capabilities are the letters of the Cap. column.
func capabilities(sa *ike.SAInfo) string {
	c := ""
	if sa.DPD {
		c += "D"
	}
	if sa.Keepalive {
		c += "K"
	}
	if sa.NATT {
		c += "N"
	}
	return c
}

// ISAKMPPolicies is `show crypto isakmp policy`. 12.4 lists the default suite
// below the configured ones, 15.x lists defaults only when there are none.
func ISAKMPPolicies(policies, defaults []ike.Policy, d Dialect) string {
	var b strings.Builder
	if len(policies) > 0 || d == T124 {
		b.WriteString("\nGlobal IKE policy\n")
	}
	for _, p := range policies {
		fmt.Fprintf(&b, "Protection suite of priority %d\n", p.Priority)
		suite(&b, p)
	}
	if d == T124 {
		for _, p := range defaults {
			b.WriteString("Default protection suite\n")
			suite(&b, p)
		}
		return b.String()
	}
	if len(policies) == 0 && len(defaults) > 0 {
		b.WriteString("\nDefault IKE policy\n")
		for _, p := range defaults {
			fmt.Fprintf(&b, "Default protection suite of priority %d\n", p.Priority)
			suite(&b, p)
		}
	}
	return b.String()
}

func suite(b *strings.Builder, p ike.Policy) {
	life := p.Lifetime
	if life == 0 {
		life = ike.DefaultLifetime
	}
	fmt.Fprintf(b, "\tencryption algorithm:\t%s\n", cipherWords(p))
	fmt.Fprintf(b, "\thash algorithm:\t\t%s\n", hashWords(p.Hash))
	fmt.Fprintf(b, "\tauthentication method:\t%s\n", authWords(p.Auth))
	fmt.Fprintf(b, "\tDiffie-Hellman group:\t#%s (%d bit)\n", p.Group, p.Group.Bits())
	fmt.Fprintf(b, "\tlifetime:\t\t%d seconds, no volume limit\n", int(life/time.Second))
}

func cipherWords(p ike.Policy) string {
	switch p.Encryption {
	case isakmp.CipherDES:
		return "DES - Data Encryption Standard (56 bit keys)."
	case isakmp.Cipher3DES:
		return "Three key triple DES"
	case isakmp.CipherAES:
		bits := p.KeyBits
		if bits == 0 {
			bits = 128
		}
		return fmt.Sprintf("AES - Advanced Encryption Standard (%d bit keys).", bits)
	}
	return "unknown"
}

func hashWords(h isakmp.Hash) string {
	switch h {
	case isakmp.HashMD5:
		return "Message Digest 5"
	case isakmp.HashSHA:
		return "Secure Hash Standard"
	case isakmp.HashSHA256:
		return "Secure Hash Standard 2 (256 bit)"
	case isakmp.HashSHA384:
		return "Secure Hash Standard 2 (384 bit)"
	case isakmp.HashSHA512:
		return "Secure Hash Standard 2 (512 bit)"
	case isakmp.HashTiger:
		return "Tiger"
	}
	return "unknown"
}

func authWords(a isakmp.Auth) string {
	switch a {
	case isakmp.AuthRSASig:
		return "Rivest-Shamir-Adleman Signature"
	case isakmp.AuthRSAEnc, isakmp.AuthRSARevised:
		return "Rivest-Shamir-Adleman Encryption"
	}
	return "Pre-Shared Key"
}

// ISAKMPKeys is `show crypto isakmp key`.
func ISAKMPKeys(keys []ike.Key) string {
	var b strings.Builder
	b.WriteString("Keyring      Hostname/Address                            Preshared Key\n\n")
	for _, k := range keys {
		who := k.Hostname
		if k.Prefix.IsValid() {
			who = k.Prefix.Addr().String()
			if k.Prefix.Bits() < 32 {
				who = fmt.Sprintf("%-15s[%-15s]", who, mask(k.Prefix.Bits()))
			}
		}
		fmt.Fprintf(&b, "%-12s %-43s %s\n", "default", who, k.Secret)
	}
	return b.String()
}

// ISAKMPPeers is `show crypto isakmp peers`.
func ISAKMPPeers(peers []ike.PeerInfo) string {
	var b strings.Builder
	for _, p := range peers {
		fmt.Fprintf(&b, "Peer: %s Port: %d Local: %s\n", p.Remote.Addr(), p.Remote.Port(), p.Local.Addr())
		if p.ID != "" {
			fmt.Fprintf(&b, " Phase1 id: %s\n", p.ID)
		}
	}
	return b.String()
}
