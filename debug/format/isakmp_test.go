package format

import (
	"fmt"
	"math/rand/v2"
	"net/netip"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/ike"
	"ioslab/runtime/wire/isakmp"
)

var (
	ikePC  = netip.MustParseAddr("12.1.1.1")
	ikeLNS = netip.MustParseAddr("2.2.2.2")
)

// ikeRouter collects the lines of one engine, as a console would show them.
// Pointers and message ids, which depend on the seed, become the reference's.
type ikeRouter struct {
	*ike.Engine
	lines   []string
	f       Formatter
	replace []string // old, new
	nodes   []uint32
}

func (r *ikeRouter) Wants(c event.Class) bool {
	return c == event.CryptoISAKMP || c == event.Syslog
}

func (r *ikeRouter) Emit(ev event.Event) {
	switch e := ev.(type) {
	case ike.PeerCreated:
		r.replace = append(r.replace, fmt.Sprintf("%08X", e.Peer), "4BF78810", fmt.Sprintf("%08X", e.Handle), "8000005A")
	case ike.SAInserted:
		r.replace = append(r.replace, fmt.Sprintf("%08X", e.SA), "4BD9A838")
	case ike.NodeCreated:
		r.node(e.Node)
	case ike.QuickModeBegun:
		r.node(e.Node)
	}
	for _, m := range r.f.Append(nil, ev) {
		r.lines = append(r.lines, strings.Split(m.Text, "\n")...)
	}
}

func (r *ikeRouter) node(id uint32) {
	if id == 0 {
		return
	}
	n := len(r.nodes) + 1
	r.nodes = append(r.nodes, id)
	// Unsigned behind "message ID =" and "Node", signed elsewhere.
	r.replace = append(r.replace,
		fmt.Sprintf("message ID = %d", id), fmt.Sprintf("message ID = <id %d>", n),
		fmt.Sprintf("Node %d,", id), fmt.Sprintf("Node <id %d>,", n),
		fmt.Sprintf(" %d", int32(id)), fmt.Sprintf(" <node %d>", n))
}

func (r *ikeRouter) text() string {
	return strings.NewReplacer(r.replace...).Replace(strings.Join(r.lines, "\n")) + "\n"
}

// ikeKeys is a KeyEngine that refuses with one error, and prints what the
// IPsec engine would.
type ikeKeys struct {
	r     *ikeRouter
	err   ike.PolicyError
	cause []string
	spi   uint32
}

func (k *ikeKeys) Validate(q ike.Query) ike.Verdict {
	if k.r == nil {
		return ike.Verdict{}
	}
	k.r.lines = append(k.r.lines, "IPSEC(validate_proposal_request): proposal part #1")
	if len(k.cause) > 0 && q.Suites[0].Protocol == isakmp.ProtocolAH {
		k.r.lines = append(k.r.lines, "IPSEC(validate_proposal_request): proposal part #1, (key eng. msg.) INBOUND local= 2.2.2.2, remote= 12.1.1.1, "+
			"local_proxy= 2.2.2.2/255.255.255.255/17/1701 (type=1), remote_proxy= 12.1.1.1/255.255.255.255/17/1701 (type=1), protocol= AH, "+
			"transform= NONE (Transport), lifedur= 0s and 0kb, spi= 0x0(0), conn_id= 0, keysize= 0, flags= 0x0")
	}
	k.r.lines = append(k.r.lines, k.cause...)
	return ike.Verdict{Error: k.err}
}
func (k *ikeKeys) AllocateSPI(ike.SPIRequest) (uint32, bool) {
	k.spi++
	return 0xC9A8F2B3 + k.spi, true
}
func (k *ikeKeys) ReleaseSPI(netip.Addr, isakmp.ProtocolID, uint32) {}
func (k *ikeKeys) Install(clock.Instant, ike.Install) bool          { return true }
func (k *ikeKeys) EnableOutbound(clock.Instant, uint64)             {}
func (k *ikeKeys) DeleteSAs(clock.Instant, netip.AddrPort, netip.AddrPort, ike.DeleteReason) {
}
func (k *ikeKeys) PeerDeletedSPI(clock.Instant, netip.Addr, netip.Addr, isakmp.ProtocolID, []uint32) {
}

