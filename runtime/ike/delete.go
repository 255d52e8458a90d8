package ike

import (
	"net/netip"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

func (e *Engine) tellDeleting(sa *ikeSA, why DeleteReason, final bool) {
	emit(e, SADeleting{Conn: sa.connID, Reason: why, Role: sa.role(), State: sa.state, Peer: sa.remote.Addr(), Final: final})
}

// bringDown ends an SA on our own account; tell sends the peer a deletion.
func (e *Engine) bringDown(now clock.Instant, sa *ikeSA, why DeleteReason, tell bool) {
	emit(e, NoParanoidKeepalives{Conn: sa.connID})
	e.tellDeleting(sa, why, false)
	if tell {
		e.sendSADelete(now, sa)
	}
	e.destroy(now, sa, why)
}

// sendSADelete tells the peer that the phase 1 SA is gone (RFC 2408, 3.15).
func (e *Engine) sendSADelete(now clock.Instant, sa *ikeSA) {
	if !sa.authentic || !sa.person.DeleteOnClear {
		return
	}
	spi := append(append([]byte(nil), sa.cookieI[:]...), sa.cookieR[:]...)
	e.sendInfo(now, sa, &isakmp.Delete{DOI: isakmp.DOIIPsec, Protocol: isakmp.ProtocolISAKMP, SPISize: 16, SPIs: [][]byte{spi}}, nil)
}

// destroy takes an SA out of use. It stays in view for saLinger.
func (e *Engine) destroy(now clock.Instant, sa *ikeSA, why DeleteReason) {
	// IOS's machine takes the input before the SA is marked dead when phase 1 was
	// complete, and after it when not (isakmp-debug.md 3; 1.3).
	if sa.authentic {
		e.move(sa, InputPhaseOneDelete, FSMDestroyed)
	} else {
		e.halfOpen--
		e.count.PhaseOneFailed++
	}
	e.tellDeleting(sa, why, true)
	e.unlockPeer(sa, UserSADeleted)
	sa.state, sa.dead = StateNoState, true
	e.put(e.down(sa, why))
	for _, n := range sa.order {
		emit(e, NodeDeleted{Conn: sa.connID, Node: n.id, Reason: NodeIKEDeleted})
		e.abandon(now, sa, n)
		e.timers.Remove(timer{sa, n, timerRetransmit})
		e.timers.Remove(timer{sa, n, timerPurge})
	}
	if !sa.authentic {
		e.move(sa, InputPhaseOneDelete, FSMDestroyed)
	}
	for _, k := range []timerKind{timerRetransmit, timerLife, timerDPD, timerNAT} {
		e.timers.Remove(timer{sa, nil, k})
	}
	sa.keys, sa.share, sa.secret, sa.lastTx = phaseOneKeys{}, nil, nil, nil
	e.timers.Set(timer{sa, nil, timerPurge}, now.Add(saLinger))
}

// down makes the notice of an SA's end, with the requests that it leaves.
func (e *Engine) down(sa *ikeSA, why DeleteReason) PhaseOneDown {
	d := PhaseOneDown{ConnID: sa.connID, Initiator: sa.initiator, Local: sa.local, Remote: sa.remote, Reason: why, Notify: sa.refusal}
	for _, r := range sa.pending {
		d.Requests = append(d.Requests, r.ID)
	}
	for _, n := range sa.order {
		if n.q != nil && n.initiator && !n.done && n.q.request.ID != 0 {
			d.Requests = append(d.Requests, n.q.request.ID)
		}
	}
	sa.pending = nil
	return d
}

// DeleteSPI tells the peer that SAs are gone; spis are the ones we received on.
func (e *Engine) DeleteSPI(now clock.Instant, local, remote netip.Addr, protocol isakmp.ProtocolID, spis ...uint32) {
	if len(spis) == 0 {
		return
	}
	sa := e.newest(local, remote, func(s *ikeSA) bool { return s.authentic })
	if sa == nil {
		for _, spi := range spis {
			emit(e, DeleteIgnored{Local: local, Remote: remote, SPI: spi})
		}
		return
	}
	d := &isakmp.Delete{DOI: isakmp.DOIIPsec, Protocol: protocol, SPISize: 4}
	for _, spi := range spis {
		d.SPIs = append(d.SPIs, messageID(spi))
	}
	e.sendInfo(now, sa, d, nil)
}
