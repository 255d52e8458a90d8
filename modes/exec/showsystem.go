package exec

import (
	"ioslab/modes/session"
	"ioslab/modes/show"
	"ioslab/parser/grammar"
	"ioslab/runtime/clock"
	"ioslab/runtime/forward"
)

var showCommands = []*grammar.Command{
	command(1, "show version", "|System hardware and software status", showVersion),
	command(1, "show users [all$All]", "|Display information about terminal lines|Include information about inactive ports", showUsers),
	command(1, "show caller [summary$Summary]", "|Display information about dialup connections|Display caller summary information", showCaller),
	command(1, "show interfaces [IFNAME$Interface]", "|Interface status and configuration", showInterfaces),
	command(1, "show ip interface [IFNAME$Interface]", "|IP information|IP interface status and configuration", showIPInterface),
	command(1, "show ip interface brief [IFNAME$Interface]", "|||Brief summary of IP status and configuration", showBrief),
	command(1, "show ip interface IFNAME$Interface brief", "", showBrief),
	command(1, "show ip route [<connected|static>$Which]", "||IP routing table|Connected|Static routes", showRoute),
	command(1, "show ip route A.B.C.D$Address", "|||Network to display information about", showRouteTo),
	command(1, "show arp", "|ARP table", showARP),
	command(1, "show ip arp [A.B.C.D$Address]", "||IP ARP table|IP address or hostname of ARP entry", showARP),
	command(1, "show ip local pool [WORD$Pool]", "||IP local options|Configured local IP address pools|Pool name", showPool),
	command(1, "show access-lists [WORD$List]", "|List access lists|ACL name or number", showAccessLists),
	command(1, "show ip access-lists [WORD$List]", "||List IP access lists|ACL name or number", showAccessLists),
	command(1, "show processes", "|Active process statistics", showProcesses),
	command(1, "show processes cpu [sorted]", "||Show CPU use per process|Sorted by percentage usage", showProcesses),
	command(1, "show processes memory [sorted]", "||Show memory use per process|Sorted by percentage usage", showProcessesMemory),
	command(1, "show memory statistics", "|Memory statistics|Show memory pool statistics", func(c *call) { c.print(show.MemoryStatistics(c.dev.Memory())) }),
	command(1, "show logging", "|Show the contents of logging buffers", func(c *call) { c.print(c.dev.Logger().Show()) }),
	command(1, "show parser coverage", "|Display parser information|How far the configuration is supported", showCoverage),
	command(1, "show ppp all", "|PPP parameters and statistics|All PPP sessions", func(c *call) { c.print(show.PPPAll(c.dev.PPPSnapshots(c.now))) }),
	command(1, "show inventory", "|Show the physical inventory", showInventory),
}

func (c *call) dialect() show.Dialect {
	if c.dev.Config().IsVersion15() {
		return show.M15
	}
	return show.T124
}

func showVersion(c *call) {
	w := c.dev.Logger().Clock()
	v := show.VersionInfo{Hostname: c.dev.Config().System.Name(), Uptime: w.Uptime(c.now)}
	if w.IsSet() {
		v.RestartedAt = w.Stamp(w.Boot())
	}
	for _, i := range c.dev.Interfaces(c.now) {
		if i.State.Kind == forward.Ethernet || i.State.Kind == forward.Serial {
			v.Interfaces = append(v.Interfaces, i.State.Name)
		}
	}
	c.print(show.Version(c.dev.Platform(), v))
}

// people are the sessions for the tables of users.
func (c *call) people() []show.User {
	var list []show.User
	c.sys.shells(func(sh *Shell) {
		p := sh.s.Place()
		last, opened := sh.s.IdleTime()
		u := show.User{Here: sh == c.Shell, TTY: p.TTY, Line: p.Kind.String() + " " + itoa(p.Number), Name: sh.user, Host: "idle",
			Idle: c.now.Sub(last), Active: c.now.Sub(opened)}
		if p.Remote.IsValid() {
			u.Location = p.Remote.String()
		}
		list = append(list, u)
	})
	return list
}

func (c *call) callers() []show.PPPUser {
	var list []show.PPPUser
	for _, k := range c.dev.Calls(c.now) {
		u := show.PPPUser{Interface: show.Short(k.Interface), Name: k.User, Mode: "PPPoVPDN", Idle: -1, Active: c.now.Sub(k.Since)}
		if k.LastData != clock.Never {
			u.Idle = c.now.Sub(k.LastData)
		}
		if k.Peer.IsValid() {
			u.Peer = k.Peer.String()
		}
		list = append(list, u)
	}
	return list
}

