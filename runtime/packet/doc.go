// Package packet is the one buffer that a packet lives in from the link it
// came from to the link it leaves by: headers are trimmed from and prepended
// to the same bytes, never copied.
//
//	|<- headroom ->|<------ data ------>|<- tailroom ->|
//	0             off                  end          len(store)
//
// Ownership: a function that takes a *Buffer owns it from then on, unless its
// comment says that it borrows. The owner either hands it on or calls Release.
package packet
