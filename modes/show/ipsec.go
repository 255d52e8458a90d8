package show

import (
	"fmt"
	"net/netip"
	"strings"

	"ioslab/runtime/ipsec"
)

// TransformWords spells a suite as IOS lists it: `esp-3des esp-sha-hmac`.
func TransformWords(s ipsec.Suite) string {
	var words []string
	if s.AH != ipsec.NoAuth {
		words = append(words, "ah-"+hmacWord(s.AH))
	}
	switch s.Cipher {
	case ipsec.NoCipher:
	case ipsec.DES:
		words = append(words, "esp-des")
	case ipsec.TripleDES:
		words = append(words, "esp-3des")
	case ipsec.NullCipher:
		words = append(words, "esp-null")
	case ipsec.AES:
		if s.KeyBits > 128 {
			words = append(words, fmt.Sprintf("esp-%d-aes", s.KeyBits))
		} else {
			words = append(words, "esp-aes")
		}
	}
	if s.Auth != ipsec.NoAuth {
		words = append(words, "esp-"+hmacWord(s.Auth))
	}
	return strings.Join(words, " ")
}

func hmacWord(a ipsec.Auth) string {
	switch a {
	case ipsec.MD5:
		return "md5-hmac"
	case ipsec.SHA1:
		return "sha-hmac"
	case ipsec.SHA256:
		return "sha256-hmac"
	case ipsec.SHA384:
		return "sha384-hmac"
	case ipsec.SHA512:
		return "sha512-hmac"
	case ipsec.NoAuth:
	}
	return "none"
}

// TransformSets is `show crypto ipsec transform-set`.
func TransformSets(sets []ipsec.TransformSet, d Dialect) string {
	var b strings.Builder
	for _, t := range sets {
		mode := "Tunnel"
		if t.Transport {
			mode = "Transport"
		}
		if d == M15 {
			fmt.Fprintf(&b, "Transform set %s: { %s  } \n   will negotiate = { %s,  }, \n   \n", t.Name, TransformWords(t.Suite), mode)
		} else {
			fmt.Fprintf(&b, "Transform set %s: { %s  }\n   will negotiate = { %s,  },\n   \n", t.Name, TransformWords(t.Suite), mode)
		}
	}
	return b.String()
}

// SALifetime is `show crypto ipsec security-association lifetime`.
func SALifetime(l ipsec.Lifetime) string {
	return "Security association lifetime: " + lifetimeWords(l) + "\n"
}

func lifetimeWords(l ipsec.Lifetime) string {
	return fmt.Sprintf("%d kilobytes/%d seconds", l.Kilobytes, l.Seconds)
}

// CryptoMaps is `show crypto map`; name and iface, when not empty, choose
// (`show crypto map tag NAME`, `… interface IF`).
func CryptoMaps(snap *ipsec.Snapshot, name, iface string, d Dialect) string {
	var b strings.Builder
	sets := map[string]ipsec.Suite{}
	for _, t := range snap.TransformSets {
		sets[t.Name] = t.Suite
	}
	for i := range snap.Maps {
		m := &snap.Maps[i]
		if name != "" && m.Map.Name != name || iface != "" && !contains(m.Interfaces, iface) {
			continue
		}
		if m.Map.LocalInterface != "" {
			fmt.Fprintf(&b, "Crypto Map: \"%s\" idb: %s local address: %s\n\n", m.Map.Name, m.Map.LocalInterface, addr(m.Map.LocalAddress))
		}
		for e := range m.Map.Entries {
			cryptoMapEntry(&b, m, e, sets, d)
			fmt.Fprintf(&b, "\tInterfaces using crypto map %s:\n", m.Map.Name)
			for _, name := range m.Interfaces {
				fmt.Fprintf(&b, "\t\t%s\n", name)
			}
			b.WriteByte('\n')
		}
	}
	if b.Len() == 0 {
		return "No crypto maps found.\n"
	}
	return b.String()
}

// DynamicMaps is `show crypto dynamic-map`.
func DynamicMaps(snap *ipsec.Snapshot) string {
	var b strings.Builder
	for i := range snap.DynamicMaps {
		m := &snap.DynamicMaps[i]
		for _, e := range m.Map.Entries {
			fmt.Fprintf(&b, "Crypto Map Template\"%s\" %d\n", m.Map.Name, e.Seq)
			if e.ACL == nil {
				b.WriteString("\tNo matching address list set.\n")
			} else {
				accessList(&b, e.ACL)
			}
			entryTail(&b, m, i, e, nil, T124)
		}
	}
	if b.Len() == 0 {
		return "No crypto maps found.\n"
	}
	return b.String()
}

