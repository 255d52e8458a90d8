package main

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"

	"github.com/spf13/cobra"

	"ioslab/runtime/lab"
)

func runCommand() *cobra.Command {
	var o labOptions
	cmd := &cobra.Command{
		Use:   "run FILE.cfg",
		Short: "start one router alone with this startup-config",
		Args:  atLeast(1, "a startup-config"),
		RunE: func(cmd *cobra.Command, args []string) error {
			if len(args) > 1 {
				return fmt.Errorf("%w: run takes one startup-config", errUsage)
			}
			if err := o.set(cmd); err != nil {
				return err
			}
			data, err := os.ReadFile(args[0])
			if err != nil {
				return err
			}
			spec := lab.RouterSpec{Startup: lab.Text{Name: args[0], Data: data}}
			return up(lab.Single(nodeNameOf(args[0]), "router", spec), &o)
		},
	}
	o.flags(cmd)
	return cmd
}

var notNodeName = regexp.MustCompile(`[^A-Za-z0-9_.-]+`)

// nodeNameOf makes a node's name of a file's.
func nodeNameOf(file string) string {
	name := strings.TrimSuffix(filepath.Base(file), filepath.Ext(file))
	name = strings.Trim(notNodeName.ReplaceAllString(name, "-"), "-._")
	if name == "" {
		return "router"
	}
	return name[:min(len(name), 63)]
}
