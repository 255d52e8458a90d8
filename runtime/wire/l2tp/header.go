package l2tp

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// Port is the UDP port that L2TP listens to (RFC 2661 8.1).
const Port = 1701

// Header sizes in bytes: of a control message, and the largest of a data message without offset padding.
const (
	ControlHeaderLen = 12
	MaxDataHeaderLen = 14
)

// Errors that callers tell apart. All parse errors wrap one of them or are of
// a type declared here.
var (
	// ErrTruncated is a packet shorter than it says.
	ErrTruncated = errors.New("truncated")
	// ErrVersion is a header of L2F (1), L2TPv3 (3) or an unknown version.
	ErrVersion = errors.New("not version 2")
	// ErrHeader is a combination of header bits or a length that RFC 2661 3.1 rules out.
	ErrHeader = errors.New("bad header")
	// ErrAVP is an AVP whose length does not fit.
	ErrAVP = errors.New("bad AVP length")
)

// The bits of the header's first 16 (RFC 2661 3.1).
const (
	bitType     = 0x8000
	bitLength   = 0x4000
	bitSequence = 0x0800
	bitOffset   = 0x0200
	bitPriority = 0x0100
	version     = 2
)

// Header is the header of a control or data message (RFC 2661 3.1).
type Header struct {
	// Control is the T bit.
	Control bool
	// HasLength, HasSequence, HasOffset and Priority are the L, S, O and P bits.
	HasLength, HasSequence, HasOffset, Priority bool
	// Length is that of the whole message in bytes, header included; parsed
	// headers without an L bit have the packet's length here.
	Length uint16
	// Tunnel and Session are the recipient's ids.
	Tunnel, Session uint16
	// Ns and Nr are the sequence numbers, with HasSequence.
	Ns, Nr uint16
	// Offset is how many bytes of padding follow the header, with HasOffset.
	Offset uint16
}

// ParseHeader reads the header of p, and returns how many bytes it and its
// offset padding take. Bytes of p behind h.Length are no part of the message.
// It allocates nothing when the header is good.
func ParseHeader(p []byte) (h Header, n int, err error) {
	if len(p) < 6 {
		return h, 0, fmt.Errorf("L2TP header of %d bytes: %w", len(p), ErrTruncated)
	}
	bits := binary.BigEndian.Uint16(p)
	if bits&0xf != version {
		return h, 0, fmt.Errorf("L2TP version %d: %w", bits&0xf, ErrVersion)
	}
	h.Control, h.HasLength, h.HasSequence = bits&bitType != 0, bits&bitLength != 0, bits&bitSequence != 0
	h.HasOffset, h.Priority = bits&bitOffset != 0, bits&bitPriority != 0
	if h.Control && (!h.HasLength || !h.HasSequence || h.HasOffset) {
		return h, 0, fmt.Errorf("L2TP control header bits %#04x: %w", bits, ErrHeader)
	}
	n = h.size()
	if len(p) < n {
		return h, 0, fmt.Errorf("L2TP header of %d bytes: %w", len(p), ErrTruncated)
	}
	h.read(p[2:])
	n += int(h.Offset)
	if !h.HasLength {
		h.Length = uint16(min(len(p), 0xffff))
	}
	if int(h.Length) < n {
		return h, 0, fmt.Errorf("L2TP length %d, header %d: %w", h.Length, n, ErrHeader)
	}
	if int(h.Length) > len(p) {
		return h, 0, fmt.Errorf("L2TP length %d of %d bytes: %w", h.Length, len(p), ErrTruncated)
	}
	return h, n, nil
}

// size returns the header's bytes without offset padding.
func (h *Header) size() int {
	n := 6
	if h.HasLength {
		n += 2
	}
	if h.HasSequence {
		n += 4
	}
	if h.HasOffset {
		n += 2
	}
	return n
}

// read takes the fields behind the bits from p, which is long enough.
func (h *Header) read(p []byte) {
	if h.HasLength {
		h.Length, p = binary.BigEndian.Uint16(p), p[2:]
	}
	h.Tunnel, h.Session, p = binary.BigEndian.Uint16(p), binary.BigEndian.Uint16(p[2:]), p[4:]
	if h.HasSequence {
		h.Ns, h.Nr, p = binary.BigEndian.Uint16(p), binary.BigEndian.Uint16(p[2:]), p[4:]
	}
	if h.HasOffset {
		h.Offset = binary.BigEndian.Uint16(p)
	}
}

// Len returns the bytes that Put writes: header and offset padding.
func (h *Header) Len() int {
	if h.HasOffset {
		return h.size() + int(h.Offset)
	}
	return h.size()
}

// Put writes the header into p, which has Len bytes; the padding is zeroed.
// h.Length must be right already when HasLength.
func (h *Header) Put(p []byte) {
	bits := uint16(version)
	for _, b := range [...]struct {
		on  bool
		bit uint16
	}{{h.Control, bitType}, {h.HasLength, bitLength}, {h.HasSequence, bitSequence}, {h.HasOffset, bitOffset}, {h.Priority, bitPriority}} {
		if b.on {
			bits |= b.bit
		}
	}
	binary.BigEndian.PutUint16(p, bits)
	p = p[2:]
	if h.HasLength {
		binary.BigEndian.PutUint16(p, h.Length)
		p = p[2:]
	}
	binary.BigEndian.PutUint16(p, h.Tunnel)
	binary.BigEndian.PutUint16(p[2:], h.Session)
	p = p[4:]
	if h.HasSequence {
		binary.BigEndian.PutUint16(p, h.Ns)
		binary.BigEndian.PutUint16(p[2:], h.Nr)
		p = p[4:]
	}
	if h.HasOffset {
		binary.BigEndian.PutUint16(p, h.Offset)
		clear(p[2 : 2+int(h.Offset)])
	}
}

// AppendControl appends a control message: the header with its length filled
// in, and the AVPs of body (none for a ZLB). Body must fit 65,535 bytes with the header.
func AppendControl(dst []byte, tunnel, session, ns, nr uint16, body []byte) []byte {
	h := Header{Control: true, HasLength: true, HasSequence: true, Tunnel: tunnel, Session: session, Ns: ns, Nr: nr,
		Length: uint16(ControlHeaderLen + len(body))}
	at := len(dst)
	dst = append(dst, make([]byte, ControlHeaderLen)...)
	h.Put(dst[at:])
	return append(dst, body...)
}
