package l2tp

import (
	"encoding/binary"
	"fmt"
	"slices"
)

// Message is one of the control messages of this package, by pointer.
type Message interface {
	// Type returns the message type.
	Type() MessageType
	// Extra returns the place of AVPs that are not the message's own.
	Extra() *[]AVP
	fields() []field
}

// Others keeps AVPs that were read and are not known, or not of this message,
// so that they can be written again behind the known ones.
type Others struct{ AVPs []AVP }

// Extra returns the place of the AVPs.
func (o *Others) Extra() *[]AVP { return &o.AVPs }

// Encoding says how a message is written.
type Encoding struct {
	// Order puts AVPs first in this order; those with a value that it does not
	// name follow in the RFC's order.
	Order []Attr
	// Secret and Vector hide the AVPs that may be hidden, when both are there.
	Secret, Vector []byte
}

// AppendBody appends the AVPs of m, Message Type first.
func AppendBody(dst []byte, m Message, enc Encoding) ([]byte, error) {
	dst = AVP{Mandatory: true, Attr: AttrMessageType, Value: binary.BigEndian.AppendUint16(nil, uint16(m.Type()))}.Append(dst)
	hiding := len(enc.Secret) > 0 && len(enc.Vector) > 0
	if hiding {
		dst = AVP{Mandatory: true, Attr: AttrRandomVector, Value: enc.Vector}.Append(dst)
	}
	fs := m.fields()
	slices.SortStableFunc(fs, func(a, b field) int { return enc.rank(a.attr) - enc.rank(b.attr) })
	for _, f := range fs {
		if !f.present() {
			continue
		}
		avp := AVP{Mandatory: f.attr.Mandatory(), Attr: f.attr, Value: f.append(nil)}
		if hiding && f.attr.MayHide() && len(avp.Value)+2 <= MaxValue {
			avp.Hidden, avp.Value = true, hide(f.attr, avp.Value, enc.Secret, enc.Vector)
		}
		if len(avp.Value) > MaxValue {
			return dst, fmt.Errorf("write %v of %d bytes: %w", f.attr, len(avp.Value), ErrAVP)
		}
		dst = avp.Append(dst)
	}
	for _, avp := range *m.Extra() {
		dst = avp.Append(dst)
	}
	return dst, nil
}

// rank is where a stands in the order.
func (e Encoding) rank(a Attr) int {
	if i := slices.Index(e.Order, a); i >= 0 {
		return i
	}
	return len(e.Order)
}

// Parsed is a control message as it was read.
type Parsed struct {
	Type MessageType
	// Message is nil when the type is unknown.
	Message Message
	// AVPs are all AVPs in their order, hidden ones revealed (and still marked
	// Hidden) where the secret fits. Values alias the body that was parsed.
	AVPs []AVP
}

// Parse reads the AVPs of a control message; secret reveals hidden ones, nil
// for none. Together with an error it returns what could be read. The
// first of these is reported: a length error, UnknownMessageError, UnknownAVPError,
// ValueError, MissingError.
func Parse(body, secret []byte) (Parsed, error) {
	avps, err := ParseAVPs(body)
	p := Parsed{AVPs: avps}
	if len(avps) == 0 && err == nil {
		err = fmt.Errorf("control message without AVPs: %w", ErrTruncated)
	}
	if len(avps) == 0 {
		return p, err
	}
	// RFC 2661 4.4.1: Message Type is the first AVP, and not hidden.
	first := avps[0]
	if first.Attr != AttrMessageType || first.Vendor != 0 || first.Hidden || len(first.Value) != 2 {
		return p, fmt.Errorf("first AVP is %v of vendor %d: %w", first.Attr, first.Vendor, ErrAVP)
	}
	p.Type = MessageType(binary.BigEndian.Uint16(first.Value))
	p.Message = newMessage(p.Type)
	if err != nil {
		return p, err
	}
	if p.Message == nil {
		return p, &UnknownMessageError{p.Type, first.Mandatory}
	}
	return p, p.fill(secret)
}

// fill sets the message's fields from the AVPs.
func (p *Parsed) fill(secret []byte) error {
	var failed error
	fail := func(err error) {
		if failed == nil {
			failed = err
		}
	}
	fields := p.Message.fields()
	seen := make([]bool, len(fields))
	var vector []byte
	for i := 1; i < len(p.AVPs); i++ {
		avp := &p.AVPs[i]
		if avp.Vendor == 0 && avp.Attr == AttrRandomVector && !avp.Hidden && avp.Reserved == 0 {
			vector = avp.Value
			continue
		}
		if !avp.open(secret, vector) {
			if avp.Mandatory {
				fail(&UnknownAVPError{*avp})
			}
			p.keep(*avp)
			continue
		}
		at := slices.IndexFunc(fields, func(f field) bool { return f.attr == avp.Attr })
		if at < 0 || seen[at] {
			p.keep(*avp)
			continue
		}
		if err := fields[at].parse(avp.Value); err != nil {
			if avp.Mandatory || fields[at].required {
				fail(&ValueError{avp.Attr, err})
			}
			p.keep(*avp)
			continue
		}
		seen[at] = true
	}
	fail(missing(p.Type, fields, seen))
	return failed
}

// keep puts a copy of an AVP with the others.
func (p *Parsed) keep(avp AVP) {
	if avp.Vendor == 0 && avp.Attr == AttrMessageType {
		return
	}
	avp.Value = slices.Clone(avp.Value)
	extra := p.Message.Extra()
	*extra = append(*extra, avp)
}

// open reveals a hidden AVP in place, and reports whether we recognize it.
func (a *AVP) open(secret, vector []byte) bool {
	if a.Vendor != 0 || a.Reserved != 0 || !a.known() {
		return false
	}
	if !a.Hidden {
		return true
	}
	if len(secret) == 0 || vector == nil {
		return false
	}
	plain, err := reveal(a.Attr, a.Value, secret, vector)
	if err == nil {
		a.Value = plain
	}
	return err == nil
}

func (a *AVP) known() bool { _, ok := attrNames[a.Attr]; return ok }

// missing returns an error for required fields that were not seen.
func missing(t MessageType, fields []field, seen []bool) error {
	var attrs []Attr
	for i, f := range fields {
		if f.required && !seen[i] {
			attrs = append(attrs, f.attr)
		}
	}
	if attrs == nil {
		return nil
	}
	return &MissingError{t, attrs}
}
