package format

import (
	"encoding/binary"
	"fmt"
	"net/netip"

	wire "ioslab/runtime/wire/ppp"
)

// options appends one line an option: four spaces behind the colon, the words,
// and the option's bytes in capitals.
func (p *pppLines) options(link string, proto wire.Protocol, opts []wire.Option) {
	for _, o := range opts {
		p.line(link, "%s:    %s (0x%X)", proto, optionWords(proto, o), o.Append(nil))
	}
}

func optionWords(proto wire.Protocol, o wire.Option) string {
	words := ""
	switch proto {
	case wire.LCP:
		words = lcpOption(o)
	case wire.IPCP:
		words = ipcpOption(o)
	case wire.CCP:
		words = ccpOption(o)
	case wire.IPV6CP:
		words = ipv6cpOption(o)
	}
	if words == "" {
		return fmt.Sprintf("Unknown %d", o.Type)
	}
	return words
}

func lcpOption(o wire.Option) string {
	v16, is16 := o.Uint16()
	v32, is32 := o.Uint32()
	switch {
	case o.Type == wire.LCPMRU && is16:
		return fmt.Sprintf("MRU %d", v16)
	case o.Type == wire.LCPACCM && is32:
		return fmt.Sprintf("ACCM 0x%08X", v32)
	case o.Type == wire.LCPAuth:
		return "AuthProto " + authOption(o)
	case o.Type == wire.LCPMagic && is32:
		return fmt.Sprintf("MagicNumber 0x%08X", v32)
	case o.Type == wire.LCPPFC:
		return "PFC"
	case o.Type == wire.LCPACFC:
		return "ACFC"
	case o.Type == wire.LCPCallback && len(o.Data) > 0:
		return fmt.Sprintf("Callback %d ", o.Data[0]) // the second space stands before the bracket
	case o.Type == wire.LCPMRRU && is16:
		return fmt.Sprintf("MRRU %d", v16)
	case o.Type == wire.LCPShortSeq:
		return "SSNHF"
	case o.Type == wire.LCPEndpoint && len(o.Data) > 0:
		return endpointOption(o.Data[0], o.Data[1:])
	case o.Type == wire.LCPQuality:
		return "QualityProto"
	}
	return ""
}

func authOption(o wire.Option) string {
	if a, ok := wire.AuthProtoOf(o); ok {
		return a.String()
	}
	if len(o.Data) >= 2 {
		return wire.Protocol(binary.BigEndian.Uint16(o.Data)).String()
	}
	return "unknown"
}

func endpointOption(class uint8, addr []byte) string {
	switch class {
	case 1:
		return fmt.Sprintf("EndpointDisc %d %s", class, printable(addr))
	case 4:
		return fmt.Sprintf("EndpointDisc %d Magic", class)
	}
	return fmt.Sprintf("EndpointDisc %d", class)
}

func ipcpOption(o wire.Option) string {
	name := map[uint8]string{
		wire.IPCPAddress: "Address", wire.IPCPPrimaryDNS: "PrimaryDNS", wire.IPCPPrimaryWINS: "PrimaryWINS",
		wire.IPCPSecondaryDNS: "SecondaryDNS", wire.IPCPSecondaryWINS: "SecondaryWINS",
	}[o.Type]
	if a, ok := o.Addr(); ok && name != "" {
		return name + " " + a.String()
	}
	switch {
	case o.Type == wire.IPCPCompression && len(o.Data) == 4:
		return fmt.Sprintf("CompressType VJ %d slots", int(o.Data[2])+1)
	case o.Type == wire.IPCPAddresses && len(o.Data) == 8:
		return fmt.Sprintf("Addresses %s %s", netip.AddrFrom4([4]byte(o.Data[:4])), netip.AddrFrom4([4]byte(o.Data[4:])))
	}
	return ""
}

func ccpOption(o wire.Option) string {
	if v, ok := o.Uint32(); ok && o.Type == wire.CCPMPPC {
		return fmt.Sprintf("MS-PPC supported bits 0x%08X", v)
	}
	return ""
}

func ipv6cpOption(o wire.Option) string {
	if o.Type != wire.IPV6CPInterfaceID || len(o.Data) != 8 {
		return ""
	}
	d := o.Data
	return fmt.Sprintf("Interface-Id %02X%02X:%02X%02X:%02X%02X:%02X%02X", d[0], d[1], d[2], d[3], d[4], d[5], d[6], d[7])
}
