package format

import (
	"fmt"
	"strings"

	"ioslab/runtime/event"
	"ioslab/runtime/ike"
	"ioslab/runtime/wire/isakmp"
)

// isakmpWords words the events of the IKE engine: debug crypto isakmp, debug
// crypto engine's IKE part, and the %CRYPTO messages (shared/reference/
// isakmp-debug.md; syslog.md). The prefixes are mixed because IOS's are:
// `ISAKMP:(1001):`, `ISAKMP (1001):`, `ISAKMP:`, with and without a blank.
func isakmpWords(f *Formatter, dst []Message, ev event.Event) ([]Message, bool) {
	e, ok := ev.(ike.Event)
	if !ok {
		return dst, false
	}
	for _, words := range []func(*Formatter, ike.Event) []string{
		isakmpPacket, isakmpMachine, isakmpTable, isakmpPayload, isakmpPolicy, isakmpAuthentication,
		isakmpInitiator, isakmpQuick, isakmpDPD,
	} {
		if lines := words(f, e); lines != nil {
			for _, l := range lines {
				dst = append(dst, debugLine(ev, l))
			}
			return dst, true
		}
	}
	if m, ok := isakmpSyslog(e); ok {
		return append(dst, m), true
	}
	return dst, true
}

// at is the usual prefix of a line.
func at(conn int, format string, args ...any) string {
	return fmt.Sprintf("ISAKMP:(%d):", conn) + fmt.Sprintf(format, args...)
}

// spaced is the prefix with a blank before the parenthesis.
func spaced(conn int, format string, args ...any) string {
	return fmt.Sprintf("ISAKMP (%d): ", conn) + fmt.Sprintf(format, args...)
}

// idle pads QM_IDLE to the 13 columns that it has wherever a packet or node
// line ends in it.
func idle(s ike.State) string {
	if s == ike.StateQMIdle {
		return "QM_IDLE      "
	}
	return s.String()
}

// signed is a message id as IOS prints it of a node.
func signed(id uint32) int32 { return int32(id) }

func isakmpPacket(f *Formatter, ev ike.Event) []string {
	switch e := ev.(type) {
	case ike.PacketReceived:
		return []string{spaced(e.Conn, "received packet from %v dport %d sport %d Global (%v) %s",
			e.Remote, e.LocalPort, e.RemotePort, e.Role, idle(e.State))}
	case ike.PacketSent:
		return []string{
			at(e.Conn, " sending packet to %v my_port %d peer_port %d (%v) %s", e.Remote, e.LocalPort, e.RemotePort, e.Role, idle(e.State)),
			at(e.Conn, "Sending an IKE IPv4 Packet."),
		}
	case ike.DuplicateReceived:
		return []string{at(e.Conn, " phase %d packet is a duplicate of a previous packet.", e.Phase)}
	case ike.RetransmitSkipped:
		return []string{at(e.Conn, " retransmission skipped for phase %d (time since last transmission %d)", e.Phase, e.Since)}
	case ike.QuickModeBusy:
		return []string{at(e.Conn, " Quick Mode is being processed. Ignoring retransmission")}
	case ike.RetransmitDue:
		var lines []string
		if e.ByPeer {
			lines = append(lines, at(e.Conn, " retransmitting due to retransmit phase %d", e.Phase))
		}
		if e.Phase == 1 {
			return append(lines, at(e.Conn, " retransmitting phase 1 %v...", e.State))
		}
		return append(lines, at(e.Conn, " retransmitting phase 2 %s %d ...", idle(e.State), signed(e.Node)))
	case ike.Retransmitting:
		if e.Phase == 1 {
			return []string{at(e.Conn, " retransmitting phase 1 %v", e.State)}
		}
		return []string{at(e.Conn, " retransmitting phase 2 %d %s", signed(e.Node), idle(e.State))}
	case ike.ErrorCounted:
		on := "sa"
		if e.OnNode {
			on = "node"
		}
		return []string{spaced(e.Conn, "incrementing error counter on %s, attempt %d of %d: %v", on, e.Attempt, e.Of, e.Why)}
	default:
		return nil
	}
}

func isakmpMachine(f *Formatter, ev ike.Event) []string {
	switch e := ev.(type) {
	case ike.StateChanged:
		return []string{at(e.Conn, "Input = %v", e.Input), at(e.Conn, "Old State = %v  New State = %v ", e.Old, e.New), ""}
	case ike.NodeStateChanged:
		return []string{at(e.Conn, "Node %d, Input = %v", e.Node, e.Input), at(e.Conn, "Old State = %v  New State = %v", e.Old, e.New)}
	case ike.ActionFailed:
		return []string{spaced(e.Conn, "FSM action returned error: %d", e.Error)}
	case ike.InputUnknown:
		return []string{spaced(e.Conn, "Unknown Input %v:  state = %v", e.Input, e.State)}
	case ike.CryptoStep:
		return []string{"crypto_engine: " + e.Step.String()}
	default:
		return nil
	}
}

