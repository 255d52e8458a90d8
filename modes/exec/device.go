package exec

import (
	"net/netip"

	"ioslab/debug/logging"
	"ioslab/modes/show"
	"ioslab/parser/config"
	"ioslab/parser/grammar"
	"ioslab/runtime/aaa"
	"ioslab/runtime/clock"
	"ioslab/runtime/forward"
	"ioslab/runtime/host"
	"ioslab/runtime/ike"
	"ioslab/runtime/ipsec"
	"ioslab/runtime/l2tp"
	"ioslab/runtime/pool"
	"ioslab/runtime/ppp"
)

// Device is what the commands need of a router.
type Device interface {
	SystemDevice
	ConfigDevice
	LogDevice
	AuthDevice
	CryptoDevice
	VPDNDevice
	IPDevice
}

// SystemDevice is the box.
type SystemDevice interface {
	Platform() show.Platform
	Memory() show.Memory
	CPU() show.CPU
	Processes() []show.Process
	// Reload boots the router again from its startup-config, after this step.
	Reload(now clock.Instant)
}

// ConfigDevice is the running configuration and the files.
type ConfigDevice interface {
	// Config is the running configuration, read-only.
	Config() *config.Config
	// RunningConfig is its text from `version` to `end`, without the lines that
	// Shell puts in front.
	RunningConfig() string
	// InterfaceConfig is the block of one interface as the running-config prints
	// it; ok is false when there is none.
	InterfaceConfig(name string) (text string, ok bool)
	// Configure opens configuration mode for a session.
	Configure() Configurator
	// LoadConfig merges lines into the running configuration, as copying
	// the startup-config does. It returns what the lines answered.
	LoadConfig(now clock.Instant, text string) (answers string)
	// Coverage tells of the lines that are not active, and how many there are in all.
	Coverage() (total int, inactive []show.Coverage)
	NVRAM() NVRAM
}

// NVRAM keeps files; a Save is atomic and durable.
type NVRAM interface {
	// Load returns a file; an error that is fs.ErrNotExist when there is none.
	Load(file string) ([]byte, error)
	Save(file string, data []byte) error
	Remove(file string) error
}

// StartupConfig is the name of the file in NVRAM.
const StartupConfig = "startup-config"

// Configurator is one session's configuration mode.
type Configurator interface {
	// Prompt is the whole prompt, "R2LNS(config-if)#".
	Prompt() string
	// Title heads the help list of an empty line: "Configure commands:".
	Title() string
	// Line runs one line; `exit` and `end` too.
	Line(now clock.Instant, line string) LineResult
	// Help and Complete work on the text before the cursor.
	Help(line string) ([]grammar.Item, grammar.Result)
	Complete(line string) (string, bool)
}

// LineResult is what a configuration line did.
type LineResult struct {
	// Kind is grammar.Matched or Empty when it was fine.
	Kind grammar.Kind
	// Column is the byte offset of the caret for Invalid.
	Column int
	// Output is what the command says, lines ended by '\n'.
	Output string
	// Left tells that configuration mode is over.
	Left bool
	// Text tells that the following lines belong to the command (a banner's
	// text): they are given to Line as they are, without a prompt.
	Text bool
}

// LogDevice is logging and debugging.
type LogDevice interface {
	Logger() *logging.Logger
	Debug() *logging.Conditions
}

// AuthDevice verifies terminal users; runtime/aaa.Engine has these methods.
type AuthDevice interface {
	LoginPrompts(list string) aaa.Prompts
	Login(now clock.Instant, id uint32, list, user, password string, line aaa.Secret) aaa.Reply
	LoginLocal(now clock.Instant, user, password string) aaa.Reply
	EnableLogin(now clock.Instant, id uint32, user, password string, line aaa.Secret) aaa.Reply
	// Bind gives a session an id for the debugs of AAA.
	Bind(line string) uint32
}

// SASelection says which IPsec SAs `clear crypto sa` is about; the zero value
// means all.
type SASelection struct {
	Peer netip.Addr
	Map  string
	// SPI with Peer and Protocol (50 or 51) is `clear crypto sa entry`.
	SPI      uint32
	Protocol uint8
	// Counters clears the counters only.
	Counters bool
}

// CryptoDevice is IKE and IPsec.
type CryptoDevice interface {
	IKESnapshot(now clock.Instant) ike.Snapshot
	IPsecSnapshot(now clock.Instant) ipsec.Snapshot
	// ClearISAKMP deletes the phase 1 SA of a connection id, 0 for all.
	ClearISAKMP(now clock.Instant, connID int)
	ClearIPsec(now clock.Instant, which SASelection)
	// ClearCryptoSession deletes both phases of a peer; an invalid remote is all.
	ClearCryptoSession(now clock.Instant, remote netip.Addr)
}

// Call is one PPP call as `show users` tells it.
type Call struct {
	// Interface is the full name: Virtual-Access2.1.
	Interface string
	User      string
	Since     clock.Instant
	// LastData is clock.Never when idle time is not counted.
	LastData clock.Instant
	Peer     netip.Addr
}

// VPDNDevice is L2TP, PPP and the pools.
type VPDNDevice interface {
	L2TPSnapshot(now clock.Instant) l2tp.Snapshot
	PPPSnapshots(now clock.Instant) []ppp.Snapshot
	Calls(now clock.Instant) []Call
	// ClearTunnels closes tunnels: by id when not 0, else by the remote name when
	// not empty, else all.
	ClearTunnels(now clock.Instant, id uint16, remote string)
	// ClearInterface hangs the call of a Virtual-Access up.
	ClearInterface(now clock.Instant, name string)
	Pools() []pool.Status
	Leases(pool string) []pool.Lease
	Available(pool string, limit int) []netip.Addr
}

// Operation is a running ping or traceroute; *host.Operation is one.
type Operation interface{ Cancel(now clock.Instant) }

// IPDevice is the forwarding plane and the node's own packets.
type IPDevice interface {
	// Interfaces are all interfaces in IOS's order.
	Interfaces(now clock.Instant) []show.Interface
	Routes(now clock.Instant) forward.RouteTable
	ARP(now clock.Instant) []forward.ARPEntry
	AccessLists() []forward.ListState
	Ping(now clock.Instant, p host.Ping, w host.PingWatcher) (Operation, error)
	Traceroute(now clock.Instant, t host.Trace, w host.TraceWatcher) (Operation, error)
	ClearARP(now clock.Instant)
	// ClearCounters is for one interface, "" for all.
	ClearCounters(now clock.Instant, iface string)
	// ClearAccessLists is for one list, "" for all.
	ClearAccessLists(now clock.Instant, name string)
	// DebugPackets says how `debug ip packet` is narrowed.
	DebugPackets(on bool, list string, detail bool)
}
