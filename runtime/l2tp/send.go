package l2tp

import (
	"slices"

	"ioslab/runtime/clock"
	wire "ioslab/runtime/wire/l2tp"
)

// protocolVersion is the one that RFC 2661 defines.
var protocolVersion = wire.Version{Version: 1}

// challengeLen is the length of our challenges in bytes.
const challengeLen = 16

// wants tells whether a personality sends an AVP that the RFC leaves to it.
func wants(order []wire.Attr, a wire.Attr) bool { return order == nil || slices.Contains(order, a) }

// offer returns a value if the personality sends its AVP.
func offer[T any](order []wire.Attr, a wire.Attr, v T) wire.Opt[T] {
	return wire.Opt[T]{V: v, OK: wants(order, a)}
}

func (t *tunnel) hostName() string {
	if t.face.HostNameNUL {
		return t.localName + "\x00"
	}
	return t.localName
}

// newChallenge draws the challenge that the peer is to answer.
func (e *Engine) newChallenge(t *tunnel) wire.Opt[[]byte] {
	if !t.cfg.Authentication {
		return wire.Opt[[]byte]{}
	}
	c, ok := e.random(challengeLen)
	t.challenge = c
	return wire.Opt[[]byte]{V: c, OK: ok}
}

func (e *Engine) sendSCCRQ(now clock.Instant, t *tunnel) {
	o := t.face.SCCRQ
	m := &wire.SCCRQ{ProtocolVersion: protocolVersion, HostName: t.hostName(), Framing: t.face.Framing, AssignedTunnelID: t.id,
		Bearer:        offer(o, wire.AttrBearerCaps, t.face.Bearer),
		ReceiveWindow: offer(o, wire.AttrReceiveWindow, uint16(t.cfg.ReceiveWindow)),
		Firmware:      offer(o, wire.AttrFirmwareRevision, t.face.Firmware),
		VendorName:    offer(o, wire.AttrVendorName, t.face.VendorName),
		Challenge:     e.newChallenge(t), TieBreaker: t.tie,
	}
	e.post(now, t, nil, m, o)
	e.emit(RetransmitDelaySet{t.label(), t.ch.delay})
}

func (e *Engine) sendSCCRP(now clock.Instant, t *tunnel) {
	o := t.face.SCCRP
	m := &wire.SCCRP{ProtocolVersion: protocolVersion, HostName: t.hostName(), Framing: t.face.Framing, AssignedTunnelID: t.id,
		Bearer:            offer(o, wire.AttrBearerCaps, t.face.Bearer),
		ReceiveWindow:     offer(o, wire.AttrReceiveWindow, uint16(t.cfg.ReceiveWindow)),
		Firmware:          offer(o, wire.AttrFirmwareRevision, t.face.Firmware),
		VendorName:        offer(o, wire.AttrVendorName, t.face.VendorName),
		Challenge:         e.newChallenge(t),
		ChallengeResponse: wire.Opt[[16]byte]{V: t.answer, OK: t.answering},
	}
	e.post(now, t, nil, m, o)
	e.emit(RetransmitDelaySet{t.label(), t.ch.delay})
}

func (e *Engine) sendSCCCN(now clock.Instant, t *tunnel) {
	m := &wire.SCCCN{ChallengeResponse: wire.Opt[[16]byte]{V: t.answer, OK: t.answering}}
	e.post(now, t, nil, m, t.face.SCCCN)
}

func (e *Engine) sendStopCCN(now clock.Instant, t *tunnel) {
	e.post(now, t, nil, &wire.StopCCN{AssignedTunnelID: t.id, Result: t.goodbye}, nil)
}

func (e *Engine) sendHello(now clock.Instant, t *tunnel) { e.post(now, t, nil, &wire.Hello{}, nil) }