func cryptoMapEntry(b *strings.Builder, m *ipsec.MapState, i int, sets map[string]ipsec.Suite, d Dialect) {
	e := m.Map.Entries[i]
	family := ""
	if d == M15 {
		family = "IPv4 "
	}
	fmt.Fprintf(b, "Crypto Map %s\"%s\" %d ipsec-isakmp\n", family, m.Map.Name, e.Seq)
	if e.Description != "" {
		fmt.Fprintf(b, "\tDescription: %s\n", e.Description)
	}
	switch e.Kind {
	case ipsec.Dynamic:
		fmt.Fprintf(b, "\tDynamic map template tag: %s\n", e.Dynamic)
		return
	case ipsec.Profile:
		fmt.Fprintf(b, "\tProfile name: %s\n", e.Profile)
	case ipsec.Static:
		if i < len(m.Complete) && !m.Complete[i] {
			b.WriteString("\tWARNING: This crypto map is in an incomplete state!\n\t\t(missing peer or access-list definitions)\n")
		}
	}
	for _, p := range e.Peers {
		fmt.Fprintf(b, "\tPeer = %s\n", p)
	}
	if d == M15 {
		b.WriteString("\tAccess-List SS dynamic: False\n")
	}
	if e.ACL != nil {
		accessList(b, e.ACL)
	} else if e.Kind == ipsec.Static {
		b.WriteString("\tNo matching address list set.\n")
	}
	if i < len(m.Current) && m.Current[i].IsValid() {
		fmt.Fprintf(b, "\tCurrent peer: %s\n", m.Current[i])
	}
	entryTail(b, m, i, e, sets, d)
}

func entryTail(b *strings.Builder, m *ipsec.MapState, i int, e ipsec.Entry, sets map[string]ipsec.Suite, d Dialect) {
	life := e.Lifetime
	if i < len(m.Lifetimes) {
		life = m.Lifetimes[i]
	}
	fmt.Fprintf(b, "\tSecurity association lifetime: %s\n", lifetimeWords(life))
	if d == M15 {
		b.WriteString("\tDualstack (Y/N): N\n\n\tResponder-Only (Y/N): N\n")
	}
	if e.PFS == 0 {
		b.WriteString("\tPFS (Y/N): N\n")
	} else {
		fmt.Fprintf(b, "\tPFS (Y/N): Y\n\tDH group:  group%d\n", e.PFS)
	}
	if d == M15 {
		b.WriteString("\tMixed-mode : Disabled\n")
	}
	b.WriteString("\tTransform sets={\n")
	for _, name := range e.TransformSets {
		fmt.Fprintf(b, "\t\t%s:  { %s  } ,\n", name, TransformWords(sets[name]))
	}
	b.WriteString("\t}\n")
}

func accessList(b *strings.Builder, l *ipsec.ACL) {
	fmt.Fprintf(b, "\tExtended IP access list %s\n", l.Name)
	for _, r := range l.Rules {
		fmt.Fprintf(b, "\t    access-list %s %s\n", l.Name, ruleWords(r))
	}
}

func ruleWords(r ipsec.Rule) string {
	action := "deny"
	if r.Permit {
		action = "permit"
	}
	return strings.Join([]string{action, ProtocolName(r.Proto), prefixWords(r.Src) + portsWords(r.SrcPort), prefixWords(r.Dst) + portsWords(r.DstPort)}, " ")
}

func portsWords(p ipsec.PortRange) string {
	switch {
	case p == ipsec.PortRange{}:
		return ""
	case p.Lo == p.Hi:
		return fmt.Sprintf(" port = %d", p.Lo)
	}
	return fmt.Sprintf(" range %d %d", p.Lo, p.Hi)
}

// prefixWords writes a prefix as access lists do, with a wildcard mask.
func prefixWords(p netip.Prefix) string {
	switch {
	case !p.IsValid() || p.Bits() == 0:
		return "any"
	case p.Bits() == 32:
		return "host " + p.Addr().String()
	}
	return p.Masked().Addr().String() + " " + wildcard(p.Bits())
}

func wildcard(bits int) string {
	var b [4]byte
	for i := bits; i < 32; i++ {
		b[i/8] |= 0x80 >> (i % 8)
	}
	return netip.AddrFrom4(b).String()
}

func contains(list []string, s string) bool {
	for _, have := range list {
		if have == s {
			return true
		}
	}
	return false
}