type ikeDial struct {
	now    clock.Instant
	client *ike.Engine
	clines *ikeRouter
	router *ikeRouter
	keys   *ikeKeys
}

func ikeKey(secret string) []ike.Key {
	return []ike.Key{{Prefix: netip.MustParsePrefix("0.0.0.0/0"), Secret: []byte(secret)}}
}

func ikePolicy(c isakmp.Cipher, h isakmp.Hash, g isakmp.Group) ike.Policy {
	return ike.Policy{Priority: 10, Encryption: c, Hash: h, Auth: isakmp.AuthPSK, Group: g}
}

// newIKEDial is a Windows 8 and a router with one policy.
func newIKEDial(p ike.Policy, seed byte) *ikeDial {
	d := &ikeDial{router: &ikeRouter{}, clines: &ikeRouter{}, keys: &ikeKeys{}, now: 1e9}
	client := ike.Config{Personality: ike.WindowsPersonality(ike.Windows8), Keys: ikeKey("123")}
	router := ike.Config{Policies: []ike.Policy{p}, Keys: ikeKey("123"), Personality: ike.IOSPersonality(), ScanProfiles: true}
	d.client = ike.New(client, &ikeKeys{spi: 0x53C3487D}, event.Discard{}, rand.NewChaCha8([32]byte{seed}))
	d.router.Engine = ike.New(router, d.keys, d.router, rand.NewChaCha8([32]byte{seed, 1}))
	return d
}

func ikeProposals() []isakmp.Proposal {
	var list []isakmp.Proposal
	for i, s := range []struct {
		p    isakmp.ProtocolID
		id   uint8
		bits uint16
	}{{3, isakmp.ESPAES, 128}, {3, isakmp.ESP3DES, 0}, {3, isakmp.ESPDES, 0}, {3, isakmp.ESPNULL, 0}, {2, isakmp.AHSHA, 0}} {
		attrs := []isakmp.Attribute{isakmp.TV(isakmp.AttrSAEncapsulation, 2)}
		if s.bits != 0 {
			attrs = append(attrs, isakmp.TV(isakmp.AttrSAKeyLength, s.bits))
		}
		attrs = append(attrs, isakmp.TV(isakmp.AttrSAAuth, 2),
			isakmp.TV(isakmp.AttrSALifeType, 1), isakmp.TLV32(isakmp.AttrSALifeDuration, 3600),
			isakmp.TV(isakmp.AttrSALifeType, 2), isakmp.TLV32(isakmp.AttrSALifeDuration, 250000))
		list = append(list, isakmp.Proposal{Number: uint8(i + 1), Protocol: s.p,
			Transforms: []isakmp.Transform{{Number: 1, ID: s.id, Attributes: attrs}}})
	}
	return list
}

func ikeRequest() ike.Request {
	return ike.Request{ID: 1, Local: ikePC, Remote: ikeLNS, Proposals: ikeProposals(),
		LocalProxy:  ike.Selector{Prefix: netip.PrefixFrom(ikePC, 32), Protocol: 17, Port: 1701},
		RemoteProxy: ike.Selector{Prefix: netip.PrefixFrom(ikeLNS, 32), Protocol: 17, Port: 1701}}
}

// exchange carries datagrams both ways until nobody has any.
func (d *ikeDial) exchange() {
	for {
		d.now += 5e6
		a := append([]ike.Output(nil), d.client.Drain()...)
		b := append([]ike.Output(nil), d.router.Drain()...)
		for _, o := range a {
			if s, ok := o.(ike.Send); ok {
				d.router.Receive(d.now, s.Remote, s.Local, s.Payload, s.NATT)
			}
		}
		for _, o := range b {
			if s, ok := o.(ike.Send); ok {
				d.client.Receive(d.now, s.Remote, s.Local, s.Payload, s.NATT)
			}
		}
		if len(a)+len(b) == 0 {
			return
		}
	}
}

