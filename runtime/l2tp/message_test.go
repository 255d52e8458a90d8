package l2tp

import (
	"io"
	"testing"
	"time"

	wire "ioslab/runtime/wire/l2tp"
)

// half is a world in which the test itself plays the LAC against the LNS.
type half struct {
	*world
	tunnel uint16 // the LNS's id
	ns     uint16
}

// begin makes the tunnel, answering for the LAC.
func begin(t *testing.T) *half {
	t.Helper()
	w := newWorld(t, 50)
	w.lns.e.Configure(0, article(""))
	w.inject(w.lns, 0, 0, 0, 0, sccrq(7))
	w.collect()
	_, m := w.lns.last()
	hf := &half{w, m.(*wire.SCCRP).AssignedTunnelID, 1}
	hf.say(0, &wire.SCCCN{})
	return hf
}

// say sends the LAC's next message; what the LNS sent until now is acknowledged.
func (hf *half) say(session uint16, m wire.Message, extra ...wire.AVP) (wire.Header, wire.Message) {
	hf.t.Helper()
	hf.collect()
	hf.air = nil
	nr := uint16(0)
	if t := hf.lns.e.tunnels[hf.tunnel]; t != nil {
		nr = t.ch.una + uint16(t.ch.sent)
	}
	before := len(hf.lns.sent)
	hf.inject(hf.lns, hf.tunnel, session, hf.ns, nr, m, extra...)
	hf.ns++
	hf.collect()
	hf.air = nil
	if len(hf.lns.sent) == before {
		return wire.Header{}, nil
	}
	h, answer := hf.lns.last()
	return h, answer
}

// call makes a session and returns the LNS's id of it.
func (hf *half) call(remote uint16) uint16 {
	hf.t.Helper()
	_, m := hf.say(0, &wire.ICRQ{AssignedSessionID: remote})
	rp, ok := m.(*wire.ICRP)
	if !ok {
		hf.t.Fatalf("answer to ICRQ: %+v", m)
	}
	return rp.AssignedSessionID
}

func (hf *half) stopped(t *testing.T, m wire.Message, result, code uint16) {
	t.Helper()
	stop, ok := m.(*wire.StopCCN)
	if !ok || stop.Result.Result != result || stop.Result.Error != code || stop.AssignedTunnelID != hf.tunnel {
		t.Fatalf("%T %+v, want StopCCN %d/%d", m, m, result, code)
	}
}

func disconnected(t *testing.T, h wire.Header, m wire.Message, remote, result, code uint16) {
	t.Helper()
	cdn, ok := m.(*wire.CDN)
	if !ok || h.Session != remote || cdn.Result.Result != result || cdn.Result.Error != code || cdn.AssignedSessionID == 0 {
		t.Fatalf("%+v %T %+v, want CDN %d/%d to %d", h, m, m, result, code, remote)
	}
}

var (
	unknownM   = wire.AVP{Mandatory: true, Attr: 999, Value: []byte{1}}
	unknownOpt = wire.AVP{Attr: 999, Value: []byte{1}}
	vendorM    = wire.AVP{Mandatory: true, Vendor: 9, Attr: 1, Value: []byte{1}}
)

