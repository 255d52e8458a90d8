package ipsec

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
	"encoding/binary"
	"fmt"
	"hash"
	"io"
)

// cbc is a CBC mode that can be given another IV; the standard library's
// modes all can, so that one mode serves all packets of an SA.
type cbc interface {
	cipher.BlockMode
	SetIV([]byte)
}

// crypt is the keyed state of one SA: its cipher in one direction, its HMAC
// and, for a sender, the maker of IVs. It is reused for every packet.
type crypt struct {
	mode cbc // nil for NullCipher and AH
	mac  hash.Hash
	iv   *ivMaker // senders with a cipher
	ivN  int
	icvN int
	sum  [64]byte
}

// newCrypt keys a crypt. rand feeds the IVs of a sender.
func newCrypt(p Part, k Keys, inbound bool, rand io.Reader) (*crypt, error) {
	ck, ak := p.KeyMaterial()
	if len(k.Cipher) != ck || len(k.Auth) != ak {
		return nil, fmt.Errorf("keys of %d and %d bytes, want %d and %d", len(k.Cipher), len(k.Auth), ck, ak)
	}
	c := &crypt{ivN: p.Cipher.BlockSize(), icvN: p.Auth.ICVBytes(), mac: newMAC(p.Auth, k.Auth)}
	if c.ivN == 0 {
		return c, nil
	}
	block, err := newBlock(p.Cipher, k.Cipher)
	if err != nil {
		return nil, fmt.Errorf("key %s: %w", p.Cipher, err)
	}
	if inbound {
		c.mode = cipher.NewCBCDecrypter(block, make([]byte, c.ivN)).(cbc)
		return c, nil
	}
	c.mode = cipher.NewCBCEncrypter(block, make([]byte, c.ivN)).(cbc)
	c.iv, err = newIVMaker(rand)
	return c, err
}

func newBlock(c Cipher, key []byte) (cipher.Block, error) {
	switch c {
	case DES:
		return des.NewCipher(key)
	case TripleDES:
		return des.NewTripleDESCipher(key)
	case AES:
		return aes.NewCipher(key)
	case NoCipher, NullCipher:
	}
	return nil, fmt.Errorf("%s has no block cipher", c)
}

// newMAC returns the HMAC, or nil for NoAuth. The first cycle makes the
// library keep the padded key's state; later ones allocate nothing.
func newMAC(a Auth, key []byte) hash.Hash {
	var h func() hash.Hash
	switch a {
	case MD5:
		h = md5.New
	case SHA1:
		h = sha1.New
	case SHA256:
		h = sha256.New
	case SHA384:
		h = sha512.New384
	case SHA512:
		h = sha512.New
	case NoAuth:
		return nil
	}
	m := hmac.New(h, key)
	m.Sum(nil)
	m.Reset()
	return m
}

// icv computes the ICV over the parts; the result is valid until the next call.
func (c *crypt) icv(parts ...[]byte) []byte {
	c.mac.Reset()
	for _, p := range parts {
		c.mac.Write(p)
	}
	return c.mac.Sum(c.sum[:0])[:c.icvN]
}

// verify compares an ICV in constant time.
func (c *crypt) verify(got []byte, parts ...[]byte) bool {
	return subtle.ConstantTimeCompare(got, c.icv(parts...)) == 1
}

// ivMaker makes IVs that nobody can foretell (RFC 3602, 3): a counter under
// AES with a key of its own, never used for data. A random number a packet
// would do as well, and cost a system call.
type ivMaker struct {
	prf   cipher.Block
	count uint64
	in    [16]byte
	out   [16]byte
}

func newIVMaker(rand io.Reader) (*ivMaker, error) {
	var key [16]byte
	if _, err := io.ReadFull(rand, key[:]); err != nil {
		return nil, fmt.Errorf("read IV key: %w", err)
	}
	prf, err := aes.NewCipher(key[:])
	if err != nil {
		return nil, fmt.Errorf("key IV maker: %w", err)
	}
	return &ivMaker{prf: prf}, nil
}

// put fills dst, at most 16 bytes, with the next IV.
func (m *ivMaker) put(dst []byte) {
	m.count++
	binary.BigEndian.PutUint64(m.in[8:], m.count)
	m.prf.Encrypt(m.out[:], m.in[:])
	copy(dst, m.out[:])
}
