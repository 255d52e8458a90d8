package reconcile

import (
	"net/netip"
	"time"

	"ioslab/parser/config"
	"ioslab/runtime/ike"
	"ioslab/runtime/wire/isakmp"
)

// IKE returns the IKE engine's part of c. IKE answers on a router only while a
// crypto map is applied somewhere, as in IOS.
func IKE(c *config.Config) ike.Config {
	out := ike.Config{
		Disabled:     !c.ISAKMP.Enable.Or(true) || !CryptoApplied(c),
		Hostname:     fqdn(c),
		NoNATT:       !c.IPsec.NATTransparency.Or(true),
		NATKeepalive: seconds(c.ISAKMP.NATKeepalive),
		ScanProfiles: true,
		Personality:  ike.IOSPersonality(),
	}
	if c.ISAKMP.Identity.Value == "hostname" {
		out.Identity = ike.IdentityHostname
	}
	if k, ok := c.ISAKMP.Keepalive.Get(); ok {
		out.Keepalive = ike.Keepalive{
			Interval: time.Duration(k.Seconds) * time.Second,
			Retry:    time.Duration(k.Retry.Or(2)) * time.Second,
			Periodic: k.Periodic,
		}
	}
	for p := range c.ISAKMP.Policies.All() {
		out.Policies = append(out.Policies, policy(p))
	}
	if c.ISAKMP.DefaultPolicy.Or(true) {
		out.Defaults = ike.DefaultPolicies124()
		if c.IsVersion15() {
			out.Defaults = ike.DefaultPolicies15()
		}
	}
	for k := range c.ISAKMP.Keys.All() {
		out.Keys = appendKey(out.Keys, c, k)
	}
	for r := range c.ISAKMP.Keyrings.All() {
		for k := range r.Keys.All() {
			out.Keys = appendKey(out.Keys, c, k)
		}
	}
	for p := range c.ISAKMP.Profiles.All() {
		out.Profiles = append(out.Profiles, p.Name)
	}
	return out
}

// CryptoApplied reports whether a crypto map is applied to an interface.
func CryptoApplied(c *config.Config) bool {
	for i := range c.Interfaces.All() {
		if i.CryptoMap.Set {
			return true
		}
	}
	return false
}

func fqdn(c *config.Config) string {
	name := c.System.Name()
	if d, ok := c.IP.DomainName.Get(); ok {
		name += "." + d
	}
	return name
}

var (
	phase1Ciphers = map[string]isakmp.Cipher{"des": isakmp.CipherDES, "3des": isakmp.Cipher3DES, "aes": isakmp.CipherAES}
	phase1Hashes  = map[string]isakmp.Hash{"md5": isakmp.HashMD5, "sha": isakmp.HashSHA,
		"sha256": isakmp.HashSHA256, "sha384": isakmp.HashSHA384, "sha512": isakmp.HashSHA512}
	phase1Auths = map[string]isakmp.Auth{"pre-share": isakmp.AuthPSK, "rsa-sig": isakmp.AuthRSASig, "rsa-encr": isakmp.AuthRSAEnc}
)

// policy fills in the defaults that the running-config does not show.
func policy(p *config.ISAKMPPolicy) ike.Policy {
	enc := p.Encryption.Or(config.Encryption{Cipher: "des"})
	out := ike.Policy{
		Priority:   p.Priority,
		Encryption: phase1Ciphers[enc.Cipher],
		Hash:       phase1Hashes[p.Hash.Or("sha")],
		Auth:       phase1Auths[p.Authentication.Or("rsa-sig")],
		Group:      isakmp.Group(p.Group.Or(1)),
		Lifetime:   time.Duration(p.Lifetime.Or(86400)) * time.Second,
	}
	if out.Encryption == isakmp.CipherAES {
		out.KeyBits = enc.Bits.Or(128)
	}
	return out
}

func appendKey(list []ike.Key, c *config.Config, k *config.ISAKMPKey) []ike.Key {
	plain, err := k.Secret.Plain()
	if err != nil {
		return list // type 6 without its master key: no peer can be served with it
	}
	out := ike.Key{Secret: []byte(plain), NoXAUTH: k.NoXauth, Hostname: k.Hostname}
	if p, ok := k.Prefix(); ok {
		out.Prefix = p
	} else {
		out.Resolved = hostAddrs(c, k.Hostname)
	}
	return append(list, out)
}

func hostAddrs(c *config.Config, name string) []netip.Addr {
	if h := c.IP.Hosts.Get(name); h != nil {
		return append([]netip.Addr(nil), h.Addrs...)
	}
	return nil
}
