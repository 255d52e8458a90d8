package config

import (
	"fmt"
	"strings"
)

// InterfaceName is an interface's full name as IOS prints it:
// "FastEthernet0/0", "Virtual-Template1", "Serial0/1.100".
type InterfaceName string

// InterfaceKind is the word part of an interface name, fully spelled.
type InterfaceKind string

// The interface kinds that ioslab knows, in the order of show running-config:
// loopbacks and software interfaces first, then hardware, then virtual ones.
const (
	KindLoopback        InterfaceKind = "Loopback"
	KindTunnel          InterfaceKind = "Tunnel"
	KindNull            InterfaceKind = "Null"
	KindBVI             InterfaceKind = "BVI"
	KindPortChannel     InterfaceKind = "Port-channel"
	KindMultilink       InterfaceKind = "Multilink"
	KindATM             InterfaceKind = "ATM"
	KindEthernet        InterfaceKind = "Ethernet"
	KindFastEthernet    InterfaceKind = "FastEthernet"
	KindGigabitEthernet InterfaceKind = "GigabitEthernet"
	KindTenGigabit      InterfaceKind = "TenGigabitEthernet"
	KindSerial          InterfaceKind = "Serial"
	KindPOS             InterfaceKind = "POS"
	KindBRI             InterfaceKind = "BRI"
	KindCellular        InterfaceKind = "Cellular"
	KindVirtualTemplate InterfaceKind = "Virtual-Template"
	KindVirtualPPP      InterfaceKind = "Virtual-PPP"
	KindVirtualAccess   InterfaceKind = "Virtual-Access"
	KindAsync           InterfaceKind = "Async"
	KindGroupAsync      InterfaceKind = "Group-Async"
	KindVlan            InterfaceKind = "Vlan"
	KindDialer          InterfaceKind = "Dialer"
	KindVif             InterfaceKind = "vif"
)

// InterfaceKinds lists all kinds in the order of show running-config.
var InterfaceKinds = []InterfaceKind{
	KindLoopback, KindTunnel, KindNull, KindBVI, KindPortChannel, KindMultilink, KindATM,
	KindEthernet, KindFastEthernet, KindGigabitEthernet, KindTenGigabit, KindSerial, KindPOS,
	KindBRI, KindCellular, KindVirtualTemplate, KindVirtualPPP, KindVirtualAccess, KindAsync,
	KindGroupAsync, KindVlan, KindDialer, KindVif,
}

var kindRank = func() map[InterfaceKind]int {
	m := map[InterfaceKind]int{}
	for i, k := range InterfaceKinds {
		m[k] = i
	}
	return m
}()

// split returns where the unit starts.
func (n InterfaceName) split() int {
	return strings.IndexFunc(string(n), func(r rune) bool { return r >= '0' && r <= '9' })
}

// Kind is the word part.
func (n InterfaceName) Kind() InterfaceKind {
	if i := n.split(); i >= 0 {
		return InterfaceKind(n[:i])
	}
	return InterfaceKind(n)
}

// Unit is the number part: "0/0", "1", "0/1.100", "0:23".
func (n InterfaceName) Unit() string {
	if i := n.split(); i >= 0 {
		return string(n[i:])
	}
	return ""
}

// Parent is the name before the sub-interface number, or n itself.
func (n InterfaceName) Parent() InterfaceName {
	if i := strings.IndexByte(string(n), '.'); i >= 0 {
		return n[:i]
	}
	return n
}

// IsSub reports whether n names a sub-interface.
func (n InterfaceName) IsSub() bool { return strings.IndexByte(string(n), '.') >= 0 }

// Number is the whole unit when it is one number (Virtual-Template1: 1), else -1.
func (n InterfaceName) Number() int {
	var v int
	if _, err := fmt.Sscanf(n.Unit(), "%d", &v); err != nil || fmt.Sprint(v) != n.Unit() {
		return -1
	}
	return v
}

// Before is the order of show running-config.
func (n InterfaceName) Before(o InterfaceName) bool {
	a, b := kindRank[n.Kind()], kindRank[o.Kind()]
	if a != b {
		return a < b
	}
	return unitBefore(n.Unit(), o.Unit())
}

// unitBefore compares unit by unit as numbers.
func unitBefore(a, b string) bool {
	for a != "" && b != "" {
		x, ra := leadingNumber(a)
		y, rb := leadingNumber(b)
		if x != y {
			return x < y
		}
		a, b = ra, rb
	}
	return a == "" && b != ""
}

func leadingNumber(s string) (int, string) {
	i, v := 0, 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		v = v*10 + int(s[i]-'0')
		i++
	}
	if i < len(s) {
		i++
	}
	return v, s[i:]
}

// KindsByPrefix returns the kinds that word abbreviates, without regard to
// case; an exact match stands alone.
func KindsByPrefix(word string) []InterfaceKind {
	var out []InterfaceKind
	w := strings.ToLower(word)
	for _, k := range InterfaceKinds {
		full := strings.ToLower(string(k))
		if full == w {
			return []InterfaceKind{k}
		}
		if strings.HasPrefix(full, w) {
			out = append(out, k)
		}
	}
	return out
}

// UnitPrefix reports how many characters of s can begin an interface unit
// (n/n/n.sub, n:channel), and whether s is a complete one.
func UnitPrefix(s string) (n int, complete bool) {
	digit := false
	seen := byte(0)
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c >= '0' && c <= '9':
			digit = true
		case (c == '/' || c == '.' || c == ':') && digit && seen != '.' && !(seen == ':' && c != '.'):
			digit, seen = false, c
		default:
			return i, false
		}
	}
	return len(s), digit
}
