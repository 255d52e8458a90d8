package ike

import (
	"bytes"
	"crypto/md5"
	"hash/fnv"

	"ioslab/runtime/wire/isakmp"
)

// Vendor ids. Those that are MD5 of a text are named with it.
var (
	vidRFC3947   = []byte("\x4a\x13\x1c\x81\x07\x03\x58\x45\x5c\x57\x28\xf2\x0e\x95\x45\x2f") // MD5 "RFC 3947"
	vidDraft02n  = []byte("\x90\xcb\x80\x91\x3e\xbb\x69\x6e\x08\x63\x81\xb5\xec\x42\x7b\x1f") // MD5 "draft-ietf-ipsec-nat-t-ike-02\n"
	vidDraft03   = []byte("\x7d\x94\x19\xa6\x53\x10\xca\x6f\x2c\x17\x9d\x92\x15\x52\x9d\x56") // MD5 "draft-ietf-ipsec-nat-t-ike-03"
	vidDraft07   = []byte("\x43\x9b\x59\xf8\xba\x67\x6c\x4c\x77\x37\xae\x22\xea\xb8\xf5\x82") // MD5 "draft-ietf-ipsec-nat-t-ike-07"
	vidFragment  = []byte("\x40\x48\xb7\xd5\x6e\xbc\xe8\x85\x25\xe7\xde\x7f\x00\xd6\xc2\xd3") // MD5 "FRAGMENTATION"
	vidDPD       = []byte("\xaf\xca\xd7\x13\x68\xa1\xf1\xc9\x6b\x86\x96\xfc\x77\x57\x01\x00") // RFC 3706, 5.1
	vidUnity     = []byte("\x12\xf5\xf2\x8c\x45\x71\x68\xa9\x70\x2d\x9f\xe2\x74\xcc\x01\x00") // Cisco Unity
	vidXAUTH     = []byte("\x09\x00\x26\x89\xdf\xd6\xb7\x12")                                 // draft-ietf-ipsec-isakmp-xauth-06
	vidMicrosoft = []byte("\x01\x52\x8b\xbb\xc0\x06\x96\x12\x18\x49\xab\x9a\x1c\x5b\x2a\x51\x00\x00\x00\x01")
	vidMSNT5     = []byte("\x1e\x2b\x51\x69\x05\x99\x1c\x7d\x7c\x96\xfc\xbf\xb5\x87\xe4\x61") // MD5 "MS NT5 ISAKMPOAKLEY", then the version
	vidMSNego    = []byte("\xfb\x1d\xe3\xcd\xf3\x41\xb7\xea\x16\xb7\xe5\xbe\x08\x55\xf1\x20") // MD5 "MS-Negotiation Discovery Capable"
	vidMSContact = []byte("\x26\x24\x4d\x38\xed\xdb\x61\xb3\x17\x2a\x36\xe3\xd0\xcf\xb8\x19") // MD5 "Vid-Initial-Contact"
	vidMSCGA     = []byte("\xe3\xa5\x96\x6a\x76\x37\x9f\xe7\x07\x22\x82\x31\xe5\xce\x86\x52") // MD5 "IKE CGA version 1"
)

func windowsVendorIDs(v WindowsVersion) [][]byte {
	nt5 := append(append([]byte(nil), vidMSNT5...), 0, 0, 0, byte(v))
	return [][]byte{vidMicrosoft, nt5, vidRFC3947, vidDraft02n, vidFragment, vidMSNego, vidMSContact, vidMSCGA}
}

// Vendor is a vendor id that the engine knows.
type Vendor int

// Vendors.
const (
	VendorUnknown Vendor = iota
	VendorDPD
	VendorUnity
	VendorXAUTH
	VendorIOS
	VendorFragment
	VendorRFC3947
	VendorNATT07
	VendorNATT03
	VendorNATT02
)

var vendorNames = [...]string{"unknown", "DPD", "Unity", "XAUTH", "IOS", "FRAGMENTATION", "RFC 3947", "NAT-T 07", "NAT-T 03", "NAT-T 02"}

// String returns the vendor id's name.
func (v Vendor) String() string {
	if v < 0 || int(v) >= len(vendorNames) {
		return "unknown"
	}
	return vendorNames[v]
}

var vendorBytes = [...][]byte{
	VendorDPD: vidDPD, VendorUnity: vidUnity, VendorXAUTH: vidXAUTH, VendorFragment: vidFragment,
	VendorRFC3947: vidRFC3947, VendorNATT07: vidDraft07, VendorNATT03: vidDraft03, VendorNATT02: vidDraft02n,
}

// natVersions are the NAT-T variants that we can do, best first. Draft 07 is
// offered, as IOS does, and understood, but not agreed: who has it has the RFC too.
var natVersions = []Vendor{VendorRFC3947, VendorNATT03, VendorNATT02}

// vendorIOS is the id by which two of us know each other as IOS: it varies with
// the cookies, as IOS's does. (How IOS computes its own is not published.)
func vendorIOS(i, r isakmp.Cookie) []byte {
	sum := md5.Sum(append(append([]byte("IOS"), i[:]...), r[:]...))
	return sum[:]
}

// minVendorMajor is the byte at which DPD and Unity ids have their major version.
const minVendorMajor = 14

// judgeVendor looks at a vendor id. The DPD and Unity ids are told by their
// first twelve bytes and the version behind; any other id fails on what it has
// there (shared/reference/windows-client-wire.md has the rule). One that is too
// short has nothing there: the byte then comes from the whole of it and the cookie.
func judgeVendor(id []byte, i, r isakmp.Cookie) VendorIDJudged {
	j := VendorIDJudged{Vendor: VendorUnknown}
	if len(id) > minVendorMajor {
		j.Major = id[minVendorMajor]
	} else {
		h := fnv.New32a()
		h.Write(id)
		h.Write(i[:])
		h.Write(r[:])
		j.Major = uint8(h.Sum32()>>24) | 0x80
	}
	j.HashMismatch = j.Major == vidDPD[minVendorMajor]
	for v := VendorDPD; v <= VendorNATT02; v++ {
		if known := vendorBytes[v]; known != nil && bytes.Equal(id, known) {
			j.Vendor = v
			return j
		}
	}
	if len(id) == md5.Size && bytes.Equal(id, vendorIOS(i, r)) {
		j.Vendor = VendorIOS
	}
	return j
}

// vendorIDs works the vendor ids of a message off.
func (e *Engine) vendorIDs(sa *ikeSA, p *packet) {
	for i := range p.parts {
		if p.parts[i].Kind == isakmp.PayloadVID {
			e.vendorID(sa, p.parts[i].Body())
		}
	}
}

func (e *Engine) vendorID(sa *ikeSA, id []byte) {
	j := judgeVendor(id, sa.cookieI, sa.cookieR)
	j.Conn = sa.connID
	emit(e, j)
	if j.Vendor == VendorUnknown {
		return
	}
	if sa.vendors == nil {
		sa.vendors = map[Vendor]bool{}
	}
	sa.vendors[j.Vendor] = true
}

func (e *Engine) scanProfiles() {
	if e.cfg.ScanProfiles {
		emit(e, ProfilesScanned{Names: e.cfg.Profiles})
	}
}
