package ike

import (
	"crypto/ecdh"
	"errors"
	"fmt"
	"io"
	"math/big"

	"ioslab/runtime/wire/isakmp"
)

// keyShare is our half of a Diffie-Hellman exchange. Each value is computed
// once: public when the share is made, the secret in shared.
type keyShare struct {
	group  isakmp.Group
	public []byte // as in the KE payload
	modp   *modpShare
	ecp    *ecdh.PrivateKey
}

type modpShare struct {
	group *modpGroup
	x     *big.Int
}

var errPublicValue = errors.New("public value out of range")

// newKeyShare draws a private value and computes the public one.
func newKeyShare(g isakmp.Group, random io.Reader) (*keyShare, error) {
	if curve := ecpCurve(g); curve != nil {
		return newECPShare(g, curve, random)
	}
	m := modpGroups[g]
	if m == nil {
		return nil, fmt.Errorf("make key share: group %v is not known", g)
	}
	x, err := m.private(random)
	if err != nil {
		return nil, fmt.Errorf("make key share: %w", err)
	}
	public := new(big.Int).Exp(two, x, m.prime).FillBytes(make([]byte, g.PublicBytes()))
	return &keyShare{group: g, public: public, modp: &modpShare{m, x}}, nil
}

// shared computes the secret from the peer's KE payload: left-padded to the
// prime's length for MODP (RFC 2409, 5), the x coordinate for ECP (RFC 5903, 9).
func (k *keyShare) shared(peer []byte) ([]byte, error) {
	if len(peer) != k.group.PublicBytes() {
		return nil, fmt.Errorf("%w: %d bytes for group %v", errPublicValue, len(peer), k.group)
	}
	if k.ecp != nil {
		return k.ecpShared(peer)
	}
	y := new(big.Int).SetBytes(peer)
	// RFC 2412, 5; safe primes: only 1 and p-1 generate small groups.
	if y.Cmp(one) <= 0 || y.Cmp(k.modp.group.last) >= 0 {
		return nil, errPublicValue
	}
	return y.Exp(y, k.modp.x, k.modp.group.prime).FillBytes(make([]byte, len(peer))), nil
}

func ecpCurve(g isakmp.Group) ecdh.Curve {
	switch g {
	case isakmp.GroupECP256:
		return ecdh.P256()
	case isakmp.GroupECP384:
		return ecdh.P384()
	case isakmp.GroupECP521:
		return ecdh.P521()
	default:
		return nil
	}
}

// maxECPDraws bounds the draws of a private scalar below the curve's order;
// even for P-521 with its top bits masked one draw in two is good.
const maxECPDraws = 64

// newECPShare draws the scalar itself, since crypto/ecdh would not use our reader.
func newECPShare(g isakmp.Group, curve ecdh.Curve, random io.Reader) (*keyShare, error) {
	scalar := make([]byte, (g.Bits()+7)/8)
	for range maxECPDraws {
		if _, err := io.ReadFull(random, scalar); err != nil {
			return nil, fmt.Errorf("draw scalar: %w", err)
		}
		if extra := len(scalar)*8 - g.Bits(); extra > 0 {
			scalar[0] &= 0xff >> extra
		}
		key, err := curve.NewPrivateKey(scalar)
		if err != nil {
			continue
		}
		// The wire has the coordinates without SEC1's leading 4 (RFC 5903, 7).
		return &keyShare{group: g, public: key.PublicKey().Bytes()[1:], ecp: key}, nil
	}
	return nil, fmt.Errorf("draw scalar for group %v: none below the order", g)
}

func (k *keyShare) ecpShared(peer []byte) ([]byte, error) {
	point := append(make([]byte, 0, 1+len(peer)), 4)
	pub, err := k.ecp.Curve().NewPublicKey(append(point, peer...))
	if err != nil {
		return nil, fmt.Errorf("%w: %v", errPublicValue, err)
	}
	return k.ecp.ECDH(pub)
}
