# make demo   a workspace with an example policy and leads, decided and served
# make test   everything the tests need is brought and started by the tests themselves
PYTHON ?= python3
BIN := .venv/bin
# a file of tests to each process; each has a database server of its own
SIDE_BY_SIDE := -n auto --maxprocesses 4 --dist loadfile

.PHONY: setup demo test again browser quick check lint bench clean

setup: .venv/installed

.venv/installed: pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit("firstright needs Python 3.11 or newer") if sys.version_info < (3, 11) else None'
	@echo "Installing into .venv what firstright and its tests need: a minute or two, once."
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --editable '.[dev]'
	touch $@

demo: setup
	$(BIN)/firstright demo

test: setup browser
	$(BIN)/python -m pytest -q $(SIDE_BY_SIDE)

again:
	@$(BIN)/python tests/again.py

browser:
	@sh tests/console/bring-chromium

quick: setup
	$(BIN)/python -m pytest -q $(SIDE_BY_SIDE) -m "not slow"

lint: setup
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

check: lint test

bench: setup
	$(BIN)/python tests/bench.py

clean:
	rm -rf .venv .pytest_cache .mypy_cache .ruff_cache .hypothesis firstright-demo