func (d *ikeDial) dial() {
	d.client.RequestSA(d.now, ikeRequest())
	d.exchange()
}

func fold(s string) string { return strings.Join(strings.Fields(s), " ") }

// The article's stages: the lines of each file stand in the router's output in
// this order; lines without `...` between them stand together.
func TestArticleStages(t *testing.T) {
	tdes, md5, sha := isakmp.Cipher3DES, isakmp.HashMD5, isakmp.HashSHA
	for _, c := range []struct {
		stage   int
		policy  ike.Policy
		redials int
		err     ike.PolicyError
		cause   []string
	}{
		{1, ikePolicy(tdes, md5, 1), 0, 0, nil},
		{2, ikePolicy(tdes, sha, 1), 0, 0, nil},
		{3, ikePolicy(tdes, sha, 2), 0, 0, nil},
		{4, ikePolicy(tdes, sha, 2), 0, 8, []string{"IPSEC(ipsec_process_proposal): invalid local address 2.2.2.2"}},
		{5, ikePolicy(tdes, sha, 2), 4, 32, []string{"map_db_find_best did not find matching map", "IPSEC(ipsec_process_proposal): proxy identities not supported"}},
	} {
		t.Run(fmt.Sprint("stage ", c.stage), func(t *testing.T) {
			d := newIKEDial(c.policy, byte(c.stage))
			d.keys.r, d.keys.err, d.keys.cause = d.router, c.err, c.cause
			for range c.redials {
				d.dial()
				d.client.ClearPeer(d.now, ikeLNS, ike.ReasonUser)
				d.exchange()
			}
			d.dial()
			want, err := os.ReadFile(filepath.Join("testdata", "isakmp", fmt.Sprintf("stage%d.expect", c.stage)))
			if err != nil {
				t.Fatal(err)
			}
			findStage(t, d.router.lines, strings.Split(strings.TrimSpace(string(want)), "\n"))
		})
	}
}

func findStage(t *testing.T, lines, want []string) {
	t.Helper()
	var have []string
	for _, l := range lines {
		if l = fold(l); l != "" {
			have = append(have, l)
		}
	}
	for start := range have {
		i, gap := start, false
		k := 0
		for k < len(want) && i < len(have) {
			switch {
			case fold(want[k]) == "...":
				gap = true
				k++
			case have[i] == fold(want[k]):
				gap = false
				i++
				k++
			case gap:
				i++
			default:
				i = len(have)
			}
		}
		if k == len(want) {
			return
		}
	}
	t.Fatalf("not found:\n%s\nin:\n%s", strings.Join(want, "\n"), strings.Join(have, "\n"))
}

// checkWhole compares the router's lines with a file, byte for byte.
func checkWhole(t *testing.T, r *ikeRouter, name string) {
	t.Helper()
	want, err := os.ReadFile(filepath.Join("testdata", "isakmp", name))
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), r.text()); diff != "" {
		t.Fatalf("%s (-want +got):\n%s", name, diff)
	}
}

// A whole call: isakmp-debug.md 1.1, 1.4, 1.5 and 2.1, then the hang-up of 3.
func TestWindowsCallByTheByte(t *testing.T) {
	d := newIKEDial(ikePolicy(isakmp.Cipher3DES, isakmp.HashSHA, 2), 1)
	d.dial()
	checkWhole(t, d.router, "call.txt")
}

// isakmp-debug.md 1.3.
func TestNothingAcceptableByTheByte(t *testing.T) {
	d := newIKEDial(ikePolicy(isakmp.Cipher3DES, isakmp.HashMD5, 1), 1)
	d.dial()
	d.now += 61e9
	d.router.Tick(d.now)
	checkWhole(t, d.router, "refused.txt")
}

