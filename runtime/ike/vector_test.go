package ike

import (
	"bytes"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"encoding/hex"
	"hash"
	"math/big"
	"strings"
	"testing"

	"ioslab/runtime/wire/isakmp"
)

func unhex(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, " ", ""))
	if err != nil {
		panic(err)
	}
	return b
}

// fixed hands out given bytes.
type fixed struct{ *bytes.Reader }

// RFC 5903, 8.1 to 8.3.
func TestECPVectors(t *testing.T) {
	for _, v := range []struct {
		group                        isakmp.Group
		i, gix, giy, r, grx, gry, gx string
	}{
		{isakmp.GroupECP256,
			"C88F01F510D9AC3F70A292DAA2316DE544E9AAB8AFE84049C62A9C57862D1433",
			"DAD0B65394221CF9B051E1FECA5787D098DFE637FC90B9EF945D0C3772581180",
			"5271A0461CDB8252D61F1C456FA3E59AB1F45B33ACCF5F58389E0577B8990BB3",
			"C6EF9C5D78AE012A011164ACB397CE2088685D8F06BF9BE0B283AB46476BEE53",
			"D12DFB5289C8D4F81208B70270398C342296970A0BCCB74C736FC7554494BF63",
			"56FBF3CA366CC23E8157854C13C58D6AAC23F046ADA30F8353E74F33039872AB",
			"D6840F6B42F6EDAFD13116E0E12565202FEF8E9ECE7DCE03812464D04B9442DE"},
		{isakmp.GroupECP384,
			"099F3C7034D4A2C699884D73A375A67F7624EF7C6B3C0F160647B67414DCE655E35B538041E649EE3FAEF896783AB194",
			"667842D7D180AC2CDE6F74F37551F55755C7645C20EF73E31634FE72B4C55EE6DE3AC808ACB4BDB4C88732AEE95F41AA",
			"9482ED1FC0EEB9CAFC4984625CCFC23F65032149E0E144ADA024181535A0F38EEB9FCFF3C2C947DAE69B4C634573A81C",
			"41CB0779B4BDB85D47846725FBEC3C9430FAB46CC8DC5060855CC9BDA0AA2942E0308312916B8ED2960E4BD55A7448FC",
			"E558DBEF53EECDE3D3FCCFC1AEA08A89A987475D12FD950D83CFA41732BC509D0D1AC43A0336DEF96FDA41D0774A3571",
			"DCFBEC7AACF3196472169E838430367F66EEBE3C6E70C416DD5F0C68759DD1FFF83FA40142209DFF5EAAD96DB9E6386C",
			"11187331C279962D93D604243FD592CB9D0A926F422E47187521287E7156C5C4D603135569B9E9D09CF5D4A270F59746"},
	} {
		i, err := newKeyShare(v.group, fixed{bytes.NewReader(unhex(v.i))})
		if err != nil || !bytes.Equal(i.public, unhex(v.gix+v.giy)) {
			t.Fatalf("group %v: public %X %v", v.group, i.public, err)
		}
		r, err := newKeyShare(v.group, fixed{bytes.NewReader(unhex(v.r))})
		if err != nil || !bytes.Equal(r.public, unhex(v.grx+v.gry)) {
			t.Fatalf("group %v: public %X %v", v.group, r.public, err)
		}
		for _, c := range []struct {
			share *keyShare
			peer  []byte
		}{{i, r.public}, {r, i.public}} {
			if s, err := c.share.shared(c.peer); err != nil || !bytes.Equal(s, unhex(v.gx)) {
				t.Fatalf("group %v: secret %X %v", v.group, s, err)
			}
		}
	}
}

// RFC 2409, 6, and RFC 3526: p = 2^n - 2^(n-64) - 1 + 2^64 * ([2^(n-130) pi] + c).
func TestMODPPrimesComeFromPi(t *testing.T) {
	c := map[isakmp.Group]int64{1: 149686, 2: 129093, 5: 741804, 14: 124476, 15: 1690314, 16: 240904}
	for g, add := range c {
		n := uint(g.Bits())
		p := new(big.Int).Lsh(one, n)
		p.Sub(p, new(big.Int).Lsh(one, n-64)).Sub(p, one)
		p.Add(p, new(big.Int).Lsh(new(big.Int).Add(piBits(n-130), big.NewInt(add)), 64))
		if p.Cmp(modpGroups[g].prime) != 0 {
			t.Fatalf("group %v: the prime is not the RFC's", g)
		}
		if m := modpGroups[g]; m.last.Cmp(new(big.Int).Sub(p, one)) != 0 {
			t.Fatalf("group %v: p-1", g)
		}
	}
}

