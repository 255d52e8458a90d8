package format

import (
	"encoding/binary"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ioslab/runtime/event"
	"ioslab/runtime/ipsec"
)

// ipsecRouter is the article's R2LNS as far as crypto maps go, with the lines
// that `debug crypto ipsec` prints on it.
type ipsecRouter struct {
	*ipsec.Engine
	f     Formatter
	lines []string
}

func (r *ipsecRouter) Wants(event.Class) bool { return true }

func (r *ipsecRouter) Emit(ev event.Event) {
	for _, m := range r.f.Append(nil, ev) {
		r.lines = append(r.lines, strings.Split(m.Text, "\n")...)
	}
}

// take returns the lines since the last call, as a file has them.
func (r *ipsecRouter) take() string {
	s := strings.Join(r.lines, "\n") + "\n"
	r.lines = nil
	return s
}

// fixedSPI is the random source of a router whose first SPI is the reference's.
type fixedSPI struct{}

func (fixedSPI) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = byte(i + 1)
	}
	if len(b) == 4 {
		binary.BigEndian.PutUint32(b, 3383489204)
	}
	return len(b), nil
}

func udp1701(a netip.Addr) ipsec.Selector {
	return ipsec.Selector{Prefix: netip.PrefixFrom(a, 32), Proto: 17, Port: 1701}
}

// newLNS is initial.cfg's crypto part, with the hash of its transform-set and
// with or without `crypto map vpn local-address Loopback0`.
func newLNS(hash ipsec.Auth, localAddress bool) *ipsecRouter {
	r := &ipsecRouter{}
	r.Engine = ipsec.New(fixedSPI{}, r)
	m := ipsec.Map{Name: "vpn", Entries: []ipsec.Entry{{Seq: 10, Kind: ipsec.Profile, Profile: "CCIE", TransformSets: []string{"CCNP"}}}}
	if localAddress {
		m.LocalInterface, m.LocalAddress = "Loopback0", ikeLNS
	}
	r.Configure(0, ipsec.Config{
		TransformSets: []ipsec.TransformSet{{Name: "CCNP", Suite: ipsec.Suite{Cipher: ipsec.TripleDES, Auth: hash}, Transport: true}},
		Maps:          []ipsec.Map{m},
		Interfaces:    []ipsec.Interface{{Name: "FastEthernet0/0", Map: "vpn", Addr: netip.MustParseAddr("12.1.1.2")}},
	})
	return r
}

// ahProposal is the PC's fifth.
var ahProposal = ipsec.Query{Local: ikeLNS, Remote: ikePC, LocalProxy: udp1701(ikeLNS), RemoteProxy: udp1701(ikePC),
	Parts: []ipsec.Part{{Proto: ipsec.AH, Auth: ipsec.SHA1}}, Encap: ipsec.Transport}

// reference reads a block of the reference, or an expectation of the article.
func reference(t *testing.T, name string) string {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("testdata", "ipsec", name))
	if err != nil {
		t.Fatal(err)
	}
	// The reference's illustration writes 3383489204 as 0xC9A8F2B4; it is 0xC9ABF2B4.
	return strings.ReplaceAll(string(b), "0xC9A8F2B4", "0xC9ABF2B4")
}

// The article's lines of stages 4 and 5 that are IPsec's, blanks folded as
// its page folded them.
func TestArticleStagesOfIPsec(t *testing.T) {
	for _, c := range []struct {
		file  string
		local bool
	}{{"stage4.expect", false}, {"stage5.expect", true}} {
		r := newLNS(ipsec.MD5, c.local)
		r.Validate(0, ahProposal)
		got := strings.Join(strings.Fields(r.take()), " ")
		at := 0
		for line := range strings.Lines(reference(t, c.file)) {
			line = strings.TrimSpace(line)
			if strings.HasPrefix(line, "ISAKMP") {
				continue
			}
			i := strings.Index(got[at:], line)
			if i < 0 {
				t.Errorf("%s: %q does not follow in\n%s", c.file, line, got)
				continue
			}
			at += i + len(line)
		}
	}
}

// ipsec-debug.md 1, to the byte.
func TestProposalLines(t *testing.T) {
	r := newLNS(ipsec.SHA1, true)
	r.Validate(0, ahProposal)
	want := reference(t, "proposal.txt") + "map_db_find_best did not find matching map\nIPSEC(ipsec_process_proposal): proxy identities not supported\n"
	if d := cmp.Diff(want, r.take()); d != "" {
		t.Fatal(d)
	}
	q := ahProposal
	q.Parts = []ipsec.Part{{Proto: ipsec.ESP, Cipher: ipsec.TripleDES, Auth: ipsec.SHA1}}
	r.Validate(0, q)
	want = strings.ReplaceAll(reference(t, "proposal.txt"), "protocol= AH", "protocol= ESP") + reference(t, "proxymatch.txt")
	if d := cmp.Diff(want, r.take()); d != "" {
		t.Fatal(d)
	}
}

