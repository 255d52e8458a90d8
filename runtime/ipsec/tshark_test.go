package ipsec

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/gopacket/gopacket"
	"github.com/gopacket/gopacket/layers"
	"github.com/gopacket/gopacket/pcapgo"
)

// wiresharkNames are the algorithm names of Wireshark's esp_sa table.
var (
	wiresharkCipher = map[Cipher]string{NullCipher: "NULL", DES: "DES-CBC [RFC2405]", TripleDES: "TripleDES-CBC [RFC2451]", AES: "AES-CBC [RFC3602]"}
	wiresharkAuth   = map[Auth]string{NoAuth: "NULL", MD5: "HMAC-MD5-96 [RFC2403]", SHA1: "HMAC-SHA-1-96 [RFC2404]", SHA256: "HMAC-SHA-256-128 [RFC4868]",
		SHA384: "HMAC-SHA-384-192 [RFC4868]", SHA512: "HMAC-SHA-512-256 [RFC4868]"}
)

// saTable writes a line of the table for each key.
func saTable(keys []SAKeys) string {
	var b strings.Builder
	for _, k := range keys {
		if k.Part.Proto != ESP {
			continue
		}
		fmt.Fprintf(&b, "\"IPv4\",\"%s\",\"%s\",\"0x%08x\",\"%s\",\"0x%x\",\"%s\",\"0x%x\"\n", k.Src, k.Dst, k.SPI,
			wiresharkCipher[k.Part.Cipher], k.CipherKey, wiresharkAuth[k.Part.Auth], k.AuthKey)
	}
	return b.String()
}

// Wireshark judges our ESP: it decrypts every suite and finds the ICV right.
func TestWiresharkReadsOurESP(t *testing.T) {
	tshark, err := exec.LookPath("tshark")
	if err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("tshark is missing")
		}
		t.Skip("tshark is not installed")
	}
	var wires [][]byte
	var keys []SAKeys
	var want []string
	for i, suite := range allSuites() {
		if suite.AH != NoAuth {
			continue
		}
		for j, encap := range []Encap{Transport, Tunnel, UDPTransport} {
			set := TransformSet{Name: "CCNP", Suite: suite, Transport: !encap.Tunnel()}
			seed := uint64(1000 + 10*i + 2*j) // other seeds, other SPIs: the table must be unambiguous
			e := negotiate(t, 0, newNode(seed, pcConfig(set)), newNode(seed+1, articleConfig(set, true)), suite, encap, Lifetime{},
				udp1701(pcAddr), udp1701(lnsAddr), pcAddr, lnsAddr, 0)
			text := "found-me " + suite.testName()
			wire := protectOne(t, 0, e.a, "eth", l2tpPacket(pcAddr, lnsAddr, []byte(text)))
			keys = append(keys, outputs[SAKeys](e.a)...)
			wires = append(wires, bytes.Clone(wire.Bytes()))
			want = append(want, hex.EncodeToString([]byte(text)))
			wire.Release()
		}
	}
	lines := strings.Split(strings.TrimRight(judge(t, tshark, t.TempDir(), wires, keys), "\n"), "\n")
	if len(lines) != len(wires) {
		t.Fatalf("%d lines for %d packets:\n%s", len(lines), len(wires), strings.Join(lines, "\n"))
	}
	for i, l := range lines {
		if !strings.Contains(l, want[i]) || strings.Contains(l, "Malformed") {
			t.Errorf("packet %d, %s: %s", i, want[i], l)
		}
		good := strings.Contains(l, "True") || strings.Contains(l, "\t1")
		if good != (keys[2*i].Part.Auth != NoAuth) {
			t.Errorf("packet %d: ICV: %s", i, l)
		}
	}
}

// judge writes a capture and a table, and returns tshark's line for each
// packet: the inner payload, and its complaints.
func judge(t *testing.T, tshark, dir string, wires [][]byte, keys []SAKeys) string {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, "esp_sa"), []byte(saTable(keys)), 0o600); err != nil {
		t.Fatal(err)
	}
	f, err := os.Create(filepath.Join(dir, "c.pcap"))
	if err != nil {
		t.Fatal(err)
	}
	w := pcapgo.NewWriter(f)
	if err := w.WriteFileHeader(65535, layers.LinkTypeRaw); err != nil {
		t.Fatal(err)
	}
	for _, p := range wires {
		if err := w.WritePacket(gopacket.CaptureInfo{Timestamp: time.Unix(1, 0), CaptureLength: len(p), Length: len(p)}, p); err != nil {
			t.Fatal(err)
		}
	}
	f.Close()
	cmd := exec.Command(tshark, "-r", f.Name(), "-T", "fields", "-e", "data.data", "-e", "esp.icv_good", "-e", "_ws.expert.message", "-o", "esp.enable_encryption_decode:TRUE", "-o", "esp.enable_authentication_check:TRUE",
		"-d", "udp.port==1701,data")
	cmd.Env = append(os.Environ(), "WIRESHARK_CONFIG_DIR="+dir)
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("tshark: %v", err)
	}
	return string(out)
}
