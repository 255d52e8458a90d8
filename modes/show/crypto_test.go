package show

import (
	"net/netip"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/ike"
	"ioslab/runtime/ipsec"
	"ioslab/runtime/wire/isakmp"
)

func ap(s string) netip.AddrPort { return netip.MustParseAddrPort(s) }

func same(t *testing.T, got, want string) {
	t.Helper()
	if got == want {
		return
	}
	g, w := strings.Split(got, "\n"), strings.Split(want, "\n")
	for i := range max(len(g), len(w)) {
		a, b := "(none)", "(none)"
		if i < len(g) {
			a = g[i]
		}
		if i < len(w) {
			b = w[i]
		}
		if a != b {
			t.Errorf("line %d:\n got %q\nwant %q", i+1, a, b)
		}
	}
}

// article is the phase 1 SA of stage 6: the PC dials, so the router is the responder.
func article() ike.SAInfo {
	return ike.SAInfo{
		ConnID: 1001, EngineID: 1, Local: ap("2.2.2.2:500"), Remote: ap("12.1.1.1:500"), State: ike.StateQMIdle, Authenticated: true,
		Policy:   ike.Policy{Encryption: isakmp.Cipher3DES, Hash: isakmp.HashSHA, Auth: isakmp.AuthPSK, Group: isakmp.GroupMODP1024, Lifetime: 28800 * time.Second},
		Lifetime: 28800 * time.Second, Remaining: 7*time.Hour + 58*time.Minute + 12*time.Second, RemoteID: "12.1.1.1",
	}
}

// Layouts of shared/reference/show-crypto.md.
func TestISAKMPSA(t *testing.T) {
	// The capture's row: dst is the responder 203.0.113.10.
	captured := article()
	captured.Local, captured.Remote = ap("203.0.113.10:500"), ap("203.0.113.1:500")
	same(t, ISAKMPSA([]ike.SAInfo{captured}), `IPv4 Crypto ISAKMP SA
dst             src             state          conn-id status
203.0.113.10    203.0.113.1     QM_IDLE           1001 ACTIVE

IPv6 Crypto ISAKMP SA

`)
	dead := article()
	dead.ConnID, dead.State, dead.Deleted = 0, ike.StateNoState, true
	if got := ISAKMPSA([]ike.SAInfo{dead}); !strings.Contains(got, "\n2.2.2.2         12.1.1.1        MM_NO_STATE          0 ACTIVE (deleted)\n") {
		t.Errorf("%q", got)
	}
	here := article()
	here.Initiator = true
	if got := ISAKMPSA([]ike.SAInfo{here}); !strings.Contains(got, "\n12.1.1.1        2.2.2.2 ") {
		t.Errorf("as initiator: %q", got)
	}
}

// Rows of samples/genie__iosxe_ShowCryptoIsakmpSa__golden_output_isakmp.txt.
func TestISAKMPSAColumnsOfSample(t *testing.T) {
	row := func(id int, dst, src string, state ike.State, deleted bool) ike.SAInfo {
		return ike.SAInfo{ConnID: id, Local: ap(dst + ":500"), Remote: ap(src + ":500"), State: state, Deleted: deleted}
	}
	got := ISAKMPSA([]ike.SAInfo{row(29609, "100.0.10.2", "100.13.220.2", ike.StateQMIdle, false), row(29188, "100.0.10.2", "100.12.82.2", ike.StateNoState, true)})
	for _, want := range []string{
		"100.0.10.2      100.13.220.2    QM_IDLE          29609 ACTIVE\n",
		"100.0.10.2      100.12.82.2     MM_NO_STATE      29188 ACTIVE (deleted)\n",
	} {
		if !strings.Contains(got, want) {
			t.Errorf("%q is missing in\n%s", want, got)
		}
	}
}

func TestISAKMPSADetail(t *testing.T) {
	same(t, ISAKMPSADetail([]ike.SAInfo{article()}), `Codes: C - IKE configuration mode, D - Dead Peer Detection
       K - Keepalives, N - NAT-traversal
       T - cTCP encapsulation, X - IKE Extended Authentication
       psk - Preshared key, rsig - RSA signature
       renc - RSA encryption
IPv4 Crypto ISAKMP SA

C-id  Local           Remote          I-VRF  Status Encr Hash   Auth DH Lifetime Cap.

1001  2.2.2.2         12.1.1.1               ACTIVE 3des sha    psk  2  07:58:12 
       Engine-id:Conn-id =  SW:1

IPv6 Crypto ISAKMP SA

`)
}

