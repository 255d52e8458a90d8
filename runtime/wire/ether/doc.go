// Package ether reads and writes Ethernet II frames and the ARP packets in them.
//
//	 0          6          12   14
//	+----------+----------+----+------------- - -
//	|   dst    |   src    |type| payload (pads to 46)
//	+----------+----------+----+------------- - -
//
// A Frame and an ARP are byte slices whose length was checked once, by Parse;
// getters and setters then never fail.
package ether
