package ipsec

import (
	"encoding/binary"
	"fmt"
	"io"
	"net/netip"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/esp"
)

// reserveTime is how long an SPI waits for its Install; IKE has given up by then.
const reserveTime = 120 * time.Second

// AllocateSPIs reserves an inbound SPI for each protocol, in their order: a
// random one that is not in use and not below 256. They are freed by Install,
// by ReleaseSPIs, or after two minutes.
func (e *Engine) AllocateSPIs(now clock.Instant, local, remote netip.Addr, protos []Proto) ([]uint32, error) {
	if len(e.reserved)+len(protos) > maxReserved {
		return nil, fmt.Errorf("reserve SPIs: %w", ErrFull)
	}
	e.tell(MessagesQueued{1})
	spis := make([]uint32, 0, len(protos))
	for _, proto := range protos {
		spi, err := e.newSPI(local, proto)
		if err != nil {
			e.ReleaseSPIs(local, protos[:len(spis)], spis)
			return nil, err
		}
		e.reserved[saKey{addr4(local), spi, proto}] = now
		e.timers.Set(timer{timerSPI, uint64(spi)}, now.Add(reserveTime))
		e.tell(SPIAllocated{SPI: spi, Local: local, Remote: remote, Proto: proto})
		spis = append(spis, spi)
	}
	return spis, nil
}

// spiTries bounds the search for a free SPI; with a full table two tries in
// 65,536 miss, so that more means a broken source of randomness.
const spiTries = 32

func (e *Engine) newSPI(local netip.Addr, proto Proto) (uint32, error) {
	var b [4]byte
	for range spiTries {
		if _, err := io.ReadFull(e.rand, b[:]); err != nil {
			return 0, fmt.Errorf("read SPI: %w", err)
		}
		spi := binary.BigEndian.Uint32(b[:])
		if spi >= esp.MinSPI && !e.spiTaken(spi) {
			return spi, nil
		}
	}
	return 0, fmt.Errorf("choose SPI for %s %s: %w", proto, local, ErrFull)
}

// spiTaken reports whether the SPI is in use or reserved. It is kept unique
// over all protocols and local addresses of one kind, which the protocol does
// not ask for, but every reader of a debug does.
func (e *Engine) spiTaken(spi uint32) bool {
	if _, ok := e.inboundBySPI(spi); ok {
		return true
	}
	for _, proto := range []Proto{ESP, AH} {
		for _, s := range e.spds {
			if _, ok := e.reserved[saKey{addr4(s.local), spi, proto}]; ok {
				return true
			}
		}
	}
	return false
}

func (e *Engine) inboundBySPI(spi uint32) (*sa, bool) {
	for _, proto := range []Proto{ESP, AH} {
		for _, s := range e.spds {
			if a := e.in[saKey{addr4(s.local), spi, proto}]; a != nil {
				return a, true
			}
		}
	}
	return nil, false
}

// ReleaseSPIs gives reserved SPIs back when a negotiation fails.
func (e *Engine) ReleaseSPIs(local netip.Addr, protos []Proto, spis []uint32) {
	for i, spi := range spis[:min(len(spis), len(protos))] {
		e.unreserve(saKey{addr4(local), spi, protos[i]})
	}
}

func (e *Engine) unreserve(k saKey) {
	delete(e.reserved, k)
	e.timers.Remove(timer{timerSPI, uint64(k.spi)})
}

// forgetSPI ends reservations of an SPI that nobody used.
func (e *Engine) forgetSPI(now clock.Instant, spi uint32) {
	for k, since := range e.reserved {
		if k.spi == spi && since.Add(reserveTime).Reached(now) {
			delete(e.reserved, k)
		}
	}
}