// RFC 2661 4.2: an unknown AVP ends what it belongs to if its M bit is set, otherwise it is ignored.
func TestUnknownAVPsByTheirMBit(t *testing.T) {
	t.Run("tunnel", func(t *testing.T) {
		hf := begin(t)
		if _, m := hf.say(0, &wire.Hello{}, unknownOpt); m != nil {
			if _, stop := m.(*wire.StopCCN); stop {
				t.Fatal("an optional AVP stopped the tunnel")
			}
		}
		_, m := hf.say(0, &wire.Hello{}, unknownM)
		hf.stopped(t, m, wire.StopGeneralError, wire.ErrorUnknownAVP)
	})
	t.Run("call", func(t *testing.T) {
		hf := begin(t)
		id := hf.call(3)
		h, m := hf.say(id, &wire.ICCN{TxConnectSpeed: 1, FramingType: 1}, vendorM)
		disconnected(t, h, m, 3, wire.CDNGeneralError, wire.ErrorUnknownAVP)
		if len(hf.lns.e.tunnels) != 1 || len(hf.lns.e.sessions) != 0 {
			t.Fatal("the call should be gone, the tunnel not")
		}
	})
	t.Run("ICRQ", func(t *testing.T) {
		hf := begin(t)
		h, m := hf.say(0, &wire.ICRQ{AssignedSessionID: 3}, unknownM)
		disconnected(t, h, m, 3, wire.CDNGeneralError, wire.ErrorUnknownAVP)
		hf.call(4)
	})
	t.Run("SCCRQ", func(t *testing.T) {
		w := newWorld(t, 51)
		w.lns.e.Configure(0, article(""))
		w.inject(w.lns, 0, 0, 0, 0, sccrq(7, unknownM))
		w.collect()
		h, m := w.lns.last()
		if stop, ok := m.(*wire.StopCCN); !ok || h.Tunnel != 7 || stop.Result.Error != wire.ErrorUnknownAVP || h.Nr != 1 {
			t.Fatalf("%+v %+v", h, m)
		}
		w.inject(w.lns, 0, 0, 0, 0, sccrq(8, unknownOpt))
		w.collect()
		if _, m := w.lns.last(); m.Type() != wire.TypeSCCRP {
			t.Fatalf("%+v", m)
		}
	})
}

func TestMalformedMessages(t *testing.T) {
	typ := func(v byte, m bool) []byte {
		return wire.AVP{Mandatory: m, Attr: wire.AttrMessageType, Value: []byte{0, v}}.Append(nil)
	}
	raw := func(hf *half, session uint16, body []byte) wire.Message {
		hf.raw(hf.lns, wire.AppendControl(nil, hf.tunnel, session, hf.ns, 1, body))
		hf.ns++
		hf.collect()
		hf.air = nil
		_, m := hf.lns.last()
		return m
	}
	t.Run("unknown message, M", func(t *testing.T) {
		hf := begin(t)
		hf.stopped(t, raw(hf, 0, typ(99, true)), wire.StopGeneralError, wire.ErrorValue)
	})
	t.Run("unknown message", func(t *testing.T) {
		hf := begin(t)
		raw(hf, 0, typ(99, false))
		hf.call(3)
	})
	t.Run("AVP length", func(t *testing.T) {
		hf := begin(t)
		hf.stopped(t, raw(hf, 0, append(typ(6, true), 0x80, 3, 0, 0, 0, 1)), wire.StopGeneralError, wire.ErrorLength)
	})
	t.Run("AVP length in a call", func(t *testing.T) {
		hf := begin(t)
		id := hf.call(3)
		if cdn, ok := raw(hf, id, append(typ(12, true), 0x80, 3, 0, 0, 0, 1)).(*wire.CDN); !ok || cdn.Result.Error != wire.ErrorLength {
			t.Fatal("no CDN")
		}
	})
	t.Run("missing AVPs", func(t *testing.T) {
		hf := begin(t)
		id := hf.call(3)
		if cdn, ok := raw(hf, id, typ(12, true)).(*wire.CDN); !ok || cdn.Result.Result != wire.CDNGeneralError {
			t.Fatal("no CDN")
		}
	})
	t.Run("no message type", func(t *testing.T) {
		hf := begin(t)
		hf.stopped(t, raw(hf, 0, wire.AVP{Attr: wire.AttrHostName, Value: []byte("x")}.Append(nil)), wire.StopGeneralError, wire.ErrorLength)
	})
	t.Run("session id 0 in ICRQ", func(t *testing.T) {
		hf := begin(t)
		_, m := hf.say(0, &wire.ICRQ{})
		hf.stopped(t, m, wire.StopGeneralError, wire.ErrorValue)
	})
	t.Run("tunnel id 0 in SCCRQ", func(t *testing.T) {
		w := newWorld(t, 52)
		w.lns.e.Configure(0, article(""))
		w.inject(w.lns, 0, 0, 0, 0, sccrq(0))
		w.collect()
		if len(w.lns.sent) != 0 || w.lns.e.Counters().Dropped[DropMessage] != 1 {
			t.Fatal("answered nobody")
		}
	})
	t.Run("another protocol version", func(t *testing.T) {
		w := newWorld(t, 53)
		w.lns.e.Configure(0, article(""))
		m := sccrq(7)
		m.ProtocolVersion.Version = 2
		w.inject(w.lns, 0, 0, 0, 0, m)
		w.collect()
		_, a := w.lns.last()
		if stop, ok := a.(*wire.StopCCN); !ok || stop.Result.Result != wire.StopVersion || stop.Result.Error != 0x0100 {
			t.Fatalf("%+v", a)
		}
	})
}

