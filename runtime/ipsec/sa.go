package ipsec

import (
	"net/netip"

	"ioslab/runtime/clock"
)

// sa is one security association: one protocol in one direction.
type sa struct {
	*crypt
	pair     *pair
	part     Part
	handle   uint64 // of inbound ones, for packet.Buffer.SA
	spi      uint32
	src, dst netip.Addr
	conn     int
	seq      uint32 // outbound: last sent
	window   window // inbound
	packets  uint64
	bytes    uint64
}

// pair is what one quick mode makes: an SA of each direction, or a bundle of
// them.
//
//	Install ─► installed ─ EnableOutbound (or first inbound packet) ─► enabled
//	                                                   │ soft life: RequestSA
//	                                                   ▼ hard life, delete: gone
type pair struct {
	id        uint64
	ident     *ident
	suite     Suite
	encap     Encap
	in, out   []*sa // outermost first: AH, then ESP
	life      Lifetime
	pfs       int
	initiator bool
	enabled   bool // the outbound SAs may carry packets
	aging     bool // soft life reached
	born      clock.Instant
	hardAt    clock.Instant
	used      clock.Instant // last packet of either direction

	local, remote netip.Addr
	lport, rport  uint16 // UDP encapsulation
	// fromLocal and fromRemote are what an inbound packet must be to and from;
	// in transport mode the hosts are the end points themselves (RFC 3948, 5.2).
	fromLocal, fromRemote Selector
	origLocal, origRemote netip.Addr
	demux                 demux

	softBytes, hardBytes uint64 // each direction; 0: no limit
	bytesIn, bytesOut    uint64
}

// secondsLeft returns the rest of the hard life time.
func (p *pair) secondsLeft(now clock.Instant) uint32 {
	if p.hardAt == clock.Never || p.hardAt.Reached(now) {
		return 0
	}
	return uint32((p.hardAt.Sub(now) + 999999999) / 1e9)
}

// kilobytesLeft returns the rest of the volume for a direction's count.
func (p *pair) kilobytesLeft(done uint64) uint32 {
	if p.hardBytes == 0 || done >= p.hardBytes {
		return 0
	}
	return uint32((p.hardBytes - done + 1023) / 1024)
}

// saKey finds inbound SAs (RFC 4301, 4.1).
type saKey struct {
	dst   uint32
	spi   uint32
	proto Proto
}
