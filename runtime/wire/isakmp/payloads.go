package isakmp

import (
	"encoding/binary"
	"net/netip"
)

// Opaque is a payload whose body is bytes without inner structure: KE, HASH,
// SIG, NONCE, VID, NAT-D (and its draft number) and the IKE fragment.
type Opaque struct {
	Type PayloadType
	Data []byte
}

// KE returns a key exchange payload (RFC 2408, 3.7) over data.
func KE(data []byte) *Opaque { return &Opaque{PayloadKE, data} }

// HASH returns a hash payload (RFC 2408, 3.11) over data.
func HASH(data []byte) *Opaque { return &Opaque{PayloadHASH, data} }

// NONCE returns a nonce payload (RFC 2408, 3.13) over data.
func NONCE(data []byte) *Opaque { return &Opaque{PayloadNONCE, data} }

// VID returns a vendor id payload (RFC 2408, 3.16) over data.
func VID(data []byte) *Opaque { return &Opaque{PayloadVID, data} }

// NATD returns a NAT discovery payload (RFC 3947, 3.2) over data.
func NATD(data []byte) *Opaque { return &Opaque{PayloadNATD, data} }

// Kind returns the payload's type.
func (p *Opaque) Kind() PayloadType { return p.Type }

// AppendBody writes the bytes.
func (p *Opaque) AppendBody(dst []byte) []byte { return append(dst, p.Data...) }

// ParseBody keeps b. An empty body is malformed, a nonce has 8 to 256 bytes
// (RFC 2409, 5).
func (p *Opaque) ParseBody(b []byte) error {
	p.Data = b
	if len(b) == 0 {
		return malformed(p.Type, "empty")
	}
	if p.Type == PayloadNONCE && (len(b) < 8 || len(b) > 256) {
		return malformed(p.Type, "%d bytes", len(b))
	}
	return nil
}

// Unknown is a payload of a type that the package does not know, or knows
// without looking inside (mode configuration attributes).
type Unknown struct {
	Type PayloadType
	Data []byte
}

// Kind returns the payload's type.
func (p *Unknown) Kind() PayloadType { return p.Type }

// AppendBody writes the bytes.
func (p *Unknown) AppendBody(dst []byte) []byte { return append(dst, p.Data...) }

// ParseBody keeps b.
func (p *Unknown) ParseBody(b []byte) error { p.Data = b; return nil }

// Cert is a certificate or a certificate request (RFC 2408, 3.9, 3.10).
type Cert struct {
	Type     PayloadType // PayloadCERT or PayloadCR
	Encoding uint8
	Data     []byte
}

// Kind returns the payload's type.
func (p *Cert) Kind() PayloadType { return p.Type }

// AppendBody writes the encoding and the bytes.
func (p *Cert) AppendBody(dst []byte) []byte { return append(append(dst, p.Encoding), p.Data...) }

// ParseBody reads the encoding; the rest stays raw.
func (p *Cert) ParseBody(b []byte) error {
	if len(b) < 1 {
		return malformed(p.Type, "empty")
	}
	p.Encoding, p.Data = b[0], b[1:]
	return nil
}

// ID is an identification payload (RFC 2407, 4.6.2).
type ID struct {
	Type     IDType
	Protocol uint8 // IP protocol, 0 any
	Port     uint16
	Data     []byte
}

// IDAddr returns an identification by an IPv4 or IPv6 address.
func IDAddr(a netip.Addr, protocol uint8, port uint16) *ID {
	t := IDIPv4Addr
	if a.Is6() {
		t = IDIPv6Addr
	}
	return &ID{Type: t, Protocol: protocol, Port: port, Data: a.AsSlice()}
}

