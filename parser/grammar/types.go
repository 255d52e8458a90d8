package grammar

import (
	"fmt"
	"sort"
	"strconv"
	"strings"

	"ioslab/parser/config"
)

// Type is a kind of argument.
type Type struct {
	// Name stands in patterns, Token in help lists.
	Name, Token string
	// Help is shown where a declaration gives none.
	Help string
	// Scan reports how many bytes of word can begin a value, and whether word is one.
	Scan func(word string) (n int, ok bool)
	// Canon turns an accepted word into the form that is kept; nil keeps it.
	Canon func(word string) string
	// Print turns the kept form into what the running-config shows; nil is the same.
	Print func(value string) string
	// Rest takes everything to the end of the line.
	Rest bool
	// Words are names that stand for values, listed in help and completed; they are
	// matched by prefix like keywords.
	Words []Named
	// Only says that Words are the only values.
	Only bool
	// Sample makes a random value for tests from a source of random numbers below n.
	Sample func(intn func(n int) int) string
	// glue joins the value to the word before it without a blank (interface units).
	glue bool
}

// Named is a word that stands for a value.
type Named struct{ Word, Value, Help string }

var types = map[string]*Type{}

// Register adds an argument type for patterns. It is to be called before the
// patterns that use it are compiled, by package-level initialisers only.
func Register(t *Type) *Type {
	if t.Token == "" {
		t.Token = t.Name
	}
	sort.Slice(t.Words, func(i, j int) bool { return t.Words[i].Word < t.Words[j].Word })
	types[t.Name] = t
	return t
}

func anyWord(w string) (int, bool) { return len(w), w != "" }

// The types that every pattern may name.
var (
	_      = Register(&Type{Name: "WORD", Scan: anyWord, Sample: sampleWord})
	_      = Register(&Type{Name: "LINE", Scan: anyWord, Rest: true, Sample: sampleLine})
	_      = Register(&Type{Name: "A.B.C.D", Help: "IP address", Scan: scanAddr, Canon: canonAddr, Sample: sampleAddr})
	_      = Register(&Type{Name: "MASK", Token: "A.B.C.D", Help: "IP subnet mask", Scan: scanAddr, Canon: canonAddr, Sample: sampleMask})
	_      = Register(&Type{Name: "H.H.H", Help: "Hardware address", Scan: scanMAC, Canon: canonMAC, Sample: sampleMAC})
	_      = Register(&Type{Name: "A.B.C.D/nn", Help: "IP prefix", Scan: scanPrefix})
	_      = Register(&Type{Name: "HEX", Token: "Hex-data", Scan: scanHex, Sample: func(f func(int) int) string { return fmt.Sprintf("%X", f(65536)) }})
	_      = Register(&Type{Name: "HOST", Token: "Hostname or A.B.C.D", Scan: anyWord, Sample: sampleAddr})
	_      = Register(&Type{Name: "TIME", Token: "hh:mm", Scan: anyWord, Sample: func(f func(int) int) string { return fmt.Sprintf("%d:%02d", f(24), f(60)) }})
	ifName = Register(&Type{Name: "IFNAME", Token: "Interface", Help: "Interface name", Scan: scanIfName, Canon: canonIfName, Sample: sampleIfName})
	ifKind = &Type{Name: "IFKIND", Token: "Interface", Scan: scanIfKind, Canon: canonIfKind, Words: kindWords()}
	ifUnit = &Type{Name: "IFUNIT", Token: "<0-4294967295>", Help: "Interface number", Scan: scanIfUnit, glue: true}
)

// rangeType makes the type of `(lo-hi)`, with negative bounds allowed.
func rangeType(body string) (*Type, error) {
	cut := strings.IndexByte(body[min(1, len(body)):], '-') + min(1, len(body))
	if cut < 1 {
		return nil, fmt.Errorf("range (%s)", body)
	}
	lo, err1 := strconv.ParseInt(body[:cut], 10, 64)
	hi, err2 := strconv.ParseInt(body[cut+1:], 10, 64)
	if err1 != nil || err2 != nil || lo > hi {
		return nil, fmt.Errorf("range (%s)", body)
	}
	return &Type{
		Name: "(" + body + ")", Token: "<" + body + ">",
		Scan:  func(w string) (int, bool) { return scanRange(w, lo, hi) },
		Canon: func(w string) string { v, _ := strconv.ParseInt(w, 10, 64); return strconv.FormatInt(v, 10) },
		Sample: func(f func(int) int) string {
			span := hi - lo
			if span > 1<<30 {
				span = 1 << 30
			}
			return strconv.FormatInt(lo+int64(f(int(span)+1)), 10)
		},
	}, nil
}

