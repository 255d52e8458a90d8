package conf

import (
	"strings"

	"ioslab/parser/config"
	"ioslab/parser/grammar"
)

const (
	whyNoSuchCipher = "kept and shown; ESP with this transform is not implemented: an entry that uses the set protects nothing"
	whyManualKeys   = "kept and shown; SAs with keys set by hand are not implemented: the entry protects nothing"
	whyQoS          = "kept and shown; ioslab does no quality of service"
	whyRouteTag     = "kept and shown; routes that reverse-route makes have the distance and tag of IOS's defaults"

	helpIPsec   = helpCrypto + "|Configure IPSEC policy"
	helpSAs     = helpIPsec + "|Security association parameters"
	helpSet     = "Set values for encryption/decryption"
	helpSetSA   = helpSet + "|Security association parameters"
	helpMap     = helpCrypto + "|Enter a crypto map|Crypto map tag"
	pfsGroups   = "<group1|group14|group15|group16|group19|group2|group20|group21|group24|group5>$PFS"
	replaySizes = "<1024|128|256|512|64>"
)

// ipsecDecls are the `crypto ipsec` lines.
func ipsecDecls() []*decl {
	ds := ipsecLifetimes()
	ds = append(ds, before(func(c *config.Config) bool {
		i := &c.IPsec
		return i.LifetimeSeconds.Set || i.LifetimeKilobytes.Set || i.IdleTime.Set || i.ReplayWindow.Set || i.ReplayDisable
	}))
	ds = append(ds, transformSetDecls()...)
	ds = append(ds,
		storedBlock(whyNoSuchCipher, "crypto ipsec transform-set WORD <esp-gcm|esp-gmac|esp-seal> [LINE]", "cfg-crypto-trans", "mode"))
	ds = append(ds, ipsecSwitches()...)
	return append(ds,
		storedBlock(whyEasyVPN, "crypto ipsec client ezvpn WORD", "config-crypto-ezvpn", "connect group mode peer xauth username virtual-interface acl local-address backup idletime flow nat-gateway ctcp"),
		before(func(c *config.Config) bool { return c.IPsec.Profiles.Len() > 0 }),
		&decl{pattern: "crypto ipsec profile WORD$Name!", into: "IPsec.Profiles", enter: ipsecProfileMode, between: 1, behind: 1,
			help: helpIPsec + "|Configure an ipsec policy profile|Profile name"},
	)
}

func ipsecLifetimes() []*decl {
	const sa = "crypto ipsec security-association "
	return append([]*decl{
		{pattern: sa + "lifetime kilobytes (2560-4294967295)$IPsec.LifetimeKilobytes", def: sa + "lifetime kilobytes 4608000",
			help: helpSAs + "|security association lifetime|Volume-based key duration|Security association duration in kilobytes encrypted"},
		{pattern: sa + "lifetime seconds (120-86400)$IPsec.LifetimeSeconds", def: sa + "lifetime seconds 3600",
			help: helpSAs + "|security association lifetime|Time-based key duration|Security association duration in seconds"},
		{pattern: sa + "idle-time (60-86400)$IPsec.IdleTime", help: helpSAs + "|Automatically delete IPSec SAs after a given idle period.|Number of seconds"},
		{pattern: sa + "replay disable$IPsec.ReplayDisable", help: helpSAs + "|Set replay checking.|Disable replay checking"},
		{pattern: sa + "replay window-size " + replaySizes + "$IPsec.ReplayWindow", def: sa + "replay window-size 64",
			help: helpSAs + "|Set replay checking.|Set replay window size."},
	}, unsupported("the lifetime in kilobytes cannot be switched off; it stays as it is", sa+"lifetime kilobytes disable")...)
}