// IDPrefix returns an identification by an IPv4 or IPv6 subnet; a host prefix
// becomes an address.
func IDPrefix(p netip.Prefix, protocol uint8, port uint16) *ID {
	if p.IsSingleIP() {
		return IDAddr(p.Addr(), protocol, port)
	}
	t, n := IDIPv4Subnet, 4
	if p.Addr().Is6() {
		t, n = IDIPv6Subnet, 16
	}
	data := append(p.Masked().Addr().AsSlice(), make([]byte, n)...)
	for i := range p.Bits() {
		data[n+i/8] |= 0x80 >> (i % 8)
	}
	return &ID{Type: t, Protocol: protocol, Port: port, Data: data}
}

// Kind is PayloadID.
func (*ID) Kind() PayloadType { return PayloadID }

// AppendBody writes type, protocol, port and data.
func (p *ID) AppendBody(dst []byte) []byte {
	dst = append(dst, uint8(p.Type), p.Protocol)
	dst = binary.BigEndian.AppendUint16(dst, p.Port)
	return append(dst, p.Data...)
}

// ParseBody reads the payload and checks the data's length against the type.
func (p *ID) ParseBody(b []byte) error {
	if len(b) < 4 {
		return malformed(PayloadID, "body of %d bytes", len(b))
	}
	*p = ID{Type: IDType(b[0]), Protocol: b[1], Port: binary.BigEndian.Uint16(b[2:]), Data: b[4:]}
	if n := idLen(p.Type); n != 0 && n != len(p.Data) {
		return malformed(PayloadID, "%v of %d bytes", p.Type, len(p.Data))
	}
	if len(p.Data) == 0 {
		return malformed(PayloadID, "no identification")
	}
	return nil
}

// idLen is the length of an identification's data, 0 when it varies.
func idLen(t IDType) int {
	switch t {
	case IDIPv4Addr:
		return 4
	case IDIPv4Subnet, IDIPv4Range:
		return 8
	case IDIPv6Addr:
		return 16
	case IDIPv6Subnet, IDIPv6Range:
		return 32
	default:
		return 0
	}
}

// Prefix returns the identification as a prefix when it is an address or a
// subnet with a contiguous mask.
func (p *ID) Prefix() (netip.Prefix, bool) {
	switch p.Type {
	case IDIPv4Addr, IDIPv6Addr:
		a, ok := netip.AddrFromSlice(p.Data)
		if !ok {
			return netip.Prefix{}, false
		}
		return netip.PrefixFrom(a, a.BitLen()), true
	case IDIPv4Subnet, IDIPv6Subnet:
		n := len(p.Data) / 2
		a, ok := netip.AddrFromSlice(p.Data[:n])
		bits, whole := maskBits(p.Data[n:])
		if !ok || !whole {
			return netip.Prefix{}, false
		}
		return netip.PrefixFrom(a, bits).Masked(), true
	case IDIPv4Range, IDIPv6Range:
		n := len(p.Data) / 2
		return rangePrefix(p.Data[:n], p.Data[n:])
	default:
		return netip.Prefix{}, false
	}
}

func maskBits(mask []byte) (bits int, contiguous bool) {
	done := false
	for i := range len(mask) * 8 {
		set := mask[i/8]&(0x80>>(i%8)) != 0
		if set && done {
			return 0, false
		}
		if set {
			bits++
		} else {
			done = true
		}
	}
	return bits, true
}

// rangePrefix returns the prefix that a range is exactly, if it is one.
func rangePrefix(lo, hi []byte) (netip.Prefix, bool) {
	mask := make([]byte, len(lo))
	for i := range mask {
		mask[i] = ^(lo[i] ^ hi[i])
		if lo[i]&^mask[i] != 0 {
			return netip.Prefix{}, false
		}
	}
	bits, ok := maskBits(mask)
	a, valid := netip.AddrFromSlice(lo)
	return netip.PrefixFrom(a, bits), ok && valid
}

// Notify is a notification payload (RFC 2408, 3.14).
type Notify struct {
	DOI      uint32
	Protocol ProtocolID
	Type     NotifyType
	SPI      []byte
	Data     []byte
}

// Kind is PayloadNOTIFY.
func (*Notify) Kind() PayloadType { return PayloadNOTIFY }

