package clock

import (
	"math/rand/v2"
	"testing"
)

func TestQueuePopsInOrderWithoutForgotten(t *testing.T) {
	rng := rand.New(rand.NewPCG(1, 2))
	var q Queue[int]
	want := map[int]Instant{}
	for range 5000 {
		k, when := rng.IntN(300), Instant(rng.IntN(1000))
		switch rng.IntN(4) {
		case 0:
			q.Remove(k)
			delete(want, k)
		case 1:
			q.Set(k, Never)
			delete(want, k)
		default:
			q.Set(k, when)
			want[k] = when
		}
		if q.Len() != len(want) {
			t.Fatalf("Len %d, want %d", q.Len(), len(want))
		}
	}
	last := Instant(-1)
	for {
		d := q.Deadline()
		k, ok := q.PopDue(Never - 1)
		if !ok {
			break
		}
		if want[k] != d || d < last {
			t.Fatalf("key %d popped at %d after %d, set for %d", k, d, last, want[k])
		}
		last = d
		delete(want, k)
	}
	if len(want) != 0 {
		t.Fatalf("%d keys never popped", len(want))
	}
}

func TestQueueKeepsOrderOfEqualInstants(t *testing.T) {
	var q Queue[string]
	for _, k := range []string{"c", "a", "b"} {
		q.Set(k, 7)
	}
	for _, want := range []string{"c", "a", "b"} {
		if k, ok := q.PopDue(7); !ok || k != want {
			t.Fatalf("got %q %v, want %q", k, ok, want)
		}
	}
}

func TestPopDueWaitsForItsTime(t *testing.T) {
	var q Queue[int]
	q.Set(1, 10)
	if _, ok := q.PopDue(9); ok {
		t.Fatal("popped before its deadline")
	}
	if _, ok := q.PopDue(10); !ok {
		t.Fatal("not popped at its deadline")
	}
}

func TestNeverStaysNever(t *testing.T) {
	if Never.Add(1) != Never || Earliest() != Never || Earliest(3, Never, 2) != 2 {
		t.Fatal("Never is not the last instant")
	}
}
