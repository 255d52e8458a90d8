package isakmp

import "strconv"

// PayloadType is the type of a payload (RFC 2408, 3.1; RFC 3947, 3.2).
type PayloadType uint8

// Payload types. The draft numbers are those of draft-ietf-ipsec-nat-t-ike-00
// to -03; PayloadFragment is Microsoft's and Cisco's IKE fragmentation.
const (
	PayloadNone       PayloadType = 0
	PayloadSA         PayloadType = 1
	PayloadProposal   PayloadType = 2
	PayloadTransform  PayloadType = 3
	PayloadKE         PayloadType = 4
	PayloadID         PayloadType = 5
	PayloadCERT       PayloadType = 6
	PayloadCR         PayloadType = 7
	PayloadHASH       PayloadType = 8
	PayloadSIG        PayloadType = 9
	PayloadNONCE      PayloadType = 10
	PayloadNOTIFY     PayloadType = 11
	PayloadDELETE     PayloadType = 12
	PayloadVID        PayloadType = 13
	PayloadATTR       PayloadType = 14
	PayloadNATD       PayloadType = 20
	PayloadNATOA      PayloadType = 21
	PayloadNATDDraft  PayloadType = 130
	PayloadNATOADraft PayloadType = 131
	PayloadFragment   PayloadType = 132
)

var payloadNames = map[PayloadType]string{
	PayloadNone: "NONE", PayloadSA: "SA", PayloadProposal: "PROPOSAL", PayloadTransform: "TRANSFORM",
	PayloadKE: "KE", PayloadID: "ID", PayloadCERT: "CERT", PayloadCR: "CERT-REQ", PayloadHASH: "HASH",
	PayloadSIG: "SIG", PayloadNONCE: "NONCE", PayloadNOTIFY: "NOTIFY", PayloadDELETE: "DELETE",
	PayloadVID: "VENDOR", PayloadATTR: "ATTR", PayloadNATD: "NAT-D", PayloadNATOA: "NAT-OA",
	PayloadNATDDraft: "NAT-D-DRAFT", PayloadNATOADraft: "NAT-OA-DRAFT", PayloadFragment: "FRAGMENT",
}

// String returns the RFC's short name, or the number of an unknown type.
func (t PayloadType) String() string {
	if s, ok := payloadNames[t]; ok {
		return s
	}
	return strconv.Itoa(int(t))
}

// ExchangeType is the exchange a message belongs to (RFC 2408, 3.1; RFC 2409).
type ExchangeType uint8

// Exchange types.
const (
	ExchangeBase          ExchangeType = 1
	ExchangeMain          ExchangeType = 2 // identity protection
	ExchangeAuthOnly      ExchangeType = 3
	ExchangeAggressive    ExchangeType = 4
	ExchangeInformational ExchangeType = 5
	ExchangeTransaction   ExchangeType = 6 // mode configuration, XAUTH
	ExchangeQuick         ExchangeType = 32
	ExchangeNewGroup      ExchangeType = 33
)

// String returns the name of the exchange.
func (t ExchangeType) String() string {
	switch t {
	case ExchangeBase:
		return "Base"
	case ExchangeMain:
		return "Main"
	case ExchangeAuthOnly:
		return "Authentication Only"
	case ExchangeAggressive:
		return "Aggressive"
	case ExchangeInformational:
		return "Informational"
	case ExchangeTransaction:
		return "Transaction"
	case ExchangeQuick:
		return "Quick"
	case ExchangeNewGroup:
		return "New Group"
	default:
		return strconv.Itoa(int(t))
	}
}

// Flags of the header (RFC 2408, 3.1).
const (
	FlagEncryption uint8 = 1 << 0
	FlagCommit     uint8 = 1 << 1
	FlagAuthOnly   uint8 = 1 << 2
)

// DOIIPsec and SituationIdentityOnly are the only DOI and situation that IKE
// for IPsec uses (RFC 2407, 4.2). An informational exchange may carry DOI 0.
const (
	DOIISAKMP             uint32 = 0
	DOIIPsec              uint32 = 1
	SituationIdentityOnly uint32 = 1
)

// ProtocolID names the protocol a proposal, notification or deletion is about
// (RFC 2407, 4.4.1).
type ProtocolID uint8

// Protocols. Their numbers are not the IP protocol numbers; see IPProtocol.
const (
	ProtocolISAKMP ProtocolID = 1
	ProtocolAH     ProtocolID = 2
	ProtocolESP    ProtocolID = 3
	ProtocolIPCOMP ProtocolID = 4
)

// String returns the protocol's name.
func (p ProtocolID) String() string {
	switch p {
	case ProtocolISAKMP:
		return "ISAKMP"
	case ProtocolAH:
		return "AH"
	case ProtocolESP:
		return "ESP"
	case ProtocolIPCOMP:
		return "IPCOMP"
	default:
		return strconv.Itoa(int(p))
	}
}

// IPProtocol returns the IP protocol number: 50 for ESP, 51 for AH, 108 for
// IPCOMP, else 0.
func (p ProtocolID) IPProtocol() uint8 {
	switch p {
	case ProtocolESP:
		return 50
	case ProtocolAH:
		return 51
	case ProtocolIPCOMP:
		return 108
	default:
		return 0
	}
}

// TransformKeyIKE is the only transform id of phase 1 (RFC 2407, 4.4.2).
const TransformKeyIKE uint8 = 1

// IDType is the type of an identification (RFC 2407, 4.6.2.1).
type IDType uint8

