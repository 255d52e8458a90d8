package ppp

// Credentials is what a peer showed of itself in one authentication exchange,
// in the form in which whoever knows the passwords can check it. Slices belong to the receiver
// for the time of the call only.
type Credentials struct {
	Proto AuthProto
	// User is the name exactly as received, domain included.
	User string
	// Password is PAP's clear text; empty otherwise.
	Password string
	// ID is the identifier of the exchange; CHAP-MD5 hashes it.
	ID uint8
	// Challenge is what was sent to the peer: 16 octets, 8 for MS-CHAP.
	Challenge []byte
	// Response is the value field of the Response: 16 octets for CHAP, 49 for both MS-CHAPs.
	Response []byte
}
