package ike

import (
	"encoding/binary"
	"net/netip"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

// dpdState is dead peer detection of one SA (RFC 3706).
type dpdState struct {
	offered  bool // we sent the vendor id
	sequence uint32
	waiting  bool // a request is unanswered
	tries    int
	heard    clock.Instant // last proof of life
	spoke    clock.Instant // last message of ours
	last     uint32        // highest request of the peer's that we answered
	hasLast  bool
}

// dpdRetry is the wait between repeats of an unanswered request when the
// configuration names none; dpdTries is how many there are.
const (
	dpdRetry = 2 * time.Second
	dpdTries = 5
)

// dpd reports whether both sides do dead peer detection.
func (s *ikeSA) doesDPD() bool { return s.dpd.offered && s.has(VendorDPD) }

func (e *Engine) armDPD(now clock.Instant, sa *ikeSA) {
	sa.dpd.heard = now
	var b [4]byte
	if e.cfg.Keepalive.Interval == 0 || !sa.doesDPD() || e.draw(b[:]) != nil {
		return
	}
	sa.dpd.sequence = binary.BigEndian.Uint32(b[:]) >> 1 // RFC 3706, 6.2: may count up for long
	e.timers.Set(timer{sa, nil, timerDPD}, now.Add(e.cfg.Keepalive.Interval))
}

// dpdSent notes that we sent something.
func (e *Engine) dpdSent(now clock.Instant, sa *ikeSA) { sa.dpd.spoke = now }

// dpdHeard notes a proof of life: a message that verified.
func (e *Engine) dpdHeard(now clock.Instant, sa *ikeSA) {
	sa.dpd.heard = now
	if e.cfg.Keepalive.Interval > 0 && sa.doesDPD() && !sa.dpd.waiting {
		e.timers.Set(timer{sa, nil, timerDPD}, now.Add(e.cfg.Keepalive.Interval))
	}
}

// PeerActive tells that the IPsec SAs between two systems received (heard) or
// only sent a packet. On-demand dead peer detection asks after a peer that is
// sent to and not heard.
func (e *Engine) PeerActive(now clock.Instant, local, remote netip.Addr, heard bool) {
	sa := e.newest(local, remote, func(s *ikeSA) bool { return s.authentic })
	if sa == nil {
		return
	}
	if heard {
		sa.dpd.heard = now
		return
	}
	sa.dpd.spoke = now
}

func (e *Engine) dpdTick(now clock.Instant, sa *ikeSA) {
	k := e.cfg.Keepalive
	if k.Interval == 0 {
		return
	}
	again := func(d time.Duration) { e.timers.Set(timer{sa, nil, timerDPD}, now.Add(d)) }
	if !sa.dpd.waiting {
		quiet := now.Sub(sa.dpd.heard)
		if quiet < k.Interval {
			again(k.Interval - quiet)
			return
		}
		if !k.Periodic && !sa.dpd.heard.Before(sa.dpd.spoke) {
			again(k.Interval)
			return
		}
		sa.dpd.waiting, sa.dpd.tries = true, 0
		sa.dpd.sequence++
	}
	if sa.dpd.tries > dpdTries {
		e.keys.DeleteSAs(now, sa.local, sa.remote, ReasonPeerDead)
		e.bringDown(now, sa, ReasonPeerDead, true)
		return
	}
	sa.dpd.tries++
	e.sendDPD(now, sa, isakmp.NotifyRUThere, sa.dpd.sequence)
	if k.Retry == 0 {
		k.Retry = dpdRetry
	}
	again(k.Retry)
}

func (e *Engine) sendDPD(now clock.Instant, sa *ikeSA, t isakmp.NotifyType, sequence uint32) {
	spi := append(append([]byte(nil), sa.cookieI[:]...), sa.cookieR[:]...)
	n := &isakmp.Notify{DOI: isakmp.DOIIPsec, Protocol: isakmp.ProtocolISAKMP, Type: t, SPI: spi, Data: messageID(sequence)}
	e.sendInfo(now, sa, n, func(id uint32) {
		emit(e, NotifySending{Conn: sa.connID, Type: t, Protocol: n.Protocol, SPI: notifySPI(sa, n), MessageID: id})
		emit(e, DPDSent{Conn: sa.connID, Ack: t == isakmp.NotifyRUThereAck, Sequence: sequence})
	})
}

// dpdReceived takes R-U-THERE or its answer in. It reports whether it was
// worth anything (RFC 3706, 5.3, 5.4, 7).
func (e *Engine) dpdReceived(now clock.Instant, sa *ikeSA, v *isakmp.Notify) bool {
	if len(v.Data) != 4 {
		e.drop(DropMalformed)
		return false
	}
	sequence := binary.BigEndian.Uint32(v.Data)
	ack := v.Type == isakmp.NotifyRUThereAck
	emit(e, DPDReceived{Conn: sa.connID, Ack: ack, Peer: sa.remote.Addr(), Sequence: sequence})
	if ack {
		if !sa.dpd.waiting || sequence != sa.dpd.sequence {
			e.drop(DropReplay)
			return false
		}
		sa.dpd.waiting, sa.dpd.tries = false, 0
		e.dpdHeard(now, sa)
		return true
	}
	// A repeat of the last request is answered; an older one is a replay.
	if sa.dpd.hasLast && int32(sequence-sa.dpd.last) < 0 {
		e.drop(DropReplay)
		return false
	}
	sa.dpd.last, sa.dpd.hasLast = sequence, true
	e.sendDPD(now, sa, isakmp.NotifyRUThereAck, sequence)
	return true
}