// Identification types.
const (
	IDIPv4Addr   IDType = 1
	IDFQDN       IDType = 2
	IDUserFQDN   IDType = 3
	IDIPv4Subnet IDType = 4
	IDIPv6Addr   IDType = 5
	IDIPv6Subnet IDType = 6
	IDIPv4Range  IDType = 7
	IDIPv6Range  IDType = 8
	IDDERASN1DN  IDType = 9
	IDDERASN1GN  IDType = 10
	IDKeyID      IDType = 11
)

// String returns the RFC's name of the type.
func (t IDType) String() string {
	names := [...]string{1: "ID_IPV4_ADDR", "ID_FQDN", "ID_USER_FQDN", "ID_IPV4_ADDR_SUBNET", "ID_IPV6_ADDR",
		"ID_IPV6_ADDR_SUBNET", "ID_IPV4_ADDR_RANGE", "ID_IPV6_ADDR_RANGE", "ID_DER_ASN1_DN", "ID_DER_ASN1_GN", "ID_KEY_ID"}
	if t >= 1 && int(t) < len(names) {
		return names[t]
	}
	return strconv.Itoa(int(t))
}

// NotifyType is the type of a notification (RFC 2408, 3.14.1; RFC 2407, 4.6.3;
// RFC 3706, 5.4).
type NotifyType uint16

// Notification types.
const (
	NotifyInvalidPayloadType     NotifyType = 1
	NotifyDOINotSupported        NotifyType = 2
	NotifySituationNotSupported  NotifyType = 3
	NotifyInvalidCookie          NotifyType = 4
	NotifyInvalidMajorVersion    NotifyType = 5
	NotifyInvalidMinorVersion    NotifyType = 6
	NotifyInvalidExchangeType    NotifyType = 7
	NotifyInvalidFlags           NotifyType = 8
	NotifyInvalidMessageID       NotifyType = 9
	NotifyInvalidProtocolID      NotifyType = 10
	NotifyInvalidSPI             NotifyType = 11
	NotifyInvalidTransformID     NotifyType = 12
	NotifyAttributesNotSupported NotifyType = 13
	NotifyNoProposalChosen       NotifyType = 14
	NotifyBadProposalSyntax      NotifyType = 15
	NotifyPayloadMalformed       NotifyType = 16
	NotifyInvalidKeyInformation  NotifyType = 17
	NotifyInvalidIDInformation   NotifyType = 18
	NotifyInvalidCertEncoding    NotifyType = 19
	NotifyInvalidCertificate     NotifyType = 20
	NotifyCertTypeUnsupported    NotifyType = 21
	NotifyInvalidCertAuthority   NotifyType = 22
	NotifyInvalidHashInformation NotifyType = 23
	NotifyAuthenticationFailed   NotifyType = 24
	NotifyInvalidSignature       NotifyType = 25
	NotifyAddressNotification    NotifyType = 26
	NotifyNotifySALifetime       NotifyType = 27
	NotifyCertificateUnavailable NotifyType = 28
	NotifyUnsupportedExchange    NotifyType = 29
	NotifyUnequalPayloadLengths  NotifyType = 30
	NotifyConnected              NotifyType = 16384
	NotifyResponderLifetime      NotifyType = 24576
	NotifyReplayStatus           NotifyType = 24577
	NotifyInitialContact         NotifyType = 24578
	NotifyRUThere                NotifyType = 36136
	NotifyRUThereAck             NotifyType = 36137
)

var notifyNames = map[NotifyType]string{
	1: "INVALID_PAYLOAD_TYPE", 2: "DOI_NOT_SUPPORTED", 3: "SITUATION_NOT_SUPPORTED", 4: "INVALID_COOKIE",
	5: "INVALID_MAJOR_VERSION", 6: "INVALID_MINOR_VERSION", 7: "INVALID_EXCHANGE_TYPE", 8: "INVALID_FLAGS",
	9: "INVALID_MESSAGE_ID", 10: "INVALID_PROTOCOL_ID", 11: "INVALID_SPI", 12: "INVALID_TRANSFORM_ID",
	13: "ATTRIBUTES_NOT_SUPPORTED", 14: "NO_PROPOSAL_CHOSEN", 15: "BAD_PROPOSAL_SYNTAX", 16: "PAYLOAD_MALFORMED",
	17: "INVALID_KEY_INFORMATION", 18: "INVALID_ID_INFORMATION", 19: "INVALID_CERT_ENCODING", 20: "INVALID_CERTIFICATE",
	21: "CERT_TYPE_UNSUPPORTED", 22: "INVALID_CERT_AUTHORITY", 23: "INVALID_HASH_INFORMATION", 24: "AUTHENTICATION_FAILED",
	25: "INVALID_SIGNATURE", 26: "ADDRESS_NOTIFICATION", 27: "NOTIFY_SA_LIFETIME", 28: "CERTIFICATE_UNAVAILABLE",
	29: "UNSUPPORTED_EXCHANGE_TYPE", 30: "UNEQUAL_PAYLOAD_LENGTHS", NotifyConnected: "CONNECTED",
	NotifyResponderLifetime: "RESPONDER_LIFETIME", NotifyReplayStatus: "REPLAY_STATUS",
	NotifyInitialContact: "INITIAL_CONTACT", NotifyRUThere: "R_U_THERE", NotifyRUThereAck: "R_U_THERE_ACK",
}

// String returns the RFC's name with underscores, or the number.
func (t NotifyType) String() string {
	if s, ok := notifyNames[t]; ok {
		return s
	}
	return strconv.Itoa(int(t))
}
