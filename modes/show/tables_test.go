package show

import (
	"net/netip"
	"os"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/forward"
	"ioslab/runtime/l2tp"
	"ioslab/runtime/pool"
	"ioslab/runtime/ppp"
	"ioslab/runtime/wire/ether"
	wire "ioslab/runtime/wire/ppp"
)

const changed = clock.Instant(10*time.Minute + 9*time.Second)

// lns is the tunnel and session of shared/reference/show-vpdn-ppp.md.
func lns() *l2tp.Snapshot {
	return &l2tp.Snapshot{
		Tunnels: []l2tp.TunnelInfo{{LocalID: 7658, RemoteID: 8656, RemoteName: "frank", LocalName: "R2LNS", State: l2tp.TunnelEstablished,
			Remote: ap("12.1.1.1:1701"), Local: ap("2.2.2.2:1701"), Group: "1", Sessions: 1, LocalRWS: 1024, RemoteRWS: 8, InUseRWS: 8, RetransmitMax: time.Second, Retransmit: time.Second}},
		Sessions: []l2tp.SessionInfo{{LocalID: 3542, RemoteID: 56774, TunnelID: 7658, RemoteTunID: 8656, User: "test", Interface: "Virtual-Access2.1",
			State: l2tp.SessionEstablished, Unique: 645, RemoteName: "frank", Remote: ap("12.1.1.1:1701"), Local: ap("2.2.2.2:1701")}},
	}
}

func TestVPDN(t *testing.T) {
	same(t, VPDN(lns(), changed), "\n"+`L2TP Tunnel and Session Information Total tunnels 1 sessions 1

LocTunID   RemTunID   Remote Name   State  Remote Address  Sessn L2TP Class/
                                                           Count VPDN Group 
7658       8656       frank         est    12.1.1.1        1     1              

LocID      RemID      TunID      Username, Intf/      State  Last Chg Uniq ID   
                                 Vcid, Circuit                                  
3542       56774      7658       test, Vi2.1          est    00:10:09 645       

`)
	if got := VPDN(&l2tp.Snapshot{}, 0); got != "\n%No active L2TP tunnels\n" {
		t.Errorf("%q", got)
	}
	// samples/genie__iosxe_ShowVpdn__golden_output.txt: a session without interface.
	s := lns()
	s.Sessions[0].User, s.Sessions[0].Interface = "lns@cisco.com", ""
	if got := VPDN(s, changed); !strings.Contains(got, "3542       56774      7658       lns@cisco.com, -     est    00:10:09 645       \n") {
		t.Errorf("%s", got)
	}
	if got := VPDNTunnels(lns()); !strings.HasPrefix(got, "\nL2TP Tunnel Information Total tunnels 1 sessions 1\n\nLocTunID ") {
		t.Errorf("%s", got)
	}
}

// The order of shared/reference/show-vpdn-ppp.md, `show vpdn tunnel all`.
func TestVPDNTunnelAllKeepsTheOrder(t *testing.T) {
	got := VPDNTunnelAll(lns(), 0, changed, M15)
	at := 0
	for _, line := range []string{
		"L2TP Tunnel Information Total tunnels 1 sessions 1\n", "\nTunnel id 7658 is up, remote id is 8656, 1 active sessions\n",
		"  Remotely initiated tunnel\n", "  Tunnel state is established, time since change 00:10:09\n", "  Tunnel transport is UDP (17)\n",
		"  Remote tunnel name is frank\n    Internet Address 12.1.1.1, port 1701\n  Local tunnel name is R2LNS\n    Internet Address 2.2.2.2, port 1701\n",
		"  L2TP class for tunnel is 1\n  Counters, taking last clear into account:\n    0 packets sent, 0 received\n    0 bytes sent, 0 received\n    Last clearing of counters never\n  Counters, ignoring last clear:\n",
		"  Control Ns 0, Nr 0\n  Local RWS 1024 (default), Remote RWS 8\n  In Use Remote RWS 8\n  Control channel Congestion Control is disabled\n  Tunnel PMTU checking disabled\n",
		"  Retransmission time 1, max 1 seconds\n  Unsent queuesize 0, max 0\n  Resend queuesize 0, max 0\n  Total resends 0, ZLB ACKs sent 0\n",
		"  Total out-of-order dropped pkts 0\n  Total out-of-order reorder pkts 0\n  Total peer authentication failures 0\n  Current no session pak queue check 0 of 5\n",
		"  Retransmit time distribution: 0 0 0 0 0 0 0 0 0 \n  Control message authentication is disabled\n  VPDN group for tunnel is 1\n",
	} {
		i := strings.Index(got[at:], line)
		if i < 0 {
			t.Fatalf("%q does not come after %q", line, got[:at])
		}
		at += i
	}
	if got := VPDNSessionAll(lns(), 0, changed, T124); !strings.Contains(got, "\nSession id 3542 is up, tunnel id 7658\nCall serial number is 0\nRemote tunnel name is frank\n  Internet address is 12.1.1.1\n  Session state is established, time since change 00:10:09\n") {
		t.Errorf("%s", got)
	}
}

