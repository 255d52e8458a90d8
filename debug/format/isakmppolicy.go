package format

import (
	"fmt"
	"strings"

	"ioslab/runtime/event"
	"ioslab/runtime/ike"
	"ioslab/runtime/wire/isakmp"
)

func isakmpPolicy(f *Formatter, ev ike.Event) []string {
	switch e := ev.(type) {
	case ike.KeyFound:
		return []string{at(e.Conn, "found peer pre-shared key matching %v", e.Peer)}
	case ike.LocalKeyFound:
		return []string{at(e.Conn, " local preshared key found")}
	case ike.KeyMissing:
		return []string{at(e.Conn, "No pre-shared key with %v!", e.Peer)}
	case ike.ProfilesScanned:
		return []string{strings.Join(append([]string{"ISAKMP : Scanning profiles for xauth ..."}, e.Names...), " ")}
	case ike.TransformChecked:
		lines := []string{at(e.Conn, "Checking ISAKMP transform %d against priority %d policy", e.Number, e.Priority)}
		for _, a := range e.Attributes {
			lines = append(lines, "ISAKMP:      "+phaseOneAttribute(a))
		}
		return lines
	case ike.TransformMismatch:
		if w := mismatchWords[e.Reason]; w != "" {
			return []string{at(e.Conn, "%s", w)}
		}
		return []string{}
	case ike.TransformRefused:
		return []string{at(e.Conn, "atts are not acceptable. Next payload is %d", uint8(e.Next))}
	case ike.TransformAccepted:
		return []string{at(e.Conn, "atts are acceptable. Next payload is %d", uint8(e.Next))}
	case ike.LifetimeAgreed:
		return lifetimeLines(e)
	case ike.NoOfferAccepted:
		return []string{at(e.Conn, "no offers accepted!")}
	case ike.PhaseOneRefused:
		return []string{at(e.Conn, " phase 1 SA policy not acceptable! (local %v remote %v)", e.Local, e.Remote)}
	case ike.AGInformationalFailed:
		return []string{at(e.Conn, " Failed to construct AG informational message.")}
	default:
		return nil
	}
}

var mismatchWords = map[ike.Mismatch]string{
	ike.MismatchEncryption: "Encryption algorithm offered does not match policy!",
	ike.MismatchKeyLength:  "Proposed key length does not match policy",
	ike.MismatchHash:       "Hash algorithm offered does not match policy!",
	ike.MismatchGroup:      "Diffie-Hellman group offered does not match policy!",
	ike.MismatchAuth:       "Authentication method offered does not match policy!",
	ike.MismatchPreshared:  "Preshared authentication offered but does not match policy!",
	ike.MismatchXAUTH:      "Xauth authentication by pre-shared key offered but does not match policy!",
	ike.MismatchLifetime:   "lifetime duration offered does not match policy!   ",
}

func lifetimeLines(e ike.LifetimeAgreed) []string {
	lines := []string{at(e.Conn, "Acceptable atts:actual life: %d", e.Policy), at(e.Conn, "Acceptable atts:life: 0")}
	switch {
	case e.Variable != 0:
		lines = append(lines, at(e.Conn, "Fill atts in sa vpi_length:%d", e.Variable), at(e.Conn, "Fill atts in sa life_in_seconds:%d", e.Offered))
	case e.Offered != 0:
		lines = append(lines, at(e.Conn, "Basic life_in_seconds:%d", e.Offered))
	}
	return append(lines, at(e.Conn, "Returning Actual lifetime: %d", e.Actual), at(e.Conn, ":Started lifetime timer: %d.", e.Actual), "")
}

// phaseOneAttribute words an attribute of a phase 1 transform, in the order in
// which it came.
func phaseOneAttribute(a isakmp.Attribute) string {
	v, _ := a.Uint()
	switch a.Type {
	case isakmp.AttrEncryption:
		if c := isakmp.Cipher(v); c.BlockSize() != 0 {
			return "encryption " + c.String()
		}
		return fmt.Sprintf("encryption... What? %d?", v)
	case isakmp.AttrKeyLength:
		return fmt.Sprintf("keylength of %d", v)
	case isakmp.AttrHash:
		if h := isakmp.Hash(v); h.Size() != 0 {
			return "hash " + h.String()
		}
		return fmt.Sprintf("hash algorithm... What? %d?", v)
	case isakmp.AttrGroup:
		return fmt.Sprintf("default group %d", v)
	case isakmp.AttrAuth:
		return "auth " + isakmp.Auth(v).String()
	case isakmp.AttrLifeType:
		return "life type in " + lifeWord(v)
	case isakmp.AttrLifeDuration:
		return "life duration " + durationWords(a)
	default:
		return fmt.Sprintf("attribute %d", a.Type)
	}
}

func lifeWord(v uint64) string {
	switch uint16(v) {
	case isakmp.LifeSeconds:
		return "seconds"
	case isakmp.LifeKilobytes:
		return "kilobytes"
	default:
		return fmt.Sprint(v)
	}
}

// durationWords is a duration: a basic attribute as a number, a variable one
// byte by byte, with two blanks before and one behind.
func durationWords(a isakmp.Attribute) string {
	if a.Basic {
		v, _ := a.Uint()
		return fmt.Sprintf("(basic) of %d", v)
	}
	var b strings.Builder
	b.WriteString("(VPI) of  ")
	for _, c := range a.Value {
		fmt.Fprintf(&b, "0x%X ", c)
	}
	return b.String()
}

