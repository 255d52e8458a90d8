package logging

import (
	"strconv"
	"strings"

	"ioslab/runtime/event"
)

// Condition is one debug that can be switched on: its command and its words.
type Condition struct {
	Class event.Class
	// Command is what follows `debug`.
	Command string
	// Group is the title in `show debugging`.
	Group string
	// Words is followed by " is on" or " is off".
	Words string
}

// All lists the debug conditions in the order of `show debugging`.
var All = []Condition{
	{event.AAAAuthentication, "aaa authentication", "General OS", "AAA Authentication debugging"},
	{event.AAAAuthorization, "aaa authorization", "General OS", "AAA Authorization debugging"},
	{event.IPICMP, "ip icmp", "Generic IP", "ICMP packet debugging"},
	{event.IPPacket, "ip packet", "Generic IP", "IP packet debugging"},
	{event.ARP, "arp", "ARP", "ARP packet debugging"},
	{event.VTemplate, "vtemplate", "VTEMPLATE", "Virtual Template debugging"},
	{event.L2XEvents, "vpdn l2x-events", "VPN", "L2X protocol events debugging"},
	{event.L2XErrors, "vpdn l2x-errors", "VPN", "L2X protocol errors debugging"},
	{event.L2XPackets, "vpdn l2x-packets", "VPN", "L2X control packets debugging"},
	{event.L2XData, "vpdn l2x-data", "VPN", "L2X data packets debugging"},
	{event.VPDNEvent, "vpdn event", "VPN", "VPDN events debugging"},
	{event.VPDNError, "vpdn error", "VPN", "VPDN errors debugging"},
	{event.VPDNPacket, "vpdn packet", "VPN", "VPDN packet debugging"},
	{event.CryptoISAKMP, "crypto isakmp", "Cryptographic Subsystem", "Crypto ISAKMP debugging"},
	{event.CryptoEngine, "crypto engine", "Cryptographic Subsystem", "Crypto Engine debugging"},
	{event.CryptoIPsec, "crypto ipsec", "Cryptographic Subsystem", "Crypto IPSEC debugging"},
	{event.PPPAuthentication, "ppp authentication", "PPP", "PPP authentication debugging"},
	{event.PPPError, "ppp error", "PPP", "PPP protocol errors debugging"},
	{event.PPPNegotiation, "ppp negotiation", "PPP", "PPP protocol negotiation debugging"},
	{event.PPPPacket, "ppp packet", "PPP", "PPP packet display debugging"},
}

// AllOff answers `undebug all`.
const AllOff = "All possible debugging has been turned off"

// PacketFilter narrows `debug ip packet [ACL] [detail]`.
type PacketFilter struct {
	// List is the access list's number or name; empty for every packet.
	List   string
	Detail bool
}

// Conditions is the set of debugs that are on in one node. The zero value has
// only syslog. Debugs are the node's, not a session's, as in IOS.
type Conditions struct {
	on     event.Class
	packet PacketFilter
}

// Mask returns the classes that somebody listens to; event.Syslog always.
func (c *Conditions) Mask() event.Class { return c.on | event.Syslog }

// Packet returns the narrowing of `debug ip packet`.
func (c *Conditions) Packet() PacketFilter { return c.packet }

// Set switches the conditions of the given classes and returns the answer
// lines, such as "Crypto ISAKMP debugging is on".
func (c *Conditions) Set(class event.Class, on bool) []string {
	if class&event.IPPacket != 0 {
		c.packet = PacketFilter{}
	}
	return c.change(class, on)
}

// SetPacket switches `debug ip packet` on with a narrowing.
func (c *Conditions) SetPacket(f PacketFilter) []string {
	c.packet = f
	return c.change(event.IPPacket, true)
}

func (c *Conditions) change(class event.Class, on bool) []string {
	var answers []string
	for _, cond := range All {
		if cond.Class&class == 0 {
			continue
		}
		words := cond.Words + " is off"
		if on {
			c.on |= cond.Class
			words = c.words(cond)
		} else {
			c.on &^= cond.Class
		}
		answers = append(answers, words)
	}
	return answers
}

// words returns the on-line of a condition.
func (c *Conditions) words(cond Condition) string {
	s := cond.Words + " is on"
	if cond.Class != event.IPPacket {
		return s
	}
	if c.packet.Detail {
		s += " (detailed)"
	}
	if c.packet.List == "" {
		return s
	}
	if _, err := strconv.Atoi(c.packet.List); err == nil {
		return s + " for access list " + c.packet.List
	}
	return s + " for access list: " + c.packet.List
}

// Off is `undebug all`; it returns the answer line.
func (c *Conditions) Off() string {
	c.on, c.packet = 0, PacketFilter{}
	return AllOff
}

// Show returns `show debugging`: the groups that have something on, each
// followed by an empty line; nothing when nothing is on.
func (c *Conditions) Show() string {
	var b strings.Builder
	group := ""
	for _, cond := range All {
		if c.on&cond.Class == 0 {
			continue
		}
		if cond.Group != group {
			if group != "" {
				b.WriteByte('\n')
			}
			group = cond.Group
			b.WriteString(group + ":\n")
		}
		b.WriteString("  " + c.words(cond) + "\n")
	}
	if group != "" {
		b.WriteByte('\n')
	}
	return b.String()
}
