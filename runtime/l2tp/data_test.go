package l2tp

import (
	"fmt"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	wire "ioslab/runtime/wire/l2tp"
)

// called returns a world with one call up, and the session at both ends.
func called(t *testing.T, change func(*Config, *DialRequest)) (w *world, pc, lns SessionUp) {
	t.Helper()
	w = newWorld(t, 40)
	cfg, req := article(""), frank()
	if change != nil {
		change(&cfg, &req)
	}
	w.lns.e.Configure(0, cfg)
	w.dial(req)
	w.run(time.Second)
	if len(w.pc.ups()) != 1 || len(w.lns.ups()) != 1 {
		t.Fatal("no call")
	}
	return w, w.pc.ups()[0], w.lns.ups()[0]
}

// data delivers a data packet made by hand to the LNS.
func (w *world) dataPacket(h wire.Header, payload string) {
	p := make([]byte, h.Len())
	h.Length = uint16(len(p) + len(payload))
	h.Put(p)
	w.raw(w.lns, append(p, payload...))
}

func TestDataHeaders(t *testing.T) {
	w, _, lns := called(t, nil)
	h := wire.Header{Tunnel: lns.Tunnel, Session: lns.LocalID}
	w.dataPacket(h, "bare")
	h.HasLength = true
	w.dataPacket(h, "length")
	h.HasOffset, h.Offset = true, 5
	w.dataPacket(h, "offset")
	h.Priority = true
	w.dataPacket(h, "priority")
	// Padding behind the length is no part of the frame.
	p := make([]byte, h.Len())
	h.Length = uint16(len(p) + 4)
	h.Put(p)
	w.raw(w.lns, append(p, "taildropped"...))
	if got := fmt.Sprint(w.lns.frames[lns.Session]); got != "[bare length offset priority tail]" {
		t.Fatal(got)
	}
}

func TestDataDrops(t *testing.T) {
	w, _, lns := called(t, nil)
	w.dataPacket(wire.Header{Tunnel: lns.Tunnel + 1, Session: lns.LocalID}, "x")
	w.dataPacket(wire.Header{Tunnel: lns.Tunnel, Session: lns.LocalID + 1}, "x")
	w.dataPacket(wire.Header{Tunnel: lns.Tunnel, Session: 0}, "x")
	w.raw(w.lns, []byte{0, 2, 0})
	w.raw(w.lns, []byte{0, 1, 0, 1, 0, 1})
	if w.frame(w.lns, lns.Session+99, "x") {
		t.Fatal("sent to nobody")
	}
	c := w.lns.e.Counters().Dropped
	if c[DropNoTunnel] != 1 || c[DropNoSession] != 2 || c[DropHeader] != 2 || c[DropSend] != 1 || len(w.lns.frames) != 0 {
		t.Fatal(c)
	}
}

// Data before the ICCN is dropped: nobody listens yet.
func TestDataBeforeConnect(t *testing.T) {
	w := newWorld(t, 41)
	w.lns.e.Configure(0, article(""))
	w.inject(w.lns, 0, 0, 0, 0, sccrq(7))
	w.collect()
	_, m := w.lns.last()
	id := m.(*wire.SCCRP).AssignedTunnelID
	w.inject(w.lns, id, 0, 1, 1, &wire.SCCCN{})
	w.inject(w.lns, id, 0, 2, 1, &wire.ICRQ{AssignedSessionID: 3})
	w.collect()
	_, m = w.lns.last()
	sid := m.(*wire.ICRP).AssignedSessionID
	w.dataPacket(wire.Header{Tunnel: id, Session: sid}, "early")
	if w.lns.e.Counters().Dropped[DropNotConnected] != 1 {
		t.Fatal("early data was taken")
	}
}

