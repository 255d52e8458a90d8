package pc

import (
	"crypto/sha256"
	"fmt"
	"strings"

	"ioslab/runtime/clock"
)

// vpnArgs are the parameters of the *-VpnConnection cmdlets, by lower-case name.
type vpnArgs struct {
	cmdlet string
	values map[string]string
}

// vpnParameters maps what may be typed to whether a value follows. -UserName
// and -Password are not Windows': there the credentials are typed into a dialog.
var vpnParameters = map[string]bool{
	"name": true, "serveraddress": true, "tunneltype": true, "l2tppsk": true, "encryptionlevel": true,
	"authenticationmethod": true, "username": true, "password": true, "splittunneling": false,
	"force": false, "passthru": false, "remembercredential": false, "alluserconnection": false,
}

// parse reads -Name value pairs. A switch may carry its value as $true or $false,
// with a colon or (for Set) a blank. A name may be cut short while it is unique.
func (v *vpnArgs) parse(c *console, args []string) bool {
	v.values = map[string]string{}
	for i := 0; i < len(args); i++ {
		a := args[i]
		if !strings.HasPrefix(a, "-") {
			if i == 0 { // the name may stand first without its parameter
				v.values["name"] = a
				continue
			}
			c.printf("%s : A positional parameter cannot be found that accepts argument '%s'.\n", v.cmdlet, a)
			return false
		}
		word, glued, hasGlued := strings.Cut(a[1:], ":")
		name, ok := vpnParameter(word)
		if !ok {
			c.printf("%s : A parameter cannot be found that matches parameter name '%s'.\n", v.cmdlet, word)
			return false
		}
		switch {
		case hasGlued && glued != "":
			v.values[name] = glued
		case i+1 < len(args) && (vpnParameters[name] || strings.HasPrefix(args[i+1], "$")):
			i++
			v.values[name] = args[i]
		case vpnParameters[name]:
			c.printf("%s : Missing an argument for parameter '%s'. Specify a parameter of type\n'System.String' and try again.\n", v.cmdlet, word)
			return false
		default:
			v.values[name] = "$true"
		}
	}
	return true
}

// vpnParameter returns the parameter that a word means, whole or cut short.
func vpnParameter(word string) (string, bool) {
	word = strings.ToLower(word)
	if _, ok := vpnParameters[word]; ok {
		return word, true
	}
	found := ""
	for name := range vpnParameters {
		if word != "" && strings.HasPrefix(name, word) {
			if found != "" {
				return "", false
			}
			found = name
		}
	}
	return found, found != ""
}

func (v *vpnArgs) refuse(c *console, parameter, text, possible string) {
	c.printf("%s : Cannot process argument transformation on parameter '%s'. Unable to match the identifier name %s to a valid enumerator name. Specify one of the following enumerator names and try again: %s\n",
		v.cmdlet, parameter, text, possible)
}

var encryptionNames = map[string]string{
	"noencryption": "none", "optional": "optional", "required": "required", "maximum": "maximum",
}

var encryptionShown = map[string]string{
	"none": "NoEncryption", "optional": "Optional", "required": "Required", "maximum": "Maximum",
}

var authShown = map[string]string{"pap": "Pap", "chap": "Chap", "mschap": "MSChap", "mschapv2": "MsChapv2"}

// apply changes an entry; false when a value was refused.
func (v *vpnArgs) apply(c *console, e *Entry) bool {
	if t, ok := v.values["tunneltype"]; ok && !strings.EqualFold(t, "L2tp") && !strings.EqualFold(t, "Automatic") {
		v.refuse(c, "TunnelType", t, "L2tp, Automatic")
		return false
	}
	if t, ok := v.values["encryptionlevel"]; ok {
		level, known := encryptionNames[strings.ToLower(t)]
		if !known {
			v.refuse(c, "EncryptionLevel", t, "NoEncryption, Optional, Required, Maximum")
			return false
		}
		e.Encryption = level
	}
	if t, ok := v.values["authenticationmethod"]; ok {
		auth, bad := authMethods(t)
		if bad != "" {
			v.refuse(c, "AuthenticationMethod", bad, "Pap, Chap, MSChapv2")
			return false
		}
		e.Auth = auth
	}
	for name, dst := range map[string]*string{
		"serveraddress": &e.Server, "l2tppsk": &e.PSK, "username": &e.User, "password": &e.Password,
	} {
		if t, ok := v.values[name]; ok {
			*dst = t
		}
	}
	if t, ok := v.values["splittunneling"]; ok {
		e.SplitTunneling = strings.EqualFold(t, "$true") || strings.EqualFold(t, "true")
	}
	return true
}

