package exec

import (
	"fmt"
	"strings"

	"ioslab/debug/logging"
	"ioslab/modes/session"
	"ioslab/parser/grammar"
	"ioslab/runtime/clock"
)

// nvramSize is what a 7200 has for its startup-config, in bytes.
const nvramSize = 129016

var fileCommands = []*grammar.Command{
	command(15, "copy running-config startup-config", "Copy from one file to another|Copy from current system configuration|Copy to startup configuration", copyRunStart),
	command(15, "copy startup-config running-config", "|Copy from startup configuration|Update (merge with) current system configuration", copyStartRun),
	command(15, "write [<memory|terminal|erase>$What]", "Write running configuration to memory, network, or terminal|Write to NV memory|Write to terminal|Erase NV memory", writeCommand),
	command(15, "erase <startup-config|nvram:>$What", "Erase a filesystem|Erase contents of configuration memory|Filesystem to be erased", eraseCommand),
	command(15, "show running-config", "Show running system information|Current operating configuration", showRunning),
	command(15, "show running-config interface IFNAME$Interface", "||Show interface configuration", showRunningInterface),
	command(15, "show running-config <full|all|brief>$Form", "||full configuration|Configuration with defaults|configuration without certificate data", showRunning),
	command(15, "show startup-config", "|Contents of startup configuration", showStartup),
	{Pattern: "show configuration", Help: "|Contents of Non-Volatile memory", Level: 15, Data: handler(showStartup)},
}

// Save in the words of `write memory`.
func (c *call) save() {
	c.print("Building configuration...\n")
	if err := c.sys.Save(c.now, c.user); err != nil {
		c.print("startup-config file open failed (" + err.Error() + ")\n")
		return
	}
	c.print("[OK]\n")
}

func copyRunStart(c *call) {
	c.s.Ask(session.Question{Prompt: "Destination filename [startup-config]? ", Kind: session.Line}, func(now clock.Instant, text string, ok bool) {
		c.now = now
		switch {
		case !ok:
			c.print("%Error copying system:running-config (Aborted)\n")
		case text == "" || text == StartupConfig:
			c.save()
		default:
			c.print("%Error opening nvram:" + text + " (Permission denied)\n")
		}
	})
}

func copyStartRun(c *call) {
	c.s.Ask(session.Question{Prompt: "Destination filename [running-config]? ", Kind: session.Line}, func(now clock.Instant, text string, ok bool) {
		c.now = now
		if ok && (text == "" || text == "running-config") {
			c.copyStartup()
		}
	})
}

// copyStartup merges the startup-config into the running one.
func (c *call) copyStartup() {
	text, err := c.dev.NVRAM().Load(StartupConfig)
	if err != nil {
		c.print("%% Non-volatile configuration memory is not present\n")
		return
	}
	before := c.dev.Config()
	c.print(c.dev.LoadConfig(c.now, string(text)))
	if c.dev.Config() != before {
		c.sys.configChanged(c.now, c.user)
	}
	c.printf("%d bytes copied in 0.100 secs (%d bytes/sec)\n\n", len(text), len(text)*10)
	c.dev.Logger().Log(c.now, logging.ConfiguredFrom("memory", c.who()))
}

func (c *call) printf(format string, args ...any) { c.print(fmt.Sprintf(format, args...)) }

func writeCommand(c *call) {
	switch c.args.Text("What") {
	case "terminal":
		showRunning(c)
	case "erase":
		eraseCommand(c)
	default:
		c.save()
	}
}

func eraseCommand(c *call) {
	c.s.Ask(session.Question{Prompt: "Erasing the nvram filesystem will remove all configuration files! Continue? [confirm]", Kind: session.Confirm},
		func(now clock.Instant, text string, ok bool) {
			if !ok || text != "y" {
				return
			}
			if err := c.dev.NVRAM().Remove(StartupConfig); err != nil {
				c.print("%Error erasing nvram: (" + err.Error() + ")\n")
				return
			}
			c.print("[OK]\nErase of nvram: complete\n")
			c.dev.Logger().Log(now, logging.NVRAMErased())
		})
}

// frame puts IOS's head above a configuration text. The number is that of the
// text's bytes, with LF line ends, plus one.
func frame(text string) string {
	return fmt.Sprintf("Building configuration...\n\nCurrent configuration : %d bytes\n%s\n", len(text)+1, text)
}

func showRunning(c *call) { c.print(frame(c.sys.RunningConfig())) }

func showRunningInterface(c *call) {
	block, ok := c.dev.InterfaceConfig(c.args.Text("Interface"))
	if !ok {
		c.invalid("")
		return
	}
	c.print(frame("!\n" + ended(block) + "end\n"))
}

func ended(text string) string {
	if text == "" || strings.HasSuffix(text, "\n") {
		return text
	}
	return text + "\n"
}

func showStartup(c *call) {
	text, err := c.dev.NVRAM().Load(StartupConfig)
	if err != nil {
		c.print("startup-config is not present\n")
		return
	}
	lines := strings.ReplaceAll(string(text), "\r\n", "\n")
	c.printf("Using %d out of %d bytes\n%s\n", len(text), nvramSize, ended(lines))
}
