// Package ip reads and writes IPv4 headers and what the forwarding plane looks at above them: ICMP, UDP and the fixed
// part of TCP. Each format is a byte slice whose length was checked once; getters and setters then never fail.
//
//	 0       4       8            16     19                     31
//	+-------+-------+-------------+------+----------------------+
//	|version|  IHL  |     TOS     |         total length        |
//	+-------+-------+-------------+------+----------------------+
//	|       identification        |0DF MF|   fragment offset    |
//	+---------------+-------------+------+----------------------+
//	|      TTL      |  protocol   |       header checksum       |
//	+---------------+-------------+-----------------------------+
//	|                       source address                      |
//	+-----------------------------------------------------------+
//	|                    destination address                    |
//	+-----------------------------------------------------------+
//	|              options, padded to 32 bits ...
//
// Checksums follow RFC 1071, their incremental update RFC 1624.
package ip