// piBits returns [2^n pi], after Machin.
func piBits(n uint) *big.Int {
	const guard = 64
	arctan := func(x int64) *big.Int {
		term := new(big.Int).Div(new(big.Int).Lsh(one, n+guard), big.NewInt(x))
		sum := new(big.Int).Set(term)
		for k, sign := int64(3), int64(-1); term.Sign() != 0; k, sign = k+2, -sign {
			term.Div(term, big.NewInt(x*x))
			sum.Add(sum, new(big.Int).Mul(big.NewInt(sign), new(big.Int).Div(term, big.NewInt(k))))
		}
		return sum
	}
	pi := new(big.Int).Mul(big.NewInt(4), arctan(5))
	pi.Sub(pi, arctan(239)).Mul(pi, big.NewInt(4))
	return pi.Rsh(pi, guard)
}

func TestPublicValuesOutOfRange(t *testing.T) {
	for _, g := range allGroups {
		share, err := newKeyShare(g, source(1))
		if err != nil {
			t.Fatal(err)
		}
		n := g.PublicBytes()
		bad := [][]byte{nil, make([]byte, n-1), make([]byte, n), bytes.Repeat([]byte{0xff}, n)}
		if m := modpGroups[g]; m != nil {
			bad = append(bad, one.FillBytes(make([]byte, n)), m.last.FillBytes(make([]byte, n)), m.prime.FillBytes(make([]byte, n)))
		}
		for _, b := range bad {
			if _, err := share.shared(b); err == nil {
				t.Fatalf("group %v took %x", g, b)
			}
		}
	}
}

// hmacByHand is RFC 2104 without the library that the engine uses.
func hmacByHand(h func() hash.Hash, key []byte, msg ...[]byte) []byte {
	m := h()
	k := make([]byte, m.BlockSize())
	if len(key) > len(k) {
		m.Write(key)
		key = m.Sum(nil)
	}
	copy(k, key)
	pad := func(x byte) []byte {
		out := make([]byte, len(k))
		for i := range k {
			out[i] = k[i] ^ x
		}
		return out
	}
	inner := h()
	inner.Write(pad(0x36))
	for _, b := range msg {
		inner.Write(b)
	}
	outer := h()
	outer.Write(pad(0x5c))
	outer.Write(inner.Sum(nil))
	return outer.Sum(nil)
}

// RFC 2409, 5 and appendix B, computed a second way.
func TestKeysAreTheRFCs(t *testing.T) {
	ni, nr, gxy, secret := []byte("12345678"), []byte("abcdefgh"), unhex("0011223344"), []byte("123")
	ci, cr := isakmp.Cookie{1, 2, 3}, isakmp.Cookie{9, 8}
	for _, c := range []struct {
		hash   isakmp.Hash
		h      func() hash.Hash
		cipher isakmp.Cipher
		bits   int
		want   int
	}{{isakmp.HashMD5, md5.New, isakmp.Cipher3DES, 0, 24}, {isakmp.HashSHA, sha1.New, isakmp.CipherAES, 256, 32},
		{isakmp.HashSHA, sha1.New, isakmp.CipherDES, 0, 8}, {isakmp.HashSHA256, sha256.New, isakmp.CipherAES, 192, 24}} {
		k := deriveKeys(Policy{Hash: c.hash, Encryption: c.cipher, KeyBits: c.bits}, secret, ni, nr, gxy, ci, cr)
		skeyid := hmacByHand(c.h, secret, ni, nr)
		d := hmacByHand(c.h, skeyid, gxy, ci[:], cr[:], []byte{0})
		a := hmacByHand(c.h, skeyid, d, gxy, ci[:], cr[:], []byte{1})
		e := hmacByHand(c.h, skeyid, a, gxy, ci[:], cr[:], []byte{2})
		long := e
		if len(long) < c.want {
			k1 := hmacByHand(c.h, e, []byte{0})
			long = append(append([]byte(nil), k1...), hmacByHand(c.h, e, k1)...)
		}
		if !bytes.Equal(k.skeyid, skeyid) || !bytes.Equal(k.d, d) || !bytes.Equal(k.a, a) || !bytes.Equal(k.e, e) || !bytes.Equal(k.encryption, long[:c.want]) {
			t.Fatalf("%v %v: keys differ", c.hash, c.cipher)
		}
		k1 := hmacByHand(c.h, d, gxy, []byte{3}, []byte{0, 0, 1, 0}, ni, nr)
		k2 := hmacByHand(c.h, d, k1, gxy, []byte{3}, []byte{0, 0, 1, 0}, ni, nr)
		k3 := hmacByHand(c.h, d, k2, gxy, []byte{3}, []byte{0, 0, 1, 0}, ni, nr)
		want := append(append(append([]byte(nil), k1...), k2...), k3...)[:44]
		if got := keymat(c.hash, k.d, gxy, isakmp.ProtocolESP, []byte{0, 0, 1, 0}, ni, nr, 44); !bytes.Equal(got, want) {
			t.Fatalf("%v: KEYMAT differs", c.hash)
		}
	}
}

