package router

import (
	"io"
	"net/netip"
	"strings"
	"time"

	"ioslab/debug/format"
	"ioslab/debug/logging"
	"ioslab/modes/exec"
	"ioslab/parser/config"
	"ioslab/runtime/aaa"
	"ioslab/runtime/clock"
	"ioslab/runtime/host"
	"ioslab/runtime/ike"
	"ioslab/runtime/lab"
	"ioslab/runtime/packet"
	"ioslab/runtime/pool"
	"ioslab/runtime/reconcile"
	"ioslab/runtime/stack"
	"ioslab/runtime/wire/ether"
)

// Options are what a Router is made from.
type Options struct {
	// Name is the node's name; it is the host name of nothing: that one stands
	// in the configuration.
	Name  string
	Index int
	// Ports are the interfaces that have a wire, by port number.
	Ports []string
	Rand  io.Reader
	// Epoch is the wall-clock time of instant 0.
	Epoch    time.Time
	Transmit func(port int, frame *packet.Buffer)
	// NVRAM keeps the startup-config; Startup is what it holds before anything
	// was ever saved.
	NVRAM   lab.NVRAM
	Startup []byte
	Keys    lab.KeyLog
}

// Router is one router. It belongs to its runner's goroutine.
type Router struct {
	opt   Options
	files *nvram
	now   clock.Instant
	// carrier tells which ports have a wire.
	carrier map[int]bool
	ports   map[config.InterfaceName]reconcile.Port
	system  *exec.System
	started bool // the first Tick came
	// reloading asks for a reload at the end of the step.
	reloading bool

	// What a reload builds anew:
	cfg     *config.Config
	startup *config.Config // as it was loaded
	*stack.Stack
	aaa    *aaa.Engine
	pools  *pool.Manager
	logger *logging.Logger
	conds  logging.Conditions
	events *logging.Events
	access vaccess
	crypto bool // a crypto map is applied: ISAKMP is ON
}

// New returns a router that boots at its first Tick.
func New(opt Options) (*Router, error) {
	r := &Router{opt: opt, carrier: map[int]bool{}, ports: map[config.InterfaceName]reconcile.Port{}}
	if opt.NVRAM == nil {
		r.opt.NVRAM = &lab.MemoryNVRAM{}
	}
	r.files = &nvram{NVRAM: r.opt.NVRAM, startup: opt.Startup}
	for i, name := range opt.Ports {
		r.ports[config.InterfaceName(name)] = r.hardware(i)
	}
	if err := r.build(0); err != nil {
		return nil, err
	}
	r.system = exec.NewSystem(r)
	return r, nil
}

// build makes everything that does not outlive a reload.
func (r *Router) build(now clock.Instant) error {
	r.cfg, r.startup = &config.Config{}, nil
	r.access, r.crypto, r.conds = vaccess{}, false, logging.Conditions{}
	wall := logging.NewWallClock(r.opt.Epoch.Add(now.Sub(0)), now)
	r.logger = logging.New(logging.Defaults(), wall)
	r.logger.SetHost(r)
	r.events = &logging.Events{Logger: r.logger, Conditions: &r.conds, Now: func() clock.Instant { return r.now }}
	r.aaa = aaa.New(aaa.Config{}, r.events, nil)
	r.pools = pool.New(pool.Config{})
	var err error
	r.Stack, err = stack.New(stack.Config{
		Owner: owner{r}, Sink: r.events, Rand: r.opt.Rand, Transmit: r.opt.Transmit,
		IKE: ike.Config{Disabled: true}, Host: host.Config{}, Keys: r.opt.Keys,
	})
	return err
}

// hardware returns port number and burnt-in address of the n-th Ethernet
// interface: dynamips' scheme, ca, the router's number, and the slot in the last octet.
func (r *Router) hardware(n int) reconcile.Port {
	var h uint16
	for _, c := range r.opt.Name {
		h = h*31 + uint16(c)
	}
	return reconcile.Port{Number: n, MAC: ether.Addr{0xca, byte(r.opt.Index + 1), byte(h >> 8), byte(h), 0, byte(n * 8)}}
}

