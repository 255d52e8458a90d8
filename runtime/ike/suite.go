package ike

import (
	"slices"

	"ioslab/runtime/wire/isakmp"
)

// defaultLifeSeconds is the lifetime of an SA for which nobody named one (RFC
// 2407, 4.5).
const defaultLifeSeconds = 28800

// decodeSuite reads a phase 2 transform (RFC 2407, 4.5). ok is false for what
// the engine does not know or what cannot be.
func decodeSuite(p *isakmp.Proposal, t *isakmp.Transform) (s Suite, ok bool) {
	s = Suite{Proposal: p.Number, Transform: t.Number, Protocol: p.Protocol, ID: t.ID, SPI: p.SPI32(),
		Encapsulation: isakmp.EncapTunnel}
	var lifeType uint64
	var seen classSet
	for _, a := range t.Attributes {
		v, fits := a.Uint()
		life := a.Type == isakmp.AttrSALifeType || a.Type == isakmp.AttrSALifeDuration
		if !fits || !life && (!a.Basic || seen.has(a.Type)) {
			return s, false
		}
		seen.add(a.Type)
		switch a.Type {
		case isakmp.AttrSALifeType:
			lifeType = v
		case isakmp.AttrSALifeDuration:
			if !s.takeLife(lifeType, v) {
				return s, false
			}
		case isakmp.AttrSAGroup:
			s.Group = isakmp.Group(v)
		case isakmp.AttrSAEncapsulation:
			s.Encapsulation = isakmp.Encapsulation(v)
		case isakmp.AttrSAAuth:
			s.Auth = isakmp.AuthAlg(v)
		case isakmp.AttrSAKeyLength:
			s.KeyBits = int(v)
		default:
			return s, false
		}
	}
	return s, s.sound()
}

func (s *Suite) takeLife(lifeType, v uint64) bool {
	switch {
	case v == 0:
		return false
	case lifeType == uint64(isakmp.LifeSeconds):
		s.LifeSeconds = uint32(min(v, 1<<32-1))
	case lifeType == uint64(isakmp.LifeKilobytes):
		s.LifeKilobytes = uint32(min(v, 1<<32-1))
	default:
		return false // RFC 2407, 4.5.4: the type comes first
	}
	return true
}

// sound reports whether the suite is one that exists.
func (s *Suite) sound() bool {
	if !s.Encapsulation.Transport() && s.Encapsulation != isakmp.EncapTunnel && !s.Encapsulation.UDP() {
		return false
	}
	if s.Auth != isakmp.AuthNone && s.Auth.KeyBytes() == 0 {
		return false
	}
	if s.Group != isakmp.GroupNone && s.Group.Bits() == 0 {
		return false
	}
	switch s.Protocol {
	case isakmp.ProtocolESP:
		_, ok := isakmp.ESPKeyBytes(s.ID, s.KeyBits)
		return ok && (s.ID != isakmp.ESPNULL || s.Auth != isakmp.AuthNone) // RFC 4303, 3.2: not both NULL
	case isakmp.ProtocolAH:
		return s.KeyBits == 0 && s.Auth == ahAuth(s.ID)
	default:
		return false
	}
}

// ahAuth is the authentication attribute that an AH transform must have (RFC
// 2407, 4.4.3). An id without one yields a value that no attribute has.
func ahAuth(id uint8) isakmp.AuthAlg {
	switch id {
	case isakmp.AHMD5:
		return isakmp.AuthHMACMD5
	case isakmp.AHSHA:
		return isakmp.AuthHMACSHA
	case isakmp.AHSHA256:
		return isakmp.AuthHMACSHA256
	case isakmp.AHSHA384:
		return isakmp.AuthHMACSHA384
	case isakmp.AHSHA512:
		return isakmp.AuthHMACSHA512
	default:
		return 0xffff
	}
}

// keyBytes returns the lengths of the suite's cipher and authentication keys.
func (s *Suite) keyBytes() (cipher, auth int) {
	if s.Protocol == isakmp.ProtocolESP {
		cipher, _ = isakmp.ESPKeyBytes(s.ID, s.KeyBits)
	}
	return cipher, s.Auth.KeyBytes()
}

// bundles cuts an offer into proposals that belong together by their number.
func bundles(list []isakmp.Proposal) [][]isakmp.Proposal {
	var out [][]isakmp.Proposal
	for i := range list {
		if i > 0 && list[i].Number == list[i-1].Number {
			out[len(out)-1] = append(out[len(out)-1], list[i])
		} else {
			out = append(out, list[i:i+1:i+1])
		}
	}
	return out
}

// maxBundle bounds the protocols in one bundle, maxCombinations the ways to
// pick their transforms that are tried: AH, ESP and IPCOMP are all there is.
const (
	maxBundle       = 3
	maxCombinations = 64
)

// combinations returns the ways to pick one transform for each protocol of a bundle, the
// offerer's preference first: indexes into the Transforms.
func combinations(bundle []isakmp.Proposal) [][]int {
	out := [][]int{nil}
	for i := range bundle {
		var next [][]int
		for _, head := range out {
			for t := range bundle[i].Transforms {
				if len(next) < maxCombinations {
					next = append(next, append(slices.Clone(head), t))
				}
			}
		}
		out = next
	}
	return out
}

// lifetimes reads the attributes of a RESPONDER-LIFETIME notification.
func lifetimes(data []byte) (seconds, kilobytes uint32) {
	attrs, err := isakmp.ParseAttributes(data)
	if err != nil {
		return 0, 0
	}
	var s Suite
	var lifeType uint64
	for _, a := range attrs {
		v, ok := a.Uint()
		if !ok {
			return 0, 0
		}
		switch {
		case a.Type == isakmp.AttrSALifeType || a.Type == isakmp.AttrLifeType:
			lifeType = v
		case a.Type == isakmp.AttrSALifeDuration || a.Type == isakmp.AttrLifeDuration:
			s.takeLife(lifeType, v)
		}
	}
	return s.LifeSeconds, s.LifeKilobytes
}

// shorter returns the smaller of two limits of which 0 is none.
func shorter(a, b uint32) uint32 {
	if a == 0 || b != 0 && b < a {
		return b
	}
	return a
}
