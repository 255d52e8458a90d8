// Package ppp holds the wire formats of the Point-to-Point Protocol: framing
// (RFC 1661, 2), the control protocols' packets and options (LCP, IPCP, CCP,
// IPV6CP), PAP (RFC 1334), CHAP (RFC 1994), MS-CHAP (RFC 2433) and MS-CHAP-V2
// (RFC 2759). It keeps no state and takes no decision.
//
//	+---------+---------+----------+------+----+--------+---------+
//	| FF      | 03      | protocol | code | id | length | options |
//	+---------+---------+----------+------+----+--------+---------+
//	 '-- absent w/ ACFC   1 byte     '------------ Packet --------'
//	                      with PFC
package ppp
