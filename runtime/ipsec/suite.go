package ipsec

import "fmt"

// Proto is an IPsec protocol by its IP protocol number.
type Proto uint8

// The two protocols (RFC 4303, RFC 4302).
const (
	ESP Proto = 50
	AH  Proto = 51
)

func (p Proto) String() string {
	switch p {
	case ESP:
		return "ESP"
	case AH:
		return "AH"
	}
	return fmt.Sprintf("Proto(%d)", uint8(p))
}

// DOI returns the protocol's number in ISAKMP payloads (RFC 2407, 4.4.1):
// 2 for AH, 3 for ESP.
func (p Proto) DOI() uint8 {
	if p == AH {
		return 2
	}
	return 3
}

// Cipher is an ESP cipher; the values are the transform identifiers of
// RFC 2407, 4.4.4, and their registry.
type Cipher uint8

// The ciphers. NoCipher means that no ESP is there at all; NullCipher is ESP
// without encryption (RFC 2410).
const (
	NoCipher   Cipher = 0
	DES        Cipher = 2
	TripleDES  Cipher = 3
	NullCipher Cipher = 11
	AES        Cipher = 12
)

func (c Cipher) String() string {
	switch c {
	case NoCipher:
		return "none"
	case DES:
		return "DES"
	case TripleDES:
		return "3DES"
	case NullCipher:
		return "NULL"
	case AES:
		return "AES"
	}
	return fmt.Sprintf("Cipher(%d)", uint8(c))
}

// BlockSize returns the cipher's block in bytes, which is also the length of
// the IV; 0 for NullCipher and NoCipher.
func (c Cipher) BlockSize() int {
	switch c {
	case DES, TripleDES:
		return 8
	case AES:
		return 16
	case NoCipher, NullCipher:
	}
	return 0
}

// KeyBytes returns the length of the cipher's key. bits chooses among AES's
// (0 means 128) and is ignored by the others.
func (c Cipher) KeyBytes(bits uint16) int {
	switch c {
	case DES:
		return 8
	case TripleDES:
		return 24
	case AES:
		if bits == 0 {
			return 16
		}
		return int(bits) / 8
	case NoCipher, NullCipher:
	}
	return 0
}

// Auth is an integrity algorithm; the values are those of the IPsec SA
// attribute "Authentication Algorithm" (RFC 2407, 4.5; RFC 4868).
type Auth uint16

// The integrity algorithms: HMACs, cut as RFC 2403, 2404 and 4868 say.
const (
	NoAuth Auth = 0
	MD5    Auth = 1
	SHA1   Auth = 2
	SHA256 Auth = 5
	SHA384 Auth = 6
	SHA512 Auth = 7
)

func (a Auth) String() string {
	switch a {
	case NoAuth:
		return "none"
	case MD5:
		return "MD5"
	case SHA1:
		return "SHA"
	case SHA256:
		return "SHA256"
	case SHA384:
		return "SHA384"
	case SHA512:
		return "SHA512"
	}
	return fmt.Sprintf("Auth(%d)", uint16(a))
}

// KeyBytes returns the length of the algorithm's key.
func (a Auth) KeyBytes() int {
	switch a {
	case MD5:
		return 16
	case SHA1:
		return 20
	case SHA256:
		return 32
	case SHA384:
		return 48
	case SHA512:
		return 64
	case NoAuth:
	}
	return 0
}

// ICVBytes returns the length of the integrity check value on the wire.
func (a Auth) ICVBytes() int {
	switch a {
	case MD5, SHA1:
		return 12
	case SHA256:
		return 16
	case SHA384:
		return 24
	case SHA512:
		return 32
	case NoAuth:
	}
	return 0
}

// Encap is how an SA wraps packets; the values are those of the attribute
// "Encapsulation Mode" (RFC 2407, 4.5; RFC 3947, 5.1).
type Encap uint8

// The encapsulations. The draft's numbers 61443 and 61444 are the same modes
// as UDPTunnel and UDPTransport; a caller maps them.
const (
	Tunnel       Encap = 1
	Transport    Encap = 2
	UDPTunnel    Encap = 3
	UDPTransport Encap = 4
)

