package format

import (
	"net/netip"
	"strings"
	"testing"

	"ioslab/runtime/event"
	"ioslab/runtime/forward"
	"ioslab/runtime/host"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

// The %-messages are those of shared/reference/syslog.md ([S] for LINK and LINEPROTO); the debug lines are as
// known of IOS 12.4 ([R]).
func TestIPWords(t *testing.T) {
	pc, own, lo := netip.MustParseAddr("12.1.1.1"), netip.MustParseAddr("12.1.1.2"), netip.MustParseAddr("2.2.2.2")
	mac, station := ether.Addr{0xca, 1, 0x0c, 0x2c, 0, 0}, ether.Addr{2, 0, 0x4c, 0x4f, 0x4f, 0x50}
	const f0 = "FastEthernet0/0"
	echo := forward.Flow{Source: pc, Destination: lo, Protocol: ip.ProtoICMP, ICMPType: 8}
	reply := forward.Flow{Source: lo, Destination: pc, Protocol: ip.ProtoICMP}
	tcp := forward.Flow{Source: pc, Destination: own, Protocol: ip.ProtoTCP, SourcePort: 1024, DestinationPort: 23, TCPFlags: ip.TCPSyn | ip.TCPAck}
	esp := forward.Flow{Source: pc, Destination: own, Protocol: ip.ProtoESP}
	for _, c := range []struct {
		ev   event.Event
		want string
	}{
		{forward.LinkChanged{Interface: "Virtual-Access2", Up: true}, "%LINK-3-UPDOWN: Interface Virtual-Access2, changed state to up"},
		{forward.LinkChanged{Interface: f0}, "%LINK-3-UPDOWN: Interface FastEthernet0/0, changed state to down"},
		{forward.LineProtocolChanged{Interface: "Virtual-Access2", Up: true}, "%LINEPROTO-5-UPDOWN: Line protocol on Interface Virtual-Access2, changed state to up"},
		{forward.AdminDown{Interface: f0}, "%LINK-5-CHANGED: Interface FastEthernet0/0, changed state to administratively down"},
		{forward.DuplicateAddress{Address: own, Interface: f0, MAC: station}, "%IP-4-DUPADDR: Duplicate address 12.1.1.2 on FastEthernet0/0, sourced by 0200.4c4f.4f50"},
		{forward.AccessLogged{List: "1", Flow: forward.Flow{Source: pc}, Packets: 1}, "%SEC-6-IPACCESSLOGS: list 1 denied 12.1.1.1 1 packet"},
		{forward.AccessLogged{List: "101", Extended: true, Permit: true, Flow: tcp, Packets: 7}, "%SEC-6-IPACCESSLOGP: list 101 permitted tcp 12.1.1.1(1024) -> 12.1.1.2(23), 7 packets"},
		{forward.AccessLogged{List: "101", Extended: true, Flow: tcp, Packets: 1, Input: true, Interface: f0, MAC: station},
			"%SEC-6-IPACCESSLOGP: list 101 denied tcp 12.1.1.1(1024) (FastEthernet0/0 0200.4c4f.4f50) -> 12.1.1.2(23), 1 packet"},
		{forward.AccessLogged{List: "101", Extended: true, Flow: echo, Packets: 1}, "%SEC-6-IPACCESSLOGDP: list 101 denied icmp 12.1.1.1 -> 2.2.2.2 (8/0), 1 packet"},
		{forward.AccessLogged{List: "101", Extended: true, Flow: forward.Flow{Source: pc, Destination: own, Protocol: 89}, Packets: 1}, "%SEC-6-IPACCESSLOGRP: list 101 denied ospf 12.1.1.1 -> 12.1.1.2, 1 packet"},
		{forward.AccessLogged{List: "101", Extended: true, Flow: esp, Packets: 1}, "%SEC-6-IPACCESSLOGNP: list 101 denied 50 12.1.1.1 -> 12.1.1.2, 1 packet"},

		{host.EchoReply{Sent: true, Source: lo, Destination: pc}, "ICMP: echo reply sent, src 2.2.2.2, dst 12.1.1.1"},
		{host.EchoReply{Source: pc, Destination: own}, "ICMP: echo reply rcvd, src 12.1.1.1, dst 12.1.1.2"},
		{host.ErrorSent{Type: 3, Code: 3, To: pc, Dest: lo}, "ICMP: dst (2.2.2.2) port unreachable sent to 12.1.1.1"},
		{host.ErrorReceived{Type: 3, Code: 1, From: pc, Dest: lo}, "ICMP: dst (2.2.2.2) host unreachable rcv from 12.1.1.1"},
		{host.ErrorReceived{Type: 11, From: pc, Dest: lo}, "ICMP: time exceeded rcvd from 12.1.1.1"},
		{forward.ICMPErrorSent{Type: 3, Code: 13, To: pc, Dest: lo}, "ICMP: dst (2.2.2.2) administratively prohibited unreachable sent to 12.1.1.1"},
		{forward.ICMPErrorSent{Type: 3, Code: 4, To: pc, Dest: lo}, "ICMP: dst (2.2.2.2) frag. needed and DF set unreachable sent to 12.1.1.1"},
		{forward.ICMPErrorSent{Type: 11, To: pc, Dest: lo}, "ICMP: time exceeded (time to live) sent to 12.1.1.1 (dest was 2.2.2.2)"},
		{forward.ICMPErrorSent{Type: 5, Code: 1, To: pc, Dest: lo, Gateway: own}, "ICMP: redirect sent to 12.1.1.1 for dest 2.2.2.2, use gw 12.1.1.2"},

		{forward.ARPPacket{Op: 1, SenderMAC: station, Sender: pc, Target: own, Interface: f0}, "IP ARP: rcvd req src 12.1.1.1 0200.4c4f.4f50, dst 12.1.1.2 FastEthernet0/0"},
		{forward.ARPPacket{Sent: true, Op: 2, SenderMAC: mac, Sender: own, TargetMAC: station, Target: pc, Interface: f0},
			"IP ARP: sent rep src 12.1.1.2 ca01.0c2c.0000,\n                 dst 12.1.1.1 0200.4c4f.4f50 FastEthernet0/0"},
		{forward.ARPIncomplete{Address: pc, Interface: f0}, "IP ARP: creating incomplete entry for IP address: 12.1.1.1 interface FastEthernet0/0"},
		{forward.ARPThrottled{Address: pc}, "IP ARP throttled out the ARP Request for 12.1.1.1"},

		{forward.PacketStep{Step: forward.StepReceived, In: f0, Out: "Loopback0", Flow: echo, Length: 100, Code: 4},
			"IP: tableid=0, s=12.1.1.1 (FastEthernet0/0), d=2.2.2.2 (Loopback0), routed via RIB|IP: s=12.1.1.1 (FastEthernet0/0), d=2.2.2.2, len 100, rcvd 4"},
		{forward.PacketStep{Step: forward.StepReceived, In: f0, Out: f0, Flow: tcp, Length: 44, Code: 3, Detail: true, Seq: 5, Ack: 6, Window: 4128},
			"IP: tableid=0, s=12.1.1.1 (FastEthernet0/0), d=12.1.1.2 (FastEthernet0/0), routed via RIB|IP: s=12.1.1.1 (FastEthernet0/0), d=12.1.1.2 (FastEthernet0/0), len 44, rcvd 3|    TCP src=1024, dst=23, seq=5, ack=6, win=4128 ACK SYN"},
		{forward.PacketStep{Step: forward.StepSending, Out: f0, Flow: reply, Length: 100, Detail: true},
			"IP: tableid=0, s=2.2.2.2 (local), d=12.1.1.1 (FastEthernet0/0), routed via FIB|IP: s=2.2.2.2 (local), d=12.1.1.1 (FastEthernet0/0), len 100, sending|    ICMP type=0, code=0"},
		{forward.PacketStep{Step: forward.StepForward, In: f0, Out: "FastEthernet0/1", Gateway: own, Flow: echo, Length: 100}, "IP: s=12.1.1.1 (FastEthernet0/0), d=2.2.2.2 (FastEthernet0/1), g=12.1.1.2, len 100, forward"},
		{forward.PacketStep{Step: forward.StepUnroutable, In: f0, Flow: echo, Length: 100}, "IP: s=12.1.1.1 (FastEthernet0/0), d=2.2.2.2, len 100, unroutable"},
		{forward.PacketStep{Step: forward.StepAccessDenied, In: f0, Flow: echo, Length: 100}, "IP: s=12.1.1.1 (FastEthernet0/0), d=2.2.2.2, len 100, access denied"},
		{forward.PacketStep{Step: forward.StepEncapsulationFailed, Out: f0, Flow: reply, Length: 100}, "IP: s=2.2.2.2 (local), d=12.1.1.1 (FastEthernet0/0), len 100, encapsulation failed"},
		{forward.PacketStep{Step: forward.StepUnroutable, In: f0, Flow: esp, Length: 136, Detail: true}, "IP: s=12.1.1.1 (FastEthernet0/0), d=12.1.1.2, len 136, unroutable, proto=50"},
	} {
		f := &Formatter{}
		var lines []string
		for _, m := range f.Append(nil, c.ev) {
			lines = append(lines, m.Text)
			if want := c.ev.Class(); m.Class != want {
				t.Errorf("%q has class %d, want %d", m.Text, m.Class, want)
			}
			if i := strings.IndexByte(m.Text, '-'); m.Text[0] == '%' && m.Severity != int(m.Text[i+1]-'0') || m.Text[0] != '%' && m.Severity != 7 {
				t.Errorf("%q has severity %d", m.Text, m.Severity)
			}
		}
		if got := strings.Join(lines, "|"); got != c.want {
			t.Errorf("%T\n got  %s\n want %s", c.ev, got, c.want)
		}
	}
}
