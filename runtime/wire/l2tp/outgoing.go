package l2tp

// OCRQ asks the LAC to place a call (RFC 2661 6.9).
type OCRQ struct {
	AssignedSessionID uint16
	CallSerial        uint32
	MinimumBPS        uint32
	MaximumBPS        uint32
	BearerType        uint32
	FramingType       uint32
	CalledNumber      string
	SubAddress        Opt[string]
	Others
}

// Type returns TypeOCRQ.
func (*OCRQ) Type() MessageType { return TypeOCRQ }

func (m *OCRQ) fields() []field {
	return []field{
		must(AttrAssignedSessionID, codecU16, &m.AssignedSessionID),
		must(AttrCallSerialNumber, codecU32, &m.CallSerial),
		must(AttrMinimumBPS, codecU32, &m.MinimumBPS),
		must(AttrMaximumBPS, codecU32, &m.MaximumBPS),
		must(AttrBearerType, codecU32, &m.BearerType),
		must(AttrFramingType, codecU32, &m.FramingType),
		must(AttrCalledNumber, codecString, &m.CalledNumber),
		may(AttrSubAddress, codecString, &m.SubAddress),
	}
}

// OCRP tells that the LAC tries the call (RFC 2661 6.10).
type OCRP struct {
	AssignedSessionID uint16
	PhysicalChannel   Opt[uint32]
	Others
}

// Type returns TypeOCRP.
func (*OCRP) Type() MessageType { return TypeOCRP }

func (m *OCRP) fields() []field {
	return []field{
		must(AttrAssignedSessionID, codecU16, &m.AssignedSessionID),
		may(AttrPhysicalChannelID, codecU32, &m.PhysicalChannel),
	}
}

// OCCN tells that the call was answered (RFC 2661 6.11).
type OCCN struct {
	TxConnectSpeed     uint32
	FramingType        uint32
	RxConnectSpeed     Opt[uint32]
	SequencingRequired Opt[struct{}]
	Others
}

// Type returns TypeOCCN.
func (*OCCN) Type() MessageType { return TypeOCCN }

func (m *OCCN) fields() []field {
	return []field{
		must(AttrTxConnectSpeed, codecU32, &m.TxConnectSpeed),
		must(AttrFramingType, codecU32, &m.FramingType),
		may(AttrRxConnectSpeed, codecU32, &m.RxConnectSpeed),
		may(AttrSequencingRequired, codecFlag, &m.SequencingRequired),
	}
}