func isakmpTable(f *Formatter, ev ike.Event) []string {
	switch e := ev.(type) {
	case ike.PeerCreated:
		return []string{
			fmt.Sprintf("ISAKMP: Created a peer struct for %v, peer port %d", e.Remote, e.Port),
			fmt.Sprintf("ISAKMP: New peer created peer = 0x%08X peer_handle = 0x%08X", e.Peer, e.Handle),
		}
	case ike.PeerFound:
		return []string{fmt.Sprintf("ISAKMP: Found a peer struct for %v, peer port %d", e.Remote, e.Port)}
	case ike.PeerLocked:
		return []string{fmt.Sprintf("ISAKMP: Locking peer struct 0x%08X, refcount %d for %v", e.Peer, e.References, e.By)}
	case ike.PeerUnlocked:
		return []string{fmt.Sprintf("ISAKMP: Unlocking peer struct 0x%08X for %v, count %d", e.Peer, e.By, e.References)}
	case ike.PeerReaped:
		return []string{fmt.Sprintf("ISAKMP: Deleting peer node by peer_reap for %v: %08X", e.Remote, e.Peer)}
	case ike.PortsNoted:
		return []string{fmt.Sprintf("ISAKMP: local port %d, remote port %d", e.Local, e.Remote)}
	case ike.SAInserted:
		return []string{at(0, "insert sa successfully sa = %08X", e.SA)}
	case ike.SADeleting:
		return []string{at(e.Conn, "deleting SA reason %q state (%v) %s (peer %v)%s", e.Reason.String(), e.Role, idle(e.State), e.Peer, blankIf(e.Final))}
	case ike.SAPurged:
		return []string{at(e.Conn, "purging SA., sa=%08X, delme=%08X", e.SA, e.SA)}
	case ike.NoParanoidKeepalives:
		return []string{at(e.Conn, "peer does not do paranoid keepalives."), ""}
	case ike.NodeCreated:
		return []string{fmt.Sprintf("ISAKMP: set new node %d to %s", signed(e.Node), idle(ike.StateQMIdle))}
	case ike.NodeDeleted:
		return []string{at(e.Conn, "deleting node %d error %s reason %q", signed(e.Node), strings.ToUpper(fmt.Sprint(e.Failed)), e.Reason.String())}
	case ike.NodePurged:
		return []string{at(e.Conn, "purging node %d", signed(e.Node))}
	case ike.DeletionTakenIn:
		return []string{""}
	case ike.PeerInserted:
		return []string{fmt.Sprintf("ISAKMP: Trying to insert a peer %v/%v/%d/,  and inserted successfully %08X.", e.Local, e.Remote, e.Port, e.Peer)}
	default:
		return nil
	}
}

func blankIf(yes bool) string {
	if yes {
		return " "
	}
	return ""
}

func isakmpPayload(f *Formatter, ev ike.Event) []string {
	switch e := ev.(type) {
	case ike.PayloadProcessed:
		return []string{at(e.Conn, " processing %v payload. message ID = %d", e.Payload, e.MessageID)}
	case ike.PayloadReceived:
		return []string{fmt.Sprintf("ISAKMP:received payload type %d", uint8(e.Payload))}
	case ike.ReservedNotZero:
		return []string{fmt.Sprintf("ISAKMP: reserved not zero on %v payload!", e.Payload)}
	case ike.VendorIDJudged:
		return vendorLines(e)
	case ike.VendorIDConstructed:
		return []string{at(e.Conn, " constructed NAT-T %s ID", constructedNames[e.Vendor])}
	case ike.IDPayload:
		return []string{spaced(e.Conn, "ID payload \n\tnext-payload : %d\n\ttype         : %d \n\t%s\n\tprotocol     : %d \n\tport         : %d \n\tlength       : %d",
			uint8(e.Next), uint8(e.Type), idNameLine(e), e.Protocol, e.Port, e.Length)}
	case ike.PayloadLengthSummed:
		return []string{at(e.Conn, "Total payload length: %d", e.Length)}
	case ike.NATJudged:
		return []string{spaced(e.Conn, "%s", natWords[e.Verdict])}
	case ike.NATOAReceived:
		side := "r"
		if e.Initiator {
			side = "i"
		}
		return []string{spaced(e.Conn, "processing NAT-OA%s payload. addr = %v, message ID = %d", side, e.Addr, e.MessageID)}
	case ike.NotifyProcessed:
		return []string{at(e.Conn, " processing NOTIFY %s protocol %d\n\tspi %d, message ID = %d, sa = 0x%08X",
			notifyWord(e.Type), uint8(e.Protocol), e.SPI, e.MessageID, e.SA)}
	case ike.NotifySending:
		return []string{at(e.Conn, "Sending NOTIFY %s protocol %d\n\tspi %d, message ID = %d", notifyWord(e.Type), uint8(e.Protocol), e.SPI, e.MessageID)}
	case ike.NotifyUnhashed:
		return []string{at(e.Conn, "Notify has no hash. Rejected.")}
	case ike.SPIDeleted:
		return []string{at(e.Conn, "deleting spi %d message ID = %d", e.SPI, e.MessageID)}
	case ike.ResponderLifetime:
		return []string{at(e.Conn, " processing responder lifetime"), at(e.Conn, " start processing isakmp responder lifetime"),
			at(e.Conn, " restart ike sa timer to %d secs", e.Seconds)}
	case ike.ResponderLifetimeSent:
		return []string{fmt.Sprintf("ISAKMP: Sending phase 1 responder lifetime %d", e.Seconds)}
	default:
		return nil
	}
}

