package l2tp

import (
	"time"

	wire "ioslab/runtime/wire/l2tp"
)

const (
	// maxQueued bounds the messages that wait in one channel; more than there
	// can be sessions to hang up at once.
	maxQueued = 2 * MaxSessions
	// maxReorder bounds the messages kept that came too early, below a window
	// that is larger: a control burst of a few dozen is what links reorder.
	maxReorder = 64
	// defaultPeerWindow is the window of a peer that does not say (RFC 2661 4.4.3).
	defaultPeerWindow = 4
	// ackDelay is how long an acknowledgement waits for a message to ride on:
	// far below the peer's first retransmission at 1 s.
	ackDelay = 50 * time.Millisecond
	// cycle is a full retransmission cycle (RFC 2661 5.7), for which a closed
	// tunnel answers retransmissions.
	cycle = 31 * time.Second
)

// outgoing is one message in the channel, without its header.
type outgoing struct {
	body    []byte
	kind    wire.MessageType
	session uint16 // the peer's id
	local   uint16 // our session's id, for labels
	sends   int
}

// channel is the reliable delivery of a tunnel's control messages (RFC 2661
// 5.8 and appendix A). It only counts; the engine transmits.
//
//	queue:  [ una … transmitted, not acknowledged … | … never transmitted ]
//	                  ▲ next: after a timeout it goes     ▲
//	                    back to the start (go-back-N)    sent
type channel struct {
	queue []outgoing
	una   uint16 // Ns of queue[0]
	sent  int    // messages of queue that went out at least once
	next  int    // index of the next one to go out, at most sent
	nr    uint16 // Ns expected from the peer
	early map[uint16][]byte

	window     int // the peer's receive window
	cwnd, ssth int // congestion window and slow start threshold, in messages
	credit     int // acknowledgements counted towards the next message of cwnd

	base              time.Duration // the first retransmission interval
	delay, longest    time.Duration // the current one, and the longest used
	timeouts          int           // in a row, without progress
	maxUnsent, maxOut int
	resends, zlbs     uint64
	dropped, ordered  uint64
	distribution      [9]uint64
}

// newChannel returns a channel in slow start (appendix A: Cwnd 1, Ssthresh the
// advertised window).
func newChannel(delay time.Duration) channel {
	return channel{window: defaultPeerWindow, cwnd: 1, ssth: defaultPeerWindow, base: delay, delay: delay, longest: delay}
}

// setWindow takes the peer's Receive Window Size. 0 would stop the channel for
// good and is read as 1.
func (c *channel) setWindow(size uint16) {
	c.window = max(int(size), 1)
	c.ssth = c.window
	c.cwnd = min(c.cwnd, c.window)
}

// push queues a message and reports false when the queue is full.
func (c *channel) push(m outgoing) bool {
	if len(c.queue) >= maxQueued {
		return false
	}
	c.queue = append(c.queue, m)
	c.maxUnsent = max(c.maxUnsent, len(c.queue)-c.sent)
	return true
}

// dropUnsent forgets the messages that never went out: what follows makes them void.
func (c *channel) dropUnsent() {
	clear(c.queue[c.sent:])
	c.queue = c.queue[:c.sent]
}

// ready returns the message to transmit now and its Ns, nil while the windows are full.
func (c *channel) ready() (*outgoing, uint16) {
	if c.next >= len(c.queue) || c.next >= min(c.window, c.cwnd) {
		return nil, 0
	}
	m := &c.queue[c.next]
	ns := c.una + uint16(c.next)
	c.next++
	c.sent = max(c.sent, c.next)
	m.sends++
	if m.sends > 1 {
		c.resends++
	}
	c.maxOut = max(c.maxOut, c.sent)
	return m, ns
}

// acknowledge takes the peer's Nr. It reports how many messages that delivers;
// an Nr outside of what was sent is none.
func (c *channel) acknowledge(nr uint16) int {
	n := int(nr - c.una)
	if n == 0 || n > c.sent {
		return 0
	}
	for i := range n {
		c.distribution[min(c.queue[i].sends, len(c.distribution))-1]++
		c.grow()
	}
	rest := copy(c.queue, c.queue[n:])
	clear(c.queue[rest:])
	c.queue = c.queue[:rest]
	c.una, c.sent, c.next = nr, c.sent-n, max(c.next-n, 0)
	c.timeouts, c.delay = 0, c.base
	return n
}

// grow opens the congestion window by one acknowledgement: one message in slow
// start, 1/Cwnd of a message beyond the threshold.
func (c *channel) grow() {
	if c.cwnd < c.ssth {
		c.cwnd++
	} else if c.credit++; c.credit >= c.cwnd {
		c.cwnd, c.credit = c.cwnd+1, 0
	}
	c.cwnd = min(c.cwnd, c.window)
}

// timeout goes back to the oldest unacknowledged message and into slow start,
// and doubles the interval up to limit.
func (c *channel) timeout(limit time.Duration) {
	c.timeouts++
	c.ssth = max(c.cwnd/2, 1)
	c.cwnd, c.credit, c.next = 1, 0, 0
	c.delay = max(min(2*c.delay, limit), c.delay)
	c.longest = max(c.longest, c.delay)
}

// order is where a received Ns stands.
type order int

const (
	orderNext order = iota
	orderEarly
	orderOld
	orderBeyond
)

// place tells where ns stands, seen from what was received (RFC 2661 5.8: the
// half of the number space behind Nr is old).
func (c *channel) place(ns uint16, window int) order {
	switch ahead := int16(ns - c.nr); {
	case ahead == 0:
		return orderNext
	case ahead < 0:
		return orderOld
	case int(ahead) >= window || len(c.early) >= maxReorder:
		return orderBeyond
	default:
		return orderEarly
	}
}

// keepEarly stores a message that came before its turn, and reports false for a duplicate.
func (c *channel) keepEarly(ns uint16, p []byte) bool {
	if _, dup := c.early[ns]; dup {
		return false
	}
	if c.early == nil {
		c.early = make(map[uint16][]byte)
	}
	c.early[ns] = append([]byte(nil), p...)
	c.ordered++
	return true
}

// takeEarly returns the stored message whose turn it is, nil for none.
func (c *channel) takeEarly() []byte {
	p := c.early[c.nr]
	delete(c.early, c.nr)
	return p
}
