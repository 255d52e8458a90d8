package ppp

import (
	"errors"
	"fmt"
)

// The PAP codes (RFC 1334, 2.2).
const (
	PAPRequest Code = 1
	PAPAck     Code = 2
	PAPNak     Code = 3
)

// ErrAuth reports an authentication packet that does not add up.
var ErrAuth = errors.New("ppp: bad authentication packet")

// PAPLogin is the data of an Authenticate-Request. Name and password have at most 255 octets.
type PAPLogin struct{ Name, Password string }

// Append appends the data of the request.
func (p *PAPLogin) Append(dst []byte) []byte {
	return appendCounted(appendCounted(dst, p.Name), p.Password)
}

// Parse reads the data of a request. Bytes behind the password are ignored.
func (p *PAPLogin) Parse(b []byte) error {
	name, b, ok := counted(b)
	password, _, ok2 := counted(b)
	if !ok || !ok2 {
		return fmt.Errorf("%w: PAP request", ErrAuth)
	}
	p.Name, p.Password = name, password
	return nil
}

// AppendPAPMessage appends the data of an Authenticate-Ack or -Nak.
func AppendPAPMessage(dst []byte, msg string) []byte { return appendCounted(dst, msg) }

// ParsePAPMessage reads the data of an Ack or Nak. Some peers leave the
// message out together with its length octet; that reads as an empty message.
func ParsePAPMessage(b []byte) (string, error) {
	if len(b) == 0 {
		return "", nil
	}
	msg, _, ok := counted(b)
	if !ok {
		return "", fmt.Errorf("%w: PAP message", ErrAuth)
	}
	return msg, nil
}

// appendCounted appends s behind its length octet, cut at 255 octets.
func appendCounted(dst []byte, s string) []byte {
	if len(s) > 255 {
		s = s[:255]
	}
	return append(append(dst, byte(len(s))), s...)
}

func counted(b []byte) (s string, rest []byte, ok bool) {
	if len(b) == 0 || len(b) < 1+int(b[0]) {
		return "", nil, false
	}
	n := 1 + int(b[0])
	return string(b[1:n]), b[n:], true
}
