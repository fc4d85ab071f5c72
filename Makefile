# Convergence: `make` lists the targets.
BIN := .venv/bin
PYTHON := $(BIN)/python
SETUP := python3 -m demo.installing
WITH_TEST_SETTINGS := env TESTING=1
export PORT STACK_BASE DEMO_DIR DETACH

.DEFAULT_GOAL := help
.PHONY: help setup demo demo-stop test test-postgresql check bench format messages translations lock

help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-15s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

setup: ## Install all that development needs: apt, .venv, node_modules
	@$(SETUP) --dev

demo: ## Install, seed and start the whole site (PORT= STACK_BASE= DEMO_DIR= DETACH=1)
	@$(SETUP)
	@$(PYTHON) -m demo up

demo-stop: ## Stop the demo; its data stay in .demo/
	@if [ -x $(PYTHON) ]; then $(PYTHON) -m demo stop; fi

test: check ## Run everything: linters, types, unit, live and browser tests
	CONVERGENCE_REQUIRE_LIVE=1 $(PYTHON) -m pytest

test-postgresql: setup ## Run the tests on a PostgreSQL made for the run (apt package postgresql)
	CONVERGENCE_REQUIRE_LIVE=1 $(PYTHON) -m stack.postgresql $(PYTHON) -m pytest

check: setup translations ## Run the linters and the type checker only
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(WITH_TEST_SETTINGS) $(BIN)/mypy .
	$(BIN)/djlint --lint --quiet templates
	$(BIN)/lint-imports
	$(WITH_TEST_SETTINGS) $(PYTHON) manage.py makemigrations --check --dry-run
	@if [ -d tests/js ]; then set -x; node --test $$(find tests/js -name '*.test.js'); fi

bench: setup ## Time our pages against the raw IMAP floor, then under load
	$(PYTHON) -m bench

format: setup ## Format the Python files and sort their imports
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

messages: setup ## Collect the texts to translate, compile the translations
	@mkdir -p locale
	$(WITH_TEST_SETTINGS) $(PYTHON) manage.py makemessages -l en --no-wrap --no-obsolete --no-location -i node_modules
	@$(MAKE) --no-print-directory translations

translations:
	@if [ -d locale ]; then $(WITH_TEST_SETTINGS) $(PYTHON) manage.py compilemessages -v 0; fi

lock: setup ## Pin requirements/*.in with hashes
	@for name in base stack dev; do \
	  $(BIN)/uv pip compile --quiet --generate-hashes --no-header --no-emit-index-url \
	    --no-emit-find-links --universal --python-version 3.11 requirements/$$name.in -o requirements/$$name.txt; \
	done
