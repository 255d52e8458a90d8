package ipsec

import (
	"time"

	"ioslab/runtime/clock"
)

const (
	// rekeyMargin is how long before the hard life a new SA is negotiated.
	rekeyMargin = 30 * time.Second
	// lateMargin is when a responder tries itself, its peer having not.
	lateMargin = 10 * time.Second
	// volumeMargin is the least volume left at the soft life. A tenth of the
	// life time is taken when that is more: 256 kB pass in no time.
	volumeMargin = 256 << 10
)

// schedule sets a new pair's limits and timers.
func (e *Engine) schedule(p *pair) {
	life := time.Duration(p.life.Seconds) * time.Second
	p.hardAt = p.born.Add(life)
	e.timers.Set(timer{timerHard, p.id}, p.hardAt)
	e.timers.Set(timer{timerSoft, p.id}, p.born.Add(life-min(rekeyMargin, life/4)))
	if p.life.Kilobytes > 0 {
		p.hardBytes = uint64(p.life.Kilobytes) << 10
		p.softBytes = p.hardBytes - min(max(volumeMargin, p.hardBytes/10), p.hardBytes/2)
	}
	if idle := e.idleTime(p); idle > 0 {
		e.timers.Set(timer{timerIdle, p.id}, p.born.Add(idle))
	}
}

func (e *Engine) idleTime(p *pair) time.Duration {
	if t := p.ident.entry.cfg.IdleTime; t > 0 {
		return t
	}
	return e.cfg.IdleTime
}

// checkVolume looks whether done bytes of one direction end the soft life.
func (e *Engine) checkVolume(now clock.Instant, p *pair, done uint64) {
	if p.softBytes == 0 || done < p.softBytes || p.aging {
		return
	}
	p.hardAt = min(p.hardAt, now.Add(rekeyMargin))
	e.timers.Set(timer{timerHard, p.id}, p.hardAt)
	e.softLife(now, p)
}

// softLife starts the end of a pair: the initiator has it replaced; a
// responder waits for the peer to do so, and tries itself when it is late.
// A pair that never carried a packet just ends.
func (e *Engine) softLife(now clock.Instant, p *pair) {
	if p.aging {
		return
	}
	p.aging = true
	left := p.hardAt.Sub(now)
	e.tell(LifetimeThreshold{left})
	e.tell(SiblingAging{SPI: p.out[len(p.out)-1].spi, Left: left})
	if p.ident.newest() != p || p.bytesIn+p.bytesOut == 0 {
		return
	}
	if p.initiator {
		e.request(now, p.ident, true)
		return
	}
	e.timers.Set(timer{timerLate, p.id}, p.hardAt-min(clock.Instant(lateMargin), clock.Instant(left/2)))
}

// lateRekey is a responder's own attempt.
func (e *Engine) lateRekey(now clock.Instant, p *pair) {
	if p.ident.newest() == p {
		e.request(now, p.ident, true)
	}
}

// idle deletes a pair that carried nothing for the idle time.
func (e *Engine) idle(now clock.Instant, p *pair) {
	t := e.idleTime(p)
	if t == 0 {
		return
	}
	if at := p.used.Add(t); !at.Reached(now) {
		e.timers.Set(timer{timerIdle, p.id}, at)
		return
	}
	e.remove(now, []*pair{p}, DeletedIdle)
}
