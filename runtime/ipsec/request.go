package ipsec

import (
	"time"

	"ioslab/runtime/clock"
)

// request is a RequestSA that IKE has not answered yet.
type request struct {
	id      uint64
	ident   *ident
	rekey   bool
	fired   int // times that the timer ran out
	refused int // peers that failed
}

const (
	// requestTime is how long IKE gets, as IOS's request timer.
	requestTime = 30 * time.Second
	// requestTries is how often the timer may run out before the engine
	// forgets the request; the next packet makes a new one.
	requestTries = 2
	// maxRequests bounds negotiations under way; more packets without an SA
	// are dropped without asking.
	maxRequests = 4096
)

// request asks IKE for SAs of the identity, unless it is being asked.
func (e *Engine) request(now clock.Instant, id *ident, rekey bool) {
	en := id.entry
	if id.request != nil || len(e.requests) >= maxRequests || !en.complete() {
		return
	}
	if !id.peer.IsValid() || len(en.cfg.Peers) > 0 && !rekey {
		id.peer = en.currentPeer()
	}
	if !id.peer.IsValid() || !en.spd.local.IsValid() {
		return
	}
	r := &request{id: e.nextID(), ident: id, rekey: rekey}
	id.request = r
	e.requests[r.id] = r
	e.ask(now, r)
}

// ask emits the request and starts its timer.
func (e *Engine) ask(now clock.Instant, r *request) {
	id, en := r.ident, r.ident.entry
	out := RequestSA{ID: r.id, Map: en.spd.name, Seq: en.seq, Profile: en.profile, Iface: en.spd.iface().Name,
		Local: en.spd.local, Peer: id.peer, LocalProxy: id.local, RemoteProxy: id.remote,
		PFS: en.cfg.PFS, Lifetime: en.life, Rekey: r.rekey}
	for _, set := range en.sets {
		o := Offered{TransformSet: set.Name, Suite: set.Suite, Encap: Tunnel}
		if set.Transport && id.betweenPeers() {
			o.Encap = Transport
		}
		out.Proposals = append(out.Proposals, o)
		e.tell(SARequested{r.message(o)})
	}
	e.timers.Set(timer{timerRequest, r.id}, now.Add(requestTime))
	e.put(out)
}

// betweenPeers reports whether the identity is of the end points themselves.
func (id *ident) betweenPeers() bool {
	q := Query{Local: id.entry.spd.local, Remote: id.peer, LocalProxy: id.matchLocal, RemoteProxy: id.matchRemote}
	return q.betweenPeers()
}

func (r *request) message(o Offered) KeyMessage {
	id := r.ident
	m := KeyMessage{Outbound: true, Local: id.entry.spd.local, Remote: id.peer, LocalProxy: id.local, RemoteProxy: id.remote,
		Suite: o.Suite, Encap: o.Encap, Lifetime: id.entry.life}
	if parts := o.Suite.Parts(); len(parts) > 0 {
		m.Part = parts[len(parts)-1]
	}
	return m
}

// requestTimeout asks again, then gives up.
func (e *Engine) requestTimeout(now clock.Instant, r *request) {
	if r == nil {
		return
	}
	r.fired++
	e.tell(RequestTimedOut{Count: r.fired, Message: r.message(Offered{})})
	if r.fired < requestTries {
		e.ask(now, r)
		return
	}
	e.giveUp(r)
}

// RequestFailed tells that IKE gave up on a RequestSA. The next peer of the
// entry is asked at once; after the last one the next packet asks anew.
func (e *Engine) RequestFailed(now clock.Instant, id uint64) {
	r := e.requests[id]
	if r == nil {
		return
	}
	en := r.ident.entry
	r.refused++
	if n := len(en.cfg.Peers); n > 1 {
		en.peer = (en.peer + 1) % n
		if r.refused < n {
			r.ident.peer = en.currentPeer()
			r.rekey = false
			e.ask(now, r)
			return
		}
	}
	e.giveUp(r)
}

// giveUp ends a request without SAs.
func (e *Engine) giveUp(r *request) {
	id := r.ident
	e.cancel(id)
	e.releaseHeld(id)
	if id.socket != nil && len(id.pairs) == 0 {
		e.put(SocketDown{Socket: *id.socket, Failed: true})
	}
	if _, ok := id.entry.idents[id]; ok {
		e.reap(id)
	}
}

// cancel forgets the identity's request.
func (e *Engine) cancel(id *ident) {
	if id.request == nil {
		return
	}
	delete(e.requests, id.request.id)
	e.timers.Remove(timer{timerRequest, id.request.id})
	id.request = nil
}