// Messages that do not fit the state (RFC 2661 7.2.1, 7.4.2).
func TestMessagesOutOfState(t *testing.T) {
	for name, m := range map[string]wire.Message{
		"SCCRQ": sccrq(7),
		"SCCRP": &wire.SCCRP{ProtocolVersion: wire.Version{Version: 1}, AssignedTunnelID: 7},
		"SCCCN": &wire.SCCCN{},
	} {
		t.Run(name, func(t *testing.T) {
			hf := begin(t)
			_, a := hf.say(0, m)
			hf.stopped(t, a, wire.StopFiniteStateFail, 0)
		})
	}
	t.Run("ICRQ before SCCCN", func(t *testing.T) {
		w := newWorld(t, 54)
		w.lns.e.Configure(0, article(""))
		w.inject(w.lns, 0, 0, 0, 0, sccrq(7))
		w.collect()
		_, m := w.lns.last()
		hf := &half{w, m.(*wire.SCCRP).AssignedTunnelID, 1}
		_, a := hf.say(0, &wire.ICRQ{AssignedSessionID: 3})
		hf.stopped(t, a, wire.StopFiniteStateFail, 0)
	})
	t.Run("same ICRQ twice", func(t *testing.T) {
		hf := begin(t)
		hf.call(3)
		h, m := hf.say(0, &wire.ICRQ{AssignedSessionID: 3})
		disconnected(t, h, m, 3, wire.CDNGeneralError, wire.ErrorVendor)
	})
	t.Run("ICCN twice", func(t *testing.T) {
		hf := begin(t)
		id := hf.call(3)
		hf.say(id, &wire.ICCN{})
		h, m := hf.say(id, &wire.ICCN{})
		disconnected(t, h, m, 3, wire.CDNGeneralError, wire.ErrorVendor)
	})
	t.Run("ICRP to an LNS", func(t *testing.T) {
		hf := begin(t)
		id := hf.call(3)
		h, m := hf.say(id, &wire.ICRP{AssignedSessionID: 9})
		disconnected(t, h, m, 3, wire.CDNGeneralError, wire.ErrorVendor)
	})
	t.Run("WEN, SLI", func(t *testing.T) {
		hf := begin(t)
		id := hf.call(3)
		hf.say(id, &wire.ICCN{})
		hf.say(id, &wire.WEN{})
		hf.say(id, &wire.SLI{})
		if len(hf.lns.e.sessions) != 1 {
			t.Fatal("the call is gone")
		}
	})
	t.Run("unknown session", func(t *testing.T) {
		hf := begin(t)
		hf.say(4711, &wire.ICCN{})
		hf.say(4711, &wire.CDN{AssignedSessionID: 9, Result: wire.ResultCode{Result: 1}})
		if hf.lns.e.Counters().Dropped[DropNoSession] != 2 {
			t.Fatal("not counted")
		}
		hf.call(3)
	})
}

// Outgoing calls are not offered: a polite CDN, and the tunnel lives on.
func TestOutgoingCallIsRefused(t *testing.T) {
	hf := begin(t)
	h, m := hf.say(0, &wire.OCRQ{AssignedSessionID: 5, CalledNumber: "5550100"})
	disconnected(t, h, m, 5, wire.CDNPermanent, 0)
	hf.call(6)
}

