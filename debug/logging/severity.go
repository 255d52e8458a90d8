package logging

import "strings"

// Severity is a syslog severity, 0 (emergencies) to 7 (debugging).
type Severity int

// The severities, by the names that `logging console LEVEL` takes.
const (
	Emergencies Severity = iota
	Alerts
	Critical
	Errors
	Warnings
	Notifications
	Informational
	Debugging
)

var severityNames = [...]string{
	"emergencies", "alerts", "critical", "errors",
	"warnings", "notifications", "informational", "debugging",
}

// String returns the severity's name in the configuration.
func (s Severity) String() string {
	if s < Emergencies || s > Debugging {
		return "unknown"
	}
	return severityNames[s]
}

// ParseSeverity reads a severity's full name or its digit.
func ParseSeverity(s string) (Severity, bool) {
	if len(s) == 1 && s[0] >= '0' && s[0] <= '7' {
		return Severity(s[0] - '0'), true
	}
	for i, name := range severityNames {
		if strings.EqualFold(s, name) {
			return Severity(i), true
		}
	}
	return 0, false
}

// Facility is a syslog facility, 0 (kern) to 23 (local7).
type Facility int

// The facilities that IOS names in `logging facility`.
const (
	Kern Facility = iota
	User
	Mail
	Daemon
	Auth
	Syslog
	Lpr
	News
	Uucp
	Sys9
	Sys10
	Sys11
	Sys12
	Sys13
	Sys14
	Cron
	Local0
	Local1
	Local2
	Local3
	Local4
	Local5
	Local6
	Local7
)

var facilityNames = [...]string{
	"kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news",
	"uucp", "sys9", "sys10", "sys11", "sys12", "sys13", "sys14", "cron",
	"local0", "local1", "local2", "local3", "local4", "local5", "local6", "local7",
}

// String returns the facility's name in the configuration.
func (f Facility) String() string {
	if f < Kern || f > Local7 {
		return "unknown"
	}
	return facilityNames[f]
}

// ParseFacility reads a facility's name.
func ParseFacility(s string) (Facility, bool) {
	for i, name := range facilityNames {
		if strings.EqualFold(s, name) {
			return Facility(i), true
		}
	}
	return 0, false
}
