package pc

import (
	"fmt"
	"net"
	"net/netip"
	"strings"

	"ioslab/runtime/clock"
)

// field prints a line of ipconfig: the name, dots to the colon, the value.
func (c *console) field(name, value string) { c.printf("   %s : %s\n", dots(name), value) }

// dots fills a name up to the column of the colon: a dot in each even column,
// but for the two names whose resource text has a blank there.
func dots(name string) string {
	const width = 33
	b := []byte(name)
	for len(b) < width {
		if len(b)%2 == 0 && !(len(b) == len(name) && strings.HasSuffix(name, "Suffix")) {
			b = append(b, '.')
		} else {
			b = append(b, ' ')
		}
	}
	return string(b)
}

const ipconfigUsage = `
USAGE:
    ipconfig [/allcompartments] [/? | /all | 
                                 /renew [adapter] | /release [adapter] |
                                 /renew6 [adapter] | /release6 [adapter] |
                                 /flushdns | /displaydns | /registerdns |
                                 /showclassid adapter |
                                 /setclassid adapter [classid] ]
`

func ipconfig(c *console, _ clock.Instant, args []string) {
	all := false
	for _, a := range args {
		switch strings.ToLower(a) {
		case "/all", "-all":
			all = true
		case "/flushdns", "-flushdns":
			c.printf("\nWindows IP Configuration\n\nSuccessfully flushed the DNS Resolver Cache.\n")
			return
		case "/release", "/renew", "-release", "-renew":
			c.printf("\nWindows IP Configuration\n\nThe operation failed as no adapter is in the state permissible for \nthis operation.\n")
			return
		case "/?", "-?":
			c.printf("%s", ipconfigUsage)
			return
		default:
			c.printf("\nError: unrecognized or incomplete command line.\n%s", ipconfigUsage)
			return
		}
	}
	c.printf("\nWindows IP Configuration\n\n")
	if all {
		c.field("Host Name", c.pc.spec.Computer)
		c.field("Primary Dns Suffix", "")
		c.field("Node Type", "Hybrid")
		c.field("IP Routing Enabled", "No")
		c.field("WINS Proxy Enabled", "No")
	}
	c.vpnAdapter(all)
	c.ethernetAdapter(all)
}

func (c *console) vpnAdapter(all bool) {
	d := &c.pc.dial
	if d.state != dialUp {
		return
	}
	c.printf("\nPPP adapter %s:\n\n", d.entry.Name)
	c.field("Connection-specific DNS Suffix", "")
	if all {
		c.field("Description", d.entry.Name)
		c.field("Physical Address", "")
		c.field("DHCP Enabled", "No")
		c.field("Autoconfiguration Enabled", "Yes")
	}
	gateway := "0.0.0.0"
	if d.entry.SplitTunneling {
		gateway = ""
	}
	c.address(all, netip.PrefixFrom(d.ip.Local, 32), gateway)
	if all {
		c.servers("DNS Servers", d.ip.DNS[:])
		for i, name := range []string{"Primary WINS Server", "Secondary WINS Server"} {
			if a := d.ip.WINS[i]; a.IsValid() && !a.IsUnspecified() {
				c.field(name, a.String())
			}
		}
		c.field("NetBIOS over Tcpip", "Enabled")
	}
}

func (c *console) ethernetAdapter(all bool) {
	s := &c.pc.spec
	c.printf("\nEthernet adapter %s:\n\n", s.Adapter)
	if !c.pc.carrier {
		c.field("Media State", "Media disconnected")
	}
	c.field("Connection-specific DNS Suffix", "")
	if all {
		c.field("Description", s.Description)
		c.field("Physical Address", dashed(s.MAC))
		c.field("DHCP Enabled", "No")
		c.field("Autoconfiguration Enabled", "Yes")
	}
	if !c.pc.carrier {
		return
	}
	gateway := ""
	if s.Gateway.IsValid() {
		gateway = s.Gateway.String()
	}
	c.address(all, s.Address, gateway)
	if all {
		c.servers("DNS Servers", s.DNS)
		c.field("NetBIOS over Tcpip", "Enabled")
	}
}

func (c *console) address(all bool, a netip.Prefix, gateway string) {
	preferred := ""
	if all {
		preferred = "(Preferred) "
	}
	c.field("IPv4 Address", a.Addr().String()+preferred)
	c.field("Subnet Mask", mask(a))
	c.field("Default Gateway", gateway)
}

func (c *console) servers(name string, list []netip.Addr) {
	first := true
	for _, a := range list {
		if !a.IsValid() || a.IsUnspecified() {
			continue
		}
		if first {
			c.field(name, a.String())
		} else {
			c.printf("%39s%s\n", "", a)
		}
		first = false
	}
}

// mask returns a prefix's mask in dotted form.
func mask(p netip.Prefix) string { return net.IP(net.CIDRMask(p.Bits(), 32)).String() }

// dashed writes an Ethernet address as Windows does.
func dashed(mac [6]byte) string {
	return fmt.Sprintf("%02X-%02X-%02X-%02X-%02X-%02X", mac[0], mac[1], mac[2], mac[3], mac[4], mac[5])
}
