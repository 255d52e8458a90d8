package ipsec

import (
	"cmp"
	"net/netip"
	"slices"

	"ioslab/runtime/clock"
)

// Snapshot returns a copy of what the show commands print, at now.
func (e *Engine) Snapshot(now clock.Instant) Snapshot {
	s := Snapshot{TransformSets: slices.Clone(e.cfg.TransformSets), Lifetime: e.globalLifetime(),
		ReplayWindow: windowSize(e.cfg.ReplayWindow, e.cfg.NoReplay), Drops: e.Counters()}
	for _, i := range e.cfg.Interfaces {
		if d := e.byIface[i.Name]; d != nil {
			s.Interfaces = append(s.Interfaces, e.interfaceState(now, d, i))
		}
	}
	for i := range e.cfg.Maps {
		s.Maps = append(s.Maps, e.mapState(&e.cfg.Maps[i]))
	}
	for i := range e.cfg.DynamicMaps {
		s.DynamicMaps = append(s.DynamicMaps, e.mapState(&e.cfg.DynamicMaps[i]))
	}
	s.Connections = e.connections()
	return s
}

func (e *Engine) interfaceState(now clock.Instant, d *spd, i Interface) InterfaceState {
	st := InterfaceState{Name: i.Name, Map: d.name, LocalAddr: d.local, MTU: d.mtu(i.Name)}
	for _, en := range d.entries {
		for _, id := range en.sortedIdents() {
			st.Idents = append(st.Idents, id.state(now, i.Name, st.MTU))
		}
	}
	return st
}

func (id *ident) state(now clock.Instant, iface string, mtu int) IdentState {
	en, n := id.entry, id.n
	st := IdentState{Iface: iface, Map: en.spd.name, Seq: en.seq, Kind: en.kind, Profile: en.profile,
		Local: en.spd.local, Peer: id.peer, PeerPort: portIKE, LocalProxy: id.local, RemoteProxy: id.remote,
		FromACL: id.fromACL, Socket: id.socket != nil, Requesting: id.request != nil,
		Encaps: n.encaps, Encrypt: n.encrypt, Digest: n.digest,
		Decaps: n.decaps, Decrypt: n.decrypt, Verify: n.verify,
		SendErrors: n.sendErrors, RecvErrors: n.recvErrors, NoSASend: n.noSA, InvalidSARecv: n.invalidSA,
		EncapsFailed: n.encapsFailed, DecapsFailed: n.decapsFailed, InvalidProtRecv: n.invalidProt,
		VerifyFailed: n.verifyFailed, InvalidIdentityRecv: n.invalidIdent, InvalidLenRecv: n.invalidLen,
		ReplayRolloverSend: n.rolloverSend, ReplayFailed: n.replayFailed, PathMTU: mtu, PlainMTU: mtu}
	if !st.Peer.IsValid() {
		st.Peer = en.currentPeer()
	}
	if id.port != 0 {
		st.PeerPort = id.port
	}
	for _, p := range id.pairs {
		for i := range p.in {
			st.Inbound = append(st.Inbound, p.in[i].state(now, p.bytesIn))
			st.Outbound = append(st.Outbound, p.out[i].state(now, p.bytesOut))
		}
	}
	if p := id.newest(); p != nil {
		st.OutboundSPI, st.PFS, st.PlainMTU = p.out[len(p.out)-1].spi, p.pfs, p.plainMTU(mtu)
		st.Since = now.Sub(id.pairs[0].born)
	}
	return st
}

func (s *sa) state(now clock.Instant, done uint64) SAState {
	p := s.pair
	st := SAState{Pair: p.id, SPI: s.spi, Src: s.src, Dst: s.dst, Part: s.part, Suite: p.suite, Encap: p.encap,
		ConnID: s.conn, Map: p.ident.entry.spd.name, Iface: p.ident.iface, Peer: p.remote, Lifetime: p.life,
		KBRemaining: p.kilobytesLeft(done), SecRemaining: p.secondsLeft(now), IVBytes: s.ivN,
		Enabled: p.enabled, Packets: s.packets, Bytes: s.bytes, LastSeq: s.seq, Age: now.Sub(p.born)}
	if s.isInbound() {
		st.LastSeq, st.Window, st.Replay = s.window.top, int(s.window.size), s.window.size > 0
		return st
	}
	twin := p.in[indexOf(p.in, s.part.Proto)]
	st.Window, st.Replay = int(twin.window.size), twin.window.size > 0
	return st
}

func (s *sa) isInbound() bool { return s.handle != 0 }

// mapState describes a crypto map or a dynamic map. The current peer is that
// of the first policy that uses it.
func (e *Engine) mapState(m *Map) MapState {
	st := MapState{Map: *m}
	for _, c := range m.Entries {
		en := e.newEntry(&spd{}, c, c)
		st.Complete = append(st.Complete, c.Kind == Dynamic || en.complete())
		st.Current = append(st.Current, e.currentPeerOf(m.Name, c, en))
		st.PFS = append(st.PFS, c.PFS)
		st.Lifetimes = append(st.Lifetimes, en.life)
	}
	for _, i := range e.cfg.Interfaces {
		if i.Map == m.Name {
			st.Interfaces = append(st.Interfaces, i.Name)
		}
	}
	return st
}

func (e *Engine) currentPeerOf(name string, c Entry, en *entry) netip.Addr {
	for _, d := range e.spds {
		for _, live := range d.entries {
			if d.name == name && live.seq == c.Seq {
				return live.currentPeer()
			}
		}
	}
	return en.currentPeer()
}

// connections lists the SAs by conn id.
func (e *Engine) connections() []ConnState {
	var list []ConnState
	for _, p := range e.pairs {
		for i := range p.in {
			a, b := p.in[i], p.out[i]
			iface := p.ident.iface
			list = append(list,
				ConnState{ConnID: a.conn, Iface: iface, Part: a.part, Decrypt: a.packets, LastSeqN: a.window.top, Local: p.local},
				ConnState{ConnID: b.conn, Iface: iface, Part: b.part, Encrypt: b.packets, LastSeqN: 0, Local: p.local})
		}
	}
	slices.SortFunc(list, func(a, b ConnState) int { return cmp.Compare(a.ConnID, b.ConnID) })
	return list
}
