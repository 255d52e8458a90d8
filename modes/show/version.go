package show

import (
	"fmt"
	"strings"
	"time"

	"ioslab/debug/logging"
)

// Platform is the box that a router claims to be: data, no behaviour.
type Platform struct {
	// Software is the first line of `show version`.
	Software string
	Compiled string
	// Copyright is the years: 1986-2011.
	Copyright string
	ROM       string
	Bootldr   string
	Reason    string
	ImageFile string
	Processor string
	BoardID   string
	// Details are the lines below the board id, down to "Last reset".
	Details []string
	// NVRAM is in kbytes. Tail are the memory lines below it.
	NVRAM int
	Tail  []string
}

// C7206 is the article's class of router, a 7206VXR with 12.4(24)T5.
func C7206() Platform {
	const software = "7200 Software (C7200-ADVENTERPRISEK9-M), Version 12.4(24)T5, RELEASE SOFTWARE (fc3)"
	return Platform{
		Software:  "Cisco IOS Software, " + software,
		Compiled:  "Compiled Fri 04-Mar-11 06:49 by prod_rel_team",
		Copyright: "1986-2011",
		ROM:       "ROM: ROMMON Emulation Microcode",
		Bootldr:   "BOOTLDR: " + software,
		Reason:    "System returned to ROM by unknown reload cause - suspect boot_data[BOOT_COUNT] 0x0, BOOT_COUNT 0, BOOTDATA 19",
		ImageFile: `System image file is "tftp://255.255.255.255/unknown"`,
		Processor: "Cisco 7206VXR (NPE400) processor (revision A) with 491520K/32768K bytes of memory.",
		BoardID:   "4279256517",
		Details: []string{
			"R7000 CPU at 150MHz, Implementation 39, Rev 2.1, 256KB L2 Cache",
			"6 slot VXR midplane, Version 2.1", "",
			"Last reset from power-on", "",
			"PCI bus mb0_mb1 (Slots 0, 1, 3 and 5) has a capacity of 600 bandwidth points.",
			"Current configuration on bus mb0_mb1 has a total of 200 bandwidth points. ",
			"This configuration is within the PCI bus capacity and is supported. ", "",
			"PCI bus mb2 (Slots 2, 4, 6) has a capacity of 600 bandwidth points.",
			"Current configuration on bus mb2 has a total of 0 bandwidth points ",
			"This configuration is within the PCI bus capacity and is supported. ", "",
			"Please refer to the following document \"Cisco 7200 Series Port Adaptor",
			"Hardware Configuration Guidelines\" on Cisco.com <http://www.cisco.com>",
			"for c7200 bandwidth points oversubscription and usage guidelines.", "", "",
		},
		NVRAM: 125,
		Tail: []string{
			"", "65536K bytes of ATA PCMCIA card at slot 0 (Sector size 512 bytes).",
			"8192K bytes of Flash internal SIMM (Sector size 256K).",
		},
	}
}

const cryptoNotice = `

This product contains cryptographic features and is subject to United
States and local country laws governing import, export, transfer and
use. Delivery of Cisco cryptographic products does not imply
third-party authority to import, export, distribute or use encryption.
Importers, exporters, distributors and users are responsible for
compliance with U.S. and local country laws. By using this product you
agree to comply with applicable laws and regulations. If you are unable
to comply with U.S. and local laws, return this product immediately.

A summary of U.S. laws governing Cisco cryptographic products may be found at:
http://www.cisco.com/wwl/export/crypto/tool/stqrg.html

If you require further assistance please contact us by sending email to
export@cisco.com.

`

// VersionInfo is the living part of `show version`.
type VersionInfo struct {
	Hostname string
	Uptime   time.Duration
	// RestartedAt is the line's time, empty while the clock is not set.
	RestartedAt string
	// Interfaces are the names of the physical interfaces.
	Interfaces []string
	// Register is the configuration register, 0x2102 when 0.
	Register uint16
}

// Head returns the first four lines, which %SYS-5-RESTART repeats.
func (p Platform) Head() []string {
	return []string{
		p.Software, "Technical Support: http://www.cisco.com/techsupport",
		"Copyright (c) " + p.Copyright + " by Cisco Systems, Inc.", p.Compiled,
	}
}

// Version is `show version`.
func Version(p Platform, v VersionInfo) string {
	var b strings.Builder
	for _, line := range p.Head() {
		b.WriteString(line + "\n")
	}
	fmt.Fprintf(&b, "\n%s\n", p.ROM)
	if p.Bootldr != "" {
		fmt.Fprintf(&b, "%s\n", p.Bootldr)
	}
	fmt.Fprintf(&b, "\n%s uptime is %s\n%s\n", v.Hostname, logging.UptimeWords(v.Uptime), p.Reason)
	if v.RestartedAt != "" {
		fmt.Fprintf(&b, "System restarted at %s\n", v.RestartedAt)
	}
	b.WriteString(p.ImageFile + "\n" + cryptoNotice)
	fmt.Fprintf(&b, "%s\nProcessor board ID %s\n", p.Processor, p.BoardID)
	for _, line := range p.Details {
		b.WriteString(line + "\n")
	}
	interfaceCounts(&b, v.Interfaces)
	fmt.Fprintf(&b, "%dK bytes of NVRAM.\n", p.NVRAM)
	for _, line := range p.Tail {
		b.WriteString(line + "\n")
	}
	register := v.Register
	if register == 0 {
		register = 0x2102
	}
	fmt.Fprintf(&b, "Configuration register is 0x%X\n\n", register)
	return b.String()
}

// interfaceCounts counts the kinds in the order of IOS: Ethernet first.
func interfaceCounts(b *strings.Builder, names []string) {
	for _, kind := range []struct{ prefix, words string }{
		{"Ethernet", "Ethernet interface"}, {"FastEthernet", "FastEthernet interface"},
		{"GigabitEthernet", "Gigabit Ethernet interface"}, {"Serial", "Serial interface"},
	} {
		n := 0
		for _, name := range names {
			if strings.HasPrefix(name, kind.prefix) && !strings.Contains(name, ".") {
				n++
			}
		}
		if n > 0 {
			b.WriteString(plural(n, kind.words) + "\n")
		}
	}
}
