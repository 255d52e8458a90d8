package ppp

import (
	"crypto/des"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf16"

	//lint:ignore SA1019 RFC 2433 asks for MD4, and nothing else will do
	"golang.org/x/crypto/md4"
)

// The error codes of a Failure message (RFC 2433, 9; RFC 2759, 6).
const (
	RestrictedLogonHours = 646
	AccountDisabled      = 647
	PasswordExpired      = 648
	NoDialinPermission   = 649
	AuthenticationError  = 691
	ChangingPassword     = 709
)

// NTPasswordHash is the MD4 digest of the password in UTF-16 (RFC 2433, A.4).
func NTPasswordHash(password string) [16]byte {
	h := md4.New()
	for _, u := range utf16.Encode([]rune(password)) {
		h.Write([]byte{byte(u), byte(u >> 8)})
	}
	return [16]byte(h.Sum(nil))
}

// LMPasswordHash is the LAN Manager digest of a password (RFC 2433, A.2):
// upper case, at most 14 octets.
func LMPasswordHash(password string) (hash [16]byte) {
	var up [14]byte
	copy(up[:], strings.ToUpper(password))
	magic := []byte("KGS!@#$%")
	encryptDES(hash[:8], magic, up[:7])
	encryptDES(hash[8:], magic, up[7:])
	return hash
}

// ChallengeResponse encrypts the 8-octet challenge under the three DES keys
// that the hash is cut into (RFC 2433, A.5).
func ChallengeResponse(challenge [8]byte, hash [16]byte) (out [24]byte) {
	var key [21]byte
	copy(key[:], hash[:])
	for i := range 3 {
		encryptDES(out[8*i:8*i+8], challenge[:], key[7*i:7*i+7])
	}
	return out
}

// encryptDES encrypts one block under 56 bits of key, spread to eight octets
// with room for the parity that DES ignores (RFC 2433, A.7).
func encryptDES(dst, src, key []byte) {
	var k [8]byte
	var acc uint
	for i := range 7 {
		acc = acc<<8 | uint(key[i])
		k[i] = byte(acc >> (i + 1) << 1)
	}
	k[7] = byte(acc << 1)
	c, err := des.NewCipher(k[:])
	if err != nil {
		panic("ppp: DES refuses eight octets: " + err.Error()) // cannot be
	}
	c.Encrypt(dst[:8], src[:8])
}

// MSResponse is the value of an MS-CHAP Response (RFC 2433, 5).
type MSResponse struct {
	LM, NT [24]byte
	UseNT  bool
}

// Append appends the 49 octets.
func (r *MSResponse) Append(dst []byte) []byte {
	dst = append(append(dst, r.LM[:]...), r.NT[:]...)
	if r.UseNT {
		return append(dst, 1)
	}
	return append(dst, 0)
}

// Parse reads the 49 octets.
func (r *MSResponse) Parse(b []byte) error {
	if len(b) != MSResponseSize {
		return fmt.Errorf("%w: MS-CHAP response of %d octets", ErrAuth, len(b))
	}
	copy(r.LM[:], b)
	copy(r.NT[:], b[24:])
	r.UseNT = b[48] == 1
	return nil
}

// MSCHAPResponse answers an MS-CHAP challenge with the NT response alone, as every
// client since Windows NT does.
func MSCHAPResponse(challenge [8]byte, password string) []byte {
	r := MSResponse{NT: ChallengeResponse(challenge, NTPasswordHash(password)), UseNT: true}
	return r.Append(nil)
}

// FailureMessage is the message of an MS-CHAP Failure: E=, R=, C=, V=, M=.
type FailureMessage struct {
	Code    int
	Retry   bool
	NewChal []byte // C=, nil for none
	Version int    // V=, 0 for none
	Text    string // M=
}

// String writes the message as it stands in the packet.
func (f *FailureMessage) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "E=%d R=%d", f.Code, map[bool]int{true: 1}[f.Retry])
	if f.NewChal != nil {
		fmt.Fprintf(&b, " C=%X", f.NewChal)
	}
	if f.Version != 0 {
		fmt.Fprintf(&b, " V=%d", f.Version)
	}
	if f.Text != "" {
		b.WriteString(" M=" + f.Text)
	}
	return b.String()
}

// ParseFailure reads the message of an MS-CHAP Failure. Fields that it does not know
// or cannot read are skipped; ok is false without an error code.
func ParseFailure(msg string) (f FailureMessage, ok bool) {
	head, text, _ := strings.Cut(msg, "M=")
	f.Text = text
	for _, word := range strings.Fields(head) {
		key, val, _ := strings.Cut(word, "=")
		switch key {
		case "E":
			n, err := strconv.Atoi(val)
			f.Code, ok = n, err == nil
		case "R":
			f.Retry = val == "1"
		case "C":
			f.NewChal = unhex(val)
		case "V":
			f.Version, _ = strconv.Atoi(val)
		}
	}
	return f, ok
}

// unhex reads upper- or lower-case hex; nil for anything else or more than 16 octets.
func unhex(s string) []byte {
	if len(s)%2 != 0 || len(s) > 32 {
		return nil
	}
	out := make([]byte, len(s)/2)
	for i := range out {
		v, err := strconv.ParseUint(s[2*i:2*i+2], 16, 8)
		if err != nil {
			return nil
		}
		out[i] = byte(v)
	}
	return out
}