// A CDN may come before the peer knows our session id (RFC 2661 4.4.4).
func TestCDNByAssignedID(t *testing.T) {
	hf := begin(t)
	hf.call(3)
	hf.say(0, &wire.CDN{AssignedSessionID: 3, Result: wire.ResultCode{Result: wire.CDNLostCarrier}, PPPDisconnect: wire.Some(wire.PPPDisconnect{Code: 5})})
	d := hf.lns.downs()
	if len(d) != 1 || d[0].Reason.Result != wire.CDNLostCarrier || d[0].Reason.PPP.Code != 5 {
		t.Fatalf("%+v", d)
	}
}

// A StopCCN may come before the peer knows our tunnel id (RFC 2661 4.4.3); it is
// acknowledged, again and again for a cycle.
func TestStopCCNByAssignedID(t *testing.T) {
	w := newWorld(t, 55)
	w.lns.e.Configure(0, article(""))
	w.inject(w.lns, 0, 0, 0, 0, sccrq(7))
	w.inject(w.lns, 0, 0, 1, 0, &wire.StopCCN{AssignedTunnelID: 7, Result: wire.ResultCode{Result: 1}})
	w.collect()
	last := w.lns.sent[len(w.lns.sent)-1]
	h, n, _ := wire.ParseHeader(last)
	if n != len(last) || h.Tunnel != 7 || h.Nr != 2 {
		t.Fatalf("%+v", h)
	}
	if d := w.lns.tunnelDowns(); len(d) != 1 || d[0].Reason.Cause != CausePeer {
		t.Fatalf("%+v", d)
	}
	id := d0(w.lns).Tunnel
	before := len(w.lns.sent)
	w.air = nil
	w.run(10 * time.Second)
	w.inject(w.lns, id, 0, 1, 1, &wire.StopCCN{AssignedTunnelID: 7, Result: wire.ResultCode{Result: 1}})
	w.collect()
	w.air = nil
	if len(w.lns.sent) != before+1 || len(w.lns.tunnelDowns()) != 1 {
		t.Fatal("the repeated StopCCN was not acknowledged, or told twice")
	}
	w.run(cycle)
	w.empty()
}

func d0(n *node) TunnelDown { return n.tunnelDowns()[0] }

// A retransmitted SCCRQ makes no second tunnel; other contents, or the same
// after a full cycle, are a peer that began anew.
func TestRepeatedSCCRQ(t *testing.T) {
	w := newWorld(t, 56)
	w.lns.e.Configure(0, article(""))
	for range 3 {
		w.inject(w.lns, 0, 0, 0, 0, sccrq(7))
	}
	if len(w.lns.e.tunnels) != 1 || w.lns.e.Counters().Dropped[DropDuplicate] != 2 {
		t.Fatal(len(w.lns.e.tunnels))
	}
	told := 0
	for _, ev := range w.lns.rec.Events {
		if m, ok := ev.(MessageReceived); ok && m.Type == wire.TypeSCCRQ {
			told++
		}
	}
	if told != 1 {
		t.Fatalf("told %d times", told)
	}
	m := sccrq(7)
	m.Firmware = wire.Some(uint16(2))
	w.inject(w.lns, 0, 0, 0, 0, m)
	w.collect()
	w.air = nil
	if d := w.lns.tunnelDowns(); len(d) != 1 || d[0].Reason.Cause != CauseRestart || len(w.lns.e.tunnels) != 1 {
		t.Fatalf("%+v", d)
	}
}

func TestRestartAfterACycle(t *testing.T) {
	hf := begin(t)
	hf.say(hf.call(3), &wire.ICCN{})
	hf.now = hf.now.Add(cycle + time.Second)
	hf.inject(hf.lns, 0, 0, 0, 0, sccrq(7))
	hf.collect()
	d := hf.lns.downs()
	if len(d) != 1 || d[0].Reason.Cause != CauseTunnel || len(hf.lns.e.tunnels) != 1 || hf.lns.e.tunnels[hf.tunnel] != nil {
		t.Fatalf("%+v", d)
	}
}

