package format

import (
	"fmt"
	"net/netip"
	"strings"

	"ioslab/runtime/event"
	"ioslab/runtime/forward"
	"ioslab/runtime/host"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

// ipWords words the events of the forwarding plane and of the host on it.
func ipWords(f *Formatter, dst []Message, ev event.Event) ([]Message, bool) {
	switch e := ev.(type) {
	case forward.PacketStep:
		return packetWords(dst, e), true
	case forward.Event:
		return forwardWords(dst, e), true
	case host.EchoReply:
		verb := "rcvd"
		if e.Sent {
			verb = "sent"
		}
		return append(dst, debugLine(ev, fmt.Sprintf("ICMP: echo reply %s, src %v, dst %v", verb, e.Source, e.Destination))), true
	case host.ErrorSent:
		return append(dst, debugLine(ev, icmpSent(e.Type, e.Code, e.To, e.Dest, netip.Addr{}))), true
	case host.ErrorReceived:
		return append(dst, debugLine(ev, icmpReceived(e))), true
	}
	return dst, false
}

func forwardWords(dst []Message, ev forward.Event) []Message {
	switch e := ev.(type) {
	case forward.ICMPErrorSent:
		return append(dst, debugLine(ev, icmpSent(e.Type, e.Code, e.To, e.Dest, e.Gateway)))
	case forward.ARPPacket:
		return append(dst, debugLine(ev, arpPacket(e)))
	case forward.ARPFiltered:
		return append(dst, debugLine(ev, fmt.Sprintf("IP ARP %s filtered src %v %v, dst %v 0000.0000.0000 wrong cable, interface %s",
			arpOp(e.Op), e.Sender, e.SenderMAC, e.Target, e.Interface)))
	case forward.ARPIncomplete:
		return append(dst, debugLine(ev, fmt.Sprintf("IP ARP: creating incomplete entry for IP address: %v interface %s", e.Address, e.Interface)))
	case forward.ARPThrottled:
		return append(dst, debugLine(ev, fmt.Sprintf("IP ARP throttled out the ARP Request for %v", e.Address)))
	}
	return linkWords(dst, ev)
}

// linkWords words the %-messages (shared/reference/syslog.md, [S] but for DUPADDR and IPACCESSLOG*).
func linkWords(dst []Message, ev forward.Event) []Message {
	switch e := ev.(type) {
	case forward.LinkChanged:
		return append(dst, Message{event.Syslog, 3, fmt.Sprintf("%%LINK-3-UPDOWN: Interface %s, changed state to %s", e.Interface, upDown(e.Up))})
	case forward.AdminDown:
		return append(dst, Message{event.Syslog, 5, fmt.Sprintf("%%LINK-5-CHANGED: Interface %s, changed state to administratively down", e.Interface)})
	case forward.LineProtocolChanged:
		return append(dst, Message{event.Syslog, 5, fmt.Sprintf("%%LINEPROTO-5-UPDOWN: Line protocol on Interface %s, changed state to %s", e.Interface, upDown(e.Up))})
	case forward.DuplicateAddress:
		return append(dst, Message{event.Syslog, 4, fmt.Sprintf("%%IP-4-DUPADDR: Duplicate address %v on %s, sourced by %v", e.Address, e.Interface, e.MAC)})
	case forward.AccessLogged:
		return append(dst, Message{event.Syslog, 6, accessLogged(e)})
	}
	return dst
}

func upDown(up bool) string {
	if up {
		return "up"
	}
	return "down"
}

// icmpSent is the line of debug ip icmp for an error that was sent.
func icmpSent(typ, code uint8, to, dest, gateway netip.Addr) string {
	switch typ {
	case ip.ICMPUnreachable:
		return fmt.Sprintf("ICMP: dst (%v) %s unreachable sent to %v", dest, unreachableName(code), to)
	case ip.ICMPTimeExceeded:
		return fmt.Sprintf("ICMP: time exceeded (%s) sent to %v (dest was %v)", exceededName(code), to, dest)
	case ip.ICMPRedirect:
		return fmt.Sprintf("ICMP: redirect sent to %v for dest %v, use gw %v", to, dest, gateway)
	case ip.ICMPParameterProblem:
		return fmt.Sprintf("ICMP: parameter problem sent to %v (dest was %v)", to, dest)
	}
	return fmt.Sprintf("ICMP: type %d code %d sent to %v (dest was %v)", typ, code, to, dest)
}

func icmpReceived(e host.ErrorReceived) string {
	switch e.Type {
	case ip.ICMPUnreachable:
		return fmt.Sprintf("ICMP: dst (%v) %s unreachable rcv from %v", e.Dest, unreachableName(e.Code), e.From)
	case ip.ICMPTimeExceeded:
		return fmt.Sprintf("ICMP: time exceeded rcvd from %v", e.From)
	case ip.ICMPRedirect:
		return fmt.Sprintf("ICMP: redirect rcvd from %v -- for %v use gw %v", e.From, e.Dest, e.Gateway)
	case ip.ICMPSourceQuench:
		return fmt.Sprintf("ICMP: source quench rcvd from %v", e.From)
	case ip.ICMPParameterProblem:
		return fmt.Sprintf("ICMP: parameter problem rcvd from %v", e.From)
	}
	return fmt.Sprintf("ICMP: type %d code %d rcvd from %v", e.Type, e.Code, e.From)
}

func unreachableName(code uint8) string {
	switch code {
	case ip.CodeNet:
		return "net"
	case ip.CodeHost:
		return "host"
	case ip.CodeProtocol:
		return "protocol"
	case ip.CodePort:
		return "port"
	case ip.CodeFragNeeded:
		return "frag. needed and DF set"
	case ip.CodeSourceRoute:
		return "source route failed"
	case ip.CodeNetProhibited, ip.CodeHostProhib, ip.CodeProhibited:
		return "administratively prohibited"
	}
	return fmt.Sprintf("code %d", code)
}

func exceededName(code uint8) string {
	if code == ip.CodeReassembly {
		return "reassembly"
	}
	return "time to live"
}

func arpOp(op uint16) string {
	if op == ether.OpRequest {
		return "req"
	}
	return "rep"
}

func arpPacket(e forward.ARPPacket) string {
	if e.Sent {
		return fmt.Sprintf("IP ARP: sent %s src %v %v,\n                 dst %v %v %s", arpOp(e.Op), e.Sender, e.SenderMAC, e.Target, e.TargetMAC, e.Interface)
	}
	return fmt.Sprintf("IP ARP: rcvd %s src %v %v, dst %v %s", arpOp(e.Op), e.Sender, e.SenderMAC, e.Target, e.Interface)
}

// packetWords words a step of debug ip packet [detail].
func packetWords(dst []Message, e forward.PacketStep) []Message {
	var text string
	switch e.Step {
	case forward.StepReceived:
		dst = routedVia(dst, e, "RIB")
		text = receivedWords(e)
	case forward.StepSending:
		dst = routedVia(dst, e, "FIB")
		text = route(e, true) + ", sending"
	case forward.StepSendingBroad:
		text = route(e, true) + ", sending broad/multicast"
	case forward.StepForward:
		text = forwardedWords(e)
	case forward.StepUnroutable:
		text = route(e, false) + ", unroutable"
	case forward.StepAccessDenied:
		text = route(e, true) + ", access denied"
	case forward.StepEncapsulationFailed:
		text = route(e, true) + ", encapsulation failed"
	case forward.StepTTLExpired, forward.StepFragmenting:
		return dst // told by other debugs, or not at all
	default:
		return dst
	}
	return detailWords(append(dst, debugLine(e, text)), e)
}

// source is the first part of a line: where the packet comes from.
func source(e forward.PacketStep) string {
	if e.In == "" {
		return fmt.Sprintf("s=%v (local)", e.Flow.Source)
	}
	return fmt.Sprintf("s=%v (%s)", e.Flow.Source, e.In)
}

func route(e forward.PacketStep, out bool) string {
	if out && e.Out != "" {
		return fmt.Sprintf("IP: %s, d=%v (%s), len %d", source(e), e.Flow.Destination, e.Out, e.Length)
	}
	return fmt.Sprintf("IP: %s, d=%v, len %d", source(e), e.Flow.Destination, e.Length)
}

// routedVia is the line of the look-up that precedes the packet's own.
func routedVia(dst []Message, e forward.PacketStep, table string) []Message {
	if e.Out == "" || e.Code == 2 {
		return dst
	}
	return append(dst, debugLine(e, fmt.Sprintf("IP: tableid=0, %s, d=%v (%s), routed via %s", source(e), e.Flow.Destination, e.Out, table)))
}

// receivedWords: `rcvd 3` names the interface, `rcvd 4` (the address of another one) does not.
func receivedWords(e forward.PacketStep) string {
	return fmt.Sprintf("%s, rcvd %d", route(e, e.Code == 3), e.Code)
}

func forwardedWords(e forward.PacketStep) string {
	gw := e.Gateway
	if !gw.IsValid() {
		gw = e.Flow.Destination
	}
	return fmt.Sprintf("IP: %s, d=%v (%s), g=%v, len %d, forward", source(e), e.Flow.Destination, e.Out, gw, e.Length)
}

// detailWords adds the transport's line; a protocol that debug ip packet does not know is named on the line itself.
func detailWords(dst []Message, e forward.PacketStep) []Message {
	if !e.Detail || e.Flow.Fragment {
		return dst
	}
	f := e.Flow
	switch f.Protocol {
	case ip.ProtoICMP:
		return append(dst, debugLine(e, fmt.Sprintf("    ICMP type=%d, code=%d", f.ICMPType, f.ICMPCode)))
	case ip.ProtoUDP:
		return append(dst, debugLine(e, fmt.Sprintf("    UDP src=%d, dst=%d", f.SourcePort, f.DestinationPort)))
	case ip.ProtoTCP:
		return append(dst, debugLine(e, fmt.Sprintf("    TCP src=%d, dst=%d, seq=%d, ack=%d, win=%d%s", f.SourcePort, f.DestinationPort, e.Seq, e.Ack, e.Window, tcpFlags(f.TCPFlags))))
	}
	dst[len(dst)-1].Text += fmt.Sprintf(", proto=%d", f.Protocol)
	return dst
}

func tcpFlags(flags uint8) string {
	var b strings.Builder
	for _, x := range []struct {
		bit  uint8
		name string
	}{{ip.TCPAck, " ACK"}, {ip.TCPUrg, " URG"}, {ip.TCPPsh, " PSH"}, {ip.TCPRst, " RST"}, {ip.TCPSyn, " SYN"}, {ip.TCPFin, " FIN"}} {
		if flags&x.bit != 0 {
			b.WriteString(x.name)
		}
	}
	return b.String()
}

// accessLogged words %SEC-6-IPACCESSLOG*: P with ports, DP for ICMP, RP and NP
// for other protocols, S for standard lists.
func accessLogged(e forward.AccessLogged) string {
	f, verb := e.Flow, "denied"
	if e.Permit {
		verb = "permitted"
	}
	packets := fmt.Sprintf("%d packets", e.Packets)
	if e.Packets == 1 {
		packets = "1 packet"
	}
	in := ""
	if e.Input {
		in = fmt.Sprintf("(%s %v) ", e.Interface, e.MAC)
	}
	switch {
	case !e.Extended:
		return fmt.Sprintf("%%SEC-6-IPACCESSLOGS: list %s %s %v %s%s", e.List, verb, f.Source, in, packets)
	case f.Protocol == ip.ProtoTCP || f.Protocol == ip.ProtoUDP:
		return fmt.Sprintf("%%SEC-6-IPACCESSLOGP: list %s %s %s %v(%d) %s-> %v(%d), %s", e.List, verb, protocolName(f.Protocol), f.Source, f.SourcePort, in, f.Destination, f.DestinationPort, packets)
	case f.Protocol == ip.ProtoICMP:
		return fmt.Sprintf("%%SEC-6-IPACCESSLOGDP: list %s %s icmp %v %s-> %v (%d/%d), %s", e.List, verb, f.Source, in, f.Destination, f.ICMPType, f.ICMPCode, packets)
	case protocolName(f.Protocol) != "":
		return fmt.Sprintf("%%SEC-6-IPACCESSLOGRP: list %s %s %s %v %s-> %v, %s", e.List, verb, protocolName(f.Protocol), f.Source, in, f.Destination, packets)
	}
	return fmt.Sprintf("%%SEC-6-IPACCESSLOGNP: list %s %s %d %v %s-> %v, %s", e.List, verb, f.Protocol, f.Source, in, f.Destination, packets)
}

func protocolName(p uint8) string {
	switch p {
	case ip.ProtoIGMP:
		return "igmp"
	case ip.ProtoTCP:
		return "tcp"
	case ip.ProtoUDP:
		return "udp"
	case ip.ProtoGRE:
		return "gre"
	case 4:
		return "ipinip"
	case 88:
		return "eigrp"
	case 89:
		return "ospf"
	case 103:
		return "pim"
	}
	return ""
}
