package forward

import (
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/packet"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

const (
	// logInterval is how often IOS repeats a logged flow with its count.
	logInterval = 5 * time.Minute
	// maxLogged bounds the flows that are remembered; flows beyond it are counted in no message.
	maxLogged = 256
)

// aclLogs remembers the flows that entries with `log` matched: the first packet is told at once, the
// others every five minutes.
type aclLogs struct {
	flows map[logKey]*loggedFlow
	queue clock.Queue[logKey]
}

type logKey struct {
	list  string
	entry int
	flow  Flow // of a standard list, the source alone
	iface string
	mac   ether.Addr
}

type loggedFlow struct {
	event   AccessLogged
	packets uint64
}

func (l *aclLogs) deadline() clock.Instant { return l.queue.Deadline() }

// permitted applies an interface's list to a packet, with counts and log.
func (p *Plane) permitted(now clock.Instant, a *ACL, h ip.Header, in *iface, buf *packet.Buffer) bool {
	f := flowOf(h)
	permit, k := a.Match(&f)
	if k < 0 {
		return permit
	}
	a.hits[k]++
	e := &a.list.Entries[k]
	if (e.Log || e.LogInput) && p.deps.Sink.Wants(event.Syslog) {
		p.logFlow(now, a, k, e, f, in, buf)
	}
	return permit
}

func (p *Plane) logFlow(now clock.Instant, a *ACL, k int, e *AccessEntry, f Flow, in *iface, buf *packet.Buffer) {
	key := logKey{list: a.list.Name, entry: k, flow: f}
	key.flow.TOS, key.flow.TCPFlags, key.flow.Fragment = 0, 0, false
	if !a.list.Extended {
		key.flow = Flow{Source: f.Source}
	}
	ev := AccessLogged{List: a.list.Name, Extended: a.list.Extended, Permit: e.Permit, Flow: key.flow}
	if e.LogInput && in != nil {
		key.iface, key.mac = in.cfg.Name, in.lastStation
		ev.Input, ev.Interface, ev.MAC = true, in.cfg.Name, in.lastStation
	}
	if l := p.logs.flows[key]; l != nil {
		l.packets++
		return
	}
	ev.Packets = 1
	p.deps.Sink.Emit(ev)
	if len(p.logs.flows) >= maxLogged {
		return
	}
	if p.logs.flows == nil {
		p.logs.flows = map[logKey]*loggedFlow{}
	}
	p.logs.flows[key] = &loggedFlow{event: ev}
	p.logs.queue.Set(key, now.Add(logInterval))
}

// tickLogs repeats the flows that went on, and forgets those that did not.
func (p *Plane) tickLogs(now clock.Instant) {
	for k, ok := p.logs.queue.PopDue(now); ok; k, ok = p.logs.queue.PopDue(now) {
		l := p.logs.flows[k]
		if l.packets == 0 {
			delete(p.logs.flows, k)
			continue
		}
		l.event.Packets = l.packets
		l.packets = 0
		p.deps.Sink.Emit(l.event)
		p.logs.queue.Set(k, now.Add(logInterval))
	}
}
