# Fairlead. `make help` lists the targets.

SHELL := /bin/bash
.SHELLFLAGS := -eu -o pipefail -c
.DEFAULT_GOAL := help

export GOFLAGS += -buildvcs=false
TAGS := e2e

.PHONY: help
help: ## this list
	@awk -F':.*## ' '/^[a-z-]+:.*## /{printf "  make %-8s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: needs
needs:
	@command -v go >/dev/null || { echo "Go is missing: install Go 1.26 or newer from https://go.dev/dl and put it on PATH"; exit 1; }
	@v=$$(go env GOVERSION); v=$${v#go}; IFS=. read -r major minor _ <<<"$$v"; \
	  [ "$$major" -gt 1 ] || [ "$${minor%%[!0-9]*}" -ge 26 ] || { echo "Go $$v is too old: 1.26 or newer is needed"; exit 1; }
	@command -v git >/dev/null || { echo "git is missing: install it with your system's packages"; exit 1; }

# What some tests drive, as command:package of Debian.
TOOLS := chromium:chromium node:nodejs openssl:openssl softhsm2-util:softhsm2

.PHONY: tools
tools: # installs them where that can be done, and otherwise says what is not tried
	@missing=(); for t in $(TOOLS); do command -v "$${t%%:*}" >/dev/null || missing+=("$${t##*:}"); done; \
	[ $${#missing[@]} -gt 0 ] || exit 0; \
	if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	  echo "installing $${missing[*]}"; apt-get update -qq && apt-get install -y -qq --no-install-recommends "$${missing[@]}" >/dev/null && exit 0; fi; \
	echo "missing: $${missing[*]}. Tests that need them are skipped: pages in a browser, keys on a token. To run them: apt-get install $${missing[*]}"

.PHONY: build
build: needs ## the programs: bin/fairlead, bin/netctl, bin/chaincode
	@echo "building fairlead, netctl and the chaincode (the first time takes a minute or two)"
	@mkdir -p bin
	@go build -o bin/ ./gateway ./network/netctl ./chaincode
	@mv -f bin/gateway bin/fairlead

.PHONY: run
run: build ## the whole ledger with its demonstration; ends with the addresses to open, ctrl-C stops it
	@bin/netctl up --chaincode bin/chaincode --collections chaincode/collections.json -- bin/fairlead demo run

.PHONY: test
test: needs tools ## every test, on a real network too (8 minutes cold, 5 warm, on two cores)
	@echo "unit tests"
	@go vet ./...
	@go test -count=1 ./...
	@echo "tests on a real Fabric network"
	@go run ./network/netctl build
	@go test -count=1 -p 1 -timeout 20m -tags $(TAGS)$$(command -v softhsm2-util >/dev/null && echo ,softhsm || true) ./network/... ./gateway/ledger/fabric/... ./test/...

.PHONY: token
token: needs ## tests with a key on a PKCS#11 token, on a real network too (SoftHSM: apt-get install softhsm2)
	@command -v softhsm2-util >/dev/null || { echo "SoftHSM is missing: apt-get install softhsm2, or the like of your system"; exit 1; }
	@go test -count=1 -run Token ./gateway/token ./gateway
	@go run ./network/netctl build
	@go test -count=1 -timeout 20m -tags $(TAGS),softhsm -run TestAKeyOnAToken ./test/e2e

.PHONY: race
race: needs ## the unit tests under the race detector
	@go test -race -count=1 ./...

.PHONY: check
check: needs ## formatting, linters, the chaincode's analyzer, tidy modules, race detector
	@test -z "$$(gofmt -l $$(git ls-files '*.go'))" || { echo "gofmt would change:"; gofmt -l $$(git ls-files '*.go'); exit 1; }
	@mkdir -p bin
	@go build -C test/tools -o $(CURDIR)/bin/golangci-lint github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	@bin/golangci-lint run ./...
	@$(MAKE) analyze
	@go mod tidy -diff
	@$(MAKE) race

.PHONY: analyze
analyze: needs ## what must not be in the chaincode: clocks, chance, map order, private data in errors
	@go run ./chaincode/analyzer/cmd/ccvet ./chaincode/provenance ./chaincode/contract

# Inputs that reach something new are shrunk in 50 attempts each: left to itself,
# go test spends up to a minute on every one.
FUZZTIME ?= 10m

.PHONY: fuzz
fuzz: needs ## each fuzz target for FUZZTIME=10m, two at a time and out of the way of other work
	@for p in $$(git ls-files '*_test.go' | xargs grep -l '^func Fuzz' | xargs -n1 dirname | sort -u); do \
	  grep -ho '^func Fuzz[A-Za-z]*' $$p/*_test.go | sed "s|^func |./$$p |"; done | xargs -P 2 -L 1 bash -c '\
	  if out=$$(nice -n 19 go test -run "^$$" -fuzz "^$$1\$$" -fuzztime $(FUZZTIME) -fuzzminimizetime 50x -parallel 1 $$0 2>&1); \
	  then echo "$$1: $$(grep -o "execs: [0-9]*" <<<"$$out" | tail -n 1)"; else echo "$$0 $$1"; echo "$$out"; exit 255; fi'

.PHONY: vuln
vuln: needs ## known vulnerabilities in what is linked; asks the Go vulnerability database
	@go build -C test/tools -o $(CURDIR)/bin/govulncheck golang.org/x/vuln/cmd/govulncheck
	@bin/govulncheck ./...
	@cd network/fabric && $(CURDIR)/bin/govulncheck tool

.PHONY: bench
bench: needs ## submit rate and CPU beside a bare client's, documents beside single lots, pages beside bare Gin
	@go run ./network/netctl build
	@go test -run '^$$' -bench . -benchmem ./chaincode/... ./gateway/... ./web/...
	@go test -count=1 -timeout 30m -tags bench -v ./test/bench/... -args -write

.PHONY: load
SITES ?= 1000
load: needs ## a year of 1,000 sites (SITES=n) into a real network, with the rate of each part; a quarter of an hour
	@go run ./network/netctl build
	@go test -count=1 -timeout 90m -tags bench -v -run TestYear ./test/bench/ -args -sites $(SITES) -write

.PHONY: clean
clean: ## removes what was built here; the network's state stays (see netctl reset)
	@rm -rf bin
