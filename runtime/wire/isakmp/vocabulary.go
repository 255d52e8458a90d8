package isakmp

import "strconv"

// Phase 1 attribute classes (RFC 2409, appendix A).
const (
	AttrEncryption   uint16 = 1
	AttrHash         uint16 = 2
	AttrAuth         uint16 = 3
	AttrGroup        uint16 = 4
	AttrGroupType    uint16 = 5
	AttrGroupPrime   uint16 = 6
	AttrGroupGenOne  uint16 = 7
	AttrGroupGenTwo  uint16 = 8
	AttrGroupCurveA  uint16 = 9
	AttrGroupCurveB  uint16 = 10
	AttrLifeType     uint16 = 11
	AttrLifeDuration uint16 = 12
	AttrPRF          uint16 = 13
	AttrKeyLength    uint16 = 14
	AttrFieldSize    uint16 = 15
	AttrGroupOrder   uint16 = 16
)

// Phase 2 attribute classes (RFC 2407, 4.5).
const (
	AttrSALifeType      uint16 = 1
	AttrSALifeDuration  uint16 = 2
	AttrSAGroup         uint16 = 3
	AttrSAEncapsulation uint16 = 4
	AttrSAAuth          uint16 = 5
	AttrSAKeyLength     uint16 = 6
	AttrSAKeyRounds     uint16 = 7
	AttrSACompressDict  uint16 = 8
	AttrSACompressAlg   uint16 = 9
	AttrSAECNTunnel     uint16 = 10
	AttrSAExtSequence   uint16 = 11
)

// Life types, the same numbers in both phases.
const (
	LifeSeconds   uint16 = 1
	LifeKilobytes uint16 = 2
)

// Cipher is a phase 1 encryption algorithm (RFC 2409, appendix A; RFC 3602).
type Cipher uint16

// Phase 1 encryption algorithms. AES-CBC needs a key length attribute.
const (
	CipherDES  Cipher = 1
	Cipher3DES Cipher = 5
	CipherAES  Cipher = 7
)

// String returns the algorithm's name.
func (c Cipher) String() string {
	switch c {
	case CipherDES:
		return "DES-CBC"
	case Cipher3DES:
		return "3DES-CBC"
	case CipherAES:
		return "AES-CBC"
	default:
		return strconv.Itoa(int(c))
	}
}

// BlockSize returns the cipher's block, in bytes; 0 for one unknown.
func (c Cipher) BlockSize() int {
	switch c {
	case CipherDES, Cipher3DES:
		return 8
	case CipherAES:
		return 16
	default:
		return 0
	}
}

// KeyBytes returns the length of a key, in bytes; bits is the key length
// attribute, which counts for AES only. 0 means an impossible combination.
func (c Cipher) KeyBytes(bits int) int {
	switch c {
	case CipherDES:
		return 8
	case Cipher3DES:
		return 24
	case CipherAES:
		if bits == 128 || bits == 192 || bits == 256 {
			return bits / 8
		}
	}
	return 0
}

// Hash is a phase 1 hash algorithm (RFC 2409, appendix A; RFC 4868).
type Hash uint16

// Phase 1 hash algorithms.
const (
	HashMD5    Hash = 1
	HashSHA    Hash = 2
	HashTiger  Hash = 3
	HashSHA256 Hash = 4
	HashSHA384 Hash = 5
	HashSHA512 Hash = 6
)

// String returns the algorithm's name as IOS writes it.
func (h Hash) String() string {
	switch h {
	case HashMD5:
		return "MD5"
	case HashSHA:
		return "SHA"
	case HashTiger:
		return "TIGER"
	case HashSHA256:
		return "SHA256"
	case HashSHA384:
		return "SHA384"
	case HashSHA512:
		return "SHA512"
	default:
		return strconv.Itoa(int(h))
	}
}

