package format

import (
	"encoding/binary"
	"fmt"
	"strings"

	"ioslab/runtime/l2tp"
	wire "ioslab/runtime/wire/l2tp"
)

// Control packets, as shared/reference/l2tp-vpdn-debug.md 4 has them: one line
// for each AVP's header and one for its value, then the packet's header and its bytes.

// packetPrefix is L2X before the tunnel is known.
func packetPrefix(l l2tp.Label) string {
	if l.Tunnel == 0 {
		return "L2X: "
	}
	return l2tpPrefix(l)
}

func l2tpParsed(dst []Message, e l2tp.ControlParsed) []Message {
	p := packetPrefix(e.Label)
	line := func(text string) { dst = append(dst, debugLine(e, p+text)) }
	for _, a := range e.AVPs {
		line(fmt.Sprintf("Parse  AVP %d, len %d, flag %s", a.Attr, a.Len(), avpFlag(a)))
		if a.Vendor != 0 {
			continue
		}
		if words := avpWords(a); words != "" {
			line(words)
		}
	}
	if e.Type != 0 && len(e.Missing) == 0 {
		line("No missing AVPs in " + e.Type.String())
	}
	name := "ZLB ctrl ack"
	if e.Type != 0 {
		name = e.Type.String()
	}
	line(fmt.Sprintf("I %s, %s", name, headerWords(e.Header, false)))
	if e.Type != 0 {
		dst = append(dst, debugLine(e, hexDump(e.Raw)))
	}
	return dst
}

func l2tpTransmitted(dst []Message, e l2tp.ControlTransmitted) []Message {
	name := "ZLB ctrl ack"
	if e.Type != 0 {
		name = e.Type.String()
	}
	if e.Resend {
		name = "Resend " + name
	}
	dst = append(dst, debugLine(e, fmt.Sprintf("%sO %s, %s", packetPrefix(e.Label), name, headerWords(e.Header, true))))
	if e.Type != 0 {
		dst = append(dst, debugLine(e, hexDump(e.Raw)))
	}
	return dst
}

// headerWords sums a header up; incoming packets without a session id show none.
func headerWords(h wire.Header, always bool) string {
	flags := ""
	for _, f := range []struct {
		on   bool
		name string
	}{{h.Control, "T"}, {h.HasLength, "L"}, {h.HasSequence, "S"}, {h.HasOffset, "O"}, {h.Priority, "P"}} {
		if f.on {
			flags += f.name
		}
	}
	text := fmt.Sprintf("flg %s, ver 2, len %d, tnl %d", flags, h.Length, h.Tunnel)
	if always || h.Session != 0 {
		text += fmt.Sprintf(", cl %d", h.Session)
	}
	if h.HasSequence {
		text += fmt.Sprintf(", ns %d, nr %d", h.Ns, h.Nr)
	}
	return text
}

// hexDump prints a packet's bytes, sixteen a line.
func hexDump(p []byte) string {
	var b strings.Builder
	fmt.Fprintf(&b, "contiguous pak, size %d", len(p))
	for at := 0; at < len(p); at += 16 {
		fmt.Fprintf(&b, "\n         % X", p[at:min(at+16, len(p))])
	}
	return b.String()
}

func avpFlag(a wire.AVP) string {
	letters := ""
	if a.Mandatory {
		letters = "M"
	}
	if a.Hidden {
		letters += "H"
	}
	if letters != "" {
		letters = "(" + letters + ")"
	}
	return fmt.Sprintf("0x%X %s", a.Flags(), letters)
}

// avpWords words the value of an AVP: numbers by their size, texts as they are.
func avpWords(a wire.AVP) string {
	v := a.Value
	if a.Attr == wire.AttrMessageType && len(v) == 2 {
		return "Parse " + wire.MessageType(binary.BigEndian.Uint16(v)).String()
	}
	if a.Attr == wire.AttrResultCode && len(v) >= 2 {
		return resultWords(v)
	}
	w, ok := avpLabels[a.Attr]
	if !ok {
		return ""
	}
	switch w.kind {
	case avpText:
		return w.label + " " + strings.TrimRight(string(v), "\x00")
	case avpBytes:
		return strings.TrimRight(fmt.Sprintf("%s\n         % X", w.label, v), " ")
	case avpBare:
		return w.label
	case avpNumber, avpHex:
	}
	var n uint64
	for _, b := range v[:min(len(v), 8)] {
		n = n<<8 | uint64(b)
	}
	if w.kind == avpHex {
		return fmt.Sprintf("%s 0x%X", w.label, n)
	}
	return fmt.Sprintf("%s %d", w.label, n)
}

