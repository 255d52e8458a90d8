package router_test

import (
	"crypto/rand"
	"math/big"
	"net/netip"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
	"ioslab/runtime/router"
	"ioslab/runtime/wire/ether"
	"ioslab/runtime/wire/ip"
)

// mended is the article's configuration with all its mistakes mended.
func mended(tb testing.TB) []byte {
	data, err := os.ReadFile("../../testdata/article/initial.cfg")
	if err != nil {
		tb.Fatal(err)
	}
	text := strings.NewReplacer(
		" hash md5\n", "",
		" authentication pre-share\n", " authentication pre-share\n group 2\n",
		"esp-md5-hmac", "esp-sha-hmac",
		"crypto map vpn 10", "crypto map vpn local-address Loopback0\ncrypto map vpn 10",
	).Replace(string(data))
	return []byte(text)
}

// BenchmarkDial sets up and hangs up the article's call, router and PC both in
// this process: two Diffie-Hellman exchanges with group 2, four exponentiations.
// dh-share is the time of these four alone as a part of the whole.
func BenchmarkDial(b *testing.B) {
	j := begin(b, 1, mended(b))
	b.ResetTimer()
	for b.Loop() {
		j.Type("pc", "rasdial \"VPN Connection\" test test\r")
		j.RunFor(2 * time.Second)
		j.Type("pc", "rasdial /disconnect\r")
		j.RunFor(3 * time.Second)
	}
	b.StopTimer()
	if n := strings.Count(j.Text("pc"), "Successfully connected"); n != b.N {
		b.Fatalf("%d of %d calls came up", n, b.N)
	}
	// The screens of both consoles are kept, and their work is part of the whole.
	each := b.Elapsed() / time.Duration(b.N)
	b.ReportMetric(1/each.Seconds(), "calls/s")
	b.ReportMetric(100*float64(4*exponentiation())/float64(each), "dh-share-%")
}

// exponentiation is the time of one modular exponentiation of group 2 with an
// exponent of 256 bits, as runtime/ike draws it, by the standard library.
func exponentiation() time.Duration {
	// RFC 2409, 6.2.
	const group2 = "FFFFFFFFFFFFFFFFC90FDAA22168C234C4C6628B80DC1CD129024E088A67CC74020BBEA63B139B22514A08798E3404DD" +
		"EF9519B3CD3A431B302B0A6DF25F14374FE1356D6D51C245E485B576625E7EC6F44C42E9A637ED6B0BFF5CB6F406B7ED" +
		"EE386BFB5A899FA5AE9F24117C4B1FE649286651ECE65381FFFFFFFFFFFFFFFF"
	p, _ := new(big.Int).SetString(group2, 16)
	x, _ := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 256))
	const n = 50
	start := time.Now()
	for range n {
		new(big.Int).Exp(big.NewInt(2), x, p)
	}
	return time.Since(start) / n
}

// BenchmarkIdleRouters boots routers with the article's configuration and
// reports the heap that each holds at its prompt.
func BenchmarkIdleRouters(b *testing.B) {
	const many = 1000
	cfg := mended(b)
	for b.Loop() {
		before := heap()
		routers := make([]*router.Router, many)
		for i := range routers {
			r, err := router.New(router.Options{
				Name: "r", Index: i, Ports: []string{"FastEthernet0/0"}, Rand: rand.Reader, Startup: cfg,
				Transmit: func(_ int, f *packet.Buffer) { f.Release() },
			})
			if err != nil {
				b.Fatal(err)
			}
			r.Carrier(0, 0, true)
			r.Tick(0)
			r.Console().Output()
			routers[i] = r
		}
		b.ReportMetric(float64(heap()-before)/many/1024, "KiB/router")
		runtime.KeepAlive(routers)
	}
}

func heap() int64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return int64(m.HeapAlloc)
}

const twoPorts = `ip cef
interface FastEthernet0/0
 ip address 10.0.0.1 255.255.255.0
interface FastEthernet0/1
 ip address 10.0.1.1 255.255.255.0
end
`

// BenchmarkForward sends 64-byte and 1,400-byte IP packets from port to port of
// one router: Ethernet in, route, TTL, ARP, Ethernet out.
func BenchmarkForward(b *testing.B) {
	for _, size := range []int{64, 1400} {
		b.Run(map[int]string{64: "64B", 1400: "1400B"}[size], func(b *testing.B) { forward(b, size) })
	}
}

func forward(b *testing.B, size int) {
	var r *router.Router
	out, asked := 0, []*packet.Buffer(nil)
	var err error
	r, err = router.New(router.Options{
		Name: "r", Ports: []string{"FastEthernet0/0", "FastEthernet0/1"}, Rand: rand.Reader, Startup: []byte(twoPorts),
		Transmit: func(port int, f *packet.Buffer) {
			if port == 1 && ether.Frame(f.Bytes()).Type() == ether.TypeARP {
				asked = append(asked, f.Clone())
			} else if port == 1 {
				out++
			}
			f.Release()
		},
	})
	if err != nil {
		b.Fatal(err)
	}
	r.Carrier(0, 0, true)
	r.Carrier(0, 1, true)
	now := clock.Instant(0)
	for ; now < clock.Instant(3*time.Second); now += clock.Instant(time.Second) {
		r.Tick(now)
	}
	frame := transit(r, size)
	r.Receive(now, 0, packet.From(frame)) // asks for the neighbour
	for _, a := range asked {
		answerARP(r, now, a)
	}
	out = 0
	b.SetBytes(int64(size))
	b.ReportAllocs()
	b.ResetTimer()
	for b.Loop() {
		r.Receive(now, 0, packet.From(frame))
	}
	b.StopTimer()
	if out < b.N {
		b.Fatalf("%d of %d packets came out", out, b.N)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "packets/s")
}

// host1 and host2 are the stations on either side.
var (
	host1 = ether.Addr{2, 0, 0, 0, 0, 1}
	host2 = ether.Addr{2, 0, 0, 0, 0, 2}
)

// transit returns a frame from host1 to 10.0.1.2, an IP packet of size bytes.
func transit(r *router.Router, size int) []byte {
	f := make([]byte, ether.HeaderLen+size)
	ether.Put(f, r.MAC(0), host1, ether.TypeIPv4)
	h := ip.Header(f[ether.HeaderLen:])
	ip.Put(h, ip.Fields{TotalLen: size, TTL: 64, Protocol: ip.ProtoUDP,
		Source: netip.MustParseAddr("10.0.0.2"), Destination: netip.MustParseAddr("10.0.1.2")})
	h.FillChecksum()
	return f
}

// answerARP answers the router's request as host2 and releases it.
func answerARP(r *router.Router, now clock.Instant, request *packet.Buffer) {
	q, err := ether.ParseARP(ether.Frame(request.Bytes()).Payload())
	if err == nil && q.Target() == netip.MustParseAddr("10.0.1.2") {
		a := packet.From(make([]byte, ether.HeaderLen+ether.ARPLen))
		ether.Put(a.Bytes(), q.SenderMAC(), host2, ether.TypeARP)
		ether.PutARP(a.Bytes()[ether.HeaderLen:], ether.OpReply, host2, q.Target(), q.SenderMAC(), q.Sender())
		r.Receive(now, 1, a)
	}
	request.Release()
}
