# The two commands of the README. Both set up a virtual environment in .venv (PYTHON and VENV name others).
PYTHON ?= python3
VENV ?= .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed

COUNTED := archive/fold,archive/store,archive/search
comma := ,
SOURCES := $(shell find archive config scraper tests -name '*.py' -o -name '*.toml')

.PHONY: demo test check coverage coverage-of-all counted clean

demo: $(STAMP)  ## follow a sample site on this machine and see what the archive answers
	@rm -f demo.db demo.db-wal demo.db-shm
	@$(BIN)/python -m pagewitness.scraper.demo --archive demo.db

test: $(STAMP)  ## run the tests
	@$(BIN)/python -m pytest -n auto --dist loadfile --no-loadscope-reorder
	@echo
	@echo "Type next: make check   (linter, formatter, types, coverage), or: make demo"

check: $(STAMP)  ## linter, formatter, type checker, and the share of lines that the tests run
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(MAKE) --no-print-directory coverage

coverage: .coverage  ## the share of lines of the folders that need 97 %, by the tests nearest to them
	@for folder in $(subst $(comma), ,$(COUNTED)); do \
	    $(BIN)/coverage report --include="$$folder/*" --fail-under=97 || exit 1; \
	done
	@echo "The tests run $$($(BIN)/coverage report --format=total --include="$(subst $(comma),/*$(comma),$(COUNTED))/*") % of the lines of these folders."

# Measured again only when something has changed: the tests take twice as long when their lines are counted.
.coverage: $(STAMP) $(SOURCES)
	@$(MAKE) --no-print-directory counted ONLY=--source=$(COUNTED) \
	    BY="$(addprefix tests/,fold store search views diff text tell work)"

coverage-of-all: $(STAMP)  ## the share of all lines, by all tests: takes some minutes
	@$(MAKE) --no-print-directory counted BY=tests
	@$(BIN)/coverage report
	@rm .coverage

counted:
	@rm -f .coverage .coverage.*
	@$(BIN)/coverage run $(ONLY) -m pytest -q -n auto --dist loadfile --no-loadscope-reorder $(BY) || \
	    echo "Some tests failed while their lines were counted, as those do that have a time limit: make test decides."
	@$(BIN)/coverage combine -q

clean:  ## remove what the others made
	rm -rf $(VENV) demo.db demo.db-wal demo.db-shm .coverage .coverage.* build dist .pytest_cache .mypy_cache .ruff_cache .hypothesis

$(STAMP): pyproject.toml setup.py constraints.txt
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Setting up $(VENV) …"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --constraint constraints.txt --editable '.[dev]'
	@touch $@
