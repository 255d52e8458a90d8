package format

import (
	"fmt"

	"ioslab/runtime/ppp"
	wire "ioslab/runtime/wire/ppp"
)

// authWord words the events of authentication, authorization and addressing.
func (p *pppLines) authWord(ev ppp.Event) {
	switch e := ev.(type) {
	case ppp.Auth:
		p.auth(e)
	case ppp.AuthTimeout:
		p.line(e.Link, "AUTH: Timeout %d", e.N)
	case ppp.AuthIgnored:
		p.line(e.Link, "%s: Ignoring Additional Response", e.Proto)
	case ppp.AuthWaiting:
		p.line(e.Link, "%s: Waiting for peer to authenticate first", e.Proto)
	case ppp.SecretChosen:
		p.secret(e)
	case ppp.LoginSent:
		p.line(e.Link, "PPP: Sent %s LOGIN Request", loginName(e.Proto))
	case ppp.LoginAnswered:
		p.line(e.Link, "PPP: Received LOGIN Response %s", passFail(e.Pass))
	case ppp.AuthorSent:
		p.line(e.Link, "PPP: Sent %s AUTHOR Request", e.Proto)
	case ppp.AuthorAnswered:
		p.line(e.Link, "%s: Received AAA AUTHOR Response %s", e.Proto, passFail(e.Pass))
	case ppp.AddressAuthor:
		p.addressAuthor(e)
	case ppp.PoolReturned:
		p.line(e.Link, "IPCP: Pool returned %s", e.Addr)
	case ppp.PoolEmpty:
		p.line(e.Link, "IPCP: Cannot satisfy pool request")
	case ppp.RouteInstalled:
		p.line(e.Link, "IPCP: Install route to %s", e.Addr)
	case ppp.RouteRemoved:
		p.line(e.Link, "IPCP: Remove route to %s", e.Addr)
	}
}

func passFail(ok bool) string {
	if ok {
		return "PASS"
	}
	return "FAIL"
}

// loginName is the method's name in LOGIN lines.
func loginName(a wire.AuthProto) string {
	switch a {
	case wire.AuthMSCHAP:
		return "MSCHAP"
	case wire.AuthMSCHAPV2:
		return "MSCHAP_V2"
	case wire.NoAuth, wire.AuthPAP, wire.AuthCHAP:
	}
	return a.String()
}

func (p *pppLines) auth(e ppp.Auth) {
	tail := ""
	switch {
	case e.Name != "" || e.Code <= wire.CHAPResponse && e.Proto != wire.AuthPAP || e.Code == wire.PAPRequest:
		tail = fmt.Sprintf(" from \"%s\"", printable([]byte(e.Name)))
	case e.Message != "":
		tail = fmt.Sprintf(" msg is \"%s\"", printable([]byte(e.Message)))
	}
	p.line(e.Link, "%s: %s %s id %d len %d%s", e.Proto, direction(e.Out), authCode(e), e.ID, e.Len, tail)
}

func authCode(e ppp.Auth) string {
	names := []string{"", "CHALLENGE", "RESPONSE", "SUCCESS", "FAILURE"}
	if e.Proto == wire.AuthPAP {
		names = []string{"", "AUTH-REQ", "AUTH-ACK", "AUTH-NAK"}
	}
	if int(e.Code) < len(names) {
		return names[e.Code]
	}
	return e.Code.String()
}

func (p *pppLines) secret(e ppp.SecretChosen) {
	host := "unknown source"
	if e.HostFromInterface {
		host = "interface CHAP"
	}
	p.line(e.Link, "%s: Using hostname from %s", e.Proto, host)
	switch e.Secret {
	case ppp.SecretFromAAA:
		p.line(e.Link, "%s: Using password from AAA", e.Proto)
	case ppp.SecretFromInterface:
		p.line(e.Link, "%s: Using password from interface CHAP", e.Proto)
	case ppp.SecretMissing:
		p.line(e.Link, "%s: Unable to authenticate for peer", e.Proto)
	}
}

func (p *pppLines) addressAuthor(e ppp.AddressAuthor) {
	step := "Start"
	if e.Done {
		step = "Done"
	}
	p.line(e.Link, "IPCP AUTHOR: %s.  Her address %s, we want %s", step, e.Her, e.Want)
}
