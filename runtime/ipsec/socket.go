package ipsec

import (
	"errors"
	"fmt"
	"net/netip"

	"ioslab/runtime/clock"
)

// Socket is a crypto socket: one flow that a profile entry is to protect,
// opened by L2TP for a tunnel with `l2tp security crypto-profile`. While it is
// open, the flow never goes in the clear.
type Socket struct {
	Profile       string
	Proto         uint8
	Local, Remote netip.AddrPort
}

// ErrNoProfile means that no applied crypto map has the socket's profile with
// its local address.
var ErrNoProfile = errors.New("no crypto map entry with the profile")

// OpenSocket makes the flow's identity, or takes the one that a peer's
// negotiation has made. SocketUp comes when its SAs can carry packets; without
// SAs they are asked for. Opening a socket twice does nothing.
func (e *Engine) OpenSocket(now clock.Instant, s Socket) error {
	if e.sockets[s] != nil {
		return nil
	}
	en := e.profileEntry(s)
	if en == nil {
		return fmt.Errorf("open socket to %s: profile %q: %w", s.Remote, s.Profile, ErrNoProfile)
	}
	id := en.find(s.flow())
	if id == nil || id.socket != nil {
		id = e.socketIdent(en, s)
	}
	id.socket = &s
	e.sockets[s] = id
	if id.current != nil {
		id.sockUp = true
		e.put(SocketUp{s})
		return nil
	}
	if len(id.pairs) == 0 {
		id.peer = s.Remote.Addr()
		e.request(now, id, false)
	}
	return nil
}

func (s *Socket) flow() flow {
	return flow{local: addr4(s.Local.Addr()), remote: addr4(s.Remote.Addr()), lport: s.Local.Port(), rport: s.Remote.Port(), proto: s.Proto}
}

func (e *Engine) profileEntry(s Socket) *entry {
	for _, d := range e.spds {
		if !d.localIs(s.Local.Addr()) {
			continue
		}
		for _, en := range d.entries {
			if en.kind == Profile && en.profile == s.Profile && en.complete() {
				return en
			}
		}
	}
	return nil
}

func (e *Engine) socketIdent(en *entry, s Socket) *ident {
	id := &ident{id: e.nextID(), local: host(s.Local.Addr(), s.Proto, s.Local.Port()), remote: host(s.Remote.Addr(), s.Proto, s.Remote.Port())}
	id.matchLocal, id.matchRemote = id.local, id.remote
	en.addIdent(id)
	return id
}

// CloseSocket ends the flow. Its SAs are deleted, unless keep (`l2tp security
// crypto-profile NAME keep-sa`) leaves them to their life time.
func (e *Engine) CloseSocket(now clock.Instant, s Socket, keep bool) {
	id := e.sockets[s]
	if id == nil {
		return
	}
	delete(e.sockets, s)
	id.socket, id.sockUp = nil, false
	if !keep {
		e.cancel(id)
		e.remove(now, append([]*pair(nil), id.pairs...), DeletedBySocket)
	}
	if _, ok := id.entry.idents[id]; ok {
		e.reap(id)
	}
}
