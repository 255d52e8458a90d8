package show

import (
	"fmt"
	"strings"
	"time"

	"ioslab/debug/logging"
	"ioslab/runtime/clock"
	"ioslab/runtime/forward"
)

// Interface is what the show commands tell of one interface: the plane's
// state and what only the configuration or PPP knows. Zero values mean what an
// interface of that kind has by itself.
type Interface struct {
	State forward.InterfaceState
	// Method is how the address came: NVRAM, manual, unset, TFTP, DHCP, IPCP.
	Method      string
	Description string
	// Bandwidth is in kbit/s, Delay in microseconds.
	Bandwidth, Delay int
	// Hardware is the words behind "Hardware is".
	Hardware string
	// Duplex and Speed are the words of an Ethernet: Half-duplex, 100Mb/s.
	Duplex, Speed string
	// NoKeepalive is `no keepalive`; Keepalive 0 means 10 s.
	NoKeepalive bool
	Keepalive   time.Duration
	PPP         *PPPState
	// CryptoMap is the map applied, for show ip interface.
	CryptoMap string
}

// PPPState is what an interface that speaks PPP adds.
type PPPState struct {
	LCPOpen bool
	// Open are the open network protocols: IPCP.
	Open []string
	// ClonedFrom is the template's full name.
	ClonedFrom string
	// Tunnel and Session are L2TP's local ids, 0 for none.
	Tunnel, Session uint16
}

// statusWord is the line's state: up, down, administratively down.
func (s *Interface) statusWord() string {
	if s.State.Shutdown {
		return "administratively down"
	}
	return upDown(s.State.Link)
}

// kindFacts are what each kind of interface has by itself.
type kindFacts struct {
	hardware, encapsulation string
	bandwidth, delay        int
}

func (s *Interface) facts() kindFacts {
	name := s.State.Name
	f := kindFacts{"Unknown", "ARPA", 10000, 1000}
	switch {
	case strings.HasPrefix(name, "FastEthernet"):
		f = kindFacts{"DEC21140", "ARPA", 100000, 100}
	case strings.HasPrefix(name, "GigabitEthernet"):
		f = kindFacts{"i82543 (Livengood)", "ARPA", 1000000, 10}
	case strings.HasPrefix(name, "Ethernet"):
		f = kindFacts{"AmdP2", "ARPA", 10000, 1000}
	case strings.HasPrefix(name, "Loopback"):
		f = kindFacts{"Loopback", "LOOPBACK", 8000000, 5000}
	case strings.HasPrefix(name, "Virtual-Access"):
		f = kindFacts{"Virtual Access interface", "PPP", 100000, 100000}
	case strings.HasPrefix(name, "Virtual-Template"):
		f = kindFacts{"Virtual Template interface", "PPP", 100000, 100000}
	case strings.HasPrefix(name, "Serial"):
		f = kindFacts{"M4T", "HDLC", 1544, 20000}
	case strings.HasPrefix(name, "Null"):
		f = kindFacts{"Unknown", "ARPA", 10000000, 0}
	case strings.HasPrefix(name, "Dialer"):
		f = kindFacts{"Unknown", "PPP", 56, 20000}
	}
	if s.Hardware != "" {
		f.hardware = s.Hardware
	}
	if s.Bandwidth != 0 {
		f.bandwidth = s.Bandwidth
	}
	if s.Delay != 0 {
		f.delay = s.Delay
	}
	return f
}

// Interfaces is `show interfaces`, for one or several.
func Interfaces(now clock.Instant, list []Interface, d Dialect) string {
	var b strings.Builder
	for i := range list {
		list[i].write(&b, now, d)
	}
	return b.String()
}

