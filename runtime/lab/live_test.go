package lab

import (
	"bytes"
	"io"
	"runtime"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
)

const quietLab = `name: quiet
topology:
  nodes:
    a: {kind: stub, period: 10ms}
    b: {kind: stub, period: 0s}
  links:
    - {endpoints: ["a:e0", "b:e0"], delay: 2ms}
`

// silentLab has nodes that send nothing by themselves.
const silentLab = `name: silent
topology:
  nodes: {a: {kind: stub, period: 0s}, b: {kind: stub, period: 0s}}
  links: [{endpoints: ["a:e0", "b:e0"]}]
`

func live(t *testing.T, text string, opt Options) *Live {
	t.Helper()
	l, err := NewLive(file(t, text), stubKinds(), opt)
	if err != nil {
		t.Fatal(err)
	}
	return l
}

func TestLiveRunsAndLeavesNothing(t *testing.T) {
	before := packet.Live()
	synctest.Test(t, func(t *testing.T) {
		l := live(t, quietLab, Options{Seed: 1, Seeded: true})
		time.Sleep(time.Second + time.Millisecond)
		var got int
		if !l.Call("b", func(_ clock.Instant, n Node) { got = n.(*stub).got }) {
			t.Fatal("the lab has ended")
		}
		if got != 100 {
			t.Errorf("b got %d frames in a second, want 100", got)
		}
		if err := l.Stop(); err != nil {
			t.Error(err)
		}
		if l.Do("a", func(clock.Instant, Node) {}) {
			t.Error("Do after Stop was accepted")
		}
		l.Stop()
	}) // synctest fails when a goroutine is left
	if left := packet.Live() - before; left != 0 {
		t.Fatalf("%d buffers are left", left)
	}
}

func TestLiveLeavesNoGoroutineOnTheRealClock(t *testing.T) {
	before := runtime.NumGoroutine()
	for range 20 {
		l := live(t, quietLab, Options{})
		l.Call("a", func(clock.Instant, Node) {})
		l.Stop()
	}
	// A goroutine is counted until the scheduler has buried it, which may take a
	// while after Stop: the bound is for a goroutine that stays.
	for end := time.Now().Add(20 * time.Second); time.Now().Before(end); runtime.Gosched() {
		if runtime.NumGoroutine() <= before {
			return
		}
	}
	t.Fatalf("%d goroutines, %d before", runtime.NumGoroutine(), before)
}

func TestMailboxIsBounded(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		l := live(t, silentLab, Options{})
		hold := make(chan struct{})
		l.Do("b", func(clock.Instant, Node) { <-hold })
		synctest.Wait()
		l.Call("a", func(_ clock.Instant, n Node) {
			for range mailboxSize + 10 {
				n.(*stub).env.Transmit(0, packet.From([]byte("x")))
			}
		})
		if l.Dropped("b") != 10 {
			t.Errorf("dropped %d", l.Dropped("b"))
		}
		close(hold)
		l.Stop()
	})
}

func TestPanicOfANodeEndsTheLab(t *testing.T) {
	l := live(t, silentLab, Options{})
	defer l.Stop()
	a, err := l.Console("a").Attach()
	if err != nil {
		t.Fatal(err)
	}
	a.Write([]byte("panic"))
	<-l.Failed()
	if l.Err() == nil || !strings.Contains(l.Err().Error(), "node a: asked for") {
		t.Fatalf("error %v", l.Err())
	}
	if _, err := a.Write([]byte("x")); err == nil {
		// the first writes may still find room; in the end they are refused
		for err == nil {
			_, err = a.Write([]byte("x"))
		}
	}
}

func TestConsoleIsShared(t *testing.T) {
	l := live(t, silentLab, Options{})
	hub := l.Console("b")
	// Nobody is there: the output of the first keys waits for the first client.
	l.Call("b", func(now clock.Instant, n Node) { n.Console().Input(now, []byte("boot\nprompt>")) })
	l.Call("b", func(clock.Instant, Node) {})
	one, _ := hub.Attach()
	if got := readN(t, one, 12); got != "boot\nprompt>" {
		t.Fatalf("first client got %q", got)
	}
	two, _ := hub.Attach()
	if got := readN(t, two, 7); got != "prompt>" {
		t.Fatalf("second client got %q", got)
	}
	two.Write([]byte("both"))
	if got := readN(t, one, 4) + readN(t, two, 4); got != "bothboth" {
		t.Fatalf("clients got %q", got)
	}
	one.Resize(132, 50)
	one.Break()
	if got := readN(t, two, len("132x50\nbreak\n")); got != "132x50\nbreak\n" {
		t.Fatalf("second client got %q", got)
	}
	if hub.Clients() != 2 {
		t.Fatalf("%d clients", hub.Clients())
	}
	two.Close()
	hub.WaitIdle(nil)
	l.Stop()
	rest, err := io.ReadAll(one)
	if err != nil || string(rest) != "132x50\nbreak\n" {
		t.Fatalf("rest %q, %v", rest, err)
	}
	if _, err := hub.Attach(); err == nil {
		t.Fatal("attached to a stopped lab")
	}
}

func TestConsoleTakesNoMoreClientsThanItsLimit(t *testing.T) {
	l := live(t, silentLab, Options{})
	defer l.Stop()
	for range MaxAttached {
		if _, err := l.Console("a").Attach(); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := l.Console("a").Attach(); err != ErrConsoleFull {
		t.Fatalf("error %v", err)
	}
}

func TestLongInputReachesTheNodeWhole(t *testing.T) {
	l := live(t, silentLab, Options{})
	a, _ := l.Console("b").Attach()
	text := bytes.Repeat([]byte("interface Loopback0\n"), 20_000)
	var got bytes.Buffer
	var reader sync.WaitGroup
	reader.Go(func() { io.Copy(&got, a) })
	if n, err := a.Write(text); err != nil || n != len(text) {
		t.Fatalf("wrote %d, %v", n, err)
	}
	l.Console("b").WaitIdle(nil)
	a.Drained()
	l.Stop()
	reader.Wait()
	if !bytes.Equal(got.Bytes(), text) {
		t.Fatalf("%d of %d bytes came back", got.Len(), len(text))
	}
}

func readN(t *testing.T, r io.Reader, n int) string {
	t.Helper()
	buf := make([]byte, n)
	if _, err := io.ReadFull(r, buf); err != nil {
		t.Fatal(err)
	}
	return string(buf)
}
