package forward

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

// moodyCrypto answers as the packet's last byte says, so that every verdict is met.
type moodyCrypto struct {
	plane *Plane
	held  []*packet.Buffer
}

func (c *moodyCrypto) Outbound(_ clock.Instant, _ string, mtu int, buf *packet.Buffer) Decision {
	b := buf.Bytes()
	switch b[len(b)-1] % 6 {
	case 1: // an outer header, as tunnel mode has it
		n := buf.Len()
		if n+ip.HeaderLen > ip.MaxLen {
			return Decision{Verdict: Pass}
		}
		ip.Put(buf.Prepend(ip.HeaderLen), ip.Fields{TotalLen: n + ip.HeaderLen, ID: 5, TTL: 255, Protocol: ip.ProtoESP,
			Source: adr("20.0.0.1"), Destination: adr("20.0.0.2")})
		return Decision{Verdict: Replaced}
	case 2:
		c.held = append(c.held, buf)
		return Decision{Verdict: Held}
	case 3:
		buf.Release()
		return Decision{Verdict: Drop}
	case 4:
		return Decision{Verdict: TooBig, MTU: mtu - 60}
	}
	return Decision{Verdict: Pass}
}

func (c *moodyCrypto) Clear(_ clock.Instant, _ string, buf *packet.Buffer) bool {
	b := buf.Bytes()
	return b[len(b)-1] != 0xee
}

// flush sends what was held, as when its association is there.
func (c *moodyCrypto) flush(now clock.Instant) {
	held := c.held
	c.held = nil
	for _, b := range held {
		_ = c.plane.OutputProtected(now, b)
	}
}

// fuzzRouter is a router that uses everything: lists, crypto, a small MTU, a borrowed address, Null0.
func fuzzRouter() Config {
	in, out := ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24")
	in.AccessIn, in.AdjustMSS, in.DirectedBroadcast = "101", 1360, true
	out.AccessOut, out.Crypto, out.IPMTU, out.DirectedBroadcast = "102", true, 300, true
	return Config{Routing: true, SourceRoute: true, ARPHold: 2, UnreachableInterval: -1,
		Interfaces: []Interface{in, out, {Name: "Loopback0", Kind: Loopback, Address: pfx("2.2.2.2/32")}, {Name: "Null0", Kind: Null}},
		Routes: []StaticRoute{{Prefix: pfx("0.0.0.0/0"), NextHop: adr("20.0.0.2")}, {Prefix: pfx("66.0.0.0/8"), Interface: "Null0"},
			{Prefix: pfx("50.0.0.0/8"), NextHop: adr("12.1.1.3")}},
		ARP: []StaticARP{{Address: adr("20.0.0.2"), MAC: mac(9)}},
		Lists: []AccessList{
			{Name: "101", Extended: true, Entries: []AccessEntry{
				{Sequence: 10, Protocol: ip.ProtoTCP, DestinationPort: PortMatch{Op: PortEq, N: 1, Ports: [10]uint16{23}}, LogInput: true},
				{Sequence: 20, Permit: true, Log: true}}},
			{Name: "102", Extended: true, Entries: []AccessEntry{
				{Sequence: 10, Protocol: ip.ProtoICMP, ICMP: ICMPMatch{HasType: true, Type: 8}, Log: true},
				{Sequence: 20, Permit: true}}},
		}}
}

