package conf

import (
	"ioslab/parser/config"
)

const (
	whyIKEv2     = "kept and shown; IKEv2 is not implemented: no session comes up through it"
	whyGroupVPN  = "kept and shown; group VPN (GDOI) is not implemented: the group never registers"
	whyEasyVPN   = "kept and shown; Easy VPN is not implemented: no client gets this configuration"
	whyXauth     = "kept and shown; XAUTH and mode configuration are not implemented: nobody is asked or configured"
	whyPKI       = "kept and shown; certificates are not implemented: only pre-shared keys authenticate"
	whyRSAKeys   = "RSA keys are not implemented: only pre-shared keys authenticate"
	whyNoMeaning = "kept and shown; nothing here depends on it"
)

// The helps that many lines begin with.
const (
	helpCrypto = "Encryption module"
	helpISAKMP = helpCrypto + "|Configure ISAKMP policy"
	// keyText is a secret in front of more words, restOfKey one at the end of the line.
	keyText   = "[<0|6>$Secret.Type] WORD$Secret.Text"
	restOfKey = "[<0|6>$Secret.Type] LINE$Secret.Text"
)

// isakmpDecls are the lines about ISAKMP, in the order of 12.4: keyrings, policies,
// keys, switches, client groups, profiles.
func isakmpDecls() []*decl {
	var ds []*decl
	ds = append(ds, admissionDecls()...)
	ds = append(ds, ikev2Decls()...)
	ds = append(ds, &decl{
		pattern: "crypto keyring WORD$Name! [vrf WORD$VRF]", into: "ISAKMP.Keyrings", enter: keyringMode, between: 1, behind: 1,
		help: helpCrypto + "|Key ring commands|Name of Key Ring|Specify a VRF|VRF name",
	})
	ds = append(ds, policyLines()...)
	ds = append(ds, keyLines()...)
	ds = append(ds, isakmpSwitches()...)
	ds = append(ds, clientGroups()...)
	return append(ds,
		storedBlock(whyNoMeaning, "crypto isakmp peer <address A.B.C.D|hostname WORD> [vrf WORD]", "config-isakmp-peer", "set description"),
		before(func(c *config.Config) bool { return c.ISAKMP.Profiles.Len() > 0 && !hasClientGroup(c) }),
		&decl{
			pattern: "crypto isakmp profile WORD$Name!", into: "ISAKMP.Profiles", enter: isaProfileMode,
			help: helpISAKMP + "|Define ISAKMP Profiles|ISAKMP profile name",
		},
	)
}

// before prints one "!" when the configuration has what follows.
func before(follows func(c *config.Config) bool) *decl {
	return &decl{print: func(p *printer, _ any) {
		if follows(p.cfg) {
			p.bang(1)
		}
	}}
}

// admissionDecls are the lines about sessions as a whole.
func admissionDecls() []*decl {
	ds := []*decl{
		{pattern: "crypto logging session$ISAKMP.LoggingSession", def: "no crypto logging session",
			help: helpCrypto + "|logging messages|Log up/down session"},
		{pattern: "crypto call admission limit ike sa (0-99999)$ISAKMP.CallAdmissionLimit",
			help: helpCrypto + "|Configure Crypto Call Admission Control|Call Admission Control|Crypto Call Admission Limit|Configure IKE|IKE SA|Max # of IKE SA"},
	}
	return append(ds, storedMany(whyNoMeaning, "crypto call admission limit ike in-negotiation-sa (0-99999)\ncrypto logging <ezvpn|ikev2|emm> [LINE]\ncrypto engine [LINE]\ncrypto mib [LINE]\ncrypto ctcp [LINE]\ncrypto wui [LINE]")...)
}

func policyLines() []*decl {
	return []*decl{
		{pattern: "crypto isakmp enable$ISAKMP.Enable", def: "crypto isakmp enable", help: helpISAKMP + "|Enable ISAKMP"},
		{pattern: "crypto isakmp default policy$ISAKMP.DefaultPolicy", def: "crypto isakmp default policy", help: helpISAKMP + "|ISAKMP default commands|Default ISAKMP policies"},
		{pattern: "crypto isakmp policy (1-10000)$Priority!", into: "ISAKMP.Policies", enter: policyMode, between: 1,
			help: helpISAKMP + "|Set policy for an ISAKMP protection suite|Priority of protection suite"},
	}
}