func ipsecSwitches() []*decl {
	ds := []*decl{
		{pattern: "crypto ipsec df-bit <clear|copy|set>$IPsec.DFBit", def: "crypto ipsec df-bit copy",
			help: helpIPsec + "|Handling of encapsulated DF bit.|Clear DF bit|Copy DF bit|Set DF bit"},
		{pattern: "crypto ipsec fragmentation <after-encryption|before-encryption>$IPsec.Fragmentation", def: "crypto ipsec fragmentation before-encryption",
			help: helpIPsec + "|Handling of fragmentation of near-MTU sized packets|Fragment after encryption|Fragment before encryption"},
		{pattern: "crypto ipsec nat-transparency udp-encapsulation$IPsec.NATTransparency", def: "crypto ipsec nat-transparency udp-encapsulation",
			help: helpIPsec + "|IPsec NAT transparency model|UDP encapsulation of IPsec protocols"},
		{pattern: "crypto ipsec nat-transparency spi-matching$IPsec.SPIMatching", help: helpIPsec + "|IPsec NAT transparency model|Match inbound SPI to outbound SPI for IPsec aware NAT"},
		{pattern: "crypto ipsec optional$IPsec.Optional", help: helpIPsec + "|Enable optional encryption for IPSec"},
	}
	return append(ds, storedMany(whyNoMeaning, "crypto ipsec optional retry (60-86400)\ncrypto ipsec security-association dummy [LINE]\ncrypto ipsec security-association multi-sn\ncrypto ipsec ipv4-deny [LINE]\ncrypto ipsec ipv4 [LINE]\ncrypto ipsec fragmentation mtu-discovery\ncrypto ipsec server send-update\ncrypto ipsec default transform-set")...)
}

// transformKinds are the kinds of transforms; a set has at most one of each. Their
// order is the one of show running-config.
var transformKinds = [...]string{
	"<ah-md5-hmac|ah-sha-hmac|ah-sha256-hmac|ah-sha384-hmac|ah-sha512-hmac>$Transforms",
	"<esp-3des|esp-aes [<128|192|256>]|esp-des|esp-null>$Transforms",
	"<esp-md5-hmac|esp-sha-hmac|esp-sha256-hmac|esp-sha384-hmac|esp-sha512-hmac>$Transforms",
	"<comp-lzs>$Transforms",
}

// compression is the bit of comp-lzs's kind.
const compression = 1 << 3

// transformPattern is one to all of the kinds in left (a bit each), in any order.
func transformPattern(left int) string {
	var alternatives []string
	for i, kind := range transformKinds {
		if left&(1<<i) == 0 {
			continue
		}
		if rest := left &^ (1 << i); rest != 0 {
			kind += " [" + transformPattern(rest) + "]"
		}
		alternatives = append(alternatives, kind)
	}
	return "<" + strings.Join(alternatives, "|") + ">"
}

// transformSets finds transform sets by name.
var transformSets = mustBind("crypto ipsec transform-set WORD$Name!", grammar.Spec{Into: "IPsec.TransformSets", Keep: true})

func mustBind(pattern string, s grammar.Spec) *grammar.Binding {
	b, err := grammar.Bind(&grammar.Command{Pattern: pattern}, typeOf[config.Config](), s)
	if err != nil {
		panic(err)
	}
	return b
}

// transformSetDecls are written out because their patterns, made of all the orders
// that IOS takes, say nothing about how to print a set. The second one knows
// compression too, which makes the set useless here.
func transformSetDecls() []*decl {
	const header, help = "crypto ipsec transform-set WORD$Name! ", helpIPsec + "|Define transform and settings|Transform set tag"
	const all = 1<<len(transformKinds) - 1
	return []*decl{
		{pattern: header + transformPattern(all&^compression), help: help, apply: applyTransformSet, print: printTransformSets},
		{pattern: header + transformPattern(all), help: help, apply: applyTransformSet, state: Stored, why: whyNoSuchCipher, print: func(*printer, any) {}},
	}
}

func printTransformSets(p *printer, _ any) {
	for t := range p.cfg.IPsec.TransformSets.All() {
		p.line("crypto ipsec transform-set " + t.Name + " " + strings.Join(t.Transforms, " ") + " ")
		p.indent++
		p.mode(transformMode, t)
		p.indent--
	}
}

// applyTransformSet replaces the transforms of a set and keeps its mode.
func applyTransformSet(e *edit) error {
	sets, name := &e.cfg.IPsec.TransformSets, e.args.Text("Name")
	if e.no || e.reset {
		sets.Remove(e.d, name)
		removeBlocks(e, "crypto ipsec transform-set "+name+" ")
		return nil
	}
	t := sets.Edit(e.d, name)
	if t == nil {
		t = &config.TransformSet{Name: name}
		sets.Insert(e.d, t)
	}
	t.Transforms = inOrder(e.args.All("Transforms"))
	t.Normalize()
	e.m.frames = append(e.m.frames, frame{m: transformMode, ref: transformSets.Ref(t, e.args), title: e.args.Line()})
	return nil
}

