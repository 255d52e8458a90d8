package ether

import (
	"encoding/binary"
	"errors"
	"fmt"
	"net/netip"
)

// ARPLen is the length of an ARP packet for IPv4 over Ethernet (RFC 826).
const ARPLen = 28

// ARP operations.
const (
	OpRequest uint16 = 1
	OpReply   uint16 = 2
)

// ErrNotIPv4 reports an ARP packet that is not for IPv4 over Ethernet.
var ErrNotIPv4 = errors.New("not ARP for IPv4 over Ethernet")

// ARP is an ARP packet for IPv4 over Ethernet, at least ARPLen long.
type ARP []byte

// ParseARP checks length, hardware and protocol types and address lengths. The ARP
// aliases p, without the frame's padding.
func ParseARP(p []byte) (ARP, error) {
	if len(p) < ARPLen {
		return nil, fmt.Errorf("parse ARP of %d bytes: %w", len(p), ErrShort)
	}
	if binary.BigEndian.Uint16(p[0:2]) != 1 || binary.BigEndian.Uint16(p[2:4]) != TypeIPv4 || p[4] != 6 || p[5] != 4 {
		return nil, fmt.Errorf("parse ARP: %w", ErrNotIPv4)
	}
	return ARP(p[:ARPLen]), nil
}

// PutARP writes an ARP packet into the first ARPLen bytes of p. sender and
// target must be IPv4.
func PutARP(p []byte, op uint16, senderMAC Addr, sender netip.Addr, targetMAC Addr, target netip.Addr) {
	binary.BigEndian.PutUint16(p[0:2], 1)
	binary.BigEndian.PutUint16(p[2:4], TypeIPv4)
	p[4], p[5] = 6, 4
	binary.BigEndian.PutUint16(p[6:8], op)
	s, t := sender.As4(), target.As4()
	copy(p[8:14], senderMAC[:])
	copy(p[14:18], s[:])
	copy(p[18:24], targetMAC[:])
	copy(p[24:28], t[:])
}

// Op returns the operation.
func (a ARP) Op() uint16 { return binary.BigEndian.Uint16(a[6:8]) }

// SenderMAC returns the sender's hardware address.
func (a ARP) SenderMAC() Addr { return Addr(a[8:14]) }

// Sender returns the sender's protocol address.
func (a ARP) Sender() netip.Addr { return netip.AddrFrom4([4]byte(a[14:18])) }

// TargetMAC returns the target's hardware address.
func (a ARP) TargetMAC() Addr { return Addr(a[18:24]) }

// Target returns the target's protocol address.
func (a ARP) Target() netip.Addr { return netip.AddrFrom4([4]byte(a[24:28])) }