// RFC 2661 5.4, 4.4.6: with Sequencing Required both sides number, and late packets are dropped.
func TestSequencingRequired(t *testing.T) {
	w, pc, lns := called(t, func(_ *Config, r *DialRequest) { r.Tunnel.Sequencing = true })
	h := wire.Header{Tunnel: lns.Tunnel, Session: lns.LocalID, HasSequence: true}
	for _, ns := range []uint16{0, 1, 3, 2, 3, 4} {
		h.Ns = ns
		w.dataPacket(h, fmt.Sprint(ns))
	}
	h.HasSequence = false
	w.dataPacket(h, "unnumbered")
	if got := fmt.Sprint(w.lns.frames[lns.Session]); got != "[0 1 3 4]" {
		t.Fatal(got)
	}
	c := w.lns.e.Counters().Dropped
	s := w.lns.e.Snapshot().Sessions[0]
	if c[DropOrder] != 2 || c[DropNoSequence] != 1 || s.OrderDropped != 2 || s.Lost != 1 || !s.Sequencing || s.Nr != 5 {
		t.Fatalf("%v %+v", c, s)
	}
	w.say(w.lns, lns.Session, "a")
	w.say(w.lns, lns.Session, "b")
	w.run(time.Second)
	if s := w.pc.e.Snapshot().Sessions[0]; s.Nr != 2 || len(w.pc.frames[pc.Session]) != 2 {
		t.Fatalf("%+v", s)
	}
}

// The LNS decides: the LAC begins to number when it does, and ends when it ends.
func TestLACFollowsTheLNS(t *testing.T) {
	w, pc, lns := called(t, func(c *Config, _ *DialRequest) { c.Groups[0].Tunnel.Sequencing = true })
	w.say(w.pc, pc.Session, "unnumbered")
	w.run(time.Second)
	if w.pc.e.Snapshot().Sessions[0].Ns != 0 || len(w.lns.frames[lns.Session]) != 1 {
		t.Fatal("numbered too early, or dropped")
	}
	w.say(w.lns, lns.Session, "numbered")
	w.run(time.Second)
	w.say(w.pc, pc.Session, "numbered too")
	w.run(time.Second)
	if s := w.pc.e.Snapshot().Sessions[0]; s.Ns != 1 || !s.Sequencing || len(w.lns.frames[lns.Session]) != 2 {
		t.Fatalf("%+v", s)
	}
}

func TestDataSequenceWraps(t *testing.T) {
	s := session{nr: 0xffff, need: true}
	for _, c := range []struct {
		ns uint16
		ok bool
	}{{0xfffe, false}, {0xffff, true}, {0, true}, {0xffff, false}, {2, true}} {
		if _, ok := s.inOrder(wire.Header{HasSequence: true, Ns: c.ns}); ok != c.ok {
			t.Fatalf("Ns %d: %v", c.ns, ok)
		}
	}
}

// bouncer sends every frame back the way it came.
type bouncer struct{ got int }

func (b *bouncer) Data(_ clock.Instant, _ Handle, buf *packet.Buffer) { b.got++; buf.Release() }

// dataPair is a call between two engines without recorders.
func dataPair(tb testing.TB) (pc, lns *Engine, h Handle, sink *bouncer) {
	sink = &bouncer{}
	pc, lns = New(event.Discard{}, newSeeded(1), sink), New(event.Discard{}, newSeeded(2), sink)
	lns.Configure(0, article(""))
	h, err := pc.Dial(0, frank())
	if err != nil {
		tb.Fatal(err)
	}
	for range 20 {
		for _, o := range pc.Drain() {
			if p, ok := o.(Packet); ok {
				lns.Receive(0, lnsAddr, pcAddr, p.Buf)
			}
		}
		for _, o := range lns.Drain() {
			if p, ok := o.(Packet); ok {
				pc.Receive(0, pcAddr, lnsAddr, p.Buf)
			}
		}
	}
	return pc, lns, h, sink
}

func TestDataPathAllocatesNothing(t *testing.T) {
	pc, lns, h, sink := dataPair(t)
	packet.Scribble = false
	defer func() { packet.Scribble = true }()
	n := testing.AllocsPerRun(1000, func() {
		buf := packet.Get(1400)
		buf.Extend(1400)
		path, ok := pc.Send(0, h, buf)
		if !ok {
			t.Fatal("refused")
		}
		lns.Receive(0, path.Remote, path.Local, buf)
	})
	if n != 0 || sink.got != 1001 {
		t.Fatalf("%v allocations a packet, %d packets", n, sink.got)
	}
}

func BenchmarkData(b *testing.B) {
	pc, lns, h, _ := dataPair(b)
	packet.Scribble = false
	b.SetBytes(1400)
	for b.Loop() {
		buf := packet.Get(1400)
		buf.Extend(1400)
		path, _ := pc.Send(0, h, buf)
		lns.Receive(0, path.Remote, path.Local, buf)
	}
}
