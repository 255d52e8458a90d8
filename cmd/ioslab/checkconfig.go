package main

import (
	"bytes"
	"fmt"

	"ioslab/modes/conf"
)

// checkConfig reads a configuration as a router does at boot.
func checkConfig(name string, data []byte) (report, error) {
	_, r, err := conf.Load(bytes.NewReader(data))
	if err != nil {
		return report{}, fmt.Errorf("%s: %w", name, err)
	}
	out := report{Active: r.Active, Stored: r.Stored, Unsupported: r.Unsupported}
	for _, l := range r.Lines {
		f := finding{Line: l.Line, Column: l.Column, State: l.State.String(), Text: l.Text, Meaning: l.Meaning}
		if l.Mode != "" {
			f.Text = l.Text + "   (in " + l.Mode + ")"
		}
		out.Findings = append(out.Findings, f)
	}
	return out, nil
}
