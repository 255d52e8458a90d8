package reconcile

import (
	"strings"

	"ioslab/parser/config"
	"ioslab/runtime/aaa"
	"ioslab/runtime/pool"
)

// AAA returns the AAA engine's part of c.
func AAA(c *config.Config) aaa.Config {
	out := aaa.Config{NewModel: c.AAA.NewModel, MaxFailAttempts: c.AAA.MaxFailAttempts.Or(0)}
	for u := range c.Users.All() {
		out.Users = append(out.Users, aaaUser(u))
	}
	for l := range c.AAA.Authentication.All() {
		if s, ok := services[l.Type]; ok {
			out.Lists = append(out.Lists, aaa.List{Service: s, Name: l.List, Methods: methods(l.Methods)})
		}
	}
	for l := range c.AAA.Authorization.All() {
		if s, ok := services[l.Type]; ok {
			out.Lists = append(out.Lists, aaa.List{Service: s, Authorization: true, Name: l.List, Methods: methods(l.Methods)})
		}
	}
	out.Enable = secret(c.System.EnableSecret)
	if !out.Enable.Set {
		out.Enable = secret(c.System.EnablePassword)
	}
	return out
}

var services = map[string]aaa.Service{
	"login": aaa.LoginService, "ppp": aaa.PPPService, "enable": aaa.EnableService,
	"network": aaa.NetworkService, "exec": aaa.ExecService,
}

func aaaUser(u *config.User) aaa.User {
	out := aaa.User{Name: u.Name, Privilege: u.Privilege.Or(1)}
	switch {
	case u.NoPassword:
		out.Secret = aaa.Secret{Kind: aaa.NoPassword, Set: true}
	case u.Secret.Set:
		out.Secret = secret(u.Secret)
	default:
		out.Secret = secret(u.Password)
	}
	return out
}

func secret(o config.Opt[config.Secret]) aaa.Secret {
	return aaa.Secret{Kind: aaa.Kind(o.Value.Type), Text: o.Value.Text, Set: o.Set}
}

// Secret translates a password of the configuration, for lines.
func Secret(o config.Opt[config.Secret]) aaa.Secret { return secret(o) }

var methodKinds = map[string]aaa.MethodKind{
	"local": aaa.Local, "local-case": aaa.LocalCase, "none": aaa.None, "enable": aaa.EnableMethod,
	"line": aaa.LineMethod, "if-authenticated": aaa.IfAuthenticated, "if-needed": aaa.IfAuthenticated,
}

func methods(words []string) []aaa.Method {
	var out []aaa.Method
	for _, w := range words {
		if g, ok := strings.CutPrefix(w, "group "); ok {
			out = append(out, aaa.Method{Kind: aaa.Group, Group: g})
			continue
		}
		if k, ok := methodKinds[w]; ok {
			out = append(out, aaa.Method{Kind: k})
		}
	}
	return out
}

// Pools returns the address pools of c.
func Pools(c *config.Config) pool.Config {
	var out pool.Config
	for p := range c.Pools.All() {
		pp := pool.Pool{Name: p.Name}
		for r := range p.Ranges.All() {
			pp.Group = r.Group
			pp.Ranges = append(pp.Ranges, pool.Range{First: r.First, Last: r.End()})
		}
		out.Pools = append(out.Pools, pp)
	}
	return out
}
