package ike

import (
	"time"

	"ioslab/runtime/wire/isakmp"
)

// IOSPersonality is IOS: offers from the policies, a repeat every ten seconds,
// five times.
func IOSPersonality() Personality {
	wait := 10 * time.Second
	return Personality{IOS: true, IDProtocol: 17, IDPort: 500, InitialContact: true, DeleteOnClear: true,
		Retransmit: []time.Duration{wait, wait, wait, wait, wait}}
}

// WindowsVersion is the number at the end of the MS NT5 vendor id.
type WindowsVersion uint8

// Windows versions.
const (
	Windows7 WindowsVersion = 8
	Windows8 WindowsVersion = 9 // and later
)

// String returns the release's name.
func (v WindowsVersion) String() string {
	switch v {
	case Windows7:
		return "Windows 7"
	case Windows8:
		return "Windows 8"
	default:
		return "unknown Windows"
	}
}

// WindowsPersonality is a Windows dial-in client (shared/reference/clients.md
// 4.1): five transforms, eight vendor ids, a first message of 408 bytes.
func WindowsPersonality(v WindowsVersion) Personality {
	second := time.Second
	return Personality{
		Transforms: windowsOffer(),
		Life:       LifeVPI,
		VendorIDs:  windowsVendorIDs(v),
		PadAlways:  true,
		// Its message 5 has 76 bytes (clients.md 4.1): identity and hash, and no
		// room for INITIAL-CONTACT; the vendor id in message 1 says it.
		InitialContact:  false,
		NonceBytes:      48,
		DeleteOnClear:   true,
		HeedClearNotify: true,
		Retransmit:      []time.Duration{second, 2 * second, 4 * second, 8 * second, 16 * second},
	}
}

func windowsOffer() []isakmp.Transform {
	suites := []struct {
		cipher isakmp.Cipher
		bits   uint16
		group  isakmp.Group
	}{
		{isakmp.CipherAES, 256, isakmp.GroupECP384},
		{isakmp.CipherAES, 128, isakmp.GroupECP256},
		{isakmp.CipherAES, 256, isakmp.GroupMODP2048},
		{isakmp.Cipher3DES, 0, isakmp.GroupMODP2048},
		{isakmp.Cipher3DES, 0, isakmp.GroupMODP1024},
	}
	var list []isakmp.Transform
	for i, s := range suites {
		t := isakmp.Transform{Number: uint8(i + 1), ID: isakmp.TransformKeyIKE}
		t.Attributes = append(t.Attributes, isakmp.TV(isakmp.AttrEncryption, uint16(s.cipher)))
		if s.bits != 0 {
			t.Attributes = append(t.Attributes, isakmp.TV(isakmp.AttrKeyLength, s.bits))
		}
		t.Attributes = append(t.Attributes,
			isakmp.TV(isakmp.AttrHash, uint16(isakmp.HashSHA)),
			isakmp.TV(isakmp.AttrGroup, uint16(s.group)),
			isakmp.TV(isakmp.AttrAuth, uint16(isakmp.AuthPSK)),
			isakmp.TV(isakmp.AttrLifeType, isakmp.LifeSeconds),
			isakmp.TLV32(isakmp.AttrLifeDuration, 28800))
		list = append(list, t)
	}
	return list
}
