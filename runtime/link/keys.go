package link

import (
	"errors"
	"fmt"
	"io"
	"net/netip"
)

// ErrKey reports a key that Wireshark's table cannot hold.
var ErrKey = errors.New("no key for Wireshark's table")

// Names of Wireshark's esp_sa table (epan/dissectors/packet-ipsec.c).
const (
	ESPNull   = "NULL"
	ESPDES    = "DES-CBC [RFC2405]"
	ESP3DES   = "TripleDES-CBC [RFC2451]"
	ESPAESCBC = "AES-CBC [RFC3602]"

	ESPNoAuth     = "NULL"
	ESPHMACSHA1   = "HMAC-SHA-1-96 [RFC2404]"
	ESPHMACMD5    = "HMAC-MD5-96 [RFC2403]"
	ESPHMACSHA256 = "HMAC-SHA-256-128 [RFC4868]"
	ESPHMACSHA384 = "HMAC-SHA-384-192 [RFC4868]"
	ESPHMACSHA512 = "HMAC-SHA-512-256 [RFC4868]"
)

// WriteIKEv1Key appends a line of Wireshark's file ikev1_decryption_table: initiator's
// cookie and the phase 1 encryption key (Ka, expanded to the cipher's length), both in hexadecimal.
func WriteIKEv1Key(w io.Writer, initiatorCookie [8]byte, key []byte) error {
	if len(key) == 0 {
		return fmt.Errorf("write IKEv1 key: %w", ErrKey)
	}
	_, err := fmt.Fprintf(w, "%x,%x\n", initiatorCookie, key)
	return err
}

// ESPKey is one ESP security association for Wireshark's esp_sa table.
type ESPKey struct {
	Source, Destination netip.Addr
	SPI                 uint32
	// Encryption and Integrity are Wireshark's names: the ESP… constants.
	Encryption, Integrity string
	EncryptionKey         []byte // empty for ESPNull
	IntegrityKey          []byte // empty for ESPNoAuth
}

// WriteESPKey appends a line of Wireshark's file esp_sa: protocol, addresses, SPI, algorithms and keys, each in quotes.
func WriteESPKey(w io.Writer, k ESPKey) error {
	if !k.Source.Is4() || !k.Destination.Is4() || k.Encryption == "" || k.Integrity == "" {
		return fmt.Errorf("write ESP key of SPI 0x%08x: %w", k.SPI, ErrKey)
	}
	_, err := fmt.Fprintf(w, "\"IPv4\",\"%v\",\"%v\",\"0x%08x\",\"%s\",\"%s\",\"%s\",\"%s\"\n", k.Source, k.Destination, k.SPI,
		k.Encryption, hexKey(k.EncryptionKey), k.Integrity, hexKey(k.IntegrityKey))
	return err
}

func hexKey(k []byte) string {
	if len(k) == 0 {
		return ""
	}
	return fmt.Sprintf("0x%x", k)
}
