package config

// icmpMessage is an ICMP message as access lists name it; code -1 is any.
type icmpMessage struct {
	name       string
	kind, code int
}

// icmpMessages are in the order in which a type and code is named.
var icmpMessages = []icmpMessage{
	{"echo-reply", 0, -1}, {"unreachable", 3, -1}, {"net-unreachable", 3, 0}, {"host-unreachable", 3, 1},
	{"protocol-unreachable", 3, 2}, {"port-unreachable", 3, 3}, {"packet-too-big", 3, 4}, {"source-route-failed", 3, 5},
	{"network-unknown", 3, 6}, {"host-unknown", 3, 7}, {"host-isolated", 3, 8}, {"dod-net-prohibited", 3, 9},
	{"dod-host-prohibited", 3, 10}, {"net-tos-unreachable", 3, 11}, {"host-tos-unreachable", 3, 12},
	{"administratively-prohibited", 3, 13}, {"host-precedence-unreachable", 3, 14}, {"precedence-unreachable", 3, 15},
	{"source-quench", 4, -1}, {"redirect", 5, -1}, {"net-redirect", 5, 0}, {"host-redirect", 5, 1},
	{"net-tos-redirect", 5, 2}, {"host-tos-redirect", 5, 3}, {"alternate-address", 6, -1}, {"echo", 8, -1},
	{"router-advertisement", 9, -1}, {"router-solicitation", 10, -1}, {"time-exceeded", 11, -1}, {"ttl-exceeded", 11, 0},
	{"reassembly-timeout", 11, 1}, {"parameter-problem", 12, -1}, {"general-parameter-problem", 12, 0},
	{"option-missing", 12, 1}, {"no-room-for-option", 12, 2}, {"timestamp-request", 13, -1}, {"timestamp-reply", 14, -1},
	{"information-request", 15, -1}, {"information-reply", 16, -1}, {"mask-request", 17, -1}, {"mask-reply", 18, -1},
	{"traceroute", 30, -1}, {"conversion-error", 31, -1}, {"mobile-redirect", 32, -1},
}

// ICMPMessageNames lists the names that access lists know.
func ICMPMessageNames() []string {
	out := make([]string, len(icmpMessages))
	for i, m := range icmpMessages {
		out[i] = m.name
	}
	return out
}

// normalizeICMP makes name and numbers agree.
func (e *ACE) normalizeICMP() {
	for _, m := range icmpMessages {
		code := Opt[uint8]{}
		if m.code >= 0 {
			code = Some(uint8(m.code))
		}
		if e.ICMPMessage == m.name {
			e.ICMPType, e.ICMPCode = Some(uint8(m.kind)), code
			return
		}
		if e.ICMPType.Set && e.ICMPType.Value == uint8(m.kind) && e.ICMPCode == code {
			e.ICMPMessage = m.name
			return
		}
	}
}
