package main

import (
	"bytes"
	"io"
	"os/exec"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkPrompt starts the built program with the article's lab and measures
// until its console shows the start screen.
func BenchmarkPrompt(b *testing.B) {
	program := filepath.Join(b.TempDir(), "ioslab")
	if out, err := exec.Command("go", "build", "-o", program, ".").CombinedOutput(); err != nil {
		b.Fatalf("%v\n%s", err, out)
	}
	var total time.Duration
	for b.Loop() {
		total += untilPrompt(b, program)
	}
	b.ReportMetric(float64(total.Microseconds())/1000/float64(b.N), "ms-to-prompt")
	b.ReportMetric(0, "ns/op") // the whole life of a process: of no interest
}

func untilPrompt(b *testing.B, program string) time.Duration {
	cmd := exec.Command(program, "lab", "up")
	in, err := cmd.StdinPipe()
	if err != nil {
		b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		b.Fatal(err)
	}
	start := time.Now()
	if err := cmd.Start(); err != nil {
		b.Fatal(err)
	}
	var got []byte
	buf := make([]byte, 4096)
	for !bytes.Contains(got, []byte("Press RETURN")) {
		n, err := out.Read(buf)
		if err != nil {
			b.Fatalf("%v after %q", err, got)
		}
		got = append(got, buf[:n]...)
	}
	took := time.Since(start)
	in.Close()
	io.Copy(io.Discard, out)
	if err := cmd.Wait(); err != nil {
		b.Fatal(err)
	}
	return took
}
