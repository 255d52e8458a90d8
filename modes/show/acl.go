package show

import (
	"fmt"
	"strconv"
	"strings"

	"ioslab/runtime/forward"
	"ioslab/runtime/wire/ip"
)

var protocolNames = map[uint8]string{
	0: "ip", 1: "icmp", 2: "igmp", 4: "ipinip", 6: "tcp", 17: "udp", 47: "gre", 50: "esp",
	51: "ahp", 88: "eigrp", 89: "ospf", 94: "nos", 103: "pim", 108: "pcp",
}

// ProtocolName returns the access list's word for an IP protocol, or its number.
func ProtocolName(p uint8) string {
	if name, ok := protocolNames[p]; ok {
		return name
	}
	return strconv.Itoa(int(p))
}

var tcpPorts = map[uint16]string{
	7: "echo", 9: "discard", 13: "daytime", 19: "chargen", 20: "ftp-data", 21: "ftp", 23: "telnet", 25: "smtp",
	37: "time", 43: "whois", 49: "tacacs", 53: "domain", 70: "gopher", 79: "finger", 80: "www", 101: "hostname",
	109: "pop2", 110: "pop3", 111: "sunrpc", 113: "ident", 119: "nntp", 179: "bgp", 194: "irc", 496: "pim-auto-rp",
	512: "exec", 513: "login", 514: "cmd", 515: "lpd", 517: "talk", 540: "uucp", 543: "klogin", 544: "kshell",
}

var udpPorts = map[uint16]string{
	7: "echo", 9: "discard", 37: "time", 42: "nameserver", 49: "tacacs", 53: "domain", 67: "bootps", 68: "bootpc",
	69: "tftp", 111: "sunrpc", 123: "ntp", 137: "netbios-ns", 138: "netbios-dgm", 139: "netbios-ss", 161: "snmp",
	162: "snmptrap", 177: "xdmcp", 195: "dnsix", 434: "mobile-ip", 496: "pim-auto-rp", 500: "isakmp", 512: "biff",
	513: "who", 514: "syslog", 517: "talk", 520: "rip", 4500: "non500-isakmp",
}

var icmpNames = map[[2]int]string{
	{8, -1}: "echo", {0, -1}: "echo-reply", {3, -1}: "unreachable", {11, -1}: "time-exceeded", {5, -1}: "redirect",
	{4, -1}: "source-quench", {12, -1}: "parameter-problem", {13, -1}: "timestamp-request", {14, -1}: "timestamp-reply",
	{15, -1}: "information-request", {16, -1}: "information-reply", {17, -1}: "mask-request", {18, -1}: "mask-reply",
	{9, -1}: "router-advertisement", {10, -1}: "router-solicitation", {30, -1}: "traceroute",
	{11, 0}: "ttl-exceeded", {11, 1}: "reassembly-timeout", {3, 0}: "net-unreachable", {3, 1}: "host-unreachable",
	{3, 2}: "protocol-unreachable", {3, 3}: "port-unreachable", {3, 4}: "packet-too-big", {3, 5}: "source-route-failed",
	{3, 13}: "administratively-prohibited", {5, 0}: "net-redirect", {5, 1}: "host-redirect",
}

// AccessLists is `show access-lists` and `show ip access-lists`; name, when
// not empty, chooses one list.
func AccessLists(lists []forward.ListState, name string) string {
	var b strings.Builder
	for i := range lists {
		l := &lists[i]
		if name != "" && l.Name != name {
			continue
		}
		kind := "Standard"
		if l.Extended {
			kind = "Extended"
		}
		fmt.Fprintf(&b, "%s IP access list %s\n", kind, l.Name)
		for j := range l.Entries {
			var hits uint64
			if j < len(l.Hits) {
				hits = l.Hits[j]
			}
			fmt.Fprintf(&b, "    %d %s%s\n", l.Entries[j].Sequence, entryWords(&l.Entries[j], l.Extended), matches(hits))
		}
	}
	return b.String()
}

func matches(n uint64) string {
	switch n {
	case 0:
		return ""
	case 1:
		return " (1 match)"
	}
	return fmt.Sprintf(" (%d matches)", n)
}

