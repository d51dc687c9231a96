# Every target explains itself: `make help`.
SHELL := /bin/bash
.DEFAULT_GOAL := help
BIN := .venv/bin
PRAVAH := $(BIN)/pravah
PYTHON ?= python3
# uv where it is present, pip otherwise; one lock serves both.
ifneq ($(shell command -v uv 2>/dev/null),)
VENV = uv venv --quiet --allow-existing --python $(PYTHON)
# Each process would compile the libraries anew otherwise, where none may write beside them.
INSTALL = uv pip install --quiet --compile-bytecode --python $(1)/bin/python
else
VENV = $(PYTHON) -m venv
INSTALL = $(1)/bin/python -m pip install --quiet --disable-pip-version-check
endif

# Tests write little and wait for the disk often: in memory where there is much of it and programs may run there.
SHM := $(shell [ "$$(df --output=avail /dev/shm 2>/dev/null | tail -n 1)" -gt 8000000 ] 2>/dev/null && \
	! grep -qE '^[^ ]+ /dev/shm [^ ]+ [^ ]*noexec' /proc/mounts && echo /dev/shm/tmp)
SCRATCH := $(or $(SHM),$(TMPDIR),/tmp)
# A worker for each processor and 3 GB of free memory, from two to eight: the longest file of tests takes three minutes.
WORKERS ?= $(shell { echo 8; nproc; awk '/MemAvailable/ {print int($$2 / 3e6)}' /proc/meminfo; } 2>/dev/null | \
	sort -n | awk 'NR == 1 {print ($$1 < 2 ? 2 : $$1)}')

.PHONY: help setup run release test lint format bench bench-mission fuzz names sample-rows lock clean

help: ## This list
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 18

setup: .venv/.done ## Make the environment in .venv from requirements.lock

.venv/.done: requirements.lock pyproject.toml
	@echo "setting up .venv (a few minutes the first time)"
	@$(VENV) .venv
	@$(call INSTALL,.venv) --no-deps --require-hashes -r requirements.lock
	@$(call INSTALL,.venv) --no-deps --no-build-isolation -e .
	@touch $@

# The reference tool for contracts wants an older DuckDB, so it lives apart.
.venv-odcs/.done: requirements-odcs.lock
	@echo "setting up .venv-odcs"
	@$(VENV) .venv-odcs
	@$(call INSTALL,.venv-odcs) --no-deps --require-hashes -r requirements-odcs.lock
	@touch $@

run: release ## Sample cities to an approved release, then portal, staff app and Dagster on this machine
	@$(PRAVAH) up --development

release: setup ## Sample cities through the whole pipeline to an approved release, without serving it
	@$(PRAVAH) sample
	@# One department of the sample is broken on purpose: exit code 1 says that something waits for a person.
	@$(PRAVAH) run --as officer@sample.invalid || [ $$? -eq 1 ]
	@$(PRAVAH) release approve --as approver@sample.invalid
	@# A made-up reviewer judges what the cities declare; the frozen rounds go out with a second release.
	@mkdir -p build && rm -f build/review.csv
	@$(PRAVAH) score sheet --out build/review.csv
	@$(PRAVAH) sample --review build/review.csv
	@$(PRAVAH) score review build/review.csv --as approver@sample.invalid
	@$(PRAVAH) score freeze --all --as approver@sample.invalid
	@$(PRAVAH) run --as officer@sample.invalid || [ $$? -eq 1 ]
	@$(PRAVAH) release approve --as approver@sample.invalid
	@$(PRAVAH) release list

test: setup .venv-odcs/.done ## All tests
	@mkdir -p $(SCRATCH)
	@TMPDIR=$(SCRATCH) PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(WORKERS) --dist loadfile --no-loadscope-reorder

lint: setup ## Format, lint, types, import rules, contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(PRAVAH) contracts check

format: setup ## Put the code in shape
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

bench: setup ## The benchmarks; writes build/bench.json
	@$(BIN)/python -m tests.bench

bench-mission: setup ## Availability of 59,802 cameras over a year; 3 GB of disk, writes build/bench-mission.json
	@$(BIN)/python -m tests.bench.mission

fuzz: setup ## 100,000 damaged files for each reader; FUZZ="csv xml --count 1000 --seed 7" for others
	@$(BIN)/python -m tests.fuzz $(FUZZ)

names: setup ## Train the model for names of people anew; NAMES="--seed 8 --out FILE" for another
	@$(BIN)/python -m transforms.privacy.names.train $(NAMES)

sample-rows: setup ## Renew the row counts of the sample cities that are kept in git
	@$(BIN)/python -m tests.orchestration.sample_rows

lock: ## Renew both locks (needs uv)
	@uv pip compile --quiet pyproject.toml --extra accelerate --extra dev --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -o requirements.lock
	@uv pip compile --quiet requirements-odcs.in --universal --python-version 3.11 --generate-hashes --no-header --no-annotate --upgrade -o requirements-odcs.lock

clean: ## Remove environments, data and build output
	@chmod -R u+w var 2>/dev/null || true
	@rm -rf .venv .venv-odcs var build *.egg-info
