package l2tp

import (
	"testing"
	"time"

	wire "ioslab/runtime/wire/l2tp"
)

// out transmits all that the windows allow and returns the sequence numbers.
func (c *channel) out() (ns []uint16) {
	for {
		m, n := c.ready()
		if m == nil {
			return ns
		}
		ns = append(ns, n)
	}
}

func equal(a []uint16, b ...uint16) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range a {
		if a[i] != b[i] {
			return false
		}
	}
	return true
}

func filled(n int) *channel {
	c := newChannel(time.Second)
	c.setWindow(8)
	for range n {
		c.push(outgoing{kind: wire.TypeHello})
	}
	return &c
}

// RFC 2661 appendix A: slow start doubles the window each round trip, a timeout
// halves the threshold and starts over, beyond the threshold it grows by one a round trip.
func TestSlowStart(t *testing.T) {
	c := filled(40)
	if ns := c.out(); !equal(ns, 0) {
		t.Fatal(ns)
	}
	c.acknowledge(1)
	if ns := c.out(); !equal(ns, 1, 2) {
		t.Fatal(ns)
	}
	c.acknowledge(3)
	if ns := c.out(); !equal(ns, 3, 4, 5, 6) {
		t.Fatal(ns)
	}
	c.acknowledge(7)
	if ns := c.out(); !equal(ns, 7, 8, 9, 10, 11, 12, 13, 14) {
		t.Fatal(ns)
	}
	// All of them are lost: only the first goes again, in a window of one.
	c.timeout(8 * time.Second)
	if ns := c.out(); !equal(ns, 7) || c.ssth != 4 || c.cwnd != 1 || c.delay != 2*time.Second {
		t.Fatal(ns, c.ssth, c.cwnd, c.delay)
	}
	// The peer had got 8 and 9: both are acknowledged with 7.
	c.acknowledge(10)
	if ns := c.out(); !equal(ns, 10, 11, 12, 13) || c.delay != time.Second {
		t.Fatal(ns, c.delay)
	}
	c.acknowledge(14)
	if c.cwnd != 5 {
		t.Fatalf("Cwnd %d after a round trip beyond the threshold", c.cwnd)
	}
	for range 20 {
		c.out()
		c.acknowledge(c.una + uint16(c.sent))
	}
	if c.cwnd > 8 || len(c.queue) != 0 {
		t.Fatalf("Cwnd %d, queue %d", c.cwnd, len(c.queue))
	}
	if c.resends == 0 || c.distribution[0] == 0 || c.distribution[1] == 0 {
		t.Fatal(c.resends, c.distribution)
	}
}

func TestAcknowledgementsOutsideAreIgnored(t *testing.T) {
	c := filled(3)
	c.out()
	for _, nr := range []uint16{2, 3, 0x8000, 0xffff} {
		if c.acknowledge(nr) != 0 {
			t.Fatalf("Nr %d was taken with only 0 sent", nr)
		}
	}
	if c.acknowledge(1) != 1 || c.acknowledge(1) != 0 {
		t.Fatal("Nr 1")
	}
}

func TestSequenceNumbersWrap(t *testing.T) {
	c := filled(0)
	c.una, c.nr = 0xfffe, 0xfffe
	for range 4 {
		c.push(outgoing{})
	}
	c.cwnd = 4
	if ns := c.out(); !equal(ns, 0xfffe, 0xffff, 0, 1) {
		t.Fatal(ns)
	}
	if c.acknowledge(1) != 3 || c.una != 1 {
		t.Fatal(c.una)
	}
	for ns, want := range map[uint16]order{0xfffe: orderNext, 0xffff: orderEarly, 1: orderEarly, 0xfffd: orderOld, 6: orderBeyond, 0x7fff: orderOld} {
		if got := c.place(ns, 8); got != want {
			t.Errorf("Ns %d: %v, want %v", ns, got, want)
		}
	}
}

func TestIntervalDoublesUpToTheLimit(t *testing.T) {
	c := filled(1)
	var got []time.Duration
	for range 5 {
		c.out()
		got = append(got, c.delay/time.Second)
		c.timeout(8 * time.Second)
	}
	for i, want := range []time.Duration{1, 2, 4, 8, 8} {
		if got[i] != want {
			t.Fatal(got)
		}
	}
	// Android keeps 2 s.
	c2 := newChannel(2 * time.Second)
	c2.timeout(2 * time.Second)
	if c2.delay != 2*time.Second {
		t.Fatal(c2.delay)
	}
}

func TestQueueIsBounded(t *testing.T) {
	c := filled(0)
	for i := range maxQueued {
		if !c.push(outgoing{}) {
			t.Fatalf("full at %d", i)
		}
	}
	if c.push(outgoing{}) {
		t.Fatal("no bound")
	}
	c.out()
	c.dropUnsent()
	if len(c.queue) != 1 {
		t.Fatal(len(c.queue))
	}
}

func TestReorderTableIsBounded(t *testing.T) {
	c := filled(0)
	for i := range maxReorder {
		if c.place(uint16(i+1), 800) != orderEarly || !c.keepEarly(uint16(i+1), []byte{1}) {
			t.Fatal(i)
		}
	}
	if c.place(maxReorder+1, 800) != orderBeyond {
		t.Fatal("no bound")
	}
	if c.keepEarly(1, nil) {
		t.Fatal("a duplicate was kept")
	}
}