func entryWords(e *forward.AccessEntry, extended bool) string {
	action := "deny"
	if e.Permit {
		action = "permit"
	}
	if !extended {
		words := fmt.Sprintf("%-6s %s", action, standardSource(e.Source))
		if e.Log {
			words += " log"
		}
		return words
	}
	words := []string{action, ProtocolName(e.Protocol), wildWords(e.Source)}
	words = appendWord(words, portWords(&e.SourcePort, e.Protocol))
	words = append(words, wildWords(e.Destination))
	words = appendWord(words, portWords(&e.DestinationPort, e.Protocol))
	words = appendWord(words, icmpWords(e.ICMP))
	if e.Established {
		words = append(words, "established")
	}
	words = appendWord(words, flagWords(e.TCPFlags))
	words = appendWord(words, valueWords("precedence", e.Precedence, precedenceNames))
	words = appendWord(words, valueWords("tos", e.TOS, tosNames))
	words = appendWord(words, valueWords("dscp", e.DSCP, dscpNames))
	if e.Fragments {
		words = append(words, "fragments")
	}
	if e.LogInput {
		words = append(words, "log-input")
	} else if e.Log {
		words = append(words, "log")
	}
	return strings.Join(words, " ")
}

func appendWord(words []string, w string) []string {
	if w == "" {
		return words
	}
	return append(words, w)
}

func standardSource(w forward.Wildcard) string {
	switch {
	case !w.Addr.IsValid() || w.Wild == 0xffffffff:
		return "any"
	case w.Wild == 0:
		return w.Addr.String()
	}
	return w.Addr.String() + ", wildcard bits " + ip.Addr(w.Wild).String()
}

func wildWords(w forward.Wildcard) string {
	switch {
	case !w.Addr.IsValid() || w.Wild == 0xffffffff:
		return "any"
	case w.Wild == 0:
		return "host " + w.Addr.String()
	}
	return w.Addr.String() + " " + ip.Addr(w.Wild).String()
}

func portWords(m *forward.PortMatch, proto uint8) string {
	if m.Op == forward.PortAny {
		return ""
	}
	names := map[uint8]map[uint16]string{6: tcpPorts, 17: udpPorts}[proto]
	words := m.Op.String()
	for _, p := range m.Ports[:min(int(m.N), len(m.Ports))] {
		name, ok := names[p]
		if !ok {
			name = strconv.Itoa(int(p))
		}
		words += " " + name
	}
	return words
}

func icmpWords(m forward.ICMPMatch) string {
	if !m.HasType {
		return ""
	}
	code := -1
	if m.HasCode {
		code = int(m.Code)
	}
	if name, ok := icmpNames[[2]int{int(m.Type), code}]; ok {
		return name
	}
	if m.HasCode {
		return fmt.Sprintf("%d %d", m.Type, m.Code)
	}
	return strconv.Itoa(int(m.Type))
}

// tcpFlagWords are in the order in which IOS prints them.
var tcpFlagWords = []struct {
	bit  uint8
	word string
}{{0x10, "ack"}, {0x01, "fin"}, {0x08, "psh"}, {0x04, "rst"}, {0x02, "syn"}, {0x20, "urg"}}

func flagWords(m forward.FlagMatch) string {
	if m.Set|m.Clear == 0 {
		return ""
	}
	var words []string
	signed := m.All || m.Clear != 0
	for _, f := range tcpFlagWords {
		sign := ""
		switch {
		case m.Set&f.bit != 0 && signed:
			sign = "+"
		case m.Set&f.bit != 0:
		case m.Clear&f.bit != 0:
			sign = "-"
		default:
			continue
		}
		words = append(words, sign+f.word)
	}
	prefix := ""
	if m.All {
		prefix = "match-all "
	} else if signed {
		prefix = "match-any "
	}
	return prefix + strings.Join(words, " ")
}

var precedenceNames = map[uint8]string{
	0: "routine", 1: "priority", 2: "immediate", 3: "flash", 4: "flash-override", 5: "critical", 6: "internet", 7: "network",
}

var tosNames = map[uint8]string{0: "normal", 1: "min-monetary-cost", 2: "max-reliability", 4: "max-throughput", 8: "min-delay"}

var dscpNames = map[uint8]string{
	0: "default", 8: "cs1", 16: "cs2", 24: "cs3", 32: "cs4", 40: "cs5", 48: "cs6", 56: "cs7", 46: "ef",
	10: "af11", 12: "af12", 14: "af13", 18: "af21", 20: "af22", 22: "af23", 26: "af31", 28: "af32", 30: "af33", 34: "af41", 36: "af42", 38: "af43",
}

func valueWords(word string, v forward.ValueMatch, names map[uint8]string) string {
	if !v.On {
		return ""
	}
	name, ok := names[v.Value]
	if !ok {
		name = strconv.Itoa(int(v.Value))
	}
	return word + " " + name
}
