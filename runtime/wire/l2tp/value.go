package l2tp

// PPPDisconnect is the value of the PPP Disconnect Cause Code AVP (RFC 3145 2).
type PPPDisconnect struct {
	// Code is the disconnect code, Protocol the NCP or authentication protocol it concerns.
	Code, Protocol uint16
	// Direction is 0 (global), 1 (at the peer) or 2 (at the sender).
	Direction uint8
	// Message is free text in UTF-8, may be empty.
	Message string
}
