package isakmp

import (
	"encoding/binary"
	"fmt"
)

// Attribute is a data attribute (RFC 2408, 3.3). Basic attributes (TV form)
// have a value of two bytes; the others (TLV) of any length.
type Attribute struct {
	Type  uint16 // class, 15 bits
	Basic bool
	Value []byte
}

// TV returns a basic attribute.
func TV(class, value uint16) Attribute {
	return Attribute{Type: class, Basic: true, Value: binary.BigEndian.AppendUint16(nil, value)}
}

// TLV returns a variable attribute. It keeps value.
func TLV(class uint16, value []byte) Attribute { return Attribute{Type: class, Value: value} }

// TLV32 returns a variable attribute of four bytes, as lifetimes are often sent.
func TLV32(class uint16, value uint32) Attribute {
	return TLV(class, binary.BigEndian.AppendUint32(nil, value))
}

// Uint returns the value as a number, and whether it fits into 64 bits.
func (a Attribute) Uint() (uint64, bool) {
	b := a.Value
	for len(b) > 8 && b[0] == 0 {
		b = b[1:]
	}
	if len(b) == 0 || len(b) > 8 {
		return 0, false
	}
	var v uint64
	for _, c := range b {
		v = v<<8 | uint64(c)
	}
	return v, true
}

// Append writes the attribute. A basic attribute whose value is not two bytes
// is written as variable.
func (a Attribute) Append(dst []byte) []byte {
	if a.Basic && len(a.Value) == 2 {
		dst = binary.BigEndian.AppendUint16(dst, a.Type|0x8000)
		return append(dst, a.Value...)
	}
	dst = binary.BigEndian.AppendUint16(dst, a.Type&0x7fff)
	dst = binary.BigEndian.AppendUint16(dst, uint16(len(a.Value)))
	return append(dst, a.Value...)
}

// ParseAttributes reads a list of attributes that fills b. The values alias b.
func ParseAttributes(b []byte) ([]Attribute, error) {
	var list []Attribute
	for len(b) > 0 {
		if len(b) < 4 {
			return nil, malformed(PayloadTransform, "attribute header of %d bytes", len(b))
		}
		class := binary.BigEndian.Uint16(b)
		if class&0x8000 != 0 {
			list = append(list, Attribute{Type: class & 0x7fff, Basic: true, Value: b[2:4:4]})
			b = b[4:]
			continue
		}
		n := int(binary.BigEndian.Uint16(b[2:]))
		if n > len(b)-4 {
			return nil, malformed(PayloadTransform, "attribute %d of %d bytes in %d", class, n, len(b)-4)
		}
		list = append(list, Attribute{Type: class, Value: b[4 : 4+n : 4+n]})
		b = b[4+n:]
	}
	return list, nil
}

// Transform is a transform of a proposal (RFC 2408, 3.6).
type Transform struct {
	Number     uint8
	ID         uint8
	Attributes []Attribute
}

// Attribute returns the first attribute of a class.
func (t *Transform) Attribute(class uint16) (Attribute, bool) {
	for _, a := range t.Attributes {
		if a.Type == class {
			return a, true
		}
	}
	return Attribute{}, false
}

func (t *Transform) append(dst []byte, last bool) []byte {
	start := len(dst)
	dst = appendGeneric(dst, nextUnless(last, PayloadTransform))
	dst = append(dst, t.Number, t.ID, 0, 0)
	for _, a := range t.Attributes {
		dst = a.Append(dst)
	}
	return closeGeneric(dst, start)
}

// Proposal is a proposal of an SA (RFC 2408, 3.5). Proposals in a row with the
// same number belong together (a bundle).
type Proposal struct {
	Number     uint8
	Protocol   ProtocolID
	SPI        []byte
	Transforms []Transform
}

// SPI32 returns an SPI of four bytes as a number, 0 for one of another size.
func (p *Proposal) SPI32() uint32 {
	if len(p.SPI) != 4 {
		return 0
	}
	return binary.BigEndian.Uint32(p.SPI)
}

func (p *Proposal) append(dst []byte, last bool) []byte {
	start := len(dst)
	dst = appendGeneric(dst, nextUnless(last, PayloadProposal))
	dst = append(dst, p.Number, uint8(p.Protocol), uint8(len(p.SPI)), uint8(len(p.Transforms)))
	dst = append(dst, p.SPI...)
	for i := range p.Transforms {
		dst = p.Transforms[i].append(dst, i == len(p.Transforms)-1)
	}
	return closeGeneric(dst, start)
}

