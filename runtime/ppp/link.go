package ppp

import (
	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
)

// Link is one PPP session.
type Link struct {
	deps Deps
	cfg  *Config
	id   Session
	out  []Output
}

// New returns a link in the Dead phase. cfg stays the caller's and is not changed by either.
func New(id Session, cfg *Config, deps Deps) *Link { return &Link{deps: deps, cfg: cfg, id: id} }

// Configure replaces the configuration. Timers and what IPCP offers take
// effect at once, the options of LCP with the next negotiation.
func (l *Link) Configure(now clock.Instant, cfg *Config) { l.cfg = cfg }

// Open allows the link to come up; it starts when the lower layer is up too.
func (l *Link) Open(now clock.Instant) {}

// LowerUp tells that the carrier (an L2TP session) is established.
func (l *Link) LowerUp(now clock.Instant) {}

// LowerDown tells that the carrier is gone: the link ends without a word to the peer.
func (l *Link) LowerDown(now clock.Instant) {}

// Close ends the link with a Terminate-Request. Down follows when the peer has
// confirmed or the restart timer ran out.
func (l *Link) Close(now clock.Instant, why DownReason) {}

// Receive takes one frame from the carrier, beginning at the PPP header.
// Ownership of frame passes. Datagrams go to Deps.Deliver.
func (l *Link) Receive(now clock.Instant, frame *packet.Buffer) { frame.Release() }

// SendIP prepends the PPP header to an IPv4 datagram. When it reports true,
// the frame is to be sent and the buffer is still the caller's; on false it was
// dropped, counted and released.
func (l *Link) SendIP(now clock.Instant, b *packet.Buffer) bool { b.Release(); return false }

// SetInterface answers AuthPassed: the session is now called name.
func (l *Link) SetInterface(now clock.Instant, name string) {}

// Answer gives a verdict that an Authenticator left pending.
func (l *Link) Answer(now clock.Instant, r AuthReply) {}

// Tick runs what is due at now.
func (l *Link) Tick(now clock.Instant) {}

// Deadline returns when Tick wants to be called next.
func (l *Link) Deadline() clock.Instant { return clock.Never }

// Drain returns what the link wants done, in order, and empties the outbox.
// The slice is valid until the next call of any method.
func (l *Link) Drain() []Output { return nil }

// Name is ppp6, say, before SetInterface and the interface's name afterwards.
func (l *Link) Name() string { return l.id.Name }

// Counters returns a copy of the counters.
func (l *Link) Counters() Counters { return Counters{} }

// Snapshot returns a copy of the state.
func (l *Link) Snapshot() Snapshot { return Snapshot{} }

// RouterConfig returns the defaults of an IOS virtual template: callers of
// Config fill in authentication, addresses and times that a configuration changes.
func RouterConfig() Config { return Config{} }

// WindowsClientConfig returns the personality of a Windows 8/10 dial-in client on the wire.
func WindowsClientConfig(computer, user, password string) Config { return Config{} }