func (s *Interface) write(b *strings.Builder, now clock.Instant, d Dialect) {
	st := &s.State
	f := s.facts()
	fmt.Fprintf(b, "%s is %s, line protocol is %s \n", st.Name, s.statusWord(), upDown(st.Protocol))
	fmt.Fprintf(b, "  Hardware is %s", f.hardware)
	if st.Kind == forward.Ethernet {
		fmt.Fprintf(b, ", address is %s (bia %s)", st.MAC, st.MAC)
	}
	b.WriteByte('\n')
	if s.Description != "" {
		fmt.Fprintf(b, "  Description: %s\n", s.Description)
	}
	s.writeAddress(b)
	kbit := "Kbit"
	if d == M15 {
		kbit = "Kbit/sec"
	}
	mtu := st.EffectiveMTU
	if mtu == 0 {
		mtu = 1500
	}
	fmt.Fprintf(b, "  MTU %d bytes, BW %d %s, DLY %d usec, \n     reliability 255/255, txload %d/255, rxload %d/255\n",
		mtu, f.bandwidth, kbit, f.delay, load(st.Traffic.OutBitRate, f.bandwidth), load(st.Traffic.InBitRate, f.bandwidth))
	s.writeEncapsulation(b, f)
	s.writeTraffic(b, now, d)
}

// load is a bit rate as a share of 255 of the bandwidth, at least 1.
func load(bits uint64, kbit int) uint64 {
	if kbit <= 0 {
		return 1
	}
	return min(max(bits*255/(uint64(kbit)*1000), 1), 255)
}

func (s *Interface) writeAddress(b *strings.Builder) {
	st := &s.State
	switch {
	case st.Address.IsValid():
		fmt.Fprintf(b, "  Internet address is %s\n", st.Address)
	case st.Unnumbered != "":
		fmt.Fprintf(b, "  Interface is unnumbered. Using address of %s (%s)\n", st.Unnumbered, addr(st.Borrowed.Addr()))
	}
}

func (s *Interface) writeEncapsulation(b *strings.Builder, f kindFacts) {
	switch {
	case f.encapsulation != "PPP":
		fmt.Fprintf(b, "  Encapsulation %s, loopback not set\n", f.encapsulation)
	case s.PPP != nil && s.PPP.LCPOpen:
		fmt.Fprintf(b, "  Encapsulation PPP, LCP Open\n")
		if len(s.PPP.Open) > 0 {
			fmt.Fprintf(b, "  Open: %s\n", strings.Join(s.PPP.Open, ", "))
		}
	case s.PPP != nil:
		b.WriteString("  Encapsulation PPP, LCP Closed\n")
	default:
		b.WriteString("  Encapsulation PPP, loopback not set\n")
	}
	if s.PPP != nil && s.PPP.ClonedFrom != "" {
		fmt.Fprintf(b, "  PPPoVPDN vaccess, cloned from %s\n  Vaccess status 0x0\n", s.PPP.ClonedFrom)
		if s.PPP.Tunnel != 0 {
			fmt.Fprintf(b, "  Protocol l2tp, tunnel id %d, session id %d\n", s.PPP.Tunnel, s.PPP.Session)
		}
	}
	keepalive := s.Keepalive
	if keepalive == 0 {
		keepalive = 10 * time.Second
	}
	if s.NoKeepalive || s.State.Kind == forward.Null {
		b.WriteString("  Keepalive not set\n")
	} else if s.State.Kind != forward.Loopback {
		fmt.Fprintf(b, "  Keepalive set (%d sec)\n", int(keepalive/time.Second))
	}
	switch s.State.Kind {
	case forward.Ethernet:
		s.writeEthernet(b)
	case forward.PointToPoint, forward.Template:
		b.WriteString("  DTR is pulsed for 5 seconds on reset\n")
		if s.State.Kind == forward.Template {
			b.WriteString("  LCP Closed\n")
		}
	case forward.Loopback, forward.Null, forward.Serial:
	}
}

func (s *Interface) writeEthernet(b *strings.Builder) {
	duplex, speed, media := s.Duplex, s.Speed, "100BaseTX/FX"
	if duplex == "" {
		duplex = "Half-duplex"
	}
	if speed == "" {
		speed = "100Mb/s"
	}
	if strings.HasPrefix(s.State.Name, "Gigabit") {
		media = "link type is auto, media type is unknown 0"
	}
	fmt.Fprintf(b, "  %s, %s, %s\n", duplex, speed, media)
	timeout := s.State.ARPTimeout
	if timeout == 0 {
		timeout = 4 * time.Hour
	}
	fmt.Fprintf(b, "  ARP type: ARPA, ARP Timeout %s\n", hms(timeout))
}

