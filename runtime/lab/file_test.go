package lab

import (
	"errors"
	"strings"
	"testing"
	"testing/fstest"
	"time"
)

const goodLab = `name: two
topology:
  nodes:
    a: {kind: stub, period: 10ms}
    b:
      kind: stub
      period: 0s
  links:
    - endpoints: ["a:e0", "b:e7"]
      delay: 5ms
      loss: 20%
      reorder: 0.5
    - endpoints: ["b:e1", "a:e1"]
`

func parse(t *testing.T, text string) (*File, error) {
	t.Helper()
	return Parse(fstest.MapFS{"labs/x.yml": {Data: []byte(text)}}, "labs/x.yml", stubKinds())
}

func TestParseGoodFile(t *testing.T) {
	f, err := parse(t, goodLab)
	if err != nil {
		t.Fatal(err)
	}
	if f.Name != "two" || len(f.Nodes) != 2 || f.Nodes[0].Name != "a" || f.Nodes[1].Name != "b" {
		t.Fatalf("read %+v", f)
	}
	if got := strings.Join(f.Nodes[1].Ports, " "); got != "Ether7 Ether1" {
		t.Fatalf("ports of b: %s", got)
	}
	l := f.Links[0]
	if l.Name() != "a:Ether0 b:Ether7" || l.Faults.Delay != 5*time.Millisecond || l.Faults.Loss != 0.2 || l.Faults.Reorder != 0.5 {
		t.Fatalf("link %+v", l)
	}
	if e := f.Links[1].Ends[0]; e.Node != 1 || e.Port != 1 {
		t.Fatalf("endpoint %+v", e)
	}
	if got := CaptureName(f, l); got != "two-a_Ether0-b_Ether7.pcapng" {
		t.Fatalf("capture name %s", got)
	}
}

func TestMistakesNameTheirPlace(t *testing.T) {
	const head = "name: x\ntopology:\n  nodes:\n"
	tests := []struct{ name, text, want string }{
		{"empty", "", `labs/x.yml: the file is empty; expected "name" and "topology"`},
		{"comment only", "# nothing\n", `labs/x.yml: the file is empty`},
		{"not a mapping", "- a\n", `labs/x.yml:1:1: lab: expected a mapping of keys to values, found a list`},
		{"no topology", "name: x\n", `labs/x.yml:1:1: lab: "topology" is missing`},
		{"no name", "topology: {nodes: {a: {kind: stub, period: 1s}}}\n", `"name" is missing`},
		{"unknown key", "name: x\ntopo: {}\ntopology: {nodes: {a: {kind: stub, period: 1s}}}\n",
			`labs/x.yml:2:1: lab: unknown key "topo"; expected one of: name, prefix, topology`},
		{"key twice", "name: x\nname: y\n", `labs/x.yml:2:1: lab: "name" is given twice, first in line 1`},
		{"no nodes", "name: x\ntopology: {}\n", `labs/x.yml:2:11: lab: topology: "nodes" is missing`},
		{"null nodes", "name: x\ntopology:\n  nodes:\n", `nodes: expected a mapping of node names`},
		{"node without kind", head + "    a: {period: 1s}\n", `labs/x.yml:4:8: node a: "kind" is missing; expected one of bad, stub`},
		{"unknown kind", head + "    a: {kind: switch}\n", `labs/x.yml:4:15: node a: kind: expected one of bad, stub, found "switch"`},
		{"unknown node key", head + "    a: {kind: stub, period: 1s, image: y}\n", `labs/x.yml:4:33: node a: unknown key "image"; expected one of: kind, period`},
		{"wrong type", head + "    a: {kind: stub, period: [1, 2]}\n", `labs/x.yml:4:29: node a: period: expected a time as 10ms, at most 1h0m0s, found a list`},
		{"bad value", head + "    a: {kind: stub, period: soon}\n", `labs/x.yml:4:29: node a: period: expected a time as 10ms, at most 1h0m0s, found "soon"`},
		{"missing key", head + "    a: {kind: stub}\n", `labs/x.yml:4:8: node a: "period" is missing`},
		{"node twice", head + "    a: {kind: stub, period: 1s}\n    a: {kind: stub, period: 1s}\n", `labs/x.yml:5:5: lab: topology: nodes: "a" is given twice, first in line 4`},
		{"bad node name", head + "    ../a: {kind: stub, period: 1s}\n", `labs/x.yml:4:5: node name "../a": expected letters`},
		{"node is a list", head + "    a: [kind]\n", `labs/x.yml:4:8: node a: expected a mapping of keys to values, found a list`},
		{"tabs", "name: x\n\ttopology: 1\n", `labs/x.yml:2: not YAML: `},
		{"two documents", "name: x\ntopology: {nodes: {a: {kind: stub, period: 1s}}}\n---\nname: y\n", `a second YAML document`},
		{"unknown node in link", goodHead + "    - endpoints: [\"a:e0\", \"c:e0\"]\n", `labs/x.yml:7:27: endpoint "c:e0": no node is called "c"; expected one of a, b`},
		{"bad port", goodHead + "    - endpoints: [\"a:e0\", \"b:serial\"]\n", `labs/x.yml:7:27: endpoint "b:serial": expected a port as "e0"`},
		{"no port", goodHead + "    - endpoints: [\"a:e0\", b]\n", `labs/x.yml:7:27: endpoint "b": expected NODE:PORT`},
		{"port used twice", goodHead + "    - endpoints: [\"a:e0\", \"b:e0\"]\n    - endpoints: [\"a:e1\", \"b:e0\"]\n", `labs/x.yml:8:27: lab: topology: links 2: port b:Ether0 is already linked in line 7`},
		{"one endpoint", goodHead + "    - endpoints: [\"a:e0\"]\n", `labs/x.yml:7:18: lab: topology: links 1: endpoints: expected two`},
		{"no endpoints", goodHead + "    - delay: 1ms\n", `labs/x.yml:7:7: lab: topology: links 1: "endpoints" is missing`},
		{"loss above one", goodHead + "    - {endpoints: [\"a:e0\", \"b:e0\"], loss: 2}\n", `loss: expected a share from 0 to 1`},
		{"links no list", "name: x\ntopology:\n  nodes: {a: {kind: stub, period: 1s}}\n  links: 3\n", `labs/x.yml:4:10: lab: topology: links: expected a list, found "3"`},
		{"huge alias", "name: &a [x]\ntopology: *a\n", `labs/x.yml:1:7: lab: name: expected a text, found a list`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			_, err := parse(t, tt.text)
			if err == nil {
				t.Fatal("no error")
			}
			var mistake *Error
			if !errors.As(err, &mistake) {
				t.Fatalf("error %T %v", err, err)
			}
			if !strings.Contains(err.Error(), tt.want) {
				t.Fatalf("got  %s\nwant %s", err, tt.want)
			}
		})
	}
}

