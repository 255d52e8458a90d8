package conf

import (
	"fmt"
	"net/netip"
	"strconv"
	"strings"

	"ioslab/parser/config"
	"ioslab/parser/grammar"
)

// named makes the words of a NumberNames type.
func named(pairs ...string) []grammar.Named {
	var out []grammar.Named
	for _, p := range pairs {
		f := strings.SplitN(p, " ", 3)
		help := ""
		if len(f) == 3 {
			help = f[2]
		}
		out = append(out, grammar.Named{Word: f[0], Value: f[1], Help: help})
	}
	return out
}

// The names of IOS 12.4's access lists.
var (
	protocolNames = grammar.NumberNames("PROTO", "An IP protocol number", 0, 255, named(
		"ip 0 Any Internet Protocol", "icmp 1 Internet Control Message Protocol", "igmp 2 Internet Gateway Message Protocol",
		"ipinip 4 IP in IP tunneling", "tcp 6 Transmission Control Protocol", "udp 17 User Datagram Protocol",
		"gre 47 Cisco's GRE tunneling", "esp 50 Encapsulation Security Payload", "ahp 51 Authentication Header Protocol",
		"eigrp 88 Cisco's EIGRP routing protocol", "ospf 89 OSPF routing protocol", "nos 94 KA9Q NOS compatible IP over IP tunneling",
		"pim 103 Protocol Independent Multicast", "pcp 108 Payload Compression Protocol"))
	tcpPorts = grammar.NumberNames("TCPPORT", "Port number", 0, 65535, named(
		"bgp 179", "chargen 19", "cmd 514", "daytime 13", "discard 9", "domain 53", "echo 7", "exec 512", "finger 79", "ftp 21",
		"ftp-data 20", "gopher 70", "hostname 101", "ident 113", "irc 194", "klogin 543", "kshell 544", "login 513", "lpd 515",
		"nntp 119", "pop2 109", "pop3 110", "smtp 25", "sunrpc 111", "tacacs 49", "talk 517", "telnet 23", "time 37", "uucp 540", "whois 43", "www 80"))
	udpPorts = grammar.NumberNames("UDPPORT", "Port number", 0, 65535, named(
		"biff 512", "bootpc 68", "bootps 67", "discard 9", "dnsix 195", "domain 53", "echo 7", "isakmp 500", "mobile-ip 434",
		"nameserver 42", "netbios-dgm 138", "netbios-ns 137", "netbios-ss 139", "non500-isakmp 4500", "ntp 123", "pim-auto-rp 496",
		"rip 520", "snmp 161", "snmptrap 162", "sunrpc 111", "syslog 514", "tacacs 49", "talk 517", "tftp 69", "time 37", "who 513", "xdmcp 177"))
	dscpNames = grammar.NumberNames("DSCP", "Differentiated services codepoint value", 0, 63, named(
		"af11 10", "af12 12", "af13 14", "af21 18", "af22 20", "af23 22", "af31 26", "af32 28", "af33 30", "af41 34", "af42 36", "af43 38",
		"cs1 8", "cs2 16", "cs3 24", "cs4 32", "cs5 40", "cs6 48", "cs7 56", "default 0", "ef 46"))
	precedenceNames = grammar.NumberNames("PRECEDENCE", "Precedence value", 0, 7, named(
		"routine 0", "priority 1", "immediate 2", "flash 3", "flash-override 4", "critical 5", "internet 6", "network 7"))
	tosNames = grammar.NumberNames("TOS", "Type of service value", 0, 15, named(
		"normal 0", "min-monetary-cost 1", "max-reliability 2", "max-throughput 4", "min-delay 8"))
)

// icmpMessage is a name that stands for a type and perhaps a code.
type icmpMessage struct {
	name       string
	typ        uint8
	code       uint8
	withOutAny bool // the name stands for the type whatever the code
}

