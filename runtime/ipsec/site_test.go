package ipsec

import (
	"net/netip"
	"testing"
)

var (
	siteA = netip.MustParseAddr("192.0.2.1")
	siteB = netip.MustParseAddr("192.0.2.2")
	lanA  = netip.MustParsePrefix("10.1.1.0/24")
	lanB  = netip.MustParsePrefix("10.2.2.0/24")
)

func siteConfig(local, remote netip.Addr, src, dst netip.Prefix, set TransformSet) Config {
	return Config{TransformSets: []TransformSet{set},
		Interfaces: []Interface{{Name: "out", Map: "CMAP", Addr: local, MTU: 1500}},
		Maps: []Map{{Name: "CMAP", Entries: []Entry{{Seq: 10, Peers: []netip.Addr{remote}, TransformSets: []string{set.Name},
			ACL: &ACL{Name: "101", Rules: []Rule{{Permit: true, Src: src, Dst: dst}}}}}}}}
}

// siteEnds are two routers with a tunnel between two LANs.
func siteEnds(t testing.TB, suite Suite, encap Encap, df DFRule) *ends {
	t.Helper()
	set := TransformSet{Name: "TS", Suite: suite}
	ca, cb := siteConfig(siteA, siteB, lanA, lanB, set), siteConfig(siteB, siteA, lanB, lanA, set)
	ca.DF, cb.DF = df, df
	return negotiate(t, 0, newNode(1, ca), newNode(2, cb), suite, encap, Lifetime{3600, 4608000},
		Selector{Prefix: lanA}, Selector{Prefix: lanB}, siteA, siteB, 0)
}
