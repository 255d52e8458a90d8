package main

import "testing"

func TestEscape(t *testing.T) {
	const e = "\x1e"
	tests := []struct {
		in, keys string
		menu     bool
		rest     string
		held     bool
	}{
		{in: "show", keys: "show"},
		{in: "a" + e + "xpc\r", keys: "a", menu: true, rest: "pc\r"},
		{in: e + "X", menu: true},
		{in: "a" + e, keys: "a", held: true},
		{in: e + e + "x", keys: e + "x"},
		{in: e + "b", keys: e + "b"},
		{in: "x", keys: "x"},
	}
	for _, c := range tests {
		var one escape
		keys, menu, rest := one.next([]byte(c.in))
		if string(keys) != c.keys || menu != c.menu || string(rest) != c.rest || one.held != c.held {
			t.Errorf("%q: %q %v %q %v", c.in, keys, menu, rest, one.held)
		}
		// Key by key it comes to the same.
		var slow escape
		keys, menu = nil, false
		for i := 0; i < len(c.in) && !menu; i++ {
			var k []byte
			k, menu, _ = slow.next([]byte(c.in[i : i+1]))
			keys = append(keys, k...)
		}
		if string(keys) != c.keys || menu != c.menu || slow.held != c.held {
			t.Errorf("%q key by key: %q %v %v", c.in, keys, menu, slow.held)
		}
	}
	held := escape{held: true}
	if string(held.release()) != e || held.release() != nil {
		t.Error("a held key is let go once")
	}
}
