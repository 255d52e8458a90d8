package ppp

import (
	"crypto/sha1"
	"crypto/subtle"
	"encoding/hex"
	"fmt"
	"strings"

	//lint:ignore SA1019 RFC 2433 asks for MD4, and nothing else will do
	"golang.org/x/crypto/md4"
)

// MSV2Response is the value of an MS-CHAP-V2 Response (RFC 2759, 4).
type MSV2Response struct {
	PeerChallenge [16]byte
	NT            [24]byte
	Flags         uint8
}

// Append appends the 49 octets.
func (r *MSV2Response) Append(dst []byte) []byte {
	dst = append(dst, r.PeerChallenge[:]...)
	dst = append(dst, make([]byte, 8)...)
	return append(append(dst, r.NT[:]...), r.Flags)
}

// Parse reads the 49 octets. The eight reserved ones are ignored.
func (r *MSV2Response) Parse(b []byte) error {
	if len(b) != MSResponseSize {
		return fmt.Errorf("%w: MS-CHAP-V2 response of %d octets", ErrAuth, len(b))
	}
	copy(r.PeerChallenge[:], b)
	copy(r.NT[:], b[24:])
	r.Flags = b[48]
	return nil
}

// ChallengeHash folds both challenges and the user name into eight octets (RFC 2759, 8.2).
// A domain in front of a backslash is not part of the name.
func ChallengeHash(peer, authenticator [16]byte, user string) (out [8]byte) {
	h := sha1.New()
	h.Write(peer[:])
	h.Write(authenticator[:])
	h.Write([]byte(WithoutDomain(user)))
	copy(out[:], h.Sum(nil))
	return out
}

// WithoutDomain strips DOMAIN\ from a user name.
func WithoutDomain(user string) string {
	if i := strings.LastIndexByte(user, '\\'); i >= 0 {
		return user[i+1:]
	}
	return user
}

// NTResponse is GenerateNTResponse of RFC 2759, 8.1.
func NTResponse(authenticator, peer [16]byte, user, password string) [24]byte {
	return ChallengeResponse(ChallengeHash(peer, authenticator, user), NTPasswordHash(password))
}

// AuthenticatorResponse is GenerateAuthenticatorResponse of RFC 2759, 8.7: "S="
// and 40 upper-case hex digits.
func AuthenticatorResponse(password string, nt [24]byte, peer, authenticator [16]byte, user string) string {
	hash := NTPasswordHash(password)
	m := md4.New()
	m.Write(hash[:])
	h := sha1.New()
	h.Write(m.Sum(nil))
	h.Write(nt[:])
	h.Write([]byte("Magic server to client signing constant"))
	digest := h.Sum(nil)
	challenge := ChallengeHash(peer, authenticator, user)
	h.Reset()
	h.Write(digest)
	h.Write(challenge[:])
	h.Write([]byte("Pad to make it do more than one iteration"))
	return "S=" + strings.ToUpper(hex.EncodeToString(h.Sum(nil)))
}

// Verify checks the credentials against a clear password. For MS-CHAP-V2 it
// returns the proof that the Success message must carry.
func (c *Credentials) Verify(password string) (proof string, ok bool) {
	switch c.Proto {
	case AuthPAP:
		return "", equal([]byte(c.Password), []byte(password))
	case AuthCHAP:
		return "", equal(c.Response, MD5Response(c.ID, password, c.Challenge))
	case AuthMSCHAP:
		return "", c.verifyMS(password)
	case AuthMSCHAPV2:
		return c.verifyMSV2(password)
	case NoAuth:
	}
	return "", false
}

func (c *Credentials) verifyMS(password string) bool {
	var r MSResponse
	if len(c.Challenge) != MSChallengeSize || r.Parse(c.Response) != nil {
		return false
	}
	challenge := [8]byte(c.Challenge)
	if r.UseNT {
		want := ChallengeResponse(challenge, NTPasswordHash(password))
		return equal(r.NT[:], want[:])
	}
	want := ChallengeResponse(challenge, LMPasswordHash(password))
	return equal(r.LM[:], want[:])
}

func (c *Credentials) verifyMSV2(password string) (proof string, ok bool) {
	var r MSV2Response
	if len(c.Challenge) != MSV2ChallengeSz || r.Parse(c.Response) != nil {
		return "", false
	}
	challenge := [16]byte(c.Challenge)
	want := NTResponse(challenge, r.PeerChallenge, c.User, password)
	if !equal(r.NT[:], want[:]) {
		return "", false
	}
	return AuthenticatorResponse(password, r.NT, r.PeerChallenge, challenge, c.User), true
}

func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }
