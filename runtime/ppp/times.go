package ppp

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/wire/ppp"
)

// times holds the instants of a link that are no automaton's.
type times struct {
	echo     clock.Instant // next Echo-Request
	echoID   uint8
	missed   int // Echo-Requests unanswered in a row
	ncp      clock.Instant
	opened   clock.Instant
	upSince  clock.Instant
	lastIn   clock.Instant
	lastData clock.Instant
}

var noTimes = times{echo: clock.Never, ncp: clock.Never, opened: clock.Never, upSince: clock.Never,
	lastIn: clock.Never, lastData: clock.Never}

// up notes that datagrams flow.
func (t *times) up(now clock.Instant) {
	t.ncp = clock.Never
	if t.upSince == clock.Never {
		t.upSince, t.lastData = now, now
	}
}

// idle is when the session will have been idle for too long.
func (l *Link) idleAt() clock.Instant {
	if l.cfg.Idle <= 0 || l.ipcp.state != Opened {
		return clock.Never
	}
	return l.times.lastData.Add(l.cfg.Idle)
}

func (l *Link) sessionEnd() clock.Instant {
	if l.cfg.SessionTimeout <= 0 || l.phase == PhaseTerminating {
		return clock.Never
	}
	return l.times.upSince.Add(l.cfg.SessionTimeout)
}

// Deadline returns when Tick wants to be called next.
func (l *Link) Deadline() clock.Instant {
	if l.done {
		return clock.Never
	}
	d := clock.Earliest(l.lcp.deadline, l.ipcp.deadline, l.ver.deadline, l.prov.deadline,
		l.times.echo, l.times.ncp, l.idleAt(), l.sessionEnd())
	for _, p := range l.probes {
		d = min(d, p.deadline)
	}
	return d
}

// Tick runs what is due at now.
func (l *Link) Tick(now clock.Instant) {
	if l.done {
		return
	}
	l.lcp.tick(now)
	l.ver.tick(now, l)
	l.prov.tick(now, l)
	l.ipcp.tick(now)
	for _, p := range l.probes {
		p.tick(now)
	}
	if l.times.echo.Reached(now) {
		l.keepalive(now)
	}
	switch {
	case l.times.ncp.Reached(now):
		l.times.ncp = clock.Never
		l.Close(now, NCPFailed)
	case l.idleAt().Reached(now):
		l.Close(now, IdleTimeout)
	case l.sessionEnd().Reached(now):
		l.Close(now, SessionTimeout)
	}
}

func (l *Link) startKeepalive(now clock.Instant) {
	l.times.missed, l.times.echo = 0, clock.Never
	if l.cfg.Keepalive > 0 {
		l.times.echo = now.Add(l.cfg.Keepalive)
	}
}

// keepalive sends an Echo-Request, or gives up after too many.
func (l *Link) keepalive(now clock.Instant) {
	l.times.echo = clock.Never
	if l.lcp.state != Opened {
		return
	}
	if l.times.missed > 0 {
		l.emit(KeepaliveMissed{l.id.Name, l.times.missed})
	}
	if l.cfg.KeepaliveRetries > 0 && l.times.missed >= l.cfg.KeepaliveRetries {
		l.Close(now, KeepaliveLost)
		return
	}
	l.times.missed++
	l.times.echoID++
	// Twelve octets: IOS puts the peer's magic number behind its own.
	data := ppp.AppendMagic(ppp.AppendMagic(nil, l.lcp.magic, nil), l.lcp.peerMagic, nil)
	l.lcp.send(ppp.Packet{Code: ppp.EchoReq, ID: l.times.echoID, Data: data})
	l.times.echo = now.Add(l.cfg.Keepalive)
}

// echoReply: the peer lives. An answer to an older request says so too.
func (l *Link) echoReply() { l.times.missed = 0 }