var icmpMessages = []icmpMessage{
	{"administratively-prohibited", 3, 13, false}, {"alternate-address", 6, 0, true}, {"conversion-error", 31, 0, true},
	{"dod-host-prohibited", 3, 10, false}, {"dod-net-prohibited", 3, 9, false}, {"echo", 8, 0, true}, {"echo-reply", 0, 0, true},
	{"general-parameter-problem", 12, 0, false}, {"host-isolated", 3, 8, false}, {"host-precedence-unreachable", 3, 14, false},
	{"host-redirect", 5, 1, false}, {"host-tos-redirect", 5, 3, false}, {"host-tos-unreachable", 3, 12, false},
	{"host-unknown", 3, 7, false}, {"host-unreachable", 3, 1, false}, {"information-reply", 16, 0, true}, {"information-request", 15, 0, true},
	{"mask-reply", 18, 0, true}, {"mask-request", 17, 0, true}, {"mobile-redirect", 32, 0, true}, {"net-redirect", 5, 0, false},
	{"net-tos-redirect", 5, 2, false}, {"net-tos-unreachable", 3, 11, false}, {"net-unreachable", 3, 0, false}, {"network-unknown", 3, 6, false},
	{"no-room-for-option", 12, 2, false}, {"option-missing", 12, 1, false}, {"packet-too-big", 3, 4, false}, {"parameter-problem", 12, 0, true},
	{"port-unreachable", 3, 3, false}, {"precedence-unreachable", 3, 15, false}, {"protocol-unreachable", 3, 2, false},
	{"reassembly-timeout", 11, 1, false}, {"redirect", 5, 0, true}, {"router-advertisement", 9, 0, true}, {"router-solicitation", 10, 0, true},
	{"source-quench", 4, 0, true}, {"source-route-failed", 3, 5, false}, {"time-exceeded", 11, 0, true}, {"timestamp-reply", 14, 0, true},
	{"timestamp-request", 13, 0, true}, {"traceroute", 30, 0, true}, {"ttl-exceeded", 11, 0, false}, {"unreachable", 3, 0, true},
}

func icmpWords() string {
	var names []string
	for _, m := range icmpMessages {
		names = append(names, m.name)
	}
	return "<" + strings.Join(names, "|") + ">$Message"
}

// The pieces of an extended entry.
const (
	aclAction = "<permit|deny>$Action"
	aclCommon = "fragments$Fragments|log$Log|log-input$LogInput|dscp DSCP$DSCP|precedence PRECEDENCE$Precedence|tos TOS$TOS|time-range WORD$TimeRange"
)

func aclAddress(side string) string {
	return "<any$" + side + ".Any|host A.B.C.D$" + side + ".Host|A.B.C.D$" + side + ".Net MASK$" + side + ".Wildcard>"
}

func aclPort(side, typ string) string {
	op, port := "$"+side+".Op", typ+"$"+side+".Port"
	return "[<eq" + op + " " + port + "...|neq" + op + " " + port + "...|gt" + op + " " + port + "|lt" + op + " " + port + "|range" + op + " " + port + " " + port + ">]"
}

// extendedPatterns are the forms of an extended entry behind its number or
// sequence number.
func extendedPatterns() []string {
	src, dst := aclAddress("Src"), aclAddress("Dst")
	flags := "ack$Flag|fin$Flag|psh$Flag|rst$Flag|syn$Flag|urg$Flag|established$Established"
	return []string{
		aclAction + " tcp$Proto " + src + " " + aclPort("SrcPort", "TCPPORT") + " " + dst + " " + aclPort("DstPort", "TCPPORT") + " {" + flags + "|" + aclCommon + "}",
		aclAction + " udp$Proto " + src + " " + aclPort("SrcPort", "UDPPORT") + " " + dst + " " + aclPort("DstPort", "UDPPORT") + " {" + aclCommon + "}",
		aclAction + " icmp$Proto " + src + " " + dst + " [<" + icmpWords() + "|(0-255)$Type [(0-255)$Code]>] {" + aclCommon + "}",
		aclAction + " PROTO$Proto " + src + " " + dst + " {" + aclCommon + "}",
	}
}

const standardPattern = aclAction + " <any$Src.Any|[host]- A.B.C.D$Src.Host|A.B.C.D$Src.Net MASK$Src.Wildcard> [log$Log]"

const (
	standardNumbers = "<(1-99)|(1300-1999)>$List!"
	extendedNumbers = "<(100-199)|(2000-2699)>$List!"
)