// isakmp-debug.md 2.2, its lines after phase 1.
func TestQuickModeRefusedByTheByte(t *testing.T) {
	d := newIKEDial(ikePolicy(isakmp.Cipher3DES, isakmp.HashSHA, 2), 1)
	d.client.RequestSA(d.now, ikeRequest())
	d.keys.r, d.keys.err = d.router, 32
	d.exchange()
	for i, l := range d.router.lines {
		if strings.Contains(l, "QM_IDLE") {
			d.router.lines = d.router.lines[i:]
			break
		}
	}
	checkWhole(t, d.router, "quickrefused.txt")
}

// traces/ios124-initiator.txt in the house dialect, and the peer's deletion
// of isakmp-debug.md 3.
func TestInitiatorByTheByte(t *testing.T) {
	policy := ikePolicy(isakmp.Cipher3DES, isakmp.HashSHA, 2)
	d := newIKEDial(policy, 1)
	cfg := ike.Config{Policies: []ike.Policy{policy}, Keys: ikeKey("123"), Personality: ike.IOSPersonality(), ScanProfiles: true}
	d.clines.Engine = ike.New(cfg, &ikeKeys{spi: 0x53C3487D}, d.clines, rand.NewChaCha8([32]byte{7}))
	d.client = d.clines.Engine
	d.dial()
	d.router.ClearSAs(d.now, 0, ike.ReasonTreeWalk)
	d.exchange()
	checkWhole(t, d.clines, "initiator.txt")
}

// A Windows client hangs up: isakmp-debug.md 3.
func TestHangUpByTheByte(t *testing.T) {
	d := newIKEDial(ikePolicy(isakmp.Cipher3DES, isakmp.HashSHA, 2), 1)
	d.dial()
	d.router.lines = nil
	d.client.DeleteSPI(d.now, ikePC, ikeLNS, isakmp.ProtocolESP, 0x1D6C3B31)
	d.exchange()
	d.client.ClearPeer(d.now, ikeLNS, ike.ReasonUser)
	// The client's SA is gone: it does not see the router's own deletion.
	for _, o := range append([]ike.Output(nil), d.client.Drain()...) {
		if s, ok := o.(ike.Send); ok {
			d.router.Receive(d.now, s.Remote, s.Local, s.Payload, s.NATT)
		}
	}
	checkWhole(t, d.router, "hangup.txt")
}

// isakmp-debug.md 1.6. The client says nothing more after message 5.
func TestWrongKeyByTheByte(t *testing.T) {
	d := newIKEDial(ikePolicy(isakmp.Cipher3DES, isakmp.HashSHA, 2), 1)
	d.client.Configure(d.now, ike.Config{Personality: ike.WindowsPersonality(ike.Windows8), Keys: ikeKey("321")})
	d.client.RequestSA(d.now, ikeRequest())
	for range 3 {
		for _, o := range append([]ike.Output(nil), d.client.Drain()...) {
			if s, ok := o.(ike.Send); ok {
				d.router.lines = nil
				d.router.Receive(d.now, s.Remote, s.Local, s.Payload, s.NATT)
			}
		}
		for _, o := range append([]ike.Output(nil), d.router.Drain()...) {
			if s, ok := o.(ike.Send); ok {
				d.client.Receive(d.now, s.Remote, s.Local, s.Payload, s.NATT)
			}
		}
	}
	start := d.now
	for d.router.Deadline() != clock.Never {
		d.now = d.router.Deadline()
		d.router.Tick(d.now)
	}
	if want := start.Add(101e9); d.now != want { // 1 + 4 times 10 s, 60 s to the purge
		t.Errorf("over after %v, not %v", d.now.Sub(start), want.Sub(start))
	}
	checkWhole(t, d.router, "wrongkey.txt")
}