func (e *Engine) sendICRQ(now clock.Instant, s *session) {
	o, c := s.face.ICRQ, &s.call
	m := &wire.ICRQ{AssignedSessionID: s.id, CallSerial: c.Serial,
		BearerType:      offer(o, wire.AttrBearerType, c.Bearer),
		PhysicalChannel: wire.Opt[uint32]{V: c.PhysicalChannel, OK: c.PhysicalChannel != 0},
		CalledNumber:    text(c.Called), CallingNumber: text(c.Calling), SubAddress: text(c.SubAddress),
	}
	e.post(now, s.t, s, m, o)
}

func (e *Engine) sendICRP(now clock.Instant, s *session) {
	e.post(now, s.t, s, &wire.ICRP{AssignedSessionID: s.id}, s.face.ICRP)
}

func (e *Engine) sendICCN(now clock.Instant, s *session) {
	o, c, p := s.face.ICCN, &s.call, &s.call.Proxy
	m := &wire.ICCN{TxConnectSpeed: c.TxSpeed, FramingType: c.Framing,
		InitialReceivedLCP: octets(p.InitialReceived), LastSentLCP: octets(p.LastSent), LastReceivedLCP: octets(p.LastReceived),
		ProxyAuthType:      wire.Opt[wire.ProxyAuth]{V: p.AuthType, OK: p.AuthType != 0},
		ProxyAuthName:      text(p.AuthName),
		ProxyAuthChallenge: octets(p.AuthChallenge), ProxyAuthResponse: octets(p.AuthResponse),
		// RFC 2661 4.4.5: the ID goes with CHAP and PAP, not with a terminal's text.
		ProxyAuthID:        wire.Opt[uint8]{V: p.AuthID, OK: p.AuthType == wire.ProxyCHAP || p.AuthType == wire.ProxyPAP || p.AuthType == wire.ProxyMSCHAPv1},
		PrivateGroupID:     text(c.PrivateGroup),
		RxConnectSpeed:     wire.Opt[uint32]{V: c.RxSpeed, OK: c.RxSpeed != 0},
		SequencingRequired: wire.Opt[struct{}]{OK: c.SequencingRequired},
	}
	e.post(now, s.t, s, m, o)
}

func (e *Engine) sendCDN(now clock.Instant, s *session) {
	h := &s.hangup
	m := &wire.CDN{AssignedSessionID: s.id, Result: wire.ResultCode{Result: h.Result, HasError: h.Error != 0 || h.Message != "", Error: h.Error, Message: h.Message}}
	if h.PPP != nil {
		m.PPPDisconnect = wire.Some(*h.PPP)
	}
	e.post(now, s.t, s, m, nil)
}

// refuseCall answers a call that gets no session. RFC 2661 4.4.4 wants an
// Assigned Session ID even so: one that is not in use.
func (e *Engine) refuseCall(now clock.Instant, t *tunnel, remote, result, code uint16, message string) {
	id, ok := e.drawID(false, nil, func(id uint16) bool { return t.sessions[id] != nil })
	if !ok {
		return
	}
	m := &wire.CDN{AssignedSessionID: id, Result: wire.ResultCode{Result: result, HasError: code != 0 || message != "", Error: code, Message: message}}
	e.postTo(now, t, t.label(), remote, 0, m, nil)
}

// refuseTunnel answers an SCCRQ that gets no tunnel, keeping nothing: a
// retransmission gets the same answer again.
func (e *Engine) refuseTunnel(path Path, remote uint16, code wire.ResultCode) {
	id, ok := e.drawID(false, nil, func(id uint16) bool { return e.tunnels[id] != nil })
	if !ok || remote == 0 {
		return
	}
	body, err := wire.AppendBody(nil, &wire.StopCCN{AssignedTunnelID: id, Result: code}, wire.Encoding{})
	if err != nil {
		return
	}
	e.tell(Packet{path, controlPacket(remote, 0, 0, 1, body)})
}

func text(s string) wire.Opt[string] { return wire.Opt[string]{V: s, OK: s != ""} }

func octets(b []byte) wire.Opt[[]byte] { return wire.Opt[[]byte]{V: b, OK: b != nil} }
