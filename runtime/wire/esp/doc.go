// Package esp holds the formats of the two IPsec protocols, ESP (RFC 4303,
// RFC 2406) and AH (RFC 4302, RFC 2402), over IPv4. It knows no keys.
//
//	ESP   SPI(4) Seq(4) | IV | payload | pad 1,2,3… | pad len(1) next(1) | ICV
//	                         |<------- encrypted, whole blocks -------->|
//	      |<------------------- integrity protected ----------------->|
//
//	AH    next(1) len(1) 0(2) SPI(4) Seq(4) ICV
//	      the ICV covers IP header (mutable fields as zeros), AH (ICV as
//	      zeros) and everything behind it
//
// A Packet or AH is the bytes themselves; its constructor checks the length once.
package esp
