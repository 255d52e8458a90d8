package packet

import (
	"bytes"
	"testing"
)

func TestHeadersComeAndGoInPlace(t *testing.T) {
	b := From([]byte("payload"))
	defer b.Release()
	copy(b.Prepend(3), "ip:")
	copy(b.Extend(4), ":icv")
	if got := string(b.Bytes()); got != "ip:payload:icv" {
		t.Fatalf("bytes %q", got)
	}
	b.TrimFront(3)
	b.SetLen(7)
	if got := string(b.Bytes()); got != "payload" {
		t.Fatalf("bytes %q", got)
	}
}

func TestGrowthKeepsTheData(t *testing.T) {
	data := bytes.Repeat([]byte("0123456789"), 180)
	b := From(data)
	defer b.Release()
	for range 20 {
		b.Prepend(60)
		b.Extend(60)
	}
	if !bytes.Equal(b.Bytes()[1200:1200+len(data)], data) {
		t.Fatal("data lost while growing")
	}
}

func TestReleaseTwicePanics(t *testing.T) {
	defer func() {
		if recover() == nil {
			t.Fatal("no panic")
		}
	}()
	b := Get(0)
	b.Release()
	b.Release()
}

func TestLiveCountsOutstanding(t *testing.T) {
	before := Live()
	b := Get(60000)
	if Live() != before+1 || b.Tail() < 60000 {
		t.Fatalf("live %d, tail %d", Live()-before, b.Tail())
	}
	b.Release()
	if Live() != before {
		t.Fatal("not counted back")
	}
}
