# Every job by its name; the file rules are the dataflow: design, Verilog, verification, bitstream.
# The project's own environment is .venv; nothing is installed elsewhere.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready
LG     := $(BIN)/liquidgate
PACKAGES := spec golden rtl_gen tb boards train

DEMO   := build/demo
DESIGN ?= $(DEMO)/design.lgd
BOARD  ?= icebreaker
LANES  ?= 4
OUT    := $(patsubst %/,%,$(dir $(DESIGN)))

# BLAS threads only get in each other's way on matrices of this size.
export OMP_NUM_THREADS      := 1
export OPENBLAS_NUM_THREADS := 1

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test test-all lint verilog sim verify bitstream report bench constraints \
        clean tools

help: ## this list
	@echo "make JOB [DESIGN=$(DESIGN)] [BOARD=$(BOARD)] [LANES=$(LANES)]"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  \1\t/' \
		| expand -t 14

# -- environment -------------------------------------------------------------------------------

define needs
	@command -v $(1) >/dev/null || { \
	  echo "error: $(1) is missing: install the system's package $(2)" >&2; exit 2; }
endef

tools:
	$(call needs,$(PYTHON),python3)
	$(call needs,g++,g++)
	$(call needs,perl,perl)
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { \
	  echo "error: $(PYTHON) is too old: install Python 3.11 or newer, make PYTHON=..." >&2; \
	  exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || { \
	  echo "error: venv is missing: install the system's package python3-venv" >&2; exit 2; }

# Hashes forbid an editable install, so the project itself comes second. Holds its seconds.
$(READY): pyproject.toml constraints.txt | tools
	@echo "setting up $(VENV): about a minute, once"
	@start=$$(date +%s) \
	&& $(PYTHON) -m venv --clear $(VENV) \
	&& $(BIN)/python -m pip install --quiet --no-deps --require-hashes -r constraints.txt \
	&& $(BIN)/python -m pip install --quiet --no-deps --no-build-isolation --editable . \
	&& echo $$(( $$(date +%s) - start )) > $@

setup: $(READY) ## the project's own environment in .venv

constraints: ## constraints.txt anew: the newest versions that pyproject.toml allows
	$(PYTHON) -m venv build/uv
	build/uv/bin/python -m pip install --quiet uv
	PATH="$(CURDIR)/build/uv/bin:$$PATH" build/uv/bin/python tools/constraints.py

# -- from data to a bitstream: each file from the one before ------------------------------------

TRAIN_CODE := $(wildcard spec/*.py golden/*.py train/*.py train/*/*.py liquidgate/*.py)
RTL_CODE   := $(wildcard spec/*.py rtl_gen/*.py rtl_gen/*/*.py)
TB_CODE    := $(wildcard spec/*.py golden/*.py tb/*.py)
BOARD_CODE := $(wildcard spec/*.py rtl_gen/*.py rtl_gen/*/*.py boards/*.py)
SETTINGS   := $(OUT)/settings

$(DEMO)/design.lgd: $(TRAIN_CODE) | $(READY)
	@echo "training on the Santa Fe laser series"
	@$(LG) train laser --seed 0 -o $(DEMO) > /dev/null

# Written only when it changes, so that other lanes or another board make what depends on them anew.
.PHONY: force
$(SETTINGS): force
	@mkdir -p $(OUT)
	@echo "$(LANES) $(BOARD)" | cmp -s - $@ || echo "$(LANES) $(BOARD)" > $@

$(OUT)/verilog.json: $(DESIGN) $(RTL_CODE) $(SETTINGS) | $(READY)
	@echo "emitting Verilog"
	@rm -rf $(OUT)/verilog
	@$(LG) verilog $(DESIGN) --lanes $(LANES) -o $(OUT)/verilog --json > $@

$(OUT)/verify-%/verify.json: $(OUT)/verilog.json $(TB_CODE)
	@echo "verifying every clock in Verilator, stalls: $*"
	@$(LG) verify $(DESIGN) --verilog $(OUT)/verilog/*.v --stalls $* --steps 1000 -o $(@D) \
		> $(OUT)/verify.log || { cat $(OUT)/verify.log; exit 1; }

$(OUT)/board/report.json: $(DESIGN) $(BOARD_CODE) $(SETTINGS) | $(READY)
	@echo "building a bitstream for $(BOARD): half a minute"
	@$(LG) build $(DESIGN) --board $(BOARD) --lanes $(LANES) -o $(OUT)/board \
		> $(OUT)/build.log || { cat $(OUT)/build.log; exit 1; }
	@touch $@

STEPS := $(OUT)/verify-none/verify.json $(OUT)/verify-worst/verify.json $(OUT)/board/report.json

demo: $(STEPS) ## the whole path: real data to verified Verilog and a bitstream
	@$(BIN)/python -m liquidgate.demo $(OUT) $$(cat $(READY))

verilog: $(OUT)/verilog.json ## DESIGN as Verilog, with LANES
	@ls $(OUT)/verilog/*

sim: $(OUT)/verilog.json ## simulates DESIGN and writes a waveform
	$(LG) verify $(DESIGN) --verilog $(OUT)/verilog/*.v --steps 20 --waves -o $(OUT)/sim
	@ls $(OUT)/sim/*.vcd

verify: $(OUT)/verilog.json ## DESIGN against golden on every clock, under all stalls
	for stalls in none random worst; do \
	  $(LG) verify $(DESIGN) --verilog $(OUT)/verilog/*.v --stalls $$stalls --steps 300 || exit; \
	done

bitstream: $(OUT)/board/report.json ## DESIGN for BOARD, with LANES
	@ls $(OUT)/board/*.bin

report: | $(READY) ## every report beside DESIGN
	$(LG) report $(OUT)

# -- checks ------------------------------------------------------------------------------------

test: $(READY) ## all tests but the slow ones
	$(BIN)/python -m pytest -q -n 2 --dist loadfile

test-all: $(READY) ## all tests
	$(BIN)/python -m pytest -q -n 2 --dist loadfile -m ''

# The type checker sees the folders under their one name, as the installed package has them.
lint: $(READY) ## style and types
	$(BIN)/ruff check .
	@rm -rf build/types && mkdir -p build/types/liquidgate
	@ln -s $(CURDIR)/liquidgate/*[!_] $(addprefix $(CURDIR)/,$(PACKAGES)) build/types/liquidgate
	MYPYPATH=build/types $(BIN)/mypy -p liquidgate

bench: $(READY) ## measurements beside peers; minutes
	for program in bench/*.py; do echo "== $$program"; $(BIN)/python $$program || exit; done

clean: ## removes what was built, not the environment
	rm -rf build dist *.egg-info .pytest_cache .ruff_cache .mypy_cache .hypothesis
