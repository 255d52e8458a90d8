// Package pool lends IPv4 addresses from named local pools.
//
//	range  10.1.1.1 … 10.1.1.254
//	       |== lent or given back ==|~~ never touched ~~|
//	                                ^ next
//	free = given back, oldest first   +   everything from next on
//
// No bitmap is kept: memory grows with the addresses in use, not with the
// size of a range, and every operation takes constant time on average.
package pool
