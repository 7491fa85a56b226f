# Every job by its name. The project's own environment is .venv; nothing is installed elsewhere.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup test test-all lint clean tools

help: ## this list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | expand -t 12

tools:
	@command -v g++ >/dev/null || { echo "error: g++ is missing: install the package g++" >&2; exit 2; }
	@command -v perl >/dev/null || { echo "error: perl is missing: install the package perl" >&2; exit 2; }

$(READY): pyproject.toml | tools
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --editable '.[data,dev]'
	@touch $@

setup: $(READY) ## the project's own environment in .venv

test: $(READY) ## all tests but the slow ones
	$(BIN)/python -m pytest -q

test-all: $(READY) ## all tests
	$(BIN)/python -m pytest -q -m ''

lint: $(READY) ## style and types
	$(BIN)/ruff check .

clean: ## removes what was built, not the environment
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
