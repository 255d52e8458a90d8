package ppp

import (
	"crypto/md5"
	"fmt"
)

// The CHAP codes (RFC 1994, 4), and those that RFC 2433 and 2759 add.
const (
	CHAPChallenge   Code = 1
	CHAPResponse    Code = 2
	CHAPSuccess     Code = 3
	CHAPFailure     Code = 4
	CHAPChangePWv1  Code = 5
	CHAPChangePW    Code = 6
	CHAPChangePWv2  Code = 7
	MD5ValueSize         = 16
	MSChallengeSize      = 8
	MSV2ChallengeSz      = 16
	MSResponseSize       = 49
	ntResponseSize       = 24
)

// CHAPValue is the data of a Challenge or Response: a value and the name of
// who sends it. The value has 1 to 255 octets.
type CHAPValue struct {
	// Value aliases the packet after Parse.
	Value []byte
	Name  string
}

// Append appends the data of the packet.
func (c *CHAPValue) Append(dst []byte) []byte {
	return append(append(append(dst, byte(len(c.Value))), c.Value...), c.Name...)
}

// Parse reads the data of a Challenge or Response. An empty value is an error
// (RFC 1994, 4.1: at least one octet).
func (c *CHAPValue) Parse(b []byte) error {
	if len(b) < 1 || b[0] == 0 || len(b) < 1+int(b[0]) {
		return fmt.Errorf("%w: CHAP value", ErrAuth)
	}
	n := 1 + int(b[0])
	c.Value, c.Name = b[1:n:n], string(b[n:])
	return nil
}

// MD5Response is the response value of CHAP with MD5 (RFC 1994, 4.1).
func MD5Response(id uint8, secret string, challenge []byte) []byte {
	h := md5.New()
	h.Write([]byte{id})
	h.Write([]byte(secret))
	h.Write(challenge)
	return h.Sum(nil)
}
