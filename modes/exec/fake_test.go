package exec

import (
	"io/fs"
	"net/netip"
	"strings"
	"testing"
	"time"

	"ioslab/debug/logging"
	"ioslab/modes/session"
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

// device is a Device that holds still: it keeps what it was asked for.
type device struct {
	cfg     *config.Config
	text    string
	log     *logging.Logger
	debug   logging.Conditions
	files   map[string]string
	asked   []string // what commands did
	watch   host.PingWatcher
	hops    host.TraceWatcher
	ping    host.Ping
	ifaces  []show.Interface
	ike     ike.Snapshot
	ipsec   ipsec.Snapshot
	l2tp    l2tp.Snapshot
	calls   []Call
	reloads int
}

func (d *device) did(what string) { d.asked = append(d.asked, what) }

func (d *device) Platform() show.Platform { return show.C7206() }
func (d *device) Memory() show.Memory {
	return show.Memory{Total: 1000, Used: 400, IOTotal: 100, IOUsed: 10}
}
func (d *device) CPU() show.CPU                    { return show.CPU{} }
func (d *device) Processes() []show.Process        { return nil }
func (d *device) Reload(clock.Instant)             { d.reloads++ }
func (d *device) Config() *config.Config           { return d.cfg }
func (d *device) RunningConfig() string            { return d.text }
func (d *device) Configure() Configurator          { return &configurator{d: d} }
func (d *device) NVRAM() NVRAM                     { return d }
func (d *device) Logger() *logging.Logger          { return d.log }
func (d *device) Debug() *logging.Conditions       { return &d.debug }
func (d *device) Coverage() (int, []show.Coverage) { return 10, nil }

func (d *device) InterfaceConfig(name string) (string, bool) {
	return "interface " + name + "\n ip address 12.1.1.2 255.255.255.0\n", name == "FastEthernet0/0"
}

func (d *device) LoadConfig(_ clock.Instant, text string) string {
	d.did("load " + text)
	return ""
}

func (d *device) Load(file string) ([]byte, error) {
	if text, ok := d.files[file]; ok {
		return []byte(text), nil
	}
	return nil, fs.ErrNotExist
}

func (d *device) Save(file string, data []byte) error {
	d.files[file] = string(data)
	return nil
}

func (d *device) Remove(file string) error {
	delete(d.files, file)
	return nil
}

func (d *device) LoginPrompts(string) aaa.Prompts { return aaa.Prompts{Username: true, Password: true} }

func (d *device) Login(_ clock.Instant, _ uint32, _, user, password string, _ aaa.Secret) aaa.Reply {
	return d.LoginLocal(0, user, password)
}

func (d *device) LoginLocal(_ clock.Instant, user, password string) aaa.Reply {
	if user == "lab" && password == "cisco" {
		return aaa.Reply{Status: aaa.Pass, Privilege: 15}
	}
	return aaa.Reply{Status: aaa.Fail}
}

func (d *device) EnableLogin(_ clock.Instant, _ uint32, _, password string, _ aaa.Secret) aaa.Reply {
	return d.LoginLocal(0, "lab", password)
}

func (d *device) Bind(string) uint32                          { return 7 }
func (d *device) IKESnapshot(clock.Instant) ike.Snapshot      { return d.ike }
func (d *device) IPsecSnapshot(clock.Instant) ipsec.Snapshot  { return d.ipsec }
func (d *device) ClearISAKMP(_ clock.Instant, id int)         { d.did("clear isakmp " + itoa(id)) }
func (d *device) L2TPSnapshot(clock.Instant) l2tp.Snapshot    { return d.l2tp }
func (d *device) PPPSnapshots(clock.Instant) []ppp.Snapshot   { return nil }
func (d *device) Calls(clock.Instant) []Call                  { return d.calls }
func (d *device) ClearInterface(_ clock.Instant, name string) { d.did("clear interface " + name) }
func (d *device) Pools() []pool.Status                        { return nil }
func (d *device) Leases(string) []pool.Lease                  { return nil }
func (d *device) Available(string, int) []netip.Addr          { return nil }
func (d *device) Interfaces(clock.Instant) []show.Interface   { return d.ifaces }
func (d *device) Routes(clock.Instant) forward.RouteTable     { return forward.RouteTable{} }
func (d *device) ARP(clock.Instant) []forward.ARPEntry        { return nil }
func (d *device) AccessLists() []forward.ListState            { return nil }
func (d *device) ClearARP(clock.Instant)                      { d.did("clear arp") }
func (d *device) ClearCounters(_ clock.Instant, iface string) { d.did("clear counters " + iface) }
func (d *device) ClearAccessLists(_ clock.Instant, n string)  { d.did("clear acl " + n) }
func (d *device) DebugPackets(on bool, list string, _ bool)   { d.did("packets " + list) }

func (d *device) ClearIPsec(_ clock.Instant, s SASelection) {
	d.did("clear sa " + s.Peer.String() + s.Map)
}

func (d *device) ClearCryptoSession(_ clock.Instant, remote netip.Addr) {
	d.did("clear session " + remote.String())
}

func (d *device) ClearTunnels(_ clock.Instant, id uint16, remote string) {
	d.did("clear tunnel " + itoa(int(id)) + remote)
}

func (d *device) Ping(_ clock.Instant, p host.Ping, w host.PingWatcher) (Operation, error) {
	d.ping, d.watch = p, w
	return operation{d}, nil
}

func (d *device) Traceroute(_ clock.Instant, t host.Trace, w host.TraceWatcher) (Operation, error) {
	d.hops = w
	return operation{d}, nil
}

type operation struct{ d *device }

func (o operation) Cancel(now clock.Instant) {
	o.d.watch.Done(now, host.PingResult{Sent: 1, Interrupted: true})
}

// configurator knows hostname, interface, banner, exit and end.
type configurator struct {
	d      *device
	mode   string
	banner bool
}

func (c *configurator) Prompt() string { return c.d.cfg.System.Name() + "(config" + c.mode + ")#" }
func (c *configurator) Title() string  { return "Configure commands:" }

func (c *configurator) Help(string) ([]grammar.Item, grammar.Result) {
	return []grammar.Item{{Token: "hostname", Text: "Set system's network name", Keyword: true}}, grammar.Result{Kind: grammar.Matched}
}

func (c *configurator) Complete(line string) (string, bool) { return "hostname ", line == "hos" }

func (c *configurator) Line(_ clock.Instant, line string) LineResult {
	if c.banner {
		c.banner = !strings.Contains(line, "#")
		return LineResult{Kind: grammar.Matched, Text: c.banner}
	}
	word, rest, _ := strings.Cut(strings.TrimSpace(line), " ")
	switch word {
	case "":
		return LineResult{Kind: grammar.Empty}
	case "hostname":
		draft := config.Begin(c.d.cfg)
		draft.Config().System.Hostname = config.Some(rest)
		c.d.cfg = draft.Commit()
		return LineResult{Kind: grammar.Matched}
	case "interface":
		c.mode = "-if"
		return LineResult{Kind: grammar.Matched}
	case "banner":
		c.banner = true
		return LineResult{Kind: grammar.Matched, Output: "Enter TEXT message.  End with the character '#'.\n", Text: true}
	case "exit":
		left := c.mode == ""
		c.mode = ""
		return LineResult{Kind: grammar.Matched, Left: left}
	case "end":
		return LineResult{Kind: grammar.Matched, Left: true}
	}
	return LineResult{Kind: grammar.Invalid, Column: 2}
}

// bench is a router's EXEC with a fake device and its console, at its prompt.
type bench struct {
	t   *testing.T
	d   *device
	sys *System
	now clock.Instant
}

func newBench(t *testing.T, configure func(*config.Config)) *bench {
	t.Helper()
	draft := config.Begin(&config.Config{})
	draft.Config().System.Hostname = config.Some("R2LNS")
	draft.Config().IP.DomainLookup = config.Some(false)
	if configure != nil {
		configure(draft.Config())
	}
	cfg := logging.Defaults()
	cfg.Log = logging.StampFormat{Kind: logging.StampDatetime, Msec: true}
	base := time.Date(2014, 10, 11, 11, 35, 10, 831e6, time.UTC)
	d := &device{cfg: draft.Commit(), files: map[string]string{}, log: logging.New(cfg, logging.NewWallClock(base, 0)),
		text: "version 12.4\nhostname R2LNS\nend\n"}
	b := &bench{t: t, d: d, sys: NewSystem(d)}
	b.sys.Start(0, "")
	b.sys.Console().Output()
	return b
}

// enabled is newBench with the console at the privileged prompt.
func enabled(t *testing.T) *bench {
	b := newBench(t, nil)
	b.typed("\renable\r")
	return b
}

// typed gives keys to the console and returns what it shows, LF line ends.
func (b *bench) typed(keys string) string {
	return b.on(b.sys.Console(), keys)
}

func (b *bench) on(s *session.Session, keys string) string {
	s.Input(b.now, []byte(keys))
	return strings.ReplaceAll(string(s.Output()), "\r\n", "\n")
}

// expect types keys and compares the whole of what is shown.
func (b *bench) expect(keys, want string) {
	b.t.Helper()
	if got := b.typed(keys); got != want {
		b.t.Errorf("%q: got\n%q\nwant\n%q", keys, got, want)
	}
}
