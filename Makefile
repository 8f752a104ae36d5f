# `make run` and `make test` set themselves up: they need make and Python 3.11 or newer, nothing else.
#
#   make run    measure one method on the embedded model     make run ARGS="--method idk-tuning"
#   make test   run all tests, with coverage
#   make lint   style, types and layers
#   make docs   build the documentation, strictly, into build/docs
#   make dist   build sdist and wheel into dist, and check what a package index will see
#   make clean  remove caches and build products; results and .venv stay

VENV := .venv
BIN := $(VENV)/bin
ARGS ?= --method smfa

# The first Python that really runs, is new enough and can make environments.
SUITABLE := import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 11))
PYTHON ?= $(shell for python in python3 python3.13 python3.12 python3.11; do \
	if $$python -c '$(SUITABLE)' >/dev/null 2>&1; then echo $$python; break; fi; done)

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help run test lint docs dist clean

help:
	@sed -n 's/^#   //p' Makefile

run: $(VENV)/.run
	$(BIN)/smfa-bench run $(ARGS)

# One thread a worker: two workers that each ask for every core slow each other down.
test: $(VENV)/.dev
	OMP_NUM_THREADS=1 $(BIN)/python -m pytest -n 2 --dist loadfile --cov --cov-report term --cov-fail-under 90

lint: $(VENV)/.dev
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

docs: $(VENV)/.docs
	NO_MKDOCS_2_WARNING=1 $(BIN)/mkdocs build --strict
	@if grep -rlE '<(script|link|img|iframe)[^>]* (src|href)="?(https?:)?//' build/docs --include='*.html'; then \
		echo "these pages load something from elsewhere" >&2; exit 4; fi

dist: $(VENV)/.release
	rm -rf dist
	$(BIN)/python -m hatchling build
	$(BIN)/twine check --strict dist/*

clean:
	rm -rf build dist .coverage .coverage.* .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache
	find bench methods profiles_gen leaderboard tests -name __pycache__ -prune -exec rm -rf {} +

# A stamp is the last thing a step leaves, so an interrupted step is done again.
# torch comes first and alone: resolved together with the rest it may become a CUDA build of several GB.
$(VENV)/.torch: constraints.txt
	@$(if $(PYTHON),,echo "No Python >= 3.11 with venv found. Name one: make PYTHON=/path/to/python3" >&2; exit 3)
	test -x $(BIN)/pip || $(PYTHON) -m venv --clear $(VENV)
	$(BIN)/python -m pip install --quiet "$$(grep '^torch==' constraints.txt)"
	@touch $@

$(VENV)/.run: $(VENV)/.torch pyproject.toml
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable .
	@touch $@

$(VENV)/.dev: $(VENV)/.torch pyproject.toml
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[dev]'
	@touch $@

$(VENV)/.docs: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[docs]'
	@touch $@

$(VENV)/.release: $(VENV)/.dev
	$(BIN)/python -m pip install --quiet --constraint constraints.txt --editable '.[release]'
	@touch $@