// scanRange accepts digits as long as more of them could still give a number in
// range; where the number gets too large is the first offending character.
func scanRange(w string, lo, hi int64) (int, bool) {
	i, neg := 0, false
	if strings.HasPrefix(w, "-") && lo < 0 {
		i, neg = 1, true
	}
	first := i
	var v int64
	for ; i < len(w); i++ {
		if w[i] < '0' || w[i] > '9' || i-first > 17 {
			return i, false
		}
		v = v*10 + int64(w[i]-'0')
		if !neg && v > hi || neg && -v < lo {
			return i, false
		}
	}
	if neg {
		v = -v
	}
	return len(w), i > first && v >= lo && v <= hi
}

func scanAddr(w string) (int, bool) {
	octets, v, digits := 0, 0, 0
	for i := 0; i < len(w); i++ {
		switch c := w[i]; {
		case c >= '0' && c <= '9':
			v, digits = v*10+int(c-'0'), digits+1
			if v > 255 || digits > 3 {
				return i, false
			}
		case c == '.' && digits > 0 && octets < 3:
			octets, v, digits = octets+1, 0, 0
		default:
			return i, false
		}
	}
	return len(w), octets == 3 && digits > 0
}

// canonAddr drops leading zeros, which IOS reads as decimal.
func canonAddr(w string) string {
	if !strings.Contains("."+w, ".0") {
		return w
	}
	f := strings.Split(w, ".")
	for i := range f {
		v, _ := strconv.Atoi(f[i])
		f[i] = strconv.Itoa(v)
	}
	return strings.Join(f, ".")
}

func scanPrefix(w string) (int, bool) {
	a, bits, ok := strings.Cut(w, "/")
	n, full := scanAddr(a)
	if !full || !ok {
		return n, false
	}
	m, good := scanRange(bits, 0, 32)
	return n + 1 + m, good
}

func scanMAC(w string) (int, bool) {
	group, digits := 0, 0
	for i := 0; i < len(w); i++ {
		switch {
		case isHex(w[i]) && digits < 4:
			digits++
		case w[i] == '.' && digits > 0 && group < 2:
			group, digits = group+1, 0
		default:
			return i, false
		}
	}
	return len(w), group == 2 && digits > 0
}