// authMethods reads "MSChapv2,Pap"; bad names what is not known.
func authMethods(text string) (auth []string, bad string) {
	for _, w := range strings.Split(text, ",") {
		w = strings.Trim(w, "{} ")
		name := strings.ToLower(w)
		if _, ok := authNames[name]; !ok {
			return nil, w
		}
		auth = append(auth, name)
	}
	return auth, ""
}

func setVPN(c *console, _ clock.Instant, args []string) {
	v := vpnArgs{cmdlet: "Set-VpnConnection"}
	if !v.parse(c, args) {
		return
	}
	e := c.pc.book.find(v.values["name"])
	if e == nil {
		c.vpnMissing(v)
		return
	}
	changed := *e
	if !v.apply(c, &changed) {
		return
	}
	*e = changed
	c.saved("")
	if _, ok := v.values["passthru"]; ok {
		c.showVPN(*e)
	}
}

func addVPN(c *console, _ clock.Instant, args []string) {
	v := vpnArgs{cmdlet: "Add-VpnConnection"}
	if !v.parse(c, args) {
		return
	}
	name := v.values["name"]
	switch {
	case name == "" || v.values["serveraddress"] == "":
		c.printf("Add-VpnConnection : -Name and -ServerAddress are needed.\n")
		return
	case c.pc.book.find(name) != nil:
		c.printf("Add-VpnConnection : The VPN connection %s has already been created. : The VPN connection %s has already been\ncreated.\n", name, name)
		return
	case len(c.pc.book.entries) >= MaxEntries:
		c.printf("Add-VpnConnection : The phone book is full.\n")
		return
	}
	e := Entry{Name: name, Encryption: "required", Auth: defaultAuth()}
	if !v.apply(c, &e) {
		return
	}
	c.pc.book.entries = append(c.pc.book.entries, e)
	c.saved("")
}

func removeVPN(c *console, _ clock.Instant, args []string) {
	v := vpnArgs{cmdlet: "Remove-VpnConnection"}
	if !v.parse(c, args) {
		return
	}
	name := v.values["name"]
	if d := &c.pc.dial; d.state != dialIdle && strings.EqualFold(d.entry.Name, name) {
		c.printf("Remove-VpnConnection : The VPN connection %s cannot be removed from the local user connections. : Cannot\ndelete a connection while it is connected.\n", name)
		return
	}
	if !c.pc.book.remove(name) {
		c.vpnMissing(v)
		return
	}
	c.saved("")
}

func (c *console) vpnMissing(v vpnArgs) {
	name := v.values["name"]
	c.printf("%s : VPN connection %s was not found in the user phone book. : The system could not find the phone book entry for this\nconnection.\n", v.cmdlet, name)
}

func getVPN(c *console, _ clock.Instant, args []string) {
	v := vpnArgs{cmdlet: "Get-VpnConnection"}
	if !v.parse(c, args) {
		return
	}
	name := v.values["name"]
	if name == "" {
		for _, e := range c.pc.book.entries {
			c.showVPN(e)
		}
		return
	}
	e := c.pc.book.find(name)
	if e == nil {
		c.vpnMissing(v)
		return
	}
	c.showVPN(*e)
}

func (c *console) showVPN(e Entry) {
	status := "Disconnected"
	if d := &c.pc.dial; strings.EqualFold(d.entry.Name, e.Name) {
		switch d.state {
		case dialUp:
			status = "Connected"
		case dialIdle, dialClosing:
		default:
			status = "Connecting"
		}
	}
	var auth []string
	for _, a := range e.Auth {
		auth = append(auth, authShown[a])
	}
	ipsecAuth := "Psk"
	if e.PSK == "" {
		ipsecAuth = "Certificate"
	}
	split := "False"
	if e.SplitTunneling {
		split = "True"
	}
	for _, l := range [][2]string{
		{"", ""}, {"Name", e.Name}, {"ServerAddress", e.Server}, {"AllUserConnection", "False"}, {"Guid", guid(e.Name)},
		{"TunnelType", "L2tp"}, {"AuthenticationMethod", "{" + strings.Join(auth, ", ") + "}"},
		{"EncryptionLevel", encryptionShown[e.Encryption]}, {"L2tpIPsecAuth", ipsecAuth}, {"UseWinlogonCredential", "False"},
		{"EapConfigXmlStream", ""}, {"ConnectionStatus", status}, {"RememberCredential", "False"}, {"SplitTunneling", split},
	} {
		if l[0] == "" {
			c.printf("\n")
			continue
		}
		c.printf("%-21s : %s\n", l[0], l[1])
	}
	c.printf("\n")
}

// guid makes an entry's identifier from its name: the same in every lab.
func guid(name string) string {
	h := sha256.Sum256([]byte("ioslab phone book " + strings.ToLower(name)))
	return fmt.Sprintf("{%X-%X-%X-%X-%X}", h[0:4], h[4:6], h[6:8], h[8:10], h[10:16])
}