func keyLines() []*decl {
	const help = helpISAKMP + "|Set pre-shared key for remote peer|Specifies an UNENCRYPTED password will follow|Specifies an ENCRYPTED password will follow|The UNENCRYPTED (cleartext) user password"
	return []*decl{
		{pattern: "crypto isakmp key " + keyText + " address A.B.C.D$Addr! [MASK$Mask] [no-xauth$NoXauth]", into: "ISAKMP.Keys",
			help: help + "|define shared key with IP address|Peer IP address|Peer IP subnet mask|Bypasses XAuth for this peer"},
		{pattern: "crypto isakmp key " + keyText + " hostname HOST$Hostname! [no-xauth$NoXauth]", into: "ISAKMP.Keys",
			help: help + "|define shared key with hostname|Peer hostname|Bypasses XAuth for this peer"},
	}
}

func isakmpSwitches() []*decl {
	ds := []*decl{
		{pattern: "crypto isakmp identity <address|hostname|dn>$ISAKMP.Identity", def: "crypto isakmp identity address",
			help: helpISAKMP + "|Set the identity which ISAKMP will use|Use the IP address of the interface for the identity|Use the hostname of the router for the identity|Use the distinguished name of the router cert for the identity"},
		{pattern: "crypto isakmp invalid-spi-recovery$ISAKMP.InvalidSPIRecovery", help: helpISAKMP + "|Initiate IKE and send Invalid SPI Notify"},
		{pattern: "crypto isakmp aggressive-mode disable$ISAKMP.AggressiveDisable", help: helpISAKMP + "|Disable ISAKMP aggressive mode|Disable ISAKMP aggressive mode"},
		{pattern: "crypto isakmp fragmentation$ISAKMP.FragmentationEnable", help: helpISAKMP + "|IKE Fragmentation enabled if required"},
		{pattern: "crypto isakmp keepalive (10-3600)$Seconds [(2-60)$Retry] [<periodic$Periodic|on-demand>]", into: "ISAKMP.Keepalive",
			help: helpISAKMP + "|Set a keepalive interval for use with IOS peers|Number of seconds between keep alives|Number of seconds between retries if keepalive fails|Specify the keepalive messages to be sent periodically|Specify the keepalive messages to be sent on demand"},
		{pattern: "crypto isakmp nat keepalive (5-3600)$ISAKMP.NATKeepalive", help: helpISAKMP + "|Set a nat keepalive interval for use with IOS peers|Set a nat keepalive interval for use with IOS peers|Number of seconds between keep alives"},
		{pattern: "crypto isakmp xauth timeout (5-90)$ISAKMP.XauthTimeout", help: helpISAKMP + "|Set Extended Authentication values|Set timeout|Number of seconds to wait for a response"},
	}
	return append(ds, storedMany(whyXauth, "crypto isakmp client configuration address-pool local WORD\ncrypto isakmp client configuration browser-proxy WORD\ncrypto isakmp client firewall [LINE]")...)
}

const clientGroupHeader = "crypto isakmp client configuration group WORD"

// clientGroups are Easy VPN's groups: a run of blocks behind one "!".
func clientGroups() []*decl {
	return []*decl{
		before(hasClientGroup),
		storedBlock(whyEasyVPN, clientGroupHeader, "config-isakmp-group", "key pool acl dns wins domain netmask max-users max-logins save-password backup-gateway include-local-lan split-dns banner access-restrict pfs group-lock firewall browser-proxy configuration auto-update dhcp subnet-acl user-vpn-profile"),
	}
}

func hasClientGroup(c *config.Config) bool {
	const words = len(clientGroupHeader) - len("WORD")
	for b := range c.Blocks.All() {
		if len(b.Header) > words && b.Header[:words] == clientGroupHeader[:words] {
			return true
		}
	}
	return false
}

