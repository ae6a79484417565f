# Every command of a developer's day. `make` alone lists them.

SHELL := /bin/bash
.DEFAULT_GOAL := help
CARGO ?= cargo
# What `make run` starts; `make run ARGS="--data /elsewhere"` for the rest.
ARGS ?=

.PHONY: help run test check prove bench ci lint fmt doc deny openapi openapi-check fuzz web web-dev clean

help: ## List the commands
	@awk 'BEGIN { FS = ":.*## " } /^[a-z-]+:.*## / { printf "  \033[1m%-14s\033[0m %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

# The unoptimised build: it is the one that the tests use too, it takes a third of the time of an
# optimised one, and a demo has a handful of users.
run: ## Build and start the demo (SQLite and people in ./data); prints its address; Ctrl-C ends it
	@$(CARGO) run -p torg -- demo $(ARGS)

test: ## Run every test; starts its own PostgreSQL and Redis
	@tools/with-services.sh tools/test.sh

check: fmt-check clippy ## Format, lints and the fast tests: before every commit
	@$(CARGO) test --quiet --workspace --lib --bins --test architecture

prove: ## Show every promise, each beside what would break it; prints their table: ARGS="--long"
	@tools/prove.sh $(ARGS)

bench: ## Measure both engines beside their limits, or some of it: ARGS="--rounds 1 --only place"
	@$(CARGO) build --release -p torg -p torg-bench
	@tools/with-services.sh $(CARGO) run --quiet --release -p torg-bench -- run $(ARGS)

ci: lint test ## What must be green before a merge: lint and test

lint: fmt-check clippy doc deny openapi-check ## Everything that reads the code without running it

fmt: ## Format the code
	@$(CARGO) fmt --all

.PHONY: fmt-check clippy
fmt-check:
	@$(CARGO) fmt --all -- --check

clippy:
	@$(CARGO) clippy --quiet --workspace --all-targets -- -D warnings
	@# Production may build without the demo, and then there is no sandbox to name.
	@$(CARGO) clippy --quiet -p torg --no-default-features -- -D warnings

doc: ## Build the documentation of the code; a broken link fails
	@RUSTDOCFLAGS="-D warnings" $(CARGO) doc --quiet --workspace --no-deps --document-private-items

deny: ## Licences, banned crates, sources (needs cargo-deny)
	@tools/deny.sh

openapi: ## Write docs/reference/openapi.json from the code, and the types that web/ has of it
	@mkdir -p docs/reference
	@$(CARGO) run --quiet -p torg -- openapi > docs/reference/openapi.json.new
	@mv docs/reference/openapi.json.new docs/reference/openapi.json
	@tools/web.sh types

openapi-check: # The committed document is the one the code makes
	@diff -u docs/reference/openapi.json <($(CARGO) run --quiet -p torg -- openapi) \
		|| { echo "docs/reference/openapi.json is stale: make openapi"; exit 1; }

web: ## Build the Mini App into the binary; fails when it cannot be built (needs Node 20.19)
	@TORG_WEB=required $(CARGO) build -p torg

web-dev: ## Vite's server for the Mini App, in front of a demo that runs: TORG_URL=http://127.0.0.1:8080
	@tools/web.sh dev

fuzz: ## Fuzz the parsers for a minute each (needs a C++ compiler)
	@tools/fuzz.sh

clean: ## Remove what was built; ./data stays
	@$(CARGO) clean
	@rm -rf .cache web/node_modules web/dist
