package l2tp

// SCCRQ asks for a control connection (RFC 2661 6.1).
type SCCRQ struct {
	ProtocolVersion  Version
	HostName         string
	Framing          uint32
	AssignedTunnelID uint16
	Bearer           Opt[uint32]
	ReceiveWindow    Opt[uint16]
	Challenge        Opt[[]byte]
	TieBreaker       Opt[uint64]
	Firmware         Opt[uint16]
	VendorName       Opt[string]
	Others
}

// Type returns TypeSCCRQ.
func (*SCCRQ) Type() MessageType { return TypeSCCRQ }

func (m *SCCRQ) fields() []field {
	return []field{
		must(AttrProtocolVersion, codecVersion, &m.ProtocolVersion),
		must(AttrHostName, codecString, &m.HostName),
		must(AttrFramingCaps, codecU32, &m.Framing),
		must(AttrAssignedTunnelID, codecU16, &m.AssignedTunnelID),
		may(AttrBearerCaps, codecU32, &m.Bearer),
		may(AttrReceiveWindow, codecU16, &m.ReceiveWindow),
		may(AttrChallenge, codecBytes, &m.Challenge),
		may(AttrTieBreaker, codecU64, &m.TieBreaker),
		may(AttrFirmwareRevision, codecU16, &m.Firmware),
		may(AttrVendorName, codecString, &m.VendorName),
	}
}

// SCCRP agrees to a control connection (RFC 2661 6.2).
type SCCRP struct {
	ProtocolVersion   Version
	Framing           uint32
	HostName          string
	AssignedTunnelID  uint16
	Bearer            Opt[uint32]
	Firmware          Opt[uint16]
	VendorName        Opt[string]
	ReceiveWindow     Opt[uint16]
	Challenge         Opt[[]byte]
	ChallengeResponse Opt[[16]byte]
	Others
}

// Type returns TypeSCCRP.
func (*SCCRP) Type() MessageType { return TypeSCCRP }

func (m *SCCRP) fields() []field {
	return []field{
		must(AttrProtocolVersion, codecVersion, &m.ProtocolVersion),
		must(AttrFramingCaps, codecU32, &m.Framing),
		must(AttrHostName, codecString, &m.HostName),
		must(AttrAssignedTunnelID, codecU16, &m.AssignedTunnelID),
		may(AttrBearerCaps, codecU32, &m.Bearer),
		may(AttrFirmwareRevision, codecU16, &m.Firmware),
		may(AttrVendorName, codecString, &m.VendorName),
		may(AttrReceiveWindow, codecU16, &m.ReceiveWindow),
		may(AttrChallenge, codecBytes, &m.Challenge),
		may(AttrChallengeResponse, codecDigest, &m.ChallengeResponse),
	}
}

// SCCCN completes a control connection (RFC 2661 6.3).
type SCCCN struct {
	ChallengeResponse Opt[[16]byte]
	Others
}

// Type returns TypeSCCCN.
func (*SCCCN) Type() MessageType { return TypeSCCCN }

func (m *SCCCN) fields() []field {
	return []field{may(AttrChallengeResponse, codecDigest, &m.ChallengeResponse)}
}

// StopCCN ends a control connection and all its calls (RFC 2661 6.4).
type StopCCN struct {
	AssignedTunnelID uint16
	Result           ResultCode
	Others
}

// Type returns TypeStopCCN.
func (*StopCCN) Type() MessageType { return TypeStopCCN }

func (m *StopCCN) fields() []field {
	return []field{
		must(AttrAssignedTunnelID, codecU16, &m.AssignedTunnelID),
		must(AttrResultCode, codecResult, &m.Result),
	}
}

// Hello asks the peer for a sign of life (RFC 2661 6.5).
type Hello struct{ Others }

// Type returns TypeHello.
func (*Hello) Type() MessageType { return TypeHello }

func (*Hello) fields() []field { return nil }

// newMessage returns an empty message of the type, nil for an unknown one.
func newMessage(t MessageType) Message {
	switch t {
	case TypeSCCRQ:
		return &SCCRQ{}
	case TypeSCCRP:
		return &SCCRP{}
	case TypeSCCCN:
		return &SCCCN{}
	case TypeStopCCN:
		return &StopCCN{}
	case TypeHello:
		return &Hello{}
	case TypeOCRQ:
		return &OCRQ{}
	case TypeOCRP:
		return &OCRP{}
	case TypeOCCN:
		return &OCCN{}
	case TypeICRQ:
		return &ICRQ{}
	case TypeICRP:
		return &ICRP{}
	case TypeICCN:
		return &ICCN{}
	case TypeCDN:
		return &CDN{}
	case TypeWEN:
		return &WEN{}
	case TypeSLI:
		return &SLI{}
	}
	return nil
}
