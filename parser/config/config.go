package config

import "strings"

// Config is a whole running-config. See the package comment for who may write.
type Config struct {
	// Version is the text after `version`: "12.4", "15.2". Empty is 12.4.
	Version string
	System  System
	Logging Logging
	AAA     AAA
	// Users are the `username` lines.
	Users Table[User]
	IP    IP
	// Pools are the `ip local pool`s.
	Pools Table[Pool]
	// Routes are the `ip route` lines.
	Routes Table[Route]
	// ACLs are the IPv4 access lists, numbered and named.
	ACLs       Table[ACL]
	Interfaces Table[Interface]
	VPDN       VPDN
	ISAKMP     ISAKMP
	IPsec      IPsec
	// CryptoMaps are the static crypto maps by name.
	CryptoMaps Table[CryptoMap]
	// DynamicMaps are the `crypto dynamic-map`s by name.
	DynamicMaps Table[CryptoMap]
	Lines       Table[Line]
	// Blocks are stored sub-mode blocks (router ospf, ip dhcp pool, ...).
	Blocks Table[Block]
	Extra
}

// IsVersion15 reports whether the dialect is 15.x or later.
func (c *Config) IsVersion15() bool {
	major, _, _ := strings.Cut(c.Version, ".")
	return major != "" && len(major) >= 2 && major >= "15"
}

// Block is a stored block: a line that enters a sub-mode whose lines are kept
// verbatim.
type Block struct {
	// Rank is the place in the running-config.
	Rank int
	// Header is the line that enters the block, as printed.
	Header string
	// Body are the lines, without the block's own indentation of one space, deeper
	// indentation kept.
	Body []string
}

// Key implements Keyed.
func (b *Block) Key() string { return b.Header }

// Before orders by place in the running-config.
func (b *Block) Before(o *Block) bool { return b.Rank < o.Rank }

// System is what the head of a configuration sets about the box as a whole.
type System struct {
	// Hostname is unset for IOS's default name "Router".
	Hostname Opt[string]
	// TimestampsDebug and TimestampsLog are `service timestamps ...`.
	TimestampsDebug Opt[Timestamps]
	TimestampsLog   Opt[Timestamps]
	Service         Service
	EnableSecret    Opt[Secret]
	EnablePassword  Opt[Secret]
	// Banners are delimited texts.
	Banner  Banner
	Clock   Clock
	Aliases Table[Alias]
	// NTPServers are the `ntp server` lines.
	NTPServers Table[NTPServer]
}

// Name is the host name with IOS's default.
func (s *System) Name() string { return s.Hostname.Or("Router") }

// Timestamps is one `service timestamps debug|log` line.
type Timestamps struct {
	// Form is "uptime", "datetime", "" (the bare line: uptime) or "off" after `no`. The
	// Opt around is unset for the release's default, datetime msec.
	Form string
	// Msec, Localtime, ShowTimezone and Year belong to datetime.
	Msec, Localtime, ShowTimezone, Year bool
}

// Service holds the `service` switches that have an effect.
type Service struct {
	// PasswordEncryption is false by default.
	PasswordEncryption Opt[bool]
	// SequenceNumbers puts a number before log lines; false by default.
	SequenceNumbers Opt[bool]
	// Timestamps themselves are in System.
	// TCPKeepalivesIn and TCPKeepalivesOut are false by default.
	TCPKeepalivesIn, TCPKeepalivesOut Opt[bool]
	// Config is `service config`; false by default.
	Config Opt[bool]
}

// Banner holds the texts between the delimiters, line ends as \n; a nil
// text is none.
type Banner struct{ MOTD, Login, Exec, Incoming Opt[string] }

// Clock is `clock timezone` and `clock summer-time`.
type Clock struct {
	Timezone   Opt[Timezone]
	SummerTime Opt[SummerTime]
}

// Timezone is `clock timezone NAME H [M]`.
type Timezone struct {
	Name string
	// Hours from UTC, -23 to 23; Minutes are added in the direction of Hours.
	Hours   int
	Minutes Opt[int]
}

// SummerTime is `clock summer-time NAME recurring ...`.
type SummerTime struct {
	Name string
	// Rule is the rest of the line, "recurring" alone for the US rule.
	Rule string
}

// Alias is `alias MODE NAME COMMAND`.
type Alias struct{ Mode, Name, Command string }

// Key implements Keyed.
func (a *Alias) Key() string { return a.Mode + " " + a.Name }

// NTPServer is one `ntp server` line.
type NTPServer struct {
	Server string
	Source InterfaceName
	Prefer bool
}

// Key implements Keyed.
func (n *NTPServer) Key() string { return n.Server }

// User is one `username`.
type User struct {
	Name string
	// Privilege is 1 when unset.
	Privilege Opt[int]
	// Password is what PPP and login compare with; Secret is a hash or clear text given
	// by `secret`.
	Password Opt[Secret]
	Secret   Opt[Secret]
	// NoPassword is `nopassword`.
	NoPassword bool
	// Autocommand runs at login.
	Autocommand Opt[string]
	// CallbackDialstring is kept for show.
	CallbackDialstring Opt[string]
	// NoEscape, NoHangup are `noescape`, `nohangup`.
	NoEscape, NoHangup bool
	// AccessClass filters the login.
	AccessClass Opt[string]
}

// Key implements Keyed.
func (u *User) Key() string { return u.Name }

// Secrets returns whatever secret authenticates the user, and whether there is one.
func (u *User) Secrets() (Secret, bool) {
	if u.Secret.Set {
		return u.Secret.Value, true
	}
	return u.Password.Get()
}

// Severity is a syslog severity, 0 emergencies to 7 debugging.
type Severity int

