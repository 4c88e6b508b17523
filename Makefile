# Every command a person or CI runs. `make help` lists them.
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
BIN := .venv/bin
INSTALL := $(BIN)/python -m pip install --quiet --disable-pip-version-check
COMPILE := $(BIN)/uv pip compile --quiet --no-header --generate-hashes --no-emit-index-url
NODE_FOUND := $(shell command -v node >/dev/null && node -e 'process.exit(+process.versions.node.split(".")[0] < 20 ? 1 : 0)' && echo yes)
WEEK_AGO := $(shell date -u -d '7 days ago' +%F 2>/dev/null || date -u -v-7d +%F)

.DEFAULT_GOAL := help
.PHONY: help up setup setup-dev test lint format journeys faults interop bench lock messages plan clean

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed 's/:.*## /\t/' | expand -t 12

up: setup ## install what is missing, then start a demo province and keep it running
	@$(BIN)/danso up $(UP)

setup: .venv/.run build/.assets ## everything needed to run; leaves .venv/bin/danso
setup-dev: setup .venv/.dev ## everything needed to check

.venv/.run: requirements/run.txt requirements/build.txt pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "danso needs Python 3.11 or later: make up PYTHON=python3.12")'
	@test -x $(BIN)/python || $(PYTHON) -m venv .venv
	@echo "Installing locked dependencies …"
	@$(INSTALL) --require-hashes -r requirements/run.txt
	@$(if $(NODE_FOUND),true,$(INSTALL) --require-hashes -r requirements/build.txt)
	@$(INSTALL) --no-deps --no-build-isolation -e .
	@touch $@

.venv/.dev: requirements/dev.txt .venv/.run
	@echo "Installing the checking tools …"
	@$(INSTALL) --require-hashes -r requirements/dev.txt
	@touch $@

build/.assets: .venv/.run package-lock.json tools/build_assets.py $(shell find src/danso/toolkit/html/assets src/danso -name '*.po' -o -path '*/html/assets/*' -type f 2>/dev/null)
	@echo "Building assets …"
	@$(BIN)/python tools/build_assets.py
	@$(BIN)/python -m tools.messages compile
	@mkdir -p build && touch $@

test: setup-dev ## units, rules, database, contracts (under five minutes)
	@$(BIN)/python -m pytest -q -n 2 --dist worksteal

lint: setup-dev ## format, lint, types, import contract, migrations
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy src tests tools
	@PYTHONPATH=. $(BIN)/lint-imports --no-logo

format: ## put the code in order
	@$(BIN)/ruff format . && $(BIN)/ruff check --fix .

journeys: setup-dev ## browser journeys in real Chromium, with axe
	@$(BIN)/python -m tests.journeys.browser
	@$(BIN)/python -m pytest -q tests/journeys -p no:randomly --timeout=300

faults: setup-dev ## kills, restarts, full disk, clock
	@$(BIN)/python -m pytest -q tests/faults -p no:randomly --timeout=300

interop: setup-dev ## real clients against a running danso
	@$(BIN)/python -m pytest -q tests/interop -p no:randomly --timeout=300

bench: setup-dev ## measure, side by side in one run (writes docs/reference/performance.md's table)
	@$(BIN)/danso bench $(BENCH)

plan: setup-dev ## which clauses of the plan the tests have shown
	@$(BIN)/danso plan

messages: setup-dev ## gather words for people, compile the English, say what is missing
	@$(BIN)/python -m tools.messages update $(FOLDER) && $(BIN)/python -m tools.messages compile && $(BIN)/python -m tools.messages check && $(BIN)/python -m tools.error_words check

lock: ## refresh the lock files; nothing younger than a week
	@for name in run build dev; do $(COMPILE) --exclude-newer $(WEEK_AGO) requirements/$$name.in -o requirements/$$name.txt; done

clean: ## remove what was built (never a home)
	@rm -rf build .mypy_cache .ruff_cache .pytest_cache .import_linter_cache
