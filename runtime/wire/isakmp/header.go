package isakmp

import (
	"encoding/binary"
	"encoding/hex"
)

// HeaderLen is the length of the ISAKMP header, in bytes.
const HeaderLen = 28

// Version10 is version 1.0, the only one that IKEv1 has.
const Version10 uint8 = 0x10

// Cookie is an anti-clogging token of one side (RFC 2408, 2.5.3).
type Cookie [8]byte

// IsZero reports whether the cookie is not set yet.
func (c Cookie) IsZero() bool { return c == Cookie{} }

// String returns the cookie in hex.
func (c Cookie) String() string { return hex.EncodeToString(c[:]) }

// Header is the ISAKMP header (RFC 2408, 3.1).
type Header struct {
	InitiatorCookie Cookie
	ResponderCookie Cookie
	NextPayload     PayloadType
	Version         uint8
	Exchange        ExchangeType
	Flags           uint8
	MessageID       uint32
	Length          uint32 // of the whole message, header included, in bytes
}

// Encrypted reports whether the body is encrypted.
func (h *Header) Encrypted() bool { return h.Flags&FlagEncryption != 0 }

// Append writes the header.
func (h *Header) Append(dst []byte) []byte {
	dst = append(dst, h.InitiatorCookie[:]...)
	dst = append(dst, h.ResponderCookie[:]...)
	dst = append(dst, uint8(h.NextPayload), h.Version, uint8(h.Exchange), h.Flags)
	dst = binary.BigEndian.AppendUint32(dst, h.MessageID)
	return binary.BigEndian.AppendUint32(dst, h.Length)
}

// ParseHeader reads and checks the header of a whole message (RFC 2408, 5.2):
// length, version, flags, a cookie of the initiator. The error is an *Error
// with the notification that the RFC has for it.
func ParseHeader(b []byte) (Header, error) {
	var h Header
	if len(b) < HeaderLen {
		return h, malformed(PayloadNone, "message of %d bytes", len(b))
	}
	copy(h.InitiatorCookie[:], b)
	copy(h.ResponderCookie[:], b[8:])
	h.NextPayload, h.Version = PayloadType(b[16]), b[17]
	h.Exchange, h.Flags = ExchangeType(b[18]), b[19]
	h.MessageID = binary.BigEndian.Uint32(b[20:])
	h.Length = binary.BigEndian.Uint32(b[24:])
	return h, h.check(len(b))
}

func (h *Header) check(size int) error {
	fail := func(n NotifyType, problem string) error { return &Error{Notify: n, Problem: problem} }
	switch {
	case h.InitiatorCookie.IsZero():
		return fail(NotifyInvalidCookie, "initiator cookie of zeros")
	case h.Version>>4 != Version10>>4:
		return fail(NotifyInvalidMajorVersion, "major version")
	case h.Version&0xf > Version10&0xf:
		return fail(NotifyInvalidMinorVersion, "minor version")
	case h.Flags&^(FlagEncryption|FlagCommit|FlagAuthOnly) != 0:
		return fail(NotifyInvalidFlags, "unknown flags")
	case int64(h.Length) != int64(size):
		return fail(NotifyUnequalPayloadLengths, "length in the header differs from the datagram's")
	}
	return nil
}

// AppendMessage writes a message in the clear: h with NextPayload, Version and
// Length filled in, then the payloads.
func AppendMessage(dst []byte, h Header, payloads ...Payload) []byte {
	start := len(dst)
	h.Version, h.NextPayload = Version10, PayloadNone
	if len(payloads) > 0 {
		h.NextPayload = payloads[0].Kind()
	}
	dst = AppendChain(h.Append(dst), payloads...)
	binary.BigEndian.PutUint32(dst[start+24:], uint32(len(dst)-start))
	return dst
}
