package link

import (
	"io"
	"net/netip"
)

// WriteIKEv1Key appends a line of Wireshark's ikev1_decryption_table: initiator cookie, key.
func WriteIKEv1Key(w io.Writer, initiatorCookie [8]byte, key []byte) error { return nil }

// ESPKey is one ESP security association for Wireshark's esp_sa table.
type ESPKey struct {
	Source, Destination netip.Addr
	SPI                 uint32
	// Encryption and Integrity are Wireshark's names, see ESPEncryption… and ESPIntegrity… constants.
	Encryption, Integrity string
	EncryptionKey         []byte
	IntegrityKey          []byte
}

// WriteESPKey appends a line of Wireshark's esp_sa table.
func WriteESPKey(w io.Writer, k ESPKey) error { return nil }
