package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"math/rand/v2"
	"os"
	"runtime"
	"strings"
	"sync"
	"time"

	"github.com/spf13/cobra"

	"ioslab/runtime/clock"
	"ioslab/runtime/lab"
	"ioslab/runtime/link"
	"ioslab/runtime/packet"
	"ioslab/runtime/router"
)

// simOptions are the flags of `sim`.
type simOptions struct {
	seeds   int
	seed    uint64
	text    bool
	verbose bool
}

func simCommand() *cobra.Command {
	var o simOptions
	cmd := &cobra.Command{
		Use:   "sim",
		Short: "simulated worlds: dial, transfer and hang up over bad links",
		Long: `Each seed is a world of its own: a router and some PCs that dial, transfer and
hang up in simulated time, over links that lose up to a fifth of the frames, delay,
duplicate and reorder them, and are cut now and then. In the end the links are made
good, one more call must succeed, and nothing may be left: no SA, session, address,
buffer or timer. Each world runs twice and must be the same to the byte.`,
		Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return simulate(cmd.OutOrStdout(), &o) },
	}
	f := cmd.Flags()
	f.IntVar(&o.seeds, "seeds", 100, "how many worlds")
	f.Uint64Var(&o.seed, "seed", 1, "the first world's seed; the others count up")
	f.BoolVar(&o.text, "text", false, "print every console's text, debug lines included")
	f.BoolVarP(&o.verbose, "verbose", "v", false, "print a line for each world")
	return cmd
}

// simulate runs the worlds and stops at the first that fails.
func simulate(out io.Writer, o *simOptions) error {
	start := time.Now()
	var sum soakResult
	for i := range o.seeds {
		seed := o.seed + uint64(i)
		r, err := soakTwice(seed)
		if o.text {
			out.Write(r.text)
		}
		if err != nil {
			fmt.Fprintf(out, "seed %d failed: %v\nrepeat it with: ioslab sim --seeds 1 --seed %d --text\n", seed, err, seed)
			return exitCode(exitError)
		}
		if o.verbose {
			fmt.Fprintf(out, "seed %d: %v simulated, %d frames, %d of %d calls, sum %x\n", seed, r.time.Round(time.Second), r.frames, r.connected, r.calls, r.sum[:8])
		}
		sum.add(r)
	}
	fmt.Fprintf(out, "%d worlds, %v simulated in %v, %d frames, %d of %d calls came up; nothing left, nothing differed\n",
		o.seeds, sum.time.Round(time.Second), time.Since(start).Round(time.Millisecond), sum.frames, sum.connected, sum.calls)
	return nil
}

// soakResult is what a world came to.
type soakResult struct {
	time             time.Duration // simulated
	frames           uint64
	calls, connected int
	sum              [32]byte
	text             []byte
}

func (r *soakResult) add(o soakResult) {
	r.time += o.time
	r.frames += o.frames
	r.calls += o.calls
	r.connected += o.connected
}

// soakTwice runs a seed's world twice and compares.
func soakTwice(seed uint64) (soakResult, error) {
	first, err := soak(seed)
	if err != nil {
		return first, err
	}
	second, err := soak(seed)
	switch {
	case err != nil:
		return second, fmt.Errorf("the second run of the seed: %w", err)
	case !bytes.Equal(first.text, second.text):
		return second, fmt.Errorf("two runs of the seed print different text, first at %s", firstDifference(first.text, second.text))
	case first.sum != second.sum:
		return second, fmt.Errorf("two runs of the seed send different bytes")
	}
	return first, nil
}

func firstDifference(a, b []byte) string {
	la, lb := strings.Split(string(a), "\n"), strings.Split(string(b), "\n")
	for i := range min(len(la), len(lb)) {
		if la[i] != lb[i] {
			return fmt.Sprintf("line %d: %q and %q", i+1, la[i], lb[i])
		}
	}
	return "the end of the shorter"
}