var constructedNames = map[ike.Vendor]string{
	ike.VendorRFC3947: "vendor-rfc3947", ike.VendorNATT07: "vendor-07", ike.VendorNATT03: "vendor-03", ike.VendorNATT02: "vendor-02",
}

var natWords = map[ike.NATVerdict]string{
	ike.NATNone: "No NAT Found for self or peer",
	ike.NATPeer: "His hash no match - this node outside NAT",
	ike.NATSelf: "My hash no match -  this node inside NAT",
	ike.NATBoth: "NAT found, both nodes inside NAT",
}

// vendorLines are the lines about one vendor id. IOS holds every id against
// DPD and Unity first, and prints how it failed.
func vendorLines(e ike.VendorIDJudged) []string {
	lines := []string{at(e.Conn, " processing vendor id payload")}
	switch e.Vendor {
	case ike.VendorDPD:
		return append(lines, at(e.Conn, " vendor ID is DPD"))
	case ike.VendorUnity:
		return append(lines, at(e.Conn, " vendor ID is Unity"))
	case ike.VendorIOS:
		return append(lines, at(e.Conn, " speaking to another IOS box!"))
	case ike.VendorFragment:
		return append(lines, at(e.Conn, " processing IKE frag vendor id payload"), at(e.Conn, "Support for IKE Fragmentation not enabled"))
	}
	if e.HashMismatch {
		lines = append(lines, at(e.Conn, "vendor ID seems Unity/DPD but hash mismatch"))
	} else {
		lines = append(lines, at(e.Conn, " vendor ID seems Unity/DPD but major %d mismatch", e.Major))
	}
	switch e.Vendor {
	case ike.VendorXAUTH:
		lines = append(lines, at(e.Conn, " vendor ID is XAUTH"))
	case ike.VendorRFC3947:
		lines = append(lines, spaced(e.Conn, "vendor ID is NAT-T RFC 3947"))
	case ike.VendorNATT07:
		lines = append(lines, spaced(e.Conn, "vendor ID is NAT-T v7"))
	case ike.VendorNATT03:
		lines = append(lines, at(e.Conn, " vendor ID is NAT-T v3"))
	case ike.VendorNATT02:
		lines = append(lines, at(e.Conn, " vendor ID is NAT-T v2"))
	}
	return lines
}

func idNameLine(e ike.IDPayload) string {
	switch e.Type {
	case isakmp.IDFQDN:
		return fmt.Sprintf("FQDN name    : %s ", e.Name)
	case isakmp.IDUserFQDN:
		return fmt.Sprintf("USER FQDN    : %s ", e.Name)
	case isakmp.IDKeyID:
		return fmt.Sprintf("group id     : %s ", e.Name)
	default:
		return fmt.Sprintf("address      : %s ", e.Name)
	}
}

// notifyWord is IOS's word for a notification.
func notifyWord(t isakmp.NotifyType) string {
	switch t {
	case isakmp.NotifyNoProposalChosen:
		return "PROPOSAL_NOT_CHOSEN"
	case isakmp.NotifyRUThere:
		return "DPD/R_U_THERE"
	case isakmp.NotifyRUThereAck:
		return "DPD/R_U_THERE_ACK"
	default:
		return t.String()
	}
}