// ikev2Decls keep IKEv2, GDOI and the rest of certificates.
func ikev2Decls() []*decl {
	const prompt = "config-ikev2-"
	ds := storedMany(whyIKEv2, "crypto ikev2 <dpd|nat|fragmentation|window|limit|cookie-challenge|http-url|certificate-cache|diagnose|redirect|enable|cluster|cts> [LINE]\ncrypto isakmp invalid-ikev2")
	ds = append(ds, storedOn(whyIKEv2, "crypto ikev2 proposal default\ncrypto ikev2 policy default")...)
	return append(ds,
		storedBlock(whyIKEv2, "crypto ikev2 authorization policy WORD", prompt+"author-policy", "pool route def-domain dns wins netmask banner split-dns subnet-acl aaa_attribute include-local-lan backup-gateway smartcard-removal-disconnect configuration dhcp pfs session-lifetime"),
		storedBlock(whyIKEv2, "crypto ikev2 proposal WORD", "config-ikev2-proposal", "encryption integrity group prf"),
		storedBlock(whyIKEv2, "crypto ikev2 policy <WORD|(1-10000)>", prompt+"policy", "match proposal"),
		storedBlock(whyIKEv2, "crypto ikev2 keyring WORD", prompt+"keyring", "", sub("peer WORD", prompt+"keyring-peer", "address hostname identity pre-shared-key description")),
		storedBlock(whyIKEv2, "crypto ikev2 profile WORD", prompt+"profile", "description match identity authentication keyring lifetime dpd ivrf virtual-template aaa_authorization_group aaa_authorization_user aaa_accounting aaa_authentication_eap pki nat reconnect config-exchange initial-contact no-config-exchange anyconnect-profile redirect shutdown"),
		storedBlock(whyIKEv2, "crypto ikev2 client flexvpn WORD", prompt+"flexvpn", "peer client connect backup source nat"),
		storedBlock(whyIKEv2, "crypto ikev2 name-mangler WORD", prompt+"name-mangler", "dn eap email fqdn"),
		storedBlock(whyGroupVPN, "crypto gdoi group [ipv6] WORD", "config-gkm-group", "identity client passive", sub("server <local|address ipv4 A.B.C.D>", "gkm-local-server", "rekey address authorization redundancy registration", sub("sa ipsec (1-100)", "gkm-sa-ipsec", "profile match replay tag"))),
		storedBlock(whyPKI, "crypto identity WORD", "crypto-identity", "dn fqdn description"),
		storedBlock(whyPKI, "crypto <pki|ca> server WORD", "cs-server", "database issuer-name grant lifetime shutdown auto-rollover hash mode cdp-url"),
		storedBlock(whyPKI, "crypto <pki|ca> certificate map WORD (1-65535)", "ca-certificate-map", "subject-name issuer-name unstructured-subject-name alt-subject-name name valid-start expires-on serial-number"),
		unsupportedOne(whyRSAKeys, "crypto key LINE"),
		unsupportedOne(whyRSAKeys, "crypto <pki|ca> <authenticate|enroll|import|export|crl|token|profile> [LINE]"),
	)
}

// unsupportedOne is unsupported for one pattern.
func unsupportedOne(why, pattern string) *decl { return unsupported(why, pattern)[0] }

// policyDecls are the lines of `crypto isakmp policy`; the defaults of 12.4 are not shown.
func policyDecls() []*decl {
	return []*decl{
		{pattern: "encr(yption) <3des$Cipher|aes$Cipher [<128|192|256>$Bits]|des$Cipher>", into: "Encryption", def: "encr des",
			help: "Set encryption algorithm for protection suite|Three key triple DES|AES - Advanced Encryption Standard.|128 bit keys.|192 bit keys.|256 bit keys.|DES - Data Encryption Standard (56 bit keys)."},
		{pattern: "hash <md5|sha|sha256|sha384|sha512>$Hash", def: "hash sha",
			help: "Set hash algorithm for protection suite|Message Digest 5|Secure Hash Standard|Secure Hash Standard 2 (256 bit)|Secure Hash Standard 2 (384 bit)|Secure Hash Standard 2 (512 bit)"},
		{pattern: "authentication <pre-share|rsa-encr|rsa-sig>$Authentication", def: "authentication rsa-sig",
			help: "Set authentication method for protection suite|Pre-Shared Key|Rivest-Shamir-Adleman Encryption|Rivest-Shamir-Adleman Signature"},
		{pattern: "group <1|14|15|16|19|2|20|21|24|5>$Group", def: "group 1",
			help: "Set the Diffie-Hellman group|Diffie-Hellman group 1 (768 bit)|Diffie-Hellman group 14 (2048 bit)|Diffie-Hellman group 15 (3072 bit)|Diffie-Hellman group 16 (4096 bit)|Diffie-Hellman group 19 (256 bit ecp)|Diffie-Hellman group 2 (1024 bit)|Diffie-Hellman group 20 (384 bit ecp)|Diffie-Hellman group 21 (521 bit ecp)|Diffie-Hellman group 24 (2048 bit, 256 bit subgroup)|Diffie-Hellman group 5 (1536 bit)"},
		{pattern: "lifetime (60-86400)$Lifetime", def: "lifetime 86400", help: "Set lifetime for ISAKMP security association|lifetime in seconds"},
		unsupportedOne("ECDSA signatures are not implemented: only pre-shared keys authenticate", "authentication ecdsa-sig"),
	}
}

