package ppp

import (
	"encoding/binary"
	"io"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ppp"
)

// Link is one PPP session. Its methods must be called from one goroutine, and
// not from inside a Deps callback, SendIP excepted.
type Link struct {
	deps Deps
	cfg  *Config
	id   Session

	lcp    lcp
	ipcp   ipcp
	probes []*probe
	ver    verifier
	prov   prover

	phase     Phase
	opened    bool // Open was called
	lower     bool // the carrier is up
	done      bool // Down was told
	awaiting  bool // AuthPassed was told, SetInterface is awaited
	proxyUsed bool // the concentrator's authentication was looked at
	forwarded bool // forwarding was attempted since LCP opened
	accounted bool // Disconnected was told
	reason    DownReason
	code      int
	message   string

	pending  []*packet.Buffer // NCP packets that came before their time
	times    times
	counters Counters
	out      []Output
	drained  []Output
}

// New returns a link in the Dead phase. cfg stays the caller's and is not changed by either.
func New(id Session, cfg *Config, deps Deps) *Link {
	if deps.Events == nil {
		deps.Events = event.Discard{}
	}
	l := &Link{deps: deps, cfg: cfg, id: id, times: noTimes}
	l.lcp.init(l)
	l.ipcp.init(l)
	l.ver.deadline, l.prov.deadline = clock.Never, clock.Never
	return l
}

// Configure replaces the configuration. Times and what IPCP offers take
// effect at once, the options of LCP with the next negotiation.
func (l *Link) Configure(now clock.Instant, cfg *Config) {
	if cfg == l.cfg {
		return
	}
	old := l.cfg
	l.cfg = cfg
	if l.lcp.state == Opened && old.Keepalive != cfg.Keepalive {
		l.startKeepalive(now)
	}
}

// Open allows the link to come up; it starts when the lower layer is up too.
func (l *Link) Open(now clock.Instant) {
	l.opened = true
	l.start(now)
}

// LowerUp tells that the carrier (an L2TP session) is established.
func (l *Link) LowerUp(now clock.Instant) {
	l.lower = true
	l.start(now)
}

func (l *Link) start(now clock.Instant) {
	if !l.opened || !l.lower || l.done || l.phase != PhaseDown {
		return
	}
	l.emit(SessionStarted{l.id.Name, l.id.Carrier, l.id.Direction, l.id.Handle, l.id.ID})
	l.lcp.fire(now, Up)
	if l.takeProxy(now) {
		return
	}
	if l.cfg.LCP.Passive && !l.renegotiating() {
		l.setPhase(now, PhaseEstablishing, PassiveOpen)
		l.emit(Listening{l.id.Name})
		l.lcp.listen(now)
		return
	}
	l.setPhase(now, PhaseEstablishing, ActiveOpen)
	if l.id.Direction == Callout && len(l.lcp.needAuth()) == 0 {
		l.emit(NoRemoteAuth{l.id.Name})
	}
	l.lcp.fire(now, OpenTrigger)
}

// LowerDown tells that the carrier is gone: the link ends without a word to the peer.
func (l *Link) LowerDown(now clock.Instant) {
	l.lower = false
	if l.done {
		return
	}
	l.disconnect(LowerLayerDown)
	if l.phase != PhaseDown {
		if l.lcp.state == Stopped || l.lcp.state == Closed {
			l.setPhase(now, PhaseTerminating, NoDetail)
		}
		l.lcp.fire(now, DownTrigger)
	}
	l.finish(now)
}

// Close ends the link with a Terminate-Request. Down follows when the peer has
// confirmed or the restart timer ran out.
func (l *Link) Close(now clock.Instant, why DownReason) {
	if l.done {
		return
	}
	l.disconnect(why)
	l.lcp.fire(now, CloseTrigger)
	if l.lcp.state < Closing {
		l.finish(now)
	}
}

// disconnect tells once why the link is being ended.
func (l *Link) disconnect(why DownReason) {
	l.setReason(why)
	if l.accounted || l.phase == PhaseDown {
		return
	}
	l.accounted = true
	l.emit(Disconnected{l.id.Name, why, l.ver.proto})
	l.emit(AcctDown{l.id.Name, l.id.UniqueID})
}

// setReason keeps the first reason.
func (l *Link) setReason(why DownReason) {
	if l.reason == NotDown {
		l.reason = why
	}
}

// finish gives everything back. It is the end of every path.
func (l *Link) finish(now clock.Instant) {
	if l.done {
		return
	}
	l.done = true
	l.setReason(LCPFailed)
	l.stopAuth()
	l.awaiting = false
	l.dropPending(DropClosed)
	l.ipcp.release()
	l.times = noTimes
	l.lcp.fire(now, DownTrigger)
	for _, p := range l.probes {
		p.deadline = clock.Never
	}
	l.lcp.deadline, l.ipcp.deadline = clock.Never, clock.Never
	if l.phase != PhaseDown {
		l.setPhase(now, PhaseDown, NoDetail)
	}
	l.put(Down{l.reason, l.code, l.message})
}

// SetInterface answers AuthPassed: the session is now called name. At any
// other time it only renames.
func (l *Link) SetInterface(now clock.Instant, name string) {
	l.id.Name, l.id.Bound = name, true
	if !l.awaiting || l.done {
		return
	}
	l.awaiting = false
	l.passed(now)
}

func (l *Link) setPhase(now clock.Instant, p Phase, d PhaseDetail) {
	l.phase = p
	l.emit(PhaseChanged{l.id.Name, p, d})
	l.put(PhaseNotice{p, d})
	l.ipcp.removeRoute()
}

func (l *Link) emit(e Event) {
	if l.deps.Events.Wants(e.Class()) {
		l.deps.Events.Emit(e)
	}
}

func (l *Link) put(o Output) { l.out = append(l.out, o) }

// Drain returns what the link wants done, in order, and empties the outbox.
// The slice is valid until the next call of any method.
func (l *Link) Drain() []Output {
	clear(l.drained)
	l.out, l.drained = l.drained[:0], l.out
	return l.drained
}

// Name is ppp6, say, before SetInterface and the interface's name afterwards.
func (l *Link) Name() string { return l.id.Name }

// Counters returns a copy of the counters.
func (l *Link) Counters() Counters { return l.counters }

// random fills b; a reader that fails leaves what it gave, which is only
// wrong in a test.
func (l *Link) random(b []byte) { _, _ = io.ReadFull(l.deps.Rand, b) }

func (l *Link) randomMagic() uint32 {
	var b [4]byte
	l.random(b[:])
	if v := binary.BigEndian.Uint32(b[:]); v != 0 {
		return v
	}
	return 1 // RFC 1661, 6.4: zero is never a magic number
}

// terminateData is what a Terminate-Request carries: nothing, or a personality's tag.
func (l *Link) terminateData() []byte {
	tag := l.cfg.Personality.TerminateTag
	if len(tag) == 0 {
		return nil
	}
	why := uint32(0)
	if l.reason == SelfAuthFailed {
		why = uint32(l.code)
	}
	return binary.BigEndian.AppendUint32(ppp.AppendMagic(nil, l.lcp.magic, tag), why)
}