func TestISAKMPPolicies(t *testing.T) {
	policy := ike.Policy{Priority: 10, Encryption: isakmp.Cipher3DES, Hash: isakmp.HashSHA, Auth: isakmp.AuthPSK, Group: isakmp.GroupMODP1024}
	same(t, ISAKMPPolicies([]ike.Policy{policy}, ike.DefaultPolicies124(), T124), `
Global IKE policy
Protection suite of priority 10
	encryption algorithm:	Three key triple DES
	hash algorithm:		Secure Hash Standard
	authentication method:	Pre-Shared Key
	Diffie-Hellman group:	#2 (1024 bit)
	lifetime:		86400 seconds, no volume limit
Default protection suite
	encryption algorithm:	DES - Data Encryption Standard (56 bit keys).
	hash algorithm:		Secure Hash Standard
	authentication method:	Rivest-Shamir-Adleman Signature
	Diffie-Hellman group:	#1 (768 bit)
	lifetime:		86400 seconds, no volume limit
`)
	if got := ISAKMPPolicies(nil, ike.DefaultPolicies15(), M15); !strings.Contains(got, "Default protection suite of priority 65508\n\tencryption algorithm:\tAES - Advanced Encryption Standard (128 bit keys).\n\thash algorithm:\t\tSecure Hash Standard\n\tauthentication method:\tPre-Shared Key\n\tDiffie-Hellman group:\t#5 (1536 bit)\n") {
		t.Errorf("%s", got)
	}
}

func TestISAKMPKeysAndPeers(t *testing.T) {
	same(t, ISAKMPKeys([]ike.Key{
		{Prefix: netip.MustParsePrefix("12.1.1.1/32"), Secret: []byte("123")},
		{Prefix: netip.MustParsePrefix("0.0.0.0/0"), Secret: []byte("cisco")},
	}), `Keyring      Hostname/Address                            Preshared Key

default      12.1.1.1                                    123
default      0.0.0.0        [0.0.0.0        ]            cisco
`)
	same(t, ISAKMPPeers([]ike.PeerInfo{{Local: ap("2.2.2.2:500"), Remote: ap("12.1.1.1:500"), ID: "12.1.1.1"}}), `Peer: 12.1.1.1 Port: 500 Local: 2.2.2.2
 Phase1 id: 12.1.1.1
`)
}

var ccnp = ipsec.TransformSet{Name: "CCNP", Suite: ipsec.Suite{Cipher: ipsec.TripleDES, Auth: ipsec.SHA1}, Transport: true}

func TestTransformSets(t *testing.T) {
	same(t, TransformSets([]ipsec.TransformSet{ccnp}, T124), "Transform set CCNP: { esp-3des esp-sha-hmac  }\n   will negotiate = { Transport,  },\n   \n")
	same(t, TransformSets([]ipsec.TransformSet{ccnp}, M15), "Transform set CCNP: { esp-3des esp-sha-hmac  } \n   will negotiate = { Transport,  }, \n   \n")
	for words, s := range map[string]ipsec.Suite{
		"esp-256-aes esp-sha-hmac": {Cipher: ipsec.AES, KeyBits: 256, Auth: ipsec.SHA1},
		"esp-aes esp-sha-hmac":     {Cipher: ipsec.AES, KeyBits: 128, Auth: ipsec.SHA1},
		"ah-md5-hmac":              {AH: ipsec.MD5},
		"ah-sha-hmac esp-null":     {AH: ipsec.SHA1, Cipher: ipsec.NullCipher},
	} {
		if got := TransformWords(s); got != words {
			t.Errorf("%q, want %q", got, words)
		}
	}
}

func host(a string) ipsec.Selector {
	return ipsec.Selector{Prefix: netip.PrefixFrom(netip.MustParseAddr(a), 32), Proto: 17, Port: 1701}
}

