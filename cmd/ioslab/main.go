package main

import (
	"errors"
	"fmt"
	"os"
	"runtime/debug"

	"github.com/spf13/cobra"
)

// Exit codes.
const (
	exitOK    = 0
	exitError = 1 // something failed, or a check found what it looks for
	exitUsage = 2 // the command line, or a file that cannot be read
)

// exitCode is an error that says all it has to say by the exit code.
type exitCode int

func (e exitCode) Error() string { return fmt.Sprintf("exit code %d", int(e)) }

func main() { os.Exit(run(os.Args[1:])) }

// run does a command line and returns the exit code.
func run(args []string) int {
	root := rootCommand()
	root.SetArgs(args)
	err := root.Execute()
	var code exitCode
	switch {
	case err == nil:
		return exitOK
	case errors.As(err, &code):
		return int(code)
	}
	fmt.Fprintln(os.Stderr, "ioslab:", err)
	if errors.Is(err, errUsage) {
		return exitUsage
	}
	return exitError
}

// errUsage marks mistakes of the command line.
var errUsage = errors.New("wrong usage")

func rootCommand() *cobra.Command {
	root := &cobra.Command{
		Use:           "ioslab",
		Short:         "Cisco IOS routers and dial-in PCs in one process",
		SilenceUsage:  true,
		SilenceErrors: true,
		Args:          cobra.NoArgs,
		RunE:          func(cmd *cobra.Command, _ []string) error { return cmd.Help() },
	}
	root.SetFlagErrorFunc(func(cmd *cobra.Command, err error) error {
		return fmt.Errorf("%w: %w (see %s --help)", errUsage, err, cmd.CommandPath())
	})
	root.CompletionOptions.HiddenDefaultCmd = true
	root.AddCommand(labCommand(), runCommand(), checkCommand(), simCommand(), versionCommand())
	return root
}

func versionCommand() *cobra.Command {
	return &cobra.Command{
		Use: "version", Short: "print the program's version", Args: cobra.NoArgs,
		Run: func(cmd *cobra.Command, _ []string) { fmt.Fprintln(cmd.OutOrStdout(), version()) },
	}
}

// version returns what the build knows of itself.
func version() string {
	text := "ioslab (unknown build)"
	info, ok := debug.ReadBuildInfo()
	if !ok {
		return text
	}
	text = "ioslab " + info.Main.Version
	for _, s := range info.Settings {
		if s.Key == "vcs.revision" {
			text += " " + s.Value[:min(len(s.Value), 12)]
		}
	}
	return text + " " + info.GoVersion
}

// atMost wraps cobra's argument check so that its error is a usage error.
func atMost(n int) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) > n {
			return fmt.Errorf("%w: %s takes at most %d argument (see %s --help)", errUsage, cmd.CommandPath(), n, cmd.CommandPath())
		}
		return nil
	}
}

func atLeast(n int, what string) cobra.PositionalArgs {
	return func(cmd *cobra.Command, args []string) error {
		if len(args) < n {
			return fmt.Errorf("%w: %s needs %s (see %s --help)", errUsage, cmd.CommandPath(), what, cmd.CommandPath())
		}
		return nil
	}
}
