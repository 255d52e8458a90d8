package forward

import (
	"fmt"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
)

// linkLog returns the link events so far, with their seconds.
type linkLog struct {
	w    *world
	rows []string
}

func (l *linkLog) Wants(c event.Class) bool { return c == event.Syslog }

func (l *linkLog) Emit(e event.Event) {
	word := map[bool]string{true: "up", false: "down"}
	at := time.Duration(l.w.now)
	switch e := e.(type) {
	case LinkChanged:
		l.rows = append(l.rows, fmt.Sprintf("%v LINK %s %s", at, e.Interface, word[e.Up]))
	case LineProtocolChanged:
		l.rows = append(l.rows, fmt.Sprintf("%v LINEPROTO %s %s", at, e.Interface, word[e.Up]))
	case AdminDown:
		l.rows = append(l.rows, fmt.Sprintf("%v ADMIN %s", at, e.Interface))
	}
}

func (l *linkLog) want(t *testing.T, rows ...string) {
	t.Helper()
	if fmt.Sprint(l.rows) != fmt.Sprint(rows) {
		t.Fatalf("got  %q\nwant %q", l.rows, rows)
	}
	l.rows = nil
}

func loggedPlane(t *testing.T) (*world, *Plane, *linkLog, func(time.Duration)) {
	w := newWorld(t)
	l := &linkLog{w: w}
	p := New(Deps{Sink: l})
	return w, p, l, func(d time.Duration) {
		end := w.now.Add(d)
		for p.Deadline().Reached(end) {
			w.now = max(w.now, p.Deadline())
			p.Tick(w.now)
		}
		w.now = end
	}
}

// shared/reference/syslog.md, "Order": LINK, then one second later LINEPROTO; shutdown: LINK-5-CHANGED, one second later LINEPROTO.
func TestPortMessages(t *testing.T) {
	w, p, l, pass := loggedPlane(t)
	cfg := func(shut bool) Config {
		i := ethernet("FastEthernet0/0", 0, 1, "12.1.1.2/24")
		i.Shutdown = shut
		return Config{Routing: true, Interfaces: []Interface{i}}
	}
	p.SetCarrier(w.now, 0, true)
	p.Configure(w.now, cfg(false))
	pass(2 * time.Second)
	l.want(t, "0s LINK FastEthernet0/0 up", "1s LINEPROTO FastEthernet0/0 up")
	p.Configure(w.now, cfg(false))
	pass(2 * time.Second)
	l.want(t)
	p.Configure(w.now, cfg(true))
	pass(2 * time.Second)
	l.want(t, "4s ADMIN FastEthernet0/0", "5s LINEPROTO FastEthernet0/0 down")
	p.SetCarrier(w.now, 0, false)
	pass(2 * time.Second)
	l.want(t)
	p.SetCarrier(w.now, 0, true)
	p.Configure(w.now, cfg(false))
	pass(2 * time.Second)
	l.want(t, "8s LINK FastEthernet0/0 up", "9s LINEPROTO FastEthernet0/0 up")
	p.SetCarrier(w.now, 0, false)
	pass(2 * time.Second)
	l.want(t, "10s LINK FastEthernet0/0 down", "11s LINEPROTO FastEthernet0/0 down")
	// A flap within the second is told of the line only.
	p.SetCarrier(w.now, 0, true)
	pass(2 * time.Second)
	l.rows = nil
	p.SetCarrier(w.now, 0, false)
	pass(500 * time.Millisecond)
	p.SetCarrier(w.now, 0, true)
	pass(2 * time.Second)
	l.want(t, "14s LINK FastEthernet0/0 down", "14.5s LINK FastEthernet0/0 up")
	p.Configure(w.now, Config{Routing: true})
	pass(2 * time.Second)
	l.want(t, "16.5s ADMIN FastEthernet0/0", "16.5s LINEPROTO FastEthernet0/0 down")
	if p.Deadline() != clock.Never {
		t.Fatal("a timer is left")
	}
}

func TestLoopbackAndTemplateMessages(t *testing.T) {
	w, p, l, pass := loggedPlane(t)
	p.Configure(w.now, Config{Interfaces: []Interface{{Name: "Loopback0", Kind: Loopback}, {Name: "Null0", Kind: Null},
		{Name: "Virtual-Template1", Kind: Template}, {Name: "Serial0/0", Kind: Serial, Shutdown: true}}})
	pass(3 * time.Second)
	l.want(t, "0s ADMIN Serial0/0", "1s LINEPROTO Loopback0 up", "1s LINEPROTO Serial0/0 down")
}

// A Virtual-Access going down: LINEPROTO first, then LINK; one whose line protocol never
// came up prints LINK only (shared/reference/syslog.md).
func TestVirtualAccessMessages(t *testing.T) {
	w, p, l, pass := loggedPlane(t)
	k, _ := p.AddVirtual(w.now, Interface{Name: "Virtual-Access2"}, nil)
	_ = p.SetVirtual(w.now, k, true, true, adr("33.33.33.1"))
	pass(2 * time.Second)
	l.want(t, "0s LINK Virtual-Access2 up", "1s LINEPROTO Virtual-Access2 up")
	p.RemoveVirtual(w.now, k)
	pass(2 * time.Second)
	l.want(t, "2s LINEPROTO Virtual-Access2 down", "2s LINK Virtual-Access2 down")

	k, _ = p.AddVirtual(w.now, Interface{Name: "Virtual-Access3"}, nil)
	pass(2 * time.Second)
	p.RemoveVirtual(w.now, k)
	l.want(t, "4s LINK Virtual-Access3 up", "6s LINK Virtual-Access3 down")

	k, _ = p.AddVirtual(w.now, Interface{Name: "Virtual-Access2.1", Quiet: true}, nil)
	_ = p.SetVirtual(w.now, k, true, true, adr("33.33.33.1"))
	pass(2 * time.Second)
	p.RemoveVirtual(w.now, k)
	l.want(t)
}

func TestConfigureKeepsWhatDidNotChange(t *testing.T) {
	w := newWorld(t)
	pc, r1, _, srv := chain(w, 0)
	before, _ := r1.InterfaceState(w.now, "FastEthernet0/0")
	cfg := r1.cfg
	cfg.Interfaces = []Interface{ethernet("FastEthernet0/0", 0, 2, "12.1.1.2/24"), ethernet("FastEthernet0/1", 1, 3, "20.0.0.1/24"), {Name: "Loopback7", Kind: Loopback, Address: pfx("7.7.7.7/32")}}
	cfg.Interfaces[0].IPMTU = 1400
	r1.Configure(w.now, cfg)
	after, _ := r1.InterfaceState(w.now, "FastEthernet0/0")
	if after.Traffic.InPackets != before.Traffic.InPackets || after.Index != before.Index || after.EffectiveIPMTU != 1400 {
		t.Fatalf("%+v", after)
	}
	// No packet is lost to ARP.
	_ = w.send(pc, udp("12.1.1.1", "30.0.0.2", 4))
	if len(srv.got) != 1 {
		t.Fatal("the neighbours were forgotten")
	}
	if r1.Deadline() < w.now {
		t.Fatal("deadline in the past")
	}
}
