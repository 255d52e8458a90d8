package ppp

// The IPCP options (RFC 1332, 3; RFC 1877 for the name servers).
const (
	IPCPAddresses     = 1 // deprecated IP-Addresses
	IPCPCompression   = 2 // IP-Compression-Protocol: VJ header compression
	IPCPAddress       = 3
	IPCPMobile        = 4
	IPCPPrimaryDNS    = 129
	IPCPPrimaryWINS   = 130
	IPCPSecondaryDNS  = 131
	IPCPSecondaryWINS = 132
)

// The options of the other network control protocols that are only looked at
// or sent by a client's personality.
const (
	IPV6CPInterfaceID = 1  // RFC 5072, 4.1: eight octets
	CCPMPPC           = 18 // RFC 3078: four octets of supported bits
)

// MPPCOnly are the supported bits that offer compression without encryption,
// as Windows' L2TP client sends them: stateless, MPPC.
const MPPCOnly uint32 = 0x01000001