// inOrder sorts transforms by kind: AH, cipher, authentication, compression.
func inOrder(transforms []string) []string {
	var out []string
	for _, kind := range transformKinds {
		for _, t := range transforms {
			word, _, _ := strings.Cut(t, " ")
			for _, k := range strings.FieldsFunc(kind, func(r rune) bool { return strings.ContainsRune("<|>[] $", r) }) {
				if k == word {
					out = append(out, t)
				}
			}
		}
	}
	return out
}

// transformDecls are the lines of a transform set.
func transformDecls() []*decl {
	return []*decl{
		{pattern: "mode <transport$Name [require$Require]|tunnel$Name>", into: "Mode", def: "mode tunnel",
			help: "encapsulation mode (transport/tunnel)|transport (payload encapsulation) mode|do not fall back to tunnel mode|tunnel (datagram encapsulation) mode"},
	}
}

// ipsecProfileDecls are the lines of `crypto ipsec profile`.
func ipsecProfileDecls() []*decl {
	ds := []*decl{{pattern: "description LINE$Description", help: "Description of the crypto map statement policy|A string of up to 80 characters"}}
	ds = append(ds, settingDecls()...)
	ds = append(ds, storedMany(whyIKEv2, "set ikev2-profile WORD")...)
	return append(ds, storedMany(whyNoMeaning, "set identity WORD\nset mixed-mode\nset security-policy LINE\nresponder-only\nredundancy [LINE]\nreverse-route [LINE]\nset reverse-route <distance|tag> LINE\nset security-association dummy LINE")...)
}

// settingDecls are the `set` lines that map entries and IPsec profiles share.
func settingDecls() []*decl {
	const sa = "set security-association "
	return []*decl{
		{pattern: sa + "lifetime kilobytes (2560-4294967295)$LifetimeKilobytes", help: helpSetSA + "|security association lifetime|Volume-based key duration|Security association duration in kilobytes encrypted"},
		{pattern: sa + "lifetime seconds (120-86400)$LifetimeSeconds", help: helpSetSA + "|security association lifetime|Time-based key duration|Security association duration in seconds"},
		{pattern: sa + "idle-time (60-86400)$Seconds [default$Default]", into: "IdleTime", help: helpSetSA + "|Automatically delete IPSec SAs after a given idle period.|Number of seconds|Route to the default peer when idle"},
		{pattern: sa + "level per-host$LevelPerHost", help: helpSetSA + "|specify a security association granularity level for identities|separate IPSec SAs for each host"},
		{pattern: sa + "replay disable$ReplayDisable", help: helpSetSA + "|Set replay checking.|Disable replay checking"},
		{pattern: sa + "replay window-size " + replaySizes + "$ReplayWindow", help: helpSetSA + "|Set replay checking.|Set replay window size."},
		{pattern: "set transform-set WORD$TransformSets...", tail: " ", after: limitTransformSets, help: helpSet + "|Specify list of transform sets in priority order|Proposal tag"},
		{pattern: "set pfs [" + pfsGroups + "]", after: defaultPFS, help: helpSet + "|Specify pfs settings|D-H Group1 (768-bit modp)|D-H Group14 (2048-bit modp)|D-H Group15 (3072-bit modp)|D-H Group16 (4096-bit modp)|D-H Group19 (256-bit ecp)|D-H Group2 (1024-bit modp)|D-H Group20 (384-bit ecp)|D-H Group21 (521-bit ecp)|D-H Group24 (2048-bit modp, 256 bit subgroup)|D-H Group5 (1536-bit modp)"},
		{pattern: "set isakmp-profile WORD$ISAKMPProfile", help: helpSet + "|Specify isakmp Profile|Profile name"},
	}
}

func settingsOf(target any) *config.CryptoSettings {
	switch t := target.(type) {
	case *config.CryptoMapEntry:
		return &t.CryptoSettings
	case *config.IPsecProfile:
		return &t.CryptoSettings
	}
	return nil
}

