package ppp

import (
	"bytes"
	"encoding/hex"
	"strings"
	"testing"
)

func bin(t *testing.T, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// RFC 2759, 9.2 and 9.3.
func TestMSCHAPV2VectorsOfRFC2759(t *testing.T) {
	auth := [16]byte(bin(t, "5B 5D 7C 7D 7B 3F 2F 3E 3C 2C 60 21 32 26 26 28"))
	peer := [16]byte(bin(t, "21 40 23 24 25 5E 26 2A 28 29 5F 2B 3A 33 7C 7E"))
	const user, password = "User", "clientPass"
	if got, want := ChallengeHash(peer, auth, user), bin(t, "D0 2E 43 86 BC E9 12 26"); !bytes.Equal(got[:], want) {
		t.Errorf("challenge %X, want %X", got, want)
	}
	if got, want := NTPasswordHash(password), bin(t, "44 EB BA 8D 53 12 B8 D6 11 47 44 11 F5 69 89 AE"); !bytes.Equal(got[:], want) {
		t.Errorf("hash %X, want %X", got, want)
	}
	nt := NTResponse(auth, peer, user, password)
	if want := bin(t, "82 30 9E CD 8D 70 8B 5E A0 8F AA 39 81 CD 83 54 42 33 11 4A 3D 85 D6 DF"); !bytes.Equal(nt[:], want) {
		t.Errorf("response %X, want %X", nt, want)
	}
	const proof = "S=407A5589115FD0D6209F510FE9C04566932CDA56"
	if got := AuthenticatorResponse(password, nt, peer, auth, user); got != proof {
		t.Errorf("proof %s, want %s", got, proof)
	}
	c := Credentials{Proto: AuthMSCHAPV2, User: `DOMAIN\User`, Challenge: auth[:],
		Response: (&MSV2Response{PeerChallenge: peer, NT: nt}).Append(nil)}
	if got, ok := c.Verify(password); !ok || got != proof {
		t.Errorf("Verify %s %v", got, ok)
	}
	if _, ok := c.Verify("clientpass"); ok {
		t.Error("a wrong password passed")
	}
}

// RFC 2433, appendix B.2.
func TestMSCHAPVectorsOfRFC2433(t *testing.T) {
	challenge := [8]byte(bin(t, "10 2D B5 DF 08 5D 30 41"))
	hash := NTPasswordHash("MyPw")
	if want := bin(t, "FC 15 6A F7 ED CD 6C 0E DD E3 33 7D 42 7F 4E AC"); !bytes.Equal(hash[:], want) {
		t.Errorf("hash %X", hash)
	}
	want := bin(t, "4E 9D 3C 8F 9C FD 38 5D 5B F4 D3 24 67 91 95 6C A4 C3 51 AB 40 9A 3D 61")
	if got := ChallengeResponse(challenge, hash); !bytes.Equal(got[:], want) {
		t.Errorf("response %X", got)
	}
	c := Credentials{Proto: AuthMSCHAP, Challenge: challenge[:], Response: MSCHAPResponse(challenge, "MyPw")}
	if _, ok := c.Verify("MyPw"); !ok {
		t.Error("Verify refuses")
	}
}

// The LM hash of an empty password is widely known.
func TestLMHashOfNothing(t *testing.T) {
	got := LMPasswordHash("")
	if want := bin(t, "AAD3B435B51404EE AAD3B435B51404EE"); !bytes.Equal(got[:], want) {
		t.Errorf("%X", got)
	}
	challenge := [8]byte{1, 2, 3}
	r := MSResponse{LM: ChallengeResponse(challenge, LMPasswordHash("Secret"))}
	c := Credentials{Proto: AuthMSCHAP, Challenge: challenge[:], Response: r.Append(nil)}
	if _, ok := c.Verify("sEcret"); !ok {
		t.Error("LM response refused")
	}
}

func TestFailureMessages(t *testing.T) {
	for _, s := range []string{
		"E=691 R=0", "E=691 R=1 C=000102030405060708090A0B0C0D0E0F V=3", "E=648 R=0 V=3 M=Password has expired",
	} {
		f, ok := ParseFailure(s)
		if !ok || f.String() != s {
			t.Errorf("%q -> %+v -> %q", s, f, f.String())
		}
	}
	if _, ok := ParseFailure("Authentication failed"); ok {
		t.Error("free text has no code")
	}
}