// fuzzSeeds are frames of every kind that the router knows.
func fuzzSeeds() map[string][][]byte {
	frame := func(dst ether.Addr, typ uint16, p []byte) []byte {
		f := make([]byte, ether.HeaderLen+len(p))
		copy(f[ether.HeaderLen:], p)
		ether.Put(f, dst, mac(1), typ)
		return f
	}
	v4 := func(p []byte) []byte { return frame(mac(2), ether.TypeIPv4, p) }
	arp := func(op uint16, from, to string) []byte {
		p := make([]byte, ether.ARPLen)
		ether.PutARP(p, op, mac(1), adr(from), ether.Addr{}, adr(to))
		return frame(ether.Broadcast, ether.TypeARP, p)
	}
	withOptions := func(opts ...byte) []byte {
		data := udp("12.1.1.1", "30.0.0.2", 20)[ip.HeaderLen:]
		p := make([]byte, ip.HeaderLen+len(opts)+len(data))
		ip.Put(p, ip.Fields{TotalLen: len(p), TTL: 64, Protocol: ip.ProtoUDP, Source: adr("12.1.1.1"), Destination: adr("12.1.1.2")})
		copy(p[ip.HeaderLen:], opts)
		copy(p[ip.HeaderLen+len(opts):], data)
		p[0] = 0x40 | byte((ip.HeaderLen+len(opts))/4)
		ip.Header(p).FillChecksum()
		return p
	}
	whole := udp("12.1.1.1", "12.1.1.2", 1000)
	var pieces [][]byte
	for _, f := range cut(whole, 400) {
		pieces = append(pieces, v4(f))
	}
	return map[string][][]byte{
		"transit":          {v4(udp("12.1.1.1", "30.0.0.2", 50))},
		"transit to cut":   {v4(udp("12.1.1.1", "30.0.0.2", 1400))},
		"transit with DF":  {v4(udp("12.1.1.1", "30.0.0.2", 1400, withDF))},
		"local":            {v4(udp("12.1.1.1", "2.2.2.2", 50))},
		"null":             {v4(udp("12.1.1.1", "66.0.0.2", 50))},
		"redirect":         {arp(ether.OpReply, "12.1.1.3", "12.1.1.2"), v4(udp("12.1.1.1", "50.0.0.2", 50)), arp(ether.OpReply, "12.1.1.3", "12.1.1.2")},
		"TTL":              {v4(udp("12.1.1.1", "30.0.0.2", 50, withTTL(1)))},
		"fragments":        pieces,
		"broadcast":        {frame(ether.Broadcast, ether.TypeIPv4, udp("12.1.1.1", "255.255.255.255", 9)), v4(udp("12.1.1.1", "20.0.0.255", 9))},
		"ARP":              {arp(ether.OpRequest, "12.1.1.1", "12.1.1.2"), arp(ether.OpRequest, "12.1.1.1", "30.0.0.2"), arp(ether.OpReply, "12.1.1.1", "12.1.1.2"), arp(ether.OpReply, "12.1.1.2", "12.1.1.2")},
		"record route":     {v4(withOptions(7, 11, 4, 0, 0, 0, 0, 0, 0, 0, 0, 0))},
		"timestamp":        {v4(withOptions(68, 12, 5, 1, 0, 0, 0, 0, 0, 0, 0, 0))},
		"source route":     {v4(withOptions(131, 7, 4, 30, 0, 0, 2, 1))},
		"strict route":     {v4(withOptions(137, 7, 4, 12, 1, 1, 1, 0))},
		"malformed option": {v4(withOptions(7, 40, 4, 0))},
	}
}

// cut cuts a packet as a router with this MTU would, by the definition of RFC 791.
func cut(p []byte, mtu int) (pieces [][]byte) {
	h := ip.Header(p)
	data := p[h.IHL():]
	step := (mtu - h.IHL()) &^ 7
	for off := 0; off < len(data) || off == 0; off += step {
		end := min(off+step, len(data))
		f := append(bytes.Clone(p[:h.IHL()]), data[off:end]...)
		word := uint16(off / 8)
		if end < len(data) {
			word |= ip.FlagMF
		}
		ip.Header(f).SetTotalLen(len(f))
		ip.Header(f).SetFragmentWord(word)
		ip.Header(f).FillChecksum()
		pieces = append(pieces, f)
	}
	return pieces
}

// How a frame of the fuzz input is given to the router.
const (
	onOutside  = 1 << iota // it comes by the other port
	fixSums                // its header's length and checksum are made good
	asIP                   // it is an IP packet of a point-to-point interface
	decrypted              // it comes out of an association
	asOutput               // the node itself sends it
	waitASec               // a second passes before it
	changeWire             // the outside port loses its carrier and gets it back
)