func resultWords(v []byte) string {
	text := fmt.Sprintf("Result code %d", binary.BigEndian.Uint16(v))
	if len(v) >= 4 {
		text += fmt.Sprintf(", error %d", binary.BigEndian.Uint16(v[2:]))
	}
	if len(v) > 4 {
		text += ", " + string(v[4:])
	}
	return text
}

type avpKind int

const (
	avpNumber avpKind = iota
	avpHex
	avpText
	avpBytes
	avpBare
)

// avpLabels are IOS's names of the values. Those of the SCCRQ, ICRQ and ICCN
// stand in the reference; the others follow their pattern.
var avpLabels = map[wire.Attr]struct {
	label string
	kind  avpKind
}{
	wire.AttrProtocolVersion:    {"Protocol Ver", avpNumber},
	wire.AttrFramingCaps:        {"Framing Cap", avpHex},
	wire.AttrBearerCaps:         {"Bearer Cap", avpHex},
	wire.AttrTieBreaker:         {"Tie Breaker", avpBytes},
	wire.AttrFirmwareRevision:   {"Firmware Ver", avpHex},
	wire.AttrHostName:           {"Hostname", avpText},
	wire.AttrVendorName:         {"Vendor Name", avpText},
	wire.AttrAssignedTunnelID:   {"Assigned Tunnel ID", avpNumber},
	wire.AttrReceiveWindow:      {"Rx Window Size", avpNumber},
	wire.AttrChallenge:          {"Chlng", avpBytes},
	wire.AttrChallengeResponse:  {"Chlng Resp", avpBytes},
	wire.AttrAssignedSessionID:  {"Assigned Call ID", avpNumber},
	wire.AttrCallSerialNumber:   {"Serial Number", avpNumber},
	wire.AttrMinimumBPS:         {"Minimum BPS", avpNumber},
	wire.AttrMaximumBPS:         {"Maximum BPS", avpNumber},
	wire.AttrBearerType:         {"Bearer Type", avpNumber},
	wire.AttrFramingType:        {"Framing Type", avpNumber},
	wire.AttrCalledNumber:       {"Called Number", avpText},
	wire.AttrCallingNumber:      {"Calling Number", avpText},
	wire.AttrSubAddress:         {"Sub-Address", avpText},
	wire.AttrTxConnectSpeed:     {"Connect Speed", avpNumber},
	wire.AttrPhysicalChannelID:  {"Physical Channel ID", avpNumber},
	wire.AttrInitialReceivedLCP: {"Initial LCP", avpBytes},
	wire.AttrLastSentLCP:        {"Last Sent LCP", avpBytes},
	wire.AttrLastReceivedLCP:    {"Last Rx LCP", avpBytes},
	wire.AttrProxyAuthType:      {"Proxy Auth Type", avpNumber},
	wire.AttrProxyAuthName:      {"Proxy Auth Name", avpText},
	wire.AttrProxyAuthChallenge: {"Proxy Auth Chal", avpBytes},
	wire.AttrProxyAuthID:        {"Proxy Auth ID", avpNumber},
	wire.AttrProxyAuthResponse:  {"Proxy Auth Resp", avpBytes},
	wire.AttrRandomVector:       {"Random Vector", avpBytes},
	wire.AttrPrivateGroupID:     {"Private Group ID", avpText},
	wire.AttrRxConnectSpeed:     {"Rx Connect Speed", avpNumber},
	wire.AttrSequencingRequired: {"Sequencing Required", avpBare},
}

// dataLine words a data packet; its form is the least certain of all.
func dataLine(l l2tp.Label, way string, h wire.Header) string {
	return fmt.Sprintf("%s%s , %s", l2tpPrefix(l), way, headerWords(h, true))
}