// Limits of the faults of a soak, and of what a world may take.
const (
	maxLoss        = 0.20
	maxDuplicate   = 0.10
	maxReorder     = 0.20
	maxFaultDelay  = 80 * time.Millisecond
	maxFaultJitter = 40 * time.Millisecond
	commandLimit   = 10 * time.Minute // of one command at a PC, simulated
	quietTime      = 15 * time.Minute // after the last hang-up, for lingering states to go
	// saTime is longer than any IKE SA lives: one whose delete was lost on the
	// way, without dead peer detection, ends by its life time only.
	saTime = 25 * time.Hour
	// restTime is how long a world is watched in the end, and restSteps how many
	// steps it may make then: the ARP entries that a router keeps fresh.
	restTime  = 8 * time.Hour
	restSteps = 100
)

// residue is what a node tells that it still holds although nobody calls.
type residue interface {
	Residue(now clock.Instant) []string
}

// soakWorld is one seed's world while it runs.
type soakWorld struct {
	*lab.World
	rng    *rand.Rand
	pcs    []string
	result soakResult
}

// soak runs a world and checks what it leaves. A panic of a node is an error of
// the world, so that the seed is told.
func soak(seed uint64) (r soakResult, err error) {
	before := packet.Live()
	w, err := newSoak(seed)
	if err != nil {
		return r, err
	}
	defer func() {
		if p := recover(); p != nil {
			r, err = w.result, fmt.Errorf("panic: %v\n%s", p, stack())
		}
	}()
	err = w.live()
	w.result.sum, w.result.frames, w.result.time = w.Sum(), w.Frames(), time.Duration(w.Now())
	for _, n := range w.Nodes() {
		w.result.text = fmt.Appendf(w.result.text, "==== %s\n%s\n", n, strings.ReplaceAll(w.Text(n), "\r\n", "\n"))
	}
	if closing := w.Close(); err == nil {
		err = closing
	}
	if left := packet.Live() - before; err == nil && left != 0 {
		err = fmt.Errorf("%d packet buffers are left", left)
	}
	return w.result, err
}

func stack() []byte {
	buf := make([]byte, 16<<10)
	return buf[:runtime.Stack(buf, false)]
}

func newSoak(seed uint64) (*soakWorld, error) {
	rng := rand.New(rand.NewPCG(seed, 0x696f736c6162))
	pcs := 1 + rng.IntN(3)
	f, err := lab.Parse(soakFiles(pcs), "soak.yml", soakKinds())
	if err != nil {
		return nil, err
	}
	w, err := lab.NewWorld(f, soakKinds(), lab.Options{Seed: seed})
	if err != nil {
		return nil, err
	}
	s := &soakWorld{World: w, rng: rng}
	s.pcs = append(s.pcs, w.Nodes()[1:]...)
	return s, nil
}

// soakKinds are made once: a personality is read from its file each time.
var soakKinds = sync.OnceValue(kinds)

// live is the world's story.
func (w *soakWorld) live() error {
	w.router("", "enable", "terminal length 0", "debug crypto isakmp", "debug crypto ipsec",
		"debug vpdn l2x-events", "debug vpdn error", "debug ppp negotiation", "debug ppp authentication")
	w.RunFor(5 * time.Second)
	w.disturb()
	for range 1 + w.rng.IntN(3) {
		if err := w.round(); err != nil {
			return err
		}
	}
	return w.last()
}

// router types lines at the router's console.
func (w *soakWorld) router(lines ...string) {
	for _, l := range lines {
		w.Type("r2", l+"\r")
		w.RunFor(100 * time.Millisecond)
	}
}

// disturb gives every link its faults.
func (w *soakWorld) disturb() {
	for _, l := range w.Wires() {
		for _, side := range []link.Side{link.A, link.B} {
			l.SetFaults(side, lab.Faults{
				Delay:     time.Duration(w.rng.Int64N(int64(maxFaultDelay))),
				Jitter:    time.Duration(w.rng.Int64N(int64(maxFaultJitter))),
				Loss:      w.rng.Float64() * maxLoss,
				Duplicate: w.rng.Float64() * maxDuplicate,
				Reorder:   w.rng.Float64() * maxReorder,
			})
		}
	}
}

