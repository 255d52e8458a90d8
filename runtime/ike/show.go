package ike

import (
	"slices"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

// Snapshot returns the state for the show commands.
func (e *Engine) Snapshot(now clock.Instant) Snapshot {
	s := Snapshot{Keys: slices.Clone(e.cfg.Keys), Defaults: slices.Clone(e.cfg.Defaults), Counters: e.count}
	s.Policies = slices.Clone(e.policies[:len(e.policies)-len(e.cfg.Defaults)])
	list := e.inOrder()
	slices.Reverse(list)
	seen := map[*peer]bool{}
	for _, sa := range list {
		s.SAs = append(s.SAs, e.info(now, sa))
		if sa.authentic && !sa.dead && !seen[sa.peer] {
			seen[sa.peer] = true
			s.Peers = append(s.Peers, PeerInfo{Local: sa.local, Remote: sa.remote, ID: sa.peer.id,
				Pointer: sa.peer.pointer, References: sa.peer.refs})
		}
	}
	slices.SortFunc(s.Peers, func(a, b PeerInfo) int { return a.Remote.Compare(b.Remote) })
	return s
}

func (e *Engine) info(now clock.Instant, sa *ikeSA) SAInfo {
	i := SAInfo{ConnID: sa.connID, EngineID: sa.engineID, Initiator: sa.initiator, Local: sa.local, Remote: sa.remote,
		State: sa.state, Deleted: sa.dead, Authenticated: sa.authentic, Lifetime: sa.life, RemoteID: sa.remoteID,
		DPD: sa.doesDPD(), Keepalive: e.cfg.Keepalive.Interval > 0 && sa.doesDPD(), NATT: sa.nat.found(),
		Cookies: [2]isakmp.Cookie{sa.cookieI, sa.cookieR}, Pointer: sa.pointer, Nodes: len(sa.order),
		Encrypted: sa.used, Decrypted: sa.taken}
	if sa.agreed {
		i.Policy = sa.policy
	}
	if sa.expires != clock.Never {
		i.Remaining = max(0, sa.expires.Sub(now)).Truncate(time.Second)
	}
	return i
}
