package lab

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
	"time"

	"go.yaml.in/yaml/v3"

	"ioslab/runtime/link"
)

// Limits of a lab file: far above what one process can run, there to refuse
// nonsense early.
const (
	maxNodes     = 10_000
	maxLinks     = 50_000
	maxFileBytes = 16 << 20
	maxDelay     = time.Minute
)

// File is a checked lab file.
type File struct {
	Source string // the name it was read from
	Name   string
	Nodes  []NodeSpec // in the order of the file, which is the order of consoles
	Links  []LinkSpec
}

// NodeSpec is one node of a File.
type NodeSpec struct {
	Name, Kind string
	Spec       any      // what the kind's Decode returned
	Ports      []string // canonical names of linked ports, in the order of the links
	Line       int
}

// LinkSpec is one link of a File.
type LinkSpec struct {
	Ends   [2]Endpoint
	Faults Faults // of both directions
	Line   int
}

// Name returns "r2:FastEthernet0/0 pc:eth0".
func (l LinkSpec) Name() string { return l.Ends[0].String() + " " + l.Ends[1].String() }

// Endpoint is a port of a node.
type Endpoint struct {
	Node     int // index into File.Nodes
	NodeName string
	Port     int // index into the node's Ports
	PortName string
}

// String returns "r2:FastEthernet0/0".
func (e Endpoint) String() string { return e.NodeName + ":" + e.PortName }

// Faults is how a link disturbs the frames that cross it, each direction for itself.
type Faults = link.Faults

