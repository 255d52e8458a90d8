package l2tp

import "fmt"

// Attr is an attribute type of the IETF's AVPs (vendor 0).
type Attr uint16

// The attribute types of RFC 2661 4.4 and RFC 3145.
const (
	AttrMessageType        Attr = 0
	AttrResultCode         Attr = 1
	AttrProtocolVersion    Attr = 2
	AttrFramingCaps        Attr = 3
	AttrBearerCaps         Attr = 4
	AttrTieBreaker         Attr = 5
	AttrFirmwareRevision   Attr = 6
	AttrHostName           Attr = 7
	AttrVendorName         Attr = 8
	AttrAssignedTunnelID   Attr = 9
	AttrReceiveWindow      Attr = 10
	AttrChallenge          Attr = 11
	AttrCauseCode          Attr = 12
	AttrChallengeResponse  Attr = 13
	AttrAssignedSessionID  Attr = 14
	AttrCallSerialNumber   Attr = 15
	AttrMinimumBPS         Attr = 16
	AttrMaximumBPS         Attr = 17
	AttrBearerType         Attr = 18
	AttrFramingType        Attr = 19
	AttrCalledNumber       Attr = 21
	AttrCallingNumber      Attr = 22
	AttrSubAddress         Attr = 23
	AttrTxConnectSpeed     Attr = 24
	AttrPhysicalChannelID  Attr = 25
	AttrInitialReceivedLCP Attr = 26
	AttrLastSentLCP        Attr = 27
	AttrLastReceivedLCP    Attr = 28
	AttrProxyAuthType      Attr = 29
	AttrProxyAuthName      Attr = 30
	AttrProxyAuthChallenge Attr = 31
	AttrProxyAuthID        Attr = 32
	AttrProxyAuthResponse  Attr = 33
	AttrCallErrors         Attr = 34
	AttrACCM               Attr = 35
	AttrRandomVector       Attr = 36
	AttrPrivateGroupID     Attr = 37
	AttrRxConnectSpeed     Attr = 38
	AttrSequencingRequired Attr = 39
	AttrPPPDisconnect      Attr = 46
)

var attrNames = map[Attr]string{
	AttrMessageType: "Message Type", AttrResultCode: "Result Code", AttrProtocolVersion: "Protocol Version",
	AttrFramingCaps: "Framing Capabilities", AttrBearerCaps: "Bearer Capabilities", AttrTieBreaker: "Tie Breaker",
	AttrFirmwareRevision: "Firmware Revision", AttrHostName: "Host Name", AttrVendorName: "Vendor Name",
	AttrAssignedTunnelID: "Assigned Tunnel ID", AttrReceiveWindow: "Receive Window Size", AttrChallenge: "Challenge",
	AttrCauseCode: "Q.931 Cause Code", AttrChallengeResponse: "Challenge Response", AttrAssignedSessionID: "Assigned Session ID",
	AttrCallSerialNumber: "Call Serial Number", AttrMinimumBPS: "Minimum BPS", AttrMaximumBPS: "Maximum BPS",
	AttrBearerType: "Bearer Type", AttrFramingType: "Framing Type", AttrCalledNumber: "Called Number",
	AttrCallingNumber: "Calling Number", AttrSubAddress: "Sub-Address", AttrTxConnectSpeed: "Tx Connect Speed",
	AttrPhysicalChannelID: "Physical Channel ID", AttrInitialReceivedLCP: "Initial Received LCP CONFREQ",
	AttrLastSentLCP: "Last Sent LCP CONFREQ", AttrLastReceivedLCP: "Last Received LCP CONFREQ",
	AttrProxyAuthType: "Proxy Authen Type", AttrProxyAuthName: "Proxy Authen Name", AttrProxyAuthChallenge: "Proxy Authen Challenge",
	AttrProxyAuthID: "Proxy Authen ID", AttrProxyAuthResponse: "Proxy Authen Response", AttrCallErrors: "Call Errors",
	AttrACCM: "ACCM", AttrRandomVector: "Random Vector", AttrPrivateGroupID: "Private Group ID",
	AttrRxConnectSpeed: "Rx Connect Speed", AttrSequencingRequired: "Sequencing Required", AttrPPPDisconnect: "PPP Disconnect Cause Code",
}

