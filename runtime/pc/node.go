package pc

import (
	"fmt"
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/forward"
	"ioslab/runtime/host"
	"ioslab/runtime/ipsec"
	"ioslab/runtime/lab"
	"ioslab/runtime/packet"
	"ioslab/runtime/stack"
	"ioslab/runtime/wire/ether"
)

// PC is a dial-in PC. It belongs to its runner's goroutine.
type PC struct {
	env   lab.Env
	spec  Spec
	stack *stack.Stack

	book     book
	registry registry
	dial     dial
	con      console
	carrier  bool
	booted   bool
}

// New makes a PC from its lab entry.
func New(env lab.Env) (*PC, error) {
	spec, ok := env.Spec.(Spec)
	if !ok {
		return nil, errNoSpec
	}
	if spec.Computer == "" {
		spec.Computer = env.Name
	}
	if spec.MAC == (ether.Addr{}) {
		spec.MAC = ether.Addr{0x02, 0x00, 0x4c, 0x4f, byte(env.Index >> 8), byte(env.Index)}
	}
	p := &PC{env: env, spec: spec}
	var err error
	p.stack, err = stack.New(stack.Config{
		Owner: p, Sink: event.Discard{}, Rand: env.Rand, Transmit: env.Transmit,
		Host: host.Config{TTL: spec.Personality.TTL}, Offer: stack.WindowsOffer, Keys: env.Keys,
	})
	if err != nil {
		return nil, fmt.Errorf("pc: %w", err)
	}
	p.book.entries = append(p.book.entries, spec.Entries...)
	p.loadNVRAM()
	p.con.pc = p
	p.dial.init(p)
	return p, nil
}

// Receive takes a frame from the port.
func (p *PC) Receive(now clock.Instant, port int, frame *packet.Buffer) {
	p.stack.Receive(now, port, frame)
	p.settle(now)
}

// Carrier tells that the wire came or went.
func (p *PC) Carrier(now clock.Instant, port int, up bool) {
	if port != 0 {
		return
	}
	p.carrier = up
	p.stack.Plane.SetCarrier(now, port, up)
	p.stack.Settle(now)
}

// Tick does what is due; the first one boots.
func (p *PC) Tick(now clock.Instant) {
	if !p.booted {
		p.booted = true
		p.configure(now)
		if p.carrier {
			p.stack.Plane.SetCarrier(now, 0, true)
		}
		p.con.boot(now)
	}
	p.stack.Tick(now)
	p.dial.tick(now)
	p.settle(now)
}

// settle lets the engines come to rest and the console read on.
func (p *PC) settle(now clock.Instant) {
	p.stack.Settle(now)
	p.dial.settle(now)
	p.con.pump(now)
	p.stack.Settle(now)
}

// Deadline returns when Tick is wanted.
func (p *PC) Deadline() clock.Instant {
	if !p.booted {
		return 0
	}
	return clock.Earliest(p.stack.Deadline(), p.dial.deadline)
}

// Console returns the command prompt.
func (p *PC) Console() lab.Console { return &p.con }

// Close gives back what the PC holds. Calls end without a word.
func (p *PC) Close(now clock.Instant) {
	var calls []*stack.Call
	p.stack.EachCall(func(c *stack.Call) { calls = append(calls, c) })
	for _, c := range calls {
		c.Link.LowerDown(now)
	}
	p.stack.IPsec.Configure(now, ipsec.Config{})
	p.stack.Plane.Configure(now, forward.Config{})
}

// Residue tells what a PC without a call still holds; empty after a hang-up.
// It is for the tests of the simulated world.
func (p *PC) Residue(now clock.Instant) []string {
	var out []string
	if n := p.stack.Calls(); n != 0 {
		out = append(out, fmt.Sprintf("%d PPP sessions", n))
	}
	l := p.stack.L2TP.Snapshot()
	if len(l.Tunnels)+len(l.Sessions) != 0 {
		out = append(out, fmt.Sprintf("%d tunnels, %d sessions", len(l.Tunnels), len(l.Sessions)))
	}
	for _, i := range p.stack.IPsec.Snapshot(now).Interfaces {
		for _, id := range i.Idents {
			if n := len(id.Inbound) + len(id.Outbound); n != 0 {
				out = append(out, fmt.Sprintf("%d IPsec SAs", n))
			}
		}
	}
	for _, sa := range p.stack.IKE.Snapshot(now).SAs {
		if !sa.Deleted {
			out = append(out, "an IKE SA in "+sa.State.String())
		}
	}
	if p.dial.state != dialIdle {
		out = append(out, "a call that is "+p.dial.state.String())
	}
	return out
}

// configure brings the plane to the PC's present state: addresses, and the
// default route where it belongs.
func (p *PC) configure(now clock.Instant) {
	cfg := forward.Config{
		ARPHold: 1, StrongHost: true, TTL: p.spec.Personality.TTL,
		Interfaces: []forward.Interface{{
			Name: ethernetName, Kind: forward.Ethernet, Port: 0, MAC: p.spec.MAC,
			Address: p.spec.Address, Crypto: true,
		}},
		Routes: p.dial.routes(),
	}
	p.stack.Plane.Configure(now, cfg)
}

// ethernetName is the plane's name of the adapter; what the user sees is Spec.Adapter.
const ethernetName = "eth0"

// gatewayRoute is the default route of the Ethernet adapter.
func (p *PC) gatewayRoute(prefix netip.Prefix, distance int) forward.StaticRoute {
	return forward.StaticRoute{Prefix: prefix, NextHop: p.spec.Gateway, Distance: distance}
}
