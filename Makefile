# make run    read the sample reports, write out.csv, show what was found
# make test   run the tests          make lint      ruff and mypy
# make bench  measure speed          make accuracy  score the accuracy corpus
# make fuzz   drive random bytes through the program (FUZZ_SECONDS=60)
#
# Everything lives in .venv, which is made when it is missing. PYTHON names another Python (3.11 or later).

PYTHON ?= $(firstword $(foreach p,python3 python3.14 python3.13 python3.12 python3.11 python,$(shell $(p) -c 'import sys; print("$(p)" if sys.version_info >= (3, 11) else "")' 2>/dev/null)))
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check
SAMPLE := $(lastword $(sort $(wildcard seeds/*.txt)))

.PHONY: run test lint format bench accuracy fuzz clean
.DEFAULT_GOAL := run

run: .venv/ready
	@$(BIN)/kpiextract run seeds/ --csv out.csv
	@echo; echo "Of these, the readings of $(SAMPLE):"; echo
	@$(BIN)/kpiextract run "$(SAMPLE)" --format table --quiet
	@echo; echo "All of them: out.csv. Another report: $(BIN)/kpiextract run REPORT.txt"

test: .venv/ready-dev
	@$(BIN)/pytest

lint: .venv/ready-dev
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

format: .venv/ready-dev
	@$(BIN)/ruff check --fix .
	@$(BIN)/ruff format .

bench: .venv/ready-dev
	@$(BIN)/python bench/speed.py

accuracy: .venv/ready-dev
	@$(BIN)/python tests/accuracy.py

fuzz: .venv/ready-dev
	@$(BIN)/python tests/fuzz.py --seconds $(or $(FUZZ_SECONDS),60)

clean:
	rm -rf .venv out.csv dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

.venv/bin/python:
	@test -n "$(PYTHON)" || { echo "Python 3.11 or later is needed: install it, or name it: make PYTHON=/path/to/python3"; exit 1; }
	@echo "setting up .venv (once)"
	@$(PYTHON) -m venv .venv || { rm -rf .venv; echo "Python's venv module is needed (Debian: apt install python3-venv)"; exit 1; }

.venv/ready: pyproject.toml | .venv/bin/python
	@$(PIP) install --editable .
	@touch $@

.venv/ready-dev: pyproject.toml | .venv/bin/python
	@$(PIP) install --editable '.[dev]'
	@touch $@ .venv/ready
