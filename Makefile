# make build    bin/handoff
# make demo     the whole product with samples, on http://localhost:8080
# make test     everything that must hold, as the README promises
GO      ?= go
VERSION ?= $(shell git describe --tags --always --dirty 2>/dev/null || echo dev)
COMMIT  ?= $(shell git rev-parse --short HEAD 2>/dev/null)
LDFLAGS  = -s -w -X main.version=$(VERSION) -X main.commit=$(COMMIT)
TEMPL    = $(GO) tool -modfile=tools/go.mod templ
FUZZTIME ?= 30s
SOAKTIME ?= 5m

.PHONY: build demo test generate fuzz soak format vet generated browser

build:
	$(GO) build -trimpath -ldflags "$(LDFLAGS)" -o bin/handoff ./cmd/handoff

demo: build
	./bin/handoff demo

# Tests with -race are the packages where goroutines meet; the rest run without, which keeps it to about ten minutes on two cores.
test: browser format vet generated
	$(GO) test -timeout 20m ./...
	$(GO) test -race $(RACE)

RACE = ./internal/lane/... ./internal/atshttp/... ./internal/store/... ./internal/app/... ./internal/api/...

format:
	@unformatted=$$(git ls-files '*.go' | grep -v _templ.go | xargs -r gofmt -l); \
	test -z "$$unformatted" || { echo "gofmt -w is due for:"; echo "$$unformatted"; exit 1; }

vet:
	$(GO) vet ./...
	$(GO) vet -tags soak ./test/soak

# What templ generates is committed; this fails when it is not what the sources say.
generated:
	@sums() { find internal/web -name '*_templ.go' -exec sha256sum {} + | sort -k2; }; \
	before=$$(sums); $(TEMPL) generate -path internal/web >/dev/null; \
	test "$$before" = "$$(sums)" || { echo "make generate was due: generated pages have changed; commit them"; exit 1; }

generate:
	$(TEMPL) generate -path internal/web
	$(GO) test ./internal/api -run TestTheDocument -update

# The end-to-end tests look at pages in a real browser.
browser:
	@command -v chromium >/dev/null || command -v chromium-browser >/dev/null || command -v google-chrome >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium; \
	  else echo "the browser tests need Chromium; install it, e.g. apt-get install chromium"; exit 1; fi; }

# Every fuzz target in turn, FUZZTIME each.
fuzz:
	@for p in $$($(GO) list ./...); do \
	  for f in $$($(GO) test $$p -list '^Fuzz' | grep ^Fuzz); do \
	    echo "$$p $$f"; $(GO) test $$p -run '^$$' -fuzz "^$$f\$$" -fuzztime $(FUZZTIME) || exit 1; done; done

# The product against a simulator that misbehaves, with restarts. It prints HANDOFF_SOAK_SEED, which repeats a run.
soak:
	HANDOFF_SOAK=$(SOAKTIME) $(GO) test -tags soak ./test/soak -count 1 -timeout 0 -v