// FuzzReceiveFrame gives a router with everything on whatever may come. No buffer is lost, no table outgrows its
// bound, and the plane comes to rest.
func FuzzReceiveFrame(f *testing.F) {
	for _, frames := range fuzzSeeds() {
		for _, how := range []byte{0, fixSums, onOutside | fixSums, asIP, decrypted, asOutput, waitASec | changeWire} {
			var in []byte
			for _, p := range frames {
				in = append(in, how, byte(len(p)>>8), byte(len(p)))
				in = append(in, p...)
			}
			f.Add(in)
		}
	}
	f.Fuzz(func(t *testing.T, in []byte) {
		live := packet.Live()
		now := clock.Instant(0)
		c := &moodyCrypto{}
		p := New(Deps{Crypto: c, Transmit: func(_ int, b *packet.Buffer) { b.Release() },
			Deliver: func(_ clock.Instant, b *packet.Buffer) { b.Release() }})
		c.plane = p
		p.Configure(now, fuzzRouter())
		p.SetCarrier(now, 0, true)
		p.SetCarrier(now, 1, true)
		ppp, err := p.AddVirtual(now, Interface{Name: "Virtual-Access2.1", Kind: PointToPoint, Unnumbered: "Loopback0", Quiet: true},
			func(_ clock.Instant, b *packet.Buffer) bool { b.Release(); return true })
		if err != nil {
			t.Fatal(err)
		}
		if err := p.SetVirtual(now, ppp, true, true, adr("33.33.33.4")); err != nil {
			t.Fatal(err)
		}
		for n := 0; len(in) >= 3 && n < 64; n++ {
			how, size := in[0], min(int(in[1])<<8|int(in[2]), len(in)-3)
			frame := in[3 : 3+size]
			in = in[3+size:]
			if how&waitASec != 0 {
				now = now.Add(time.Second)
				p.Tick(now)
				c.flush(now)
			}
			if how&changeWire != 0 {
				p.SetCarrier(now, 1, false)
				p.SetCarrier(now, 1, true)
			}
			give(p, now, ppp, how, frame)
			if err := bounded(p); err != nil {
				t.Fatal(err)
			}
		}
		c.flush(now)
		for n := 0; p.Deadline() < clock.Instant(time.Hour); n++ {
			now = max(now, p.Deadline())
			p.Tick(now)
			c.flush(now)
			if n > 10000 {
				t.Fatal("the plane does not come to rest")
			}
		}
		for _, b := range c.held {
			b.Release()
		}
		p.Close()
		if now := packet.Live(); now != live {
			t.Fatalf("%d buffers leaked", now-live)
		}
	})
}

// give hands one frame to the plane as how asks.
func give(p *Plane, now clock.Instant, ppp int, how byte, frame []byte) {
	b := packet.From(frame)
	if len(frame) > ether.HeaderLen+ip.HeaderLen && how&fixSums != 0 {
		raw := b.Bytes()
		copy(raw, fuzzMAC(how))
		h := ip.Header(raw[ether.HeaderLen:])
		h[0] = 0x40 | max(h[0]&15, 5)
		if h.IHL() <= len(h) {
			h.SetTotalLen(len(h))
			h.FillChecksum()
		}
	}
	if how&(asIP|decrypted|asOutput) != 0 {
		b.TrimFront(min(b.Len(), ether.HeaderLen))
	}
	switch {
	case how&asIP != 0:
		p.ReceiveIP(now, ppp, b)
	case how&decrypted != 0:
		b.Protected, b.Security, b.SA, b.Ingress = true, "cisco", 1, p.Index("FastEthernet0/1")
		p.Reinject(now, b)
	case how&asOutput != 0:
		_ = p.Output(now, b)
	case how&onOutside != 0:
		p.Receive(now, 1, b)
	default:
		p.Receive(now, 0, b)
	}
}

func fuzzMAC(how byte) []byte {
	m := mac(2)
	if how&onOutside != 0 {
		m = mac(3)
	}
	return m[:]
}

// bounded checks every table against its limit.
func bounded(p *Plane) error {
	if len(p.localQueue) > maxLocalQueue || len(p.asm.table) > maxDatagrams || p.asm.bytes > maxReassemblyBytes+ip.MaxLen || len(p.logs.flows) > maxLogged || p.depth != 0 {
		return fmt.Errorf("local queue %d, datagrams %d in %d bytes, log %d, depth %d",
			len(p.localQueue), len(p.asm.table), p.asm.bytes, len(p.logs.flows), p.depth)
	}
	for _, i := range p.ifaces {
		if i != nil && (len(i.arp) > maxNeighbours || i.incomplete < 0 || i.incomplete > maxIncomplete) {
			return fmt.Errorf("%s: %d neighbours, %d of them incomplete", i.cfg.Name, len(i.arp), i.incomplete)
		}
	}
	return nil
}