// nodeName is what a node may be called: it becomes part of file names and of
// the menu.
var nodeName = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9_.-]{0,62}$`)

// Node returns the index of the node with this name, or false.
func (f *File) Node(name string) (int, bool) {
	for i := range f.Nodes {
		if f.Nodes[i].Name == name {
			return i, true
		}
	}
	return 0, false
}

// Parse reads and checks the lab file with this name in fsys. Files that it
// refers to are looked up beside it. A mistake is returned as *Error.
func Parse(fsys fs.FS, name string, kinds Kinds) (*File, error) {
	data, err := fs.ReadFile(fsys, name)
	if err != nil {
		return nil, fmt.Errorf("read lab file: %w", err)
	}
	d := &decoder{fsys: fsys, file: name}
	f := d.parse(data, kinds)
	if d.err != nil {
		return nil, d.err
	}
	return f, nil
}

func (d *decoder) parse(data []byte, kinds Kinds) *File {
	root := d.document(data)
	if root == nil {
		return nil
	}
	top := d.newMap(root, "lab")
	top.Require("name")
	top.Require("topology")
	f := &File{Source: d.file, Name: top.String("name", "")}
	if d.err == nil && !nodeName.MatchString(f.Name) {
		top.Fail("name", "name: expected letters, digits, '.', '_' and '-', found %q", f.Name)
	}
	if topo := top.Map("topology"); topo != nil {
		d.topology(f, topo, kinds)
	} else if d.err == nil {
		top.Fail("topology", `topology: expected a mapping with "nodes"`)
	}
	// containerlab's own keys that have no meaning here but do no harm: one file
	// may serve both.
	top.String("prefix", "")
	top.Done()
	return f
}

// document parses the YAML and returns its only document.
func (d *decoder) document(data []byte) *yaml.Node {
	if len(data) > maxFileBytes {
		d.fail(nil, "the file has %d bytes; at most %d are read", len(data), maxFileBytes)
		return nil
	}
	var doc, more yaml.Node
	dec := yaml.NewDecoder(bytes.NewReader(data))
	err := dec.Decode(&doc)
	switch {
	case errors.Is(err, io.EOF) || err == nil && len(doc.Content) == 0:
		d.fail(nil, `the file is empty; expected "name" and "topology"`)
		return nil
	case err != nil:
		d.syntax(err)
		return nil
	}
	if dec.Decode(&more) == nil {
		d.fail(&more, "a second YAML document; expected one lab a file")
		return nil
	}
	return doc.Content[0]
}

var yamlLine = regexp.MustCompile(`^yaml: (?:unmarshal errors:\s*)?line (\d+): (?s:(.*))$`)

// syntax turns an error of the YAML reader into one with file and line.
func (d *decoder) syntax(err error) {
	if m := yamlLine.FindStringSubmatch(err.Error()); m != nil {
		line := 0
		fmt.Sscanf(m[1], "%d", &line)
		d.err = &Error{File: d.file, Line: line, Text: "not YAML: " + m[2]}
		return
	}
	d.fail(nil, "not YAML: %s", strings.TrimPrefix(err.Error(), "yaml: "))
}

func (d *decoder) topology(f *File, topo *Map, kinds Kinds) {
	topo.Require("nodes")
	nodes := topo.Map("nodes")
	if nodes == nil {
		topo.Fail("nodes", "nodes: expected a mapping of node names to what they are")
		return
	}
	defaultKind := ""
	if defaults := topo.Map("defaults"); defaults != nil {
		defaultKind = defaults.Choice("kind", "", kindNames(kinds)...)
		defaults.Done()
	}
	d.nodes(f, nodes, defaultKind, kinds)
	links := topo.Maps("links")
	if len(links) > maxLinks {
		topo.Fail("links", "%d links; at most %d", len(links), maxLinks)
		return
	}
	used := map[string]int{}
	for _, m := range links {
		d.link(f, m, kinds, used)
		if d.err != nil {
			return
		}
	}
	topo.Done()
}

func kindNames(kinds Kinds) []string { return slices.Sorted(maps.Keys(kinds)) }

func (d *decoder) nodes(f *File, m *Map, defaultKind string, kinds Kinds) {
	if n := len(m.node.Content) / 2; d.err == nil && (n == 0 || n > maxNodes) {
		d.fail(m.node, "%s: expected 1 to %d nodes, found %d", m.what, maxNodes, n)
	}
	for i := 0; i+1 < len(m.node.Content) && d.err == nil; i += 2 {
		key, v := m.node.Content[i], m.node.Content[i+1]
		if !nodeName.MatchString(key.Value) {
			d.fail(key, "node name %q: expected letters, digits, '.', '_' and '-', at most 63", key.Value)
			return
		}
		spec := NodeSpec{Name: key.Value, Line: key.Line}
		entry := d.newMap(v, "node "+key.Value)
		spec.Kind = entry.Choice("kind", defaultKind, kindNames(kinds)...)
		if spec.Kind == "" {
			d.fail(v, "%s: \"kind\" is missing; expected %s", entry.what, oneOf(kindNames(kinds)))
			return
		}
		if kind := kinds[spec.Kind]; kind.Decode != nil && d.err == nil {
			spec.Spec = kind.Decode(entry)
		}
		entry.Done()
		f.Nodes = append(f.Nodes, spec)
	}
}

func (d *decoder) link(f *File, m *Map, kinds Kinds, used map[string]int) {
	spec := LinkSpec{Line: m.node.Line}
	m.Require("endpoints")
	ends := m.Strings("endpoints")
	if d.err == nil && len(ends) != 2 {
		m.Fail("endpoints", `endpoints: expected two, as ["r2:f0/0", "pc:eth0"], found %d`, len(ends))
	}
	for i := 0; i < 2 && d.err == nil; i++ {
		at := m.endpointNode(i)
		e, ok := d.endpoint(f, at, ends[i], kinds)
		if !ok {
			return
		}
		if line, taken := used[e.String()]; taken {
			d.fail(at, "%s: port %s is already linked in line %d", m.what, e, line)
			return
		}
		used[e.String()] = at.Line
		spec.Ends[i] = e
	}
	spec.Faults = readFaults(m)
	m.Done()
	f.Links = append(f.Links, spec)
}

// endpointNode returns the place of an endpoint in the file, for messages.
func (m *Map) endpointNode(i int) *yaml.Node {
	v := m.value("endpoints")
	if v != nil && v.Kind == yaml.SequenceNode && i < len(v.Content) {
		return v.Content[i]
	}
	return m.node
}

func (d *decoder) endpoint(f *File, at *yaml.Node, text string, kinds Kinds) (Endpoint, bool) {
	node, port, ok := strings.Cut(text, ":")
	if !ok || port == "" {
		d.fail(at, `endpoint %q: expected NODE:PORT, as "r2:f0/0"`, text)
		return Endpoint{}, false
	}
	n, ok := f.Node(node)
	if !ok {
		names := make([]string, 0, 8)
		for i := range f.Nodes[:min(len(f.Nodes), 8)] {
			names = append(names, f.Nodes[i].Name)
		}
		d.fail(at, "endpoint %q: no node is called %q; expected %s", text, node, oneOf(names))
		return Endpoint{}, false
	}
	if check := kinds[f.Nodes[n].Kind].Port; check != nil {
		canonical, err := check(port)
		if err != nil {
			d.fail(at, "endpoint %q: %v", text, err)
			return Endpoint{}, false
		}
		port = canonical
	}
	return f.port(n, port), true
}

// port returns the endpoint of a node's port, numbering the port when it is new.
func (f *File) port(n int, name string) Endpoint {
	spec := &f.Nodes[n]
	i := slices.Index(spec.Ports, name)
	if i < 0 {
		i = len(spec.Ports)
		spec.Ports = append(spec.Ports, name)
	}
	return Endpoint{Node: n, NodeName: spec.Name, Port: i, PortName: name}
}

func readFaults(m *Map) Faults {
	return Faults{
		Delay:     m.Duration("delay", maxDelay),
		Jitter:    m.Duration("jitter", maxDelay),
		Loss:      m.Share("loss"),
		Duplicate: m.Share("duplicate"),
		Reorder:   m.Share("reorder"),
		ReorderBy: m.Duration("reorder-by", maxDelay),
		Bandwidth: int64(m.Int("bandwidth", 0, 0, 100_000_000_000)),
	}
}

// Single returns a File with one node and no link, for a node that runs alone.
// dir is where relative names of the spec were looked up; it is for messages.
func Single(name, kind string, spec any) *File {
	return &File{Source: path.Base(name), Name: name, Nodes: []NodeSpec{{Name: name, Kind: kind, Spec: spec}}}
}
