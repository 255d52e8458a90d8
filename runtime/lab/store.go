package lab

import (
	"io/fs"
	"net/netip"
	"sync"
)

// NVRAM keeps a node's small files, "startup-config" first of all. A Save is
// atomic: whatever happens, Load returns the old contents or the new.
type NVRAM interface {
	// Load returns a file's contents; an error that is fs.ErrNotExist when there
	// is none. The caller owns the slice.
	Load(file string) ([]byte, error)
	// Save replaces a file. The slice is borrowed.
	Save(file string, data []byte) error
	// Remove deletes a file; removing what is not there is no error.
	Remove(file string) error
}

// MemoryNVRAM is an NVRAM that lasts as long as the program. The zero value is
// empty and ready; several goroutines may use it.
type MemoryNVRAM struct {
	mu    sync.Mutex
	files map[string][]byte
}

// Load returns a copy of the file.
func (m *MemoryNVRAM) Load(file string) ([]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	data, ok := m.files[file]
	if !ok {
		return nil, &fs.PathError{Op: "load", Path: file, Err: fs.ErrNotExist}
	}
	return append([]byte(nil), data...), nil
}

// Save keeps a copy of data.
func (m *MemoryNVRAM) Save(file string, data []byte) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.files == nil {
		m.files = make(map[string][]byte)
	}
	m.files[file] = append([]byte(nil), data...)
	return nil
}

// Remove forgets the file.
func (m *MemoryNVRAM) Remove(file string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.files, file)
	return nil
}

// IKEKey is the encryption key of one IKEv1 phase 1 SA.
type IKEKey struct {
	InitiatorCookie [8]byte
	Key             []byte // as the cipher takes it: 8, 16, 24 or 32 bytes
}

// Cipher and MAC names of ESPKey; the transform ids of RFC 2407, 4.4.4, and the
// authentication algorithms of 4.5.
type (
	// ESPCipher is an ESP transform id: 2 DES, 3 3DES, 11 NULL, 12 AES-CBC.
	ESPCipher uint8
	// ESPMAC is an authentication algorithm: 0 none, 1 HMAC-MD5, 2 HMAC-SHA-1,
	// 5 HMAC-SHA2-256, 6 -384, 7 -512.
	ESPMAC uint16
)

// ESPKey is the key material of one ESP SA, one direction.
type ESPKey struct {
	Source, Destination netip.Addr
	SPI                 uint32
	Cipher              ESPCipher
	CipherKey           []byte
	MAC                 ESPMAC
	MACKey              []byte
}

// KeyLog takes the keys of SAs as they are installed, for the tables beside a
// capture. The slices are borrowed. Both ends of an SA may tell the same key.
type KeyLog interface {
	LogIKE(IKEKey)
	LogESP(ESPKey)
}

// NoKeys is a KeyLog that keeps nothing.
type NoKeys struct{}

// LogIKE does nothing.
func (NoKeys) LogIKE(IKEKey) {}

// LogESP does nothing.
func (NoKeys) LogESP(ESPKey) {}