func installPair(t *testing.T, r *ipsecRouter) uint64 {
	t.Helper()
	spis, err := r.AllocateSPIs(0, ikeLNS, ikePC, []ipsec.Proto{ipsec.ESP})
	if err != nil {
		t.Fatal(err)
	}
	key := ipsec.Keys{Cipher: make([]byte, 24), Auth: make([]byte, 20)}
	done, err := r.Install(0, ipsec.Install{Local: ikeLNS, Remote: ikePC, LocalProxy: udp1701(ikeLNS), RemoteProxy: udp1701(ikePC),
		Encap: ipsec.Transport, Lifetime: ipsec.Lifetime{Seconds: 3600, Kilobytes: 250000},
		Parts: []ipsec.KeyedPart{{Part: ipsec.Part{Proto: ipsec.ESP, Cipher: ipsec.TripleDES, Auth: ipsec.SHA1}, InSPI: spis[0], OutSPI: 493632336, In: key, Out: key}}})
	if err != nil {
		t.Fatal(err)
	}
	return done.Pair
}

// ipsec-debug.md 2, to the byte, and the lines that follow quick mode's third message.
func TestInstallLines(t *testing.T) {
	r := newLNS(ipsec.SHA1, true)
	pair := installPair(t, r)
	if d := cmp.Diff(reference(t, "install.txt"), r.take()); d != "" {
		t.Fatal(d)
	}
	r.EnableOutbound(0, pair)
	want := "IPSEC(key_engine): got a queue event with 1 KMI message(s)\n" +
		"IPSEC(key_engine_enable_outbound): rec'd enable notify from ISAKMP\n" +
		"IPSEC(key_engine_enable_outbound): enable SA with spi 493632336/50\n"
	if d := cmp.Diff(want, r.take()); d != "" {
		t.Fatal(d)
	}
}

// ipsec-debug.md 4: what the reference gives in full, up to its dots, to the byte.
func TestDeleteLines(t *testing.T) {
	r := newLNS(ipsec.SHA1, true)
	installPair(t, r)
	r.take()
	r.PeerDeleted(0, ikePC, ipsec.ESP, []uint32{493632336})
	got := r.take()
	want, _, _ := strings.Cut(reference(t, "delete.txt"), "  …")
	if !strings.HasPrefix(got, want) {
		t.Fatal(cmp.Diff(want, got))
	}
	rest := "    sa_spi= 0x1D6C3B50(493632336), \n    sa_trans= esp-3des esp-sha-hmac , sa_conn_id= 2\n    sa_lifetime(k/sec)= (250000/3600),\n" +
		"  (identity) local= 2.2.2.2, remote= 12.1.1.1, \n"
	if !strings.Contains(got, rest) {
		t.Fatalf("the outbound one is missing in\n%s", got)
	}
}

// ipsec-debug.md 5, to the byte: a captured request of a 12.4T initiator.
func TestRequestLines(t *testing.T) {
	local, peer := netip.MustParseAddr("85.227.242.238"), netip.MustParseAddr("213.100.24.75")
	lan, far := netip.MustParsePrefix("192.168.0.0/24"), netip.MustParsePrefix("10.0.0.0/24")
	r := &ipsecRouter{}
	m := ipsec.KeyMessage{Outbound: true, Local: local, Remote: peer, LocalProxy: ipsec.Selector{Prefix: lan}, RemoteProxy: ipsec.Selector{Prefix: far},
		Part: ipsec.Part{Proto: ipsec.ESP, Cipher: ipsec.TripleDES, Auth: ipsec.SHA1}, Encap: ipsec.Tunnel, Lifetime: ipsec.Lifetime{Seconds: 3600, Kilobytes: 4608000}}
	r.Emit(ipsec.SARequested{Message: m})
	if d := cmp.Diff(reference(t, "request.txt"), r.take()); d != "" {
		t.Fatal(d)
	}
}

