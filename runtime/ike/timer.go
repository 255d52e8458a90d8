package ike

import (
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

type timerKind int

const (
	timerRetransmit timerKind = iota
	timerLife
	timerPurge
	timerDPD
	timerNAT
)

// timer names a deadline: of an SA, or of a node inside it.
type timer struct {
	sa   *ikeSA
	node *node
	kind timerKind
}

// How long what has ended stays in view: a dead SA, a finished node. A node
// also answers the peer's repeats in that time.
const (
	saLinger   = 60 * time.Second
	nodeLinger = 50 * time.Second
)

// resetWait is the wait before the repeat that a message beyond reading causes.
const resetWait = time.Second

// minRepeat is the least time between two copies of an answer that the peer's
// repeats can make us send.
const minRepeat = 400 * time.Millisecond

// Deadline returns when Tick wants to be called, clock.Never for not at all.
func (e *Engine) Deadline() clock.Instant { return e.timers.Deadline() }

// Tick does what is due at now.
func (e *Engine) Tick(now clock.Instant) {
	for {
		t, ok := e.timers.PopDue(now)
		if !ok {
			return
		}
		switch t.kind {
		case timerRetransmit:
			if t.node != nil {
				e.nodeTimeout(now, t.sa, t.node)
			} else {
				e.mainTimeout(now, t.sa)
			}
		case timerLife:
			e.bringDown(now, t.sa, ReasonLifetime, true)
		case timerPurge:
			e.purge(t.sa, t.node)
		case timerDPD:
			e.dpdTick(now, t.sa)
		case timerNAT:
			e.natKeepalive(now, t.sa)
		}
	}
}

func (e *Engine) purge(sa *ikeSA, n *node) {
	if n != nil {
		emit(e, NodePurged{Conn: sa.connID, Node: n.id})
		sa.dropNode(n)
		return
	}
	for _, n := range sa.order {
		emit(e, NodePurged{Conn: sa.connID, Node: n.id})
	}
	emit(e, SAPurged{Conn: sa.connID, SA: sa.pointer})
	e.forget(sa)
}

// mainTimeout repeats the last main mode message, or gives the SA up.
func (e *Engine) mainTimeout(now clock.Instant, sa *ikeSA) {
	schedule := sa.person.Retransmit
	emit(e, RetransmitDue{Conn: sa.connID, Phase: 1, State: sa.state})
	if sa.repeats >= len(schedule) || sa.errors >= max(maxErrors, len(schedule)) {
		e.bringDown(now, sa, ReasonRetransmission, false)
		return
	}
	sa.errors++
	emit(e, ErrorCounted{Conn: sa.connID, Attempt: sa.errors, Of: maxErrors, Why: CountRetransmit1})
	e.repeatMain(now, sa)
	sa.repeats++
	e.timers.Set(timer{sa, nil, timerRetransmit}, now.Add(schedule[min(sa.repeats, len(schedule)-1)]))
}

// maxErrors is how many errors an SA or a node may have before it is given up.
const maxErrors = 5

func (e *Engine) repeatMain(now clock.Instant, sa *ikeSA) {
	emit(e, Retransmitting{Conn: sa.connID, Phase: 1, State: sa.state})
	sa.lastTxAt = now
	e.count.Retransmitted++
	e.transmit(now, sa, sa.lastTx)
}

// nodeTimeout repeats the last quick mode message, or gives the node up.
func (e *Engine) nodeTimeout(now clock.Instant, sa *ikeSA, n *node) {
	schedule := sa.person.Retransmit
	emit(e, RetransmitDue{Conn: sa.connID, Phase: 2, State: sa.state, Node: n.id})
	if n.repeats >= len(schedule) {
		e.failNode(now, sa, n, NodeRetransmission, 0)
		e.tellModeFailed(now, isakmp.ExchangeQuick, sa.remote.Addr())
		return
	}
	n.repeats++
	emit(e, ErrorCounted{Conn: sa.connID, Attempt: n.repeats, Of: len(schedule), OnNode: true, Why: CountRetransmit2})
	emit(e, ErrorCounted{Conn: sa.connID, Attempt: n.repeats, Of: len(schedule), Why: CountRetransmit2})
	e.repeatNode(now, sa, n)
	e.timers.Set(timer{sa, n, timerRetransmit}, now.Add(schedule[min(n.repeats, len(schedule)-1)]))
}

func (e *Engine) repeatNode(now clock.Instant, sa *ikeSA, n *node) {
	emit(e, Retransmitting{Conn: sa.connID, Phase: 2, State: sa.state, Node: n.id})
	n.lastTxAt = now
	e.count.Retransmitted++
	e.transmit(now, sa, n.lastTx)
}

// answerDuplicate sends the cached answer to a message that came again (RFC
// 2408, 5.1), not more often than every minRepeat.
func (e *Engine) answerDuplicate(now clock.Instant, sa *ikeSA, n *node) {
	phase, last, at, id := 1, sa.lastTx, sa.lastTxAt, uint32(0)
	if n != nil {
		phase, last, at, id = 2, n.lastTx, n.lastTxAt, n.id
	}
	e.drop(DropDuplicate)
	emit(e, DuplicateReceived{Conn: sa.connID, Phase: phase})
	switch since := now.Sub(at); {
	case last == nil:
		if n != nil {
			emit(e, QuickModeBusy{Conn: sa.connID})
		}
	case since < minRepeat:
		emit(e, RetransmitSkipped{Conn: sa.connID, Phase: phase, Since: since.Milliseconds()})
	default:
		emit(e, RetransmitDue{Conn: sa.connID, Phase: phase, State: sa.state, Node: id, ByPeer: true})
		if n != nil {
			e.repeatNode(now, sa, n)
		} else {
			e.repeatMain(now, sa)
		}
	}
}