func TestUsers(t *testing.T) {
	lines := []User{
		{Here: true, TTY: 0, Line: "con 0", Host: "idle"},
		{TTY: 194, Line: "vty 0", Name: "lab", Host: "idle", Idle: 2*time.Minute + 36*time.Second, Location: "10.61.105.18"},
	}
	calls := []PPPUser{{Interface: "Vi2.1", Name: "test", Mode: "PPPoVPDN", Idle: -1, Active: 10*time.Minute + 9*time.Second, Peer: "33.33.33.1"}}
	same(t, Users(lines, calls), `    Line       User       Host(s)              Idle       Location
*  0 con 0                idle                 00:00:00   
 194 vty 0     lab        idle                 00:02:36   10.61.105.18

  Interface    User               Mode         Idle     Peer Address
  Vi2.1        test               PPPoVPDN     -        33.33.33.1
`)
	calls[0].Idle = 5 * time.Second
	lines = []User{{TTY: 0, Line: "con 0", Active: 42*time.Minute + 17*time.Second}}
	same(t, Caller(lines, calls), "\n"+`                                                  Active    Idle
  Line           User               Service       Time      Time
  con 0          -                  TTY           00:42:17  00:00:00
  Vi2.1          test               PPP   VPDN    00:10:09  00:00:05
`)
	if got := CallerSummary(calls); !strings.Contains(got, "\n        0   Analog calls (0 VPDN Calls)\n\n        0   ISDN calls (0 VPDN Calls)\n\n        1   VPDN calls\n") ||
		!strings.HasSuffix(got, "\n        1   Total unique users logged in\n") {
		t.Errorf("%s", got)
	}
}

func TestPPPAll(t *testing.T) {
	l := ppp.Snapshot{Name: "Virtual-Access2.1", Stage: ppp.StageLocal, User: "test", Peer: netip.MustParseAddr("33.33.33.1"), Protocols: []ppp.ProtocolStatus{
		{Protocol: wire.LCP, Open: true}, {Protocol: wire.CHAP, Auth: wire.AuthMSCHAPV2, Open: true}, {Protocol: wire.IPCP, Open: true},
	}}
	same(t, PPPAll([]ppp.Snapshot{l}), `Interface/ID OPEN+ Nego* Fail-     Stage    Peer Address    Peer Name
------------ --------------------- -------- --------------- --------------------
Vi2.1        LCP+ MSCHAP-V2+ IPCP+ LocalT   33.33.33.1      test
`)
}

func TestPools(t *testing.T) {
	p := pool.Status{Name: "l2tp", Ranges: []pool.RangeStatus{{First: netip.MustParseAddr("33.33.33.1"), Last: netip.MustParseAddr("33.33.33.254"), Free: 253, InUse: 1}}}
	same(t, Pools([]pool.Status{p}, T124), ` Pool                     Begin           End             Free  In use
 l2tp                     33.33.33.1      33.33.33.254     253       1
`)
	got := PoolDetail(p, []string{"33.33.33.2"}, []pool.Lease{{Addr: netip.MustParseAddr("33.33.33.1"), User: "test", Iface: "Virtual-Access2.1"}}, T124)
	if !strings.HasSuffix(got, "Available addresses:\n   33.33.33.2\nInuse addresses:\n   33.33.33.1         Vi2.1            test\n") {
		t.Errorf("%s", got)
	}
}

