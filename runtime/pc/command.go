package pc

import (
	"slices"
	"strings"

	"ioslab/runtime/clock"
)

// command is one word that the prompt knows.
type command struct {
	name string
	help string
	run  func(c *console, now clock.Instant, args []string)
}

// commands lists what the prompt knows, in alphabetical order as `help` prints it.
func commands() []command {
	return []command{
		{"Add-VpnConnection", "Adds a VPN connection to the phone book.", addVPN},
		{"arp", "Displays the IP-to-physical address translation table (arp -a).", arp},
		{"cls", "Clears the screen.", cls},
		{"exit", "Ends this prompt and starts a new one.", exit},
		{"Get-VpnConnection", "Displays the VPN connections of the phone book.", getVPN},
		{"help", "Provides Help information for commands.", help},
		{"hostname", "Prints the name of the current host.", hostname},
		{"ipconfig", "Displays the IP configuration.", ipconfig},
		{"ping", "Sends ICMP echo requests.", ping},
		{"rasdial", "Connects or disconnects a VPN connection.", rasdial},
		{"reg", "Queries, adds and deletes registry values.", reg},
		{"Remove-VpnConnection", "Removes a VPN connection from the phone book.", removeVPN},
		{"route", "Displays the routing table (route print).", route},
		{"Set-VpnConnection", "Changes server, key, user and security of a VPN connection.", setVPN},
		{"tracert", "Traces the route to a destination.", tracert},
		{"ver", "Displays the Windows version.", ver},
	}
}

// run does a command line.
func (c *console) run(now clock.Instant, line string) {
	words := split(line)
	if len(words) == 0 {
		return
	}
	name := strings.TrimSuffix(strings.ToLower(words[0]), ".exe")
	if name == "powershell" && len(words) > 1 {
		c.powershell(now, words[1:])
		return
	}
	for _, cmd := range commands() {
		if strings.EqualFold(cmd.name, name) {
			cmd.run(c, now, words[1:])
			return
		}
	}
	c.printf("'%s' is not recognized as an internal or external command,\noperable program or batch file.\n", words[0])
}

// powershell does `powershell [-Command] COMMAND …`; the command may stand in quotes.
func (c *console) powershell(now clock.Instant, words []string) {
	if strings.EqualFold(words[0], "-command") || strings.EqualFold(words[0], "-c") {
		words = words[1:]
	}
	if len(words) == 1 {
		c.run(now, words[0])
		return
	}
	for i, w := range words {
		if strings.ContainsAny(w, " \t") {
			words[i] = `"` + w + `"`
		}
	}
	c.run(now, strings.Join(words, " "))
}

// split takes a command line apart at blanks outside of quotes, and takes the
// quotes off.
func split(line string) []string {
	var words []string
	var word strings.Builder
	quoted, open := byte(0), false
	for i := 0; i < len(line); i++ {
		switch b := line[i]; {
		case quoted != 0 && b == quoted:
			quoted = 0
		case quoted == 0 && (b == '"' || b == '\'' && !open):
			quoted, open = b, true
		case quoted == 0 && (b == ' ' || b == '\t'):
			if open {
				words = append(words, word.String())
				word.Reset()
				open = false
			}
		default:
			word.WriteByte(b)
			open = true
		}
	}
	if open {
		words = append(words, word.String())
	}
	return words
}

// isHelp reports a request for a command's usage.
func isHelp(args []string) bool {
	return slices.ContainsFunc(args, func(a string) bool { return a == "/?" || a == "-?" })
}

func cls(c *console, _ clock.Instant, _ []string) { c.out.WriteString("\x1b[H\x1b[2J") }

func hostname(c *console, _ clock.Instant, args []string) {
	if len(args) > 0 {
		c.printf("sethostname: Use the Network Control Panel Applet to set hostname.\nhostname -s is not supported.\n")
		return
	}
	c.printf("%s\n", c.pc.spec.Computer)
}

func ver(c *console, _ clock.Instant, _ []string) {
	c.printf("\n%s\n", c.pc.spec.Personality.Version)
}

// exit starts a new prompt: a console line has nowhere else to go.
func exit(c *console, _ clock.Instant, _ []string) {
	p := c.pc.spec.Personality
	c.history = nil
	c.printf("%s\n%s\n", p.Version, p.Copyright)
}

func help(c *console, _ clock.Instant, args []string) {
	if len(args) > 0 {
		for _, cmd := range commands() {
			if strings.EqualFold(cmd.name, args[0]) {
				c.printf("%s\n", cmd.help)
				return
			}
		}
		c.printf("This command is not supported by the help utility.  Try \"%s /?\".\n", args[0])
		return
	}
	c.printf("For more information on a specific command, type HELP command-name\n")
	for _, cmd := range commands() {
		c.printf("%-21s %s\n", cmd.name, cmd.help)
	}
}