// port returns the hardware of an interface; one without a wire gets a number
// behind the linked ones, on which nothing ever comes.
func (r *Router) port(name config.InterfaceName) reconcile.Port {
	p, ok := r.ports[name]
	if !ok {
		p = r.hardware(len(r.ports))
		r.ports[name] = p
	}
	return p
}

// linked returns the interfaces that have a wire.
func (r *Router) linked() []config.InterfaceName {
	var out []config.InterfaceName
	for _, n := range r.opt.Ports {
		out = append(out, config.InterfaceName(n))
	}
	return out
}

// MAC returns the burnt-in address of a linked port.
func (r *Router) MAC(port int) ether.Addr { return r.hardware(port).MAC }

// Receive takes a frame from a port; ownership passes.
func (r *Router) Receive(now clock.Instant, port int, frame *packet.Buffer) {
	r.now = now
	r.Stack.Receive(now, port, frame)
}

// Carrier tells that the wire of a port is there or gone.
func (r *Router) Carrier(now clock.Instant, port int, up bool) {
	r.now = now
	r.carrier[port] = up
	r.Plane.SetCarrier(now, port, up)
	r.Settle(now)
}

// Config returns the running configuration; it must not be changed.
func (r *Router) Config() *config.Config { return r.cfg }

// Apply makes cfg the running configuration, in this step.
func (r *Router) Apply(now clock.Instant, cfg *config.Config) {
	if cfg == r.cfg {
		return
	}
	r.now = now
	r.cfg = cfg
	r.reconcile(now)
}

// reconcile gives every engine its part of the running configuration; those
// whose part has not changed do nothing.
func (r *Router) reconcile(now clock.Instant) {
	cfg := r.cfg
	r.events.Formatter.Dialect = dialect(cfg)
	r.logger.Configure(reconcile.Logging(cfg))
	r.logger.Clock().SetZone(reconcile.Zone(cfg))
	r.aaa.Configure(now, reconcile.AAA(cfg))
	r.pools.Configure(reconcile.Pools(cfg))
	r.Plane.Configure(now, reconcile.Forward(cfg, r.port))
	r.IPsec.Configure(now, reconcile.IPsec(cfg))
	r.IKE.Configure(now, reconcile.IKE(cfg))
	r.L2TP.Configure(now, reconcile.L2TP(cfg))
	r.access.templates = nil
	r.cryptoSwitched(now)
	r.Settle(now)
}

func dialect(c *config.Config) format.Dialect {
	if c.IsVersion15() {
		return format.IOS15
	}
	return format.IOS124T
}

// cryptoSwitched tells when ISAKMP comes on or goes off: with the first
// crypto map applied to an interface and with the last one taken away.
func (r *Router) cryptoSwitched(now clock.Instant) {
	on := r.cfg.ISAKMP.Enable.Or(true) && reconcile.CryptoApplied(r.cfg)
	if on != r.crypto {
		r.crypto = on
		r.logger.Log(now, logging.ISAKMPOnOff(on))
	}
}

// addressOf returns the address of an own interface by name, invalid for none.
func (r *Router) addressOf(name string) netip.Addr {
	return reconcile.AddressOf(r.cfg, config.InterfaceName(name))
}

// SendSyslog implements logging.Host: RFC 3164 over UDP port 514.
func (r *Router) SendSyslog(now clock.Instant, to netip.Addr, datagram string) {
	var local netip.AddrPort
	if src, ok := r.cfg.Logging.SourceInterface.Get(); ok {
		local = netip.AddrPortFrom(r.addressOf(string(src)), 514)
	}
	// IOS shortens what does not fit a datagram; 1,024 bytes is RFC 3164's limit.
	datagram = strings.ToValidUTF8(datagram[:min(len(datagram), 1024)], "")
	_ = r.Host.SendUDP(now, local, netip.AddrPortFrom(to, 514), packet.From([]byte(datagram)), host.Send{})
}

// FromEnv returns the options of a router that stands in a lab file.
func FromEnv(env lab.Env) Options {
	spec, _ := env.Spec.(lab.RouterSpec)
	return Options{
		Name: env.Name, Index: env.Index, Ports: env.Ports, Rand: env.Rand, Epoch: env.Epoch,
		Transmit: env.Transmit, NVRAM: env.NVRAM, Startup: spec.Startup.Data, Keys: env.Keys,
	}
}
