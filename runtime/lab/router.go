package lab

import (
	"fmt"
	"strings"
)

// RouterSpec is a router's entry in a lab file.
type RouterSpec struct {
	// Startup is what NVRAM holds as long as nothing was saved; empty for a
	// router out of the box.
	Startup Text
}

// DecodeRouter reads the entry of a node of kind router:
//
//	kind: router
//	startup-config: r2.cfg
func DecodeRouter(m *Map) any {
	s := RouterSpec{Startup: m.File("startup-config")}
	m.String("type", "") // containerlab's; there is one type here
	m.String("image", "")
	return s
}

// routerPorts are the Ethernet types of a router's ports, each with the
// shortest abbreviation that IOS takes for it.
var routerPorts = []struct{ name, least string }{
	{"Ethernet", "e"}, {"FastEthernet", "f"}, {"GigabitEthernet", "g"}, {"TenGigabitEthernet", "te"},
}

// RouterPort returns the full name of a router's port, as "FastEthernet0/0" for
// "f0/0" or "fa0/0".
func RouterPort(name string) (string, error) {
	i := strings.IndexAny(name, "0123456789")
	if i > 0 && portNumber(name[i:]) {
		word := strings.ToLower(name[:i])
		for _, t := range routerPorts {
			if strings.HasPrefix(word, t.least) && strings.HasPrefix(strings.ToLower(t.name), word) {
				return t.name + name[i:], nil
			}
		}
	}
	return "", fmt.Errorf(`a router's port is an Ethernet interface, as "f0/0", "GigabitEthernet0/1" or "e0"`)
}

// portNumber reports a number of one to three parts, as 0, 0/0 or 0/0/0.
func portNumber(s string) bool {
	parts := strings.Split(s, "/")
	for _, p := range parts {
		if p == "" || len(p) > 3 || strings.Trim(p, "0123456789") != "" {
			return false
		}
	}
	return len(parts) <= 3
}
