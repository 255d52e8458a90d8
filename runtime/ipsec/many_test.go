package ipsec

import (
	"encoding/binary"
	"net/netip"
	"testing"
)

// manyIdents makes an LNS policy with n idents of L2TP clients.
func manyIdents(t testing.TB, n int) (*spd, []flow) {
	t.Helper()
	e := newNode(1, articleConfig(set3DESSHA, true))
	s := e.spds[0]
	var flows []flow
	for i := range n {
		var b [4]byte
		binary.BigEndian.PutUint32(b[:], 0x0a000000+uint32(i))
		a := netip.AddrFrom4(b)
		id := &ident{id: e.nextID(), local: udp1701(lnsAddr), remote: udp1701(a), matchLocal: udp1701(lnsAddr), matchRemote: udp1701(a)}
		s.entries[0].addIdent(id)
		flows = append(flows, flow{local: addr4(lnsAddr), remote: addr4(a), lport: 1701, rport: 1701, proto: 17})
	}
	return s, flows
}

func TestEveryOfManyIdentsIsFoundAndForgotten(t *testing.T) {
	s, flows := manyIdents(t, 3000)
	for i, f := range flows {
		c := s.lookup(f)
		if c.ident == nil || c.ident.id != uint64(i+1) {
			t.Fatalf("flow %d", i)
		}
	}
	for i, f := range flows {
		s.entries[0].dropIdent(s.lookup(f).ident)
		if s.lookup(f).protect {
			t.Fatalf("flow %d still protected", i)
		}
	}
}
