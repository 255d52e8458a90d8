package main

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"os/signal"
	"syscall"

	"github.com/spf13/cobra"

	"ioslab/runtime/lab"
	"ioslab/testdata/labs"
)

// labOptions are the flags of `lab up` and `run`.
type labOptions struct {
	headless bool
	base     int
	baseSet  bool
	capture  string
	nvram    string
	seed     uint64
	seedSet  bool
}

func (o *labOptions) flags(cmd *cobra.Command) {
	f := cmd.Flags()
	f.BoolVar(&o.headless, "headless", false, "leave the terminal alone; consoles are on their telnet ports only")
	f.IntVar(&o.base, "console-base", defaultBase, "telnet port of the first console; the others count up")
	f.StringVar(&o.capture, "capture", "", "record each link and the session keys into this `folder`")
	f.StringVar(&o.nvram, "nvram", "", "keep what nodes save in this `folder`; without it they forget at the end")
	f.Uint64Var(&o.seed, "seed", 0, "make every random byte from this number: keys become predictable")
}

// set notes which flags were given.
func (o *labOptions) set(cmd *cobra.Command) error {
	o.baseSet, o.seedSet = cmd.Flags().Changed("console-base"), cmd.Flags().Changed("seed")
	if o.base < 1 || o.base > 65535 {
		return fmt.Errorf("%w: --console-base %d: expected a port from 1 to 65535", errUsage, o.base)
	}
	return nil
}

func labCommand() *cobra.Command {
	cmd := &cobra.Command{Use: "lab", Short: "run many nodes and links from one lab file", Args: cobra.NoArgs,
		RunE: func(cmd *cobra.Command, _ []string) error { return cmd.Help() }}
	cmd.AddCommand(labUpCommand(), labCheckCommand())
	return cmd
}

func labUpCommand() *cobra.Command {
	var o labOptions
	cmd := &cobra.Command{
		Use:   "up [FILE]",
		Short: "start a lab; without a FILE the article's",
		Long: `Starts the nodes of a lab file and puts the first node's console on this terminal.
Ctrl-Shift-6 then x opens a menu of the nodes. Each console is also on a telnet
port of the loopback address; several clients share a console, as on a console server.
Without a terminal, standard input is typed at the console, and its end ends the lab.`,
		Args: atMost(1),
		RunE: func(cmd *cobra.Command, args []string) error {
			if err := o.set(cmd); err != nil {
				return err
			}
			f, err := readLab(args)
			if err != nil {
				return err
			}
			return up(f, &o)
		},
	}
	o.flags(cmd)
	return cmd
}

func labCheckCommand() *cobra.Command {
	return &cobra.Command{
		Use: "check FILE...", Short: "read lab files and report mistakes", Args: atLeast(1, "a FILE"),
		RunE: func(cmd *cobra.Command, args []string) error {
			failed := false
			for _, name := range args {
				f, err := readLab([]string{name})
				if err != nil {
					fmt.Fprintln(cmd.ErrOrStderr(), err)
					failed = true
					continue
				}
				fmt.Fprintf(cmd.OutOrStdout(), "%s: lab %s, %d nodes, %d links\n", name, f.Name, len(f.Nodes), len(f.Links))
			}
			if failed {
				return exitCode(exitError)
			}
			return nil
		},
	}
}

// readLab reads the lab file that was named, or the article's.
func readLab(args []string) (*lab.File, error) {
	var files fs.FS = labs.Files
	name := labs.Article
	if len(args) == 1 {
		files, name = osFiles{}, args[0]
	}
	return lab.Parse(files, name, kinds())
}

// up runs a lab until the user or a signal ends it.
func up(f *lab.File, o *labOptions) (err error) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, syscall.SIGINT, syscall.SIGTERM, syscall.SIGHUP, syscall.SIGQUIT, syscall.SIGWINCH, syscall.SIGCONT)
	defer signal.Stop(signals)

	opt := lab.Options{Seed: o.seed, Seeded: o.seedSet, NVRAM: nvramIn(o.nvram)}
	if o.capture != "" {
		c, err := captureIn(o.capture)
		if err != nil {
			return err
		}
		defer func() { err = errors.Join(err, c.Close()) }()
		opt.Capture = c
	}
	live, err := lab.NewLive(f, kinds(), opt)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, live.Stop(), live.Err()) }()
	server, err := listen(live, f.Name, o.base, o.baseSet)
	if err != nil {
		return err
	}
	defer server.close()
	if o.headless {
		announce(os.Stdout, f, live, server.ports)
		return headless(live, signals)
	}
	announce(os.Stderr, f, live, server.ports)
	return attended(live, f.Name, server.ports, signals)
}

// announce tells where the consoles are.
func announce(w io.Writer, f *lab.File, live *lab.Live, ports []int) {
	fmt.Fprintf(w, "ioslab: lab %s\n", f.Name)
	for i, name := range live.Nodes() {
		fmt.Fprintf(w, "  %-16s console: %s\n", name, portText(ports[i]))
	}
}

// headless waits for a signal.
func headless(live *lab.Live, signals <-chan os.Signal) error {
	for {
		select {
		case <-live.Failed():
			return nil // told by up
		case s := <-signals:
			if s != syscall.SIGWINCH && s != syscall.SIGCONT {
				return nil
			}
		}
	}
}

// attended gives the terminal, or a script on standard input, to the consoles.
func attended(live *lab.Live, name string, ports []int, signals <-chan os.Signal) error {
	tty := openTerminal()
	if tty != nil {
		fmt.Fprintln(os.Stderr, "Ctrl-Shift-6 then x: menu of the nodes, and the way out.")
		if err := tty.raw(); err != nil {
			return err
		}
	}
	defer tty.restore()
	defer tty.guard()
	d := newDesk(live, name, ports, tty, os.Stdin, os.Stdout)
	left := make(chan error, 1)
	go func() {
		defer tty.guard()
		left <- d.sit()
	}()
	for {
		select {
		case err := <-left:
			if errors.Is(err, errQuit) {
				return nil
			}
			return err
		case <-live.Failed():
			return nil // told by up
		case s := <-signals:
			switch s {
			case syscall.SIGWINCH:
				d.resized()
			case syscall.SIGCONT:
				tty.again()
				d.resized()
			default:
				return exitCode(128 + int(s.(syscall.Signal)))
			}
		}
	}
}