// shared/reference/windows-client-wire.md: all ids but the first are MD5 of
// their names.
func TestVendorIDsAreTheirNames(t *testing.T) {
	for name, id := range map[string][]byte{
		"RFC 3947": vidRFC3947, "draft-ietf-ipsec-nat-t-ike-02\n": vidDraft02n, "draft-ietf-ipsec-nat-t-ike-03": vidDraft03,
		"FRAGMENTATION": vidFragment, "MS NT5 ISAKMPOAKLEY": vidMSNT5, "MS-Negotiation Discovery Capable": vidMSNego,
		"Vid-Initial-Contact": vidMSContact, "IKE CGA version 1": vidMSCGA,
	} {
		if sum := md5.Sum([]byte(name)); !bytes.Equal(sum[:], id) {
			t.Errorf("%q: %x, not %x", name, sum, id)
		}
	}
	// The rule's checks: byte 14 of the id.
	for id, major := range map[string]uint8{string(vidRFC3947): 69, string(vidDraft02n): 123, string(vidDraft03): 157, string(vidDraft07): 245, string(vidFragment): 194} {
		if j := judgeVendor([]byte(id), isakmp.Cookie{1}, isakmp.Cookie{2}); j.Major != major || j.HashMismatch {
			t.Errorf("%x: major %d", id, j.Major)
		}
	}
	if j := judgeVendor(vidXAUTH, isakmp.Cookie{1}, isakmp.Cookie{2}); j.Vendor != VendorXAUTH || j.Major < 128 {
		t.Errorf("XAUTH %+v", j)
	}
}

// RFC 2407, 4.5.4; RFC 2409, appendix A: attributes that cannot be.
func TestStrangeTransforms(t *testing.T) {
	good := windowsOffer()[4]
	policy := suite(isakmp.Cipher3DES, 0, isakmp.HashSHA, 2)
	with := func(a ...isakmp.Attribute) offered {
		tr := good
		tr.Attributes = append(append([]isakmp.Attribute{}, good.Attributes...), a...)
		return decodeTransform(&tr)
	}
	for name, o := range map[string]offered{
		"twice":    with(isakmp.TV(isakmp.AttrHash, 2)),
		"unknown":  with(isakmp.TV(99, 1)),
		"prf":      with(isakmp.TV(isakmp.AttrPRF, 1)),
		"no time":  with(isakmp.TLV(isakmp.AttrLifeDuration, make([]byte, 4))),
		"too wide": with(isakmp.TLV(isakmp.AttrLifeDuration, bytes.Repeat([]byte{1}, 9))),
		"missing":  decodeTransform(&isakmp.Transform{Attributes: good.Attributes[1:]}),
	} {
		if m := o.compare(policy, true); m == MismatchNone {
			t.Errorf("%s: accepted", name)
		}
	}
	plain := with()
	if m := plain.compare(policy, true); m != MismatchNone {
		t.Errorf("the good one: %v", m)
	}
	volume := with(isakmp.TV(isakmp.AttrLifeType, isakmp.LifeKilobytes), isakmp.TV(isakmp.AttrLifeDuration, 1000))
	if m := volume.compare(policy, true); m != MismatchNone || volume.life != 28800 {
		t.Errorf("volume lifetime: %v %d", m, volume.life)
	}
}
