package pc

import (
	"fmt"
	"strconv"
	"strings"

	"ioslab/runtime/clock"
)

const (
	regDone    = "The operation completed successfully.\n"
	regMissing = "ERROR: The system was unable to find the specified registry key or value.\n"
	regSyntax  = "ERROR: Invalid syntax.\nType \"REG /?\" for usage.\n"
	regKeyName = "ERROR: Invalid key name.\nType \"REG /?\" for usage.\n"
)

const regUsage = `
REG Operation [Parameter List]

  Operation  [ QUERY   | ADD    | DELETE ]

REG ADD KeyName /v ValueName [/t Type] [/d Data] [/f]
REG QUERY KeyName [/v ValueName]
REG DELETE KeyName {/v ValueName | /va} [/f]

The value that the VPN client looks at at the next call:
  HKLM\SYSTEM\CurrentControlSet\Services\RasMan\Parameters  ProhibitIpSec  REG_DWORD
`

// hives are the roots and their short names.
var hives = map[string]string{
	"HKLM": "HKEY_LOCAL_MACHINE", "HKCU": "HKEY_CURRENT_USER", "HKCR": "HKEY_CLASSES_ROOT", "HKU": "HKEY_USERS", "HKCC": "HKEY_CURRENT_CONFIG",
}

// regKey returns the full name of a key; false for none.
func regKey(name string) (string, bool) {
	name = strings.TrimRight(name, `\`)
	root, rest, _ := strings.Cut(name, `\`)
	full := strings.ToUpper(root)
	if long, ok := hives[full]; ok {
		full = long
	} else {
		known := false
		for _, long := range hives {
			known = known || long == full
		}
		if !known {
			return "", false
		}
	}
	if rest == "" {
		return full, true
	}
	return full + `\` + rest, true
}

// regArgs are the arguments of one operation.
type regArgs struct {
	key, name, kind, data string
	hasName, all, force   bool
}

func reg(c *console, now clock.Instant, args []string) {
	if len(args) == 0 || args[0] == "/?" {
		c.printf("%s", regUsage)
		return
	}
	if len(args) < 2 || isHelp(args) {
		c.printf("%s", regUsage)
		return
	}
	key, ok := regKey(args[1])
	if !ok {
		c.printf(regKeyName)
		return
	}
	a := regArgs{key: key, kind: "REG_SZ"}
	if !a.parse(args[2:]) {
		c.printf(regSyntax)
		return
	}
	switch strings.ToLower(args[0]) {
	case "add":
		c.regAdd(a)
	case "query":
		c.regQuery(a)
	case "delete":
		c.regDelete(a)
	default:
		c.printf(regSyntax)
	}
}

func (a *regArgs) parse(args []string) bool {
	for i := 0; i < len(args); i++ {
		switch letter := strings.ToLower(args[i]); letter {
		case "/f":
			a.force = true
		case "/va":
			a.all = true
		case "/v", "/t", "/d":
			if i+1 >= len(args) {
				return false
			}
			i++
			a.set(letter, args[i])
		default:
			return false
		}
	}
	return true
}

func (a *regArgs) set(letter, text string) {
	switch letter {
	case "/v":
		a.name, a.hasName = text, true
	case "/t":
		a.kind = strings.ToUpper(text)
	case "/d":
		a.data = text
	}
}

func (c *console) regAdd(a regArgs) {
	if !a.hasName {
		c.printf(regDone) // the key alone
		return
	}
	switch a.kind {
	case "REG_SZ", "REG_EXPAND_SZ", "REG_MULTI_SZ", "REG_BINARY":
	case "REG_DWORD":
		n, err := strconv.ParseUint(strings.TrimSpace(a.data), 0, 32)
		if err != nil {
			c.printf("ERROR: Invalid data for REG_DWORD.\nType \"REG ADD /?\" for usage.\n")
			return
		}
		a.data = fmt.Sprintf("0x%x", n)
	default:
		c.printf("ERROR: Invalid value specified for '/t'.\nType \"REG ADD /?\" for usage.\n")
		return
	}
	write := func() {
		if !c.pc.registry.set(value{a.key, a.name, a.kind, a.data}) {
			c.printf("ERROR: Insufficient system resources exist to complete the requested service.\n")
			return
		}
		c.saved(regDone)
	}
	if c.pc.registry.find(a.key, a.name) == nil || a.force {
		write()
		return
	}
	c.ask(fmt.Sprintf("Value %s exists, overwrite(Yes/No)? ", a.name), func(_ clock.Instant, yes bool) {
		if yes {
			write()
		} else {
			c.printf("The operation was cancelled by the user.\n")
		}
	})
}

// saved keeps a change and says so; what cannot be written is told instead.
func (c *console) saved(text string) {
	if err := c.pc.save(); err != nil {
		c.printf("ERROR: %v\n", err)
		return
	}
	c.printf("%s", text)
}

func (c *console) regQuery(a regArgs) {
	var found []value
	for _, v := range c.pc.registry.values {
		if strings.EqualFold(v.Key, a.key) && (!a.hasName || strings.EqualFold(v.Name, a.name)) {
			found = append(found, v)
		}
	}
	if len(found) == 0 {
		c.printf(regMissing)
		return
	}
	c.printf("\n%s\n", found[0].Key)
	for _, v := range found {
		c.printf("    %s    %s    %s\n", v.Name, v.Type, v.Data)
	}
}

func (c *console) regDelete(a regArgs) {
	remove := func() {
		kept := c.pc.registry.values[:0]
		n := 0
		for _, v := range c.pc.registry.values {
			if strings.EqualFold(v.Key, a.key) && (!a.hasName || strings.EqualFold(v.Name, a.name)) {
				n++
				continue
			}
			kept = append(kept, v)
		}
		c.pc.registry.values = kept
		if n == 0 {
			c.printf(regMissing)
			return
		}
		c.saved(regDone)
	}
	if a.force {
		remove()
		return
	}
	question := fmt.Sprintf("Permanently delete the registry key %s (Yes/No)? ", a.key)
	if a.hasName {
		question = fmt.Sprintf("Delete the registry value %s (Yes/No)? ", a.name)
	}
	c.ask(question, func(_ clock.Instant, yes bool) {
		if yes {
			remove()
		} else {
			c.printf("The operation was cancelled by the user.\n")
		}
	})
}