// stage6 is the article's IPsec state in the numbers of the reference's table.
func stage6() *ipsec.Snapshot {
	sa := func(spi uint32, conn, kb int, dir int) ipsec.SAState {
		return ipsec.SAState{SPI: spi, Part: ipsec.Part{Proto: ipsec.ESP, Cipher: ipsec.TripleDES, Auth: ipsec.SHA1}, Encap: ipsec.Transport,
			ConnID: conn, Map: "vpn", Lifetime: ipsec.Lifetime{Seconds: 3600, Kilobytes: 250000}, KBRemaining: uint32(kb), SecRemaining: 3544, IVBytes: 8, Replay: true}
	}
	return &ipsec.Snapshot{
		TransformSets: []ipsec.TransformSet{ccnp},
		Lifetime:      ipsec.Lifetime{Seconds: 3600, Kilobytes: 4608000},
		Interfaces: []ipsec.InterfaceState{{Name: "FastEthernet0/0", Map: "vpn", LocalAddr: netip.MustParseAddr("2.2.2.2"), MTU: 1500, Idents: []ipsec.IdentState{{
			Iface: "FastEthernet0/0", Map: "vpn", Kind: ipsec.Profile, Local: netip.MustParseAddr("2.2.2.2"), Peer: netip.MustParseAddr("12.1.1.1"), PeerPort: 500,
			LocalProxy: host("2.2.2.2"), RemoteProxy: host("12.1.1.1"), Encaps: 42, Encrypt: 42, Digest: 42, Decaps: 47, Decrypt: 47, Verify: 47,
			PathMTU: 1500, OutboundSPI: 0x1D6C3B50, Since: 56 * time.Second,
			Inbound: []ipsec.SAState{sa(0xC9A8F2B4, 1, 249995, 0)}, Outbound: []ipsec.SAState{sa(0x1D6C3B50, 2, 249996, 1)},
		}}}},
		Connections: []ipsec.ConnState{
			{ConnID: 1, Part: ipsec.Part{Proto: ipsec.ESP, Cipher: ipsec.TripleDES, Auth: ipsec.SHA1}, Decrypt: 47, LastSeqN: 47, Local: netip.MustParseAddr("2.2.2.2")},
			{ConnID: 2, Part: ipsec.Part{Proto: ipsec.ESP, Cipher: ipsec.TripleDES, Auth: ipsec.SHA1}, Encrypt: 42, Local: netip.MustParseAddr("2.2.2.2")},
		},
	}
}

func TestIPsecSA(t *testing.T) {
	want := `
interface: FastEthernet0/0
    Crypto map tag: vpn, local addr 2.2.2.2

   protected vrf: (none)
   local  ident (addr/mask/prot/port): (2.2.2.2/255.255.255.255/17/1701)
   remote ident (addr/mask/prot/port): (12.1.1.1/255.255.255.255/17/1701)
   current_peer 12.1.1.1 port 500
     PERMIT, flags={}
    #pkts encaps: 42, #pkts encrypt: 42, #pkts digest: 42
    #pkts decaps: 47, #pkts decrypt: 47, #pkts verify: 47
    #pkts compressed: 0, #pkts decompressed: 0
    #pkts not compressed: 0, #pkts compr. failed: 0
    #pkts not decompressed: 0, #pkts decompress failed: 0
    #send errors 0, #recv errors 0

     local crypto endpt.: 2.2.2.2, remote crypto endpt.: 12.1.1.1
     path mtu 1500, ip mtu 1500, ip mtu idb FastEthernet0/0
     current outbound spi: 0x1D6C3B50(493632336)

     inbound esp sas:
      spi: 0xC9A8F2B4(3383292596)
        transform: esp-3des esp-sha-hmac ,
        in use settings ={Transport, }
        conn id: 1, flow_id: SW:1, sibling_flags 80000000, crypto map: vpn
        sa timing: remaining key lifetime (k/sec): (249995/3544)
        IV size: 8 bytes
        replay detection support: Y
        Status: ACTIVE

     inbound ah sas:

     inbound pcp sas:

     outbound esp sas:
      spi: 0x1D6C3B50(493632336)
        transform: esp-3des esp-sha-hmac ,
        in use settings ={Transport, }
        conn id: 2, flow_id: SW:2, sibling_flags 80000000, crypto map: vpn
        sa timing: remaining key lifetime (k/sec): (249996/3544)
        IV size: 8 bytes
        replay detection support: Y
        Status: ACTIVE

     outbound ah sas:

     outbound pcp sas:
`
	same(t, IPsecSA(stage6(), SAFilter{}, T124), want)
	if got := IPsecSA(stage6(), SAFilter{Peer: netip.MustParseAddr("9.9.9.9")}, T124); strings.Contains(got, "12.1.1.1") {
		t.Errorf("another peer's SAs: %q", got)
	}
	detail := IPsecSA(stage6(), SAFilter{Detail: true}, M15)
	for _, line := range []string{ // samples/ntc__show_crypto_ipsec_sa_detail…
		"    #pkts no sa (send) 0, #pkts invalid sa (rcv) 0\n", "    ##pkts replay failed (rcv): 0\n",
		"     PFS (Y/N): N, DH group: none\n", "        Status: ACTIVE(ACTIVE)\n",
	} {
		if !strings.Contains(detail, line) {
			t.Errorf("%q is missing in\n%s", line, detail)
		}
	}
}

