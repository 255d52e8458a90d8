package aaa

// Kind is how a password stands in the configuration.
type Kind uint8

// The kinds, with the numbers of the command line.
const (
	Clear  Kind = 0
	SHA256 Kind = 4 // unsalted SHA-256, of some 15.x images
	MD5    Kind = 5 // md5-crypt, $1$
	Type7  Kind = 7 // reversible
	PBKDF2 Kind = 8 // $8$
	Scrypt Kind = 9 // $9$
	// NoPassword is a user with `nopassword`: anything is accepted at login.
	NoPassword Kind = 254
)

// Secret is a password or secret as configured. The zero Secret is an empty clear
// password; Set tells whether there is one.
type Secret struct {
	Kind Kind
	Text string
	Set  bool
}

// User is one `username`.
type User struct {
	Name      string
	Privilege int // 1 when the configuration says nothing
	Secret    Secret
}

// Service is what a list is for.
type Service uint8

// The services.
const (
	LoginService Service = iota
	PPPService
	EnableService
	NetworkService
	ExecService
)

// String spells the service as AAA logs do.
func (s Service) String() string {
	switch s {
	case LoginService:
		return "LOGIN"
	case PPPService:
		return "PPP"
	case EnableService:
		return "ENABLE"
	case NetworkService:
		return "NETWORK"
	case ExecService:
		return "EXEC"
	}
	return "UNKNOWN"
}

// MethodKind is a kind of method.
type MethodKind uint8

// The methods.
const (
	Local MethodKind = iota
	LocalCase
	None
	EnableMethod
	LineMethod
	IfAuthenticated
	Group    // a server group; Method.Group names it
	IfNeeded // authenticate a PPP user only when no terminal login did; never so here
)

// Method is one step of a list.
type Method struct {
	Kind  MethodKind
	Group string
}

// List is one `aaa authentication|authorization SERVICE NAME METHODS…`.
type List struct {
	Service       Service
	Authorization bool
	Name          string // "default" for the default list
	Methods       []Method
}

// Config is the whole of AAA.
type Config struct {
	NewModel bool
	Users    []User
	Lists    []List
	// Enable is the enable secret, or the enable password when there is no secret.
	Enable Secret
	// MaxFailAttempts locks a local user out after as many wrong passwords in
	// a row (`aaa local authentication attempts max-fail`), 0 never.
	MaxFailAttempts int
}
