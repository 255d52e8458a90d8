package ike

import (
	"bytes"
	"slices"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/event"
	"ioslab/runtime/wire/isakmp"
)

// offered is a phase 1 transform, decoded.
type offered struct {
	policy   Policy
	keyBits  bool // a key length was there
	life     uint32
	variable int // length of a variable life duration, 0 for a basic one
	strange  bool
}

// decodeTransform reads a phase 1 transform's attributes (RFC 2409, appendix A).
// Volume lifetimes are left aside, as every phase 1 policy is without limit.
func decodeTransform(t *isakmp.Transform) offered {
	var o offered
	var lifeType uint64
	var seen classSet
	for _, a := range t.Attributes {
		v, ok := a.Uint()
		if !ok || (a.Type != isakmp.AttrLifeType && a.Type != isakmp.AttrLifeDuration && (!a.Basic || seen.has(a.Type))) {
			o.strange = true
			continue
		}
		seen.add(a.Type)
		switch a.Type {
		case isakmp.AttrEncryption:
			o.policy.Encryption = isakmp.Cipher(v)
		case isakmp.AttrKeyLength:
			o.policy.KeyBits, o.keyBits = int(v), true
		case isakmp.AttrHash:
			o.policy.Hash = isakmp.Hash(v)
		case isakmp.AttrGroup:
			o.policy.Group = isakmp.Group(v)
		case isakmp.AttrAuth:
			o.policy.Auth = isakmp.Auth(v)
		case isakmp.AttrLifeType:
			lifeType = v
		case isakmp.AttrLifeDuration:
			o.takeLife(lifeType, v, a)
		default:
			o.strange = true
		}
	}
	// A missing mandatory attribute is as bad as an unknown one (RFC 2409, appendix A).
	if !seen.has(isakmp.AttrEncryption) || !seen.has(isakmp.AttrHash) || !seen.has(isakmp.AttrGroup) || !seen.has(isakmp.AttrAuth) {
		o.strange = true
	}
	return o
}

// classSet is a set of attribute classes below 64; the RFCs have none above 16.
type classSet uint64

func (c *classSet) add(class uint16) {
	if class < 64 {
		*c |= 1 << class
	}
}

func (c classSet) has(class uint16) bool { return class < 64 && c&(1<<class) != 0 }

func (o *offered) takeLife(lifeType, v uint64, a isakmp.Attribute) {
	switch {
	case lifeType == 0 || v == 0:
		o.strange = true // RFC 2407, 4.5.4: the type must come first
	case lifeType == uint64(isakmp.LifeSeconds):
		o.life = uint32(min(v, 1<<32-1))
		if !a.Basic {
			o.variable = len(a.Value)
		}
	}
}

// compare holds a transform against a policy; the first difference wins
// (shared/reference/isakmp-debug.md 1.2). A lifetime is no difference: the
// shorter one counts.
func (o *offered) compare(p Policy, haveKey bool) Mismatch {
	q := o.policy
	switch {
	case q.Encryption != p.Encryption:
		return MismatchEncryption
	case p.Encryption == isakmp.CipherAES && q.keyBitsOr128(o.keyBits) != p.keyBitsOr128(p.KeyBits != 0):
		return MismatchKeyLength
	case p.Encryption != isakmp.CipherAES && o.keyBits:
		return MismatchKeyLength
	case q.Hash != p.Hash:
		return MismatchHash
	case q.Group != p.Group:
		return MismatchGroup
	case q.Auth == isakmp.AuthXAUTHInitPSK || q.Auth == isakmp.AuthXAUTHRespPSK:
		return MismatchXAUTH
	case q.Auth == isakmp.AuthPSK && (p.Auth != isakmp.AuthPSK || !haveKey):
		return MismatchPreshared
	case q.Auth != p.Auth || p.Auth != isakmp.AuthPSK:
		return MismatchAuth
	case o.strange:
		return MismatchAttribute
	}
	return MismatchNone
}

// keyBitsOr128 is the AES key length; without the attribute it is 128.
func (p Policy) keyBitsOr128(set bool) int {
	if !set {
		return 128
	}
	return p.KeyBits
}

// usable reports whether the engine can do what a policy says.
func (p Policy) usable() bool {
	return p.Encryption.KeyBytes(p.keyBitsOr128(p.KeyBits != 0)) != 0 && hasher(p.Hash) != nil &&
		(modpGroups[p.Group] != nil || ecpCurve(p.Group) != nil)
}

// choose runs the transforms of a phase 1 proposal through the policies: all
// transforms against the first policy, then all against the next.
func (e *Engine) choose(sa *ikeSA, transforms []isakmp.Transform, haveKey bool) (*isakmp.Transform, bool) {
	for _, p := range sa.policies {
		for i := range transforms {
			t := &transforms[i]
			if e.sink.Wants(event.CryptoISAKMP) {
				emit(e, TransformChecked{Conn: sa.connID, Number: int(t.Number), Priority: p.Priority, Attributes: cloneAttributes(t.Attributes)})
			}
			next := isakmp.PayloadTransform
			if i == len(transforms)-1 {
				next = isakmp.PayloadNone
			}
			o := decodeTransform(t)
			why := o.compare(p, haveKey)
			if t.ID != isakmp.TransformKeyIKE || why == MismatchNone && !p.usable() {
				why = MismatchAttribute
			}
			if why != MismatchNone {
				emit(e, TransformMismatch{Conn: sa.connID, Reason: why})
				emit(e, TransformRefused{Conn: sa.connID, Next: next})
				continue
			}
			emit(e, TransformAccepted{Conn: sa.connID, Next: next})
			sa.policy, sa.agreed = p, true
			sa.policy.KeyBits = o.policy.keyBitsOr128(o.keyBits)
			if p.Encryption != isakmp.CipherAES {
				sa.policy.KeyBits = 0
			}
			e.agreeLife(sa, &o, p.Lifetime)
			return t, true
		}
	}
	return nil, false
}

