package router_test

import (
	"bytes"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/lab"
	"ioslab/runtime/link"
)

// captureDir records a lab into a folder that tshark takes for its configuration.
type captureDir struct {
	testing.TB
	dir  string
	file string // of the one link
}

func (c *captureDir) Create(name string) (io.WriteCloser, error) {
	c.file = filepath.Join(c.dir, name)
	return os.Create(c.file)
}

func (c *captureDir) append(name string, write func(io.Writer) error) {
	f, err := os.OpenFile(filepath.Join(c.dir, name), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err == nil {
		err = write(f)
	}
	if err != nil {
		c.Fatal(err)
	}
	if err := f.Close(); err != nil {
		c.Fatal(err)
	}
}

func (c *captureDir) LogIKE(k lab.IKEKey) {
	c.append("ikev1_decryption_table", func(w io.Writer) error { return link.WriteIKEv1Key(w, k.InitiatorCookie, k.Key) })
}

func (c *captureDir) LogESP(k lab.ESPKey) {
	c.append("esp_sa", func(w io.Writer) error {
		return link.WriteESPKey(w, link.ESPKey{Source: k.Source, Destination: k.Destination, SPI: k.SPI,
			Encryption: link.ESP3DES, EncryptionKey: k.CipherKey, Integrity: link.ESPHMACSHA1, IntegrityKey: k.MACKey})
	})
}

// tshark runs tshark over the capture with the key tables and returns what it printed.
func (c *captureDir) tshark(args ...string) string {
	c.Helper()
	cmd := exec.Command("tshark", append([]string{"-n", "-r", c.file, "-o", "esp.enable_encryption_decode:TRUE"}, args...)...)
	cmd.Env = append(os.Environ(), "WIRESHARK_CONFIG_DIR="+c.dir)
	var complaints bytes.Buffer
	cmd.Stderr = &complaints
	out, err := cmd.Output()
	if err != nil {
		c.Fatalf("tshark %v: %v\n%s", args, err, complaints.String())
	}
	return string(out)
}

// TestStage6InTshark lets somebody else's eye judge the whole call: nothing
// malformed, and with the keys all that is inside.
func TestStage6InTshark(t *testing.T) {
	if _, err := exec.LookPath("tshark"); err != nil {
		if os.Getenv("CI") != "" {
			t.Fatal("CI needs tshark: ", err)
		}
		t.Skip("tshark is not installed")
	}
	c := &captureDir{TB: t, dir: t.TempDir()}
	startup := bytes.Replace(mended(t), []byte("interface FastEthernet0/0"),
		[]byte("interface Loopback1\n ip address 10.10.10.1 255.255.255.0\n!\ninterface FastEthernet0/0"), 1)
	j := beginWith(t, startup, lab.Options{Seed: 6, Capture: c})
	j.dial()
	j.at("pc", "ping 10.10.10.1")
	j.hangUp()
	j.RunFor(time.Minute)
	if err := j.World.Close(); err != nil {
		t.Fatal(err)
	}
	if bad := c.tshark("-Y", "_ws.malformed || _ws.expert.severity == 8388608"); bad != "" {
		t.Errorf("tshark finds malformed packets or errors:\n%s", bad)
	}
	for what, filter := range map[string]string{
		"the first IKE packet of 408 bytes": "isakmp.exchangetype == 2 && udp.length == 416",
		"the decrypted identity":            "isakmp.id.data.ipv4_addr == 12.1.1.1",
		"quick mode, decrypted":             "isakmp.exchangetype == 32 && isakmp.typepayload == 10",
		"the SCCRQ":                         "l2tp.avp.message_type == 1",
		"the MS-CHAP-V2 success":            "chap.code == 3",
		"IPCP giving 33.33.33.1":            "ipcp.opt.ip_address == 33.33.33.1",
		"the inner echo request":            "icmp.type == 8 && ip.src == 33.33.33.1",
		"the inner echo reply":              "icmp.type == 0 && ip.dst == 33.33.33.1",
		"the CDN":                           "l2tp.avp.message_type == 14",
	} {
		if c.tshark("-Y", filter) == "" {
			t.Errorf("tshark does not see %s (%s)", what, filter)
		}
	}
	if clear := c.tshark("-Y", "l2tp && !esp"); strings.TrimSpace(clear) != "" {
		t.Errorf("L2TP in the clear:\n%s", clear)
	}
}
