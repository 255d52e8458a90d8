package l2tp

import (
	"encoding/binary"
	"fmt"
	"strings"
)

// Opt is a value that may be absent from a message.
type Opt[T any] struct {
	V  T
	OK bool
}

// Some returns a present value.
func Some[T any](v T) Opt[T] { return Opt[T]{v, true} }

// Version is the value of the Protocol Version AVP; RFC 2661 is 1.0.
type Version struct{ Version, Revision uint8 }

// ResultCode is the value of the Result Code AVP (RFC 2661 4.4.2).
type ResultCode struct {
	Result uint16
	// HasError tells that an error code follows, and perhaps Message.
	HasError bool
	Error    uint16
	Message  string
}

// CauseCode is the value of the Q.931 Cause Code AVP.
type CauseCode struct {
	Cause    uint16
	Msg      uint8
	Advisory string
}

// CallErrors is the value of the Call Errors AVP, counts since the call began.
type CallErrors struct{ CRC, Framing, Hardware, Buffer, Timeout, Alignment uint32 }

// ACCM is the value of the ACCM AVP: the maps that the LAC is to use.
type ACCM struct{ Send, Receive uint32 }

// PPPDisconnect is the value of the PPP Disconnect Cause Code AVP (RFC 3145 2).
type PPPDisconnect struct {
	// Code is the disconnect code, Protocol the NCP or authentication protocol it concerns.
	Code, Protocol uint16
	// Direction is 0 (global), 1 (at the peer) or 2 (at the sender).
	Direction uint8
	// Message is free text in UTF-8, may be empty.
	Message string
}

// HostName returns a Host Name AVP's text: Apple's clients end it with a NUL.
func HostName(raw string) string { return strings.TrimRight(raw, "\x00") }

func size(p []byte, want int) error {
	if len(p) != want {
		return fmt.Errorf("%d bytes instead of %d: %w", len(p), want, ErrAVP)
	}
	return nil
}

func atLeast(p []byte, want int) error {
	if len(p) < want {
		return fmt.Errorf("%d bytes, not even %d: %w", len(p), want, ErrAVP)
	}
	return nil
}

// A codec writes and reads the value of one kind.
type codec[T any] struct {
	append func([]byte, T) []byte
	parse  func([]byte) (T, error)
}

var (
	codecU16 = codec[uint16]{binary.BigEndian.AppendUint16, func(p []byte) (v uint16, err error) {
		if err = size(p, 2); err == nil {
			v = binary.BigEndian.Uint16(p)
		}
		return v, err
	}}
	codecU32 = codec[uint32]{binary.BigEndian.AppendUint32, func(p []byte) (v uint32, err error) {
		if err = size(p, 4); err == nil {
			v = binary.BigEndian.Uint32(p)
		}
		return v, err
	}}
	codecU64 = codec[uint64]{binary.BigEndian.AppendUint64, func(p []byte) (v uint64, err error) {
		if err = size(p, 8); err == nil {
			v = binary.BigEndian.Uint64(p)
		}
		return v, err
	}}
	codecString = codec[string]{
		func(dst []byte, v string) []byte { return append(dst, v...) },
		func(p []byte) (string, error) { return string(p), nil }}
	codecBytes = codec[[]byte]{
		func(dst []byte, v []byte) []byte { return append(dst, v...) },
		func(p []byte) ([]byte, error) { return append([]byte{}, p...), nil }}
	codecDigest = codec[[16]byte]{
		func(dst []byte, v [16]byte) []byte { return append(dst, v[:]...) },
		func(p []byte) (v [16]byte, err error) { copy(v[:], p); return v, size(p, 16) }}
	codecFlag    = codec[struct{}]{func(dst []byte, _ struct{}) []byte { return dst }, func(p []byte) (v struct{}, err error) { return v, size(p, 0) }}
	codecVersion = codec[Version]{
		func(dst []byte, v Version) []byte { return append(dst, v.Version, v.Revision) },
		func(p []byte) (v Version, err error) {
			if err = size(p, 2); err == nil {
				v = Version{p[0], p[1]}
			}
			return v, err
		}}
	codecResult     = codec[ResultCode]{appendResult, parseResult}
	codecCause      = codec[CauseCode]{appendCause, parseCause}
	codecErrors     = codec[CallErrors]{appendErrors, parseErrors}
	codecACCM       = codec[ACCM]{appendACCM, parseACCM}
	codecDisconnect = codec[PPPDisconnect]{appendDisconnect, parseDisconnect}
	// codecAuthID is the Proxy Authen ID: a reserved byte and the identifier.
	codecAuthID = codec[uint8]{
		func(dst []byte, v uint8) []byte { return append(dst, 0, v) },
		func(p []byte) (v uint8, err error) {
			if err = size(p, 2); err == nil {
				v = p[1]
			}
			return v, err
		}}
)