var severityNames = [...]string{"emergencies", "alerts", "critical", "errors", "warnings", "notifications", "informational", "debugging"}

// String is IOS's plural name.
func (s Severity) String() string {
	if s < 0 || int(s) >= len(severityNames) {
		return "unknown"
	}
	return severityNames[s]
}

// MarshalText implements encoding.TextMarshaler.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler; it takes names and digits.
func (s *Severity) UnmarshalText(text []byte) error {
	for i, n := range severityNames {
		if n == string(text) || string(rune('0'+i)) == string(text) {
			*s = Severity(i)
			return nil
		}
	}
	return errSeverity
}

// Logging is the `logging` lines.
type Logging struct {
	// On is `logging on`; true when unset.
	On Opt[bool]
	// Buffered is the log buffer. Unset: on in neither dialect's show, see DisabledBuffer.
	Buffered Opt[LogBuffer]
	// DisableBuffered, DisableConsole and DisableMonitor are the `no` forms.
	DisableBuffered, DisableConsole, DisableMonitor bool
	// Console, Monitor and Trap are levels; debugging, debugging, informational when unset.
	Console, Monitor, Trap Opt[Severity]
	// RateLimit is messages a second; unset is none on a fresh router.
	RateLimit Opt[string]
	Hosts     Table[LogHost]
	// SourceInterface is `logging source-interface`.
	SourceInterface Opt[InterfaceName]
	// Facility is "local7" when unset.
	Facility Opt[string]
	// History level and buffer of traps.
	History Opt[string]
	// Count is `logging count`; UserInfo is `logging userinfo`.
	Count, UserInfo Opt[bool]
	// QueueLimit is `logging queue-limit`.
	QueueLimit Opt[int]
	// OriginID is `logging origin-id`.
	OriginID Opt[string]
}

// LogBuffer is `logging buffered [SIZE] [LEVEL]`.
type LogBuffer struct {
	// Size is in bytes; 4096 when unset.
	Size Opt[int]
	// Level is debugging when unset.
	Level Opt[Severity]
}

// LogHost is `logging [host] A.B.C.D ...`.
type LogHost struct {
	Host string
	// Transport is "", "udp" or "tcp"; Port 0 is 514.
	Transport string
	Port      Opt[int]
}

// Key implements Keyed.
func (h *LogHost) Key() string { return h.Host }

// AAA is the `aaa` lines.
type AAA struct {
	NewModel bool
	// Authentication, Authorization and Accounting are method lists.
	Authentication Table[MethodList]
	Authorization  Table[MethodList]
	Accounting     Table[MethodList]
	// SessionID is "common" or "unique"; common when unset.
	SessionID Opt[string]
	// MaxFailAttempts is `aaa local authentication attempts max-fail`.
	MaxFailAttempts Opt[int]
	// AuthorizationConsole is `aaa authorization console`.
	AuthorizationConsole bool
}

// MethodList is `aaa authentication|authorization|accounting TYPE LIST METHODS`.
type MethodList struct {
	// Type is the service: ppp, login, enable, exec, network, "commands 15", ...
	Type string
	// List is the list's name, "default" for the default one.
	List string
	// Record is accounting's start-stop, stop-only or none.
	Record string
	// Methods in order: "local", "local-case", "none", "enable", "line", "if-needed",
	// "if-authenticated", "group radius", "group NAME", ...
	Methods []string
}

// Key implements Keyed.
func (m *MethodList) Key() string { return m.Type + " " + m.List }

// Line is `line con 0`, `line aux 0`, `line vty 0 4`.
type Line struct {
	// Kind is con, aux, vty or tty.
	Kind string
	// First and Last are the numbers within the kind; Last is First for a single line.
	First int
	Last  Opt[int]
	// Login is "" by default, "none" for `no login`, "local", "password" for a bare `login`,
	// "authentication" with LoginList.
	Login     Opt[string]
	LoginList Opt[string]
	Password  Opt[Secret]
	// ExecTimeout is 10 minutes when unset.
	ExecTimeout Opt[ExecTimeout]
	// Privilege is the level at login; 1 when unset.
	Privilege Opt[int]
	// Length is the page's lines (24 when unset, 0 no paging), Width the columns (80).
	Length, Width Opt[int]
	// History is `history size`; 20 when unset.
	History Opt[int]
	// TransportInput, TransportOutput and TransportPreferred list protocols or "all"/"none".
	TransportInput, TransportOutput Opt[Words]
	TransportPreferred              Opt[string]
	LoggingSynchronous              Opt[LoggingSynchronous]
	// AccessClassIn and AccessClassOut are access-list names.
	AccessClassIn, AccessClassOut Opt[string]
	// Exec is false after `no exec`.
	Exec Opt[bool]
	// StopBits, Speed, Flowcontrol and Modem only mean something on serial lines.
	StopBits, Speed, Flowcontrol Opt[string]
	// SessionTimeout is in minutes.
	SessionTimeout Opt[int]
	// EscapeCharacter is the code or "NONE".
	EscapeCharacter Opt[string]
	// Autocommand is run at login.
	Autocommand Opt[string]
	// MOTDBanner and ExecBanner are false after `no motd-banner`, `no exec-banner`.
	MOTDBanner, ExecBanner Opt[bool]
	Extra
}

// Words is a list of keywords.
type Words struct{ List []string }

// ExecTimeout is `exec-timeout MIN [SEC]`; 0 0 is never.
type ExecTimeout struct{ Minutes, Seconds int }

// LoggingSynchronous is `logging synchronous [level N|all] [limit N]`.
type LoggingSynchronous struct {
	Level Opt[string]
	Limit Opt[int]
}
