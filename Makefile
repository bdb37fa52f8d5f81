# Needs python3 (3.11 or newer, with venv), make and git. Everything else goes into .venv of this checkout.
PYTHON ?= python3
CHECK ?= check
TESTS ?= tests

VENV := .venv
BIN := $(VENV)/bin
# The stamp carries the checkout's place: an environment that was moved or copied still points to the old one.
STAMP := $(VENV)/.installed-$(shell pwd | cksum | cut -d' ' -f1)

.PHONY: check test lint clean
.DEFAULT_GOAL := check

check: $(STAMP)
	@$(BIN)/meterproof $(CHECK)

test: $(STAMP)
	@$(BIN)/python -m pytest -q -n auto --dist worksteal $(TESTS)

lint: $(STAMP)
	@$(BIN)/python -m ruff check --quiet .
	@$(BIN)/python -m mypy --no-error-summary

# An installation that failed or was interrupted leaves no stamp, so that the next run starts it again.
$(STAMP): pyproject.toml
	@command -v $(PYTHON) >/dev/null || \
		{ echo "meterproof needs Python 3.11 or newer; '$(PYTHON)' was not found (set PYTHON=...)" >&2; exit 2; }
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || \
		{ echo "meterproof needs Python 3.11 or newer; '$(PYTHON)' is $$($(PYTHON) -V 2>&1) (set PYTHON=...)" >&2; exit 2; }
	@$(PYTHON) -c 'import ensurepip, venv' 2>/dev/null || \
		{ echo "'$(PYTHON)' lacks the venv module (on Debian and Ubuntu: install python3-venv)" >&2; exit 2; }
	@echo "setting up $(VENV): first run, or pyproject.toml changed (a few minutes at most)" >&2
	@rm -f $(VENV)/.installed-*
	@$(BIN)/python -c 'import pip, sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || $(PYTHON) -m venv --clear $(VENV)
	@$(BIN)/python -m pip install -qq --disable-pip-version-check --editable '.[dev]'
	@touch $@

clean:
	rm -rf $(VENV) build dist *.egg-info .hypothesis .mypy_cache .pytest_cache .ruff_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