func appendResult(dst []byte, v ResultCode) []byte {
	dst = binary.BigEndian.AppendUint16(dst, v.Result)
	if !v.HasError && v.Message == "" {
		return dst
	}
	return append(binary.BigEndian.AppendUint16(dst, v.Error), v.Message...)
}

func parseResult(p []byte) (v ResultCode, err error) {
	if len(p) != 2 && len(p) < 4 {
		return v, fmt.Errorf("result code of %d bytes: %w", len(p), ErrAVP)
	}
	v.Result = binary.BigEndian.Uint16(p)
	if len(p) >= 4 {
		v.HasError, v.Error, v.Message = true, binary.BigEndian.Uint16(p[2:]), string(p[4:])
	}
	return v, nil
}

func appendCause(dst []byte, v CauseCode) []byte {
	dst = append(binary.BigEndian.AppendUint16(dst, v.Cause), v.Msg)
	return append(dst, v.Advisory...)
}

func parseCause(p []byte) (v CauseCode, err error) {
	if err = atLeast(p, 3); err == nil {
		v = CauseCode{binary.BigEndian.Uint16(p), p[2], string(p[3:])}
	}
	return v, err
}

func (v *CallErrors) counts() []*uint32 {
	return []*uint32{&v.CRC, &v.Framing, &v.Hardware, &v.Buffer, &v.Timeout, &v.Alignment}
}

func appendErrors(dst []byte, v CallErrors) []byte {
	dst = append(dst, 0, 0)
	for _, c := range v.counts() {
		dst = binary.BigEndian.AppendUint32(dst, *c)
	}
	return dst
}

func parseErrors(p []byte) (v CallErrors, err error) {
	if err = size(p, 26); err != nil {
		return v, err
	}
	for i, c := range v.counts() {
		*c = binary.BigEndian.Uint32(p[2+4*i:])
	}
	return v, nil
}

func appendACCM(dst []byte, v ACCM) []byte {
	dst = binary.BigEndian.AppendUint32(append(dst, 0, 0), v.Send)
	return binary.BigEndian.AppendUint32(dst, v.Receive)
}

func parseACCM(p []byte) (v ACCM, err error) {
	if err = size(p, 10); err == nil {
		v = ACCM{binary.BigEndian.Uint32(p[2:]), binary.BigEndian.Uint32(p[6:])}
	}
	return v, err
}

func appendDisconnect(dst []byte, v PPPDisconnect) []byte {
	dst = binary.BigEndian.AppendUint16(dst, v.Code)
	dst = append(binary.BigEndian.AppendUint16(dst, v.Protocol), v.Direction)
	return append(dst, v.Message...)
}

func parseDisconnect(p []byte) (v PPPDisconnect, err error) {
	if err = atLeast(p, 5); err == nil {
		v = PPPDisconnect{binary.BigEndian.Uint16(p), binary.BigEndian.Uint16(p[2:]), p[4], string(p[5:])}
	}
	return v, err
}
