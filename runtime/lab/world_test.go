package lab

import (
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"ioslab/runtime/clock"
	"ioslab/runtime/packet"
)

func file(t *testing.T, text string) *File {
	t.Helper()
	f, err := Parse(fstest.MapFS{"x.yml": {Data: []byte(text)}}, "x.yml", stubKinds())
	if err != nil {
		t.Fatal(err)
	}
	return f
}

const wildLab = `name: wild
topology:
  nodes:
    a: {kind: stub, period: 7ms}
    b: {kind: stub, period: 11ms}
    c: {kind: stub, period: 0s}
  links:
    - {endpoints: ["a:e0", "b:e0"], delay: 3ms, jitter: 9ms, loss: 20%, duplicate: 10%, reorder: 20%}
    - {endpoints: ["b:e1", "c:e0"], delay: 1ms, loss: 5%}
    - {endpoints: ["c:e1", "a:e1"]}
`

// runWild runs the wild lab for ten simulated seconds.
func runWild(t *testing.T, seed uint64) (sum [32]byte, text string, frames uint64) {
	t.Helper()
	before := packet.Live()
	w, err := NewWorld(file(t, wildLab), stubKinds(), Options{Seed: seed})
	if err != nil {
		t.Fatal(err)
	}
	w.RunFor(10 * time.Second)
	if w.Now() != clock.Instant(10*time.Second) {
		t.Fatalf("time %v", w.Now())
	}
	sum, text, frames = w.Sum(), w.Text("a")+w.Text("b")+w.Text("c"), w.Frames()
	nodes := []Node{w.Node("a"), w.Node("b"), w.Node("c")}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	for _, n := range nodes {
		if !n.(*stub).closed {
			t.Fatal("a node was not closed")
		}
	}
	if got := packet.Live(); got != before {
		t.Fatalf("%d buffers are left", got-before)
	}
	return sum, text, frames
}

func TestOneSeedIsOneWorld(t *testing.T) {
	sum1, text1, frames := runWild(t, 1)
	sum2, text2, _ := runWild(t, 1)
	if sum1 != sum2 || text1 != text2 {
		t.Fatal("the same seed gave two worlds")
	}
	if sum3, _, _ := runWild(t, 2); sum3 == sum1 {
		t.Fatal("another seed gave the same world")
	}
	if frames < 1000 {
		t.Fatalf("only %d frames arrived", frames)
	}
}

func TestWorldDelaysAndTellsCarrier(t *testing.T) {
	w, err := NewWorld(file(t, `name: x
topology:
  nodes: {a: {kind: stub, period: 1s}, b: {kind: stub, period: 0s}}
  links: [{endpoints: ["a:e0", "b:e0"], delay: 250ms}]
`), stubKinds(), Options{Seed: 1})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.RunUntil(clock.Instant(400 * time.Millisecond))
	if b := w.Node("b").(*stub); !b.up[0] || b.got != 1 || !strings.HasPrefix(w.Text("b"), "250ms Ether0 71") {
		t.Fatalf("up %v, got %d, text %q", b.up, b.got, w.Text("b"))
	}
	if w.InFlight() != 1 {
		t.Fatalf("%d frames under way", w.InFlight())
	}
	if !w.RunWhile(time.Second, func() bool { return w.Node("a").(*stub).got == 0 }) || w.Now() != clock.Instant(500*time.Millisecond) {
		t.Fatalf("the answer came at %v", time.Duration(w.Now()))
	}
	w.Wires()[0].Cut()
	w.RunFor(time.Second)
	if w.Node("b").(*stub).up[0] {
		t.Fatal("b does not know that its wire was cut")
	}
}

func TestWorldConsole(t *testing.T) {
	w, err := NewWorld(file(t, wildLab), stubKinds(), Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer w.Close()
	w.Type("c", "hello\r")
	if w.Text("c") != "hello\r" || !w.Idle("c") || strings.Join(w.Nodes(), "") != "abc" {
		t.Fatalf("text %q", w.Text("c"))
	}
}

func TestNodeThatFailsToBeMadeNamesItsLine(t *testing.T) {
	f := file(t, "name: x\ntopology:\n  nodes:\n    a: {kind: stub, period: 1s}\n    z: {kind: bad}\n")
	_, err := NewWorld(f, stubKinds(), Options{})
	if err == nil || err.Error() != "x.yml:5: node z: no such thing" {
		t.Fatalf("error %v", err)
	}
}
