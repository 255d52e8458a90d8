package ipsec

import (
	"bytes"
	"encoding/hex"
	"net/netip"
	"strings"
	"testing"

	"ioslab/runtime/packet"
)

func unhex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(strings.ReplaceAll(s, " ", ""), "\n", ""))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

const counting = "08090a0b 0c0d0e0f 10111213 14151617 18191a1b 1c1d1e1f 20212223 24252627 28292a2b 2c2d2e2f 30313233 34353637"

// The whole packets of RFC 3602, section 4: cases 5 (transport) and 7 (tunnel).
func TestPacketsOfRFC3602(t *testing.T) {
	for _, c := range []struct {
		name, key, src, dst string
		spi                 uint32
		encap               Encap
		wire, plain         string
	}{
		{"case 5", "90d382b4 10eeba7a d938c46c ec1a82bf", "192.168.123.3", "192.168.123.100", 0x4321, Transport,
			`4500007c 08f20000 4032f9a5 c0a87b03 c0a87b64 00004321 00000001 e96e8c08 ab465763 fd098d45 dd3ff893
			f663c25d 325c18c6 a9453e19 4e120849 a4870b66 cc6b9965 330013b4 898dc856 a4699e52 3a55db08 0b59ec3a 8e4b7e52
			775b07d1 db34ed9c 538ab50c 551b874a a269add0 47ad2d59 13ac19b7 cfbad4a6`,
			"45000054 08f20000 4001f9fe c0a87b03 c0a87b64 08000ebd a70a0000 8e9c083d b95b0700" + counting},
		{"case 7", "01234567 89abcdef 01234567 89abcdef", "192.168.123.3", "192.168.123.200", 0x8765, Tunnel,
			`4500008c 09050000 4032f91e c0a87b03 c0a87bc8 00008765 00000002 f4e76524 4f6407ad f13dc138 0f673f37
			773b5241 a4c44922 5e4f3ce5 ed611b0c 237ca96c f74a9301 3c1b0ea1 a0cf70f8 e4ecaec7 8ac53aad 7a0f022b 859243c6
			47752e94 a859352b 8a4d4d2d ecd136e5 c177f132 ad3fbfb2 201ac990 4c74ee0a 109e0ca1 e4dfe9d5 a100b842 f1c22f0d`,
			"45000054 09040000 4001f988 c0a87b03 c0a87bc8 08009f76 a90a0100 b49c083d 02a20400" + counting},
	} {
		t.Run(c.name, func(t *testing.T) {
			src, dst := netip.MustParseAddr(c.src), netip.MustParseAddr(c.dst)
			from, to := netip.PrefixFrom(src, 32), netip.PrefixFrom(dst, 32)
			n := newNode(1, siteConfig(dst, src, to, from, TransformSet{Name: "T", Suite: Suite{Cipher: AES, KeyBits: 128}, Transport: c.encap == Transport}))
			key := unhex(t, c.key)
			_, err := n.Install(0, Install{Local: dst, Remote: src, LocalProxy: Selector{Prefix: to}, RemoteProxy: Selector{Prefix: from}, Encap: c.encap,
				Parts: []KeyedPart{{Part: Part{Proto: ESP, Cipher: AES}, InSPI: c.spi, OutSPI: 999, In: Keys{Cipher: key}, Out: Keys{Cipher: key}}}})
			if err != nil {
				t.Fatal(err)
			}
			wire := unhex(t, strings.ReplaceAll(c.wire, "\t", ""))
			r := n.Inbound(0, packet.From(wire))
			if r.Verdict != Done {
				t.Fatalf("%v", r.Reason)
			}
			if want := unhex(t, c.plain); !bytes.Equal(r.Buf.Bytes(), want) {
				t.Fatalf("got  %x\nwant %x", r.Buf.Bytes(), want)
			}
			r.Buf.Release()
		})
	}
}

// RFC 2202 (cases 1 and 5) and RFC 4868, 2.7.2 (AUTH-1), cut as on the wire.
func TestICVsOfTheRFCs(t *testing.T) {
	for _, c := range []struct {
		auth      Auth
		key       byte
		data, icv string
	}{
		{MD5, 0x0b, "Hi There", "9294727a3638bb1c13f48ef8"},
		{MD5, 0x0c, "Test With Truncation", "56461ef2342edc00f9bab995"},
		{SHA1, 0x0b, "Hi There", "b617318655057264e28bc0b6"},
		{SHA1, 0x0c, "Test With Truncation", "4c1a03424b55e07fe7f27be1"},
		{SHA256, 0x0b, "Hi There", "198a607eb44bfbc69903a0f1cf2bbdc5"},
		{SHA384, 0x0b, "Hi There", "b6a8d5636f5c6a7224f9977dcf7ee6c7fb6d0c48cbdee973"},
		{SHA512, 0x0b, "Hi There", "637edc6e01dce7e6742a99451aae82df23da3e92439e590e43e761b33e910fb8"},
	} {
		key := bytes.Repeat([]byte{c.key}, c.auth.KeyBytes())
		s, err := newCrypt(Part{Proto: AH, Auth: c.auth}, Keys{Auth: key}, true, nil)
		if err != nil {
			t.Fatal(err)
		}
		for range 3 { // the state is reused
			if got := hex.EncodeToString(s.icv([]byte(c.data[:3]), []byte(c.data[3:]))); got != c.icv {
				t.Errorf("%v of %q: %s, want %s", c.auth, c.data, got, c.icv)
			}
		}
	}
}

func TestIVsDiffer(t *testing.T) {
	m, err := newIVMaker(seeded(4))
	if err != nil {
		t.Fatal(err)
	}
	seen := map[[8]byte]bool{}
	for range 10000 {
		var iv [8]byte
		m.put(iv[:])
		if seen[iv] {
			t.Fatal("an IV came twice")
		}
		seen[iv] = true
	}
}