func canonMAC(w string) string {
	var m config.MAC
	if m.UnmarshalText([]byte(w)) != nil {
		return w
	}
	return m.String()
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func scanHex(w string) (int, bool) {
	i := 0
	if strings.HasPrefix(strings.ToLower(w), "0x") {
		i = 2
	}
	for ; i < len(w); i++ {
		if !isHex(w[i]) {
			return i, false
		}
	}
	return len(w), w != ""
}

// scanIfName takes a whole interface name in one word: fa0/0, Loopback0.
func scanIfName(w string) (int, bool) {
	letters := kindLetters(w)
	n := kindPrefix(w[:letters])
	if n < letters || letters == 0 {
		return n, false
	}
	if letters == len(w) {
		return letters, false
	}
	if chooseKind(w[:letters]) == "" {
		return letters, false
	}
	m, ok := config.UnitPrefix(w[letters:])
	return letters + m, ok
}

func kindLetters(w string) int {
	for i := 0; i < len(w); i++ {
		if w[i] >= '0' && w[i] <= '9' {
			return i
		}
	}
	return len(w)
}

// kindPrefix is how many letters of w begin some kind's name.
func kindPrefix(w string) int {
	best := 0
	for _, k := range config.InterfaceKinds {
		best = max(best, commonPrefix(strings.ToLower(string(k)), strings.ToLower(w)))
	}
	return best
}

// preferred resolves the abbreviations that people type although they fit several
// kinds: the one that a router of this class has.
var preferred = []config.InterfaceKind{
	config.KindGigabitEthernet, config.KindTunnel, config.KindFastEthernet, config.KindEthernet,
	config.KindLoopback, config.KindSerial, config.KindPortChannel,
}

// chooseKind returns the kind that w abbreviates, "" for none or several.
func chooseKind(w string) config.InterfaceKind {
	fit := config.KindsByPrefix(w)
	if len(fit) == 1 {
		return fit[0]
	}
	for _, p := range preferred {
		for _, k := range fit {
			if k == p {
				return k
			}
		}
	}
	return ""
}

func canonIfName(w string) string {
	n := kindLetters(w)
	return string(chooseKind(w[:n])) + w[n:]
}

func scanIfKind(w string) (int, bool) {
	n := kindPrefix(w)
	return n, n == len(w) && chooseKind(w) != ""
}

func canonIfKind(w string) string { return string(chooseKind(w)) }

func scanIfUnit(w string) (int, bool) { return config.UnitPrefix(w) }

var kindHelp = map[config.InterfaceKind]string{
	config.KindLoopback: "Loopback interface", config.KindTunnel: "Tunnel interface", config.KindNull: "Null interface",
	config.KindBVI: "Bridge-Group Virtual Interface", config.KindPortChannel: "Ethernet Channel of interfaces",
	config.KindMultilink: "Multilink-group interface", config.KindATM: "ATM interface", config.KindEthernet: "IEEE 802.3",
	config.KindFastEthernet: "FastEthernet IEEE 802.3", config.KindGigabitEthernet: "GigabitEthernet IEEE 802.3z",
	config.KindTenGigabit: "Ten Gigabit Ethernet", config.KindSerial: "Serial", config.KindPOS: "Packet over SONET",
	config.KindBRI: "ISDN Basic Rate Interface", config.KindCellular: "Cellular WAN interface",
	config.KindVirtualTemplate: "Virtual Template interface", config.KindVirtualPPP: "Virtual PPP interface",
	config.KindVirtualAccess: "Virtual Access interface", config.KindAsync: "Async interface",
	config.KindGroupAsync: "Async Group interface", config.KindVlan: "Catalyst Vlans", config.KindDialer: "Dialer interface",
	config.KindVif: "PGM Multicast Host interface",
}

func kindWords() []Named {
	var out []Named
	for _, k := range config.InterfaceKinds {
		out = append(out, Named{Word: string(k), Value: string(k), Help: kindHelp[k]})
	}
	return out
}

// NumberNames registers a type whose values are numbers from lo to hi that may
// be written by name; the running-config shows the name.
func NumberNames(name, help string, lo, hi int64, words []Named) *Type {
	byValue := map[string]string{}
	byWord := map[string]string{}
	for _, w := range words {
		byWord[w.Word] = w.Value
		if byValue[w.Value] == "" {
			byValue[w.Value] = w.Word
		}
	}
	return Register(&Type{
		Name: name, Token: fmt.Sprintf("<%d-%d>", lo, hi), Help: help, Words: words,
		Scan: func(w string) (int, bool) { return scanRange(w, lo, hi) },
		Canon: func(w string) string {
			if v, ok := byWord[w]; ok {
				return v
			}
			return canonNumber(w)
		},
		Print: func(v string) string {
			if w := byValue[v]; w != "" {
				return w
			}
			return v
		},
		Sample: func(f func(int) int) string { return strconv.FormatInt(lo+int64(f(int(hi-lo)+1)), 10) },
	})
}

func canonNumber(w string) string {
	v, err := strconv.ParseInt(w, 10, 64)
	if err != nil {
		return w
	}
	return strconv.FormatInt(v, 10)
}

func sampleWord(f func(int) int) string {
	const letters = "abcdefghijklmnopqrstuvwxyz"
	b := []byte{'z'}
	for n := 2 + f(5); n > 0; n-- {
		b = append(b, letters[f(26)])
	}
	return string(b)
}

func sampleLine(f func(int) int) string {
	s := sampleWord(f)
	for n := f(3); n > 0; n-- {
		s += " " + sampleWord(f)
	}
	return s
}

func sampleAddr(f func(int) int) string {
	return fmt.Sprintf("%d.%d.%d.%d", 1+f(223), f(256), f(256), f(256))
}

func sampleMask(f func(int) int) string { return config.MaskOf(1 + f(32)).String() }

func sampleMAC(f func(int) int) string {
	return fmt.Sprintf("%04x.%04x.%04x", f(65536)&0xfeff, f(65536), f(65536))
}

func sampleIfName(f func(int) int) string {
	return [...]string{"Loopback", "FastEthernet0/", "Virtual-Template", "Dialer"}[f(4)] + strconv.Itoa(f(200))
}
