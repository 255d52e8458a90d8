package ike

import (
	"fmt"
	"testing"
	"time"

	"ioslab/runtime/event"
	"ioslab/runtime/wire/isakmp"
)

// BenchmarkCall is main mode and one quick mode, both sides' work together; its metric
// %DH is how much of that the bare Diffie-Hellman arithmetic of both sides is.
func BenchmarkCall(b *testing.B) {
	for _, g := range allGroups {
		b.Run(fmt.Sprint("group", g), func(b *testing.B) {
			cfg := config(suite(isakmp.CipherAES, 128, isakmp.HashSHA, g))
			random := source(1)
			var calls, arithmetic time.Duration
			for b.Loop() {
				took := call(b, cfg)
				middle := time.Now()
				x, _ := newKeyShare(g, random)
				y, _ := newKeyShare(g, random)
				x.shared(y.public)
				y.shared(x.public)
				calls += took
				arithmetic += time.Since(middle)
			}
			perCall := float64(calls.Nanoseconds()) / float64(b.N)
			b.ReportMetric(100*float64(arithmetic)/float64(calls), "%DH")
			b.ReportMetric(1e9/perCall, "calls/s")
		})
	}
}

// call makes two engines, and returns how long the call between them took.
func call(b *testing.B, cfg Config) time.Duration {
	l, r := newFakeKeys(1000), newFakeKeys(2000)
	pc, lns := New(cfg, l, event.Discard{}, source(1)), New(cfg, r, event.Discard{}, source(2))
	request := windowsRequest()
	start := time.Now()
	pc.RequestSA(1, request)
	for {
		out := pc.Drain()
		for _, o := range out {
			if s, ok := o.(Send); ok {
				lns.Receive(1, s.Remote, s.Local, s.Payload, s.NATT)
			}
		}
		back := lns.Drain()
		for _, o := range back {
			if s, ok := o.(Send); ok {
				pc.Receive(1, s.Remote, s.Local, s.Payload, s.NATT)
			}
		}
		if len(out)+len(back) == 0 {
			break
		}
	}
	took := time.Since(start)
	if len(r.enabled) != 1 {
		b.Fatal("no SAs")
	}
	return took
}