// maxTransformSets is how many sets one entry may name.
const maxTransformSets = 6

func limitTransformSets(_ *edit, elem any) error {
	if s := settingsOf(elem); s != nil && len(s.TransformSets) > maxTransformSets {
		s.TransformSets = s.TransformSets[:maxTransformSets:maxTransformSets]
		return refusal("ERROR: only 6 transform sets may be used by a crypto map entry.")
	}
	return nil
}

// defaultPFS gives the bare `set pfs` its group.
func defaultPFS(e *edit, elem any) error {
	if s := settingsOf(elem); s != nil && !e.args.Has("PFS") {
		s.PFS = config.Some("group1")
	}
	return nil
}

// cryptoMapDecls are dynamic maps, then static ones: the lines on a map's name and
// those that begin its entries.
func cryptoMapDecls() []*decl {
	ds := []*decl{
		{pattern: "crypto dynamic-map WORD$Name!", into: "DynamicMaps", noOnly: true, alias: true},
		{pattern: "crypto map WORD$Name!", into: "CryptoMaps", noOnly: true, alias: true, after: func(e *edit, _ any) error {
			removeBlocks(e, "crypto map "+e.args.Text("Name")+" ")
			return nil
		}},
		{pattern: "crypto dynamic-map WORD$^Name! (1-65535)$Seq!", into: "DynamicMaps/Entries", enter: dynamicMapMode, between: 1, behind: 2,
			help: helpCrypto + "|Specify a dynamic crypto map template|Dynamic crypto map template tag|Sequence to insert into dynamic-map list"},
	}
	ds = append(ds, mapNameDecls()...)
	ds = append(ds, mapEntryDecls()...)
	ds = append(ds, storedMany(whyNoMeaning, "crypto map WORD redundancy replay-interval LINE")...)
	return append(ds,
		storedBlock(whyManualKeys, "crypto map WORD (1-65535) ipsec-manual", "config-crypto-map", "set match description"),
		storedBlock(whyGroupVPN, "crypto map WORD (1-65535) gdoi", "config-crypto-map", "set match description"))
}

// mapNameDecls are the lines about a whole map.
func mapNameDecls() []*decl {
	ds := []*decl{
		{pattern: "local-address! IFNAME$LocalAddress", help: "|Interface to use for local address for this crypto map|Interface"},
		{pattern: "client! authentication! list WORD$ClientAuthentication", help: "|Specify client configuration settings|Authentication parameters|Specify AAA authentication list|Named authentication list"},
		{pattern: "client! accounting! list WORD$ClientAccounting", help: "|Specify client configuration settings|Accounting parameters|Specify AAA accounting list|Named accounting list"},
		{pattern: "isakmp! authorization! list WORD$AuthorizationList", help: "|Specify isakmp configuration settings|Authorization parameters|Specify AAA authorization list|Named authorization list"},
		{pattern: "client! configuration! address! initiate$AddressInitiate", help: "|Specify client configuration settings|Configuration of the client|Address|Push the IP address to the client"},
		{pattern: "client! configuration! address! respond$AddressRespond", help: "|Specify client configuration settings|Configuration of the client|Address|Respond to IP address requests"},
		{pattern: "isakmp-profile! WORD$ISAKMPProfile", help: "|Specify isakmp profile to use|Profile name"},
		{pattern: "redundancy! WORD$RedundancyName", help: "|High availability options|Name of the standby group"},
	}
	for i, d := range ds {
		d.pattern, d.help = "crypto map WORD$Name! "+d.pattern, helpMap+d.help
		d.into, d.attr = "CryptoMaps", true
		if i == 0 {
			d.between = 1
		}
	}
	return ds
}

// newEntryNote is IOS's answer to a new entry.
const newEntryNote = "%% NOTE: This new crypto map will remain disabled until a peer\n        and a valid access list have been configured."

