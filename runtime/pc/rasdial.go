package pc

import (
	"net/netip"
	"strings"

	"ioslab/runtime/clock"
)

const rasdialUsage = `USAGE:
	rasdial entryname [username [password|*]] [/DOMAIN:domain]
		[/PHONE:phonenumber] [/CALLBACK:callbacknumber]
		[/PHONEBOOK:phonebookfile] [/PREFIXSUFFIX]

	rasdial [entryname] /DISCONNECT

	rasdial

	Please refer to our privacy statement at
	'http://go.microsoft.com/fwlink/?LinkId=521839'
`

const completed = "Command completed successfully.\n"

// rasdial lists, places and ends calls.
func rasdial(c *console, now clock.Instant, args []string) {
	var plain []string
	phone, disconnect := "", false
	for _, a := range args {
		switch upper := strings.ToUpper(a); {
		case upper == "/?" || upper == "-?":
			c.printf("%s", rasdialUsage)
			return
		case upper == "/DISCONNECT" || upper == "/D":
			disconnect = true
		case strings.HasPrefix(upper, "/PHONE:"):
			phone = a[len("/PHONE:"):]
		case strings.HasPrefix(upper, "/DOMAIN:"), strings.HasPrefix(upper, "/CALLBACK:"),
			strings.HasPrefix(upper, "/PHONEBOOK:"), upper == "/PREFIXSUFFIX":
			// taken and without effect: there is one domain and one phone book
		case strings.HasPrefix(a, "/"):
			c.printf("%s", rasdialUsage)
			return
		default:
			plain = append(plain, a)
		}
	}
	switch {
	case disconnect && len(plain) <= 1:
		c.disconnect(now, plain)
	case len(plain) == 0 && len(args) == 0:
		c.connections()
	case len(plain) >= 1 && len(plain) <= 3 && !disconnect:
		c.connect(now, plain, phone)
	default:
		c.printf("%s", rasdialUsage)
	}
}

func (c *console) connections() {
	if c.pc.dial.state == dialUp {
		c.printf("Connected to\n%s\n", c.pc.dial.entry.Name)
	} else {
		c.printf("No connections\n")
	}
	c.printf(completed)
}

// connect dials an entry: rasdial NAME [USER [PASSWORD]].
func (c *console) connect(now clock.Instant, args []string, phone string) {
	found := c.pc.book.find(args[0])
	if found == nil {
		c.failed(rasNoEntry)
		return
	}
	if c.pc.dial.state != dialIdle {
		c.printf("You are already connected to %s.\n", c.pc.dial.entry.Name)
		c.printf(completed)
		return
	}
	e := *found
	if phone != "" {
		e.Server = phone
	}
	if len(args) > 1 {
		e.User, e.Password = args[1], ""
	}
	if len(args) > 2 {
		e.Password = args[2]
	}
	c.printf("Connecting to %s...\n", e.Name)
	if err := c.place(now, e); err != rasOK {
		c.failed(err)
	}
}

// place starts the call, or says why it cannot be.
func (c *console) place(now clock.Instant, e Entry) rasError {
	if e.User == "" {
		return rasNeedsUser
	}
	server, err := netip.ParseAddr(e.Server)
	if err != nil || !server.Is4() {
		return rasNameResolution
	}
	secure := !c.pc.registry.flag(rasManKey, prohibitIPsec)
	if secure && e.PSK == "" {
		return rasNoCertificate // without a key Windows looks for a certificate
	}
	j := &dialJob{c: c}
	c.start(j)
	c.pc.dial.start(now, e, server, secure, j)
	return rasOK
}

// failed prints an error of remote access.
func (c *console) failed(e rasError) { c.printf("\n%s", e.text()) }

// dialJob is rasdial while it places a call.
type dialJob struct {
	c       *console
	over    bool
	stopped bool
}

func (j *dialJob) progress(_ clock.Instant, s dialState) {
	if j.over || j.stopped {
		return
	}
	switch s {
	case dialVerifying:
		j.c.printf("Verifying username and password...\n")
	case dialRegistering:
		j.c.printf("Registering your computer on the network...\n")
	case dialUp:
		j.over = true
		j.c.printf("Successfully connected to %s.\n", j.c.pc.dial.entry.Name)
		j.c.printf(completed)
		j.c.finish(j)
	case dialIdle, dialSecuring, dialConnecting, dialClosing:
	}
}

func (j *dialJob) ended(_ clock.Instant, why rasError) {
	if j.over {
		return // an established call that went down: nobody waits for it
	}
	j.over = true
	if !j.stopped {
		j.c.failed(why)
	}
	j.c.finish(j)
}

// interrupt gives the call up; the prompt comes back when it is closed.
func (j *dialJob) interrupt(now clock.Instant) {
	if !j.stopped {
		j.stopped = true
		j.c.printf("^C\n")
		j.c.pc.dial.hangUp(now, rasUserDisconnected)
	}
}

func (j *dialJob) status(now clock.Instant) { j.interrupt(now) }

// disconnect hangs up.
func (c *console) disconnect(now clock.Instant, args []string) {
	d := &c.pc.dial
	if len(args) == 1 && c.pc.book.find(args[0]) == nil {
		c.failed(rasNoEntry)
		return
	}
	if d.state == dialIdle || len(args) == 1 && !strings.EqualFold(args[0], d.entry.Name) {
		c.printf("No connections\n")
		c.printf(completed)
		return
	}
	j := &hangupJob{c: c}
	d.watcher = j
	c.start(j)
	d.hangUp(now, rasOK)
}

// hangupJob is rasdial /disconnect.
type hangupJob struct {
	c    *console
	over bool
}

func (j *hangupJob) progress(clock.Instant, dialState) {}

func (j *hangupJob) ended(clock.Instant, rasError) {
	if !j.over {
		j.over = true
		j.c.printf(completed)
		j.c.finish(j)
	}
}

// interrupt gives the prompt back; the hang-up goes on.
func (j *hangupJob) interrupt(clock.Instant) {
	j.over = true
	j.c.printf("^C\n")
	j.c.finish(j)
}

func (j *hangupJob) status(clock.Instant) {}