// AppendBody writes the payload without its generic header.
func (p *Notify) AppendBody(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, p.DOI)
	dst = append(dst, uint8(p.Protocol), uint8(len(p.SPI)))
	dst = binary.BigEndian.AppendUint16(dst, uint16(p.Type))
	return append(append(dst, p.SPI...), p.Data...)
}

// ParseBody reads the payload without its generic header.
func (p *Notify) ParseBody(b []byte) error {
	if len(b) < 8 {
		return malformed(PayloadNOTIFY, "body of %d bytes", len(b))
	}
	*p = Notify{DOI: binary.BigEndian.Uint32(b), Protocol: ProtocolID(b[4]), Type: NotifyType(binary.BigEndian.Uint16(b[6:]))}
	n := int(b[5])
	if n > len(b)-8 {
		return malformed(PayloadNOTIFY, "SPI of %d bytes in %d", n, len(b)-8)
	}
	p.SPI, p.Data = b[8:8+n:8+n], b[8+n:]
	return nil
}

// Delete is a deletion payload (RFC 2408, 3.15). All SPIs have one size.
type Delete struct {
	DOI      uint32
	Protocol ProtocolID
	SPISize  uint8
	SPIs     [][]byte
}

// Kind is PayloadDELETE.
func (*Delete) Kind() PayloadType { return PayloadDELETE }

// AppendBody writes the payload without its generic header.
func (p *Delete) AppendBody(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, p.DOI)
	dst = append(dst, uint8(p.Protocol), p.SPISize)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(p.SPIs)))
	for _, s := range p.SPIs {
		dst = append(dst, s...)
	}
	return dst
}

// ParseBody reads the payload without its generic header.
func (p *Delete) ParseBody(b []byte) error {
	if len(b) < 8 {
		return malformed(PayloadDELETE, "body of %d bytes", len(b))
	}
	*p = Delete{DOI: binary.BigEndian.Uint32(b), Protocol: ProtocolID(b[4]), SPISize: b[5]}
	n, size := int(binary.BigEndian.Uint16(b[6:])), int(b[5])
	if n*size != len(b)-8 || size == 0 || n == 0 {
		return malformed(PayloadDELETE, "%d SPIs of %d bytes in %d", n, size, len(b)-8)
	}
	for b = b[8:]; len(b) > 0; b = b[size:] {
		p.SPIs = append(p.SPIs, b[:size:size])
	}
	return nil
}

// Names reports whether an ISAKMP deletion names the SA of two cookies.
func (p *Delete) Names(i, r Cookie) bool {
	for _, s := range p.SPIs {
		if len(s) == 16 && Cookie(s[:8]) == i && Cookie(s[8:]) == r {
			return true
		}
	}
	return false
}

// NATOA is a NAT original address payload (RFC 3947, 5.2).
type NATOA struct {
	Type PayloadType // PayloadNATOA or PayloadNATOADraft
	Addr netip.Addr
}

// Kind returns the payload's type.
func (p *NATOA) Kind() PayloadType { return p.Type }

// AppendBody writes the payload without its generic header.
func (p *NATOA) AppendBody(dst []byte) []byte {
	t := IDIPv4Addr
	if p.Addr.Is6() {
		t = IDIPv6Addr
	}
	return append(append(dst, uint8(t), 0, 0, 0), p.Addr.AsSlice()...)
}

// ParseBody reads the payload without its generic header.
func (p *NATOA) ParseBody(b []byte) error {
	if len(b) < 4 {
		return malformed(p.Type, "body of %d bytes", len(b))
	}
	if b[1]|b[2]|b[3] != 0 {
		return reserved(p.Type)
	}
	t := IDType(b[0])
	if t != IDIPv4Addr && t != IDIPv6Addr || len(b)-4 != idLen(t) {
		return malformed(p.Type, "identification type %d of %d bytes", b[0], len(b)-4)
	}
	p.Addr, _ = netip.AddrFromSlice(b[4:])
	return nil
}
