package l2tp

// ICRQ tells of an incoming call (RFC 2661 6.6).
type ICRQ struct {
	AssignedSessionID uint16
	CallSerial        uint32
	BearerType        Opt[uint32]
	PhysicalChannel   Opt[uint32]
	CallingNumber     Opt[string]
	CalledNumber      Opt[string]
	SubAddress        Opt[string]
	Others
}

// Type returns TypeICRQ.
func (*ICRQ) Type() MessageType { return TypeICRQ }

func (m *ICRQ) fields() []field {
	return []field{
		must(AttrAssignedSessionID, codecU16, &m.AssignedSessionID),
		must(AttrCallSerialNumber, codecU32, &m.CallSerial),
		may(AttrBearerType, codecU32, &m.BearerType),
		may(AttrPhysicalChannelID, codecU32, &m.PhysicalChannel),
		may(AttrCallingNumber, codecString, &m.CallingNumber),
		may(AttrCalledNumber, codecString, &m.CalledNumber),
		may(AttrSubAddress, codecString, &m.SubAddress),
	}
}

// ICRP accepts an incoming call (RFC 2661 6.7).
type ICRP struct {
	AssignedSessionID uint16
	Others
}

// Type returns TypeICRP.
func (*ICRP) Type() MessageType { return TypeICRP }

func (m *ICRP) fields() []field {
	return []field{must(AttrAssignedSessionID, codecU16, &m.AssignedSessionID)}
}

// ICCN tells that the incoming call was answered (RFC 2661 6.8).
type ICCN struct {
	TxConnectSpeed     uint32
	FramingType        uint32
	InitialReceivedLCP Opt[[]byte]
	LastSentLCP        Opt[[]byte]
	LastReceivedLCP    Opt[[]byte]
	ProxyAuthType      Opt[ProxyAuth]
	ProxyAuthName      Opt[string]
	ProxyAuthChallenge Opt[[]byte]
	ProxyAuthID        Opt[uint8]
	ProxyAuthResponse  Opt[[]byte]
	PrivateGroupID     Opt[string]
	RxConnectSpeed     Opt[uint32]
	SequencingRequired Opt[struct{}]
	Others
}

// Type returns TypeICCN.
func (*ICCN) Type() MessageType { return TypeICCN }

func (m *ICCN) fields() []field {
	return []field{
		must(AttrTxConnectSpeed, codecU32, &m.TxConnectSpeed),
		must(AttrFramingType, codecU32, &m.FramingType),
		may(AttrInitialReceivedLCP, codecBytes, &m.InitialReceivedLCP),
		may(AttrLastSentLCP, codecBytes, &m.LastSentLCP),
		may(AttrLastReceivedLCP, codecBytes, &m.LastReceivedLCP),
		may(AttrProxyAuthType, u16[ProxyAuth](), &m.ProxyAuthType),
		may(AttrProxyAuthName, codecString, &m.ProxyAuthName),
		may(AttrProxyAuthChallenge, codecBytes, &m.ProxyAuthChallenge),
		may(AttrProxyAuthID, codecAuthID, &m.ProxyAuthID),
		may(AttrProxyAuthResponse, codecBytes, &m.ProxyAuthResponse),
		may(AttrPrivateGroupID, codecString, &m.PrivateGroupID),
		may(AttrRxConnectSpeed, codecU32, &m.RxConnectSpeed),
		may(AttrSequencingRequired, codecFlag, &m.SequencingRequired),
	}
}

// CDN ends a call (RFC 2661 6.12, and RFC 3145 for the PPP cause).
type CDN struct {
	Result            ResultCode
	AssignedSessionID uint16
	CauseCode         Opt[CauseCode]
	PPPDisconnect     Opt[PPPDisconnect]
	Others
}

// Type returns TypeCDN.
func (*CDN) Type() MessageType { return TypeCDN }

func (m *CDN) fields() []field {
	return []field{
		must(AttrResultCode, codecResult, &m.Result),
		must(AttrAssignedSessionID, codecU16, &m.AssignedSessionID),
		may(AttrCauseCode, codecCause, &m.CauseCode),
		may(AttrPPPDisconnect, codecDisconnect, &m.PPPDisconnect),
	}
}

// WEN reports the LAC's line errors to the LNS (RFC 2661 6.13).
type WEN struct {
	CallErrors CallErrors
	Others
}

// Type returns TypeWEN.
func (*WEN) Type() MessageType { return TypeWEN }

func (m *WEN) fields() []field { return []field{must(AttrCallErrors, codecErrors, &m.CallErrors)} }

// SLI tells the LAC the negotiated ACCM (RFC 2661 6.14).
type SLI struct {
	ACCM ACCM
	Others
}

// Type returns TypeSLI.
func (*SLI) Type() MessageType { return TypeSLI }

func (m *SLI) fields() []field { return []field{must(AttrACCM, codecACCM, &m.ACCM)} }