// The 15.x wording of the capture traces/iosxe-qm-with-ipsec-debug.txt, but
// for XE's own "any protocol" of 256.
func TestIPsecLinesOf15x(t *testing.T) {
	local, peer := netip.MustParseAddr("203.0.113.200"), netip.MustParseAddr("203.0.113.100")
	here, there := ipsec.Selector{Prefix: netip.MustParsePrefix("192.168.102.0/24")}, ipsec.Selector{Prefix: netip.MustParsePrefix("192.168.101.0/24")}
	part := ipsec.Part{Proto: ipsec.ESP, Cipher: ipsec.AES, KeyBits: 256, Auth: ipsec.SHA512}
	r := &ipsecRouter{f: Formatter{Dialect: IOS15}}
	r.Emit(ipsec.ProposalChecked{Index: 1, Message: ipsec.KeyMessage{Local: local, Remote: peer, LocalProxy: here, RemoteProxy: there, Part: part, Encap: ipsec.Tunnel}})
	r.Emit(ipsec.SACreated{SA: ipsec.SAIdentity{Dst: local, Part: part, SPI: 0x63A278D7, ConnID: 2005, Lifetime: ipsec.Lifetime{Seconds: 3600, Kilobytes: 4608000},
		Local: local, Remote: peer, LocalProxy: here, RemoteProxy: there}})
	want := `IPSEC(validate_proposal_request): proposal part #1
IPSEC(validate_proposal_request): proposal part #1,
  (key eng. msg.) INBOUND local= 203.0.113.200:0, remote= 203.0.113.100:0,
    local_proxy= 192.168.102.0/255.255.255.0/0/0,
    remote_proxy= 192.168.101.0/255.255.255.0/0/0,
    protocol= ESP, transform= esp-aes 256 esp-sha512-hmac  (Tunnel), ` + `
    lifedur= 0s and 0kb, ` + `
    spi= 0x0(0), conn_id= 0, keysize= 256, flags= 0x0
IPSEC(create_sa): sa created,
  (sa) sa_dest= 203.0.113.200, sa_proto= 50, ` + `
    sa_spi= 0x63A278D7(1671592151), ` + `
    sa_trans= esp-aes 256 esp-sha512-hmac , sa_conn_id= 2005
    sa_lifetime(k/sec)= (4608000/3600),
  (identity) local= 203.0.113.200:0, remote= 203.0.113.100:0,
    local_proxy= 192.168.102.0/255.255.255.0/0/0,
    remote_proxy= 192.168.101.0/255.255.255.0/0/0
`
	if d := cmp.Diff(want, r.take()); d != "" {
		t.Fatal(d)
	}
}

// ipsec-debug.md 3 and 4, syslog.md: the single lines.
func TestSingleIPsecLines(t *testing.T) {
	a := netip.MustParseAddr
	for _, c := range []struct {
		ev   ipsec.Event
		want string
	}{
		{ipsec.TransformsUnsupported{Suite: ipsec.Suite{Cipher: ipsec.AES, KeyBits: 256, Auth: ipsec.SHA512}},
			"IPSEC(ipsec_process_proposal): transform proposal not supported for identity: \n    {esp-aes 256 esp-sha512-hmac }"},
		{ipsec.TransformsUnsupported{Suite: ipsec.Suite{AH: ipsec.SHA1}},
			"IPSEC(ipsec_process_proposal): transform proposal not supported for identity: \n    {ah-sha-hmac }"},
		{ipsec.PeerNotFound{Peer: a("12.1.1.1")}, "IPSEC(ipsec_process_proposal): peer address 12.1.1.1 not found"},
		{ipsec.InvalidLocalAddress{Addr: a("2.2.2.2")}, "IPSEC(ipsec_process_proposal): invalid local address 2.2.2.2"},
		{ipsec.OutboundChanged{Peer: a("1.1.56.6"), SPI: 0xDD8C4BB4}, "IPSEC(update_current_outbound_sa): updated peer 1.1.56.6 current outbound sa to SPI DD8C4BB4"},
		{ipsec.LifetimeThreshold{Left: 30e9}, "IPSEC(lifetime_expiry): SA lifetime threshold reached, expiring in 30 seconds"},
		{ipsec.SiblingAging{SPI: 0x1D6C3B50, Left: 30e9}, "IPSEC(early_age_out_sibling): sibling outbound SPI 1D6C3B50 expiring in 30 seconds"},
		{ipsec.InvalidSPIReceived{Src: a("103.1.1.1"), Dst: a("61.128.1.1"), Proto: ipsec.ESP, SPI: 0x3EA71AED},
			"%CRYPTO-4-RECVD_PKT_INV_SPI: decaps: rec'd IPSEC packet has invalid spi for destaddr=61.128.1.1, prot=50, spi=0x3EA71AED(1051138797), srcaddr=103.1.1.1"},
		{ipsec.ClearReceived{Src: a("62.25.122.11"), Dst: a("62.25.122.10"), Proto: 132},
			"%CRYPTO-4-RECVD_PKT_NOT_IPSEC: Rec'd packet not an IPSEC packet. (ip) vrf/dest_addr= /62.25.122.10, src_addr= 62.25.122.11, prot= 132"},
		{ipsec.ICVFailed{ConnID: 1}, "%CRYPTO-4-RECVD_PKT_MAC_ERR: decrypt: mac verify failed for connection id=1"},
		{ipsec.ReplayDetected{ConnID: 3, Seq: 9}, "%CRYPTO-4-PKT_REPLAY_ERR: decrypt: replay check failed\n\tconnection id=3, sequence number=9"},
	} {
		got := (&Formatter{}).Append(nil, c.ev)
		if len(got) != 1 || got[0].Text != c.want {
			t.Errorf("%T: %+v, want %q", c.ev, got, c.want)
			continue
		}
		if sys := strings.HasPrefix(c.want, "%"); sys != (got[0].Class == event.Syslog) || sys != (got[0].Severity == 4) {
			t.Errorf("%T: class %v severity %d", c.ev, got[0].Class, got[0].Severity)
		}
	}
	if got := (&Formatter{}).Append(nil, ipsec.PFSUnsupported{Want: 2}); len(got) != 0 {
		t.Errorf("%+v", got)
	}
}