func iface(name string, kind forward.Kind, prefix, method string, up bool) Interface {
	s := Interface{Method: method, State: forward.InterfaceState{Interface: forward.Interface{Name: name, Kind: kind}, Link: up, Protocol: up}}
	if prefix != "" {
		s.State.Address = netip.MustParsePrefix(prefix)
		s.State.Borrowed = s.State.Address
	}
	return s
}

func TestInterfaceBrief(t *testing.T) {
	borrowed := func(s Interface) Interface {
		s.State.Address, s.State.Unnumbered = netip.Prefix{}, "Loopback0"
		return s
	}
	list := []Interface{
		iface("FastEthernet0/0", forward.Ethernet, "12.1.1.2/24", "NVRAM", true),
		iface("Loopback0", forward.Loopback, "2.2.2.2/32", "NVRAM", true),
		iface("Virtual-Access1", forward.PointToPoint, "", "", true),
		iface("Virtual-Access2", forward.PointToPoint, "", "unset", true),
		borrowed(iface("Virtual-Access2.1", forward.PointToPoint, "2.2.2.2/32", "TFTP", true)),
		borrowed(iface("Virtual-Template1", forward.Template, "2.2.2.2/32", "TFTP", false)),
	}
	same(t, InterfaceBrief(list, T124), `Interface                  IP-Address      OK? Method Status                Protocol
FastEthernet0/0            12.1.1.2        YES NVRAM  up                    up      
Loopback0                  2.2.2.2         YES NVRAM  up                    up      
Virtual-Access1            unassigned      YES unset  up                    up      
Virtual-Access2            unassigned      YES unset  up                    up      
Virtual-Access2.1          2.2.2.2         YES TFTP   up                    up      
Virtual-Template1          2.2.2.2         YES TFTP   down                  down    
`)
	shut := iface("FastEthernet0/1", forward.Ethernet, "", "unset", false)
	shut.State.Shutdown = true
	if got := InterfaceBrief([]Interface{shut}, T124); !strings.HasSuffix(got, "FastEthernet0/1            unassigned      YES unset  administratively down down    \n") {
		t.Errorf("%q", got)
	}
}

func TestShowInterfaces(t *testing.T) {
	now := clock.Instant(time.Hour)
	fa := iface("FastEthernet0/0", forward.Ethernet, "12.1.1.2/24", "NVRAM", true)
	fa.State.MAC = ether.Addr{0xca, 0x01, 0x0c, 0x2c, 0, 0}
	fa.State.EffectiveMTU = 1500
	fa.State.Traffic = forward.Traffic{InPackets: 1284, InBytes: 132904, InBroadcasts: 21, OutPackets: 1190, OutBytes: 121804,
		LastIn: now.Add(-4 * time.Second), LastOut: now.Add(-6 * time.Second), LastClear: clock.Never}
	va := iface("Virtual-Access2", forward.PointToPoint, "", "", true)
	va.State.Unnumbered, va.State.Borrowed, va.State.EffectiveMTU = "Loopback0", netip.MustParsePrefix("2.2.2.2/32"), 1500
	va.PPP = &PPPState{LCPOpen: true, Open: []string{"IPCP"}, ClonedFrom: "Virtual-Template1", Tunnel: 7658, Session: 3542}
	va.State.Traffic = forward.Traffic{InPackets: 4736, InBytes: 66315, OutPackets: 4735, OutBytes: 66310,
		LastIn: now.Add(-7 * time.Second), LastOut: clock.Never, LastClear: now.Add(-(10*time.Minute + 9*time.Second))}
	want, err := os.ReadFile("testdata/show-interfaces.txt")
	if err != nil {
		t.Fatal(err)
	}
	same(t, Interfaces(now, []Interface{fa, va}, T124), string(want))
}

