package l2tp

import (
	"time"

	wire "ioslab/runtime/wire/l2tp"
)

// Framing and bearer capabilities (RFC 2661 4.4.3).
const (
	FramingSync  uint32 = 1
	FramingAsync uint32 = 2
	BearerDigit  uint32 = 1
	BearerAnalog uint32 = 2
)

// IOS is what a 12.4T router says of itself.
func IOS(hostName string) Personality {
	return Personality{
		HostName: hostName, VendorName: "Cisco Systems, Inc.", Firmware: 0x1130, Framing: 0, Bearer: 0,
		SCCRQ: []wire.Attr{wire.AttrProtocolVersion, wire.AttrFramingCaps, wire.AttrBearerCaps, wire.AttrTieBreaker,
			wire.AttrFirmwareRevision, wire.AttrHostName, wire.AttrVendorName, wire.AttrAssignedTunnelID, wire.AttrReceiveWindow, wire.AttrChallenge},
		SCCRP: []wire.Attr{wire.AttrProtocolVersion, wire.AttrFramingCaps, wire.AttrBearerCaps, wire.AttrFirmwareRevision,
			wire.AttrHostName, wire.AttrVendorName, wire.AttrAssignedTunnelID, wire.AttrReceiveWindow, wire.AttrChallenge, wire.AttrChallengeResponse},
	}
}

// Windows is a Windows client; firmware is its version, 0x0602 for Windows 8.
// AVPs, their order and values: shared/reference/clients.md 4.3.
func Windows(computer string, firmware uint16) Personality {
	return Personality{
		HostName: computer, VendorName: "Microsoft", Firmware: firmware, Framing: FramingSync, Bearer: 0, SequentialIDs: true,
		SCCRQ: []wire.Attr{wire.AttrProtocolVersion, wire.AttrFramingCaps, wire.AttrBearerCaps, wire.AttrFirmwareRevision,
			wire.AttrHostName, wire.AttrVendorName, wire.AttrAssignedTunnelID, wire.AttrReceiveWindow},
		ICRQ: []wire.Attr{wire.AttrAssignedSessionID, wire.AttrCallSerialNumber, wire.AttrBearerType},
		ICCN: []wire.Attr{wire.AttrTxConnectSpeed, wire.AttrFramingType, wire.AttrProxyAuthType},
	}
}

// WindowsCall is what a Windows client says of its call.
func WindowsCall() CallInfo {
	return CallInfo{Bearer: BearerAnalog, TxSpeed: 100_000_000, Framing: FramingSync, Proxy: Proxy{AuthType: wire.ProxyNone}}
}

// Apple is macOS and iOS (shared/reference/clients.md 4.6).
func Apple(hostName string) Personality {
	return Personality{
		HostName: hostName, HostNameNUL: true, Framing: FramingSync | FramingAsync,
		SCCRQ: []wire.Attr{wire.AttrProtocolVersion, wire.AttrFramingCaps, wire.AttrHostName, wire.AttrAssignedTunnelID, wire.AttrReceiveWindow},
		ICRQ:  []wire.Attr{wire.AttrAssignedSessionID, wire.AttrCallSerialNumber},
		ICCN:  []wire.Attr{wire.AttrTxConnectSpeed, wire.AttrFramingType},
	}
}

// Android is mtpd (shared/reference/clients.md 4.7).
func Android() Personality {
	return Personality{
		HostName: "anonymous", Framing: FramingSync | FramingAsync,
		SCCRQ: []wire.Attr{wire.AttrProtocolVersion, wire.AttrHostName, wire.AttrFramingCaps, wire.AttrAssignedTunnelID, wire.AttrReceiveWindow},
		ICRQ:  []wire.Attr{wire.AttrAssignedSessionID, wire.AttrCallSerialNumber},
		ICCN:  []wire.Attr{wire.AttrTxConnectSpeed, wire.AttrFramingType},
	}
}

// ClientTunnel returns the parameters of a client without tunnel
// authentication that hangs up its tunnel with its call: window, first and
// longest retransmission interval, and how often it sends again.
func ClientTunnel(window int, first, longest time.Duration, retries int) TunnelConfig {
	return TunnelConfig{
		ReceiveWindow: window, Hello: 60 * time.Second, Setup: 60 * time.Second,
		Retries: retries, InitialRetries: retries, RetransmitMin: first, RetransmitMax: longest,
	}
}

// WindowsTunnel is ClientTunnel with Windows' numbers: window 8, and 1, 2, 4 and 8 s
// (shared/reference/l2tp-vpdn-debug.md 2).
func WindowsTunnel() TunnelConfig { return ClientTunnel(8, time.Second, 8*time.Second, 5) }
