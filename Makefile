# outdial: `make test` is the whole check, the one CI runs.
SHELL       := bash
.SHELLFLAGS := -euo pipefail -c

# The library and the examples are two modules that go.work joins.
PACKAGES := ./... ./examples/...
# The linter has a module of its own, and -modfile wants no workspace.
LINTER   := GOWORK=off go tool -modfile=$(CURDIR)/tools/go.mod golangci-lint
SEEDS    ?= 200
# The packages whose tests import internal/pgtest, directly or not.
ON_POSTGRES := go list -test -f '{{.ImportPath}} {{.Deps}}' $(PACKAGES) | \
	sed -nE 's|^([^ ]+)\.test .*/internal/pgtest[] ].*|\1|p'

# Modules of their own, outside the workspace: what they need is nobody else's to have.
APART := internal/riverbench examples/kubernetes

.PHONY: test build lint gofmt race generated generate bench bench-postgres bench-server cover test-long tidy

# Everything that must hold before a change lands.
test: gofmt build lint generated race

# All modules compile and vet is content.
build:
	go build $(PACKAGES)
	go vet $(PACKAGES)
	for m in $(APART); do (cd $$m && GOWORK=off go vet ./...); done

# The linter over all modules; its first run compiles it, a few minutes.
lint:
	for m in . examples $(APART); do (cd $$m && $(LINTER) run --allow-serial-runners ./...); done

# Every Go file is formatted.
gofmt:
	@files=$$(gofmt -l .); [ -z "$$files" ] || { echo "gofmt would change:"; echo "$$files"; exit 1; }

# All tests under the race detector, which needs a C compiler; some want a PostgreSQL server.
race:
	@scripts/need gcc postgres chromium curl jq python3
	CGO_ENABLED=1 go test -race -timeout 30m $(PACKAGES)
	cd examples/kubernetes && GOWORK=off go test ./...

# What is generated is what would be generated now.
generated:
	scripts/unchanged $(MAKE) --no-print-directory generate

# Write the generated files anew.
generate:
	go generate $(PACKAGES)

# Benchmarks of the packages that have some.
bench:
	scripts/bench

# The PostgreSQL store against plain SQL and against River, on a disk; about ten minutes.
bench-postgres:
	@scripts/need postgres
	GOGC=400 go test -run '^$$' -bench . -benchtime 1x -timeout 1h ./internal/pgbench
	cd internal/riverbench && GOWORK=off GOGC=400 go test -run '^$$' -bench . -benchtime 1x -timeout 1h .

# The guide's table of latencies against the reference server, memory and PostgreSQL; about three minutes.
bench-server:
	@scripts/need postgres
	go test -run '^$$' -bench Server -benchtime 500x -timeout 30m ./examples/server

# Statement coverage of the core; fails below 90 % in any of its packages.
cover:
	scripts/cover 90 ./attempt ./campaign ./pacing ./internal/engine

# The tests with more seeds per property (SEEDS=200; with 1000, adapters/esl alone takes
# ten minutes on two cores) and more kills of workers (50, four minutes), those
# that use PostgreSQL also, in their short form, with its version 18; about 25 minutes on two
# cores; prints the time it took.
test-long:
	@scripts/need postgres
	@SECONDS=0; export OUTDIAL_SEEDS=$(SEEDS); \
	OUTDIAL_KILLS=50 OUTDIAL_CONTACTS=20000 go test -count=1 -timeout=2h $(PACKAGES); \
	bin=$$(scripts/need postgres@18); echo "again with PostgreSQL 18:"; \
	OUTDIAL_POSTGRES= OUTDIAL_PG_BIN=$$bin go test -count=1 -timeout=2h $$($(ON_POSTGRES)); \
	echo "test-long: $(SEEDS) seeds in $$SECONDS s"

# Make the go.mod and go.sum files say what is imported, and no more.
tidy:
	go mod tidy
	cd examples && go mod tidy
	for m in tools $(APART); do (cd $$m && GOWORK=off go mod tidy); done
