package ike

import (
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/wire/isakmp"
)

// halted is a world that stopped after so many datagrams were delivered.
func halted(t testing.TB, messages int) *world {
	cfg := config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19))
	w := newWorld(t, windowsConfig(Windows8), cfg)
	w.a.RequestSA(w.now, windowsRequest())
	w.collect()
	for range messages {
		if len(w.flight) == 0 {
			break
		}
		d := w.flight[0]
		w.flight = w.flight[1:]
		w.now = w.now.Add(oneWay)
		w.deliver(d)
		w.collect()
	}
	return w
}

// sealed wraps bytes as the payloads behind a right HASH(1), encrypted as the peer would:
// what an authenticated peer gone mad can send.
func sealed(sa *ikeSA, x isakmp.ExchangeType, id uint32, first isakmp.PayloadType, rest []byte) []byte {
	sum := prf(sa.policy.Hash, sa.keys.a, messageID(id), nil, rest)
	plain := append([]byte{byte(first), 0, 0, byte(4 + len(sum))}, sum...)
	h := sa.header(x, id)
	h.Flags, h.NextPayload, h.Version = isakmp.FlagEncryption, isakmp.PayloadHASH, isakmp.Version10
	body := encryptCBC(sa.block, sa.exchangeIV(id), append(plain, rest...), true)
	h.Length = uint32(isakmp.HeaderLen + len(body))
	return append(h.Append(nil), body...)
}

// FuzzReceive throws bytes at both sides in every state of a call: as they are, with the SA's
// cookies put in, and, once there are keys, sealed behind a right hash. Nothing may crash, and
// afterwards everything must go away in time.
func FuzzReceive(f *testing.F) {
	w := newWorld(f, windowsConfig(Windows8), config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, 19)))
	w.a.RequestSA(w.now, windowsRequest())
	w.settle()
	for i, s := range w.log {
		for state := range uint8(10) {
			f.Add(state, uint8(i%3), uint8(1), s.Payload)
		}
	}
	l, r := l2tpSelectors(pcAddr, lnsAddr)
	qm := isakmp.AppendChain(nil, &isakmp.SA{DOI: 1, Situation: 1, Proposals: spied(windowsProposals())}, isakmp.NONCE(make([]byte, 16)),
		isakmp.IDPrefix(l.Prefix, 17, 1701), isakmp.IDPrefix(r.Prefix, 17, 1701))
	f.Add(uint8(9), uint8(2), uint8(1), qm)
	for _, p := range []isakmp.Payload{
		&isakmp.Notify{DOI: 1, Protocol: 1, Type: isakmp.NotifyRUThere, SPI: make([]byte, 16), Data: make([]byte, 4)},
		&isakmp.Notify{DOI: 1, Protocol: 3, Type: isakmp.NotifyNoProposalChosen, SPI: make([]byte, 4)},
		&isakmp.Notify{DOI: 1, Protocol: 1, Type: isakmp.NotifyInitialContact},
		&isakmp.Notify{DOI: 1, Protocol: 1, Type: isakmp.NotifyResponderLifetime, Data: []byte{0x80, 11, 0, 1, 0x80, 12, 0, 60}},
		&isakmp.Delete{DOI: 1, Protocol: 3, SPISize: 4, SPIs: [][]byte{{1, 2, 3, 4}}},
	} {
		f.Add(uint8(9), uint8(2), uint8(p.Kind()), isakmp.AppendChain(nil, p))
	}
	f.Fuzz(func(t *testing.T, state, how, first uint8, data []byte) {
		w := halted(t, int(state%10))
		for _, s := range []*side{w.a, w.b} {
			local, remote := lnsAddr, pcAddr
			if s == w.a {
				local, remote = remote, local
			}
			raw := append([]byte(nil), data...)
			for _, sa := range s.sas {
				switch {
				case how%3 == 1 && len(raw) >= 16:
					copy(raw, sa.cookieI[:])
					copy(raw[8:], sa.cookieR[:])
				case how%3 == 2 && sa.authentic:
					x := []isakmp.ExchangeType{isakmp.ExchangeQuick, isakmp.ExchangeInformational}[how/3%2]
					raw = sealed(sa, x, 0x12345678, isakmp.PayloadType(first), data)
				}
			}
			s.Receive(w.now, port(local), port(remote), raw, false)
		}
		w.run(30 * time.Second)
		for _, s := range []*side{w.a, w.b} {
			s.ClearSAs(w.now, 0, ReasonTreeWalk)
		}
		w.run(5 * time.Minute)
		for _, s := range []*side{w.a, w.b} {
			s.ClearSAs(w.now, 0, ReasonTreeWalk)
		}
		w.run(2 * time.Minute)
		w.isEmpty()
		if w.a.Deadline() != clock.Never {
			t.Fatal("a timer is left")
		}
	})
}

func spied(list []isakmp.Proposal) []isakmp.Proposal {
	for i := range list {
		list[i].SPI = []byte{1, 2, 3, byte(i)}
	}
	return list
}
