package ppp

import (
	"time"

	"ioslab/runtime/wire/ppp"
)

// RouterConfig returns the defaults of an IOS virtual template: callers of
// Config fill in authentication, addresses and times that a configuration changes.
//
// The MRU rule is variant N of shared/reference/ppp-aaa-debug.md 3: IOS code is
// attested to answer an MRU below its own MTU with a Nak, and Windows to accept that.
func RouterConfig() Config {
	return Config{
		LCP: LCPConfig{
			Request: []uint8{ppp.LCPAuth, ppp.LCPMagic},
			MTU:     ppp.DefaultMRU, NakSmallMRU: true,
			Restart: 2 * time.Second, MaxConfigure: 10, MaxTerminate: 2, MaxFailure: 5,
			Passive: true, PassiveWait: 2 * time.Second, MaxLoops: 10,
		},
		Auth: AuthConfig{Timeout: 10 * time.Second, MaxTimeouts: 10, FailureText: "Authentication failed", Authorize: true},
		IPCP: IPCPConfig{Request: []uint8{ppp.IPCPAddress}},

		Keepalive: 10 * time.Second, KeepaliveRetries: 5,
		Personality: Personality{FirstID: 1},
	}
}

// WindowsClientConfig returns a Windows 8/10 dial-in client as it is seen on the wire
// (shared/reference/traces/windows10-ppp-seen-by-pppd.txt): order and values of
// options, one counter from 0 for all requests, three Identifications, the
// order of network protocols, the tag in its Terminate-Request. Its timers are Windows' defaults.
func WindowsClientConfig(computer, user, password string) Config {
	return Config{
		LCP: LCPConfig{
			Request: []uint8{ppp.LCPMRU, ppp.LCPMagic, ppp.LCPPFC, ppp.LCPACFC, ppp.LCPCallback},
			MRU:     1400, MTU: 1400, Callback: ppp.CallbackCBCP,
			Restart: 3 * time.Second, MaxConfigure: 10, MaxTerminate: 2, MaxFailure: 10, MaxLoops: 10,
		},
		Auth: AuthConfig{Timeout: 10 * time.Second, MaxTimeouts: 20}, // a minute of Resend
		Self: SelfConfig{
			Protocols: []ppp.AuthProto{ppp.AuthMSCHAPV2, ppp.AuthCHAP, ppp.AuthPAP},
			Name:      user, Password: password, UsePassword: true, Resend: 3 * time.Second,
		},
		IPCP: IPCPConfig{Negotiated: true, Request: []uint8{ppp.IPCPAddress, ppp.IPCPPrimaryDNS,
			ppp.IPCPPrimaryWINS, ppp.IPCPSecondaryDNS, ppp.IPCPSecondaryWINS}},
		Personality: Personality{
			SharedIDs: true, FirstID: 0, HangUp: true,
			Identifications: [][]byte{[]byte("MSRASV5.20"), []byte("MSRAS-0-" + computer), nil},
			NCPs:            []ppp.Protocol{ppp.IPV6CP, ppp.CCP, ppp.IPCP},
			Probes: map[ppp.Protocol][]ppp.Option{
				ppp.IPV6CP: {{Type: ppp.IPV6CPInterfaceID}},
				ppp.CCP:    {ppp.Uint32Option(ppp.CCPMPPC, ppp.MPPCOnly)},
			},
			TerminateTag: []byte{0x00, 0x3c, 0xcd, 0x74},
		},
	}
}