// aclDecls are the lists at the global level: `access-list N` and the lines that enter a named list.
func aclDecls() []*decl {
	silent := func(*printer, any) {}
	ds := []*decl{
		{pattern: "ip access-list standard <(1-99)|(1300-1999)|WORD>$Name!", into: "ACLs", keep: true, enter: stdACLMode, print: printLists,
			help: "Global IP configuration subcommands|Named access-list|Standard Access List|Standard IP access-list number|Standard IP access-list number (expanded range)|Access-list name"},
		{pattern: "ip access-list extended <(100-199)|(2000-2699)|WORD>$Name!", into: "ACLs", keep: true, enter: extACLMode, set: map[string]string{"Extended": "true"}, print: silent,
			help: "Global IP configuration subcommands|Named access-list|Extended Access List|Extended IP access-list number|Extended IP access-list number (expanded range)|Access-list name"},
		{pattern: "ip access-list resequence WORD$List (1-2147483647)$Start (1-2147483647)$Step", apply: resequence, print: silent, noNo: true},
	}
	entry := func(pattern string, extended bool) {
		ds = append(ds, &decl{pattern: pattern, print: silent, apply: func(e *edit) error { return numberedEntry(e, extended) }})
	}
	entry("access-list "+standardNumbers+" "+standardPattern, false)
	entry("access-list "+standardNumbers+" remark LINE$Remark", false)
	for _, p := range extendedPatterns() {
		entry("access-list "+extendedNumbers+" "+p, true)
	}
	entry("access-list "+extendedNumbers+" remark LINE$Remark", true)
	return append(ds, storedMany("kept and shown; ioslab filters IP only", "access-list <(200-299)|(700-799)|(1100-1199)> LINE\nmac access-list [LINE]\ntime-range WORD")...)
}

func extACLDecls() []*decl { return listDecls(true, extendedPatterns()...) }
func stdACLDecls() []*decl { return listDecls(false, standardPattern) }

// listDecls are the entries inside a named list. The list's printing is at the global level.
func listDecls(extended bool, patterns ...string) []*decl {
	var ds []*decl
	silent := func(*printer, any) {}
	apply := func(e *edit) error { return listEntry(e, e.target.(*config.ACL), extended) }
	for _, p := range append(patterns, "remark LINE$Remark") {
		ds = append(ds, &decl{pattern: "[(1-2147483647)$Seq] " + p, apply: apply, print: silent})
	}
	ds = append(ds, &decl{pattern: "(1-2147483647)$Seq", noOnly: true, apply: apply, print: silent})
	return append(ds, unsupported("reflexive access lists are not implemented", "evaluate WORD\ndynamic LINE")...)
}

// numberedEntry is `access-list N …`; its negation removes the whole list, as in IOS.
func numberedEntry(e *edit, extended bool) error {
	name := e.args.Text("List")
	if e.no || e.reset {
		e.cfg.ACLs.Remove(e.d, name)
		return nil
	}
	list := e.cfg.ACLs.Edit(e.d, name)
	if list == nil {
		list = &config.ACL{Name: name, Extended: extended}
		e.cfg.ACLs.Insert(e.d, list)
	}
	return addEntry(e, list, extended)
}

func listEntry(e *edit, list *config.ACL, extended bool) error {
	if !e.no && !e.reset {
		return addEntry(e, list, extended)
	}
	if seq := e.args.Int("Seq"); seq != 0 {
		for _, have := range list.Entries.List() {
			if have.Seq == seq {
				list.Entries.Remove(e.d, have.Key())
			}
		}
		return nil
	}
	gone, err := entryOf(e.args, extended)
	if err != nil {
		return err
	}
	for _, have := range list.Entries.List() {
		if have.Key() == gone.Key() || have.Remark.Set && have.Remark == gone.Remark {
			list.Entries.Remove(e.d, have.Key())
		}
	}
	return nil
}

// maxEntries bounds one access list.
const maxEntries = 65536

