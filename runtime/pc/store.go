package pc

import (
	"errors"
	"fmt"
	"io/fs"
	"slices"
	"strings"

	"go.yaml.in/yaml/v3"
)

// book is the phone book.
type book struct{ entries []Entry }

// find returns an entry by its name, case ignored as Windows does.
func (b *book) find(name string) *Entry {
	for i := range b.entries {
		if strings.EqualFold(b.entries[i].Name, name) {
			return &b.entries[i]
		}
	}
	return nil
}

func (b *book) remove(name string) bool {
	n := len(b.entries)
	b.entries = slices.DeleteFunc(b.entries, func(e Entry) bool { return strings.EqualFold(e.Name, name) })
	return len(b.entries) < n
}

// The registry values that a dial looks at.
const (
	rasManKey     = `HKEY_LOCAL_MACHINE\SYSTEM\CurrentControlSet\Services\RasMan\Parameters`
	prohibitIPsec = "ProhibitIpSec"
)

// maxValues bounds the registry: it is there for a handful of switches.
const maxValues = 1000

// value is one registry value.
type value struct {
	Key  string `yaml:"key"`
	Name string `yaml:"name"`
	Type string `yaml:"type"`
	Data string `yaml:"data"` // a REG_DWORD in hexadecimal, as 0x1
}

// registry holds the values that were set, in the order of setting.
type registry struct{ values []value }

func (r *registry) find(key, name string) *value {
	for i := range r.values {
		if v := &r.values[i]; strings.EqualFold(v.Key, key) && strings.EqualFold(v.Name, name) {
			return v
		}
	}
	return nil
}

// set adds or replaces a value; false when the registry is full.
func (r *registry) set(v value) bool {
	if old := r.find(v.Key, v.Name); old != nil {
		old.Type, old.Data = v.Type, v.Data
		return true
	}
	if len(r.values) >= maxValues {
		return false
	}
	r.values = append(r.values, v)
	return true
}

// flag reports whether a REG_DWORD is there and not zero.
func (r *registry) flag(key, name string) bool {
	v := r.find(key, name)
	return v != nil && v.Data != "0x0"
}

// saved is the file in NVRAM. The phone book of the lab file counts until the
// first change at the prompt.
type saved struct {
	Connections []Entry `yaml:"connections"`
	Registry    []value `yaml:"registry"`
}

const nvramFile = "pc.yml"

// loadNVRAM takes the phone book and the registry as they were saved. A file
// that cannot be read is left alone and told at boot.
func (p *PC) loadNVRAM() {
	data, err := p.env.NVRAM.Load(nvramFile)
	if errors.Is(err, fs.ErrNotExist) {
		return
	}
	var s saved
	if err == nil {
		err = yaml.Unmarshal(data, &s)
	}
	if err == nil && (len(s.Connections) > MaxEntries || len(s.Registry) > maxValues) {
		err = errors.New("too many entries")
	}
	if err != nil {
		p.con.printf("%s: %v\n", nvramFile, err)
		return
	}
	p.book.entries, p.registry.values = s.Connections, s.Registry
	for i := range p.book.entries {
		p.book.entries[i].complete(p.spec.Personality)
	}
}

// complete replaces what a saved entry has of unknown words.
func (e *Entry) complete(p *Personality) {
	if _, ok := p.QuickMode.Settings[e.Encryption]; !ok {
		e.Encryption = "optional"
	}
	if _, err := lookupAll("", e.Auth, authNames); err != nil || len(e.Auth) == 0 {
		e.Auth = defaultAuth()
	}
}

// save keeps the phone book and the registry.
func (p *PC) save() error {
	data, err := yaml.Marshal(saved{p.book.entries, p.registry.values})
	if err != nil {
		return fmt.Errorf("write %s: %w", nvramFile, err)
	}
	return p.env.NVRAM.Save(nvramFile, data)
}