// agreeLife settles the lifetime: the shorter one.
func (e *Engine) agreeLife(sa *ikeSA, o *offered, own time.Duration) {
	sa.life = own
	if o.life != 0 {
		sa.life = min(own, time.Duration(o.life)*time.Second)
	}
	sa.offeredLife = time.Duration(o.life) * time.Second
	ev := LifetimeAgreed{Conn: sa.connID, Offered: o.life, Variable: o.variable, Actual: uint32(sa.life / time.Second)}
	if own != DefaultLifetime {
		ev.Policy = uint32(own / time.Second)
	}
	emit(e, ev)
}

// startLife arms the end of the SA's life.
func (e *Engine) startLife(now clock.Instant, sa *ikeSA) {
	sa.expires = now.Add(sa.life)
	e.timers.Set(timer{sa, nil, timerLife}, sa.expires)
}

func cloneAttributes(list []isakmp.Attribute) []isakmp.Attribute {
	out := slices.Clone(list)
	for i := range out {
		out[i].Value = bytes.Clone(out[i].Value)
	}
	return out
}

// buildOffer makes the phase 1 transforms of our first message: the
// personality's own, or one for each policy that we can do.
func (e *Engine) buildOffer(person *Personality) []isakmp.Transform {
	if person.Transforms != nil {
		return person.Transforms
	}
	var list []isakmp.Transform
	for _, p := range e.policies {
		if p.Auth != isakmp.AuthPSK || !p.usable() || len(list) == isakmp.MaxTransforms {
			continue
		}
		t := isakmp.Transform{Number: uint8(len(list) + 1), ID: isakmp.TransformKeyIKE}
		t.Attributes = p.attributes(person.Life)
		list = append(list, t)
	}
	return list
}

// attributes writes a policy in IOS's order.
func (p Policy) attributes(form LifeForm) []isakmp.Attribute {
	list := []isakmp.Attribute{isakmp.TV(isakmp.AttrEncryption, uint16(p.Encryption))}
	if p.Encryption == isakmp.CipherAES {
		list = append(list, isakmp.TV(isakmp.AttrKeyLength, uint16(p.keyBitsOr128(p.KeyBits != 0))))
	}
	list = append(list,
		isakmp.TV(isakmp.AttrHash, uint16(p.Hash)),
		isakmp.TV(isakmp.AttrGroup, uint16(p.Group)),
		isakmp.TV(isakmp.AttrAuth, uint16(p.Auth)),
		isakmp.TV(isakmp.AttrLifeType, isakmp.LifeSeconds))
	seconds := uint32(p.Lifetime / time.Second)
	if form == LifeShortest && seconds <= 0xffff {
		return append(list, isakmp.TV(isakmp.AttrLifeDuration, uint16(seconds)))
	}
	return append(list, isakmp.TLV32(isakmp.AttrLifeDuration, seconds))
}

// policiesOf decodes an explicit offer into the policies that its answer is
// held against.
func policiesOf(offer []isakmp.Transform) []Policy {
	var list []Policy
	for i := range offer {
		o := decodeTransform(&offer[i])
		o.policy.Priority = i + 1
		o.policy.Lifetime = DefaultLifetime
		if o.life != 0 {
			o.policy.Lifetime = time.Duration(o.life) * time.Second
		}
		list = append(list, o.policy)
	}
	return list
}

// sameTransform reports whether an answer is one of our transforms, unchanged
// (RFC 2408, 4.2): the attributes may stand in another order. strange is the
// first attribute that differs.
func sameTransform(offer []isakmp.Transform, got *isakmp.Transform) (strange uint16, same bool) {
	for i := range offer {
		if offer[i].Number != got.Number {
			continue
		}
		strange = sameAttributes(offer[i].Attributes, got.Attributes)
		return strange, offer[i].ID == got.ID && strange == 0
	}
	return 0, false
}

// sameAttributes returns the class of the first attribute that is not in both
// lists, 0 when they hold the same in whatever order.
func sameAttributes(ours, theirs []isakmp.Attribute) uint16 {
	if a := firstBeyond(theirs, ours); a != 0 {
		return a
	}
	return firstBeyond(ours, theirs)
}

// firstBeyond returns the class of the first attribute that list has more
// often than other.
func firstBeyond(list, other []isakmp.Attribute) uint16 {
	for i, a := range list {
		if countAttribute(list[:i+1], a) > countAttribute(other, a) {
			return a.Type
		}
	}
	return 0
}

func countAttribute(list []isakmp.Attribute, a isakmp.Attribute) int {
	n := 0
	for _, b := range list {
		if a.Type == b.Type && a.Basic == b.Basic && bytes.Equal(a.Value, b.Value) {
			n++
		}
	}
	return n
}