// Size returns the length of a digest, in bytes; 0 for one unknown.
func (h Hash) Size() int {
	switch h {
	case HashMD5:
		return 16
	case HashSHA:
		return 20
	case HashSHA256:
		return 32
	case HashSHA384:
		return 48
	case HashSHA512:
		return 64
	default:
		return 0
	}
}

// Auth is a phase 1 authentication method (RFC 2409, appendix A).
type Auth uint16

// Authentication methods. The XAUTH ones are from draft-ietf-ipsec-isakmp-xauth-06.
const (
	AuthPSK              Auth = 1
	AuthDSS              Auth = 2
	AuthRSASig           Auth = 3
	AuthRSAEnc           Auth = 4
	AuthRSARevised       Auth = 5
	AuthXAUTHInitPSK     Auth = 65001
	AuthXAUTHRespPSK     Auth = 65002
	AuthXAUTHInitRSA     Auth = 65005
	AuthXAUTHRespRSA     Auth = 65006
	AuthHybridInitRSA    Auth = 64221
	AuthHybridRespRSA    Auth = 64222
	AuthXAUTHInitRSARevd Auth = 65009
)

// String returns the method's name.
func (a Auth) String() string {
	switch a {
	case AuthPSK:
		return "pre-share"
	case AuthDSS:
		return "DSS sig"
	case AuthRSASig:
		return "RSA sig"
	case AuthRSAEnc, AuthRSARevised:
		return "RSA encr"
	case AuthXAUTHInitPSK:
		return "XAUTHInitPreShared"
	case AuthXAUTHRespPSK:
		return "XAUTHRespPreShared"
	case AuthXAUTHInitRSA:
		return "XAUTHInitRSA"
	case AuthXAUTHRespRSA:
		return "XAUTHRespRSA"
	default:
		return strconv.Itoa(int(a))
	}
}

// Group is a Diffie-Hellman group number (RFC 2409, 6; 3526; 5903). 0 is none.
type Group uint16

// Diffie-Hellman groups.
const (
	GroupNone     Group = 0
	GroupMODP768  Group = 1
	GroupMODP1024 Group = 2
	GroupMODP1536 Group = 5
	GroupMODP2048 Group = 14
	GroupMODP3072 Group = 15
	GroupMODP4096 Group = 16
	GroupECP256   Group = 19
	GroupECP384   Group = 20
	GroupECP521   Group = 21
)

// String returns the group's number.
func (g Group) String() string { return strconv.Itoa(int(g)) }

// Bits returns the size of the group's field; 0 for one unknown.
func (g Group) Bits() int {
	switch g {
	case GroupMODP768:
		return 768
	case GroupMODP1024:
		return 1024
	case GroupMODP1536:
		return 1536
	case GroupMODP2048:
		return 2048
	case GroupMODP3072:
		return 3072
	case GroupMODP4096:
		return 4096
	case GroupECP256:
		return 256
	case GroupECP384:
		return 384
	case GroupECP521:
		return 521
	default:
		return 0
	}
}

// PublicBytes returns the length of a public value on the wire, in bytes: the
// prime's for MODP, both coordinates for ECP (RFC 5903, 7). 0 means unknown.
func (g Group) PublicBytes() int {
	switch g {
	case GroupECP256, GroupECP384, GroupECP521:
		return 2 * ((g.Bits() + 7) / 8)
	default:
		return g.Bits() / 8
	}
}

// ESP transform ids (RFC 2407, 4.4.4; RFC 3602, 2410).
const (
	ESPDES  uint8 = 2
	ESP3DES uint8 = 3
	ESPNULL uint8 = 11
	ESPAES  uint8 = 12
)

// AH transform ids (RFC 2407, 4.4.3; RFC 4868). An AH transform needs the
// authentication attribute that belongs to it.
const (
	AHMD5    uint8 = 2
	AHSHA    uint8 = 3
	AHDES    uint8 = 4
	AHSHA256 uint8 = 5
	AHSHA384 uint8 = 6
	AHSHA512 uint8 = 7
)

