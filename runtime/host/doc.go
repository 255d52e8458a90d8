// Package host is what a node answers and sends itself, over a forwarding plane: ICMP, UDP, and the operations
// ping and traceroute as step machines.
//
//	            HandleUDP 500, 1701 …   HandleProtocol 50, 51
//	                  ▲                        ▲
//	plane ─ Deliver ─►├─ ICMP: echo, errors ─► Operation (ping, traceroute)
//	      ◄─ Output ──┴─ SendUDP, SendIP
package host