func since(now, then clock.Instant) string {
	if then == clock.Never {
		return "never"
	}
	return logging.Elapsed(now.Sub(then))
}

func (s *Interface) writeTraffic(b *strings.Builder, now clock.Instant, d Dialect) {
	t := &s.State.Traffic
	interval := t.LoadInterval
	if interval == 0 {
		interval = 5 * time.Minute
	}
	period := fmt.Sprintf("%d minute", int(interval/time.Minute))
	if interval < time.Minute || interval%time.Minute != 0 {
		period = fmt.Sprintf("%d second", int(interval/time.Second))
	}
	fmt.Fprintf(b, "  Last input %s, output %s, output hang never\n", since(now, t.LastIn), since(now, t.LastOut))
	fmt.Fprintf(b, "  Last clearing of \"show interface\" counters %s\n", since(now, t.LastClear))
	fmt.Fprintf(b, "  Input queue: 0/75/%d/0 (size/max/drops/flushes); Total output drops: %d\n", t.InDrops, t.OutDrops)
	b.WriteString("  Queueing strategy: fifo\n  Output queue: 0/40 (size/max)\n")
	fmt.Fprintf(b, "  %s input rate %d bits/sec, %d packets/sec\n", period, t.InBitRate, t.InPacketRate)
	fmt.Fprintf(b, "  %s output rate %d bits/sec, %d packets/sec\n", period, t.OutBitRate, t.OutPacketRate)
	if s.State.Kind == forward.Ethernet {
		s.writeEthernetCounters(b, d)
	} else {
		s.writeOtherCounters(b, d)
	}
}

func (s *Interface) received(b *strings.Builder, d Dialect) {
	t := &s.State.Traffic
	if d == M15 {
		fmt.Fprintf(b, "     Received %d broadcasts (0 IP multicasts)\n     %d runts, %d giants, 0 throttles\n", t.InBroadcasts, t.Runts, t.Giants)
		return
	}
	fmt.Fprintf(b, "     Received %d broadcasts, %d runts, %d giants, 0 throttles\n", t.InBroadcasts, t.Runts, t.Giants)
}

func (s *Interface) writeEthernetCounters(b *strings.Builder, d Dialect) {
	t := &s.State.Traffic
	fmt.Fprintf(b, "     %d packets input, %d bytes\n", t.InPackets, t.InBytes)
	s.received(b, d)
	fmt.Fprintf(b, "     %d input errors, 0 CRC, %d frame, 0 overrun, 0 ignored\n     0 watchdog\n", t.InErrors, t.Frame)
	b.WriteString("     0 input packets with dribble condition detected\n")
	fmt.Fprintf(b, "     %d packets output, %d bytes, 0 underruns\n", t.OutPackets, t.OutBytes)
	fmt.Fprintf(b, "     0 output errors, 0 collisions, %d interface resets\n     %d unknown protocol drops\n", t.Resets, t.UnknownProtocol)
	fmt.Fprintf(b, "     0 babbles, 0 late collision, 0 deferred\n     %d lost carrier, 0 no carrier\n", t.CarrierLost)
	b.WriteString("     0 output buffer failures, 0 output buffers swapped out\n")
}

func (s *Interface) writeOtherCounters(b *strings.Builder, d Dialect) {
	t := &s.State.Traffic
	fmt.Fprintf(b, "     %d packets input, %d bytes, 0 no buffer\n", t.InPackets, t.InBytes)
	s.received(b, d)
	fmt.Fprintf(b, "     %d input errors, 0 CRC, %d frame, 0 overrun, 0 ignored, 0 abort\n", t.InErrors, t.Frame)
	fmt.Fprintf(b, "     %d packets output, %d bytes, 0 underruns\n", t.OutPackets, t.OutBytes)
	fmt.Fprintf(b, "     0 output errors, 0 collisions, %d interface resets\n", t.Resets)
	b.WriteString("     0 output buffer failures, 0 output buffers swapped out\n")
	if s.State.Kind == forward.PointToPoint || s.State.Kind == forward.Template {
		b.WriteString("     0 carrier transitions\n")
	}
}