// keyringDecls are the lines of `crypto keyring`.
func keyringDecls() []*decl {
	ds := []*decl{
		{pattern: "description LINE$Description", help: "Key ring description|A string of up to 128 characters"},
		{pattern: "local-address <A.B.C.D|IFNAME>$LocalAddress", help: "Local address for this keyring|IP address|Interface"},
		{pattern: "pre-shared-key address A.B.C.D$Addr! [MASK$Mask] key " + restOfKey, into: "Keys",
			help: "Define pre-shared key|define pre-shared key with IP address|Peer IP address|Peer IP subnet mask|Specify key|Specifies an UNENCRYPTED password will follow|Specifies an ENCRYPTED password will follow|The UNENCRYPTED (cleartext) user password"},
		{pattern: "pre-shared-key hostname HOST$Hostname! key " + restOfKey, into: "Keys",
			help: "Define pre-shared key|define pre-shared key with hostname|Peer hostname|Specify key|Specifies an UNENCRYPTED password will follow|Specifies an ENCRYPTED password will follow|The UNENCRYPTED (cleartext) user password"},
	}
	return append(ds, storedMany(whyPKI, "rsa-pubkey <address|name> LINE")...)
}

// isaProfileDecls are the lines of `crypto isakmp profile`.
func isaProfileDecls() []*decl {
	ds := []*decl{
		{pattern: "description LINE$Description", help: "ISAKMP Profile description|A string of up to 128 characters"},
		{pattern: "vrf WORD$VRF", help: "Specify the VRF it is related to|VRF name"},
		{pattern: "keyring WORD$Keyring", help: "Specify keyring to use|keyring name"},
		{pattern: "self-identity <address [WORD]|fqdn [WORD]|user-fqdn WORD>$SelfIdentity", help: "Specify Identity to use|Use the IP address|The address|Use the fully qualified domain name|The name|Use the user's name|user@name"},
	}
	ds = append(ds, identityMatches()...)
	ds = append(ds, storedMany(whyXauth, "client authentication list WORD\nisakmp authorization list WORD\nclient configuration address <initiate|respond>\nclient configuration group WORD\naccounting WORD\nclient pki authorization list WORD")...)
	ds = append(ds, []*decl{
		{pattern: "keepalive (10-3600)$Seconds [retry (2-60)$Retry]", into: "Keepalive", help: "Set a keepalive interval for use with IOS peers|Number of seconds between keep alives|Set the retry interval|Number of seconds between retries"},
		{pattern: "initiate mode aggressive$InitiateMode", help: "Initiate|Exchange mode|Initiate Aggressive Mode"},
		{pattern: "virtual-template (1-200)$VirtualTemplate", help: "Specify the virtual-template for dynamic interface creation.|Virtual-Template interface number"},
		{pattern: "local-address <A.B.C.D|IFNAME>$LocalAddress", help: "Interface or address to use as local address|IP address|Interface"},
	}...)
	ds = append(ds, storedMany(whyPKI, "ca trust-point WORD\nmatch certificate WORD")...)
	return append(ds, storedMany(whyNoMeaning, "qos-group (1-1023)")...)
}

func identityMatches() []*decl {
	const help = "Match values from peer|Match an identity from the peer"
	return []*decl{
		{pattern: "match identity address A.B.C.D$Addr! [MASK$Mask!] [WORD$VRF!]", into: "Matches", after: wholeMask, tail: " ",
			help: help + "|Match on an IP address (range)|IP Address prefix|Network mask|VRF name"},
		{pattern: "match identity host domain WORD$HostFQDN!", into: "Matches", help: help + "|Match on a hostname|Match on the domain|domain name"},
		{pattern: "match identity host WORD$Host!", into: "Matches", help: help + "|Match on a hostname|hostname"},
		{pattern: "match identity user WORD$User!", into: "Matches", help: help + "|Match on a user FQDN|username"},
		{pattern: "match identity group WORD$GroupName!", into: "Matches", help: help + "|Match on a group name|group name"},
	}
}

// wholeMask writes out the mask of a single address, as IOS shows it.
func wholeMask(_ *edit, elem any) error {
	if m, ok := elem.(*config.IdentityMatch); ok && !m.Mask.Set {
		m.Mask = config.Some(^config.Mask(0))
	}
	return nil
}