func showUsers(c *call) {
	people := c.people()
	if c.args.Has("All") {
		people = c.everyLine(people)
	}
	c.print(show.Users(people, c.callers()))
}

// everyLine adds the lines that nobody uses.
func (c *call) everyLine(active []show.User) []show.User {
	at := map[int]show.User{}
	for _, u := range active {
		at[u.TTY] = u
	}
	var list []show.User
	add := func(p session.Place) {
		u, ok := at[p.TTY]
		if !ok {
			u = show.User{TTY: p.TTY, Line: p.Kind.String() + " " + itoa(p.Number)}
		}
		list = append(list, u)
	}
	add(session.Place{Kind: session.Console})
	add(session.Place{Kind: session.Aux, TTY: 1})
	for n := range c.sys.vtyCount() {
		add(session.Place{Kind: session.VTY, Number: n, TTY: firstVTY + n})
	}
	return list
}

func showCaller(c *call) {
	if c.args.Has("Summary") {
		c.print(show.CallerSummary(c.callers()))
		return
	}
	c.print(show.Caller(c.people(), c.callers()))
}

// interfaces returns all interfaces, or the one named. It answers a name that
// does not exist.
func (c *call) interfaces() ([]show.Interface, bool) {
	list := c.dev.Interfaces(c.now)
	name := c.args.Text("Interface")
	if name == "" {
		return list, true
	}
	for i := range list {
		if list[i].State.Name == name {
			return list[i : i+1], true
		}
	}
	c.invalid("")
	return nil, false
}

func showInterfaces(c *call) {
	if list, ok := c.interfaces(); ok {
		c.print(show.Interfaces(c.now, list, c.dialect()))
	}
}

func showIPInterface(c *call) {
	if list, ok := c.interfaces(); ok {
		c.print(show.IPInterface(list))
	}
}

func showBrief(c *call) {
	if list, ok := c.interfaces(); ok {
		c.print(show.InterfaceBrief(list, c.dialect()))
	}
}

func showRoute(c *call) {
	t := c.dev.Routes(c.now)
	only := map[string]show.RouteFilter{"connected": 'C', "static": 'S'}[c.args.Text("Which")]
	c.print(show.Routes(&t, only, c.dialect()))
}

func showRouteTo(c *call) {
	t := c.dev.Routes(c.now)
	c.print(show.RouteTo(&t, c.args.Addr("Address")))
}

func showARP(c *call) {
	entries := c.dev.ARP(c.now)
	if want := c.args.Addr("Address"); want.IsValid() {
		kept := entries[:0:0]
		for _, e := range entries {
			if e.Address == want {
				kept = append(kept, e)
			}
		}
		entries = kept
	}
	c.print(show.ARP(entries))
}

// poolAddresses is how many free addresses `show ip local pool NAME` lists.
const poolAddresses = 1024

func showPool(c *call) {
	pools := c.dev.Pools()
	name := c.args.Text("Pool")
	if name == "" {
		c.print(show.Pools(pools, c.dialect()))
		return
	}
	for _, p := range pools {
		if p.Name != name {
			continue
		}
		var free []string
		for _, a := range c.dev.Available(name, poolAddresses) {
			free = append(free, a.String())
		}
		c.print(show.PoolDetail(p, free, c.dev.Leases(name), c.dialect()))
		return
	}
	c.print("%No such pool\n")
}

func showAccessLists(c *call) { c.print(show.AccessLists(c.dev.AccessLists(), c.args.Text("List"))) }

func showProcesses(c *call) { c.print(show.ProcessesCPU(c.dev.CPU(), c.dev.Processes())) }

func showProcessesMemory(c *call) {
	c.print(show.ProcessesMemory(c.dev.Memory(), c.dev.Processes()))
}

func showCoverage(c *call) {
	total, list := c.dev.Coverage()
	c.print(show.ParserCoverage(total, list))
}

func showInventory(c *call) {
	c.print("NAME: \"Chassis\", DESCR: \"Cisco 7206VXR, 6-slot chassis\"\nPID: CISCO7206VXR      , VID:    , SN: " + c.dev.Platform().BoardID + " \n\n")
}
