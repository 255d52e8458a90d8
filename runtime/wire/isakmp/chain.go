package isakmp

import (
	"encoding/binary"
	"fmt"
)

// Error says what is wrong with a message: in which payload, which
// notification the RFC has for it, and whether it was a reserved octet that
// was not zero (what decrypting with a wrong key usually yields first).
type Error struct {
	Payload  PayloadType
	Notify   NotifyType
	Reserved bool
	Problem  string
}

// Error returns the payload's name and the problem.
func (e *Error) Error() string { return fmt.Sprintf("isakmp: %v payload: %s", e.Payload, e.Problem) }

func malformed(p PayloadType, format string, args ...any) error {
	return &Error{Payload: p, Notify: NotifyPayloadMalformed, Problem: fmt.Sprintf(format, args...)}
}

func syntax(p PayloadType, format string, args ...any) error {
	return &Error{Payload: p, Notify: NotifyBadProposalSyntax, Problem: fmt.Sprintf(format, args...)}
}

func reserved(p PayloadType) error {
	return &Error{Payload: p, Notify: NotifyPayloadMalformed, Reserved: true, Problem: "reserved not zero"}
}

// GenericLen is the length of the generic payload header, in bytes.
const GenericLen = 4

// MaxPayloads bounds the payloads of one message; the largest real ones have
// about thirty (vendor ids).
const MaxPayloads = 96

// Payload is one payload's content. The concrete types are pointers to the
// structs of this package, Unknown for a type it does not know.
type Payload interface {
	// Kind returns the payload's type.
	Kind() PayloadType
	// AppendBody writes the payload without the generic header.
	AppendBody(dst []byte) []byte
	// ParseBody reads the payload without the generic header; slices alias b.
	ParseBody(b []byte) error
}

// Part is a payload as it was read: Raw are its bytes with the generic header,
// aliasing the message.
type Part struct {
	Kind    PayloadType
	Next    PayloadType
	Raw     []byte
	Payload Payload
}

// Body returns the bytes behind the generic header, which the hashes of RFC
// 2409 call `<payload>_b`.
func (p *Part) Body() []byte { return p.Raw[GenericLen:] }

func newPayload(t PayloadType) Payload {
	switch t {
	case PayloadSA:
		return new(SA)
	case PayloadKE, PayloadHASH, PayloadSIG, PayloadNONCE, PayloadVID, PayloadNATD, PayloadNATDDraft, PayloadFragment:
		return &Opaque{Type: t}
	case PayloadID:
		return new(ID)
	case PayloadCERT, PayloadCR:
		return &Cert{Type: t}
	case PayloadNOTIFY:
		return new(Notify)
	case PayloadDELETE:
		return new(Delete)
	case PayloadNATOA, PayloadNATOADraft:
		return &NATOA{Type: t}
	default:
		return &Unknown{Type: t}
	}
}

// ParseChain reads payloads from b, the first being of type first, until one
// says that none follows. It returns how many bytes they take: what is behind
// is padding, which only an encrypted message may have. Slices alias b. The
// error, an *Error, comes with the payloads read before it.
func ParseChain(first PayloadType, b []byte) (parts []Part, n int, err error) {
	for kind := first; kind != PayloadNone; {
		if kind == PayloadProposal || kind == PayloadTransform {
			return parts, n, &Error{Payload: kind, Notify: NotifyInvalidPayloadType, Problem: "outside an SA payload"}
		}
		if len(parts) == MaxPayloads {
			return parts, n, malformed(kind, "more than %d payloads", MaxPayloads)
		}
		next, body, rest, err := cutGeneric(kind, b[n:])
		if err != nil {
			return parts, n, err
		}
		p := newPayload(kind)
		if err := p.ParseBody(body); err != nil {
			return parts, n, err
		}
		end := len(b) - len(rest)
		parts = append(parts, Part{Kind: kind, Next: next, Raw: b[n:end:end], Payload: p})
		n, kind = end, next
	}
	return parts, n, nil
}

// AppendChain writes payloads one after another, each with its generic header.
func AppendChain(dst []byte, payloads ...Payload) []byte {
	for i, p := range payloads {
		next := PayloadNone
		if i+1 < len(payloads) {
			next = payloads[i+1].Kind()
		}
		start := len(dst)
		dst = appendGeneric(dst, next)
		dst = closeGeneric(p.AppendBody(dst), start)
	}
	return dst
}

func nextUnless(last bool, t PayloadType) PayloadType {
	if last {
		return PayloadNone
	}
	return t
}

func appendGeneric(dst []byte, next PayloadType) []byte { return append(dst, uint8(next), 0, 0, 0) }

func closeGeneric(dst []byte, start int) []byte {
	binary.BigEndian.PutUint16(dst[start+2:], uint16(len(dst)-start))
	return dst
}

// cutGeneric cuts one payload of type kind off the front of b.
func cutGeneric(kind PayloadType, b []byte) (next PayloadType, body, rest []byte, err error) {
	if len(b) < GenericLen {
		return 0, nil, nil, malformed(kind, "%d bytes where a payload header should be", len(b))
	}
	if b[1] != 0 {
		return 0, nil, nil, reserved(kind)
	}
	n := int(binary.BigEndian.Uint16(b[2:]))
	if n < GenericLen || n > len(b) {
		return 0, nil, nil, malformed(kind, "length %d in %d bytes", n, len(b))
	}
	return PayloadType(b[0]), b[GenericLen:n:n], b[n:], nil
}