// mapEntryDecls are the lines that begin an entry of a static map. The declaration
// that is bound stands behind one that looks whether the entry is new.
func mapEntryDecls() []*decl {
	const (
		name    = "crypto map WORD$^Name! (1-65535)$Seq! "
		pattern = name + "ipsec-isakmp$Kind [<dynamic WORD$Dynamic [discover$Discover]|profile WORD$Profile>]"
		help    = helpMap + "|Sequence to insert into crypto map entry|IPSEC w/ISAKMP|Enable dynamic crypto map support|Name of dynamic-map template|Enable peer discovery|Enable crypto map as a crypto-profile|Name of the crypto-profile"
	)
	entry := &decl{pattern: pattern, into: "CryptoMaps/Entries", enter: cryptoMapMode, tail: " ", hidden: true}
	typed := &decl{pattern: pattern, help: help, block: cryptoMapMode, apply: func(e *edit) error {
		old := findEntry(e)
		if e.no || e.reset {
			removeBlocks(e, "crypto map "+e.args.Text("^Name")+" "+e.args.Text("Seq")+" ")
		}
		if err := entry.run(e); err != nil || e.no || e.reset {
			return err
		}
		if old == nil && !e.args.Has("Profile") && !e.args.Has("Dynamic") {
			e.say(newEntryNote)
		}
		return nil
	}}
	again := &decl{pattern: strings.TrimSpace(name), hidden: true, noNo: true, apply: func(e *edit) error {
		if findEntry(e) == nil {
			return refusal("% Incomplete command.")
		}
		return entry.run(e)
	}}
	return []*decl{typed, entry, again}
}

// removeBlocks deletes the stored blocks whose header begins with prefix.
func removeBlocks(e *edit, prefix string) {
	for _, b := range e.cfg.Blocks.List() {
		if strings.HasPrefix(b.Header, prefix) {
			e.cfg.Blocks.Remove(e.d, b.Header)
		}
	}
}

// findEntry is the entry of a static map that the line names, nil when there is none.
func findEntry(e *edit) *config.CryptoMapEntry {
	m := e.cfg.CryptoMaps.Get(e.args.Text("^Name"))
	if m == nil {
		return nil
	}
	return m.Entries.Get(e.args.Text("Seq"))
}

// cryptoEntryDecls are the lines of an entry of a static or a dynamic map.
func cryptoEntryDecls(static bool) []*decl {
	ds := []*decl{
		{pattern: "description LINE$Description", help: "Description of the crypto map statement policy|A string of up to 80 characters"},
		{pattern: "set peer HOST$Peer! {default$Default|dynamic$Dynamic}", into: "Peers", help: helpSet + "|Allowed Encryption/Decryption peer.|Hostname or IP address of the peer|Default peer|Resolve the peer's name when it is needed"},
	}
	ds = append(ds, settingDecls()...)
	ds = append(ds, []*decl{
		{pattern: "set nat demux$NATDemux", help: helpSet + "|Set NAT translation|Enable demultiplexing of peers behind one NAT"},
		{pattern: "set ip access-group WORD$AccessGroupIn in", help: helpSet + "|Interface Internet Protocol config commands|Specify access control for packets|Access-list|Filter packets after decryption"},
		{pattern: "set ip access-group WORD$AccessGroupOut out", help: helpSet + "|Interface Internet Protocol config commands|Specify access control for packets|Access-list|Filter packets before encryption"},
		{pattern: "match address WORD$MatchAddress", help: "Match values.|Match address of packets to encrypt.|IP access-list"},
		{pattern: "reverse-route {static$Static|remote-peer A.B.C.D$RemotePeer}", into: "ReverseRoute", help: "Reverse Route Injection.|Create the routes at once|Route to the peer as well|Next hop"},
	}...)
	ds = append(ds, storedMany(whyRouteTag, "set reverse-route <distance|tag> (1-4294967295)\nreverse-route tag (1-4294967295)\nreverse-route remote-peer A.B.C.D gateway\nreverse-route remote-peer A.B.C.D static\nreverse-route static tag (1-4294967295)")...)
	ds = append(ds, storedMany(whyQoS, "qos pre-classify")...)
	ds = append(ds, storedMany(whyIKEv2, "set ikev2-profile WORD")...)
	if static {
		ds = append(ds, storedMany(whyPKI, "set trustpoint WORD\nset identity WORD")...)
		ds = append(ds, storedMany(whyManualKeys, "set session-key LINE")...)
		ds = append(ds, storedMany(whyGroupVPN, "set group WORD")...)
	}
	return append(ds, storedMany(whyNoMeaning, "set identity-profile WORD\nset security-association dummy LINE")...)
}