func TestRoutes(t *testing.T) {
	via := func(name string) []forward.Path { return []forward.Path{{Interface: name}} }
	one := func(network, prefix, name string) forward.Major {
		p := netip.MustParsePrefix(prefix)
		return forward.Major{Network: netip.MustParsePrefix(network), Subnetted: true, Subnets: 1, Masks: 1, Routes: []forward.Route{{Code: 'C', Prefix: p, Paths: via(name)}}}
	}
	gw := netip.MustParseAddr("12.1.1.1")
	table := &forward.RouteTable{Gateway: gw, HasDefault: true, Majors: []forward.Major{
		one("2.0.0.0/8", "2.2.2.2/32", "Loopback0"),
		one("33.0.0.0/8", "33.33.33.1/32", "Virtual-Access2.1"),
		one("12.0.0.0/8", "12.1.1.0/24", "FastEthernet0/0"),
		{Network: netip.MustParsePrefix("0.0.0.0/0"), Routes: []forward.Route{{Code: 'S', Candidate: true, Prefix: netip.MustParsePrefix("0.0.0.0/0"), Distance: 1, Paths: []forward.Path{{Via: gw}}}}},
	}}
	same(t, Routes(table, 0, T124), `Codes: C - connected, S - static, R - RIP, M - mobile, B - BGP
       D - EIGRP, EX - EIGRP external, O - OSPF, IA - OSPF inter area 
       N1 - OSPF NSSA external type 1, N2 - OSPF NSSA external type 2
       E1 - OSPF external type 1, E2 - OSPF external type 2
       i - IS-IS, su - IS-IS summary, L1 - IS-IS level-1, L2 - IS-IS level-2
       ia - IS-IS inter area, * - candidate default, U - per-user static route
       o - ODR, P - periodic downloaded static route

Gateway of last resort is 12.1.1.1 to network 0.0.0.0

     2.0.0.0/32 is subnetted, 1 subnets
C       2.2.2.2 is directly connected, Loopback0
     33.0.0.0/32 is subnetted, 1 subnets
C       33.33.33.1 is directly connected, Virtual-Access2.1
     12.0.0.0/24 is subnetted, 1 subnets
C       12.1.1.0 is directly connected, FastEthernet0/0
S*   0.0.0.0/0 [1/0] via 12.1.1.1
`)
	if got := Routes(table, 'S', T124); got != "S*   0.0.0.0/0 [1/0] via 12.1.1.1\n" {
		t.Errorf("%q", got)
	}
	fifteen := Routes(table, 0, M15)
	if !strings.Contains(fifteen, "network 0.0.0.0\n\nS*    0.0.0.0/0 [1/0] via 12.1.1.1\n      2.0.0.0/32 is subnetted, 1 subnets\nC        2.2.2.2/32 is directly connected, Loopback0\n") {
		t.Errorf("%s", fifteen)
	}
}

func TestARP(t *testing.T) {
	same(t, ARP([]forward.ARPEntry{
		{Address: netip.MustParseAddr("12.1.1.1"), Age: 3 * time.Minute, MAC: ether.Addr{2, 0, 0x4c, 0x4f, 0x4f, 0x50}, Interface: "FastEthernet0/0"},
		{Address: netip.MustParseAddr("12.1.1.2"), Own: true, MAC: ether.Addr{0xca, 1, 0x0c, 0x2c, 0, 0}, Interface: "FastEthernet0/0"},
		{Address: netip.MustParseAddr("12.1.1.9"), Incomplete: true, Interface: "FastEthernet0/0"},
	}), `Protocol  Address          Age (min)  Hardware Addr   Type   Interface
Internet  12.1.1.1                3   0200.4c4f.4f50  ARPA   FastEthernet0/0
Internet  12.1.1.2                -   ca01.0c2c.0000  ARPA   FastEthernet0/0
Internet  12.1.1.9                0   Incomplete      ARPA   
`)
}

func wild(a string, w uint32) forward.Wildcard {
	return forward.Wildcard{Addr: netip.MustParseAddr(a), Wild: w}
}

