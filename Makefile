# ioslab: every target works on a fresh machine with Go, git and make.
SEEDS ?= 100
SEED  ?= 1
FUZZTIME ?= 20s
STATICCHECK = go run honnef.co/go/tools/cmd/staticcheck@v0.8.2

.PHONY: build run test race race-some fuzz sim bench lint arch

build: ## the ioslab program, in ./bin
	go build -o bin/ioslab ./cmd/ioslab

run: build ## the article's lab, on this terminal
	./bin/ioslab lab up

test: ## all tests
	go test ./...

race: ## all tests under the race detector
	go test -race ./...

arch: ## the dependency arrows of the design
	go test -count=1 -run TestArrows ./runtime

sim: build ## SEEDS simulated worlds with faults, from SEED on
	./bin/ioslab sim --seeds $(SEEDS) --seed $(SEED)

# The packages whose goroutines meet: the runners, the links, the program.
RACE ?= ./cmd/... ./runtime/lab/... ./runtime/link/... ./runtime/packet/...

race-some: ## the race detector where goroutines meet
	go test -race $(RACE)

fuzz: ## every fuzz target for FUZZTIME
	@set -e; for pkg in $$(grep -rlE --include='*_test.go' '^func Fuzz' . | xargs -n1 dirname | sort -u); do \
	  for target in $$(grep -hoE '^func Fuzz[A-Za-z0-9_]+' $$pkg/*_test.go | cut -c6-); do \
	    echo "== $$pkg $$target"; go test -run '^$$' -fuzz "^$$target\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 10x $$pkg; \
	  done; done

bench: build ## figures with their units, and as shares of what the machine can do
	go test -run '^$$' -bench . -benchmem ./...

lint: ## gofmt, vet and staticcheck
	@test -z "$$(gofmt -l .)" || { gofmt -l .; exit 1; }
	go vet ./...
	$(STATICCHECK) ./...