func TestCryptoMap(t *testing.T) {
	acl := &ipsec.ACL{Name: "101", Rules: []ipsec.Rule{{Permit: true, Src: netip.MustParsePrefix("10.1.0.0/16"), Dst: netip.MustParsePrefix("10.2.2.2/32")}}}
	snap := stage6()
	snap.Maps = []ipsec.MapState{{
		Map:      ipsec.Map{Name: "vpn", Entries: []ipsec.Entry{{Seq: 10, Peers: []netip.Addr{netip.MustParseAddr("12.1.1.1")}, ACL: acl, TransformSets: []string{"CCNP"}}}},
		Complete: []bool{true}, Current: []netip.Addr{netip.MustParseAddr("12.1.1.1")}, Lifetimes: []ipsec.Lifetime{{Seconds: 3600, Kilobytes: 4608000}},
		Interfaces: []string{"FastEthernet0/0"},
	}}
	same(t, CryptoMaps(snap, "", "", T124), `Crypto Map "vpn" 10 ipsec-isakmp
	Peer = 12.1.1.1
	Extended IP access list 101
	    access-list 101 permit ip 10.1.0.0 0.0.255.255 host 10.2.2.2
	Current peer: 12.1.1.1
	Security association lifetime: 4608000 kilobytes/3600 seconds
	PFS (Y/N): N
	Transform sets={
		CCNP:  { esp-3des esp-sha-hmac  } ,
	}
	Interfaces using crypto map vpn:
		FastEthernet0/0

`)
	snap.Maps[0].Complete[0] = false
	snap.Maps[0].Map.Entries[0].ACL = nil
	if got := CryptoMaps(snap, "", "", M15); !strings.HasPrefix(got, "Crypto Map IPv4 \"vpn\" 10 ipsec-isakmp\n\tWARNING: This crypto map is in an incomplete state!\n\t\t(missing peer or access-list definitions)\n\tPeer = 12.1.1.1\n") {
		t.Errorf("%s", got)
	}
}

func TestCryptoSession(t *testing.T) {
	sas := []ike.SAInfo{article()}
	same(t, CryptoSession(sas, stage6(), false, T124), "Crypto session current status\n"+`
Interface: FastEthernet0/0
Session status: UP-ACTIVE     
Peer: 12.1.1.1 port 500 
  IKE SA: local 2.2.2.2/500 remote 12.1.1.1/500 Active 
  IPSEC FLOW: permit 17 host 2.2.2.2 port 1701 host 12.1.1.1 port 1701 
        Active SAs: 2, origin: crypto map
`)
	detail := CryptoSession(sas, stage6(), true, T124)
	for _, line := range []string{
		"Code: C - IKE Configuration mode, D - Dead Peer Detection     \n", "Uptime: 00:00:56\n",
		"Peer: 12.1.1.1 port 500 fvrf: (none) ivrf: (none)\n      Phase1_id: 12.1.1.1\n      Desc: (none)\n",
		"          Capabilities:(none) connid:1001 lifetime:07:58:12\n",
		"        Inbound:  #pkts dec'ed 47 drop 0 life (KB/Sec) 249995/3544\n",
		"        Outbound: #pkts enc'ed 42 drop 0 life (KB/Sec) 249996/3544\n",
	} {
		if !strings.Contains(detail, line) {
			t.Errorf("%q is missing in\n%s", line, detail)
		}
	}
	idle := stage6()
	idle.Interfaces[0].Idents = nil
	for want, s := range map[string]string{
		"UP-IDLE       ": CryptoSession(sas, idle, false, T124), "UP-NO-IKE     ": CryptoSession(nil, stage6(), false, T124),
	} {
		if !strings.Contains(s, "Session status: "+want+"\n") {
			t.Errorf("%q is missing in\n%s", want, s)
		}
	}
}

func TestEngineConnections(t *testing.T) {
	same(t, EngineConnections([]ike.SAInfo{article()}, stage6().Connections), `Crypto Engine Connections

   ID  Type    Algorithm           Encrypt  Decrypt LastSeqN IP-Address
    1  IPsec   3DES+SHA                  0       47       47 2.2.2.2
    2  IPsec   3DES+SHA                 42        0        0 2.2.2.2
 1001  IKE     SHA+3DES                  0        0        0 2.2.2.2

`)
}
