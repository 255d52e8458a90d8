// Package l2tp holds the formats of L2TPv2 (RFC 2661), without behaviour.
//
//	 0                   1                   2                   3
//	+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-------------------------------+
//	|T|L|x|x|S|x|O|P|x|x|x|x|  Ver  |          Length (opt)         |
//	|           Tunnel ID           |           Session ID          |
//	|             Ns (opt)          |             Nr (opt)          |
//	|      Offset Size (opt)        |    Offset pad... (opt)        |
//	+---------------------------------------------------------------+
//	control: one AVP after the other, Message Type first
//	|M|H| rsvd  |      Length (10)  |           Vendor ID           |
//	|         Attribute Type        |        Attribute Value...     |
//
// Control messages have a struct each, with Append and Parse; the data header
// is read and written in place.
package l2tp
