package pc

import (
	"errors"
	"fmt"
	"net"
	"net/netip"
	"strings"

	"ioslab/runtime/lab"
	"ioslab/runtime/wire/ether"
)

// MaxEntries bounds the phone book.
const MaxEntries = 64

// Spec is a PC's entry in a lab file.
type Spec struct {
	Personality *Personality
	Computer    string // the computer's name, which L2TP tells the server
	Address     netip.Prefix
	Gateway     netip.Addr
	DNS         []netip.Addr
	MAC         ether.Addr
	// Adapter and Description name the Ethernet adapter, Index is its number.
	Adapter, Description string
	Index                int
	Entries              []Entry
}

// Entry is one connection of the phone book.
type Entry struct {
	Name       string   `yaml:"name"`
	Server     string   `yaml:"server"`
	PSK        string   `yaml:"psk"`
	User       string   `yaml:"user"`
	Password   string   `yaml:"password"`
	Encryption string   `yaml:"encryption"` // none, optional, required, maximum
	Auth       []string `yaml:"authentication"`
	// SplitTunneling leaves the default route where it is.
	SplitTunneling bool `yaml:"split-tunneling"`
}

// Kind returns the kind `pc` of lab files:
//
//	kind: pc
//	personality: windows8        # the default
//	hostname: frank              # the node's name by default
//	address: 12.1.1.1/24
//	gateway: 12.1.1.2
//	dns: [8.8.8.8]
//	mac: 02:00:4c:4f:4f:50       # made from the node's place by default
//	adapter: Ethernet
//	description: Intel(R) 82574L Gigabit Network Connection
//	index: 12
//	connections:
//	  - {name: VPN Connection, server: 2.2.2.2, psk: 123, user: test, password: test}
func Kind() lab.Kind {
	return lab.Kind{Decode: decode, Port: port, New: func(env lab.Env) (lab.Node, error) { return New(env) }}
}

func port(name string) (string, error) {
	if name != "eth0" {
		return "", fmt.Errorf("a pc has one port, eth0")
	}
	return name, nil
}

func decode(m *lab.Map) any {
	s := Spec{
		Computer:    m.String("hostname", ""),
		Address:     m.Prefix("address"),
		Gateway:     m.Addr("gateway"),
		Adapter:     m.String("adapter", "Ethernet"),
		Description: m.String("description", "Intel(R) 82574L Gigabit Network Connection"),
		Index:       m.Int("index", 12, 2, 255),
	}
	m.Require("address")
	decodePersonality(m, &s)
	for _, a := range m.Strings("dns") {
		addr, err := netip.ParseAddr(a)
		if err != nil || !addr.Is4() {
			m.Fail("dns", "dns: expected IPv4 addresses, found %q", a)
			break
		}
		s.DNS = append(s.DNS, addr)
	}
	if text := m.String("mac", ""); text != "" {
		mac, err := net.ParseMAC(text)
		if err != nil || len(mac) != 6 || mac[0]&1 != 0 {
			m.Fail("mac", "mac: expected a station's address as 02:00:4c:4f:4f:50, found %q", text)
		} else {
			s.MAC = ether.Addr(mac)
		}
	}
	if s.Gateway.IsValid() && s.Address.IsValid() && !s.Address.Masked().Contains(s.Gateway) {
		m.Fail("gateway", "gateway: expected an address in %v, found %v", s.Address.Masked(), s.Gateway)
	}
	s.Entries = decodeEntries(m)
	return s
}

func decodePersonality(m *lab.Map, s *Spec) {
	name := m.Choice("personality", "windows8", Personalities()...)
	file := m.File("personality-file")
	var err error
	if file.Name != "" {
		s.Personality, err = ParsePersonality(file.Data)
	} else {
		s.Personality, err = LoadPersonality(name)
	}
	if err != nil {
		m.Fail("personality-file", "%v", err)
	}
}

func decodeEntries(m *lab.Map) []Entry {
	var out []Entry
	seen := map[string]bool{}
	for _, c := range m.Maps("connections") {
		e := Entry{
			Name:           c.String("name", "VPN Connection"),
			Server:         c.String("server", ""),
			PSK:            c.String("psk", ""),
			User:           c.String("user", ""),
			Password:       c.String("password", ""),
			Encryption:     c.Choice("encryption", "optional", "none", "optional", "required", "maximum"),
			Auth:           c.Strings("authentication"),
			SplitTunneling: c.Bool("split-tunneling", false),
		}
		c.Require("server")
		if e.Auth == nil {
			e.Auth = defaultAuth()
		}
		if _, err := lookupAll("authentication", e.Auth, authNames); err != nil {
			c.Fail("authentication", "%v", err)
		}
		if seen[strings.ToLower(e.Name)] {
			c.Fail("name", "name: %q is given twice", e.Name)
		}
		seen[strings.ToLower(e.Name)] = true
		c.Done()
		out = append(out, e)
	}
	if len(out) > MaxEntries {
		m.Fail("connections", "at most %d connections", MaxEntries)
	}
	return out
}

// defaultAuth is what a new connection allows: MS-CHAP v2 alone.
func defaultAuth() []string { return []string{"mschapv2"} }

var errNoSpec = errors.New("a pc needs the entry that its kind decodes")