func addEntry(e *edit, list *config.ACL, extended bool) error {
	ace, err := entryOf(e.args, extended)
	if err != nil {
		return err
	}
	if list.Entries.Len() >= maxEntries {
		return refusal("% Access list is full")
	}
	seq := ace.Seq
	ace.Prepare(list)
	if seq != 0 {
		for have := range list.Entries.All() {
			if have.Seq == seq && have.Key() != ace.Key() {
				return refusal("% Duplicate sequence number")
			}
		}
	}
	list.Entries.Insert(e.d, ace)
	return nil
}

// resequence is `ip access-list resequence NAME START STEP`.
func resequence(e *edit) error {
	list := e.cfg.ACLs.Edit(e.d, e.args.Text("List"))
	if list == nil {
		return refusal("% Access list does not exist")
	}
	seq, step := e.args.Int("Start"), e.args.Int("Step")
	old := list.Entries.List()
	for _, ace := range old {
		list.Entries.Remove(e.d, ace.Key())
	}
	for _, ace := range old {
		again := *ace
		again.Seq = seq
		seq += step
		list.Entries.Insert(e.d, &again)
	}
	return nil
}

// entryOf reads an entry from a matched line.
func entryOf(a *grammar.Args, extended bool) (*config.ACE, error) {
	ace := &config.ACE{Seq: a.Int("Seq")}
	if a.Has("Remark") {
		ace.Remark = config.Some(a.Text("Remark"))
		return ace, nil
	}
	ace.Action = config.Action(a.Text("Action"))
	ace.Src = addressOf(a, "Src")
	ace.Log, ace.LogInput = a.Has("Log"), a.Has("LogInput")
	if !extended {
		ace.Normalize()
		return ace, nil
	}
	ace.Protocol = config.Some(protocolOf(a.Text("Proto")))
	ace.Dst = addressOf(a, "Dst")
	var err error
	if ace.SrcPort, err = portsOf(a, "SrcPort"); err != nil {
		return nil, err
	}
	if ace.DstPort, err = portsOf(a, "DstPort"); err != nil {
		return nil, err
	}
	icmpOf(a, ace)
	ace.Established, ace.TCPFlags = a.Has("Established"), a.All("Flag")
	ace.Fragments, ace.TimeRange = a.Has("Fragments"), a.Text("TimeRange")
	ace.DSCP, ace.Precedence, ace.TOS = smallOf(a, "DSCP"), smallOf(a, "Precedence"), smallOf(a, "TOS")
	ace.Normalize()
	return ace, nil
}

func protocolOf(text string) uint8 {
	switch text {
	case "tcp":
		return 6
	case "udp":
		return 17
	case "icmp":
		return 1
	}
	n, _ := strconv.Atoi(text) // the type gives numbers only
	return uint8(n)
}

func smallOf(a *grammar.Args, name string) config.Opt[uint8] {
	if !a.Has(name) {
		return config.Opt[uint8]{}
	}
	return config.Some(uint8(a.Int(name)))
}

func addressOf(a *grammar.Args, side string) config.ACLAddress {
	out := config.ACLAddress{Any: a.Has(side + ".Any")}
	if a.Has(side + ".Host") {
		out.Host = a.Addr(side + ".Host")
	}
	if a.Has(side + ".Net") {
		out.Net = a.Addr(side + ".Net")
		_ = out.Wildcard.UnmarshalText([]byte(a.Text(side + ".Wildcard"))) // the type takes addresses only
	}
	return out
}

// maxPorts is how many ports eq and neq take.
const maxPorts = 10

func portsOf(a *grammar.Args, side string) (config.Opt[config.PortMatch], error) {
	if !a.Has(side + ".Op") {
		return config.Opt[config.PortMatch]{}, nil
	}
	m := config.PortMatch{Op: a.Text(side + ".Op")}
	for _, text := range a.All(side + ".Port") {
		n, _ := strconv.Atoi(text)
		m.Ports = append(m.Ports, uint16(n))
	}
	if len(m.Ports) > maxPorts {
		return config.Opt[config.PortMatch]{}, refusal(fmt.Sprintf("%% At most %d ports may be given", maxPorts))
	}
	return config.Some(m), nil
}

