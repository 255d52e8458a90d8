package l2tp

import (
	"encoding/binary"
	"fmt"
)

const (
	avpHeaderLen = 6
	// MaxValue is the largest attribute value: the 10-bit length counts the AVP's header too.
	MaxValue = 1023 - avpHeaderLen
	// MaxAVPs bounds the AVPs of one message; the longest message of RFC 2661
	// (ICCN) has some twenty.
	MaxAVPs = 256
)

// AVP is one attribute value pair as it stands in a message (RFC 2661 4.1).
type AVP struct {
	Mandatory, Hidden bool
	// Reserved are the four reserved bits; not zero makes the AVP unrecognized.
	Reserved uint8
	// Vendor is the SMI code, 0 for the IETF's attributes.
	Vendor uint16
	Attr   Attr
	// Value is the plain value, or, with Hidden, what hides it.
	Value []byte
}

// Flags returns the AVP's first 16 bits without the length, as IOS prints them.
func (a AVP) Flags() uint16 {
	f := uint16(a.Reserved&0xf) << 10
	if a.Mandatory {
		f |= 0x8000
	}
	if a.Hidden {
		f |= 0x4000
	}
	return f
}

// Len returns the bytes of the AVP in a message.
func (a AVP) Len() int { return avpHeaderLen + len(a.Value) }

// Append appends the AVP. Its Value must not be longer than MaxValue.
func (a AVP) Append(dst []byte) []byte {
	dst = binary.BigEndian.AppendUint16(dst, a.Flags()|uint16(a.Len())&0x3ff)
	dst = binary.BigEndian.AppendUint16(dst, a.Vendor)
	dst = binary.BigEndian.AppendUint16(dst, uint16(a.Attr))
	return append(dst, a.Value...)
}

// ParseAVPs splits the body of a control message. The Values alias body.
func ParseAVPs(body []byte) ([]AVP, error) {
	var avps []AVP
	for at := 0; at < len(body); {
		rest := body[at:]
		if len(rest) < avpHeaderLen {
			return avps, fmt.Errorf("AVP at byte %d: %w", at, ErrTruncated)
		}
		bits := binary.BigEndian.Uint16(rest)
		n := int(bits & 0x3ff)
		if n < avpHeaderLen {
			return avps, fmt.Errorf("AVP at byte %d has length %d: %w", at, n, ErrAVP)
		}
		if n > len(rest) {
			return avps, fmt.Errorf("AVP at byte %d has length %d of %d: %w", at, n, len(rest), ErrTruncated)
		}
		if len(avps) == MaxAVPs {
			return avps, fmt.Errorf("more than %d AVPs: %w", MaxAVPs, ErrAVP)
		}
		avps = append(avps, AVP{
			Mandatory: bits&0x8000 != 0, Hidden: bits&0x4000 != 0, Reserved: uint8(bits >> 10 & 0xf),
			Vendor: binary.BigEndian.Uint16(rest[2:]), Attr: Attr(binary.BigEndian.Uint16(rest[4:])), Value: rest[avpHeaderLen:n:n],
		})
		at += n
	}
	return avps, nil
}

// Mandatory tells whether the RFC has a sender set the M bit of the attribute.
func (a Attr) Mandatory() bool {
	switch a {
	case AttrTieBreaker, AttrFirmwareRevision, AttrVendorName, AttrPhysicalChannelID,
		AttrInitialReceivedLCP, AttrLastSentLCP, AttrLastReceivedLCP,
		AttrProxyAuthType, AttrProxyAuthName, AttrProxyAuthChallenge, AttrProxyAuthID, AttrProxyAuthResponse,
		AttrPrivateGroupID, AttrRxConnectSpeed, AttrPPPDisconnect:
		return false
	default:
		return true
	}
}

// MayHide tells whether the RFC allows the attribute to be hidden.
func (a Attr) MayHide() bool {
	switch a {
	case AttrMessageType, AttrResultCode, AttrProtocolVersion, AttrTieBreaker, AttrHostName,
		AttrReceiveWindow, AttrCauseCode, AttrRandomVector, AttrSequencingRequired:
		return false
	default:
		return true
	}
}
