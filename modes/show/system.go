package show

import (
	"fmt"
	"strings"
	"time"

	"ioslab/debug/logging"
)

// Memory is what the processor and I/O pools hold, in bytes.
type Memory struct{ Total, Used, IOTotal, IOUsed uint64 }

// Process is a row of the process tables.
type Process struct {
	PID, TTY                      int
	Name                          string
	Runtime                       time.Duration
	Invoked                       uint64
	Allocated, Freed, Holding     uint64
	FiveSeconds, OneMin, FiveMins float64 // per cent
}

// CPU is the head of `show processes cpu`, in per cent.
type CPU struct{ FiveSeconds, Interrupt, OneMinute, FiveMinutes int }

// ProcessesCPU is `show processes cpu`.
func ProcessesCPU(c CPU, list []Process) string {
	var b strings.Builder
	fmt.Fprintf(&b, "CPU utilization for five seconds: %d%%/%d%%; one minute: %d%%; five minutes: %d%%\n", c.FiveSeconds, c.Interrupt, c.OneMinute, c.FiveMinutes)
	b.WriteString(" PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process \n")
	for _, p := range list {
		ms := uint64(p.Runtime / time.Millisecond)
		var each uint64
		if p.Invoked > 0 {
			each = uint64(p.Runtime/time.Microsecond) / p.Invoked
		}
		fmt.Fprintf(&b, "%4d %11d %11d %10d %5.2f%% %5.2f%% %5.2f%% %3d %-17s\n", p.PID, ms, p.Invoked, each, p.FiveSeconds, p.OneMin, p.FiveMins, p.TTY, p.Name)
	}
	return b.String()
}

// ProcessesMemory is `show processes memory`.
func ProcessesMemory(m Memory, list []Process) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Processor Pool Total: %10d Used: %10d Free: %10d\n", m.Total, m.Used, m.Total-min(m.Used, m.Total))
	fmt.Fprintf(&b, "      I/O Pool Total: %10d Used: %10d Free: %10d\n\n", m.IOTotal, m.IOUsed, m.IOTotal-min(m.IOUsed, m.IOTotal))
	b.WriteString(" PID TTY  Allocated      Freed    Holding    Getbufs    Retbufs Process\n")
	var total uint64
	for _, p := range list {
		total += p.Holding
		fmt.Fprintf(&b, "%4d %3d %10d %10d %10d %10d %10d %s\n", p.PID, p.TTY, p.Allocated, p.Freed, p.Holding, 0, 0, p.Name)
	}
	fmt.Fprintf(&b, "%30s%10d Total\n", "", total)
	return b.String()
}

// MemoryStatistics is `show memory statistics`.
func MemoryStatistics(m Memory) string {
	row := func(name string, total, used uint64) string {
		free := total - min(used, total)
		return fmt.Sprintf("%-10s%9X%12d%12d%12d%12d%12d\n", name, 0x64000000, total, used, free, free, free)
	}
	return "                Head    Total(b)     Used(b)     Free(b)   Lowest(b)  Largest(b)\n" +
		row("Processor", m.Total, m.Used) + row("      I/O", m.IOTotal, m.IOUsed)
}

// Line is a terminal line for `show line` and `show terminal`.
type Line struct {
	TTY  int
	Name string
	// Type is CTY, AUX or VTY.
	Type string
	// Active marks a line in use; Here the one that asks.
	Active, Here bool
	Uses         int
	Length       int
	Width        int
	ExecTimeout  time.Duration
	History      int
	Location     string
	Since        time.Duration
}

// Lines is `show line`.
func Lines(list []Line) string {
	var b strings.Builder
	b.WriteString("   Tty Typ     Tx/Rx    A Modem  Roty AccO AccI   Uses   Noise  Overruns   Int\n")
	for _, l := range list {
		mark, speed := " ", ""
		if l.Active {
			mark = "*"
		}
		if l.Type == "AUX" {
			speed = "9600/9600"
		}
		fmt.Fprintf(&b, "%s%5d %-3s %11s  -    -      -    -    -   %4d %7d     0/0       -\n", mark, l.TTY, l.Type, speed, l.Uses, 0)
	}
	b.WriteByte('\n')
	return b.String()
}

// Terminal is `show terminal`.
func Terminal(l Line) string {
	var b strings.Builder
	fmt.Fprintf(&b, "Line %d, Location: \"%s\", Type: \"\"\n", l.TTY, l.Location)
	fmt.Fprintf(&b, "Length: %d lines, Width: %d columns\n", l.Length, l.Width)
	if l.Type != "VTY" {
		b.WriteString("Baud rate (TX/RX) is 9600/9600, no parity, 2 stopbits, 8 databits\n")
	}
	b.WriteString("Status: PSI Enabled, Ready, Active, Automore On\nCapabilities: none\nModem state: Ready\n")
	b.WriteString("Special Chars: Escape  Hold  Stop  Start  Disconnect  Activation\n                ^^x    none   -     -       none         \n")
	timeout := "never   "
	if l.ExecTimeout > 0 {
		timeout = hms(l.ExecTimeout)
	}
	b.WriteString("Timeouts:      Idle EXEC    Idle Session   Modem Answer  Session   Dispatch\n")
	fmt.Fprintf(&b, "               %s        never                        none     not set\n", timeout)
	b.WriteString("                            Idle Session Disconnect Warning\n                              never \n")
	b.WriteString("                            Login-sequence User Response\n                             00:00:30\n")
	b.WriteString("                            Autoselect Initial Wait\n                              not set \n")
	fmt.Fprintf(&b, "Modem type is unknown.\nSession limit is not set.\nTime since activation: %s\nEditing is enabled.\n", logging.Elapsed(l.Since))
	if l.History > 0 {
		fmt.Fprintf(&b, "History is enabled, history size is %d.\n", l.History)
	} else {
		b.WriteString("History is disabled.\n")
	}
	b.WriteString("DNS resolution in show commands is enabled\nFull user help is disabled\n")
	b.WriteString("Allowed input transports are none.\nAllowed output transports are pad telnet rlogin ssh.\nPreferred transport is telnet.\n")
	b.WriteString("No output characters are padded\nNo special data dispatching characters\n")
	return b.String()
}

// Coverage is one line of a configuration that is not active.
type Coverage struct {
	// Mode is the lines that lead to it: "vpdn-group 1".
	Mode string
	Line string
	// State is stored or unsupported; Meaning says what that means to the user.
	State, Meaning string
}

// ParserCoverage is ioslab's own `show parser coverage`.
func ParserCoverage(total int, list []Coverage) string {
	var b strings.Builder
	stored, unsupported := 0, 0
	for _, c := range list {
		if c.State == "unsupported" {
			unsupported++
		} else {
			stored++
		}
	}
	fmt.Fprintf(&b, "Configuration lines: %d active, %d stored, %d unsupported\n", total-len(list), stored, unsupported)
	mode := ""
	for _, c := range list {
		if c.Mode != mode {
			mode = c.Mode
			if mode != "" {
				fmt.Fprintf(&b, "\n%s\n", mode)
			}
		}
		fmt.Fprintf(&b, "  %-11s  %s\n", c.State, strings.TrimSpace(c.Line))
		if c.Meaning != "" {
			fmt.Fprintf(&b, "               %s\n", c.Meaning)
		}
	}
	return b.String()
}
