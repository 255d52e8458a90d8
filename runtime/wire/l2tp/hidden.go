package l2tp

import (
	"crypto/md5"
	"crypto/subtle"
	"encoding/binary"
	"fmt"
)

// hide returns the hidden form of value (RFC 2661 4.3): its length and itself,
// padded to a multiple of 16 where that fits an AVP so that the length does not show,
// xored with a stream of MD5 blocks.
//
//	b1 = MD5(attribute type + secret + random vector)   c1 = p1 xor b1
//	b2 = MD5(secret + c1)                               c2 = p2 xor b2 …
func hide(attr Attr, value, secret, vector []byte) []byte {
	plain := binary.BigEndian.AppendUint16(nil, uint16(len(value)))
	plain = append(plain, value...)
	if pad := -len(plain) & 15; len(plain)+pad <= MaxValue {
		plain = append(plain, make([]byte, pad)...)
	}
	block := firstBlock(attr, secret, vector)
	for at := 0; at < len(plain); at += md5.Size {
		c := plain[at:min(at+md5.Size, len(plain))]
		subtle.XORBytes(c, c, block[:])
		block = nextBlock(secret, c)
	}
	return plain
}

// reveal undoes hide.
func reveal(attr Attr, hidden, secret, vector []byte) ([]byte, error) {
	plain := make([]byte, len(hidden))
	block := firstBlock(attr, secret, vector)
	for at := 0; at < len(hidden); at += md5.Size {
		c := hidden[at:min(at+md5.Size, len(hidden))]
		subtle.XORBytes(plain[at:], c, block[:])
		block = nextBlock(secret, c)
	}
	if len(plain) < 2 {
		return nil, fmt.Errorf("hidden value of %d bytes: %w", len(plain), ErrAVP)
	}
	n := int(binary.BigEndian.Uint16(plain))
	if n > len(plain)-2 {
		return nil, fmt.Errorf("hidden value says %d bytes in %d, another secret: %w", n, len(plain)-2, ErrAVP)
	}
	return plain[2 : 2+n : 2+n], nil
}

func firstBlock(attr Attr, secret, vector []byte) [md5.Size]byte {
	in := binary.BigEndian.AppendUint16(nil, uint16(attr))
	in = append(append(in, secret...), vector...)
	return md5.Sum(in)
}

func nextBlock(secret, c []byte) [md5.Size]byte {
	return md5.Sum(append(append([]byte(nil), secret...), c...))
}

// ChallengeResponse returns the value of the Challenge Response AVP in a
// message of type answer (SCCRP or SCCCN) to a challenge: RFC 2661 5.1.1, CHAP's
// MD5 with the message type as the identifier.
func ChallengeResponse(answer MessageType, secret, challenge []byte) [md5.Size]byte {
	in := append([]byte{byte(answer)}, secret...)
	return md5.Sum(append(in, challenge...))
}
