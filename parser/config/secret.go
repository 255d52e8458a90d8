package config

import (
	"crypto/md5"
	"crypto/subtle"
	"strings"
)

// Verify reports whether plain is the password: directly for types 0 and 7, by
// hash for type 5.
func (s Secret) Verify(plain string) bool {
	if s.Type == 5 {
		return subtle.ConstantTimeCompare([]byte(s.Text), []byte(HashMD5(plain, saltOf(s.Text)))) == 1
	}
	clear, err := s.Plain()
	return err == nil && subtle.ConstantTimeCompare([]byte(clear), []byte(plain)) == 1
}

func saltOf(hash string) string {
	f := strings.Split(hash, "$")
	if len(f) < 4 {
		return ""
	}
	return f[2]
}

const itoa64 = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// Salt makes a salt of four characters out of seed bytes, for HashMD5.
func Salt(seed []byte) string {
	sum := md5.Sum(seed)
	b := make([]byte, 4)
	for i := range b {
		b[i] = itoa64[sum[i]&63]
	}
	return string(b)
}

// HashMD5 is the type 5 hash: "$1$salt$..." as crypt(3) with MD5 makes it, 1000
// rounds. Salt is cut to eight characters.
func HashMD5(plain, salt string) string {
	salt = salt[:min(8, len(salt))]
	inner := md5.Sum([]byte(plain + salt + plain))
	h := md5.New()
	h.Write([]byte(plain + "$1$" + salt))
	for n := len(plain); n > 0; n -= 16 {
		h.Write(inner[:min(16, n)])
	}
	for n := len(plain); n > 0; n >>= 1 {
		if n&1 != 0 {
			h.Write([]byte{0})
		} else {
			h.Write([]byte(plain[:1]))
		}
	}
	sum := h.Sum(nil)
	for i := range 1000 {
		sum = md5Round(i, plain, salt, sum)
	}
	return "$1$" + salt + "$" + encode64(sum)
}

func md5Round(i int, plain, salt string, sum []byte) []byte {
	h := md5.New()
	if i&1 != 0 {
		h.Write([]byte(plain))
	} else {
		h.Write(sum)
	}
	if i%3 != 0 {
		h.Write([]byte(salt))
	}
	if i%7 != 0 {
		h.Write([]byte(plain))
	}
	if i&1 != 0 {
		h.Write(sum)
	} else {
		h.Write([]byte(plain))
	}
	return h.Sum(nil)
}

func encode64(s []byte) string {
	var b strings.Builder
	put := func(x, y, z byte, n int) {
		v := uint(x)<<16 | uint(y)<<8 | uint(z)
		for ; n > 0; n-- {
			b.WriteByte(itoa64[v&63])
			v >>= 6
		}
	}
	put(s[0], s[6], s[12], 4)
	put(s[1], s[7], s[13], 4)
	put(s[2], s[8], s[14], 4)
	put(s[3], s[9], s[15], 4)
	put(s[4], s[10], s[5], 4)
	put(0, 0, s[11], 2)
	return b.String()
}
