# The two commands of the README. Both set up a virtual environment in .venv (PYTHON and VENV name others).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

.PHONY: demo test check clean

demo: $(STAMP)  ## follow a sample site on this machine and see what the archive answers
	@rm -f demo.db demo.db-wal demo.db-shm
	@$(BIN)/python -m pagewitness.scraper.demo --archive demo.db

test: $(STAMP)  ## run the tests
	@$(BIN)/python -m pytest -n auto --dist loadfile
	@echo
	@echo "Type next: make check   (linter, formatter, types), or: make demo"

check: $(STAMP)  ## linter, formatter, type checker
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy

clean:  ## remove what the others made
	rm -rf $(VENV) demo.db demo.db-wal demo.db-shm build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(STAMP): pyproject.toml setup.py constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
