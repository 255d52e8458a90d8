package ike

import (
	"net/netip"
	"slices"
)

// findKey returns the pre-shared key for a peer: by address, the longest mask
// first; then by host name, whose addresses the owner resolved.
func (e *Engine) findKey(remote netip.Addr) ([]byte, bool) {
	best, bits := []byte(nil), -1
	for _, k := range e.cfg.Keys {
		if k.Hostname == "" && k.Prefix.IsValid() && k.Prefix.Contains(remote) && k.Prefix.Bits() > bits {
			best, bits = k.Secret, k.Prefix.Bits()
		}
		if k.Hostname != "" && slices.Contains(k.Resolved, remote) && remote.BitLen() > bits {
			best, bits = k.Secret, remote.BitLen()
		}
	}
	return best, bits >= 0
}

// lookKey finds the SA's key and tells the outcome.
func (e *Engine) lookKey(sa *ikeSA) bool {
	secret, ok := e.findKey(sa.remote.Addr())
	if !ok {
		emit(e, KeyMissing{Conn: sa.connID, Peer: sa.remote.Addr()})
		return false
	}
	emit(e, KeyFound{Conn: sa.connID, Peer: sa.remote.Addr()})
	sa.secret = secret
	return true
}