// round is one call of every PC, some of them at once.
func (w *soakWorld) round() error {
	for _, pc := range w.pcs {
		w.result.calls++
		w.Type(pc, "rasdial \"VPN Connection\"\r")
		w.RunFor(time.Duration(w.rng.Int64N(int64(3 * time.Second))))
	}
	if w.rng.IntN(8) == 0 { // somebody gives up while dialling
		w.RunFor(time.Duration(w.rng.Int64N(int64(5 * time.Second))))
		w.Type(w.pcs[w.rng.IntN(len(w.pcs))], "\x03")
	}
	if err := w.idle("dialling"); err != nil {
		return err
	}
	for _, pc := range w.pcs {
		w.Type(pc, fmt.Sprintf("ping -n %d -l %d 10.9.9.9\r", 1+w.rng.IntN(4), w.rng.IntN(4000)))
	}
	if w.rng.IntN(6) == 0 { // a wire comes loose for a while
		wire := w.Wires()[w.rng.IntN(len(w.pcs))]
		wire.Cut()
		w.RunFor(time.Duration(w.rng.Int64N(int64(2 * time.Minute))))
		wire.Plug()
	}
	if err := w.idle("transferring"); err != nil {
		return err
	}
	return w.hangUp()
}

func (w *soakWorld) hangUp() error {
	for _, pc := range w.pcs {
		if w.connected(pc) {
			w.result.connected++
		}
		w.Type(pc, "rasdial /disconnect\r")
	}
	if w.rng.IntN(8) == 0 {
		w.router("clear crypto sa", "clear vpdn tunnel l2tp all")
	}
	return w.idle("hanging up")
}

// connected reports whether the last call that a PC placed came up.
func (w *soakWorld) connected(pc string) bool {
	text := w.Text(pc)
	i := strings.LastIndex(text, ">rasdial \"VPN")
	return i >= 0 && strings.Contains(text[i:], "Successfully connected")
}

// idle runs until no PC has a command running.
func (w *soakWorld) idle(what string) error {
	for _, pc := range w.pcs {
		if !w.RunWhile(commandLimit, func() bool { return !w.Idle(pc) }) {
			return fmt.Errorf("%s: a command at %s is not over after %v", what, pc, commandLimit)
		}
	}
	return nil
}

// last makes the links good, asks for one more call, and looks what is left.
func (w *soakWorld) last() error {
	for _, l := range w.Wires() {
		l.SetFaults(link.A, lab.Faults{})
		l.SetFaults(link.B, lab.Faults{})
	}
	w.RunFor(2 * time.Minute)
	for _, pc := range w.pcs {
		w.result.calls++
		w.Type(pc, "rasdial \"VPN Connection\"\rping -n 2 -l 2000 10.9.9.9\r")
		if err := w.idle("dialling over good links"); err != nil {
			return err
		}
		text := w.Text(pc)
		text = text[max(0, strings.LastIndex(text, ">rasdial \"VPN")):]
		if !strings.Contains(text, "Successfully connected") || !strings.Contains(text, "Lost = 0 (0% loss)") {
			return fmt.Errorf("over good links a call of %s failed:\n%s", pc, text)
		}
	}
	if err := w.hangUp(); err != nil {
		return err
	}
	w.RunFor(quietTime)
	if err := w.leftovers(); err != nil {
		return err
	}
	w.RunFor(saTime)
	return w.rest()
}

