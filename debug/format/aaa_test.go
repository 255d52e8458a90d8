package format

import (
	"testing"

	"ioslab/runtime/aaa"
	"ioslab/runtime/event"
)

// The lines of reference ppp-aaa-debug.md 6.
func TestAAAWords(t *testing.T) {
	for _, c := range []struct {
		ev   event.Event
		want string
	}{
		{aaa.Bound{ID: 0x1c, Iface: "Virtual-Template1"}, "AAA/BIND(0000001C): Bind i/f Virtual-Template1 "},
		{aaa.ListPicked{Service: aaa.PPPService, ID: 0x1c, List: "default"}, "AAA/AUTHEN/PPP (0000001C): Pick method list 'default' "},
		{aaa.Bound{ID: 0x1c, Iface: "Virtual-Access1.1"}, "AAA/BIND(0000001C): Bind i/f Virtual-Access1.1 "},
		{aaa.LocalLookup{ID: 0x1c, User: "test"}, "AAA/LOCAL/LOGIN(0000001C): get user"},
		{aaa.Bound{ID: 9}, "AAA/BIND(00000009): Bind i/f  "},
		{aaa.ListPicked{Service: aaa.LoginService, ID: 9, List: "default"}, "AAA/AUTHEN/LOGIN (00000009): Pick method list 'default' "},
	} {
		var f Formatter
		m := f.Append(nil, c.ev)
		if len(m) != 1 || m[0].Text != c.want || m[0].Class != event.AAAAuthentication {
			t.Errorf("%+v, want %q", m, c.want)
		}
	}
}
