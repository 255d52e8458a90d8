package exec

import (
	"strconv"

	"ioslab/debug/logging"
	"ioslab/modes/session"
	"ioslab/parser/grammar"
	"ioslab/runtime/clock"
)

var clearCommands = []*grammar.Command{
	command(15, "clear crypto isakmp [(0-2147483647)$ID]", "Reset functions|Encryption subsystem|Flush the ISAKMP database|connection id of SA", func(c *call) {
		c.dev.ClearISAKMP(c.now, c.args.Int("ID"))
	}),
	command(15, "clear crypto sa", "||Clear all crypto SAs", func(c *call) { c.dev.ClearIPsec(c.now, SASelection{}) }),
	command(15, "clear crypto sa peer A.B.C.D$Peer", "|||Clear all SAs for a given crypto peer|Peer's address", func(c *call) {
		c.dev.ClearIPsec(c.now, SASelection{Peer: c.args.Addr("Peer")})
	}),
	command(15, "clear crypto sa map WORD$Map", "|||Clear all SAs for a given crypto map|Crypto map name", func(c *call) {
		c.dev.ClearIPsec(c.now, SASelection{Map: c.args.Text("Map")})
	}),
	command(15, "clear crypto sa counters", "|||Reset the SA counters", func(c *call) { c.dev.ClearIPsec(c.now, SASelection{Counters: true}) }),
	command(15, "clear crypto sa entry A.B.C.D$Peer <esp|ah>$Protocol WORD$SPI", "|||Clear one specific SA, specified by SPI|Destination address|ESP|AH|SPI", clearEntry),
	command(15, "clear crypto session", "||clear crypto sessions", func(c *call) { c.dev.ClearCryptoSession(c.now, c.args.Addr("Remote")) }),
	command(15, "clear crypto session remote A.B.C.D$Remote [port (1-65535)$Port]", "|||Clear crypto sessions for a remote peer|Remote address|Remote port", func(c *call) {
		c.dev.ClearCryptoSession(c.now, c.args.Addr("Remote"))
	}),
	command(15, "clear vpdn tunnel l2tp all", "|Clear a VPDN entity|VPDN tunnel|L2TP tunnel|Clear all tunnels", func(c *call) { c.dev.ClearTunnels(c.now, 0, "") }),
	command(15, "clear vpdn tunnel l2tp id (1-65535)$ID", "||||Tunnel by local id|Local tunnel id", func(c *call) {
		c.dev.ClearTunnels(c.now, uint16(c.args.Int("ID")), "")
	}),
	command(15, "clear vpdn tunnel l2tp hostname WORD$Name", "||||Tunnel by remote name|Remote name", func(c *call) {
		c.dev.ClearTunnels(c.now, 0, c.args.Text("Name"))
	}),
	command(15, "clear vpdn tunnel l2tp WORD$Name [WORD$Local]", "||||Remote name|Local name", func(c *call) {
		c.dev.ClearTunnels(c.now, 0, c.args.Text("Name"))
	}),
	command(15, "clear vpdn all", "||Clear all tunnels", func(c *call) { c.dev.ClearTunnels(c.now, 0, "") }),
	command(15, "clear counters [IFNAME$Interface]", "|Clear counters on one or all interfaces", clearCounters),
	command(15, "clear logging", "|Clear logging buffer", clearLogging),
	command(15, "clear arp-cache", "|Clear the entire ARP cache", func(c *call) { c.dev.ClearARP(c.now) }),
	command(15, "clear ip arp", "|IP|Clear the entire ARP cache", func(c *call) { c.dev.ClearARP(c.now) }),
	command(15, "clear access-list counters [WORD$List]", "|Clear access list statistical information|Clear access list counters|Access list", func(c *call) {
		c.dev.ClearAccessLists(c.now, c.args.Text("List"))
	}),
	command(15, "clear ip access-list counters [WORD$List]", "||Clear access list statistical information|Clear access list counters|Access list", func(c *call) {
		c.dev.ClearAccessLists(c.now, c.args.Text("List"))
	}),
	command(15, "clear interface IFNAME$Interface", "|Clear the hardware logic on an interface", func(c *call) {
		c.dev.ClearInterface(c.now, c.args.Text("Interface"))
	}),
	command(15, "clear line (0-17)$TTY", "|Reset a terminal line|Line number", func(c *call) { c.clearLine(c.args.Int("TTY")) }),
	command(15, "clear line vty (0-15)$N", "||Virtual terminal|Line number", func(c *call) { c.clearLine(firstVTY + c.args.Int("N")) }),
	command(15, "clear line console (0-0)$N", "||Primary terminal line|Line number", func(c *call) { c.clearLine(0) }),
}

func clearEntry(c *call) {
	spi, err := strconv.ParseUint(c.args.Text("SPI"), 0, 32)
	if err != nil {
		c.invalid("SPI")
		return
	}
	protocol := uint8(50)
	if c.args.Text("Protocol") == "ah" {
		protocol = 51
	}
	c.dev.ClearIPsec(c.now, SASelection{Peer: c.args.Addr("Peer"), SPI: uint32(spi), Protocol: protocol})
}

// confirm asks a [confirm] question and goes on after a yes.
func (c *call) confirm(prompt string, yes func()) {
	c.s.Ask(session.Question{Prompt: prompt, Kind: session.Confirm}, func(now clock.Instant, text string, ok bool) {
		c.now = now
		if ok && text == "y" {
			yes()
		}
	})
}

func clearCounters(c *call) {
	iface := c.args.Text("Interface")
	target, message := "on all interfaces", "all interfaces"
	if iface != "" {
		target, message = "on this interface", "interface "+iface
	}
	c.confirm("Clear \"show interface\" counters "+target+" [confirm]", func() {
		c.dev.ClearCounters(c.now, iface)
		c.dev.Logger().Log(c.now, logging.CountersCleared(message, c.who()))
	})
}

func clearLogging(c *call) {
	c.confirm("Clear logging buffer [confirm]", func() { c.dev.Logger().ClearBuffer() })
}

func (c *call) clearLine(tty int) {
	c.confirm("[confirm]", func() {
		c.print(" [OK]\n")
		c.sys.shells(func(sh *Shell) {
			if sh.s.Place().TTY == tty && sh != c.Shell {
				sh.s.Exit(c.now)
			}
		})
	})
}
