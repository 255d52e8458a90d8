package format

import (
	"fmt"

	"ioslab/runtime/aaa"
	"ioslab/runtime/event"
)

// aaaWords words the events of runtime/aaa: `debug aaa authentication` and
// `authorization` (shared/reference/ppp-aaa-debug.md 6; the trailing spaces are real).
func aaaWords(_ *Formatter, dst []Message, ev event.Event) ([]Message, bool) {
	switch e := ev.(type) {
	case aaa.Bound:
		dst = append(dst, debugLine(ev, fmt.Sprintf("AAA/BIND(%08X): Bind i/f %s ", e.ID, e.Iface)))
	case aaa.ListPicked:
		dst = append(dst, debugLine(ev, listPicked(e)))
	case aaa.LocalLookup:
		dst = append(dst, debugLine(ev, fmt.Sprintf("AAA/LOCAL/LOGIN(%08X): get user", e.ID)))
	case aaa.MethodAnswered: // no line of it is attested
	case aaa.UserLocked:
		dst = append(dst, Message{Class: ev.Class(), Severity: 5,
			Text: fmt.Sprintf("%%AAA-5-USER_LOCKED: User %s locked out on authentication failure", e.User)})
	default:
		return dst, false
	}
	return dst, true
}

func listPicked(e aaa.ListPicked) string {
	if e.Authorization {
		return fmt.Sprintf("AAA/AUTHOR (%08X): Pick method list '%s' ", e.ID, e.List)
	}
	return fmt.Sprintf("AAA/AUTHEN/%s (%08X): Pick method list '%s' ", e.Service, e.ID, e.List)
}
