package ike

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"crypto/subtle"
	"errors"
	"hash"

	"ioslab/runtime/wire/isakmp"
)

// hasher returns the constructor of a phase 1 hash, nil for one unknown.
func hasher(h isakmp.Hash) func() hash.Hash {
	switch h {
	case isakmp.HashMD5:
		return md5.New
	case isakmp.HashSHA:
		return sha1.New
	case isakmp.HashSHA256:
		return sha256.New
	case isakmp.HashSHA384:
		return sha512.New384
	case isakmp.HashSHA512:
		return sha512.New
	default:
		return nil
	}
}

// prf is the pseudo-random function of an SA: HMAC of its hash (RFC 2409, 4).
func prf(h isakmp.Hash, key []byte, parts ...[]byte) []byte {
	m := hmac.New(hasher(h), key)
	for _, p := range parts {
		m.Write(p)
	}
	return m.Sum(nil)
}

// digest is the SA's plain hash, for initial vectors and NAT-D.
func digest(h isakmp.Hash, parts ...[]byte) []byte {
	m := hasher(h)()
	for _, p := range parts {
		m.Write(p)
	}
	return m.Sum(nil)
}

// equal compares two digests in constant time.
func equal(a, b []byte) bool { return subtle.ConstantTimeCompare(a, b) == 1 }

// phaseOneKeys are the keys of RFC 2409, 5.
type phaseOneKeys struct {
	skeyid, d, a, e []byte
	encryption      []byte
}

// deriveKeys computes SKEYID and what follows from it for pre-shared keys.
func deriveKeys(p Policy, secret, ni, nr, gxy []byte, i, r isakmp.Cookie) phaseOneKeys {
	h := p.Hash
	var k phaseOneKeys
	k.skeyid = prf(h, secret, ni, nr)
	k.d = prf(h, k.skeyid, gxy, i[:], r[:], []byte{0})
	k.a = prf(h, k.skeyid, k.d, gxy, i[:], r[:], []byte{1})
	k.e = prf(h, k.skeyid, k.a, gxy, i[:], r[:], []byte{2})
	k.encryption = stretch(h, k.e, p.Encryption.KeyBytes(p.KeyBits))
	return k
}

// stretch makes an encryption key of n bytes out of SKEYID_e (RFC 2409,
// appendix B): its front, or K1 | K2 … with K1 = prf(SKEYID_e, 0) when too short.
func stretch(h isakmp.Hash, e []byte, n int) []byte {
	if n <= len(e) {
		return e[:n:n]
	}
	var out []byte
	last := []byte{0}
	for len(out) < n {
		last = prf(h, e, last)
		out = append(out, last...)
	}
	return out[:n:n]
}

// keymat makes n bytes of key material for an IPsec SA (RFC 2409, 5.5): gxy is
// empty without PFS.
func keymat(h isakmp.Hash, d, gxy []byte, protocol isakmp.ProtocolID, spi, ni, nr []byte, n int) []byte {
	var out, last []byte
	for len(out) < n {
		last = prf(h, d, last, gxy, []byte{byte(protocol)}, spi, ni, nr)
		out = append(out, last...)
	}
	return out[:n:n]
}

// newBlock returns the phase 1 cipher. DES's sixteen weak and semi-weak keys (RFC 2409,
// appendix A) are not looked for: one call in 2^52.
func newBlock(c isakmp.Cipher, key []byte) (cipher.Block, error) {
	switch c {
	case isakmp.CipherDES:
		return des.NewCipher(key)
	case isakmp.Cipher3DES:
		return des.NewTripleDESCipher(key)
	case isakmp.CipherAES:
		return aes.NewCipher(key)
	default:
		return nil, errors.New("unknown cipher")
	}
}

// encryptCBC pads plain with zeros (by one byte at least when always is set),
// encrypts it in place and returns it. The next vector is its last block.
func encryptCBC(b cipher.Block, iv, plain []byte, always bool) []byte {
	size := b.BlockSize()
	short := (size - len(plain)%size) % size
	if always && short == 0 {
		short = size
	}
	plain = append(plain, make([]byte, short)...)
	cipher.NewCBCEncrypter(b, iv).CryptBlocks(plain, plain)
	return plain
}

// decryptCBC returns the plain text of whole blocks.
func decryptCBC(b cipher.Block, iv, text []byte) []byte {
	plain := make([]byte, len(text))
	cipher.NewCBCDecrypter(b, iv).CryptBlocks(plain, text)
	return plain
}
