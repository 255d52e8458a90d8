package main

import (
	"fmt"
	"io"
	"os"

	"github.com/spf13/cobra"
)

// finding is one line of a configuration that is not active.
type finding struct {
	Line, Column int
	State        string // "stored", "unsupported"
	Text         string // the line
	Meaning      string // what that means for the user
}

// report is what reading a configuration told.
type report struct {
	Active, Stored, Unsupported int
	Findings                    []finding // in the order of the file
}

func checkCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "check FILE.cfg...",
		Short: "read configurations and report every line that is not active",
		Long: `Prints each line that is stored (kept and shown, without effect here) or
unsupported, with file:line:column and what it means, and a summary.
Exit code 0: nothing is unsupported; 1: something is; 2: a file could not be read.`,
		Args: atLeast(1, "a configuration"),
		RunE: func(cmd *cobra.Command, args []string) error {
			code := exitOK
			for _, name := range args {
				code = max(code, checkFile(cmd.OutOrStdout(), cmd.ErrOrStderr(), name))
			}
			if code != exitOK {
				return exitCode(code)
			}
			return nil
		},
	}
}

// checkFile reports on one file and returns its part of the exit code.
func checkFile(out, complaints io.Writer, name string) int {
	data, err := os.ReadFile(name)
	if err != nil {
		fmt.Fprintln(complaints, "ioslab:", err)
		return exitUsage
	}
	r, err := checkConfig(name, data)
	if err != nil {
		fmt.Fprintln(complaints, "ioslab:", err)
		return exitUsage
	}
	for _, f := range r.Findings {
		fmt.Fprintf(out, "%s:%d:%d: %s: %s\n", name, f.Line, f.Column, f.State, f.Text)
		if f.Meaning != "" {
			fmt.Fprintf(out, "\t%s\n", f.Meaning)
		}
	}
	fmt.Fprintf(out, "%s: %d lines active, %d stored, %d unsupported\n", name, r.Active, r.Stored, r.Unsupported)
	if r.Unsupported > 0 {
		return exitError
	}
	return exitOK
}
