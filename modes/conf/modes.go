package conf

import "ioslab/parser/config"

// The modes. Their declarations are in the feature files; the graph is this:
//
//	global ─┬─ interface, sub-interface
//	        ├─ line
//	        ├─ vpdn-group ─┬─ accept-dialin, request-dialin,
//	        │              └─ accept-dialout, request-dialout
//	        ├─ vpdn-template, l2tp-class, pseudowire-class
//	        ├─ isakmp policy, keyring, isakmp profile
//	        ├─ transform-set, ipsec profile, crypto map, dynamic map
//	        ├─ named access lists
//	        └─ stored blocks (router, ip dhcp pool, ...)
var (
	globalMode       = newMode("global", "config", "Configure commands:", nil, config.Config{})
	interfaceMode    = newMode("interface", "config-if", "Interface configuration commands:", globalMode, config.Interface{})
	lineMode         = newMode("line", "config-line", "Line configuration commands:", globalMode, config.Line{})
	vpdnGroupMode    = newMode("vpdn-group", "config-vpdn", "VPDN group configuration commands:", globalMode, config.VPDNGroup{})
	vpdnTemplateMode = newMode("vpdn-template", "config-vpdn-temp", "VPDN template configuration commands:", globalMode, config.VPDNGroup{})
	acceptInMode     = newMode("accept-dialin", "config-vpdn-acc-in", "VPDN accept dial-in group configuration commands:", vpdnGroupMode, config.AcceptDialin{})
	requestInMode    = newMode("request-dialin", "config-vpdn-req-in", "VPDN request dial-in group configuration commands:", vpdnGroupMode, config.RequestDialin{})
	acceptOutMode    = newMode("accept-dialout", "config-vpdn-acc-out", "VPDN accept dial-out group configuration commands:", vpdnGroupMode, config.AcceptDialin{})
	requestOutMode   = newMode("request-dialout", "config-vpdn-req-ou", "VPDN request dial-out group configuration commands:", vpdnGroupMode, config.RequestDialin{})
	l2tpClassMode    = newMode("l2tp-class", "config-l2tp-class", "L2TP class configuration commands:", globalMode, config.L2TPClass{})
	pwClassMode      = newMode("pseudowire-class", "config-pw-class", "Pseudowire-class configuration commands:", globalMode, config.PseudowireClass{})
	policyMode       = newMode("crypto isakmp policy", "config-isakmp", "ISAKMP commands:", globalMode, config.ISAKMPPolicy{})
	keyringMode      = newMode("crypto keyring", "conf-keyring", "Crypto Keyring configuration commands:", globalMode, config.Keyring{})
	isaProfileMode   = newMode("crypto isakmp profile", "conf-isa-prof", "Crypto ISAKMP Profile Commands are:", globalMode, config.ISAKMPProfile{})
	transformMode    = newMode("crypto ipsec transform-set", "cfg-crypto-trans", "Crypto transform configuration commands:", globalMode, config.TransformSet{})
	ipsecProfileMode = newMode("crypto ipsec profile", "ipsec-profile", "Crypto IPSec Profile configuration commands:", globalMode, config.IPsecProfile{})
	cryptoMapMode    = newMode("crypto map", "config-crypto-map", "Crypto Map configuration commands:", globalMode, config.CryptoMapEntry{})
	dynamicMapMode   = newMode("crypto dynamic-map", "config-crypto-map", "Crypto Map configuration commands:", globalMode, config.CryptoMapEntry{})
	extACLMode       = newMode("ip access-list extended", "config-ext-nacl", "Ext Access List configuration commands:", globalMode, config.ACL{})
	stdACLMode       = newMode("ip access-list standard", "config-std-nacl", "Standard Access List configuration commands:", globalMode, config.ACL{})
)

// All modes are compiled once, when the program starts.
var _ = func() bool {
	interfaceMode.define(interfaceDecls())
	lineMode.define(lineDecls())
	vpdnGroupMode.define(vpdnGroupDecls(true))
	vpdnTemplateMode.define(vpdnGroupDecls(false))
	acceptInMode.define(acceptDecls())
	requestInMode.define(requestDecls())
	acceptOutMode.define(acceptDecls())
	requestOutMode.define(requestDecls())
	l2tpClassMode.define(l2tpClassDecls())
	pwClassMode.define(pwClassDecls())
	policyMode.define(policyDecls())
	keyringMode.indent, isaProfileMode.indent = 2, 3
	keyringMode.define(keyringDecls())
	isaProfileMode.define(isaProfileDecls())
	transformMode.define(transformDecls())
	ipsecProfileMode.define(ipsecProfileDecls())
	cryptoMapMode.define(cryptoEntryDecls(true))
	dynamicMapMode.define(cryptoEntryDecls(false))
	extACLMode.define(extACLDecls())
	stdACLMode.define(stdACLDecls())
	globalMode.define(globalDecls()...)
	return true
}()

// globalDecls is the order of a whole running-config of 12.4. The runs of "!" are
// constants of the image (reference show-system.md): one for each subsystem that printed nothing.
func globalDecls() [][]*decl {
	return [][]*decl{
		versionDecls(), serviceDecls(), bang(1),
		hostnameDecls(), bang(1),
		text("boot-start-marker"), bootDecls(), text("boot-end-marker"), bang(1),
		loggingDecls(), enableDecls(), bang(1),
		aaaDecls(),
		clockDecls(), ipSwitchDecls(), bang(2),
		dhcpDecls(), domainDecls(), vpdnDecls(), bang(5),
		midDecls(), bang(15),
		userDecls(), bang(1),
		archiveDecls(), isakmpDecls(), bang(2),
		ipsecDecls(), bang(1),
		cryptoMapDecls(), bang(4),
		interfaceBlockDecls(),
		routingDecls(), poolDecls(), routeDecls(), bang(2),
		httpDecls(), bang(1),
		aclDecls(), lateDecls(), bang(2),
		controlPlaneDecls(), bang(8),
		bannerDecls(), aliasDecls(), bang(1),
		lineBlockDecls(), bang(2),
		tailDecls(),
	}
}