// Rows of samples/ntc__show_ip_access-lists__cisco_ios_show_ip_access-lists_964.txt.
func TestAccessLists(t *testing.T) {
	port := func(op forward.PortOp, ports ...uint16) forward.PortMatch {
		m := forward.PortMatch{Op: op, N: uint8(len(ports))}
		copy(m.Ports[:], ports)
		return m
	}
	lists := []forward.ListState{
		{AccessList: forward.AccessList{Name: "99", Entries: []forward.AccessEntry{
			{Sequence: 10, Permit: true, Source: wild("172.16.191.199", 0)},
			{Sequence: 20, Log: true},
			{Sequence: 30, Permit: true, Source: wild("10.0.10.0", 0x00ff00ff)},
		}}, Hits: []uint64{0, 0, 20}},
		{AccessList: forward.AccessList{Name: "101", Extended: true, Entries: []forward.AccessEntry{
			{Sequence: 10, Permit: true, Protocol: 6, Destination: wild("10.1.1.1", 0), DestinationPort: port(forward.PortEq, 80)},
			{Sequence: 20, Permit: true, Protocol: 6, Destination: wild("10.1.1.1", 0), DestinationPort: port(forward.PortEq, 443), Log: true},
			{Sequence: 30, Permit: true, Protocol: 51, LogInput: true},
			{Sequence: 60, Permit: true, Protocol: 17, SourcePort: port(forward.PortRange, 16384, 32767), Destination: wild("10.1.1.0", 255), DestinationPort: port(forward.PortRange, 16384, 32767)},
			{Sequence: 70, Permit: true, Protocol: 17, SourcePort: port(forward.PortEq, 161, 68), Destination: wild("10.1.0.0", 255)},
			{Sequence: 90, Permit: true, Protocol: 6, TCPFlags: forward.FlagMatch{Set: 0x10, Clear: 0x01, All: true}, Log: true},
			{Sequence: 100, Permit: true, Protocol: 6, Source: wild("10.1.1.1", 0), Established: true},
			{Sequence: 120, Protocol: 50, Precedence: forward.ValueMatch{On: true, Value: 6}},
			{Sequence: 130, Protocol: 50, TOS: forward.ValueMatch{On: true}},
			{Sequence: 140, Permit: true, Protocol: 0, Source: wild("1.1.1.1", 0)},
		}}, Hits: []uint64{0, 0, 0, 0, 0, 0, 0, 0, 0, 11}},
	}
	same(t, AccessLists(lists, ""), `Standard IP access list 99
    10 permit 172.16.191.199
    20 deny   any log
    30 permit 10.0.10.0, wildcard bits 0.255.0.255 (20 matches)
Extended IP access list 101
    10 permit tcp any host 10.1.1.1 eq www
    20 permit tcp any host 10.1.1.1 eq 443 log
    30 permit ahp any any log-input
    60 permit udp any range 16384 32767 10.1.1.0 0.0.0.255 range 16384 32767
    70 permit udp any eq snmp bootpc 10.1.0.0 0.0.0.255
    90 permit tcp any any match-all +ack -fin log
    100 permit tcp host 10.1.1.1 any established
    120 deny esp any any precedence internet
    130 deny esp any any tos normal
    140 permit ip host 1.1.1.1 any (11 matches)
`)
}

// Row of samples/genie__ios_ShowProcessesCpu__golden_output_1.txt.
func TestProcessesCPU(t *testing.T) {
	got := ProcessesCPU(CPU{1, 0, 2, 3}, []Process{
		{PID: 244, Runtime: 2930 * time.Millisecond, Invoked: 365006, Name: "cdp init process"},
	})
	same(t, got, "CPU utilization for five seconds: 1%/0%; one minute: 2%; five minutes: 3%\n"+
		" PID Runtime(ms)     Invoked      uSecs   5Sec   1Min   5Min TTY Process \n"+
		" 244        2930      365006          8  0.00%  0.00%  0.00%   0 cdp init process \n")
}

func TestVersion(t *testing.T) {
	got := Version(C7206(), VersionInfo{Hostname: "R2LNS", Uptime: 80 * time.Minute, Interfaces: []string{"FastEthernet0/0", "Loopback0"}})
	head, err := os.ReadFile("testdata/show-version-head.txt")
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(got, string(head)) {
		same(t, got[:min(len(head), len(got))], string(head))
	}
	if !strings.HasSuffix(got, "\n1 FastEthernet interface\n125K bytes of NVRAM.\n\n65536K bytes of ATA PCMCIA card at slot 0 (Sector size 512 bytes).\n8192K bytes of Flash internal SIMM (Sector size 256K).\nConfiguration register is 0x2102\n\n") {
		t.Errorf("tail of\n%s", got)
	}
}

func TestShort(t *testing.T) {
	for name, want := range map[string]string{
		"Virtual-Access2.1": "Vi2.1", "FastEthernet0/0": "Fa0/0", "Virtual-Template1": "Vt1", "GigabitEthernet0/1": "Gi0/1", "Loopback0": "Lo0", "Dialer1": "Di1",
	} {
		if got := Short(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
}