func icmpOf(a *grammar.Args, ace *config.ACE) {
	ace.ICMPType, ace.ICMPCode = smallOf(a, "Type"), smallOf(a, "Code")
	for _, m := range icmpMessages {
		if m.name == a.Text("Message") {
			ace.ICMPType = config.Some(m.typ)
			if !m.withOutAny {
				ace.ICMPCode = config.Some(m.code)
			}
		}
	}
}

// printLists prints all lists: first the numbered ones, standard and extended, line by
// line, after them the named ones as blocks. IOS has the named ones first.
func printLists(p *printer, _ any) {
	n := 0
	for l := range p.cfg.ACLs.All() {
		if _, numbered := l.Numbered(); numbered && l.Entries.Len() > 0 {
			continue
		}
		kind := "standard"
		if l.Extended {
			kind = "extended"
		}
		p.line("ip access-list " + kind + " " + l.Name)
		for e := range l.Entries.All() {
			p.line(" " + entryText(e, l.Extended))
		}
		n++
	}
	if n > 0 {
		p.bang(1)
	}
	for l := range p.cfg.ACLs.All() {
		if _, numbered := l.Numbered(); !numbered {
			continue
		}
		for e := range l.Entries.All() {
			p.line("access-list " + l.Name + " " + entryText(e, l.Extended))
		}
		n++
	}
}

// entryText is an entry as the running-config shows it: without its sequence number.
func entryText(e *config.ACE, extended bool) string {
	if r, ok := e.Remark.Get(); ok {
		return "remark " + r
	}
	w := []string{string(e.Action)}
	if !extended {
		w = append(w, standardAddress(e.Src))
		if e.Log {
			w = append(w, "log")
		}
		return strings.Join(w, " ")
	}
	proto := e.Protocol.Value
	w = append(w, protocolNames.Print(strconv.Itoa(int(proto))), addressText(e.Src))
	w = append(w, portText(e.SrcPort, proto)...)
	w = append(w, addressText(e.Dst))
	w = append(w, portText(e.DstPort, proto)...)
	w = append(w, icmpText(e)...)
	if e.Established {
		w = append(w, "established")
	}
	w = append(w, e.TCPFlags...)
	w = append(w, smallText("dscp", e.DSCP, dscpNames)...)
	w = append(w, smallText("precedence", e.Precedence, precedenceNames)...)
	w = append(w, smallText("tos", e.TOS, tosNames)...)
	for _, o := range []struct {
		on   bool
		word string
	}{{e.TimeRange != "", "time-range " + e.TimeRange}, {e.Fragments, "fragments"}, {e.Log, "log"}, {e.LogInput, "log-input"}} {
		if o.on {
			w = append(w, o.word)
		}
	}
	return strings.Join(w, " ")
}

func smallText(word string, o config.Opt[uint8], t *grammar.Type) []string {
	if !o.Set {
		return nil
	}
	return []string{word, t.Print(strconv.Itoa(int(o.Value)))}
}

func addressText(a config.ACLAddress) string {
	switch {
	case a.Host.IsValid():
		return "host " + a.Host.String()
	case a.Net.IsValid():
		return a.Net.String() + " " + a.Wildcard.String()
	}
	return "any"
}

func standardAddress(a config.ACLAddress) string {
	if a.Host.IsValid() && a.Host != (netip.Addr{}) {
		return a.Host.String()
	}
	return addressText(a)
}

func portText(o config.Opt[config.PortMatch], proto uint8) []string {
	if !o.Set {
		return nil
	}
	t := udpPorts
	if proto == 6 {
		t = tcpPorts
	}
	out := []string{o.Value.Op}
	for _, p := range o.Value.Ports {
		out = append(out, t.Print(strconv.Itoa(int(p))))
	}
	return out
}

func icmpText(e *config.ACE) []string {
	if !e.ICMPType.Set {
		return nil
	}
	for _, m := range icmpMessages {
		if m.typ == e.ICMPType.Value && m.withOutAny != e.ICMPCode.Set && (m.withOutAny || m.code == e.ICMPCode.Value) {
			return []string{m.name}
		}
	}
	out := []string{strconv.Itoa(int(e.ICMPType.Value))}
	if e.ICMPCode.Set {
		out = append(out, strconv.Itoa(int(e.ICMPCode.Value)))
	}
	return out
}
