package aaa

import "crypto/md5"

// cryptAlphabet are the digits of crypt's base 64.
const cryptAlphabet = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// MD5Crypt is the $1$ scheme of crypt(3) that type 5 secrets use, made of a
// thousand rounds of MD5. Only the first eight octets of salt count.
func MD5Crypt(password, salt string) string {
	if len(salt) > 8 {
		salt = salt[:8]
	}
	p := []byte(password)
	d := rounds(p, []byte(salt), firstDigest(p, salt))
	out := []byte("$1$" + salt + "$")
	for _, t := range [5][3]int{{0, 6, 12}, {1, 7, 13}, {2, 8, 14}, {3, 9, 15}, {4, 10, 5}} {
		v := uint(d[t[0]])<<16 | uint(d[t[1]])<<8 | uint(d[t[2]])
		out = digits(out, v, 4)
	}
	return string(digits(out, uint(d[11]), 2))
}

func digits(out []byte, v uint, n int) []byte {
	for range n {
		out = append(out, cryptAlphabet[v&63])
		v >>= 6
	}
	return out
}

// firstDigest mixes password, salt and a digest of both, the latter and a bit
// pattern by the password's length.
func firstDigest(p []byte, salt string) [16]byte {
	inner := md5.Sum(append(append(append([]byte(nil), p...), salt...), p...))
	b := append(append([]byte(nil), p...), "$1$"+salt...)
	for n := len(p); n > 0; n -= 16 {
		b = append(b, inner[:min(n, 16)]...)
	}
	for n := len(p); n > 0; n >>= 1 {
		if n&1 == 1 {
			b = append(b, 0)
		} else {
			b = append(b, p[0])
		}
	}
	return md5.Sum(b)
}

func rounds(p, salt []byte, d [16]byte) [16]byte {
	var b []byte
	for i := range 1000 {
		b = b[:0]
		if i&1 == 1 {
			b = append(b, p...)
		} else {
			b = append(b, d[:]...)
		}
		if i%3 != 0 {
			b = append(b, salt...)
		}
		if i%7 != 0 {
			b = append(b, p...)
		}
		if i&1 == 1 {
			b = append(b, d[:]...)
		} else {
			b = append(b, p...)
		}
		d = md5.Sum(b)
	}
	return d
}