func isakmpAuthentication(f *Formatter, ev ike.Event) []string {
	switch e := ev.(type) {
	case ike.AuthenticationBegun:
		return []string{at(e.Conn, "SA is doing pre-shared key authentication using id type %v", e.Identity)}
	case ike.InitialContactSent:
		return []string{at(e.Conn, "Send initial contact")}
	case ike.ProfileMatched:
		if e.Profile == "" {
			return []string{"ISAKMP:(0):: peer matches *none* of the profiles"}
		}
		return []string{fmt.Sprintf("ISAKMP:(0):: peer matches %s profile", e.Profile)}
	case ike.Authenticated:
		if e.Peer.IsValid() {
			return []string{at(e.Conn, "SA has been authenticated with %v", e.Peer)}
		}
		return []string{at(e.Conn, "SA authentication status:\n\tauthenticated")}
	case ike.InitialContactProcessed:
		return []string{at(e.Conn, " Process initial contact,\nbring down existing phase 1 and 2 SA's with local %v remote %v remote port %d",
			e.Local, e.Remote, e.Port)}
	case ike.PortFloated:
		return []string{
			at(e.Conn, "Detected port floating to port = %d", e.Port),
			fmt.Sprintf("ISAKMP: Trying to find existing peer %v/%v/%d/", e.Local, e.Remote, e.Port),
			at(e.Conn, "Setting UDP ENC peer struct 0x%08X sa= 0x%08X", e.Peer, e.SA),
		}
	default:
		return nil
	}
}

func isakmpInitiator(f *Formatter, ev ike.Event) []string {
	switch e := ev.(type) {
	case ike.RequestReceived:
		return []string{at(0, " SA request profile is (NULL)")}
	case ike.RequestAttached:
		return []string{at(e.Conn, "SA is still budding. Attached new ipsec request to it. (local %v, remote %v)", e.Local, e.Remote)}
	case ike.RequestFailed:
		return []string{"ISAKMP: Error while processing SA request: Failed to initialize SA", "ISAKMP: Error while processing KMI message 0, error 2."}
	case ike.NoCredentials:
		return []string{at(e.Conn, " No Cert or pre-shared address key. "), at(e.Conn, " construct_initial_message: Can not start Main mode")}
	case ike.MainModeChosen:
		return []string{at(e.Conn, "Can not start Aggressive mode, trying Main mode.")}
	case ike.MainModeBegun:
		return []string{at(e.Conn, " beginning Main Mode exchange")}
	case ike.QuickModeBegun:
		if f.Dialect == IOS15 {
			return []string{at(e.Conn, "beginning Quick Mode exchange, M-ID of %d", e.Node)}
		}
		return []string{at(e.Conn, "beginning Quick Mode exchange, M-ID of %d", signed(e.Node))}
	default:
		return nil
	}
}

func isakmpDPD(f *Formatter, ev ike.Event) []string {
	switch e := ev.(type) {
	case ike.DPDSent:
		return []string{at(e.Conn, " seq. no 0x%X", e.Sequence)}
	case ike.DPDReceived:
		if e.Ack {
			return []string{at(e.Conn, " DPD/R_U_THERE_ACK received from peer %v, sequence 0x%X", e.Peer, e.Sequence)}
		}
		return []string{at(e.Conn, "DPD/R_U_THERE received from peer %v, sequence 0x%X", e.Peer, e.Sequence)}
	default:
		return nil
	}
}

// isakmpSyslog words the messages for the log.
func isakmpSyslog(ev ike.Event) (Message, bool) {
	say := func(severity int, format string, args ...any) (Message, bool) {
		return Message{Class: event.Syslog, Severity: severity, Text: fmt.Sprintf(format, args...)}, true
	}
	switch e := ev.(type) {
	case ike.BadMessage:
		return say(4, "%%CRYPTO-4-IKMP_BAD_MESSAGE: IKE message from %v failed its sanity check or is malformed", e.Peer)
	case ike.ModeFailed:
		return say(6, "%%CRYPTO-6-IKMP_MODE_FAILURE: Processing of %v mode failed with peer at %v", e.Mode, e.Peer)
	case ike.UnknownSA:
		return say(4, "%%CRYPTO-4-IKMP_NO_SA: IKE message from %v has no SA and is not an initialization offer", e.Peer)
	case ike.NotEncrypted:
		return say(6, "%%CRYPTO-6-IKMP_NOT_ENCRYPTED: IKE packet from %v was not encrypted and it should've been.", e.Peer)
	case ike.AggressiveRefused:
		return say(5, "%%CRYPTO-5-IKMP_AG_MODE_DISABLED: Unable to initiate or respond to Aggressive Mode while disabled")
	case ike.QuickModeTooSoon:
		return say(6, "%%CRYPTO-6-IKMP_SA_NOT_AUTH: Cannot accept Quick Mode exchange from %v if SA is not authenticated", e.Peer)
	case ike.OfferChanged:
		return say(6, "%%CRYPTO-6-IKMP_SA_NOT_OFFERED: Remote peer %v responded with attribute %d not offered or changed", e.Peer, e.Attribute)
	case ike.AuthenticationFailed:
		return say(6, "%%CRYPTO-6-IKMP_AUTH_FAIL: Authentication method %d failed with host %v", uint16(e.Method), e.Peer)
	default:
		return Message{}, false
	}
}
