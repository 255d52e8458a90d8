package runtime_test

import (
	"os/exec"
	"strings"
	"testing"
)

// The arrows of the design. A package may import, of ours, only what stands
// behind it; a folder name covers the packages below it. When this test fails,
// move the code, not the rule.
var arrows = []struct{ from, may string }{
	{"parser/lex", ""},
	{"parser/grammar", "parser"},
	{"parser/config", "parser"},

	{"runtime/clock", ""},
	{"runtime/event", ""},
	{"runtime/packet", ""},
	{"runtime/wire", "runtime/wire"},
	{"runtime/pool", "runtime/event runtime/clock"},
	{"runtime/ike", engine},
	{"runtime/ipsec", engine},
	{"runtime/l2tp", engine},
	{"runtime/ppp", engine},
	{"runtime/aaa", engine},
	{"runtime/forward", engine},
	{"runtime/host", engine + " runtime/forward"},
	{"runtime/link", engine},

	{"debug/format", "runtime"},
	{"debug/logging", "debug runtime"},
	{"modes/tree", "parser"},
	{"modes/conf", "parser modes/tree"},
	{"modes", "parser modes debug runtime/clock runtime/event runtime/packet runtime/wire runtime/ike runtime/ipsec runtime/l2tp runtime/ppp runtime/aaa runtime/pool runtime/forward runtime/host"},
	{"runtime/lab", "runtime"},
}

const engine = "runtime/clock runtime/event runtime/packet runtime/wire"

// nobody lists what no other package of ours may import.
var nobody = []string{"cmd"}

func TestArrows(t *testing.T) {
	out, err := exec.Command("go", "list", "-f", `{{.ImportPath}}:{{join .Imports " "}}`, "ioslab/...").CombinedOutput()
	if err != nil {
		t.Fatalf("go list: %v\n%s", err, out)
	}
	seen := 0
	for line := range strings.Lines(string(out)) {
		pkg, imports, ok := strings.Cut(strings.TrimSpace(line), ":")
		if !ok {
			t.Fatalf("unexpected line of go list: %q", line)
		}
		seen++
		checkPackage(t, strings.TrimPrefix(pkg, "ioslab/"), strings.Fields(imports))
	}
	if seen < 10 {
		t.Fatalf("go list named %d packages only", seen)
	}
}

func checkPackage(t *testing.T, pkg string, imports []string) {
	may, ruled := ruleFor(pkg)
	for _, imp := range imports {
		imp, ours := strings.CutPrefix(imp, "ioslab/")
		if !ours {
			continue
		}
		for _, n := range nobody {
			if within(imp, n) && !within(pkg, n) {
				t.Errorf("%s imports %s, which nobody may", pkg, imp)
			}
		}
		if ruled && !anyWithin(imp, strings.Fields(may)) && imp != pkg {
			t.Errorf("%s imports %s; it may import: %s", pkg, imp, may)
		}
	}
}

func ruleFor(pkg string) (may string, ok bool) {
	for _, a := range arrows {
		if within(pkg, a.from) {
			return a.may, true
		}
	}
	return "", false
}

func within(pkg, folder string) bool {
	return pkg == folder || strings.HasPrefix(pkg, folder+"/")
}

func anyWithin(pkg string, folders []string) bool {
	for _, f := range folders {
		if within(pkg, f) {
			return true
		}
	}
	return false
}
