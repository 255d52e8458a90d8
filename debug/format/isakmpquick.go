package format

import (
	"fmt"
	"net/netip"
	"strings"

	"ioslab/runtime/ike"
	"ioslab/runtime/wire/isakmp"
)

func isakmpQuick(f *Formatter, ev ike.Event) []string {
	switch e := ev.(type) {
	case ike.ProposalChecked:
		lines := []string{at(e.Conn, "Checking IPSec proposal %d", e.Number),
			fmt.Sprintf("ISAKMP: transform %d, %s", e.Transform, transformName(e.Protocol, e.ID)),
			"ISAKMP:   attributes in transform:"}
		for _, a := range e.Attributes {
			lines = append(lines, "ISAKMP:      "+phaseTwoAttribute(a))
		}
		return lines
	case ike.ProposalAcceptable:
		return []string{at(e.Conn, "atts are acceptable.")}
	case ike.ProposalUnacceptable:
		return []string{at(e.Conn, "atts not acceptable. Next payload is %d", uint8(e.Next))}
	case ike.ProposalInvalidated:
		return []string{at(e.Conn, " IPSec policy invalidated proposal with error %d", int(e.Error))}
	case ike.PhaseTwoRefused:
		return []string{at(e.Conn, " phase 2 SA policy not acceptable! (local %v remote %v)", e.Local, e.Remote)}
	case ike.SPIWanted:
		if e.Role == ike.RoleInitiator {
			return []string{at(e.Conn, "QM Initiator gets spi")}
		}
		return []string{at(e.Conn, "QM Responder gets spi")}
	case ike.SAsCreating:
		return []string{creatingLines(e)}
	case ike.DeleteIgnored:
		return []string{fmt.Sprintf("ISAKMP: ignoring request to send delete notify (no ISAKMP sa) src %v dst %v for SPI 0x%X", e.Local, e.Remote, e.SPI)}
	default:
		return nil
	}
}

// creatingLines is one message of many physical lines.
func creatingLines(e ike.SAsCreating) string {
	var b strings.Builder
	b.WriteString(at(e.Conn, " Creating IPSec SAs"))
	life := func() {
		fmt.Fprintf(&b, "\n        lifetime of %d seconds", e.Seconds)
		if e.Kilobytes != 0 {
			fmt.Fprintf(&b, "\n        lifetime of %d kilobytes", e.Kilobytes)
		}
	}
	fmt.Fprintf(&b, "\n        inbound SA from %v to %v (f/i)  0/ 0\n        (proxy %s to %s)\n        has spi 0x%X and conn_id 0",
		e.Remote, e.Local, proxyName(e.RemoteProxy), proxyName(e.LocalProxy), e.InSPI)
	life()
	fmt.Fprintf(&b, "\n        outbound SA from %v to %v (f/i) 0/0\n        (proxy %s to %s)\n        has spi  0x%X and conn_id 0",
		e.Local, e.Remote, proxyName(e.LocalProxy), proxyName(e.RemoteProxy), e.OutSPI)
	life()
	return b.String()
}

func proxyName(p netip.Prefix) string { return p.Addr().String() }

// transformName is the transform's name; ESP_AES alone has a blank behind it,
// where later releases put the key length.
func transformName(p isakmp.ProtocolID, id uint8) string {
	names := map[isakmp.ProtocolID]map[uint8]string{
		isakmp.ProtocolESP: {isakmp.ESPDES: "ESP_DES", isakmp.ESP3DES: "ESP_3DES", isakmp.ESPAES: "ESP_AES ", isakmp.ESPNULL: "ESP_NULL"},
		isakmp.ProtocolAH: {isakmp.AHMD5: "AH_MD5", isakmp.AHSHA: "AH_SHA", isakmp.AHSHA256: "AH_SHA256",
			isakmp.AHSHA384: "AH_SHA384", isakmp.AHSHA512: "AH_SHA512"},
	}
	if n := names[p][id]; n != "" {
		return n
	}
	return fmt.Sprintf("unknown transform %d", id)
}

// phaseTwoAttribute words an attribute of a phase 2 transform.
func phaseTwoAttribute(a isakmp.Attribute) string {
	v, _ := a.Uint()
	switch a.Type {
	case isakmp.AttrSALifeType:
		return "SA life type in " + lifeWord(v)
	case isakmp.AttrSALifeDuration:
		return "SA life duration " + durationWords(a)
	case isakmp.AttrSAGroup:
		return fmt.Sprintf("group is %d", v)
	case isakmp.AttrSAEncapsulation:
		return fmt.Sprintf("encaps is %d (%v)", v, isakmp.Encapsulation(v))
	case isakmp.AttrSAAuth:
		return "authenticator is " + isakmp.AuthAlg(v).String()
	case isakmp.AttrSAKeyLength:
		return fmt.Sprintf("key length is %d", v)
	default:
		return fmt.Sprintf("attribute %d", a.Type)
	}
}