const goodHead = `name: x
topology:
  nodes:
    a: {kind: stub, period: 1s}
    b: {kind: stub, period: 1s}
  links:
`

func TestMissingFileIsSaid(t *testing.T) {
	if _, err := Parse(fstest.MapFS{}, "nope.yml", stubKinds()); err == nil || !strings.Contains(err.Error(), "nope.yml") {
		t.Fatalf("error %v", err)
	}
}

func FuzzParse(f *testing.F) {
	f.Add(goodLab)
	f.Add(goodHead)
	f.Add("name: &x y\ntopology: {nodes: {*x : {kind: stub}}}\n")
	f.Fuzz(func(t *testing.T, text string) {
		lab, err := Parse(fstest.MapFS{"x.yml": {Data: []byte(text)}}, "x.yml", stubKinds())
		if err == nil && (lab.Name == "" || len(lab.Nodes) == 0) {
			t.Fatalf("accepted %q as %+v", text, lab)
		}
	})
}

func TestRouterPort(t *testing.T) {
	for in, want := range map[string]string{
		"f0/0": "FastEthernet0/0", "fa0/1": "FastEthernet0/1", "FastEthernet1/0": "FastEthernet1/0",
		"e0": "Ethernet0", "Gi0/0/1": "GigabitEthernet0/0/1", "g2": "GigabitEthernet2", "te1/1": "TenGigabitEthernet1/1",
	} {
		if got, err := RouterPort(in); err != nil || got != want {
			t.Errorf("%s: %s, %v", in, got, err)
		}
	}
	for _, in := range []string{"", "f", "0/0", "s0/0", "f0/", "f0/x", "f0/0/0/0", "loopback0", "t0", "f0/1234"} {
		if got, err := RouterPort(in); err == nil {
			t.Errorf("%s became %s", in, got)
		}
	}
}
