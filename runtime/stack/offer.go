package stack

import (
	"ioslab/runtime/ipsec"
	"ioslab/runtime/wire/isakmp"
)

// OfferStyle is how a node writes the attributes of a quick mode transform;
// receivers accept any order, traces show it.
type OfferStyle uint8

const (
	// IOSOffer: encapsulation, life times, authenticator, key length.
	IOSOffer OfferStyle = iota
	// WindowsOffer: encapsulation, key length, authenticator, life times, all
	// life times in four bytes.
	WindowsOffer
)

// String names the style.
func (o OfferStyle) String() string {
	if o == WindowsOffer {
		return "windows"
	}
	return "ios"
}

// Proposals writes the offer of a request: a proposal number for each
// transform set, an AH and ESP bundle side by side under one number.
func (o OfferStyle) Proposals(r ipsec.RequestSA) []isakmp.Proposal {
	var out []isakmp.Proposal
	for i, of := range r.Proposals {
		for _, p := range of.Suite.Parts() {
			out = append(out, isakmp.Proposal{
				Number: uint8(i + 1), Protocol: isakmp.ProtocolID(p.Proto.DOI()),
				Transforms: []isakmp.Transform{{Number: 1, ID: transformID(p), Attributes: o.attributes(p, of.Encap, r.Lifetime)}},
			})
		}
	}
	return out
}

// ahTransforms maps integrity algorithms to AH transform ids (RFC 2407, 4.4.3; RFC 4868).
var ahTransforms = map[ipsec.Auth]uint8{ipsec.MD5: 2, ipsec.SHA1: 3, ipsec.SHA256: 5, ipsec.SHA384: 6, ipsec.SHA512: 7}

func transformID(p ipsec.Part) uint8 {
	if p.Proto == ipsec.AH {
		return ahTransforms[p.Auth]
	}
	return uint8(p.Cipher)
}

func (o OfferStyle) attributes(p ipsec.Part, e ipsec.Encap, life ipsec.Lifetime) []isakmp.Attribute {
	out := []isakmp.Attribute{isakmp.TV(isakmp.AttrSAEncapsulation, uint16(e))}
	var key, auth []isakmp.Attribute
	if p.Cipher == ipsec.AES {
		key = append(key, isakmp.TV(isakmp.AttrSAKeyLength, p.KeyBits))
	}
	if p.Auth != ipsec.NoAuth {
		auth = append(auth, isakmp.TV(isakmp.AttrSAAuth, uint16(p.Auth)))
	}
	if o == WindowsOffer {
		out = append(append(out, key...), auth...)
		return append(out, o.life(life)...)
	}
	out = append(out, o.life(life)...)
	return append(append(out, auth...), key...)
}

// Life types of RFC 2407, 4.5.
const (
	lifeSeconds   = 1
	lifeKilobytes = 2
)

func (o OfferStyle) life(l ipsec.Lifetime) []isakmp.Attribute {
	var out []isakmp.Attribute
	for _, v := range []struct {
		kind  uint16
		value uint32
	}{{lifeSeconds, l.Seconds}, {lifeKilobytes, l.Kilobytes}} {
		if v.value == 0 {
			continue
		}
		out = append(out, isakmp.TV(isakmp.AttrSALifeType, v.kind))
		if v.value < 1<<16 && o == IOSOffer {
			out = append(out, isakmp.TV(isakmp.AttrSALifeDuration, uint16(v.value)))
		} else {
			out = append(out, isakmp.TLV32(isakmp.AttrSALifeDuration, v.value))
		}
	}
	return out
}
