package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"sync"

	"ioslab/runtime/lab"
	"ioslab/runtime/link"
)

// dirCapture writes a lab's captures and key tables into a folder. The tables
// have the names and the form of Wireshark's profile files, so that the folder's
// contents can be copied into a profile.
type dirCapture struct {
	dir string

	mu       sync.Mutex
	ike, esp *os.File
	seen     map[string]bool // both ends of an SA tell its keys
	err      error
}

// maxSeen bounds the keys remembered as written; after that many the memory
// starts anew, and a line may come twice, which does no harm.
const maxSeen = 100_000

func captureIn(dir string) (*dirCapture, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("capture folder: %w", err)
	}
	c := &dirCapture{dir: dir, seen: map[string]bool{}}
	var err error
	if c.ike, err = c.create("ikev1_decryption_table"); err != nil {
		return nil, err
	}
	if c.esp, err = c.create("esp_sa"); err != nil {
		c.ike.Close()
		return nil, err
	}
	return c, nil
}

// create makes a file that only its owner reads: captures and keys are secrets.
func (c *dirCapture) create(name string) (*os.File, error) {
	return os.OpenFile(filepath.Join(c.dir, name), os.O_CREATE|os.O_TRUNC|os.O_WRONLY, 0o600)
}

// Create makes the file of a link's capture.
func (c *dirCapture) Create(name string) (io.WriteCloser, error) { return c.create(name) }

// LogIKE appends to Wireshark's table of IKEv1 keys.
func (c *dirCapture) LogIKE(k lab.IKEKey) {
	var line bytes.Buffer
	err := link.WriteIKEv1Key(&line, k.InitiatorCookie, k.Key)
	c.append(c.ike, line.Bytes(), err)
}

// Wireshark's names by the numbers of RFC 2407.
var (
	espCiphers = map[lab.ESPCipher]string{2: link.ESPDES, 3: link.ESP3DES, 11: link.ESPNull, 12: link.ESPAESCBC}
	espMACs    = map[lab.ESPMAC]string{0: link.ESPNoAuth, 1: link.ESPHMACMD5, 2: link.ESPHMACSHA1,
		5: link.ESPHMACSHA256, 6: link.ESPHMACSHA384, 7: link.ESPHMACSHA512}
)

// LogESP appends to Wireshark's table of ESP SAs.
func (c *dirCapture) LogESP(k lab.ESPKey) {
	var line bytes.Buffer
	err := link.WriteESPKey(&line, link.ESPKey{
		Source: k.Source, Destination: k.Destination, SPI: k.SPI,
		Encryption: espCiphers[k.Cipher], EncryptionKey: k.CipherKey,
		Integrity: espMACs[k.MAC], IntegrityKey: k.MACKey,
	})
	c.append(c.esp, line.Bytes(), err)
}

// append writes a line once; the first error is kept for Close.
func (c *dirCapture) append(f *os.File, line []byte, err error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if err == nil && !c.seen[string(line)] {
		if len(c.seen) >= maxSeen {
			clear(c.seen)
		}
		c.seen[string(line)] = true
		_, err = f.Write(line)
	}
	if c.err == nil {
		c.err = err
	}
}

// Close ends the key tables and returns the first error that any of them met.
func (c *dirCapture) Close() error {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, f := range []*os.File{c.ike, c.esp} {
		if err := f.Close(); c.err == nil {
			c.err = err
		}
	}
	return c.err
}
