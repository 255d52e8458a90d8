package pc

import "fmt"

// rasError is an error number of Windows' remote access.
type rasError int

// The errors that a call can end with.
const (
	rasOK               rasError = 0
	rasNoEntry          rasError = 623
	rasClosedByRemote   rasError = 629
	rasLoginHours       rasError = 646
	rasAccountDisabled  rasError = 647
	rasPasswordExpired  rasError = 648
	rasNoDialin         rasError = 649
	rasNoAnswer         rasError = 678
	rasAuthentication   rasError = 691
	rasNeedsUser        rasError = 703
	rasPPPTimeout       rasError = 718
	rasNoNCP            rasError = 720
	rasLCPTerminated    rasError = 734
	rasPeerUnproven     rasError = 778
	rasNoCertificate    rasError = 786
	rasNotCompatible    rasError = 788
	rasSecurityLayer    rasError = 789
	rasVPNTimeout       rasError = 809
	rasNameResolution   rasError = 868
	rasUserDisconnected rasError = 631
)

var rasTexts = map[rasError]string{
	rasNoEntry:          "The system could not find the phone book entry for this connection.",
	rasClosedByRemote:   "The connection was closed by the remote computer.",
	rasUserDisconnected: "The port was disconnected by the user.",
	rasLoginHours:       "The account is not permitted to log on at this time of day.",
	rasAccountDisabled:  "The account is disabled.",
	rasPasswordExpired:  "The password for this account has expired.",
	rasNoDialin:         "The account does not have permission to dial in.",
	rasNoAnswer:         "The remote computer did not respond.",
	rasAuthentication:   "The remote connection was denied because the user name and password combination you provided is not recognized, or the selected authentication protocol is not permitted on the remote access server.",
	rasNeedsUser:        "The connection needs information from the user, but the application does not allow user interaction.",
	rasPPPTimeout:       "The connection was terminated because the remote computer did not respond in a timely manner.",
	rasNoNCP:            "A connection to the remote computer could not be established. You might need to change the network settings for this connection.",
	rasLCPTerminated:    "The PPP link control protocol was terminated.",
	rasPeerUnproven:     "It was not possible to verify the identity of the server.",
	rasNoCertificate:    "The L2TP connection attempt failed because there is no valid machine certificate on your computer for security authentication.",
	rasNotCompatible:    "The L2TP connection attempt failed because the security layer could not negotiate compatible parameters with the remote computer.",
	rasSecurityLayer:    "The L2TP connection attempt failed because the security layer encountered a processing error during initial negotiations with the remote computer.",
	rasVPNTimeout:       "The network connection between your computer and the VPN server could not be established because the remote server is not responding. This could be because one of the network devices (e.g, firewalls, NAT, routers, etc) between your computer and the remote server is not configured to allow VPN connections. Please contact your Administrator or your service provider to determine which device may be causing the problem.",
	rasNameResolution:   "The remote connection was not made because the name of the remote access server did not resolve.",
}

// text is what rasdial prints about the error.
func (e rasError) text() string {
	return fmt.Sprintf("Remote Access error %d - %s\n\nFor more help on this error:\n\tType 'hh netcfg.chm'\n\tIn help, click Troubleshooting, then Error Messages, then %d\n", int(e), rasTexts[e], int(e))
}