// rest looks whether everything has ended: SAs of IKE, and timers that would
// set one another anew for ever.
func (w *soakWorld) rest() error {
	if r, ok := w.Node("r2").(*router.Router); ok {
		for _, sa := range r.IKE.Snapshot(w.Now()).SAs {
			return fmt.Errorf("an IKE SA in %v is left after %v", sa.State, saTime)
		}
	}
	end, steps := w.Now().Add(restTime), 0
	for w.StepBefore(end) {
		if steps++; steps > restSteps {
			return fmt.Errorf("more than %d steps in %v of rest: a timer never ends", restSteps, restTime)
		}
	}
	return w.leftovers()
}

// leftovers asks every node what it still holds.
func (w *soakWorld) leftovers() error {
	var all []string
	for _, name := range w.Nodes() {
		if n, ok := w.Node(name).(residue); ok {
			for _, r := range n.Residue(w.Now()) {
				all = append(all, name+": "+r)
			}
		}
	}
	if n := w.InFlight(); n != 0 {
		all = append(all, fmt.Sprintf("%d frames on the wires", n))
	}
	if len(all) > 0 {
		return fmt.Errorf("left over after the last hang-up:\n  %s", strings.Join(all, "\n  "))
	}
	return nil
}

// soakFiles are the lab file and the configuration of a soak with so many PCs,
// each on a port of its own.
func soakFiles(pcs int) textFiles {
	var yml, ports strings.Builder
	yml.WriteString("name: soak\ntopology:\n  nodes:\n    r2: {kind: router, startup-config: r2.cfg}\n")
	for i := range pcs {
		fmt.Fprintf(&yml, `    pc%d:
      kind: pc
      hostname: frank
      address: 12.1.%d.1/24
      gateway: 12.1.%d.2
      connections: [{server: 2.2.2.2, psk: "123", user: test, password: test}]
`, i+1, i+1, i+1)
		fmt.Fprintf(&ports, "interface FastEthernet%d/0\n ip address 12.1.%d.2 255.255.255.0\n crypto map vpn\n!\n", i, i+1)
	}
	yml.WriteString("  links:\n")
	for i := range pcs {
		fmt.Fprintf(&yml, "    - endpoints: [\"r2:f%d/0\", \"pc%d:eth0\"]\n", i, i+1)
	}
	return textFiles{"soak.yml": yml.String(), "r2.cfg": fmt.Sprintf(soakConfig, ports.String())}
}

const soakConfig = `hostname R2LNS
!
aaa new-model
aaa authentication ppp default local
!
vpdn enable
!
vpdn-group 1
 accept-dialin
  protocol l2tp
  virtual-template 1
 terminate-from hostname frank
 local name R2LNS
 lcp renegotiation on-mismatch
 l2tp security crypto-profile CCIE
 no l2tp tunnel authentication
!
username test password 0 test
!
crypto isakmp policy 10
 encr 3des
 authentication pre-share
 group 2
crypto isakmp key 123 address 0.0.0.0 0.0.0.0
!
crypto ipsec transform-set CCNP esp-3des esp-sha-hmac
 mode transport
!
crypto map vpn local-address Loopback0
crypto map vpn 10 ipsec-isakmp profile CCIE
 set transform-set CCNP
!
interface Loopback0
 ip address 2.2.2.2 255.255.255.255
!
interface Loopback1
 ip address 10.9.9.9 255.255.255.255
!
%sinterface Virtual-Template1
 ip unnumbered Loopback0
 peer default ip address pool l2tp
 ppp authentication ms-chap-v2
!
ip local pool l2tp 33.33.33.1 33.33.33.254
!
end
`

// textFiles are files in memory.
type textFiles map[string]string

// ReadFile returns a file's contents.
func (f textFiles) ReadFile(name string) ([]byte, error) {
	text, ok := f[name]
	if !ok {
		return nil, &fs.PathError{Op: "read", Path: name, Err: fs.ErrNotExist}
	}
	return []byte(text), nil
}

// Open is not needed: fs.ReadFile prefers ReadFile.
func (f textFiles) Open(name string) (fs.File, error) {
	return nil, &fs.PathError{Op: "open", Path: name, Err: os.ErrInvalid}
}