// SA is a security association payload (RFC 2408, 3.4; RFC 2407, 4.6.1).
type SA struct {
	DOI       uint32
	Situation uint32
	Proposals []Proposal
}

// Kind is PayloadSA.
func (*SA) Kind() PayloadType { return PayloadSA }

// AppendBody writes the payload without its generic header.
func (s *SA) AppendBody(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint32(dst, s.DOI)
	dst = binary.BigEndian.AppendUint32(dst, s.Situation)
	for i := range s.Proposals {
		dst = s.Proposals[i].append(dst, i == len(s.Proposals)-1)
	}
	return dst
}

// MaxProposals and MaxTransforms bound what one SA payload may offer: the
// counts are bytes on the wire, and no real peer comes near.
const (
	MaxProposals  = 64
	MaxTransforms = 255
)

// ParseBody reads the payload without its generic header. Values alias b.
func (s *SA) ParseBody(b []byte) error {
	*s = SA{}
	if len(b) < 8 {
		return malformed(PayloadSA, "body of %d bytes", len(b))
	}
	s.DOI = binary.BigEndian.Uint32(b)
	s.Situation = binary.BigEndian.Uint32(b[4:])
	if s.DOI != DOIIPsec {
		return &Error{Payload: PayloadSA, Notify: NotifyDOINotSupported, Problem: fmt.Sprintf("DOI %d", s.DOI)}
	}
	if s.Situation != SituationIdentityOnly {
		return &Error{Payload: PayloadSA, Notify: NotifySituationNotSupported, Problem: fmt.Sprintf("situation %#x", s.Situation)}
	}
	return s.parseProposals(b[8:])
}

func (s *SA) parseProposals(b []byte) error {
	for {
		next, body, rest, err := cutGeneric(PayloadProposal, b)
		if err != nil {
			return err
		}
		p, err := parseProposal(body)
		if err != nil {
			return err
		}
		if len(s.Proposals) == MaxProposals {
			return syntax(PayloadProposal, "more than %d proposals", MaxProposals)
		}
		s.Proposals = append(s.Proposals, p)
		b = rest
		switch {
		case next == PayloadNone && len(b) == 0:
			return nil
		case next == PayloadNone:
			return malformed(PayloadSA, "%d bytes after the last proposal", len(b))
		case next != PayloadProposal:
			return syntax(PayloadProposal, "next payload %v after a proposal", next)
		}
	}
}

func parseProposal(b []byte) (Proposal, error) {
	if len(b) < 4 {
		return Proposal{}, malformed(PayloadProposal, "body of %d bytes", len(b))
	}
	p := Proposal{Number: b[0], Protocol: ProtocolID(b[1])}
	size, count := int(b[2]), int(b[3])
	if size > len(b)-4 {
		return p, malformed(PayloadProposal, "SPI of %d bytes in %d", size, len(b)-4)
	}
	if count == 0 {
		return p, syntax(PayloadProposal, "no transform")
	}
	p.SPI = b[4 : 4+size : 4+size]
	b = b[4+size:]
	for i := range count {
		next, body, rest, err := cutGeneric(PayloadTransform, b)
		if err != nil {
			return p, err
		}
		t, err := parseTransform(body)
		if err != nil {
			return p, err
		}
		if next != nextUnless(i == count-1, PayloadTransform) {
			return p, syntax(PayloadTransform, "next payload %v in transform %d of %d", next, i+1, count)
		}
		p.Transforms = append(p.Transforms, t)
		b = rest
	}
	if len(b) != 0 {
		return p, malformed(PayloadProposal, "%d bytes after the last transform", len(b))
	}
	return p, nil
}

func parseTransform(b []byte) (Transform, error) {
	if len(b) < 4 {
		return Transform{}, malformed(PayloadTransform, "body of %d bytes", len(b))
	}
	if b[2] != 0 || b[3] != 0 {
		return Transform{}, reserved(PayloadTransform)
	}
	attrs, err := ParseAttributes(b[4:])
	return Transform{Number: b[0], ID: b[1], Attributes: attrs}, err
}