// Messages that come out of order wait for their turn.
func TestReordering(t *testing.T) {
	hf := begin(t)
	hf.air = nil
	hf.inject(hf.lns, hf.tunnel, 0, 4, 1, &wire.ICRQ{AssignedSessionID: 5})
	hf.inject(hf.lns, hf.tunnel, 0, 3, 1, &wire.ICRQ{AssignedSessionID: 4})
	hf.inject(hf.lns, hf.tunnel, 0, 3, 1, &wire.ICRQ{AssignedSessionID: 4})
	if len(hf.lns.e.sessions) != 0 {
		t.Fatal("acted out of turn")
	}
	hf.inject(hf.lns, hf.tunnel, 0, 2, 1, &wire.ICRQ{AssignedSessionID: 3})
	var got []uint16
	for _, ev := range hf.lns.rec.Events {
		if m, ok := ev.(MessageReceived); ok && m.Type == wire.TypeICRQ {
			got = append(got, m.RemoteSession)
		}
	}
	if !equal(got, 3, 4, 5) {
		t.Fatal(got)
	}
	hf.inject(hf.lns, hf.tunnel, 0, 5+DefaultReceiveWindow, 1, &wire.Hello{})
	if hf.lns.e.Counters().Dropped[DropWindow] != 1 {
		t.Fatal("a message beyond the window was kept")
	}
	if s := hf.lns.e.Snapshot().Tunnels[0]; s.Reordered != 2 || s.OrderDropped != 1 || s.Nr != 5 {
		t.Fatalf("%+v", s)
	}
}

// A flood of SCCRQs makes a bounded number of tunnels, and the rest get StopCCNs that keep nothing.
func TestHalfOpenTunnelsAreBounded(t *testing.T) {
	w := newWorld(t, 57)
	w.lns.e.Configure(0, article(""))
	for i := range MaxHalfOpen + 10 {
		w.inject(w.lns, 0, 0, 0, 0, sccrq(uint16(i+1)))
	}
	if n := len(w.lns.e.tunnels); n != MaxHalfOpen || w.lns.e.Counters().Dropped[DropTunnelLimit] != 10 {
		t.Fatalf("%d tunnels", n)
	}
	w.collect()
	if _, m := w.lns.last(); m.(*wire.StopCCN).Result.Error != wire.ErrorResources {
		t.Fatalf("%+v", m)
	}
	w.loss, w.air = 1, nil
	w.run(5 * time.Minute)
	w.empty()
}

// The client's own waits: a router that answers SCCRQ and nothing more.
func TestSetupTimeout(t *testing.T) {
	w := newWorld(t, 58)
	h := w.dial(frank())
	w.collect()
	w.air = nil
	w.raw(w.pc, wire.AppendControl(nil, 1, 0, 0, 1, nil)) // SCCRQ acknowledged
	w.run(59 * time.Second)
	if len(w.pc.downs()) != 0 {
		t.Fatal("gave up early")
	}
	w.run(2 * time.Minute)
	if d := w.pc.downs(); len(d) != 1 || d[0].Session != h || d[0].Reason.Cause != CauseTunnel {
		t.Fatalf("%+v", d)
	}
	w.empty()
}

// Hanging up while the tunnel is being opened.
func TestHangUpWhileDialling(t *testing.T) {
	w := newWorld(t, 59)
	w.lns.e.Configure(0, article(""))
	h := w.dial(frank())
	w.pc.e.Hangup(0, h, Hangup{})
	w.run(2 * time.Minute)
	if len(w.pc.ups())+len(w.lns.ups()) != 0 || len(w.pc.downs()) != 1 {
		t.Fatal("the call went on")
	}
	w.empty()
}

func TestDialErrors(t *testing.T) {
	w := newWorld(t, 60)
	if _, err := w.pc.e.Dial(0, DialRequest{}); err != ErrPath {
		t.Fatal(err)
	}
	w.pc.e.rand = nothing{}
	req := frank()
	req.Personality.SequentialIDs = false
	if _, err := w.pc.e.Dial(0, req); err != ErrRandom {
		t.Fatal(err)
	}
	w.empty()
}

// nothing is a reader that has no random bytes.
type nothing struct{}

func (nothing) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }
