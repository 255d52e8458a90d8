package ipsec

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/hmac"
	"crypto/md5"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/sha512"
	"fmt"
	"hash"
	"testing"
	"time"

	"ioslab/runtime/packet"
)

// benchSuites are those of which the share of the bare algorithms is printed.
var benchSuites = []Suite{
	{Cipher: NullCipher, Auth: SHA1},
	{Cipher: DES, Auth: MD5},
	{Cipher: TripleDES, Auth: SHA1},
	{Cipher: AES, KeyBits: 128, Auth: MD5},
	{Cipher: AES, KeyBits: 128, Auth: SHA1},
	{Cipher: AES, KeyBits: 192, Auth: SHA256},
	{Cipher: AES, KeyBits: 256, Auth: SHA256},
	{Cipher: AES, KeyBits: 256, Auth: SHA384},
	{Cipher: AES, KeyBits: 256, Auth: SHA512},
	{AH: SHA1},
	{AH: SHA1, Cipher: TripleDES, Auth: NoAuth},
}

// bare is the cipher and HMACs of a suite alone, one-way: what ESP is measured against.
type bare struct {
	mode cipher.BlockMode
	macs []hash.Hash
	buf  []byte
	sum  [64]byte
}

func newBare(s Suite, n int, decrypt bool) *bare {
	b := &bare{buf: make([]byte, n)}
	var block cipher.Block
	switch s.Cipher {
	case AES:
		block, _ = aes.NewCipher(make([]byte, s.KeyBits/8))
	case DES:
		block, _ = des.NewCipher(make([]byte, 8))
	case TripleDES:
		block, _ = des.NewTripleDESCipher(make([]byte, 24))
	}
	if block != nil {
		iv := make([]byte, block.BlockSize())
		b.mode = cipher.NewCBCEncrypter(block, iv)
		if decrypt {
			b.mode = cipher.NewCBCDecrypter(block, iv)
		}
		b.buf = make([]byte, n&^(block.BlockSize()-1))
	}
	for _, a := range []Auth{s.Auth, s.AH} {
		h := map[Auth]func() hash.Hash{MD5: md5.New, SHA1: sha1.New, SHA256: sha256.New, SHA384: sha512.New384, SHA512: sha512.New}[a]
		if h != nil {
			b.macs = append(b.macs, hmac.New(h, make([]byte, a.KeyBytes())))
		}
	}
	return b
}

func (b *bare) run() {
	if b.mode != nil {
		b.mode.CryptBlocks(b.buf, b.buf)
	}
	for _, m := range b.macs {
		m.Reset()
		m.Write(b.buf)
		m.Sum(b.sum[:0])
	}
}

// plainPool makes the pool hand out buffers as in the program, not overwritten.
func plainPool(b *testing.B) {
	packet.Scribble = false
	b.Cleanup(func() { packet.Scribble = true })
}

// BenchmarkOutbound measures policy, protection and buffer of one packet, and
// prints share: that against cipher and HMAC alone on as many bytes, measured
// in the same run in alternation. The aim is 0.8.
func BenchmarkOutbound(b *testing.B) {
	plainPool(b)
	for _, suite := range benchSuites {
		for _, size := range []int{200, 1400} {
			b.Run(fmt.Sprintf("%s/%d", suite.testName(), size), func(b *testing.B) {
				e := l2tpEnds(b, suite, Transport, Lifetime{})
				plain := l2tpPacket(pcAddr, lnsAddr, make([]byte, size))
				alone := newBare(suite, len(plain)-20, false)
				b.SetBytes(int64(len(plain) - 20))
				b.ReportAllocs()
				var ours, theirs time.Duration
				for i := 0; i < b.N; i += 64 {
					start := time.Now()
					for range 64 {
						r := e.a.Outbound(0, "eth", packet.From(plain))
						r.Buf.Release()
					}
					mid := time.Now()
					ours += mid.Sub(start)
					b.StopTimer()
					mid = time.Now()
					for range 64 {
						alone.run()
					}
					theirs += time.Since(mid)
					b.StartTimer()
				}
				b.ReportMetric(float64(theirs)/float64(ours), "share")
			})
		}
	}
}

// BenchmarkInbound measures the way in; the packets are made outside the clock.
func BenchmarkInbound(b *testing.B) {
	plainPool(b)
	for _, suite := range benchSuites {
		b.Run(suite.testName()+"/1400", func(b *testing.B) {
			e := l2tpEnds(b, suite, Transport, Lifetime{})
			plain := l2tpPacket(pcAddr, lnsAddr, make([]byte, 1400))
			alone := newBare(suite, len(plain)-20, true)
			b.SetBytes(int64(len(plain) - 20))
			b.ReportAllocs()
			var ours, theirs time.Duration
			var batch [64]*packet.Buffer
			for i := 0; i < b.N; i += len(batch) {
				b.StopTimer()
				for j := range batch {
					batch[j] = e.a.Outbound(0, "eth", packet.From(plain)).Buf
				}
				b.StartTimer()
				start := time.Now()
				for _, w := range batch {
					r := e.b.Inbound(0, w)
					if r.Verdict != Done {
						b.Fatal(r.Reason)
					}
					r.Buf.Release()
				}
				ours += time.Since(start)
				b.StopTimer()
				start = time.Now()
				for range batch {
					alone.run()
				}
				theirs += time.Since(start)
				b.StartTimer()
			}
			b.ReportMetric(float64(theirs)/float64(ours), "share")
		})
	}
}

// BenchmarkLookup measures the policy alone with 10,000 L2TP identities.
func BenchmarkLookup(b *testing.B) {
	s, flows := manyIdents(b, 10000)
	b.ReportAllocs()
	for i := range b.N {
		if c := s.lookup(flows[i%len(flows)]); c.ident == nil {
			b.Fatal("not found")
		}
	}
}

func TestPacketPathAllocatesNothing(t *testing.T) {
	for _, suite := range benchSuites {
		for _, encap := range []Encap{Transport, Tunnel} {
			e := l2tpEnds(t, suite, encap, Lifetime{})
			plain := l2tpPacket(pcAddr, lnsAddr, make([]byte, 1400))
			got := testing.AllocsPerRun(200, func() {
				r := e.a.Outbound(0, "eth", packet.From(plain))
				r = e.b.Inbound(0, r.Buf)
				r.Buf.Release()
			})
			if got > 0.5 { // the pool may be emptied by the collector
				t.Errorf("%s %v: %.1f allocations a packet", suite.testName(), encap, got)
			}
		}
	}
}
