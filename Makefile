# Chatdesk. `make` alone lists what there is; README.md says what you need.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
MAKEFLAGS += --no-print-directory

TARGET := $(or $(CARGO_TARGET_DIR),target)
LISTEN ?= 127.0.0.1:8080
DATA ?= ./data

WEB_SOURCES := $(shell find web \( -name node_modules -o -name dist \) -prune -o -type f ! -name '*.gen.ts' -print)
PACKAGES := package.json package-lock.json $(wildcard web/*/package.json e2e/package.json)

.PHONY: help build run test check bench rig soak dev openapi clean web fmt

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' $(firstword $(MAKEFILE_LIST))

build: web ## build the web and the server into target/release/chatdesk
	cargo build --release --locked -p server

run: build ## build, then serve on http://127.0.0.1:8080 with data in ./data (LISTEN=… DATA=…)
	@exec $(TARGET)/release/chatdesk serve --listen $(LISTEN) --data $(DATA)

test: ## everything: lints, unit, integration, fault and browser tests
	@scripts/test.sh all

check: ## the fast part of `make test`, for before each commit
	@scripts/test.sh fast

bench: web ## build for release and measure; results in bench-results/ (ARGS=…)
	@scripts/bench.sh $(ARGS)

rig: ## fault runs against the debug binary (ARGS="kill --cycles 1000", or all in short)
	@scripts/rig.sh $(or $(ARGS),short)

soak: ## hours of load and faults (HOURS=8)
	@scripts/rig.sh soak $(or $(HOURS),8)

dev: node_modules/.stamp ## the server in debug and the dashboard with hot reload
	@scripts/dev.sh

openapi: node_modules/.stamp ## write docs/openapi.json, docs/config.md and web/client/src/schema.ts anew
	@scripts/api.sh write

fmt: node_modules/.stamp ## format everything
	cargo fmt --all
	npm run --silent format

clean: ## remove what was built; ./data stays
	cargo clean
	rm -rf node_modules web/*/node_modules e2e/node_modules web/*/dist e2e/test-results e2e/playwright-report

# Installed once per lock file. No package runs a script of its own, and no browser is downloaded.
node_modules/.stamp: $(PACKAGES)
	@scripts/need.sh build
	PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1 npm ci --ignore-scripts --no-audit --no-fund
	@touch $@

web: $(TARGET)/stamps/web

# The stamp stays out of dist: that folder goes into the binary as it is.
ifeq ($(words $(wildcard web/dashboard/dist/index.html web/widget/dist)),2)
$(TARGET)/stamps/web: node_modules/.stamp $(WEB_SOURCES) tsconfig.base.json
else
.PHONY: $(TARGET)/stamps/web
$(TARGET)/stamps/web: node_modules/.stamp
endif
	npm run --silent build
	@mkdir -p $(@D) && touch $@
