package router

import (
	"io"
	"net/netip"
	"strings"
	"time"

	"ioslab/debug/format"
	"ioslab/debug/logging"
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
	now   clock.Instant
	boot  clock.Instant
	cfg   *config.Config
	ports map[config.InterfaceName]reconcile.Port

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
	r := &Router{opt: opt, cfg: &config.Config{}, ports: map[config.InterfaceName]reconcile.Port{}}
	for i, name := range opt.Ports {
		r.ports[config.InterfaceName(name)] = r.hardware(i)
	}
	r.logger = logging.New(logging.Defaults(), logging.NewWallClock(opt.Epoch, 0))
	r.events = &logging.Events{Logger: r.logger, Conditions: &r.conds, Now: func() clock.Instant { return r.now }}
	r.aaa = aaa.New(aaa.Config{}, r.events, nil)
	r.pools = pool.New(pool.Config{})
	var err error
	r.Stack, err = stack.New(stack.Config{
		Owner: owner{r}, Sink: r.events, Rand: opt.Rand, Transmit: opt.Transmit,
		IKE: ike.Config{Disabled: true}, Host: host.Config{}, Keys: opt.Keys,
	})
	return r, err
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

// Receive takes a frame from a port; ownership passes.
func (r *Router) Receive(now clock.Instant, port int, frame *packet.Buffer) {
	r.now = now
	r.Stack.Receive(now, port, frame)
}

// Carrier tells that the wire of a port is there or gone.
func (r *Router) Carrier(now clock.Instant, port int, up bool) {
	r.now = now
	r.Plane.SetCarrier(now, port, up)
	r.Settle(now)
}

// Config returns the running configuration; it must not be changed.
func (r *Router) Config() *config.Config { return r.cfg }

// Logger returns the logging process.
func (r *Router) Logger() *logging.Logger { return r.logger }

// Debug returns the debug conditions.
func (r *Router) Debug() *logging.Conditions { return &r.conds }

// Apply makes cfg the running configuration, in this step.
func (r *Router) Apply(now clock.Instant, cfg *config.Config) {
	if cfg == r.cfg {
		return
	}
	r.now = now
	r.cfg = cfg
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
