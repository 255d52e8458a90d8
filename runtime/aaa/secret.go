package aaa

import (
	"crypto/pbkdf2"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"

	"golang.org/x/crypto/scrypt"
)

// ErrSecret reports a secret whose text does not fit its kind.
var ErrSecret = errors.New("aaa: malformed secret")

// Clear turns the secret back into the password. ok is false when there is
// none, or when its kind is one-way.
func (s Secret) Clear() (password string, ok bool) {
	if !s.Set {
		return "", false
	}
	switch s.Kind {
	case Clear:
		return s.Text, true
	case Type7:
		p, err := DecodeType7(s.Text)
		return p, err == nil
	case SHA256, MD5, PBKDF2, Scrypt, NoPassword:
	}
	return "", false
}

// Matches verifies a clear password.
func (s Secret) Matches(password string) bool {
	if !s.Set {
		return false
	}
	switch s.Kind {
	case Clear, Type7:
		clear, ok := s.Clear()
		return ok && same(clear, password)
	case SHA256:
		sum := sha256.Sum256([]byte(password))
		return same(s.Text, ciscoBase64.EncodeToString(sum[:]))
	case MD5:
		salt, ok := crypt(s.Text, "$1$")
		return ok && same(s.Text, MD5Crypt(password, salt))
	case PBKDF2:
		return s.derived(password, "$8$", derivePBKDF2)
	case Scrypt:
		return s.derived(password, "$9$", deriveScrypt)
	case NoPassword:
		return true
	}
	return false
}

func same(a, b string) bool { return subtle.ConstantTimeCompare([]byte(a), []byte(b)) == 1 }

// crypt takes the salt out of $N$salt$hash.
func crypt(text, prefix string) (salt string, ok bool) {
	rest, ok := strings.CutPrefix(text, prefix)
	if !ok {
		return "", false
	}
	salt, _, ok = strings.Cut(rest, "$")
	return salt, ok
}

func (s Secret) derived(password, prefix string, derive func(password, salt string) []byte) bool {
	salt, ok := crypt(s.Text, prefix)
	if !ok {
		return false
	}
	return same(s.Text, prefix+salt+"$"+ciscoBase64.EncodeToString(derive(password, salt)))
}

// ciscoBase64 is base 64 in the order of crypt's alphabet.
var ciscoBase64 = base64.NewEncoding(cryptAlphabet).WithPadding(base64.NoPadding)

// derivePBKDF2 is type 8: 20,000 rounds of PBKDF2 with SHA-256.
func derivePBKDF2(password, salt string) []byte {
	k, err := pbkdf2.Key(sha256.New, password, []byte(salt), 20000, 32)
	if err != nil {
		return nil
	}
	return k
}

// deriveScrypt is type 9: scrypt with N 16384, r 1, p 1.
func deriveScrypt(password, salt string) []byte {
	k, err := scrypt.Key([]byte(password), []byte(salt), 16384, 1, 1, 32)
	if err != nil {
		return nil
	}
	return k
}

// type7Key is the well-known key of the reversible encoding.
const type7Key = "dsfd;kfoA,.iyewrkldJKDHSUBsgvca69834ncxv9873254k;fg87"

// DecodeType7 turns the hex of a type 7 password back into the password.
func DecodeType7(text string) (string, error) {
	if len(text) < 4 || len(text)%2 != 0 {
		return "", fmt.Errorf("%w: %d characters", ErrSecret, len(text))
	}
	if text[0] < '0' || text[0] > '9' || text[1] < '0' || text[1] > '9' {
		return "", fmt.Errorf("%w: type 7 begins with two decimal digits", ErrSecret)
	}
	at := int(text[0]-'0')*10 + int(text[1]-'0')
	b, err := hex.DecodeString(text[2:])
	if err != nil {
		return "", fmt.Errorf("%w: %v", ErrSecret, err)
	}
	for i := range b {
		b[i] ^= type7Key[(at+i)%len(type7Key)]
	}
	return string(b), nil
}

// EncodeType7 encodes a password from place salt of the key, 0 to 15 as IOS does.
func EncodeType7(password string, salt int) string {
	b := []byte(password)
	for i := range b {
		b[i] ^= type7Key[(salt+i)%len(type7Key)]
	}
	return fmt.Sprintf("%02d%X", salt, b)
}