// AuthAlg is a phase 2 authentication algorithm (RFC 2407, 4.5; RFC 4868). 0
// is none.
type AuthAlg uint16

// Authentication algorithms.
const (
	AuthNone       AuthAlg = 0
	AuthHMACMD5    AuthAlg = 1
	AuthHMACSHA    AuthAlg = 2
	AuthDESMAC     AuthAlg = 3
	AuthKPDK       AuthAlg = 4
	AuthHMACSHA256 AuthAlg = 5
	AuthHMACSHA384 AuthAlg = 6
	AuthHMACSHA512 AuthAlg = 7
)

// String returns the algorithm's name.
func (a AuthAlg) String() string {
	switch a {
	case AuthNone:
		return "none"
	case AuthHMACMD5:
		return "HMAC-MD5"
	case AuthHMACSHA:
		return "HMAC-SHA"
	case AuthDESMAC:
		return "DES-MAC"
	case AuthKPDK:
		return "KPDK"
	case AuthHMACSHA256:
		return "HMAC-SHA256"
	case AuthHMACSHA384:
		return "HMAC-SHA384"
	case AuthHMACSHA512:
		return "HMAC-SHA512"
	default:
		return strconv.Itoa(int(a))
	}
}

// KeyBytes returns the length of the algorithm's key, in bytes (RFC 2403, 2404,
// 4868); 0 for none or unknown.
func (a AuthAlg) KeyBytes() int {
	switch a {
	case AuthHMACMD5:
		return 16
	case AuthHMACSHA:
		return 20
	case AuthHMACSHA256:
		return 32
	case AuthHMACSHA384:
		return 48
	case AuthHMACSHA512:
		return 64
	default:
		return 0
	}
}

// ESPKeyBytes returns the length of an ESP cipher key, in bytes, for a
// transform id and its key length attribute (bits, 0 when absent), and whether
// the combination is one that exists.
func ESPKeyBytes(transform uint8, bits int) (n int, ok bool) {
	switch transform {
	case ESPNULL:
		return 0, bits == 0
	case ESPDES:
		return 8, bits == 0 || bits == 64
	case ESP3DES:
		return 24, bits == 0 || bits == 192
	case ESPAES:
		// RFC 3602, 5.3: the key length must be there; 128 is what peers mean without.
		if bits == 0 {
			return 16, true
		}
		return bits / 8, bits == 128 || bits == 192 || bits == 256
	default:
		return 0, false
	}
}

// Encapsulation is a phase 2 encapsulation mode (RFC 2407, 4.5; RFC 3947, 5.1).
type Encapsulation uint16

// Encapsulation modes. The draft numbers are those of NAT-T drafts 00 to 03.
const (
	EncapTunnel            Encapsulation = 1
	EncapTransport         Encapsulation = 2
	EncapTunnelUDP         Encapsulation = 3
	EncapTransportUDP      Encapsulation = 4
	EncapTunnelUDPDraft    Encapsulation = 61443
	EncapTransportUDPDraft Encapsulation = 61444
)

// String returns the mode as IOS writes it.
func (e Encapsulation) String() string {
	switch e {
	case EncapTunnel:
		return "Tunnel"
	case EncapTransport:
		return "Transport"
	case EncapTunnelUDP, EncapTunnelUDPDraft:
		return "Tunnel-UDP"
	case EncapTransportUDP, EncapTransportUDPDraft:
		return "Transport-UDP"
	default:
		return strconv.Itoa(int(e))
	}
}

// Transport reports whether the mode is one of the transport modes.
func (e Encapsulation) Transport() bool {
	return e == EncapTransport || e == EncapTransportUDP || e == EncapTransportUDPDraft
}

// UDP reports whether the mode is one of the UDP encapsulations.
func (e Encapsulation) UDP() bool {
	return e == EncapTunnelUDP || e == EncapTransportUDP || e == EncapTunnelUDPDraft || e == EncapTransportUDPDraft
}
