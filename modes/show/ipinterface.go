package show

import (
	"fmt"
	"strings"
)

// IPInterface is `show ip interface`, for one or several.
func IPInterface(list []Interface) string {
	var b strings.Builder
	for i := range list {
		list[i].writeIP(&b)
	}
	return b.String()
}

func (s *Interface) writeIP(b *strings.Builder) {
	st := &s.State
	fmt.Fprintf(b, "%s is %s, line protocol is %s\n", st.Name, s.statusWord(), upDown(st.Protocol))
	switch {
	case st.Address.IsValid():
		fmt.Fprintf(b, "  Internet address is %s\n", st.Address)
	case st.Unnumbered != "" && st.Borrowed.IsValid():
		fmt.Fprintf(b, "  Interface is unnumbered. Using address of %s (%s)\n", st.Unnumbered, st.Borrowed.Addr())
	default:
		b.WriteString("  Internet protocol processing disabled\n")
		return
	}
	b.WriteString("  Broadcast address is 255.255.255.255\n")
	if word := determined(s.Method); word != "" {
		fmt.Fprintf(b, "  Address determined by %s\n", word)
	}
	if st.Peer.IsValid() {
		fmt.Fprintf(b, "  Peer address is %s\n", st.Peer)
	}
	fmt.Fprintf(b, "  MTU is %d bytes\n  Helper address is not set\n", st.EffectiveIPMTU)
	for _, p := range st.Secondary {
		fmt.Fprintf(b, "  Secondary address %s\n", p)
	}
	fmt.Fprintf(b, "  Directed broadcast forwarding is %s\n", enabled(st.DirectedBroadcast))
	fmt.Fprintf(b, "  Outgoing access list is %s\n  Inbound  access list is %s\n", notSet(st.AccessOut), notSet(st.AccessIn))
	fmt.Fprintf(b, "  Proxy ARP is %s\n  Local Proxy ARP is disabled\n  Security level is default\n  Split horizon is enabled\n", enabled(!st.NoProxyARP))
	fmt.Fprintf(b, "  ICMP redirects are %s sent\n  ICMP unreachables are %s sent\n  ICMP mask replies are never sent\n", alwaysNever(!st.NoRedirects), alwaysNever(!st.NoUnreachables))
	b.WriteString(ipInterfaceTail)
}

const ipInterfaceTail = `  IP fast switching is enabled
  IP fast switching on the same interface is disabled
  IP Flow switching is disabled
  IP CEF switching is enabled
  IP CEF Feature Fast switching turbo vector
  IP multicast fast switching is enabled
  IP multicast distributed fast switching is disabled
  IP route-cache flags are Fast, CEF
  Router Discovery is disabled
  IP output packet accounting is disabled
  IP access violation accounting is disabled
  TCP/IP header compression is disabled
  RTP/IP header compression is disabled
  Policy routing is disabled
  Network address translation is disabled
  BGP Policy Mapping is disabled
  WCCP Redirect outbound is disabled
  WCCP Redirect inbound is disabled
  WCCP Redirect exclude is disabled
`

func determined(method string) string {
	switch method {
	case "NVRAM":
		return "non-volatile memory"
	case "manual":
		return "setup command"
	case "DHCP":
		return "DHCP"
	case "IPCP":
		return "IPCP"
	}
	return ""
}

func enabled(on bool) string {
	if on {
		return "enabled"
	}
	return "disabled"
}

func notSet(name string) string {
	if name == "" {
		return "not set"
	}
	return name
}

func alwaysNever(yes bool) string {
	if yes {
		return "always"
	}
	return "never"
}