func (m Encap) String() string {
	switch m {
	case Tunnel:
		return "Tunnel"
	case Transport:
		return "Transport"
	case UDPTunnel:
		return "Tunnel-UDP"
	case UDPTransport:
		return "Transport-UDP"
	}
	return fmt.Sprintf("Encap(%d)", uint8(m))
}

// UDP reports whether ESP travels inside UDP (RFC 3948).
func (m Encap) UDP() bool { return m == UDPTunnel || m == UDPTransport }

// Tunnel reports whether a new IP header is put in front.
func (m Encap) Tunnel() bool { return m == Tunnel || m == UDPTunnel }

// InUDP returns the mode with UDP encapsulation (RFC 3948).
func (m Encap) InUDP() Encap {
	switch m {
	case Tunnel:
		return UDPTunnel
	case Transport:
		return UDPTransport
	case UDPTunnel, UDPTransport:
	}
	return m
}

// Part is one protocol of a proposal: what one SA of each direction does.
type Part struct {
	Proto Proto
	// Cipher and KeyBits are ESP's; KeyBits is 128, 192 or 256 for AES (0 is
	// taken as 128) and 0 for the rest.
	Cipher  Cipher
	KeyBits uint16
	Auth    Auth
}

// KeyMaterial returns how many bytes of keying material one direction needs:
// the cipher's key comes first (RFC 2409, 5.5; RFC 2401).
func (p Part) KeyMaterial() (cipher, auth int) {
	if p.Proto == ESP {
		cipher = p.Cipher.KeyBytes(p.KeyBits)
	}
	return cipher, p.Auth.KeyBytes()
}

// Suite is what a transform-set stands for: AH, ESP, or both (AH outside).
// Suites are comparable.
type Suite struct {
	AH      Auth   // NoAuth: no AH
	Cipher  Cipher // NoCipher: no ESP
	KeyBits uint16 // of AES; else 0
	Auth    Auth   // ESP's
}

// Parts returns the suite's protocols: AH first, as the debug and IOS's
// proposals name them.
func (s Suite) Parts() []Part {
	var ps []Part
	if s.AH != NoAuth {
		ps = append(ps, Part{Proto: AH, Auth: s.AH})
	}
	if s.Cipher != NoCipher {
		ps = append(ps, Part{Proto: ESP, Cipher: s.Cipher, KeyBits: s.KeyBits, Auth: s.Auth})
	}
	return ps
}

// SuiteOf joins the parts of an AND proposal; ok is false when the parts are
// not at most one AH and at most one ESP, or use an unknown algorithm.
func SuiteOf(parts []Part) (s Suite, ok bool) {
	for _, p := range parts {
		if !p.valid() {
			return s, false
		}
		switch {
		case p.Proto == AH && s.AH == NoAuth:
			s.AH = p.Auth
		case p.Proto == ESP && s.Cipher == NoCipher:
			s.Cipher, s.Auth, s.KeyBits = p.Cipher, p.Auth, p.bits()
		default:
			return s, false
		}
	}
	return s, s != Suite{}
}

// bits normalizes the key length of AES.
func (p Part) bits() uint16 {
	if p.Cipher != AES {
		return 0
	}
	if p.KeyBits == 0 {
		return 128
	}
	return p.KeyBits
}

// valid reports whether the engine can do the part. ESP without both
// encryption and integrity is refused (RFC 4303, 3.2).
func (p Part) valid() bool {
	if p.Auth != NoAuth && p.Auth.ICVBytes() == 0 {
		return false
	}
	if p.Proto == AH {
		return p.Auth != NoAuth && p.Cipher == NoCipher
	}
	if p.Proto != ESP {
		return false
	}
	switch p.Cipher {
	case DES, TripleDES:
		return true
	case NullCipher:
		return p.Auth != NoAuth
	case AES:
		b := p.bits()
		return b == 128 || b == 192 || b == 256
	case NoCipher:
	}
	return false
}