// String returns the RFC's name of the attribute.
func (a Attr) String() string {
	if n, ok := attrNames[a]; ok {
		return n
	}
	return fmt.Sprintf("attribute %d", uint16(a))
}

// MessageType is the value of the Message Type AVP.
type MessageType uint16

// The control messages (RFC 2661 3.2).
const (
	TypeSCCRQ   MessageType = 1
	TypeSCCRP   MessageType = 2
	TypeSCCCN   MessageType = 3
	TypeStopCCN MessageType = 4
	TypeHello   MessageType = 6
	TypeOCRQ    MessageType = 7
	TypeOCRP    MessageType = 8
	TypeOCCN    MessageType = 9
	TypeICRQ    MessageType = 10
	TypeICRP    MessageType = 11
	TypeICCN    MessageType = 12
	TypeCDN     MessageType = 14
	TypeWEN     MessageType = 15
	TypeSLI     MessageType = 16
)

var typeNames = map[MessageType]string{
	TypeSCCRQ: "SCCRQ", TypeSCCRP: "SCCRP", TypeSCCCN: "SCCCN", TypeStopCCN: "StopCCN", TypeHello: "HELLO",
	TypeOCRQ: "OCRQ", TypeOCRP: "OCRP", TypeOCCN: "OCCN", TypeICRQ: "ICRQ", TypeICRP: "ICRP", TypeICCN: "ICCN",
	TypeCDN: "CDN", TypeWEN: "WEN", TypeSLI: "SLI",
}

// String returns the RFC's short name of the message.
func (t MessageType) String() string {
	if n, ok := typeNames[t]; ok {
		return n
	}
	return fmt.Sprintf("message %d", uint16(t))
}

// ProxyAuth is the value of the Proxy Authen Type AVP.
type ProxyAuth uint16

// The proxy authentication types (RFC 2661 4.4.5).
const (
	ProxyText     ProxyAuth = 1
	ProxyCHAP     ProxyAuth = 2
	ProxyPAP      ProxyAuth = 3
	ProxyNone     ProxyAuth = 4
	ProxyMSCHAPv1 ProxyAuth = 5
)

// String returns the protocol's name.
func (p ProxyAuth) String() string {
	switch p {
	case ProxyText:
		return "text"
	case ProxyCHAP:
		return "CHAP"
	case ProxyPAP:
		return "PAP"
	case ProxyNone:
		return "none"
	case ProxyMSCHAPv1:
		return "MS-CHAP"
	}
	return fmt.Sprintf("proxy authentication %d", uint16(p))
}

// Result codes of a StopCCN (RFC 2661 4.4.2).
const (
	StopClear           uint16 = 1
	StopGeneralError    uint16 = 2
	StopExists          uint16 = 3
	StopNotAuthorized   uint16 = 4
	StopVersion         uint16 = 5
	StopShutdown        uint16 = 6
	StopFiniteStateFail uint16 = 7
)

// Result codes of a CDN (RFC 2661 4.4.2).
const (
	CDNLostCarrier    uint16 = 1
	CDNGeneralError   uint16 = 2
	CDNAdministrative uint16 = 3
	CDNTemporary      uint16 = 4
	CDNPermanent      uint16 = 5
	CDNInvalid        uint16 = 6
	CDNNoCarrier      uint16 = 7
	CDNBusy           uint16 = 8
	CDNNoDialTone     uint16 = 9
	CDNTimeout        uint16 = 10
	CDNNoFraming      uint16 = 11
)

// General error codes, used with the result code 2 (RFC 2661 4.4.2).
const (
	ErrorNone           uint16 = 0
	ErrorNoControl      uint16 = 1
	ErrorLength         uint16 = 2
	ErrorValue          uint16 = 3
	ErrorResources      uint16 = 4
	ErrorInvalidSession uint16 = 5
	ErrorVendor         uint16 = 6
	ErrorTryAnother     uint16 = 7
	ErrorUnknownAVP     uint16 = 8
)
